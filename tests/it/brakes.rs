//! The brakes: what a person does when something must not go out, has to go out again, or waits.

use dingdong::{
    model::{reminder::ReminderId, target::TargetId},
    outbox::Scope,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault, rules::Group},
    story::{Story, at},
    workplace::{Workplace, office_group},
};

/// An office with three reminders and two groups.
fn office(fake: &FakeDingtalk) -> Workplace {
    let office = Workplace::office(&fake.group("policy", Group::default()));
    let office = office.variable("OTHER", &fake.group("other", Group::default()));
    office.write("dingdong.yaml", SETTINGS);
    office.write("schedules/policy.yaml", REMINDERS);
    office
}

const SETTINGS: &str = "\
timezone: Asia/Shanghai
calendar: cn
schedules: schedules/
store: sqlite:data/dingdong.db
targets:
  policy-group: { name: 政策群, robot: dingtalk, webhook: env:HOOK, quiet: 22:00..07:30 }
  other-group: { robot: dingtalk, webhook: env:OTHER }
";

const REMINDERS: &str = "\
defaults: { format: text }
reminders:
  daily: { when: every day at 09:00, to: policy-group, text: daily }
  both: { when: every day at 10:00, to: [policy-group, other-group], text: both }
  night: { when: every day at 23:00, to: policy-group, text: night }
  alarm: { when: every day at 23:30, to: policy-group, priority: urgent, text: alarm }
";

/// What the groups saw, in order: group and text.
fn shown(fake: &FakeDingtalk) -> Vec<String> {
    fake.shown().into_iter().map(|one| format!("{} {}", one.token, one.text)).collect()
}

/// A reminder's rows, oldest first: day, state, reason, detail, and its deliveries' states.
async fn rows(story: &Story<'_>, reminder: &str) -> Vec<String> {
    let log = story.log().await;
    let own = log.iter().filter(|record| record.occurrence.reminder.as_str() == reminder);
    own.map(|record| {
        let due = record
            .occurrence
            .due_at
            .to_zoned_datetime(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
        let mut words = vec![due.strftime("%d").to_string(), record.state.name().to_owned()];
        words.extend(record.reason.as_ref().map(ToString::to_string));
        words.extend(record.detail.as_ref().map(ToString::to_string));
        words.extend(record.deliveries.iter().map(|one| one.state.name().to_owned()));
        words.join(" ")
    })
    .collect()
}

#[tokio::test]
async fn a_paused_reminder_is_recorded_and_not_sent_until_the_pause_ends() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-23T08:00:00")).await;
    let outbox = story.shared.outbox.clone();
    let daily = Scope::Reminder(ReminderId::new("daily"));
    let end = Some(at("2026-11-25T00:00:00"));
    outbox.pause(&daily, end, Some("stocktaking"), story.now()).await.unwrap();
    story.pass_until(at("2026-11-25T09:30:00")).await;
    let expected =
        ["23 skipped paused stocktaking", "24 skipped paused stocktaking", "25 composed delivered"];
    assert_eq!(rows(&story, "daily").await, expected);
    assert_eq!(rows(&story, "both").await.len(), 2);
    assert_eq!(story.housekeeping.sweep_once().await.unwrap(), 0);
}

#[tokio::test]
async fn what_was_missed_while_paused_is_no_alert() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let story = Story::begin(&office, &fake, at("2026-11-23T08:00:00")).await;
    story.shared.outbox.pause(&Scope::All, None, None, story.now()).await.unwrap();
    drop(story);
    let story = Story::begin(&office, &fake, at("2026-11-24T20:00:00")).await;
    assert_eq!(rows(&story, "daily").await, ["23 skipped paused", "24 skipped paused"]);
    assert!(rows(&story, "@alerts").await.is_empty());
    assert!(shown(&fake).is_empty());
}

#[tokio::test]
async fn a_paused_target_is_left_out_and_what_waits_for_it_is_held_back() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    // The first message of the day is refused for a while and waits.
    fake.fault(Fault::Status(503));
    let mut story = Story::begin(&office, &fake, at("2026-11-23T08:59:59")).await;
    story.pass_until(at("2026-11-23T09:00:00")).await;
    let outbox = story.shared.outbox.clone();
    let target = Scope::Target(TargetId::new("policy-group"));
    outbox.pause(&target, Some(at("2026-11-23T12:00:00")), None, story.now()).await.unwrap();
    story.pass_until(at("2026-11-23T11:59:00")).await;
    assert_eq!(shown(&fake), ["other both"]);
    assert_eq!(
        rows(&story, "both").await,
        ["23 composed policy-group is left out: paused delivered"]
    );
    story.pass_until(at("2026-11-23T12:00:00")).await;
    assert_eq!(shown(&fake), ["other both", "policy daily"]);
    // When nobody is left, the occurrence says so itself.
    outbox.pause(&target, None, None, story.now()).await.unwrap();
    story.pass_until(at("2026-11-24T09:30:00")).await;
    let last = rows(&story, "daily").await.pop().unwrap();
    assert_eq!(last, "24 skipped paused policy-group is left out: paused");
}

#[tokio::test]
async fn a_skipped_date_is_recorded_and_the_others_are_sent() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-23T08:00:00")).await;
    let outbox = story.shared.outbox.clone();
    let day = (at("2026-11-24T00:00:00"), at("2026-11-25T00:00:00"));
    outbox.skip(&ReminderId::new("daily"), "2026-11-24".parse().unwrap(), day).await.unwrap();
    story.pass_until(at("2026-11-25T09:30:00")).await;
    let expected = ["23 composed delivered", "24 skipped by hand", "25 composed delivered"];
    assert_eq!(rows(&story, "daily").await, expected);
}

#[tokio::test]
async fn quiet_hours_delay_what_is_not_urgent_also_when_they_begin_while_it_waits() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-23T20:00:00")).await;
    story.pass_until(at("2026-11-24T07:29:59")).await;
    assert_eq!(shown(&fake), ["policy alarm"]);
    story.pass_until(at("2026-11-24T07:30:00")).await;
    assert_eq!(shown(&fake), ["policy alarm", "policy night"]);
    // A retry that would fall into the night waits for the morning.
    let evening = "reminders:\n  late: { when: every day at 21:59, to: policy-group, format: text, text: late }\n";
    office.write("schedules/policy.yaml", evening);
    story.reload().await;
    // 1 s, 5 s, 30 s, 2 min: the fifth attempt would be made after ten.
    (0..4).for_each(|_| fake.fault(Fault::Status(503)));
    story.pass_until(at("2026-11-25T07:29:59")).await;
    assert_eq!(fake.requests().len(), 2 + 4);
    story.pass_until(at("2026-11-25T07:30:00")).await;
    assert_eq!(shown(&fake).last().unwrap(), "policy late");
}

#[tokio::test]
async fn a_disabled_target_gets_nothing_and_the_log_says_why() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    office.write(
        "dingdong.yaml",
        SETTINGS.replace("webhook: env:OTHER", "webhook: env:OTHER, enabled: false"),
    );
    let mut story = Story::begin(&office, &fake, at("2026-11-23T09:59:00")).await;
    story.pass_until(at("2026-11-23T10:30:00")).await;
    let expected = ["23 composed other-group is left out: its target is disabled delivered"];
    assert_eq!(rows(&story, "both").await, expected);
}

/// An office with the group of the everyday tests, and one message its robot refused for good.
fn refused() -> (FakeDingtalk, Workplace, Value) {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "token"));
    fake.fault(Fault::Code(400_013, "group dismissed"));
    let (code, answer) = office.json(&["send", "policy-daily"]);
    assert_eq!(code, Some(1), "{answer:#}");
    let delivery = answer["deliveries"][0].clone();
    assert_eq!(delivery["state"], "dead", "{answer:#}");
    (fake, office, delivery)
}

#[test]
fn redrive_sends_what_was_refused_under_the_same_key() {
    let (fake, office, delivery) = refused();
    let id = delivery["id"].as_str().unwrap();
    let log = office.run(&["log"]);
    assert!(log.out.contains(id), "people find the id in the log: {}", log.out);
    let (code, answer) = office.json(&["redrive", id]);
    assert_eq!(code, Some(0), "{answer:#}");
    assert_eq!(answer["deliveries"][0]["id"], *id);
    assert_eq!(
        (&answer["deliveries"][0]["state"], &answer["deliveries"][0]["attempts"]),
        (&json!("delivered"), &json!(2))
    );
    let keys: Vec<_> = fake.requests().iter().map(|one| one.json()["msgUuid"].clone()).collect();
    assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
    assert_eq!(fake.shown().len(), 1);

    let again = office.run(&["redrive", id]);
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("has arrived") && again.err.contains("resend"), "{}", again.err);
}

#[test]
fn redrive_beside_a_running_service_waits_for_its_verdict() {
    let (fake, office, delivery) = refused();
    let _service = office.service();
    let (code, answer) = office.json(&["redrive", delivery["id"].as_str().unwrap()]);
    assert_eq!(code, Some(0), "{answer:#}");
    assert_eq!(answer["deliveries"][0]["state"], "delivered");
    assert_eq!(fake.shown().len(), 1);
}

#[test]
fn resend_is_a_delivery_of_its_own_with_a_key_of_its_own() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "token"));
    let (_, first) = office.json(&["send", "policy-daily"]);
    let id = first["deliveries"][0]["id"].as_str().unwrap();
    let (code, second) = office.json(&["resend", id]);
    assert_eq!(code, Some(0), "{second:#}");
    assert_ne!(second["occurrence"], first["occurrence"]);
    assert_eq!(second["detail"], format!("a repeat of {id}"));
    assert_eq!(second["deliveries"][0]["state"], "delivered");
    let requests = fake.requests();
    let (first, second) = (requests[0].json(), requests[1].json());
    assert_ne!(first["msgUuid"], second["msgUuid"]);
    assert_eq!(first["markdown"], second["markdown"]);
    assert_eq!(fake.shown().len(), 2, "the group sees it twice, as was asked for");
}

#[test]
fn cancel_takes_back_what_waits() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "token"));
    fake.fault(Fault::Code(660_026, "send too fast"));
    let (_, answer) = office.json(&["send", "policy-daily", "--wait", "0"]);
    let id = answer["deliveries"][0]["id"].as_str().unwrap();
    assert_eq!(answer["deliveries"][0]["state"], "pending", "{answer:#}");
    let (code, cancelled) = office.json(&["cancel", id]);
    assert_eq!((code, &cancelled["deliveries"][0]["state"]), (Some(0), &json!("cancelled")));
    let (_, log) = office.json(&["log"]);
    assert_eq!(log[0]["deliveries"][0]["state"], "cancelled");
    let again = office.run(&["cancel", id]);
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("not in the queue"), "{}", again.err);
    for verb in ["redrive", "cancel", "resend"] {
        let unknown = office.run(&[verb, "policy-daily@2026-01-01T01:00:00Z/nobody/1"]);
        assert_eq!(unknown.code, Some(1));
        assert!(unknown.err.contains("there is no delivery"), "{}", unknown.err);
    }
}

#[test]
fn a_pause_is_seen_in_status_and_ends_with_resume() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "token")).variable("LANG", "zh_CN.UTF-8");
    let (code, pause) =
        office.json(&["pause", "policy-daily", "--until", "2999-01-01", "--reason", "盘点"]);
    assert_eq!(code, Some(0));
    assert_eq!((&pause["scope"], &pause["name"]), (&json!("reminder"), &json!("policy-daily")));
    assert_eq!(
        (&pause["until"], &pause["reason"]),
        (&json!("2999-01-01T00:00:00+08:00"), &json!("盘点"))
    );
    let (_, status) = office.json(&["status"]);
    assert_eq!(status["reminders"][0]["paused"]["reason"], "盘点", "{status:#}");
    let next = status["reminders"][0]["next"].as_str().unwrap();
    assert!(next >= "2999-01-01T09:00", "the next one that is sent: {next}");
    let said = office.run(&["status"]).out;
    assert!(said.contains("已暂停：policy-daily 到 2999-01-01") && said.contains("盘点"), "{said}");
    // A manual send goes out all the same.
    assert_eq!(office.run(&["send", "policy-daily"]).code, Some(0));

    assert_eq!(office.run(&["resume", "--all"]).code, Some(1), "nothing matched");
    let resumed = office.run(&["resume", "policy-daily"]);
    assert_eq!(resumed.code, Some(0));
    let (_, status) = office.json(&["status"]);
    assert_eq!(status["reminders"][0]["paused"], Value::Null);
}

#[test]
fn a_pause_that_makes_no_sense_is_refused() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "token"));
    let cases: [(&[&str], i32, &str); 7] = [
        (&["pause"], 2, "required"),
        (&["pause", "policy-daily", "--all"], 2, "cannot be used with"),
        (&["pause", "policy-dayly"], 1, "did you mean `policy-daily`"),
        (&["pause", "--target", "policy-grup"], 1, "did you mean `policy-group`"),
        (&["pause", "--all", "--until", "2020-01-01"], 2, "over already"),
        (&["pause", "--all", "--until", "tomorrow"], 2, "no instant"),
        (&["resume", "--target", "nobody"], 1, "no target"),
    ];
    for (args, code, says) in cases {
        let ran = office.run(args);
        assert_eq!(ran.code, Some(code), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(says), "{args:?}: {}", ran.err);
    }
    let (_, status) = office.json(&["status"]);
    assert_eq!(status["targets"][0]["paused"], Value::Null);
}

#[test]
fn a_suspended_robot_is_shown_and_resumed_and_its_queue_goes_out() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "token"));
    fake.fault(Fault::Code(310_000, "sign not match"));
    assert_eq!(office.run(&["send", "policy-daily"]).code, Some(1));
    let service = office.service();
    let said = office.run(&["status"]).out;
    assert!(
        said.contains("310000") && said.contains("dingdong resume --target policy-group"),
        "{said}"
    );
    let (code, answer) = office.json(&["resume", "--target", "policy-group"]);
    assert_eq!((code, &answer["lifted"]), (Some(0), &json!(true)));
    service.wait_for("what waited", |line| line["message"] == "delivered");
    assert_eq!(fake.shown().len(), 1);
    assert_eq!(office.run(&["resume", "--target", "policy-group"]).code, Some(1));
}

#[test]
fn skip_names_what_it_takes_out_and_undo_puts_it_back() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "token"));
    // A Saturday is no workday; the Friday before it is.
    let saturday = office.run(&["skip", "policy-daily", "2026-12-12"]);
    assert_eq!(saturday.code, Some(1));
    assert!(saturday.err.contains("dingdong explain policy-daily 2026-12-12"), "{}", saturday.err);
    let (code, skipped) = office.json(&["skip", "policy-daily", "2026-12-11"]);
    assert_eq!(code, Some(0), "{skipped:#}");
    assert_eq!(skipped["due_at"], json!(["2026-12-11T09:00:00+08:00"]));
    assert_eq!((&skipped["taken_back"], &skipped["already_sent"]), (&json!(0), &json!(0)));
    let (code, undone) = office.json(&["skip", "policy-daily", "2026-12-11", "--undo"]);
    assert_eq!((code, &undone["undone"]), (Some(0), &json!(true)));
    assert_eq!(office.run(&["skip", "policy-daily", "2026-12-11", "--undo"]).code, Some(1));
    assert_eq!(office.run(&["skip", "policy-daily", "2026-02-30"]).code, Some(2));
}

#[test]
fn the_queue_says_who_waits_why_and_until_when() {
    let fake = FakeDingtalk::start();
    let office =
        Workplace::office(&fake.group("policy", Group::default())).variable("LANG", "zh_CN.UTF-8");
    office.write("dingdong.yaml", SETTINGS.replace("quiet: 22:00..07:30", "pace: 1/1h"));
    office.write("schedules/policy.yaml", REMINDERS.replace("other-group", "policy-group"));
    assert_eq!(office.run(&["log", "--waiting"]).out, "没有等待的消息\n");
    let (_, first) = office.json(&["send", "daily"]);
    let (code, second) = office.json(&["send", "night", "--wait", "0"]);
    assert_eq!(code, Some(1), "no service will send it: {second:#}");
    assert_eq!(second["deliveries"][0]["state"], "pending", "{second:#}");
    let expected: Timestamp =
        second["deliveries"][0]["expected"].as_str().unwrap().parse().unwrap();
    let (_, log) = office.json(&["log", "daily"]);
    assert_eq!(first["deliveries"][0]["state"], "delivered");
    let attempt = &log[0]["deliveries"][0]["attempts"][0];
    let answered = attempt["at"].as_str().unwrap().parse::<Timestamp>().unwrap()
        + jiff::SignedDuration::from_millis(attempt["ms"].as_i64().unwrap());
    let waits = expected.duration_since(answered);
    assert_eq!(waits.as_secs(), 3600, "one window after the first was answered");

    let (_, waiting) = office.json(&["log", "--waiting"]);
    assert_eq!(waiting.as_array().unwrap().len(), 1, "{waiting:#}");
    let one = &waiting[0];
    assert_eq!((&one["reminder"], &one["waits_for"]), (&json!("night"), &json!("turn")));
    assert_eq!(one["leaves"], second["deliveries"][0]["expected"]);
    let said = office.run(&["log", "--waiting"]).out;
    assert!(said.contains("政策群  night  (排队等待)"), "{said}");
    assert_eq!(office.json(&["log", "--waiting", "daily"]).1, json!([]));
    office.service().wait_for("the queue to be told", |line| {
        line["message"] == "deliveries wait" && line["waiting"] == 1
    });
}
