//! `doctor`: what it finds on a machine, and that it sends nothing unless it is told to.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault},
    fake_mail::{FakeMail, Rules},
    workplace::{Workplace, office_group},
};

/// The findings of one code, with their severities.
fn of<'a>(findings: &'a Value, code: &str) -> Vec<(&'a str, &'a str)> {
    let all = findings.as_array().unwrap().iter().filter(|one| one["code"] == code);
    all.map(|one| (one["severity"].as_str().unwrap(), one["message"].as_str().unwrap())).collect()
}

#[test]
fn a_sound_office_is_well_and_nothing_is_sent() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "policy"));
    let (code, found) = office.json(&["doctor"]);
    assert_eq!(code, Some(0), "{found:#}");
    for code in ["secrets", "network", "clock"] {
        assert_eq!(of(&found, code).iter().map(|one| one.0).collect::<Vec<_>>(), ["ok"], "{code}");
    }
    assert_eq!(of(&found, "store")[0].0, "note", "there is none yet, and none is made");
    assert!(!office.path("data").exists());
    // No token and no body leaves the machine.
    let requests = fake.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!((&*requests[0].method, &*requests[0].path, &*requests[0].query), ("HEAD", "/", ""));
    assert!(fake.shown().is_empty());
    for one in found.as_array().unwrap() {
        for key in ["severity", "code", "target", "message", "help"] {
            assert!(one.get(key).is_some(), "{key}: {one}");
        }
    }
}

#[test]
fn a_secret_that_is_missing_or_mispasted_is_named_and_never_shown() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "policy")).variable("SECRET", "");
    let (code, found) = office.json(&["doctor"]);
    assert_eq!(code, Some(1));
    let secret = of(&found, "secret");
    assert_eq!(secret[0].0, "error");
    assert!(secret[0].1.contains("SECRET is not set"), "{secret:?}");
    let office = Workplace::office("https://oapi.dingtalk.com/robot/send?access_token=t0k 3n");
    let (code, found) = office.json(&["doctor"]);
    assert_eq!((code, of(&found, "bad-secret")[0].0), (Some(1), "error"), "{found:#}");
    assert!(!found.to_string().contains("t0k"), "{found:#}");
}

#[test]
fn a_clock_that_is_wrong_and_a_robot_that_is_away_are_errors() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "policy"));
    fake.set_now(now() + SignedDuration::from_secs(2 * 3600 + 50));
    let (code, found) = office.json(&["doctor"]);
    assert_eq!(code, Some(1));
    let clock = of(&found, "clock");
    assert_eq!(clock[0].0, "error");
    assert!(clock[0].1.contains("2 h 0 min behind"), "{clock:?}");
    fake.set_now(now() - SignedDuration::from_secs(90));
    let (code, found) = office.json(&["doctor"]);
    assert_eq!((code, of(&found, "clock")[0].0), (Some(0), "warning"), "{found:#}");
    drop(fake);
    let (code, found) = office.json(&["doctor"]);
    assert_eq!((code, of(&found, "unreachable")[0].0), (Some(1), "error"), "{found:#}");
}

#[expect(clippy::disallowed_methods, reason = "the vendor has a clock of its own")]
fn now() -> Timestamp {
    Timestamp::now()
}

#[test]
fn a_test_message_goes_the_usual_way_and_a_repeat_under_the_same_key() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "policy"));
    let (code, found) = office.json(&["doctor", "--send"]);
    assert_eq!(code, Some(0), "{found:#}");
    let grades: Vec<_> = of(&found, "test-message").iter().map(|one| one.0).collect();
    assert_eq!(grades, ["ok", "ok"], "the group's and the console's: {found:#}");
    let shown = fake.shown();
    assert_eq!(shown.len(), 1);
    assert!(shown[0].text.contains("【测试】") && shown[0].text.contains("政策"), "{shown:?}");
    let (_, log) = office.json(&["log"]);
    assert_eq!(log[0]["reminder"], "@doctor");

    let (code, found) = office.json(&["doctor", "--send", "--repeat"]);
    assert_eq!(code, Some(0), "{found:#}");
    let repeats = of(&found, "repeat");
    assert_eq!(repeats.len(), 2, "{found:#}");
    assert!(repeats.iter().any(|one| one.1.contains("should show one")), "{repeats:?}");
    let posts: Vec<Value> = fake.requests().iter().map(|request| request.json()).collect();
    let keys: Vec<&Value> = posts.iter().map(|body| &body["msgUuid"]).collect();
    assert_eq!(keys[keys.len() - 1], keys[keys.len() - 2]);
    assert_eq!(fake.shown().len(), 2, "DingTalk shows the repeat once");
}

#[test]
fn a_suspended_robot_is_told_about_and_tried_past_its_queue() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "policy"));
    fake.fault(Fault::Code(310_000, "sign not match"));
    assert_eq!(office.run(&["send", "policy-daily"]).code, Some(1));
    let (code, found) = office.json(&["doctor"]);
    assert_eq!((code, of(&found, "suspended")[0].0), (Some(1), "error"), "{found:#}");
    assert!(fake.shown().is_empty());
    let (_, found) = office.json(&["doctor", "--send"]);
    let tested = of(&found, "test-message");
    assert!(tested.iter().any(|one| one.1.contains("still waits")), "{tested:?}");
    assert_eq!(fake.shown().len(), 1, "what waits is not sent before `resume`");
    assert_eq!(office.run(&["resume", "--target", "policy-group"]).code, Some(0));
    let (code, _) = office.json(&["doctor"]);
    assert_eq!(code, Some(0));
}

#[test]
fn how_the_world_is_reached_is_checked_and_no_password_is_shown() {
    let fake = FakeDingtalk::start();
    let office = Workplace::office(&office_group(&fake, "policy"));
    let settings = std::fs::read_to_string(office.path("dingdong.yaml")).unwrap();
    let codes = |lines: &str| -> (Option<i32>, Vec<String>) {
        office.write("dingdong.yaml", format!("{settings}{lines}"));
        let (code, found) = office.json(&["check"]);
        assert!(!found.to_string().contains("hunter2"), "{found:#}");
        let ran = office.run(&["check"]);
        assert!(!(ran.out + &ran.err).contains("hunter2"));
        let errors = found["diagnostics"].as_array().unwrap().iter();
        let errors = errors.filter(|one| one["severity"] == "error");
        (code, errors.map(|one| one["code"].as_str().unwrap().to_owned()).collect())
    };
    for (lines, expected) in [
        ("proxy: http://proxy:3128\nheartbeat: https://hc.example.com/x\nmetrics: 9464\n", ""),
        ("proxy: env:PROXY\nheartbeat: file:beat\nca: house.pem\n", ""),
        ("metrics: { listen: '0.0.0.0:9464', public: true }\n", ""),
        ("metrics: '[::1]:9464'\n", ""),
        ("metrics: 0.0.0.0:9464\n", "public-address"),
        ("metrics: { port: 9464 }\n", "unknown-key"),
        ("metrics: somewhere\n", "bad-address"),
        ("metrics: 0\n", "bad-address"),
        ("proxy: socks5://proxy:1080\n", "bad-address"),
        ("proxy: http://me:hunter2@proxy:3128\n", "inline-secret"),
        ("heartbeat: http://hc.example.com/hunter2\n", "bad-address"),
        ("heartbeat: hunter2\n", "bad-address"),
    ] {
        let (code, found) = codes(lines);
        assert!(
            found.iter().any(|one| one == expected) || expected.is_empty(),
            "{lines}: {found:?}"
        );
        assert_eq!(code, Some(if expected.is_empty() { 0 } else { 3 }), "{lines}: {found:?}");
    }
    // What doctor says of the proxy holds its host only.
    let office = office.variable("PROXY", "http://me:hunter2@proxy.example.com:3128");
    office.write("dingdong.yaml", format!("{settings}proxy: env:PROXY\n"));
    let (_, found) = office.json(&["doctor"]);
    assert!(of(&found, "proxy")[0].1.contains("proxy.example.com:3128"), "{found:#}");
    assert!(!found.to_string().contains("hunter2"), "{found:#}");
}

#[test]
fn a_mail_server_is_greeted_and_gets_no_mail() {
    let mail = FakeMail::start(Rules::default());
    let office = Workplace::empty();
    let port = mail.port();
    office.write(
        "dingdong.yaml",
        format!(
            "targets:\n  office: {{ robot: email, host: 127.0.0.1, port: {port}, tls: none, \
             from: a@example.com, to: b@example.com }}\n"
        ),
    );
    let (code, found) = office.json(&["doctor"]);
    assert_eq!(code, Some(0), "{found:#}");
    assert!(of(&found, "network")[0].1.contains(&format!("127.0.0.1:{port} answers")), "{found:#}");
    assert!(mail.taken().is_empty());
    drop(mail);
    let (code, found) = office.json(&["doctor"]);
    assert_eq!((code, of(&found, "unreachable")[0].0), (Some(1), "error"), "{found:#}");
}
