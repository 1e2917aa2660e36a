//! Which years a calendar file knows.
//!
//! A file does not say so itself. It is taken to know a whole year when it lists days off in three
//! months of it; a file that nowhere does knows the span from its first to its last day. Events that
//! repeat for ever say nothing about how far the rest was thought ahead: where a file has others, its
//! last year is the last of those.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

/// Months with days off that make a year a known one.
const MONTHS: usize = 3;

/// A day off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) date: Date,
    /// Its event repeats for ever.
    pub(super) endless: bool,
}

/// First and last date known; `None` without any day off.
pub(super) fn of(days: &[Known]) -> Option<(Date, Date)> {
    let last_finite = days.iter().filter(|day| !day.endless).map(|day| day.date).max();
    let counted = || {
        let within = |day: &&Known| last_finite.is_none_or(|last| day.date.year() <= last.year());
        days.iter().filter(within).map(|day| day.date)
    };
    let mut months: BTreeMap<i16, BTreeSet<i8>> = BTreeMap::new();
    for date in counted() {
        months.entry(date.year()).or_default().insert(date.month());
    }
    let full = |year: &i16| months.get(year).is_some_and(|months| months.len() >= MONTHS);
    // Of years with a gap between them the later ones: nothing is known of those in between.
    match months.keys().rev().copied().find(full) {
        Some(last) => {
            let first = (months.keys().next().copied()?..=last).rev().take_while(full).last()?;
            Some((Date::new(first, 1, 1).ok()?, Date::new(last, 12, 31).ok()?))
        }
        None => Some((counted().min()?, counted().max()?)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn once(date: Date) -> Known {
        Known { date, endless: false }
    }

    #[test]
    fn a_year_with_days_off_in_three_months_is_known() {
        // New Year's break reaches into the year before and the year after.
        let days = [date(2022, 12, 31), date(2023, 1, 1), date(2023, 4, 5), date(2023, 10, 1)];
        let days: Vec<_> = days.into_iter().chain([date(2024, 1, 1)]).map(once).collect();
        assert_eq!(of(&days), Some((date(2023, 1, 1), date(2023, 12, 31))));
        assert_eq!(of(&days[..3]), Some((date(2022, 12, 31), date(2023, 4, 5))));
        assert_eq!(of(&[]), None);
        let gap = days.iter().copied().chain(
            [2025, 2026]
                .into_iter()
                .flat_map(|year| [1, 5, 10].map(|month| once(date(year, month, 1)))),
        );
        let gap: Vec<_> = gap.collect();
        assert_eq!(of(&gap), Some((date(2025, 1, 1), date(2026, 12, 31))));
    }

    #[test]
    fn what_repeats_for_ever_promises_nothing() {
        let days = |endless: bool| {
            let year = move |year: i16| {
                [1, 5, 10].map(|month| Known { date: date(year, month, 1), endless })
            };
            (2024..=2099).flat_map(year)
        };
        let endless: Vec<_> = days(true).collect();
        assert_eq!(of(&endless), Some((date(2024, 1, 1), date(2099, 12, 31))));
        let easter = endless.iter().copied().chain([once(date(2026, 4, 5))]).collect::<Vec<_>>();
        assert_eq!(of(&easter), Some((date(2024, 1, 1), date(2026, 12, 31))));
    }
}
