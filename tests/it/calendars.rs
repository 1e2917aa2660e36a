//! Calendar files as the world writes them, and the days they must give.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use dingdong::{
    catalog::{
        calendar_files::{self, CalendarFiles},
        calendars,
        ics::{self, Setting},
        in_force::Standing,
    },
    model::{
        calendar::{Day, Layer},
        layers::{Layers, Named},
    },
};
use jiff::{
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};
use serde_json::Value;

/// The files lie beside the project; a copy of the project on its own has none.
fn data() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"))
}

fn expected() -> Vec<Value> {
    let path = data().join("ics-expected.jsonl");
    if !data().exists() {
        return Vec::new();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn zones(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} in {case}"))
}

fn dates(case: &Value, key: &str) -> BTreeSet<Date> {
    let list = case[key].as_array().unwrap();
    list.iter().map(|date| date.as_str().unwrap().parse().unwrap()).collect()
}

fn read(case: &Value) -> Result<ics::Read, dingdong::model::diagnostic::Diagnostic> {
    let zone = zones(case["zone"].as_str().unwrap_or("UTC")).unwrap();
    let file = text(case, "file");
    let bytes = std::fs::read(data().join("ics").join(file)).unwrap();
    ics::read(file, &bytes, &Setting { zone: &zone, zones: &zones })
}

#[test]
fn calendar_files_give_the_days_they_must() {
    for case in expected().iter().filter(|case| case["error"].is_null()) {
        let file = text(case, "file");
        let read = read(case).unwrap_or_else(|error| panic!("{file}: {error}"));
        let span: (Date, Date) =
            (text(case, "from").parse().unwrap(), text(case, "to").parse().unwrap());
        let listed = |off: bool| -> BTreeSet<Date> {
            let days = read.layer.days.iter().filter(|day| day.off == off).map(|day| day.date);
            days.filter(|date| (span.0..=span.1).contains(date)).collect()
        };
        assert_eq!(listed(true), dates(case, "off"), "{file}");
        assert_eq!(listed(false), dates(case, "work"), "{file}");
        let warned = read.found.iter().filter(|one| one.code == "ics-event").count();
        assert_eq!(warned, case["warnings"].as_array().map_or(0, Vec::len), "{:?}", read.found);
        assert!(read.found.iter().all(|one| one.place.line > 0), "{:?}", read.found);
    }
}

#[test]
fn what_is_no_whole_calendar_is_an_error() {
    for case in expected().iter().filter(|case| !case["error"].is_null()) {
        let error = read(case).expect_err(text(case, "file"));
        let code = match text(case, "error") {
            error if error.starts_with("truncated") => "ics-truncated",
            _ => "ics-not-a-calendar",
        };
        assert_eq!(error.code, code, "{error}");
        assert!(error.help.is_some());
    }
}

/// The files that hold China's days, against the days that ship with the program: names too, for
/// phrases that speak of one holiday.
#[test]
fn chinas_files_agree_with_the_built_in_days() {
    let cn = dingdong::catalog::holidays::builtin("cn").unwrap();
    for case in expected().iter().filter(|case| case["vs_cn_json"].is_object()) {
        let read = read(case).unwrap();
        for day in &read.layer.days {
            let fact = cn.fact(Day::new(day.date));
            assert_eq!(fact.off, day.off, "{}: {}", text(case, "file"), day.date);
            let known = fact.cause.name().map_or("", |name| name);
            let name = day.name.as_deref().unwrap_or_default();
            // Apple says 清明, the notice says 清明节; of a day of two holidays a file may name one.
            let among = |name: &str| {
                known.split('、').any(|known| known.starts_with(name.trim_end_matches('节')))
            };
            let agree = name.split('、').all(among);
            assert!(agree || fact.cause.name().is_none(), "{}: {name}, {known}", day.date);
        }
    }
}

fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")
}

fn named(name: &str) -> Named {
    Named { name: name.to_owned(), ..Named::default() }
}

fn load(folder: &Path, last_good: &BTreeMap<String, String>) -> CalendarFiles {
    let written =
        Layers { called: named("br"), ics: vec![named("calendars/br.ics")], ..Layers::default() };
    let setting = Setting { zone: &TimeZone::UTC, zones: &zones };
    calendar_files::load(folder, &[written], last_good, &setting)
}

/// A login page in place of a calendar, half a calendar, no file at all: the last good version
/// stays in force, and the file is named.
#[test]
fn a_broken_calendar_file_keeps_its_last_good_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calendars/br.ics");
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    let good = event("DTSTART:20260217\nSUMMARY:Carnaval");
    std::fs::write(&path, &good).unwrap();
    let first = load(folder.path(), &BTreeMap::new());
    let [file] = first.files.as_slice() else { panic!("{:?}", first.files) };
    assert_eq!((file.standing, file.found.len()), (Standing::Current, 0));
    let kept = BTreeMap::from([(file.key.clone(), file.good.clone().unwrap())]);
    let breakages: [&dyn Fn(); 3] = [
        &|| std::fs::write(&path, "<html><title>Sign in</title></html>").unwrap(),
        &|| std::fs::write(&path, &good[..good.len() / 2]).unwrap(),
        &|| std::fs::remove_file(&path).unwrap(),
    ];
    for breaks in breakages {
        breaks();
        let again = load(folder.path(), &kept);
        assert_eq!(again.ics, first.ics);
        let [file] = again.files.as_slice() else { panic!("{:?}", again.files) };
        assert_eq!((file.standing, file.good.as_ref()), (Standing::LastGood, kept.values().next()));
        assert!(
            !file.found[0].is_error() && file.found[0].message.to_string().contains("last good")
        );
        // Without a good version there is no guessing.
        let new = load(folder.path(), &BTreeMap::new());
        assert!(new.ics.is_empty() && new.files[0].found[0].is_error());
    }
}

/// What a calendar file may claim to know over a calendar whose law fixes some holidays.
#[test]
fn dates_of_ones_own_do_not_make_next_year_known() {
    let read = |lines: &[&str]| -> Layer {
        let events = lines.iter().map(|line| format!("BEGIN:VEVENT\nDTSTART:{line}\nEND:VEVENT\n"));
        let text = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR", events.collect::<String>());
        let setting = Setting { zone: &TimeZone::UTC, zones: &zones };
        ics::read("x.ics", text.as_bytes(), &setting).unwrap().layer
    };
    let own = read(&["20270115", "20270308", "20270618"]);
    let national =
        read(&["20270101", "20270206", "20270501", "20270502", "20271001", "20271002", "20271003"]);
    for (base, layer, last) in
        [(Some("cn"), &own, 2026), (Some("cn"), &national, 2027), (None, &own, 2027)]
    {
        let written = Layers {
            called: named("x"),
            base: base.map(named),
            ics: vec![named("x.ics")],
            ..Layers::default()
        };
        let files = CalendarFiles {
            ics: BTreeMap::from([("x.ics".to_owned(), layer.clone())]),
            ..CalendarFiles::default()
        };
        let (calendars, found) = calendars::build(&[written], &named("x"), &files);
        assert_eq!(found, []);
        assert_eq!(calendars.usual.coverage().unwrap().1.year(), last, "{base:?}");
    }
}
