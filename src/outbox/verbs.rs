//! The operator's verbs on one delivery.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Composing, Composition, Outbox, StoreError, compose, merge,
    plan::{insert_numbered, next_number},
    rows::{instant, millis, priority, read_json, state},
};
use crate::model::{
    delivery::{DeliveryState, NewDelivery},
    message::{Message, Progress},
    occurrence::{Occurrence, Origin},
    reminder::ReminderId,
    target::TargetId,
    text::text,
};

/// What a verb did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It was done.
    Done,
    /// No delivery has this id.
    NotFound,
    /// The delivery stands where the verb means nothing.
    Refused(DeliveryState),
}

impl Outbox {
    /// Puts a dead, held, expired or cancelled delivery back into the queue, with its idempotency key and its
    /// attempts so far, to be kept until `keep_until`.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn redrive(
        &self,
        delivery_id: &str,
        keep_until: Timestamp,
        now: Timestamp,
    ) -> Result<Changed, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query(
            "UPDATE delivery SET state = 'pending', reason = NULL, not_before = $2, keep_until = $3,
                 blocked = CASE WHEN EXISTS (
                     SELECT 1 FROM delivery AS before_it
                     WHERE before_it.occurrence = delivery.occurrence
                       AND before_it.target = delivery.target
                       AND before_it.part = delivery.part - 1
                       AND before_it.state <> 'delivered') THEN 1 ELSE 0 END
             WHERE id = $1 AND state IN ('dead', 'held', 'expired', 'cancelled')",
        )
        .bind(delivery_id)
        .bind(millis(now))
        .bind(millis(keep_until))
        .execute(&mut *tx)
        .await?;
        // It goes out by itself now.
        if done.rows_affected() > 0 {
            sqlx::query("DELETE FROM merged WHERE delivery = $1")
                .bind(delivery_id)
                .execute(&mut *tx)
                .await?;
        }
        finish(tx, delivery_id, done.rows_affected()).await
    }

    /// Takes a pending or held delivery back. One that would go out in a merged message is taken out
    /// of it, unless that one is on its way: then nothing is changed.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn cancel(&self, delivery_id: &str) -> Result<Changed, StoreError> {
        let mut tx = self.store.write().await?;
        let wholes = merge::untouched(&mut tx, &[delivery_id.to_owned()]).await?;
        merge::take_apart(&mut tx, &wholes).await?;
        let done = sqlx::query(
            "UPDATE delivery SET state = 'cancelled', reason = NULL
             WHERE id = $1 AND state IN ('pending', 'held')
               AND NOT EXISTS (SELECT 1 FROM merged WHERE merged.delivery = delivery.id)",
        )
        .bind(delivery_id)
        .execute(&mut *tx)
        .await?;
        finish(tx, delivery_id, done.rows_affected()).await
    }

    /// Sends what a delivery's target got, or should have got, once more: all parts, as a manual
    /// occurrence of its own, each under the key that `key` gives it. None when no delivery has
    /// this id.
    ///
    /// # Errors
    /// The store could not be read or written; then nothing was.
    pub async fn resend(
        &self,
        delivery_id: &str,
        key: impl Fn(&Occurrence, &TargetId, u32) -> String + Send,
        keep_until: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Occurrence>, StoreError> {
        let mut tx = self.store.write().await?;
        let origin: Option<(String, String, i64, String, String, i64, String)> = sqlx::query_as(
            "SELECT o.id, o.reminder, o.due_at, o.zone, d.target, d.priority, d.robot_key
             FROM delivery AS d JOIN occurrence AS o ON o.id = d.occurrence WHERE d.id = $1",
        )
        .bind(delivery_id)
        .fetch_optional(&mut *tx)
        .await?;
        let Some((id, reminder, due_at, zone, target, rank, robot_key)) = origin else {
            return Ok(None);
        };
        let texts: Vec<String> = sqlx::query_scalar(
            "SELECT c.message FROM delivery AS d JOIN content AS c ON c.delivery = d.id
             WHERE d.occurrence = $1 AND d.target = $2 ORDER BY d.part",
        )
        .bind(&id)
        .bind(&target)
        .fetch_all(&mut *tx)
        .await?;
        let (reminder, target) = (ReminderId::new(reminder), TargetId::new(target));
        let origin = Origin::Manual(next_number(&mut tx, "manual", &reminder).await?);
        let occurrence = Occurrence { reminder, due_at: instant(due_at)?, origin };
        let again = |(number, text): (u32, String)| {
            let mut message: Message = read_json(&text)?;
            message.key = key(&occurrence, &target, number);
            message.progress = Progress::default();
            Ok(NewDelivery {
                target: target.clone(),
                robot_key: robot_key.clone(),
                priority: priority(rank)?,
                not_before: now,
                keep_until,
                message,
            })
        };
        let deliveries = (1..).zip(texts).map(again).collect::<Result<_, StoreError>>()?;
        insert_numbered(&mut tx, &occurrence, &zone, None, now).await?;
        let composing = Composing {
            detail: Some(text!("a repeat of {delivery}", delivery = delivery_id)),
            keep_older: true,
            ..Composing::new(occurrence, Composition::Deliveries(deliveries))
        };
        compose::write(&mut tx, std::slice::from_ref(&composing), now).await?;
        tx.commit().await?;
        Ok(Some(composing.occurrence))
    }
}

async fn finish(
    mut tx: Transaction<'static, Sqlite>,
    delivery_id: &str,
    changed: u64,
) -> Result<Changed, StoreError> {
    let word: Option<String> = sqlx::query_scalar("SELECT state FROM delivery WHERE id = $1")
        .bind(delivery_id)
        .fetch_optional(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(match word {
        None => Changed::NotFound,
        Some(_) if changed > 0 => Changed::Done,
        Some(word) => Changed::Refused(state(&word, DeliveryState::from_name)?),
    })
}
