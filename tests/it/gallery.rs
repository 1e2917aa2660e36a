//! The gallery of `new`: every template in both languages, as it is in a folder fresh from `init`, and
//! as every robot would be handed it.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use dingdong::model::target::RobotKind;
use serde_json::{Value, json};

use super::{
    starting::{fits_its_schema, passes_strictly},
    support::workplace::Workplace,
};

const TEMPLATES: [&str; 8] = [
    "policy-reminder",
    "policy-digest",
    "weekly-report",
    "stock-warning",
    "duty-rota",
    "contract-expiry",
    "pay-day",
    "timesheet",
];

/// An instant at which a template has something to say.
fn at(template: &str) -> &'static str {
    match template {
        "timesheet" => "2026-11-30T10:00:00+08:00",
        "contract-expiry" | "duty-rota" => "2026-11-23T09:30:00+08:00",
        _ => "2026-11-27T17:00:00+08:00",
    }
}

#[test]
fn the_gallery_is_listed_in_both_languages() {
    let office = Workplace::empty();
    let (code, listed) = office.json(&["new", "--list"]);
    assert_eq!(code, Some(0));
    let names: Vec<_> =
        listed.as_array().unwrap().iter().map(|one| one["template"].clone()).collect();
    assert_eq!(json!(names), json!(TEMPLATES));
    let chinese = office.variable("LANG", "zh_CN.UTF-8").run(&["new", "--list"]);
    assert!(chinese.out.contains("库存") && chinese.out.contains("合同"), "{}", chinese.out);
}

#[test]
fn every_template_is_right_as_it_is_written() {
    for language in ["zh", "en"] {
        let office = Workplace::empty();
        office.run(&["init", "--language", language]);
        for (number, template) in TEMPLATES.iter().enumerate() {
            let id =
                if language == "zh" { format!("提醒{number}") } else { (*template).to_owned() };
            let ran = office.run(&["new", &id, "--template", template, "--to", "console"]);
            assert_eq!(ran.code, Some(0), "{template}: {}", ran.err);
            assert_eq!(ran.err, "");
            let file = format!("schedules/{id}.yaml");
            let text = fs::read_to_string(office.path(&file)).unwrap();
            for gap in ["{ID}", "{TO}", "{ROTA}", "{PREFIX}", "{ROOT}"] {
                assert!(!text.contains(gap), "{gap}: {text}");
            }
            assert!(
                text.lines().any(|line| line.trim_start().starts_with("# ")),
                "no comment: {text}"
            );
            fits_its_schema(&office, &file);
            let shown = office.run(&["preview", &id]);
            assert_eq!(shown.code, Some(0), "{template}: {}", shown.err);
        }
        passes_strictly(&office, 2 + TEMPLATES.len());
    }
}

#[test]
fn new_overwrites_nothing_and_says_what_is_in_the_way() {
    let office = Workplace::empty();
    let new = |args: &[&str]| office.run(&[&["new"], args].concat());
    let ran = new(&["a", "--template", "pay-day", "--to", "console"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("dingdong init"), "{}", ran.err);
    office.run(&["init"]);
    office.write("content/data/stock.csv", "code,item,left,unit\n1,Mine,3,pieces\n");
    let ran = new(&["stock", "--template", "stock-warning", "--to", "console"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("left as it is: content/data/stock.csv"), "{}", ran.out);
    assert!(office.run(&["preview", "stock"]).out.contains("Mine"));
    office.write("schedules/b.yaml", "# mine\nreminders: {}\n");
    for (args, code, said) in [
        (
            ["stock", "pay-day", "console"],
            1,
            "there is a reminder `stock` already (schedules/stock.yaml:",
        ),
        (["b", "pay-day", "console"], 1, "schedules/b.yaml already"),
        (["c", "payday", "console"], 2, "did you mean `pay-day`?"),
        (["c", "unheard-of", "console"], 2, "new --list"),
        (["c", "pay-day", "consle"], 1, "did you mean `console`?"),
        (["c d", "pay-day", "console"], 2, "c d"),
        (["../c", "pay-day", "console"], 2, "../c"),
        (["", "pay-day", "console"], 2, ""),
    ] {
        let ran = new(&[args[0], "--template", args[1], "--to", args[2]]);
        assert_eq!(ran.code, Some(code), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(said), "{args:?}: {}", ran.err);
    }
    assert_eq!(
        fs::read_to_string(office.path("schedules/b.yaml")).unwrap(),
        "# mine\nreminders: {}\n"
    );
    assert!(!office.path("c.yaml").exists());
    assert_eq!(new(&["c"]).code, Some(2));
}

#[test]
fn a_rota_that_is_missing_is_said_with_the_line_to_add() {
    let office = Workplace::empty();
    office.write(
        "dingdong.yaml",
        "timezone: Asia/Shanghai\ncalendar: cn\ntargets: { sandbox: { robot: console } }\n",
    );
    let ran = office.run(&["new", "duty", "--template", "duty-rota", "--to", "sandbox"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("rotas: { duty:"), "{}", ran.err);
}

#[test]
fn content_that_has_a_name_is_written_by_it() {
    let office = Workplace::empty();
    office.write(
        "dingdong.yaml",
        "timezone: Asia/Shanghai\ncalendar: cn\ncontent: { hr: share }\ntargets: { sandbox: { robot: console } }\n",
    );
    let ran = office.run(&["new", "stock", "--template", "stock-warning", "--to", "sandbox"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(office.path("share/data/stock.csv").exists());
    passes_strictly(&office, 1);
}

/// Settings with a target for every robot there is, called by the robot's name, and people with
/// every id.
fn settings(language: &str) -> String {
    let mut text =
        format!("timezone: Asia/Shanghai\ncalendar: cn\nlanguage: {language}\ntargets:\n");
    for kind in RobotKind::ALL {
        let name = kind.name();
        let more = match kind {
            RobotKind::DingtalkApp => {
                ", app_key: key, app_secret: env:SECRET, robot_code: code, conversation: cid"
            }
            RobotKind::Email => {
                ", host: mail.example.com, from: hr@example.com, to: all@example.com"
            }
            _ if kind.has_webhook() => ", webhook: env:HOOK",
            _ => "",
        };
        writeln!(text, "  {name}: {{ robot: {name}{more} }}").unwrap();
    }
    text.push_str("people:\n");
    for (id, name, number) in [("zhangsan", "张三", 1), ("lisi", "李四", 2)] {
        writeln!(
            text,
            "  {id}: {{ name: {name}, mobile: \"1380000000{number}\", dingtalk: user{number}, feishu: ou_{number}, \
             wecom: {id}, slack: U02{number}, email: {id}@example.com }}"
        )
        .unwrap();
    }
    text + "rotas: { duty: { members: [zhangsan, lisi], from: 2026-01-05 } }\n"
}

/// What templates read, in both languages: what is there is never overwritten.
const DATA: [(&str, &str, &str); 2] = [
    ("zh", "contract-expiry", "姓名,到期日\n王五,2027-06-30\n李四,2026-12-31\n张三,2026-11-20\n"),
    ("en", "contract-expiry", "name,ends\nChen,2027-06-30\nBen,2026-12-31\nAna,2026-11-20\n"),
];

const CHANGES: &str = "\
changes:
  - { title: 考勤制度, label: 更新, summary: 上下班时间：9:00 → 9:30, change: updated, path: a.md }
  - { title: 差旅制度, label: 新增, summary: 新的报销标准, change: added, path: b.md }
";

#[test]
fn every_robot_is_handed_every_template() {
    let snapshots = {
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path("fixtures/gallery");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings
    };
    for language in ["zh", "en"] {
        let office = Workplace::empty().variable("HOOK", "https://example.com/hook");
        office.write("dingdong.yaml", settings(language));
        office.write("changes.yaml", CHANGES);
        for (of, template, table) in DATA {
            if of == language {
                office.write(&format!("content/data/{template}.csv"), table);
            }
        }
        for template in TEMPLATES {
            let ran = office.run(&["new", template, "--template", template, "--to", "console"]);
            assert_eq!(ran.code, Some(0), "{}", ran.err);
            let file = format!("schedules/{template}.yaml");
            let robots = RobotKind::ALL.map(RobotKind::name).join(", ");
            let text = fs::read_to_string(office.path(&file)).unwrap();
            office.write(&file, text.replace("to: console", &format!("to: [{robots}]")));
            let data =
                if template == "policy-digest" { &["--data", "changes.yaml"][..] } else { &[] };
            let args = [&["preview", template, "--at", at(template)], data].concat();
            let (code, preview) = office.json(&args);
            assert_eq!(code, Some(0), "{template}: {preview:#}");
            let seen = seen(&preview);
            snapshots.bind(|| insta::assert_snapshot!(format!("{template}.{language}"), seen));
        }
    }
}

/// What each robot is handed: its requests' bodies, one line each.
fn seen(preview: &Value) -> String {
    let messages = preview["messages"].as_array().unwrap();
    let by_robot: BTreeMap<_, _> =
        messages.iter().map(|one| (one["robot"].as_str().unwrap(), &one["parts"])).collect();
    assert_eq!(by_robot.len(), RobotKind::ALL.len());
    let mut seen = String::new();
    for (robot, parts) in by_robot {
        for part in parts.as_array().unwrap() {
            writeln!(seen, "== {robot}\n{:#}", part["body"]).unwrap();
        }
    }
    seen
}
