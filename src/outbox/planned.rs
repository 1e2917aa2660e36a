//! What is planned and waits to be composed.

use jiff::Timestamp;

use super::{
    Damaged, Outbox, StoreError, damage,
    rows::{kept, millis, occurrence},
};
use crate::model::occurrence::Occurrence;

/// An occurrence that waits to be composed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Which.
    pub occurrence: Occurrence,
    /// IANA name of the reminder's zone.
    pub zone: String,
    /// For a manual one: the options of `send`, JSON as given to [`Outbox::plan_manual`].
    pub request: Option<String>,
}

/// Id, reminder, due instant, origin, zone and request.
type Columns = (String, String, i64, String, String, Option<String>);

impl Outbox {
    /// At most `limit` occurrences that wait to be composed, oldest first: scheduled ones that are
    /// due, and manual ones, which go out now whatever their due instant says. Damaged ones have
    /// failed from then on, and keep nothing waiting.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn planned(&self, now: Timestamp, limit: u32) -> Result<Vec<Planned>, StoreError> {
        let found: Vec<Columns> = sqlx::query_as(
            "SELECT id, reminder, due_at, origin, zone, request FROM occurrence
             WHERE state = 'planned' AND (due_at <= $1 OR origin <> 'schedule')
             ORDER BY due_at, id LIMIT $2",
        )
        .bind(millis(now))
        .bind(i64::from(limit))
        .fetch_all(self.store.read())
        .await?;
        let (mut sound, mut damaged) = (Vec::with_capacity(found.len()), Vec::new());
        for columns in found {
            let id = columns.0.clone();
            match planned(columns) {
                Ok(one) => sound.push(one),
                Err(error) => damaged.push(Damaged { id, reason: error.text() }),
            }
        }
        if !damaged.is_empty() {
            let mut tx = self.store.write().await?;
            damage::fail(&mut tx, &damaged).await?;
            tx.commit().await?;
            self.damage.note(damaged);
        }
        Ok(sound)
    }

    /// One occurrence, if it still waits to be composed.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn planned_one(
        &self,
        occurrence: &Occurrence,
    ) -> Result<Option<Planned>, StoreError> {
        let found = sqlx::query_as(
            "SELECT id, reminder, due_at, origin, zone, request FROM occurrence
             WHERE state = 'planned' AND id = $1",
        )
        .bind(kept(occurrence).id())
        .fetch_optional(self.store.read())
        .await?;
        found.map(planned).transpose()
    }

    /// At most `limit` occurrences that were known before `before`, have to be composed since then,
    /// and still wait for it; oldest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn overdue(&self, before: Timestamp, limit: u32) -> Result<Vec<Planned>, StoreError> {
        let found = sqlx::query_as(
            "SELECT id, reminder, due_at, origin, zone, request FROM occurrence
             WHERE state = 'planned' AND planned_at < $1 AND (due_at < $1 OR origin <> 'schedule')
             ORDER BY due_at, id LIMIT $2",
        )
        .bind(millis(before))
        .bind(i64::from(limit))
        .fetch_all(self.store.read())
        .await?;
        found.into_iter().map(planned).collect()
    }
}

fn planned((_, reminder, due_at, origin, zone, request): Columns) -> Result<Planned, StoreError> {
    Ok(Planned { occurrence: occurrence(reminder, due_at, &origin)?, zone, request })
}
