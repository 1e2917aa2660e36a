//! A civil day as a date and as a number: dates for people and months, numbers for counting.

use jiff::{
    SignedDuration,
    civil::{Date, Weekday},
};

/// Day number 0, a Thursday.
const EPOCH: Date = Date::constant(1970, 1, 1);
const SECONDS: i64 = 86_400;

/// A civil day. Ordered in time; number 0 is 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    number: i32,
    date: Date,
}

impl Day {
    /// The day a date names.
    #[must_use]
    pub fn new(date: Date) -> Self {
        let days = date.duration_since(EPOCH).as_secs().div_euclid(SECONDS);
        // Dates reach from year -9999 to 9999: under four million days.
        Self { number: i32::try_from(days).unwrap_or(i32::MAX), date }
    }

    /// The day with a number; `None` outside the years -9999 to 9999.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        let since = SignedDuration::from_secs(i64::from(number) * SECONDS);
        Some(Self { number, date: EPOCH.checked_add(since).ok()? })
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn number(self) -> i32 {
        self.number
    }

    /// Its date.
    #[must_use]
    pub fn date(self) -> Date {
        self.date
    }

    /// Its weekday.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        Weekday::Thursday.wrapping_add(i64::from(self.number))
    }

    /// The number of its week, Monday to Sunday; week 0 holds day 0.
    #[must_use]
    pub fn week(self) -> i32 {
        self.number.saturating_add(3).div_euclid(7)
    }

    /// The day after; `None` after the year 9999.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Some(Self { number: self.number + 1, date: self.date.tomorrow().ok()? })
    }

    /// The day before; `None` before the year -9999.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        Some(Self { number: self.number - 1, date: self.date.yesterday().ok()? })
    }
}
