//! Alerts: planned and composed in one transaction, each cause at most once a day.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Composing, Composition, Outbox, StoreError, compose,
    plan::{insert_numbered, next_number},
    rows::{cut, kept, millis, texts},
};
use crate::model::{
    delivery::NewDelivery,
    occurrence::{Occurrence, Origin},
    reminder::ReminderId,
};

/// How long a cause of an alert counts as told.
const TOLD_MILLIS: i64 = 24 * 60 * 60 * 1_000;

impl Outbox {
    /// Plans and composes one alert in one transaction, unless it has causes and each was told within
    /// the last 24 hours: then nothing is written and the answer is `None`. `deliveries` is asked
    /// once, with the alert's identity and which of the causes are new; when it makes none, the
    /// causes count as told all the same.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn plan_alert(
        &self,
        reminder: &ReminderId,
        causes: &[&str],
        zone: &str,
        deliveries: impl FnOnce(&Occurrence, &[bool]) -> Vec<NewDelivery> + Send,
        now: Timestamp,
    ) -> Result<Option<Occurrence>, StoreError> {
        let mut tx = self.store.write().await?;
        let mut new = Vec::with_capacity(causes.len());
        for cause in causes {
            new.push(tell(&mut tx, cause, now).await?);
        }
        if !causes.is_empty() && !new.contains(&true) {
            return Ok(None);
        }
        let origin = Origin::Alert(next_number(&mut tx, "alert", reminder).await?);
        let occurrence = kept(&Occurrence { reminder: reminder.clone(), due_at: now, origin });
        let deliveries = deliveries(&occurrence, &new);
        if deliveries.is_empty() {
            tx.commit().await?;
            return Ok(None);
        }
        insert_numbered(&mut tx, &occurrence, zone, None, now).await?;
        let composition = Composition::Deliveries(deliveries);
        let composing = Composing { keep_older: true, ..Composing::new(occurrence, composition) };
        compose::write(&mut tx, std::slice::from_ref(&composing), now).await?;
        tx.commit().await?;
        Ok(Some(composing.occurrence))
    }

    /// Forgets that causes were told: what was mended is told anew when it breaks again.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn mended(&self, causes: &[String]) -> Result<(), StoreError> {
        if causes.is_empty() {
            return Ok(());
        }
        let causes: Vec<&str> = causes.iter().map(|cause| cut(cause)).collect();
        let mut tx = self.store.write().await?;
        sqlx::query("DELETE FROM alert WHERE cause IN (SELECT value ->> 0 FROM json_each($1))")
            .bind(texts(&causes)?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
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
