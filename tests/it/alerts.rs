//! What people are told about the service itself and about their files, as stories told with the
//! manual clock: who hears it, through which robot, how often.

use std::fmt::Write as _;

use dingdong::daemon::alerter::Alert;

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault, Shown, rules::Group},
    story::{Story, at},
    workplace::Workplace,
};

/// An office with a policy group, one for operations and one for the editors of schedule files.
fn office(fake: &FakeDingtalk, alerts: &str) -> Workplace {
    let office = Workplace::empty()
        .variable("POLICY", &fake.group("policy", Group::default()))
        .variable("OPS", &fake.group("ops", Group::default()))
        .variable("HR", &fake.group("hr", Group::default().members(&["u1"])));
    office.write("dingdong.yaml", SETTINGS.to_owned() + alerts);
    office.write("schedules/policy.yaml", POLICY);
    office
}

const SETTINGS: &str = "\
timezone: Asia/Shanghai
calendar: cn
store: sqlite:data/dingdong.db
targets:
  policy-group: { name: 政策群, robot: dingtalk, webhook: env:POLICY }
  ops-group: { robot: dingtalk, webhook: env:OPS }
  hr-group: { robot: dingtalk, webhook: env:HR }
people:
  zhangsan: { name: 张三, dingtalk: u1 }
  lisi: { name: 李四, email: li@example.com }
";

const BOTH: &str = "alerts: { to: ops-group, editors: hr-group }\n";

const POLICY: &str = "\
reminders:
  policy:
    when: every workday at 09:00
    to: policy-group
    mention: all
    text: 请看政策。
";

/// What a group was shown from `seen` on; the caller keeps count.
fn news(fake: &FakeDingtalk, token: &str, seen: &mut usize) -> Vec<String> {
    let all: Vec<Shown> = fake.shown().into_iter().filter(|one| one.token == token).collect();
    let new = all[*seen..].iter().map(|shown| shown.text.clone()).collect();
    *seen = all.len();
    new
}

#[tokio::test]
async fn a_save_answers_the_editors_with_what_is_in_force() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, BOTH);
    // A Tuesday; the make-up and holiday days of 2026 are behind.
    let mut story = Story::begin(&office, &fake, at("2026-11-24T10:00:00")).await;
    let (mut hr, mut ops) = (0, 0);
    story.reload().await;
    assert_eq!(news(&fake, "hr", &mut hr), [""; 0], "nothing was saved");

    office.write("schedules/policy.yaml", format!("# a note\n\n{POLICY}"));
    story.reload().await;
    assert_eq!(news(&fake, "hr", &mut hr), [""; 0], "only a comment changed");

    office.write("schedules/policy.yaml", POLICY.replace("09:00", "09:30"));
    story.reload().await;
    let told = news(&fake, "hr", &mut hr);
    assert_eq!(told.len(), 1, "{told:#?}");
    // Every workday of the next 30 days moves.
    let line = "schedules/policy.yaml：下次 明天 09:30，政策群，提及 @all；今后 30 天 +22 −22";
    assert!(told[0].contains(line), "{told:#?}");

    office.write("schedules/policy.yaml", POLICY.replace("09:00", "09:30").replace("请看", "请读"));
    story.reload().await;
    assert!(news(&fake, "hr", &mut hr)[0].contains("今后 30 天的时间不变"));

    std::fs::remove_file(office.path("schedules/policy.yaml")).unwrap();
    story.reload().await;
    assert!(news(&fake, "hr", &mut hr)[0].contains("已删除；今后 30 天 +0 −22"));
    assert_eq!(news(&fake, "ops", &mut ops), [""; 0], "it is no trouble of the service");
}

#[tokio::test]
async fn a_mistake_is_answered_with_its_line_and_what_mends_it_each_time_it_is_made() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, BOTH);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T10:00:00")).await;
    let mut hr = 0;
    for _ in 0..2 {
        office.write("schedules/policy.yaml", POLICY.replace("workday", "workdya"));
        story.reload().await;
        let told = news(&fake, "hr", &mut hr);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].contains("schedules/policy.yaml:3:17"), "{told:#?}");
        assert!(told[0].contains("上一个正确的版本继续有效"), "{told:#?}");
        story.reload().await;
        assert_eq!(news(&fake, "hr", &mut hr), [""; 0], "the same mistake is told once");
        office.write("schedules/policy.yaml", POLICY);
        story.reload().await;
        let told = news(&fake, "hr", &mut hr);
        assert!(told.len() == 1 && told[0].contains("错误已改正"), "{told:#?}");
    }
}

#[tokio::test]
async fn an_edit_of_five_hundred_files_is_one_message_also_when_all_are_wrong() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, BOTH);
    let write = |when: &str| {
        for n in 0..500 {
            let file = POLICY.replace("policy:", &format!("p{n}:")).replace("09:00", when);
            office.write(&format!("schedules/p{n:03}.yaml"), file);
        }
    };
    write("09:00");
    let mut story = Story::begin(&office, &fake, at("2026-11-24T10:00:00")).await;
    let (mut hr, mut ops) = (0, 0);
    write("09:30");
    story.reload().await;
    let told = news(&fake, "hr", &mut hr);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("500 个日程文件已生效"), "{told:#?}");
    assert!(told[0].contains("还有 488 个提醒"), "{told:#?}");
    write("25:00");
    story.reload().await;
    let (hr, ops) = (news(&fake, "hr", &mut hr), news(&fake, "ops", &mut ops));
    assert_eq!((hr.len(), ops.len()), (1, 1));
    assert!(hr[0].contains("500 件事") && hr[0].contains("p000.yaml:3:"), "{hr:#?}");
}

#[tokio::test]
async fn an_owner_hears_of_their_files_and_a_person_is_called_where_the_editors_are() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, BOTH);
    let owned = |owner: &str, when: &str| {
        office.write(
            "schedules/policy.yaml",
            format!("owner: {owner}\n{POLICY}").replace("09:00", when),
        );
    };
    owned("policy-group", "09:00");
    let mut story = Story::begin(&office, &fake, at("2026-11-24T10:00:00")).await;
    owned("policy-group", "09:10");
    story.reload().await;
    let shown = fake.shown();
    assert_eq!(shown.iter().map(|one| &*one.token).collect::<Vec<_>>(), ["policy"]);
    owned("张三", "09:20");
    story.reload().await;
    assert_eq!(
        (&*fake.shown()[1].token, &fake.shown()[1].notified),
        ("hr", &vec!["u1".to_owned()])
    );
    // This robot cannot mention her, so her name is written.
    owned("lisi", "09:30");
    story.reload().await;
    assert!(fake.shown()[2].text.contains("@李四") && fake.shown()[2].notified.is_empty());
}

#[tokio::test]
async fn an_alert_about_the_alerts_own_robot_goes_through_another_one() {
    for (settings, expected) in [
        ("alerts: { to: policy-group }\n", ""),
        ("alerts: { to: policy-group, editors: hr-group }\n", "hr"),
        ("alerts: { to: policy-group, editors: policy-group }\n", ""),
    ] {
        let fake = FakeDingtalk::start();
        let office = office(&fake, settings);
        fake.fault(Fault::Code(310_000, "sign not match"));
        let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
        story.pass_until(at("2026-11-24T09:10:00")).await;
        let shown = fake.shown();
        let told: Vec<&str> = shown.iter().map(|one| &*one.token).collect();
        let expected: Vec<&str> = expected.split_whitespace().collect();
        assert_eq!(told, expected, "{settings}");
    }
    // With a fallback, that is where it goes.
    let fake = FakeDingtalk::start();
    let office = office(&fake, "alerts: { to: policy-group }\n");
    let settings =
        SETTINGS.replace("webhook: env:POLICY }", "webhook: env:POLICY, fallback: ops-group }");
    office.write("dingdong.yaml", settings + "alerts: { to: policy-group }\n");
    fake.fault(Fault::Code(310_000, "sign not match"));
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    story.pass_until(at("2026-11-24T09:10:00")).await;
    let told = fake.shown();
    assert!(told.iter().any(|one| one.token == "ops" && one.text.contains("已停用")), "{told:#?}");
}

#[tokio::test]
async fn a_long_downtime_is_one_message_and_each_cause_one_a_day() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, BOTH);
    let mut file = "reminders:\n".to_owned();
    for n in 0..60 {
        let text = "    to: policy-group\n    text: 政策\n    grace: 5m\n";
        write!(file, "  r{n}:\n    when: every day at 09:00\n{text}").unwrap();
    }
    office.write("schedules/policy.yaml", file);
    drop(Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T12:00:00")).await;
    let mut ops = 0;
    story.work().await;
    let told = news(&fake, "ops", &mut ops);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("60 件事") && told[0].contains("r0 错过了"), "{told:#?}");
    assert!(told[0].contains("本应在 2026-11-24 09:00 发出"), "{told:#?}");
    story.pass_until(at("2026-11-24T20:00:00")).await;
    assert_eq!(news(&fake, "ops", &mut ops), [""; 0]);
}

#[tokio::test]
async fn trouble_with_the_store_is_told_past_the_store_and_once_a_day() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, BOTH);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    // As when the disk is gone: nothing can be read or written any more.
    story.shared.outbox.close().await;
    let error = story.shared.outbox.waiting().await.unwrap_err();
    let mut ops = 0;
    for (time, expected) in [
        ("2026-11-24T08:00:00", 1),
        ("2026-11-24T08:00:05", 0),
        ("2026-11-25T07:59:00", 0),
        ("2026-11-25T08:00:01", 1),
    ] {
        story.stall_until(at(time));
        story.shared.alert(Alert::store(&error));
        assert_eq!(story.tell().await, expected, "{time}");
        let told = news(&fake, "ops", &mut ops);
        assert_eq!(told.len(), expected, "{told:#?}");
        assert!(told.iter().all(|text| text.contains("请检查存放数据的磁盘")), "{told:#?}");
    }
}

/// Every way in which a robot fails, with what its group's robot does from then on.
#[tokio::test]
async fn whatever_is_wrong_with_the_robot_of_the_alerts_somebody_else_hears_of_it() {
    let refusing = |code, said| Some(Fault::Code(code, said));
    for (way, fault, hours, expected) in [
        ("suspended", refusing(310_000, "sign not match"), 1, "的机器人已停用"),
        ("dead", refusing(400_101, "token does not exist"), 1, "拒收"),
        ("bad message", refusing(430_102, "improper text"), 1, "拒收"),
        ("throttled", refusing(410_100, "too fast"), 1, "的机器人休息到"),
        ("unreachable", None, 1, "还没有送到"),
        ("unreachable for long", None, 13, "过期未发"),
    ] {
        let fake = FakeDingtalk::start();
        let office = office(&fake, "alerts: { to: policy-group, editors: hr-group }\n");
        let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
        match fault {
            Some(fault) => fake.fault(fault),
            None => fake.take_down("policy"),
        }
        let end = at("2026-11-24T08:59:00") + jiff::SignedDuration::from_hours(hours);
        story.pass_until(end).await;
        let told = news(&fake, "hr", &mut 0);
        assert!(told.iter().any(|text| text.contains(expected)), "{way}: {told:#?}");
    }
}

#[tokio::test]
async fn that_a_fallback_stands_in_is_not_told_to_the_group_that_is_gone() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, "");
    let settings =
        SETTINGS.replace("webhook: env:POLICY }", "webhook: env:POLICY, fallback: ops-group }");
    office.write("dingdong.yaml", settings + "alerts: { to: policy-group }\n");
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    fake.forget("policy");
    story.pass_until(at("2026-11-24T09:10:00")).await;
    let told = news(&fake, "ops", &mut 0);
    assert!(told.iter().any(|text| text.contains("政策群 的消息改由 ops-group 接收")), "{told:#?}");
}

#[tokio::test]
async fn an_alert_that_did_not_arrive_is_told_to_others_with_what_it_said() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, BOTH);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    let about = |days: i64| Alert::coverage("acme", jiff::civil::date(2026, 12, 31), days);
    let (mut ops, mut hr) = (0, 0);
    fake.fault(Fault::Code(310_000, "sign not match"));
    story.shared.alert(about(30));
    story.work().await;
    let told = news(&fake, "hr", &mut hr).join("\n");
    assert!(told.contains("ops-group 的机器人已停用"), "{told}");
    assert!(told.contains("ops-group 没有收到这条告警"), "{told}");
    assert!(told.contains("日历 acme 的数据还有 30 天到期"), "{told}");
    // While it is suspended, others hear at once; nothing is told twice.
    story.shared.alert(about(14));
    story.work().await;
    let told = news(&fake, "hr", &mut hr);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("还有 14 天") && !told[0].contains("30 天"), "{told:#?}");
    assert_eq!(news(&fake, "ops", &mut ops), [""; 0]);
}

#[tokio::test]
async fn trouble_with_the_store_finds_another_group_when_the_first_does_not_answer() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, BOTH);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    story.shared.outbox.close().await;
    let error = story.shared.outbox.waiting().await.unwrap_err();
    fake.take_down("ops");
    story.shared.alert(Alert::store(&error));
    assert_eq!(story.tell().await, 1);
    assert_eq!(news(&fake, "hr", &mut 0).len(), 1);
}

#[tokio::test]
async fn a_message_that_is_damaged_in_the_store_is_told() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, BOTH);
    let settings = SETTINGS.replace("env:POLICY }", "env:POLICY, quiet: 08:30..10:00 }");
    office.write("dingdong.yaml", settings + BOTH);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    story.pass_until(at("2026-11-24T09:10:00")).await;
    let mut store = super::outbox_contract::directly(&office.path("data/dingdong.db")).await;
    let spoil = "UPDATE content SET message = 'x'";
    sqlx::query(spoil).execute(&mut store).await.unwrap();
    story.pass_until(at("2026-11-24T10:00:10")).await;
    let told = news(&fake, "ops", &mut 0);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("policy@2026-11-24T01:00:00Z/policy-group/1 已损坏"), "{told:#?}");
    assert_eq!(news(&fake, "policy", &mut 0), [""; 0]);
}

#[tokio::test]
async fn what_takes_effect_after_a_restart_is_said_when_it_is_saved() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, BOTH);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    let mut ops = 0;
    let save = |lines: &str| office.write("dingdong.yaml", format!("{SETTINGS}{BOTH}{lines}"));
    save("support: 张三 8001\n");
    story.reload().await;
    assert_eq!(news(&fake, "ops", &mut ops), [""; 0]);
    save("ca: house.pem\nproxy: http://proxy.example.com:3128\nmetrics: 9464\n");
    story.reload().await;
    let told = news(&fake, "ops", &mut ops);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("`proxy`, `ca`, `metrics` 要重启服务后才生效"), "{told:#?}");
    story.reload().await;
    save("");
    story.reload().await;
    assert_eq!(news(&fake, "ops", &mut ops), [""; 0], "as it was when the service started");
}
