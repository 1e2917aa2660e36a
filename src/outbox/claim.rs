//! Claim: lease, pace slot and attempt number become durable before a request leaves.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;
use sqlx::{FromRow, Row as _, Sqlite, SqliteExecutor, Transaction, sqlite::SqliteRow};

use super::{
    Damaged, Outbox, Paces, StoreError, damage,
    ready::{BRING_BACK, CLAIM, LOOK, WAITING},
    rows::{self, count, instant, kept, millis, occurrence},
};
use crate::model::{delivery::Leased, occurrence::Occurrence, target::TargetId, text::text};

/// A target this process can send to, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTarget {
    /// Which.
    pub id: TargetId,
    /// The robot it is reached through: [`crate::model::target::Target::robot_key`].
    pub robot_key: String,
    /// Its quiet hours hold until then: only urgent messages and those the schedule did not ask
    /// for go out before.
    pub quiet_until: Option<Timestamp>,
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
    /// Of these robots' queues; none means all. The work is in proportion to their number.
    pub robots: Option<&'a [String]>,
    /// The targets this process can send to; none means all.
    pub targets: Option<&'a [OpenTarget]>,
    /// Only deliveries of this occurrence; for a command that sends for itself.
    pub only: Option<&'a Occurrence>,
}

impl Outbox {
    /// Claim transaction: leases what is due, in order of priority, due instant and id.
    ///
    /// A delivery is due when it is pending, its time has come, `keep` is not over, the parts
    /// before it are delivered, no pause and no quiet hours hold it back, and its robot neither
    /// rests nor is suspended nor has used up its pace. A robot that cannot send keeps no other
    /// waiting.
    ///
    /// A request counts from the claim until one window after its answer, because nobody knows
    /// when in between it reaches the robot: so no window at the robot's end holds more than the
    /// pace allows, however slow the way there. A lease that was lost counts until its rescue.
    ///
    /// # Errors
    /// The store could not be written; then nothing was leased.
    pub async fn claim(&self, request: ClaimRequest<'_>) -> Result<Vec<Leased>, StoreError> {
        let mut tx = self.store.write().await?;
        let (leased, damaged) = take(&mut tx, &request).await?;
        tx.commit().await?;
        self.damage.note(damaged);
        Ok(leased)
    }

    /// The robots something waits for, whether or not it can leave.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn waiting_robots(&self) -> Result<Vec<String>, StoreError> {
        waiting_robots(self.store.read()).await
    }

    /// When something of these robots' queues can be claimed if nothing else happens: the robots
    /// in the order of what waits for them, without those nothing can be claimed of. Later than
    /// `now` for a robot of which a claim at `now` finds nothing.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn look(
        &self,
        now: Timestamp,
        robots: &[String],
        paces: &Paces,
        targets: Option<&[OpenTarget]>,
    ) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let found: Vec<(String, i64)> = sqlx::query_as(LOOK)
            .bind(given(robots, paces, targets)?)
            .bind(millis(now))
            .fetch_all(self.store.read())
            .await?;
        found.into_iter().map(|(robot, at)| Ok((robot, instant(at)?))).collect()
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
        targets: Option<&[OpenTarget]>,
    ) -> Result<Option<Timestamp>, StoreError> {
        let robots = self.waiting_robots().await?;
        let found = self.look(now, &robots, paces, targets).await?;
        Ok(found.into_iter().map(|(_, at)| at).min())
    }
}

async fn waiting_robots(executor: impl SqliteExecutor<'_>) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(WAITING).fetch_all(executor).await?)
}

/// The statements of the claim. Beside the leases, what was set aside as damaged.
pub(super) async fn take(
    tx: &mut Transaction<'static, Sqlite>,
    request: &ClaimRequest<'_>,
) -> Result<(Vec<Leased>, Vec<Damaged>), StoreError> {
    let robots = match request.robots {
        Some(robots) => given(robots, request.paces, request.targets)?,
        None => given(&waiting_robots(&mut **tx).await?, request.paces, request.targets)?,
    };
    sqlx::query(BRING_BACK).bind(&robots).bind(millis(request.now)).execute(&mut **tx).await?;
    let rows: Vec<LeasedRow> = sqlx::query_as(CLAIM)
        .bind(robots)
        .bind(millis(request.now))
        .bind(request.only.map(|occurrence| kept(occurrence).id()))
        .bind(i64::from(request.limit.min(CLAIM_LIMIT)))
        .bind(request.token)
        .bind(request.owner)
        .bind(millis(request.until()))
        .fetch_all(&mut **tx)
        .await?;
    let (mut leased, damaged) = sort_out(rows, request);
    damage::bury(tx, &damaged).await?;
    take_slots(tx, &leased, request.until()).await?;
    leased.sort_by(|(a_rank, a), (b_rank, b)| {
        (a_rank, a.occurrence.due_at, &a.id).cmp(&(b_rank, b.occurrence.due_at, &b.id))
    });
    Ok((leased.into_iter().map(|(_, leased)| leased).collect(), damaged))
}

/// The leases with their rank; apart from them the rows that nobody can send.
fn sort_out(
    rows: Vec<LeasedRow>,
    request: &ClaimRequest<'_>,
) -> (Vec<(i64, Leased)>, Vec<Damaged>) {
    let (mut leased, mut damaged) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        match row.leased(request) {
            Ok(one) => leased.push((row.priority, one)),
            Err(error) => damaged.push(Damaged { id: row.id, reason: error.text() }),
        }
    }
    (leased, damaged)
}

async fn take_slots(
    tx: &mut Transaction<'static, Sqlite>,
    taken: &[(i64, Leased)],
    until: Timestamp,
) -> Result<(), StoreError> {
    if taken.is_empty() {
        return Ok(());
    }
    let slots = taken.iter().map(|(_, one)| (&one.robot_key, &one.id, one.attempt));
    sqlx::query(
        "INSERT INTO slot (robot_key, delivery, attempt, at)
         SELECT value ->> 0, value ->> 1, CAST(value ->> 2 AS BIGINT), $2 FROM json_each($1)",
    )
    .bind(rows::rows(slots)?)
    .bind(millis(until))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl ClaimRequest<'_> {
    fn until(&self) -> Timestamp {
        self.now.saturating_add(self.lease.min(LONGEST_LEASE)).unwrap_or(Timestamp::MAX)
    }
}

/// Robots as rows: key, count and window of the pace, and the targets that are sent to with the
/// instant their quiet hours end.
fn given(
    robots: &[String],
    paces: &Paces,
    targets: Option<&[OpenTarget]>,
) -> Result<String, StoreError> {
    let mut open: HashMap<&str, Vec<(&str, i64)>> = HashMap::new();
    for target in targets.unwrap_or_default() {
        let quiet_until = target.quiet_until.map_or(0, millis);
        open.entry(&target.robot_key).or_default().push((target.id.as_str(), quiet_until));
    }
    rows::rows(robots.iter().map(|key| {
        let (count, window) = match paces.of(key) {
            None => (None, None),
            Some(pace) => (Some(pace.count), Some(rows::span_millis(pace.window))),
        };
        let reached = targets.map(|_| open.get(key.as_str()).map_or(&[][..], Vec::as_slice));
        (key, count, window, reached)
    }))
}

/// The most one claim takes.
const CLAIM_LIMIT: u32 = 1_000;

/// The longest a lease can be.
pub const LONGEST_LEASE: Duration = Duration::from_secs(60);

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
    /// None when its row is gone.
    message: Option<String>,
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
    fn leased(&self, request: &ClaimRequest<'_>) -> Result<Leased, StoreError> {
        let message =
            serde_json::from_str(self.message.as_deref().unwrap_or_default()).map_err(|error| {
                let (id, why) = (&self.id, error.to_string());
                StoreError::Corrupt(text!("the message of {id}: {why}", id = id, why = why))
            })?;
        Ok(Leased {
            occurrence: occurrence(self.reminder.clone(), self.due_at, &self.origin)?,
            target: TargetId::new(self.target.as_str()),
            robot_key: self.robot_key.clone(),
            message,
            attempt: count(self.attempt)?,
            token: request.token.to_owned(),
            until: request.until(),
            keep_until: instant(self.keep_until)?,
            uncertain: self.uncertain != 0,
            id: self.id.clone(),
        })
    }
}
