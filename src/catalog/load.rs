//! The one file that reads schedule files. It decides which files those are, and names what looks
//! like one and is none.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use crate::{
    model::{
        diagnostic::{Diagnostic, Place},
        text::{Text, text, words},
    },
    yaml,
};

/// No more schedule files are read.
const MAX_FILES: usize = 10_000;
/// No more bytes are read in all.
const MAX_TOTAL: usize = 256 * 1024 * 1024;
/// Folders in folders, at most.
const MAX_DEPTH: usize = 16;

/// A schedule file as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// Its path below the schedules folder, with `/`: the same however that folder is reached.
    pub name: String,
    /// Its path as people know it.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The schedule files, by path.
    pub files: Vec<SourceText>,
    /// Files and folders that are there and cannot be read.
    pub unreadable: Vec<Unreadable>,
    /// Files that look like schedule files and are none.
    pub strays: Vec<Diagnostic>,
}

/// A file or folder that is there and cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// As [`SourceText::name`]; the schedules folder itself is called "".
    pub name: String,
    /// Why.
    pub diagnostic: Diagnostic,
}

/// Reads every `**/*.yaml` below the given folders, and the given files whatever they are called.
#[must_use]
pub fn load(paths: &[PathBuf]) -> Loaded {
    let mut walk = Walk::default();
    for path in paths {
        let path = path.strip_prefix("./").unwrap_or(path);
        if path.is_file() {
            walk.file(path, &shown(path));
        } else {
            walk.folder(path, "", 0);
        }
    }
    walk.loaded.files.sort_by(|a, b| a.path.cmp(&b.path));
    walk.loaded.files.dedup_by(|a, b| a.path == b.path);
    walk.loaded
}

#[derive(Default)]
struct Walk {
    loaded: Loaded,
    seen: BTreeSet<PathBuf>,
    bytes: usize,
    full: bool,
}

impl Walk {
    fn folder(&mut self, folder: &Path, name: &str, depth: usize) {
        // A link may lead back to where the walk came from.
        let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        if !self.seen.insert(real) {
            return;
        }
        if depth > MAX_DEPTH {
            return self.unreadable(folder, name, text!("folders are nested too deep here"));
        }
        let entries = fs::read_dir(folder)
            .and_then(|entries| entries.take(MAX_FILES + 1).collect::<Result<Vec<_>, _>>());
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(folder, name, reason(&error)),
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let own = entry.file_name().to_string_lossy().into_owned();
            let name = if name.is_empty() { own.clone() } else { format!("{name}/{own}") };
            let path = entry.path();
            if path.is_dir() {
                // Hidden folders are those of tools: version control, synchronisation.
                if !own.starts_with('.') {
                    self.folder(&path, &name, depth + 1);
                }
            } else if let Some(found) = stray(&shown(&path), &own) {
                self.loaded.strays.push(found);
            } else if is_schedule(&own) {
                self.file(&path, &name);
            }
        }
    }

    fn file(&mut self, path: &Path, name: &str) {
        if self.full {
            return;
        }
        if self.loaded.files.len() >= MAX_FILES || self.bytes > MAX_TOTAL {
            self.full = true;
            return self.unreadable(path, name, text!("there are too many schedule files"));
        }
        match read(path, yaml::MAX_BYTES) {
            Ok(bytes) => {
                self.bytes += bytes.len();
                let (name, path) = (name.to_owned(), shown(path));
                self.loaded.files.push(SourceText { name, path, bytes });
            }
            Err(error) => self.unreadable(path, name, reason(&error)),
        }
    }

    fn unreadable(&mut self, path: &Path, name: &str, why: Text) {
        let message = text!("this cannot be read: {why}", why = why);
        let diagnostic = Diagnostic::error(whole(shown(path)), "unreadable", message)
            .help(text!("see that it exists and that the service may read it"));
        self.loaded.unreadable.push(Unreadable { name: name.to_owned(), diagnostic });
    }
}

/// The bytes of a file, one more than `most` at most; what is no file is invalid input.
pub(super) fn read(path: &Path, most: usize) -> std::io::Result<Vec<u8>> {
    // Opening a pipe would wait for its writer.
    if !fs::metadata(path)?.is_file() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why a file cannot be read, for people.
pub(super) fn reason(error: &std::io::Error) -> Text {
    match error.kind() {
        std::io::ErrorKind::NotFound => text!("it does not exist"),
        std::io::ErrorKind::PermissionDenied => text!("permission denied"),
        std::io::ErrorKind::InvalidInput => text!("it is not a file"),
        _ => error.to_string().into(),
    }
}

fn whole(file: String) -> Place {
    Place { file: file.into(), line: 0, column: 0, length: 1 }
}

/// A path as people know it.
pub(super) fn shown(path: &Path) -> String {
    path.strip_prefix("./").unwrap_or(path).display().to_string()
}

fn is_schedule(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("yaml"))
}

/// Says why a file that looks like a schedule file is not read.
fn stray(path: &str, name: &str) -> Option<Diagnostic> {
    let lower = name.to_lowercase();
    let (message, help) = if lower.starts_with("~$") {
        (
            words!("this is an editor's lock file, not a schedule"),
            words!("close the editor, or delete the file"),
        )
    } else if lower.starts_with('.') && (is_schedule(name) || lower.contains(".yaml.")) {
        (
            words!("a file whose name begins with a dot is not read"),
            words!("rename it, or delete it"),
        )
    } else if lower.ends_with(".yml") {
        (words!("a file that ends in .yml is not read"), words!("rename it to end in .yaml"))
    } else if lower.ends_with(".yaml~") || lower.contains(".yaml.") {
        (
            words!("a file is read only when its name ends in .yaml"),
            words!("rename it, or delete it"),
        )
    } else if lower.ends_with("。yaml") || lower.ends_with("．yaml") {
        (
            words!("the dot in this file's name is a full-width one"),
            words!("rename it to end in .yaml"),
        )
    } else {
        return None;
    };
    Some(Diagnostic::warning(whole(path.to_owned()), "stray-file", message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedule_files_are_found_and_look_alikes_named() {
        let folder = tempfile::tempdir().expect("folder");
        let root = folder.path().join("schedules");
        for name in [
            "b.yaml",
            "hr/a.yaml",
            "old.yml",
            "x.yaml.txt",
            "~$b.yaml",
            ".b.yaml",
            "b.yaml~",
            "notes.txt",
            ".git/c.yaml",
        ] {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            fs::write(path, name).expect("write");
        }
        fs::create_dir(root.join("d.yaml")).expect("folder");
        #[cfg(unix)]
        std::os::unix::fs::symlink(&root, root.join("hr/loop")).expect("link");
        let loaded = load(std::slice::from_ref(&root));
        let names: Vec<_> = loaded.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["b.yaml", "hr/a.yaml"]);
        let mut strays: Vec<_> = loaded
            .strays
            .iter()
            .map(|found| found.place.file.rsplit('/').next().unwrap_or_default())
            .collect();
        strays.sort_unstable();
        assert_eq!(strays, [".b.yaml", "b.yaml~", "old.yml", "x.yaml.txt", "~$b.yaml"]);
        assert_eq!(loaded.unreadable, []);
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_not_an_absence() {
        let folder = tempfile::tempdir().expect("folder");
        let missing = load(&[folder.path().join("missing")]);
        assert_eq!(missing.unreadable[0].name, "");
        assert!(missing.unreadable[0].diagnostic.message.to_string().contains("does not exist"));
        #[cfg(unix)]
        std::os::unix::fs::symlink("nowhere", folder.path().join("a.yaml")).expect("link");
        let dangling = load(&[folder.path().to_owned()]);
        assert_eq!(dangling.unreadable[0].name, "a.yaml");
    }

    #[test]
    fn a_file_that_is_named_is_read_whatever_it_is_called() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("draft.txt");
        fs::write(&path, "reminders: {}").expect("write");
        let loaded = load(&[path.clone(), path]);
        assert_eq!(loaded.files.len(), 1);
    }
}
