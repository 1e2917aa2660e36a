//! `merge: true`: what waits beyond the pace goes out in one message, and nothing is lost, doubled or
//! said without a trace.

use std::{collections::BTreeMap, fmt::Write as _};

use dingdong::{
    model::{delivery::DeliveryState, reminder::ReminderId},
    outbox::Changed,
};

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault, rules::Group},
    story::{Story, at},
    workplace::Workplace,
};

const SETTINGS: &str = "\
timezone: Asia/Shanghai
language: en
store: sqlite:data/dingdong.db
targets:
  group: { name: 政策群, robot: dingtalk, webhook: env:HOOK, merge: true }
  other: { robot: dingtalk, webhook: env:OTHER }
people:
  zhangsan: { name: 张三, mobile: \"13800000000\" }
  lisi: { name: 李四, mobile: \"13900000000\" }
";

/// An office in which so many messages to one group are due at nine.
fn office(fake: &FakeDingtalk, count: usize, more: &str) -> Workplace {
    let office = Workplace::empty()
        .variable("HOOK", &fake.group("group", Group::default()))
        .variable("OTHER", &fake.group("other", Group::default()));
    office.write("dingdong.yaml", SETTINGS);
    let mut file = "defaults: { when: every day at 09:00, to: group }\nreminders:\n".to_owned();
    for n in 0..count {
        let who = if n % 2 == 0 { "zhangsan" } else { "lisi" };
        writeln!(
            file,
            "  r{n:03}: {{ title: T{n:03}, text: \"body {n:03}.\", mention: {who}{more} }}"
        )
        .unwrap();
    }
    office.write("schedules/all.yaml", file);
    office
}

/// How often each message was shown, by itself or within another.
fn shown(fake: &FakeDingtalk, count: usize) -> BTreeMap<String, usize> {
    let texts: Vec<String> = fake.shown().into_iter().map(|one| one.text).collect();
    let times = |n: usize| {
        let body = format!("body {n:03}.");
        (body.clone(), texts.iter().map(|text| text.matches(&body).count()).sum())
    };
    (0..count).map(times).collect()
}

#[tokio::test]
async fn what_waits_beyond_the_pace_goes_out_in_one_message() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, 40, "");
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T09:00:00")).await;
    assert_eq!(fake.shown().len(), 16, "as many as the pace allows");
    let waiting = story.shared.world().queue(&story.shared.outbox, story.now()).await.unwrap();
    assert_eq!(waiting.len(), 24 + 1, "each with its reason, and the message they are in");
    let merged = waiting.iter().filter(|one| one.holdup.is_some_and(|why| why.word() == "merged"));
    let leaves: Vec<_> = merged.map(|one| one.leaves).collect();
    assert_eq!(leaves, [Some(at("2026-11-24T09:01:01")); 24]);

    story.pass_until(at("2026-11-24T09:05:00")).await;
    assert_eq!(fake.shown().len(), 17);
    assert!(shown(&fake, 40).values().all(|times| *times == 1), "{:?}", shown(&fake, 40));
    let whole = fake.shown().pop().unwrap();
    assert_eq!(whole.title, "24 messages");
    assert!(whole.text.contains("T016") && whole.text.contains("T039"), "{whole:?}");
    assert_eq!(whole.notified.len(), 2, "everyone any of them mentions: {whole:?}");
    // Every row says in what it went out.
    let log = story.log().await;
    let rows = log.iter().filter(|record| record.occurrence.reminder.as_str().starts_with('r'));
    let mut within = 0;
    for record in rows {
        let [delivery] = &record.deliveries[..] else { panic!("{record:#?}") };
        assert_eq!(delivery.state.name(), "delivered");
        within += usize::from(
            delivery.reason.as_deref().is_some_and(|why| why.starts_with("merged into @merged-")),
        );
    }
    assert_eq!(within, 24);
}

#[tokio::test]
async fn crashes_lose_nothing_and_double_nothing() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, 60, "");
    // The service ends after each stretch of the story, wherever it stands.
    for (begin, end) in [
        ("08:59:59", "09:00:00"),
        ("09:00:01", "09:00:30"),
        ("09:00:31", "09:01:01"),
        ("09:01:02", "09:01:03"),
        ("09:01:04", "09:10:00"),
    ] {
        let now = at(&format!("2026-11-24T{begin}"));
        let mut story = Story::begin(&office, &fake, now).await;
        if begin == "09:00:31" {
            // The message they are in is shown, and its answer is lost.
            fake.fault(Fault::CloseAfter);
        }
        story.pass_until(at(&format!("2026-11-24T{end}"))).await;
    }
    assert!(shown(&fake, 60).values().all(|times| *times == 1), "{:?}", shown(&fake, 60));
    assert_eq!(fake.shown().len(), 17);
}

#[tokio::test]
async fn urgent_ones_go_by_themselves_and_a_refusal_of_the_whole_is_each_ones() {
    let fake = FakeDingtalk::start();
    let urgent = office(&fake, 20, ", priority: urgent");
    let mut story = Story::begin(&urgent, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T09:05:00")).await;
    assert_eq!(fake.shown().len(), 20);
    drop(story);

    let fake = FakeDingtalk::start();
    let office = office(&fake, 20, "");
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T09:00:30")).await;
    fake.fault(Fault::Code(430_104, "improper content"));
    story.pass_until(at("2026-11-24T09:02:00")).await;
    let log = story.log().await;
    let dead = log.iter().filter(|one| one.deliveries.iter().any(|one| one.state.name() == "dead"));
    assert_eq!(dead.count(), 4 + 1, "each of them, and the whole");
    // What is redriven goes out by itself.
    let id = format!(
        "{}/group/1",
        log.iter().find(|one| one.occurrence.reminder.as_str() == "r019").unwrap().occurrence.id()
    );
    let outbox = &story.shared.outbox;
    outbox.redrive(&id, at("2026-11-24T12:00:00"), story.now()).await.unwrap();
    story.pass_until(at("2026-11-24T09:03:00")).await;
    assert_eq!(shown(&fake, 20)["body 019."], 1);
}

#[tokio::test]
async fn what_quiet_hours_kept_back_is_merged_when_they_end() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, 30, "");
    office.write(
        "dingdong.yaml",
        SETTINGS.replace("merge: true", "merge: true, quiet: \"08:00..09:30\""),
    );
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T09:29:59")).await;
    assert_eq!(fake.shown().len(), 0);
    story.pass_until(at("2026-11-24T09:30:30")).await;
    assert_eq!(fake.shown().len(), 16);
    story.pass_until(at("2026-11-24T09:31:05")).await;
    assert_eq!(fake.shown().len(), 17);
    assert!(shown(&fake, 30).values().all(|times| *times == 1), "{:?}", shown(&fake, 30));
}

#[tokio::test]
async fn what_is_in_a_message_that_cannot_leave_goes_to_the_fallback_each_once() {
    for refusal in [400_013, 310_000] {
        let fake = FakeDingtalk::start();
        let office = office(&fake, 30, "");
        office.write(
            "dingdong.yaml",
            SETTINGS.replace("merge: true", "merge: true, fallback: other"),
        );
        let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
        story.pass_until(at("2026-11-24T09:00:30")).await;
        assert_eq!(fake.shown().len(), 16);
        fake.fault(Fault::Code(refusal, "no"));
        story.pass_until(at("2026-11-24T09:05:00")).await;
        let seen = shown(&fake, 30);
        assert!(seen.values().all(|times| *times == 1), "{refusal}: {seen:?}");
        let to_other = fake.shown().iter().filter(|one| one.token == "other").count();
        assert_eq!(to_other, 14, "{refusal}");
    }
}

#[tokio::test]
async fn one_can_be_taken_out_of_a_message_that_has_not_left() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, 20, "");
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T09:00:30")).await;
    let log = story.log().await;
    let of = |id: &str| {
        let found = log.iter().find(|one| one.occurrence.reminder.as_str() == id);
        found.unwrap().deliveries[0].id.clone()
    };
    let outbox = story.shared.outbox.clone();
    assert_eq!(outbox.cancel(&of("r017")).await.unwrap(), Changed::Done);
    story.work().await;
    let day = (at("2026-11-24T00:00:00"), at("2026-11-25T00:00:00"));
    let (id, date) = (ReminderId::new("r018"), "2026-11-24".parse().unwrap());
    assert_eq!(outbox.skip(&id, date, day).await.unwrap().deliveries, 1);
    // The command nudges the service.
    story.work().await;
    story.pass_until(at("2026-11-24T09:05:00")).await;
    let seen = shown(&fake, 20);
    let gone: Vec<_> =
        seen.iter().filter(|(_, times)| **times == 0).map(|(body, _)| body).collect();
    assert_eq!(gone, ["body 017.", "body 018."]);
    assert!(seen.values().all(|times| *times <= 1), "{seen:?}");
    assert_eq!(fake.shown().pop().unwrap().title, "2 messages", "the others, in one again");
}

#[tokio::test]
async fn one_cannot_be_taken_out_of_a_message_on_its_way() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, 20, "");
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T09:00:30")).await;
    fake.fault(Fault::Status(503));
    story.pass_until(at("2026-11-24T09:01:01")).await;
    let log = story.log().await;
    let one = log.iter().find(|one| one.occurrence.reminder.as_str() == "r017").unwrap();
    let done = story.shared.outbox.cancel(&one.deliveries[0].id).await.unwrap();
    assert_eq!(done, Changed::Refused(DeliveryState::Pending), "the group may have it");
    story.pass_until(at("2026-11-24T09:05:00")).await;
    assert!(shown(&fake, 20).values().all(|times| *times == 1));
}

#[tokio::test]
async fn texts_keep_their_titles() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, 18, ", format: text");
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T09:05:00")).await;
    let whole = fake.shown().pop().unwrap();
    assert!(whole.text.contains("T016\nbody 016.") && whole.text.contains("T017"), "{whole:?}");
}
