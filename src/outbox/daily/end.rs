//! The end of a day, or another limit: what was held back goes.

use jiff::Timestamp;
use sqlx::{FromRow, Row as _, Sqlite, Transaction, sqlite::SqliteRow};

use super::{Allowance, DAILY, kept_for, room};
use crate::{
    model::{message::Message, occurrence::Occurrence, target::TargetId},
    outbox::{
        Crowd, Outbox, StoreError,
        merge::{self, Ready, behind_a_part, unpaused},
        rows::{millis, read_json, rows},
    },
};

/// So many messages are let go at once.
const BITE: i64 = 1_000;

/// What the end of a day, or another limit, did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LetGo {
    /// Deliveries that go by themselves.
    pub alone: usize,
    /// Deliveries that went into others.
    pub gathered: usize,
    /// Messages they went into.
    pub wholes: usize,
    /// Messages that wait for another instant now.
    pub moved: usize,
}

impl Outbox {
    /// Lets go what was held back for a target that has no limit any more.
    ///
    /// # Errors
    /// The store could not be written; then nothing was let go.
    pub async fn lift_limit(&self, target: &TargetId, now: Timestamp) -> Result<LetGo, StoreError> {
        let mut tx = self.store.write().await?;
        let held = held(&mut tx, target, now).await?;
        let all: Vec<&Held> = held.iter().collect();
        let alone = free(&mut tx, target, &all, None, now).await?;
        forget(&mut tx, target, &all).await?;
        tx.commit().await?;
        Ok(LetGo { alone, ..LetGo::default() })
    }

    /// Lets go what was held back for a target until now: the low ones in one message, whose parts
    /// `whole` makes, the others by themselves. What is to wait longer goes as far as the limit
    /// allows it by now, or waits for the end of the day as it is now. At most 1,000 messages; call
    /// again while the answer is not nothing.
    ///
    /// # Errors
    /// The store could not be read or written; then nothing was let go.
    pub async fn let_go(
        &self,
        crowd: Crowd<'_>,
        allowance: &Allowance,
        whole: impl Fn(&Occurrence, &[Message]) -> Vec<Message> + Send,
    ) -> Result<LetGo, StoreError> {
        let Crowd { target, now, .. } = crowd;
        let mut tx = self.store.write().await?;
        let held = held(&mut tx, target, now).await?;
        let (due, rest): (Vec<&Held>, Vec<&Held>) =
            held.iter().partition(|one| one.until <= millis(now));
        let mut done = LetGo::default();
        let lows: Vec<&Held> = due.iter().copied().filter(|one| one.gathers).collect();
        (done.gathered, done.wholes) = gather(&mut tx, crowd, &lows, &whole).await?;
        done.alone = free(&mut tx, target, &due, Some(DAILY), now).await?;
        forget(&mut tx, target, &due).await?;

        let left = room(&mut tx, std::iter::once(allowance)).await?;
        let left = usize::try_from(left.into_values().sum::<i64>()).unwrap_or(0);
        let mut allowed: Vec<&str> = rest.iter().map(|one| one.occurrence.as_str()).collect();
        allowed.dedup();
        allowed.truncate(left);
        let is_allowed = |one: &&Held| allowed.contains(&one.occurrence.as_str());
        let allowed: Vec<&Held> = rest.into_iter().filter(is_allowed).collect();
        done.alone += free(&mut tx, target, &allowed, None, now).await?;
        count_now(&mut tx, target, &allowed, now).await?;
        done.moved = put_off(&mut tx, allowance, now).await?;
        tx.commit().await?;
        Ok(done)
    }
}

/// A delivery that is held back.
struct Held {
    id: String,
    occurrence: String,
    until: i64,
    /// It goes into one message with others.
    gathers: bool,
}

impl<'r> FromRow<'r, SqliteRow> for Held {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            occurrence: row.try_get("occurrence")?,
            until: row.try_get("until")?,
            gathers: row.try_get::<i64, _>("gathers")? != 0,
        })
    }
}

/// What is held back for a target: what may go first, and in the order of the queue.
async fn held(
    tx: &mut Transaction<'static, Sqlite>,
    target: &TargetId,
    now: Timestamp,
) -> Result<Vec<Held>, StoreError> {
    let held = sqlx::query_as(concat!(
        "SELECT d.id, d.occurrence, daily.until, d.priority = 2 AND d.attempt = 0 AND ",
        unpaused!(),
        " AS gathers
         FROM daily JOIN delivery AS d
           ON d.occurrence = daily.occurrence AND d.target = daily.target
         WHERE daily.target = $1 AND daily.until IS NOT NULL
           AND d.state = 'pending' AND d.reason = $3 AND d.keep_until > $2
         ORDER BY daily.until > $2, d.priority, d.due_at, d.occurrence, d.part LIMIT $4",
    ))
    .bind(target.as_str())
    .bind(millis(now))
    .bind(DAILY)
    .bind(BITE)
    .fetch_all(&mut **tx)
    .await?;
    Ok(held)
}

/// Puts low messages into one. One alone, and one to single people, goes by itself.
async fn gather(
    tx: &mut Transaction<'static, Sqlite>,
    crowd: Crowd<'_>,
    lows: &[&Held],
    whole: &(impl Fn(&Occurrence, &[Message]) -> Vec<Message> + Send),
) -> Result<(usize, usize), StoreError> {
    let contents: Vec<(String, i64, i64, i64, String)> = sqlx::query_as(
        "SELECT d.id, d.due_at, d.priority, d.keep_until, content.message
         FROM delivery AS d JOIN content ON content.delivery = d.id
         WHERE d.id IN (SELECT value ->> 0 FROM json_each($1))
         ORDER BY d.due_at, d.occurrence, d.part",
    )
    .bind(rows(lows.iter().map(|one| [&one.id]))?)
    .fetch_all(&mut **tx)
    .await?;
    let mut ready = Vec::with_capacity(contents.len());
    for (id, due_at, priority, keep_until, message) in contents {
        // What is damaged is found by the claim.
        let message = read_json::<Message>(&message).ok();
        if let Some(message) = message.filter(|message| message.people.is_empty()) {
            ready.push(Ready { id, due_at, priority, keep_until, message });
        }
    }
    let ready: Vec<&Ready> = ready.iter().collect();
    merge::put_together(tx, crowd, &ready, whole).await
}

/// Lets deliveries leave from now on, those that did not go into others. Parts behind others wait for
/// these. Returns how many.
async fn free(
    tx: &mut Transaction<'static, Sqlite>,
    target: &TargetId,
    held: &[&Held],
    reason: Option<&str>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let freed = sqlx::query(concat!(
        "UPDATE delivery SET not_before = min(not_before, $4), reason = $5, blocked = ",
        behind_a_part!(),
        "
         WHERE occurrence IN (SELECT value ->> 0 FROM json_each($1)) AND target = $2
           AND state = 'pending' AND reason = $3",
    ))
    .bind(occurrences(held)?)
    .bind(target.as_str())
    .bind(DAILY)
    .bind(millis(now))
    .bind(reason)
    .execute(&mut **tx)
    .await?;
    Ok(usize::try_from(freed.rows_affected()).unwrap_or(usize::MAX))
}

/// They wait for no end of a day any more, nor does what has come to its end meanwhile.
async fn forget(
    tx: &mut Transaction<'static, Sqlite>,
    target: &TargetId,
    held: &[&Held],
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM daily WHERE target = $2 AND until IS NOT NULL
           AND (occurrence IN (SELECT value ->> 0 FROM json_each($1)) OR NOT EXISTS (
               SELECT 1 FROM delivery AS d
               WHERE d.occurrence = daily.occurrence AND d.target = daily.target
                 AND d.state = 'pending' AND d.reason = $3))",
    )
    .bind(occurrences(held)?)
    .bind(target.as_str())
    .bind(DAILY)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What was held back and may go after all counts from now on.
async fn count_now(
    tx: &mut Transaction<'static, Sqlite>,
    target: &TargetId,
    allowed: &[&Held],
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE daily SET until = NULL, at = $3
         WHERE occurrence IN (SELECT value ->> 0 FROM json_each($1)) AND target = $2",
    )
    .bind(occurrences(allowed)?)
    .bind(target.as_str())
    .bind(millis(now))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What is held back longer waits for the end of the day as it is now. Returns how many messages
/// waited for another instant.
async fn put_off(
    tx: &mut Transaction<'static, Sqlite>,
    allowance: &Allowance,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let (target, ends) = (allowance.target.as_str(), millis(allowance.ends));
    let moved =
        sqlx::query("UPDATE daily SET until = $2 WHERE target = $1 AND until > $3 AND until <> $2")
            .bind(target)
            .bind(ends)
            .bind(millis(now))
            .execute(&mut **tx)
            .await?;
    if moved.rows_affected() > 0 {
        sqlx::query(concat!(
            "UPDATE delivery SET not_before = $2, keep_until = ",
            kept_for!("$2"),
            " WHERE target = $1 AND state = 'pending' AND reason = $3 AND occurrence IN (
                 SELECT occurrence FROM daily WHERE target = $1 AND until = $2)",
        ))
        .bind(target)
        .bind(ends)
        .bind(DAILY)
        .execute(&mut **tx)
        .await?;
    }
    Ok(usize::try_from(moved.rows_affected()).unwrap_or(usize::MAX))
}

fn occurrences(held: &[&Held]) -> Result<String, StoreError> {
    rows(held.iter().map(|one| [&one.occurrence]))
}
