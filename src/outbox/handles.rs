//! What vendors call the messages they took: for recalling them, and for asking who has read them.

use std::{ops::Range, time::Duration};

use jiff::Timestamp;
use sqlx::{FromRow, Row as _, Sqlite, Transaction, sqlite::SqliteRow};

use super::{
    Answer, Outbox, StoreError,
    rows::{count, instant, millis, read_json, rows, span_millis, texts},
};
use crate::model::{message::Message, target::TargetId};

/// A message that a vendor took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle {
    /// Of which delivery.
    pub delivery: String,
    /// In which attempt.
    pub attempt: u32,
    /// What the vendor calls it.
    pub handle: String,
    /// When it took it.
    pub taken_at: Timestamp,
    /// When it was recalled.
    pub recalled_at: Option<Timestamp>,
    /// Who had read it when that was asked last, as JSON.
    pub reads: Option<String>,
    /// When that was.
    pub asked_at: Option<Timestamp>,
}

impl<'r> FromRow<'r, SqliteRow> for Handle {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        let wrong = |error: StoreError| sqlx::Error::Decode(error.into());
        let at = |column: &str| -> Result<Option<Timestamp>, sqlx::Error> {
            let millis: Option<i64> = row.try_get(column)?;
            millis.map(instant).transpose().map_err(wrong)
        };
        Ok(Self {
            delivery: row.try_get("delivery")?,
            attempt: count(row.try_get("attempt")?).map_err(wrong)?,
            handle: row.try_get("handle")?,
            taken_at: instant(row.try_get("taken_at")?).map_err(wrong)?,
            recalled_at: at("recalled_at")?,
            reads: row.try_get("reads")?,
            asked_at: at("asked_at")?,
        })
    }
}

impl Outbox {
    /// The handles of these deliveries, by delivery and attempt.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn handles(&self, deliveries: &[String]) -> Result<Vec<Handle>, StoreError> {
        let found = sqlx::query_as(
            "SELECT delivery, attempt, handle, taken_at, recalled_at, reads, asked_at FROM handle
             WHERE delivery IN (SELECT value ->> 0 FROM json_each($1))
             ORDER BY delivery, attempt",
        )
        .bind(texts(deliveries)?)
        .fetch_all(self.store.read())
        .await?;
        Ok(found)
    }

    /// Messages of an age within one of these spans of which nobody asked who has read them since
    /// the span began, with the targets they went to; the oldest first. Recalled ones are left out.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn to_ask(
        &self,
        ages: &[Range<Duration>],
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<(TargetId, Handle)>, StoreError> {
        let ages = ages.iter().map(|age| [span_millis(age.start), span_millis(age.end)]);
        let found = sqlx::query(
            "SELECT d.target, h.delivery, h.attempt, h.handle, h.taken_at, h.recalled_at, h.reads,
                    h.asked_at
             FROM handle h JOIN delivery d ON d.id = h.delivery
             WHERE h.recalled_at IS NULL AND EXISTS (
                SELECT 1 FROM json_each($1)
                WHERE h.taken_at <= $2 - CAST(value ->> 0 AS BIGINT)
                  AND h.taken_at > $2 - CAST(value ->> 1 AS BIGINT)
                  AND COALESCE(h.asked_at, 0) < h.taken_at + CAST(value ->> 0 AS BIGINT))
             ORDER BY h.taken_at, h.delivery, h.attempt LIMIT $3",
        )
        .bind(rows(ages)?)
        .bind(millis(now))
        .bind(i64::from(most))
        .fetch_all(self.store.read())
        .await?;
        let one = |row: &SqliteRow| {
            let target: String = row.try_get("target")?;
            Ok((TargetId::new(target), Handle::from_row(row)?))
        };
        found.iter().map(one).collect()
    }

    /// What a delivery shows.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn message(&self, delivery: &str) -> Result<Option<Message>, StoreError> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT message FROM content WHERE delivery = $1")
                .bind(delivery)
                .fetch_optional(self.store.read())
                .await?;
        text.map(|text| read_json(&text)).transpose()
    }

    /// Writes down who had read a message at an instant.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn keep_reads(
        &self,
        handle: &Handle,
        reads: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query(
            "UPDATE handle SET reads = $3, asked_at = $4 WHERE delivery = $1 AND attempt = $2",
        )
        .bind(&handle.delivery)
        .bind(i64::from(handle.attempt))
        .bind(reads)
        .bind(millis(now))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Writes down that a message was recalled.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn recalled(&self, handle: &Handle, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query("UPDATE handle SET recalled_at = $3 WHERE delivery = $1 AND attempt = $2")
            .bind(&handle.delivery)
            .bind(i64::from(handle.attempt))
            .bind(millis(now))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The handles of these answers.
pub(super) async fn insert(
    tx: &mut Transaction<'static, Sqlite>,
    answers: &[&Answer],
) -> Result<(), StoreError> {
    let named = answers.iter().filter_map(|Answer { leased, attempt, handle, .. }| {
        let taken_at = attempt.at_ms.saturating_add(attempt.ms.max(0));
        Some((leased.id.as_str(), leased.attempt, handle.as_deref()?, taken_at))
    });
    let named: Vec<_> = named.collect();
    if named.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO handle (delivery, attempt, handle, taken_at)
         SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), value ->> 2, CAST(value ->> 3 AS BIGINT)
         FROM json_each($1)",
    )
    .bind(rows(named)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
