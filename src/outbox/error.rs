//! What can go wrong with the store.

use std::path::PathBuf;

/// Why the store cannot be opened: one sentence for the engineer who reads it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A read-only open of a store that does not exist.
    #[error("there is no store at {path} yet; the service creates it when it first runs")]
    Missing {
        /// The store.
        path: PathBuf,
    },
    /// Folder or file cannot be created or opened.
    #[error("the store {path} cannot be created or opened: {source}")]
    CannotCreate {
        /// The store.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file or its folder cannot be written.
    #[error("the store {path} is read-only: make the file and its folder writable for this user")]
    ReadOnly {
        /// The store.
        path: PathBuf,
    },
    /// Another user's store.
    #[error("the store {path} belongs to the user {user}; run the command as that user")]
    OtherUser {
        /// The store.
        path: PathBuf,
        /// The owner's name, or `#1001` when the number has none.
        user: String,
    },
    /// No room.
    #[error("the disk that holds the store {path} is full: free some space")]
    Full {
        /// The store.
        path: PathBuf,
    },
    /// Some other file, or a damaged one.
    #[error(
        "{path} is not a dingdong store, or it is damaged: move it away, or restore it from a backup"
    )]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// Another process holds it.
    #[error(
        "the store {path} is locked by another process and did not become free within {seconds} s"
    )]
    Locked {
        /// The store.
        path: PathBuf,
        /// How long was waited.
        seconds: u64,
    },
    /// A newer program wrote it.
    #[error(
        "the store {path} was written by a newer dingdong (store version {found}, this program \
         knows {known}): install the newer program again, or restore the backup made before it"
    )]
    NewerVersion {
        /// The store.
        path: PathBuf,
        /// The store's version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// An older program wrote it, and this open may not change it.
    #[error(
        "the store {path} was written by an older dingdong (store version {found}, this program \
         needs {needed}); the service brings it up to date when it starts"
    )]
    OlderVersion {
        /// The store.
        path: PathBuf,
        /// The store's version.
        found: i64,
        /// The version this program needs.
        needed: i64,
    },
    /// Anything else.
    #[error("the store {path} cannot be opened: {source}")]
    Other {
        /// The store.
        path: PathBuf,
        /// What the database said.
        source: StoreError,
    },
}

/// Why the store could not be read or written. Nothing of the failed transaction stays.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds it for too long; the same call may be made again.
    #[error("the store is held by another process: {0}")]
    Busy(#[source] sqlx::Error),
    /// No room; the same call may be made again once there is.
    #[error("the disk that holds the store is full")]
    Full(#[source] sqlx::Error),
    /// The disk does not take or give it; the same call may be made again once it does.
    #[error("the disk that holds the store fails: {0}; is there a quota, is the disk in order?")]
    Disk(#[source] sqlx::Error),
    /// It cannot be written.
    #[error("the store is read-only")]
    ReadOnly,
    /// It does not hold what it should.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    /// Anything else.
    #[error("the store failed: {0}")]
    Other(#[source] sqlx::Error),
}

// SQLite's primary result codes, https://www.sqlite.org/rescode.html
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const NOTADB: i32 = 26;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match (&error, primary_code(&error)) {
            (sqlx::Error::PoolTimedOut, _) | (_, Some(BUSY | LOCKED)) => Self::Busy(error),
            (_, Some(FULL)) => Self::Full(error),
            (_, Some(IOERR)) => Self::Disk(error),
            (_, Some(READONLY)) => Self::ReadOnly,
            (sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_), _)
            | (_, Some(CORRUPT | NOTADB)) => Self::Corrupt(error.to_string()),
            _ => Self::Other(error),
        }
    }
}

/// The low byte of SQLite's extended result code.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
