//! What waits, for whom, and until when.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Ahead, Holdup, Outbox, StoreError,
    rows::{count, instant, state},
    waiting,
};
use crate::model::{delivery::DeliveryState, occurrence::OccurrenceState, target::TargetId};

/// What waits for one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// For whom.
    pub target: TargetId,
    /// [`crate::model::target::Target::robot_key`].
    pub robot_key: String,
    /// How many deliveries wait; counted up to [`super::QUEUE_LIMIT`] of all queues together.
    pub waiting: u64,
    /// How many of them are beyond the target's daily limit.
    pub held_back: u64,
    /// When the last of those that leave at all does, if nothing else comes.
    pub last_leaves: Option<Timestamp>,
    /// The robot rests until then.
    pub rest_until: Option<Timestamp>,
    /// The robot is suspended, for this reason.
    pub suspended: Option<String>,
}

/// How many rows stand where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Occurrences by state.
    pub occurrences: BTreeMap<&'static str, u64>,
    /// Deliveries by state.
    pub deliveries: BTreeMap<&'static str, u64>,
}

impl Counts {
    /// How many occurrences stand there.
    #[must_use]
    pub fn of(&self, state: OccurrenceState) -> u64 {
        self.occurrences.get(state.name()).copied().unwrap_or(0)
    }

    /// How many deliveries stand there.
    #[must_use]
    pub fn of_deliveries(&self, state: DeliveryState) -> u64 {
        self.deliveries.get(state.name()).copied().unwrap_or(0)
    }
}

impl Outbox {
    /// What waits, one entry per target with something waiting; by target.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn queues(&self, ahead: &Ahead<'_>) -> Result<Vec<Queue>, StoreError> {
        let robots = waiting::robots(&mut self.store.snapshot().await?).await?;
        let mut queues: BTreeMap<(TargetId, String), Queue> = BTreeMap::new();
        for one in self.queue(ahead).await? {
            let key = (one.target.clone(), one.robot_key.clone());
            let queue = queues.entry(key).or_insert_with(|| {
                let (rest, suspended) = robots.get(&one.robot_key).cloned().unwrap_or_default();
                Queue {
                    target: one.target,
                    robot_key: one.robot_key,
                    waiting: 0,
                    held_back: 0,
                    last_leaves: None,
                    rest_until: instant(rest).ok().filter(|until| *until > ahead.now),
                    suspended,
                }
            });
            queue.waiting += 1;
            queue.held_back += u64::from(one.holdup == Some(Holdup::Daily));
            queue.last_leaves = queue.last_leaves.max(one.leaves);
        }
        Ok(queues.into_values().collect())
    }

    /// How many deliveries wait. Cheap, however long the log is.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn waiting(&self) -> Result<u64, StoreError> {
        let waiting: i64 =
            sqlx::query_scalar("SELECT count(*) FROM delivery WHERE state = 'pending'")
                .fetch_one(self.store.read())
                .await?;
        count(waiting)
    }

    /// How many rows stand where. Looks at every row.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let mut tx = self.store.snapshot().await?;
        let occurrences: Vec<(String, i64)> =
            sqlx::query_as("SELECT state, count(*) FROM occurrence GROUP BY state")
                .fetch_all(&mut *tx)
                .await?;
        let deliveries: Vec<(String, i64)> =
            sqlx::query_as("SELECT state, count(*) FROM delivery GROUP BY state")
                .fetch_all(&mut *tx)
                .await?;
        let mut counts = Counts::default();
        for (word, number) in occurrences {
            let state = state(&word, OccurrenceState::from_name)?;
            counts.occurrences.insert(state.name(), count(number)?);
        }
        for (word, number) in deliveries {
            let state = state(&word, DeliveryState::from_name)?;
            counts.deliveries.insert(state.name(), count(number)?);
        }
        Ok(counts)
    }
}
