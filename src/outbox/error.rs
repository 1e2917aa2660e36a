//! What can go wrong with the store.

use std::{error::Error, fmt, path::PathBuf};

use crate::model::text::{Text, text};

/// Why the store cannot be opened: one sentence for the engineer who reads it.
#[derive(Debug)]
pub enum OpenError {
    /// A read-only open of a store that does not exist.
    Missing {
        /// The store.
        path: PathBuf,
    },
    /// Folder or file cannot be created or opened.
    CannotCreate {
        /// The store.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file or its folder cannot be written.
    ReadOnly {
        /// The store.
        path: PathBuf,
    },
    /// Another user's store.
    OtherUser {
        /// The store.
        path: PathBuf,
        /// The owner's name, or `#1001` when the number has none.
        user: String,
    },
    /// No room.
    Full {
        /// The store.
        path: PathBuf,
    },
    /// Some other file, or a damaged one.
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// Another process holds it.
    Locked {
        /// The store.
        path: PathBuf,
        /// How long was waited.
        seconds: u64,
    },
    /// A newer program wrote it.
    NewerVersion {
        /// The store.
        path: PathBuf,
        /// The store's version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// An older program wrote it, and this open may not change it.
    OlderVersion {
        /// The store.
        path: PathBuf,
        /// The store's version.
        found: i64,
        /// The version this program needs.
        needed: i64,
    },
    /// Anything else.
    Other {
        /// The store.
        path: PathBuf,
        /// What the database said.
        source: StoreError,
    },
}

impl OpenError {
    /// For whoever runs the server.
    #[must_use]
    pub fn text(&self) -> Text {
        let path = self.path().display().to_string();
        match self {
            Self::Missing { .. } => text!(
                "there is no store at {path} yet; the service creates it when it first runs",
                path = path,
            ),
            Self::CannotCreate { source, .. } => text!(
                "the store {path} cannot be created or opened: {why}",
                path = path,
                why = source.to_string(),
            ),
            Self::ReadOnly { .. } => text!(
                "the store {path} is read-only: make the file and its folder writable for this user",
                path = path,
            ),
            Self::OtherUser { user, .. } => text!(
                "the store {path} belongs to the user {user}; run the command as that user",
                path = path,
                user = user,
            ),
            Self::Full { .. } => {
                text!("the disk that holds the store {path} is full: free some space", path = path)
            }
            Self::NotAStore { .. } => text!(
                "{path} is not a dingdong store, or it is damaged: move it away, or restore it from a backup",
                path = path,
            ),
            Self::Locked { seconds, .. } => text!(
                "the store {path} is locked by another process and did not become free within {seconds} s",
                path = path,
                seconds = *seconds,
            ),
            Self::NewerVersion { found, known, .. } => text!(
                "the store {path} was written by a newer dingdong (store version {found}, this program knows {known}): install the newer program again, or restore the backup made before it",
                path = path,
                found = *found,
                known = *known,
            ),
            Self::OlderVersion { found, needed, .. } => text!(
                "the store {path} was written by an older dingdong (store version {found}, this program needs {needed}); the service brings it up to date when it starts",
                path = path,
                found = *found,
                needed = *needed,
            ),
            Self::Other { source, .. } => {
                text!("the store {path} cannot be opened: {why}", path = path, why = source.text())
            }
        }
    }

    fn path(&self) -> &PathBuf {
        match self {
            Self::Missing { path }
            | Self::CannotCreate { path, .. }
            | Self::ReadOnly { path }
            | Self::OtherUser { path, .. }
            | Self::Full { path }
            | Self::NotAStore { path }
            | Self::Locked { path, .. }
            | Self::NewerVersion { path, .. }
            | Self::OlderVersion { path, .. }
            | Self::Other { path, .. } => path,
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

impl Error for OpenError {}

/// Why the store could not be read or written. Nothing of the failed transaction stays.
#[derive(Debug)]
pub enum StoreError {
    /// Another process holds it for too long; the same call may be made again.
    Busy(sqlx::Error),
    /// No room; the same call may be made again once there is.
    Full(sqlx::Error),
    /// The disk does not take or give it; the same call may be made again once it does.
    Disk(sqlx::Error),
    /// It cannot be written.
    ReadOnly,
    /// It does not hold what it should.
    Corrupt(Text),
    /// Anything else.
    Other(sqlx::Error),
}

impl StoreError {
    /// For whoever runs the server.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Busy(error) => {
                text!("the store is held by another process: {why}", why = error.to_string())
            }
            Self::Full(_) => text!("the disk that holds the store is full"),
            Self::Disk(error) => text!(
                "the disk that holds the store fails: {why}; is there a quota, is the disk in order?",
                why = error.to_string(),
            ),
            Self::ReadOnly => text!("the store is read-only"),
            Self::Corrupt(why) => text!("the store is damaged: {why}", why = why.clone()),
            Self::Other(error) => text!("the store failed: {why}", why = error.to_string()),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Busy(error) | Self::Full(error) | Self::Disk(error) | Self::Other(error) => {
                Some(error)
            }
            Self::ReadOnly | Self::Corrupt(_) => None,
        }
    }
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
            | (_, Some(CORRUPT | NOTADB)) => Self::Corrupt(error.to_string().into()),
            _ => Self::Other(error),
        }
    }
}

/// The low byte of SQLite's extended result code.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
