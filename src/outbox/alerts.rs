//! Alerts: planned and composed in one transaction, each cause at most once a day.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Composing, Composition, Outbox, StoreError, compose,
    plan::{insert_numbered, next_number},
    rows::{cut, kept, millis},
};
use crate::model::{
    delivery::NewDelivery,
    occurrence::{Occurrence, Origin},
    reminder::ReminderId,
};

/// How long a cause of an alert counts as told.
const TOLD_MILLIS: i64 = 24 * 60 * 60 * 1_000;

impl Outbox {
    /// Plans and composes one alert in one transaction, unless the same cause was told within the
    /// last 24 hours: then nothing is written and the answer is `None`. `deliveries` is asked once,
    /// with the alert's identity.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn plan_alert(
        &self,
        reminder: &ReminderId,
        cause: &str,
        zone: &str,
        deliveries: impl FnOnce(&Occurrence) -> Vec<NewDelivery> + Send,
        now: Timestamp,
    ) -> Result<Option<Occurrence>, StoreError> {
        let mut tx = self.store.write().await?;
        if !tell(&mut tx, cause, now).await? {
            return Ok(None);
        }
        let origin = Origin::Alert(next_number(&mut tx, "alert", reminder).await?);
        let occurrence = kept(&Occurrence { reminder: reminder.clone(), due_at: now, origin });
        insert_numbered(&mut tx, &occurrence, zone, None, now).await?;
        let composition = Composition::Deliveries(deliveries(&occurrence));
        let composing = Composing { keep_older: true, ..Composing::new(occurrence, composition) };
        compose::write(&mut tx, std::slice::from_ref(&composing), now).await?;
        tx.commit().await?;
        Ok(Some(composing.occurrence))
    }

    /// Marks a cause as told, for alerts that go to the journal only. `false` when it was told
    /// within the last 24 hours.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn alert(&self, cause: &str, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let told = tell(&mut tx, cause, now).await?;
        tx.commit().await?;
        Ok(told)
    }
}

/// Marks a cause as told, unless it counts as told already. A mark from beyond tomorrow was made
/// by a clock that was wrong, and does not count.
async fn tell(
    tx: &mut Transaction<'static, Sqlite>,
    cause: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let told = sqlx::query(
        "INSERT INTO alert (cause, told_at) VALUES ($1, $2)
         ON CONFLICT (cause) DO UPDATE SET told_at = excluded.told_at
         WHERE alert.told_at <= excluded.told_at - $3 OR alert.told_at > excluded.told_at + $3",
    )
    .bind(cut(cause))
    .bind(millis(now))
    .bind(TOLD_MILLIS)
    .execute(&mut **tx)
    .await?;
    Ok(told.rows_affected() > 0)
}
