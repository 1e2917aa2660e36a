//! The send log: occurrences with their deliveries and attempts, newest first.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{QueryBuilder, Row as _, Sqlite, Transaction};

use super::{
    Outbox, Span, StoreError,
    rows::{count, instant, millis, occurrence, state, text, texts},
};
use crate::model::{
    delivery::DeliveryState,
    occurrence::{Occurrence, OccurrenceState},
    receipt::Attempt,
    reminder::ReminderId,
    target::TargetId,
    text::Text,
};

/// A state to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogState {
    /// Occurrences that stand there.
    Occurrence(OccurrenceState),
    /// Occurrences with a delivery that stands there.
    Delivery(DeliveryState),
}

impl LogState {
    /// The state a word means; the words of occurrences and deliveries are distinct.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        OccurrenceState::from_name(name)
            .map(Self::Occurrence)
            .or_else(|| DeliveryState::from_name(name).map(Self::Delivery))
    }
}

/// What to look for. Every part narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Of this reminder.
    pub reminder: Option<ReminderId>,
    /// With a delivery to this target; only such deliveries are shown.
    pub target: Option<TargetId>,
    /// In this state; for a delivery's state only such deliveries are shown.
    pub state: Option<LogState>,
    /// Due at or after this instant.
    pub since: Option<Timestamp>,
    /// At most so many occurrences (the outbox gives no more than 10,000).
    pub limit: u32,
}

/// An occurrence as the log shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccurrenceRecord {
    /// Which.
    pub occurrence: Occurrence,
    /// IANA name of the reminder's zone when it was planned.
    pub zone: String,
    /// Where it stands.
    pub state: OccurrenceState,
    /// Why, for skipped, missed and failed ones: a word such as `condition`, or a sentence.
    pub reason: Option<Text>,
    /// More about the reason.
    pub detail: Option<Text>,
    /// For a row that stands for many.
    pub span: Option<Span>,
    /// When its row was written.
    pub planned_at: Timestamp,
    /// When it was composed, skipped or failed.
    pub composed_at: Option<Timestamp>,
    /// Its deliveries, by target and part.
    pub deliveries: Vec<DeliveryRecord>,
}

/// A delivery as the log shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// Its id.
    pub id: String,
    /// To whom.
    pub target: TargetId,
    /// [`crate::model::target::Target::robot_key`].
    pub robot_key: String,
    /// Which part of a split message, from 1.
    pub part: u32,
    /// Where it stands.
    pub state: DeliveryState,
    /// For an expired one: `keep` or `superseded`.
    pub reason: Option<String>,
    /// For a pending one: nothing is sent before.
    pub not_before: Timestamp,
    /// After this it is expired.
    pub keep_until: Timestamp,
    /// How many attempts were begun.
    pub attempt: u32,
    /// The newest attempts, oldest first; at most 50.
    pub attempts: Vec<Attempt>,
}

impl Outbox {
    /// The log, newest due instant first.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn log(&self, query: &LogQuery) -> Result<Vec<OccurrenceRecord>, StoreError> {
        let mut tx = self.store.snapshot().await?;
        let found = log_statement(query).build_query_as().fetch_all(&mut *tx).await?;
        let delivery_state = match query.state {
            Some(LogState::Delivery(state)) => Some(state),
            _ => None,
        };
        records(&mut tx, found, query.target.as_ref(), delivery_state).await
    }

    /// One occurrence, by [`Occurrence::id`].
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn occurrence(&self, id: &str) -> Result<Option<OccurrenceRecord>, StoreError> {
        let mut tx = self.store.snapshot().await?;
        let mut statement = QueryBuilder::new(SELECT_OCCURRENCE);
        statement.push(" WHERE o.id = ").push_bind(id);
        let found = statement.build_query_as().fetch_all(&mut *tx).await?;
        Ok(records(&mut tx, found, None, None).await?.pop())
    }

    /// The occurrence a delivery is of, by the delivery's id.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn occurrence_of(
        &self,
        delivery: &str,
    ) -> Result<Option<OccurrenceRecord>, StoreError> {
        let id: Option<String> =
            sqlx::query_scalar("SELECT occurrence FROM delivery WHERE id = $1")
                .bind(delivery)
                .fetch_optional(self.store.read())
                .await?;
        match id {
            Some(id) => self.occurrence(&id).await,
            None => Ok(None),
        }
    }

    /// The last occurrence of each of these reminders that its schedule or a change of its folder
    /// planned, by reminder.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn last_occurrences(
        &self,
        reminders: &[&ReminderId],
    ) -> Result<Vec<OccurrenceRecord>, StoreError> {
        let asked: Vec<&str> = reminders.iter().map(|id| id.as_str()).collect();
        let asked = texts(&asked)?;
        let mut tx = self.store.snapshot().await?;
        let mut statement = QueryBuilder::new(SELECT_OCCURRENCE);
        statement.push(" JOIN (SELECT value ->> 0 AS reminder FROM json_each(");
        statement.push_bind(asked).push(
            ")) AS asked ON o.id = (
                 SELECT last.id FROM occurrence AS last
                 WHERE last.reminder = asked.reminder AND last.origin = 'schedule'
                 ORDER BY last.due_at DESC LIMIT 1)
             ORDER BY o.reminder",
        );
        let found = statement.build_query_as().fetch_all(&mut *tx).await?;
        records(&mut tx, found, None, None).await
    }
}

/// The most occurrences one look at the log gives.
const LOG_LIMIT: u32 = 10_000;

/// The most attempts shown of one delivery.
const ATTEMPTS_SHOWN: i64 = 50;

const SELECT_OCCURRENCE: &str = "SELECT o.id, o.reminder, o.due_at, o.origin, o.zone, o.state,
     o.reason, o.detail, o.span_first, o.span_last, o.span_count, o.planned_at, o.composed_at FROM occurrence AS o";

/// The columns of [`SELECT_OCCURRENCE`].
type OccurrenceRow = (
    String,
    String,
    i64,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    i64,
    Option<i64>,
);

fn log_statement(query: &LogQuery) -> QueryBuilder<Sqlite> {
    let mut statement = QueryBuilder::new(SELECT_OCCURRENCE);
    statement.push(" WHERE true");
    if let Some(reminder) = &query.reminder {
        statement.push(" AND o.reminder = ").push_bind(reminder.as_str().to_owned());
    }
    if let Some(since) = query.since {
        statement.push(" AND o.due_at >= ").push_bind(millis(since));
    }
    if let Some(LogState::Occurrence(state)) = query.state {
        statement.push(" AND o.state = ").push_bind(state.name());
    }
    let delivery_state = match query.state {
        Some(LogState::Delivery(state)) => Some(state),
        _ => None,
    };
    if query.target.is_some() || delivery_state.is_some() {
        statement.push(" AND EXISTS (SELECT 1 FROM delivery AS d WHERE d.occurrence = o.id");
        if let Some(target) = &query.target {
            statement.push(" AND d.target = ").push_bind(target.as_str().to_owned());
        }
        if let Some(state) = delivery_state {
            statement.push(" AND d.state = ").push_bind(state.name());
        }
        statement.push(")");
    }
    statement.push(" ORDER BY o.due_at DESC, o.id DESC LIMIT ");
    statement.push_bind(i64::from(query.limit.min(LOG_LIMIT)));
    statement
}

/// Joins occurrences with their deliveries and attempts.
async fn records(
    tx: &mut Transaction<'static, Sqlite>,
    found: Vec<OccurrenceRow>,
    target: Option<&TargetId>,
    delivery_state: Option<DeliveryState>,
) -> Result<Vec<OccurrenceRecord>, StoreError> {
    let ids = texts(&found.iter().map(|row| row.0.as_str()).collect::<Vec<_>>())?;
    let mut deliveries = deliveries(tx, &ids).await?;
    found
        .into_iter()
        .map(|row| {
            let mut shown = deliveries.remove(&row.0).unwrap_or_default();
            shown.retain(|delivery| {
                target.is_none_or(|target| delivery.target == *target)
                    && delivery_state.is_none_or(|state| delivery.state == state)
            });
            record(row, shown)
        })
        .collect()
}

fn record(
    row: OccurrenceRow,
    deliveries: Vec<DeliveryRecord>,
) -> Result<OccurrenceRecord, StoreError> {
    let (
        _,
        reminder,
        due_at,
        origin,
        zone,
        word,
        reason,
        detail,
        first,
        last,
        many,
        planned,
        composed,
    ) = row;
    let span = match (first, last, many) {
        (Some(first), Some(last), Some(many)) => {
            Some(Span { first: instant(first)?, last: instant(last)?, count: count(many)? })
        }
        _ => None,
    };
    Ok(OccurrenceRecord {
        occurrence: occurrence(reminder, due_at, &origin)?,
        zone,
        state: state(&word, OccurrenceState::from_name)?,
        reason: text(reason),
        detail: text(detail),
        span,
        planned_at: instant(planned)?,
        composed_at: composed.map(instant).transpose()?,
        deliveries,
    })
}

/// The deliveries of these occurrences (one-column rows of ids), by occurrence.
async fn deliveries(
    tx: &mut Transaction<'static, Sqlite>,
    ids: &str,
) -> Result<HashMap<String, Vec<DeliveryRecord>>, StoreError> {
    let mut attempts = attempts(tx, ids).await?;
    let rows = sqlx::query(
        "SELECT occurrence, id, target, robot_key, part, state, reason, not_before, keep_until,
                attempt
         FROM delivery WHERE occurrence IN (SELECT value ->> 0 FROM json_each($1))
         ORDER BY occurrence, target, part",
    )
    .bind(ids)
    .fetch_all(&mut **tx)
    .await?;
    let mut by_occurrence: HashMap<String, Vec<DeliveryRecord>> = HashMap::new();
    for row in rows {
        let id: String = row.try_get("id")?;
        let record = DeliveryRecord {
            target: TargetId::new(row.try_get::<String, _>("target")?),
            robot_key: row.try_get("robot_key")?,
            part: count(row.try_get("part")?)?,
            state: state(row.try_get("state")?, DeliveryState::from_name)?,
            reason: row.try_get("reason")?,
            not_before: instant(row.try_get("not_before")?)?,
            keep_until: instant(row.try_get("keep_until")?)?,
            attempt: count(row.try_get("attempt")?)?,
            attempts: attempts.remove(&id).unwrap_or_default(),
            id,
        };
        by_occurrence.entry(row.try_get("occurrence")?).or_default().push(record);
    }
    Ok(by_occurrence)
}

/// The newest attempts of these occurrences' deliveries, by delivery, oldest first.
async fn attempts(
    tx: &mut Transaction<'static, Sqlite>,
    ids: &str,
) -> Result<HashMap<String, Vec<Attempt>>, StoreError> {
    let rows = sqlx::query(
        "SELECT delivery, at, verdict, code, reason, help, ms FROM (
             SELECT a.*, row_number() OVER (PARTITION BY a.delivery ORDER BY a.number DESC) AS age
             FROM attempt AS a JOIN delivery AS d ON d.id = a.delivery
             WHERE d.occurrence IN (SELECT value ->> 0 FROM json_each($1))) AS newest
         WHERE age <= $2 ORDER BY delivery, number",
    )
    .bind(ids)
    .bind(ATTEMPTS_SHOWN)
    .fetch_all(&mut **tx)
    .await?;
    let mut by_delivery: HashMap<String, Vec<Attempt>> = HashMap::new();
    for row in rows {
        let attempt = Attempt {
            at_ms: row.try_get("at")?,
            verdict: row.try_get("verdict")?,
            code: row.try_get("code")?,
            reason: text(row.try_get("reason")?),
            help: text(row.try_get("help")?),
            ms: row.try_get("ms")?,
        };
        by_delivery.entry(row.try_get("delivery")?).or_default().push(attempt);
    }
    Ok(by_delivery)
}
