//! A reminder: when, to whom, what. Compiled from a schedule file; every name in it resolved.

use std::{fmt, sync::Arc, time::Duration};

use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    calendar::Calendar, diagnostic::Place, message::Format, people::Mention,
    recurrence::Recurrence, source::DataSource, target::TargetId,
};

/// A reminder's id: letters of any script, digits, `-` and `_`; unique over all files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReminderId(Arc<str>);

impl ReminderId {
    /// Takes an id that has been checked.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The id as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReminderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What to do when a day rule lands on a day off (finance: unadjusted, skip, preceding, following,
/// modified following).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnDayOff {
    /// Fire all the same.
    #[default]
    Keep,
    /// Do not fire.
    Skip,
    /// The last workday before.
    Previous,
    /// The first workday after.
    Next,
    /// The first workday after, unless that is in another month: then the last one before.
    NextInMonth,
}

/// Everything that decides *when*. Reminders with equal schedules share one computation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schedule {
    /// One or more; two that give the same instant fire once.
    pub when: Vec<Recurrence>,
    /// The zone its wall-clock times are read in.
    pub zone: Zone,
    /// What decides workdays.
    pub calendar: Arc<Calendar>,
    /// What a day off does.
    pub on_day_off: OnDayOff,
    /// First civil date in force.
    pub from: Option<Date>,
    /// Last civil date in force.
    pub until: Option<Date>,
    /// First and last date of spans on which it does not fire, sorted.
    pub except: Vec<(Date, Date)>,
}

impl Schedule {
    /// Whether its dates let anything fire on a day.
    #[must_use]
    pub fn holds_on(&self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date)
            && self.until.is_none_or(|until| date <= until)
            && !self.except.iter().any(|(from, until)| (*from..=*until).contains(&date))
    }

    /// Everything that decides when, as one number.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&format!(
            "{:?} {} {} {:?} {:?} {:?} {:?}",
            self.when,
            self.zone.name,
            self.calendar.id(),
            self.on_day_off,
            self.from,
            self.until,
            self.except
        ))
    }
}

/// What a schedule is known by over restarts: a change of it makes a reminder start anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// Of a text that says everything.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = Sha256::digest(text).0;
        Self(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }

    /// From what was kept of it: its `Display` form, or the whole text, as older stores have it.
    #[must_use]
    pub fn kept(text: &str) -> Self {
        let short = if text.len() == 16 { u64::from_str_radix(text, 16).ok() } else { None };
        short.map_or_else(|| Self::of(text), Self)
    }
}

impl fmt::Display for Fingerprint {
    /// 16 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A time zone with the name it was asked for by.
#[derive(Clone, Debug)]
pub struct Zone {
    /// IANA name, e.g. `Asia/Shanghai`.
    pub name: Arc<str>,
    /// Its rules.
    pub tz: TimeZone,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl std::hash::Hash for Zone {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// What happens with occurrences first seen more than 30 s after they were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnMiss {
    /// Only the newest is planned.
    #[default]
    Latest,
    /// The newest 100 are planned, oldest first.
    All,
    /// None is planned.
    Skip,
}

/// Order in a target's queue.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Ahead of all, also in quiet hours.
    Urgent,
    /// The usual.
    #[default]
    Normal,
    /// Behind all.
    Low,
}

/// What to do with a message over the robot's size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TooLong {
    /// Numbered parts, at paragraph boundaries; mentions in the last part only.
    #[default]
    Split,
    /// Cut, with a notice.
    Truncate,
}

/// A template and where it was written, so that its errors point into the file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Template {
    /// The source text.
    pub text: String,
    /// Where its first line starts in the file.
    pub place: Place,
    /// How many columns its lines are indented in the file (block texts).
    pub indent: u32,
}

/// The body: inline, or a file under the content root.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// `text:`
    Inline(Template),
    /// `file:`; read when it is composed.
    File {
        /// As written: a path under the content root, or `name:path`.
        path: String,
        /// Where it was written.
        place: Place,
    },
}

/// A link under the message, its url a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ButtonTemplate {
    /// What it says.
    pub label: Template,
    /// Where it leads.
    pub url: Template,
}

impl Template {
    /// The same text, as if written nowhere.
    fn unplaced(&self) -> Self {
        Self { text: self.text.clone(), place: Place::default(), indent: 0 }
    }
}

/// A folder whose change makes a reminder due.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OnChange {
    /// As written.
    pub folder: String,
    /// The names of the reminder's sources that tell what changed in it.
    pub sources: Vec<String>,
}

/// One of a reminder's targets writes to single people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalMessages {
    /// By whose robot.
    pub via: TargetId,
    /// To whom.
    pub people: Vec<Mention>,
    /// The group behind the target gets the message too.
    pub group_too: bool,
}

/// A reminder, compiled. There may be a hundred thousand of them: what never grows is boxed without
/// room to spare, and so is what few have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Its id.
    pub id: ReminderId,
    /// Where its id was written.
    pub place: Place,
    /// What of `when` is a matter of time, as the person wrote it.
    pub when_text: Box<[Arc<str>]>,
    /// When, as far as it is a matter of time.
    pub schedule: Arc<Schedule>,
    /// Folders whose change makes it due.
    pub on_change: Box<[OnChange]>,
    /// `false` keeps it in the file but silent.
    pub enabled: bool,
    /// Person or target told about its mistakes and changes.
    pub owner: Option<String>,
    /// After downtime.
    pub on_miss: OnMiss,
    /// How late an occurrence may still be planned.
    pub grace: Duration,
    /// How long a delivery may wait after `due_at`.
    pub keep: Duration,
    /// To whom: every target that has something to send.
    pub to: Box<[TargetId]>,
    /// Which of these write to single people.
    pub personal: Box<[PersonalMessages]>,
    /// Whom it mentions.
    pub mention: Box<[Mention]>,
    /// What its templates can name besides what is always there.
    pub data: Box<[DataSource]>,
    /// When this expression is false, nothing is sent.
    pub only_if: Option<Box<Template>>,
    /// Short headline; the id when absent.
    pub title: Option<Box<Template>>,
    /// What it says.
    pub body: Body,
    /// How the body is written.
    pub format: Format,
    /// Links under it.
    pub buttons: Box<[ButtonTemplate]>,
    /// Order in the queue.
    pub priority: Priority,
    /// Over the robot's size.
    pub too_long: TooLong,
}

impl Reminder {
    /// The same reminder, as if written nowhere: two that differ in comments and lines alone are
    /// equal then.
    #[must_use]
    pub fn unplaced(&self) -> Self {
        let body = match &self.body {
            Body::Inline(template) => Body::Inline(template.unplaced()),
            Body::File { path, .. } => Body::File { path: path.clone(), place: Place::default() },
        };
        let button = |button: &ButtonTemplate| ButtonTemplate {
            label: button.label.unplaced(),
            url: button.url.unplaced(),
        };
        let source = |source: &DataSource| DataSource { place: Place::default(), ..source.clone() };
        Self {
            place: Place::default(),
            data: self.data.iter().map(source).collect(),
            only_if: self.only_if.as_deref().map(Template::unplaced).map(Box::new),
            title: self.title.as_deref().map(Template::unplaced).map(Box::new),
            buttons: self.buttons.iter().map(button).collect(),
            body,
            ..self.clone()
        }
    }

    /// The single people that a target writes to, where it does.
    #[must_use]
    pub fn personal(&self, target: &TargetId) -> Option<&PersonalMessages> {
        self.personal.iter().find(|personal| personal.via == *target)
    }
}
