//! Housekeeping: a handful of UTC jobs on tokio-cron-scheduler, a clock of its own that watches the
//! reminder loop from outside.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use super::{alerter::Alert, reads, shared::Shared};
use crate::{
    http::Request,
    model::secret::Secret,
    outbox::{Pruned, StoreError},
    plan,
};

/// An expected occurrence this late is an alert.
const OVERDUE: Duration = Duration::from_secs(5 * 60);

/// Alerts of one sweep; the log holds the rest.
const OVERDUE_ALERTS: u32 = 20;

/// Rows one bite of pruning removes.
const BITE: u32 = 500;

/// Bites a day at most.
const BITES: u32 = 2000;

/// Days before a calendar's data ends on which people are told.
const COVERAGE_DAYS: [i64; 6] = [60, 30, 14, 7, 3, 1];

/// The jobs, each with a `*_once` that tests call.
#[derive(Clone)]
pub struct Housekeeping {
    shared: Shared,
}

impl Housekeeping {
    /// Housekeeping for one service.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// Starts the jobs. They end when the returned scheduler is shut down or dropped.
    ///
    /// # Errors
    /// A job could not be added.
    pub async fn start(self) -> Result<JobScheduler, JobSchedulerError> {
        let scheduler = JobScheduler::new().await?;
        let jobs = [
            ("17 * * * * *", Task::Rescan),
            ("41 */5 * * * *", Task::Sweep),
            ("29 7 * * * *", Task::Reads),
            ("23 30 1 * * *", Task::Coverage),
            ("53 17 3 * * *", Task::Prune),
        ];
        for (when, task) in jobs {
            let housekeeping = self.clone();
            let run = move |_, _| {
                let housekeeping = housekeeping.clone();
                Box::pin(async move { housekeeping.run(task).await })
                    as std::pin::Pin<Box<dyn Future<Output = ()> + Send>>
            };
            scheduler.add(Job::new_async(when, run)?).await?;
        }
        scheduler.start().await?;
        Ok(scheduler)
    }

    async fn run(&self, task: Task) {
        let done = match task {
            Task::Rescan => {
                self.rescan_once();
                Ok(())
            }
            Task::Sweep => self.watch_once().await.map(|_| ()),
            Task::Reads => self.reads_once().await.map(|_| ()),
            Task::Coverage => {
                self.coverage_once();
                Ok(())
            }
            Task::Prune => self.prune_once().await.map(|_| ()),
        };
        if let Err(error) = done {
            self.shared.alert(Alert::store(&error));
        }
    }

    /// Has others look whether files changed unheard.
    pub fn rescan_once(&self) {
        self.shared.bells.files.notify_one();
        self.shared.bells.folders.notify_one();
    }

    /// Sweeps, and where everything is as it should be, asks the heartbeat's address, so that a
    /// machine that is off is noticed elsewhere. Returns whether all is well.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn watch_once(&self) -> Result<bool, StoreError> {
        let late = self.sweep_once().await?;
        let stalled = self.shared.pulses.stalled(self.shared.clock.now());
        if !stalled.is_empty() {
            tracing::error!(stalled = stalled.join(", "), "loops hang");
        }
        let well = late == 0 && stalled.is_empty();
        if let Some(address) = self.shared.world().heartbeat.as_ref().filter(|_| well) {
            match address.resolve(|kept| self.shared.secrets.resolve(kept)) {
                Ok(address) => self.beat(address).await,
                Err(why) => tracing::warn!(%why, "the heartbeat's address cannot be read"),
            }
        }
        Ok(well)
    }

    async fn beat(&self, address: Secret) {
        match self.shared.client.send(&Request::get(address)).await {
            Ok(answer) if answer.status < 400 => {}
            Ok(answer) => tracing::warn!(status = answer.status, "the heartbeat was refused"),
            Err(failure) => tracing::warn!(%failure, "the heartbeat was not heard"),
        }
    }

    /// Looks for occurrences that should be there and are not, or were not composed. Returns how
    /// many it found.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn sweep_once(&self) -> Result<usize, StoreError> {
        let before = self.shared.clock.now() - OVERDUE;
        let late = self.shared.outbox.overdue(before, OVERDUE_ALERTS).await?;
        let world = self.shared.world();
        for planned in &late {
            let occurrence = &planned.occurrence;
            self.shared.alert(Alert::overdue(&occurrence.reminder, occurrence.due_at, &world));
        }
        Ok(late.len() + self.unplanned(before).await?)
    }

    /// Occurrences the catalog and the watermarks lead to expect, and that have no row.
    async fn unplanned(&self, before: Timestamp) -> Result<usize, StoreError> {
        let world = self.shared.world();
        let marks = self.shared.outbox.watermarks().await?;
        // By the schedule that many share, and how far it is planned.
        let mut next: HashMap<(usize, Timestamp), Option<Timestamp>> = HashMap::new();
        let mut found = 0;
        for mark in marks.iter().filter(|mark| mark.enabled) {
            let Some(reminder) = world.reminders.get(&mark.reminder).filter(|r| r.enabled) else {
                continue;
            };
            let schedule = &reminder.schedule;
            let due = *next
                .entry((Arc::as_ptr(schedule).addr(), mark.until))
                .or_insert_with(|| plan::next(schedule, mark.until).map(|next| next.due_at));
            let Some(due) = due.filter(|due| *due < before) else { continue };
            // A changed schedule that the scheduler has not taken over yet starts anew there.
            if mark.fingerprint == schedule.fingerprint() {
                found += 1;
                if found <= OVERDUE_ALERTS as usize {
                    self.shared.alert(Alert::overdue(&reminder.id, due, &world));
                }
            }
        }
        Ok(found)
    }

    /// Tells when a calendar's data ends soon.
    pub fn coverage_once(&self) {
        let world = self.shared.world();
        let today = self.shared.clock.now().to_zoned_datetime(TimeZone::UTC).date();
        for (id, calendar) in &world.calendars {
            let Some((_, last)) = calendar.coverage() else { continue };
            let left = i64::from(today.until(last).map_or(0, |span| span.get_days()));
            if COVERAGE_DAYS.contains(&left) || left < 0 {
                self.shared.alert(Alert::coverage(id, last, left.max(-1)));
            }
        }
    }

    /// Asks who has read what was sent, before the robots forget it. Returns how many answers were
    /// kept.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub async fn reads_once(&self) -> Result<usize, StoreError> {
        reads::collect_once(&self.shared).await
    }

    /// Removes what is older than `log_keep`, in small bites.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn prune_once(&self) -> Result<Pruned, StoreError> {
        let (keep, now) = (self.shared.world().log_keep, self.shared.clock.now());
        let mut total = Pruned::default();
        for _ in 0..BITES {
            let bite = self.shared.outbox.prune(keep, now, BITE).await?;
            if bite == Pruned::default() {
                break;
            }
            total.occurrences += bite.occurrences;
            total.slots += bite.slots;
            total.alerts += bite.alerts;
            total.brakes += bite.brakes;
        }
        for _ in 0..BITES {
            if self.shared.outbox.prune_cursors(keep, now, BITE).await? == 0 {
                break;
            }
        }
        for _ in 0..BITES {
            if self.shared.outbox.forget_standbys(BITE).await? == 0 {
                break;
            }
        }
        Ok(total)
    }
}

#[derive(Clone, Copy, Debug)]
enum Task {
    Rescan,
    Sweep,
    Reads,
    Coverage,
    Prune,
}
