//! The steps of an occurrence, in the order in which they happened.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::place;
use crate::{
    cli::{explain, output, view},
    daemon::{reasons, world::World},
    model::{
        delivery::DeliveryState,
        occurrence::{OccurrenceState, Origin},
        reminder::Reminder,
        text::{Text, text},
    },
    outbox::{Brake, Brakes, DeliveryRecord, Holdup, OccurrenceRecord, Waiting, Watermark},
    plan,
    settings::zones::Zones,
};

/// Later than this after it was due is worth a word, in seconds.
const LATE: i64 = 30;

/// One thing that happened, or that is so.
pub(super) struct Step {
    /// When.
    pub(super) at: Option<Timestamp>,
    /// Its kind, for programs.
    pub(super) what: &'static str,
    /// For people.
    pub(super) text: Text,
}

/// Everything the steps are told by.
pub(super) struct Chain<'a> {
    pub(super) world: &'a World,
    pub(super) brakes: &'a Brakes,
    pub(super) queue: &'a [Waiting],
    pub(super) zones: &'a Zones,
    pub(super) now: Timestamp,
}

fn step(at: Option<Timestamp>, what: &'static str, text: impl Into<Text>) -> Step {
    Step { at, what, text: text.into() }
}

impl Chain<'_> {
    /// The chain of an occurrence that has a row.
    pub(super) fn of(&self, record: &OccurrenceRecord) -> Vec<Step> {
        let mut steps = self.origin(record);
        let late = record.planned_at.duration_since(record.occurrence.due_at).as_secs();
        let scheduled = record.occurrence.origin == Origin::Schedule;
        let text = match late {
            LATE.. if scheduled => text!(
                "planned, {late} after it was due: the service did not run, or the clock was set",
                late = lasting(late),
            ),
            _ => text!("planned"),
        };
        steps.push(step(Some(record.planned_at), "planned", text));
        steps.extend(self.brake(record));
        steps.push(outcome(record));
        let tz = view::zone(record, self.zones);
        for delivery in &record.deliveries {
            self.delivery(delivery, &tz, &mut steps);
        }
        steps
    }

    /// Why it exists: the file, the rule and the calendar, or who asked for it.
    fn origin(&self, record: &OccurrenceRecord) -> Vec<Step> {
        let occurrence = &record.occurrence;
        let Some(reminder) = self.world.reminders.get(&occurrence.reminder) else {
            return match occurrence.origin {
                Origin::Alert(_) => {
                    vec![step(None, "origin", text!("the service told about itself"))]
                }
                _ => {
                    let id = occurrence.reminder.as_str();
                    vec![step(None, "file", text!("{id} is in no schedule file any more", id = id))]
                }
            };
        };
        let mut steps = vec![step(None, "file", place(reminder))];
        if let Origin::Manual(number) = occurrence.origin {
            let text = text!("sent by hand (manual:{number})", number = number);
            steps.push(step(None, "origin", text));
            return steps;
        }
        let tz = view::zone(record, self.zones);
        let date = occurrence.due_at.to_zoned_datetime(tz).date();
        let explained = plan::explain(&reminder.schedule, date);
        if explained.fires.contains(&occurrence.due_at) {
            let reasons = explained.reasons.iter();
            steps.extend(reasons.map(|one| step(None, "calendar", on(date, one.text()))));
        } else if !reminder.on_change.is_empty() {
            let folders: Vec<_> = reminder.on_change.iter().map(|one| &*one.folder).collect();
            let text = text!(
                "{folders} changed, and was quiet for 2 minutes",
                folders = folders.join(", "),
            );
            steps.push(step(None, "change", text));
        } else {
            let text =
                text!("its schedule has changed since: it would not fire at that time any more");
            steps.push(step(None, "calendar", text));
        }
        steps.push(step(Some(occurrence.due_at), "due", text!("due")));
        steps
    }

    /// The pause or the skipped date that held it back.
    fn brake(&self, record: &OccurrenceRecord) -> Option<Step> {
        if record.state != OccurrenceState::Skipped {
            return None;
        }
        let occurrence = &record.occurrence;
        let tz = view::zone(record, self.zones);
        let date = occurrence.due_at.to_zoned_datetime(tz.clone()).date();
        match self.brakes.on(&occurrence.reminder, occurrence.due_at, date)? {
            Brake::Paused(pause) => {
                let end = super::pause::sentence(pause, &tz, output::language());
                let text = text!("paused {end}", end = end);
                Some(step(Some(pause.since), "pause", text))
            }
            Brake::ByHand => {
                Some(step(None, "skip", text!("{date} was skipped by a person", date = date)))
            }
        }
    }

    fn delivery(&self, delivery: &DeliveryRecord, tz: &TimeZone, steps: &mut Vec<Step>) {
        let called = self.world.called(&delivery.target);
        let called = match delivery.part {
            ..=1 => called.into(),
            part => text!("{target} part {part}", target = called, part = part),
        };
        let of = |what: Text| text!("{target}: {what}", target = called.clone(), what = what);
        for attempt in &delivery.attempts {
            let at = Timestamp::from_millisecond(attempt.at_ms).ok();
            steps.push(step(at, "attempt", of(view::attempt(attempt))));
        }
        let waits = self.queue.iter().find(|one| one.id == delivery.id);
        let state = match delivery.state {
            DeliveryState::Pending => waiting(waits, tz),
            state => {
                let why = delivery.reason.as_deref().map(reasons::of_delivery);
                view::with_reason(view::state(state.name()), why)
            }
        };
        steps.push(step(None, "delivery", of(state)));
        let last = delivery.attempts.last().and_then(|attempt| attempt.help.clone());
        if let Some(help) = last.filter(|_| delivery.state != DeliveryState::Delivered) {
            steps.push(step(None, "help", of(help)));
        }
        if let DeliveryState::Dead | DeliveryState::Held | DeliveryState::Expired = delivery.state {
            let text = text!("`dingdong redrive {id}` sends it all the same.", id = &delivery.id);
            steps.push(step(None, "help", text));
        }
    }

    /// Why a reminder has no row at some of the times of a date, or nothing at all on it. Nothing
    /// when every time has its row among these.
    pub(super) fn absent(
        &self,
        reminder: &Reminder,
        date: Date,
        records: &[OccurrenceRecord],
        watermark: Option<&Watermark>,
    ) -> Vec<Step> {
        let explained = plan::explain(&reminder.schedule, date);
        let due: Vec<Timestamp> =
            explained.fires.iter().copied().filter(|at| !has_row(records, *at)).collect();
        if due.is_empty() && !records.is_empty() {
            return Vec::new();
        }
        let mut steps = vec![step(None, "file", place(reminder))];
        if !reminder.enabled {
            steps.push(step(None, "file", text!("it says `enabled: false`")));
        }
        let reasons = explained.reasons.iter().map(|reason| reason.text());
        let reasons = reasons.chain(explain::on_change(reminder, date));
        steps.extend(reasons.map(|one| step(None, "calendar", on(date, one))));
        for due_at in due.into_iter().filter(|_| reminder.enabled) {
            let text = match (self.brakes.on(&reminder.id, due_at, date), watermark) {
                (Some(Brake::ByHand), _) if due_at > self.now => text!("skipped by a person"),
                (Some(Brake::Paused(_)), _) if due_at > self.now => text!("paused then"),
                _ if due_at > self.now => text!("due then; its time has not come"),
                (_, Some(mark)) if mark.until >= due_at => {
                    text!(
                        "the reminder was not in force then (new, changed or brought back later), or its row is older than the log is kept"
                    )
                }
                _ => text!("not planned: the service has not run since"),
            };
            steps.push(step(Some(due_at), "due", text));
        }
        steps
    }
}

/// Whether a scheduled occurrence that was due then is among these, singly or in a row for many.
fn has_row(records: &[OccurrenceRecord], at: Timestamp) -> bool {
    let scheduled = records.iter().filter(|one| one.occurrence.origin == Origin::Schedule);
    scheduled.into_iter().any(|one| {
        let many = one.span.is_some_and(|span| span.first <= at && at <= span.last);
        one.occurrence.due_at == at || many
    })
}

fn outcome(record: &OccurrenceRecord) -> Step {
    let mut text = match record.state {
        OccurrenceState::Planned => text!("waits to be composed"),
        _ => view::standing(record),
    };
    if let Some(detail) = &record.detail {
        text = text!("{what} ({detail})", what = text, detail = detail.clone());
    }
    if let Some(span) = record.span {
        text = text!("{what}, {count} of them", what = text, count = span.count);
    }
    step(record.composed_at, record.state.name(), text)
}

/// What is said of a date.
fn on(date: Date, what: Text) -> Text {
    text!("{date} {what}", date = date, what = what)
}

/// What a delivery waits for.
fn waiting(one: Option<&Waiting>, tz: &TimeZone) -> Text {
    let Some(one) = one else { return text!("pending") };
    let why = match one.holdup {
        None => text!("leaves now"),
        Some(Holdup::Suspended) => text!("waits until a person resumes its robot"),
        Some(Holdup::Closed) => text!("waits: its target is disabled, or not in the settings"),
        Some(Holdup::Paused) => text!("waits for the end of a pause"),
        Some(Holdup::Rest) => text!("waits while its robot rests"),
        Some(Holdup::Quiet) => text!("waits for the end of the quiet hours"),
        Some(Holdup::Part) => text!("waits for the part before it"),
        Some(Holdup::Retry) => text!("waits to be tried again"),
        Some(Holdup::Merged) => text!("goes out in one message with others"),
        Some(Holdup::Daily) => {
            text!("waits for the end of the day: it is beyond the target's daily limit")
        }
        Some(Holdup::Turn) => text!("waits for its turn"),
    };
    match one.leaves.filter(|_| !one.expires_first()) {
        Some(leaves) => text!("{why}; leaves {at}", why = why, at = view::readable(leaves, tz)),
        None => text!("{why}; expires {at}", why = why, at = view::readable(one.keep_until, tz)),
    }
}

/// A stretch of time in its two largest units.
fn lasting(seconds: i64) -> Text {
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => text!("{seconds} s", seconds = seconds),
        (0, 0, _) => text!("{minutes} min {seconds} s", minutes = minutes, seconds = seconds),
        (0, ..) => text!("{hours} h {minutes} min", hours = hours, minutes = minutes),
        _ => text!("{days} d {hours} h", days = days, hours = hours),
    }
}
