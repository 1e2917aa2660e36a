//! The daily limit: what a target may be sent in a day, and what becomes of the rest.
//!
//! Counted is when a message is composed, in that transaction. What is beyond the limit is a row like
//! any other: pending, for this reason, and not before the target's day ends. Then the low ones go out
//! in one message, which is made in one transaction, and the others by themselves. Low ones are blocked
//! until then, so that no claim is faster. A target without a limit has no row here.

mod end;

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

pub use self::end::LetGo;
use super::{
    Outbox, StoreError,
    rows::{millis, rank, rows},
};
use crate::model::{
    delivery::NewDelivery, occurrence::Occurrence, reminder::Priority, target::TargetId,
};

/// What a target may be sent in a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Whose.
    pub target: TargetId,
    /// So many messages.
    pub most: u32,
    /// When its day began.
    pub began: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
}

/// Why a message waits for the end of the day.
pub const DAILY: &str = "daily limit";

/// A message to a target that has a limit.
pub(super) struct Measured<'a> {
    occurrence: &'a Occurrence,
    priority: Priority,
    allowance: &'a Allowance,
}

impl<'a> Measured<'a> {
    /// None when nothing is sent to the target.
    pub(super) fn of(
        occurrence: &'a Occurrence,
        deliveries: &[NewDelivery],
        allowance: &'a Allowance,
    ) -> Option<Self> {
        let first = deliveries.iter().find(|one| one.target == allowance.target)?;
        Some(Self { occurrence, priority: first.priority, allowance })
    }
}

/// How long a delivery is kept that waits until an instant. A `keep` of half a day, which is the
/// usual, or more says nothing against the evening, whenever that comes; a shorter one was written
/// because the message is of no use later.
macro_rules! kept_for {
    ($until:literal) => {
        concat!(
            "CASE WHEN delivery.keep_until - delivery.due_at >= 43200000
                  THEN max(delivery.keep_until, ",
            $until,
            " + 43200000) ELSE delivery.keep_until END"
        )
    };
}
use kept_for;

/// Counts messages that were composed, by priority, due instant and id; those beyond their limit are
/// held back. Returns how many are.
pub(super) async fn measure(
    tx: &mut Transaction<'static, Sqlite>,
    mut messages: Vec<Measured<'_>>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    if messages.is_empty() {
        return Ok(0);
    }
    messages
        .sort_by_cached_key(|one| (rank(one.priority), one.occurrence.due_at, one.occurrence.id()));
    let mut left = room(tx, messages.iter().map(|one| one.allowance)).await?;
    let mut values = Vec::with_capacity(messages.len());
    for Measured { occurrence, allowance, .. } in &messages {
        let left = left.entry(allowance.target.to_string()).or_default();
        let until = (*left <= 0).then(|| millis(allowance.ends));
        *left = left.saturating_sub(1);
        values.push((occurrence.id(), allowance.target.as_str(), millis(now), until));
    }
    let held = values.iter().filter(|value| value.3.is_some()).count();
    let values = rows(values)?;
    sqlx::query(COUNT).bind(&values).execute(&mut **tx).await?;
    if held > 0 {
        sqlx::query(HOLD).bind(&values).bind(DAILY).execute(&mut **tx).await?;
    }
    Ok(held)
}

/// How many more messages each target may be sent in its day.
async fn room(
    tx: &mut Transaction<'static, Sqlite>,
    allowances: impl Iterator<Item = &Allowance>,
) -> Result<HashMap<String, i64>, StoreError> {
    let asked: BTreeSet<_> = allowances.map(given).collect();
    let left: Vec<(String, i64)> =
        sqlx::query_as(ROOM).bind(rows(asked)?).fetch_all(&mut **tx).await?;
    Ok(left.into_iter().collect())
}

/// Target, beginning of the day, most, end of the day.
fn given(allowance: &Allowance) -> (&str, i64, u32, i64) {
    let Allowance { target, most, began, ends } = allowance;
    (target.as_str(), millis(*began), *most, millis(*ends))
}

const ROOM: &str = "SELECT given.value ->> 0,
            CAST(given.value ->> 2 AS BIGINT) - (
                SELECT count(*) FROM daily
                WHERE daily.target = given.value ->> 0 AND daily.until IS NULL
                  AND daily.at >= CAST(given.value ->> 1 AS BIGINT))
     FROM json_each($1) AS given";

const COUNT: &str = "INSERT INTO daily (occurrence, target, at, until)
     SELECT value ->> 0, value ->> 1, CAST(value ->> 2 AS BIGINT), CAST(value ->> 3 AS BIGINT)
     FROM json_each($1)";

const HOLD: &str = concat!(
    "UPDATE delivery SET
         not_before = max(delivery.not_before, given.until), reason = $2,
         keep_until = ",
    kept_for!("given.until"),
    ",
         blocked = max(delivery.blocked, delivery.priority = 2)
     FROM (SELECT value ->> 0 AS occurrence, value ->> 1 AS target,
                  CAST(value ->> 3 AS BIGINT) AS until FROM json_each($1)) AS given
     WHERE given.until IS NOT NULL
       AND delivery.occurrence = given.occurrence AND delivery.target = given.target"
);

impl Outbox {
    /// The targets of which something that is held back may go, or has to wait until another instant.
    /// `allowances` are those of all targets that have a limit.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn over_limit(
        &self,
        allowances: &[Allowance],
        now: Timestamp,
    ) -> Result<Vec<TargetId>, StoreError> {
        let found: Vec<String> = sqlx::query_scalar(
            "SELECT held.target FROM daily AS held
             LEFT JOIN (SELECT value ->> 0 AS target, CAST(value ->> 1 AS BIGINT) AS began,
                               CAST(value ->> 2 AS BIGINT) AS most,
                               CAST(value ->> 3 AS BIGINT) AS ends FROM json_each($1)) AS given
               ON given.target = held.target
             WHERE held.until IS NOT NULL
             GROUP BY held.target
             HAVING given.most IS NULL OR min(held.until) <= $2
                 OR min(held.until) <> given.ends OR max(held.until) <> given.ends
                 OR given.most > (SELECT count(*) FROM daily
                                  WHERE daily.target = held.target AND daily.until IS NULL
                                    AND daily.at >= given.began)",
        )
        .bind(rows(allowances.iter().map(given))?)
        .bind(millis(now))
        .fetch_all(self.store.read())
        .await?;
        Ok(found.into_iter().map(TargetId::new).collect())
    }
}
