//! Whether a recurrence has a future, and if not, whether it ever had a past.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::Offset};

use super::{days::DayRule, floor, walk::Walker};
use crate::model::{
    recurrence::{Days, Recurrence},
    reminder::Schedule,
};

/// What is to come of a recurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prospect {
    /// It fires next at this instant.
    Fires(Timestamp),
    /// It has fired, or would have, and never will again: worth a note.
    Ended,
    /// It can never fire, at any time: a mistake (31 February).
    Never,
}

/// How far back a past is looked for: a little less than the 400 years a search covers.
const PAST: SignedDuration = SignedDuration::from_hours(24 * 146_000);

/// What is to come of each recurrence of a schedule, in the order they were written.
#[must_use]
pub fn prospects(schedule: &Schedule, now: Timestamp) -> Vec<Prospect> {
    let first_after = |recurrence, after| {
        let hit = Walker::new(schedule, recurrence).next(floor(after))?;
        Timestamp::from_second(hit.at).ok()
    };
    let had_a_past = |recurrence| {
        can_end(schedule, recurrence)
            && first_after(recurrence, beginning(schedule, recurrence, now)).is_some()
    };
    let prospect = |recurrence| match first_after(recurrence, now) {
        Some(due_at) => Prospect::Fires(due_at),
        None if had_a_past(recurrence) => Prospect::Ended,
        None => Prospect::Never,
    };
    schedule.when.iter().map(prospect).collect()
}

/// Whether a recurrence can have fired though it never will again. One that is free of dates and
/// of the calendar repeats itself every 400 years.
fn can_end(schedule: &Schedule, recurrence: &Recurrence) -> bool {
    schedule.until.is_some()
        || !schedule.except.is_empty()
        || matches!(recurrence.days, Days::Dates(_))
        || matches!(&recurrence.days, Days::Cron(cron) if !cron.years.is_empty())
        || DayRule::new(schedule, &recurrence.days).asks_calendar()
}

/// An instant before everything a recurrence can have fired at.
fn beginning(schedule: &Schedule, recurrence: &Recurrence, now: Timestamp) -> Timestamp {
    let date = match &recurrence.days {
        Days::Dates(dates) => dates.iter().min().copied(),
        _ => None,
    };
    match schedule.from {
        Some(from) => before(from, SignedDuration::from_hours(48)),
        None => [date, schedule.until]
            .into_iter()
            .flatten()
            .map(|end| before(end, PAST))
            .chain([now.checked_sub(PAST).unwrap_or(Timestamp::MIN)])
            .min()
            .unwrap_or(now),
    }
}

/// Some time before a date, wherever that date is.
fn before(date: Date, by: SignedDuration) -> Timestamp {
    let midnight = Offset::UTC.to_timestamp(date.at(0, 0, 0, 0));
    midnight.and_then(|at| at.checked_sub(by)).unwrap_or(Timestamp::MIN)
}
