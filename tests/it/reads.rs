//! Who has read what was sent: the service asks before the robots forget it, and the log keeps it.

use dingdong::model::receipt::Verdict;
use jiff::Timestamp;
use serde_json::json;

use super::support::{
    fake_dingtalk::FakeDingtalk,
    fake_openapi::{FakeOpenapi, SECRET},
    story::Story,
    workplace::Workplace,
};

const SETTINGS: &str = "\
timezone: Asia/Shanghai
calendar: cn
store: sqlite:data/dingdong.db
targets:
  app:
    { robot: dingtalk-app, app_key: dingappkey0001, app_secret: env:APP, conversation: cidGroup0001==, api: API }
people:
  zhangsan: { name: 张三, dingtalk: user1 }
  lisi: { name: 李四, dingtalk: user2 }
";

const SCHEDULE: &str = "\
reminders:
  people: { when: 2026-11-24 at 09:00, to: { people: [zhangsan, lisi], via: app }, text: 请看。 }
  group: { when: 2026-11-24 at 09:00, to: app, text: 请看。 }
";

fn at(civil: &str) -> Timestamp {
    format!("2026-11-{civil}:00+08:00").parse().unwrap()
}

fn office(fake: &FakeOpenapi) -> Workplace {
    fake.staff(&["user1", "user2"]);
    fake.set_now(at("24T09:00"));
    let office = Workplace::empty().variable("APP", SECRET);
    office.write("dingdong.yaml", SETTINGS.replace("API", &fake.url("")));
    office.write("schedules/all.yaml", SCHEDULE);
    office
}

/// How often anybody was asked who has read.
fn questions(fake: &FakeOpenapi) -> usize {
    let about = |path: &str| path.ends_with("/readStatus") || path.ends_with("/query");
    fake.requests().iter().filter(|asked| about(&asked.path)).count()
}

#[tokio::test]
async fn readers_are_asked_for_twice_a_message_and_known_when_the_robot_has_forgotten() {
    let (fake, nobody) = (FakeOpenapi::start(), FakeDingtalk::start());
    let office = office(&fake);
    let mut story = Story::begin(&office, &nobody, at("24T08:59")).await;
    let mut kept = Vec::new();
    for hour in 9..=34 {
        let (day, hour) = (24 + hour / 24, hour % 24);
        story.pass_until(at(&format!("{day}T{hour:02}:07"))).await;
        kept.push(story.housekeeping.reads_once().await.unwrap());
        if (day, hour) == (24, 12) {
            fake.vendor(|vendor| vendor.read.insert("user1".to_owned()));
        }
        if (day, hour) == (24, 20) {
            fake.vendor(|vendor| vendor.read.insert("user2".to_owned()));
        }
    }
    // Sent at 9:00: at 17:07 both messages are eight hours old, at 7:07 they are 22.
    let asked: Vec<usize> = (0..kept.len()).filter(|look| kept[*look] > 0).collect();
    assert_eq!(asked, [8, 22], "{kept:?}");
    assert_eq!(questions(&fake), 4);
    drop(story);
    drop(fake);

    let (code, log) = office.json(&["log", "--reads"]);
    assert_eq!(code, Some(0), "{log}");
    for row in log.as_array().unwrap() {
        let reads = &row["deliveries"][0]["reads"];
        assert_eq!(reads["read"], json!(["张三", "李四"]), "{row}");
        assert_eq!(reads["asked_at"], json!("2026-11-25T07:07:00+08:00"), "{row}");
    }
}

#[tokio::test]
async fn nobody_is_asked_again_when_all_have_read_it() {
    let (fake, nobody) = (FakeOpenapi::start(), FakeDingtalk::start());
    let office = office(&fake);
    fake.vendor(|vendor| vendor.read.extend(["user1".to_owned(), "user2".to_owned()]));
    let mut story = Story::begin(&office, &nobody, at("24T08:59")).await;
    for (time, expected) in [("24T17:07", 2), ("24T18:07", 0), ("25T07:07", 1)] {
        story.pass_until(at(time)).await;
        assert_eq!(story.housekeeping.reads_once().await.unwrap(), expected, "{time}");
    }
    assert_eq!(questions(&fake), 3, "of a group nobody knows who is left");
}

#[tokio::test]
async fn a_robot_that_does_not_say_is_asked_little_and_nothing_is_made_up() {
    let (fake, nobody) = (FakeOpenapi::start(), FakeDingtalk::start());
    let office = office(&fake);
    let mut story = Story::begin(&office, &nobody, at("24T08:59")).await;
    story.pass_until(at("24T09:01")).await;
    fake.vendor(|vendor| vendor.refusing = Some((403, "Forbidden.AccessDenied.X")));
    for hour in 10..=23 {
        story.pass_until(at(&format!("24T{hour:02}:07"))).await;
        assert_eq!(story.housekeeping.reads_once().await.unwrap(), 0);
    }
    assert_eq!(questions(&fake), 2, "once an hour from eight hours on, two hours long");
    let log = story.log().await;
    let ids: Vec<String> = log.iter().map(|row| row.deliveries[0].id.clone()).collect();
    let handles = story.shared.outbox.handles(&ids).await.unwrap();
    assert!(handles.iter().all(|one| one.reads.is_none() && one.asked_at.is_none()), "{handles:?}");
    // It is a question; the robot is not suspended for it, and messages go on.
    let verdicts = log.iter().flat_map(|row| &row.deliveries[0].attempts).map(|one| &one.verdict);
    assert!(
        verdicts.clone().count() == 2
            && verdicts.into_iter().all(|one| *one == Verdict::Sent.name())
    );
}
