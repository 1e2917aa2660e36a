//! Rows that cannot have been written as they are: a bad disk, or somebody else's hand in the store.
//!
//! Such a row is set aside with its reason, so that it keeps nothing behind it waiting, and whoever
//! runs the service has to hear of it.

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::{Sqlite, Transaction};

use super::{
    Outbox, StoreError,
    rows::{rows, said},
};
use crate::model::text::Text;

/// A row that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// The delivery or occurrence, as the log calls it.
    pub id: String,
    /// What is wrong with it.
    pub reason: Text,
}

/// So many are remembered until somebody asks; the log has them all.
const REMEMBERED: usize = 1_000;

/// What was set aside and not told yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Damage(Arc<Mutex<Vec<Damaged>>>);

impl Damage {
    /// Notes what was set aside; after the commit.
    pub(super) fn note(&self, found: Vec<Damaged>) {
        if !found.is_empty() {
            let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            noted.extend(found);
            noted.truncate(REMEMBERED);
        }
    }
}

impl Outbox {
    /// What was set aside since this was asked last.
    #[must_use]
    pub fn damaged(&self) -> Vec<Damaged> {
        std::mem::take(&mut *self.damage.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Deliveries that nobody can send are dead and say why.
pub(super) async fn bury(
    tx: &mut Transaction<'static, Sqlite>,
    damaged: &[Damaged],
) -> Result<(), StoreError> {
    if damaged.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE delivery SET state = 'dead', reason = given.reason, attempt = attempt - 1,
                lease_token = NULL, lease_until = NULL
         FROM (SELECT value ->> 0 AS id, value ->> 1 AS reason FROM json_each($1)) AS given
         WHERE delivery.id = given.id",
    )
    .bind(given(damaged)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Occurrences that nobody can compose have failed and say why.
pub(super) async fn fail(
    tx: &mut Transaction<'static, Sqlite>,
    damaged: &[Damaged],
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE occurrence SET state = 'failed', reason = given.reason
         FROM (SELECT value ->> 0 AS id, value ->> 1 AS reason FROM json_each($1)) AS given
         WHERE occurrence.id = given.id AND occurrence.state = 'planned'",
    )
    .bind(given(damaged)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn given(damaged: &[Damaged]) -> Result<String, StoreError> {
    rows(damaged.iter().map(|one| (&one.id, said(&one.reason))))
}
