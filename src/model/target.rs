//! A target: a group of people behind one robot.

use std::{borrow::Borrow, fmt, sync::Arc, time::Duration};

use jiff::{
    SignedDuration, Timestamp, ZonedDateTime,
    civil::{Date, Time},
    tz::TimeZone,
};

use super::{
    diagnostic::Place,
    message::{Format, Mentioned, Mentions, Message},
    people::Person,
    secret::SecretRef,
    setup::{Setup, mail::UserName},
    text::Words,
};

/// A target's key in the settings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetId(Arc<str>);

impl TargetId {
    /// Takes a key as written.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The key as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for TargetId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The kinds of robot there are. The dialect of each lives in `send`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RobotKind {
    /// DingTalk's custom group robot.
    Dingtalk,
    /// Feishu's and Lark's custom bot.
    Feishu,
    /// WeCom's group robot.
    Wecom,
    /// Slack's incoming webhook.
    Slack,
    /// Microsoft Teams through a Workflow.
    Teams,
    /// Any receiver of JSON.
    Webhook,
    /// Mail through a server of one's own.
    Email,
    /// The robot of an app of one's own organisation in DingTalk.
    DingtalkApp,
    /// Prints the message; for trying things out.
    Console,
}

impl RobotKind {
    /// Every kind, in the order the documents list them.
    pub const ALL: [Self; 9] = [
        Self::Dingtalk,
        Self::Feishu,
        Self::Wecom,
        Self::Slack,
        Self::Teams,
        Self::Webhook,
        Self::Email,
        Self::DingtalkApp,
        Self::Console,
    ];

    /// The word in the settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dingtalk => "dingtalk",
            Self::Feishu => "feishu",
            Self::Wecom => "wecom",
            Self::Slack => "slack",
            Self::Teams => "teams",
            Self::Webhook => "webhook",
            Self::Email => "email",
            Self::DingtalkApp => "dingtalk-app",
            Self::Console => "console",
        }
    }

    /// Whether it is reached by a webhook, so that a target must name one.
    #[must_use]
    pub fn has_webhook(self) -> bool {
        !matches!(self, Self::Email | Self::DingtalkApp | Self::Console)
    }

    /// Whether a target may name a secret.
    #[must_use]
    pub fn has_secret(self) -> bool {
        matches!(self, Self::Dingtalk | Self::Feishu | Self::Webhook)
    }

    /// The kind a word in the settings means.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// At most `count` messages start in any `window`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pace {
    /// Messages.
    pub count: u32,
    /// The sliding window they are counted in.
    pub window: Duration,
}

/// A daily span in which nothing but urgent messages goes out; it may pass midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quiet {
    /// First silent minute.
    pub from: Time,
    /// First minute that is not silent any more.
    pub to: Time,
}

impl Quiet {
    /// When the quiet span that holds `local` is over; none outside of it.
    #[must_use]
    pub fn ends(self, local: &ZonedDateTime) -> Option<Timestamp> {
        let time = local.time();
        if !self.holds(time) {
            return None;
        }
        let tomorrow = self.is_overnight() && time >= self.from;
        let date = if tomorrow { local.date().tomorrow().ok()? } else { local.date() };
        at(local.time_zone(), date, self.to)
    }

    /// Whether it is silent at a time of day.
    fn holds(self, time: Time) -> bool {
        match self.is_overnight() {
            true => time >= self.from || time < self.to,
            false => time >= self.from && time < self.to,
        }
    }

    fn is_overnight(self) -> bool {
        self.to <= self.from
    }
}

/// When the clock shows a time on a date.
fn at(tz: &TimeZone, date: Date, time: Time) -> Option<Timestamp> {
    let local = tz.to_ambiguous_zoned_datetime(date.to_datetime(time)).compatible().ok()?;
    Some(local.timestamp())
}

/// When a day of messages ends, unless quiet hours begin before.
const EVENING: Time = Time::constant(18, 0, 0, 0);

/// So long before quiet hours a day ends, so that what is left goes out before them.
const BEFORE_QUIET: SignedDuration = SignedDuration::from_mins(30);

/// What to do with a message whose outcome a crash made unknown, where the robot takes no idempotency key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AfterCrash {
    /// Send it again; the group may see it twice.
    #[default]
    Resend,
    /// Keep it back and tell a person.
    Hold,
}

/// A target as the settings describe it. Holds references to secrets, never secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its key.
    pub id: TargetId,
    /// What people call the group.
    pub name: String,
    /// Where its key was written.
    pub place: Place,
    /// The kind of robot.
    pub robot: RobotKind,
    /// Where its webhook URL is kept.
    pub webhook: Option<SecretRef>,
    /// Where its signing secret is kept.
    pub secret: Option<SecretRef>,
    /// What only its robot needs to be told.
    pub setup: Setup,
    /// At least one must occur in every message.
    pub keywords: Vec<String>,
    /// When it stays silent, in the settings' zone.
    pub quiet: Option<Quiet>,
    /// How often it may be used; the robot's own measure when absent.
    pub pace: Option<Pace>,
    /// After an unknown outcome, where the robot takes no idempotency key.
    pub after_crash: AfterCrash,
    /// Used when this one is dead or suspended.
    pub fallback: Option<TargetId>,
    /// What waits beyond the pace goes out in one message.
    pub merge: bool,
    /// At most so many messages a day; the rest waits for its end.
    pub daily_limit: Option<u32>,
    /// Plain `http` is allowed to any host, for receivers inside the house.
    pub allow_http: bool,
    /// Whether anything is sent to it.
    pub enabled: bool,
}

impl Target {
    /// A target with nothing but its kind of robot, called by its key.
    #[must_use]
    pub fn new(id: &str, robot: RobotKind) -> Self {
        Self {
            id: TargetId::new(id),
            name: id.to_owned(),
            place: Place::default(),
            robot,
            webhook: None,
            secret: None,
            setup: Setup::default(),
            keywords: Vec::new(),
            quiet: None,
            pace: None,
            after_crash: AfterCrash::default(),
            fallback: None,
            merge: false,
            daily_limit: None,
            allow_http: false,
            enabled: true,
        }
    }

    /// Whether there is anybody behind it whom a reminder does not name itself: a group, or
    /// receivers of mail.
    #[must_use]
    pub fn has_group(&self) -> bool {
        match &self.setup {
            Setup::Mail(mail) => !mail.to.is_empty() || !mail.cc.is_empty(),
            Setup::App(app) => app.conversation.is_some(),
            Setup::Plain | Setup::Webhook(_) => true,
        }
    }

    /// The time of day at which what is beyond the daily limit goes out: six in the evening, or half
    /// an hour before its quiet hours where these begin earlier.
    #[must_use]
    pub fn day_ends(&self) -> Time {
        let evening = [EVENING, EVENING.wrapping_add(BEFORE_QUIET)];
        let early = self.quiet.filter(|quiet| evening.into_iter().any(|time| quiet.holds(time)));
        early.map_or(EVENING, |quiet| quiet.from.wrapping_sub(BEFORE_QUIET))
    }

    /// When the day of messages that holds `local` began, and when it ends. What comes after the end
    /// belongs to the next one.
    #[must_use]
    pub fn day(&self, local: &ZonedDateTime) -> Option<(Timestamp, Timestamp)> {
        let (today, time) = (local.date(), self.day_ends());
        let ends = |date: Date| at(local.time_zone(), date, time);
        let end = ends(today)?;
        match local.timestamp() < end {
            true => Some((ends(today.yesterday().ok()?)?, end)),
            false => Some((end, ends(today.tomorrow().ok()?)?)),
        }
    }

    /// The target that follows its messages with a short text that mentions people, where its own
    /// robot cannot.
    #[must_use]
    pub fn nudge(&self) -> Option<&TargetId> {
        match &self.setup {
            Setup::App(app) => app.nudge.as_ref(),
            _ => None,
        }
    }

    /// Where everything is kept by which its robot is let in.
    #[must_use]
    pub fn secrets(&self) -> Vec<&SecretRef> {
        let mut secrets: Vec<&SecretRef> = self.webhook.iter().chain(&self.secret).collect();
        match &self.setup {
            Setup::Plain => {}
            Setup::Webhook(setup) => secrets.extend(setup.headers.iter().map(|(_, kept)| kept)),
            Setup::Mail(setup) => {
                secrets.extend(setup.user.iter().filter_map(UserName::kept));
                secrets.extend(&setup.password);
            }
            Setup::App(setup) => {
                secrets.extend(setup.key.kept());
                secrets.push(&setup.secret);
            }
        }
        secrets
    }

    /// What the robot's pace and rest are counted by: targets that share a webhook, or a sender of
    /// mail, share a robot.
    #[must_use]
    pub fn robot_key(&self) -> String {
        match (&self.webhook, &self.setup) {
            (Some(webhook), _) => webhook.to_string(),
            (None, Setup::Mail(mail)) => {
                format!("mail:{}@{}:{}", mail.from.address, mail.host, mail.port)
            }
            (None, Setup::App(app)) => match &app.key {
                UserName::Plain(key) => format!("app:{key}"),
                UserName::Kept(reference) => format!("app:{reference}"),
            },
            (None, Setup::Plain | Setup::Webhook(_)) => format!("target:{}", self.id),
        }
    }
}

/// How messages must be shaped for a robot: its vendor's facts, handed from `send` to `compose`.
#[derive(Clone, Copy)]
pub struct Shape {
    /// What the vendor counts may not be longer, in bytes.
    pub max_bytes: usize,
    /// The same for plain text, where that may be less long.
    pub max_text_bytes: Option<usize>,
    /// At most so many people can be mentioned in one message.
    pub max_mentions: usize,
    /// The ids by which it can mention people, in words for advice (`a slack id`); empty when it
    /// can mention nobody singly.
    pub mention_by: Words,
    /// Whether it can mention everyone.
    pub mention_all: bool,
    /// Those mentions of a message that it cannot carry itself: a short text that follows does.
    pub nudge: fn(&Message) -> Mentions,
    /// The robot shows the title outside the body only (so compose makes it the first heading of Markdown bodies).
    pub hides_title: bool,
    /// The id by which this robot can mention a person; none when it cannot.
    pub mention: fn(&Person) -> Option<Mentioned>,
    /// The length of what the vendor counts (usually the encoded request body), in bytes.
    pub encoded_len: fn(&Message) -> usize,
    /// How it writes to single people, where it can.
    pub personal: Option<Personal>,
    /// A keyword the robot demands is looked for in this text of the message.
    pub scanned_text: fn(&Message) -> String,
}

/// How a robot writes to single people.
#[derive(Clone, Copy, Debug)]
pub struct Personal {
    /// The id by which it can write to a person; none when it cannot.
    pub id: fn(&Person) -> Option<Mentioned>,
    /// That id, in words for advice (`an email address`).
    pub by: Words,
    /// At most so many people get one message at once.
    pub batch: usize,
    /// Whether it can ring for an urgent message.
    pub rings: fn(&Target) -> bool,
}

impl Shape {
    /// How long what the vendor counts may be for a message in this format, in bytes.
    #[must_use]
    pub fn longest(&self, format: Format) -> usize {
        match format {
            Format::Markdown => self.max_bytes,
            Format::Text => self.max_text_bytes.unwrap_or(self.max_bytes),
        }
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shape").field("max_bytes", &self.max_bytes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn quiet_hours_end_in_the_morning_also_when_they_began_the_day_before() {
        let night = Quiet { from: time(22, 0, 0, 0), to: time(7, 30, 0, 0) };
        let lunch = Quiet { from: time(12, 0, 0, 0), to: time(13, 0, 0, 0) };
        let cases = [
            (night, "2026-11-24T23:00", Some("2026-11-25T07:30")),
            (night, "2026-11-25T03:00", Some("2026-11-25T07:30")),
            (night, "2026-11-25T07:30", None),
            (night, "2026-11-25T21:59", None),
            (lunch, "2026-11-25T12:00", Some("2026-11-25T13:00")),
            (lunch, "2026-11-25T13:00", None),
        ];
        let local =
            |text: &str| format!("{text}:00+08:00[+08:00]").parse::<ZonedDateTime>().unwrap();
        for (quiet, at, ends) in cases {
            assert_eq!(quiet.ends(&local(at)), ends.map(|end| local(end).timestamp()), "{at}");
        }
    }

    #[test]
    fn a_day_of_messages_ends_in_the_evening_and_before_quiet_hours() {
        let local =
            |text: &str| format!("{text}:00+08:00[+08:00]").parse::<ZonedDateTime>().unwrap();
        let target = |quiet: Option<(i8, i8, i8)>| {
            let quiet = quiet.map(|(hour, minute, to)| Quiet {
                from: time(hour, minute, 0, 0),
                to: time(to, 0, 0, 0),
            });
            Target { quiet, ..Target::new("a", RobotKind::Console) }
        };
        let cases = [
            (None, "18:00"),
            (Some((22, 0, 7)), "18:00"),
            (Some((12, 0, 13)), "18:00"),
            (Some((18, 30, 9)), "18:00"),
            (Some((18, 15, 9)), "17:45"),
            (Some((17, 0, 9)), "16:30"),
            // Those who work at night.
            (Some((7, 0, 20)), "06:30"),
            (Some((0, 10, 20)), "23:40"),
        ];
        for (quiet, ends) in cases {
            assert_eq!(target(quiet).day_ends().to_string(), format!("{ends}:00"), "{quiet:?}");
        }
        let day = |at: &str| {
            let (began, ends) = target(None).day(&local(at)).unwrap();
            (began, ends)
        };
        let evening = |date: &str| local(&format!("{date}T18:00")).timestamp();
        let (before, after) = (
            (evening("2026-11-23"), evening("2026-11-24")),
            (evening("2026-11-24"), evening("2026-11-25")),
        );
        assert_eq!(day("2026-11-24T00:00"), before);
        assert_eq!(day("2026-11-24T17:59"), before);
        assert_eq!(day("2026-11-24T18:00"), after);
        assert_eq!(day("2026-11-24T23:59"), after);
    }
}
