//! What is in force: settings and reminders, loaded together and swapped as a whole.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::Timestamp;

use crate::{
    compose::ContentRoots,
    model::{
        calendar::Calendar,
        diagnostic::Diagnostic,
        language::Language,
        outward::SecretHosts,
        people::People,
        reminder::{Reminder, ReminderId, Zone},
        secret::Confided,
        target::{Pace, Target, TargetId},
    },
    outbox::{Ahead, Allowance, GoodFile, OpenTarget, Outbox, Paces, Queue, StoreError, Waiting},
    send,
};

/// Settings and reminders in force.
#[derive(Debug)]
pub struct World {
    /// Every reminder of every good file.
    pub reminders: BTreeMap<ReminderId, Arc<Reminder>>,
    /// Every target.
    pub targets: BTreeMap<TargetId, Target>,
    /// Everyone.
    pub people: Arc<People>,
    /// For words and dates in messages.
    pub language: Language,
    /// For quiet hours and alerts.
    pub zone: Zone,
    /// Where `file:` is read.
    pub content: ContentRoots,
    /// The calendars reminders use, by id.
    pub calendars: BTreeMap<String, Arc<Calendar>>,
    /// Where alerts go.
    pub alerts: Alerts,
    /// How long the log keeps what is settled.
    pub log_keep: Duration,
    /// Asked after each healthy sweep.
    pub heartbeat: Option<Confided>,
    /// To which hosts schedule files may send which secrets.
    pub secrets: SecretHosts,
    /// What a reload does not change.
    pub at_start: AtStart,
    /// Files that cannot be used as they are now, with what is wrong.
    pub broken: Vec<BrokenFile>,
    /// Files and folders whose change means a reload.
    pub watched: Vec<Watched>,
    /// The robots of the targets.
    pub robots: Robots,
}

/// What is read from the settings when the service starts, and then no more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtStart {
    /// Where queue and log are.
    pub store: PathBuf,
    /// Every request goes through it.
    pub proxy: Option<Confided>,
    /// Trusted besides the system's certificates.
    pub ca: Option<PathBuf>,
    /// Where the page of figures is served.
    pub metrics: Option<SocketAddr>,
}

impl AtStart {
    /// The keys of the settings that say something else there.
    #[must_use]
    pub fn other_than(&self, other: &Self) -> Vec<&'static str> {
        let differs = [
            ("store", self.store != other.store),
            ("proxy", self.proxy != other.proxy),
            ("ca", self.ca != other.ca),
            ("metrics", self.metrics != other.metrics),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(key, _)| key).collect()
    }
}

/// The robots of a world's targets, made ready when they are asked for first.
#[derive(Debug, Default)]
pub struct Robots {
    paces: OnceLock<Paces>,
    targets: OnceLock<BTreeMap<String, Vec<TargetId>>>,
    merging: OnceLock<bool>,
    fallbacks: OnceLock<bool>,
}

/// What the world is read from: its change means a reload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watched {
    /// One file. Its folder may hold anything else.
    File(PathBuf),
    /// A folder with everything below it.
    Folder(PathBuf),
}

/// Where the service tells about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alerts {
    /// Its own trouble.
    pub to: Option<TargetId>,
    /// Mistakes and changes in schedule files.
    pub editors: Option<TargetId>,
    /// Whom to ask; printed at the end of every alert.
    pub support: Option<String>,
}

/// A schedule file that cannot be used as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenFile {
    /// As people know it.
    pub path: String,
    /// Of the broken text: a file that is broken anew is told anew.
    pub hash: String,
    /// Whether an older version of it stays in force.
    pub last_good: bool,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// Persons or targets named as `owner` in its last good version.
    pub owners: Vec<String>,
}

impl BrokenFile {
    /// What an alert about it is told by, once.
    #[must_use]
    pub fn cause(&self) -> String {
        format!("broken:{}:{}", self.path, self.hash)
    }
}

impl World {
    /// How often each robot may be used.
    pub fn paces(&self) -> &Paces {
        self.robots.paces.get_or_init(|| {
            Paces::new(self.targets.values().map(|target| (target.robot_key(), pace(target))))
        })
    }

    /// The targets these robots reach, as they are at an instant; without those that nothing is
    /// sent to.
    pub(super) fn open_targets(&self, robots: &[String], at: Timestamp) -> Vec<OpenTarget> {
        let by_robot = self.robots.targets.get_or_init(|| {
            let mut by_robot: BTreeMap<String, Vec<TargetId>> = BTreeMap::new();
            for target in self.targets.values() {
                by_robot.entry(target.robot_key()).or_default().push(target.id.clone());
            }
            by_robot
        });
        let reached = robots.iter().filter_map(|robot| by_robot.get(robot)).flatten();
        reached.filter_map(|id| self.open_target(id, at)).collect()
    }

    /// Every target with the robot it is reached through.
    #[must_use]
    pub fn robot_keys(&self) -> Vec<(TargetId, String)> {
        self.targets.values().map(|target| (target.id.clone(), target.robot_key())).collect()
    }

    /// What people call a target.
    #[must_use]
    pub fn called<'a>(&'a self, target: &'a TargetId) -> &'a str {
        self.targets.get(target).map_or(target.as_str(), |target| &target.name)
    }

    /// What the clock shows where a reminder is at home, for people: `2026-11-24 09:00`.
    #[must_use]
    pub fn wall(&self, reminder: &ReminderId, at: Timestamp) -> String {
        let zone = self.reminders.get(reminder).map_or(&self.zone, |one| &one.schedule.zone);
        let local = at.to_zoned_datetime(zone.tz.clone());
        let seconds = if local.second() == 0 { "" } else { ":%S" };
        local.strftime(&format!("%Y-%m-%d %H:%M{seconds}")).to_string()
    }

    /// When the target's quiet hours that hold `now` are over; none outside of them.
    fn quiet_until(&self, target: &Target, now: Timestamp) -> Option<Timestamp> {
        target.quiet?.ends(&now.to_zoned_datetime(self.zone.tz.clone()))
    }

    /// A target as it is at an instant; none for one that nothing is sent to.
    #[must_use]
    pub fn open_target(&self, id: &TargetId, at: Timestamp) -> Option<OpenTarget> {
        let target = self.targets.get(id).filter(|target| target.enabled)?;
        let quiet_until = self.quiet_until(target, at);
        Some(OpenTarget { id: id.clone(), robot_key: target.robot_key(), quiet_until })
    }

    /// What a target may be sent in its day that holds an instant; none for one without a limit.
    #[must_use]
    pub fn allowance(&self, id: &TargetId, at: Timestamp) -> Option<Allowance> {
        let target = self.targets.get(id)?;
        let most = target.daily_limit?;
        let (began, ends) = target.day(&at.to_zoned_datetime(self.zone.tz.clone()))?;
        Some(Allowance { target: id.clone(), most, began, ends })
    }

    /// What every target that has a limit may be sent today.
    #[must_use]
    pub fn allowances(&self, now: Timestamp) -> Vec<Allowance> {
        let limited = self.targets.values().filter(|target| target.daily_limit.is_some());
        limited.filter_map(|target| self.allowance(&target.id, now)).collect()
    }

    /// Who stands in for a target, should it be dead or suspended: its fallback, the fallback of
    /// that one, and so on; without those nothing is sent to.
    #[must_use]
    pub fn stand_ins(&self, target: &Target) -> Vec<&Target> {
        let (mut chain, mut seen) = (Vec::new(), vec![&target.id]);
        let mut next = target.fallback.as_ref();
        while let Some(other) = next.filter(|id| !seen.contains(id)) {
            seen.push(other);
            let Some(other) = self.targets.get(other) else { break };
            chain.push(other);
            next = other.fallback.as_ref();
        }
        chain.retain(|other| other.enabled);
        chain
    }

    /// Whether anything is merged for anybody.
    #[must_use]
    pub fn has_merging(&self) -> bool {
        *self.robots.merging.get_or_init(|| self.targets.values().any(|target| target.merge))
    }

    /// Whether anybody stands in for anybody.
    #[must_use]
    pub fn has_fallbacks(&self) -> bool {
        let any = || self.targets.values().any(|target| target.fallback.is_some());
        *self.robots.fallbacks.get_or_init(any)
    }

    /// What waits in a store, and when it leaves by these settings.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn queue(&self, outbox: &Outbox, now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
        let target = |id: &TargetId, at| self.open_target(id, at);
        outbox.queue(&Ahead { now, paces: self.paces(), target: &target }).await
    }

    /// The same by target.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn queues(&self, outbox: &Outbox, now: Timestamp) -> Result<Vec<Queue>, StoreError> {
        let target = |id: &TargetId, at| self.open_target(id, at);
        outbox.queues(&Ahead { now, paces: self.paces(), target: &target }).await
    }

    /// The targets whose crash-torn deliveries are held, because their robot takes no idempotency
    /// key and the settings forbid repeats.
    #[must_use]
    pub fn held_targets(&self) -> Vec<TargetId> {
        let held = |target: &&Target| {
            target.after_crash == crate::model::target::AfterCrash::Hold
                && !send::robot(target.robot).idempotent()
        };
        self.targets.values().filter(held).map(|target| target.id.clone()).collect()
    }
}

/// A target's own pace, or its robot's.
#[must_use]
pub fn pace(target: &Target) -> Pace {
    target.pace.unwrap_or_else(|| send::robot(target.robot).pace())
}

/// What a load gave.
#[derive(Debug)]
pub struct Loaded {
    /// The new world.
    pub world: World,
    /// Texts to keep as last good.
    pub good: Vec<GoodFile>,
    /// Paths of files that are gone.
    pub gone: Vec<String>,
}

/// Why nothing could be loaded: the old world stays in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenSettings {
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Where worlds come from. Does file I/O; called on a thread that may wait.
pub trait Source: Send + Sync {
    /// Reads settings and schedule files; `last_good` is what the store kept.
    ///
    /// # Errors
    /// When the settings themselves are wrong.
    fn load(&self, last_good: &[GoodFile]) -> Result<Loaded, BrokenSettings>;

    /// Whether a file came, went or changed since the last load. Cheap: looks at names, sizes and
    /// times only.
    fn changed(&self) -> bool;
}
