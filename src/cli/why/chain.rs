//! The steps of an occurrence, in the order in which they happened.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::place;
use crate::{
    cli::{explain, view},
    daemon::world::World,
    model::{
        delivery::DeliveryState,
        language::Language,
        occurrence::{OccurrenceState, Origin},
        reminder::Reminder,
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
    pub(super) text: String,
}

/// Everything the steps are told by.
pub(super) struct Chain<'a> {
    pub(super) world: &'a World,
    pub(super) brakes: &'a Brakes,
    pub(super) queue: &'a [Waiting],
    pub(super) language: Language,
    pub(super) zones: &'a Zones,
    pub(super) now: Timestamp,
}

fn step(at: Option<Timestamp>, what: &'static str, text: impl Into<String>) -> Step {
    Step { at, what, text: text.into() }
}

impl Chain<'_> {
    /// The chain of an occurrence that has a row.
    pub(super) fn of(&self, record: &OccurrenceRecord) -> Vec<Step> {
        let mut steps = self.origin(record);
        let late = record.planned_at.duration_since(record.occurrence.due_at).as_secs();
        let scheduled = record.occurrence.origin == Origin::Schedule;
        let text = match late {
            LATE.. if scheduled => format!(
                "planned, {} after it was due: the service did not run, or the clock was set",
                lasting(late)
            ),
            _ => "planned".to_owned(),
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
                Origin::Alert(_) => vec![step(None, "origin", "the service told about itself")],
                _ => {
                    let id = &occurrence.reminder;
                    vec![step(None, "file", format!("{id} is in no schedule file any more"))]
                }
            };
        };
        let mut steps = vec![step(None, "file", place(reminder, self.language))];
        if let Origin::Manual(number) = occurrence.origin {
            steps.push(step(None, "origin", format!("sent by hand (manual:{number})")));
            return steps;
        }
        let tz = view::zone(record, self.zones);
        let date = occurrence.due_at.to_zoned_datetime(tz).date();
        let explained = plan::explain(&reminder.schedule, date);
        if explained.fires.contains(&occurrence.due_at) {
            let reasons = explained.reasons.iter();
            steps.extend(reasons.map(|one| step(None, "calendar", format!("{date} {one}"))));
        } else if !reminder.on_change.is_empty() {
            let folders: Vec<_> = reminder.on_change.iter().map(|one| &*one.folder).collect();
            let text = format!("{} changed, and was quiet for 2 minutes", folders.join(" or "));
            steps.push(step(None, "change", text));
        } else {
            let text = "its schedule has changed since: it would not fire at that time any more";
            steps.push(step(None, "calendar", text));
        }
        steps.push(step(Some(occurrence.due_at), "due", "due"));
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
                let text =
                    format!("paused {}", super::pause::sentence(pause, &tz, Language::English));
                Some(step(Some(pause.since), "pause", text))
            }
            Brake::ByHand => Some(step(None, "skip", format!("{date} was skipped by a person"))),
        }
    }

    fn delivery(&self, delivery: &DeliveryRecord, tz: &TimeZone, steps: &mut Vec<Step>) {
        let called = self.world.called(&delivery.target);
        let part =
            if delivery.part > 1 { format!(" part {}", delivery.part) } else { String::new() };
        for attempt in &delivery.attempts {
            let at = Timestamp::from_millisecond(attempt.at_ms).ok();
            let code = attempt.code.as_deref().map(|code| format!(" {code}")).unwrap_or_default();
            let said = attempt.reason.as_deref().map(|said| format!(": {said}"));
            let text = format!(
                "{called}{part}: {}{code}{} ({} ms)",
                attempt.verdict,
                said.unwrap_or_default(),
                attempt.ms
            );
            steps.push(step(at, "attempt", text));
        }
        let waits = self.queue.iter().find(|one| one.id == delivery.id);
        let state = match delivery.state {
            DeliveryState::Pending => waiting(waits, tz),
            state => {
                let why = delivery.reason.as_deref().map(|why| format!(" ({why})"));
                format!("{}{}", state.name(), why.unwrap_or_default())
            }
        };
        steps.push(step(None, "delivery", format!("{called}{part}: {state}")));
        let last = delivery.attempts.last().and_then(|attempt| attempt.help.as_deref());
        if let Some(help) = last.filter(|_| delivery.state != DeliveryState::Delivered) {
            steps.push(step(None, "help", format!("{called}{part}: {help}")));
        }
        if let DeliveryState::Dead | DeliveryState::Held | DeliveryState::Expired = delivery.state {
            let text = format!("`dingdong redrive {}` sends it all the same", delivery.id);
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
        let mut steps = vec![step(None, "file", place(reminder, self.language))];
        if !reminder.enabled {
            steps.push(step(None, "file", "it says `enabled: false`"));
        }
        let reasons = explained.reasons.iter().map(ToString::to_string);
        let reasons = reasons.chain(explain::on_change(reminder, date));
        steps.extend(reasons.map(|one| step(None, "calendar", format!("{date} {one}"))));
        for due_at in due.into_iter().filter(|_| reminder.enabled) {
            let text = match (self.brakes.on(&reminder.id, due_at, date), watermark) {
                (Some(Brake::ByHand), _) if due_at > self.now => "skipped by a person",
                (Some(Brake::Paused(_)), _) if due_at > self.now => "paused then",
                _ if due_at > self.now => "due then; its time has not come",
                (_, Some(mark)) if mark.until >= due_at => {
                    "the reminder was not in force then (new, changed or brought back later), or \
                     its row is older than the log is kept"
                }
                _ => "not planned: the service has not run since",
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
    let reason = record.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let detail = record.detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let many = record.span.map(|span| format!(", {} of them", span.count)).unwrap_or_default();
    let text = match record.state {
        OccurrenceState::Planned => "waits to be composed".to_owned(),
        OccurrenceState::Composed => format!("composed{detail}"),
        state => format!("{}{reason}{detail}{many}", state.name()),
    };
    step(record.composed_at, record.state.name(), text)
}

/// What a delivery waits for.
fn waiting(one: Option<&Waiting>, tz: &TimeZone) -> String {
    let Some(one) = one else { return "pending".to_owned() };
    let why = match one.holdup {
        None => "leaves now",
        Some(Holdup::Suspended) => "waits until a person resumes its robot",
        Some(Holdup::Closed) => "waits: its target is disabled, or not in the settings",
        Some(Holdup::Paused) => "waits for the end of a pause",
        Some(Holdup::Rest) => "waits while its robot rests",
        Some(Holdup::Quiet) => "waits for the end of the quiet hours",
        Some(Holdup::Part) => "waits for the part before it",
        Some(Holdup::Retry) => "waits to be tried again",
        Some(Holdup::Merged) => "goes out in one message with others",
        Some(Holdup::Daily) => {
            "waits for the end of the day: it is beyond the target's daily limit"
        }
        Some(Holdup::Turn) => "waits for its turn",
    };
    match one.leaves.filter(|_| !one.expires_first()) {
        Some(leaves) => format!("{why}; leaves {}", view::readable(leaves, tz)),
        None => format!("{why}; expires {}", view::readable(one.keep_until, tz)),
    }
}

/// A stretch of time in its two largest units.
fn lasting(seconds: i64) -> String {
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {seconds} s"),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}
