//! The composer: turns planned occurrences into deliveries, off the scheduler's path.

mod gather;
mod instead;
mod occurrence;
mod patience;
mod render;
mod untold;

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use jiff::Timestamp;
use tokio::{
    sync::Semaphore,
    task::{JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;

use self::occurrence::{compose_planned, prepare};
pub use self::{
    gather::{Asked, Gathered, Look, Reading, gather, has_folders, look},
    occurrence::silenced,
    patience::Seats,
    render::{Composed, Rendered, Request, moment, render},
    untold::{UNCHANGED, nothing_new, untold},
};
use super::{
    alerter::Alert,
    dispatcher::{self, LEASE, give_back},
    shared::Shared,
    world::World,
};
use crate::{
    compose,
    model::{delivery::Leased, occurrence::Occurrence, reminder::Body},
    outbox::{ClaimRequest, Composing, Composition, Compositions, Planned, StoreError},
};

/// Occurrences composed in one transaction.
const BATCH: u32 = 256;

/// Occurrences with sources that are rendered at once.
const ROOMS: usize = 16;

/// A batch waits until there are seats for it with the dispatcher, but not longer than this: robots
/// that do not answer keep no occurrence from being composed.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(250);

/// How long the loop waits when the store could not be written.
const STORE_PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Occurrences composed, skipped or failed.
    pub composed: usize,
}

/// The loop.
pub struct Composer {
    shared: Shared,
    reading: Reading,
    rooms: Arc<Semaphore>,
    /// Through which what can leave at once goes straight to the dispatcher.
    seats: Option<dispatcher::Seats>,
}

/// An occurrence's id, and what it came to.
type Prepared = (String, Result<Composing, StoreError>);

/// Occurrences whose sources are being read.
#[derive(Default)]
struct Underway {
    tasks: JoinSet<Prepared>,
    ids: HashSet<String>,
}

impl Composer {
    /// A composer.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        let reading = Reading::of(&shared);
        Self { shared, reading, rooms: Arc::new(Semaphore::new(ROOMS)), seats: None }
    }

    /// Lets what can leave at once go straight to the dispatcher of these seats.
    #[must_use]
    pub fn handing_to(self, seats: dispatcher::Seats) -> Self {
        Self { seats: Some(seats), ..self }
    }

    /// Composes everything that is planned and due.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub async fn run_once(&self) -> Result<Summary, StoreError> {
        let mut summary = Summary::default();
        let mut underway = Underway::default();
        loop {
            while let Some(composed) = self.begin(&mut underway).await? {
                summary.composed += composed;
            }
            let Some(first) = underway.tasks.join_next().await else { return Ok(summary) };
            summary.composed += self.finish(first, &mut underway).await?;
        }
    }

    /// Composes one planned occurrence and no other: for a command that sends for itself.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn compose_one(&self, planned: Planned) -> Result<(), StoreError> {
        let world = self.shared.world();
        let composing =
            prepare(&self.shared.outbox, &self.reading, &self.rooms, world, planned).await?;
        self.write(vec![composing]).await.map(|_| ())
    }

    /// Runs until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut underway = Underway::default();
        loop {
            let wake_at = match self.begin(&mut underway).await {
                Ok(None) => None,
                Ok(Some(_)) if !stop.is_cancelled() => {
                    self.wait_for_room().await;
                    continue;
                }
                Ok(Some(_)) => return,
                Err(error) => Some(self.trouble(&error)),
            };
            let first = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = self.shared.bells.composer.notified() => None,
                first = underway.tasks.join_next(), if !underway.tasks.is_empty() => first,
                _ = self.shared.clock.sleep_until(wake_at) => None,
            };
            if let Some(first) = first
                && let Err(error) = self.finish(first, &mut underway).await
            {
                let until = self.trouble(&error);
                self.shared.clock.sleep_until(Some(until)).await;
            }
        }
    }

    /// Raises the alert, and says when to try again.
    fn trouble(&self, error: &StoreError) -> Timestamp {
        self.shared.alert(Alert::store(error));
        self.shared.clock.now() + STORE_PAUSE
    }

    /// What is composed meanwhile could not leave at once.
    async fn wait_for_room(&self) {
        let Some(seats) = &self.seats else { return };
        let patience = self.shared.clock.now() + PATIENCE;
        tokio::select! {
            biased;
            () = seats.wait_for(BATCH) => {}
            _ = self.shared.clock.sleep_until(Some(patience)) => {}
        }
    }

    /// Composes a batch of what is planned and has no sources, and begins to read the sources of
    /// the others: one that is slow holds up nobody else. Returns how many it composed; none when
    /// there is nothing to compose.
    async fn begin(&self, underway: &mut Underway) -> Result<Option<usize>, StoreError> {
        let now = self.shared.clock.now();
        let busy = u32::try_from(underway.ids.len()).unwrap_or(u32::MAX);
        let planned = self.shared.outbox.planned(now, BATCH.saturating_add(busy)).await?;
        self.shared.tell_damage();
        let world = self.shared.world();
        let waits = |planned: &Planned| !underway.ids.contains(&planned.occurrence.id());
        let (slow, quick): (Vec<_>, Vec<_>) =
            planned.into_iter().filter(waits).partition(|planned| has_sources(&world, planned));
        if slow.is_empty() && quick.is_empty() {
            return Ok(None);
        }
        for planned in slow {
            self.read(underway, Arc::clone(&world), planned);
        }
        self.batch(&world, quick).await.map(Some)
    }

    fn read(&self, underway: &mut Underway, world: Arc<World>, planned: Planned) {
        let (reading, outbox) = (self.reading.clone(), self.shared.outbox.clone());
        let (id, rooms) = (planned.occurrence.id(), Arc::clone(&self.rooms));
        underway.ids.insert(id.clone());
        underway
            .tasks
            .spawn(async move { (id, prepare(&outbox, &reading, &rooms, world, planned).await) });
    }

    /// Writes what is ready, the first of it in hand. One whose cursors moved meanwhile stays
    /// planned, and begins anew.
    async fn finish(
        &self,
        first: Result<Prepared, JoinError>,
        underway: &mut Underway,
    ) -> Result<usize, StoreError> {
        let mut done = vec![first];
        while let Some(more) = underway.tasks.try_join_next() {
            done.push(more);
        }
        let mut composing = Vec::new();
        let mut failed = None;
        for one in done {
            let (id, prepared) = match one {
                Ok(prepared) => prepared,
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            };
            underway.ids.remove(&id);
            match prepared {
                Ok(one) => composing.push(one),
                Err(error) => failed = Some(error),
            }
        }
        let written = self.write(composing).await;
        failed.map_or(written, Err)
    }

    async fn batch(&self, world: &Arc<World>, planned: Vec<Planned>) -> Result<usize, StoreError> {
        if planned.is_empty() {
            return Ok(0);
        }
        let brakes = self.shared.outbox.brakes().await?;
        let (world, now) = (Arc::clone(world), self.shared.clock.now());
        // Templates are rendered: not on the threads that send.
        let composing = tokio::task::spawn_blocking(move || {
            let batch = || -> Vec<_> {
                let compose = |one: &Planned| {
                    compose_planned(&world, &brakes, one.clone(), Gathered::default(), now)
                };
                planned.iter().map(compose).collect()
            };
            let reminder = |one: &Planned| world.reminders.get(&one.occurrence.reminder);
            if planned.iter().filter_map(reminder).all(|one| compose::is_plain(one)) {
                return batch();
            }
            // One room for all of them; without one each occurrence says so.
            compose::in_room(batch).unwrap_or_else(|_| batch())
        });
        match composing.await {
            Ok(composing) => self.write(composing).await,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }

    /// The compose transaction, and what follows from it. Returns how many counted.
    async fn write(&self, composing: Vec<Composing>) -> Result<usize, StoreError> {
        if composing.is_empty() {
            return Ok(0);
        }
        let world = self.shared.world();
        let done = self.commit(&composing, &world).await?;
        self.shared.bells.rescuer.notify_one();
        if done.held > 0 {
            let held = done.held;
            tracing::info!(held, "messages beyond a daily limit wait for the end of the day");
        }
        for dropped in &done.superseded {
            self.shared.alert(Alert::dropped(dropped, &world));
        }
        for (item, _) in composing.iter().zip(&done.counted).filter(|(_, counted)| **counted) {
            if let Composition::Failed { reason } = &item.composition {
                self.shared.alert(Alert::failed(&item.occurrence, reason));
            }
        }
        Ok(done.counted.iter().filter(|counted| **counted).count())
    }

    /// The transaction. What can leave at once and finds a seat goes to the dispatcher; for the
    /// rest its bell is rung.
    async fn commit(
        &self,
        composing: &[Composing],
        world: &Arc<World>,
    ) -> Result<Compositions, StoreError> {
        let outbox = &self.shared.outbox;
        let wanted = Wanted::of(composing);
        let door = match &self.seats {
            Some(seats) if wanted.count > 0 => Some(seats.door().await),
            _ => None,
        };
        let taken = door.and_then(|door| Some((door.take(wanted.count)?, door)));
        let now = self.shared.reckon().await?;
        let Some((seats, door)) = taken else {
            let done = outbox.compose_batch(composing, now).await?;
            self.shared.bells.dispatcher.notify_one();
            return Ok(done);
        };
        let targets = world.open_targets(&wanted.robots, now);
        let token = self.shared.chance.token();
        let request = ClaimRequest {
            now,
            owner: &self.shared.owner,
            token: &token,
            lease: LEASE,
            limit: u32::try_from(seats.num_permits()).unwrap_or(u32::MAX),
            paces: world.paces(),
            robots: Some(&wanted.robots),
            targets: Some(&targets),
            only: None,
        };
        let (done, leased) = outbox.compose_and_claim(composing, request).await?;
        self.shared.tell_damage();
        if !wanted.are(&leased) {
            self.shared.bells.dispatcher.notify_one();
        }
        if let Err(leases) = door.hand(Arc::clone(world), leased, seats) {
            give_back(&self.shared, &leases).await;
        }
        Ok(done)
    }
}

/// What a batch has to send.
struct Wanted<'a> {
    occurrences: HashSet<&'a Occurrence>,
    robots: Vec<String>,
    count: usize,
}

impl<'a> Wanted<'a> {
    fn of(composing: &'a [Composing]) -> Self {
        let deliveries = composing.iter().flat_map(|one| match &one.composition {
            Composition::Deliveries(deliveries) => deliveries.as_slice(),
            Composition::Skipped { .. } | Composition::Failed { .. } => &[],
        });
        let robots: Vec<&str> = deliveries.map(|one| one.robot_key.as_str()).collect();
        let count = robots.len();
        let robots: BTreeSet<&str> = robots.into_iter().collect();
        Self {
            occurrences: composing.iter().map(|one| &one.occurrence).collect(),
            robots: robots.into_iter().map(ToOwned::to_owned).collect(),
            count,
        }
    }

    /// Whether these leases are all there is to send.
    fn are(&self, leased: &[Leased]) -> bool {
        let ours = |one: &Leased| self.occurrences.contains(&one.occurrence);
        leased.len() == self.count && leased.iter().all(ours)
    }
}

fn has_sources(world: &World, planned: &Planned) -> bool {
    let reminder = world.reminders.get(&planned.occurrence.reminder);
    reminder.is_some_and(|reminder| {
        !reminder.data.is_empty() || matches!(reminder.body, Body::File { .. })
    })
}
