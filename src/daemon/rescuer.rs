//! The rescuer: takes back the leases of dead processes and those that ran out, and expires what
//! waited longer than `keep`; gives what a dead or suspended target cannot be sent to its fallback,
//! merges what waits where the settings want that, and lets go at the end of the day what is beyond a
//! daily limit.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{alerter::Alert, merger, shared::Shared, world::World};
use crate::{
    clock::Wake,
    model::{
        delivery::DeliveryState,
        target::{Target, TargetId},
    },
    outbox::StoreError,
};

/// How long the loop waits when the store could not be written.
const STORE_PAUSE: std::time::Duration = std::time::Duration::from_secs(5);

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Leases taken back.
    pub rescued: usize,
    /// Deliveries that waited too long.
    pub expired: usize,
    /// Messages that went to another target.
    pub moved: usize,
    /// Messages that went into another one, or came to their end with it.
    pub merged: usize,
    /// Messages beyond a daily limit that changed.
    pub let_go: usize,
}

/// The loop. Holds nothing of its own.
pub struct Rescuer {
    shared: Shared,
}

impl Rescuer {
    /// A rescuer.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// Takes back and expires everything that is to be.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub async fn run_once(&self) -> Result<Saved, StoreError> {
        let outbox = &self.shared.outbox;
        let now = self.shared.reckon().await?;
        let rescued = self.take_back(&outbox.dead_owners().await?).await?;
        let world = self.shared.world();
        let mut expired = 0;
        loop {
            let dropped = outbox.expire(now).await?;
            if dropped.is_empty() {
                break;
            }
            expired += dropped.len();
            for delivery in &dropped {
                self.shared.alert(Alert::dropped(delivery, &world));
            }
        }
        let moved = self.fall_back(&world, now).await?;
        let let_go = merger::end_days(&self.shared, &world, now).await?;
        let merged = merger::merge(&self.shared, &world, now).await?;
        if rescued > 0 || moved > 0 || merged > 0 || let_go > 0 {
            self.shared.bells.dispatcher.notify_one();
        }
        Ok(Saved { rescued, expired, moved, merged, let_go })
    }

    /// Gives what a dead or suspended target cannot be sent to who stands in for it.
    async fn fall_back(&self, world: &World, now: Timestamp) -> Result<usize, StoreError> {
        let mut count = 0;
        while world.has_fallbacks() {
            let open = |id: &TargetId| {
                let target = world.targets.get(id).filter(|target| target.enabled);
                target.map(Target::robot_key)
            };
            let moved = self.shared.outbox.fall_back(&open, now).await?;
            if moved.is_empty() {
                break;
            }
            count += moved.len();
            for one in &moved {
                self.shared.alert(Alert::moved(one, world));
                for dropped in &one.superseded {
                    self.shared.alert(Alert::dropped(dropped, world));
                }
            }
        }
        Ok(count)
    }

    /// Takes back the leases of processes that are gone, and those that ran out; returns how many.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn take_back(&self, gone: &[String]) -> Result<usize, StoreError> {
        let world = self.shared.world();
        let now = self.shared.reckon().await?;
        let rescued = self.shared.outbox.rescue(gone, &world.held_targets(), now).await?;
        for delivery in &rescued {
            tracing::warn!(
                delivery = delivery.id,
                state = delivery.state.name(),
                "lease taken back"
            );
            if delivery.state == DeliveryState::Held {
                self.shared.alert(Alert::held(delivery, &world));
            }
        }
        Ok(rescued.len())
    }

    /// Takes back what this process itself has under way, when nobody works on it any more. When it
    /// fails, the next process does the same.
    pub async fn give_back(&self) {
        let own = [self.shared.owner.to_string()];
        if let Err(error) = self.take_back(&own).await {
            self.shared.alert(Alert::store(&error));
        }
    }

    /// Runs until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        // What was done was done by this world.
        let mut seen: Option<Arc<World>> = None;
        loop {
            let world = self.shared.world();
            let anew = !seen.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, &world));
            let wake_at = match self.round(anew).await {
                Ok(wake_at) => wake_at,
                Err(error) => {
                    self.shared.alert(Alert::store(&error));
                    Some(self.shared.clock.now() + STORE_PAUSE)
                }
            };
            seen = Some(world);
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = self.shared.bells.rescuer.notified() => {}
                wake = self.shared.clock.sleep_until(wake_at) => {
                    seen = seen.filter(|_| wake == Wake::Reached);
                }
            }
        }
    }

    /// Does what is due, and says when more will be. A bell rings for every batch that is composed,
    /// and then there is mostly nothing to do: a look finds out without keeping others from writing.
    async fn round(&self, anew: bool) -> Result<Option<Timestamp>, StoreError> {
        let outbox = &self.shared.outbox;
        let due = |next: &Timestamp| *next <= self.shared.clock.now();
        // Where messages move or merge, every bell may mean that one has to.
        let world = self.shared.world();
        let moves = world.has_fallbacks() || world.has_merging();
        let moves = moves || outbox.has_merged().await?;
        if anew || moves || outbox.next_rescue().await?.as_ref().is_some_and(due) {
            self.run_once().await?;
        }
        let merge = merger::next(&self.shared).await?;
        Ok(outbox.next_rescue().await?.into_iter().chain(merge).min())
    }
}
