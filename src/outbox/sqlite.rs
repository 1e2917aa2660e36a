//! SQLite: one connection that writes, a few that read, and the tables' versions.
//!
//! One SQL text serves every database, but for two things named here. *Rows from JSON*: statements
//! over many rows read `json_each($n)`, a JSON array of arrays, by `value ->> i`; PostgreSQL gets a
//! function of that name in its own migrations. *The claim* and its wake-up, in [`super::claim`],
//! lean on SQLite's single writer; PostgreSQL adds `FOR UPDATE SKIP LOCKED`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    ConnectOptions as _, Connection as _, SqlSafeStr as _, Sqlite, SqliteConnection, SqlitePool,
    Transaction,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};

use super::{OpenError, StoreError, place};

/// What a store is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// To plan, compose and send. Creates and migrates.
    Write,
    /// To look: `status`, `log`. Creates and changes nothing.
    Read,
}

/// The tables, version by version. A text that was released never changes.
const MIGRATIONS: [&str; 8] = [
    include_str!("migrations/sqlite/0001-first.sql"),
    include_str!("migrations/sqlite/0002-cursors.sql"),
    include_str!("migrations/sqlite/0003-lean.sql"),
    include_str!("migrations/sqlite/0004-handles.sql"),
    include_str!("migrations/sqlite/0005-standby.sql"),
    include_str!("migrations/sqlite/0006-merged.sql"),
    include_str!("migrations/sqlite/0007-reckoning.sql"),
    include_str!("migrations/sqlite/0008-daily.sql"),
];

/// How long a transaction waits for another process's.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What the connection that writes keeps of the file in memory, when it has seen so much: in KiB,
/// negative as SQLite has it. The pages of a burst's indexes fit in.
const CACHE: &str = "-8192";

/// So many pages of the write-ahead log are written back at once: 16 MB, a burst or so.
const CHECKPOINT: &str = "4000";

/// Connections that read beside the one that writes.
pub(super) const READERS: u32 = 4;

/// The two pools of one store.
#[derive(Clone, Debug)]
pub(super) struct Store {
    path: PathBuf,
    writer: Option<SqlitePool>,
    reader: SqlitePool,
}

impl Store {
    pub(super) async fn open(path: &Path, mode: OpenMode) -> Result<Self, OpenError> {
        Self::open_waiting(path, mode, BUSY_TIMEOUT).await
    }

    async fn open_waiting(
        path: &Path,
        mode: OpenMode,
        patience: Duration,
    ) -> Result<Self, OpenError> {
        place::prepare(path, mode)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(patience)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .disable_statement_logging();
        let reading = options.clone().read_only(true);
        let failed = |error: StoreError| OpenError::from_store(path, patience, error);

        let first = if mode == OpenMode::Write { &options } else { &reading };
        let mut connection = first.connect().await.map_err(|error| failed(error.into()))?;
        let found = version(&mut connection).await.map_err(failed)?;
        check_version(path, mode, found)?;
        if mode == OpenMode::Write {
            use_wal(&mut connection).await.map_err(failed)?;
            migrate(&mut connection).await.map_err(failed)?;
        }
        connection.close().await.map_err(|error| failed(error.into()))?;

        Ok(Self {
            path: path.to_owned(),
            writer: (mode == OpenMode::Write).then(|| {
                let options = options.pragma("cache_size", CACHE);
                pool(options.pragma("wal_autocheckpoint", CHECKPOINT), 1, patience)
            }),
            reader: pool(reading, READERS, patience),
        })
    }

    pub(super) async fn close(&self) {
        self.reader.close().await;
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Begins a transaction that writes; its commit is on the disk when it returns.
    pub(super) async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.begin("PRAGMA synchronous = FULL").await
    }

    /// Begins a transaction that writes and is on the disk with the next one of [`Self::write`], or
    /// not at all: for what is found out again by itself when the machine loses its power.
    pub(super) async fn write_along(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.begin("PRAGMA synchronous = NORMAL").await
    }

    /// The transaction takes the write lock at once: a deferred one that reads first fails when
    /// another process has written meanwhile.
    async fn begin(
        &self,
        durability: &'static str,
    ) -> Result<Transaction<'static, Sqlite>, StoreError> {
        let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        let mut connection = writer.acquire().await?;
        sqlx::query(durability).execute(&mut *connection).await?;
        Ok(Transaction::begin(connection, Some("BEGIN IMMEDIATE".into_sql_str())).await?)
    }

    /// Lets go of the pages that the connection that writes keeps in memory.
    pub(super) async fn shrink(&self) -> Result<(), StoreError> {
        let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        sqlx::query("PRAGMA shrink_memory").execute(writer).await?;
        Ok(())
    }

    /// For single statements that read.
    pub(super) fn read(&self) -> &SqlitePool {
        &self.reader
    }

    /// Writes a copy of everything, as it is at one instant, into a file that does not exist yet
    /// or is empty. Others may go on writing meanwhile.
    pub(super) async fn copy(&self, to: &str) -> Result<(), StoreError> {
        sqlx::query("VACUUM INTO $1").bind(to).execute(&self.reader).await?;
        Ok(())
    }

    /// Whether every page of the file is as it should be.
    pub(super) async fn is_whole(&self) -> Result<bool, StoreError> {
        let found: String =
            sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.reader).await?;
        Ok(found == "ok")
    }

    /// Begins a transaction that reads: every statement in it sees the same instant of the store.
    pub(super) async fn snapshot(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.reader.begin().await?)
    }
}

fn pool(options: SqliteConnectOptions, size: u32, patience: Duration) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(patience.saturating_mul(4))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(|connection, _| Box::pin(is_usable(connection)))
        .connect_lazy_with(options)
}

/// Whether a connection may be used again. SQLite itself rolls back a transaction that found the
/// disk full or failed to read it; the driver still counts it as open and could begin no other.
async fn is_usable(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // A rollback that was asked for is done when the ping is answered.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// The version of the tables; 0 for an empty database, `None` for another program's.
async fn version(connection: &mut SqliteConnection) -> Result<Option<i64>, StoreError> {
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' LIMIT 100")
            .fetch_all(&mut *connection)
            .await?;
    if tables.is_empty() {
        return Ok(Some(0));
    }
    if !tables.iter().any(|name| name == "store_version") {
        return Ok(None);
    }
    Ok(sqlx::query_scalar("SELECT version FROM store_version").fetch_optional(connection).await?)
}

fn check_version(path: &Path, mode: OpenMode, found: Option<i64>) -> Result<(), OpenError> {
    let path = path.to_owned();
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    match found {
        None => Err(OpenError::NotAStore { path }),
        Some(found) if found > known => Err(OpenError::NewerVersion { path, found, known }),
        Some(0) if mode == OpenMode::Read => Err(OpenError::Missing { path }),
        Some(found) if found < known && mode == OpenMode::Read => {
            Err(OpenError::OlderVersion { path, found, needed: known })
        }
        Some(_) => Ok(()),
    }
}

/// Switches to the write-ahead log, once in a store's life. The switch does not wait for other
/// connections by itself, so a busy one is waited for with an empty transaction.
async fn use_wal(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for _ in 0..3 {
        let switched: Result<String, _> =
            sqlx::query_scalar("PRAGMA journal_mode = WAL").fetch_one(&mut *connection).await;
        match switched.map_err(StoreError::from) {
            Err(StoreError::Busy(_)) => {
                connection.begin_with("BEGIN IMMEDIATE").await?.rollback().await?;
            }
            other => return other.map(|_| ()),
        }
    }
    Ok(())
}

/// Brings the tables to this program's version, in one transaction.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    // Read again under the lock: another process may have been faster.
    let found = version(&mut tx).await?.unwrap_or(0);
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    for migration in MIGRATIONS.iter().skip(done) {
        sqlx::raw_sql(*migration).execute(&mut *tx).await?;
    }
    if done < MIGRATIONS.len() {
        sqlx::query("DELETE FROM store_version").execute(&mut *tx).await?;
        sqlx::query("INSERT INTO store_version (version) VALUES ($1)")
            .bind(i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX))
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::outbox::{GoodFile, Outbox};

    const IMPATIENT: Duration = Duration::from_millis(50);

    async fn open(path: &Path) -> Outbox {
        let store = Store::open_waiting(path, OpenMode::Write, IMPATIENT).await.unwrap();
        Outbox { store, reckoned: Default::default(), damage: Default::default() }
    }

    fn file(path: &str, length: usize) -> GoodFile {
        GoodFile { path: path.to_owned(), text: "x".repeat(length), hash: String::new() }
    }

    #[tokio::test]
    async fn a_store_that_another_process_holds_says_so_and_is_good_again_when_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let (holder, other) = (open(&path).await, open(&path).await);
        let held = holder.store.write().await.unwrap();
        let refused = Store::open_waiting(&path, OpenMode::Write, IMPATIENT).await.unwrap_err();
        assert!(matches!(refused, OpenError::Locked { .. }), "{refused:?}");
        let sentence = refused.to_string();
        assert!(sentence.contains("locked by another process"), "{sentence}");
        assert!(sentence.contains("store.db"), "{sentence}");
        let files = [file("a.yaml", 1)];
        let busy = other.keep_good(&files, Timestamp::UNIX_EPOCH).await.unwrap_err();
        assert!(matches!(busy, StoreError::Busy(_)), "{busy:?}");
        // Looking is not in the writer's way.
        assert!(other.last_good().await.unwrap().is_empty());
        held.rollback().await.unwrap();
        other.keep_good(&files, Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(holder.last_good().await.unwrap(), files);
    }

    #[tokio::test]
    async fn a_full_disk_says_so_keeps_what_was_there_and_is_good_again_with_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let outbox = open(&path).await;
        let small = [file("a.yaml", 10)];
        outbox.keep_good(&small, Timestamp::UNIX_EPOCH).await.unwrap();
        let writer = outbox.store.writer.as_ref().unwrap();
        // The database may not grow any more, which fails as a full disk does.
        sqlx::query("PRAGMA max_page_count = 1").execute(writer).await.unwrap();
        let large = [file("a.yaml", 1), file("b.yaml", 1_000_000)];
        let full = outbox.keep_good(&large, Timestamp::UNIX_EPOCH).await.unwrap_err();
        assert!(matches!(full, StoreError::Full(_)), "{full:?}");
        assert!(full.to_string().contains("full"), "{full}");
        assert_eq!(outbox.last_good().await.unwrap(), small);
        sqlx::query("PRAGMA max_page_count = 100000").execute(writer).await.unwrap();
        outbox.keep_good(&large, Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(outbox.last_good().await.unwrap(), large);
    }

    #[tokio::test]
    async fn an_older_store_keeps_its_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let mut older = options.connect().await.unwrap();
        for migration in &MIGRATIONS[..2] {
            sqlx::raw_sql(*migration).execute(&mut older).await.unwrap();
        }
        let rows = "INSERT INTO store_version VALUES (2);
             INSERT INTO watermark VALUES ('a', 5000, 'every day', 1);
             INSERT INTO occurrence (id, reminder, due_at, origin, zone, state, planned_at)
             VALUES ('o', 'a', 5000, 'schedule', 'UTC', 'composed', 5000);
             INSERT INTO delivery (id, occurrence, reminder, due_at, origin, target, part, robot_key,
                                   priority, not_before, keep_until, state, blocked)
             VALUES ('d', 'o', 'a', 5000, 'schedule', 't', 1, 'k', 1, 0, 9000, 'delivered', 0);
             INSERT INTO content VALUES ('d', '{}');
             INSERT INTO attempt VALUES ('d', 1, 5000, 'sent', '0', 'confirmed', NULL, 80);
             INSERT INTO slot (robot_key, delivery, attempt, at) VALUES ('k', 'd', 1, 5080);";
        sqlx::raw_sql(rows).execute(&mut older).await.unwrap();
        older.close().await.unwrap();
        let outbox = open(&path).await;
        assert_eq!(outbox.watermarks().await.unwrap()[0].until.as_millisecond(), 5000);
        let record = outbox.occurrence("o").await.unwrap().unwrap();
        assert_eq!(record.deliveries[0].attempts.len(), 1);
        for (kept, count) in [("content", 1), ("slot", 1)] {
            let query = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {kept}"));
            let found: i64 =
                sqlx::query_scalar(query).fetch_one(outbox.store.read()).await.unwrap();
            assert_eq!(found, count, "{kept}");
        }
    }
}
