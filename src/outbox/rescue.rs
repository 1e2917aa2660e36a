//! Rescue and expiry: what a crash left behind, and what waited too long.

use jiff::Timestamp;

use super::{
    Outbox, StoreError, locks,
    rows::{instant, millis, occurrence, state, targets, texts},
};
use crate::model::{delivery::DeliveryState, occurrence::Occurrence, target::TargetId, text::text};

/// A delivery whose lease was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rescued {
    /// Its id.
    pub id: String,
    /// Whose.
    pub occurrence: Occurrence,
    /// To whom.
    pub target: TargetId,
    /// [`crate::model::target::Target::robot_key`].
    pub robot_key: String,
    /// `Pending`, or `Held` where repeats are forbidden.
    pub state: DeliveryState,
}

/// A delivery that left the queue unsent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Its id.
    pub id: String,
    /// Whose.
    pub occurrence: Occurrence,
    /// To whom.
    pub target: TargetId,
    /// [`crate::model::target::Target::robot_key`].
    pub robot_key: String,
    /// `keep` or `superseded`.
    pub reason: String,
}

/// Id, reminder, due instant, origin, target, robot key, reason, state.
pub(super) type DroppedRow = (String, String, i64, String, String, String, String, String);

pub(super) fn dropped(row: DroppedRow) -> Result<Dropped, StoreError> {
    let (id, reminder, due_at, origin, target, robot_key, reason, _) = row;
    let occurrence = occurrence(reminder, due_at, &origin)?;
    Ok(Dropped { id, occurrence, target: TargetId::new(target), robot_key, reason })
}

/// How many deliveries one call expires.
const EXPIRE_LIMIT: i64 = 1_000;

impl Outbox {
    /// The owners of leases whose process is gone: their lock file is free or missing.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn dead_owners(&self) -> Result<Vec<String>, StoreError> {
        let owners: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT lease_owner FROM delivery WHERE state = 'sending'")
                .fetch_all(self.store.read())
                .await?;
        Ok(owners.into_iter().filter(|owner| locks::is_dead(self.path(), owner)).collect())
    }

    /// Takes back the leases that ran out and those of dead owners. Each such attempt is recorded
    /// as `unknown`; the delivery is pending again and `uncertain`, or `held` when its target is
    /// among `hold`.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn rescue(
        &self,
        dead_owners: &[String],
        hold: &[TargetId],
        now: Timestamp,
    ) -> Result<Vec<Rescued>, StoreError> {
        let dead_owners = texts(dead_owners)?;
        let mut tx = self.store.write().await?;
        sqlx::query(CLOSE_SLOTS).bind(millis(now)).bind(&dead_owners).execute(&mut *tx).await?;
        sqlx::query(RECORD_LOST)
            .bind(millis(now))
            .bind(&dead_owners)
            .bind(text!("the process ended before the answer").kept())
            .bind(text!("no answer was recorded before the lease ran out").kept())
            .execute(&mut *tx)
            .await?;
        let rescued: Vec<DroppedRow> = sqlx::query_as(RESCUE)
            .bind(millis(now))
            .bind(&dead_owners)
            .bind(targets(hold)?)
            .fetch_all(&mut *tx)
            .await?;
        tx.commit().await?;
        rescued
            .into_iter()
            .map(|row| {
                let state = state(&row.7, DeliveryState::from_name)?;
                let Dropped { id, occurrence, target, robot_key, .. } = dropped(row)?;
                Ok(Rescued { id, occurrence, target, robot_key, state })
            })
            .collect()
    }

    /// Expires at most 1,000 deliveries whose `keep` is over, longest over first. Call again while
    /// the answer is not empty.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn expire(&self, now: Timestamp) -> Result<Vec<Dropped>, StoreError> {
        let mut tx = self.store.write().await?;
        let expired: Vec<DroppedRow> = sqlx::query_as(
            "UPDATE delivery SET state = 'expired', reason = coalesce(reason, 'keep')
             WHERE id IN (SELECT id FROM delivery WHERE state = 'pending' AND keep_until <= $1
                          ORDER BY keep_until LIMIT $2)
             RETURNING id, reminder, due_at, origin, target, robot_key, reason, state",
        )
        .bind(millis(now))
        .bind(EXPIRE_LIMIT)
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        expired.into_iter().map(dropped).collect()
    }

    /// The next instant at which a lease runs out, a delivery's `keep` is over or the day of one that
    /// is beyond a daily limit; none when nothing waits. Later than `now` once rescue and expire at `now` have nothing left to do.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn next_rescue(&self) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT min(at) FROM (
                 SELECT min(lease_until) AS at FROM delivery WHERE state = 'sending'
                 UNION ALL
                 SELECT min(keep_until) FROM delivery WHERE state = 'pending'
                 UNION ALL
                 SELECT min(until) FROM daily WHERE until IS NOT NULL) AS next",
        )
        .fetch_one(self.store.read())
        .await?;
        next.map(instant).transpose()
    }
}

/// The requests of dead processes cannot arrive any more.
const CLOSE_SLOTS: &str = "UPDATE slot SET at = $1
     WHERE at > $1 AND (robot_key, delivery, attempt) IN (
         SELECT robot_key, id, attempt FROM delivery
         WHERE state = 'sending' AND lease_owner IN (SELECT value ->> 0 FROM json_each($2)))";

/// The attempts of lost leases, before they are taken back.
const RECORD_LOST: &str = "INSERT INTO attempt (delivery, number, at, verdict, reason, ms)
     SELECT id, attempt, leased_at, 'unknown',
            CASE WHEN lease_owner IN (SELECT value ->> 0 FROM json_each($2))
                 THEN $3 ELSE $4 END, 0
     FROM delivery
     WHERE state = 'sending'
       AND (lease_until <= $1 OR lease_owner IN (SELECT value ->> 0 FROM json_each($2)))";

const RESCUE: &str = "UPDATE delivery SET
         state = CASE WHEN target IN (SELECT value ->> 0 FROM json_each($3))
                      THEN 'held' ELSE 'pending' END,
         uncertain = 1, lease_token = NULL, lease_until = NULL
     WHERE state = 'sending'
       AND (lease_until <= $1 OR lease_owner IN (SELECT value ->> 0 FROM json_each($2)))
     RETURNING id, reminder, due_at, origin, target, robot_key, coalesce(reason, ''), state";
