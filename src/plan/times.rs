//! The wall-clock times of one day, as seconds from its midnight.

use jiff::civil::Time;

use crate::model::recurrence::{CronTimes, Times};

/// Whether the times follow real time through clock changes. Fixed times do not: each fires once
/// for its day, when the wall clock first reaches it.
pub(super) fn follow_real_time(times: &Times) -> bool {
    match times {
        Times::At(_) => false,
        Times::Grid { .. } => true,
        Times::Cron(cron) => cron.wildcard,
    }
}

/// Seconds in a day.
pub(super) const DAY: u32 = 86_400;

/// Whether some of a day's times lie after the midnight that ends it.
pub(super) fn run_over_midnight(times: &Times) -> bool {
    matches!(times, Times::Grid { from, to, .. } if to < from)
}

/// The first time of a day at or after `second`, counted from the midnight that starts the day.
pub(super) fn at_or_after(times: &Times, second: u32) -> Option<u32> {
    match times {
        Times::At(list) => {
            let first = list.partition_point(|time| seconds(*time) < second);
            list.get(first).map(|time| seconds(*time))
        }
        Times::Grid { step, from, to } => {
            let (step, from, to) = ((*step).max(1), seconds(*from), seconds(*to));
            let to = if to < from { to + DAY } else { to };
            let steps = second.saturating_sub(from).div_ceil(step);
            let point = steps.checked_mul(step)?.checked_add(from)?;
            (point <= to).then_some(point)
        }
        Times::Cron(cron) => cron_at_or_after(cron, second),
    }
}

/// Seconds from midnight.
fn seconds(time: Time) -> u32 {
    let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(i8::unsigned_abs);
    u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second)
}

fn cron_at_or_after(cron: &CronTimes, second: u32) -> Option<u32> {
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let hours = u64::from(cron.hours);
    let (first_minute, first_second) = (bit_from(cron.minutes, 0)?, bit_from(cron.seconds, 0)?);
    let in_minute = || {
        let here = hours >> hour & cron.minutes >> minute & 1 == 1;
        here.then(|| bit_from(cron.seconds, second)).flatten().map(|second| (hour, minute, second))
    };
    let in_hour = || {
        let here = hours >> hour & 1 == 1;
        let later = here.then(|| bit_from(cron.minutes, minute + 1)).flatten();
        later.map(|minute| (hour, minute, first_second))
    };
    let in_day = || bit_from(hours, hour + 1).map(|hour| (hour, first_minute, first_second));
    let (hour, minute, second) = in_minute().or_else(in_hour).or_else(in_day)?;
    Some(hour * 3600 + minute * 60 + second)
}

/// The lowest bit that is set at or above `from`.
fn bit_from(bits: u64, from: u32) -> Option<u32> {
    let rest = bits & u64::MAX.checked_shl(from)?;
    (rest != 0).then(|| rest.trailing_zeros())
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    fn all(times: &Times) -> Vec<u32> {
        let next = |second: Option<u32>| at_or_after(times, second.map_or(0, |second| second + 1));
        std::iter::successors(next(None), |second| next(Some(*second))).collect()
    }

    #[test]
    fn a_grid_holds_both_its_ends_and_ends_before_midnight() {
        let grid = |step, from, to| Times::Grid { step, from, to };
        let hours = all(&grid(7200, time(9, 0, 0, 0), time(18, 0, 0, 0)));
        assert_eq!(hours, [9, 11, 13, 15, 17].map(|hour| hour * 3600));
        assert_eq!(all(&grid(10_800, time(9, 0, 0, 0), time(18, 0, 0, 0))).last(), Some(&64_800));
        let last = time(23, 59, 59, 0);
        assert_eq!(all(&grid(2700, Time::midnight(), last)).last(), Some(&(23 * 3600 + 900)));
        assert_eq!(all(&grid(1, Time::midnight(), last)).len(), 86_400);
        assert_eq!(all(&grid(0, last, last)), [86_399]);
        assert_eq!(all(&grid(u32::MAX, time(0, 0, 1, 0), last)), [1]);
        assert_eq!(all(&grid(60, last, last)), [86_399]);
    }

    #[test]
    fn a_grid_that_ends_before_it_starts_runs_over_midnight() {
        let night = Times::Grid { step: 7200, from: time(22, 0, 0, 0), to: time(6, 0, 0, 0) };
        assert_eq!(all(&night), [22, 24, 26, 28, 30].map(|hour| hour * 3600));
        assert!(run_over_midnight(&night));
        let day = Times::Grid { step: 7200, from: time(6, 0, 0, 0), to: time(22, 0, 0, 0) };
        assert!(!run_over_midnight(&day));
    }

    #[test]
    fn cron_times_are_every_combination_in_order() {
        let cron = CronTimes {
            seconds: 1 | 1 << 59,
            minutes: 1 << 30,
            hours: 1 | 1 << 23,
            wildcard: false,
        };
        assert_eq!(all(&Times::Cron(cron)), [1800, 1859, 84_600, 84_659]);
        let every = CronTimes {
            seconds: (1 << 60) - 1,
            minutes: (1 << 60) - 1,
            hours: (1 << 24) - 1,
            wildcard: true,
        };
        assert!(all(&Times::Cron(every)).into_iter().eq(0..86_400));
        for none in [
            CronTimes { seconds: 0, ..every },
            CronTimes { minutes: 0, ..every },
            CronTimes { hours: 0, ..every },
        ] {
            assert_eq!(at_or_after(&Times::Cron(none), 0), None);
        }
    }

    #[test]
    fn no_times_is_never() {
        assert_eq!(at_or_after(&Times::At(Vec::new()), 0), None);
        assert_eq!(at_or_after(&Times::At(vec![time(9, 0, 0, 0)]), 32_401), None);
    }
}
