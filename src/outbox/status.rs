//! What waits, for whom, and until when.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Outbox, Paces, StoreError,
    rows::{count, instant, millis, span_millis, state},
};
use crate::model::{
    delivery::DeliveryState,
    occurrence::OccurrenceState,
    target::{Pace, TargetId},
};

/// What waits for one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// For whom.
    pub target: TargetId,
    /// [`crate::model::target::Target::robot_key`].
    pub robot_key: String,
    /// How many deliveries wait.
    pub waiting: u64,
    /// When the last of them leaves, by the robot's pace and rest if nothing else comes; none while
    /// the robot is suspended.
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
    pub async fn queues(&self, now: Timestamp, paces: &Paces) -> Result<Vec<Queue>, StoreError> {
        let mut tx = self.store.snapshot().await?;
        let waiting: Vec<(String, String, i64, i64, i64)> =
            sqlx::query_as(WAITING).fetch_all(&mut *tx).await?;
        let robots: Vec<(String, i64, Option<String>)> =
            sqlx::query_as("SELECT robot_key, rest_until, suspended_reason FROM robot")
                .fetch_all(&mut *tx)
                .await?;
        let robots: HashMap<String, (i64, Option<String>)> =
            robots.into_iter().map(|(key, rest, reason)| (key, (rest, reason))).collect();
        let mut slots = slots(&mut tx, now, paces).await?;
        for used in slots.values_mut() {
            used.sort_unstable();
        }
        waiting
            .into_iter()
            .map(|(target, robot_key, waiting, place, not_before)| {
                let (rest_until, suspended) = robots.get(&robot_key).cloned().unwrap_or_default();
                let start = millis(now).max(rest_until).max(not_before);
                let used = slots.get(&robot_key).map_or(&[][..], Vec::as_slice);
                let leaves = leaves_at(start, used, paces.of(&robot_key), place);
                Ok(Queue {
                    target: TargetId::new(target),
                    robot_key,
                    waiting: count(waiting)?,
                    last_leaves: leaves
                        .filter(|_| suspended.is_none())
                        .and_then(|at| instant(at).ok()),
                    rest_until: Some(rest_until)
                        .filter(|until| *until > millis(now))
                        .and_then(|until| instant(until).ok()),
                    suspended,
                })
            })
            .collect()
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

/// Per target and robot: how many wait, the last one's place in the robot's queue, and the instant
/// before which some of them may not go.
const WAITING: &str = "SELECT target, robot_key, count(*), max(place), max(not_before) FROM (
         SELECT target, robot_key, not_before,
                row_number() OVER (PARTITION BY robot_key ORDER BY priority, due_at, id) AS place
         FROM delivery WHERE state = 'pending') AS queue
     GROUP BY target, robot_key ORDER BY target, robot_key";

/// The pace slots that still count for some robot, by robot.
async fn slots(
    tx: &mut Transaction<'static, Sqlite>,
    now: Timestamp,
    paces: &Paces,
) -> Result<HashMap<String, Vec<i64>>, StoreError> {
    let oldest = millis(now).saturating_sub(span_millis(paces.longest()));
    let taken: Vec<(String, i64)> = sqlx::query_as(
        "SELECT robot_key, at FROM slot
         WHERE at > $1
           AND robot_key IN (SELECT robot_key FROM delivery WHERE state = 'pending')",
    )
    .bind(oldest)
    .fetch_all(&mut **tx)
    .await?;
    let mut by_robot: HashMap<String, Vec<i64>> = HashMap::new();
    for (robot_key, at) in taken {
        by_robot.entry(robot_key).or_default().push(at);
    }
    Ok(by_robot)
}

/// When the delivery at this place (from 1) of a robot's queue leaves, in milliseconds, when the
/// queue starts at `start` and the slots in `used` (oldest first) are taken. Each leaves one window
/// after the one `pace.count` places before it. None when the pace lets nothing out.
fn leaves_at(start: i64, used: &[i64], pace: Option<Pace>, place: i64) -> Option<i64> {
    let Some(pace) = pace else { return Some(start) };
    let most = usize::try_from(pace.count).ok().filter(|most| *most > 0)?;
    let span = span_millis(pace.window);
    let index = usize::try_from(place.saturating_sub(1)).ok()?;
    let (rounds, within) = (index / most, index % most);
    let before = (used.len() + within).checked_sub(most).and_then(|slot| used.get(slot));
    let first = before.map_or(start, |at| start.max(at.saturating_add(span)));
    Some(first.saturating_add(span.saturating_mul(i64::try_from(rounds).unwrap_or(i64::MAX))))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_last_of_a_queue_leaves_when_the_pace_lets_it() {
        let pace = Some(Pace { count: 2, window: Duration::from_secs(1) });
        let cases: [(&[i64], Option<Pace>, i64, Option<i64>); 10] = [
            (&[], None, 1_000, Some(10_000)),
            (&[], pace, 1, Some(10_000)),
            (&[], pace, 2, Some(10_000)),
            (&[], pace, 3, Some(11_000)),
            (&[], pace, 7, Some(13_000)),
            (&[9_400], pace, 1, Some(10_000)),
            (&[9_400], pace, 2, Some(10_400)),
            (&[9_400, 9_800], pace, 2, Some(10_800)),
            (&[9_100, 9_400, 9_800], pace, 3, Some(11_400)),
            (&[], Some(Pace { count: 0, window: Duration::from_secs(1) }), 1, None),
        ];
        for (used, pace, place, expected) in cases {
            assert_eq!(leaves_at(10_000, used, pace, place), expected, "{used:?} {place}");
        }
        assert_eq!(leaves_at(i64::MAX, &[i64::MAX], pace, i64::MAX), Some(i64::MAX));
    }
}
