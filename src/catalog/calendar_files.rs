//! Reads the files calendars are made of, each in the version that counts: what is on disk when it
//! is right, else the last version that was. A login page that a download left in place of a
//! calendar, or half a file, never takes a year of holidays away.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    ics::{self, Setting},
    in_force::Standing,
    load::{read, reason, shown},
};
use crate::model::{
    calendar::Layer,
    diagnostic::{Diagnostic, Severity},
    layers::{Layers, Named},
    text::text,
};

/// What sets a calendar file's key apart from the names of schedule files.
const KEY: &str = "calendar:";

/// The calendar files the settings name.
#[derive(Clone, Debug, Default)]
pub struct CalendarFiles {
    /// What each says, by its path as the settings write it. One that cannot be used is missing.
    pub ics: BTreeMap<String, Layer>,
    /// How each stands.
    pub files: Vec<CalendarFile>,
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
    written.iter().flat_map(|layers| &layers.ics).map(|named| folder.join(&named.name)).collect()
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
        let key = format!("{KEY}{}", named.name);
        let (layer, file) = ics(named, path, last_good.get(&key), setting);
        all.ics.extend(layer.map(|layer| (named.name.clone(), layer)));
        all.files.push(CalendarFile { key, ..file });
    }
    all
}

/// One ICS file.
fn ics(
    named: &Named,
    path: PathBuf,
    last_good: Option<&String>,
    setting: &Setting<'_>,
) -> (Option<Layer>, CalendarFile) {
    let name = shown(&path);
    let unreadable = |error: std::io::Error| {
        let message = text!(
            "the calendar file `{name}` cannot be read: {why}",
            name = &name,
            why = reason(&error)
        );
        Diagnostic::error(named.place.clone(), "unreadable", message).help(text!(
            "put the file there, or correct the path; it is relative to the settings file"
        ))
    };
    let result = read(&path, ics::MAX_BYTES)
        .map_err(unreadable)
        .and_then(|bytes| ics::read(&name, &bytes, setting));
    let file = |standing, good, found| {
        let key = String::new();
        CalendarFile { key, path: path.clone(), standing, good, found }
    };
    let called = |layer: Layer| Layer { name: named.name.as_str().into(), ..layer };
    let error = match result {
        Ok(read) => {
            let file = file(Standing::Current, Some(read.text), read.found);
            return (Some(called(read.layer)), file);
        }
        Err(error) => error,
    };
    match last_good.map(|text| ics::read(&name, text.as_bytes(), setting)) {
        Some(Ok(read)) => {
            let found = vec![kept(error)];
            (Some(called(read.layer)), file(Standing::LastGood, Some(read.text), found))
        }
        _ => (None, file(Standing::LeftOut, None, vec![error])),
    }
}

/// What is wrong with a file whose last good version stays in force.
fn kept(error: Diagnostic) -> Diagnostic {
    let message = text!("{wrong}; its last good version stays in force", wrong = error.message);
    Diagnostic { severity: Severity::Warning, message, ..error }
}
