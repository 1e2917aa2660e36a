//! From when to when.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::{
    cli::{Exit, output},
    model::{reminder::Schedule, text::text},
    plan::Stretch,
};

/// No rehearsal is longer, in days: ten years.
const LONGEST: i64 = 3_660;

/// From when to when, both ends included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    from: Bound,
    until: Bound,
}

/// An end of a span.
#[derive(Clone, Copy, Debug)]
enum Bound {
    /// The same everywhere.
    Instant(Timestamp),
    /// What the clock on the wall shows where the reminder lives.
    Civil(DateTime),
}

impl Bound {
    /// A date alone means its beginning, or its end.
    fn read(text: &str, end: bool) -> Result<Self, Exit> {
        if let Ok(at) = text.parse() {
            return Ok(Self::Instant(at));
        }
        let alone = text.len() == "2026-12-31".len();
        let date = alone.then(|| text.parse::<Date>().ok()).flatten();
        let civil = match date {
            Some(date) if end => Some(date.at(23, 59, 59, 999_999_999)),
            Some(date) => Some(date.at(0, 0, 0, 0)),
            None => text.parse::<DateTime>().ok(),
        };
        civil.map(Self::Civil).ok_or_else(|| {
            output::error(text!("`{text}` is no date and no instant", text = text));
            output::help(text!("write 2026-12-01, 2026-12-01T09:00 or 2026-12-01T09:00:00+08:00"));
            Exit::Usage
        })
    }

    fn instant(self, tz: &TimeZone) -> Result<Timestamp, Exit> {
        match self {
            Self::Instant(at) => Ok(at),
            Self::Civil(civil) => tz.to_ambiguous_timestamp(civil).compatible().map_err(|error| {
                output::error(error.to_string());
                Exit::Usage
            }),
        }
    }
}

impl Span {
    pub(super) fn read(from: Option<&str>, until: &str, now: Timestamp) -> Result<Self, Exit> {
        let from = from.map_or(Ok(Bound::Instant(now)), |from| Bound::read(from, false))?;
        let span = Self { from, until: Bound::read(until, true)? };
        let (first, last) = span.instants(&TimeZone::UTC)?;
        let seconds = last.as_second().saturating_sub(first.as_second());
        // A civil end and an instant may be up to a day apart.
        if seconds < -86_400 {
            output::error(text!("the span ends before it begins"));
            return Err(Exit::Usage);
        }
        if seconds > LONGEST * 86_400 {
            output::error(text!("the span is longer than {days} days", days = LONGEST));
            return Err(Exit::Usage);
        }
        Ok(span)
    }

    /// First and last instant where the clocks show that zone's time.
    pub(super) fn instants(&self, tz: &TimeZone) -> Result<(Timestamp, Timestamp), Exit> {
        Ok((self.from.instant(tz)?, self.until.instant(tz)?))
    }

    /// The part of a schedule that is asked about.
    pub(super) fn of<'a>(&self, schedule: &'a Schedule) -> Result<Stretch<'a>, Exit> {
        let (first, last) = self.instants(&schedule.zone.tz)?;
        let just_before = first.checked_sub(std::time::Duration::from_nanos(1)).unwrap_or(first);
        Ok(Stretch { schedule, after: just_before, until: Some(last) })
    }

    /// How much of the span is over at an instant, from 0 to 1.
    pub(super) fn share(&self, at: Timestamp, tz: &TimeZone) -> f64 {
        let Ok((first, last)) = self.instants(tz) else { return 1.0 };
        let part = |at: Timestamp| at.as_second().saturating_sub(first.as_second()).max(0) as f64;
        (part(at) / part(last).max(1.0)).min(1.0)
    }
}
