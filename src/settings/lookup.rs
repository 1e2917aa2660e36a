//! Finds the settings file: the one named, the one in the environment, here, `/etc`.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use super::{Settings, environment::Environment, language_of, machine_zone, read, zones::Zones};
use crate::{
    model::{
        diagnostic::{Diagnostic, Place},
        language::Language,
        text::{Text, text},
    },
    yaml,
};

/// What came of looking for settings.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings; none when they hold an error.
    pub settings: Option<Settings>,
    /// What is wrong with them.
    pub diagnostics: Vec<Diagnostic>,
    /// The text the diagnostics point into.
    pub text: String,
    /// The language of whoever reads what a command says: that of the settings, where they say
    /// one, else that of the machine's locale, else that of the zone.
    pub language: Language,
}

/// Reads the settings: those at `explicit`, else at `$DINGDONG_CONFIG`, else the first of
/// `./dingdong.yaml` and `/etc/dingdong/dingdong.yaml` that exists, else the built-in ones.
#[must_use]
pub fn load(explicit: Option<&Path>, environment: &Environment, zones: &Zones) -> Loaded {
    let here = [Path::new("dingdong.yaml"), Path::new("/etc/dingdong/dingdong.yaml")];
    load_from(explicit, environment, zones, &here)
}

fn load_from(
    explicit: Option<&Path>,
    environment: &Environment,
    zones: &Zones,
    usual: &[&Path],
) -> Loaded {
    let named = explicit
        .map(|path| (path.to_owned(), "--config"))
        .or_else(|| Some((environment.variable("DINGDONG_CONFIG")?.into(), "$DINGDONG_CONFIG")));
    let found = match named {
        Some((path, _)) if path.is_file() => Some(path),
        Some((path, by)) => {
            let why = if path.is_dir() {
                text!("{by} names it, and it is a folder", by = by)
            } else {
                text!("{by} names it, and there is none", by = by)
            };
            return unreadable(&path, why, spoken(environment, zones));
        }
        // `exists` is false for what must not be looked at; that is an error, not an absence.
        None => usual.iter().find(|path| path.try_exists().unwrap_or(true)).map(PathBuf::from),
    };
    let Some(path) = found else {
        let settings = Some(Settings::built_in(environment, zones));
        let language = spoken(environment, zones);
        return Loaded { settings, diagnostics: Vec::new(), text: String::new(), language };
    };
    let mut bytes = Vec::new();
    let bound = yaml::MAX_BYTES as u64 + 1;
    match File::open(&path).and_then(|file| file.take(bound).read_to_end(&mut bytes)) {
        Ok(_) => read(&path, &bytes, environment, zones),
        Err(error) => unreadable(&path, error.to_string(), spoken(environment, zones)),
    }
}

/// The language where no settings say one.
pub(super) fn spoken(environment: &Environment, zones: &Zones) -> Language {
    let by_zone = || language_of(environment, &machine_zone(environment, zones));
    environment.language().unwrap_or_else(by_zone)
}

fn unreadable(path: &Path, why: impl Into<Text>, language: Language) -> Loaded {
    let place = Place { file: path.display().to_string().into(), line: 0, column: 0, length: 1 };
    let message = text!("the settings cannot be read: {why}", why = why.into());
    let help = text!("name the right file with --config, or create it with `dingdong init`");
    let found = Diagnostic::error(place, "unreadable", message).help(help);
    Loaded { settings: None, diagnostics: vec![found], text: String::new(), language }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_named_or_exists_is_read() {
        let folder = tempfile::tempdir().expect("folder");
        let file = |name: &str| {
            let path = folder.path().join(name);
            std::fs::write(
                &path,
                format!("support: {name}\ntargets: {{ a: {{ robot: console }} }}"),
            )
            .expect("write");
            path
        };
        let zones = Zones::newest(Path::new("/nowhere"));
        let (one, two, three) = (file("one"), file("two"), file("three"));
        let missing = folder.path().join("missing");
        let by_variable =
            Environment::fixed(&[("DINGDONG_CONFIG", two.to_str().expect("utf-8"))], None);
        let bare = Environment::fixed(&[], Some("Asia/Shanghai"));
        let support = |explicit: Option<&Path>, environment: &Environment, usual: &[&Path]| {
            let loaded = load_from(explicit, environment, &zones, usual);
            loaded.settings.ok_or(loaded.diagnostics).map(|settings| settings.support)
        };
        assert_eq!(support(Some(&one), &by_variable, &[]), Ok(Some("one".into())));
        assert_eq!(support(None, &by_variable, &[&three]), Ok(Some("two".into())));
        assert_eq!(support(None, &bare, &[&missing, &three]), Ok(Some("three".into())));
        let found = support(Some(&missing), &bare, &[&three]).expect_err("missing");
        assert_eq!(found[0].code, "unreadable");
        let built_in = load_from(None, &bare, &zones, &[&missing]).settings.expect("built in");
        assert_eq!((built_in.calendar.name.as_str(), built_in.file), ("cn", None));
        assert_eq!(built_in.targets[0].id.as_str(), super::super::CONSOLE);
    }
}
