//! Tally: what this process has sent, counted for the page of figures. The log knows more; this
//! costs nothing to read.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::model::{
    delivery::{DeliveryState, Leased},
    receipt::Attempt,
    target::TargetId,
};

/// Counts since the start of the process.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Counts>);

/// What is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Attempts by target and verdict.
    pub attempts: BTreeMap<(TargetId, String), u64>,
    /// Deliveries that arrived, and how long after they were due all of them together.
    pub delays: BTreeMap<TargetId, (u64, Duration)>,
}

impl Tally {
    /// An attempt was answered.
    pub fn answered(&self, leased: &Leased, state: DeliveryState, attempt: &Attempt) {
        let mut counts = self.counts();
        let target = leased.target.clone();
        *counts.attempts.entry((target.clone(), attempt.verdict.clone())).or_default() += 1;
        if state == DeliveryState::Delivered {
            let arrived = attempt.at_ms.saturating_add(attempt.ms);
            let delay = arrived.saturating_sub(leased.occurrence.due_at.as_millisecond());
            let (count, sum) = counts.delays.entry(target).or_default();
            *count += 1;
            *sum = sum.saturating_add(Duration::from_millis(u64::try_from(delay).unwrap_or(0)));
        }
    }

    /// Everything counted so far.
    #[must_use]
    pub fn all(&self) -> Counts {
        self.counts().clone()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
