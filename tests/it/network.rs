//! A network that breaks: the connection is reset before, during and after every few bytes of the
//! request and of its answer. The group sees each message once.

use jiff::{SignedDuration, Timestamp};

use super::support::{
    cable::{Cable, Way},
    fake::{Fake, Fault, Vendor},
    fake_dingtalk::{FakeDingtalk, rules::Group},
    fake_feishu::{Bot, FakeFeishu},
    fake_receiver::FakeReceiver,
    fake_slack::FakeSlack,
    fake_teams::FakeTeams,
    fake_wecom::FakeWecom,
    story::Story,
    workplace::Workplace,
};

/// Bytes between two cuts.
const GROUP: usize = 24;

const BEGIN: &str = "2026-11-24T08:59:00+08:00";

/// An office that sends to one group every five minutes, over a cable.
fn office(fake: &FakeDingtalk) -> (Workplace, Cable) {
    let (cable, near) = Cable::to(&fake.group("policy", Group::default()));
    let office = Workplace::office(&near);
    let settings = "timezone: Asia/Shanghai\ncalendar: cn\ntargets:\n  group: { robot: dingtalk, webhook: env:HOOK }\n";
    office.write("dingdong.yaml", settings);
    office.write(
        "schedules/policy.yaml",
        "reminders:\n  policy: { when: every 5 minutes, to: group, format: text, text: \"{{ due }}\" }\n",
    );
    (office, cable)
}

/// The whole length of a request and of its answer.
async fn lengths(story: &mut Story<'_>, cable: &Cable) -> [usize; 2] {
    cable.cut(Way::There, usize::MAX);
    story.pass_until(story.now() + SignedDuration::from_mins(5)).await;
    let (passed, cut) = cable.passed();
    assert!(!cut && passed[0] > 200 && passed[1] > 100, "{passed:?}");
    passed
}

#[tokio::test]
async fn a_reset_at_any_byte_loses_nothing_and_shows_nothing_twice() {
    let fake = FakeDingtalk::start();
    let (office, cable) = office(&fake);
    let begin: Timestamp = BEGIN.parse().unwrap();
    let mut story = Story::begin(&office, &fake, begin).await;
    let [request, answer] = lengths(&mut story, &cable).await;
    let cuts = |way, length: usize| {
        let groups = (0..length).step_by(GROUP).chain([length - 1, length]);
        groups.map(move |after| (way, after))
    };
    let mut expected = 1;
    for (way, after) in cuts(Way::There, request).chain(cuts(Way::Back, answer)) {
        cable.cut(way, after);
        story.pass_until(story.now() + SignedDuration::from_mins(5)).await;
        expected += 1;
        assert!(cable.passed().1, "{way:?} {after}: the cable was not cut");
        assert_eq!(fake.shown().len(), expected, "{way:?} {after}");
    }
    let mut seen: Vec<String> = fake.shown().into_iter().map(|shown| shown.text).collect();
    assert!(seen.is_sorted(), "in order: {seen:#?}");
    seen.dedup();
    assert_eq!(seen.len(), expected, "each once");
    for record in story.log().await {
        let [delivery] = &record.deliveries[..] else { panic!("{record:#?}") };
        assert_eq!(delivery.state.name(), "delivered", "{record:#?}");
        assert!(delivery.attempts.len() <= 2, "{record:#?}");
    }
}

/// The same over a robot that knows no idempotency key: nothing is lost, and a message is shown twice
/// only where the robot had it whole when the connection broke.
async fn resets<V: Vendor>(robot: &str, fake: &Fake<V>, webhook: &str) {
    let (cable, near) = Cable::to(webhook);
    let office = Workplace::empty().variable("HOOK", &near);
    let settings = "timezone: Asia/Shanghai\ncalendar: cn\nstore: sqlite:data/dingdong.db\n";
    office.write(
        "dingdong.yaml",
        format!("{settings}targets: {{ group: {{ robot: {robot}, webhook: env:HOOK }} }}\n"),
    );
    office.write(
        "schedules/policy.yaml",
        "reminders:\n  policy: { when: every 5 minutes, to: group, format: text, text: \"at {{ due }}.\" }\n",
    );
    let nobody = FakeDingtalk::start();
    let begin: Timestamp = BEGIN.parse().unwrap();
    fake.set_now(begin);
    let mut story = Story::begin(&office, &nobody, begin).await;
    let mut pass = async |way, after| {
        cable.cut(way, after);
        let end = story.now() + SignedDuration::from_mins(5);
        // Its clock shows the time at which it is asked, and again when it is asked anew.
        let due = end - SignedDuration::from_secs(60);
        for time in [due, due + SignedDuration::from_secs(10), end] {
            fake.set_now(time);
            story.pass_until(time).await;
        }
        (cable.passed(), fake.shown().len())
    };
    let (([request, answer], _), mut shown) = pass(Way::There, usize::MAX).await;
    assert!(shown == 1 && request > 100 && answer > 15, "{robot}: {request} {answer}");
    let mut expected = 1;
    for after in (0..request).step_by(3 * GROUP).chain([request - 1]) {
        let (passed, now) = pass(Way::There, after).await;
        assert!(passed.1, "{robot} {after}: the cable was not cut");
        assert_eq!(now, shown + 1, "{robot}: cut after {after} of {request} bytes");
        (shown, expected) = (now, expected + 1);
    }
    for (way, after) in [(Way::There, request), (Way::Back, 0), (Way::Back, answer - 1)] {
        let now = pass(way, after).await.1;
        assert!((1..=2).contains(&(now - shown)), "{robot} {way:?}: {shown} {now}");
        (shown, expected) = (now, expected + 1);
    }
    let mut seen: Vec<String> = fake.shown().into_iter().map(|one| one.text).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), expected, "{robot}: each is there");
    for record in story.log().await {
        assert_eq!(record.deliveries[0].state.name(), "delivered", "{robot}: {record:#?}");
    }
}

#[tokio::test]
async fn every_robot_gets_each_message_whatever_the_network_does() {
    let (feishu, wecom) = (FakeFeishu::start(), FakeWecom::start());
    Box::pin(resets("feishu", &feishu, &feishu.bot("0123456789abcdef", Bot::default()))).await;
    Box::pin(resets("wecom", &wecom, &wecom.robot("0123456789abcdef"))).await;
    let (slack, teams) = (FakeSlack::start(), FakeTeams::start());
    Box::pin(resets("slack", &slack, &slack.webhook("0123456789abcdef", &[]))).await;
    Box::pin(resets("teams", &teams, &teams.flow("0123456789abcdef"))).await;
    let receiver = FakeReceiver::start();
    Box::pin(resets("webhook", &receiver, &receiver.url("/hook"))).await;
}

#[tokio::test]
async fn a_machine_that_is_turned_away_leaves_the_whole_host_alone() {
    let fake = FakeDingtalk::start();
    let office = Workplace::empty()
        .variable("HR", &fake.group("hr", Group::default()))
        .variable("OPS", &fake.group("ops", Group::default()));
    office.write(
        "dingdong.yaml",
        "timezone: Asia/Shanghai\ncalendar: cn\nstore: sqlite:data/dingdong.db\ntargets:\n  \
         hr: { robot: dingtalk, webhook: env:HR }\n  ops: { robot: dingtalk, webhook: env:OPS }\n",
    );
    office.write(
        "schedules/a.yaml",
        "reminders:\n  a: { when: every day at 09:00, to: hr, text: a }\n  \
         b: { when: every day at 09:01, to: ops, text: b }\n",
    );
    let at = |time: &str| format!("2026-11-24T{time}+08:00").parse().unwrap();
    let mut story = Story::begin(&office, &fake, at("08:00:00")).await;
    let page = r#"{"status":1111,"wait":5,"source":"x5","punish":"deny"}"#;
    fake.fault(Fault::Body(page.to_owned()));
    story.pass_until(at("09:04:59")).await;
    assert_eq!(fake.requests().len(), 1, "the other robot is at the same host");
    story.pass_until(at("09:05:01")).await;
    let shown: Vec<String> = fake.shown().into_iter().map(|one| one.token).collect();
    assert_eq!(shown, ["hr", "ops"]);
}
