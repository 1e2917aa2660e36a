use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use super::support::*;
use crate::{
    model::{
        diagnostic::Place,
        message::Format,
        recurrence::{Days, Times},
        reminder::{Body, OnMiss, Priority, Reminder, ReminderId, Schedule, Template, TooLong},
    },
    plan::{COUNT_CAP, MissReason, Row, triage},
};

fn reminder(schedule: Schedule, on_miss: OnMiss) -> Reminder {
    let template = Template { text: "x".to_owned(), place: Place::default(), indent: 0 };
    Reminder {
        id: ReminderId::new("r"),
        place: Place::default(),
        when_text: Box::default(),
        on_change: Box::default(),
        schedule: Arc::new(schedule),
        enabled: true,
        owner: None,
        on_miss,
        grace: Duration::from_secs(2 * 3600),
        keep: Duration::from_secs(12 * 3600),
        personal: Box::default(),
        to: Box::default(),
        mention: Box::default(),
        data: Box::default(),
        only_if: None,
        title: None,
        body: Body::Inline(template),
        format: Format::default(),
        buttons: Box::default(),
        priority: Priority::default(),
        too_long: TooLong::default(),
    }
}

/// Every so many seconds, around the clock.
fn every(seconds: u32) -> Schedule {
    let grid = Times::Grid { step: seconds, from: time("00:00"), to: time("23:59:59") };
    china(Days::Every, grid)
}

/// `rows` as `+HH:MM` when planned and `-HH:MM` with a letter when missed.
fn rows(reminder: &Reminder, watermark: &str, now: &str) -> Vec<String> {
    let clock =
        |at: Timestamp| reminder.schedule.zone.tz.to_datetime(at).strftime("%H:%M").to_string();
    let letter = |reason| match reason {
        MissReason::Grace => 'g',
        MissReason::OnMiss => 'm',
        MissReason::Both => 'b',
    };
    let triage = triage(reminder, instant(watermark), instant(now));
    assert_eq!(triage.watermark, instant(now).max(instant(watermark)));
    let due: Vec<_> = triage.rows.iter().map(Row::due_at).collect();
    assert!(due.is_sorted(), "{due:?}");
    let show = |row: &Row| match row {
        Row::Planned { due_at } => format!("+{}", clock(*due_at)),
        Row::Missed { due_at, reason } => format!("-{}{}", clock(*due_at), letter(*reason)),
        Row::MissedMany { first, last, count, reason } => {
            format!("-{}..{}*{count}{}", clock(*first), clock(*last), letter(*reason))
        }
    };
    triage.rows.iter().map(show).collect()
}

#[test]
fn on_time_is_planned_whatever_on_miss_says() {
    for on_miss in [OnMiss::Latest, OnMiss::All, OnMiss::Skip] {
        let mut hourly = reminder(every(3600), on_miss);
        assert_eq!(
            rows(&hourly, "2026-11-23T08:59:00+08:00", "2026-11-23T09:00:00+08:00"),
            ["+09:00"]
        );
        assert_eq!(
            rows(&hourly, "2026-11-23T08:59:00+08:00", "2026-11-23T09:00:30+08:00"),
            ["+09:00"]
        );
        assert!(rows(&hourly, "2026-11-23T09:00:00+08:00", "2026-11-23T09:00:10+08:00").is_empty());
        assert!(rows(&hourly, "2026-11-23T09:00:10+08:00", "2026-11-23T09:00:00+08:00").is_empty());
        hourly.grace = Duration::ZERO;
        assert_eq!(
            rows(&hourly, "2026-11-23T08:59:00+08:00", "2026-11-23T09:00:30+08:00"),
            ["+09:00"]
        );
        hourly.enabled = false;
        assert!(rows(&hourly, "2026-11-23T08:59:00+08:00", "2026-11-23T09:00:00+08:00").is_empty());
    }
}

#[test]
fn on_miss_decides_what_is_planned_late() {
    let after_a_nap = |schedule: Schedule, on_miss| {
        let reminder = reminder(schedule, on_miss);
        rows(&reminder, "2026-11-23T09:00:00+08:00", "2026-11-23T11:00:31+08:00")
    };
    assert_eq!(after_a_nap(every(3600), OnMiss::Latest), ["-10:00m", "+11:00"]);
    assert_eq!(after_a_nap(every(3600), OnMiss::All), ["+10:00", "+11:00"]);
    assert_eq!(after_a_nap(every(3600), OnMiss::Skip), ["-10:00m", "-11:00m"]);
    let halves = after_a_nap(every(1800), OnMiss::Latest);
    assert_eq!(halves, ["-09:30m", "-10:00m", "-10:30m", "+11:00"]);
}

#[test]
fn older_than_grace_is_missed_and_on_time_still_goes_out() {
    let after_a_morning = |on_miss| {
        let reminder = reminder(every(3600), on_miss);
        rows(&reminder, "2026-11-23T06:00:00+08:00", "2026-11-23T11:00:00+08:00")
    };
    assert_eq!(
        after_a_morning(OnMiss::Latest),
        ["-07:00g", "-08:00g", "-09:00m", "+10:00", "+11:00"]
    );
    assert_eq!(after_a_morning(OnMiss::All), ["-07:00g", "-08:00g", "+09:00", "+10:00", "+11:00"]);
    assert_eq!(
        after_a_morning(OnMiss::Skip),
        ["-07:00g", "-08:00g", "-09:00m", "-10:00m", "+11:00"]
    );
    let weekly = reminder(china(Days::Workdays, at("09:00")), OnMiss::Latest);
    let late = rows(&weekly, "2026-11-23T06:00:00+08:00", "2026-11-23T11:00:01+08:00");
    assert_eq!(late, ["-09:00g"]);
}

#[test]
fn many_missed_ones_are_one_row() {
    let minutely = |on_miss| reminder(every(60), on_miss);
    let (before, now) = ("2026-11-22T10:00:00+08:00", "2026-11-23T10:00:45+08:00");
    assert_eq!(rows(&minutely(OnMiss::Latest), before, now), ["-10:01..09:59*1439b", "+10:00"]);
    assert_eq!(rows(&minutely(OnMiss::Skip), before, now), ["-10:01..10:00*1440b"]);
    let all = rows(&minutely(OnMiss::All), before, now);
    assert_eq!(
        (all.len(), all[0].as_str(), all[1].as_str()),
        (101, "-10:01..08:20*1340b", "+08:21")
    );
    assert_eq!(all.last().map(String::as_str), Some("+10:00"));
    // A hundred are still a row each.
    let before = "2026-11-23T08:19:59+08:00";
    let hundred = rows(&minutely(OnMiss::Latest), before, now);
    assert_eq!((hundred.len(), hundred[0].as_str()), (101, "-08:20m"));
}

#[test]
fn a_year_of_seconds_is_counted_within_bounds() {
    let secondly = reminder(every(1), OnMiss::Latest);
    let now = instant("2026-11-23T10:00:00+08:00");
    let triage = triage(&secondly, instant("2025-11-23T10:00:00+08:00"), now);
    assert_eq!(triage.rows.len(), 1 + 1 + 31);
    let Row::MissedMany { first, last, count, reason } = triage.rows[0] else {
        panic!("{:?}", triage.rows[0]);
    };
    assert_eq!(first, instant("2025-11-23T10:00:01+08:00"));
    assert_eq!(last, instant("2026-11-23T09:59:28+08:00"));
    assert_eq!((count, reason), (COUNT_CAP, MissReason::Both));
    assert_eq!(triage.rows[1].due_at(), instant("2026-11-23T09:59:29+08:00"));
}
