//! Secrets: whatever goes wrong with whichever robot, none of them stands in a log, an error, a
//! page, an answer or a file.

use std::collections::BTreeSet;

use rustix::process::Signal;

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault},
    workplace::{Running, Workplace, holds, is_store, message},
};

/// Robots, the path and query of their webhooks, and what of it is a secret.
const ROBOTS: [(&str, &str, &str); 6] = [
    ("dingtalk", "/robot/send?access_token=5ecre7-0f-d1ngtalk", "5ecre7-0f-d1ngtalk"),
    ("feishu", "/open-apis/bot/v2/hook/5ecre7-0f-fe1shu-0123", "5ecre7-0f-fe1shu-0123"),
    ("wecom", "/cgi-bin/webhook/send?key=5ecre7-0f-wec0m", "5ecre7-0f-wec0m"),
    ("slack", "/services/T0001/B0001/5ecre70fs1ack0123456789", "5ecre70fs1ack0123456789"),
    ("teams", "/workflows/0123/triggers/manual?sig=5ecre7-0f-t3ams", "5ecre7-0f-t3ams"),
    ("webhook", "/in/5ecre7-0f-a-webh00k-0123", "5ecre7-0f-a-webh00k-0123"),
];

/// What signs, and a header that is kept like a secret.
const SIGNING: [(&str, &str); 3] = [
    ("SIGN_DINGTALK", "SEC5ecre7ofasignature"),
    ("SIGN_FEISHU", "5ecre70fafeishusignature"),
    ("SIGN_WEBHOOK", "whsec_NWVjcmU3b2Z3ZWJob29rc2lnbmF0dXJl"),
];

const HEADER: &str = "Bearer 5ecre7-0f-a-header";

/// An office with a group at every vendor, all of them reached at one host.
fn office(host: &str) -> Workplace {
    let mut office = Workplace::empty().variable("HEADER", HEADER);
    let mut settings =
        "timezone: Asia/Shanghai\nstore: sqlite:data/dingdong.db\ntargets:\n".to_owned();
    let mut reminders = "defaults: { when: every day at 09:00 }\nreminders:\n".to_owned();
    for (name, secret) in SIGNING {
        office = office.variable(name, secret);
    }
    for (robot, path, _) in ROBOTS {
        let name = robot.to_uppercase();
        office = office.variable(&format!("HOOK_{name}"), &format!("{host}{path}"));
        let signing = SIGNING.iter().any(|(sign, _)| *sign == format!("SIGN_{name}"));
        let sign = if signing { format!(", secret: env:SIGN_{name}") } else { String::new() };
        let headers =
            if robot == "webhook" { ", headers: { Authorization: env:HEADER }" } else { "" };
        settings +=
            &format!("  {robot}: {{ robot: {robot}, webhook: env:HOOK_{name}{sign}{headers} }}\n");
        reminders += &format!("  r-{robot}: {{ to: {robot}, text: text }}\n");
    }
    office.write("dingdong.yaml", settings);
    office.write("schedules/all.yaml", reminders);
    office
}

/// Everything a person may ask, each in words and as JSON.
fn ask(office: &Workplace, said: &mut String) {
    for (robot, ..) in ROBOTS {
        let reminder = format!("r-{robot}");
        let out = office.json(&["send", &reminder, "--wait", "0"]).1;
        let occurrence = out["occurrence"].as_str().unwrap_or_default().to_owned();
        *said += &out.to_string();
        for args in [["preview", &reminder], ["why", &occurrence], ["explain", &reminder]] {
            *said += &speak(office, &args);
        }
    }
    let questions: [&[&str]; 8] = [
        &["check"],
        &["status"],
        &["log"],
        &["log", "--waiting"],
        &["next"],
        &["doctor"],
        &["report"],
        &["backup", "copy.db"],
    ];
    for args in questions {
        *said += &speak(office, args);
    }
    let span = ["rehearse", "--from", "2026-12-01", "--until", "2026-12-03"];
    *said += &speak(office, &[&span[..], &["--html", "page.html"]].concat());
}

fn speak(office: &Workplace, args: &[&str]) -> String {
    let (words, json) = (office.run(args), office.run(&[args, &["--json"]].concat()));
    [words.out, words.err, json.out, json.err].concat()
}

fn assert_silent(office: &Workplace, said: &str) {
    let secrets = ROBOTS.iter().map(|(_, _, secret)| *secret);
    let secrets = secrets.chain(SIGNING.iter().map(|(_, secret)| *secret)).chain([HEADER]);
    let secrets: BTreeSet<&str> = secrets.collect();
    assert!(said.contains("r-teams"), "something was said: {said}");
    assert_eq!(holds(said.as_bytes(), &secrets), [""; 0]);
    let files = office.bytes();
    assert!(files.iter().any(|(path, _)| is_store(path)));
    for (path, bytes) in files {
        assert_eq!(holds(&bytes, &secrets), [""; 0], "{}", path.display());
    }
}

fn log_of(service: Running) -> String {
    service.signal(Signal::TERM);
    service.wait().1
}

#[test]
fn no_secret_of_any_robot_stands_in_anything_said_or_written() {
    // Nobody is there.
    let nobody = office("http://127.0.0.1:9");
    let mut said = String::new();
    ask(&nobody, &mut said);
    assert_silent(&nobody, &said);

    // Somebody is there who repeats what they are asked.
    let fake = FakeDingtalk::start();
    let echo = office(fake.url("").trim_end_matches('/'));
    let mut said = String::new();
    for (robot, path, _) in ROBOTS {
        let header = if robot == "webhook" { HEADER } else { "" };
        fake.fault(Fault::Body(format!("<html>no such page: {path} {header}</html>")));
        let (_, answer) = echo.json(&["send", &format!("r-{robot}"), "--wait", "0"]);
        assert_eq!(answer["deliveries"][0]["attempts"], 1, "{answer:#}");
        said += &answer.to_string();
    }
    let service = echo.service();
    ask(&echo, &mut said);
    service.wait_for("a refusal", |line| message(line) == "not delivered");
    said += &log_of(service);
    assert_silent(&echo, &said);
}
