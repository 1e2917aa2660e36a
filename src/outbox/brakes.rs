//! The brakes: pauses, and dates that are skipped.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use sqlx::{Sqlite, Transaction};

use super::{
    Outbox, StoreError, merge,
    rows::{cut, instant, millis},
};
use crate::model::{reminder::ReminderId, target::TargetId, text::text};

/// Who is silent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One reminder.
    Reminder(ReminderId),
    /// One target.
    Target(TargetId),
    /// All of them.
    All,
}

/// A silence with a beginning, perhaps an end, and perhaps a reason. What the schedule asks for
/// meanwhile is recorded and not sent; manual sends and alerts go out all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Whose.
    pub scope: Scope,
    /// From then on.
    pub since: Timestamp,
    /// Not any more from then on; without it a person ends the pause.
    pub until: Option<Timestamp>,
    /// Why, in the words of who paused it.
    pub reason: Option<String>,
}

/// Why an occurrence is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brake<'a> {
    /// The reminder, or everything, was paused.
    Paused(&'a Pause),
    /// A person took the day out.
    ByHand,
}

/// Every pause and every skipped date the store knows, those that are over included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brakes {
    /// Oldest first.
    pub pauses: Vec<Pause>,
    /// Reminders with dates of their own calendar.
    pub skips: BTreeSet<(ReminderId, Date)>,
}

/// What skipping a date did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Occurrences of that date that were planned and not composed yet.
    pub occurrences: u64,
    /// Deliveries of that date that still waited.
    pub deliveries: u64,
}

impl Scope {
    /// The word in the store and in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Reminder(_) => "reminder",
            Self::Target(_) => "target",
            Self::All => "all",
        }
    }

    /// The reminder's or target's id; empty for all.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Reminder(id) => id.as_str(),
            Self::Target(id) => id.as_str(),
            Self::All => "",
        }
    }

    fn read(word: &str, name: String) -> Result<Self, StoreError> {
        match word {
            "reminder" => Ok(Self::Reminder(ReminderId::new(name))),
            "target" => Ok(Self::Target(TargetId::new(name))),
            "all" => Ok(Self::All),
            _ => Err(StoreError::Corrupt(text!("`{word}` is not what can be paused", word = word))),
        }
    }
}

impl Pause {
    /// Whether it holds at an instant.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.since <= at && self.until.is_none_or(|until| at < until)
    }
}

impl Brakes {
    /// What keeps an occurrence from being sent: by when it was due, and the date that was on the
    /// reminder's own calendar.
    #[must_use]
    pub fn on(&self, reminder: &ReminderId, due_at: Timestamp, date: Date) -> Option<Brake<'_>> {
        if self.skips.contains(&(reminder.clone(), date)) {
            return Some(Brake::ByHand);
        }
        let concerns = |scope: &Scope| match scope {
            Scope::Reminder(id) => id == reminder,
            Scope::Target(_) => false,
            Scope::All => true,
        };
        self.latest(due_at, concerns).map(Brake::Paused)
    }

    /// The pause of a reminder, of a target or of everything that holds at an instant.
    #[must_use]
    pub fn pause(&self, scope: &Scope, at: Timestamp) -> Option<&Pause> {
        self.latest(at, |one| one == scope)
    }

    fn latest(&self, at: Timestamp, concerns: impl Fn(&Scope) -> bool) -> Option<&Pause> {
        self.pauses.iter().rev().find(|pause| concerns(&pause.scope) && pause.holds(at))
    }
}

impl Outbox {
    /// Every pause and skipped date.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn brakes(&self) -> Result<Brakes, StoreError> {
        read(&mut self.store.snapshot().await?).await
    }

    /// Begins a pause. One of the same scope that holds already gets the new end and reason, and
    /// keeps its beginning.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn pause(
        &self,
        scope: &Scope,
        until: Option<Timestamp>,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        let changed = sqlx::query(
            "UPDATE pause SET until = $4, reason = $5
             WHERE scope = $1 AND name = $2 AND since <= $3 AND (until IS NULL OR until > $3)",
        )
        .bind(scope.word())
        .bind(scope.name())
        .bind(millis(now))
        .bind(until.map(millis))
        .bind(reason.map(cut))
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            sqlx::query(
                "INSERT INTO pause (scope, name, since, until, reason) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (scope, name, since) DO UPDATE SET
                     until = excluded.until, reason = excluded.reason",
            )
            .bind(scope.word())
            .bind(scope.name())
            .bind(millis(now))
            .bind(until.map(millis))
            .bind(reason.map(cut))
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Ends the pause of a scope. `false` when none holds.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn end_pause(&self, scope: &Scope, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let ended = sqlx::query(
            "UPDATE pause SET until = $3
             WHERE scope = $1 AND name = $2 AND (until IS NULL OR until > $3)",
        )
        .bind(scope.word())
        .bind(scope.name())
        .bind(millis(now))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(ended.rows_affected() > 0)
    }

    /// Takes a date out of a reminder's schedule: what comes due then is recorded and not sent,
    /// and what still waits of it (due from `day.0` until before `day.1`) is taken back.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn skip(
        &self,
        reminder: &ReminderId,
        date: Date,
        day: (Timestamp, Timestamp),
    ) -> Result<Skipped, StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query(
            "INSERT INTO skip (reminder, date, ends_at) VALUES ($1, $2, $3)
             ON CONFLICT (reminder, date) DO NOTHING",
        )
        .bind(reminder.as_str())
        .bind(date.to_string())
        .bind(millis(day.1))
        .execute(&mut *tx)
        .await?;
        let occurrences = of_the_day(&mut tx, TAKE_OUT, reminder, day).await?;
        take_out_of_wholes(&mut tx, reminder, day).await?;
        let deliveries = of_the_day(&mut tx, TAKE_BACK, reminder, day).await?;
        tx.commit().await?;
        Ok(Skipped { occurrences, deliveries })
    }

    /// Puts a skipped date back into a reminder's schedule; what was recorded stays. `false` when
    /// it was not skipped.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn unskip(&self, reminder: &ReminderId, date: Date) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let removed = sqlx::query("DELETE FROM skip WHERE reminder = $1 AND date = $2")
            .bind(reminder.as_str())
            .bind(date.to_string())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(removed.rows_affected() > 0)
    }
}

/// Every pause and skipped date, as a transaction sees them.
pub(super) async fn read(tx: &mut Transaction<'static, Sqlite>) -> Result<Brakes, StoreError> {
    let pauses: Vec<(String, String, i64, Option<i64>, Option<String>)> = sqlx::query_as(
        "SELECT scope, name, since, until, reason FROM pause ORDER BY since, scope, name",
    )
    .fetch_all(&mut **tx)
    .await?;
    let skips: Vec<(String, String)> =
        sqlx::query_as("SELECT reminder, date FROM skip").fetch_all(&mut **tx).await?;
    let pauses = pauses
        .into_iter()
        .map(|(word, name, since, until, reason)| {
            Ok(Pause {
                scope: Scope::read(&word, name)?,
                since: instant(since)?,
                until: until.map(instant).transpose()?,
                reason,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    let skips = skips
        .into_iter()
        .map(|(reminder, date)| match date.parse() {
            Ok(date) => Ok((ReminderId::new(reminder), date)),
            Err(_) => Err(StoreError::Corrupt(text!("`{text}` is not a date", text = date))),
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Brakes { pauses, skips })
}

/// Why an occurrence of a skipped date was not sent.
pub const BY_HAND: &str = "by hand";

const TAKE_OUT: &str = "UPDATE occurrence SET state = 'skipped', reason = $4
     WHERE reminder = $1 AND due_at >= $2 AND due_at < $3 AND origin = 'schedule'
       AND state = 'planned'";

const TAKE_BACK: &str = "UPDATE delivery SET state = 'cancelled', reason = $4
     WHERE reminder = $1 AND due_at >= $2 AND due_at < $3 AND origin = 'schedule'
       AND state = 'pending'
       AND NOT EXISTS (SELECT 1 FROM merged WHERE merged.delivery = delivery.id)";

/// What would go out in a merged message that has not left yet waits by itself again; one that is on
/// its way goes its way.
async fn take_out_of_wholes(
    tx: &mut Transaction<'static, Sqlite>,
    reminder: &ReminderId,
    (from, to): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    let waiting: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM delivery
         WHERE reminder = $1 AND due_at >= $2 AND due_at < $3 AND origin = 'schedule'
           AND state = 'pending'",
    )
    .bind(reminder.as_str())
    .bind(millis(from))
    .bind(millis(to))
    .fetch_all(&mut **tx)
    .await?;
    let wholes = merge::untouched(tx, &waiting).await?;
    merge::take_apart(tx, &wholes).await
}

async fn of_the_day(
    tx: &mut Transaction<'static, Sqlite>,
    statement: &'static str,
    reminder: &ReminderId,
    (from, to): (Timestamp, Timestamp),
) -> Result<u64, StoreError> {
    let done = sqlx::query(statement)
        .bind(reminder.as_str())
        .bind(millis(from))
        .bind(millis(to))
        .bind(BY_HAND)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-{text}:00Z").parse().unwrap()
    }

    #[test]
    fn a_brake_is_judged_by_when_the_occurrence_was_due() {
        let (a, b) = (ReminderId::new("a"), ReminderId::new("b"));
        let pause = |scope, since, until: Option<&str>| Pause {
            scope,
            since: at(since),
            until: until.map(at),
            reason: None,
        };
        let brakes = Brakes {
            pauses: vec![
                pause(Scope::Reminder(a.clone()), "10T08:00", Some("12T08:00")),
                pause(Scope::Target(TargetId::new("a")), "01T00:00", None),
                pause(Scope::All, "20T00:00", None),
            ],
            skips: BTreeSet::from([(b.clone(), "2026-11-15".parse().unwrap())]),
        };
        let day: Date = "2026-11-14".parse().unwrap();
        let braked = |id: &ReminderId, due: &str, date| brakes.on(id, at(due), date).is_some();
        assert!(!braked(&a, "10T07:59", day));
        assert!(braked(&a, "10T08:00", day));
        assert!(braked(&a, "12T07:59", day));
        assert!(!braked(&a, "12T08:00", day));
        assert!(!braked(&b, "11T00:00", day));
        assert!(braked(&b, "20T00:00", day) && braked(&a, "25T00:00", day));
        let skipped = brakes.on(&b, at("15T01:00"), "2026-11-15".parse().unwrap());
        assert_eq!(skipped, Some(Brake::ByHand));
        let target = Scope::Target(TargetId::new("a"));
        assert!(brakes.pause(&target, at("02T00:00")).is_some());
        assert!(brakes.pause(&Scope::All, at("02T00:00")).is_none());
    }
}
