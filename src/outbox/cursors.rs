//! Cursors: what each target was last told of a folder. They move in the transaction that hands
//! the message to the queue, from the version they were reckoned from, or not at all: so no change
//! is told twice and none is lost, wherever a process ends.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Composing, Outbox, StoreError,
    rows::{count, instant, millis, rows, texts},
};
use crate::model::{
    cursor::{Cursor, CursorId, CursorMove, KnownFile},
    reminder::ReminderId,
    target::TargetId,
};

/// Rows written by one statement.
const CHUNK: usize = 5_000;

/// Texts written by one statement.
const TEXT_CHUNK: usize = 50;

/// How old the note of a use grows before it is made anew.
const SEEN_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// id, source, target, mark, version
type CursorRow = (String, String, String, String, i64);

impl Outbox {
    /// The cursors of a reminder; as they were at `as_of`, or now. One that did not exist then is
    /// as it was when it began.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn cursors(
        &self,
        reminder: &ReminderId,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<Cursor>, StoreError> {
        let mut tx = self.store.snapshot().await?;
        let found: Vec<CursorRow> = sqlx::query_as(
            "SELECT id, source, target, mark, version FROM cursor WHERE reminder = $1",
        )
        .bind(reminder.as_str())
        .fetch_all(&mut *tx)
        .await?;
        let mut cursors = Vec::with_capacity(found.len());
        for (id, source, target, mark, version) in found {
            let files = files(&mut tx, &id, as_of).await?;
            let target = TargetId::new(target);
            let id = CursorId { reminder: reminder.clone(), source, target };
            cursors.push(Cursor { id, version: count(version)?, mark, files });
        }
        Ok(cursors)
    }

    /// Which cursors of a reminder there are.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn cursor_ids(&self, reminder: &ReminderId) -> Result<Vec<CursorId>, StoreError> {
        let found: Vec<(String, String)> =
            sqlx::query_as("SELECT source, target FROM cursor WHERE reminder = $1")
                .bind(reminder.as_str())
                .fetch_all(self.store.read())
                .await?;
        let id = |(source, target): (String, String)| CursorId {
            reminder: reminder.clone(),
            source,
            target: TargetId::new(target),
        };
        Ok(found.into_iter().map(id).collect())
    }

    /// The kept texts of files, by hash; those that are not kept are left out.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn told_texts(
        &self,
        hashes: &[String],
    ) -> Result<HashMap<String, String>, StoreError> {
        let mut found = HashMap::new();
        for hashes in hashes.chunks(CHUNK) {
            let some: Vec<(String, String)> = sqlx::query_as(
                "SELECT hash, text FROM told_text
                 WHERE hash IN (SELECT value ->> 0 FROM json_each($1))",
            )
            .bind(texts(hashes)?)
            .fetch_all(self.store.read())
            .await?;
            found.extend(some);
        }
        Ok(found)
    }

    /// Begins cursors, each unless it exists already.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn begin_cursors(
        &self,
        steps: &[CursorMove],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        for step in steps {
            if version(&mut tx, &step.id).await?.is_none() {
                advance(&mut tx, step, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Notes of cursors, once a day, that they are still used.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn see_cursors(&self, ids: &[CursorId], now: Timestamp) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let mut tx = self.store.write().await?;
        sqlx::query(
            "UPDATE cursor SET seen_at = $2
             WHERE id IN (SELECT value ->> 0 FROM json_each($1)) AND seen_at < $2 - $3",
        )
        .bind(texts(&ids)?)
        .bind(millis(now))
        .bind(SEEN_MILLIS)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes at most `limit` rows of each kind that nothing asks for any more: what was told
    /// longer ago than `keep` and changed since, cursors whose reminder is gone that long, and
    /// texts of no file. Call again while the answer is not zero.
    ///
    /// # Errors
    /// The store could not be written; then nothing was removed.
    pub async fn prune_cursors(
        &self,
        keep: std::time::Duration,
        now: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let before = millis(now.checked_sub(keep).unwrap_or(Timestamp::MIN));
        let mut tx = self.store.write().await?;
        let mut removed = 0;
        for statement in PRUNE {
            let done = sqlx::query(statement)
                .bind(before)
                .bind(i64::from(limit))
                .execute(&mut *tx)
                .await?;
            removed += done.rows_affected();
        }
        tx.commit().await?;
        Ok(removed)
    }
}

const PRUNE: [&str; 3] = [
    // A row before `$1` that a later one before `$1` replaced, or that says only that nothing is
    // there and nothing was before.
    "DELETE FROM cursor_file WHERE (cursor, path, version) IN (
         SELECT cursor, path, version FROM cursor_file AS old
         WHERE old.at < $1 AND (
             EXISTS (SELECT 1 FROM cursor_file AS newer
                     WHERE newer.cursor = old.cursor AND newer.path = old.path
                       AND newer.version > old.version AND newer.at < $1)
             OR old.hash IS NULL AND NOT EXISTS (
                 SELECT 1 FROM cursor_file AS older
                 WHERE older.cursor = old.cursor AND older.path = old.path
                   AND older.version < old.version))
         LIMIT $2)",
    "DELETE FROM cursor WHERE id IN (SELECT id FROM cursor WHERE seen_at < $1 LIMIT $2)",
    "DELETE FROM told_text WHERE $1 = $1 AND hash IN (
         SELECT hash FROM told_text
         WHERE NOT EXISTS (SELECT 1 FROM cursor_file WHERE cursor_file.hash = told_text.hash)
         LIMIT $2)",
];

/// The files of a cursor: of each path the newest row, up to an instant; those it began with
/// always count.
async fn files(
    tx: &mut Transaction<'static, Sqlite>,
    id: &str,
    as_of: Option<Timestamp>,
) -> Result<BTreeMap<String, KnownFile>, StoreError> {
    let found: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT file.path, file.hash, file.modified
         FROM cursor JOIN cursor_file AS file ON file.cursor = cursor.id
         WHERE cursor.id = $1 AND file.hash IS NOT NULL AND file.version = (
             SELECT MAX(version) FROM cursor_file AS newest
             WHERE newest.cursor = file.cursor AND newest.path = file.path
               AND (newest.at <= $2 OR newest.version <= cursor.base))",
    )
    .bind(id)
    .bind(as_of.map_or(i64::MAX, millis))
    .fetch_all(&mut **tx)
    .await?;
    let file =
        |(path, hash, modified)| Ok((path, KnownFile { hash, modified: instant(modified)? }));
    found.into_iter().map(file).collect()
}

/// Which items are reckoned from the cursors as they are: of two that moved the same cursor from
/// the same version, the first.
pub(super) async fn fresh(
    tx: &mut Transaction<'static, Sqlite>,
    items: &[Composing],
) -> Result<Vec<bool>, StoreError> {
    let mut versions: HashMap<String, Option<u64>> = HashMap::new();
    let mut fresh = Vec::with_capacity(items.len());
    for item in items {
        for step in &item.steps {
            if let Entry::Vacant(unknown) = versions.entry(step.id.to_string()) {
                unknown.insert(version(tx, &step.id).await?);
            }
        }
        let now = |step: &CursorMove| versions.get(&step.id.to_string()).copied().flatten();
        let current = item.steps.iter().all(|step| now(step) == step.from);
        if current {
            for step in &item.steps {
                versions.insert(step.id.to_string(), Some(step.from.unwrap_or(0) + 1));
            }
        }
        fresh.push(current);
    }
    Ok(fresh)
}

async fn version(
    tx: &mut Transaction<'static, Sqlite>,
    id: &CursorId,
) -> Result<Option<u64>, StoreError> {
    let found: Option<i64> = sqlx::query_scalar("SELECT version FROM cursor WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(&mut **tx)
        .await?;
    found.map(count).transpose()
}

/// Moves a cursor whose version was looked at.
pub(super) async fn advance(
    tx: &mut Transaction<'static, Sqlite>,
    step: &CursorMove,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = step.id.to_string();
    let version = i64::try_from(step.from.unwrap_or(0) + 1).unwrap_or(i64::MAX);
    let base: i64 = sqlx::query_scalar(
        "INSERT INTO cursor (id, reminder, source, target, mark, version, base, moved_at, seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $7)
         ON CONFLICT (id) DO UPDATE SET
             base = CASE WHEN cursor.mark = excluded.mark THEN cursor.base ELSE excluded.base END,
             mark = excluded.mark, version = excluded.version, moved_at = excluded.moved_at,
             seen_at = excluded.seen_at
         RETURNING base",
    )
    .bind(&id)
    .bind(step.id.reminder.as_str())
    .bind(&step.id.source)
    .bind(step.id.target.as_str())
    .bind(&step.mark)
    .bind(version)
    .bind(millis(now))
    .fetch_one(&mut **tx)
    .await?;
    if base == version && step.from.is_some() {
        forget_others(tx, step, &id, version, now).await?;
    }
    for files in step.files.chunks(CHUNK) {
        let values = rows(files.iter().map(|(path, file)| {
            let modified = file.as_ref().map_or(0, |file| millis(file.modified));
            (path, file.as_ref().map(|file| &file.hash), modified)
        }))?;
        sqlx::query(
            "INSERT INTO cursor_file (cursor, path, version, at, hash, modified)
             SELECT $1, value ->> 0, $2, $3, value ->> 1, CAST(value ->> 2 AS BIGINT)
             FROM json_each($4)",
        )
        .bind(&id)
        .bind(version)
        .bind(millis(now))
        .bind(values)
        .execute(&mut **tx)
        .await?;
    }
    for texts in step.texts.chunks(TEXT_CHUNK) {
        let values = rows(texts.iter().map(|(hash, text)| (hash, &**text)))?;
        sqlx::query(
            "INSERT INTO told_text (hash, text)
             SELECT value ->> 0, value ->> 1 FROM json_each($1) WHERE true
             ON CONFLICT DO NOTHING",
        )
        .bind(values)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// A cursor that is about other files from now on: what it was about before is gone from it.
async fn forget_others(
    tx: &mut Transaction<'static, Sqlite>,
    step: &CursorMove,
    id: &str,
    version: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let kept: Vec<&str> = step.files.iter().map(|(path, _)| path.as_str()).collect();
    sqlx::query(
        "INSERT INTO cursor_file (cursor, path, version, at, hash, modified)
         SELECT DISTINCT cursor, path, $2, $3, NULL, 0 FROM cursor_file
         WHERE cursor = $1 AND path NOT IN (SELECT value ->> 0 FROM json_each($4))",
    )
    .bind(id)
    .bind(version)
    .bind(millis(now))
    .bind(texts(&kept)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
