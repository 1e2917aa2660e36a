//! Reports, figures and the heartbeat: what the service tells of itself afterwards and from outside.

use dingdong::{daemon::figures::Figures, outbox::Scope};
use serde_json::Value;

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault, rules::Group},
    story::{Story, at},
    workplace::Workplace,
};

fn office(fake: &FakeDingtalk) -> Workplace {
    let office = Workplace::empty()
        .variable("POLICY", &fake.group("policy", Group::default()))
        .variable("OPS", &fake.group("ops", Group::default()))
        .variable("LANG", "zh_CN.UTF-8");
    let beat = format!("heartbeat: {}\n", fake.url("/beat"));
    office.write("dingdong.yaml", SETTINGS.to_owned() + &beat);
    office.write("schedules/policy.yaml", SCHEDULE);
    office.write("content/policies/leave.md", "# 请假制度\n\n年假 5 天。\n");
    office
}

const SETTINGS: &str = "\
timezone: Asia/Shanghai
calendar: cn
store: sqlite:data/dingdong.db
targets:
  policy-group: { name: 政策群, robot: dingtalk, webhook: env:POLICY }
  ops-group: { robot: dingtalk, webhook: env:OPS }
";

const SCHEDULE: &str = "\
reminders:
  daily:
    when: every day at 09:00
    to: policy-group
    text: 早上好
    grace: 10m
  digest:
    when: every day at 17:00
    to: [policy-group, ops-group]
    data: { changes: { folder: policies/ } }
    only_if: changes
    text: '{{ changes | length }} 个更新'
";

/// A week in which everything happens once.
async fn week(fake: &FakeDingtalk, office: &Workplace) {
    let mut story = Story::begin(office, fake, at("2026-11-02T08:00:00")).await;
    story.pass_until(at("2026-11-03T08:00:00")).await;
    // The robot is away for two minutes, and refuses for good the day after.
    fake.fault(Fault::Status(502));
    fake.fault(Fault::Status(502));
    fake.fault(Fault::Status(502));
    fake.fault(Fault::Status(502));
    story.pass_until(at("2026-11-03T10:00:00")).await;
    office.write("content/policies/leave.md", "# 请假制度\n\n年假 10 天。\n");
    story.pass_until(at("2026-11-04T08:00:00")).await;
    fake.fault(Fault::Code(400_102, "robot disabled"));
    story.pass_until(at("2026-11-04T10:00:00")).await;
    let scope = Scope::Reminder(dingdong::model::reminder::ReminderId::new("daily"));
    story.shared.outbox.pause(&scope, None, Some("盘点"), story.now()).await.unwrap();
    story.pass_until(at("2026-11-05T10:00:00")).await;
    story.shared.outbox.end_pause(&scope, story.now()).await.unwrap();
    drop(story);
    drop(Story::begin(office, fake, at("2026-11-06T12:00:00")).await);
}

#[tokio::test]
async fn a_month_is_told_in_figures_with_what_did_not_go_as_planned() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    Box::pin(week(&fake, &office)).await;
    let (code, report) = office.json(&["report", "--month", "2026-11"]);
    assert_eq!(code, Some(0));
    assert_eq!(report["from"], "2026-11-01T00:00:00+08:00");
    let of = |id: &str| -> Value {
        let all = report["reminders"].as_array().unwrap();
        all.iter().find(|one| one["reminder"] == id).unwrap().clone()
    };
    let figures = |of: &Value| {
        ["sent", "late", "skipped", "missed", "failed", "refused", "unsent", "waiting"]
            .map(|key| of[key].as_u64().unwrap())
    };
    let daily = figures(&of("daily"));
    // The 2nd in time, the 3rd late, the 4th refused or waiting, the 5th paused, the 6th missed.
    assert_eq!((daily[0], daily[1], daily[2], daily[3]), (2, 1, 1, 1), "{report:#}");
    assert_eq!(daily.iter().sum::<u64>() - daily[1], 5, "{report:#}");
    let noted = report["noted"].as_array().unwrap();
    let endings: Vec<&str> = noted
        .iter()
        .filter(|one| one["reminder"] == "daily")
        .map(|one| one["ending"].as_str().unwrap())
        .collect();
    assert!(
        endings.starts_with(&["late"]) && endings.ends_with(&["skipped", "missed"]),
        "{endings:?}"
    );
    let skipped = noted.iter().find(|one| one["reason"] == "paused").unwrap();
    assert_eq!(skipped["due_at"], "2026-11-05T09:00:00+08:00");
    // Each group heard of the policy once, when it had changed.
    let policies = report["policies"].as_array().unwrap();
    assert_eq!(policies.len(), 1, "{report:#}");
    assert_eq!(policies[0]["path"], "leave.md");
    let heard: Vec<(&str, &str)> = policies[0]["heard"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["target"].as_str().unwrap(), &one["at"].as_str().unwrap()[..16]))
        .collect();
    assert_eq!(heard, [("ops-group", "2026-11-03T17:00"), ("policy-group", "2026-11-03T17:00")]);

    let (_, day) = office.json(&["report", "--day", "2026-11-02"]);
    assert_eq!(day["totals"]["sent"], 1);
    let (_, other) = office.json(&["report", "--month", "2026-12"]);
    assert_eq!(other["totals"]["sent"], 0);
    assert_eq!(office.run(&["report", "--month", "2026-13"]).code, Some(2));
}

#[tokio::test]
async fn a_report_is_a_screen_a_page_and_a_table() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    Box::pin(week(&fake, &office)).await;
    let screen = office.run(&["report", "--month", "2026-11"]);
    for words in ["2026-11 提醒送达报告", "送达", "晚到", "未按计划的", "已暂停", "leave.md"]
    {
        assert!(screen.out.contains(words), "{words}: {}", screen.out);
    }
    let files = ["report", "--month", "2026-11", "--html", "r.html", "--csv", "r.csv"];
    assert_eq!(office.run(&files).code, Some(0));
    let page = std::fs::read_to_string(office.path("r.html")).unwrap();
    assert!(page.contains("政策群") && page.contains("</html>"));
    for elsewhere in ["http://", "https://", "src=", "<script", "@import", "url("] {
        assert!(!page.contains(elsewhere), "the page loads {elsewhere}");
    }
    let table = std::fs::read_to_string(office.path("r.csv")).unwrap();
    assert!(table.starts_with("\u{feff}计划时间,提醒,群,结果,原因,送达时间,次数\r\n"), "{table}");
    let daily = table.lines().filter(|line| line.contains(",daily,")).count();
    assert_eq!(daily, 5, "{table}");
}

#[tokio::test]
async fn the_heart_beats_after_a_healthy_sweep_and_not_after_another() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let story = Story::begin(&office, &fake, at("2026-11-02T08:00:00")).await;
    let beats = || fake.requests().iter().filter(|request| request.path == "/beat").count();
    assert!(story.housekeeping.watch_once().await.unwrap());
    assert_eq!(beats(), 1);
    // 9:00 passes and no loop works.
    story.stall_until(at("2026-11-02T09:06:00"));
    assert!(!story.housekeeping.watch_once().await.unwrap());
    assert_eq!(beats(), 1);
}

#[tokio::test]
async fn figures_tell_what_waits_what_was_sent_and_which_loop_hangs() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-02T08:00:00")).await;
    story.pass_until(at("2026-11-02T09:30:00")).await;
    fake.fault(Fault::Code(310_000, "sign not match"));
    story.pass_until(at("2026-11-03T09:30:00")).await;
    let figures = Figures::new(story.shared.clone());
    let text = figures.metrics().await.unwrap();
    for line in [
        "dingdong_reminders 2",
        "dingdong_attempts_total{target=\"policy-group\",verdict=\"sent\"} 1",
        "dingdong_attempts_total{target=\"policy-group\",verdict=\"misconfigured\"} 1",
        "dingdong_waiting{target=\"policy-group\"} 1",
        "dingdong_suspended{target=\"policy-group\"} 1",
        "dingdong_suspended{target=\"ops-group\"} 0",
        "dingdong_delivery_delay_seconds_count{target=\"policy-group\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
    assert!(text.contains("dingdong_calendar_ends_timestamp_seconds{calendar=\"cn\"}"), "{text}");
    assert_eq!(figures.trouble().await, None);
    let _hanging = story.shared.noting("scheduler");
    story.stall_until(at("2026-11-03T09:33:00"));
    assert_eq!(figures.trouble().await.as_deref(), Some("stalled: scheduler"));
    let text = figures.metrics().await.unwrap();
    assert!(text.contains("dingdong_loop_stalled{loop=\"scheduler\"} 1\n"), "{text}");
}

#[tokio::test]
async fn a_report_can_itself_be_a_reminder() {
    let fake = FakeDingtalk::start();
    let office = office(&fake);
    office.write("schedules/report.yaml", MONTHLY);
    let (code, checked) = office.json(&["check"]);
    assert_eq!(code, Some(0), "{checked:#}");
    let mut story = Story::begin(&office, &fake, at("2026-11-27T08:00:00")).await;
    story.pass_until(at("2026-12-01T11:00:00")).await;
    let shown = fake.shown();
    let told: Vec<&str> =
        shown.iter().filter(|one| one.token == "ops").map(|one| one.text.as_str()).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    // Four mornings of November; the four evenings had nothing to say.
    assert!(told[0].contains("送达 4 条，跳过 4 条"), "{told:#?}");
    assert!(told[0].contains("daily：4"), "{told:#?}");

    let wrong = MONTHLY.replace("month.totals.sent", "month.totals.snet");
    office.write("schedules/report.yaml", wrong);
    let (code, checked) = office.json(&["check"]);
    assert_eq!(code, Some(3), "a figure that is none is an error beforehand: {checked:#}");
    office.write("schedules/report.yaml", MONTHLY.replace("last month", "last moth"));
    assert_eq!(office.json(&["check"]).0, Some(3));
}

const MONTHLY: &str = "\
reminders:
  monthly-report:
    when: the 1st of every month at 10:00
    to: ops-group
    data: { month: { report: last month } }
    text: |
      送达 {{ month.totals.sent }} 条，跳过 {{ month.totals.skipped }} 条
      {% for row in month.reminders %}
      - {{ row.reminder }}：{{ row.sent }}
      {% endfor %}
      {% for line in month.noted if line.ending != 'skipped' %}
      - {{ line.due_at }} {{ line.reminder }} {{ line.group }}：{{ line.ending }}
      {% endfor %}
";
