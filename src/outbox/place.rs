//! The store's place on the disk: its folder, its owner, its permissions.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{OpenError, OpenMode, StoreError};

/// Makes sure that the store may be opened here: creates its folder (0700) and file (0600) for
/// writing, and refuses another user's.
pub(super) fn prepare(path: &Path, mode: OpenMode) -> Result<(), OpenError> {
    let cannot = |source: io::Error| from_io(path, source);
    if let Some(user) = foreign_owner(path).map_err(cannot)? {
        return Err(OpenError::OtherUser { path: path.to_owned(), user });
    }
    if mode == OpenMode::Read {
        return match fs::metadata(path) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(OpenError::Missing { path: path.to_owned() })
            }
            Err(error) => Err(cannot(error)),
        };
    }
    make_folder(&folder(path)).map_err(cannot)?;
    // SQLite gives its own files beside the store the store's permissions.
    private_file().append(true).create(true).open(path).map(drop).map_err(cannot)
}

/// Creates a folder for this user alone, with those above it; one that exists is left as it is.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Options that create a file for this user alone.
pub(super) fn private_file() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The store's path with something behind it.
pub(super) fn beside(store: &Path, suffix: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The folder a path stands in.
fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn from_io(path: &Path, source: io::Error) -> OpenError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly { path },
        io::ErrorKind::PermissionDenied if path.exists() => OpenError::ReadOnly { path },
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::Full { path },
        _ => OpenError::CannotCreate { path, source },
    }
}

impl OpenError {
    /// What a failure of the database at opening means.
    pub(super) fn from_store(path: &Path, patience: Duration, error: StoreError) -> Self {
        let path = path.to_owned();
        match error {
            StoreError::Busy(_) => Self::Locked { path, seconds: patience.as_secs() },
            StoreError::Full(_) => Self::Full { path },
            StoreError::ReadOnly => Self::ReadOnly { path },
            StoreError::Corrupt(_) => Self::NotAStore { path },
            source @ (StoreError::Disk(_) | StoreError::Other(_)) => Self::Other { path, source },
        }
    }
}

/// How many bytes are free for this user in a folder.
#[cfg(unix)]
pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Not known there.
#[cfg(not(unix))]
pub(super) fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

/// Whether this user can write in a folder.
#[cfg(unix)]
pub(super) fn is_writable(folder: &Path) -> bool {
    use rustix::fs::{Access, access};
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// Not known there.
#[cfg(not(unix))]
pub(super) fn is_writable(_folder: &Path) -> bool {
    true
}

/// The owner's name when the store is another user's. Also root is told so: what root creates
/// beside the store, the service could not open any more. Of a store that does not exist yet the
/// folder's owner counts, for root only: others may have been given the right to write there.
#[cfg(unix)]
fn foreign_owner(path: &Path) -> io::Result<Option<String>> {
    use std::os::unix::fs::MetadataExt as _;

    let me = rustix::process::geteuid();
    let existing = |path: &Path| match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    let owner = match existing(path)? {
        Some(file) => Some(file.uid()),
        None if me.is_root() => existing(&folder(path))?.map(|folder| folder.uid()),
        None => None,
    };
    Ok(owner.filter(|owner| *owner != me.as_raw()).map(|owner| {
        let names = fs::read_to_string("/etc/passwd").unwrap_or_default();
        user_name(&names, owner)
    }))
}

/// There is no such owner to compare with.
#[cfg(not(unix))]
fn foreign_owner(_path: &Path) -> io::Result<Option<String>> {
    Ok(None)
}

/// A user's name by the text of `/etc/passwd`, or `#1001`, which `sudo -u` takes too.
#[cfg(unix)]
fn user_name(passwd: &str, uid: u32) -> String {
    let named = passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| format!("#{uid}"))
}
