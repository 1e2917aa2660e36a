//! Settle: what an attempt came to, fenced by its lease.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Outbox, StoreError, handles, robots,
    rows::{cut, json, millis, rows, said, texts},
};
use crate::model::{
    delivery::{DeliveryState, Leased, Settlement, next_part},
    message::Message,
    receipt::Attempt,
};

/// One attempt with what it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The lease it was made under.
    pub leased: Leased,
    /// What it changes: [`crate::model::delivery::settle`].
    pub settlement: Settlement,
    /// For the log.
    pub attempt: Attempt,
    /// What the vendor calls the message.
    pub handle: Option<String>,
}

impl Outbox {
    /// Settle transaction: writes the attempts, sets the deliveries' states, rests or suspends
    /// robots. Returns, per answer in order, whether it counted; an answer under a lease that was
    /// taken over meanwhile changes nothing.
    ///
    /// # Errors
    /// The store could not be written; then nothing was, and the same call may be made again.
    pub async fn settle_batch(
        &self,
        answers: &[Answer],
        now: Timestamp,
    ) -> Result<Vec<bool>, StoreError> {
        let mut seen = HashSet::new();
        let once = answers.iter().filter(|answer| seen.insert(answer.leased.id.as_str()));
        let values = rows(once.map(|Answer { leased, settlement, .. }| {
            (
                leased.id.as_str(),
                leased.token.as_str(),
                settlement.state.name(),
                settlement.not_before.map(millis),
            )
        }))?;
        let mut tx = self.store.write().await?;
        let settled: Vec<String> =
            sqlx::query_scalar(SETTLE).bind(values).fetch_all(&mut *tx).await?;
        let mut settled: HashSet<String> = settled.into_iter().collect();
        let counted: Vec<bool> =
            answers.iter().map(|answer| settled.remove(&answer.leased.id)).collect();
        let counting: Vec<&Answer> =
            answers.iter().zip(&counted).filter_map(|(answer, ok)| ok.then_some(answer)).collect();
        close_slots(&mut tx, &counting, now).await?;
        insert_attempts(&mut tx, &counting).await?;
        keep_progress(&mut tx, &counting).await?;
        handles::insert(&mut tx, &counting).await?;
        unblock(&mut tx, &counting).await?;
        change_robots(&mut tx, &counting, now).await?;
        tx.commit().await?;
        Ok(counted)
    }

    /// Gives leases back whose request never began: the deliveries are pending again, and neither
    /// attempt nor pace slot counts. Returns how many were still ours.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn release(&self, leases: &[Leased]) -> Result<u64, StoreError> {
        let values = rows(leases.iter().map(|leased| (&leased.id, &leased.token)))?;
        let mut tx = self.store.write().await?;
        sqlx::query(
            "DELETE FROM slot WHERE (robot_key, delivery, attempt) IN (
                 SELECT d.robot_key, d.id, d.attempt
                 FROM json_each($1) AS given JOIN delivery AS d ON d.id = given.value ->> 0
                 WHERE d.lease_token = given.value ->> 1 AND d.state = 'sending')",
        )
        .bind(&values)
        .execute(&mut *tx)
        .await?;
        let released = sqlx::query(
            "UPDATE delivery SET state = 'pending', attempt = attempt - 1, lease_token = NULL,
                    lease_until = NULL
             FROM (SELECT value ->> 0 AS id, value ->> 1 AS token FROM json_each($1)) AS given
             WHERE delivery.id = given.id AND delivery.lease_token = given.token
               AND delivery.state = 'sending'",
        )
        .bind(values)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(released.rows_affected())
    }
}

/// `reason` stays for one that a newer took the place of while it was sent, and says of one that
/// arrived why it was so late.
const SETTLE: &str = "UPDATE delivery SET
         state = given.state,
         not_before = coalesce(given.not_before, delivery.not_before),
         reason = CASE given.state WHEN 'expired' THEN coalesce(delivery.reason, 'keep')
                                   WHEN 'pending' THEN delivery.reason
                                   WHEN 'delivered' THEN
                                       CASE delivery.reason WHEN 'daily limit' THEN delivery.reason END
                                   END,
         lease_token = NULL, lease_until = NULL
     FROM (SELECT value ->> 0 AS id, value ->> 1 AS token, value ->> 2 AS state,
                  CAST(value ->> 3 AS BIGINT) AS not_before FROM json_each($1)) AS given
     WHERE delivery.id = given.id AND delivery.lease_token = given.token
       AND delivery.state = 'sending'
     RETURNING delivery.id";

/// From now on the request counts for one window from here: it cannot arrive later. Answers are
/// settled as soon as they come, and what they say about when that was is by a clock that may have
/// been set since.
async fn close_slots(
    tx: &mut Transaction<'static, Sqlite>,
    answers: &[&Answer],
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = rows(
        answers.iter().map(|Answer { leased, .. }| (&leased.robot_key, &leased.id, leased.attempt)),
    )?;
    sqlx::query(
        "UPDATE slot SET at = $2
         FROM (SELECT value ->> 0 AS robot_key, value ->> 1 AS delivery,
                      CAST(value ->> 2 AS BIGINT) AS attempt
               FROM json_each($1)) AS given
         WHERE slot.robot_key = given.robot_key AND slot.at > $2
           AND slot.delivery = given.delivery AND slot.attempt = given.attempt",
    )
    .bind(values)
    .bind(millis(now))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn insert_attempts(
    tx: &mut Transaction<'static, Sqlite>,
    answers: &[&Answer],
) -> Result<(), StoreError> {
    let values = rows(answers.iter().map(|Answer { leased, attempt, .. }| {
        (
            leased.id.as_str(),
            leased.attempt,
            attempt.at_ms,
            attempt.verdict.as_str(),
            attempt.code.as_deref().map(cut),
            attempt.reason.as_ref().map(said),
            attempt.help.as_ref().map(said),
            attempt.ms,
        )
    }))?;
    sqlx::query(
        "INSERT INTO attempt (delivery, number, at, verdict, code, reason, help, ms)
         SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT),
                value ->> 3, value ->> 4, value ->> 5, value ->> 6, CAST(value ->> 7 AS BIGINT)
         FROM json_each($1)",
    )
    .bind(values)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes down which of several receivers are left, with the message as it is sent to them.
async fn keep_progress(
    tx: &mut Transaction<'static, Sqlite>,
    answers: &[&Answer],
) -> Result<(), StoreError> {
    let mut values = Vec::new();
    for Answer { leased, settlement, .. } in answers {
        if let Some(progress) = &settlement.progress {
            let message = Message { progress: progress.clone(), ..leased.message.clone() };
            values.push((leased.id.as_str(), json(&message)?));
        }
    }
    if values.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE content SET message = given.message
         FROM (SELECT value ->> 0 AS id, value ->> 1 AS message FROM json_each($1)) AS given
         WHERE content.delivery = given.id",
    )
    .bind(rows(values)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets the part behind each delivered one go: also behind one that some of its receivers have.
async fn unblock(
    tx: &mut Transaction<'static, Sqlite>,
    answers: &[&Answer],
) -> Result<(), StoreError> {
    let delivered = answers.iter().filter(|answer| {
        let part = answer.leased.message.part;
        let reached = match answer.settlement.state {
            DeliveryState::Delivered => true,
            DeliveryState::Dead => answer.settlement.progress.is_some(),
            _ => false,
        };
        reached && part.number < part.of
    });
    let next: Vec<String> =
        delivered.filter_map(|Answer { leased, .. }| next_part(&leased.id)).collect();
    if next.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE delivery SET blocked = 0 WHERE id IN (SELECT value ->> 0 FROM json_each($1))",
    )
    .bind(texts(&next)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Rests and suspends robots. The longest rest and the first reason stay.
async fn change_robots(
    tx: &mut Transaction<'static, Sqlite>,
    answers: &[&Answer],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut changes: BTreeMap<&str, (i64, Option<String>)> = BTreeMap::new();
    for Answer { leased, settlement, .. } in answers {
        if settlement.rest_until.is_some() || settlement.suspend.is_some() {
            let change = changes.entry(&leased.robot_key).or_default();
            change.0 = change.0.max(settlement.rest_until.map_or(0, millis));
            if change.1.is_none() {
                change.1 = settlement.suspend.as_ref().map(said);
            }
        }
    }
    let values = rows(changes.into_iter().map(|(key, (rest_until, reason))| {
        let since = reason.as_ref().map(|_| millis(now));
        (key, rest_until, reason, since)
    }))?;
    robots::write(tx, &values).await
}
