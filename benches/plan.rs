//! How long planning takes: a year for 10,000 reminders of mixed kinds (to stay under 1 s on one
//! core), a single `next` for workday rules (under 20 µs), and finding out that something never
//! fires (under 5 ms).
//!
//! Every reminder has a schedule of its own: nothing is shared, though in the service equal
//! schedules are computed once.

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use dingdong::{
    catalog::{cron, holidays},
    model::{
        calendar::Calendar,
        recurrence::{Days, MonthDay, MonthSet, Period, Recurrence, Times, WeekdaySet, YearDay},
        reminder::{OnDayOff, Schedule, Zone},
    },
    plan,
};
use jiff::{
    Timestamp,
    civil::{Time, Weekday, date},
    tz::TimeZoneDatabase,
};

const REMINDERS: usize = 10_000;
const ZONES: [&str; 4] = ["Asia/Shanghai", "America/New_York", "Europe/Lisbon", "UTC"];

fn main() {
    let calendar = holidays::builtin("cn").unwrap_or_else(|| Arc::new(Calendar::weekends()));
    let schedules: Vec<Schedule> = (0..REMINDERS).map(|n| schedule(n, &calendar)).collect();
    year(&schedules);
    singles(&calendar);
    never(&calendar);
}

/// Everything that fires in a year.
fn year(schedules: &[Schedule]) {
    let first = Timestamp::from_second(1_767_225_600).unwrap_or_default();
    let last = Timestamp::from_second(1_798_761_600).unwrap_or_default();
    let (count, took) = time(|| {
        let of = |schedule| plan::instants(schedule, first).take_while(|due| *due <= last).count();
        schedules.iter().map(of).sum::<usize>()
    });
    say(&format!("a year of {REMINDERS} reminders, {count} instants: {took:?}"));
    let (_, took) = time(|| schedules.iter().filter_map(|s| plan::next(s, first)).count());
    say(&format!("next for each of {REMINDERS}: {:?} each", took / REMINDERS as u32));
}

/// One `next` from every morning of 2026, by rule.
fn singles(calendar: &Arc<Calendar>) {
    let rules = [
        ("every workday", Days::Workdays),
        ("every make-up workday", Days::MakeUpWorkdays),
        (
            "10th workday of the month",
            Days::NthWorkday { nths: vec![10], period: Period::Month, months: MonthSet::ALL },
        ),
        (
            "last workday of the year",
            Days::NthWorkday { nths: vec![-1], period: Period::Year, months: MonthSet::ALL },
        ),
        ("before every holiday", Days::BeforeHoliday { nths: vec![1], holiday: None }),
        ("after 春节", Days::AfterHoliday { nths: vec![1], holiday: Some("春节".to_owned()) }),
        ("every 3 workdays", Days::EveryNWorkdays { n: 3 }),
        ("yearly", Days::Yearly(vec![YearDay { month: 12, day: 31 }])),
    ];
    for (name, days) in rules {
        let schedule = in_zone("Asia/Shanghai", calendar, days, at(9, 0));
        let mornings = (0..274).map(|day| 1_767_225_600 + day * 86_400);
        let mornings: Vec<_> = mornings.filter_map(|at| Timestamp::from_second(at).ok()).collect();
        let (_, took) = time(|| {
            for morning in &mornings {
                black_box(plan::next(&schedule, *morning));
            }
        });
        say(&format!("next, {name}: {:?}", took / 274));
    }
}

/// Searching 400 years in vain.
fn never(calendar: &Arc<Calendar>) {
    let now = Timestamp::from_second(1_795_600_000).unwrap_or_default();
    let cron = cron::parse("0 0 31 2 *").map(|recurrence| recurrence.days);
    let rules = [
        ("31 February", cron.unwrap_or(Days::Yearly(vec![YearDay { month: 2, day: 31 }]))),
        (
            "27th workday of the month",
            Days::NthWorkday { nths: vec![27], period: Period::Month, months: MonthSet::ALL },
        ),
        (
            "before 火星节",
            Days::BeforeHoliday { nths: vec![3], holiday: Some("火星节".to_owned()) },
        ),
    ];
    for (name, days) in rules {
        let schedule = in_zone("America/New_York", calendar, days, at(9, 0));
        let (found, took) = time(|| plan::prospects(&schedule, now));
        say(&format!("{found:?}, {name}: {took:?}"));
    }
}

/// The n-th of many different schedules.
fn schedule(n: usize, calendar: &Arc<Calendar>) -> Schedule {
    let minute = i8::try_from(n / 20 % 60).unwrap_or(0);
    let hour = i8::try_from(7 + n / 1200 % 12).unwrap_or(9);
    let at = at(hour, minute);
    let nth = |nth, period| Days::NthWorkday { nths: vec![nth], period, months: MonthSet::ALL };
    let monday = WeekdaySet::EMPTY.with(Weekday::Monday);
    let (days, on_day_off) = match n % 20 {
        0..4 => (Days::Workdays, OnDayOff::Keep),
        4 => (Days::Every, OnDayOff::Keep),
        5 => (Days::Weekdays(WeekdaySet::MONDAY_TO_FRIDAY), OnDayOff::Keep),
        6 => (Days::Weekdays(monday), OnDayOff::Next),
        7 => (Days::EveryNWeeks { n: 2, weekdays: monday }, OnDayOff::Previous),
        8 => (
            Days::MonthDays { days: vec![MonthDay::Day(15)], months: MonthSet::ALL },
            OnDayOff::NextInMonth,
        ),
        9 => (
            Days::MonthDays { days: vec![MonthDay::FromEnd(1)], months: MonthSet::ALL },
            OnDayOff::Previous,
        ),
        10 => (
            Days::NthWeekday {
                nths: vec![2],
                weekdays: WeekdaySet::EMPTY.with(Weekday::Tuesday),
                months: MonthSet::ALL,
            },
            OnDayOff::Skip,
        ),
        11 => (nth(1, Period::Week), OnDayOff::Keep),
        12 => (nth(-1, Period::Month), OnDayOff::Keep),
        13 => (nth(5, Period::Quarter), OnDayOff::Keep),
        14 => (Days::BeforeHoliday { nths: vec![1], holiday: None }, OnDayOff::Keep),
        15 => (Days::EveryNWorkdays { n: 3 }, OnDayOff::Keep),
        16 => (Days::DaysOff, OnDayOff::Keep),
        _ => return frequent(n, hour, minute, calendar),
    };
    let mut schedule = in_zone(ZONES[n % 4], calendar, days, at);
    schedule.on_day_off = on_day_off;
    schedule.from = Some(date(2025, 1, 6));
    schedule
}

/// Cron expressions and intervals.
fn frequent(n: usize, hour: i8, minute: i8, calendar: &Arc<Calendar>) -> Schedule {
    let zone = ZONES[n % 4];
    let text = match n % 20 {
        17 => format!("{minute} {hour},{} * * 1-5", hour + 1),
        18 => format!("{minute} {hour} 15W * 5L"),
        _ => {
            let (from, to) = (Time::constant(9, minute, 0, 0), Time::constant(18, 0, 0, 0));
            let times = Times::Grid { step: 1800, from, to };
            return in_zone(zone, calendar, Days::Workdays, times);
        }
    };
    let mut schedule = in_zone(zone, calendar, Days::Every, at(9, 0));
    schedule.when = cron::parse(&text).into_iter().collect();
    schedule
}

fn at(hour: i8, minute: i8) -> Times {
    Times::At(vec![Time::constant(hour, minute, 0, 0)])
}

fn in_zone(name: &str, calendar: &Arc<Calendar>, days: Days, times: Times) -> Schedule {
    let tz = TimeZoneDatabase::bundled().get(name).unwrap_or(jiff::tz::TimeZone::UTC);
    Schedule {
        when: vec![Recurrence { days, times }],
        zone: Zone { name: name.into(), tz },
        calendar: calendar.clone(),
        on_day_off: OnDayOff::Keep,
        from: None,
        until: None,
        except: Vec::new(),
    }
}

/// The best of three runs.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures the clock")]
fn time<T>(mut run: impl FnMut() -> T) -> (T, Duration) {
    let mut once = || {
        let start = Instant::now();
        let result = black_box(run());
        (result, start.elapsed())
    };
    let first = once();
    (0..2).map(|_| once()).fold(first, |best, this| if this.1 < best.1 { this } else { best })
}

#[expect(clippy::print_stdout, reason = "a benchmark reports to the terminal")]
fn say(line: &str) {
    println!("{line}");
}
