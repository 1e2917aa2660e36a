//! What became of everything that was due in a span, page by page, for `report`.

use jiff::Timestamp;
use sqlx::Row as _;

use super::{
    Outbox, StoreError,
    rows::{count, instant, millis, occurrence, state, text},
};
use crate::model::{
    delivery::DeliveryState,
    occurrence::{Occurrence, OccurrenceState},
    target::TargetId,
    text::Text,
};

/// Occurrences of one page.
const PAGE: i64 = 1_000;

/// An occurrence and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Which.
    pub occurrence: Occurrence,
    /// IANA name of the reminder's zone when it was planned.
    pub zone: String,
    /// Where it stands.
    pub state: OccurrenceState,
    /// Why, for skipped, missed and failed ones.
    pub reason: Option<Text>,
    /// How many occurrences the row stands for.
    pub count: u64,
    /// What each target got.
    pub deliveries: Vec<Arrival>,
}

/// A part of a message, and whether it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// To whom.
    pub target: TargetId,
    /// Where it stands.
    pub state: DeliveryState,
    /// Why it left the queue unsent, or what the robot said last.
    pub reason: Option<Text>,
    /// When the robot confirmed it.
    pub arrived: Option<Timestamp>,
}

/// A file of a folder as a target heard of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The file's path in the folder.
    pub path: String,
    /// Whose folder.
    pub reminder: String,
    /// Who heard.
    pub target: TargetId,
    /// When the message that told it was composed.
    pub at: Timestamp,
    /// It was told that the file is gone.
    pub removed: bool,
}

impl Outbox {
    /// What was due from one instant up to another, oldest first, without the service's own alerts:
    /// the page after an occurrence, or the first. A page that is empty is the end.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn outcomes(
        &self,
        from: Timestamp,
        until: Timestamp,
        after: Option<&Occurrence>,
    ) -> Result<Vec<Outcome>, StoreError> {
        let (due, id) =
            after.map_or((i64::MIN, String::new()), |one| (millis(one.due_at), one.id()));
        let rows = sqlx::query(
            "SELECT o.reminder, o.due_at, o.origin, o.zone, o.state, o.reason, o.span_count,
                    d.target, d.state AS delivery,
                    coalesce(d.reason, (
                        SELECT a.reason FROM attempt AS a WHERE a.delivery = d.id
                        ORDER BY a.number DESC LIMIT 1)) AS said,
                    (SELECT max(a.at + a.ms) FROM attempt AS a
                     WHERE a.delivery = d.id AND a.verdict = 'sent') AS arrived
             FROM (SELECT * FROM occurrence
                   WHERE due_at >= $1 AND due_at < $2 AND (due_at, id) > ($3, $4)
                     AND origin NOT LIKE 'alert:%'
                   ORDER BY due_at, id LIMIT $5) AS o
             LEFT JOIN delivery AS d ON d.occurrence = o.id
             ORDER BY o.due_at, o.id, d.target, d.part",
        )
        .bind(millis(from))
        .bind(millis(until))
        .bind(due)
        .bind(id)
        .bind(PAGE)
        .fetch_all(self.store.read())
        .await?;
        let mut outcomes: Vec<Outcome> = Vec::new();
        for row in rows {
            let origin: String = row.try_get("origin")?;
            let occurrence = occurrence(row.try_get("reminder")?, row.try_get("due_at")?, &origin)?;
            if outcomes.last().is_none_or(|last| last.occurrence != occurrence) {
                let many: Option<i64> = row.try_get("span_count")?;
                outcomes.push(Outcome {
                    occurrence,
                    zone: row.try_get("zone")?,
                    state: state(row.try_get("state")?, OccurrenceState::from_name)?,
                    reason: text(row.try_get("reason")?),
                    count: count(many.unwrap_or(1))?,
                    deliveries: Vec::new(),
                });
            }
            let target: Option<String> = row.try_get("target")?;
            if let (Some(last), Some(target)) = (outcomes.last_mut(), target) {
                let arrived: Option<i64> = row.try_get("arrived")?;
                last.deliveries.push(Arrival {
                    target: TargetId::new(target),
                    state: state(row.try_get("delivery")?, DeliveryState::from_name)?,
                    reason: text(row.try_get("said")?),
                    arrived: arrived.map(instant).transpose()?,
                });
            }
        }
        Ok(outcomes)
    }

    /// Which files of folders were told to whom in a span, newest first; at most so many.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn heard(
        &self,
        from: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Result<Vec<Heard>, StoreError> {
        let rows: Vec<(String, String, String, i64, Option<String>)> = sqlx::query_as(
            "SELECT file.path, cursor.reminder, cursor.target, file.at, file.hash
             FROM cursor_file AS file JOIN cursor ON cursor.id = file.cursor
             WHERE file.at >= $1 AND file.at < $2 AND file.version > cursor.base
             ORDER BY file.at DESC, file.path, cursor.target LIMIT $3",
        )
        .bind(millis(from))
        .bind(millis(until))
        .bind(i64::from(most))
        .fetch_all(self.store.read())
        .await?;
        rows.into_iter()
            .map(|(path, reminder, target, at, hash)| {
                let (target, at) = (TargetId::new(target), instant(at)?);
                Ok(Heard { path, reminder, target, at, removed: hash.is_none() })
            })
            .collect()
    }
}
