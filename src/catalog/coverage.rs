//! Which years a file with days off knows.
//!
//! A file does not say so itself. It is taken to know a whole year when it lists days off in three
//! months of it; a file that nowhere does knows the span from its first to its last day. Events that
//! repeat for ever say nothing about how far the rest was thought ahead: where a file has others, its
//! last year is the last of those.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::model::calendar::{Calendar, ListedDay};

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
    let full = |year: i16| months.get(&year).is_some_and(|months| months.len() >= MONTHS);
    let years = *months.keys().next()?..=*months.keys().next_back()?;
    match latest(years, full) {
        Some((first, last)) => years_in_full(first, last),
        None => Some((counted().min()?, counted().max()?)),
    }
}

/// What a file that knows these dates knows when it is put over a calendar. Where the law fixes
/// holidays, a file that lists a year without them holds dates of one's own, and does not know that
/// year. Over a calendar that knows whole years a file that knows none adds days and nothing else.
pub(super) fn over(
    known: (Date, Date),
    days: &[ListedDay],
    below: &Calendar,
) -> Option<(Date, Date)> {
    let (first, last) = known;
    let whole = first == first.first_of_year() && last == last.last_of_year();
    if !whole {
        return below.coverage().is_none().then_some(known);
    }
    let off: BTreeSet<Date> = days.iter().filter(|day| day.off).map(|day| day.date).collect();
    let lawful = |year: i16| {
        let mut fixed = below.layers().flat_map(|layer| &layer.fixed);
        fixed.all(|fixed| {
            let date = Date::new(year, fixed.month, fixed.day);
            fixed.since > year || date.is_ok_and(|date| off.contains(&date))
        })
    };
    let (first, last) = latest(first.year()..=last.year(), lawful)?;
    years_in_full(first, last)
}

/// The latest years without a gap between them: of what lies between others nothing is known.
fn latest(years: std::ops::RangeInclusive<i16>, known: impl Fn(i16) -> bool) -> Option<(i16, i16)> {
    let last = years.clone().rev().find(|year| known(*year))?;
    let first = (*years.start()..=last).rev().take_while(|year| known(*year)).last()?;
    Some((first, last))
}

/// From the first day of one year to the last of another.
pub(super) fn years_in_full(first: i16, last: i16) -> Option<(Date, Date)> {
    Some((Date::new(first, 1, 1).ok()?, Date::new(last, 12, 31).ok()?))
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
