//! Seats: how many requests may be under way, and how what others claim comes to the dispatcher.

use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard, OwnedSemaphorePermit, Semaphore, mpsc};

use crate::{daemon::world::World, model::delivery::Leased};

/// At most so many requests are under way at once.
pub const IN_FLIGHT: usize = 512;

/// The dispatcher's seats, as those see them who claim for it. Cheap to clone.
#[derive(Clone)]
pub struct Seats {
    free: Arc<Semaphore>,
    door: Arc<Mutex<mpsc::UnboundedSender<Claimed>>>,
}

/// Leases, and a seat for each.
pub(in crate::daemon) struct Claimed {
    /// Whose robots they go through.
    pub(super) world: Arc<World>,
    pub(super) leased: Vec<Leased>,
    pub(super) seats: OwnedSemaphorePermit,
}

/// Held from a claim until what it took is handed over, so that of two claims the earlier one's
/// messages begin first.
pub(in crate::daemon) struct Door<'a> {
    free: &'a Arc<Semaphore>,
    hand: MutexGuard<'a, mpsc::UnboundedSender<Claimed>>,
}

impl Seats {
    /// Free seats, and where the dispatcher hears of claims. No more can wait there than there are
    /// seats.
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Claimed>) {
        let (hand, handed) = mpsc::unbounded_channel();
        let free = Arc::new(Semaphore::new(IN_FLIGHT));
        (Self { free, door: Arc::new(Mutex::new(hand)) }, handed)
    }

    /// How many are free.
    pub(super) fn free(&self) -> usize {
        self.free.available_permits()
    }

    /// Waits until so many are free.
    pub(in crate::daemon) async fn wait_for(&self, many: u32) {
        drop(self.free.acquire_many(many).await);
    }

    /// Waits for one's turn to claim.
    pub(in crate::daemon) async fn door(&self) -> Door<'_> {
        Door { free: &self.free, hand: self.door.lock().await }
    }
}

impl Door<'_> {
    /// Takes so many seats, or as many as are free; none when there is no free one.
    pub(in crate::daemon) fn take(&self, many: usize) -> Option<OwnedSemaphorePermit> {
        let many = many.min(self.free.available_permits());
        let many = u32::try_from(many).unwrap_or(u32::MAX);
        let taken = Arc::clone(self.free).try_acquire_many_owned(many).ok();
        taken.filter(|taken| taken.num_permits() > 0)
    }

    /// Hands what was claimed to the dispatcher. Gives it back when there is none any more.
    pub(in crate::daemon) fn hand(
        self,
        world: Arc<World>,
        leased: Vec<Leased>,
        seats: OwnedSemaphorePermit,
    ) -> Result<(), Vec<Leased>> {
        let claimed = Claimed { world, leased, seats };
        self.hand.send(claimed).map_err(|refused| refused.0.leased)
    }
}
