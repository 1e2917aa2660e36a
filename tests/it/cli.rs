//! The commands, as typed: the built program in a folder of its own, its exit codes and its JSON.

use std::fs;

use serde_json::{Value, json};

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault, rules::Group},
    workplace::{Workplace, message, office_group},
};

/// An office whose robot shows every message.
fn office() -> (FakeDingtalk, Workplace) {
    let fake = FakeDingtalk::start();
    let webhook = office_group(&fake, "token-of-the-office");
    (fake, Workplace::office(&webhook))
}

/// The only delivery of an answer.
fn delivery(answer: &Value) -> &Value {
    let deliveries = answer["deliveries"].as_array().unwrap();
    assert_eq!(deliveries.len(), 1, "{answer:#}");
    &deliveries[0]
}

#[test]
fn send_reaches_the_group_with_its_mentions_and_says_so() {
    let (fake, office) = office();
    let (code, answer) = office.json(&["send", "policy-daily"]);
    assert_eq!(code, Some(0), "{answer:#}");
    assert_eq!(answer["state"], "composed");
    let sent = delivery(&answer);
    assert_eq!((&sent["target"], &sent["state"]), (&json!("policy-group"), &json!("delivered")));
    assert_eq!((&sent["verdict"], &sent["attempts"]), (&json!("sent"), &json!(1)));
    let shown = fake.shown();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].notified, ["13900000000", "user123"]);
    assert!(shown[0].text.contains("# 政策更新提醒"), "{:?}", shown[0]);
    assert!(shown[0].text.contains("请看最新的公司政策。  \n"), "{:?}", shown[0]);

    let (code, log) = office.json(&["log"]);
    assert_eq!(code, Some(0));
    assert_eq!(log[0]["occurrence"], answer["occurrence"]);
    assert_eq!(log[0]["deliveries"][0]["attempts"][0]["verdict"], "sent");
}

#[test]
fn what_preview_shows_is_what_the_robot_gets() {
    let (fake, office) = office();
    let (code, preview) = office.json(&["preview", "policy-daily"]);
    assert_eq!(code, Some(0), "{preview:#}");
    assert_eq!(preview["skipped"], Value::Null);
    assert_eq!(preview["messages"][0]["robot"], "dingtalk");
    assert_eq!(fake.requests().len(), 0);
    assert_eq!(office.run(&["send", "policy-daily"]).code, Some(0));
    let (mut shown, mut got) =
        (preview["messages"][0]["parts"][0]["body"].clone(), fake.requests()[0].json());
    // The key is the occurrence's own; all else is the same.
    assert!(got["msgUuid"].is_string());
    shown["msgUuid"].take();
    got["msgUuid"].take();
    assert_eq!(shown, got);
}

#[test]
fn a_refusal_ends_at_once_with_the_vendors_code_and_what_to_do() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&fake.group("t", Group::default().signed("SECanother")));
    let (code, answer) = office.json(&["send", "policy-daily"]);
    assert_eq!(code, Some(1));
    let refused = delivery(&answer);
    assert_eq!(
        (&refused["verdict"], &refused["code"]),
        (&json!("misconfigured"), &json!("310000"))
    );
    assert_eq!(refused["state"], "pending");
    assert!(refused["help"].as_str().unwrap().contains("SEC"), "{refused:#}");
    let (_, status) = office.json(&["status"]);
    let target = status["targets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|target| target["target"] == "policy-group");
    assert!(target.unwrap()["suspended"].is_string(), "{status:#}");

    let dead = FakeDingtalk::start();
    let office = Workplace::office(&format!("{}-mistyped", dead.webhook("t")));
    let (code, answer) = office.json(&["send", "policy-daily"]);
    assert_eq!(code, Some(1));
    assert_eq!(
        (&delivery(&answer)["verdict"], &delivery(&answer)["state"]),
        (&json!("dead_target"), &json!("dead"))
    );
}

#[test]
fn a_suspended_robot_is_named_with_what_to_do_to_whoever_sends_next() {
    let (fake, office) = office();
    fake.fault(Fault::Code(310_000, "sign not match"));
    assert_eq!(office.run(&["send", "policy-daily"]).code, Some(1));
    let (code, answer) = office.json(&["send", "policy-daily"]);
    let next = delivery(&answer);
    assert_eq!((code, &next["state"], &next["attempts"]), (Some(1), &json!("pending"), &json!(0)));
    assert_eq!(next["verdict"], "misconfigured", "{answer:#}");
    assert!(next["reason"].as_str().unwrap().contains("310000"), "{answer:#}");
    assert!(next["help"].as_str().unwrap().contains("dingdong resume --target"), "{answer:#}");
    // Beside a service it is the same.
    let _running = office.service();
    let (code, answer) = office.json(&["send", "policy-daily"]);
    assert_eq!((code, &delivery(&answer)["verdict"]), (Some(1), &json!("misconfigured")));
    assert_eq!(fake.requests().len(), 1);
}

#[test]
fn a_secret_that_was_missing_needs_no_word_once_it_is_there() {
    let fake = FakeDingtalk::start();
    let webhook = office_group(&fake, "late");
    let office = Workplace::office("");
    let (code, answer) = office.json(&["send", "policy-daily"]);
    assert_eq!((code, &delivery(&answer)["verdict"]), (Some(1), &json!("misconfigured")));
    assert!(delivery(&answer)["reason"].as_str().unwrap().contains("HOOK"), "{answer:#}");
    let office = office.variable("HOOK", &webhook);
    let (code, answer) = office.json(&["send", "policy-daily"]);
    assert_eq!((code, &delivery(&answer)["state"]), (Some(0), &json!("delivered")), "{answer:#}");
    // What waited meanwhile goes out with the service.
    let service = office.service();
    service.wait_for("the first one", |line| message(line) == "delivered");
    assert_eq!(fake.shown().len(), 2);
}

#[test]
fn a_name_nobody_knows_is_no_empty_log() {
    let (_fake, office) = office();
    for (args, near) in [
        (["log", "policy-dayly", "-n", "1"], "policy-daily"),
        (["log", "--target", "policy-grup", "--json"], "policy-group"),
    ] {
        let ran = office.run(&args);
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        assert!(ran.err.contains(near), "{}", ran.err);
    }
    assert_eq!(office.json(&["log", "policy-daily"]), (Some(0), json!([])));
}

#[test]
fn a_calendar_that_ends_is_told_once_and_not_by_every_reminder() {
    let (_fake, office) = office();
    let reminder =
        |id: &str| format!("  {id}: {{ when: every day at 9:00, to: sandbox, text: 政策 }}\n");
    let all: String = ["one", "two", "three"].map(reminder).concat();
    office.write("schedules/policy.yaml", format!("reminders:\n{all}"));
    let (_, checked) = office.json(&["check"]);
    let found = checked["diagnostics"].as_array().unwrap();
    let uncovered = found.iter().filter(|one| one["code"] == "uncovered").count();
    // None while the data reaches far enough.
    assert!(uncovered <= 1, "{checked:#}");
}

#[test]
fn http_200_with_something_else_than_success_is_not_taken_for_sent() {
    for body in ["", "ok", "<html>login</html>", "{}", r#"{"errmsg":"ok"}"#, "[0]", "null"] {
        let (fake, office) = office();
        fake.fault(Fault::Body(body.to_owned()));
        let (code, answer) = office.json(&["send", "policy-daily", "--wait", "0"]);
        assert_eq!(code, Some(1), "{body}: {answer:#}");
        assert_ne!(delivery(&answer)["state"], "delivered", "{body}");
        assert_ne!(delivery(&answer)["verdict"], "sent", "{body}");
    }
}

#[test]
fn send_to_another_target_is_visibly_a_test_and_set_changes_a_value() {
    let (fake, office) = office();
    office.write(
        "schedules/other.yaml",
        "reminders:\n  other:\n    when: every day at 10:00\n    to: sandbox\n    text: \
         政策 {{ due | date('yyyy-MM-dd HH:mm') }}\n",
    );
    let at = "2026-10-01T09:00:00+08:00";
    let (code, answer) = office.json(&["send", "other", "--to", "policy-group", "--at", at]);
    assert_eq!(code, Some(0), "{answer:#}");
    assert!(answer["occurrence"].as_str().unwrap().contains("manual:"));
    let text = &fake.shown()[0].text;
    assert!(text.contains("【测试】") && text.contains("2026-10-01 09:00"), "{text}");

    let unknown = office.run(&["send", "other", "--to", "policy-grup"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("did you mean `policy-group`?"), "{}", unknown.err);
}

#[test]
fn dry_run_sends_nothing_and_leaves_no_row() {
    let (fake, office) = office();
    assert_eq!(office.run(&["send", "policy-daily", "--dry-run"]).code, Some(0));
    assert_eq!(fake.requests().len(), 0);
    let (_, log) = office.json(&["log"]);
    assert_eq!(log, json!([]));
}

#[test]
fn check_reports_every_mistake_of_every_file_and_exits_3() {
    let (_fake, office) = office();
    let (code, checked) = office.json(&["check"]);
    assert_eq!((code, &checked["ok"], &checked["reminders"]), (Some(0), &json!(true), &json!(1)));
    office.write(
        "schedules/b.yaml",
        "reminders:\n  one:\n    when: every wrkday at 9:00\n    to: policy-grup\n    text: 政策\n",
    );
    office.write("schedules/a.yaml", "reminders:\n  two:\n\twhen: every day at 9:00\n");
    let (code, checked) = office.json(&["check"]);
    assert_eq!((code, &checked["ok"]), (Some(3), &json!(false)));
    let found = checked["diagnostics"].as_array().unwrap();
    let found: Vec<_> = found.iter().filter(|found| found["severity"] == "error").collect();
    let place = |found: &Value| {
        let file = found["file"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        (file, found["line"].as_u64().unwrap(), found["column"].as_u64().unwrap())
    };
    let places: Vec<_> = found.iter().map(|found| place(found)).collect();
    let expected = [("a.yaml", 3, 1), ("b.yaml", 3, 17), ("b.yaml", 4, 9)]
        .map(|(file, line, column)| (file.to_owned(), line, column));
    assert_eq!(places, expected, "{checked:#}");
    for one in &found {
        assert!(one["help"].is_string() && one["code"].is_string(), "{one:#}");
    }
    assert!(found[2]["help"].as_str().unwrap().contains("policy-group"), "{:#}", found[2]);
}

#[test]
fn a_mistake_in_one_reminder_hides_none_in_what_another_would_send() {
    let (_fake, office) = office();
    office.write(
        "schedules/policy.yaml",
        "reminders:\n  one: { when: every day at 9:00, to: policy-grup, text: 政策 }\n  \
         two: { when: every day at 9:00, to: policy-group, text: no keyword }\n  \
         three: { when: every day at 9:00, to: policy-group, text: '政策 {{ nobody }}' }\n  \
         four: { when: every day at 9:00, to: policy-group, text: 政策, file: missing.md }\n",
    );
    let (code, checked) = office.json(&["check"]);
    assert_eq!(code, Some(3));
    let found = checked["diagnostics"].as_array().unwrap().iter();
    let errors = found.filter(|found| found["severity"] == "error");
    let errors: Vec<_> = errors
        .map(|found| (found["line"].as_u64().unwrap(), found["code"].as_str().unwrap()))
        .collect();
    let expected = [
        (2, "unknown-target"),
        (3, "keyword-missing"),
        (4, "template-undefined"),
        (5, "two-bodies"),
    ];
    assert_eq!(errors, expected, "{checked:#}");
}

#[test]
fn a_template_that_cannot_work_is_a_broken_file_and_not_a_silence_at_nine() {
    let (_fake, office) = office();
    let good = fs::read_to_string(office.path("schedules/policy.yaml")).unwrap();
    let service = office.service();
    office.write("schedules/policy.yaml", good.replace("请看最新", "{{ department }}请看最新"));
    service.wait_for("the reload", |line| line["broken"] == 1);
    let (_, status) = office.json(&["status"]);
    assert_eq!(status["broken"][0]["last_good"], json!(true), "{status:#}");
    let (code, preview) = office.json(&["preview", "policy-daily"]);
    assert_eq!(code, Some(0));
    assert!(preview.to_string().contains("请看最新"), "{preview:#}");
}

#[test]
fn what_the_settings_name_is_looked_at_before_the_service_starts() {
    let (_fake, office) = office();
    let settings = fs::read_to_string(office.path("dingdong.yaml")).unwrap();
    for (from, to) in
        [("calendar: cn", "calendar: china"), ("[zhangsan, lisi]", "[zhangsan, wang]")]
    {
        office.write("dingdong.yaml", settings.replace(from, to));
        let ran = office.run(&["run"]);
        assert_eq!(ran.code, Some(3), "{}", ran.err);
        assert!(ran.err.contains("dingdong.yaml:"), "{}", ran.err);
    }
}

#[test]
fn a_schedules_folder_that_is_not_there_is_told() {
    let (_fake, office) = office();
    let settings = fs::read_to_string(office.path("dingdong.yaml")).unwrap();
    office.write("dingdong.yaml", settings.replace("schedules: schedules/", "schedules: plans/"));
    let service = office.service();
    let (_, status) = office.json(&["status"]);
    assert!(status["broken"][0]["file"].as_str().unwrap().ends_with("plans"), "{status:#}");
    let log = service.kill();
    assert!(log.contains("plans") && log.contains("does not exist"), "{log}");

    // A folder that goes away, a share for example, takes no reminder with it.
    fs::rename(office.path("schedules"), office.path("plans")).unwrap();
    let service = office.service();
    fs::rename(office.path("plans"), office.path("away")).unwrap();
    let told = service.wait_for("an alert", |line| line["ALERT"].is_string());
    assert!(told["text"].as_str().unwrap().contains("does not exist"), "{told:#}");
    let (_, status) = office.json(&["status"]);
    let broken = &status["broken"];
    assert_eq!((broken.as_array().unwrap().len(), &broken[0]["last_good"]), (1, &json!(true)));
    assert_eq!(status["reminders"].as_array().unwrap().len(), 1, "{status:#}");
}

#[test]
fn exit_codes_tell_what_kind_of_trouble_it_is() {
    let (_fake, office) = office();
    assert_eq!(office.run(&["send"]).code, Some(2));
    assert_eq!(office.run(&["frobnicate"]).code, Some(2));
    assert_eq!(office.run(&["send", "policy-dayly"]).code, Some(1));
    assert_eq!(office.run(&["next", "--when", "every blue moon at 9:00"]).code, Some(3));
    assert_eq!(office.run(&["next", "--when", "0 0 31 2 *"]).code, Some(3));
    assert_eq!(
        office.run(&["next", "--when", "every day at 9:00", "--timezone", "Mars/Olympus"]).code,
        Some(3)
    );
    office.write("data/dingdong.db", "this is no database, and long enough to be looked at twice");
    assert_eq!(office.run(&["send", "policy-daily"]).code, Some(4));
    office.write("dingdong.yaml", "targets:\n  a: { robot: dingtalk, webhook: https://oapi.dingtalk.com/robot/send?access_token=x }\n");
    let wrong = office.run(&["status"]);
    assert_eq!(wrong.code, Some(3));
    assert!(wrong.err.contains("env:"), "{}", wrong.err);
    assert!(!wrong.err.contains("access_token=x"), "{}", wrong.err);
}

#[test]
fn a_second_service_on_one_store_is_refused() {
    let (_fake, office) = office();
    let running = office.service();
    let second = office.run(&["run"]);
    assert_eq!(second.code, Some(4), "{}", second.err);
    assert!(office.json(&["status"]).1["running"].as_bool().unwrap());
    drop(running);
    assert!(!office.json(&["status"]).1["running"].as_bool().unwrap());
}

#[test]
fn beside_a_running_service_send_needs_no_secret() {
    let (fake, office) = office();
    let _running = office.service();
    let stranger = office.variable("HOOK", "").variable("SECRET", "");
    let (code, answer) = stranger.json(&["send", "policy-daily"]);
    assert_eq!(code, Some(0), "{answer:#}");
    assert_eq!(delivery(&answer)["state"], "delivered");
    assert_eq!(fake.shown().len(), 1);
}

#[test]
fn next_and_explain_speak_of_the_calendar() {
    let (_fake, office) = office();
    let next = ["next", "policy-daily", "-n", "2", "--from", "2026-09-18T12:00:00+08:00"];
    let (code, coming) = office.json(&next);
    assert_eq!(code, Some(0));
    assert_eq!(coming[0]["reminder"], "policy-daily");
    // A Sunday that is worked for the National Day break.
    assert_eq!(coming[0]["due_at"], "2026-09-20T09:00:00+08:00");
    assert!(coming[0]["note"].as_str().unwrap().contains("make-up"), "{coming:#}");
    assert_eq!(coming[1]["due_at"], "2026-09-21T09:00:00+08:00");
    assert_eq!(coming[1]["note"], Value::Null);

    let (code, holiday) = office.json(&["explain", "policy-daily", "2026-10-01"]);
    assert_eq!(code, Some(0));
    assert_eq!((&holiday["date"], &holiday["fires"]), (&json!("2026-10-01"), &json!([])));
    assert!(!holiday["reasons"].as_array().unwrap().is_empty());
}

#[test]
fn a_month_is_shown_as_a_grid() {
    let (_fake, office) = office();
    // A bare --calendar takes what follows for the reminder.
    for asked in [
        &["next", "policy-daily", "--calendar", "2026-10"][..],
        &["next", "--from", "2026-10-20", "--calendar", "policy-daily"],
    ] {
        let grid = office.run(asked);
        assert_eq!(grid.code, Some(0), "{}", grid.err);
        let weeks: Vec<&str> =
            grid.out.lines().filter(|line| line.contains("10+") || line.contains("1*")).collect();
        assert_eq!(
            weeks,
            [
                "                    1*    2*    3*    4*",
                "  5*    6*    7*  [ 8 ] [ 9 ] [10+]  11."
            ]
        );
        assert!(grid.out.contains("policy-daily  18 "), "{}", grid.out);
    }
    let (code, months) = office.json(&["next", "policy-daily", "--calendar", "2026-09", "-n", "2"]);
    assert_eq!((code, months.as_array().map(Vec::len)), (Some(0), Some(2)));
    let october = &months[1];
    assert_eq!((&october["month"], &october["calendar"]), (&json!("2026-10"), &json!("cn")));
    let tenth = &october["days"][9];
    assert_eq!((&tenth["date"], &tenth["make_up"]), (&json!("2026-10-10"), &json!(true)));
    assert_eq!(tenth["fires"][0]["due_at"], "2026-10-10T09:00:00+08:00");
    assert_eq!(october["days"][0]["fires"], json!([]));

    // With a phrase a name is its calendar, and only a bare one asks for the grid.
    let phrase = ["next", "--when", "every workday at 9:00", "--calendar", "cn"];
    assert!(!office.run(&phrase).out.contains('['));
    let grid = office.run(&[&phrase[..], &["--calendar", "2026-10"]].concat());
    assert!(grid.out.contains("[10+]"), "{}", grid.out);
}

#[test]
fn coming_occurrences_become_a_calendar_file() {
    let (_fake, office) = office();
    let asked = ["next", "policy-daily", "--ics", "--from", "2026-10-08T12:00", "-n", "2"];
    let (file, again) = (office.run(&asked), office.run(&asked));
    assert_eq!(file.code, Some(0), "{}", file.err);
    assert!(file.out.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), "{}", file.out);
    let values = |out: &str, key: &str| -> Vec<String> {
        out.split("\r\n").filter_map(|line| line.strip_prefix(key)).map(str::to_owned).collect()
    };
    assert_eq!(values(&file.out, "DTSTART:"), ["20261009T010000Z", "20261010T010000Z"]);
    // Imported again, an occurrence is found again.
    assert_eq!(values(&file.out, "UID:"), values(&again.out, "UID:"));
    assert_eq!(office.run(&["next", "--ics", "--json"]).code, Some(2));
    // A year where nothing says how much.
    let year =
        office.run(&["next", "--when", "on 2026-12-31 at 9:00", "--ics", "--from", "2026-01-01"]);
    assert_eq!(values(&year.out, "DTSTART:").len(), 1, "{}", year.err);
    let year =
        office.run(&["next", "--when", "every monday at 9:00", "--ics", "--from", "2026-01-01"]);
    assert_eq!(values(&year.out, "DTSTART:").len(), 52);
}

#[test]
fn without_settings_the_samples_work() {
    let nowhere = Workplace::empty();
    let (code, coming) = nowhere.json(&["next", "-n", "3"]);
    assert_eq!((code, coming.as_array().map(Vec::len)), (Some(0), Some(3)));
    assert_eq!(nowhere.json(&["check"]).0, Some(0));
    let sent = nowhere.run(&["send", "policy-daily"]);
    assert_eq!(sent.code, Some(0), "{}", sent.err);
    assert!(sent.err.contains("there is no dingdong.yaml"), "{}", sent.err);
    assert!(sent.out.contains("政策更新提醒"), "{}", sent.out);
}
