//! Echo: trouble that comes again and again is said once a minute, with how often it came.
//!
//! A disk without room is found out anew by every loop, each second.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

/// What was said is not said again so soon.
const PAUSE: Duration = Duration::from_secs(60);

/// What was said lately: when, and how often it came since.
#[derive(Debug, Default)]
pub struct Echo(Mutex<BTreeMap<String, (Timestamp, u64)>>);

impl Echo {
    /// Whether something is to be said now: then how often it was not said since the last time.
    pub fn hear(&self, what: &str, now: Timestamp) -> Option<u64> {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes nobody silent for longer.
        let lately = |at: Timestamp| at <= now && at + PAUSE > now;
        match said.get_mut(what) {
            Some((at, unsaid)) if lately(*at) => {
                *unsaid += 1;
                None
            }
            _ => {
                let before = said.insert(what.to_owned(), (now, 0));
                let old = |at: Timestamp| at > now || at + PAUSE.saturating_mul(10) <= now;
                said.retain(|_, (at, _)| !old(*at));
                Some(before.map_or(0, |(_, unsaid)| unsaid))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_again_within_a_minute_is_counted_and_said_later() {
        let (echo, at) = (Echo::default(), |second| Timestamp::from_second(second).unwrap());
        assert_eq!(echo.hear("full", at(100)), Some(0));
        assert_eq!(echo.hear("full", at(101)), None);
        assert_eq!(echo.hear("locked", at(101)), Some(0), "something else");
        assert_eq!(echo.hear("full", at(159)), None);
        assert_eq!(echo.hear("full", at(160)), Some(2));
        assert_eq!(echo.hear("full", at(50)), Some(0), "the clock was set back");
        assert_eq!(echo.hear("full", at(51)), None);
    }
}
