//! Report: what became of everything that was due in a span, in figures.
//!
//! It is counted in messages: one occurrence to one target, however many parts it had.

use std::{collections::BTreeMap, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    daemon::{reasons, world::World},
    model::{
        delivery::DeliveryState,
        occurrence::{Occurrence, OccurrenceState, Origin},
        reminder::ReminderId,
        target::TargetId,
        text::Text,
    },
    outbox::{Arrival, Heard, Outbox, Outcome, StoreError},
};

/// What arrived this long after it was due is late.
pub const LATE: Duration = Duration::from_secs(60);

/// Lines of what did not go as planned; beyond, only the counts grow.
const NOTED: usize = 500;

/// Files that groups heard of, at most.
const HEARD: u32 = 2_000;

/// How many messages ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Arrived, the late ones among them.
    pub sent: u64,
    /// Arrived more than [`LATE`] after they were due.
    pub late: u64,
    /// Left out: by a condition, a pause, a person.
    pub skipped: u64,
    /// Not planned, because the service came to it too late.
    pub missed: u64,
    /// Could not be composed.
    pub failed: u64,
    /// Refused by the robot for good.
    pub refused: u64,
    /// Waited too long, or taken back, or held after a crash.
    pub unsent: u64,
    /// Still on their way.
    pub waiting: u64,
}

/// How one message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ending {
    /// Arrived in time.
    Sent,
    /// Arrived late.
    Late,
    /// Left out.
    Skipped,
    /// Seen too late.
    Missed,
    /// Not composed.
    Failed,
    /// Refused for good.
    Refused,
    /// Not sent for another reason.
    Unsent,
    /// On its way.
    Waiting,
}

impl Ending {
    /// The word in JSON and CSV.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Late => "late",
            Self::Skipped => "skipped",
            Self::Missed => "missed",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Unsent => "unsent",
            Self::Waiting => "waiting",
        }
    }
}

impl Count {
    fn add(&mut self, ending: Ending, count: u64) {
        let field = match ending {
            Ending::Sent | Ending::Late => &mut self.sent,
            Ending::Skipped => &mut self.skipped,
            Ending::Missed => &mut self.missed,
            Ending::Failed => &mut self.failed,
            Ending::Refused => &mut self.refused,
            Ending::Unsent => &mut self.unsent,
            Ending::Waiting => &mut self.waiting,
        };
        *field = field.saturating_add(count);
        if ending == Ending::Late {
            self.late = self.late.saturating_add(count);
        }
    }

    /// In JSON.
    #[must_use]
    pub fn document(&self) -> Value {
        json!({
            "sent": self.sent,
            "late": self.late,
            "skipped": self.skipped,
            "missed": self.missed,
            "failed": self.failed,
            "refused": self.refused,
            "unsent": self.unsent,
            "waiting": self.waiting,
        })
    }

    /// Everything that was due.
    #[must_use]
    pub fn all(&self) -> u64 {
        let Self { sent, late: _, skipped, missed, failed, refused, unsent, waiting } = self;
        sent + skipped + missed + failed + refused + unsent + waiting
    }
}

/// One message, or an occurrence that came to none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub occurrence: Occurrence,
    /// IANA name of its zone.
    pub zone: String,
    /// To whom; none when there was no message.
    pub target: Option<TargetId>,
    /// How it ended.
    pub ending: Ending,
    /// Why.
    pub reason: Option<Text>,
    /// When it arrived.
    pub arrived: Option<Timestamp>,
    /// How many occurrences the line stands for.
    pub count: u64,
}

impl Line {
    /// Why, in words.
    #[must_use]
    pub fn why(&self) -> Option<Text> {
        let kept = self.reason.as_ref()?;
        Some(match self.target {
            Some(_) => reasons::of_delivery(&kept.kept()),
            None => reasons::of_occurrence(kept),
        })
    }
}

/// A span in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Of everything.
    pub totals: Count,
    /// Of each reminder.
    pub reminders: BTreeMap<String, Count>,
    /// What did not go as planned, oldest first.
    pub noted: Vec<Line>,
    /// How many more there are of these.
    pub more: u64,
    /// Which files were told to whom.
    pub heard: Vec<Heard>,
}

impl Report {
    /// Reads a span from the store. `each` sees every line.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn read(
        outbox: &Outbox,
        from: Timestamp,
        until: Timestamp,
        mut each: impl FnMut(&Line),
    ) -> Result<Self, StoreError> {
        let mut report = Self { heard: outbox.heard(from, until, HEARD).await?, ..Self::default() };
        let mut after: Option<Occurrence> = None;
        loop {
            let page = outbox.outcomes(from, until, after.as_ref()).await?;
            let Some(last) = page.last() else { return Ok(report) };
            after = Some(last.occurrence.clone());
            for line in page.iter().flat_map(lines) {
                each(&line);
                report.add(line);
            }
        }
    }

    fn add(&mut self, line: Line) {
        self.totals.add(line.ending, line.count);
        let own = self.reminders.entry(line.occurrence.reminder.to_string()).or_default();
        own.add(line.ending, line.count);
        match line.ending {
            Ending::Sent | Ending::Waiting => {}
            _ if self.noted.len() < NOTED => self.noted.push(line),
            _ => self.more += 1,
        }
    }

    /// In JSON; instants in a zone.
    #[must_use]
    pub fn document(&self, tz: &TimeZone) -> Value {
        let at =
            |instant: Timestamp| instant.display_with_offset(tz.to_offset(instant)).to_string();
        let reminders: Vec<Value> = self
            .reminders
            .iter()
            .map(|(id, count)| {
                let mut row = count.document();
                row["reminder"] = json!(id);
                row
            })
            .collect();
        let noted: Vec<Value> = self
            .noted
            .iter()
            .map(|line| {
                json!({
                    "occurrence": line.occurrence.id(),
                    "reminder": line.occurrence.reminder.as_str(),
                    "due_at": at(line.occurrence.due_at),
                    "target": line.target.as_ref().map(TargetId::as_str),
                    "ending": line.ending.word(),
                    "reason": line.reason,
                    "arrived_at": line.arrived.map(at),
                    "count": line.count,
                })
            })
            .collect();
        let policies: Vec<Value> = self
            .policies()
            .into_iter()
            .map(|(path, heard)| {
                let heard = heard.iter().map(|one| {
                    json!({
                        "target": one.target.as_str(),
                        "reminder": one.reminder,
                        "at": at(one.at),
                        "removed": one.removed,
                    })
                });
                json!({ "path": path, "heard": heard.collect::<Vec<_>>() })
            })
            .collect();
        json!({
            "totals": self.totals.document(),
            "reminders": reminders,
            "noted": noted,
            "more": self.more,
            "policies": policies,
        })
    }

    /// For templates: the same, with the names of groups, and the clock of the settings.
    #[must_use]
    pub fn told(&self, world: &World) -> Value {
        let mut document = self.document(&world.zone.tz);
        for list in ["noted", "policies"] {
            name(&mut document[list], world);
        }
        document
    }

    /// A report with one of everything: what templates can name.
    #[must_use]
    pub fn sample() -> Self {
        let at = Timestamp::UNIX_EPOCH;
        let occurrence = Occurrence {
            reminder: ReminderId::new("reminder"),
            due_at: at,
            origin: Origin::Schedule,
        };
        let target = TargetId::new("target");
        let heard = Heard {
            path: "policy.md".to_owned(),
            reminder: "reminder".to_owned(),
            target: target.clone(),
            at,
            removed: false,
        };
        let mut sample = Self { heard: vec![heard], ..Self::default() };
        sample.add(Line {
            occurrence,
            zone: "UTC".to_owned(),
            target: Some(target),
            ending: Ending::Late,
            reason: None,
            arrived: Some(at),
            count: 1,
        });
        sample
    }

    /// Who heard of each file, by path; newest first.
    #[must_use]
    pub fn policies(&self) -> BTreeMap<&str, Vec<&Heard>> {
        let mut policies: BTreeMap<&str, Vec<&Heard>> = BTreeMap::new();
        for heard in &self.heard {
            policies.entry(&heard.path).or_default().push(heard);
        }
        policies
    }
}

/// Adds what people call each target of a list, and of the lists in it.
fn name(list: &mut Value, world: &World) {
    for row in list.as_array_mut().into_iter().flatten() {
        if let Some(id) = row["target"].as_str() {
            row["group"] = json!(world.called(&TargetId::new(id)));
        }
        if row["heard"].is_array() {
            name(&mut row["heard"], world);
        }
    }
}

/// The messages of an occurrence, one for each target; itself when it came to none.
fn lines(outcome: &Outcome) -> Vec<Line> {
    let line = |target, ending, reason, arrived| Line {
        occurrence: outcome.occurrence.clone(),
        zone: outcome.zone.clone(),
        target,
        ending,
        reason,
        arrived,
        count: outcome.count,
    };
    if outcome.deliveries.is_empty() {
        let ending = match outcome.state {
            OccurrenceState::Skipped => Ending::Skipped,
            OccurrenceState::Missed => Ending::Missed,
            OccurrenceState::Failed => Ending::Failed,
            OccurrenceState::Planned | OccurrenceState::Composed => Ending::Waiting,
        };
        return vec![line(None, ending, outcome.reason.clone(), None)];
    }
    let parts = outcome.deliveries.chunk_by(|a, b| a.target == b.target);
    parts
        .map(|parts| {
            let (ending, worst) = ended(&outcome.occurrence, parts);
            let arrived = parts.iter().filter_map(|part| part.arrived).max();
            let reason = worst.and_then(|part| part.reason.clone());
            let target = parts.first().map(|part| part.target.clone());
            line(target, ending, reason, arrived)
        })
        .collect()
}

/// How a message of several parts ended: as its worst part did.
fn ended<'a>(occurrence: &Occurrence, parts: &'a [Arrival]) -> (Ending, Option<&'a Arrival>) {
    let find = |states: &[DeliveryState]| parts.iter().find(|part| states.contains(&part.state));
    if let Some(part) = find(&[DeliveryState::Dead]) {
        return (Ending::Refused, Some(part));
    }
    let unsent = [DeliveryState::Expired, DeliveryState::Cancelled, DeliveryState::Held];
    if let Some(part) = find(&unsent) {
        return (Ending::Unsent, Some(part));
    }
    if let Some(part) = find(&[DeliveryState::Pending, DeliveryState::Sending]) {
        return (Ending::Waiting, Some(part));
    }
    // A manual send says itself what it is due at.
    let scheduled = occurrence.origin == Origin::Schedule;
    let on_time = occurrence.due_at.checked_add(LATE).unwrap_or(Timestamp::MAX);
    let late = scheduled && parts.iter().any(|part| part.arrived.is_some_and(|at| at > on_time));
    (if late { Ending::Late } else { Ending::Sent }, None)
}
