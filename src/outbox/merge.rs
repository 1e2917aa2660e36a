//! Merging: what waits beyond a robot's pace goes out in one message.
//!
//! Only what was never tried is merged, so that nothing is shown twice. The whole is a delivery like
//! any other, of an occurrence of its own; what went into it stays pending and blocked until the
//! whole has ended, and then stands where the whole stands. Both steps are single transactions.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Composing, Composition, Outbox, Paces, StoreError, compose,
    plan::insert_numbered,
    rows::{instant, kept, millis, priority, read_json, rows, span_millis, texts},
};
use crate::model::{
    delivery::NewDelivery,
    message::{Format, Message},
    occurrence::{Occurrence, Origin},
    reminder::{Priority, ReminderId},
    target::TargetId,
};

/// Where what waits for a target may be merged.
#[derive(Clone, Copy, Debug)]
pub struct Crowd<'a> {
    /// The target.
    pub target: &'a TargetId,
    /// Its robot.
    pub robot_key: &'a str,
    /// How often that may be used.
    pub paces: &'a Paces,
    /// The zone its rows are told in.
    pub zone: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// The reminder ids of merged messages begin with it. No schedule file can take it.
pub const MERGED: &str = "@merged-";

/// What stands behind a delivery that goes out in another message.
const INTO: &str = "merged into ";

/// The occurrence a delivery's message goes out in.
#[must_use]
pub fn merged_into(reason: Option<&str>) -> Option<&str> {
    reason?.strip_prefix(INTO)
}

/// At most so many messages of a queue become one.
const MOST: usize = 50;

/// At most so much of a queue is looked at.
const LOOK: i64 = 1_000;

impl Outbox {
    /// Merges what is ready for a target and finds no room in its robot's window; `whole` makes the
    /// parts of the merged message. Returns how many went into how many.
    ///
    /// # Errors
    /// The store could not be read or written; then nothing was merged.
    pub async fn merge(
        &self,
        crowd: Crowd<'_>,
        whole: impl Fn(&Occurrence, &[Message]) -> Vec<Message> + Send,
    ) -> Result<(usize, usize), StoreError> {
        let Some(pace) = crowd.paces.of(crowd.robot_key) else { return Ok((0, 0)) };
        let mut tx = self.store.write().await?;
        let Some(used) = used(&mut tx, crowd, span_millis(pace.window)).await? else {
            return Ok((0, 0));
        };
        let room = usize::try_from(i64::from(pace.count) - used).unwrap_or(0);
        let ready: Vec<ReadyRow> = sqlx::query_as(READY)
            .bind(crowd.robot_key)
            .bind(millis(crowd.now))
            .bind(LOOK)
            .fetch_all(&mut *tx)
            .await?;
        let waiting = ready.into_iter().skip(room).filter(|row| is_mergeable(row, crowd.target));
        // What is damaged is found by the claim.
        let mut waiting: Vec<Ready> = waiting.filter_map(|row| read(row).ok()).collect();
        // A part of a split message goes with its own; what goes to single people is not the group's.
        waiting.retain(|one| one.message.part.of == 1 && one.message.people.is_empty());
        let (mut merged, mut wholes) = (0, 0);
        for format in [Format::Markdown, Format::Text] {
            let same: Vec<&Ready> =
                waiting.iter().filter(|one| one.message.format == format).collect();
            for group in same.chunks(MOST) {
                let done = put_together(&mut tx, crowd, group, &whole).await?;
                merged += done.0;
                wholes += done.1;
            }
        }
        tx.commit().await?;
        Ok((merged, wholes))
    }

    /// Lets what went into merged messages that have ended stand where those stand. Returns how
    /// many changed.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub async fn follow_merged(&self) -> Result<u64, StoreError> {
        if !self.has_merged().await? {
            return Ok(0);
        }
        let mut tx = self.store.write().await?;
        let done = sqlx::query(FOLLOW).execute(&mut *tx).await?;
        let forgotten = sqlx::query(FORGET).execute(&mut *tx).await?;
        if done.rows_affected() + forgotten.rows_affected() > 0 {
            tx.commit().await?;
        }
        Ok(done.rows_affected())
    }

    /// Whether anything went into merged messages that somebody may still ask about.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn has_merged(&self) -> Result<bool, StoreError> {
        let any: i64 = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM merged)")
            .fetch_one(self.store.read())
            .await?;
        Ok(any != 0)
    }
}

/// A robot's rest as well as its suspension: with either, nobody knows when there will be room.
async fn used(
    tx: &mut Transaction<'static, Sqlite>,
    crowd: Crowd<'_>,
    window: i64,
) -> Result<Option<i64>, StoreError> {
    let held: i64 = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM robot
                        WHERE robot_key = $1 AND (suspended_since IS NOT NULL OR rest_until > $2))",
    )
    .bind(crowd.robot_key)
    .bind(millis(crowd.now))
    .fetch_one(&mut **tx)
    .await?;
    if held != 0 {
        return Ok(None);
    }
    let used = sqlx::query_scalar("SELECT count(*) FROM slot WHERE robot_key = $1 AND at > $2")
        .bind(crowd.robot_key)
        .bind(millis(crowd.now) - window)
        .fetch_one(&mut **tx)
        .await?;
    Ok(Some(used))
}

/// No pause holds `d` back at `$2`.
macro_rules! unpaused {
    () => {
        "NOT EXISTS (
           SELECT 1 FROM pause
           WHERE d.origin = 'schedule' AND since <= $2 AND (pause.until IS NULL OR pause.until > $2)
             AND (scope = 'all' OR (scope = 'target' AND name = d.target)
                  OR (scope = 'reminder' AND name = d.reminder)))"
    };
}
pub(super) use unpaused;

/// What could leave now but for the pace, in order. Quiet hours are the caller's to know.
const READY: &str = concat!(
    "SELECT d.id, d.reminder, d.due_at, d.origin, d.target, d.priority, d.attempt,
            d.keep_until, content.message
     FROM delivery AS d JOIN content ON content.delivery = d.id
     WHERE d.robot_key = $1 AND d.state = 'pending' AND d.blocked = 0
       AND d.not_before <= $2 AND d.keep_until > $2
       AND ",
    unpaused!(),
    " ORDER BY d.priority, d.due_at, d.id LIMIT $3"
);

/// Id, reminder, due instant, origin, target, priority, attempt, end of keep, message.
type ReadyRow = (String, String, i64, String, String, i64, i64, i64, String);

/// What waits.
pub(super) struct Ready {
    pub(super) id: String,
    pub(super) due_at: i64,
    pub(super) priority: i64,
    pub(super) keep_until: i64,
    pub(super) message: Message,
}

/// Urgent ones go by themselves, and what was tried keeps its key.
fn is_mergeable(row: &ReadyRow, to: &TargetId) -> bool {
    let (_, reminder, _, origin, target, rank, attempt, ..) = row;
    let urgent = priority(*rank).is_ok_and(|priority| priority == Priority::Urgent);
    target == to.as_str()
        && *attempt == 0
        && !urgent
        && *origin == Origin::Schedule.to_string()
        && !reminder.starts_with('@')
}

fn read(row: ReadyRow) -> Result<Ready, StoreError> {
    let (id, _, due_at, _, _, priority, _, keep_until, message) = row;
    Ok(Ready { id, due_at, priority, keep_until, message: read_json(&message)? })
}

/// Puts messages into one, or into as few as can be made of them; one that is left alone goes by
/// itself. Returns how many went into how many.
pub(super) async fn put_together(
    tx: &mut Transaction<'static, Sqlite>,
    crowd: Crowd<'_>,
    group: &[&Ready],
    whole: &(impl Fn(&Occurrence, &[Message]) -> Vec<Message> + Send),
) -> Result<(usize, usize), StoreError> {
    let (mut merged, mut wholes) = (0, 0);
    let mut groups = vec![group];
    while let Some(group) = groups.pop() {
        if group.len() < 2 {
            continue;
        }
        if write_whole(tx, crowd, group, whole).await? {
            merged += group.len();
            wholes += 1;
        } else {
            let (first, second) = group.split_at(group.len() / 2);
            groups.extend([second, first]);
        }
    }
    Ok((merged, wholes))
}

/// Writes the whole of a group and blocks what went into it; that is kept as long as the whole. False
/// when it cannot be made.
async fn write_whole(
    tx: &mut Transaction<'static, Sqlite>,
    crowd: Crowd<'_>,
    group: &[&Ready],
    whole: &(impl Fn(&Occurrence, &[Message]) -> Vec<Message> + Send),
) -> Result<bool, StoreError> {
    let earliest = group.iter().map(|one| one.due_at).min().unwrap_or_default();
    let first = group.iter().map(|one| one.priority).min().unwrap_or_default();
    let kept_until = group.iter().map(|one| one.keep_until).max().unwrap_or_default();
    let occurrence = free_identity(tx, crowd.target, earliest).await?;
    let messages: Vec<Message> = group.iter().map(|one| one.message.clone()).collect();
    let parts = whole(&occurrence, &messages);
    if parts.is_empty() {
        return Ok(false);
    }
    let delivery = |message| {
        Ok(NewDelivery {
            target: crowd.target.clone(),
            robot_key: crowd.robot_key.to_owned(),
            priority: priority(first)?,
            not_before: crowd.now,
            keep_until: instant(kept_until)?,
            message,
        })
    };
    let deliveries = parts.into_iter().map(delivery).collect::<Result<_, StoreError>>()?;
    insert_numbered(tx, &occurrence, crowd.zone, None, crowd.now).await?;
    let ids: Vec<&str> = group.iter().map(|one| one.id.as_str()).collect();
    let composing = Composing {
        keep_older: true,
        ..Composing::new(occurrence.clone(), Composition::Deliveries(deliveries))
    };
    compose::write(tx, std::slice::from_ref(&composing), crowd.now).await?;
    sqlx::query(
        "INSERT INTO merged (delivery, whole) SELECT value ->> 0, value ->> 1 FROM json_each($1)",
    )
    .bind(rows(ids.iter().map(|id| (id, occurrence.id())))?)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "UPDATE delivery SET blocked = 1, reason = $2, keep_until = $3
         WHERE id IN (SELECT value ->> 0 FROM json_each($1))",
    )
    .bind(texts(&ids)?)
    .bind(format!("{INTO}{}", occurrence.id()))
    .bind(kept_until)
    .execute(&mut **tx)
    .await?;
    Ok(true)
}

/// Whether the part before a delivery has to leave first, as when it was composed.
macro_rules! behind_a_part {
    () => {
        "coalesce((
             SELECT CASE WHEN json_valid(content.message)
                         THEN content.message ->> '$.part.number' > 1 END
             FROM content WHERE content.delivery = delivery.id), 0)"
    };
}
pub(super) use behind_a_part;

/// The merged messages in which any of these deliveries would go out, of which nothing has left yet.
pub(super) async fn untouched(
    tx: &mut Transaction<'static, Sqlite>,
    deliveries: &[String],
) -> Result<Vec<String>, StoreError> {
    let wholes = sqlx::query_scalar(
        "SELECT DISTINCT merged.whole FROM merged
         WHERE merged.delivery IN (SELECT value ->> 0 FROM json_each($1)) AND NOT EXISTS (
             SELECT 1 FROM delivery AS part
             WHERE part.occurrence = merged.whole AND (part.state <> 'pending' OR part.attempt > 0))",
    )
    .bind(texts(deliveries)?)
    .fetch_all(&mut **tx)
    .await?;
    Ok(wholes)
}

/// These merged messages are not sent: what is in them waits by itself again.
pub(super) async fn take_apart(
    tx: &mut Transaction<'static, Sqlite>,
    wholes: &[String],
) -> Result<(), StoreError> {
    if wholes.is_empty() {
        return Ok(());
    }
    let wholes = texts(wholes)?;
    for statement in [
        "UPDATE delivery SET state = 'cancelled', reason = 'taken apart again'
         WHERE state = 'pending' AND occurrence IN (SELECT value ->> 0 FROM json_each($1))",
        concat!(
            "UPDATE delivery SET blocked = ",
            behind_a_part!(),
            ", reason = NULL
         WHERE state = 'pending' AND id IN (
             SELECT delivery FROM merged WHERE whole IN (SELECT value ->> 0 FROM json_each($1)))"
        ),
        "DELETE FROM merged WHERE whole IN (SELECT value ->> 0 FROM json_each($1))",
    ] {
        sqlx::query(statement).bind(&wholes).execute(&mut **tx).await?;
    }
    Ok(())
}

/// An occurrence as old as the oldest of what it holds, so that it keeps their place in the queue.
async fn free_identity(
    tx: &mut Transaction<'static, Sqlite>,
    target: &TargetId,
    due_at: i64,
) -> Result<Occurrence, StoreError> {
    let reminder = ReminderId::new(format!("{MERGED}{target}"));
    let taken: Option<i64> = sqlx::query_scalar(
        "SELECT max(due_at) FROM occurrence WHERE reminder = $1 AND due_at >= $2 AND due_at < $3",
    )
    .bind(reminder.as_str())
    .bind(due_at)
    .bind(due_at + 1_000)
    .fetch_one(&mut **tx)
    .await?;
    let due_at = instant(taken.map_or(due_at, |taken| taken + 1))?;
    Ok(kept(&Occurrence { reminder, due_at, origin: Origin::Schedule }))
}

/// A whole has ended when all its parts have; it is delivered when all of them are.
const FOLLOW: &str = "UPDATE delivery SET state = ended.state, blocked = 0
     FROM (SELECT whole.occurrence,
                  CASE WHEN min(whole.state = 'delivered') THEN 'delivered'
                       ELSE max(CASE whole.state WHEN 'delivered' THEN '' ELSE whole.state END) END
                  AS state
           FROM delivery AS whole
           WHERE whole.occurrence IN (SELECT whole FROM merged)
           GROUP BY whole.occurrence
           HAVING max(whole.state IN ('pending', 'sending')) = 0) AS ended
     WHERE delivery.id IN (SELECT merged.delivery FROM merged WHERE merged.whole = ended.occurrence)
       AND delivery.state <> ended.state AND delivery.state <> 'cancelled'";

/// What has arrived or was taken back needs no message any more: its reason says where it went.
const FORGET: &str = "DELETE FROM merged WHERE EXISTS (
         SELECT 1 FROM delivery WHERE delivery.id = merged.delivery
           AND delivery.state IN ('delivered', 'cancelled'))";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_what_a_message_went_out_in() {
        let reason = format!("{INTO}@merged-group@2026-11-24T01:00:00Z");
        assert_eq!(merged_into(Some(&reason)), Some("@merged-group@2026-11-24T01:00:00Z"));
        assert_eq!(merged_into(Some("superseded")), None);
    }
}
