//! Housekeeping: what is old and settled goes, in small bites.

use std::time::Duration;

use jiff::Timestamp;

use super::{Outbox, StoreError, rows::millis};

/// How much a prune removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Occurrences, each with its deliveries and attempts.
    pub occurrences: u64,
    /// Pace slots, and messages counted against a daily limit.
    pub slots: u64,
    /// Causes of alerts.
    pub alerts: u64,
    /// Pauses and skipped dates.
    pub brakes: u64,
}

impl Outbox {
    /// Removes at most `limit` of each: occurrences that were planned longer ago than `keep` and
    /// have nothing under way, causes of alerts told longer ago, pauses and skipped dates that were
    /// over longer ago, and pace slots and what was counted of a day that no window can hold any more. Call again while the answer is not zero.
    ///
    /// # Errors
    /// The store could not be written; then nothing was removed.
    pub async fn prune(
        &self,
        keep: Duration,
        now: Timestamp,
        limit: u32,
    ) -> Result<Pruned, StoreError> {
        let before = |age: Duration| millis(now.checked_sub(age).unwrap_or(Timestamp::MIN));
        let ages = [keep, SLOT_KEEP, keep, keep, keep, SLOT_KEEP];
        let mut tx = self.store.write().await?;
        let mut removed = [0; 6];
        for ((statement, age), removed) in PRUNE.into_iter().zip(ages).zip(&mut removed) {
            let done = sqlx::query(statement)
                .bind(before(age))
                .bind(i64::from(limit))
                .execute(&mut *tx)
                .await?;
            *removed = done.rows_affected();
        }
        tx.commit().await?;
        let [occurrences, slots, alerts, pauses, skips, counted] = removed;
        Ok(Pruned { occurrences, slots: slots + counted, alerts, brakes: pauses + skips })
    }
}

/// Twice the longest window a pace can have, which is a day.
const SLOT_KEEP: Duration = Duration::from_secs(2 * 24 * 3600);

/// Deliveries, their messages and attempts go with their occurrence.
const PRUNE: [&str; 6] = [
    "DELETE FROM occurrence WHERE id IN (
         SELECT id FROM occurrence
         WHERE planned_at < $1 AND state <> 'planned'
           AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.occurrence = occurrence.id
                             AND delivery.state IN ('pending', 'sending'))
         ORDER BY planned_at LIMIT $2)",
    "DELETE FROM slot WHERE (robot_key, delivery, attempt) IN (
         SELECT robot_key, delivery, attempt FROM slot WHERE at < $1 LIMIT $2)",
    "DELETE FROM alert WHERE cause IN (SELECT cause FROM alert WHERE told_at < $1 LIMIT $2)",
    "DELETE FROM pause WHERE (scope, name, since) IN (
         SELECT scope, name, since FROM pause WHERE until < $1 LIMIT $2)",
    "DELETE FROM skip WHERE (reminder, date) IN (
         SELECT reminder, date FROM skip WHERE ends_at < $1 LIMIT $2)",
    "DELETE FROM daily WHERE (occurrence, target) IN (
         SELECT occurrence, target FROM daily WHERE at < $1 AND until IS NULL LIMIT $2)",
];
