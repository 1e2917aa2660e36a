//! Changes: sees that a folder changed, waits until it has been quiet, and plans one occurrence of
//! each reminder that is `on change of` it.
//!
//! ```text
//! a sign (an event, the clock, a new world) ──▶ names, sizes, times ──▶ different: quiet from now
//!                                                                   └─▶ quiet for 2 minutes: contents
//!          contents differ from what some target was told ──▶ one row ──▶ composer
//! ```
//!
//! Nothing here needs to be remembered over a restart: what a target was told is its cursor in the
//! store, and moves with the message. So what changed while the service was down is told after it
//! started, what changed and changed back is not told at all, and a crash at any instant makes the
//! loop look again.

mod ears;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use self::ears::Ears;
use super::{
    alerter::Alert,
    composer::{Look, Reading, look},
    scheduler::{braked, planned_row},
    shared::Shared,
    world::World,
};
use crate::{
    compose::Listing,
    model::{
        diagnostic::Diagnostic,
        reminder::{Reminder, ReminderId},
        source::{DataSource, Folder, SourceKind},
    },
    outbox::{Fate, PlannedRow, StoreError},
};

/// A change is told when its folder has been quiet so long.
pub const QUIET: Duration = Duration::from_secs(120);

/// What a date or a pause held back is told from this hour of the day on, not just after midnight.
const MORNING: i8 = 9;

/// Events come in crowds: the folder is looked at so long after the first.
const BREATH: Duration = Duration::from_secs(1);

/// How long the loop waits when the store could not be read or written.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Noticed {
    /// Occurrences planned, or recorded as skipped.
    pub rows: usize,
    /// Folders that could not be read.
    pub failed: usize,
}

/// The loop's state: everything in it can be seen anew.
pub struct Changes {
    shared: Shared,
    reading: Reading,
    /// What is known of each reminder's folders.
    waits: BTreeMap<ReminderId, Wait>,
    /// How each folder looked, by [`Folder::mark`].
    seen: HashMap<String, Seen>,
    /// The world the waits are of.
    of: Option<Arc<World>>,
}

/// How a folder looked from outside.
#[derive(Clone, Debug)]
struct Seen {
    /// Changes with every file that comes, goes or is touched; none while it cannot be read.
    looks: Option<String>,
    /// Since when it looks so.
    since: Timestamp,
}

/// Where a reminder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// Something may be new: it is looked at when its folders are quiet.
    Open,
    /// Something is new, and a pause held it back; that is in the log.
    Held,
    /// Something may be new, and the reminder keeps quiet on that day.
    Over,
    /// Everything is told.
    Told,
}

impl Changes {
    /// A loop that has not looked at any folder yet.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        let reading = Reading::of(&shared);
        let (waits, seen) = Default::default();
        Self { shared, reading, waits, seen, of: None }
    }

    /// Looks at every folder that is waited for, and plans what is due.
    ///
    /// # Errors
    /// The store could not be read or written; the next round looks again.
    pub async fn run_once(&mut self) -> Result<Noticed, StoreError> {
        let world = self.shared.world();
        self.take_over(&world);
        let mut noticed = Noticed::default();
        self.glance(&world, &mut noticed).await;
        let mut rows = Vec::new();
        for reminder in waiting(&world) {
            if self.is_quiet(reminder) && self.is_due(&world, reminder, &mut noticed).await? {
                rows.push(planned_row(reminder, self.shared.clock.now(), Fate::Planned));
            }
        }
        noticed.rows = self.plan(rows).await?;
        Ok(noticed)
    }

    /// When the next folder will have been quiet long enough, if nothing else happens.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        let world = self.of.as_ref()?;
        let now = self.shared.clock.now();
        let open = waiting(world).filter(|one| self.waits.get(&one.id) == Some(&Wait::Open));
        let quiet = open.filter_map(|reminder| self.quiet_at(reminder));
        let late = waiting(world).filter(|one| self.is_late(&one.id));
        let mornings = late.filter_map(|reminder| morning(reminder, now));
        quiet.chain(mornings).filter(|at| *at > now).min()
    }

    /// Runs until it is told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut world = self.shared.world.clone();
        let mut ears = Ears::new(&self.shared);
        loop {
            let listening = ears.listen(self.shared.world());
            ears = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                ears = listening => ears,
            };
            let wake_at = match self.run_once().await {
                Ok(_) => self.next_wake(),
                Err(error) => {
                    self.shared.alert(Alert::store(&error));
                    Some(self.shared.clock.now() + STORE_PAUSE)
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                changed = world.changed() => {
                    if changed.is_err() { return; }
                }
                () = self.shared.bells.folders.notified() => {
                    let breath = self.shared.clock.now() + BREATH;
                    self.shared.clock.sleep_until(Some(breath)).await;
                }
                _ = self.shared.clock.sleep_until(wake_at) => {}
            }
        }
    }

    /// A new world: whatever is waited for in it may be new, also what could not be told before.
    fn take_over(&mut self, world: &Arc<World>) {
        if self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, world)) {
            return;
        }
        let wait = |one: &Arc<Reminder>| {
            let late = self.waits.get(&one.id).copied().filter(|_| self.is_late(&one.id));
            (one.id.clone(), late.unwrap_or(Wait::Open))
        };
        self.waits = waiting(world).map(wait).collect();
        let marks: Vec<String> =
            waiting(world).flat_map(|one| folders(one).map(|(_, folder)| folder.mark())).collect();
        self.seen.retain(|mark, _| marks.contains(mark));
        self.of = Some(Arc::clone(world));
    }

    /// Sees which folders look different, each once.
    async fn glance(&mut self, world: &Arc<World>, noticed: &mut Noticed) {
        let mut fresh: HashMap<String, bool> = HashMap::new();
        for reminder in waiting(world) {
            for (source, folder) in folders(reminder) {
                let mark = folder.mark();
                if let Some(differs) = fresh.get(&mark) {
                    self.open(reminder, *differs);
                    continue;
                }
                let listing = look(&self.reading, world, source, folder, &[], Look::Outside).await;
                noticed.failed += usize::from(listing.is_err());
                // What was touched a moment ago may be touched again without looking different.
                let settled = listing.as_ref().map_or(true, Listing::is_settled);
                let looks = listing.ok().map(|listing| listing.digest());
                let differs =
                    !settled || self.seen.get(&mark).is_none_or(|seen| seen.looks != looks);
                if differs {
                    let since = self.shared.clock.now();
                    self.seen.insert(mark.clone(), Seen { looks, since });
                }
                self.open(reminder, differs);
                fresh.insert(mark, differs);
            }
        }
    }

    fn open(&mut self, reminder: &Reminder, differs: bool) {
        if differs {
            self.waits.insert(reminder.id.clone(), Wait::Open);
        }
    }

    /// When all folders of a reminder will have been quiet.
    fn quiet_at(&self, reminder: &Reminder) -> Option<Timestamp> {
        let since = folders(reminder).filter_map(|(_, folder)| self.seen.get(&folder.mark()));
        since.map(|seen| seen.since + QUIET).max()
    }

    fn is_quiet(&self, reminder: &Reminder) -> bool {
        self.waits.get(&reminder.id) != Some(&Wait::Told)
            && self.quiet_at(reminder).is_some_and(|at| at <= self.shared.clock.now())
    }

    /// Whether a reminder whose folders are quiet has something to tell, today.
    async fn is_due(
        &mut self,
        world: &Arc<World>,
        reminder: &Reminder,
        noticed: &mut Noticed,
    ) -> Result<bool, StoreError> {
        let now = self.shared.clock.now();
        if !in_force(reminder, now) {
            if !self.is_late(&reminder.id) {
                self.waits.insert(reminder.id.clone(), Wait::Over);
            }
            return Ok(false);
        }
        if self.is_late(&reminder.id) && morning(reminder, now).is_some_and(|at| now < at) {
            return Ok(false);
        }
        if self.waits.get(&reminder.id) == Some(&Wait::Held) && self.is_braked(reminder).await? {
            return Ok(false);
        }
        let due = match self.has_news(world, reminder).await? {
            Ok(due) => due,
            Err(wrong) => {
                noticed.failed += 1;
                self.shared.alert(Alert::folder(&reminder.id, &wrong));
                false
            }
        };
        if !due {
            self.waits.insert(reminder.id.clone(), Wait::Told);
        }
        Ok(due)
    }

    /// Whether what is new was held back.
    fn is_late(&self, id: &ReminderId) -> bool {
        matches!(self.waits.get(id), Some(Wait::Held | Wait::Over))
    }

    async fn is_braked(&self, reminder: &Reminder) -> Result<bool, StoreError> {
        let brakes = self.shared.outbox.brakes().await?;
        let row = planned_row(reminder, self.shared.clock.now(), Fate::Planned);
        Ok(braked(&row, &brakes, &reminder.schedule.zone.tz).fate != Fate::Planned)
    }

    /// Whether the contents of some folder differ from what some target was told.
    async fn has_news(
        &self,
        world: &Arc<World>,
        reminder: &Reminder,
    ) -> Result<Result<bool, Diagnostic>, StoreError> {
        let cursors = self.shared.outbox.cursors(&reminder.id, None).await?;
        for (source, folder) in folders(reminder) {
            let own: Vec<_> =
                cursors.iter().filter(|one| one.id.source == source.name).cloned().collect();
            let listing = match look(&self.reading, world, source, folder, &own, Look::Now).await {
                Ok(listing) => listing,
                Err(wrong) => return Ok(Err(wrong)),
            };
            let news = reminder.to.iter().any(|target| {
                let cursor = own.iter().find(|one| one.id.target == *target);
                listing.has_news(cursor, folder)
            });
            if news {
                return Ok(Ok(true));
            }
        }
        Ok(Ok(false))
    }

    /// The plan transaction. Returns how many rows there are.
    async fn plan(&mut self, rows: Vec<PlannedRow>) -> Result<usize, StoreError> {
        if rows.is_empty() {
            return Ok(0);
        }
        let (world, brakes) = (self.shared.world(), self.shared.outbox.brakes().await?);
        let tz = |row: &PlannedRow| {
            let reminder = world.reminders.get(&row.occurrence.reminder);
            reminder.map_or(&world.zone.tz, |reminder| &reminder.schedule.zone.tz)
        };
        let rows: Vec<_> = rows.iter().map(|row| braked(row, &brakes, tz(row))).collect();
        self.shared.outbox.plan(&rows, &[], self.shared.clock.now()).await?;
        for row in &rows {
            let wait = if row.fate == Fate::Planned { Wait::Told } else { Wait::Held };
            self.waits.insert(row.occurrence.reminder.clone(), wait);
        }
        self.shared.bells.composer.notify_one();
        Ok(rows.len())
    }
}

/// The reminders that wait for a folder to change.
fn waiting(world: &World) -> impl Iterator<Item = &Arc<Reminder>> {
    world.reminders.values().filter(|one| one.enabled && !one.on_change.is_empty())
}

/// The sources that tell what changed in the folders a reminder waits for.
fn folders(reminder: &Reminder) -> impl Iterator<Item = (&DataSource, &Folder)> {
    let names = || reminder.on_change.iter().flat_map(|one| &one.sources);
    reminder.data.iter().filter_map(move |source| match &source.kind {
        SourceKind::Folder(folder) if names().any(|name| *name == source.name) => {
            Some((source, folder))
        }
        _ => None,
    })
}

/// Whether a reminder's dates let it fire on the day of an instant. On another day its changes
/// wait.
fn in_force(reminder: &Reminder, at: Timestamp) -> bool {
    let schedule = &reminder.schedule;
    schedule.holds_on(at.to_zoned_datetime(schedule.zone.tz.clone()).date())
}

/// The instant of a day from which on is told what was held back.
fn morning(reminder: &Reminder, at: Timestamp) -> Option<Timestamp> {
    let local = at.to_zoned_datetime(reminder.schedule.zone.tz.clone());
    let nine = local.date().at(MORNING, 0, 0, 0);
    let nine = local.time_zone().to_ambiguous_zoned_datetime(nine).compatible().ok()?;
    Some(nine.timestamp())
}
