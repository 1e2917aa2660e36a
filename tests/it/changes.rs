//! `on change of policies/`: real files, the manual clock, groups that hear of every change once.

use std::{collections::BTreeMap, fs};

use dingdong::{
    model::{occurrence::Origin, reminder::ReminderId},
    outbox::{OccurrenceRecord, Scope},
};
use jiff::SignedDuration;

use super::support::{
    fake_dingtalk::{FakeDingtalk, rules::Group},
    story::{Story, at},
    workplace::Workplace,
};

const SETTINGS: &str = "\
timezone: Asia/Shanghai
calendar: cn
language: zh
content: content/
store: sqlite:data/dingdong.db
targets:
  hr: { robot: dingtalk, webhook: env:HOOK, quiet: 22:00..07:30 }
  it: { robot: dingtalk, webhook: env:OPS }
alerts: { to: it }
";

const REMINDER: &str = "\
reminders:
  policy-change:
    when: policies/ 更新时
    to: [hr, it]
    format: text
    title: 制度更新
    text: |
      {% for c in changes -%}
      {{ c.label }} {{ c.title }}：{{ c.summary }}
      {% endfor %}
";

fn office(fake: &FakeDingtalk) -> Workplace {
    let office = Workplace::empty()
        .variable("HOOK", &fake.group("hr", Group::default()))
        .variable("OPS", &fake.group("it", Group::default()));
    office.write("dingdong.yaml", SETTINGS);
    office.write("schedules/change.yaml", REMINDER);
    save(&office, "考勤.md", "迟到三次扣奖金。\n");
    office
}

fn save(office: &Workplace, name: &str, text: &str) {
    office.write(&format!("content/policies/{name}"), text);
}

/// What a group read.
fn heard(fake: &FakeDingtalk, group: &str) -> Vec<String> {
    let shown = fake.shown().into_iter().filter(|shown| shown.token == group);
    shown.filter_map(|shown| Some(shown.text.strip_prefix("制度更新\n")?.to_owned())).collect()
}

fn fate(record: &OccurrenceRecord) -> String {
    let due = record.occurrence.due_at.strftime("%d %H:%M");
    let reason = record.reason.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{due} {} {reason}", record.state.name()).trim_end().to_owned()
}

#[tokio::test]
async fn a_change_is_told_once_when_the_folder_has_been_quiet() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T10:00")).await;
    story.pass_until(at("2026-11-24T11:00")).await;
    assert_eq!(fake.shown().len(), 0, "what is there at first is where it begins");
    // Saved, saved again a minute later, and then left alone.
    save(&office, "考勤.md", "迟到四次扣奖金。\n");
    story.work().await;
    story.pass_until(at("2026-11-24T11:01")).await;
    save(&office, "考勤.md", "迟到五次才扣奖金。\n");
    story.work().await;
    save(&office, "~$考勤.md", "editor");
    story.pass_until(at("2026-11-24T11:02")).await;
    assert_eq!(fake.shown().len(), 0);
    story.pass_until(at("2026-11-24T12:00")).await;
    let news = "更新 考勤：「迟到三次扣奖金。」 → 「迟到五次才扣奖金。」";
    assert_eq!(
        (heard(&fake, "hr"), heard(&fake, "it")),
        (vec![news.to_owned()], vec![news.to_owned()])
    );
    // Changed and changed back: nothing happened. A file that replaces another by its name, too.
    save(&office, "考勤.md", "迟到！\n");
    story.work().await;
    story.pass_until(at("2026-11-24T12:01")).await;
    save(&office, "考勤.md.tmp", "迟到五次才扣奖金。\n");
    fs::rename(
        office.path("content/policies/考勤.md.tmp"),
        office.path("content/policies/考勤.md"),
    )
    .unwrap();
    story.pass_until(at("2026-11-24T13:00")).await;
    assert_eq!(fake.shown().len(), 2);
    let log = story.log().await;
    assert_eq!(log.iter().map(fate).collect::<Vec<_>>(), ["24 03:03 composed"]);
}

#[tokio::test]
async fn what_changed_while_the_service_was_down_is_told_after_it_started() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T10:00")).await;
    drop(story);
    save(&office, "报销.md", "凭票报销。\n");
    story = Story::begin(&office, &fake, at("2026-11-25T09:00")).await;
    assert_eq!(fake.shown().len(), 0);
    // It is planned, and the process ends before it is composed.
    story.stall_until(at("2026-11-25T09:02"));
    assert_eq!(story.notice().await, 1);
    drop(story);
    story = Story::begin(&office, &fake, at("2026-11-25T09:03")).await;
    story.pass_until(at("2026-11-25T10:00")).await;
    assert_eq!(heard(&fake, "hr"), ["新增 报销：凭票报销。"]);
    assert_eq!(heard(&fake, "it").len(), 1);
    let log = story.log().await;
    assert_eq!(log.iter().map(fate).collect::<Vec<_>>(), ["25 01:02 composed"]);
}

#[tokio::test]
async fn quiet_hours_and_pauses_hold_it_back_and_lose_nothing() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T22:30")).await;
    save(&office, "报销.md", "凭票报销。\n");
    story.work().await;
    story.pass_until(at("2026-11-25T07:00")).await;
    assert_eq!((heard(&fake, "hr").len(), heard(&fake, "it").len()), (0, 1));
    story.pass_until(at("2026-11-25T08:00")).await;
    assert_eq!(heard(&fake, "hr").len(), 1);
    let (outbox, own) =
        (story.shared.outbox.clone(), Scope::Reminder(ReminderId::new("policy-change")));
    outbox.pause(&own, None, None, story.now()).await.unwrap();
    save(&office, "报销.md", "凭票报销，限 30 天。\n");
    story.work().await;
    story.pass_until(at("2026-11-25T09:00")).await;
    save(&office, "报销.md", "凭票报销，限 60 天，过期不候。\n");
    story.work().await;
    story.pass_until(at("2026-11-25T10:00")).await;
    assert_eq!(heard(&fake, "hr").len(), 1);
    assert!(outbox.end_pause(&own, story.now()).await.unwrap());
    story.work().await;
    // One message, from what was told last to what is there now.
    let heard = heard(&fake, "hr");
    let (was, is) = ("「凭票报销。」", "「凭票报销，限 60 天，过期不候。」");
    assert!(heard.len() == 2 && heard[1].contains(was) && heard[1].contains(is), "{heard:?}");
    let log = story.log().await;
    let states: Vec<_> = log.iter().map(|one| one.state.name()).collect();
    assert_eq!(states, ["composed", "skipped", "skipped", "composed"]);
}

#[tokio::test]
async fn a_folder_that_cannot_be_read_is_told_to_people_and_its_news_wait() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T10:00")).await;
    story.pass_until(at("2026-11-24T10:10")).await;
    let (folder, away) = (office.path("content/policies"), office.path("content/away"));
    save(&office, "报销.md", "凭票报销。\n");
    fs::rename(&folder, &away).unwrap();
    story.work().await;
    story.pass_until(at("2026-11-24T10:20")).await;
    let shown = fake.shown();
    assert!(
        shown.len() == 1 && shown[0].text.contains("policy-change 看不到文件夹的变化"),
        "{shown:?}"
    );
    assert!(shown[0].text.contains("schedules/change.yaml:3:11"), "{shown:?}");
    fs::rename(&away, &folder).unwrap();
    story.work().await;
    story.pass_until(at("2026-11-24T10:30")).await;
    assert_eq!(heard(&fake, "hr"), ["新增 报销：凭票报销。"]);
}

#[tokio::test]
async fn a_group_hears_what_it_does_not_know_yet() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let both = REMINDER
        .replace("when: policies/ 更新时", "when: [on change of policies, every friday at 17:00]");
    let both = both.replace("format: text", "format: text\n    only_if: changes");
    office.write("schedules/change.yaml", both);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T10:00")).await;
    save(&office, "报销.md", "凭票报销。\n");
    // One of the two groups is told by hand.
    let sent = office.run(&["send", "policy-change", "-y", "--only", "it", "--advance"]);
    assert_eq!(sent.code, Some(0), "{}", sent.err);
    story.work().await;
    assert_eq!((heard(&fake, "hr").len(), heard(&fake, "it").len()), (0, 1));
    story.pass_until(at("2026-11-24T11:00")).await;
    assert_eq!((heard(&fake, "hr").len(), heard(&fake, "it").len()), (1, 1));
    let log = story.log().await;
    let scheduled = log.iter().rfind(|one| one.occurrence.origin == Origin::Schedule);
    let detail = scheduled.and_then(|one| one.detail.clone());
    assert_eq!(
        detail.as_ref().map(ToString::to_string).as_deref(),
        Some("it is left out: everyone knows it already")
    );
    // On Friday there is nothing new for anyone.
    story.pass_until(at("2026-11-27T18:00")).await;
    assert_eq!(fake.shown().len(), 2);
    let log = story.log().await;
    let scheduled = log.iter().rfind(|one| one.occurrence.origin == Origin::Schedule);
    assert_eq!(scheduled.map(fate).as_deref(), Some("27 09:00 skipped condition"));
}

/// A small generator of chance, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Each version of a file is told from the one before it that was told: none is lost, none told
/// twice, wherever the process ends.
#[tokio::test]
async fn whatever_happens_each_group_hears_an_unbroken_chain() {
    for seed in 0..6 {
        let (fake, mut dice) = (FakeDingtalk::start(), Dice(seed));
        let office = office(&fake);
        let mut now = at("2026-11-24T08:00");
        let mut versions = BTreeMap::new();
        let mut story = Some(Story::begin(&office, &fake, now).await);
        for _ in 0..30 {
            if dice.roll(3) > 0 {
                let file = ["考勤", "报销", "差旅"][usize::try_from(dice.roll(3)).unwrap()];
                let version = versions.entry(file).or_insert(0_usize);
                *version += 1;
                save(
                    &office,
                    &format!("{file}.md"),
                    &format!(
                        "{file}制度请大家仔细阅读并且遵照执行，这是第{version}版。{}\n",
                        "！".repeat(*version)
                    ),
                );
            }
            now += SignedDuration::from_secs(i64::try_from(dice.roll(150)).unwrap());
            let mut on = match story.take() {
                Some(story) => story,
                None => Story::begin(&office, &fake, now).await,
            };
            match dice.roll(5) {
                // The process ends here, or after it planned, or after all its work.
                0 => {}
                1 => {
                    on.stall_until(now);
                    on.notice().await;
                }
                _ => {
                    on.pass_until(now).await;
                    story = (dice.roll(4) > 0).then_some(on);
                }
            }
        }
        let mut last = match story {
            Some(story) => story,
            None => Story::begin(&office, &fake, now).await,
        };
        last.pass_until(now + SignedDuration::from_mins(10)).await;
        for group in ["hr", "it"] {
            assert_eq!(told(&heard(&fake, group)), versions, "seed {seed}, {group}");
        }
    }
}

/// The newest version of each file that a group heard of, when each news begins where the one
/// before ended.
fn told(heard: &[String]) -> BTreeMap<&'static str, usize> {
    let mut known = BTreeMap::new();
    for line in heard.iter().flat_map(|message| message.lines()) {
        let file = ["考勤", "报销", "差旅"].into_iter().find(|file| line.contains(file)).unwrap();
        let numbers: Vec<usize> = line
            .split('第')
            .skip(1)
            .filter_map(|rest| rest.split_once('版')?.0.parse().ok())
            .collect();
        match (numbers.as_slice(), known.get(file)) {
            // The first news of the file that was there at first begins with what it said then.
            ([new], None) => known.insert(file, *new),
            ([old, new], Some(before)) if old == before => known.insert(file, *new),
            _ => panic!("{line} after {known:?}"),
        };
    }
    known
}

#[test]
fn the_commands_know_a_reminder_without_a_time() {
    let office = Workplace::empty();
    office.write(
        "dingdong.yaml",
        "timezone: Asia/Shanghai\nlanguage: en\ncalendar: cn\ncontent: content/\ntargets:\n  hr: { robot: console }\n",
    );
    office.write("schedules/change.yaml", REMINDER.replace("[hr, it]", "hr"));
    save(&office, "考勤.md", "迟到三次扣奖金。\n");
    let (code, found) = office.json(&["check"]);
    assert_eq!((code, &found["diagnostics"]), (Some(0), &serde_json::json!([])));
    let (code, next) = office.json(&["next"]);
    assert_eq!((code, next), (Some(0), serde_json::json!([])));
    assert!(office.run(&["next"]).err.contains("policy-change fires when policies/ changes"));
    let (_, explained) = office.json(&["explain", "policy-change", "2026-11-24"]);
    assert_eq!(explained["when"], serde_json::json!(["on change of policies/"]));
    assert!(
        explained["reasons"][0].as_str().unwrap().starts_with("fires whenever policies/ changed")
    );
    assert!(office.run(&["status"]).out.contains("when it changes"));
    let (code, shown) = office.json(&["preview", "policy-change"]);
    assert_eq!((code, &shown["skipped"]), (Some(0), &"unchanged".into()), "{shown}");
    let (code, sent) = office.json(&["send", "policy-change", "-y"]);
    assert_eq!((code, &sent["reason"]), (Some(0), &"unchanged".into()), "{sent}");
    office.write("sample.yaml", "changes: [{ label: 新增, title: 样品, summary: 见附件 }]\n");
    let (code, shown) = office.json(&["preview", "policy-change", "--data", "sample.yaml"]);
    assert!(code == Some(0) && shown.to_string().contains("新增 样品：见附件"), "{shown}");
    // A folder that leads out, and one that is not there.
    for (folder, code) in [("../secret/", "bad-path"), ("nowhere/", "content-missing")] {
        office.write(
            "schedules/change.yaml",
            REMINDER.replace("policies/", folder).replace("[hr, it]", "hr"),
        );
        let (exit, found) = office.json(&["check"]);
        assert_eq!((exit, &found["diagnostics"][0]["code"]), (Some(3), &code.into()), "{found}");
    }
}

#[tokio::test]
async fn what_a_day_off_or_a_pause_held_back_is_told_in_the_morning_not_at_midnight() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let settings = SETTINGS.replace("alerts: { to: it }", "alerts: { to: it, editors: it }");
    office.write("dingdong.yaml", settings);
    let except = REMINDER.replace("    to: [hr, it]", "    except: 2026-11-25\n    to: it");
    office.write("schedules/change.yaml", except);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T10:00")).await;
    story.pass_until(at("2026-11-25T15:00")).await;
    save(&office, "报销.md", "凭票报销。\n");
    story.work().await;
    story.pass_until(at("2026-11-26T08:59")).await;
    assert_eq!(fake.shown().len(), 0);
    story.pass_until(at("2026-11-26T09:00")).await;
    assert_eq!(heard(&fake, "it"), ["新增 报销：凭票报销。"]);
    // A pause until a date ends at midnight as well.
    let own = Scope::Reminder(ReminderId::new("policy-change"));
    let (end, outbox) = (at("2026-11-28T00:00"), story.shared.outbox.clone());
    outbox.pause(&own, Some(end), None, story.now()).await.unwrap();
    story.pass_until(at("2026-11-27T10:00")).await;
    save(&office, "报销.md", "凭票报销，限 60 天。\n");
    story.work().await;
    story.pass_until(at("2026-11-28T08:59")).await;
    story.work().await;
    assert_eq!(fake.shown().len(), 1);
    story.pass_until(at("2026-11-28T09:00")).await;
    assert_eq!(heard(&fake, "it").len(), 2);
    // What is new by then does not wait for the morning.
    story.pass_until(at("2026-11-29T01:00")).await;
    save(&office, "报销.md", "凭票报销，限 90 天。\n");
    story.work().await;
    story.pass_until(at("2026-11-29T01:10")).await;
    assert_eq!(heard(&fake, "it").len(), 3);
    // `status` knows when it spoke last, and a save says when it will.
    let (_, status) = office.json(&["status"]);
    let last = &status["reminders"][0]["last"];
    assert_eq!(last["state"], "composed", "{status}");
    office.write("schedules/change.yaml", REMINDER.replace("制度更新", "制度变更"));
    story.reload().await;
    let answer = fake.shown().pop().unwrap().text;
    assert!(answer.contains("policies/ 里有变化时发出，hr, it"), "{answer}");
}
