//! The scheduler: sleeps until the next due instant, then plans it as one batch.
//!
//! Reminders with equal schedules form a group that shares one computation. A heap holds the next
//! due instant of every group. There is no fixed tick: the loop wakes at an instant, when the world
//! was swapped, or when somebody set the clock.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::Arc,
    time::Duration,
};

use jiff::{Timestamp, tz::TimeZone};
use tokio_util::sync::CancellationToken;

use super::{alerter::Alert, shared::Shared, world::World};
use crate::{
    model::{
        occurrence::{Occurrence, Origin},
        reminder::{Fingerprint, Reminder, ReminderId, Schedule},
        text::Text,
    },
    outbox::{BY_HAND, Brake, Brakes, Fate, PlannedRow, Span, StoreError, Watermark},
    plan,
};

/// Up to this late an occurrence is simply sent.
const PUNCTUAL: Duration = Duration::from_secs(30);

/// So many reminders are planned in one transaction.
const BITE: usize = 1_000;

/// How long the loop waits when the store could not be written.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// Occurrences that will be composed.
    pub planned: usize,
    /// Occurrences recorded as missed.
    pub missed: usize,
}

/// What one transaction plans: the rows of some reminders, and how far these are planned with them.
#[derive(Default)]
struct Bite {
    rows: Vec<PlannedRow>,
    moved: Vec<Watermark>,
}

/// The bite that has room for another reminder.
fn room(bites: &mut Vec<Bite>) -> &mut Bite {
    match bites.last() {
        Some(last) if last.moved.len() < BITE => {}
        _ => bites.push(Bite::default()),
    }
    let last = bites.len() - 1;
    &mut bites[last]
}

/// Reminders that share one computation.
struct Group {
    schedule: Arc<Schedule>,
    fingerprint: Fingerprint,
    reminders: Vec<Arc<Reminder>>,
}

/// The loop's state: everything in it can be computed anew from the world and the store.
pub struct Scheduler {
    shared: Shared,
    groups: Vec<Group>,
    due: BinaryHeap<Reverse<(Timestamp, usize)>>,
    watermarks: HashMap<ReminderId, Timestamp>,
}

impl Scheduler {
    /// A scheduler that has not looked at the world yet.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self { shared, groups: Vec::new(), due: BinaryHeap::new(), watermarks: HashMap::new() }
    }

    /// The next instant at which something is due.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.due.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes over the world in force: catches up on what was due meanwhile, then computes what
    /// comes next. Also the answer to a clock that was set.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub async fn load(&mut self) -> Result<Planned, StoreError> {
        let world = self.shared.world();
        let now = self.shared.clock.now();
        self.shared.outbox.set_back(now).await?;
        let stored = self.shared.outbox.watermarks().await?;
        let stored: HashMap<_, _> =
            stored.into_iter().map(|mark| (mark.reminder.clone(), mark)).collect();
        let mut rows = Vec::new();
        let mut moved = Vec::new();
        let mut watermarks = HashMap::with_capacity(world.reminders.len());
        // By the schedule that many share.
        let mut fingerprints: HashMap<usize, Fingerprint> = HashMap::new();
        for reminder in world.reminders.values() {
            let shared = Arc::as_ptr(&reminder.schedule).addr();
            let print = || reminder.schedule.fingerprint();
            let print = *fingerprints.entry(shared).or_insert_with(print);
            let mark = catch_up((reminder, print), stored.get(&reminder.id), now, &mut rows);
            watermarks.insert(reminder.id.clone(), mark.until.max(now));
            if stored.get(&reminder.id) != Some(&mark) {
                moved.push(mark);
            }
        }
        let gone = |id: &ReminderId| !world.reminders.contains_key(id);
        for mark in stored.into_values().filter(|mark| mark.enabled && gone(&mark.reminder)) {
            // In no file any more: when it comes back, it starts then.
            moved.push(Watermark { enabled: false, ..mark });
        }
        let summary = self.commit(&rows, &moved, now).await?;
        self.shared.outbox.shrink().await?;
        self.watermarks = watermarks;
        self.regroup(&world);
        Ok(summary)
    }

    /// Plans everything that is due now.
    ///
    /// # Errors
    /// The store could not be written; the same instants stay due.
    pub async fn run_once(&mut self) -> Result<Planned, StoreError> {
        let now = self.shared.clock.now();
        let mut fired = Vec::new();
        while let Some(Reverse((at, group))) = self.due.peek().copied() {
            if at > now {
                break;
            }
            self.due.pop();
            fired.push((at, group));
        }
        if fired.is_empty() {
            return Ok(Planned::default());
        }
        let committed = self.plan_fired(&fired, now).await;
        if committed.is_err() {
            self.due.extend(fired.into_iter().map(Reverse));
            return committed;
        }
        for (_, group) in fired {
            self.push_next(group);
        }
        committed
    }

    /// Plans bite by bite: the first ones are composed and sent while others are planned.
    async fn plan_fired(
        &mut self,
        fired: &[(Timestamp, usize)],
        now: Timestamp,
    ) -> Result<Planned, StoreError> {
        let mut bites = Vec::new();
        for (at, group) in fired {
            self.plan_group(*at, &self.groups[*group], now, &mut bites);
        }
        let mut planned = Planned::default();
        for Bite { rows, moved } in bites {
            let rows = self.brake(&rows).await?;
            let new = self.shared.outbox.plan_due(&rows, &moved, now).await?;
            let done = self.planned(&rows, &new);
            planned.planned += done.planned;
            planned.missed += done.missed;
            for mark in moved {
                self.watermarks.insert(mark.reminder, mark.until);
            }
        }
        Ok(planned)
    }

    /// Runs until it is told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut world = self.shared.world.clone();
        let mut reload = true;
        loop {
            let round =
                if std::mem::take(&mut reload) { self.load().await } else { self.run_once().await };
            let wake_at = match round {
                Ok(_) => self.next_due(),
                Err(error) => {
                    reload = true;
                    self.shared.alert(Alert::store(&error));
                    Some(self.shared.clock.now() + STORE_PAUSE)
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                changed = world.changed() => {
                    if changed.is_err() { return; }
                    reload = true;
                }
                wake = self.shared.clock.sleep_until(wake_at) => {
                    reload |= wake == crate::clock::Wake::Stepped;
                }
            }
        }
    }

    /// Writes what a load found.
    async fn commit(
        &self,
        rows: &[PlannedRow],
        moved: &[Watermark],
        now: Timestamp,
    ) -> Result<Planned, StoreError> {
        if rows.is_empty() && moved.is_empty() {
            return Ok(Planned::default());
        }
        let rows = self.brake(rows).await?;
        let new = self.shared.outbox.plan(&rows, moved, now).await?;
        Ok(self.planned(&rows, &new))
    }

    /// What follows from rows that were written.
    fn planned(&self, rows: &[PlannedRow], new: &[Occurrence]) -> Planned {
        if !new.is_empty() {
            self.shared.bells.composer.notify_one();
        }
        let missed: Vec<_> =
            rows.iter().filter(|row| matches!(row.fate, Fate::Missed { .. })).collect();
        for row in &missed {
            self.shared.alert(Alert::missed(row, &self.shared.world()));
        }
        let planned = rows.iter().filter(|row| row.fate == Fate::Planned).count();
        Planned { planned, missed: missed.len() }
    }

    /// What a pause or a person keeps from being sent is recorded as skipped.
    async fn brake(&self, rows: &[PlannedRow]) -> Result<Vec<PlannedRow>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let (world, brakes) = (self.shared.world(), self.shared.outbox.brakes().await?);
        let rows = rows.iter().map(|row| {
            let tz = world.reminders.get(&row.occurrence.reminder).map(|one| &one.schedule.zone.tz);
            braked(row, &brakes, tz.unwrap_or(&TimeZone::UTC))
        });
        Ok(rows.collect())
    }

    /// The rows of one group that was due at `at`.
    fn plan_group(&self, at: Timestamp, group: &Group, now: Timestamp, bites: &mut Vec<Bite>) {
        let punctual = now.duration_since(at).unsigned_abs() <= PUNCTUAL
            && plan::next(&group.schedule, at).is_none_or(|next| next.due_at > now);
        for reminder in &group.reminders {
            let Bite { rows, moved } = room(bites);
            let until = self.watermarks.get(&reminder.id).copied().unwrap_or(at);
            let until = if punctual {
                if at > until {
                    rows.push(planned_row(reminder, at, Fate::Planned));
                }
                at.max(until)
            } else {
                triage(reminder, until, now, rows)
            };
            moved.push(watermark(reminder, until, group.fingerprint));
        }
    }

    /// Groups the world's reminders by schedule and computes each group's next instant.
    fn regroup(&mut self, world: &World) {
        let mut groups: HashMap<Arc<Schedule>, Vec<Arc<Reminder>>> = HashMap::new();
        for reminder in world.reminders.values().filter(|reminder| reminder.enabled) {
            groups.entry(Arc::clone(&reminder.schedule)).or_default().push(Arc::clone(reminder));
        }
        self.groups = groups
            .into_iter()
            .map(|(schedule, reminders)| {
                let fingerprint = schedule.fingerprint();
                Group { schedule, fingerprint, reminders }
            })
            .collect();
        self.due.clear();
        for group in 0..self.groups.len() {
            self.push_next(group);
        }
    }

    /// Computes when a group is due next: after everything that is planned for all its reminders.
    fn push_next(&mut self, group: usize) {
        let Group { schedule, reminders, .. } = &self.groups[group];
        let after = reminders.iter().filter_map(|reminder| self.watermarks.get(&reminder.id)).min();
        if let Some(next) = after.and_then(|after| plan::next(schedule, *after)) {
            self.due.push(Reverse((next.due_at, group)));
        }
    }
}

/// Where planning of a reminder stands after a (re)load, with the rows of what was missed.
fn catch_up(
    (reminder, fingerprint): (&Reminder, Fingerprint),
    stored: Option<&Watermark>,
    now: Timestamp,
    rows: &mut Vec<PlannedRow>,
) -> Watermark {
    match stored {
        Some(mark) if mark.fingerprint == fingerprint && mark.enabled == reminder.enabled => {
            if !reminder.enabled {
                return mark.clone();
            }
            let before = rows.len();
            let until = triage(reminder, mark.until, now, rows);
            // Without a new row the stored mark says the same: nothing is due up to now.
            if rows.len() == before {
                mark.clone()
            } else {
                watermark(reminder, until, fingerprint)
            }
        }
        // New, or its schedule changed: it starts now.
        _ => watermark(reminder, now, fingerprint),
    }
}

/// Judges everything due after `until` up to `now`; returns the new watermark.
fn triage(
    reminder: &Reminder,
    until: Timestamp,
    now: Timestamp,
    rows: &mut Vec<PlannedRow>,
) -> Timestamp {
    if until >= now {
        return until;
    }
    let triage = plan::triage(reminder, until, now);
    rows.extend(triage.rows.into_iter().map(|judged| {
        let fate = match judged {
            plan::Row::Planned { .. } => Fate::Planned,
            plan::Row::Missed { reason, .. } => {
                Fate::Missed { reason: Text::from(reason).kept(), span: None }
            }
            plan::Row::MissedMany { first, last, count, reason } => {
                let span = Some(Span { first, last, count });
                Fate::Missed { reason: Text::from(reason).kept(), span }
            }
        };
        planned_row(reminder, judged.due_at(), fate)
    }));
    triage.watermark
}

/// The row as the brakes leave it.
pub(super) fn braked(row: &PlannedRow, brakes: &Brakes, tz: &TimeZone) -> PlannedRow {
    let Occurrence { reminder, due_at, .. } = &row.occurrence;
    let span = match row.fate {
        Fate::Planned => None,
        Fate::Missed { span, .. } | Fate::Skipped { span, .. } => span,
    };
    let on = |at: Timestamp| brakes.on(reminder, at, at.to_zoned_datetime(tz.clone()).date());
    let Some(brake) = on(*due_at).filter(|_| span.is_none_or(|span| on(span.first).is_some()))
    else {
        return row.clone();
    };
    let (reason, detail) = match brake {
        Brake::Paused(pause) => ("paused", pause.reason.clone()),
        Brake::ByHand => (BY_HAND, None),
    };
    let fate = Fate::Skipped { reason: reason.to_owned(), detail, span };
    PlannedRow { fate, ..row.clone() }
}

/// A row of a reminder's own.
pub(super) fn planned_row(reminder: &Reminder, due_at: Timestamp, fate: Fate) -> PlannedRow {
    PlannedRow {
        occurrence: Occurrence { reminder: reminder.id.clone(), due_at, origin: Origin::Schedule },
        zone: reminder.schedule.zone.name.to_string(),
        fate,
    }
}

fn watermark(reminder: &Reminder, until: Timestamp, fingerprint: Fingerprint) -> Watermark {
    Watermark { reminder: reminder.id.clone(), until, fingerprint, enabled: reminder.enabled }
}
