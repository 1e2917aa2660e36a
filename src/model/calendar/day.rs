//! A civil day as a date and as a number: dates for people and months, numbers for counting.

use jiff::{
    SignedDuration,
    civil::{Date, Weekday},
};

use crate::model::recurrence::Period;

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

    /// The first day of the period that holds it.
    #[must_use]
    pub fn first_of(self, period: Period) -> Self {
        let date = self.date;
        let back_to = |date, days: i32| Self { number: self.number - days, date };
        match period {
            Period::Week => Self::from_number(self.week() * 7 - 3).unwrap_or(self),
            Period::Month => back_to(date.first_of_month(), i32::from(date.day()) - 1),
            Period::Quarter => {
                let month = (date.month() - 1) / 3 * 3 + 1;
                Self::new(Date::new(date.year(), month, 1).unwrap_or(date))
            }
            Period::Year => back_to(date.first_of_year(), i32::from(date.day_of_year()) - 1),
        }
    }

    /// The last day of the period that holds it.
    #[must_use]
    pub fn last_of(self, period: Period) -> Self {
        let date = self.date;
        match period {
            Period::Week => Self::from_number(self.week() * 7 + 3).unwrap_or(Self::new(Date::MAX)),
            Period::Month => {
                let ahead = i32::from(date.days_in_month()) - i32::from(date.day());
                Self { number: self.number + ahead, date: date.last_of_month() }
            }
            Period::Quarter => {
                let month = (date.month() - 1) / 3 * 3 + 3;
                Self::new(Date::new(date.year(), month, 1).unwrap_or(date).last_of_month())
            }
            Period::Year => Self::new(date.last_of_year()),
        }
    }
}
