//! The dispatcher: makes one attempt for each delivery that was claimed, and settles the answers.
//!
//! What can leave at once is claimed as it is composed and comes through the [`Seats`]. What had to
//! wait is claimed here: by looking which robots have something ready, and taking from their queues
//! as seats become free. Answers that come in together are settled together. The loop sleeps until
//! something can be claimed, and a bell wakes it earlier.

mod agenda;
mod attempt;
mod host;
mod seats;
mod settling;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

pub use self::seats::{IN_FLIGHT, Seats};
use self::{
    agenda::Agenda,
    attempt::{attempt, wait_for_turn},
    seats::Claimed,
    settling::{UnderWay, confirmed, settle_all, settle_surely},
};
pub(super) use self::{attempt::WORRYING_ATTEMPTS, settling::give_back};
use super::{alerter::Alert, rescuer::Rescuer, shared::Shared, world::World};
use crate::{
    clock::Wake,
    model::{delivery::Leased, occurrence::Occurrence, target::TargetId},
    outbox::{ClaimRequest, StoreError},
};

/// Answers that trickle in make room bit by bit. More is claimed when so many seats are free, and
/// [`TRICKLE`] later at the latest: a claim costs a write to the disk however little it takes.
const ROOM: usize = IN_FLIGHT / 4;

/// See [`ROOM`].
const TRICKLE: Duration = Duration::from_millis(10);

/// A lease outlives every request: connect and total timeouts are far below it.
pub const LEASE: Duration = Duration::from_secs(60);

/// How long requests under way may take to finish when the service stops.
const DRAIN: Duration = Duration::from_secs(8);

/// How long the loop waits when the store could not be written, and when somebody else was faster.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// A queue that lasts longer is worth a line in the log.
const WORTH_SAYING: Duration = Duration::from_secs(5);

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dispatched {
    /// Attempts that were made and settled.
    pub attempts: usize,
    /// Of these, confirmed.
    pub delivered: usize,
}

/// Sends what is due. Cheap to make; holds no state but what is under way.
pub struct Dispatcher {
    shared: Shared,
    seats: Seats,
    /// What others claimed.
    handed: mpsc::UnboundedReceiver<Claimed>,
    under_way: UnderWay,
    /// The world whose robots what waits goes through.
    keyed: Option<Arc<World>>,
    agenda: Agenda,
    /// By robot: closed when its last request so far is answered.
    turns: HashMap<String, oneshot::Receiver<()>>,
    /// Until when the log says each target's queue lasts.
    said: BTreeMap<TargetId, Timestamp>,
    /// The queues are not counted before.
    count_again: Timestamp,
}

impl Dispatcher {
    /// A dispatcher with nothing under way.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        let (seats, handed) = Seats::new();
        Self {
            shared,
            seats,
            handed,
            under_way: UnderWay::default(),
            keyed: None,
            agenda: Agenda::default(),
            turns: HashMap::new(),
            said: BTreeMap::new(),
            count_again: Timestamp::MIN,
        }
    }

    /// Its seats, for those who claim for it.
    #[must_use]
    pub fn seats(&self) -> Seats {
        self.seats.clone()
    }

    /// Sends everything that can be sent now, and settles it. With `only`, only deliveries of that
    /// occurrence.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub async fn run_once(&mut self, only: Option<&Occurrence>) -> Result<Dispatched, StoreError> {
        let mut summary = Dispatched::default();
        loop {
            self.begin_handed();
            if only.is_some() {
                let robots = self.shared.outbox.waiting_robots().await?;
                self.claim(&robots, only).await?;
            } else {
                self.agenda.look_everywhere();
                self.round().await?;
            }
            if self.under_way.is_empty() {
                return Ok(summary);
            }
            while !self.under_way.is_empty() {
                let answers = self.under_way.answers(&*self.shared.clock).await;
                summary.attempts += answers.len();
                summary.delivered += answers.iter().filter(|answer| confirmed(answer)).count();
                settle_all(&self.shared, &answers).await?;
            }
        }
    }

    /// Runs until it is told to stop, then lets requests under way finish and gives the rest back.
    pub async fn run(mut self, stop: CancellationToken) {
        let (mut look, mut wake_at) = (true, None);
        self.agenda.look_everywhere();
        let client = Arc::clone(&self.shared.client);
        drop(tokio::task::spawn_blocking(move || client.prepare()));
        if let Err(error) = self.shared.outbox.rehearse(self.shared.clock.now()).await {
            // What is in the way of it is in the way of all else, and told there.
            tracing::debug!(%error, "the store could not be rehearsed with");
        }
        loop {
            if look {
                wake_at = self.round_or_pause().await;
            } else if self.agenda.has_more() {
                let soon = self.shared.clock.now() + TRICKLE;
                wake_at = Some(wake_at.map_or(soon, |at: Timestamp| at.min(soon)));
            }
            look = false;
            let busy = !self.under_way.is_empty();
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(claimed) = self.handed.recv() => self.begin(claimed),
                came = self.under_way.answers(&*self.shared.clock), if busy => {
                    self.agenda.heard(&came);
                    settle_surely(&self.shared, came).await;
                    let room = self.under_way.is_empty() || self.seats.free() >= ROOM;
                    look = room && self.agenda.has_more();
                    if self.under_way.is_empty() && !look {
                        self.shrink().await;
                    }
                }
                () = self.shared.bells.dispatcher.notified() => {
                    self.agenda.look_everywhere();
                    look = true;
                }
                wake = self.shared.clock.sleep_until(wake_at) => {
                    self.agenda.woke(self.shared.clock.now(), wake == Wake::Stepped);
                    look = true;
                }
            }
        }
        self.drain().await;
    }

    /// A round; when the store is in trouble, when to try again.
    async fn round_or_pause(&mut self) -> Option<Timestamp> {
        self.round().await.unwrap_or_else(|error| {
            self.shared.alert(Alert::store(&error));
            self.agenda.look_everywhere();
            Some(self.shared.clock.now() + STORE_PAUSE)
        })
    }

    /// Claims while there is room; returns when to look again at the latest.
    async fn round(&mut self) -> Result<Option<Timestamp>, StoreError> {
        while self.seats.free() > 0 {
            let robots = match self.agenda.next(self.seats.free()) {
                robots if !robots.is_empty() => robots,
                _ if !self.agenda.has_more() => return Ok(self.agenda.later()),
                _ => {
                    self.look().await?;
                    continue;
                }
            };
            match self.claim(&robots, None).await? {
                // Somebody else was faster.
                Some(0) => self.agenda.look_again(self.shared.clock.now() + STORE_PAUSE),
                _ => self.agenda.look_at(robots),
            }
        }
        // Full: the next answer makes room.
        Ok(None)
    }

    /// Looks which robots have something ready, and when the others will.
    async fn look(&mut self) -> Result<(), StoreError> {
        let world = self.shared.world();
        self.rekey(&world).await?;
        let outbox = &self.shared.outbox;
        let (robots, everywhere) = match self.agenda.questions() {
            Some(robots) => (robots, false),
            None => (outbox.waiting_robots().await?, true),
        };
        let now = self.shared.reckon().await?;
        let targets = world.open_targets(&robots, now);
        let found = match robots.is_empty() {
            true => Vec::new(),
            false => outbox.look(now, &robots, world.paces(), Some(&targets)).await?,
        };
        self.agenda.looked(found, now, everywhere);
        self.announce().await
    }

    /// Says how many wait and when the last one leaves, when something waits for longer than it
    /// did when this was said last.
    async fn announce(&mut self) -> Result<(), StoreError> {
        let now = self.shared.clock.now();
        let long = |at: Timestamp| at > now.saturating_add(WORTH_SAYING).unwrap_or(now);
        // A long queue is not counted anew at every answer.
        if !self.agenda.later().is_some_and(long) || now < self.count_again {
            return Ok(());
        }
        self.count_again = now.saturating_add(WORTH_SAYING).unwrap_or(now);
        for queue in self.shared.world().queues(&self.shared.outbox, now).await? {
            let Some(last) = queue.last_leaves.filter(|last| long(*last)) else { continue };
            let said = self.said.entry(queue.target.clone()).or_insert(now);
            if last > said.saturating_add(WORTH_SAYING).unwrap_or(last) {
                *said = last;
                let (waiting, last_leaves) = (queue.waiting, last.to_string());
                tracing::info!(TARGET = %queue.target, waiting, last_leaves, "deliveries wait");
            }
        }
        Ok(())
    }

    /// When something can be claimed next if nothing else happens.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn next_claim(&self) -> Result<Option<Timestamp>, StoreError> {
        let (world, now) = (self.shared.world(), self.shared.clock.now());
        let robots = self.shared.outbox.waiting_robots().await?;
        let targets = world.open_targets(&robots, now);
        let found = self.shared.outbox.look(now, &robots, world.paces(), Some(&targets)).await?;
        Ok(found.into_iter().map(|(_, at)| at).min())
    }

    /// Leases what fits of these robots' queues and starts an attempt for each. Returns how many;
    /// none when there was no seat.
    async fn claim(
        &mut self,
        robots: &[String],
        only: Option<&Occurrence>,
    ) -> Result<Option<usize>, StoreError> {
        let world = self.shared.world();
        self.rekey(&world).await?;
        let seats = self.seats.clone();
        let door = seats.door().await;
        let Some(seats) = door.take(IN_FLIGHT) else { return Ok(None) };
        let now = self.shared.reckon().await?;
        let targets = world.open_targets(robots, now);
        let token = self.shared.chance.token();
        let request = ClaimRequest {
            now,
            owner: &self.shared.owner,
            token: &token,
            lease: LEASE,
            limit: u32::try_from(seats.num_permits()).unwrap_or(u32::MAX),
            paces: world.paces(),
            robots: Some(robots),
            targets: Some(&targets),
            only,
        };
        let leased = self.shared.outbox.claim(request).await?;
        self.shared.tell_damage();
        // What others claimed before comes first.
        self.begin_handed();
        let count = leased.len();
        self.begin(Claimed { world, leased, seats });
        Ok(Some(count))
    }

    /// Everything that could be sent is: what a burst took of memory goes back.
    async fn shrink(&self) {
        if let Err(error) = self.shared.outbox.shrink().await {
            self.shared.alert(Alert::store(&error));
        }
    }

    fn begin_handed(&mut self) {
        while let Ok(claimed) = self.handed.try_recv() {
            self.begin(claimed);
        }
    }

    /// Starts an attempt for each.
    fn begin(&mut self, claimed: Claimed) {
        let Claimed { world, leased, mut seats } = claimed;
        if self.under_way.is_empty() {
            self.turns.clear();
        }
        for leased in leased {
            let seat: Option<OwnedSemaphorePermit> = seats.split(1);
            let (answered, turn) = oneshot::channel();
            let before = self.turns.insert(leased.robot_key.clone(), turn);
            let (shared, world) = (self.shared.clone(), Arc::clone(&world));
            self.under_way.begin(async move {
                wait_for_turn(&shared, before).await;
                let answer = attempt(shared, world, leased).await;
                drop((answered, seat));
                answer
            });
        }
    }

    /// A world that was swapped may reach its targets through other robots.
    async fn rekey(&mut self, world: &Arc<World>) -> Result<(), StoreError> {
        if !self.keyed.as_ref().is_some_and(|keyed| Arc::ptr_eq(keyed, world)) {
            self.shared.outbox.rekey(&world.robot_keys()).await?;
            self.keyed = Some(Arc::clone(world));
        }
        Ok(())
    }

    async fn drain(mut self) {
        let until = self.shared.clock.now() + DRAIN;
        self.give_back().await;
        while !self.under_way.is_empty() {
            tokio::select! {
                came = self.under_way.answers(&*self.shared.clock) => settle_surely(&self.shared, came).await,
                _ = self.shared.clock.sleep_until(Some(until)) => break,
            }
        }
        // What did not finish is as uncertain as after a crash.
        let came = self.under_way.abandon().await;
        if !came.is_empty() {
            settle_surely(&self.shared, came).await;
        }
        Rescuer::new(self.shared).give_back().await;
    }

    /// Gives back what was handed over and not begun.
    async fn give_back(&mut self) {
        self.handed.close();
        let mut leases: Vec<Leased> = Vec::new();
        while let Ok(claimed) = self.handed.try_recv() {
            leases.extend(claimed.leased);
        }
        give_back(&self.shared, &leases).await;
    }
}
