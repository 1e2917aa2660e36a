//! Patience: what waits for disks and for other machines gets a seat among those that wait for the
//! same one, and so much time. Whatever does not answer holds up only those that ask it too.

use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicIsize, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::clock::Clock;

/// How long the reading of one source may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// How many read from one place, or ask one host, at once.
const SEATS: u8 = 8;

/// Places remembered; beyond them, those nobody reads from are forgotten.
const MOST_PLACES: usize = 1_000;

/// The seats, by place: the name of a content folder, or a host.
#[derive(Debug, Default)]
pub struct Seats(Mutex<HashMap<String, Arc<Place>>>);

#[derive(Debug)]
struct Place {
    seats: Arc<Semaphore>,
    /// Seats of those nobody waits for any more.
    stuck: AtomicIsize,
    /// Rings when that is all of them.
    hopeless: Notify,
}

/// A seat. It is free again when this is dropped.
struct Seat {
    place: Arc<Place>,
    _permit: OwnedSemaphorePermit,
}

impl Seats {
    fn place(&self, name: &str) -> Arc<Place> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= MOST_PLACES {
            places.retain(|_, place| Arc::strong_count(place) > 1);
        }
        let new = || Place {
            seats: Arc::new(Semaphore::new(SEATS.into())),
            stuck: AtomicIsize::new(0),
            hopeless: Notify::new(),
        };
        Arc::clone(places.entry(name.to_owned()).or_insert_with(|| Arc::new(new())))
    }

    /// Waits for a seat as long as others come and go; none when all who sit there are stuck. It
    /// needs no timer: thousands may wait.
    async fn seat(&self, name: &str) -> Option<Seat> {
        let place = self.place(name);
        let mut hopeless = std::pin::pin!(place.hopeless.notified());
        hopeless.as_mut().enable();
        if place.stuck.load(Ordering::Relaxed) >= SEATS.into() {
            return None;
        }
        let permit = tokio::select! {
            biased;
            permit = Arc::clone(&place.seats).acquire_owned() => permit.ok()?,
            () = hopeless => return None,
        };
        Some(Seat { place: Arc::clone(&place), _permit: permit })
    }

    /// Does work that waits for disks on a thread of its own; none when it takes too long. The
    /// thread is told to stop, also when nobody waits for it any more; until it does, its seat is
    /// taken, so that a share that does not answer uses up no more threads than that.
    pub(super) async fn work<R: Send + 'static>(
        &self,
        name: &str,
        clock: &dyn Clock,
        work: impl FnOnce(&AtomicBool) -> R + Send + 'static,
    ) -> Option<R> {
        let seat = self.seat(name).await?;
        let waiting = Waiting { place: Arc::clone(&seat.place), left: Arc::default() };
        let sitting = Sitting { seat, left: Arc::clone(&waiting.left) };
        let until = clock.now() + PATIENCE;
        let work = tokio::task::spawn_blocking(move || work(&sitting.left));
        let done = tokio::select! {
            biased;
            done = work => done,
            () = reached(clock, until) => return None,
        };
        match done {
            Ok(done) => Some(done),
            Err(failed) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
            Err(_) => None,
        }
    }

    /// Asks another machine; none when it takes too long.
    pub(super) async fn ask<R>(
        &self,
        host: &str,
        clock: &dyn Clock,
        asking: impl Future<Output = R>,
    ) -> Option<R> {
        let _seat = self.seat(host).await?;
        let until = clock.now() + PATIENCE;
        tokio::select! {
            biased;
            done = asking => Some(done),
            () = reached(clock, until) => None,
        }
    }
}

/// Somebody who waits for a thread.
struct Waiting {
    place: Arc<Place>,
    /// One of the two, whoever waits or the thread, has left.
    left: Arc<AtomicBool>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.left.swap(true, Ordering::Relaxed) {
            let others = self.place.stuck.fetch_add(1, Ordering::Relaxed);
            if others + 1 >= SEATS.into() {
                self.place.hopeless.notify_waiters();
            }
        }
    }
}

/// The thread, in its seat.
struct Sitting {
    seat: Seat,
    left: Arc<AtomicBool>,
}

impl Drop for Sitting {
    fn drop(&mut self) {
        if self.left.swap(true, Ordering::Relaxed) {
            self.seat.place.stuck.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Sleeps until an instant, however often somebody sets the clock meanwhile.
pub(super) async fn reached(clock: &dyn Clock, until: Timestamp) {
    while clock.now() < until {
        clock.sleep_until(Some(until)).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::clock::ManualClock;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[tokio::test]
    async fn a_place_that_does_not_answer_fails_fast_and_alone() {
        let (clock, seats) = (ManualClock::new(at(0)), Arc::new(Seats::default()));
        let mut ends = Vec::new();
        let mut waiting = Vec::new();
        for _ in 0..SEATS {
            let (end, ended) = mpsc::channel::<()>();
            ends.push(end);
            let (clock, seats) = (clock.clone(), Arc::clone(&seats));
            waiting.push(tokio::spawn(async move {
                seats.work("share", &clock, move |_| ended.recv().unwrap_or_default()).await
            }));
        }
        while seats.place("share").seats.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(seats.work("other", &clock, |_| 7).await, Some(7));
        let late = {
            let (clock, seats) = (clock.clone(), Arc::clone(&seats));
            tokio::spawn(async move { seats.work("share", &clock, |_| 8).await })
        };
        tokio::task::yield_now().await;
        // Everyone who waited for the share hears that it is slow, also who got no seat.
        clock.advance_to(at(30));
        for one in waiting {
            assert_eq!(one.await.unwrap(), None);
        }
        assert_eq!(late.await.unwrap(), None);
        assert_eq!(seats.work("share", &clock, |_| 8).await, None, "at once");
        // It answers again: the threads end, and the seats are free.
        drop(ends);
        while seats.place("share").stuck.load(Ordering::Relaxed) > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(seats.work("share", &clock, |_| 9).await, Some(9));
        while seats.place("share").seats.available_permits() < SEATS.into() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn who_waits_in_a_queue_that_moves_is_not_late() {
        let (clock, seats) = (ManualClock::new(at(0)), Arc::new(Seats::default()));
        let many = (0..100).map(|n| {
            let (clock, seats) = (clock.clone(), Arc::clone(&seats));
            tokio::spawn(async move { seats.work("share", &clock, move |_| n).await })
        });
        for (n, one) in many.collect::<Vec<_>>().into_iter().enumerate() {
            assert_eq!(one.await.unwrap(), Some(n));
        }
    }
}
