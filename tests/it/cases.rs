//! The collected cases, as tables: cron expressions from the test suites of five other
//! implementations, workday rules computed independently, clock changes in many zones.

use std::sync::Arc;

use dingdong::{
    catalog::{
        cron, holidays,
        when::{self, When},
    },
    model::{
        calendar::Calendar,
        recurrence::Recurrence,
        reminder::{OnDayOff, Schedule, Zone},
    },
    plan,
};
use jiff::{Timestamp, tz::TimeZoneDatabase};
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

/// What a rule of `workday.jsonl` is as a phrase, and what to do on days off.
const RULES: [(&str, &str, OnDayOff); 17] = [
    ("every workday at 09:00", "每个工作日 9:00", OnDayOff::Keep),
    ("every workday at 09:00 and 13:30", "每个工作日 9:00、13:30", OnDayOff::Keep),
    ("every day that is not a workday at 10:00", "todo dia de folga às 10h", OnDayOff::Keep),
    (
        "last workday of each month at 17:00",
        "hari kerja terakhir setiap bulan pukul 17.00",
        OnDayOff::Keep,
    ),
    ("first workday of each month at 10:00", "每月第一个工作日上午10点", OnDayOff::Keep),
    ("2nd workday of each month at 10:00", "segundo dia útil de cada mês às 10h", OnDayOff::Keep),
    (
        "first workday of each ISO week (Mon-Sun) at 09:30",
        "the first workday of every week at 09:30",
        OnDayOff::Keep,
    ),
    (
        "last workday of each ISO week (Mon-Sun) at 17:30",
        "每周最后一个工作日下午5点半",
        OnDayOff::Keep,
    ),
    (
        "5th workday of each quarter at 14:00",
        "hari kerja kelima setiap triwulan jam 2 siang",
        OnDayOff::Keep,
    ),
    (
        "the workday right before a statutory holiday break at 16:00",
        "节假日前一个工作日 16:00",
        OnDayOff::Keep,
    ),
    (
        "2 workdays before a statutory holiday break at 10:00 (the last workday before it counts as 1)",
        "the 2nd last workday before every holiday at 10:00",
        OnDayOff::Keep,
    ),
    (
        "the first workday after a statutory holiday break at 09:00",
        "primeiro dia útil depois de cada feriado às 9h",
        OnDayOff::Keep,
    ),
    (
        "every Friday at 17:00; when that Friday is off, on the previous workday instead",
        "toda sexta-feira às 17h",
        OnDayOff::Previous,
    ),
    (
        "every Monday at 10:00, skipped when that Monday is off",
        "setiap Senin pukul 10.00",
        OnDayOff::Skip,
    ),
    (
        "every Monday to Friday at 09:00, holidays ignored (plain weekdays, not workdays)",
        "每周一至周五 9:00",
        OnDayOff::Keep,
    ),
    (
        "the 1st of each month at 08:00; when off, on the next workday (modified following: previous one if that leaves the month)",
        "每月1号 8:00",
        OnDayOff::NextInMonth,
    ),
    (
        "the 31st (or last day) of each month at 18:00, modified following",
        "the last day of every month at 18:00",
        OnDayOff::NextInMonth,
    ),
];

/// What a phrase means.
fn phrase(text: &str) -> Recurrence {
    match when::read(text, &[]) {
        Ok(When::Timed(recurrence)) => recurrence,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn workday_rules_fire_as_computed_independently() {
    let mut judged = 0;
    for case in cases("workday") {
        let rule = RULES.iter().find(|(rule, ..)| *rule == text(&case, "rule"));
        let Some((_, words, on_day_off)) = rule else {
            panic!("a rule no one has read yet: {case}");
        };
        let calendar = holidays::builtin(text(&case, "calendar")).unwrap();
        let schedule =
            Schedule { on_day_off: *on_day_off, ..schedule(phrase(words), &case, calendar) };
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
    assert!([34, 0].contains(&judged));
}

#[test]
fn clock_changes_are_followed_in_every_zone() {
    for case in cases("dst") {
        let rule = text(&case, "rule");
        let words = match rule.split(' ').collect::<Vec<_>>().as_slice() {
            ["daily", "at", time] => format!("every day at {time}"),
            ["monthly", "on", "day", day, "at", time] => format!("每月{day}日 {time}"),
            ["every", minutes, "minutes", ..] => format!("every {minutes} minutes"),
            _ => panic!("a rule no one has read yet: {case}"),
        };
        let schedule = schedule(phrase(&words), &case, Arc::new(Calendar::weekends()));
        let expected = expected(&case).unwrap();
        assert_eq!(found(&schedule, &case, expected.len()), expected, "{case}");
    }
}
