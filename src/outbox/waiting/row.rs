//! A row of the queue.

use sqlx::{FromRow, Row as _, sqlite::SqliteRow};

use super::{Holdup, Waiting};
use crate::{
    model::{reminder::Priority, target::TargetId},
    outbox::{
        StoreError,
        daily::DAILY,
        merge::merged_into,
        rows::{count, instant, occurrence, priority, rank},
    },
};

/// The head of the queue, and what is under way: a part may wait for it.
pub(super) const QUEUE: &str =
    "SELECT id, occurrence, reminder, due_at, origin, target, robot_key, part, priority,
            attempt, not_before, keep_until, blocked, state, reason
     FROM delivery WHERE state IN ('pending', 'sending')
     ORDER BY priority, due_at, id LIMIT $1";

/// A delivery as the store has it.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) occurrence: String,
    pub(super) reminder: String,
    pub(super) due_at: i64,
    pub(super) origin: String,
    pub(super) target: String,
    pub(super) robot_key: String,
    pub(super) part: i64,
    pub(super) priority: i64,
    pub(super) attempt: i64,
    pub(super) not_before: i64,
    pub(super) keep_until: i64,
    pub(super) blocked: i64,
    pub(super) state: String,
    pub(super) reason: Option<String>,
}

impl<'r> FromRow<'r, SqliteRow> for Row {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            occurrence: row.try_get("occurrence")?,
            reminder: row.try_get("reminder")?,
            due_at: row.try_get("due_at")?,
            origin: row.try_get("origin")?,
            target: row.try_get("target")?,
            robot_key: row.try_get("robot_key")?,
            part: row.try_get("part")?,
            priority: row.try_get("priority")?,
            attempt: row.try_get("attempt")?,
            not_before: row.try_get("not_before")?,
            keep_until: row.try_get("keep_until")?,
            blocked: row.try_get("blocked")?,
            state: row.try_get("state")?,
            reason: row.try_get("reason")?,
        })
    }
}

impl Row {
    pub(super) fn is_under_way(&self) -> bool {
        self.state == "sending"
    }

    /// The occurrence it goes out in, when that is another one.
    pub(super) fn whole(&self) -> Option<&str> {
        merged_into(self.reason.as_deref())
    }

    /// Beyond a daily limit.
    pub(super) fn is_held_back(&self) -> bool {
        self.reason.as_deref() == Some(DAILY)
    }

    /// It goes out in one message with others at the end of the day.
    pub(super) fn gathers(&self) -> bool {
        self.is_held_back() && self.blocked != 0 && self.priority == rank(Priority::Low)
    }

    /// What all parts of one message have in common.
    pub(super) fn message(&self) -> (&str, i64, &str, &str) {
        (&self.reminder, self.due_at, &self.origin, &self.target)
    }

    /// As it is told.
    pub(super) fn waiting(
        &self,
        leaves: Option<i64>,
        holdup: Option<Holdup>,
    ) -> Result<Waiting, StoreError> {
        Ok(Waiting {
            id: self.id.clone(),
            occurrence: occurrence(self.reminder.clone(), self.due_at, &self.origin)?,
            target: TargetId::new(self.target.as_str()),
            robot_key: self.robot_key.clone(),
            part: count(self.part)?,
            priority: priority(self.priority)?,
            attempt: count(self.attempt)?,
            keep_until: instant(self.keep_until)?,
            leaves: leaves.map(instant).transpose()?,
            holdup,
        })
    }
}
