//! A span of days that a report is about: a day, a week, a month.

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

/// Days from the first up to the one before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day.
    pub first: Date,
    /// The day after the last.
    pub end: Date,
}

impl Period {
    /// The words of [`Self::named`].
    pub const NAMES: [&'static str; 6] =
        ["today", "yesterday", "this week", "last week", "this month", "last month"];

    /// One day: a date, `today`, or `yesterday` (also `last`).
    #[must_use]
    pub fn day(text: &str, today: Date) -> Option<Self> {
        let first = match text {
            "today" | "this" | "今天" => today,
            "yesterday" | "last" | "昨天" => today.yesterday().ok()?,
            date => date.parse().ok()?,
        };
        Some(Self { first, end: first.tomorrow().ok()? })
    }

    /// One month: `2026-11`, `this` or `last`.
    #[must_use]
    pub fn month(text: &str, today: Date) -> Option<Self> {
        let first = match text {
            "this" | "本月" => today.first_of_month(),
            "last" | "上月" => today.first_of_month().yesterday().ok()?.first_of_month(),
            month => {
                let (year, number) = month.split_once('-')?;
                let right = year.len() == 4 && number.len() == 2;
                right.then(|| Date::new(year.parse().ok()?, number.parse().ok()?, 1).ok())??
            }
        };
        Some(Self { first, end: first.checked_add(Span::new().months(1)).ok()? })
    }

    /// A period as words say it: one of [`Self::NAMES`].
    #[must_use]
    pub fn named(words: &str, today: Date) -> Option<Self> {
        match words {
            "today" | "yesterday" => Self::day(words, today),
            "this month" => Self::month("this", today),
            "last month" => Self::month("last", today),
            "this week" | "last week" => {
                let since_monday = i64::from(today.weekday().to_monday_zero_offset());
                let back = since_monday + if words == "last week" { 7 } else { 0 };
                let first = today.checked_sub(Span::new().days(back)).ok()?;
                Some(Self { first, end: first.checked_add(Span::new().days(7)).ok()? })
            }
            _ => None,
        }
    }

    /// The instants at which it begins and ends in a zone; none beyond what calendars reach.
    #[must_use]
    pub fn instants(&self, tz: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let begins = |day: Date| {
            let midnight = tz.to_ambiguous_zoned_datetime(day.at(0, 0, 0, 0)).compatible();
            midnight.ok().map(|at| at.timestamp())
        };
        Some((begins(self.first)?, begins(self.end)?))
    }

    /// The last day.
    #[must_use]
    pub fn last(&self) -> Date {
        self.end.yesterday().unwrap_or(self.end)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn periods_are_read() {
        let today = date(2026, 12, 1);
        let span =
            |period: Option<Period>| period.map(|one| format!("{}..{}", one.first, one.last()));
        for (found, expected) in [
            (Period::day("today", today), "2026-12-01..2026-12-01"),
            (Period::day("yesterday", today), "2026-11-30..2026-11-30"),
            (Period::day("2024-02-29", today), "2024-02-29..2024-02-29"),
            (Period::month("this", today), "2026-12-01..2026-12-31"),
            (Period::month("last", today), "2026-11-01..2026-11-30"),
            (Period::month("2024-02", today), "2024-02-01..2024-02-29"),
            (Period::named("this week", today), "2026-11-30..2026-12-06"),
            (Period::named("last week", today), "2026-11-23..2026-11-29"),
            (Period::named("last month", today), "2026-11-01..2026-11-30"),
        ] {
            assert_eq!(span(found).as_deref(), Some(expected));
        }
        for wrong in ["", "2026-13", "2026-1", "26-01", "next", "2026-11-01"] {
            assert_eq!(Period::month(wrong, today), None, "{wrong}");
        }
        assert_eq!((Period::day("2026-02-30", today), Period::named("soon", today)), (None, None));
    }
}
