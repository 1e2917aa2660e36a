//! The operator's verbs on one delivery.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Outbox, StoreError,
    rows::{millis, state},
};
use crate::model::delivery::DeliveryState;

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
    /// Puts a dead, held or expired delivery back into the queue, with its idempotency key and its
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
             WHERE id = $1 AND state IN ('dead', 'held', 'expired')",
        )
        .bind(delivery_id)
        .bind(millis(now))
        .bind(millis(keep_until))
        .execute(&mut *tx)
        .await?;
        finish(tx, delivery_id, done.rows_affected()).await
    }

    /// Takes a pending or held delivery back.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn cancel(&self, delivery_id: &str) -> Result<Changed, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query(
            "UPDATE delivery SET state = 'cancelled', reason = NULL
             WHERE id = $1 AND state IN ('pending', 'held')",
        )
        .bind(delivery_id)
        .execute(&mut *tx)
        .await?;
        finish(tx, delivery_id, done.rows_affected()).await
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
