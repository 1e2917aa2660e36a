//! The day fields of a cron expression.

use jiff::civil::{Date, Weekday};

use super::{from_end, is_nth_weekday};
use crate::model::recurrence::CronDays;

/// Whether a cron expression's day fields match a date, whose weekday is given.
pub(super) fn matches(cron: &CronDays, date: Date, weekday: Weekday) -> bool {
    let of_year =
        cron.years.is_empty() || cron.years.iter().any(|years| years.contains(date.year()));
    if cron.months >> date.month() & 1 == 0 || !of_year {
        return false;
    }
    let of_month = cron.days >> date.day() & 1 == 1
        || cron.from_end.iter().any(|before| i16::from(*before) == i16::from(from_end(date)) - 1)
        || cron.nearest_weekday.iter().any(|day| nearest(date, weekday, *day) == Some(date.day()));
    let of_week = || {
        cron.weekdays.contains(weekday)
            || cron
                .nth_weekdays
                .iter()
                .any(|(day, nth)| *day == weekday && is_nth_weekday(date, *nth))
    };
    if cron.both { of_month && of_week() } else { of_month || of_week() }
}

/// The weekday (Monday to Friday) nearest to a day of the month (0: the last one) without leaving
/// the month, which is that of a date whose weekday is given. A month without that day has none.
fn nearest(date: Date, weekday: Weekday, day: u8) -> Option<i8> {
    let last = date.days_in_month();
    let target = if day == 0 { last } else { i8::try_from(day).ok().filter(|day| *day <= last)? };
    Some(match weekday.wrapping_add(target - date.day()) {
        Weekday::Saturday if target == 1 => target + 2,
        Weekday::Saturday => target - 1,
        Weekday::Sunday if target == last => target - 2,
        Weekday::Sunday => target + 1,
        _ => target,
    })
}
