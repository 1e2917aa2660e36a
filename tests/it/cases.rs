//! The collected cases, as tables: cron expressions from the test suites of five other
//! implementations, workday rules computed independently, clock changes in many zones.

use std::sync::Arc;

use dingdong::{
    catalog::{cron, holidays},
    model::{
        calendar::Calendar,
        recurrence::{Days, MonthDay, Period, Recurrence, Times, WeekdaySet},
        reminder::{OnDayOff, Schedule, Zone},
    },
    plan,
};
use jiff::{
    Timestamp,
    civil::{Time, Weekday},
    tz::TimeZoneDatabase,
};
use serde_json::Value;

/// The cases of a file. They lie beside the project; a copy of the project on its own has none.
fn cases(name: &str) -> Vec<Value> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    if !std::path::Path::new(beside).exists() {
        return Vec::new();
    }
    let path = format!("{beside}/cases/{name}.jsonl");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn zone(name: &str) -> Zone {
    Zone { name: name.into(), tz: TimeZoneDatabase::bundled().get(name).unwrap() }
}

fn schedule(when: Recurrence, case: &Value, calendar: Arc<Calendar>) -> Schedule {
    Schedule {
        when: vec![when],
        zone: zone(text(case, "tz")),
        calendar,
        on_day_off: OnDayOff::Keep,
        from: None,
        until: None,
        except: Vec::new(),
    }
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} in {case}"))
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The instants a case expects; `None` when it does not say.
fn expected(case: &Value) -> Option<Vec<Timestamp>> {
    let list = case["next"].as_array()?;
    Some(list.iter().map(|at| instant(at.as_str().unwrap())).collect())
}

fn found(schedule: &Schedule, case: &Value, count: usize) -> Vec<Timestamp> {
    plan::instants(schedule, instant(text(case, "from"))).take(count.max(1)).collect()
}

/// The Open Cron Pattern Specification decides where engines differ: it wants a range before a
/// step (`5/15`).
const OTHER_DIALECTS: [&str; 3] = ["cron-0117", "cron-0145", "cron-0149"];

#[test]
fn cron_expressions_fire_as_in_five_other_implementations() {
    let mut wrong = Vec::new();
    for case in cases("cron") {
        let (id, expr) = (text(&case, "id"), text(&case, "expr"));
        let parsed = cron::parse(expr);
        if OTHER_DIALECTS.contains(&id) {
            assert!(["robfig", "quartz"].contains(&text(&case, "dialect")), "{id}");
            assert!(parsed.is_err(), "{id} is no exception any more");
            continue;
        }
        match parsed {
            Ok(_) if case["error"] == true => wrong.push(format!("{id} {expr}: accepted")),
            Err(_) if case["error"] == true => {}
            Err(error) => wrong.push(format!("{id} {expr}: {error}")),
            Ok(when) => {
                let schedule = schedule(when, &case, Arc::new(Calendar::weekends()));
                let expected = expected(&case).unwrap_or_default();
                let found = found(&schedule, &case, expected.len());
                if found != expected {
                    wrong.push(format!("{id} {expr}: {found:?}, not {expected:?}"));
                }
                for not in case["not_next"].as_array().into_iter().flatten() {
                    assert!(!found.contains(&instant(not.as_str().unwrap())), "{id}");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn at(times: &[(i8, i8)]) -> Times {
    Times::At(times.iter().map(|(hour, minute)| Time::constant(*hour, *minute, 0, 0)).collect())
}

/// What a rule of `workday.jsonl` means.
fn rule(text: &str) -> (Days, Times, OnDayOff) {
    let on = |weekday| Days::Weekdays(WeekdaySet::EMPTY.with(weekday));
    let nth = |nth, period| Days::NthWorkday { nth, period };
    let before = |nth| Days::BeforeHoliday { nth, holiday: None };
    let (days, times, on_day_off) = match text {
        "every workday at 09:00" => (Days::Workdays, at(&[(9, 0)]), OnDayOff::Keep),
        "every workday at 09:00 and 13:30" => {
            (Days::Workdays, at(&[(9, 0), (13, 30)]), OnDayOff::Keep)
        }
        "every day that is not a workday at 10:00" => {
            (Days::DaysOff, at(&[(10, 0)]), OnDayOff::Keep)
        }
        "last workday of each month at 17:00" => {
            (nth(-1, Period::Month), at(&[(17, 0)]), OnDayOff::Keep)
        }
        "first workday of each month at 10:00" => {
            (nth(1, Period::Month), at(&[(10, 0)]), OnDayOff::Keep)
        }
        "2nd workday of each month at 10:00" => {
            (nth(2, Period::Month), at(&[(10, 0)]), OnDayOff::Keep)
        }
        "first workday of each ISO week (Mon-Sun) at 09:30" => {
            (nth(1, Period::Week), at(&[(9, 30)]), OnDayOff::Keep)
        }
        "last workday of each ISO week (Mon-Sun) at 17:30" => {
            (nth(-1, Period::Week), at(&[(17, 30)]), OnDayOff::Keep)
        }
        "5th workday of each quarter at 14:00" => {
            (nth(5, Period::Quarter), at(&[(14, 0)]), OnDayOff::Keep)
        }
        "the workday right before a statutory holiday break at 16:00" => {
            (before(1), at(&[(16, 0)]), OnDayOff::Keep)
        }
        "2 workdays before a statutory holiday break at 10:00 (the last workday before it counts as 1)" => {
            (before(2), at(&[(10, 0)]), OnDayOff::Keep)
        }
        "the first workday after a statutory holiday break at 09:00" => {
            (Days::AfterHoliday { nth: 1, holiday: None }, at(&[(9, 0)]), OnDayOff::Keep)
        }
        "every Friday at 17:00; when that Friday is off, on the previous workday instead" => {
            (on(Weekday::Friday), at(&[(17, 0)]), OnDayOff::Previous)
        }
        "every Monday at 10:00, skipped when that Monday is off" => {
            (on(Weekday::Monday), at(&[(10, 0)]), OnDayOff::Skip)
        }
        "every Monday to Friday at 09:00, holidays ignored (plain weekdays, not workdays)" => {
            (Days::Weekdays(WeekdaySet::MONDAY_TO_FRIDAY), at(&[(9, 0)]), OnDayOff::Keep)
        }
        "the 1st of each month at 08:00; when off, on the next workday (modified following: previous one if that leaves the month)" => {
            (Days::MonthDays(vec![MonthDay::Day(1)]), at(&[(8, 0)]), OnDayOff::NextInMonth)
        }
        "the 31st (or last day) of each month at 18:00, modified following" => {
            (Days::MonthDays(vec![MonthDay::FromEnd(1)]), at(&[(18, 0)]), OnDayOff::NextInMonth)
        }
        _ => panic!("a rule no one has read yet: {text}"),
    };
    (days, times, on_day_off)
}

#[test]
fn workday_rules_fire_as_computed_independently() {
    let (mut judged, mut elsewhere) = (0, 0);
    for case in cases("workday") {
        let (days, times, on_day_off) = rule(text(&case, "rule"));
        // Days off of the other countries are in no file that comes with the cases.
        let Some(calendar) = holidays::builtin(text(&case, "calendar")) else {
            elsewhere += 1;
            continue;
        };
        let schedule =
            Schedule { on_day_off, ..schedule(Recurrence { days, times }, &case, calendar) };
        match expected(&case) {
            Some(expected) => {
                assert_eq!(found(&schedule, &case, expected.len()), expected, "{case}");
            }
            None => {
                // Beyond what is known nothing is promised but that it is said.
                let last = plan::planned(&schedule, instant(text(&case, "from"))).nth(3).unwrap();
                assert_eq!(last.note().as_deref(), Some("uncovered: calendar cn ends 2026-12-31"));
            }
        }
        judged += 1;
    }
    assert!([(30, 4), (0, 0)].contains(&(judged, elsewhere)));
}

#[test]
fn clock_changes_are_followed_in_every_zone() {
    for case in cases("dst") {
        let rule = text(&case, "rule");
        let times = match case["times"].as_array() {
            Some(list) => {
                let time = |time: &Value| format!("{}:00", time.as_str().unwrap()).parse().unwrap();
                Times::At(list.iter().map(time).collect())
            }
            None => {
                let minutes: u32 = rule.split(' ').nth(1).unwrap().parse().unwrap();
                let (from, to) = (Time::midnight(), Time::constant(23, 59, 59, 0));
                Times::Grid { step: minutes * 60, from, to }
            }
        };
        let days = match rule {
            "monthly on day 30 at 09:00" => Days::MonthDays(vec![MonthDay::Day(30)]),
            _ => Days::Every,
        };
        let schedule = schedule(Recurrence { days, times }, &case, Arc::new(Calendar::weekends()));
        let expected = expected(&case).unwrap();
        assert_eq!(found(&schedule, &case, expected.len()), expected, "{case}");
    }
}
