//! The composition root: the only place that names concrete adapters and puts settings, catalog,
//! store and loops together. No logic of its own.

mod basis;
mod glance;
mod reach;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest as _, Sha256};

use crate::{
    catalog::{
        self, InForce, SourceText, calendar_files, calendars::Calendars, in_force::Standing,
        load::Loaded as Files,
    },
    clock::{Clock, SystemClock},
    compose::{self, ContentRoots},
    daemon::{
        self, Channels, Service,
        chance::{Chance, SystemChance},
        composer::Reading,
        probe::Reach,
        pulse::Pulses,
        shared::{Bells, Shared},
        world::{Alerts, BrokenFile, BrokenSettings, Loaded, Source, Watched, World},
    },
    model::{diagnostic::Diagnostic, language::Language},
    outbox::{GoodFile, Outbox, OwnerLock},
    send::Printer,
    settings::{
        self, Settings,
        environment::Environment,
        people::{self, PeopleFile},
        zones::{self, Zones},
    },
};

pub use self::basis::{Basis, basis, calendar_files, calendars};
use self::glance::Glance;
pub use self::reach::reach;

/// The sample schedules, for a first try in a folder without any.
const SAMPLES: [(&str, &str); 2] = [
    ("first-steps.yaml", include_str!("../schedules/first-steps.yaml")),
    ("policy.yaml", include_str!("../schedules/policy.yaml")),
];

/// What `--version` prints: the program's and the time zone data's.
#[must_use]
pub fn version() -> String {
    format!("{} (time zones {})", env!("CARGO_PKG_VERSION"), machine_zones())
}

fn machine_zones() -> Zones {
    Zones::newest(Path::new(zones::SYSTEM))
}

/// The machine the program runs on, read once.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Variables and zone.
    pub environment: Environment,
    /// Time zone data.
    pub zones: Zones,
}

impl Machine {
    /// This machine.
    #[must_use]
    pub fn this() -> Self {
        Self { environment: Environment::of_process(), zones: machine_zones() }
    }

    /// Looks for the settings; see [`settings::load`].
    #[must_use]
    pub fn settings(&self, config: Option<&Path>) -> settings::Loaded {
        settings::load(config, &self.environment, &self.zones)
    }
}

/// The language of the machine's locale.
#[must_use]
pub fn language() -> Language {
    Environment::of_process().language().unwrap_or_default()
}

/// The clock of the machine.
#[must_use]
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The schedule files of the settings; the samples where there is no folder.
#[must_use]
pub fn schedule_files(settings: &Settings) -> Files {
    match &settings.schedules {
        Some(folder) => catalog::load(std::slice::from_ref(folder)),
        None => Files {
            files: SAMPLES
                .iter()
                .map(|(name, text)| SourceText {
                    name: (*name).to_owned(),
                    path: format!("(sample) {name}"),
                    bytes: text.as_bytes().to_vec(),
                })
                .collect(),
            ..Files::default()
        },
    }
}

/// Settings and catalog as the daemon takes them.
#[must_use]
pub fn world(settings: &Settings, basis: &Basis, in_force: InForce) -> World {
    let catalog = &basis.catalog;
    let mut broken = broken_files(&in_force);
    broken.extend(broken_calendars(&catalog.calendars));
    broken.extend(basis.people_file.iter().filter_map(broken_people));
    let used: BTreeSet<String> = in_force
        .reminders
        .iter()
        .map(|reminder| reminder.schedule.calendar.id().to_owned())
        .collect();
    World {
        reminders: in_force
            .reminders
            .into_iter()
            .map(|reminder| (reminder.id.clone(), reminder))
            .collect(),
        targets: settings
            .targets
            .iter()
            .map(|target| (target.id.clone(), target.clone()))
            .collect(),
        people: Arc::clone(&catalog.people),
        language: settings.language,
        zone: settings.zone.clone(),
        content: ContentRoots::new(settings.content.clone()),
        calendars: catalog
            .calendars
            .iter()
            .filter(|(id, _)| used.contains(*id))
            .map(|(id, calendar)| (id.to_owned(), Arc::clone(calendar)))
            .collect(),
        alerts: Alerts {
            to: settings.alerts.to.clone(),
            editors: settings.alerts.editors.clone(),
            support: settings.support.clone(),
        },
        log_keep: settings.log_keep,
        heartbeat: settings.heartbeat.clone(),
        secrets: reach::secret_hosts(settings),
        at_start: reach::at_start(settings),
        broken,
        watched: watched(settings),
        robots: daemon::world::Robots::default(),
    }
}

/// Files that do not count as they are; what lies in a folder that cannot be read is one of them.
fn broken_files(in_force: &InForce) -> Vec<BrokenFile> {
    let wrong = in_force.files.iter().filter(|file| file.standing != Standing::Current);
    let mut broken: BTreeMap<&str, BrokenFile> = BTreeMap::new();
    for file in wrong {
        let errors = || in_force.diagnostics.iter().filter(|found| found.is_error());
        let mut found: Vec<&Diagnostic> =
            errors().filter(|found| *found.place.file == file.path).collect();
        if found.is_empty() {
            let above = |found: &&Diagnostic| Path::new(&file.path).starts_with(&*found.place.file);
            found.extend(errors().find(above));
        }
        let path = found.first().map_or(file.path.as_str(), |found| &*found.place.file);
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        let one = broken.entry(path).or_insert_with(|| BrokenFile {
            path: path.to_owned(),
            hash: hash(&told.join("\n")),
            last_good: false,
            diagnostics: found.into_iter().cloned().collect(),
            owners: Vec::new(),
        });
        one.last_good |= file.standing == Standing::LastGood;
        let owned = in_force.reminders.iter().filter(|one| file.reminders.contains(&one.id));
        one.owners.extend(owned.filter_map(|reminder| reminder.owner.clone()));
        one.owners.sort_unstable();
        one.owners.dedup();
    }
    broken.into_values().collect()
}

/// Calendar files whose last good version is in force.
fn broken_calendars(calendars: &Calendars) -> impl Iterator<Item = BrokenFile> {
    let wrong = calendars.files.iter().filter(|file| file.standing != Standing::Current);
    wrong.map(|file| {
        let told: Vec<String> = file.found.iter().map(ToString::to_string).collect();
        BrokenFile {
            path: file.shown(),
            hash: hash(&told.join("\n")),
            last_good: file.standing == Standing::LastGood,
            diagnostics: file.found.clone(),
            owners: Vec::new(),
        }
    })
}

/// The file of people, when its last good version is in force.
fn broken_people(file: &PeopleFile) -> Option<BrokenFile> {
    let told: Vec<String> = file.kept_for.iter().map(ToString::to_string).collect();
    (!told.is_empty()).then(|| BrokenFile {
        path: file.shown.clone(),
        hash: hash(&told.join("\n")),
        last_good: true,
        diagnostics: file.kept_for.clone(),
        owners: Vec::new(),
    })
}

fn watched(settings: &Settings) -> Vec<Watched> {
    let schedules = settings.schedules.iter().cloned().map(Watched::Folder);
    let calendars = calendar_files::paths(&settings.folder, &settings.calendars);
    let people = people::path(&settings.folder, &settings.people);
    let files = settings.file.iter().cloned().chain(calendars).chain(people).map(Watched::File);
    schedules.chain(files).collect()
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The schedule files in force for these settings and last good texts.
#[must_use]
pub fn in_force(settings: &Settings, catalog: &catalog::World, last_good: &[GoodFile]) -> InForce {
    let files = schedule_files(settings);
    let kept = last_good.iter().filter(|file| !basis::is_key(&file.path));
    let last_good: BTreeMap<&str, &str> =
        kept.map(|file| (file.path.as_str(), file.text.as_str())).collect();
    compiled(&files, &last_good, catalog)
}

/// Which version of each of these files counts.
#[must_use]
pub fn compiled(
    files: &Files,
    last_good: &BTreeMap<&str, &str>,
    catalog: &catalog::World,
) -> InForce {
    let compile = || catalog::in_force(files, last_good, catalog);
    // One room for the templates of all of them.
    compose::in_room(compile).unwrap_or_else(|_| compile())
}

/// Worlds from the files on disk.
pub struct FileSource {
    config: Option<PathBuf>,
    machine: Machine,
    /// What the last load read, and what it looked like just before.
    seen: Mutex<Option<(Vec<Watched>, Glance)>>,
}

impl FileSource {
    /// A source that reads the settings at `config`, or where they usually are.
    #[must_use]
    pub fn new(config: Option<PathBuf>, machine: Machine) -> Self {
        Self { config, machine, seen: Mutex::new(None) }
    }

    /// Looks at the files before they are read: what changes meanwhile is seen as a change.
    fn remember(&self, watched: Vec<Watched>) {
        let glance = Glance::at(&watched);
        *self.seen() = Some((watched, glance));
    }

    fn seen(&self) -> MutexGuard<'_, Option<(Vec<Watched>, Glance)>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source for FileSource {
    fn load(&self, last_good: &[GoodFile]) -> Result<Loaded, BrokenSettings> {
        // Broken settings name no files: those of the last good ones are looked at.
        let last = self.seen().take();
        if let Some((watched, _)) = last {
            self.remember(watched);
        }
        let loaded = self.machine.settings(self.config.as_deref());
        let Some(settings) = loaded.settings else {
            return Err(BrokenSettings { diagnostics: loaded.diagnostics });
        };
        self.remember(watched(&settings));
        let basis = basis(&settings, &self.machine.zones, last_good);
        if basis.wrong.iter().any(Diagnostic::is_error) {
            return Err(BrokenSettings { diagnostics: basis.wrong });
        }
        let mut in_force = in_force(&settings, &basis.catalog, last_good);
        let mut texts = in_force.take_good_texts();
        texts.extend(basis.good_texts());
        let gone = last_good
            .iter()
            .filter(|old| !texts.contains_key(&old.path))
            .map(|old| old.path.clone());
        let gone = gone.collect();
        let unchanged = |path: &str, hash: &str| {
            last_good.iter().any(|old| old.path == path && old.hash == hash)
        };
        let good = texts
            .into_iter()
            .map(|(path, text)| GoodFile { hash: hash(&text), path, text })
            .filter(|file| !unchanged(&file.path, &file.hash))
            .collect();
        Ok(Loaded { world: world(&settings, &basis, in_force), good, gone })
    }

    fn changed(&self) -> bool {
        self.seen().as_ref().is_none_or(|(watched, glance)| Glance::at(watched) != *glance)
    }
}

/// What a command that only shows messages reads sources with.
#[must_use]
pub fn reading(outbox: Option<Outbox>, settings: &Settings, machine: &Machine) -> Reading {
    let Reach { clock, client, secrets, .. } = reach(settings, machine);
    Reading { outbox, clock, memo: Arc::default(), client, secrets, seats: Arc::default() }
}

/// The loops' common things, and the ends of the channels that only the service holds.
pub struct Parts {
    /// For the loops.
    pub shared: Shared,
    /// The rest.
    pub channels: Channels,
    /// This process's sign of life; held as long as it sends.
    pub owner: OwnerLock,
}

/// Puts together what sends: for the service, and for a command that sends for itself.
///
/// # Errors
/// The lock of this process cannot be taken.
pub fn parts(
    outbox: Outbox,
    first: impl Into<Arc<World>>,
    settings: &Settings,
    machine: &Machine,
    printer: Arc<dyn Printer>,
) -> Result<Parts, crate::outbox::LockError> {
    let chance = SystemChance;
    let owner = OwnerLock::acquire(outbox.path(), &chance.token())?;
    let channels = daemon::channels(first);
    let reach = reach(settings, machine);
    let shared = Shared {
        outbox,
        clock: reach.clock,
        chance: Arc::new(chance),
        client: reach.client,
        mailer: reach.mailer,
        tokens: Arc::default(),
        printer,
        secrets: reach.secrets,
        memo: Arc::default(),
        seats: Arc::default(),
        world: channels.world.clone(),
        bells: Arc::new(Bells::default()),
        alerts: channels.raise.clone(),
        owner: owner.token().into(),
        pulses: Pulses::default(),
        tally: Arc::default(),
        echo: Arc::default(),
    };
    Ok(Parts { shared, channels, owner })
}

/// The service around these parts, with the lock that has to be held while it runs.
#[must_use]
pub fn service(parts: Parts, source: Arc<dyn Source>) -> (Service, OwnerLock) {
    let Parts { shared, channels, owner } = parts;
    (Service::new(shared, source, channels.swap, channels.alerts), owner)
}
