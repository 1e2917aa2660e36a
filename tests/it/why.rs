//! `why`: the question "why did nothing come?" always has an answer. And `backup`.

use std::{fs, os::unix::fs::PermissionsExt as _};

use dingdong::{model::reminder::ReminderId, outbox::Scope};
use serde_json::{Value, json};

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault, rules::Group},
    story::{Story, at},
    workplace::Workplace,
};

fn office(fake: &FakeDingtalk) -> Workplace {
    let office = Workplace::office(&fake.group("policy", Group::default()));
    office.write("dingdong.yaml", SETTINGS);
    office.write("schedules/policy.yaml", REMINDERS);
    office
}

const SETTINGS: &str = "\
timezone: Asia/Shanghai
calendar: cn
language: en
schedules: schedules/
store: sqlite:data/dingdong.db
targets:
  group: { name: 政策群, robot: dingtalk, webhook: env:HOOK }
";

const REMINDERS: &str = "\
reminders:
  policy: { when: every workday at 09:00, to: group, text: policy, grace: 4h }
  silent: { when: every day at 10:00, to: group, text: silent, enabled: false }
";

/// The steps of the only chain of an answer: kind and text.
fn steps(office: &Workplace, args: &[&str]) -> Vec<(String, String)> {
    let (code, answer) = office.json(&[&["why"], args].concat());
    assert_eq!(code, Some(0), "{args:?}");
    let chains = answer.as_array().unwrap();
    assert_eq!(chains.len(), 1, "{answer:#}");
    let text = |step: &Value, key: &str| step[key].as_str().unwrap().to_owned();
    let steps = chains[0]["steps"].as_array().unwrap();
    steps.iter().map(|step| (text(step, "what"), text(step, "text"))).collect()
}

fn said(steps: &[(String, String)]) -> String {
    let lines: Vec<_> = steps.iter().map(|(what, text)| format!("{what}: {text}")).collect();
    lines.join("\n")
}

#[tokio::test]
async fn the_chain_leads_from_the_file_to_the_last_answer() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    fake.fault(Fault::Status(503));
    let mut story = Story::begin(&office, &fake, at("2026-11-23T08:00:00")).await;
    story.pass_until(at("2026-11-23T09:30:00")).await;
    let id = "policy@2026-11-23T01:00:00Z";
    let told = steps(&office, &[id]);
    let kinds: Vec<&str> = told.iter().map(|(what, _)| what.as_str()).collect();
    let expected =
        ["file", "calendar", "due", "planned", "composed", "attempt", "attempt", "delivery"];
    assert_eq!(kinds, expected, "{}", said(&told));
    let told = said(&told);
    for words in [
        "policy.yaml:2: every workday at 09:00",
        "2026-11-23 Monday, workday: fires 09:00",
        "政策群: retry http 503",
        "政策群: sent",
        "delivery: 政策群: delivered",
    ] {
        assert!(told.contains(words), "{words:?} in\n{told}");
    }
    // The same by the delivery, by the date, and by what people type.
    for args in [vec!["policy", "2026-11-23"], vec!["policy@2026-11-23"]] {
        assert_eq!(said(&steps(&office, &args)), told);
    }
    assert_eq!(said(&steps(&office, &[&format!("{id}/group/1")])), told);
}

#[tokio::test]
async fn lateness_refusals_and_pauses_are_told_with_what_to_do() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    drop(Story::begin(&office, &fake, at("2026-11-23T08:00:00")).await);
    fake.fault(Fault::Code(400_013, "group dismissed"));
    let mut story = Story::begin(&office, &fake, at("2026-11-23T11:03:00")).await;
    let late = said(&steps(&office, &["policy", "2026-11-23"]));
    assert!(late.contains("planned, 2 h 3 min after it was due"), "{late}");
    assert!(late.contains("delivery: 政策群: dead"), "{late}");
    let redrive = "help: `dingdong redrive policy@2026-11-23T01:00:00Z/group/1`";
    assert!(late.contains(redrive), "{late}");

    let scope = Scope::Reminder(ReminderId::new("policy"));
    let end = Some(at("2026-11-25T00:00:00"));
    story.shared.outbox.pause(&scope, end, Some("盘点"), story.now()).await.unwrap();
    story.pass_until(at("2026-11-24T12:00:00")).await;
    let paused = said(&steps(&office, &["policy", "2026-11-24"]));
    assert!(paused.contains("pause: paused until 2026-11-25 Wed 00:00 (盘点)"), "{paused}");
    assert!(paused.contains("skipped: skipped: paused (盘点)"), "{paused}");
}

#[tokio::test]
async fn what_never_was_has_its_reason_too() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let holiday = said(&steps(&office, &["policy", "2026-10-05"]));
    assert!(holiday.contains("国庆节"), "{holiday}");
    let silent = said(&steps(&office, &["silent", "2026-11-20"]));
    assert!(silent.contains("enabled: false"), "{silent}");
    let coming = said(&steps(&office, &["policy@2999-01-02T01:00:00Z"]));
    assert!(coming.contains("its time has not come"), "{coming}");
    let never_ran = said(&steps(&office, &["policy", "2026-03-02"]));
    assert!(never_ran.contains("the service has not run since"), "{never_ran}");
    drop(Story::begin(&office, &fake, at("2026-03-03T08:00:00")).await);
    let before = said(&steps(&office, &["policy", "2026-03-02"]));
    assert!(before.contains("was not in force then"), "{before}");

    let unknown = office.run(&["why", "polisy"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("did you mean `policy`"), "{}", unknown.err);
    let unknown = office.run(&["why", "policy@yesterday"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("dingdong why policy-daily"), "{}", unknown.err);
}

#[tokio::test]
async fn a_backup_made_while_the_service_works_holds_everything() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let service = office.service();
    assert_eq!(office.run(&["send", "policy"]).code, Some(0));
    let file = office.path("copy.db");
    let (code, answer) = office.json(&["backup", file.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{answer:#}");
    let metadata = fs::metadata(&file).unwrap();
    assert_eq!(answer["bytes"], json!(metadata.len()));
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "it holds the messages");
    let (_, log) = office.json(&["log"]);
    service.kill();

    // Restored as the documents say: in the store's place, without the old one's companions.
    fs::remove_dir_all(office.path("data")).unwrap();
    fs::create_dir(office.path("data")).unwrap();
    fs::copy(&file, office.path("data/dingdong.db")).unwrap();
    assert_eq!(office.json(&["log"]).1, log);
    assert_eq!(office.run(&["send", "policy"]).code, Some(0));
    assert_eq!(office.json(&["log"]).1.as_array().unwrap().len(), 2);
}

#[test]
fn a_backup_takes_nothing_elses_place_and_leaves_no_half_file() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let none = office.run(&["backup", "copy.db"]);
    assert_eq!(none.code, Some(4), "there is no store yet: {}", none.err);
    assert_eq!(office.run(&["send", "policy"]).code, Some(0));
    let taken = office.run(&["backup", "dingdong.yaml"]);
    assert_eq!(taken.code, Some(1));
    assert!(taken.err.contains("exists already"), "{}", taken.err);
    assert_eq!(fs::read_to_string(office.path("dingdong.yaml")).unwrap(), SETTINGS);
    let nowhere = office.run(&["backup", "no/such/folder/copy.db"]);
    assert_eq!(nowhere.code, Some(1));
    assert!(nowhere.err.contains("no/such/folder/copy.db"), "{}", nowhere.err);
    // A folder takes as many as are made, named by the time.
    let (code, answer) = office.json(&["backup", "data"]);
    assert_eq!(code, Some(0), "{answer:#}");
    assert!(answer["backup"].as_str().unwrap().starts_with("data/dingdong-2"), "{answer:#}");
}
