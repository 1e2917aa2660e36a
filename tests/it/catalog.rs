//! Every mistake people make in a schedule file or the settings, and what they are told. Each
//! fixture is named by the mistake it contains; the snapshot beside it is what a person sees.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use dingdong::{
    catalog::{
        InForce, Receiver, SourceText, World,
        calendar_files::CalendarFiles,
        calendars,
        in_force::{Standing, in_force},
        load::{Loaded, load},
        render::render,
    },
    model::{
        diagnostic::Diagnostic,
        language::Language,
        message::{IdKind, Mentioned},
        people::{Mention, People, Person},
        reminder::{Body, Reminder},
        target::RobotKind,
        text::Words,
    },
    settings::{self, Settings, environment::Environment, read, zones::Zones},
};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures")
}

fn machine() -> (Environment, Zones) {
    (Environment::fixed(&[], Some("Asia/Shanghai")), Zones::newest(Path::new("/nowhere")))
}

fn settings() -> Settings {
    let bytes = fs::read(fixtures().join("dingdong.yaml")).expect("settings");
    let (environment, zones) = machine();
    let loaded = read(Path::new("dingdong.yaml"), &bytes, &environment, &zones);
    assert_eq!(loaded.diagnostics, []);
    loaded.settings.expect("settings without errors")
}

fn by_dingtalk(person: &Person) -> Option<Mentioned> {
    let user = person.dingtalk.clone().map(|id| (id, IdKind::User));
    let (id, kind) = user.or_else(|| Some((person.mobile.clone()?, IdKind::Mobile)))?;
    Some(Mentioned { id, kind, name: person.name.clone() })
}

fn by_name(person: &Person) -> Option<Mentioned> {
    let (id, name) = (person.name.clone(), person.name.clone());
    Some(Mentioned { id, kind: IdKind::User, name })
}

/// Everyone the settings write themselves.
fn people(settings: &Settings) -> People {
    let loaded = settings::people::load(&settings.folder, &settings.people, None);
    assert_eq!(loaded.found, []);
    loaded.people
}

fn world() -> World {
    let settings = settings();
    let (calendars, found) =
        calendars::build(&settings.calendars, &settings.calendar, &CalendarFiles::default());
    assert_eq!(found, []);
    let targets = settings.targets.iter().map(|target| {
        let mention = if target.robot == RobotKind::Console { by_name } else { by_dingtalk };
        let receiver = Receiver {
            mention_by: Words::new("a `dingtalk` id or a `mobile`"),
            name: target.name.clone(),
            enabled: target.enabled,
            robot: target.robot.name(),
            mention,
            personal: None,
            group: true,
        };
        (target.id.clone(), receiver)
    });
    let zones = Zones::newest(Path::new("/nowhere"));
    World {
        targets: targets.collect(),
        people: Arc::new(people(&settings)),
        zone: settings.zone,
        zones: Arc::new(move |name| zones.get(name)),
        calendars,
        content: BTreeSet::from([String::new()]),
        flaws: Arc::new(dingdong::compose::flaws),
    }
}

fn source(name: &str, text: &str) -> SourceText {
    SourceText { name: name.into(), path: format!("schedules/{name}"), bytes: text.into() }
}

fn check(files: &[SourceText], last_good: &[(&str, &str)]) -> InForce {
    let loaded = Loaded { files: files.to_vec(), ..Loaded::default() };
    let last_good = last_good.iter().copied().collect();
    in_force(&loaded, &last_good, &world())
}

fn reminder(id: &str, text: &str) -> String {
    format!("  {id}: {{ when: every workday at 09:00, to: sandbox, text: {text} }}\n")
}

/// Each fixture of a folder, by name.
fn each(folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = fs::read_dir(fixtures().join(folder))
        .expect("fixtures")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let name = path.file_name().expect("name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("fixture"))
        })
        .collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

fn compare(folder: &str, name: &str, diagnostics: &[Diagnostic], bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let seen: Vec<_> = diagnostics
        .iter()
        .map(|found| render(found, Some(&text), false, Language::English))
        .collect();
    let seen = if seen.is_empty() { "right".to_owned() } else { seen.join("\n\n") };
    assert!(!seen.contains("hush"), "{name} gives a secret away:\n{seen}");
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(fixtures().join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, seen));
}

#[test]
fn every_mistake_in_a_schedule_file_is_told() {
    for (name, bytes) in each("schedules") {
        let file = SourceText { path: name.clone(), name: name.clone(), bytes: bytes.clone() };
        let result = check(&[file], &[]);
        compare("schedules", &name, &result.diagnostics, &bytes);
    }
}

#[test]
fn every_mistake_in_the_settings_is_told() {
    let (environment, zones) = machine();
    for (name, bytes) in each("settings") {
        let loaded = read(Path::new(&name), &bytes, &environment, &zones);
        let right = !loaded.diagnostics.iter().any(Diagnostic::is_error);
        assert_eq!(loaded.settings.is_some(), right, "{name}");
        compare("settings", &name, &loaded.diagnostics, &bytes);
    }
}

#[test]
fn every_key_becomes_its_value() {
    let bytes = fs::read(fixtures().join("schedules/right.yaml")).expect("fixture");
    let file = SourceText { name: "right.yaml".into(), path: "right.yaml".into(), bytes };
    let result = check(&[file], &[]);
    let [daily, second] = &result.reminders[..] else { panic!("{:?}", result.diagnostics) };
    assert_eq!(&*daily.schedule.zone.name, "Asia/Shanghai");
    assert_eq!(&*second.schedule.zone.name, "Asia/Jakarta");
    assert_eq!(daily.schedule.calendar.id(), "acme");
    assert_eq!(second.schedule.calendar.id(), "cn");
    assert_eq!(*daily.when_text, ["every workday at 09:00".into(), "0 9 * * 1-5".into()]);
    assert_eq!((daily.schedule.when.len(), daily.schedule.except.len()), (2, 2));
    assert_eq!(daily.grace.as_secs(), 1800);
    assert_eq!((second.grace.as_secs(), second.keep.as_secs()), (5400, 43_200));
    assert_eq!(daily.owner.as_deref(), Some("ops-group"));
    assert_eq!(second.owner.as_deref(), Some("zhangsan"));
    let ids = |reminder: &Reminder| reminder.to.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(ids(daily), ["policy-group"]);
    assert_eq!(ids(second), ["policy-group", "sandbox"]);
    let person = |id: &str| Mention::Person(id.to_owned());
    assert_eq!(*daily.mention, [person("zhangsan"), person("lisi"), Mention::Role("hr".into())]);
    assert_eq!(*second.mention, [Mention::All]);
    let Body::Inline(text) = &daily.body else { panic!("inline") };
    assert_eq!((text.place.line, text.place.column, text.indent), (25, 7, 6));
    assert!(matches!(&second.body, Body::File { path, .. } if path == "notices/政策.md"));
    assert!(!daily.enabled && second.enabled);
}

#[test]
fn equal_schedules_are_one() {
    let text: String = (0..1000).map(|n| reminder(&format!("r{n}"), "x")).collect();
    let result = check(&[source("a.yaml", &format!("reminders:\n{text}"))], &[]);
    assert_eq!(result.reminders.len(), 1000);
    let first = &result.reminders[0].schedule;
    assert!(result.reminders.iter().all(|reminder| Arc::ptr_eq(first, &reminder.schedule)));
}

fn standings(result: &InForce) -> Vec<(&str, Standing)> {
    result.files.iter().map(|file| (file.name.as_str(), file.standing)).collect()
}

fn codes(result: &InForce) -> Vec<(&str, &str)> {
    let named = |found: &'_ Diagnostic| found.place.file.rsplit('/').next().map(str::to_owned);
    let all = result.diagnostics.iter();
    let mut codes: Vec<_> =
        all.map(|found| (named(found).unwrap_or_default(), found.code)).collect();
    codes.sort();
    codes.into_iter().map(|(file, code)| (&*String::leak(file), code)).collect()
}

#[test]
fn a_broken_file_keeps_its_last_good_version_and_silences_no_other() {
    let (good, other) = (
        format!("reminders:\n{}", reminder("a", "old")),
        format!("reminders:\n{}", reminder("b", "x")),
    );
    let broken = "reminders:\n  a: { when: every workday at 09:00, to: nobody, text: new }\n";
    let files = [source("a.yaml", broken), source("b.yaml", &other)];

    let mut result = check(&files, &[]);
    assert_eq!(standings(&result), [("a.yaml", Standing::LeftOut), ("b.yaml", Standing::Current)]);
    assert_eq!(codes(&result), [("a.yaml", "left-out"), ("a.yaml", "unknown-target")]);
    assert_eq!(result.take_good_texts().keys().collect::<Vec<_>>(), ["b.yaml"]);

    let mut result = check(&files, &[("a.yaml", &good), ("gone.yaml", &good)]);
    assert_eq!(standings(&result), [("a.yaml", Standing::LastGood), ("b.yaml", Standing::Current)]);
    assert_eq!(codes(&result), [("a.yaml", "last-good"), ("a.yaml", "unknown-target")]);
    assert_eq!(result.take_good_texts().get("a.yaml"), Some(&good));
    assert_eq!(result.reminders.len(), 2);
}

#[test]
fn of_two_files_with_one_id_the_one_that_did_not_hold_it_is_broken() {
    let with = |ids: &[&str]| {
        format!("reminders:\n{}", ids.iter().map(|id| reminder(id, "x")).collect::<String>())
    };
    let files = [source("a.yaml", &with(&["x", "y"])), source("b.yaml", &with(&["x", "z"]))];

    // Nothing is known of before: the later by path.
    let result = check(&files, &[]);
    assert_eq!(standings(&result), [("a.yaml", Standing::Current), ("b.yaml", Standing::LeftOut)]);
    assert_eq!(codes(&result), [("b.yaml", "duplicate-id"), ("b.yaml", "left-out")]);

    // `b` held it: `a` goes back to what it was.
    let (a, b) = (with(&["y"]), with(&["x", "z"]));
    let result = check(&files, &[("a.yaml", &a), ("b.yaml", &b)]);
    assert_eq!(standings(&result), [("a.yaml", Standing::LastGood), ("b.yaml", Standing::Current)]);
    let mut ids: Vec<_> = result.reminders.iter().map(|r| r.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["x", "y", "z"]);

    // A reminder that moved from one file to the other clashes with nothing.
    let moved = [source("a.yaml", &with(&["y"])), source("b.yaml", &with(&["x"]))];
    let result = check(&moved, &[("a.yaml", &with(&["x", "y"])), ("b.yaml", &with(&["z"]))]);
    assert!(result.is_right());
}

#[test]
fn a_copy_is_named_and_not_read() {
    let text = format!("reminders:\n{}", reminder("x", "x"));
    for name in
        ["policy (1).yaml", "policy - 副本.yaml", "Copy of policy.yaml", "policy copy 2.yaml"]
    {
        let result = check(&[source("policy.yaml", &text), source(name, &text)], &[]);
        assert_eq!(codes(&result), [(name, "copy")], "{name}");
        assert_eq!(result.reminders.len(), 1);
    }
    let other = format!("reminders:\n{}", reminder("y", "x"));
    let result = check(&[source("policy.yaml", &text), source("policy (1).yaml", &other)], &[]);
    assert_eq!((codes(&result).len(), result.reminders.len()), (0, 2));
    let result = check(&[source("policy.yaml", &text), source("policy2.yaml", &text)], &[]);
    assert_eq!(codes(&result), [("policy2.yaml", "duplicate-id"), ("policy2.yaml", "left-out")]);
}

#[test]
fn a_folder_that_cannot_be_read_deletes_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let loaded = load(&[folder.path().join("gone")]);
    let text = format!("reminders:\n{}", reminder("x", "x"));
    let last_good = BTreeMap::from([("hr/a.yaml", text.as_str())]);
    let mut result = in_force(&loaded, &last_good, &world());
    assert_eq!(standings(&result), [("hr/a.yaml", Standing::LastGood)]);
    assert_eq!(result.take_good_texts(), BTreeMap::from([("hr/a.yaml".to_owned(), text)]));
    assert!(result.files[0].path.ends_with("gone/hr/a.yaml"), "{}", result.files[0].path);
}

#[test]
fn files_at_their_bounds_end_too() {
    let one = |text: &str| check(&[source("a.yaml", text)], &[]);
    let head = "reminders:\n  a: { when: every day at 09:00, text: x, to: ";
    let many: String = (0..10_000).map(|n| reminder(&format!("r{n}"), "x")).collect();
    let full = one(&format!("reminders:\n{many}"));
    assert_eq!((full.reminders.len(), full.diagnostics.len()), (10_000, 0));
    let cases = [
        (format!("reminders:\n{many}{}", reminder("more", "x")), "too-much"),
        (format!("{head}[{}] }}\n", "sandbx, ".repeat(100_000)), "too-many"),
        (format!("{head}sandbox, {} }}\n", "x: y, ".repeat(100_000)), "duplicate-key"),
        (format!("{head}sandbox }}\n  b: \"{}\n", "x".repeat(4_000_000)), "syntax"),
        (format!("reminders:\n{}", many.replace("sandbox", "sandbx, timezone: Beijng")), "more"),
        (format!("reminders:\n{}", "{? ".repeat(100_000)), "syntax"),
    ];
    for (text, code) in cases {
        let result = one(&text);
        let codes: BTreeSet<&str> = result.diagnostics.iter().map(|found| found.code).collect();
        assert!(codes.contains(code), "{code}: {codes:?}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_become_reminders_or_diagnostics(
        bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
        lines in "((reminders|defaults|owner|  a|    when|    to|    text|    mention|    file|    buttons|    keep|    from): ?([a-z@#\\[\\]{}“：|&*!]|all|1d|2026-01-01|every day at 09:00|sandbox| ){0,3}\n){0,12}",
    ) {
        for bytes in [bytes, lines.into_bytes()] {
            let files = [SourceText { name: "a.yaml".into(), path: "a.yaml".into(), bytes }];
            let result = check(&files, &[]);
            proptest::prop_assert!(result.is_right() || result.reminders.is_empty());
            let (environment, zones) = machine();
            let loaded = read(Path::new("a.yaml"), &files[0].bytes, &environment, &zones);
            proptest::prop_assert!(loaded.settings.is_some() || !loaded.diagnostics.is_empty());
        }
    }
}
