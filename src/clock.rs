//! The clock: what time it is, and sleeping until a wall-clock instant.
//!
//! Wall clock and timer are one thing. On Linux a sleep is a `CLOCK_REALTIME` timerfd with
//! cancel-on-set: it ends at the instant itself, after a suspend at once, and early when somebody
//! sets the clock, so that the sleeper can look again. Elsewhere the wall clock is looked at again
//! every few seconds. Tests use [`ManualClock`], which wakes sleepers when it is moved.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::Notify;

/// A sleep that can be awaited behind a trait object.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = Wake> + Send + 'a>>;

/// Why a sleep ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// The instant has come.
    Reached,
    /// Somebody set the clock: look at it again.
    Stepped,
}

/// Where time comes from. Loops own one; pure code takes `now` as an argument.
pub trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Timestamp;

    /// Sleeps until the wall clock shows `at`, or until it is set. Without an instant it sleeps
    /// until the clock is set.
    fn sleep_until(&self, at: Option<Timestamp>) -> Sleep<'_>;

    /// How long the machine has been up, asleep or awake. Nobody sets this one.
    fn uptime(&self) -> Duration;

    /// The name of the boot it is up since; empty where the system does not say.
    fn boot(&self) -> &str;

    /// The wall clock and the time up at one instant, or nearly.
    fn reading(&self) -> (Timestamp, Duration) {
        let read = || {
            let before = self.uptime();
            let now = self.now();
            (now, before, self.uptime().saturating_sub(before))
        };
        // Whoever was interrupted in between reads again.
        let (now, uptime, took) = read();
        let (now, uptime, _) = if took > NEARLY { read() } else { (now, uptime, took) };
        (now, uptime)
    }
}

/// See [`Clock::reading`].
const NEARLY: Duration = Duration::from_millis(50);

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep_until(&self, at: Option<Timestamp>) -> Sleep<'_> {
        Box::pin(async move {
            match wall::sleep_until(at).await {
                Ok(wake) => wake,
                // Without a timer (no file descriptor left) looking again is the safe answer.
                Err(_) => coarse_sleep(self, at).await,
            }
        })
    }

    fn uptime(&self) -> Duration {
        wall::uptime()
    }

    fn boot(&self) -> &str {
        static BOOT: OnceLock<String> = OnceLock::new();
        BOOT.get_or_init(|| {
            let named = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
            named.map(|name| name.trim().to_owned()).unwrap_or_default()
        })
    }
}

/// Looks at the wall clock again at least this often where the system cannot say that it was set.
const COARSE: Duration = Duration::from_secs(5);

/// Sleeps by the monotonic clock, in steps short enough to notice that the wall clock was set.
#[expect(clippy::disallowed_methods, reason = "the one place that sleeps")]
async fn coarse_sleep(clock: &dyn Clock, at: Option<Timestamp>) -> Wake {
    let Some(at) = at else {
        tokio::time::sleep(COARSE).await;
        return Wake::Stepped;
    };
    match Duration::try_from(at.duration_since(clock.now())) {
        Err(_) => Wake::Reached,
        Ok(left) if left <= COARSE => {
            tokio::time::sleep(left).await;
            Wake::Reached
        }
        Ok(_) => {
            tokio::time::sleep(COARSE).await;
            Wake::Stepped
        }
    }
}

#[cfg(target_os = "linux")]
mod wall {
    //! Sleeping on a `CLOCK_REALTIME` timerfd.

    use std::{io, time::Duration};

    use jiff::Timestamp;
    use rustix::time::{
        ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec,
        clock_gettime, timerfd_create, timerfd_settime,
    };
    use tokio::io::unix::AsyncFd;

    use super::Wake;

    pub(super) fn uptime() -> Duration {
        Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or_default()
    }

    /// A year ahead: the sleep without an instant still hears of clock steps.
    const FAR_SECONDS: i64 = 365 * 24 * 3600;

    #[expect(
        deprecated,
        reason = "its successor is unsafe for the sake of types whose descriptor can change; an OwnedFd's cannot"
    )]
    pub(super) async fn sleep_until(at: Option<Timestamp>) -> io::Result<Wake> {
        let fd = timerfd_create(
            TimerfdClockId::Realtime,
            TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC,
        )?;
        let (seconds, nanoseconds) = match at {
            Some(at) => (at.as_second(), at.subsec_nanosecond()),
            None => (super::Clock::now(&super::SystemClock).as_second() + FAR_SECONDS, 0),
        };
        if seconds <= 0 {
            return Ok(Wake::Reached);
        }
        let value = Timespec { tv_sec: seconds, tv_nsec: i64::from(nanoseconds.max(0)) };
        let spec = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: value };
        timerfd_settime(&fd, TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET, &spec)?;
        let fd = AsyncFd::new(fd)?;
        loop {
            let mut ready = fd.readable().await?;
            let mut expirations = [0u8; 8];
            match rustix::io::read(fd.get_ref(), &mut expirations) {
                Ok(_) => return Ok(Wake::Reached),
                Err(rustix::io::Errno::CANCELED) => return Ok(Wake::Stepped),
                Err(rustix::io::Errno::AGAIN) => ready.clear_ready(),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod wall {
    //! Sleeping where no timer tells that the clock was set.

    use std::{
        io,
        sync::OnceLock,
        time::{Duration, Instant},
    };

    use jiff::Timestamp;

    use super::{SystemClock, Wake};

    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub(super) fn uptime() -> Duration {
        static FIRST: OnceLock<Instant> = OnceLock::new();
        FIRST.get_or_init(Instant::now).elapsed()
    }

    pub(super) async fn sleep_until(at: Option<Timestamp>) -> io::Result<Wake> {
        Ok(super::coarse_sleep(&SystemClock, at).await)
    }
}

/// A clock that stands until it is moved. For tests and rehearsals: nobody waits for real time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<Manual>>);

#[derive(Debug)]
struct Manual {
    now: Timestamp,
    uptime: Duration,
    steps: u64,
    sleepers: BTreeMap<u64, (Option<Timestamp>, Arc<Notify>)>,
    next_id: u64,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        let (uptime, sleepers) = (Duration::ZERO, BTreeMap::new());
        Self(Arc::new(Mutex::new(Manual { now, uptime, steps: 0, sleepers, next_id: 0 })))
    }

    /// Lets time pass until `to`: whoever sleeps until then or earlier wakes.
    pub fn advance_to(&self, to: Timestamp) {
        self.with(|manual| {
            manual.uptime += Duration::try_from(to.duration_since(manual.now)).unwrap_or_default();
            manual.now = to;
            for (at, sleeper) in manual.sleepers.values() {
                if at.is_some_and(|at| at <= to) {
                    sleeper.notify_one();
                }
            }
        });
    }

    /// Sets the clock, as an administrator or NTP would: every sleeper wakes and looks again.
    pub fn step_to(&self, to: Timestamp) {
        self.with(|manual| {
            manual.now = to;
            manual.steps += 1;
            for (_, sleeper) in manual.sleepers.values() {
                sleeper.notify_one();
            }
        });
    }

    /// The instant the first sleeper waits for, if one waits for an instant.
    #[must_use]
    pub fn first_sleeper(&self) -> Option<Timestamp> {
        self.with(|manual| manual.sleepers.values().filter_map(|(at, _)| *at).min())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Manual) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Removes a sleeper from the clock when its sleep ends or is dropped.
struct Sleeper<'a> {
    clock: &'a ManualClock,
    id: u64,
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.clock.with(|manual| manual.sleepers.remove(&self.id));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.with(|manual| manual.now)
    }

    fn sleep_until(&self, at: Option<Timestamp>) -> Sleep<'_> {
        let notify = Arc::new(Notify::new());
        let (id, steps) = self.with(|manual| {
            let id = manual.next_id;
            manual.next_id += 1;
            manual.sleepers.insert(id, (at, Arc::clone(&notify)));
            (id, manual.steps)
        });
        let sleeper = Sleeper { clock: self, id };
        Box::pin(async move {
            // The whole sleeper lives as long as the sleep, not only the field that is read.
            let _sleeper = sleeper;
            loop {
                let (now, stepped) = self.with(|manual| (manual.now, manual.steps != steps));
                if at.is_some_and(|at| at <= now) {
                    return Wake::Reached;
                }
                if stepped {
                    return Wake::Stepped;
                }
                notify.notified().await;
            }
        })
    }

    fn uptime(&self) -> Duration {
        self.with(|manual| manual.uptime)
    }

    fn boot(&self) -> &'static str {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[tokio::test]
    async fn the_manual_clock_wakes_a_sleeper_when_its_instant_comes() {
        let clock = ManualClock::new(at(0));
        let sleeper = {
            let clock = clock.clone();
            tokio::spawn(async move { clock.sleep_until(Some(at(10))).await })
        };
        clock.advance_to(at(9));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance_to(at(10));
        assert_eq!(sleeper.await.unwrap(), Wake::Reached);
    }

    #[tokio::test]
    async fn setting_the_manual_clock_wakes_everyone() {
        let clock = ManualClock::new(at(100));
        let sleep = clock.sleep_until(Some(at(200)));
        clock.step_to(at(50));
        assert_eq!(sleep.await, Wake::Stepped);
    }

    #[test]
    fn what_the_machine_is_up_goes_on_whatever_the_wall_shows() {
        let clock = ManualClock::new(at(100));
        clock.advance_to(at(110));
        clock.step_to(at(50));
        clock.advance_to(at(51));
        assert_eq!(clock.reading(), (at(51), Duration::from_secs(11)));
        let (one, other) = (SystemClock.reading(), SystemClock.reading());
        assert!(one.1 <= other.1 && !one.1.is_zero());
    }

    #[tokio::test]
    async fn the_system_clock_reaches_an_instant_in_the_past_at_once_and_a_near_one_in_time() {
        let clock = SystemClock;
        assert_eq!(clock.sleep_until(Some(at(1))).await, Wake::Reached);
        let soon = clock.now() + Duration::from_millis(20);
        while clock.sleep_until(Some(soon)).await != Wake::Reached {}
        assert!(clock.now() >= soon);
    }
}
