//! Reckoning: what was counted by a clock that somebody has set since is moved along with it.
//!
//! Instants here are by the clock on the wall, because that one outlives a restart. What has to last
//! for a while, whatever that clock shows, is a pace slot, a robot's rest, a lease and the delay of a
//! retry. The machine's time up tells that the clock was set, and by how much; then all of these are
//! moved in one transaction, and each lasts as long as it would have.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use sqlx::{Sqlite, Transaction};

use super::{
    Outbox, StoreError,
    rows::{millis, span_millis},
};

/// A difference below this is the two clocks' being read one after the other, in milliseconds. It is
/// what DingTalk's pace leaves between its window and the vendor's.
const TOLERANCE: i64 = 1_000;

/// The longest window a pace can have, in milliseconds.
const LONGEST_WINDOW: i64 = 24 * 3_600 * 1_000;

/// How far ahead of the time up the clock was by which this process writes. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Reckoned(Arc<AtomicI64>);

impl Default for Reckoned {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(UNKNOWN)))
    }
}

const UNKNOWN: i64 = i64::MIN;

impl Reckoned {
    fn get(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Acquire)).filter(|ahead| *ahead != UNKNOWN)
    }

    fn set(&self, ahead: i64) {
        self.0.store(ahead, Ordering::Release);
    }
}

impl Outbox {
    /// Moves what must last for a while along with a clock that was set since it was written. `now`
    /// is what the clock shows when the machine has been up for `uptime` in the boot of that name;
    /// without a name only this process's own calls are compared. Returns by how much the clock was
    /// set, if it was. Costs nothing while nobody sets it.
    ///
    /// # Errors
    /// The store could not be read or written; then nothing was moved.
    pub async fn reckon(
        &self,
        now: Timestamp,
        uptime: Duration,
        boot: &str,
    ) -> Result<Option<SignedDuration>, StoreError> {
        let ahead = millis(now).saturating_sub(span_millis(uptime));
        let own = self.reckoned.get();
        if own.is_some_and(|known| is_same(known, ahead)) {
            return Ok(None);
        }
        // Another process may have been faster: what counts is what stands in the store.
        let mut tx = self.store.write().await?;
        let stored: Option<(String, i64)> =
            sqlx::query_as("SELECT boot, ahead FROM reckoning").fetch_optional(&mut *tx).await?;
        let stored = stored.filter(|(known, _)| known == boot && !boot.is_empty());
        let known = stored.map(|(_, ahead)| ahead).or(own);
        if known.is_some_and(|known| is_same(known, ahead)) {
            self.reckoned.set(known.unwrap_or(ahead));
            return Ok(None);
        }
        let set = known.map(|known| ahead - known);
        if let Some(set) = set {
            shift(&mut tx, set, millis(now).saturating_sub(set)).await?;
        }
        sqlx::query("DELETE FROM reckoning").execute(&mut *tx).await?;
        sqlx::query("INSERT INTO reckoning (boot, ahead) VALUES ($1, $2)")
            .bind(boot)
            .bind(ahead)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.reckoned.set(ahead);
        Ok(set.map(SignedDuration::from_millis))
    }
}

fn is_same(known: i64, ahead: i64) -> bool {
    known.abs_diff(ahead) < TOLERANCE.unsigned_abs()
}

/// Moves by `set` what still lasted when the clock showed `was`.
async fn shift(
    tx: &mut Transaction<'static, Sqlite>,
    set: i64,
    was: i64,
) -> Result<(), StoreError> {
    let moves = [
        ("UPDATE slot SET at = at + $1 WHERE at > $2", was.saturating_sub(LONGEST_WINDOW)),
        ("UPDATE robot SET rest_until = rest_until + $1 WHERE rest_until > $2", was),
        (
            "UPDATE delivery SET lease_until = lease_until + $1
             WHERE state = 'sending' AND lease_until > $2",
            was,
        ),
        // What was never tried waits for the time of day it was composed at.
        (
            "UPDATE delivery SET not_before = not_before + $1
             WHERE state = 'pending' AND attempt > 0 AND not_before > $2",
            was,
        ),
    ];
    for (statement, from) in moves {
        sqlx::query(statement).bind(set).bind(from).execute(&mut **tx).await?;
    }
    Ok(())
}
