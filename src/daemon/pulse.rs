//! Pulse: which loops are alive. Each loop's clock notes when the loop goes to sleep and until when,
//! so a loop that works far too long, or sleeps past its time, is seen from outside; nothing beats
//! by itself.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use crate::clock::{Clock, Sleep};

/// A loop that neither sleeps nor comes back from its work for so long has stalled.
const STALL: Duration = Duration::from_secs(120);

/// The pulses of all loops, by name. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Pulses(Arc<Mutex<BTreeMap<&'static str, Pulse>>>);

/// How one loop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// Sleeps under way; a loop without any works.
    asleep: u32,
    /// When the last sleep ends; none when a bell ends it.
    until: Option<Timestamp>,
    /// When it last went to sleep or woke.
    pub moved: Timestamp,
}

impl Pulse {
    /// Whether the loop works for too long, or sleeps past its time.
    #[must_use]
    pub fn has_stalled(&self, now: Timestamp) -> bool {
        let since = if self.asleep == 0 { Some(self.moved) } else { self.until };
        let late = since.and_then(|since| since.checked_add(STALL).ok());
        late.is_some_and(|late| now > late)
    }
}

impl Pulses {
    /// A clock that notes the sleep of the loop of that name.
    #[must_use]
    pub fn noting(&self, name: &'static str, clock: Arc<dyn Clock>) -> Arc<dyn Clock> {
        let pulse = Pulse { asleep: 0, until: None, moved: clock.now() };
        self.all().insert(name, pulse);
        Arc::new(Noting { clock, name, pulses: self.clone() })
    }

    /// Every loop's pulse.
    #[must_use]
    pub fn list(&self) -> Vec<(&'static str, Pulse)> {
        self.all().iter().map(|(name, pulse)| (*name, *pulse)).collect()
    }

    /// When a loop's sleep ends by itself.
    #[must_use]
    pub fn until(&self, name: &str) -> Option<Timestamp> {
        self.all().get(name).filter(|pulse| pulse.asleep > 0)?.until
    }

    /// The loops that have stalled.
    #[must_use]
    pub fn stalled(&self, now: Timestamp) -> Vec<&'static str> {
        let all = self.all();
        all.iter().filter(|(_, pulse)| pulse.has_stalled(now)).map(|(name, _)| *name).collect()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<&'static str, Pulse>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, name: &'static str, change: impl FnOnce(&mut Pulse)) {
        if let Some(pulse) = self.all().get_mut(name) {
            change(pulse);
        }
    }
}

/// A clock with a name.
struct Noting {
    clock: Arc<dyn Clock>,
    name: &'static str,
    pulses: Pulses,
}

impl Clock for Noting {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep_until(&self, at: Option<Timestamp>) -> Sleep<'_> {
        Box::pin(async move {
            let _asleep = Asleep::begin(self, at);
            self.clock.sleep_until(at).await
        })
    }

    fn uptime(&self) -> Duration {
        self.clock.uptime()
    }

    fn boot(&self) -> &str {
        self.clock.boot()
    }
}

/// A sleep under way: it may end, or be dropped when a bell rings.
struct Asleep<'a>(&'a Noting);

impl<'a> Asleep<'a> {
    fn begin(noting: &'a Noting, at: Option<Timestamp>) -> Self {
        let now = noting.clock.now();
        noting.pulses.note(noting.name, |pulse| {
            pulse.asleep = pulse.asleep.saturating_add(1);
            pulse.until = at;
            pulse.moved = now;
        });
        Self(noting)
    }
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        let now = self.0.clock.now();
        self.0.pulses.note(self.0.name, |pulse| {
            pulse.asleep = pulse.asleep.saturating_sub(1);
            pulse.moved = now;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Begins a sleep, as `select!` does, without waiting for it.
    fn begun(sleep: &mut Sleep<'_>) {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(sleep.as_mut().poll(&mut context).is_pending());
    }

    #[test]
    fn a_loop_that_works_too_long_or_sleeps_past_its_time_has_stalled() {
        let manual = ManualClock::new(at(0));
        let pulses = Pulses::default();
        let clock = pulses.noting("loop", Arc::new(manual.clone()));
        let stalled = |second: i64| {
            manual.advance_to(at(second));
            pulses.stalled(at(second))
        };
        assert_eq!((stalled(120), stalled(121)), (vec![], vec!["loop"]), "it works");
        let mut sleep = clock.sleep_until(Some(at(1_000)));
        begun(&mut sleep);
        assert_eq!(stalled(999), [""; 0], "it sleeps");
        assert_eq!((stalled(1_120), stalled(1_121)), (vec![], vec!["loop"]), "it overslept");
        drop(sleep);
        assert_eq!(stalled(1_200), [""; 0], "a bell woke it");
        let mut sleep = clock.sleep_until(None);
        begun(&mut sleep);
        assert_eq!(stalled(1_000_000), [""; 0], "it waits for a bell");
    }
}
