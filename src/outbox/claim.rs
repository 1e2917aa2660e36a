//! Claim: lease, pace slot and attempt number become durable before a request leaves.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use sqlx::{FromRow, Row as _, sqlite::SqliteRow};

use super::{
    Outbox, StoreError,
    rows::{self, count, instant, kept, millis, occurrence, span_millis, targets},
};
use crate::model::{
    delivery::Leased,
    occurrence::Occurrence,
    target::{Pace, TargetId},
};

/// How often each robot may be used. Built once per settings, cheap to clone. A robot without an
/// entry is not limited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paces {
    by_robot: Arc<BTreeMap<String, Pace>>,
    /// The same as rows for the claim: robot key, count, window in milliseconds.
    json: Arc<str>,
}

impl Paces {
    /// Takes robot keys with their paces; of two entries for one robot the slower counts.
    pub fn new(paces: impl IntoIterator<Item = (String, Pace)>) -> Self {
        let mut by_robot: BTreeMap<String, Pace> = BTreeMap::new();
        for (robot_key, pace) in paces {
            by_robot
                .entry(robot_key)
                .and_modify(|kept| *kept = slower(*kept, pace))
                .or_insert(pace);
        }
        let rows: Vec<(&str, u32, i64)> = by_robot
            .iter()
            .map(|(key, pace)| (key.as_str(), pace.count, span_millis(pace.window)))
            .collect();
        let json = serde_json::json!(rows).to_string();
        Self { json: json.into(), by_robot: Arc::new(by_robot) }
    }

    /// A robot's pace; none when it is not limited.
    #[must_use]
    pub fn of(&self, robot_key: &str) -> Option<Pace> {
        self.by_robot.get(robot_key).copied()
    }

    /// The longest window.
    pub(super) fn longest(&self) -> Duration {
        self.by_robot.values().map(|pace| pace.window).max().unwrap_or_default()
    }
}

/// Of two paces the one with fewer messages in a time.
fn slower(a: Pace, b: Pace) -> Pace {
    let a_rate = u128::from(a.count).saturating_mul(b.window.as_millis());
    let b_rate = u128::from(b.count).saturating_mul(a.window.as_millis());
    if b_rate < a_rate { b } else { a }
}

/// Who claims what.
#[derive(Clone, Copy, Debug)]
pub struct ClaimRequest<'a> {
    /// The instant the leases and pace slots are taken.
    pub now: Timestamp,
    /// This process: [`super::OwnerLock::token`].
    pub owner: &'a str,
    /// Fences the settlements of this claim: fresh for every claim.
    pub token: &'a str,
    /// How long the leases last; longer ones than [`LONGEST_LEASE`] are shortened to it.
    pub lease: Duration,
    /// At most so many deliveries (the outbox takes no more than 1,000 at once).
    pub limit: u32,
    /// How often each robot may be used.
    pub paces: &'a Paces,
    /// The targets this process can send to; none means all.
    pub targets: Option<&'a [TargetId]>,
    /// Only deliveries of this occurrence; for a command that sends for itself.
    pub only: Option<&'a Occurrence>,
}

impl Outbox {
    /// Claim transaction: leases what is due, in order of priority, due instant and id.
    ///
    /// A delivery is due when it is pending, its time has come, `keep` is not over, the parts
    /// before it are delivered, and its robot neither rests nor is suspended nor has used up its
    /// pace. A robot that cannot send keeps no other waiting.
    ///
    /// A request counts from the claim until one window after its answer, because nobody knows
    /// when in between it reaches the robot: so no window at the robot's end holds more than the
    /// pace allows, however slow the way there. A lease that was lost counts until its rescue.
    ///
    /// # Errors
    /// The store could not be written; then nothing was leased.
    pub async fn claim(&self, request: ClaimRequest<'_>) -> Result<Vec<Leased>, StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query(BRING_BACK).bind(millis(request.now)).execute(&mut *tx).await?;
        let rows: Vec<LeasedRow> = sqlx::query_as(CLAIM)
            .bind(request.paces.json.as_ref())
            .bind(millis(request.now))
            .bind(i64::from(request.limit.min(CLAIM_LIMIT)))
            .bind(request.targets.map(targets).transpose()?)
            .bind(request.only.map(|occurrence| kept(occurrence).id()))
            .bind(request.token)
            .bind(request.owner)
            .bind(millis(request.until()))
            .fetch_all(&mut *tx)
            .await?;
        let slots = rows::rows(rows.iter().map(|row| (row.robot_key.as_str(), row.id.as_str())))?;
        sqlx::query(
            "INSERT INTO slot (robot_key, delivery, at)
             SELECT value ->> 0, value ->> 1, $2 FROM json_each($1)",
        )
        .bind(slots)
        .bind(millis(request.until()))
        .execute(&mut *tx)
        .await?;
        let mut leased = rows
            .into_iter()
            .map(|row| Ok((row.priority, row.leased(&request)?)))
            .collect::<Result<Vec<(i64, Leased)>, StoreError>>()?;
        leased.sort_by(|(a_rank, a), (b_rank, b)| {
            (a_rank, a.occurrence.due_at, &a.id).cmp(&(b_rank, b.occurrence.due_at, &b.id))
        });
        tx.commit().await?;
        Ok(leased.into_iter().map(|(_, leased)| leased).collect())
    }

    /// The next instant at which something can be claimed if nothing else happens; none when
    /// nothing waits. Later than `now` once a claim at `now` finds nothing.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn next_claim(
        &self,
        now: Timestamp,
        paces: &Paces,
        targets: Option<&[TargetId]>,
    ) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<i64> = sqlx::query_scalar(NEXT_CLAIM)
            .bind(paces.json.as_ref())
            .bind(millis(now))
            .bind(targets.map(rows::targets).transpose()?)
            .fetch_one(self.store.read())
            .await?;
        next.map(instant).transpose()
    }
}

impl ClaimRequest<'_> {
    fn until(&self) -> Timestamp {
        self.now.saturating_add(self.lease.min(LONGEST_LEASE)).unwrap_or(Timestamp::MAX)
    }
}

/// The most one claim takes.
const CLAIM_LIMIT: u32 = 1_000;

/// The longest a lease can be.
pub const LONGEST_LEASE: Duration = Duration::from_secs(60);

/// `waiting`: every robot with something sendable, one index seek each, however long its queue.
macro_rules! waiting_robots {
    () => {
        "waiting (robot_key) AS (
             SELECT min(robot_key) FROM delivery WHERE state = 'pending' AND blocked = 0
             UNION ALL
             SELECT (SELECT min(d.robot_key) FROM delivery d
                     WHERE d.state = 'pending' AND d.blocked = 0
                       AND d.robot_key > waiting.robot_key)
             FROM waiting WHERE waiting.robot_key IS NOT NULL)"
    };
}

/// Slots from further ahead than any lease, and than any claim waits for the store, were taken
/// before the clock was set back. Nobody knows how long ago that was: they count as taken now
/// (`$1`), and those whose request may still be on its way as claimed now, for [`LONGEST_LEASE`].
const BRING_BACK: &str = concat!(
    "WITH RECURSIVE ",
    waiting_robots!(),
    " UPDATE slot SET at = $1 + CASE WHEN EXISTS (
              SELECT 1 FROM delivery
              WHERE delivery.id = slot.delivery AND delivery.state = 'sending'
                AND delivery.lease_until = slot.at) THEN 60000 ELSE 0 END
      WHERE robot_key IN (SELECT robot_key FROM waiting) AND at > $1 + 120000"
);

/// `ready`: the waiting robots with their pace, the slots that count in the window that ends at
/// `$2` (now), open ones included, and the oldest of these.
macro_rules! with_ready_robots {
    () => {
        concat!(
            "WITH RECURSIVE
            pace AS MATERIALIZED (
                SELECT value ->> 0 AS robot_key, CAST(value ->> 1 AS BIGINT) AS most,
                       CAST(value ->> 2 AS BIGINT) AS span
                FROM json_each($1)),
            ",
            waiting_robots!(),
            ",
            ready AS MATERIALIZED (
                SELECT waiting.robot_key, pace.most, pace.span,
                       coalesce(robot.rest_until, 0) AS rest_until,
                       (SELECT count(*) FROM slot
                        WHERE slot.robot_key = waiting.robot_key AND slot.at > $2 - pace.span
                       ) AS used,
                       (SELECT min(slot.at) FROM slot
                        WHERE slot.robot_key = waiting.robot_key AND slot.at > $2 - pace.span
                       ) AS oldest
                FROM waiting
                LEFT JOIN pace ON pace.robot_key = waiting.robot_key
                LEFT JOIN robot ON robot.robot_key = waiting.robot_key
                WHERE waiting.robot_key IS NOT NULL AND robot.suspended_since IS NULL) "
        )
    };
}

/// The claim. Of each robot no more than its pace leaves is looked at, so that a long queue hides
/// no other.
const CLAIM: &str = concat!(
    with_ready_robots!(),
    "UPDATE delivery SET state = 'sending', attempt = attempt + 1, lease_token = $6,
            lease_owner = $7, lease_until = $8, leased_at = $2
     WHERE id IN (
         SELECT id FROM (
             SELECT d.id, d.priority, d.due_at, ready.most - ready.used AS room,
                    row_number() OVER (PARTITION BY ready.robot_key
                                       ORDER BY d.priority, d.due_at, d.id) AS turn
             FROM ready CROSS JOIN delivery d
             WHERE ready.rest_until <= $2 AND (ready.most IS NULL OR ready.used < ready.most)
               AND d.id IN (
                   SELECT q.id FROM delivery q
                   WHERE q.robot_key = ready.robot_key AND q.state = 'pending' AND q.blocked = 0
                     AND q.not_before <= $2 AND q.keep_until > $2
                     AND ($4 IS NULL OR q.target IN (SELECT value ->> 0 FROM json_each($4)))
                     AND ($5 IS NULL OR q.occurrence = $5)
                   ORDER BY q.priority, q.due_at, q.id LIMIT $3))
         WHERE room IS NULL OR turn <= room
         ORDER BY priority, due_at, id LIMIT $3)
     RETURNING id, reminder, due_at, origin, target, robot_key, priority, attempt, keep_until,
               uncertain, (SELECT message FROM content WHERE content.delivery = delivery.id) AS message"
);

/// When the dispatcher has to look again. With `k` slots beyond what the pace allows, the robot is
/// free when only `most - 1` of them still count, which is never before the oldest is out.
const NEXT_CLAIM: &str = concat!(
    with_ready_robots!(),
    "SELECT min(max(
             rest_until,
             (SELECT min(q.not_before) FROM delivery q
              WHERE q.robot_key = ready.robot_key AND q.state = 'pending' AND q.blocked = 0
                AND q.keep_until > $2
                AND ($3 IS NULL OR q.target IN (SELECT value ->> 0 FROM json_each($3)))),
             CASE WHEN most IS NULL OR used < most THEN 0 ELSE oldest + span END))
     FROM ready"
);

struct LeasedRow {
    id: String,
    reminder: String,
    due_at: i64,
    origin: String,
    target: String,
    robot_key: String,
    priority: i64,
    attempt: i64,
    keep_until: i64,
    uncertain: i64,
    message: String,
}

impl<'r> FromRow<'r, SqliteRow> for LeasedRow {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            reminder: row.try_get("reminder")?,
            due_at: row.try_get("due_at")?,
            origin: row.try_get("origin")?,
            target: row.try_get("target")?,
            robot_key: row.try_get("robot_key")?,
            priority: row.try_get("priority")?,
            attempt: row.try_get("attempt")?,
            keep_until: row.try_get("keep_until")?,
            uncertain: row.try_get("uncertain")?,
            message: row.try_get("message")?,
        })
    }
}

impl LeasedRow {
    fn leased(self, request: &ClaimRequest<'_>) -> Result<Leased, StoreError> {
        let message = serde_json::from_str(&self.message)
            .map_err(|error| StoreError::Corrupt(format!("the message of {}: {error}", self.id)))?;
        Ok(Leased {
            occurrence: occurrence(self.reminder, self.due_at, &self.origin)?,
            target: TargetId::new(self.target),
            robot_key: self.robot_key,
            message,
            attempt: count(self.attempt)?,
            token: request.token.to_owned(),
            until: request.until(),
            keep_until: instant(self.keep_until)?,
            uncertain: self.uncertain != 0,
            id: self.id,
        })
    }
}
