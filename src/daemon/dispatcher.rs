//! The dispatcher: claims what is due, makes one attempt for each, and settles the answers.
//!
//! Requests run side by side, at most [`IN_FLIGHT`] at once; answers that come in together are
//! settled together. It sleeps until something can be claimed, and a bell wakes it earlier.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::{sync::oneshot, task::JoinSet};
use tokio_util::sync::CancellationToken;

use self::attempt::{attempt, wait_for_turn};
use super::{alerter::Alert, shared::Shared, world::World};
use crate::{
    model::{delivery::DeliveryState, occurrence::Occurrence, target::TargetId},
    outbox::{Answer, ClaimRequest, OpenTarget, Paces, StoreError},
};

mod attempt;

/// At most so many requests are under way at once.
pub const IN_FLIGHT: usize = 512;

/// Answers that trickle in make room bit by bit. The queue is looked at again when so much of it is
/// free, and [`TRICKLE`] later at the latest: a look costs the same however much it finds.
const ROOM: usize = IN_FLIGHT / 4;

/// See [`ROOM`].
const TRICKLE: Duration = Duration::from_millis(10);

/// A lease outlives every request: connect and total timeouts are far below it.
pub const LEASE: Duration = Duration::from_secs(60);

/// How long requests under way may take to finish when the service stops.
const DRAIN: Duration = Duration::from_secs(8);

/// How long the loop waits when the store could not be written.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// A queue that lasts longer is worth a line in the log.
const WORTH_SAYING: Duration = Duration::from_secs(5);

/// After so many attempts without a clear answer a person is told.
const WORRYING_ATTEMPTS: u32 = 4;

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
    under_way: JoinSet<Answer>,
    /// The world whose robots what waits goes through, with their paces.
    keyed: Option<(Arc<World>, Paces)>,
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
        Self {
            shared,
            under_way: JoinSet::new(),
            keyed: None,
            turns: HashMap::new(),
            said: BTreeMap::new(),
            count_again: Timestamp::MIN,
        }
    }

    /// Sends everything that can be sent now, and settles it. With `only`, only deliveries of that
    /// occurrence.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub async fn run_once(&mut self, only: Option<&Occurrence>) -> Result<Dispatched, StoreError> {
        let mut summary = Dispatched::default();
        while self.claim(only).await? > 0 {
            while !self.under_way.is_empty() {
                let answers = answers(&mut self.under_way).await;
                summary.attempts += answers.len();
                summary.delivered += answers.iter().filter(|answer| confirmed(answer)).count();
                settle_all(&self.shared, answers).await?;
            }
        }
        Ok(summary)
    }

    /// Runs until it is told to stop, then lets requests under way finish and gives the rest back.
    pub async fn run(mut self, stop: CancellationToken) {
        let (mut look, mut wake_at) = (true, None);
        loop {
            wake_at = if look {
                self.round_or_pause().await
            } else {
                let soon = self.shared.clock.now() + TRICKLE;
                Some(wake_at.map_or(soon, |at: Timestamp| at.min(soon)))
            };
            let busy = !self.under_way.is_empty();
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                came = answers(&mut self.under_way), if busy => {
                    settle_surely(&self.shared, came).await;
                    look = self.under_way.is_empty() || self.room() >= ROOM;
                }
                () = self.shared.bells.dispatcher.notified() => look = true,
                _ = self.shared.clock.sleep_until(wake_at) => look = true,
            }
        }
        self.drain().await;
    }

    /// A round; when the store is in trouble, when to try again.
    async fn round_or_pause(&mut self) -> Option<Timestamp> {
        self.round().await.unwrap_or_else(|error| {
            self.shared.alert(Alert::store(&error));
            Some(self.shared.clock.now() + STORE_PAUSE)
        })
    }

    fn room(&self) -> usize {
        IN_FLIGHT.saturating_sub(self.under_way.len())
    }

    /// Claims while there is room; returns when to look again at the latest.
    async fn round(&mut self) -> Result<Option<Timestamp>, StoreError> {
        while self.under_way.len() < IN_FLIGHT {
            if self.claim(None).await? == 0 {
                let next = self.next_claim().await?;
                self.announce(next).await?;
                return Ok(next);
            }
        }
        // Full: the next answer makes room.
        Ok(None)
    }

    /// Says how many wait and when the last one leaves, when something waits for longer than it
    /// did when this was said last.
    async fn announce(&mut self, next: Option<Timestamp>) -> Result<(), StoreError> {
        let now = self.shared.clock.now();
        let long = |at: Timestamp| at > now.saturating_add(WORTH_SAYING).unwrap_or(now);
        // A long queue is not counted anew at every answer.
        if !next.is_some_and(long) || now < self.count_again {
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
        let world = self.shared.world();
        let now = self.shared.clock.now();
        let targets = sendable(&world, now);
        let paces = match &self.keyed {
            Some((keyed, paces)) if Arc::ptr_eq(keyed, &world) => paces.clone(),
            _ => world.paces(),
        };
        self.shared.outbox.next_claim(now, &paces, Some(&targets)).await
    }

    /// Leases what fits and starts an attempt for each.
    async fn claim(&mut self, only: Option<&Occurrence>) -> Result<usize, StoreError> {
        let world = self.shared.world();
        let paces = self.rekey(&world).await?;
        let room = self.room();
        let now = self.shared.clock.now();
        let targets = sendable(&world, now);
        let token = self.shared.chance.token();
        let leased = self
            .shared
            .outbox
            .claim(ClaimRequest {
                now,
                owner: &self.shared.owner,
                token: &token,
                lease: LEASE,
                limit: u32::try_from(room).unwrap_or(u32::MAX),
                paces: &paces,
                targets: Some(&targets),
                only,
            })
            .await?;
        let count = leased.len();
        for leased in leased {
            let (answered, turn) = oneshot::channel();
            let before = self.turns.insert(leased.robot_key.clone(), turn);
            let (shared, world) = (self.shared.clone(), Arc::clone(&world));
            self.under_way.spawn(async move {
                wait_for_turn(&shared, before).await;
                let answer = attempt(shared, world, leased).await;
                drop(answered);
                answer
            });
        }
        Ok(count)
    }

    /// A world that was swapped may reach its targets through other robots, at another pace.
    async fn rekey(&mut self, world: &Arc<World>) -> Result<Paces, StoreError> {
        if let Some((keyed, paces)) = &self.keyed
            && Arc::ptr_eq(keyed, world)
        {
            return Ok(paces.clone());
        }
        self.shared.outbox.rekey(&world.robot_keys()).await?;
        let paces = world.paces();
        self.keyed = Some((Arc::clone(world), paces.clone()));
        Ok(paces)
    }

    async fn drain(mut self) {
        let until = self.shared.clock.now() + DRAIN;
        while !self.under_way.is_empty() {
            tokio::select! {
                came = answers(&mut self.under_way) => settle_surely(&self.shared, came).await,
                _ = self.shared.clock.sleep_until(Some(until)) => break,
            }
        }
        // What did not finish keeps its lease: the next process finds this one dead and treats
        // those deliveries as uncertain, which is what they are.
        self.under_way.abort_all();
    }
}

/// Waits for one answer, and takes what else has come in.
async fn answers(under_way: &mut JoinSet<Answer>) -> Vec<Answer> {
    let mut answers = Vec::new();
    if let Some(Ok(answer)) = under_way.join_next().await {
        answers.push(answer);
    }
    while let Some(done) = under_way.try_join_next() {
        answers.extend(done.ok());
    }
    answers
}

async fn settle_all(shared: &Shared, answers: Vec<Answer>) -> Result<(), StoreError> {
    let counted = shared.outbox.settle_batch(&answers, shared.clock.now()).await?;
    for (answer, counted) in answers.iter().zip(counted) {
        report(shared, answer, counted);
    }
    Ok(())
}

/// Settles even when the store is in trouble for a while: an answer in hand is worth waiting for.
async fn settle_surely(shared: &Shared, answers: Vec<Answer>) {
    const TRIES: u32 = 30;
    for _ in 0..TRIES {
        match settle_all(shared, answers.clone()).await {
            Ok(()) => return,
            Err(error) => shared.alert(Alert::store(&error)),
        }
        let again = shared.clock.now() + STORE_PAUSE;
        shared.clock.sleep_until(Some(again)).await;
    }
    // Their leases run out; the rescuer has to know.
    tracing::error!(answers = answers.len(), "answers could not be written down and are lost");
    shared.bells.rescuer.notify_one();
}

/// The targets this process may send to.
fn sendable(world: &World, now: Timestamp) -> Vec<OpenTarget> {
    world.targets.keys().filter_map(|id| world.open_target(id, now)).collect()
}

fn confirmed(answer: &Answer) -> bool {
    answer.settlement.state == DeliveryState::Delivered
}

/// Logs an answer once, and raises an alert where a person has to act.
fn report(shared: &Shared, answer: &Answer, counted: bool) {
    let Answer { leased, settlement, attempt } = answer;
    let (delivery, verdict) = (leased.id.as_str(), attempt.verdict.as_str());
    if !counted {
        tracing::warn!(delivery, verdict, "the answer came after the lease was lost; not counted");
        return;
    }
    shared.tally.answered(leased, settlement.state, attempt);
    if settlement.state == DeliveryState::Delivered {
        tracing::info!(
            delivery,
            REMINDER = %leased.occurrence.reminder,
            TARGET = %leased.target,
            OCCURRENCE = leased.occurrence.id(),
            ms = attempt.ms,
            "delivered"
        );
        return;
    }
    tracing::warn!(
        delivery,
        REMINDER = %leased.occurrence.reminder,
        TARGET = %leased.target,
        OCCURRENCE = leased.occurrence.id(),
        verdict,
        code = attempt.code,
        reason = attempt.reason,
        help = attempt.help,
        again = settlement.not_before.map(|at| at.to_string()),
        "not delivered"
    );
    let dead =
        settlement.state == DeliveryState::Dead || settlement.state == DeliveryState::Expired;
    let worrying = leased.attempt == WORRYING_ATTEMPTS;
    if dead || settlement.suspend.is_some() || settlement.rest_until.is_some() || worrying {
        shared.alert(Alert::refused(leased, settlement, attempt, &shared.world()));
    }
}
