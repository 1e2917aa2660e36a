//! Fallback: what a dead or suspended target cannot be sent goes to the one that stands in for it,
//! once, in its own robot's shape.

use serde_json::json;

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault, rules::Group},
    fake_wecom::FakeWecom,
    story::{Story, at},
    workplace::Workplace,
};

/// An office with a chain of three groups at DingTalk: policy, hr, boss.
fn office(fake: &FakeDingtalk) -> Workplace {
    let mut office = Workplace::empty();
    for name in ["policy", "hr", "boss"] {
        office = office.variable(&name.to_uppercase(), &fake.group(name, Group::default()));
    }
    office.write("dingdong.yaml", SETTINGS);
    office.write("schedules/a.yaml", REMINDERS);
    office
}

const SETTINGS: &str = "\
timezone: Asia/Shanghai
language: zh
store: sqlite:data/dingdong.db
targets:
  policy: { name: 政策群, robot: dingtalk, webhook: env:POLICY, fallback: hr }
  hr: { name: 人事群, robot: dingtalk, webhook: env:HR, fallback: boss }
  boss: { robot: dingtalk, webhook: env:BOSS }
";

const REMINDERS: &str = "\
defaults: { format: text, on_miss: all }
reminders:
  a: { when: every day at 09:00, to: policy, text: 'a {{ target.name }}' }
  b: { when: every day at 09:00, to: policy, text: b }
  both: { when: every day at 10:00, to: [policy, hr], text: both }
";

/// What the groups saw, in order: group and text.
fn shown(fake: &FakeDingtalk) -> Vec<String> {
    let one_line = |text: &str| text.replace('\n', " ");
    fake.shown().iter().map(|one| format!("{}: {}", one.token, one_line(&one.text))).collect()
}

/// A reminder's deliveries, oldest first: target, state and reason.
async fn deliveries(story: &Story<'_>, reminder: &str) -> Vec<String> {
    let log = story.log().await;
    let own = log.iter().filter(|record| record.occurrence.reminder.as_str() == reminder);
    let all = own.flat_map(|record| &record.deliveries);
    all.map(|one| {
        let why = one.reason.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
        format!("{} {}{why}", one.target, one.state.name())
    })
    .collect()
}

#[tokio::test]
async fn what_a_suspended_robot_cannot_send_goes_to_its_fallback_and_back_to_it_when_resumed() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    // Both of nine o'clock are on their way before the first is refused.
    fake.fault(Fault::Code(310_000, "sign not match"));
    fake.fault(Fault::Code(310_000, "sign not match"));
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T09:30:00")).await;
    // Told for whom; what is said of the target is said of the one that reads it.
    let mut seen = shown(&fake);
    seen.sort();
    assert_eq!(seen, ["hr: 【代 政策群】a a 人事群", "hr: 【代 政策群】b b"]);
    let expected = ["hr delivered", "policy dead (sent to hr instead)"];
    let mut rows = deliveries(&story, "a").await;
    rows.sort();
    assert_eq!(rows, expected);
    // Who hears of it anyway hears of it once.
    story.pass_until(at("2026-11-24T10:30:00")).await;
    let mut seen = shown(&fake)[2..].to_vec();
    seen.sort();
    assert_eq!(seen, ["boss: 【代 政策群】both both", "hr: both"]);
    story.shared.outbox.resume("env:POLICY").await.unwrap();
    story.pass_until(at("2026-11-25T09:30:00")).await;
    let mut seen = shown(&fake)[4..].to_vec();
    seen.sort();
    assert_eq!(seen, ["policy: a 政策群", "policy: b"], "nothing twice");
}

#[tokio::test]
async fn a_dead_target_has_its_fallback_and_that_one_the_next() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    // policy: dead; hr: dead as well.
    fake.fault(Fault::Code(400_013, "group dismissed"));
    fake.fault(Fault::Code(400_106, "robot does not exist"));
    office.write(
        "schedules/a.yaml",
        "reminders:\n  a: { when: every day at 09:00, to: policy, format: text, text: a }\n",
    );
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T09:00:30")).await;
    assert_eq!(shown(&fake), ["boss: 【代 政策群】a a"]);
    let mut rows = deliveries(&story, "a").await;
    rows.sort();
    let expected =
        ["boss delivered", "hr dead (sent to boss instead)", "policy dead (sent to hr instead)"];
    assert_eq!(rows, expected);
    // A message that the vendor dislikes is no reason to show it to others.
    fake.fault(Fault::Code(430_104, "improper content"));
    story.pass_until(at("2026-11-25T09:00:30")).await;
    assert_eq!(shown(&fake).len(), 1);
}

#[tokio::test]
async fn killed_before_the_switch_the_message_still_moves_once() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    office.write(
        "schedules/a.yaml",
        "reminders:\n  a: { when: every day at 09:00, to: policy, format: text, text: a }\n",
    );
    fake.fault(Fault::Code(310_000, "sign not match"));
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.stop_rescuing();
    story.pass_until(at("2026-11-24T09:00:30")).await;
    assert_eq!(shown(&fake), [""; 0]);
    drop(story);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T09:01:00")).await;
    story.pass_until(at("2026-11-24T09:05:00")).await;
    assert_eq!(shown(&fake), ["hr: 【代 政策群】a a"]);
}

#[test]
fn send_goes_to_the_fallback_of_another_vendor_with_its_own_mentions() {
    let (fake, wecom) = (FakeDingtalk::start(), FakeWecom::start());
    let office = Workplace::office(&fake.group("policy", Group::default()))
        .variable("WECOM", &wecom.robot("key-of-the-other-group"));
    let settings = std::fs::read_to_string(office.path("dingdong.yaml")).unwrap();
    let settings = settings.replace("    secret: env:SECRET\n", "    fallback: other\n").replace(
        "targets:\n",
        "targets:\n  other: { name: 企业微信群, robot: wecom, webhook: env:WECOM }\n",
    );
    office.write("dingdong.yaml", settings);
    for service in [None, Some(())] {
        let before = wecom.shown().len();
        let _service = service.map(|()| office.service());
        fake.fault(Fault::Code(400_013, "group dismissed"));
        let (code, answer) = office.json(&["send", "policy-daily"]);
        assert_eq!(code, Some(0), "the people have it: {answer:#}");
        let states: Vec<_> = answer["deliveries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["target"].clone(), one["state"].clone()))
            .collect();
        assert!(states.contains(&(json!("policy-group"), json!("dead"))), "{answer:#}");
        assert!(states.contains(&(json!("other"), json!("delivered"))), "{answer:#}");
        let said = answer["deliveries"].to_string();
        assert!(said.contains("sent to other instead"), "{answer:#}");
        let shown = wecom.shown();
        // What the group reads, and the short text by which this robot mentions people.
        let texts: Vec<&str> = shown[before..].iter().map(|one| one.text.as_str()).collect();
        assert!(texts[0].contains("请看最新的公司政策"), "{texts:?}");
        assert!(texts.len() <= 2, "{texts:?}");
    }
}

#[test]
fn check_names_circles_and_fallbacks_nothing_is_sent_to() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    office.write("dingdong.yaml", SETTINGS.replace("env:BOSS", "env:BOSS, fallback: policy"));
    let (code, checked) = office.json(&["check"]);
    assert_eq!(code, Some(3), "{checked:#}");
    let found = checked["diagnostics"].as_array().unwrap();
    assert_eq!(found.len(), 3, "at each of them: {checked:#}");
    let said = found[0]["message"].as_str().unwrap();
    assert!(said.ends_with("policy → hr → boss → policy"), "{said}");
    assert_eq!((&found[0]["code"], &found[0]["line"]), (&json!("bad-fallback"), &json!(5)));

    office.write("dingdong.yaml", SETTINGS.replace("env:BOSS", "env:BOSS, enabled: false"));
    let (code, checked) = office.json(&["check"]);
    assert_eq!(code, Some(0), "{checked:#}");
    assert_eq!(checked["diagnostics"][0]["code"], "disabled-fallback", "{checked:#}");
    assert_eq!(checked["diagnostics"][0]["line"], 6);

    // A keyword that the fallback demands is looked for as well.
    office.write("dingdong.yaml", SETTINGS.replace("env:HR", "env:HR, keywords: [重要]"));
    let (_, checked) = office.json(&["check"]);
    assert!(checked.to_string().contains("重要"), "{checked:#}");
}

#[tokio::test]
async fn what_arrived_leaves_nothing_standing_ready() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T09:30:00")).await;
    fake.take_down("policy");
    story.pass_until(at("2026-11-24T10:01:00")).await;
    let mut store = super::outbox_contract::directly(&office.path("data/dingdong.db")).await;
    let mut ready = async || -> Vec<String> {
        let ready = "SELECT delivery FROM standby ORDER BY delivery";
        sqlx::query_scalar(ready).fetch_all(&mut store).await.unwrap()
    };
    assert_eq!(ready().await.len(), 4, "three that arrived, one that waits");
    story.housekeeping.prune_once().await.unwrap();
    assert_eq!(ready().await, ["both@2026-11-24T02:00:00Z/policy/1"]);
}

#[tokio::test]
async fn what_moves_takes_the_place_of_an_older_one_that_waits_there() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let silent = "webhook: env:HR, quiet: 08:00..12:30, fallback: boss";
    office.write("dingdong.yaml", SETTINGS.replace("webhook: env:HR, fallback: boss", silent));
    let often = "when: 'every day at 09:00 and 10:00 and 11:00', to: policy";
    office.write(
        "schedules/a.yaml",
        format!(
            "defaults: {{ format: text }}\nreminders:\n  \
             newest: {{ {often}, text: 'newest {{{{ due }}}}' }}\n  \
             all: {{ {often}, on_miss: all, text: 'all {{{{ due }}}}' }}\n"
        ),
    );
    fake.fault(Fault::Code(310_000, "sign not match"));
    fake.fault(Fault::Code(310_000, "sign not match"));
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T12:40:00")).await;
    let seen = shown(&fake).join("\n");
    let count = |what: &str| seen.matches(what).count();
    assert_eq!((count("newest 2026"), count("all 2026")), (1, 3), "{seen}");
    assert!(seen.contains("newest 2026-11-24T11:00:00"), "{seen}");
    let rows = deliveries(&story, "newest").await;
    assert_eq!(rows.iter().filter(|row| *row == "hr expired (superseded)").count(), 2, "{rows:?}");
}
