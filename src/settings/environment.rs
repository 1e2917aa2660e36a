//! The machine the program runs on, read here and nowhere else.
#![expect(clippy::disallowed_methods, reason = "this is the one place that reads them")]

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf};

use crate::model::language::Language;

/// What the program may know of its surroundings.
#[derive(Clone, Debug)]
pub struct Environment {
    variables: Variables,
    /// The machine's time zone by its IANA name, when it has one.
    pub zone: Option<String>,
}

#[derive(Clone, Debug)]
enum Variables {
    Process,
    Fixed(BTreeMap<String, OsString>),
}

/// Whether stderr is connected to the journal: systemd names the device and inode it connected.
pub(super) fn stderr_is_journal() -> bool {
    #[cfg(unix)]
    {
        let Some(stream) = std::env::var_os("JOURNAL_STREAM") else { return false };
        let Ok(stat) = rustix::fs::fstat(std::io::stderr()) else { return false };
        stream.to_str() == Some(format!("{}:{}", stat.st_dev, stat.st_ino).as_str())
    }
    #[cfg(not(unix))]
    false
}

impl Environment {
    /// The environment of this process.
    #[must_use]
    pub fn of_process() -> Self {
        let zone = jiff::tz::TimeZone::try_system().ok();
        let zone = zone.and_then(|zone| zone.iana_name().map(str::to_owned));
        Self { variables: Variables::Process, zone }
    }

    /// A made-up one.
    #[must_use]
    pub fn fixed(variables: &[(&str, &str)], zone: Option<&str>) -> Self {
        let variables = variables.iter().map(|&(name, value)| (name.to_owned(), value.into()));
        Self { variables: Variables::Fixed(variables.collect()), zone: zone.map(str::to_owned) }
    }

    /// A variable, when it is set and not empty.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<OsString> {
        let value = match &self.variables {
            Variables::Process => std::env::var_os(name),
            Variables::Fixed(variables) => variables.get(name).cloned(),
        };
        value.filter(|value| !value.is_empty())
    }

    /// A variable that names a file or folder. systemd separates several by colons; the first counts.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        let value = self.variable(name)?.into_string().ok()?;
        value.split(':').next().filter(|first| !first.is_empty()).map(PathBuf::from)
    }

    /// The language of the machine's locale, when it is one the service speaks.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        let locale =
            ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| self.variable(name))?;
        Language::from_code(locale.to_str()?.get(..2)?)
    }
}
