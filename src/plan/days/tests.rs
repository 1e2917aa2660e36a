use jiff::civil::{Weekday, date};

use super::*;
use crate::{
    model::recurrence::{CronDays, MonthSet, WeekdaySet},
    plan::tests::support::*,
};

/// The first days of 2026 from a date on that a rule picks, as `MM-DD`.
fn picks(schedule: &Schedule, from: Date, count: usize) -> String {
    let rule = DayRule::new(schedule, &schedule.when[0].days);
    let mut day = Day::new(from);
    let mut found = Vec::new();
    while found.len() < count {
        let Some(next) = rule.first_day(day, Day::new(Date::MAX)) else { break };
        found.push(next.date().strftime("%m-%d").to_string());
        day = next.next().unwrap();
    }
    found.join(" ")
}

fn of(days: Days) -> Schedule {
    china(days, at("09:00"))
}

fn set(days: &[Weekday]) -> WeekdaySet {
    days.iter().copied().collect()
}

#[test]
fn rules_without_a_calendar() {
    let new_year = date(2026, 1, 1);
    let month_day = |day| Days::MonthDays { days: vec![day], months: MonthSet::ALL };
    for (days, picked) in [
        (Days::Every, "01-01 01-02 01-03"),
        (Days::Weekdays(set(&[Weekday::Monday, Weekday::Friday])), "01-02 01-05 01-09"),
        (month_day(MonthDay::Day(31)), "01-31 03-31 05-31"),
        (month_day(MonthDay::FromEnd(1)), "01-31 02-28 03-31"),
        (month_day(MonthDay::FromEnd(31)), "01-01 03-01 05-01"),
        (
            Days::NthWeekday {
                nths: vec![2],
                weekdays: WeekdaySet::EMPTY.with(Weekday::Tuesday),
                months: MonthSet::ALL,
            },
            "01-13 02-10 03-10",
        ),
        (
            Days::NthWeekday {
                nths: vec![5],
                weekdays: WeekdaySet::EMPTY.with(Weekday::Friday),
                months: MonthSet::ALL,
            },
            "01-30 05-29 07-31",
        ),
        (
            Days::NthWeekday {
                nths: vec![-1],
                weekdays: WeekdaySet::EMPTY.with(Weekday::Friday),
                months: MonthSet::ALL,
            },
            "01-30 02-27 03-27",
        ),
        (
            Days::NthWeekday {
                nths: vec![0],
                weekdays: WeekdaySet::EMPTY.with(Weekday::Friday),
                months: MonthSet::ALL,
            },
            "",
        ),
        (Days::Yearly(vec![YearDay { month: 12, day: 31 }]), "12-31 12-31 12-31"),
        (Days::Dates(vec![date(2026, 12, 31)]), "12-31"),
        (Days::Dates(vec![date(2025, 12, 31)]), ""),
    ] {
        assert_eq!(picks(&of(days.clone()), new_year, 3), picked, "{days:?}");
    }
}

#[test]
fn every_n_weeks_is_counted_from_the_week_of_from() {
    let fridays = |from| Schedule {
        from,
        ..of(Days::EveryNWeeks { n: 2, weekdays: set(&[Weekday::Monday, Weekday::Friday]) })
    };
    // From a Wednesday: the Monday of its week is past, its Friday is not.
    let from = Some(date(2026, 11, 25));
    assert_eq!(picks(&fridays(from), date(2026, 1, 1), 3), "11-27 12-07 12-11");
    // Without a beginning the count is the same wherever one starts to look.
    let (one, other) = (date(2026, 3, 2), date(2026, 3, 9));
    let seen = [one, other].map(|from| picks(&fridays(None), from, 2));
    assert!(seen[0].ends_with(&seen[1][6..]) || seen[1].starts_with(&seen[0][..5]), "{seen:?}");
    assert_eq!(picks(&fridays(None), date(2001, 1, 1), 3), "01-01 01-05 01-15");
}

#[test]
fn rules_by_the_calendar() {
    let nth = |nth, period| Days::NthWorkday { nths: vec![nth], period, months: MonthSet::ALL };
    let before = |nth, name: Option<&str>| Days::BeforeHoliday {
        nths: vec![nth],
        holiday: name.map(Into::into),
    };
    let after = |nth, name: Option<&str>| Days::AfterHoliday {
        nths: vec![nth],
        holiday: name.map(Into::into),
    };
    for (days, from, picked) in [
        (Days::MakeUpWorkdays, date(2026, 1, 1), "01-04 02-14 02-28"),
        (Days::DaysOff, date(2026, 9, 18), "09-19 09-25 09-26"),
        (nth(3, Period::Month), date(2026, 10, 1), "10-10 11-04 12-03"),
        (nth(-3, Period::Month), date(2026, 2, 1), "02-26 03-27 04-28"),
        (nth(1, Period::Quarter), date(2026, 1, 1), "01-04 04-01 07-01"),
        (nth(-1, Period::Year), date(2026, 1, 1), "12-31 12-31 12-29"),
        // The week of the National Day has three workdays only.
        (nth(4, Period::Week), date(2026, 9, 21), "09-24 10-15 10-22"),
        (before(1, Some("春节")), date(2026, 1, 1), "02-14"),
        (before(3, Some("国庆节")), date(2026, 1, 1), "09-28 09-28 09-27"),
        (after(1, Some("国庆节")), date(2026, 1, 1), "10-08 10-04 10-02"),
        (after(2, None), date(2026, 4, 30), "05-07 06-23 09-29"),
        (before(0, None), date(2026, 1, 1), ""),
        (after(0, None), date(2026, 1, 1), ""),
        (before(1, Some("火星节")), date(2026, 1, 1), ""),
    ] {
        assert_eq!(picks(&of(days.clone()), from, 3), picked, "{days:?}");
    }
    let thirds = |from| Schedule { from, ..of(Days::EveryNWorkdays { n: 3 }) };
    // From a Saturday: the Monday after is number 0.
    let from = Some(date(2026, 10, 17));
    assert_eq!(picks(&thirds(from), date(2026, 1, 1), 4), "10-19 10-22 10-27 10-30");
    let from = Some(date(2026, 9, 29));
    assert_eq!(picks(&thirds(from), date(2026, 1, 1), 3), "09-29 10-09 10-13");
}

#[test]
fn days_off_roll_and_meet() {
    let policies = [OnDayOff::Skip, OnDayOff::Previous, OnDayOff::Next, OnDayOff::NextInMonth];
    let mondays = Days::Weekdays(set(&[Weekday::Monday]));
    let end = Days::MonthDays { days: vec![MonthDay::FromEnd(1)], months: MonthSet::ALL };
    let first_days =
        Days::MonthDays { days: (1..=8).map(MonthDay::Day).collect(), months: MonthSet::ALL };
    for (days, from, picked) in [
        (mondays, date(2026, 9, 28), ["09-28 10-12", "09-28 09-30", "09-28 10-08", "09-28 10-08"]),
        (end, date(2026, 1, 20), ["02-28 03-31", "01-30 02-28", "02-02 02-28", "01-30 02-28"]),
        (
            first_days,
            date(2026, 10, 1),
            ["10-08 11-02", "10-08 10-30", "10-08 11-02", "10-08 11-02"],
        ),
    ] {
        for (on_day_off, picked) in policies.into_iter().zip(picked) {
            let schedule = Schedule { on_day_off, ..of(days.clone()) };
            assert_eq!(picks(&schedule, from, 2), picked, "{days:?} {on_day_off:?}");
        }
    }
    for on_day_off in policies {
        let off = Schedule { on_day_off, ..of(Days::DaysOff) };
        assert_eq!(picks(&off, date(2026, 10, 1), 2), "10-01 10-02", "a rule for days off stays");
    }
}

#[test]
fn from_until_and_except_are_about_the_day_it_fires_on() {
    let first = Schedule {
        on_day_off: OnDayOff::Next,
        from: Some(date(2026, 10, 8)),
        ..of(Days::MonthDays { days: vec![MonthDay::Day(1)], months: MonthSet::ALL })
    };
    assert_eq!(picks(&first, date(2026, 1, 1), 2), "10-08 11-02");
    let until = Schedule { until: Some(date(2026, 10, 7)), from: None, ..first.clone() };
    assert_eq!(picks(&until, date(2026, 9, 2), 2), "");
    let except = Schedule { except: vec![(date(2026, 10, 1), date(2026, 10, 8))], ..first.clone() };
    assert_eq!(picks(&except, date(2026, 1, 1), 1), "11-02");
    let except = Schedule { except: vec![(date(2026, 10, 1), date(2026, 10, 7))], ..first };
    assert_eq!(picks(&except, date(2026, 1, 1), 1), "10-08");
}

#[test]
fn a_calendar_without_workdays_ends_every_search() {
    let calendar = Calendar::builder("closed").weekend(WeekdaySet::ALL).build();
    for on_day_off in [OnDayOff::Previous, OnDayOff::Next, OnDayOff::NextInMonth] {
        let daily = Schedule { on_day_off, calendar: calendar.clone().into(), ..of(Days::Every) };
        let rule = DayRule::new(&daily, &daily.when[0].days);
        let (first, last) = (Day::new(date(2026, 1, 1)), Day::new(date(2027, 1, 1)));
        assert_eq!(rule.first_day(first, last), None);
    }
}

fn cron(change: impl Fn(&mut CronDays)) -> Days {
    let mut cron = CronDays {
        text: String::new(),
        days: 0,
        from_end: Vec::new(),
        nearest_weekday: Vec::new(),
        months: 0x1FFE,
        weekdays: WeekdaySet::ALL,
        nth_weekdays: Vec::new(),
        both: true,
        years: Vec::new(),
    };
    change(&mut cron);
    Days::Cron(cron)
}

#[test]
fn cron_days_from_the_end_and_near_weekdays() {
    let nearest = |day| cron(move |cron| cron.nearest_weekday = vec![day]);
    for (days, picked) in [
        (cron(|cron| cron.from_end = vec![0]), "01-31 02-28 03-31"),
        (cron(|cron| cron.from_end = vec![2]), "01-29 02-26 03-29"),
        (cron(|cron| cron.from_end = vec![30]), "01-01 03-01 05-01"),
        (nearest(0), "01-30 02-27 03-31"),
        (nearest(15), "01-15 02-16 03-16"),
        (nearest(1), "01-01 02-02 03-02"),
        // August 2026 begins on a Saturday and May ends on a Sunday: the month is not left.
        (
            cron(|c| (c.nearest_weekday, c.months) = (vec![1, 31], 1 << 8 | 1 << 5)),
            "05-01 05-29 08-03",
        ),
        (cron(|c| (c.nearest_weekday, c.months) = (vec![29], 1 << 2)), "02-29 02-27 02-29"),
        (cron(|c| (c.nearest_weekday, c.months) = (vec![31], 1 << 4)), ""),
        (cron(|c| (c.days, c.months) = (1 << 29, 1 << 2)), "02-29 02-29 02-29"),
    ] {
        assert_eq!(picks(&of(days.clone()), date(2026, 1, 1), 3), picked, "{days:?}");
    }
}

#[test]
fn cron_days_of_month_and_week_are_joined() {
    let friday = set(&[Weekday::Friday]);
    let thirteenth =
        |both| cron(move |cron| (cron.days, cron.weekdays, cron.both) = (1 << 13, friday, both));
    assert_eq!(picks(&of(thirteenth(true)), date(2026, 1, 1), 3), "02-13 03-13 11-13");
    assert_eq!(picks(&of(thirteenth(false)), date(2026, 1, 1), 3), "01-02 01-09 01-13");
    let fifth = cron(|cron| {
        (cron.weekdays, cron.nth_weekdays) =
            (WeekdaySet::EMPTY, vec![(Weekday::Friday, 5), (Weekday::Monday, -1)]);
        cron.days = u32::MAX;
    });
    assert_eq!(picks(&of(fifth), date(2026, 1, 1), 3), "01-26 01-30 02-23");
}
