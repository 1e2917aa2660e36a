//! `daily_limit`: what a group is sent in a day, and that the rest comes in the evening, once.

use dingdong::clock::{Clock as _, SystemClock};
use jiff::{Timestamp, tz::TimeZone};

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault, rules::Group},
    story::Story,
    workplace::{Workplace, message},
};

fn at(civil: &str) -> Timestamp {
    format!("{civil}+08:00").parse().unwrap()
}

/// The 24th at a time of day.
fn on_24(time: &str) -> Timestamp {
    at(&format!("2026-11-24T{time}"))
}

const SETTINGS: &str = "\
timezone: Asia/Shanghai
language: en
store: sqlite:data/dingdong.db
targets:
  group: { name: 政策群, robot: dingtalk, webhook: env:HOOK, daily_limit: 3 }
  other: { robot: dingtalk, webhook: env:OTHER }
";

const REMINDERS: &str = "\
defaults: { to: group, format: text }
reminders:
  r0: { when: every day at 09:00, text: zero }
  r1: { when: every day at 10:00, text: one, priority: low }
  r2: { when: every day at 11:00, text: two }
  r3: { when: every day at 12:00, text: three, priority: low }
  r4: { when: every day at 13:00, text: four }
  r5: { when: every day at 14:00, text: five, priority: low, format: markdown, title: T5 }
  r6: { when: every day at 15:00, text: six, priority: urgent }
  r7: { when: every day at 19:00, text: seven, priority: low }
";

fn office(fake: &FakeDingtalk) -> Workplace {
    let office = Workplace::empty()
        .variable("HOOK", &fake.group("group", Group::default()))
        .variable("OTHER", &fake.group("other", Group::default()));
    office.write("dingdong.yaml", SETTINGS);
    office.write("schedules/all.yaml", REMINDERS);
    office
}

const WORDS: [&str; 8] = ["zero", "one", "two", "three", "four", "five", "six", "seven"];

/// The messages a group saw since there were so many, each as the words in it.
fn shown(fake: &FakeDingtalk, since: usize) -> Vec<String> {
    let messages = fake.shown().into_iter().skip(since);
    let words = |text: &str| {
        let found = WORDS.into_iter().filter(|word| text.contains(word));
        found.collect::<Vec<_>>().join("+")
    };
    messages.map(|one| words(&one.text)).collect()
}

/// What waits for the end of the day: reminder and when it leaves.
async fn held(story: &Story<'_>) -> Vec<(String, Option<Timestamp>)> {
    let queue = story.shared.world().queue(&story.shared.outbox, story.now()).await.unwrap();
    let held =
        queue.into_iter().filter(|one| one.holdup.map(|why| why.word()) == Some("daily limit"));
    held.map(|one| (one.occurrence.reminder.to_string(), one.leaves)).collect()
}

#[tokio::test]
async fn over_two_days_what_is_beyond_the_limit_comes_in_the_evening_the_low_ones_in_one_message() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, on_24("08:00:00")).await;
    story.pass_until(on_24("17:59:59")).await;
    assert_eq!(shown(&fake, 0), ["zero", "one", "two", "six"], "three, and what is urgent");
    let evening = Some(on_24("18:00:00"));
    let mut waiting = held(&story).await;
    waiting.sort();
    let expected = ["r3", "r4", "r5"].map(|id| (id.to_owned(), evening));
    assert_eq!(waiting, expected);
    let queues = story.shared.world().queues(&story.shared.outbox, story.now()).await.unwrap();
    assert_eq!((queues[0].waiting, queues[0].held_back, queues[0].last_leaves), (3, 3, evening));

    story.pass_until(on_24("18:30:00")).await;
    assert_eq!(shown(&fake, 4), ["four", "three+five"]);
    let whole = fake.shown().pop().unwrap();
    assert_eq!((whole.title.as_str(), whole.kind.as_str()), ("2 messages", "markdown"));
    assert!(whole.text.contains("r3") && whole.text.contains("T5"), "under its title: {whole:?}");
    let log = story.log().await;
    let reason = |id: &str| {
        let record = log.iter().find(|one| one.occurrence.reminder.as_str() == id).unwrap();
        let [delivery] = &record.deliveries[..] else { panic!("{record:#?}") };
        assert_eq!(delivery.state.name(), "delivered");
        delivery.reason.clone().unwrap_or_default()
    };
    assert_eq!((reason("r0"), reason("r4")), (String::new(), "daily limit".to_owned()));
    assert!(reason("r3").starts_with("merged into @merged-group@"), "{}", reason("r3"));

    // The day is over, and what comes in the evening is of the next one.
    story.pass_until(at("2026-11-25T17:59:59")).await;
    assert_eq!(shown(&fake, 6), ["seven", "zero", "one", "six"]);
    story.pass_until(at("2026-11-25T23:00:00")).await;
    assert_eq!(shown(&fake, 10), ["two", "four", "three+five", "seven"]);
}

#[tokio::test]
async fn wherever_the_service_ends_nothing_held_back_is_lost_or_doubled() {
    let stops = ["12:00:00", "13:30:00", "17:59:59", "18:00:00", "18:00:10"];
    // Before what happens at the end of the day, after it, and with its answers lost.
    for (fault, rescues) in [(None, true), (None, false), (Some(Fault::CloseAfter), true)] {
        let fake = FakeDingtalk::start();
        let office = office(&fake);
        let mut begin = on_24("08:00:00");
        for stop in stops {
            let mut story = Story::begin(&office, &fake, begin).await;
            if stop == "18:00:00" {
                fault.iter().for_each(|fault| fake.fault(fault.clone()));
                if !rescues {
                    story.stop_rescuing();
                }
            }
            story.pass_until(on_24(stop)).await;
            begin = on_24(stop);
        }
        let mut story = Story::begin(&office, &fake, begin).await;
        story.pass_until(on_24("18:50:00")).await;
        let mut seen = shown(&fake, 0);
        seen.sort();
        assert_eq!(
            seen,
            ["four", "one", "six", "three+five", "two", "zero"],
            "{fault:?} {rescues}"
        );
    }
}

#[tokio::test]
async fn a_day_that_ended_while_the_service_was_off_is_made_up_for_and_not_at_night() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let quiet = SETTINGS.replace("daily_limit: 3", "daily_limit: 3, quiet: 22:00..07:30");
    office.write("dingdong.yaml", quiet);
    office.write("schedules/all.yaml", REMINDERS.replace("to: group,", "to: group, keep: 24h,"));
    let mut story = Story::begin(&office, &fake, on_24("08:00:00")).await;
    story.pass_until(on_24("15:30:00")).await;
    drop(story);
    let mut story = Story::begin(&office, &fake, on_24("23:10:00")).await;
    story.pass_until(at("2026-11-25T07:29:59")).await;
    assert_eq!(fake.shown().len(), 4);
    story.pass_until(at("2026-11-25T08:00:00")).await;
    // What came due at seven in the evening was seen too late (`grace`).
    assert_eq!(shown(&fake, 4), ["four", "three+five"]);
}

#[tokio::test]
async fn another_limit_lets_go_as_many_as_it_allows_and_none_lets_go_all() {
    let cases: [(&str, &[&str]); 5] = [
        ("daily_limit: 4", &["four"]),
        ("daily_limit: 5", &["four", "three"]),
        ("enabled: true", &["four", "three", "five"]),
        ("daily_limit: 1", &[]),
        // The day ends an hour and a half before: a few minutes from now.
        ("daily_limit: 3, quiet: 16:15..09:00", &[]),
    ];
    for (instead, expected) in cases {
        let fake = FakeDingtalk::start();
        let office = office(&fake);
        let mut story = Story::begin(&office, &fake, on_24("08:00:00")).await;
        story.pass_until(on_24("15:30:00")).await;
        assert_eq!(held(&story).await.len(), 3);
        office.write("dingdong.yaml", SETTINGS.replace("daily_limit: 3", instead));
        story.reload().await;
        assert_eq!(shown(&fake, 4), expected, "{instead}");
        story.pass_until(on_24("15:50:00")).await;
        let early = instead.contains("quiet");
        assert_eq!(
            held(&story).await.len(),
            if early { 0 } else { 3 - expected.len() },
            "{instead}"
        );
        story.pass_until(on_24("18:10:00")).await;
        let seen = shown(&fake, 4).join(" ");
        for word in ["three", "four", "five"] {
            assert_eq!(seen.matches(word).count(), 1, "{instead}: {seen}");
        }
    }
}

#[tokio::test]
async fn what_a_person_asks_for_goes_at_once_and_a_held_one_can_be_taken_back() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, on_24("08:00:00")).await;
    story.pass_until(on_24("14:30:00")).await;
    let outbox = story.shared.outbox.clone();
    let id = dingdong::model::reminder::ReminderId::new("r2");
    outbox.plan_manual(&id, story.now(), "Asia/Shanghai", "{}", story.now()).await.unwrap();
    story.work().await;
    assert_eq!(shown(&fake, 3), ["two"], "sent by hand");
    let log = story.log().await;
    let delivery = |id: &str| {
        let record = log.iter().find(|one| one.occurrence.reminder.as_str() == id).unwrap();
        record.deliveries[0].id.clone()
    };
    outbox.cancel(&delivery("r3")).await.unwrap();
    outbox.cancel(&delivery("r4")).await.unwrap();
    story.pass_until(on_24("18:30:00")).await;
    assert_eq!(shown(&fake, 4), ["six", "five"], "one alone goes by itself");
}

#[tokio::test]
async fn what_nobody_wants_any_more_by_the_evening_is_expired_and_says_why() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let short = REMINDERS.replace("text: four", "text: four, keep: 2h");
    office.write("schedules/all.yaml", short);
    let mut story = Story::begin(&office, &fake, on_24("08:00:00")).await;
    story.pass_until(on_24("18:30:00")).await;
    assert_eq!(shown(&fake, 4)[0], "three+five");
    let log = story.log().await;
    let four = log.iter().find(|one| one.occurrence.reminder.as_str() == "r4").unwrap();
    let delivery = &four.deliveries[0];
    assert_eq!(
        (delivery.state.name(), delivery.reason.as_deref()),
        ("expired", Some("daily limit"))
    );
}

#[tokio::test]
async fn what_comes_in_the_evening_is_kept_for_the_next_one() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    office.write("dingdong.yaml", SETTINGS.replace("daily_limit: 3", "daily_limit: 1"));
    let evening = REMINDERS.replace("every day at 09:00", "every day at 18:30");
    office.write("schedules/all.yaml", evening);
    let mut story = Story::begin(&office, &fake, on_24("18:10:00")).await;
    story.pass_until(at("2026-11-25T09:30:00")).await;
    assert_eq!(shown(&fake, 0), ["zero"]);
    assert_eq!(held(&story).await, [("r7".to_owned(), Some(at("2026-11-25T18:00:00")))]);
    story.pass_until(at("2026-11-25T18:10:00")).await;
    // The usual `keep` is half a day, and here it had to wait for a day.
    assert_eq!(shown(&fake, 1), ["six", "two", "four", "one+three+five+seven"]);
}

#[test]
fn the_commands_show_what_is_held_back_and_a_save_lets_it_go() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut settings = SETTINGS.replace("daily_limit: 3", "daily_limit: 2");
    let here: TimeZone = TimeZone::get("Asia/Shanghai").unwrap();
    if SystemClock.now().to_zoned_datetime(here).hour().abs_diff(17) < 2 {
        // No day ends meanwhile.
        settings = settings.replace("Asia/Shanghai", "UTC");
    }
    office.write("dingdong.yaml", &settings);
    let reminder = "defaults: { on_miss: all }\nreminders:\n  tick: { when: \"* * * * * *\", to: group, text: tick }\n";
    office.write("schedules/all.yaml", reminder);
    let service = office.service();
    service.wait_for("a message beyond the limit", |line| {
        message(line) == "messages beyond a daily limit wait for the end of the day"
    });
    let (_, waiting) = office.json(&["log", "--waiting"]);
    let first = &waiting[0];
    assert_eq!((&first["waits_for"], &first["target"]), (&"daily limit".into(), &"group".into()));
    let leaves = first["leaves"].as_str().unwrap();
    assert!(leaves.contains("T18:00:00"), "{leaves}");
    let (_, status) = office.json(&["status"]);
    let group = &status["targets"][0];
    assert_eq!(group["daily_limit"], 2);
    assert!(group["held_back"].as_u64().unwrap() >= 1, "{group}");
    let why = office.run(&["why", first["id"].as_str().unwrap()]).out;
    assert!(why.contains("daily limit") && why.contains("18:00"), "{why}");
    assert_eq!(fake.requests().len(), 2);
    office.write("dingdong.yaml", settings.replace("daily_limit: 2", "daily_limit: 5"));
    service.wait_for("what the save let go", |line| {
        message(line) == "what was beyond the daily limit goes"
    });
}
