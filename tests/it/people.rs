//! People as HR systems export them: what is read, what is told, which version counts.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use dingdong::{
    catalog::render::render,
    model::{
        calendar::Calendar, diagnostic::Diagnostic, language::Language, people::People,
        rota::Moment,
    },
    settings::{
        Settings,
        environment::Environment,
        people::{self, Loaded},
        read,
        zones::Zones,
    },
};
use jiff::civil::date;

use super::support::workplace::Workplace;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/people")
}

fn settings(folder: &Path, text: &str) -> Settings {
    let environment = Environment::fixed(&[], Some("Asia/Shanghai"));
    let zones = Zones::newest(Path::new("/nowhere"));
    let loaded = read(&folder.join("dingdong.yaml"), text.as_bytes(), &environment, &zones);
    assert_eq!(loaded.diagnostics, []);
    loaded.settings.expect("settings without errors")
}

fn load(folder: &Path, more: &str, last_good: Option<&str>) -> Loaded {
    let text = format!("targets: {{ a: {{ robot: console }} }}\n{more}");
    let settings = settings(folder, &text);
    people::load(&settings.folder, &settings.people, last_good)
}

/// Morning of a day in October 2026.
fn moment(day: i8) -> Moment {
    let calendar = Arc::new(Calendar::weekends());
    Moment { on: date(2026, 10, day), calendar, occurrences: Arc::new(|_| 0) }
}

fn codes(found: &[Diagnostic]) -> Vec<&str> {
    found.iter().map(|found| found.code).collect()
}

#[test]
fn an_export_is_read_as_hr_systems_write_it() {
    let more = "people: hr-export.csv\nroles: { 值班: [王五], hr: 欧阳 娜娜 }\n";
    let Loaded { people, found, file } = load(&fixtures(), more, None);
    assert_eq!(found, []);
    let ids: Vec<_> = people.people.keys().map(String::as_str).collect();
    assert_eq!(ids, ["00123", "00124", "00126", "王五"]);
    let zhang = &people.people["00123"];
    assert_eq!((zhang.name.as_str(), zhang.mobile.as_deref()), ("张三", Some("13800000001")));
    assert_eq!(zhang.dingtalk.as_deref(), Some("user123"));
    assert_eq!(zhang.email.as_deref(), Some("zs@example.com"));
    assert_eq!(zhang.departments, ["总部/技术部/后端组"]);
    let leave = [(date(2026, 10, 1), date(2026, 10, 7)), (date(2026, 12, 24), date(2026, 12, 24))];
    assert_eq!((&zhang.leave[..], zhang.delegate.as_deref()), (&leave[..], Some("00124")));
    let mobiles: Vec<_> = people.people.values().map(|one| one.mobile.as_deref()).collect();
    let mobile = |last: &'static str| Some(last);
    assert_eq!(
        mobiles,
        [
            mobile("13800000001"),
            mobile("13800000002"),
            mobile("13800000004"),
            mobile("13800000003"),
        ]
    );
    let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    // Who is named in the settings joins whom the table names.
    let roles = BTreeMap::from([
        ("值班".to_owned(), owned(&["00123", "00124", "王五"])),
        ("招聘专员".to_owned(), owned(&["00123"])),
        ("品牌/公关".to_owned(), owned(&["00126"])),
        ("hr".to_owned(), owned(&["00126"])),
    ]);
    assert_eq!(people.roles, roles);
    let meant = |word: &str| {
        let mention = [people.mention(word).expect(word)];
        let found = people.resolve(&mention, &moment(1));
        found.iter().map(|one| one.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(meant("技术部"), ["李四"]);
    assert_eq!(meant("总部"), ["李四", "欧阳 娜娜"]);
    assert_eq!(meant("法务部"), ["王五"]);
    assert!(file.expect("file").good.expect("good").contains("花名册"));
}

#[test]
fn every_bad_cell_is_told_at_once_in_both_languages() {
    let mut tables: Vec<_> = fs::read_dir(fixtures())
        .expect("fixtures")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    tables.sort();
    assert!(tables.len() >= 8);
    for table in tables {
        let name = table.file_name().expect("name").to_string_lossy().into_owned();
        let Loaded { found, file, .. } = load(&fixtures(), &format!("people: {name}"), None);
        let text = file.expect("file").text;
        let mut seen = String::new();
        for language in [Language::English, Language::Chinese] {
            for found in &found {
                let mut found = found.told(language);
                found.place.file = name.as_str().into();
                seen +=
                    &format!("{}\n\n", render(&found, text.as_deref(), false, Language::English));
            }
        }
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(fixtures());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, seen));
    }
}

#[test]
fn a_broken_export_takes_nobody_away() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("people.csv");
    let more = "people: people.csv\nroles: { hr: [zs] }\n";
    let right = "id,name\nzs,张三\n";
    let names = |people: &People| people.people.keys().cloned().collect::<Vec<_>>();

    let missing = load(folder.path(), more, None);
    assert_eq!(codes(&missing.found), ["unreadable"]);
    fs::write(&path, right).expect("write");
    let loaded = load(folder.path(), more, None);
    assert_eq!((codes(&loaded.found), names(&loaded.people)), (vec![], vec!["zs".to_owned()]));
    let good = loaded.file.and_then(|file| file.good).expect("good");

    // Half a file, a person who is gone but has a role, no file at all.
    for (broken, code) in
        [("id,name\nzs,\"张", "unclosed-quote"), ("id,name\nls,李四\n", "unknown-person")]
    {
        fs::write(&path, broken).expect("write");
        let loaded = load(folder.path(), more, Some(&good));
        assert_eq!(
            (codes(&loaded.found), names(&loaded.people)),
            (vec!["last-good"], vec!["zs".to_owned()])
        );
        let file = loaded.file.expect("file");
        assert_eq!((codes(&file.kept_for), file.good.as_deref()), (vec![code], Some(right)));
        let loaded = load(folder.path(), more, None);
        assert_eq!(codes(&loaded.found), [code]);
    }
    fs::remove_file(&path).expect("remove");
    let loaded = load(folder.path(), more, Some(&good));
    assert_eq!(
        (codes(&loaded.found), names(&loaded.people)),
        (vec!["last-good"], vec!["zs".to_owned()])
    );
}

#[test]
fn a_table_at_its_bounds_is_read() {
    let folder = tempfile::tempdir().expect("folder");
    let rows: String = (1..50_000).map(|n| format!("e{n},员工{n},部门{}\n", n % 100)).collect();
    fs::write(folder.path().join("people.csv"), format!("id,name,department\n{rows}"))
        .expect("write");
    let loaded = load(folder.path(), "people: people.csv\n", None);
    assert_eq!((codes(&loaded.found), loaded.people.people.len()), (vec![], 49_999));
    let bad: String = (1..50_000).map(|n| format!("e{n},员工{n},1.38E+10\n")).collect();
    fs::write(folder.path().join("people.csv"), format!("id,name,mobile\n{bad}")).expect("write");
    let loaded = load(folder.path(), "people: people.csv\n", None);
    assert_eq!(codes(&loaded.found).iter().filter(|code| **code == "more").count(), 1);
    assert_eq!(loaded.found.len(), 1001);
}

/// Three weeks of a Friday reminder, as every command sees them.
#[test]
fn turns_go_round_also_over_leave_and_edits() {
    let office = Workplace::empty();
    office.write(
        "dingdong.yaml",
        "\
timezone: Asia/Shanghai
calendar: cn
targets: { a: { robot: console } }
people:
  zhangsan: { name: 张三 }
  lisi: { name: 李四, leave: 2026-11-13..2026-11-22 }
  wangwu: { name: 王五 }
rotas:
  cleaning: { members: [zhangsan, lisi, wangwu], every: occurrence, from: 2026-11-02 }
  weekly: { members: [zhangsan, lisi, wangwu], every: week, from: 2026-11-04 }
",
    );
    let reminder = |text: &str| {
        format!(
            "reminders:\n  tidy: {{ when: every friday at 17:00, to: a, mention: rota:cleaning, text: '{text}' }}\n"
        )
    };
    office.write("schedules/tidy.yaml", reminder("x"));
    let who = |n: &str| {
        let (code, next) = office.json(&["next", "tidy", "--from", "2026-11-01T00:00", "-n", n]);
        assert_eq!(code, Some(0));
        let rows = next.as_array().expect("rows").clone();
        let names =
            rows.iter().map(|row| row["rotas"][0]["name"].as_str().expect("name").to_owned());
        names.collect::<Vec<_>>().join("")
    };
    // 6, 13, 20, 27 November and 4 December; the 13th would be 李四's, the 20th is 王五's own.
    assert_eq!(who("5"), "张三王五王五张三李四");
    let text = "{{ rota(\"cleaning\") }} {{ rota(\"weekly\").id }}";
    office.write("schedules/tidy.yaml", reminder(text));
    assert_eq!(who("5"), "张三王五王五张三李四");
    let at = |at: &str| {
        let (code, shown) = office.json(&["preview", "tidy", "--at", at]);
        assert_eq!(code, Some(0), "{shown:#}");
        let body = &shown["messages"][0]["parts"][0]["body"];
        (body["body"].clone(), body["mentions"]["people"][0]["name"].clone())
    };
    let seen = ["2026-11-13T17:00", "2026-11-20T17:00", "2026-11-27T17:00"].map(at);
    let expected = [("王五 wangwu", "王五"), ("王五 wangwu", "王五"), ("张三 zhangsan", "张三")];
    assert_eq!(seen, expected.map(|(body, name)| (body.into(), name.into())));
    // A test send between two occurrences shows who comes next.
    assert_eq!(at("2026-11-14T09:00").1, "王五");

    let (code, explained) = office.json(&["explain", "tidy", "2026-11-27"]);
    assert_eq!((code, &explained["rotas"][0]["person"]), (Some(0), &"zhangsan".into()));
    let (code, _) = office.json(&["status"]);
    assert_eq!(code, Some(0));

    office.write("schedules/tidy.yaml", reminder("{{ rota(\"cleanin\") }}"));
    let (code, checked) = office.json(&["check"]);
    let found = &checked["diagnostics"][0];
    assert_eq!((code, &found["code"]), (Some(3), &"template-undefined".into()), "{checked:#}");
    assert!(found["help"].as_str().expect("help").contains("`cleaning`"), "{checked:#}");
}
