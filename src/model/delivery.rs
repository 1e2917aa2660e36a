//! A delivery: one message on its way to one target.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    message::{Message, Progress},
    occurrence::Occurrence,
    receipt::{Receipt, Verdict},
    reminder::Priority,
    retry,
    target::TargetId,
    text::{Text, text},
};

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// Waiting for its turn.
    Pending,
    /// Leased: a process is sending it.
    Sending,
    /// Confirmed by the robot.
    Delivered,
    /// Waited longer than `keep`, or a newer one took its place.
    Expired,
    /// Taken back by a person.
    Cancelled,
    /// Refused for good.
    Dead,
    /// Outcome unknown and the target forbids repeats.
    Held,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Sending,
        Self::Delivered,
        Self::Expired,
        Self::Cancelled,
        Self::Dead,
        Self::Held,
    ];

    /// The word in logs, JSON and the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Dead => "dead",
            Self::Held => "held",
        }
    }

    /// The state a word means.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A delivery's id as text: `policy-daily@2026-11-24T01:00:00Z/policy-group/1`.
#[must_use]
pub fn delivery_id(occurrence: &Occurrence, target: &TargetId, part: u32) -> String {
    format!("{}/{target}/{part}", occurrence.id())
}

/// The id of the part behind a delivery.
#[must_use]
pub fn next_part(id: &str) -> Option<String> {
    let (before, part) = id.rsplit_once('/')?;
    Some(format!("{before}/{}", part.parse::<u32>().ok()?.checked_add(1)?))
}

/// A delivery as `compose` hands it to the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// To whom.
    pub target: TargetId,
    /// [`super::target::Target::robot_key`]: what pace and rest are counted by.
    pub robot_key: String,
    /// Order in the queue.
    pub priority: Priority,
    /// Nothing is sent before (quiet hours); usually the instant it was composed.
    pub not_before: Timestamp,
    /// After this it is expired.
    pub keep_until: Timestamp,
    /// What it shows, its idempotency key included.
    pub message: Message,
}

/// A delivery leased by this process: the right, and the duty, to make one attempt and settle it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// Its id.
    pub id: String,
    /// Whose.
    pub occurrence: Occurrence,
    /// To whom.
    pub target: TargetId,
    /// [`super::target::Target::robot_key`].
    pub robot_key: String,
    /// What it shows.
    pub message: Message,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Fences the settlement: a lease taken over meanwhile settles nothing.
    pub token: String,
    /// After this the lease may be taken over.
    pub until: Timestamp,
    /// After this the delivery is expired.
    pub keep_until: Timestamp,
    /// An earlier attempt ended without an answer that was recorded (crash, or a lease that ran out).
    pub uncertain: bool,
}

/// What one attempt changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The delivery's new state.
    pub state: DeliveryState,
    /// For `Pending`: not before this instant.
    pub not_before: Option<Timestamp>,
    /// The whole robot rests until then.
    pub rest_until: Option<Timestamp>,
    /// The whole robot is suspended, for this reason, until a person resumes it.
    pub suspend: Option<Text>,
    /// How far the message has come with its receivers, where that changed.
    pub progress: Option<Progress>,
}

/// The last try is made so long before `keep` ends, whatever the delays say.
pub const LAST_TRY: Duration = Duration::from_secs(5);

/// How the reason of a suspension begins that came about before the robot was asked: a secret could
/// not be read, or is none.
pub const NOT_ASKED: &str = "not asked: ";

/// Judges what an attempt's receipt means for the delivery and for its robot.
///
/// `came` are those of several receivers that this attempt left out; `chance` in `0.0..=1.0` moves
/// the retry delay; see [`retry::delay`].
#[must_use]
pub fn settle(
    leased: &Leased,
    receipt: &Receipt,
    came: Progress,
    now: Timestamp,
    chance: f64,
) -> Settlement {
    let before = &leased.message.progress;
    let told = receipt.verdict == Verdict::Sent || !came.is_none();
    let progress = if told { before.after(came) } else { before.clone() };
    let mut settlement = by_verdict(leased, receipt, now, chance);
    // Whoever was refused for good while others were reached is not forgotten in the end.
    if settlement.state == DeliveryState::Delivered && !progress.refused.is_empty() {
        settlement.state = DeliveryState::Dead;
    }
    settlement.progress = Some(progress).filter(|progress| progress != before);
    settlement
}

fn by_verdict(leased: &Leased, receipt: &Receipt, now: Timestamp, chance: f64) -> Settlement {
    let plain = |state| Settlement {
        state,
        not_before: None,
        rest_until: None,
        suspend: None,
        progress: None,
    };
    let later = |delay: Duration| {
        let at = now.saturating_add(delay).unwrap_or(Timestamp::MAX);
        let last = leased.keep_until.saturating_sub(LAST_TRY).unwrap_or(Timestamp::MIN);
        if at > last && now >= last {
            return plain(DeliveryState::Expired);
        }
        Settlement { not_before: Some(at.min(last)), ..plain(DeliveryState::Pending) }
    };
    match receipt.verdict {
        Verdict::Sent => plain(DeliveryState::Delivered),
        Verdict::Retry(asked) => later(retry::delay(leased.attempt, asked, chance)),
        Verdict::Unknown => later(retry::delay(leased.attempt, None, chance)),
        Verdict::Throttled(rest) => {
            let until = now.saturating_add(rest).unwrap_or(Timestamp::MAX);
            Settlement { rest_until: Some(until), ..later(rest) }
        }
        Verdict::Misconfigured => Settlement {
            not_before: Some(now),
            suspend: Some(match &receipt.code {
                Some(_) => receipt.reason.clone(),
                None => text!("not asked: {reason}", reason = receipt.reason.clone()),
            }),
            ..plain(DeliveryState::Pending)
        },
        Verdict::BadMessage | Verdict::DeadTarget => plain(DeliveryState::Dead),
    }
}
