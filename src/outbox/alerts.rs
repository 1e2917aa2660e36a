//! Alerts: planned and composed in one transaction, each cause at most once a day.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Composing, Composition, Outbox, StoreError, compose,
    plan::{insert_numbered, next_number},
    rows::{cut, kept, millis, read_json, texts},
};
use crate::model::{
    delivery::NewDelivery,
    message::Message,
    occurrence::{Occurrence, Origin},
    reminder::ReminderId,
    target::TargetId,
};

/// How long a cause of an alert counts as told.
const TOLD_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// An alert that its target has not got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheard {
    /// The delivery.
    pub delivery: String,
    /// What it says.
    pub message: Message,
}

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

    /// Alerts to a target, due since then, that it has not got and will not get by itself soon: it
    /// refused them for good, its robot is suspended, or it was tried so often in vain. At most 20.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn unheard(
        &self,
        reminder: &ReminderId,
        target: &TargetId,
        since: Timestamp,
        attempts: u32,
    ) -> Result<Vec<Unheard>, StoreError> {
        let found: Vec<(String, String)> = sqlx::query_as(
            "SELECT d.id, content.message
             FROM occurrence o
             JOIN delivery d ON d.occurrence = o.id AND d.target = $2
             JOIN content ON content.delivery = d.id
             LEFT JOIN robot ON robot.robot_key = d.robot_key
             WHERE o.reminder = $1 AND o.due_at > $3
               AND (d.state = 'dead'
                    OR d.state = 'pending'
                       AND (d.attempt >= $4 OR robot.suspended_since IS NOT NULL))
             ORDER BY o.due_at, d.id LIMIT 20",
        )
        .bind(reminder.as_str())
        .bind(target.as_str())
        .bind(millis(since))
        .bind(i64::from(attempts))
        .fetch_all(self.store.read())
        .await?;
        let read = |(delivery, text): (String, String)| {
            Ok(Unheard { delivery, message: read_json(&text)? })
        };
        found.into_iter().map(read).collect()
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
