mod properties;
pub(crate) mod support;
mod triage;

use jiff::civil::date;

use self::support::*;
use super::*;
use crate::model::{
    calendar::{Calendar, OnUncovered},
    recurrence::{
        CronDays, Days, MonthDay, MonthSet, Period, Recurrence, Times, WeekdaySet, YearDay,
    },
    reminder::OnDayOff,
};

/// The notes of the first instants from a date on, as `MM-DD: note`.
fn noted(schedule: &Schedule, from: jiff::civil::Date, count: usize) -> Vec<String> {
    let after = schedule.zone.tz.to_timestamp(from.at(0, 0, 0, 0)).unwrap();
    let show = |planned: Planned| {
        let date = schedule.zone.tz.to_datetime(planned.due_at).date();
        format!("{}: {}", date.strftime("%m-%d"), planned.note().unwrap_or_default())
    };
    planned(schedule, after).take(count).map(show).collect()
}

#[test]
fn next_is_strictly_later_and_fractions_of_seconds_do_not_matter() {
    let schedule = china(Days::Every, at("10:00"));
    let due = instant("2018-01-02T10:00:00+08:00");
    let nano = jiff::SignedDuration::from_nanos(1);
    assert_eq!(next(&schedule, due - nano).unwrap().due_at, due);
    let tomorrow = instant("2018-01-03T10:00:00+08:00");
    for after in [due, due + nano, tomorrow - nano] {
        assert_eq!(next(&schedule, after).unwrap().due_at, tomorrow);
    }
    let old = instant("1960-01-02T10:00:00+08:00");
    assert_eq!(next(&schedule, old - nano).unwrap().due_at, old);
    assert!(next(&schedule, old + nano).unwrap().due_at > old);
}

#[test]
fn days_that_are_special_say_why() {
    let workdays = china(Days::Workdays, at("09:00"));
    let spring = ["02-13: ", "02-14: make-up workday (春节)", "02-24: "];
    assert_eq!(noted(&workdays, date(2026, 2, 13), 3), spring);
    let end = ["12-31: ", "01-04: uncovered: calendar cn ends 2026-12-31"];
    assert_eq!(noted(&workdays, date(2026, 12, 31), 2), end);
    let start = "12-31: uncovered: calendar cn begins 2026-01-01";
    assert_eq!(noted(&workdays, date(2025, 12, 31), 1), [start]);

    let mut monthly =
        china(Days::MonthDays { days: vec![MonthDay::Day(2)], months: MonthSet::ALL }, at("09:00"));
    let kept = ["10-02: kept on a day off (国庆节)", "11-02: "];
    assert_eq!(noted(&monthly, date(2026, 10, 1), 2), kept);
    assert_eq!(noted(&monthly, date(2026, 5, 3), 5)[2], "08-02: kept on a day off (weekend)");
    monthly.on_day_off = OnDayOff::Next;
    assert_eq!(noted(&monthly, date(2026, 10, 1), 1), ["10-08: rolled from 2026-10-02"]);
    let new_year =
        china(Days::MonthDays { days: vec![MonthDay::Day(1)], months: MonthSet::ALL }, at("09:00"));
    let new_year = Schedule { on_day_off: OnDayOff::Next, ..new_year };
    let both = "01-04: rolled from 2027-01-01; uncovered: calendar cn ends 2026-12-31";
    assert_eq!(noted(&new_year, date(2026, 12, 31), 1), [both]);
}

#[test]
fn rules_that_name_weekends_are_not_reminded_of_them() {
    let saturday = WeekdaySet::EMPTY.with(jiff::civil::Weekday::Saturday);
    let saturdays = china(Days::Weekdays(saturday), at("09:00"));
    let expected = [
        "09-26: kept on a day off (中秋节)",
        "10-03: kept on a day off (国庆节)",
        "10-10: make-up workday (国庆节)",
        "10-17: ",
    ];
    assert_eq!(noted(&saturdays, date(2026, 9, 25), 4), expected);
    // A rule that does not ask the calendar does not mind what the calendar does not know.
    assert_eq!(noted(&saturdays, date(2028, 3, 1), 1), ["03-04: "]);
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_starts() {
    let times = Times::Grid { step: 7200, from: time("22:00"), to: time("02:00") };
    // Friday is the last workday before a weekend, Sunday the 20th is a make-up workday.
    let mut nights = china(Days::Workdays, times);
    let expected = [
        "09-18: ",
        "09-19: ",
        "09-19: ",
        "09-20: make-up workday (国庆节)",
        "09-21: make-up workday (国庆节)",
        "09-21: make-up workday (国庆节)",
        "09-21: ",
    ];
    // The first is the end of Thursday night.
    assert_eq!(noted(&nights, date(2026, 9, 18), 8)[1..], expected);
    // What is excepted is the night that starts on that day, to its end.
    nights.except = vec![(date(2026, 9, 20), date(2026, 9, 20))];
    let kept = noted(&nights, date(2026, 9, 19), 3);
    assert_eq!(kept, ["09-19: ", "09-21: ", "09-22: "]);
    let explained = explain(&nights, date(2026, 9, 18));
    assert_eq!(explained.fires.len(), 3);
}

#[test]
fn two_recurrences_share_an_instant() {
    let mut schedule = china(Days::Workdays, at("09:00"));
    let friday = WeekdaySet::EMPTY.with(jiff::civil::Weekday::Friday);
    schedule.when.push(Recurrence { days: Days::Weekdays(friday), times: times("09:00 17:00") });
    schedule.when.push(schedule.when[0].clone());
    let due = listed(&schedule, "2026-11-26T12:00:00+08:00", 4);
    let expected = ["2026-11-27T09:00", "2026-11-27T17:00", "2026-11-30T09:00", "2026-12-01T09:00"];
    assert_eq!(due, expected);
}

#[test]
fn an_uncovered_day_can_be_left_out() {
    for policy in [OnUncovered::Hold, OnUncovered::Skip] {
        let calendar = calendar().derive("cn").on_uncovered(policy).build();
        let workdays = Schedule { calendar: calendar.into(), ..china(Days::Workdays, at("09:00")) };
        assert_eq!(listed(&workdays, "2026-12-31T00:00:00+08:00", 5), ["2026-12-31T09:00"]);
        assert_eq!(prospects(&workdays, instant("2027-02-01T00:00:00Z")), [Prospect::Ended]);
        let daily = Schedule { when: china(Days::Every, at("09:00")).when, ..workdays.clone() };
        assert_eq!(listed(&daily, "2026-12-31T10:00:00+08:00", 1), ["2027-01-01T09:00"]);
        let rolled = Schedule { on_day_off: OnDayOff::Next, ..daily };
        assert!(listed(&rolled, "2026-12-31T10:00:00+08:00", 1).is_empty());
    }
}

#[test]
fn absurd_numbers_end_in_an_answer() {
    let friday = WeekdaySet::EMPTY.with(jiff::civil::Weekday::Friday);
    let weekday = jiff::civil::Weekday::Friday;
    let all = [
        Days::EveryNWeeks { n: 0, weekdays: friday },
        Days::EveryNWeeks { n: u16::MAX, weekdays: friday },
        Days::EveryNWorkdays { n: 0 },
        Days::EveryNWorkdays { n: u16::MAX },
        Days::MonthDays {
            days: vec![MonthDay::Day(i8::MIN), MonthDay::FromEnd(i8::MIN)],
            months: MonthSet::ALL,
        },
        Days::NthWeekday {
            nths: vec![i8::MIN],
            weekdays: WeekdaySet::EMPTY.with(weekday),
            months: MonthSet::ALL,
        },
        Days::NthWorkday { nths: vec![i16::MIN], period: Period::Year, months: MonthSet::ALL },
        Days::NthWorkday { nths: vec![0], period: Period::Week, months: MonthSet::ALL },
        Days::BeforeHoliday { nths: vec![u8::MAX], holiday: None },
        Days::AfterHoliday { nths: vec![u8::MAX], holiday: None },
        Days::Yearly(vec![YearDay { month: i8::MIN, day: i8::MAX }]),
    ];
    for days in all {
        let schedule = china(days, at("09:00"));
        for after in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            assert!(next(&schedule, after).is_none_or(|planned| planned.due_at > after));
        }
    }
}

#[test]
fn what_never_fires_is_told_from_what_has_ended() {
    let now = instant("2026-11-23T12:00:00+08:00");
    let cron = |days: u32, months: u16| {
        Days::Cron(CronDays {
            text: String::new(),
            days,
            from_end: Vec::new(),
            nearest_weekday: Vec::new(),
            months,
            weekdays: WeekdaySet::ALL,
            nth_weekdays: Vec::new(),
            both: true,
            years: Vec::new(),
        })
    };
    let of = |schedule: &Schedule| prospects(schedule, now)[0];
    let never = [
        cron(1 << 31, 1 << 2),
        cron(1 << 30, 1 << 2),
        Days::Yearly(vec![YearDay { month: 2, day: 30 }]),
        Days::NthWorkday { nths: vec![27], period: Period::Month, months: MonthSet::ALL },
        Days::NthWorkday { nths: vec![-8], period: Period::Week, months: MonthSet::ALL },
        Days::BeforeHoliday { nths: vec![1], holiday: Some("火星节".to_owned()) },
        Days::Weekdays(WeekdaySet::EMPTY),
        Days::MonthDays { days: Vec::new(), months: MonthSet::ALL },
    ];
    for days in never {
        assert_eq!(of(&china(days.clone(), at("09:00"))), Prospect::Never, "{days:?}");
    }
    // The 1st of May is off in every year there is.
    let labour = china(Days::Yearly(vec![YearDay { month: 5, day: 1 }]), at("09:00"));
    assert_eq!(of(&Schedule { on_day_off: OnDayOff::Skip, ..labour.clone() }), Prospect::Ended);

    let leap = instant("2028-02-29T09:00:00+08:00");
    assert_eq!(of(&china(cron(1 << 29, 1 << 2), at("09:00"))), Prospect::Fires(leap));
    for past in [date(2020, 1, 1), date(1000, 1, 1)] {
        assert_eq!(of(&china(Days::Dates(vec![past]), at("09:00"))), Prospect::Ended);
        assert_eq!(of(&Schedule { until: Some(past), ..labour.clone() }), Prospect::Ended);
    }
    let far = china(Days::Dates(vec![date(9999, 1, 1)]), at("09:00"));
    assert_eq!(
        of(&Schedule { from: Some(date(9998, 1, 1)), ..far }),
        Prospect::Fires(instant("9999-01-01T09:00:00+08:00"))
    );
    let backwards =
        Schedule { from: Some(date(2026, 5, 1)), until: Some(date(2026, 4, 1)), ..labour.clone() };
    assert_eq!(of(&backwards), Prospect::Never);
    assert!(prospects(&Schedule { when: Vec::new(), ..labour }, now).is_empty());
}

#[test]
fn a_date_is_explained() {
    let said = |schedule: &Schedule, date| -> Vec<String> {
        explain(schedule, date).reasons.iter().map(ToString::to_string).collect()
    };
    let workdays = china(Days::Workdays, at("09:00"));
    for (date, reasons) in [
        (date(2026, 10, 10), vec!["Saturday, make-up workday (cn, 国庆节): fires 09:00"]),
        (date(2026, 10, 2), vec!["Friday, statutory holiday (cn, 国庆节): skipped"]),
        (date(2026, 10, 17), vec!["Saturday, weekend: skipped"]),
        (date(2026, 11, 23), vec!["Monday, workday: fires 09:00"]),
        (
            date(2027, 3, 1),
            vec!["Monday, workday: fires 09:00", "not covered by cn: planned by the weekend"],
        ),
    ] {
        assert_eq!(said(&workdays, date), reasons);
    }
    let second =
        china(Days::MonthDays { days: vec![MonthDay::Day(2)], months: MonthSet::ALL }, at("09:00"));
    for (on_day_off, on_second, on_eighth) in [
        (OnDayOff::Keep, "fires 09:00", "not a day of this rule"),
        (OnDayOff::Skip, "skipped", "not a day of this rule"),
        (OnDayOff::Next, "moved to 2026-10-08", "fires 09:00"),
        (OnDayOff::Previous, "moved to 2026-09-30", "not a day of this rule"),
        (OnDayOff::NextInMonth, "moved to 2026-10-08", "fires 09:00"),
    ] {
        let schedule = Schedule { on_day_off, ..second.clone() };
        let holiday = format!("Friday, statutory holiday (cn, 国庆节): {on_second}");
        assert_eq!(said(&schedule, date(2026, 10, 2))[0], holiday);
        assert_eq!(
            said(&schedule, date(2026, 10, 8))[0],
            format!("Thursday, workday: {on_eighth}")
        );
    }
    let rolled = Schedule { on_day_off: OnDayOff::Next, ..second.clone() };
    assert_eq!(said(&rolled, date(2026, 10, 8))[1], "rolled from 2026-10-02");
    assert_eq!(said(&second, date(2026, 10, 2))[1], "kept on a day off (国庆节)");
}

#[test]
fn what_keeps_a_rule_quiet_is_named() {
    let said = |schedule: &Schedule, date| explain(schedule, date).reasons[0].to_string();
    let daily = Schedule {
        from: Some(date(2026, 11, 2)),
        until: Some(date(2026, 11, 30)),
        except: vec![(date(2026, 11, 10), date(2026, 11, 12))],
        ..china(Days::Every, times("09:00 13:30:15"))
    };
    for (date, reason) in [
        (date(2026, 11, 1), "Sunday, weekend: before it starts on 2026-11-02"),
        (date(2026, 11, 2), "Monday, workday: fires 09:00, 13:30:15"),
        (date(2026, 11, 12), "Thursday, workday: excepted"),
        (date(2026, 12, 1), "Tuesday, workday: after it ended on 2026-11-30"),
    ] {
        assert_eq!(said(&daily, date), reason);
    }
    let often = Times::Grid { step: 1800, from: time("00:00"), to: time("23:59") };
    let often = china(Days::Every, often);
    assert_eq!(said(&often, date(2026, 11, 2)), "Monday, workday: fires 48 times, 00:00 to 23:30");
    assert_eq!(explain(&often, date(2026, 11, 2)).fires.len(), 48);
    let apia = Schedule { zone: zone("Pacific/Apia"), ..often };
    let reason = "Friday, workday: skipped by the clocks of Pacific/Apia";
    let calendar = Calendar::weekends().into();
    assert_eq!(said(&Schedule { calendar, ..apia }, date(2011, 12, 30)), reason);

    let holding = calendar_that(OnUncovered::Hold);
    let held = explain(&holding, date(2027, 3, 1)).reasons;
    let held: Vec<String> = held.iter().map(ToString::to_string).collect();
    assert_eq!(held, ["Monday, workday: does not fire", "not covered by cn: held back"]);
}

/// Every workday under a calendar with this answer to uncovered days.
fn calendar_that(policy: OnUncovered) -> Schedule {
    let calendar = calendar().derive("cn").on_uncovered(policy).build();
    Schedule { calendar: calendar.into(), ..china(Days::Workdays, at("09:00")) }
}
