//! What the store knows about robots: who rests, who is suspended.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Outbox, StoreError,
    rows::{instant, millis, rows},
};
use crate::model::{target::TargetId, text::Text};

/// A robot that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// [`crate::model::target::Target::robot_key`].
    pub robot_key: String,
    /// What the robot refused.
    pub reason: Text,
    /// Since when.
    pub since: Timestamp,
}

impl Outbox {
    /// Every suspended robot, by key.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn suspended(&self) -> Result<Vec<Suspension>, StoreError> {
        let kept: Vec<(String, Option<String>, i64)> = sqlx::query_as(
            "SELECT robot_key, suspended_reason, suspended_since FROM robot
             WHERE suspended_since IS NOT NULL ORDER BY robot_key",
        )
        .fetch_all(self.store.read())
        .await?;
        kept.into_iter()
            .map(|(robot_key, reason, since)| {
                Ok(Suspension {
                    robot_key,
                    reason: Text::from_kept(&reason.unwrap_or_default()),
                    since: instant(since)?,
                })
            })
            .collect()
    }

    /// Lets a suspended robot send again. `false` when it was not suspended.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn resume(&self, robot_key: &str) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let resumed = sqlx::query(
            "UPDATE robot SET suspended_reason = NULL, suspended_since = NULL
             WHERE robot_key = $1 AND suspended_since IS NOT NULL",
        )
        .bind(robot_key)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(resumed.rows_affected() > 0)
    }

    /// Lets a robot rest until an instant; a longer rest stays.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn rest(&self, robot_key: &str, until: Timestamp) -> Result<(), StoreError> {
        self.rest_all(&[robot_key.to_owned()], until).await
    }

    /// The same for several robots, in one transaction.
    ///
    /// # Errors
    /// The store could not be written; then none rests.
    pub async fn rest_all(&self, robots: &[String], until: Timestamp) -> Result<(), StoreError> {
        if robots.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.write().await?;
        let no_reason: Option<&str> = None;
        let no_since: Option<i64> = None;
        let given = robots.iter().map(|robot| (robot, millis(until), no_reason, no_since));
        write(&mut tx, &rows(given)?).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Lets what waits go through the robots the settings name now: rows of target and robot key
    /// ([`crate::model::target::Target::robot_key`]). Returns how many deliveries changed robots.
    ///
    /// Without this, what waits behind a suspended webhook would still wait behind it after the
    /// settings name another.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn rekey(&self, targets: &[(TargetId, String)]) -> Result<u64, StoreError> {
        let values = rows(targets.iter().map(|(target, key)| (target.as_str(), key)))?;
        let mut tx = self.store.write().await?;
        let changed = sqlx::query(
            "UPDATE delivery SET robot_key = given.robot_key
             FROM (SELECT value ->> 0 AS target, value ->> 1 AS robot_key FROM json_each($1)) AS given
             WHERE delivery.state IN ('pending', 'sending') AND delivery.target = given.target
               AND delivery.robot_key <> given.robot_key",
        )
        .bind(values)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(changed.rows_affected())
    }
}

/// Rests and suspends robots: rows of robot key, rest until, reason and since.
pub(super) async fn write(
    tx: &mut Transaction<'static, Sqlite>,
    values: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO robot (robot_key, rest_until, suspended_reason, suspended_since)
         SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), value ->> 2, CAST(value ->> 3 AS BIGINT)
         FROM json_each($1) WHERE true
         ON CONFLICT (robot_key) DO UPDATE SET
             rest_until = CASE WHEN excluded.rest_until > robot.rest_until
                               THEN excluded.rest_until ELSE robot.rest_until END,
             suspended_reason = coalesce(robot.suspended_reason, excluded.suspended_reason),
             suspended_since = coalesce(robot.suspended_since, excluded.suspended_since)",
    )
    .bind(values)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
