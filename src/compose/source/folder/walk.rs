//! A look at a folder: which files it holds, and what they hold.

use std::{
    collections::HashMap,
    fs::{self, File, Metadata},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{KnownHashes, Listing, Seen, document, pattern};
use crate::{
    compose::content::{self, ContentFolder, ContentRoots},
    model::{
        cursor::KnownFile,
        diagnostic::{Diagnostic, Place},
        source::Folder,
        text::{Text, text},
    },
};

/// Files a folder may hold.
const MOST_FILES: usize = 20_000;

/// Folders in folders.
const DEEPEST: usize = 32;

/// Bytes read in one look; what did not change is not read again.
const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Bytes a file may have whose text is read.
const LARGEST_TEXT: u64 = 32 * 1024 * 1024;

/// Things left out that are named.
const MOST_NOTES: usize = 5;

/// A file changed so lately may change again within its clock's grain.
const GRAIN: Duration = Duration::from_secs(2);

/// How a folder is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Looking<'a> {
    /// Now.
    pub now: Timestamp,
    /// What changed later than this long ago is not told yet: someone may still be writing it.
    pub settle: Duration,
    /// Files whose text is not needed, because it is kept already.
    pub known: &'a KnownHashes,
    /// What earlier looks found.
    pub memo: &'a Memo,
    /// Ends the look.
    pub stop: &'a AtomicBool,
    /// Only names, sizes and times are looked at; no file is read.
    pub outside: bool,
}

/// What files held when they were last read: a file that was not touched since is not read again.
#[derive(Debug, Default)]
pub struct Memo(Mutex<HashMap<Stamp, String>>);

/// What tells a file that was touched from one that was not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Stamp {
    /// Which file: device and number, or its path where there are none.
    file: (u64, u64, PathBuf),
    size: u64,
    /// When its content changed, and when anything about it did, in nanoseconds.
    changed: (i128, i128),
}

impl Stamp {
    /// Whether it was not touched for so long; one from the future may be touched any time.
    fn is_older_than(&self, age: Duration, now: Timestamp) -> bool {
        let age = i128::try_from(age.as_nanos()).unwrap_or(i128::MAX);
        let (content, any) = self.changed;
        now.as_nanosecond().saturating_sub(content.max(any)) > age
    }
}

impl Memo {
    /// Files remembered at most.
    const MOST: usize = 100_000;

    fn get(&self, stamp: &Stamp) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(stamp).cloned()
    }

    fn put(&self, stamp: Stamp, hash: String) {
        let mut memo = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if memo.len() >= Self::MOST {
            memo.clear();
        }
        memo.insert(stamp, hash);
    }
}

impl Listing {
    /// Looks at a folder.
    ///
    /// # Errors
    /// A finding: the folder is not there, something in it cannot be read, or there is too much.
    pub fn look(
        content: &ContentRoots,
        folder: &Folder,
        place: &Place,
        looking: &Looking<'_>,
    ) -> Result<Self, Diagnostic> {
        let found = content.folder(&folder.path, place)?;
        let listing = Self { shown: found.shown.clone(), ..Self::default() };
        let mut walk = Walk {
            folder,
            place,
            looking,
            found: &found,
            listing,
            files: 0,
            bytes: 0,
            left_out: 0,
        };
        let mut open = vec![(found.real.clone(), String::new(), 0)];
        while let Some((path, inside, depth)) = open.pop() {
            let folders = walk.folder(&path, &inside)?;
            if depth >= DEEPEST && !folders.is_empty() {
                walk.leave_out(&inside, text!("has folders more than {most} deep", most = DEEPEST));
                continue;
            }
            open.extend(folders.into_iter().map(|(path, inside)| (path, inside, depth + 1)));
        }
        if walk.left_out > MOST_NOTES {
            let more = walk.left_out - MOST_NOTES;
            walk.listing.notes.push(text!("{more} more are left out", more = more));
        }
        Ok(walk.listing)
    }
}

struct Walk<'w> {
    folder: &'w Folder,
    place: &'w Place,
    looking: &'w Looking<'w>,
    found: &'w ContentFolder,
    listing: Listing,
    files: usize,
    bytes: u64,
    left_out: usize,
}

impl Walk<'_> {
    /// Looks at what stands directly in a folder; returns the folders in it.
    fn folder(&mut self, path: &Path, inside: &str) -> Result<Vec<(PathBuf, String)>, Diagnostic> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            // Gone since its own folder was read.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !inside.is_empty() => {
                self.listing.unsettled.insert(inside.to_owned());
                return Ok(Vec::new());
            }
            Err(error) => return Err(self.unreadable(inside, &error)),
        };
        if fs::metadata(path).is_ok_and(|found| self.is_fresh(&found)) {
            self.listing.unsettled.insert(if inside.is_empty() {
                "/".into()
            } else {
                inside.into()
            });
        }
        let mut folders = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| self.unreadable(inside, &error))?;
            self.go_on()?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                self.leave_out(inside, text!("holds a file whose name is not UTF-8"));
                continue;
            };
            if pattern::is_own(name) {
                continue;
            }
            let shown = format!("{inside}{name}");
            let kind = entry.file_type().map_err(|error| self.unreadable(&shown, &error))?;
            if kind.is_dir() {
                folders.push((entry.path(), format!("{shown}/")));
            } else if kind.is_symlink() {
                self.link(&entry.path(), shown)?;
            } else if kind.is_file() {
                self.file(&entry.path(), shown)?;
            }
        }
        Ok(folders)
    }

    /// A link counts as the file it leads to, inside the content folder only.
    fn link(&mut self, path: &Path, shown: String) -> Result<(), Diagnostic> {
        match path.canonicalize() {
            Err(_) => self.leave_out(&shown, text!("is a link that leads nowhere")),
            Ok(real) if !real.starts_with(&self.found.inside) => {
                self.leave_out(&shown, text!("is a link that leads out of the content folder"));
            }
            Ok(real) if real.is_file() => return self.file(&real, shown),
            Ok(_) => self.leave_out(&shown, text!("is a link to a folder")),
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, shown: String) -> Result<(), Diagnostic> {
        let patterns = &self.folder.patterns;
        if !patterns.is_empty() && !patterns.iter().any(|one| pattern::fits(one, &shown)) {
            return Ok(());
        }
        self.files += 1;
        if self.files > MOST_FILES {
            let message = text!(
                "{folder} holds more than {most} files",
                folder = &self.found.shown,
                most = MOST_FILES,
            );
            let help = text!("name a folder in it, or a `pattern`");
            return Err(self.wrong("folder-too-large", message, help));
        }
        let read = self.read(path, &shown);
        match read {
            Ok(Some(seen)) => {
                self.listing.files.insert(shown, seen);
                Ok(())
            }
            Ok(None) => Err(self.slow()),
            // Gone since its folder was read, as with editors that put a new file in its place.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.listing.unsettled.insert(shown);
                Ok(())
            }
            Err(error) => Err(self.unreadable(&shown, &error)),
        }
    }

    /// Reads a file as far as it is not known; none when it took too long or was too much.
    fn read(&mut self, path: &Path, shown: &str) -> io::Result<Option<Seen>> {
        if self.looking.outside {
            return outside(path).map(Some);
        }
        let mut file = content::open(path)?;
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let modified = modified(&found);
        let stamp = stamp(path, &found);
        if self.is_fresh(&found) {
            self.listing.unsettled.insert(shown.to_owned());
        }
        if let Some(hash) = self.looking.memo.get(&stamp)
            && self.looking.known.get(shown).is_some_and(|known| known.contains(&hash))
        {
            return Ok(Some(Seen { known: KnownFile { hash, modified }, text: None }));
        }
        let Some((hash, bytes)) = self.digest(&mut file, found.len())? else { return Ok(None) };
        let after = file.metadata()?;
        if self::stamp(path, &after) != stamp {
            self.listing.unsettled.insert(shown.to_owned());
        } else if stamp.is_older_than(GRAIN, self.looking.now) {
            self.looking.memo.put(stamp, hash.clone());
        }
        let kept = self.looking.known.get(shown).is_some_and(|known| known.contains(&hash));
        let text = bytes.filter(|_| !kept).and_then(|bytes| document::text(shown, &bytes));
        Ok(Some(Seen { known: KnownFile { hash, modified }, text }))
    }

    /// A file's hash, and its bytes where it may have text.
    fn digest(
        &mut self,
        file: &mut File,
        size: u64,
    ) -> io::Result<Option<(String, Option<Vec<u8>>)>> {
        let mut digest = Sha256::new();
        let mut bytes = (size <= LARGEST_TEXT).then(Vec::new);
        let mut chunk = vec![0; 64 * 1024];
        loop {
            let read = match file.read(&mut chunk) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let Some(part) = chunk.get(..read).filter(|part| !part.is_empty()) else { break };
            digest.update(part);
            self.bytes += u64::try_from(read).unwrap_or(u64::MAX);
            if let Some(bytes) = &mut bytes {
                bytes.extend_from_slice(part);
            }
            if self.bytes > MOST_BYTES || self.looking.stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
        }
        let hash = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Some((hash, bytes)))
    }

    /// Whether someone may still be writing it.
    fn is_fresh(&self, found: &Metadata) -> bool {
        self.is_younger(found, self.looking.settle)
    }

    /// Whether a file changed less than so long ago. One from the future, by a clock that differs,
    /// counts as old: it would never settle.
    fn is_younger(&self, found: &Metadata, age: Duration) -> bool {
        let since = self.looking.now.duration_since(modified(found));
        !since.is_negative() && since.unsigned_abs() < age
    }

    fn go_on(&self) -> Result<(), Diagnostic> {
        if self.looking.stop.load(Ordering::Relaxed) { Err(self.slow()) } else { Ok(()) }
    }

    fn leave_out(&mut self, shown: &str, why: Text) {
        self.left_out += 1;
        if self.left_out <= MOST_NOTES {
            let shown = Path::new(&self.found.shown).join(shown);
            let (path, why) = (shown.display().to_string(), why);
            self.listing.notes.push(text!("{path} {why}", path = path, why = why));
        }
    }

    fn wrong(&self, code: &'static str, message: Text, help: Text) -> Diagnostic {
        Diagnostic::error(self.place.clone(), code, message).help(help)
    }

    fn unreadable(&self, shown: &str, error: &io::Error) -> Diagnostic {
        let shown = Path::new(&self.found.shown).join(shown);
        let (path, why) = (shown.display().to_string(), error.to_string());
        let message = text!("{path} cannot be read: {why}", path = path, why = why);
        let help = text!("give the service's user the right to read it");
        self.wrong("content-unreadable", message, help)
    }

    fn slow(&self) -> Diagnostic {
        let message = text!("{folder} could not be read in time", folder = &self.found.shown);
        let help = text!("is it a share that does not answer, or too much?");
        self.wrong("folder-slow", message, help)
    }
}

/// A file as it looks without being read: what stands in the place of its hash changes whenever
/// it is touched.
fn outside(path: &Path) -> io::Result<Seen> {
    let found = fs::metadata(path)?;
    let known =
        KnownFile { hash: format!("{:?}", stamp(path, &found)), modified: modified(&found) };
    Ok(Seen { known, text: None })
}

/// When a file changed, by its file system.
fn modified(found: &Metadata) -> Timestamp {
    let modified = found.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
    let at = modified.unwrap_or(Timestamp::UNIX_EPOCH);
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

#[cfg(unix)]
fn stamp(_: &Path, found: &Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt;
    let nanos = |seconds: i64, part: i64| i128::from(seconds) * 1_000_000_000 + i128::from(part);
    Stamp {
        file: (found.dev(), found.ino(), PathBuf::new()),
        size: found.len(),
        changed: (
            nanos(found.mtime(), found.mtime_nsec()),
            nanos(found.ctime(), found.ctime_nsec()),
        ),
    }
}

#[cfg(not(unix))]
fn stamp(path: &Path, found: &Metadata) -> Stamp {
    let at = found.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
    let nanos = at.map_or(0, Timestamp::as_nanosecond);
    Stamp { file: (0, 0, path.to_owned()), size: found.len(), changed: (nanos, nanos) }
}
