//! What may go wrong around the built program: kills, dropped connections, broken files, shutdown.
//! The group must see every message, and see it once.

use std::{collections::BTreeSet, fs};

use rustix::process::Signal;
use serde_json::{Value, json};
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault},
    workplace::{Workplace, holds, is_store, message, office_group},
};

const TOKEN: &str = "0c1f5e7a-the-token-of-the-robot";

fn office() -> (FakeDingtalk, Workplace) {
    let fake = FakeDingtalk::start();
    let webhook = office_group(&fake, TOKEN);
    (fake, Workplace::office(&webhook))
}

/// Hands the service a message and does not wait for what becomes of it.
fn enqueue(office: &Workplace) {
    let (code, answer) = office.json(&["send", "policy-daily", "--wait", "0"]);
    assert_eq!(code, Some(0), "{answer:#}");
}

fn delivered(line: &Value) -> bool {
    message(line) == "delivered"
}

fn keys(fake: &FakeDingtalk) -> Vec<Value> {
    fake.requests().iter().map(|request| request.json()["msgUuid"].clone()).collect()
}

#[tokio::test]
async fn killed_between_the_request_and_its_answer_the_message_is_shown_once() {
    let (fake, office) = office();
    fake.fault(Fault::HoldAfter);
    let service = office.service();
    enqueue(&office);
    fake.wait_for_shown(1).await;
    service.kill();
    fake.release();

    let service = office.service();
    service.wait_for("the repeat's delivery", delivered);
    let keys = keys(&fake);
    assert_eq!(keys.len(), 2);
    assert!(keys[0].is_string() && keys[0] == keys[1], "{keys:?}");
    assert_eq!(fake.shown().len(), 1);
    let (_, log) = office.json(&["log"]);
    assert_eq!(log[0]["deliveries"][0]["state"], "delivered");
}

#[tokio::test]
async fn killed_before_the_request_was_read_the_message_still_comes() {
    let (fake, office) = office();
    fake.fault(Fault::HoldBefore);
    let service = office.service();
    enqueue(&office);
    fake.wait_for_requests(1).await;
    service.kill();

    let service = office.service();
    service.wait_for("the delivery", delivered);
    // The first request is let go of only now: the vendor has its key already.
    fake.release();
    assert_eq!(fake.wait_for_shown(1).await.len(), 1);
}

#[tokio::test]
async fn killed_before_anything_was_sent_nothing_that_was_planned_is_lost() {
    let (fake, office) = office();
    // No service: the command plans, is refused by nobody, and is gone.
    let unreachable = Workplace::office("http://127.0.0.1:9/robot/send?access_token=x");
    let (code, answer) = unreachable.json(&["send", "policy-daily", "--wait", "0"]);
    assert_eq!((code, &answer["deliveries"][0]["state"]), (Some(1), &json!("pending")));
    fs::create_dir_all(office.path("data")).unwrap();
    for name in ["dingdong.db", "dingdong.db-wal"] {
        let from = unreachable.path("data").join(name);
        if from.exists() {
            fs::copy(from, office.path("data").join(name)).unwrap();
        }
    }
    let service = office.service();
    service.wait_for("the delivery", delivered);
    assert_eq!(fake.shown().len(), 1);
}

#[tokio::test]
async fn a_dropped_connection_is_tried_again_with_the_same_key_and_shown_once() {
    for fault in [Fault::CloseBefore, Fault::CloseAfter, Fault::CloseWithin, Fault::Status(500)] {
        let (fake, office) = office();
        fake.fault(fault.clone());
        let (code, answer) = office.json(&["send", "policy-daily"]);
        assert_eq!(code, Some(0), "{fault:?}: {answer:#}");
        assert_eq!(answer["deliveries"][0]["attempts"], 2, "{fault:?}");
        assert_eq!(fake.shown().len(), 1, "{fault:?}");
        let keys: BTreeSet<_> = keys(&fake).iter().map(Value::to_string).collect();
        assert_eq!(keys.len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_command_whose_service_dies_meanwhile_sends_by_itself() {
    let (fake, office) = office();
    fake.fault(Fault::HoldBefore);
    let service = office.service();
    let office = std::sync::Arc::new(office);
    let sending = std::sync::Arc::clone(&office);
    let sending = tokio::task::spawn_blocking(move || sending.json(&["send", "policy-daily"]));
    fake.wait_for_requests(1).await;
    service.kill();
    let (code, answer) = sending.await.unwrap();
    fake.release();
    assert_eq!((code, &answer["deliveries"][0]["state"]), (Some(0), &json!("delivered")));
    assert_eq!(answer["deliveries"][0]["attempts"], 2, "{answer:#}");
    assert_eq!(fake.shown().len(), 1);
}

#[tokio::test]
async fn sigterm_finishes_the_request_under_way() {
    let (fake, office) = office();
    fake.fault(Fault::HoldBefore);
    let service = office.service();
    enqueue(&office);
    fake.wait_for_requests(1).await;
    service.signal(Signal::TERM);
    service.wait_for("the end to be announced", |line| message(line).starts_with("stopping"));
    fake.release();
    let (status, log) = service.wait();
    assert!(status.success(), "{status}\n{log}");
    assert_eq!(fake.shown().len(), 1);
    let (_, log) = office.json(&["log"]);
    assert_eq!(log[0]["deliveries"][0]["state"], "delivered");
}

#[tokio::test]
async fn a_throttled_robot_rests_and_its_queue_waits() {
    let (fake, office) = office();
    fake.fault(Fault::Code(660_026, "send too fast"));
    let service = office.service();
    enqueue(&office);
    service.wait_for("the throttling", |line| line["verdict"] == "throttled");
    enqueue(&office);
    let (_, status) = office.json(&["status"]);
    let targets = status["targets"].as_array().unwrap();
    let target = targets.iter().find(|target| target["target"] == "policy-group").unwrap();
    assert!(target["rest_until"].is_string(), "{target:#}");
    assert_eq!(fake.requests().len(), 1, "a resting robot is left alone");
    assert_eq!(fake.shown().len(), 0);
}

#[tokio::test]
async fn without_room_on_the_disk_trouble_is_told_and_nothing_is_lost_or_repeated() {
    let (fake, office) = office();
    let service = office.service_with_failing_writes();
    fake.fault(Fault::HoldAfter);
    enqueue(&office);
    fake.wait_for_shown(1).await;
    service.limit_files(Some(1));
    // The answer cannot be written down, and what comes next cannot be composed.
    fake.release();
    enqueue(&office);
    let told = service.wait_for("the trouble", |line| line["ALERT"] == "store");
    assert!(message(&told).contains("disk"), "{told:#}");
    assert_eq!(fake.requests().len(), 1, "nothing leaves that is not written down");
    service.limit_files(None);
    service.wait_for_nth(2, "both deliveries", delivered);
    assert_eq!((fake.shown().len(), fake.requests().len()), (2, 2));
    let (_, log) = office.json(&["log", "policy-daily"]);
    for row in log.as_array().unwrap() {
        assert_eq!(row["deliveries"][0]["state"], "delivered", "{log:#}");
    }
}

#[tokio::test]
async fn while_another_process_holds_the_store_trouble_is_told_and_nothing_is_lost() {
    let (fake, office) = office();
    let often = "reminders:\n  often: { when: \"*/2 * * * * *\", to: policy-group, on_miss: all, title: 政策, text: \"{{ due }}\" }\n";
    office.write("schedules/policy.yaml", often);
    let service = office.service();
    let store = SqliteConnectOptions::new().filename(office.path("data/dingdong.db"));
    let mut other = store.connect().await.unwrap();
    let held = other.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let told = service.wait_for("the trouble", |line| line["ALERT"] == "store");
    assert!(message(&told).contains("held by another process"), "{told:#}");
    let before = fake.shown().len();
    held.rollback().await.unwrap();
    // What came due meanwhile comes now, each once.
    let shown = fake.wait_for_shown(before + 3).await;
    let texts: BTreeSet<&str> = shown.iter().map(|shown| shown.text.as_str()).collect();
    assert_eq!(texts.len(), shown.len());
    service.signal(Signal::TERM);
    assert!(service.wait().0.success());
}

/// Overwrites the schedule file and waits until the service has read it.
fn save(office: &Workplace, service: &super::support::workplace::Running, text: &str, broken: u64) {
    office.write("schedules/policy.yaml", text);
    service.signal(Signal::HUP);
    service.wait_for("the new file to be read", |line| {
        message(line) == "schedule files read" && line["broken"] == broken
    });
}

#[tokio::test]
async fn a_broken_file_keeps_its_last_good_version_also_across_a_restart() {
    let (fake, office) = office();
    let service = office.service();
    save(&office, &service, "reminders:\n  policy-daily:\n    when: every wrkday at 9\n", 1);
    let told = service.wait_for("the mistake to be told", |line| !line["ALERT"].is_null());
    assert!(told["text"].as_str().unwrap().contains("policy.yaml:3:17"), "{told:#}");
    enqueue(&office);
    service.wait_for("the last good version to be sent", delivered);
    service.kill();

    let service = office.service();
    let (_, status) = office.json(&["status"]);
    assert_eq!(status["broken"][0]["last_good"], true, "{status:#}");
    assert_eq!(status["reminders"][0]["reminder"], "policy-daily");
    enqueue(&office);
    service.wait_for("the last good version to be sent again", delivered);
    let good = "reminders:\n  policy-daily:\n    when: every day at 10:00\n    to: policy-group\n    text: 政策：新\n";
    save(&office, &service, good, 0);
    enqueue(&office);
    let shown = fake.wait_for_shown(3).await;
    assert!(shown[1].text.contains("请看最新的公司政策。") && shown[2].text.contains("政策：新"));
}

#[tokio::test]
async fn a_saved_file_is_read_without_being_asked_and_a_neighbour_is_not() {
    let (_fake, office) = office();
    let service = office.service();
    office.write("dingdong.log", "whatever is written beside the settings is nobody's business");
    let read = |line: &Value| message(line) == "schedule files read";
    let policy = fs::read_to_string(office.path("schedules/policy.yaml")).unwrap();
    office.write("schedules/policy.yaml", policy.replace("policy-daily", "policy-morning"));
    service.wait_for("the saved file to be read", read);
    let (_, status) = office.json(&["status"]);
    assert_eq!(status["reminders"][0]["reminder"], "policy-morning");
    // As editors do: a new file takes the old one's place.
    office.write("schedules/.new", policy);
    fs::rename(office.path("schedules/.new"), office.path("schedules/policy.yaml")).unwrap();
    service.wait_for_nth(2, "the replaced file to be read", read);
    office.write("dingdong.log", "more");
    service.signal(Signal::HUP);
    service.wait_for_nth(3, "what was asked for", read);
    let reads = service.log().matches("schedule files read").count();
    assert_eq!(reads, 3, "nothing else was a reason to read");
}

#[tokio::test]
async fn broken_settings_leave_the_old_ones_in_force() {
    let (fake, office) = office();
    let service = office.service();
    let settings = fs::read_to_string(office.path("dingdong.yaml")).unwrap();
    office.write("dingdong.yaml", settings.replace("robot: dingtalk", "robot: dingtlak"));
    service.signal(Signal::HUP);
    let told = service.wait_for("the mistake to be told", |line| !line["ALERT"].is_null());
    assert!(told["message"].as_str().unwrap().contains("settings"), "{told:#}");
    office.write("dingdong.yaml", settings);
    enqueue(&office);
    fake.wait_for_shown(1).await;
}

#[tokio::test]
async fn no_secret_stands_in_a_log_an_error_or_the_store() {
    let (fake, office) = office();
    let mut said = String::new();
    let service = office.service();
    let wrong = [
        Fault::Status(500),
        Fault::Redirect,
        Fault::CloseAfter,
        Fault::Body("<html>blocked</html>".to_owned()),
        Fault::Code(310_000, "sign not match"),
    ];
    for (n, fault) in wrong.into_iter().enumerate() {
        fake.fault(fault);
        enqueue(&office);
        service.wait_for_nth(n + 1, "the refusal", |line| message(line) == "not delivered");
    }
    service.signal(Signal::TERM);
    said.push_str(&service.wait().1);
    let unreachable =
        Workplace::office(&format!("http://127.0.0.1:9/robot/send?access_token={TOKEN}"));
    for place in [&office, &unreachable] {
        for args in [
            &["send", "policy-daily", "--wait", "0"][..],
            &["status"],
            &["log"],
            &["check"],
            &["preview", "policy-daily"],
        ] {
            for json in [&[][..], &["--json"]] {
                let ran = place.run(&[args, json].concat());
                said = [said, ran.out, ran.err].concat();
            }
        }
        let secrets = BTreeSet::from([TOKEN, "SECoffice"]);
        assert_eq!(holds(said.as_bytes(), &secrets), [""; 0]);
        let files = place.bytes();
        assert!(files.iter().any(|(path, _)| is_store(path)));
        for (path, bytes) in files {
            assert_eq!(holds(&bytes, &secrets), [""; 0], "{}", path.display());
        }
    }
}
