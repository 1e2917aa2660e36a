//! Plan: what is expected becomes rows, together with the instant planned up to.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Outbox, StoreError,
    rows::{count, cut, instant, kept, millis, rows},
};
use crate::model::{
    occurrence::{Occurrence, OccurrenceState, Origin},
    reminder::{Fingerprint, ReminderId},
};

/// Rows of one statement.
const CHUNK: usize = 1_000;

/// Many occurrences told in one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first one's due instant.
    pub first: Timestamp,
    /// The last one's due instant.
    pub last: Timestamp,
    /// How many there are.
    pub count: u64,
}

/// What becomes of an expected occurrence at planning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It will be composed.
    Planned,
    /// Seen too late, or left out by `on_miss`.
    Missed {
        /// A sentence, as [`crate::model::text::Text::kept`] writes it.
        reason: String,
        /// For a row that stands for many.
        span: Option<Span>,
    },
    /// Nothing was to be sent.
    Skipped {
        /// One word or a short sentence: `paused`.
        reason: String,
        /// More about the reason.
        detail: Option<String>,
        /// For a row that stands for many.
        span: Option<Span>,
    },
}

/// One row to be planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRow {
    /// Which.
    pub occurrence: Occurrence,
    /// IANA name of the reminder's zone, so that the log can show its own wall-clock time.
    pub zone: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// How far a reminder is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watermark {
    /// Whose.
    pub reminder: ReminderId,
    /// Every occurrence due at or before this instant has its row.
    pub until: Timestamp,
    /// What the schedule was: when it, or `enabled`, changes, `until` may move back.
    pub fingerprint: Fingerprint,
    /// Whether the reminder was enabled.
    pub enabled: bool,
}

impl Fate {
    fn state(&self) -> OccurrenceState {
        match self {
            Self::Planned => OccurrenceState::Planned,
            Self::Missed { .. } => OccurrenceState::Missed,
            Self::Skipped { .. } => OccurrenceState::Skipped,
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Planned => None,
            Self::Missed { reason, .. } | Self::Skipped { reason, .. } => Some(cut(reason)),
        }
    }

    fn detail(&self) -> Option<&str> {
        let Self::Skipped { detail, .. } = self else { return None };
        detail.as_deref().map(cut)
    }

    fn span(&self) -> Option<Span> {
        match self {
            Self::Planned => None,
            Self::Missed { span, .. } | Self::Skipped { span, .. } => *span,
        }
    }
}

impl Outbox {
    /// Plan transaction: writes the rows that do not exist yet and moves the watermarks, together
    /// or not at all. Returns the occurrences that are really new. A row that says `missed` becomes
    /// planned when its time comes all the same: the clock had been wrong.
    ///
    /// A watermark moves forward only, unless its fingerprint or `enabled` differs from the stored one.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn plan(
        &self,
        rows: &[PlannedRow],
        watermarks: &[Watermark],
        now: Timestamp,
    ) -> Result<Vec<Occurrence>, StoreError> {
        let mut tx = self.store.write().await?;
        let new = write(&mut tx, rows, watermarks, now).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// [`Self::plan`] after watermarks that are on the disk: it is there with whatever is written
    /// next, so before anything of it is sent. Power that fails earlier takes rows and watermarks.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn plan_due(
        &self,
        rows: &[PlannedRow],
        watermarks: &[Watermark],
        now: Timestamp,
    ) -> Result<Vec<Occurrence>, StoreError> {
        let mut tx = self.store.write_along().await?;
        let new = write(&mut tx, rows, watermarks, now).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// Watermarks ahead of `now` were written before the clock was set back: they move to `now`.
    /// What was planned ahead of time keeps its rows, so it is not planned twice.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn set_back(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query("UPDATE watermark SET planned_to = $1 WHERE planned_to > $1")
            .bind(millis(now))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// How far every reminder is planned, by reminder.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn watermarks(&self) -> Result<Vec<Watermark>, StoreError> {
        let kept: Vec<(String, i64, String, i64)> = sqlx::query_as(
            "SELECT reminder, planned_to, fingerprint, enabled FROM watermark ORDER BY reminder",
        )
        .fetch_all(self.store.read())
        .await?;
        kept.into_iter()
            .map(|(reminder, planned_to, fingerprint, enabled)| {
                Ok(Watermark {
                    reminder: ReminderId::new(reminder),
                    until: instant(planned_to)?,
                    fingerprint: Fingerprint::kept(&fingerprint),
                    enabled: enabled != 0,
                })
            })
            .collect()
    }

    /// Plans one manual send: picks the reminder's next `manual:N` and keeps the request (JSON)
    /// beside it. `due_at` is cut to milliseconds.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn plan_manual(
        &self,
        reminder: &ReminderId,
        due_at: Timestamp,
        zone: &str,
        request: &str,
        now: Timestamp,
    ) -> Result<Occurrence, StoreError> {
        let mut tx = self.store.write().await?;
        let origin = Origin::Manual(next_number(&mut tx, "manual", reminder).await?);
        let occurrence = kept(&Occurrence { reminder: reminder.clone(), due_at, origin });
        insert_numbered(&mut tx, &occurrence, zone, Some(request), now).await?;
        tx.commit().await?;
        Ok(occurrence)
    }
}

/// The statements of the plan transaction.
pub(super) async fn write(
    tx: &mut Transaction<'static, Sqlite>,
    rows: &[PlannedRow],
    watermarks: &[Watermark],
    now: Timestamp,
) -> Result<Vec<Occurrence>, StoreError> {
    let mut new = Vec::new();
    for chunk in rows.chunks(CHUNK) {
        new.extend(insert_occurrences(tx, chunk, now).await?);
    }
    for chunk in watermarks.chunks(CHUNK) {
        move_watermarks(tx, chunk).await?;
    }
    Ok(new)
}

/// Writes the rows that do not exist yet; returns those, in the order given.
async fn insert_occurrences(
    tx: &mut Transaction<'static, Sqlite>,
    planned: &[PlannedRow],
    now: Timestamp,
) -> Result<Vec<Occurrence>, StoreError> {
    let given: Vec<Occurrence> = planned.iter().map(|row| kept(&row.occurrence)).collect();
    let values = rows(given.iter().zip(planned).map(|(occurrence, row)| {
        let span = row.fate.span();
        (
            occurrence.id(),
            occurrence.reminder.as_str(),
            millis(occurrence.due_at),
            occurrence.origin.to_string(),
            row.zone.as_str(),
            row.fate.state().name(),
            row.fate.reason(),
            span.map(|span| millis(span.first)),
            span.map(|span| millis(span.last)),
            span.map(|span| i64::try_from(span.count).unwrap_or(i64::MAX)),
            row.fate.detail(),
        )
    }))?;
    let new: Vec<String> = sqlx::query_scalar(
        "INSERT INTO occurrence (id, reminder, due_at, origin, zone, state, reason,
                                 span_first, span_last, span_count, detail, planned_at)
         SELECT value ->> 0, value ->> 1, CAST(value ->> 2 AS BIGINT), value ->> 3, value ->> 4,
                value ->> 5, value ->> 6, CAST(value ->> 7 AS BIGINT),
                CAST(value ->> 8 AS BIGINT), CAST(value ->> 9 AS BIGINT), value ->> 10, $2
         FROM json_each($1) WHERE true
         ON CONFLICT (id) DO UPDATE SET
             state = excluded.state, reason = NULL, planned_at = excluded.planned_at,
             span_first = NULL, span_last = NULL, span_count = NULL
         WHERE occurrence.state = 'missed' AND excluded.state = 'planned'
         RETURNING id",
    )
    .bind(values)
    .bind(millis(now))
    .fetch_all(&mut **tx)
    .await?;
    let mut new: HashSet<String> = new.into_iter().collect();
    Ok(given.into_iter().filter(|occurrence| new.remove(&occurrence.id())).collect())
}

async fn move_watermarks(
    tx: &mut Transaction<'static, Sqlite>,
    watermarks: &[Watermark],
) -> Result<(), StoreError> {
    let values = rows(watermarks.iter().map(|mark| {
        (
            mark.reminder.as_str(),
            millis(mark.until),
            mark.fingerprint.to_string(),
            i64::from(mark.enabled),
        )
    }))?;
    sqlx::query(
        "INSERT INTO watermark (reminder, planned_to, fingerprint, enabled)
         SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), value ->> 2, CAST(value ->> 3 AS BIGINT)
         FROM json_each($1) WHERE true
         ON CONFLICT (reminder) DO UPDATE SET
             planned_to = excluded.planned_to,
             fingerprint = excluded.fingerprint,
             enabled = excluded.enabled
         WHERE excluded.planned_to > watermark.planned_to
            OR excluded.fingerprint <> watermark.fingerprint
            OR excluded.enabled <> watermark.enabled",
    )
    .bind(values)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The reminder's next number of this kind, from 1; never given twice.
pub(super) async fn next_number(
    tx: &mut Transaction<'static, Sqlite>,
    kind: &str,
    reminder: &ReminderId,
) -> Result<u32, StoreError> {
    let number: i64 = sqlx::query_scalar(
        "INSERT INTO counter (name, last) VALUES ($1, 1)
         ON CONFLICT (name) DO UPDATE SET last = counter.last + 1 RETURNING last",
    )
    .bind(format!("{kind}:{reminder}"))
    .fetch_one(&mut **tx)
    .await?;
    count(number)
}

/// Writes a planned occurrence that the schedule did not ask for.
pub(super) async fn insert_numbered(
    tx: &mut Transaction<'static, Sqlite>,
    occurrence: &Occurrence,
    zone: &str,
    request: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO occurrence (id, reminder, due_at, origin, zone, request, state, planned_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'planned', $7)",
    )
    .bind(occurrence.id())
    .bind(occurrence.reminder.as_str())
    .bind(millis(occurrence.due_at))
    .bind(occurrence.origin.to_string())
    .bind(zone)
    .bind(request)
    .bind(millis(now))
    .execute(&mut **tx)
    .await?;
    Ok(())
}
