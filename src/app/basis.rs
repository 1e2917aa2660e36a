//! What schedule files stand on: the settings, and the files they name, each in the version that
//! counts.

use std::sync::Arc;

use crate::{
    catalog::{
        self,
        calendar_files::{self, CalendarFiles},
        calendars::Calendars,
        ics,
    },
    compose,
    model::{diagnostic::Diagnostic, layers::Named, target::Target},
    outbox::GoodFile,
    send,
    settings::{
        Settings,
        people::{self, PeopleFile},
        zones::Zones,
    },
};

/// What the last good version of the file of people is kept under.
const PEOPLE: &str = "people:";

/// Settings and the files they name, put together.
#[derive(Debug)]
pub struct Basis {
    /// What schedule files are compiled against.
    pub catalog: catalog::World,
    /// The file of people, when there is one.
    pub people_file: Option<PeopleFile>,
    /// What is wrong with any of it.
    pub wrong: Vec<Diagnostic>,
}

impl Basis {
    /// The texts to keep as last good versions, by what they are kept under.
    pub(super) fn good_texts(&self) -> impl Iterator<Item = (String, String)> {
        let calendars = self.catalog.calendars.files.iter();
        let calendars = calendars.filter_map(|file| Some((file.key.clone(), file.good.clone()?)));
        let people = self.people_file.as_ref();
        let people = people.and_then(|file| Some((PEOPLE.to_owned(), file.good.clone()?)));
        calendars.chain(people)
    }
}

/// Whether what is kept under a key is a file the settings name, not a schedule file.
pub(super) fn is_key(key: &str) -> bool {
    key == PEOPLE || calendar_files::is_key(key)
}

/// The files the calendars of these settings are made of; `last_good` are the versions the store
/// kept.
#[must_use]
pub fn calendar_files(settings: &Settings, zones: &Zones, last_good: &[GoodFile]) -> CalendarFiles {
    let kept = last_good.iter().filter(|file| calendar_files::is_key(&file.path));
    let kept = kept.map(|file| (file.path.clone(), file.text.clone())).collect();
    let find = |name: &str| zones.get(name).ok().map(|zone| zone.tz);
    let setting = ics::Setting { zone: &settings.zone.tz, zones: &find };
    calendar_files::load(&settings.folder, &settings.calendars, &kept, &setting)
}

/// The calendars of these settings, with what is wrong in them and their files. `usual` names that
/// of reminders that name none.
#[must_use]
pub fn calendars(
    settings: &Settings,
    usual: &Named,
    zones: &Zones,
    last_good: &[GoodFile],
) -> (Calendars, Vec<Diagnostic>) {
    let files = calendar_files(settings, zones, last_good);
    catalog::calendars::build(&settings.calendars, usual, &files)
}

/// Puts settings and the files they name together; `last_good` are the versions the store kept.
#[must_use]
pub fn basis(settings: &Settings, zones: &Zones, last_good: &[GoodFile]) -> Basis {
    let (calendars, mut wrong) = calendars(settings, &settings.calendar, zones, last_good);
    let kept = last_good.iter().find(|file| file.path == PEOPLE).map(|file| file.text.as_str());
    let people::Loaded { people, found, file } =
        people::load(&settings.folder, &settings.people, kept);
    wrong.extend(found);
    let zones = zones.clone();
    let receiver = |target: &Target| {
        let shape = send::robot(target.robot).shape();
        catalog::Receiver {
            name: target.name.clone(),
            enabled: target.enabled,
            robot: target.robot.name(),
            mention_by: shape.mention_by,
            mention: shape.mention,
            personal: shape.personal,
            group: target.has_group(),
        }
    };
    let targets = settings.targets.iter().map(|target| (target.id.clone(), receiver(target)));
    let catalog = catalog::World {
        targets: targets.collect(),
        people: Arc::new(people),
        zone: settings.zone.clone(),
        zones: Arc::new(move |name| zones.get(name)),
        calendars,
        content: settings.content.keys().cloned().collect(),
        flaws: Arc::new(compose::flaws),
    };
    Basis { catalog, people_file: file, wrong }
}
