//! Policy files change, and groups hear of it: real files, the manual clock, robots that judge.

use std::{
    fs::{self, File},
    time::{Duration, SystemTime},
};

use dingdong::outbox::OccurrenceRecord;

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault, rules::Group},
    story::{Story, at},
    workplace::Workplace,
};

const SETTINGS: &str = "\
timezone: Asia/Shanghai
calendar: cn
language: zh
schedules: schedules/
content: content/
store: sqlite:data/dingdong.db
targets:
  hr: { name: 人事群, robot: dingtalk, webhook: env:HOOK }
  it: { name: 技术群, robot: dingtalk, webhook: env:OPS }
alerts: { to: it }
";

const DIGEST: &str = "\
reminders:
  policy-news:
    when: 每个工作日 9:00
    to: [hr, it]
    format: text
    title: 制度更新
    data:
      changes: { folder: policies/, link: https://wiki.example.com/p/ }
    only_if: changes
    text: |
      {% for c in changes -%}
      {{ c.label }} {{ c.title }}（{{ c.path }}）{{ c.summary }}
      {% endfor %}
";

fn office(fake: &FakeDingtalk) -> Workplace {
    let office = Workplace::empty()
        .variable("HOOK", &fake.group("hr", Group::default()))
        .variable("OPS", &fake.group("it", Group::default()));
    office.write("dingdong.yaml", SETTINGS);
    office.write("schedules/news.yaml", DIGEST);
    save(&office, "考勤.md", "# 考勤制度\n\n迟到三次扣奖金。\n", "2026-10-30T10:00");
    save(&office, "报销.md", "---\ntitle: 报销办法\n---\n凭票报销。\n", "2026-10-30T10:00");
    office
}

/// Somebody saves a policy at that time of Shanghai's clocks.
fn save(office: &Workplace, name: &str, text: &str, when: &str) {
    office.write(&format!("content/policies/{name}"), text);
    touch(office, name, when);
}

fn remove(office: &Workplace, name: &str, when: &str) {
    fs::remove_file(office.path(&format!("content/policies/{name}"))).unwrap();
    touch(office, "", when);
}

fn touch(office: &Workplace, name: &str, when: &str) {
    let at = u64::try_from(at(when).as_second()).unwrap();
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(at);
    for name in [name, ""] {
        let path = office.path(&format!("content/policies/{name}"));
        File::open(path).unwrap().set_modified(at).unwrap();
    }
}

/// What a group read, each message's lines behind its title.
fn heard(fake: &FakeDingtalk, group: &str) -> Vec<String> {
    let shown = fake.shown().into_iter().filter(|shown| shown.token == group);
    let news = shown.filter_map(|shown| Some(shown.text.strip_prefix("制度更新\n")?.to_owned()));
    news.collect()
}

fn fate(record: &OccurrenceRecord) -> String {
    let due = record.occurrence.due_at.strftime("%d %H:%M");
    let reason = record.reason.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{due} {} {reason}", record.state.name()).trim_end().to_owned()
}

#[tokio::test]
async fn over_three_weeks_two_groups_hear_of_every_change_once() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-01T12:00")).await;

    // A quiet week: nothing is said, and the log says why.
    story.pass_until(at("2026-11-06T20:00")).await;
    assert_eq!(heard(&fake, "hr"), [""; 0]);
    let log = story.log().await;
    assert_eq!(log.len(), 5);
    assert_eq!(fate(&log[0]), "02 01:00 skipped condition");
    assert_eq!(
        log[0].detail.as_ref().map(ToString::to_string).as_deref(),
        Some("changes: 0 entries")
    );

    // On the weekend a policy changes and another comes; both are told on Monday, to both.
    save(&office, "考勤.md", "# 考勤制度\n\n迟到五次扣奖金。\n", "2026-11-07T15:00");
    save(&office, "远程/办公.md", "# 远程办公\n\n每周可远程一天。\n", "2026-11-08T15:00");
    story.pass_until(at("2026-11-09T12:00")).await;
    let monday = "更新 考勤制度（考勤.md）考勤制度：「迟到三次扣奖金。」 → 「迟到五次扣奖金。」\n\
                  新增 远程办公（远程/办公.md）每周可远程一天。";
    assert_eq!(heard(&fake, "hr"), [monday]);
    assert_eq!(heard(&fake, "it"), [monday]);

    // The service is down for two days; what changed twice meanwhile is told once, as it is now.
    drop(story);
    save(
        &office,
        "报销.md",
        "---\ntitle: 报销办法\n---\n凭票报销，限 30 天。\n",
        "2026-11-10T10:00",
    );
    save(
        &office,
        "报销.md",
        "---\ntitle: 报销办法\n---\n凭票报销，限 60 天。\n",
        "2026-11-11T10:00",
    );
    let mut story = Story::begin(&office, &fake, at("2026-11-11T18:00")).await;
    story.pass_until(at("2026-11-12T12:00")).await;
    let thursday = "更新 报销办法（报销.md）「凭票报销。」 → 「凭票报销，限 60 天。」";
    assert_eq!(heard(&fake, "hr")[1..], [thursday]);

    // Being saved at nine: told the next day, whole.
    save(&office, "考勤.md", "# 考勤制", "2026-11-13T09:00");
    touch(&office, "考勤.md", "2026-11-13T09:00");
    story.pass_until(at("2026-11-13T09:00")).await;
    save(&office, "考勤.md", "# 考勤制度\n\n迟到不扣奖金。\n", "2026-11-13T09:01");
    story.pass_until(at("2026-11-16T12:00")).await;
    let next = "更新 考勤制度（考勤.md）考勤制度：「迟到五次扣奖金。」 → 「迟到不扣奖金。」";
    assert_eq!(heard(&fake, "hr")[2..], [next]);

    // One is deleted, and the folder of another gets another name.
    remove(&office, "报销.md", "2026-11-17T10:00");
    fs::rename(office.path("content/policies/远程"), office.path("content/policies/居家")).unwrap();
    touch(&office, "居家", "2026-11-17T10:00");
    story.pass_until(at("2026-11-20T20:00")).await;
    let last = "更新 远程办公（居家/办公.md）原名 远程/办公.md\n删除 报销办法（报销.md）";
    assert_eq!(heard(&fake, "hr")[3..], [last]);
    assert_eq!(heard(&fake, "it"), heard(&fake, "hr"));

    // Fifteen workdays: four with news, nine without, two while the service was down.
    let log = story.log().await;
    let own = || log.iter().filter(|one| one.occurrence.reminder.as_str() == "policy-news");
    let state = |state: &str| own().filter(|one| one.state.name() == state).count();
    let down: u64 = own().filter(|one| one.state.name() == "missed").map(many).sum();
    assert_eq!((state("composed"), state("skipped"), down), (4, 9, 2));
}

fn many(record: &OccurrenceRecord) -> u64 {
    record.span.map_or(1, |span| span.count)
}

#[tokio::test]
async fn news_that_wait_for_a_resting_robot_are_not_dropped_for_newer_news() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let digest = DIGEST.replace("每个工作日 9:00", "every 30 minutes").replace("[hr, it]", "hr");
    office.write("schedules/news.yaml", digest);
    let mut story = Story::begin(&office, &fake, at("2026-11-09T08:50")).await;
    // The robot is throttled and rests for ten minutes; and again, and again.
    for _ in 0..4 {
        fake.fault(Fault::Code(410_100, "send too fast"));
    }
    save(&office, "考勤.md", "# 考勤制度\n\n一。\n", "2026-11-09T08:55");
    story.pass_until(at("2026-11-09T09:20")).await;
    save(&office, "报销.md", "---\ntitle: 报销办法\n---\n二。\n", "2026-11-09T09:25");
    story.pass_until(at("2026-11-09T11:00")).await;
    let heard = heard(&fake, "hr");
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(heard[0].starts_with("更新 考勤制度") && heard[1].starts_with("更新 报销办法"));
}

#[tokio::test]
async fn a_folder_that_cannot_be_read_is_a_failure_with_an_alert_and_nothing_is_lost() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-08T12:00")).await;
    let (folder, away) = (office.path("content/policies"), office.path("content/away"));
    save(&office, "考勤.md", "# 考勤制度\n\n迟到五次扣奖金。\n", "2026-11-08T15:00");
    fs::rename(&folder, &away).unwrap();
    story.pass_until(at("2026-11-09T12:00")).await;
    let log = story.log().await;
    let failed = log.iter().find(|one| one.state.name() == "failed").unwrap();
    let reason = failed.reason.as_ref().map(ToString::to_string).unwrap();
    assert!(reason.contains("schedules/news.yaml:8:26") && reason.contains("policies"), "{reason}");
    let alerts: Vec<_> = fake.shown().into_iter().filter(|shown| shown.token == "it").collect();
    assert_eq!(alerts.len(), 1);
    assert!(alerts[0].text.contains("content/policies"), "{}", alerts[0].text);
    fs::rename(&away, &folder).unwrap();
    story.pass_until(at("2026-11-10T12:00")).await;
    assert_eq!(heard(&fake, "hr").len(), 1);
}

/// What `preview` shows for each target.
fn previewed(office: &Workplace, args: &[&str]) -> Vec<(String, String)> {
    let (code, shown) = office.json(&[&["preview", "policy-news"], args].concat());
    assert_eq!(code, Some(0));
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let message = |message: &serde_json::Value| {
        (text(&message["target"]), text(&message["parts"][0]["body"]["body"]))
    };
    shown["messages"].as_array().unwrap().iter().map(message).collect()
}

#[test]
fn a_manual_send_leaves_news_new_unless_it_is_told_to_advance() {
    let office = Workplace::empty();
    let settings = SETTINGS.replace("robot: dingtalk, webhook: env:HOOK", "robot: console");
    office.write(
        "dingdong.yaml",
        settings.replace("robot: dingtalk, webhook: env:OPS", "robot: console"),
    );
    office.write("schedules/news.yaml", DIGEST);
    save(&office, "考勤.md", "年假 5 天\n", "2026-10-30T10:00");
    let send = |args: &[&str]| {
        let (code, sent) = office.json(&[&["send", "policy-news", "-y"], args].concat());
        assert_eq!(code, Some(0), "{sent}");
        sent["state"].as_str().unwrap().to_owned()
    };
    // Nobody was told anything yet: the files' own dates say what is newer than a day.
    let added = |target: &str| (target.to_owned(), "新增 考勤（考勤.md）年假 5 天".to_owned());
    assert_eq!(previewed(&office, &["--since", "2026-10-15"]), [added("hr"), added("it")]);
    assert_eq!(previewed(&office, &["--since", "2026-11-05"]), []);
    // What is there is where it begins.
    assert_eq!(send(&["--advance"]), "skipped");
    save(&office, "考勤.md", "年假 10 天\n", "2026-10-30T10:00");
    let news = "更新 考勤（考勤.md）「年假 5 天」 → 「年假 10 天」";
    let (hr, it) = (("hr".to_owned(), news.to_owned()), ("it".to_owned(), news.to_owned()));
    for _ in 0..2 {
        assert_eq!(previewed(&office, &[]), [hr.clone(), it.clone()]);
        assert_eq!(send(&[]), "composed");
    }
    assert_eq!(send(&["--only", "hr", "--advance"]), "composed");
    assert_eq!(previewed(&office, &[]), std::slice::from_ref(&it));
    assert_eq!(previewed(&office, &["--since", "2026-01-01"]), [hr, it]);
    assert_eq!(send(&["--advance"]), "composed");
    assert_eq!(send(&["--advance"]), "skipped");
    // Sample data takes the folder's place, and is marked.
    office.write("sample.yaml", "changes: [{label: 新增, title: 样品, path: x.md, summary: ''}]\n");
    let (_, sample) = &previewed(&office, &["--data", "sample.yaml", "--only", "hr"])[0];
    assert_eq!(sample, "新增 样品（x.md）");
    let (_, whole) = office.json(&["preview", "policy-news", "--data", "sample.yaml"]);
    assert!(whole.to_string().contains("【测试】制度更新"), "{whole}");
    let refused = office.run(&["send", "policy-news", "-y", "--advance", "--to", "it"]);
    assert_eq!(refused.code, Some(2), "another group's hearing is not this one's");
}
