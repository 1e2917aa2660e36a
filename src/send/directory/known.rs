//! Ids that were looked up, kept in memory for a while.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

/// Ids in hand, by directory and mobile.
#[derive(Debug, Default)]
pub(in crate::send) struct Known(Mutex<HashMap<(String, String), (String, Timestamp)>>);

/// An id is looked up anew after so long: people leave, and numbers change hands.
const LASTS: Duration = Duration::from_secs(24 * 3600);

/// So many ids are kept.
const MOST: usize = 10_000;

impl Known {
    fn ids(&self) -> MutexGuard<'_, HashMap<(String, String), (String, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, whose: &str, mobile: &str, now: Timestamp) -> Option<String> {
        let known = self.ids();
        let (id, until) = known.get(&(whose.to_owned(), mobile.to_owned()))?;
        (now < *until).then(|| id.clone())
    }

    pub(super) fn keep(&self, whose: String, mobile: &str, id: &str, now: Timestamp) {
        let mut known = self.ids();
        if known.len() >= MOST {
            known.retain(|_, (_, until)| now < *until);
        }
        if known.len() < MOST {
            let until = now.saturating_add(LASTS).unwrap_or(Timestamp::MAX);
            known.insert((whose, mobile.to_owned()), (id.to_owned(), until));
        }
    }
}
