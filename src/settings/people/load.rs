//! Puts people, roles and rotas together, and reads the file of people in the version that counts: what is on disk when nothing is wrong with
//! it, else the last version that was right. A half-saved export takes nobody away.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::{
    Written,
    assemble::assemble,
    table::{self, LIMITS, Table},
};
use crate::model::{
    diagnostic::{Diagnostic, Place},
    layers::Named,
    people::People,
    text::text,
};

/// What came of `people:`, `roles:` and `rotas:`.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Everyone in force.
    pub people: People,
    /// What is wrong. Errors here mean that nothing right is known.
    pub found: Vec<Diagnostic>,
    /// The file, when they are kept in one.
    pub file: Option<PeopleFile>,
}

/// How the file of people stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleFile {
    /// Its name, for people.
    pub shown: String,
    /// Its text, decoded, as it is on disk; what diagnostics point into.
    pub text: Option<String>,
    /// The text in force, to be kept.
    pub good: Option<String>,
    /// What is wrong with the one on disk, when its last good version is in force.
    pub kept_for: Vec<Diagnostic>,
}

/// Where the file of people is, whether it exists or not.
#[must_use]
pub fn path(folder: &Path, written: &Written) -> Option<PathBuf> {
    written.file.as_ref().map(|named| folder.join(&named.name))
}

/// Puts everyone together. A file's path is relative to `folder`; `last_good` is its text that was
/// right before.
#[must_use]
pub fn load(folder: &Path, written: &Written, last_good: Option<&str>) -> Loaded {
    let Some(named) = &written.file else {
        let (people, found) = together(written, Table::default());
        return Loaded { people, found, file: None };
    };
    let path = folder.join(&named.name);
    let shown = path.strip_prefix("./").unwrap_or(&path).display().to_string();
    let table = match bytes(&path) {
        Ok(bytes) => table::read(&shown, &bytes),
        Err(error) => Table { found: vec![unreadable(named, &shown, &error)], ..Table::default() },
    };
    let text = table.text.clone();
    let (people, found) = together(written, table);
    if is_right(&found) {
        let file = PeopleFile { shown, good: text.clone(), text, kept_for: Vec::new() };
        return Loaded { people, found, file: Some(file) };
    }
    let old = last_good.map(|old| together(written, table::read(&shown, old.as_bytes())));
    if let Some((people, old)) = old
        && is_right(&old)
    {
        let place = Place { file: shown.as_str().into(), line: 0, column: 0, length: 1 };
        let message = text!("the last good version of this file stays in force");
        let notice = vec![Diagnostic::warning(place, "last-good", message)];
        let good = last_good.map(str::to_owned);
        let file = PeopleFile { shown, text, good, kept_for: found };
        return Loaded { people, found: notice, file: Some(file) };
    }
    let file = PeopleFile { shown, text, good: None, kept_for: Vec::new() };
    Loaded { people, found, file: Some(file) }
}

fn is_right(found: &[Diagnostic]) -> bool {
    !found.iter().any(Diagnostic::is_error)
}

/// Everyone written in the settings and in a table.
fn together(written: &Written, table: Table) -> (People, Vec<Diagnostic>) {
    if table.text.is_none() && !is_right(&table.found) {
        // Who is missing, is missing because of the file.
        return (People::default(), table.found);
    }
    let listed = written.people.iter().cloned().chain(table.people).collect();
    let (people, mut found) = assemble(listed, written, table.roles);
    found.extend(table.found);
    (people, found)
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let bound = LIMITS.bytes as u64 + 1;
    File::open(path)?.take(bound).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(named: &Named, shown: &str, error: &io::Error) -> Diagnostic {
    let why = match error.kind() {
        io::ErrorKind::NotFound => text!("it does not exist"),
        io::ErrorKind::PermissionDenied => text!("the service's user may not read it"),
        _ => error.to_string().into(),
    };
    let message =
        text!("the file of people `{file}` cannot be read: {why}", file = shown, why = why);
    Diagnostic::error(named.place.clone(), "unreadable", message)
        .help(text!("put the file there, or correct the path; it is relative to the settings file"))
}
