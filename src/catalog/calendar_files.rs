//! Reads the files calendars are made of, each in the version that counts: what is on disk when it
//! is right, else the last version that was. A login page that a download left in place of a
//! calendar, or half a file, never takes a year of holidays away.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{
    calendars, holidays,
    ics::{self, Setting},
    imported::{self, Imported},
    in_force::Standing,
    load::{read, reason, shown},
};
use crate::model::{
    calendar::Layer,
    diagnostic::{Diagnostic, Place, Severity},
    layers::Layers,
    text::text,
};

/// What sets a calendar file's key apart from the names of schedule files.
const KEY: &str = "calendar:";

/// The folder beside the settings that holds what was imported into each calendar.
pub const FOLDER: &str = "calendars";

/// The calendar files the settings name, and what was imported.
#[derive(Clone, Debug, Default)]
pub struct CalendarFiles {
    /// What each ICS file says, by its path as the settings write it. One that cannot be used is
    /// missing.
    pub ics: BTreeMap<String, Layer>,
    /// What was imported into each calendar, by its name.
    pub imported: BTreeMap<String, Imported>,
    /// How each stands.
    pub files: Vec<CalendarFile>,
    /// Files in the folder of imported days that belong to no calendar.
    pub strays: Vec<Diagnostic>,
}

/// How one file stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarFile {
    /// What its last good version is kept under.
    pub key: String,
    /// Where it is.
    pub path: PathBuf,
    /// Which version counts.
    pub standing: Standing,
    /// The text of the version in force, to be kept.
    pub good: Option<String>,
    /// What is wrong with it.
    pub found: Vec<Diagnostic>,
}

impl CalendarFile {
    /// As people know it.
    #[must_use]
    pub fn shown(&self) -> String {
        shown(&self.path)
    }
}

/// Where the files of these calendars are, whether they exist or not.
#[must_use]
pub fn paths(folder: &Path, written: &[Layers]) -> Vec<PathBuf> {
    let ics = written.iter().flat_map(|layers| &layers.ics).map(|named| folder.join(&named.name));
    ics.chain(names(written).iter().map(|name| imported_path(folder, name))).collect()
}

/// Where what is imported into a calendar is kept.
#[must_use]
pub fn imported_path(folder: &Path, calendar: &str) -> PathBuf {
    folder.join(FOLDER).join(format!("{calendar}.json"))
}

/// Every calendar there is: those that ship with the program, and those of the settings.
fn names(written: &[Layers]) -> BTreeSet<&str> {
    let own = written.iter().map(|layers| layers.called.name.as_str());
    own.chain(holidays::NAMES).chain([calendars::WEEKENDS]).collect()
}

/// Whether what is kept under a key is a calendar file, not a schedule file.
#[must_use]
pub fn is_key(key: &str) -> bool {
    key.starts_with(KEY)
}

/// Reads the files of these calendars; paths are relative to `folder`. `last_good` holds texts that
/// were right before, by key.
#[must_use]
pub fn load(
    folder: &Path,
    written: &[Layers],
    last_good: &BTreeMap<String, String>,
    setting: &Setting<'_>,
) -> CalendarFiles {
    let mut all = CalendarFiles::default();
    for named in written.iter().flat_map(|layers| &layers.ics) {
        if all.ics.contains_key(&named.name) {
            continue;
        }
        let path = folder.join(&named.name);
        let shown = shown(&path);
        let file = File { key: format!("{KEY}{}", named.name), path };
        let bytes = read(&file.path, ics::MAX_BYTES).map_err(|error| {
            let why = reason(&error);
            let message =
                text!("the calendar file `{name}` cannot be read: {why}", name = &shown, why = why);
            Diagnostic::error(named.place.clone(), "unreadable", message).help(text!(
                "put the file there, or correct the path; it is relative to the settings file"
            ))
        });
        let (good, file) = file.in_force(bytes, last_good, |bytes| {
            let read = ics::read(&shown, bytes, setting)?;
            Ok(Good { value: read.layer, text: read.text, found: read.found })
        });
        let layer = good.map(|layer| Layer { name: named.name.as_str().into(), ..layer });
        all.ics.extend(layer.map(|layer| (named.name.clone(), layer)));
        all.files.push(file);
    }
    let names = names(written);
    for name in &names {
        all.imported(folder, name, last_good);
    }
    all.strays = strays(&folder.join(FOLDER), &names);
    all
}

/// Days that were imported into a calendar that is not there any more, or under a mistyped name.
fn strays(folder: &Path, names: &BTreeSet<&str>) -> Vec<Diagnostic> {
    const MOST: usize = 1000;
    let entries = fs::read_dir(folder).into_iter().flatten().take(MOST).flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let stray = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?.strip_suffix(".json")?;
        let known = names.contains(name.strip_suffix(".previous").unwrap_or(name));
        let place = Place { file: shown(path).into(), line: 0, column: 0, length: 1 };
        let message =
            text!("there is no calendar `{name}` these days could belong to", name = name);
        let found = Diagnostic::warning(place, "stray-file", message);
        (!known).then(|| found.help(text!("name the file after a calendar, or delete it")))
    };
    paths.iter().filter_map(stray).collect()
}

impl CalendarFiles {
    /// Reads what was imported into a calendar. Most have nothing.
    fn imported(&mut self, folder: &Path, name: &str, last_good: &BTreeMap<String, String>) {
        let path = imported_path(folder, name);
        let shown = shown(&path);
        let bytes = match read(&path, imported::MAX_BYTES) {
            // Whoever takes the file away wants its days gone.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            other => other.map_err(|error| {
                let message = text!(
                    "the calendar file `{name}` cannot be read: {why}",
                    name = &shown,
                    why = reason(&error)
                );
                let place = Place { file: shown.as_str().into(), line: 0, column: 0, length: 1 };
                Diagnostic::error(place, "unreadable", message)
                    .help(text!("see that it exists and that the service may read it"))
            }),
        };
        let file = File { key: format!("{KEY}{FOLDER}/{name}.json"), path };
        let (good, file) = file.in_force(bytes, last_good, |bytes| {
            let value = imported::read(&shown, bytes)?;
            let text = String::from_utf8_lossy(bytes).into_owned();
            Ok(Good { value, text, found: Vec::new() })
        });
        self.imported.extend(good.map(|imported| (name.to_owned(), imported)));
        self.files.push(file);
    }
}

/// Puts what was imported into a calendar in its place, whole or not at all. The version before, when
/// it is right, stays beside it.
///
/// # Errors
/// The file cannot be written; then the one before is still there.
pub fn store(folder: &Path, calendar: &str, imported: &Imported) -> io::Result<Stored> {
    let path = imported_path(folder, calendar);
    let beside = |ending: &str| folder.join(FOLDER).join(format!("{calendar}.{ending}"));
    fs::create_dir_all(folder.join(FOLDER))?;
    let right = read(&path, imported::MAX_BYTES)
        .is_ok_and(|bytes| imported::read(&shown(&path), &bytes).is_ok());
    let previous = beside("previous.json");
    if right {
        fs::copy(&path, &previous)?;
    }
    let new = beside("json.new");
    let mut file = fs::File::create(&new)?;
    file.write_all(imported.text(calendar).as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, &path)?;
    let previous = right.then(|| shown(&previous));
    Ok(Stored { path: shown(&path), previous })
}

/// Where something was written, as people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The file.
    pub path: String,
    /// The version before.
    pub previous: Option<String>,
}

/// A file that is right.
struct Good<T> {
    value: T,
    text: String,
    found: Vec<Diagnostic>,
}

/// A file to be read.
struct File {
    key: String,
    path: PathBuf,
}

impl File {
    /// The version that counts: that on disk, else the last good one.
    fn in_force<T>(
        self,
        bytes: Result<Vec<u8>, Diagnostic>,
        last_good: &BTreeMap<String, String>,
        parse: impl Fn(&[u8]) -> Result<Good<T>, Diagnostic>,
    ) -> (Option<T>, CalendarFile) {
        let last_good = last_good.get(&self.key);
        let file = |standing, good, found| CalendarFile {
            key: self.key,
            path: self.path,
            standing,
            good,
            found,
        };
        let error = match bytes.and_then(|bytes| parse(&bytes)) {
            Ok(good) => {
                return (Some(good.value), file(Standing::Current, Some(good.text), good.found));
            }
            Err(error) => error,
        };
        match last_good.map(|text| parse(text.as_bytes())) {
            Some(Ok(good)) => {
                let found = vec![kept(error)];
                (Some(good.value), file(Standing::LastGood, Some(good.text), found))
            }
            _ => (None, file(Standing::LeftOut, None, vec![error])),
        }
    }
}

/// What is wrong with a file whose last good version stays in force.
fn kept(error: Diagnostic) -> Diagnostic {
    let message = text!("{wrong}; its last good version stays in force", wrong = error.message);
    Diagnostic { severity: Severity::Warning, message, ..error }
}
