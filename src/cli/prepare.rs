//! What most commands begin with: settings, schedule files, the store. Each failure is printed here
//! and ends the command with its exit code.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use jiff::Timestamp;

use crate::{
    app::{self, Basis, Machine},
    catalog::{self, InForce, calendars::Calendars},
    daemon::{composer::Reading, world::World},
    model::{
        diagnostic::{Diagnostic, Severity, nearest},
        layers::Named,
        reminder::{Reminder, ReminderId},
        target::{Target, TargetId},
        text::text,
    },
    outbox::{GoodFile, OpenError, OpenMode, Outbox},
    settings::{Loaded, Settings},
};

use super::{Exit, Globals, output};

/// Threads for what waits: files, names looked up. The unit's `TasksMax` is above.
const WAITING_THREADS: usize = 64;

/// The warnings that matter to every command: what stands in for a broken file. All others are for
/// `check`.
const STANDINGS: [&str; 2] = ["last-good", "left-out"];

/// Settings and what was found in them.
pub(super) struct Prepared {
    pub(super) machine: Machine,
    pub(super) settings: Settings,
    pub(super) basis: Basis,
    /// The settings file's text, for showing diagnostics.
    pub(super) text: String,
}

/// Looks for the settings; from then on everything is said in their language.
pub(super) fn load(globals: &Globals) -> (Machine, Loaded) {
    let machine = Machine::this();
    let loaded = machine.settings(globals.config.as_deref());
    output::speak(loaded.language);
    (machine, loaded)
}

/// Reads the settings; prints what is wrong with them.
pub(super) fn settings(globals: &Globals) -> Result<Prepared, Exit> {
    let (machine, loaded) = load(globals);
    let mut diagnostics = loaded.diagnostics;
    let Some(settings) = loaded.settings else {
        show(&diagnostics, &loaded.text);
        return Err(Exit::Invalid);
    };
    let (basis, wrong) = with_last_good(&settings, |last_good| {
        let basis = app::basis(&settings, &machine.zones, last_good);
        let wrong = basis.wrong.clone();
        (basis, wrong)
    })?;
    diagnostics.extend(wrong);
    right(&diagnostics, &loaded.text)?;
    assumed(&settings);
    Ok(Prepared { machine, settings, basis, text: loaded.text })
}

/// Says what stands in for what the settings do not say.
pub(super) fn assumed(settings: &Settings) {
    for assumed in &settings.assumed {
        output::note(assumed.clone());
    }
}

/// The calendars alone, for a command that needs no more of the settings; prints what is wrong
/// with them. `usual` names that of reminders that name none.
pub(super) fn calendars(
    settings: &Settings,
    usual: &Named,
    machine: &Machine,
    text: &str,
) -> Result<Calendars, Exit> {
    let (calendars, wrong) = with_last_good(settings, |last_good| {
        app::calendars(settings, usual, &machine.zones, last_good)
    })?;
    right(&wrong, text)?;
    Ok(calendars)
}

/// Builds what stands on files the settings name. When one of them is broken it may have been right before,
/// which the store knows.
fn with_last_good<T>(
    settings: &Settings,
    build: impl Fn(&[GoodFile]) -> (T, Vec<Diagnostic>),
) -> Result<(T, Vec<Diagnostic>), Exit> {
    let (built, wrong) = build(&[]);
    if !wrong.iter().any(Diagnostic::is_error) {
        return Ok((built, wrong));
    }
    let last_good = runtime()?.block_on(last_good(settings));
    Ok(build(&last_good))
}

/// Goes on when nothing is an error; else shows everything.
fn right(diagnostics: &[Diagnostic], text: &str) -> Result<(), Exit> {
    if diagnostics.iter().any(Diagnostic::is_error) {
        show(diagnostics, text);
        return Err(Exit::Invalid);
    }
    Ok(())
}

impl Prepared {
    /// The catalog in force: what is on disk, with the store's last good versions behind it. What
    /// is wrong is said on stderr in one line each.
    pub(super) async fn in_force(&self) -> InForce {
        let last_good = last_good(&self.settings).await;
        app::in_force(&self.settings, &self.basis.catalog, &last_good)
    }

    /// The world in force, as the service would see it.
    pub(super) async fn world(&self) -> World {
        let in_force = self.in_force().await;
        for found in &in_force.diagnostics {
            match found.severity {
                Severity::Error => output::error(found.sentence()),
                Severity::Warning if STANDINGS.contains(&found.code) => {
                    output::warning(found.sentence());
                }
                Severity::Warning | Severity::Note => {}
            }
        }
        app::world(&self.settings, &self.basis, in_force)
    }

    /// What reading sources needs; with the cursors of the store, where there is one.
    pub(super) async fn reading(&self, cursors: bool) -> Result<Reading, Exit> {
        let outbox = if cursors { self.store_if_any().await? } else { None };
        Ok(app::reading(outbox, &self.settings, &self.machine))
    }

    /// Opens the store; a failure is printed.
    pub(super) async fn store(&self, mode: OpenMode) -> Result<Outbox, Exit> {
        Outbox::open(&self.settings.store, mode).await.map_err(|error| not_opened(&error))
    }

    /// Opens the store to look; none when there is none yet.
    pub(super) async fn store_if_any(&self) -> Result<Option<Outbox>, Exit> {
        match Outbox::open(&self.settings.store, OpenMode::Read).await {
            Ok(outbox) => Ok(Some(outbox)),
            Err(OpenError::Missing { .. }) => Ok(None),
            Err(error) => Err(not_opened(&error)),
        }
    }
}

/// Says why the store cannot be opened; another user's with the very command to run instead.
fn not_opened(error: &OpenError) -> Exit {
    output::error(error.text());
    if let OpenError::OtherUser { user, .. } = error {
        let words = std::env::args_os().map(|word| quoted(&word.to_string_lossy()));
        let command = words.collect::<Vec<_>>().join(" ");
        output::help(format!("sudo -u {} {command}", quoted(user)));
    }
    Exit::Store
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// The last good versions of files, from the store.
pub(super) async fn last_good(settings: &Settings) -> Vec<GoodFile> {
    match Outbox::open(&settings.store, OpenMode::Read).await {
        Ok(outbox) => {
            let files = outbox.last_good().await.unwrap_or_default();
            outbox.close().await;
            files
        }
        // Without a store nothing was ever good before.
        Err(_) => Vec::new(),
    }
}

/// Finds a reminder; an unknown one is said with the nearest id.
pub(super) fn reminder<'a>(world: &'a World, id: &str) -> Result<&'a Arc<Reminder>, Exit> {
    if let Some(reminder) = world.reminders.get(&ReminderId::new(id)) {
        return Ok(reminder);
    }
    let near = nearest(id, world.reminders.keys().map(ReminderId::as_str));
    output::error(match near {
        Some(near) => {
            text!("there is no reminder `{id}`; did you mean `{near}`?", id = id, near = near)
        }
        None => text!("there is no reminder `{id}`", id = id),
    });
    Err(if world.broken.is_empty() { Exit::Failed } else { Exit::Invalid })
}

/// An instant as the store will keep it.
pub(super) fn to_the_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// Says what went wrong with the store; the command ends.
pub(super) fn store_failed(error: crate::outbox::StoreError) -> Exit {
    output::error(error.text());
    Exit::Store
}

/// Finds a target; an unknown one is said with the nearest id.
pub(super) fn target<'a>(world: &'a World, id: &str) -> Result<&'a Target, Exit> {
    if let Some(target) = world.targets.get(&TargetId::new(id)) {
        return Ok(target);
    }
    let near = nearest(id, world.targets.keys().map(TargetId::as_str));
    output::error(match near {
        Some(near) => {
            text!("there is no target `{name}`; did you mean `{near}`?", name = id, near = near)
        }
        None => text!("there is no target `{name}`", name = id),
    });
    Err(Exit::Failed)
}

/// Prints diagnostics over the lines they mean, to stderr.
pub(super) fn show(diagnostics: &[Diagnostic], settings_text: &str) {
    let colour = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let mut texts: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for found in diagnostics {
        let file = &*found.place.file;
        let text = texts.entry(file).or_insert_with(|| {
            // A calendar file is shown by its place alone where it is no UTF-8 text.
            let calendar = found.code.starts_with("ics-");
            let text = text_of(Path::new(file), calendar);
            text.or_else(|| (!calendar).then(|| settings_text.to_owned()))
        });
        let language = output::language();
        output::say(catalog::render::render(found, text.as_deref(), colour, language));
    }
}

/// A file's text to point into, in whichever encoding an office saves.
fn text_of(file: &Path, only_utf8: bool) -> Option<String> {
    let bytes = fs::read(file).ok()?;
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(_) if only_utf8 => None,
        Err(error) => {
            let bytes = error.as_bytes();
            let encoding = encoding_rs::Encoding::for_bom(bytes);
            let encoding = encoding.map_or(encoding_rs::GB18030, |(encoding, _)| encoding);
            Some(encoding.decode(bytes).0.into_owned())
        }
    }
}

/// A runtime for commands that wait for something.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Exit> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).max_blocking_threads(WAITING_THREADS).enable_all().build().map_err(
        |error| {
            output::error(text!(
                "the program cannot start its threads: {why}",
                why = error.to_string(),
            ));
            Exit::Failed
        },
    )
}
