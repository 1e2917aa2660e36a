//! What holds for every schedule, checked against slow and obvious ways to say the same.

use jiff::{Timestamp, civil::Date};
use proptest::{prelude::*, sample::select};

use super::support::*;
use crate::{
    model::{
        calendar::{Calendar, Day, OnUncovered},
        recurrence::{
            CronDays, CronTimes, Days, MonthDay, MonthSet, Period, Recurrence, Times, WeekdaySet,
            YearDay,
        },
        reminder::{OnDayOff, Schedule},
    },
    plan::{days::DayRule, explain, instants, next, planned},
};

/// Zones and an instant near which their clocks change: by an hour, by half an hour, at and around
/// midnight, by a whole day, twice a Ramadan.
const CHANGES: [(&str, &str); 14] = [
    ("Europe/Riga", "2021-03-28T01:00:00Z"),
    ("Europe/Riga", "2021-10-31T01:00:00Z"),
    ("America/New_York", "2026-03-08T07:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
    ("America/St_Johns", "1990-04-01T03:31:00Z"),
    ("America/St_Johns", "1990-10-28T02:31:00Z"),
    ("America/Nuuk", "2026-03-29T01:00:00Z"),
    ("Antarctica/Troll", "2026-10-25T01:00:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
    ("Pacific/Kwajalein", "1993-08-21T12:00:00Z"),
    ("Africa/Casablanca", "2026-03-22T02:00:00Z"),
];

fn weekdays() -> impl Strategy<Value = WeekdaySet> {
    proptest::collection::vec(0..7_i8, 1..4).prop_map(|days| {
        days.into_iter().map(|n| jiff::civil::Weekday::Sunday.wrapping_add(n)).collect()
    })
}

fn cron_days() -> impl Strategy<Value = CronDays> {
    let lists = (
        proptest::collection::vec(0..31_u8, 0..2),
        proptest::collection::vec(0..32_u8, 0..2),
        proptest::collection::vec((0..7_i8, select(vec![-1, 1, 2, 3, 4, 5_i8])), 0..2),
    );
    let sets = (any::<u32>(), any::<u16>(), weekdays(), any::<bool>());
    (lists, sets).prop_map(|((from_end, nearest_weekday, nth), (days, months, weekdays, both))| {
        let weekday = |n| jiff::civil::Weekday::Sunday.wrapping_add(n);
        CronDays {
            text: String::new(),
            days,
            from_end,
            nearest_weekday,
            months,
            weekdays,
            nth_weekdays: nth.into_iter().map(|(day, nth)| (weekday(day), nth)).collect(),
            both,
            years: Vec::new(),
        }
    })
}

fn days() -> impl Strategy<Value = Days> {
    let holiday = || select(vec![None, Some("国庆节".to_owned()), Some("none".to_owned())]);
    let period = select(vec![Period::Week, Period::Month, Period::Quarter, Period::Year]);
    prop_oneof![
        Just(Days::Every),
        Just(Days::Workdays),
        Just(Days::DaysOff),
        Just(Days::MakeUpWorkdays),
        weekdays().prop_map(Days::Weekdays),
        (0..9_u16, weekdays()).prop_map(|(n, weekdays)| Days::EveryNWeeks { n, weekdays }),
        (0..33_i8).prop_map(|n| Days::MonthDays {
            days: vec![MonthDay::Day(n), MonthDay::FromEnd(n)],
            months: MonthSet::ALL
        }),
        (1..32_i8)
            .prop_map(|n| Days::MonthDays { days: vec![MonthDay::Day(n)], months: MonthSet::ALL }),
        (-5..6_i8, 0..7_i8).prop_map(|(nth, day)| Days::NthWeekday {
            nths: vec![nth, 1],
            weekdays: WeekdaySet::EMPTY.with(jiff::civil::Weekday::Sunday.wrapping_add(day)),
            months: MonthSet::ALL,
        }),
        (-12..12_i16, period).prop_map(|(nth, period)| Days::NthWorkday {
            nths: vec![nth],
            period,
            months: MonthSet::ALL
        }),
        (0..6_u8, holiday())
            .prop_map(|(nth, holiday)| Days::BeforeHoliday { nths: vec![nth], holiday }),
        (0..4_u8, holiday())
            .prop_map(|(nth, holiday)| Days::AfterHoliday { nths: vec![nth], holiday }),
        (0..99_u16).prop_map(|n| Days::EveryNWorkdays { n }),
        (1..13_i8, 1..32_i8).prop_map(|(month, day)| Days::Yearly(vec![YearDay { month, day }])),
        (20_000..21_500_i32).prop_map(|day| Days::Dates(vec![date_of(day)])),
        cron_days().prop_map(Days::Cron),
    ]
}

fn time_of_day() -> impl Strategy<Value = jiff::civil::Time> {
    (0..24_i8, 0..60_i8).prop_map(|(hour, minute)| jiff::civil::Time::constant(hour, minute, 0, 0))
}

/// Times to the minute, so that a slow clock can tick in minutes.
fn times_of_day() -> impl Strategy<Value = Times> {
    let fixed = proptest::collection::btree_set(time_of_day(), 0..5);
    let grid = (1..300_u32, time_of_day(), time_of_day());
    let cron = (any::<u64>(), any::<u32>(), any::<bool>());
    prop_oneof![
        fixed.prop_map(|times| Times::At(times.into_iter().collect())),
        grid.prop_map(|(step, from, to)| Times::Grid { step: step * 60, from, to }),
        cron.prop_map(|(minutes, hours, wildcard)| {
            let minutes = minutes & ((1 << 60) - 1);
            Times::Cron(CronTimes { seconds: 1, minutes, hours: hours & 0xFF_FFFF, wildcard })
        }),
    ]
}

fn policy() -> impl Strategy<Value = OnDayOff> {
    select(vec![
        OnDayOff::Keep,
        OnDayOff::Skip,
        OnDayOff::Previous,
        OnDayOff::Next,
        OnDayOff::NextInMonth,
    ])
}

/// Any schedule at all; the days between which it is in force are near 2026.
fn schedules() -> impl Strategy<Value = Schedule> {
    let span = || proptest::option::of((20_000..21_500_i32).prop_map(date_of));
    let uncovered = select(vec![OnUncovered::Weekday, OnUncovered::Hold, OnUncovered::Skip]);
    let zone_name = select(CHANGES.to_vec()).prop_map(|(name, _)| name);
    let when = proptest::collection::vec((days(), times_of_day()), 1..3);
    (when, policy(), uncovered, zone_name, (span(), span(), span())).prop_map(
        |(when, on_day_off, uncovered, name, (from, until, except))| Schedule {
            when: when.into_iter().map(|(days, times)| Recurrence { days, times }).collect(),
            zone: zone(name),
            calendar: calendar().derive("cn").on_uncovered(uncovered).build().into(),
            on_day_off,
            from,
            until,
            except: except.into_iter().map(|first| (first, first)).collect(),
        },
    )
}

fn date_of(number: i32) -> Date {
    Day::from_number(number).unwrap().date()
}

/// Minutes from a few days before a change of clocks to a few days after, with their wall time.
fn ticks(schedule: &Schedule, around: Timestamp) -> Vec<(Timestamp, jiff::civil::DateTime)> {
    let start = around.as_second() - 3 * 86_400;
    let tick = |minute: i64| {
        let at = Timestamp::from_second(start + minute * 60).unwrap();
        (at, schedule.zone.tz.to_datetime(at))
    };
    (0..6 * 1440).map(tick).collect()
}

/// The instants a daily schedule must give, from a clock that ticks in minutes.
fn by_ticking(times: &Times, ticks: &[(Timestamp, jiff::civil::DateTime)]) -> Vec<Timestamp> {
    let named = |wall: &jiff::civil::DateTime| {
        let second = u32::from(wall.hour().unsigned_abs()) * 3600
            + u32::from(wall.minute().unsigned_abs()) * 60;
        let at = |second| super::times::at_or_after(times, second) == Some(second);
        at(second) || super::times::run_over_midnight(times) && at(second + 86_400)
    };
    if super::times::follow_real_time(times) {
        return ticks.iter().filter(|(_, wall)| named(wall)).map(|(at, _)| *at).collect();
    }
    let mut due = std::collections::BTreeSet::new();
    let (first, last) = (ticks[0].1.date(), ticks[ticks.len() - 1].1.date());
    let dates = std::iter::successors(Some(first), |date| date.tomorrow().ok());
    for date in dates.take_while(|date| *date <= last) {
        if !ticks.iter().any(|(_, wall)| wall.date() == date) {
            continue;
        }
        for minute in 0..1440 {
            let wall = date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
            if named(&wall) {
                due.extend(ticks.iter().find(|(_, shown)| *shown >= wall).map(|(at, _)| *at));
            }
        }
    }
    due.into_iter().collect()
}

/// Where a day off goes, in plain steps; a workday stays.
fn rolled(calendar: &Calendar, policy: OnDayOff, day: Day) -> Option<Day> {
    let step = |forward: bool| {
        let mut to = day;
        while calendar.is_off(to) {
            to = if forward { to.next() } else { to.previous() }.unwrap();
        }
        to
    };
    match policy {
        _ if !calendar.is_off(day) => Some(day),
        OnDayOff::Keep => Some(day),
        OnDayOff::Skip => None,
        OnDayOff::Previous => Some(step(false)),
        OnDayOff::Next => Some(step(true)),
        OnDayOff::NextInMonth => {
            let next = step(true);
            Some(if next.date().month() == day.date().month() { next } else { step(false) })
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn instants_strictly_increase_and_next_agrees(schedule in schedules(), after in 1_700_000_000..1_830_000_000_i64) {
        let after = Timestamp::from_second(after).unwrap();
        let mut last = after;
        for due_at in instants(&schedule, after).take(12) {
            prop_assert!(due_at > last);
            let found = next(&schedule, last).map(|planned| planned.due_at);
            prop_assert_eq!(found, Some(due_at));
            last = due_at;
        }
    }

    #[test]
    fn no_instant_is_too_early_or_too_late(schedule in schedules(), far in any::<i64>(), near in -5..5_i64) {
        let (min, max) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        for after in [far.clamp(min, max), (max + near).min(max), (min + near).max(min)] {
            let after = Timestamp::from_second(after).unwrap();
            prop_assert!(instants(&schedule, after).take(3).all(|due_at| due_at > after));
        }
        for date in [Date::MIN, Date::MAX] {
            prop_assert!(!explain(&schedule, date).reasons.is_empty());
        }
    }

    #[test]
    fn nothing_fires_outside_its_days(schedule in schedules(), after in 1_750_000_000..1_810_000_000_i64) {
        let after = Timestamp::from_second(after).unwrap();
        let calendar = &schedule.calendar;
        for due_at in instants(&schedule, after).take(12) {
            let date = schedule.zone.tz.to_datetime(due_at).date();
            // In a gap at midnight the date may be the one after.
            let dates = [date, date.yesterday().unwrap()];
            prop_assert!(dates.iter().any(|date| explain(&schedule, *date).fires.contains(&due_at)));
            let asks = schedule.when.iter().any(|when| when.days.asks_calendar());
            if schedule.on_day_off != OnDayOff::Keep && !asks {
                prop_assert!(dates.iter().any(|date| calendar.is_workday(*date)), "{date}");
            }
        }
    }

    #[test]
    fn a_clock_that_ticks_agrees(change in select(CHANGES.to_vec()), times in times_of_day(), start in 0..4000_usize) {
        let calendar = Calendar::weekends().into();
        let schedule = Schedule { zone: zone(change.0), calendar, ..china(Days::Every, times.clone()) };
        let ticks = ticks(&schedule, instant(change.1));
        let (first, last) = (ticks[1440 + start].0, ticks[ticks.len() - 1500].0);
        let expected: Vec<_> = by_ticking(&times, &ticks).into_iter()
            .filter(|at| (first.as_second() + 1..=last.as_second()).contains(&at.as_second()))
            .collect();
        let found: Vec<_> = instants(&schedule, first).take_while(|at| *at <= last).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn rolling_forwards_and_asking_backwards_agree(days in days(), policy in policy(), start in 20_300..20_900_i32) {
        let schedule = Schedule { on_day_off: policy, ..china(days, at("09:00")) };
        let days = &schedule.when[0].days;
        // A rule that asks the calendar itself is left where it is.
        let policy = if days.asks_calendar() { OnDayOff::Keep } else { policy };
        let rule = DayRule::new(&schedule, days);
        let day = |number| Day::from_number(number).unwrap();
        let named = (start - 30..start + 90).map(day).filter(|day| rule.names(*day));
        let expected: std::collections::BTreeSet<_> =
            named.filter_map(|day| rolled(&schedule.calendar, policy, day)).collect();
        for day in (start..start + 60).map(day) {
            prop_assert_eq!(rule.fires(day), expected.contains(&day), "{:?}", day.date());
        }
    }

    #[test]
    fn notes_never_hide_an_instant(schedule in schedules(), after in 1_750_000_000..1_810_000_000_i64) {
        let after = Timestamp::from_second(after).unwrap();
        let with: Vec<_> = planned(&schedule, after).take(8).map(|planned| planned.due_at).collect();
        let without: Vec<_> = instants(&schedule, after).take(8).collect();
        prop_assert_eq!(with, without);
    }
}
