//! A network that breaks: the connection is reset before, during and after every few bytes of the
//! request and of its answer. The group sees each message once.

use jiff::{SignedDuration, Timestamp};

use super::support::{
    cable::{Cable, Way},
    fake_dingtalk::{FakeDingtalk, rules::Group},
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
