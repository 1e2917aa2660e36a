//! Fallback: another target is sent what one that is dead or suspended cannot be.
//!
//! What the others would be sent is composed together with the message and kept beside it, so that
//! they read the same occurrence in their own robot's shape, and the switch is one transaction
//! without any rendering: whenever a crash comes, a message has either moved or waits to be moved.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, Row as _, Sqlite, Transaction, sqlite::SqliteRow};

use super::{
    Dropped, Outbox, StoreError,
    compose::{Written, insert, supersede},
    merge,
    rows::{cut, instant, json, millis, occurrence, priority, read_json, rows},
};
use crate::model::{
    delivery::{NewDelivery, delivery_id},
    message::Message,
    occurrence::{Occurrence, Origin},
    target::TargetId,
};

/// Who stands in for a target, as composed with its own message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standby {
    /// The target itself.
    pub target: TargetId,
    /// Who stands in for it: the first that can.
    pub others: Vec<Other>,
}

/// Somebody who stands in, with the parts of what they would be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    target: String,
    parts: Vec<Message>,
    /// It takes the place of older ones of its reminder that wait.
    #[serde(default)]
    supersedes: bool,
}

impl Other {
    /// Takes the parts in order, and whether they take the place of waiting older ones.
    #[must_use]
    pub fn new(target: &TargetId, parts: Vec<Message>, supersedes: bool) -> Self {
        Self { target: target.to_string(), parts, supersedes }
    }
}

/// A message that went to another target instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Whose.
    pub occurrence: Occurrence,
    /// Who is dead or suspended.
    pub from: TargetId,
    /// Who stands in.
    pub to: TargetId,
    /// Older deliveries to who stands in that it took the place of.
    pub superseded: Vec<Dropped>,
}

/// What stands behind a delivery whose message went to another target.
const INSTEAD: (&str, &str) = ("sent to ", " instead");

/// Whether a delivery's reason says that another target stands in for its own.
#[must_use]
pub fn moved_to(reason: Option<&str>) -> Option<&str> {
    reason?.strip_prefix(INSTEAD.0)?.strip_suffix(INSTEAD.1)
}

/// Nobody has to stand in for what arrived, was taken back or waited too long.
macro_rules! needless {
    () => {
        "NOT EXISTS (
             SELECT 1 FROM delivery AS head JOIN delivery AS part
               ON part.occurrence = head.occurrence AND part.target = head.target
             WHERE head.id = standby.delivery
               AND part.state IN ('pending', 'sending', 'dead', 'held'))"
    };
}

/// At most so many messages move in one transaction.
const MOVE_LIMIT: i64 = 500;

impl Outbox {
    /// Moves what a dead or suspended target cannot be sent to who stands in for it. `open` gives
    /// the robot of a target that can be sent to. Call again while the answer is not empty.
    ///
    /// # Errors
    /// The store could not be read or written; then nothing was moved.
    pub async fn fall_back(
        &self,
        open: &(dyn Fn(&TargetId) -> Option<String> + Sync),
        now: Timestamp,
    ) -> Result<Vec<Moved>, StoreError> {
        let stuck: Vec<Stuck> =
            sqlx::query_as(STUCK).bind(MOVE_LIMIT).fetch_all(self.store.read()).await?;
        let wholes: Vec<String> =
            sqlx::query_scalar(STUCK_WHOLES).fetch_all(self.store.read()).await?;
        if stuck.is_empty() && wholes.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.store.write().await?;
        let wholes: Vec<String> = sqlx::query_scalar(STUCK_WHOLES).fetch_all(&mut *tx).await?;
        merge::take_apart(&mut tx, &wholes).await?;
        sqlx::query(FORGET).execute(&mut *tx).await?;
        // Read again under the lock: answers may have come meanwhile.
        let stuck: Vec<Stuck> = sqlx::query_as(STUCK).bind(MOVE_LIMIT).fetch_all(&mut *tx).await?;
        let suspended: Vec<String> =
            sqlx::query_scalar("SELECT robot_key FROM robot WHERE suspended_since IS NOT NULL")
                .fetch_all(&mut *tx)
                .await?;
        let mut moved = Vec::new();
        for one in stuck {
            moved.extend(one.switch(&mut tx, open, &suspended, now).await?);
        }
        tx.commit().await?;
        Ok(moved)
    }
}

impl Outbox {
    /// Removes at most so many of what stands ready for messages that need nobody any more. Call
    /// again while the answer is not zero.
    ///
    /// # Errors
    /// The store could not be written; then nothing was removed.
    pub async fn forget_standbys(&self, limit: u32) -> Result<u64, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query(concat!(
            "DELETE FROM standby WHERE delivery IN (
                 SELECT standby.delivery FROM standby WHERE ",
            needless!(),
            " LIMIT $1)"
        ))
        .bind(i64::from(limit))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}

/// Keeps who stands in beside the deliveries that were written.
pub(super) async fn keep(
    tx: &mut Transaction<'static, Sqlite>,
    standbys: &[(&Occurrence, &Standby)],
) -> Result<(), StoreError> {
    let kept = standbys.iter().filter(|(_, standby)| !standby.others.is_empty());
    let mut values = Vec::new();
    for (occurrence, standby) in kept {
        values.push((delivery_id(occurrence, &standby.target, 1), json(&standby.others)?));
    }
    if values.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO standby (delivery, others)
         SELECT value ->> 0, value ->> 1 FROM json_each($1) WHERE true
         ON CONFLICT (delivery) DO NOTHING",
    )
    .bind(rows(values)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Messages that someone stands in for and of which a part is refused by a dead target, by itself
/// or within a merged one, or waits for a suspended robot. One with a part on its way waits for that part's answer.
const STUCK: &str = "SELECT head.id, head.occurrence, head.reminder, head.due_at, head.origin,
            head.target, head.priority, head.keep_until, standby.others,
            max(part.state = 'dead' OR merged.whole IS NOT NULL) AS dead
     FROM standby
     JOIN delivery AS head ON head.id = standby.delivery
     JOIN delivery AS part ON part.occurrence = head.occurrence AND part.target = head.target
     LEFT JOIN merged ON merged.delivery = part.id
     WHERE (part.state = 'dead'
            AND (SELECT verdict FROM attempt WHERE attempt.delivery = part.id
                 ORDER BY number DESC LIMIT 1) = 'dead_target')
        OR (part.state = 'pending'
            AND merged.whole IS NULL
            AND EXISTS (SELECT 1 FROM robot WHERE robot.robot_key = part.robot_key
                        AND robot.suspended_since IS NOT NULL))
        OR (part.state IN ('pending', 'dead')
            AND EXISTS (SELECT 1 FROM delivery AS whole
                        WHERE whole.occurrence = merged.whole AND whole.state = 'dead'
                          AND (SELECT verdict FROM attempt WHERE attempt.delivery = whole.id
                               ORDER BY number DESC LIMIT 1) = 'dead_target'))
     GROUP BY head.id
     HAVING NOT EXISTS (
         SELECT 1 FROM delivery AS sent
         WHERE sent.occurrence = head.occurrence AND sent.target = head.target
           AND sent.state = 'sending')
     ORDER BY head.priority, head.due_at, head.id LIMIT $1";

/// Merged messages that wait for a suspended robot, with something in them that someone stands in for.
const STUCK_WHOLES: &str = "SELECT DISTINCT merged.whole
     FROM standby
     JOIN merged ON merged.delivery = standby.delivery
     JOIN delivery AS part ON part.occurrence = merged.whole
     WHERE part.state = 'pending'
       AND EXISTS (SELECT 1 FROM robot WHERE robot.robot_key = part.robot_key
                   AND robot.suspended_since IS NOT NULL)
       AND NOT EXISTS (
           SELECT 1 FROM delivery AS other
           WHERE other.occurrence = merged.whole AND other.state IN ('sending', 'delivered'))";

const FORGET: &str = concat!("DELETE FROM standby WHERE ", needless!());

/// A message that cannot go where it should, with who stands in.
struct Stuck {
    id: String,
    occurrence_id: String,
    occurrence: Occurrence,
    target: TargetId,
    priority: i64,
    keep_until: i64,
    others: String,
    dead: bool,
}

impl<'r> FromRow<'r, SqliteRow> for Stuck {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        let (reminder, due_at) = (row.try_get("reminder")?, row.try_get("due_at")?);
        let origin: String = row.try_get("origin")?;
        Ok(Self {
            id: row.try_get("id")?,
            occurrence_id: row.try_get("occurrence")?,
            occurrence: occurrence(reminder, due_at, &origin)
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            target: TargetId::new(row.try_get::<String, _>("target")?),
            priority: row.try_get("priority")?,
            keep_until: row.try_get("keep_until")?,
            others: row.try_get("others")?,
            dead: row.try_get::<i64, _>("dead")? != 0,
        })
    }
}

impl Stuck {
    /// Gives the message to the first who can take it. While all of them are suspended as well, it
    /// waits where it is; a dead target's goes to the first of them all the same.
    async fn switch(
        self,
        tx: &mut Transaction<'static, Sqlite>,
        open: &(dyn Fn(&TargetId) -> Option<String> + Sync),
        suspended: &[String],
        now: Timestamp,
    ) -> Result<Option<Moved>, StoreError> {
        let others: Vec<Other> = read_json(&self.others)?;
        let known: Vec<(usize, TargetId, String)> = others
            .iter()
            .enumerate()
            .filter_map(|(index, other)| {
                let target = TargetId::new(other.target.as_str());
                let robot_key = open(&target)?;
                Some((index, target, robot_key))
            })
            .collect();
        let able = known.iter().find(|(_, _, robot_key)| !suspended.contains(robot_key));
        let chosen = able.or_else(|| known.first().filter(|_| self.dead));
        let Some((index, target, robot_key)) = chosen else { return Ok(None) };
        let deliveries = others[*index].parts.iter().map(|message| {
            Ok(NewDelivery {
                target: target.clone(),
                robot_key: robot_key.clone(),
                priority: priority(self.priority)?,
                not_before: now,
                keep_until: instant(self.keep_until)?,
                message: message.clone(),
            })
        });
        let deliveries = deliveries.collect::<Result<Vec<_>, StoreError>>()?;
        let written: Vec<Written<'_>> =
            deliveries.iter().map(|delivery| (&self.occurrence, delivery)).collect();
        let mut superseded = Vec::new();
        if !self.hears_already(tx, target).await? {
            insert(tx, &written).await?;
            let Occurrence { reminder, due_at, origin } = &self.occurrence;
            if others[*index].supersedes && *origin == Origin::Schedule {
                let newer = (reminder.as_str(), target.as_str(), millis(*due_at));
                superseded = supersede(tx, &BTreeSet::from([newer]), now).await?;
            }
        }
        let rest = Standby { target: target.clone(), others: others[index + 1..].to_vec() };
        keep(tx, &[(&self.occurrence, &rest)]).await?;
        self.give_up(tx, target).await?;
        Ok(Some(Moved {
            occurrence: self.occurrence.clone(),
            from: self.target.clone(),
            to: target.clone(),
            superseded,
        }))
    }

    /// Whether the other target stands in for a third one already.
    async fn hears_already(
        &self,
        tx: &mut Transaction<'static, Sqlite>,
        to: &TargetId,
    ) -> Result<bool, StoreError> {
        let hears: i64 = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM delivery WHERE occurrence = $1 AND target = $2)",
        )
        .bind(&self.occurrence_id)
        .bind(to.as_str())
        .fetch_one(&mut **tx)
        .await?;
        Ok(hears != 0)
    }

    /// Its own deliveries are dead, and say who stands in.
    async fn give_up(
        &self,
        tx: &mut Transaction<'static, Sqlite>,
        to: &TargetId,
    ) -> Result<(), StoreError> {
        let reason = format!("{}{to}{}", INSTEAD.0, INSTEAD.1);
        sqlx::query(
            "UPDATE delivery SET state = 'dead', reason = $3
             WHERE occurrence = $1 AND target = $2 AND state IN ('pending', 'dead')",
        )
        .bind(&self.occurrence_id)
        .bind(self.target.as_str())
        .bind(cut(&reason))
        .execute(&mut **tx)
        .await?;
        for statement in
            ["DELETE FROM standby WHERE delivery = $1", "DELETE FROM merged WHERE delivery = $1"]
        {
            sqlx::query(statement).bind(&self.id).execute(&mut **tx).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_who_stands_in() {
        assert_eq!(moved_to(Some("sent to hr-mail instead")), Some("hr-mail"));
        assert_eq!(moved_to(Some("superseded")), None);
        assert_eq!(moved_to(None), None);
    }
}
