//! A copy of the store, whole at one instant, while everybody goes on working.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{OpenError, OpenMode, Outbox, StoreError, place::private_file};
use crate::model::text::{Text, text};

/// Why there is no backup.
#[derive(Debug)]
pub enum BackupError {
    /// A backup takes nothing else's place.
    Exists(PathBuf),
    /// The file cannot be made.
    Io {
        /// The backup.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// SQLite takes only paths that are text.
    NotText(PathBuf),
    /// The store could not be read or copied.
    Store {
        /// The backup.
        path: PathBuf,
        /// What the database said.
        source: StoreError,
    },
    /// What was written cannot be opened again.
    Bad(OpenError),
}

impl BackupError {
    /// For whoever runs the server.
    #[must_use]
    pub fn text(&self) -> Text {
        let shown = |path: &PathBuf| path.display().to_string();
        match self {
            Self::Exists(path) => {
                text!("{path} exists already: name a file that does not", path = shown(path))
            }
            Self::Io { path, source } => text!(
                "the backup {path} cannot be written: {why}",
                path = shown(path),
                why = source.to_string(),
            ),
            Self::NotText(path) => text!(
                "{path} is not a path this program can write to: use plain letters",
                path = shown(path),
            ),
            Self::Store { path, source } => text!(
                "the store could not be copied to {path}: {why}",
                path = shown(path),
                why = source.text(),
            ),
            Self::Bad(error) => {
                text!("the backup was written and is not good: {why}", why = error.text())
            }
        }
    }
}

impl Outbox {
    /// Writes a backup for this user alone, opens it to see that it is good, and returns its
    /// length in bytes. What went wrong midway leaves no file behind.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub async fn backup(&self, to: &Path) -> Result<u64, BackupError> {
        let text = to.to_str().ok_or_else(|| BackupError::NotText(to.to_owned()))?;
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists(to.to_owned()),
            _ => BackupError::Io { path: to.to_owned(), source },
        };
        private_file().write(true).create_new(true).open(to).map_err(failed)?;
        let copied = match self.store.copy(text).await {
            Ok(()) => verified(to).await,
            Err(source) => Err(BackupError::Store { path: to.to_owned(), source }),
        };
        if copied.is_err() {
            fs::remove_file(to).ok();
        }
        copied
    }
}

async fn verified(path: &Path) -> Result<u64, BackupError> {
    let failed = |source| BackupError::Io { path: path.to_owned(), source };
    let length = fs::File::open(path)
        .and_then(|file| {
            file.sync_all()?;
            file.metadata()
        })
        .map_err(failed)?
        .len();
    let copy = Outbox::open(path, OpenMode::Read).await.map_err(BackupError::Bad)?;
    let whole = copy.store.is_whole().await;
    copy.close().await;
    match whole {
        Ok(true) => Ok(length),
        Ok(false) => Err(BackupError::Bad(OpenError::NotAStore { path: path.to_owned() })),
        Err(source) => Err(BackupError::Store { path: path.to_owned(), source }),
    }
}
