//! `dingdong.yaml`: what whoever runs the server decides. Holds references to secrets, never secrets.

pub mod environment;
mod layers;
mod lookup;
pub mod network;
mod outward;
pub mod people;
mod read;
pub mod schema;
pub mod secrets;
mod targets;
pub mod zones;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

pub use lookup::{Loaded, load};
pub use read::read;

use crate::model::{
    diagnostic::Place,
    language::Language,
    layers::{Layers, Named},
    reminder::Zone,
    secret::{Confided, SecretRef},
    target::{RobotKind, Target, TargetId},
    text::{Text, text},
};
use environment::Environment;
use zones::Zones;

/// The calendar whose days off are Saturday and Sunday and nothing else; every installation has it.
pub const WEEKENDS: &str = "weekends";

/// The id of the target there is without any settings.
pub const CONSOLE: &str = "console";

/// Everything the settings decide, defaults filled in.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file they were read from; none when there is none.
    pub file: Option<PathBuf>,
    /// The folder relative paths start from: that of the file, or the current one.
    pub folder: PathBuf,
    /// The zone of reminders that name none, and of quiet hours.
    pub zone: Zone,
    /// The calendar of reminders that name none.
    pub calendar: Named,
    /// The language of dates and of messages to people.
    pub language: Language,
    /// The SQLite file.
    pub store: PathBuf,
    /// The folder of the schedule files; none when neither settings nor folder exist, and the
    /// samples in the program are used.
    pub schedules: Option<PathBuf>,
    /// Content roots by name; the one without a name is called "".
    pub content: BTreeMap<String, PathBuf>,
    /// Targets in the order written.
    pub targets: Vec<Target>,
    /// People and roles as written; [`people::load`] puts them together.
    pub people: people::Written,
    /// Calendars in the order written; what ships with the program need not be among them.
    pub calendars: Vec<Layers>,
    /// Who hears of trouble.
    pub alerts: Alerts,
    /// Printed at the end of every alert.
    pub support: Option<String>,
    /// How long the log keeps what is settled.
    pub log_keep: Duration,
    /// How many messages the organisation may send in a month, for the forecast of `check`.
    pub monthly_quota: Option<u32>,
    /// To which hosts schedule files may send which secrets; none where nothing is said.
    pub secrets: Option<BTreeMap<SecretRef, Vec<String>>>,
    /// How the service reaches the world.
    pub network: network::Network,
    /// Asked after each healthy sweep, so that a machine that is off is noticed elsewhere.
    pub heartbeat: Option<Confided>,
    /// Where the page of figures is served.
    pub metrics: Option<SocketAddr>,
    /// What was assumed because it is written nowhere, in sentences for people.
    pub assumed: Vec<Text>,
}

/// The log keeps what is settled this long where the settings say nothing.
pub const LOG_KEEP: Duration = Duration::from_secs(400 * 24 * 3600);

/// Who hears of trouble.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alerts {
    /// The service's own trouble.
    pub to: Option<TargetId>,
    /// Mistakes and changes in schedule files that have no owner.
    pub editors: Option<TargetId>,
}

impl Settings {
    /// What is in force when nothing is written: the console, the machine's zone, the calendar of
    /// that zone, and `./schedules` when it is there.
    #[must_use]
    pub fn built_in(environment: &Environment, zones: &Zones) -> Self {
        let folder = PathBuf::from(".");
        let zone = machine_zone(environment, zones);
        let mut settings = Self {
            file: None,
            calendar: Named { name: calendar_of(&zone).to_owned(), place: Place::default() },
            language: language_of(environment, &zone),
            store: default_store(environment, &folder),
            schedules: Some(folder.join("schedules")).filter(|path| path.is_dir()),
            content: BTreeMap::from([(String::new(), folder.join("content"))]),
            targets: vec![console()],
            people: people::Written::default(),
            calendars: Vec::new(),
            alerts: Alerts::default(),
            support: None,
            log_keep: LOG_KEEP,
            monthly_quota: None,
            secrets: None,
            network: network::Network::default(),
            heartbeat: None,
            metrics: None,
            assumed: Vec::new(),
            zone,
            folder,
        };
        settings.assumed = vec![
            text!("there is no dingdong.yaml: messages are printed here, not sent"),
            assumed_zone(&settings.zone),
            assumed_calendar(&settings.calendar),
        ];
        if settings.schedules.is_none() {
            settings.assumed.push(text!("there is no folder schedules/: using the samples"));
        }
        settings
    }

    /// A target by its id.
    #[must_use]
    pub fn target(&self, id: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.id.as_str() == id)
    }
}

fn assumed_zone(zone: &Zone) -> Text {
    text!("time zone {zone} (the machine's)", zone = &*zone.name)
}

fn assumed_calendar(calendar: &Named) -> Text {
    text!("calendar {calendar} (by the time zone)", calendar = &calendar.name)
}

/// The machine's zone, UTC when it is unknown.
fn machine_zone(environment: &Environment, zones: &Zones) -> Zone {
    let zone = environment.zone.as_deref().and_then(|name| zones.get(name).ok());
    zone.unwrap_or_else(Zones::utc)
}

/// The calendar of a zone: mainland China's own, weekends elsewhere. Hong Kong, Macau and Taipei
/// have other holidays.
pub fn calendar_of(zone: &Zone) -> &'static str {
    if is_chinese(zone) { "cn" } else { WEEKENDS }
}

fn is_chinese(zone: &Zone) -> bool {
    const MAINLAND: [&str; 7] = [
        "Asia/Shanghai",
        "Asia/Urumqi",
        "Asia/Chongqing",
        "Asia/Chungking",
        "Asia/Harbin",
        "Asia/Kashgar",
        "PRC",
    ];
    MAINLAND.contains(&&*zone.name)
}

/// The language of a Chinese zone, else of the machine's locale, else English.
fn language_of(environment: &Environment, zone: &Zone) -> Language {
    if is_chinese(zone) { Language::Chinese } else { environment.language().unwrap_or_default() }
}

/// Under systemd the unit's state folder, else `data/` beside the settings.
fn default_store(environment: &Environment, folder: &std::path::Path) -> PathBuf {
    let state = environment.path("STATE_DIRECTORY");
    state.unwrap_or_else(|| folder.join("data")).join("dingdong.db")
}

/// The target that prints.
fn console() -> Target {
    Target::new(CONSOLE, RobotKind::Console)
}

/// The zone of this machine's wall clock.
#[must_use]
pub fn machine_time_zone() -> jiff::tz::TimeZone {
    let zones = Zones::newest(std::path::Path::new(zones::SYSTEM));
    machine_zone(&Environment::of_process(), &zones).tz
}

/// Whether stderr is connected to the journal, as systemd says.
#[must_use]
pub fn stderr_is_journal() -> bool {
    environment::stderr_is_journal()
}

/// What `DINGDONG_LOG` says, in tracing's own notation.
#[must_use]
pub fn log_filter() -> Option<String> {
    Environment::of_process().variable("DINGDONG_LOG")?.into_string().ok()
}
