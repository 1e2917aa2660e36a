//! What a schedule file may name: everything outside it that its compilation depends on.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use super::calendars::Calendars;
use crate::model::{
    diagnostic::Diagnostic,
    message::Mentioned,
    people::{People, Person},
    reminder::{Reminder, Zone},
    target::{Personal, TargetId},
    text::{Text, Words},
};

/// Finds a zone by name, or says what to write instead.
pub type Zones = Arc<dyn Fn(&str) -> Result<Zone, Text> + Send + Sync>;

/// Says what is wrong with a reminder's templates, whatever its data.
pub type Flaws = Arc<dyn Fn(&Reminder) -> Vec<Diagnostic> + Send + Sync>;

/// The world as the settings describe it.
#[derive(Clone)]
pub struct World {
    /// Targets by id.
    pub targets: BTreeMap<TargetId, Receiver>,
    /// People and roles.
    pub people: Arc<People>,
    /// The zone of reminders that name none.
    pub zone: Zone,
    /// Every zone there is.
    pub zones: Zones,
    /// The calendars there are, and that of reminders that name none.
    pub calendars: Calendars,
    /// Names of the content roots; the one without a name is called "".
    pub content: BTreeSet<String>,
    /// What is wrong with templates.
    pub flaws: Flaws,
}

/// What a schedule file must know of a target.
#[derive(Clone)]
pub struct Receiver {
    /// What people call it.
    pub name: String,
    /// Whether anything is sent to it.
    pub enabled: bool,
    /// The kind of robot, as people call it.
    pub robot: &'static str,
    /// The ids by which its robot can mention people, in words; empty when it can mention nobody.
    pub mention_by: Words,
    /// The id by which its robot can mention a person; none when it cannot.
    pub mention: fn(&Person) -> Option<Mentioned>,
    /// Whether there is anybody behind it whom a reminder does not name itself.
    pub group: bool,
    /// How its robot writes to single people, where it can.
    pub personal: Option<Personal>,
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("robot", &self.robot).finish_non_exhaustive()
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("targets", &self.targets).finish_non_exhaustive()
    }
}
