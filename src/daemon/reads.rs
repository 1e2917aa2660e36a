//! Who has read what was sent: asked of the robots while they still say so, and kept in the log.
//!
//! Robots forget it after a day, and each question counts among the organisation's calls of the
//! month. So the service asks twice: when a working day is over, and shortly before the end.

use std::{collections::BTreeSet, ops::Range, time::Duration};

use serde::{Deserialize, Serialize};

use super::shared::Shared;
use crate::{
    model::{
        message::Message,
        receipt::Verdict,
        target::{Target, TargetId},
        text::Text,
    },
    outbox::{Handle, StoreError},
    send::{self, Outgoing, Reads},
};

const HOUR: Duration = Duration::from_secs(3600);

/// Robots say it for a day.
pub const SAID: Duration = Duration::from_secs(24 * 3600);

/// The ages at which the service asks by itself. It looks every hour, so that a question without an
/// answer is asked once more.
const AGES: [Range<Duration>; 2] =
    [HOUR.saturating_mul(8)..HOUR.saturating_mul(10), HOUR.saturating_mul(22)..SAID];

/// Messages that one look asks about; the others are asked about at the next.
const MOST: usize = 100;

/// Messages that one look goes through.
const LOOKED_AT: u32 = 1000;

/// What is kept of an answer: people by the robot's ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readers {
    /// They have read it.
    pub read: Vec<String>,
    /// They have not; nobody knows of those in a group.
    pub unread: Vec<String>,
}

impl Readers {
    /// What was kept with a message.
    #[must_use]
    pub fn kept(handle: &Handle) -> Self {
        let kept = handle.reads.as_deref().and_then(|text| serde_json::from_str(text).ok());
        kept.unwrap_or_default()
    }
}

/// What came of asking about one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The answer, which is kept.
    Told,
    /// There is nothing to ask: the robot does not know, or does not know it any more.
    Nothing,
    /// Nobody could be asked: why.
    Unasked(Text),
    /// The robot did not say: its verdict, and why.
    Refused(Verdict, Text),
}

/// Asks about one message and keeps the answer, also in `handle`.
///
/// # Errors
/// The store could not be read or written.
pub async fn ask(
    shared: &Shared,
    target: &Target,
    handle: &mut Handle,
) -> Result<Asked, StoreError> {
    let now = shared.clock.now();
    let over = handle.taken_at.saturating_add(SAID).is_ok_and(|end| end < now);
    let robot = send::robot(target.robot);
    if over || handle.recalled_at.is_some() || robot.afterwards().is_none() {
        return Ok(Asked::Nothing);
    }
    let message = shared.outbox.message(&handle.delivery).await?;
    let Some(message) = message.filter(|message| !message.ring) else { return Ok(Asked::Nothing) };
    let credentials = match shared.credentials(target) {
        Ok(credentials) => credentials,
        Err(why) => return Ok(Asked::Unasked(why)),
    };
    let zoned = now.to_zoned_datetime(shared.world().zone.tz.clone());
    let outgoing = Outgoing { target, message: &message, credentials: &credentials, now: &zoned };
    match send::reads(robot, &outgoing, &handle.handle, &shared.means()).await {
        Ok(Reads { read, unread, .. }) => {
            let kept = serde_json::to_string(&Readers { read, unread }).unwrap_or_default();
            shared.outbox.keep_reads(handle, &kept, now).await?;
            (handle.reads, handle.asked_at) = (Some(kept), Some(now));
            Ok(Asked::Told)
        }
        Err(receipt) => Ok(Asked::Refused(receipt.verdict, receipt.reason)),
    }
}

/// Asks about the messages that are due to be asked about. A target that does not answer is left
/// alone until the next look. Returns how many answers were kept.
///
/// # Errors
/// The store could not be read or written.
pub async fn collect_once(shared: &Shared) -> Result<usize, StoreError> {
    let world = shared.world();
    let due = shared.outbox.to_ask(&AGES, shared.clock.now(), LOOKED_AT).await?;
    let mut silent: BTreeSet<TargetId> = BTreeSet::new();
    let (mut told, mut asked) = (0, 0);
    for (id, mut handle) in due {
        let Some(target) = world.targets.get(&id).filter(|_| !silent.contains(&id)) else {
            continue;
        };
        if asked == MOST {
            break;
        }
        if everybody(shared, &handle).await? {
            continue;
        }
        asked += 1;
        match ask(shared, target, &mut handle).await? {
            Asked::Told => told += 1,
            Asked::Nothing => asked -= 1,
            Asked::Unasked(why) => {
                tracing::warn!(TARGET = id.as_str(), %why, "nobody is asked who has read");
                silent.insert(id);
            }
            Asked::Refused(verdict, why) => {
                let delivery = handle.delivery.as_str();
                tracing::warn!(delivery, %why, "the robot does not say who has read");
                if !matches!(verdict, Verdict::BadMessage | Verdict::DeadTarget) {
                    silent.insert(id);
                }
            }
        }
    }
    Ok(told)
}

/// Whether each of the people a message went to is known to have read it. Of a group nobody knows.
async fn everybody(shared: &Shared, handle: &Handle) -> Result<bool, StoreError> {
    let readers = Readers::kept(handle);
    if readers.read.is_empty() || !readers.unread.is_empty() {
        return Ok(false);
    }
    let message: Option<Message> = shared.outbox.message(&handle.delivery).await?;
    Ok(message.is_some_and(|message| !message.people.is_empty()))
}
