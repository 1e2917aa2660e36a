//! Stories told with the manual clock, against a robot that judges: what the group sees, and when.

use std::{collections::BTreeSet, fmt::Write as _, time::Duration};

use dingdong::{
    daemon::reloader::Reloaded, model::delivery::DeliveryState, outbox::OccurrenceRecord,
};
use jiff::civil::date;

use super::support::{
    fake_dingtalk::{FakeDingtalk, Fault, Shown, rules::Group},
    story::{Story, at},
    workplace::Workplace,
};

/// An office with one reminder and a group whose robot takes everything.
fn office(fake: &FakeDingtalk, reminder: &str) -> Workplace {
    let office = Workplace::office(&fake.group("policy", Group::default().keywords(&["政策"])));
    let office = office.variable("OPS", &fake.group("ops", Group::default()));
    office.write("dingdong.yaml", SETTINGS);
    office.write("schedules/policy.yaml", format!("reminders:\n  policy:\n{}", indented(reminder)));
    office
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut whole, line| {
        writeln!(whole, "    {line}").unwrap();
        whole
    })
}

const SETTINGS: &str = "\
timezone: Asia/Shanghai
calendar: cn
language: en
schedules: schedules/
store: sqlite:data/dingdong.db
targets:
  policy-group: { name: 政策群, robot: dingtalk, webhook: env:HOOK, keywords: [政策] }
  ops-group: { robot: dingtalk, webhook: env:OPS }
alerts: { to: ops-group }
support: 张三 8001
";

/// A reminder whose text says when it was due.
fn due_reminder(when: &str) -> String {
    format!(
        "when: {when}\nto: policy-group\nformat: text\ntext: 政策 {{{{ due | date('yyyy-MM-dd HH:mm') }}}}"
    )
}

/// The instants the policy group's messages speak of, in the order they were shown.
fn shown(fake: &FakeDingtalk) -> Vec<String> {
    let policy = fake.shown().into_iter().filter(|shown| shown.token == "policy");
    policy.map(|shown| shown.text.rsplit_once("政策 ").unwrap().1.to_owned()).collect()
}

fn alerts(fake: &FakeDingtalk) -> Vec<Shown> {
    fake.shown().into_iter().filter(|shown| shown.token == "ops").collect()
}

/// What became of each occurrence of the reminder: when it was due (month to minute), its state and
/// its deliveries'.
async fn fates(story: &Story<'_>) -> Vec<String> {
    let log = story.log().await;
    let own = log.iter().filter(|record| record.occurrence.reminder.as_str() == "policy");
    own.map(fate).collect()
}

fn fate(record: &OccurrenceRecord) -> String {
    let due =
        record.occurrence.due_at.to_zoned_datetime(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
    let mut said = format!("{} {}", due.strftime("%m-%d %H:%M"), record.state.name());
    for delivery in &record.deliveries {
        write!(said, " {}", delivery.state.name()).unwrap();
        let why = delivery.reason.as_deref().filter(|_| delivery.attempts.is_empty());
        write!(said, "{}", why.map(|why| format!(" ({why})")).unwrap_or_default()).unwrap();
    }
    said
}

#[tokio::test]
async fn a_year_of_workdays_knows_every_holiday_and_every_make_up_day() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("每个工作日的9:00"));
    let mut story = Story::begin(&office, &fake, at("2026-01-01T00:00:00")).await;
    story.pass_until(at("2027-01-01T00:00:00")).await;

    let days: Vec<String> = shown(&fake);
    assert!(days.iter().all(|day| day.ends_with(" 09:00")), "{days:?}");
    let days: BTreeSet<&str> = days.iter().map(|day| &day[..10]).collect();
    assert_eq!(days.len(), shown(&fake).len(), "no day twice");
    // The State Council's notice for 2026 (gov.cn, zhengceku/202511/content_7047091).
    let worked =
        ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"];
    let off = [
        ("2026-01-01", 3),
        ("2026-02-15", 9),
        ("2026-04-04", 3),
        ("2026-05-01", 5),
        ("2026-06-19", 3),
        ("2026-09-25", 3),
        ("2026-10-01", 7),
    ];
    let mut expected = BTreeSet::new();
    for day in date(2026, 1, 1).series(jiff::Span::new().days(1)).take(365) {
        let holiday = off.iter().any(|(first, days)| {
            let first: jiff::civil::Date = first.parse().unwrap();
            (0..*days).contains(&(day - first).get_days())
        });
        let weekend = day.weekday().to_monday_zero_offset() >= 5;
        if !holiday && (!weekend || worked.contains(&day.to_string().as_str())) {
            expected.insert(day.to_string());
        }
    }
    assert_eq!(days, expected.iter().map(String::as_str).collect());
    assert!(worked.iter().all(|day| days.contains(day)));
    assert_eq!(
        fake.requests().iter().filter(|request| request.query.contains("policy")).count(),
        days.len()
    );
}

#[tokio::test]
async fn a_short_downtime_is_made_up_for_and_a_long_one_is_a_row_and_an_alert() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("every workday at 09:00"));
    let story = Story::begin(&office, &fake, at("2026-11-23T08:50:00")).await;
    drop(story);
    let story = Story::begin(&office, &fake, at("2026-11-23T10:59:00")).await;
    assert_eq!(shown(&fake), ["2026-11-23 09:00"]);
    drop(story);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T11:01:00")).await;
    story.pass_until(at("2026-11-25T10:00:00")).await;
    assert_eq!(shown(&fake), ["2026-11-23 09:00", "2026-11-25 09:00"]);
    let expected =
        ["11-23 09:00 composed delivered", "11-24 09:00 missed", "11-25 09:00 composed delivered"];
    assert_eq!(fates(&story).await, expected);
    let told = alerts(&fake);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].text.contains("policy was missed") && told[0].text.contains("张三 8001"),
        "{told:#?}"
    );
}

#[tokio::test]
async fn on_miss_decides_what_is_made_up_for() {
    for (on_miss, expected) in [
        ("latest", vec!["2026-11-24 11:00", "2026-11-24 12:00"]),
        (
            "all",
            vec!["2026-11-24 10:00", "2026-11-24 10:30", "2026-11-24 11:00", "2026-11-24 12:00"],
        ),
        ("skip", vec!["2026-11-24 12:00"]),
    ] {
        let fake = FakeDingtalk::start();
        let when = "every 30 minutes between 09:00 and 11:00\non_miss: ".to_owned() + on_miss;
        let office = office(&fake, &due_reminder(&when));
        let two = "reminders:\n  policy:\n".to_owned()
            + &indented(&due_reminder(&format!(
                "[every 30 minutes between 09:00 and 11:00, every day at 12:00]\non_miss: {on_miss}\ngrace: 90m"
            )));
        office.write("schedules/policy.yaml", two);
        let mut story = Story::begin(&office, &fake, at("2026-11-24T09:45:00")).await;
        let stopped = story.now();
        drop(story);
        assert_eq!(shown(&fake), [""; 0], "{stopped}");
        story = Story::begin(&office, &fake, at("2026-11-24T11:10:00")).await;
        story.pass_until(at("2026-11-24T13:00:00")).await;
        assert_eq!(shown(&fake), expected, "{on_miss}");
        // Whatever was not sent has its row all the same.
        assert_eq!(fates(&story).await.len(), 4, "{on_miss}");
    }
}

#[tokio::test]
async fn a_clock_set_back_sends_nothing_twice_and_one_set_ahead_loses_nothing() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("every hour between 08:00 and 18:00"));
    let mut story = Story::begin(&office, &fake, at("2026-11-24T07:30:00")).await;
    story.pass_until(at("2026-11-24T09:10:00")).await;
    story.step_to(at("2026-11-24T07:10:00")).await;
    story.pass_until(at("2026-11-24T10:30:00")).await;
    let hours = ["2026-11-24 08:00", "2026-11-24 09:00", "2026-11-24 10:00"];
    assert_eq!(shown(&fake), hours);
    story.step_to(at("2026-11-24T12:30:00")).await;
    // Two came due at once: the newest is sent, the other is a row.
    assert_eq!(shown(&fake)[3..], ["2026-11-24 12:00"]);
    assert_eq!(fates(&story).await[3], "11-24 11:00 missed");
    story.pass_until(at("2026-11-24T13:00:00")).await;
    assert_eq!(shown(&fake).last().unwrap(), "2026-11-24 13:00");
}

#[tokio::test]
async fn what_a_wrong_clock_called_missed_or_was_edited_under_it_is_sent_at_its_time() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("every hour between 08:00 and 18:00"));
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:30:00")).await;
    story.step_to(at("2026-11-24T12:30:00")).await;
    assert_eq!(shown(&fake), ["2026-11-24 12:00"]);
    let other = due_reminder("every hour between 08:05 and 18:05");
    office.write("schedules/other.yaml", format!("reminders:\n  other:\n{}", indented(&other)));
    story.reload().await;
    story.step_to(at("2026-11-24T08:31:00")).await;
    story.pass_until(at("2026-11-24T12:10:00")).await;
    let hours = ["12:00", "09:00", "09:05", "10:00", "10:05", "11:00", "11:05", "12:05"];
    assert_eq!(shown(&fake), hours.map(|hour| format!("2026-11-24 {hour}")));
}

#[tokio::test]
async fn a_reminder_that_was_in_no_file_for_a_while_starts_when_it_comes_back() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("every workday at 09:00"));
    let mut story = Story::begin(&office, &fake, at("2026-11-23T08:00:00")).await;
    story.pass_until(at("2026-11-23T10:00:00")).await;
    let file = std::fs::read(office.path("schedules/policy.yaml")).unwrap();
    std::fs::remove_file(office.path("schedules/policy.yaml")).unwrap();
    story.reload().await;
    story.pass_until(at("2026-11-25T10:00:00")).await;
    office.write("schedules/policy.yaml", file);
    story.reload().await;
    assert_eq!(story.housekeeping.sweep_once().await.unwrap(), 0);
    story.pass_until(at("2026-11-26T10:00:00")).await;
    assert_eq!(shown(&fake), ["2026-11-23 09:00", "2026-11-26 09:00"]);
    assert_eq!(fates(&story).await.len(), 2, "nothing was missed while it did not exist");
    assert!(alerts(&fake).is_empty());
}

#[tokio::test]
async fn what_waits_behind_a_suspended_webhook_goes_out_when_the_settings_name_another() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("every workday at 09:00"))
        .variable("NEW", &fake.group("new", Group::default()));
    fake.fault(Fault::Code(310_000, "sign not match"));
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    story.pass_until(at("2026-11-24T09:30:00")).await;
    assert_eq!(fates(&story).await, ["11-24 09:00 composed pending"]);
    office.write("dingdong.yaml", SETTINGS.replace("env:HOOK", "env:NEW"));
    story.reload().await;
    story.pass_until(at("2026-11-24T09:31:00")).await;
    assert_eq!(fates(&story).await, ["11-24 09:00 composed delivered"]);
}

#[tokio::test]
async fn an_edit_never_sends_again_and_a_new_time_starts_when_it_is_loaded() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("every workday at 09:00"));
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    story.pass_until(at("2026-11-24T09:00:10")).await;
    let file = |when: &str, text: &str| {
        let reminder = due_reminder(when).replace("政策 {{", &format!("{text}政策 {{{{"));
        office.write(
            "schedules/policy.yaml",
            format!("reminders:\n  policy:\n{}", indented(&reminder)),
        );
    };
    // New words within the same minute: nothing is sent again, and nothing is lost.
    file("every workday at 09:00", "新：");
    assert!(matches!(story.reload().await, Reloaded::Swapped { reminders: 1, broken: 0 }));
    assert_eq!(shown(&fake).len(), 1);
    story.pass_until(at("2026-11-25T09:30:00")).await;
    assert_eq!(shown(&fake), ["2026-11-24 09:00", "2026-11-25 09:00"]);
    assert!(fake.shown()[1].text.contains("新："));
    // An earlier time than now does not fire for today.
    file("every workday at 09:15", "");
    story.reload().await;
    story.pass_until(at("2026-11-26T12:00:00")).await;
    assert_eq!(shown(&fake)[2..], ["2026-11-26 09:15"]);
    // Silenced and spoken again: the time between stays silent.
    file("every workday at 09:15\nenabled: false", "");
    story.reload().await;
    story.pass_until(at("2026-11-27T10:00:00")).await;
    file("every workday at 09:15", "");
    story.reload().await;
    story.pass_until(at("2026-11-30T10:00:00")).await;
    assert_eq!(shown(&fake)[3..], ["2026-11-30 09:15"]);
}

#[tokio::test]
async fn a_robot_that_is_down_is_tried_by_the_list_until_keep_is_over() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("2026-11-24 at 09:00\nkeep: 4h"));
    fake.take_down("policy");
    let begin = at("2026-11-24T09:00:00");
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T14:00:00")).await;
    let log = story.log().await;
    let own = log.iter().find(|record| record.occurrence.reminder.as_str() == "policy").unwrap();
    let delivery = &own.deliveries[0];
    let second = |ms: i64| (ms - begin.as_millisecond()) / 1000;
    let tried: Vec<i64> = delivery.attempts.iter().map(|attempt| second(attempt.at_ms)).collect();
    // After 1 s, 5 s, 30 s, 2 min, 10 min, 30 min, then every hour, and once more just before the end.
    assert_eq!(tried, [0, 1, 6, 36, 156, 756, 2556, 6156, 9756, 13356, 14395]);
    assert_eq!(delivery.state.name(), "expired");
    let told: Vec<_> = alerts(&fake).iter().map(|alert| alert.text.clone()).collect();
    assert!(told.iter().any(|text| text.contains("expired")), "{told:#?}");
}

#[tokio::test]
async fn a_request_that_hangs_when_the_service_stops_is_back_in_the_queue_as_uncertain() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("every day at 09:00"));
    fake.fault(Fault::HoldBefore);
    let story = Story::begin(&office, &fake, at("2026-11-24T08:59:59")).await;
    story.stall_until(at("2026-11-24T09:00:00"));
    let asked = async {
        fake.wait_for_requests(1).await;
    };
    let log = story.stop_amid(asked).await;
    let delivery = &log[0].deliveries[0];
    assert_eq!(delivery.state, DeliveryState::Pending);
    assert_eq!(delivery.attempts.len(), 1);
    assert_eq!(delivery.attempts[0].verdict, "unknown");
    fake.release();
}

/// An office in which a hundred messages to one group are due at nine; their numbers, in order.
fn hundred(fake: &FakeDingtalk) -> (Workplace, Vec<String>) {
    let office = office(fake, &due_reminder("every day at 10:00"));
    let mut file = "reminders:\n".to_owned();
    for n in 0..100 {
        write!(
            file,
            "  r{n:03}:\n    when: every day at 09:00\n    to: policy-group\n    format: text\n    text: 政策 {n:03}\n"
        )
        .unwrap();
    }
    office.write("schedules/policy.yaml", file);
    (office, (0..100).map(|n| format!("{n:03}")).collect())
}

// In these stories the judge refuses the 21st request within a minute, and what comes in the ten
// minutes after it: a hundred requests, all shown, means that the vendor's limit was kept.

#[tokio::test]
async fn a_hundred_at_once_keep_the_vendors_pace_and_their_order() {
    let fake = FakeDingtalk::start();
    let (office, order) = hundred(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    story.pass_until(at("2026-11-24T09:10:00")).await;
    assert_eq!(shown(&fake), order);
    assert_eq!(fake.requests().len(), 100);
}

#[tokio::test]
async fn a_hundred_at_once_keep_them_also_when_the_service_ends_every_half_minute() {
    let fake = FakeDingtalk::start();
    let (office, order) = hundred(&fake);
    let begin = at("2026-11-24T08:59:59");
    for lives in 0..20 {
        let now = begin + jiff::SignedDuration::from_secs(lives * 31);
        let mut story = Story::begin(&office, &fake, now).await;
        story.pass_until(now + Duration::from_secs(30)).await;
    }
    assert_eq!(shown(&fake), order);
    assert_eq!(fake.requests().len(), 100);
}

#[tokio::test]
async fn a_hundred_at_once_keep_them_also_when_the_clock_is_set_back_two_hours() {
    for to in ["2026-11-24T07:01:30", "2026-11-24T08:59:30"] {
        let fake = FakeDingtalk::start();
        let (office, order) = hundred(&fake);
        let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
        story.pass_until(at("2026-11-24T09:01:30")).await;
        assert_eq!(shown(&fake).len(), 32, "two windows");
        story.step_to(at(to)).await;
        story.pass_until(at("2026-11-24T11:30:00")).await;
        assert_eq!(shown(&fake), order, "{to}");
        assert_eq!(fake.requests().len(), 100, "{to}");
    }
}

#[tokio::test]
async fn a_hundred_at_once_keep_them_also_when_the_clock_is_set_ahead_two_hours_or_the_machine_sleeps()
 {
    let (two_windows, later) = (at("2026-11-24T09:01:30"), at("2026-11-24T11:01:31"));
    for sleeps in [false, true] {
        let fake = FakeDingtalk::start();
        let (office, order) = hundred(&fake);
        let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
        story.pass_until(two_windows).await;
        assert_eq!(shown(&fake).len(), 32, "two windows");
        match sleeps {
            true => story.stall_until(later),
            false => story.step_to(later).await,
        }
        story.work().await;
        // Whoever slept for two hours has a whole window before it.
        assert_eq!(shown(&fake).len(), if sleeps { 48 } else { 32 });
        story.pass_until(at("2026-11-24T11:07:00")).await;
        assert_eq!(shown(&fake), order);
        assert_eq!(fake.requests().len(), 100);
    }
}

#[tokio::test]
async fn a_clock_set_back_holds_no_robot_for_longer_than_its_pace() {
    let fake = FakeDingtalk::start();
    let (office, order) = hundred(&fake);
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
    story.pass_until(at("2026-11-24T09:01:30")).await;
    // They are due at nine, and the clock was right when it is nine again.
    story.step_to(at("2026-11-24T08:59:50")).await;
    story.pass_until(at("2026-11-24T09:00:00")).await;
    assert_eq!(shown(&fake).len(), 32, "the last window is as old as it is");
    story.pass_until(at("2026-11-24T09:00:23")).await;
    assert_eq!(shown(&fake).len(), 48);
    story.pass_until(at("2026-11-24T09:05:00")).await;
    assert_eq!(shown(&fake), order);
    assert_eq!(fake.requests().len(), 100);
}

#[tokio::test]
async fn a_machine_that_slept_sends_what_is_not_too_late_once_and_records_the_rest() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("every day at 09:00"));
    let mut story = Story::begin(&office, &fake, at("2026-11-23T08:30:00")).await;
    story.stall_until(at("2026-11-23T10:45:00"));
    story.work().await;
    assert_eq!(shown(&fake), ["2026-11-23 09:00"]);
    story.pass_until(at("2026-11-24T08:30:00")).await;
    story.stall_until(at("2026-11-24T11:15:00"));
    story.work().await;
    story.pass_until(at("2026-11-25T12:00:00")).await;
    assert_eq!(shown(&fake), ["2026-11-23 09:00", "2026-11-25 09:00"]);
    let expected =
        ["11-23 09:00 composed delivered", "11-24 09:00 missed", "11-25 09:00 composed delivered"];
    assert_eq!(fates(&story).await, expected);
}

#[tokio::test]
async fn a_robot_whose_clock_is_another_is_told_from_a_wrong_secret_and_goes_on_when_mended() {
    let fake = FakeDingtalk::start();
    let signed = Group::default().signed("SECoffice");
    let office = office(&fake, &due_reminder("every day at 09:00"))
        .variable("HOOK", &fake.group("policy", signed));
    office.write("dingdong.yaml", SETTINGS.replace("env:HOOK,", "env:HOOK, secret: env:SECRET,"));
    let mut story = Story::begin(&office, &fake, at("2026-11-23T08:30:00")).await;
    // Less than an hour apart the vendor does not mind.
    story.set_vendor_ahead(jiff::SignedDuration::from_mins(55));
    story.pass_until(at("2026-11-23T09:30:00")).await;
    assert_eq!(shown(&fake), ["2026-11-23 09:00"]);
    story.set_vendor_ahead(jiff::SignedDuration::from_hours(-2));
    story.pass_until(at("2026-11-24T09:30:00")).await;
    assert_eq!(shown(&fake).len(), 1);
    let told = alerts(&fake);
    assert!(told.iter().any(|alert| alert.text.contains("clock")), "{told:#?}");
    story.set_vendor_ahead(jiff::SignedDuration::ZERO);
    story.shared.outbox.resume("env:HOOK").await.unwrap();
    story.pass_until(at("2026-11-24T09:31:00")).await;
    assert_eq!(shown(&fake), ["2026-11-23 09:00", "2026-11-24 09:00"]);
}

#[tokio::test]
async fn a_message_that_cannot_pass_does_not_block_the_queue_behind_it() {
    let poisons = [
        Fault::Code(430_104, "improper content"),
        Fault::Code(999_999, "nobody knows"),
        Fault::Body("<html>blocked</html>".to_owned()),
        Fault::Status(400),
        Fault::CloseBefore,
        Fault::Huge,
    ];
    for poison in poisons {
        let fake = FakeDingtalk::start();
        let office = office(&fake, &due_reminder("every day at 09:00"));
        let others = ["x", "y", "z"].map(|id| {
            format!("  {id}: {{ when: every day at 09:00, to: policy-group, format: text, text: 政策 {id} }}\n")
        });
        let first = "  a: { when: every day at 09:00, to: policy-group, format: text, text: 政策 a, priority: urgent }\n";
        office.write("schedules/policy.yaml", format!("reminders:\n{first}{}", others.concat()));
        fake.fault(poison.clone());
        let mut story = Story::begin(&office, &fake, at("2026-11-24T08:59:00")).await;
        story.pass_until(at("2026-11-24T09:00:00")).await;
        assert_eq!(shown(&fake), ["x", "y", "z"], "{poison:?}");
    }
}

#[tokio::test]
async fn a_suspended_robot_is_left_alone_told_about_once_and_keeps_the_newest() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("every day at 09:00"));
    fake.fault(Fault::Code(310_000, "sign not match"));
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    story.pass_until(at("2026-11-25T09:30:00")).await;
    let expected = ["11-24 09:00 composed expired", "11-25 09:00 composed pending"];
    assert_eq!(fates(&story).await, expected);
    let (requests, told) = (fake.requests(), alerts(&fake));
    assert_eq!(requests.iter().filter(|request| request.query.contains("policy")).count(), 1);
    assert!(told[0].text.contains("suspended") && told[0].text.contains("政策群"), "{told:#?}");
    let suspensions = told.iter().filter(|alert| alert.text.contains("suspended")).count();
    assert_eq!(suspensions, 1, "{told:#?}");
}

#[tokio::test]
async fn a_broken_file_is_told_once_with_its_line_and_again_only_when_broken_anew() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("every day at 09:00"));
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    let broken = |when: &str| {
        let text = format!("reminders:\n  policy:\n{}", indented(&due_reminder(when)));
        office.write("schedules/policy.yaml", text);
    };
    broken("every wrkday at 09:00");
    assert!(matches!(story.reload().await, Reloaded::Swapped { reminders: 1, broken: 1 }));
    story.reload().await;
    let told = alerts(&fake);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].text.contains("policy.yaml:3:17"), "{told:#?}");
    broken("every workday at 25:00");
    story.reload().await;
    assert_eq!(alerts(&fake).len(), 2);
    story.pass_until(at("2026-11-24T09:30:00")).await;
    assert_eq!(shown(&fake), ["2026-11-24 09:00"], "the last good version is in force");
}

#[tokio::test]
async fn the_sweep_finds_what_the_scheduler_did_not_get_to() {
    let fake = FakeDingtalk::start();
    let office = office(&fake, &due_reminder("every day at 09:00"));
    let story = Story::begin(&office, &fake, at("2026-11-24T08:00:00")).await;
    // The clock goes on and no loop works: as when one of them hangs.
    let late = at("2026-11-24T09:00:00") + Duration::from_secs(5 * 60 - 1);
    story.stall_until(late);
    assert_eq!(story.housekeeping.sweep_once().await.unwrap(), 0);
    story.stall_until(late + Duration::from_secs(2));
    assert_eq!(story.housekeeping.sweep_once().await.unwrap(), 1);
    let mut story = story;
    story.work().await;
    assert!(alerts(&fake)[0].text.contains("overdue"), "{:#?}", alerts(&fake));
}
