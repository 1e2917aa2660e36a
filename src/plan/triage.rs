//! What was missed: which occurrences are still planned after downtime, suspend or a clock step.
//!
//! Occurrences come due in (watermark, now]. Those at most 30 s late are simply planned. Later
//! ones are misfires: `grace` says how late one may still be planned, `on_miss` how many. What is
//! left out becomes rows, or one row with first, last and count: nothing vanishes.

use std::{collections::VecDeque, time::Duration};

use jiff::Timestamp;

use super::instants;
use crate::model::{
    reminder::{OnMiss, Reminder, Schedule},
    text::{Text, text},
};

/// Lateness up to this is no misfire.
pub const PROMPT: Duration = Duration::from_secs(30);

/// At most so many misfires are planned by `on_miss: all`, and so many missed ones get a row each.
pub const CATCH_UP: usize = 100;

/// Missed occurrences are counted up to here; a count that reaches it means "at least".
pub const COUNT_CAP: u64 = 1_000_000;

/// What to write after looking at a reminder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Triage {
    /// One row each, oldest first.
    pub rows: Vec<Row>,
    /// The instant planned up to.
    pub watermark: Timestamp,
}

/// What becomes of one occurrence, or of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// It is to be composed and sent.
    Planned {
        /// When it was due.
        due_at: Timestamp,
    },
    /// It will not be sent.
    Missed {
        /// When it was due.
        due_at: Timestamp,
        /// Why not.
        reason: MissReason,
    },
    /// More than [`CATCH_UP`] will not be sent.
    MissedMany {
        /// When the first was due.
        first: Timestamp,
        /// When the last was due.
        last: Timestamp,
        /// How many; [`COUNT_CAP`] means at least so many.
        count: u64,
        /// Why not.
        reason: MissReason,
    },
}

impl Row {
    /// The instant that identifies the row: when it was due, for many when the last was.
    #[must_use]
    pub fn due_at(&self) -> Timestamp {
        match self {
            Self::Planned { due_at } | Self::Missed { due_at, .. } => *due_at,
            Self::MissedMany { last, .. } => *last,
        }
    }
}

/// Why an occurrence was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MissReason {
    /// Older than `grace`.
    Grace,
    /// Left out by `on_miss`.
    OnMiss,
    /// Of many, some are one and some the other.
    Both,
}

impl From<MissReason> for Text {
    fn from(reason: MissReason) -> Self {
        match reason {
            MissReason::Grace => text!("too late: older than `grace`"),
            MissReason::OnMiss => text!("left out by `on_miss`"),
            MissReason::Both => text!("too late, or left out by `on_miss`"),
        }
    }
}

/// Judges the occurrences of a reminder that came due after `watermark` and are first seen now.
#[must_use]
pub fn triage(reminder: &Reminder, watermark: Timestamp, now: Timestamp) -> Triage {
    let done = Triage { rows: Vec::new(), watermark: watermark.max(now) };
    let schedule = &reminder.schedule;
    let due = || instants(schedule, watermark).next().is_some_and(|due_at| due_at <= now);
    if !reminder.enabled || !due() {
        return done;
    }
    let ago = |age: Duration| now.checked_sub(age).unwrap_or(Timestamp::MIN).max(watermark);
    // An instant belongs to the later group when it is exactly 30 s or `grace` old.
    let prompt = before(ago(PROMPT)).max(watermark);
    let graced = before(ago(reminder.grace)).max(watermark).min(prompt);
    let allowed = match reminder.on_miss {
        OnMiss::Latest => 1,
        OnMiss::All => CATCH_UP,
        OnMiss::Skip => 0,
    };
    let late = newest(schedule, graced, prompt, allowed);
    // Everything up to here is left out.
    let left_out = match (late.first(), allowed) {
        (Some(first), 1..) => before(*first),
        _ => prompt,
    };
    let mut rows = missed(schedule, watermark, graced, left_out);
    let fresh = instants(schedule, prompt).take_while(|due_at| *due_at <= now);
    rows.extend(late.into_iter().chain(fresh).map(|due_at| Row::Planned { due_at }));
    Triage { rows, ..done }
}

/// The instant just before another one.
fn before(at: Timestamp) -> Timestamp {
    at.checked_sub(Duration::from_nanos(1)).unwrap_or(Timestamp::MIN)
}

/// The newest `count` instants in (after, until], oldest first.
///
/// Looks at ever longer stretches before `until`, so that a long past costs no more than the few
/// instants that are wanted.
fn newest(schedule: &Schedule, after: Timestamp, until: Timestamp, count: usize) -> Vec<Timestamp> {
    let mut stretch = PROMPT;
    loop {
        let start = until.checked_sub(stretch).unwrap_or(Timestamp::MIN).max(after);
        let mut found = VecDeque::new();
        for at in instants(schedule, start).take_while(|at| *at <= until) {
            found.push_back(at);
            if found.len() > count {
                found.pop_front();
            }
        }
        if found.len() == count || start == after {
            return found.into();
        }
        stretch = stretch.saturating_mul(2);
    }
}

/// The rows of what is left out: all in (watermark, until], too old up to `graced`.
fn missed(
    schedule: &Schedule,
    watermark: Timestamp,
    graced: Timestamp,
    until: Timestamp,
) -> Vec<Row> {
    let reason = |at: Timestamp| if at <= graced { MissReason::Grace } else { MissReason::OnMiss };
    let all = || instants(schedule, watermark).take_while(|at| *at <= until);
    let rows: Vec<Row> = all()
        .take(CATCH_UP + 1)
        .map(|due_at| Row::Missed { due_at, reason: reason(due_at) })
        .collect();
    let first = match rows.first() {
        Some(first) if rows.len() > CATCH_UP => first.due_at(),
        _ => return rows,
    };
    let last = newest(schedule, watermark, until, 1).last().copied().unwrap_or(first);
    let count = all().zip(1..=COUNT_CAP).last().map_or(COUNT_CAP, |(_, count)| count);
    let reason = match (reason(first), reason(last)) {
        (one, other) if one == other => one,
        _ => MissReason::Both,
    };
    vec![Row::MissedMany { first, last, count, reason }]
}
