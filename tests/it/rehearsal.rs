//! `rehearse`: everything a span of days would send, as the service would send it.

use std::fs;

use serde_json::{Value, json};

use super::support::workplace::Workplace;

const SETTINGS: &str = "\
timezone: Asia/Shanghai
calendar: cn
targets:
  ops: { robot: console, name: 运营群 }
  hr: { robot: dingtalk, name: 人事群, webhook: env:HOOK }
";

const SCHEDULE: &str = "\
reminders:
  daily:
    when: every workday at 09:00
    to: [ops, hr]
    title: 早会 {{ due | date('M月d日') }}
    text: 请参加早会。
  friday:
    when: every friday at 17:00
    to: ops
    text: 周五了。
  tokyo:
    when: every friday at 17:30
    timezone: Asia/Tokyo
    to: hr
    text: 東京
  silent:
    when: every day at 10:00
    to: ops
    only_if: due.day == 30
    text: 三十号
  off: { when: every day at 11:00, enabled: false, to: ops, text: x }
";

fn office() -> Workplace {
    let office = Workplace::empty()
        .variable("HOOK", "https://oapi.dingtalk.com/robot/send?access_token=hush");
    office.write("dingdong.yaml", SETTINGS);
    office.write("schedules/a.yaml", SCHEDULE);
    office
}

/// Friday to Monday.
const SPAN: [&str; 5] = ["rehearse", "--from", "2026-11-27", "--until", "2026-11-30"];

/// Friday to Monday, in a year that is still to come wherever this runs: a pause begins now.
const LATER: [&str; 5] = ["rehearse", "--from", "2098-06-06", "--until", "2098-06-09"];

/// Which reminder is due when, and whether anything is sent.
fn told(rehearsal: &Value) -> Vec<(String, String, Value)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |one: &Value| (text(&one["reminder"]), text(&one["due_at"]), one["skipped"].clone());
    rehearsal.as_array().unwrap().iter().map(one).collect()
}

#[test]
fn every_occurrence_of_the_span_comes_in_order_and_as_preview_shows_it() {
    let office = office();
    let (code, rehearsal) = office.json(&SPAN);
    assert_eq!(code, Some(0), "{rehearsal:#}");
    let expected = [
        ("daily", "2026-11-27T09:00:00+08:00", Value::Null),
        ("silent", "2026-11-27T10:00:00+08:00", json!("condition")),
        ("tokyo", "2026-11-27T17:30:00+09:00", Value::Null),
        ("friday", "2026-11-27T17:00:00+08:00", Value::Null),
        ("silent", "2026-11-28T10:00:00+08:00", json!("condition")),
        ("silent", "2026-11-29T10:00:00+08:00", json!("condition")),
        ("daily", "2026-11-30T09:00:00+08:00", Value::Null),
        ("silent", "2026-11-30T10:00:00+08:00", Value::Null),
    ];
    let expected = expected.map(|(id, at, skipped)| (id.to_owned(), at.to_owned(), skipped));
    assert_eq!(told(&rehearsal), expected);
    for one in rehearsal.as_array().unwrap() {
        let (id, at) = (one["reminder"].as_str().unwrap(), one["due_at"].as_str().unwrap());
        let (code, preview) = office.json(&["preview", id, "--at", at]);
        assert_eq!(code, Some(0));
        let mut one = one.clone();
        one.as_object_mut().unwrap().remove("note");
        assert_eq!(one, preview);
    }
    assert!(!office.path("data").exists(), "nothing was stored");
}

#[test]
fn a_span_has_both_its_ends_and_only_picks_a_target() {
    let office = office();
    let count = |args: &[&str]| {
        let (code, rehearsal) = office.json(&[&["rehearse"], args].concat());
        assert_eq!(code, Some(0), "{args:?}");
        rehearsal.as_array().unwrap().len()
    };
    assert_eq!(count(&["--from", "2026-11-30T09:00", "--until", "2026-11-30T09:00"]), 1);
    assert_eq!(count(&["--from", "2026-11-30T09:00:01", "--until", "2026-11-30T09:59"]), 0);
    assert_eq!(count(&["--from", "2026-11-30T01:00:00Z", "--until", "2026-11-30T01:00:00Z"]), 1);
    let (_, only) = office.json(&[&SPAN[..], &["--only", "hr"]].concat());
    let ids: Vec<_> = told(&only).into_iter().map(|(id, ..)| id).collect();
    assert_eq!(ids, ["daily", "tokyo", "daily"]);
    for one in only.as_array().unwrap() {
        assert_eq!(one["messages"].as_array().unwrap().len(), 1);
        assert_eq!(one["messages"][0]["target"], "hr");
    }
    for (args, code, said) in [
        (&["--until", "2026-13-01"][..], 2, "2026-13-01"),
        (&["--from", "2026-12-05", "--until", "2026-12-01"], 2, "before it begins"),
        (&["--from", "2026-12-05", "--until", "2126-12-01"], 2, "longer"),
        (&["--until", "2026-12-31", "--only", "hrr"], 1, "did you mean `hr`?"),
        (&[], 2, "--until"),
    ] {
        let ran = office.run(&[&["rehearse"], args].concat());
        assert_eq!(ran.code, Some(code), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(said), "{args:?}: {}", ran.err);
    }
}

#[test]
fn what_is_paused_skipped_disabled_or_broken_is_said_and_hides_nothing_else() {
    let office = office();
    office.write(
        "dingdong.yaml",
        SETTINGS.replace("webhook: env:HOOK", "webhook: env:HOOK, enabled: false"),
    );
    office.write(
        "schedules/b.yaml",
        "reminders:\n  broken:\n    when: every monday at 08:00\n    to: ops\n    data: { t: { csv: gone.csv } }\n    text: '{{ t | length }}'\n",
    );
    office.write("content/other.csv", "a\n1\n");
    assert_eq!(office.run(&["skip", "friday", "2098-06-06"]).code, Some(0));
    assert_eq!(office.run(&["pause", "silent", "--until", "2098-06-09"]).code, Some(0));
    let (code, rehearsal) = office.json(&LATER);
    assert_eq!(code, Some(3), "{rehearsal:#}");
    let of = |id: &str| {
        let all = rehearsal.as_array().unwrap().iter();
        all.filter(|one| one["reminder"] == id).cloned().collect::<Vec<_>>()
    };
    assert_eq!(of("friday")[0]["skipped"], "by hand");
    assert_eq!(of("tokyo")[0]["skipped"], "target disabled");
    assert_eq!(of("daily")[0]["messages"].as_array().unwrap().len(), 1);
    assert_eq!(of("broken")[0]["failed"][0]["code"], "content-missing", "{:#}", of("broken")[0]);
    let silent: Vec<Value> = of("silent").iter().map(|one| one["skipped"].clone()).collect();
    assert_eq!(json!(silent), json!(["paused", "paused", "paused", "condition"]));
    let ran = office.run(&LATER);
    assert_eq!(ran.code, Some(3));
    assert!(
        ran.out.contains("taken out by a person") && ran.out.contains("gone.csv"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("请参加早会。"), "{}", ran.out);
}

#[test]
fn news_of_a_folder_is_the_same_each_time_and_stays_news() {
    let office = Workplace::empty();
    office.write("dingdong.yaml", SETTINGS);
    office.write(
        "schedules/a.yaml",
        "reminders:\n  news:\n    when: every day at 09:00\n    to: ops\n    data: { c: { folder: policies/ } }\n    only_if: c\n    text: '{{ c | join(\"、\") }}'\n",
    );
    office.write("content/policies/old.md", "# 旧制度\n");
    assert_eq!(office.run(&["send", "news", "--advance"]).code, Some(0));
    office.write("content/policies/new.md", "# 新制度\n");
    let said = |rehearsal: &Value| -> Vec<bool> {
        let all = rehearsal.as_array().unwrap().iter();
        all.map(|one| one["messages"].to_string().contains("新制度")).collect()
    };
    for _ in 0..2 {
        let (code, rehearsal) =
            office.json(&["rehearse", "--from", "2026-12-01", "--until", "2026-12-02"]);
        assert_eq!((code, said(&rehearsal)), (Some(0), vec![true, true]), "{rehearsal:#}");
    }
}

#[test]
fn the_page_holds_everything_and_loads_and_runs_nothing() {
    let office = office();
    office.write(
        "schedules/nasty.yaml",
        "reminders:\n  nasty:\n    when: 2026-11-28 at 12:00\n    to: ops\n    title: '<script>alert(1)</script>'\n    text: |\n      <img src=x onerror=alert(1)> ![bild](https://e.com/a.png) [x](javascript:alert(1))\n",
    );
    let ran = office.run(&[&SPAN[..], &["--html", "out/rehearsal.html"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.err, "");
    // Four to 运营群, three to 人事群, and the nasty one.
    assert!(
        ran.out.contains("out/rehearsal.html: 8 messages; 3 occurrences send nothing"),
        "{}",
        ran.out
    );
    let page = fs::read_to_string(office.path("out/rehearsal.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    for held in [
        "运营群",
        "人事群",
        "早会 11月27日",
        "早会 11月30日",
        "周五了。",
        "&lt;script&gt;alert(1)",
        "Asia/Tokyo",
    ] {
        assert!(page.contains(held), "{held}: {page}");
    }
    for never in [
        "<script",
        "<img",
        "<link",
        "<iframe",
        "@import",
        "url(",
        "src=",
        "javascript:alert(1)\"",
        "hush",
    ] {
        let stands = page.replace("&lt;img src=x", "").replace("&lt;script", "");
        assert!(!stands.contains(never), "{never}");
    }
    assert!(page.contains("default-src 'none'"));
    assert_eq!(page.matches("<details").count(), page.matches("</details>").count());
    assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
}

#[test]
fn the_same_words_to_the_same_group_are_folded_when_they_come_again() {
    let office = office();
    let folded = |until: &str| {
        let span = ["rehearse", "--from", "2026-12-04", "--until", until, "--only", "hr"];
        assert_eq!(office.run(&[&span[..], &["--html", "b.html"]].concat()).code, Some(0));
        let page = fs::read_to_string(office.path("b.html")).unwrap();
        page.matches("<details class=").count() - page.matches(" open><summary>").count()
    };
    assert_eq!(folded("2026-12-10"), 0);
    assert_eq!(folded("2026-12-11"), 1, "東京 for the second time; 早会 has another date each day");
}

#[test]
fn the_page_speaks_the_language_of_the_settings_and_is_replaced_whole() {
    let office = office();
    office.write("dingdong.yaml", format!("language: zh\n{SETTINGS}"));
    office.write("p.html", "old");
    let ran = office.run(&[&SPAN[..], &["--html", "p.html", "--json"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap().as_array().unwrap().len(), 8);
    let page = fs::read_to_string(office.path("p.html")).unwrap();
    assert!(page.contains("<html lang=\"zh\">") && page.contains("发送预演"), "{page}");
    office.write("empty/x", "");
    let ran = office.run(&[&SPAN[..], &["--html", "empty"]].concat());
    assert_eq!(ran.code, Some(1), "a folder cannot be replaced");
}
