//! Locks beside the store: who lives, and who is the service.
//!
//! `STORE.d/owner-TOKEN.lock` is held by a process as long as it lives, `STORE.d/service.lock` by
//! the one service. The system frees them when the process ends, however it ends.

use std::{
    fmt,
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::place::{beside, make_folder, private_file};
use crate::model::text::{Text, text};

/// How many left-over lock files one start clears away.
const SWEEP_LIMIT: usize = 1_000;

/// Why a lock could not be taken.
#[derive(Debug)]
pub enum LockError {
    /// Another process holds it.
    Held(PathBuf),
    /// The lock file cannot be made.
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl LockError {
    /// For whoever runs the server.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Held(store) => text!(
                "a dingdong service is already running on the store {store}",
                store = store.display().to_string(),
            ),
            Self::Io { path, source } => text!(
                "the lock file {path} cannot be used: {why}",
                path = path.display().to_string(),
                why = source.to_string(),
            ),
        }
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

impl std::error::Error for LockError {}

/// This process's sign of life. Held until dropped.
#[derive(Debug)]
pub struct OwnerLock {
    token: String,
    path: PathBuf,
    _file: File,
}

impl OwnerLock {
    /// Takes the lock for a fresh token (letters and digits), and clears away what ended processes
    /// left behind.
    ///
    /// # Errors
    /// The lock file cannot be made, or the token is in use.
    pub fn acquire(store: &Path, token: &str) -> Result<Self, LockError> {
        let path = owner_path(store, token);
        let failed = |source| LockError::Io { path: path.clone(), source };
        make_folder(&beside(store, ".d")).map_err(failed)?;
        let file = lock_new(&path).map_err(failed)?;
        sweep(store);
        Ok(Self { token: token.to_owned(), path, _file: file })
    }

    /// What the leases of this process are marked with.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl Drop for OwnerLock {
    fn drop(&mut self) {
        // A file that stays is cleared away by the next process.
        fs::remove_file(&self.path).ok();
    }
}

/// Creates and locks a file. Another process's [`sweep`] may come between the two and remove it:
/// then it is made again.
fn lock_new(path: &Path) -> io::Result<File> {
    for _ in 0..10 {
        let file = private_file().write(true).create_new(true).open(path)?;
        file.lock()?;
        if path.exists() {
            return Ok(file);
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

/// Whether the process with this token is gone. One that lives holds its file locked.
pub(super) fn is_dead(store: &Path, token: &str) -> bool {
    match File::open(owner_path(store, token)) {
        Ok(file) => file.try_lock().is_ok(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

fn owner_path(store: &Path, token: &str) -> PathBuf {
    beside(store, ".d").join(format!("owner-{token}.lock"))
}

/// Removes the lock files of ended processes, as far as possible.
fn sweep(store: &Path) {
    let Ok(entries) = fs::read_dir(beside(store, ".d")) else { return };
    for entry in entries.flatten().take(SWEEP_LIMIT) {
        let name = entry.file_name();
        if !name.to_str().is_some_and(|name| name.starts_with("owner-")) {
            continue;
        }
        // Removed while locked: a process between creating and locking its file sees that it is gone.
        if let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            fs::remove_file(entry.path()).ok();
        }
    }
}

/// The one service's lock. Held until dropped.
#[derive(Debug)]
pub struct ServiceLock {
    _file: File,
}

impl ServiceLock {
    /// Takes the lock.
    ///
    /// # Errors
    /// Another service runs, or the lock file cannot be made.
    pub fn acquire(store: &Path) -> Result<Self, LockError> {
        let path = service_path(store);
        let failed = |source| LockError::Io { path: path.clone(), source };
        make_folder(&beside(store, ".d")).map_err(failed)?;
        let _gate = gate(store).map_err(failed)?;
        let file = private_file().write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Held(store.to_owned())),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

/// Whether a service runs on this store.
#[must_use]
pub fn service_running(store: &Path) -> bool {
    // Whoever asks holds the lock for a moment; the gate keeps a service from starting just then.
    let _gate = gate(store).ok();
    File::open(service_path(store))
        .is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

fn service_path(store: &Path) -> PathBuf {
    beside(store, ".d").join("service.lock")
}

/// Waits its turn to look at the service's lock; held for microseconds.
fn gate(store: &Path) -> io::Result<File> {
    let path = beside(store, ".d").join("service.gate");
    let file = private_file().write(true).create(true).truncate(false).open(path)?;
    file.lock()?;
    Ok(file)
}

/// Writes the nudge file: one byte, however often.
pub(super) fn nudge(store: &Path) -> io::Result<()> {
    let mut file =
        private_file().write(true).create(true).truncate(true).open(beside(store, ".nudge"))?;
    file.write_all(b"!")
}
