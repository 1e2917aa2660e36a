//! What a person should know about the service: one constructor for each kind of trouble.

use jiff::Timestamp;

use crate::{
    daemon::{
        reasons,
        world::{BrokenFile, BrokenSettings, World},
    },
    model::{
        delivery::{DeliveryState, Leased, Settlement},
        diagnostic::Diagnostic,
        occurrence::Occurrence,
        receipt::Attempt,
        reminder::ReminderId,
        target::Target,
        text::{Text, text},
    },
    outbox::{Damaged, Dropped, Fate, Moved, PlannedRow, Rescued, StoreError, Unheard},
};

/// What the title of every alert begins with.
pub(super) const TITLE: &str = "dingdong: ";

/// Mistakes of one file that are told; the rest is counted.
const MISTAKES_SHOWN: usize = 5;

/// Something a person should know about the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// The same cause is told at most once a day.
    pub cause: String,
    /// What happened, in one line.
    pub title: Text,
    /// More, and what to do, line by line.
    pub lines: Vec<Text>,
    /// The robot that is failing, which cannot be the only messenger.
    pub failing_robot: Option<String>,
    /// Whom it concerns besides whoever runs the service.
    pub concern: Concern,
}

/// Whom an alert concerns besides whoever runs the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concern {
    /// Nobody.
    Service,
    /// Whoever owns this reminder.
    Reminder(ReminderId),
    /// Whoever owns a schedule file: the persons or targets named in it; with none, the editors.
    File(Vec<String>),
}

impl Alert {
    fn new(cause: String, title: Text, lines: Vec<Text>) -> Self {
        Self { cause, title, lines, failing_robot: None, concern: Concern::Service }
    }

    /// The cause of every alert about the store.
    pub const STORE: &str = "store";

    /// The store is in trouble.
    #[must_use]
    pub fn store(error: &StoreError) -> Self {
        let lines = vec![text!(
            "Nothing is lost; the service tries again. Look at the disk that holds the store."
        )];
        Self::new(Self::STORE.to_owned(), error.text(), lines)
    }

    /// An occurrence was seen too late.
    #[must_use]
    pub fn missed(row: &PlannedRow, world: &World) -> Self {
        let Occurrence { reminder, due_at, .. } = &row.occurrence;
        let reason = match &row.fate {
            Fate::Missed { reason, .. } | Fate::Skipped { reason, .. } => {
                reasons::of_occurrence(&Text::from_kept(reason))
            }
            Fate::Planned => "".into(),
        };
        Self::new(
            format!("missed:{reminder}"),
            text!(
                "{reminder} was missed ({reason})",
                reminder = reminder.as_str(),
                reason = reason
            ),
            vec![text!(
                "It was due at {due_at}. `dingdong send {reminder}` sends it now.",
                due_at = world.wall(reminder, *due_at),
                reminder = reminder.as_str(),
            )],
        )
    }

    /// An expected occurrence has no row, or was not composed.
    #[must_use]
    pub fn overdue(reminder: &ReminderId, due_at: Timestamp, world: &World) -> Self {
        Self::new(
            format!("overdue:{reminder}"),
            text!(
                "{reminder} is overdue: it was due at {due_at}",
                reminder = reminder.as_str(),
                due_at = world.wall(reminder, due_at),
            ),
            vec![text!(
                "The service did not get to it. Look at its log, and restart it if it hangs."
            )],
        )
    }

    /// An occurrence could not be composed.
    #[must_use]
    pub fn failed(occurrence: &Occurrence, reason: &Text) -> Self {
        let reminder = &occurrence.reminder;
        let lines = vec![
            text!("Nothing was sent. {reason}", reason = reason.clone()),
            text!(
                "Mend it, then `dingdong send {reminder}` sends it.",
                reminder = reminder.as_str()
            ),
        ];
        let title = text!("{reminder} could not be composed", reminder = reminder.as_str());
        Self {
            concern: Concern::Reminder(reminder.clone()),
            ..Self::new(format!("failed:{reminder}"), title, lines)
        }
    }

    /// A folder whose changes a reminder waits for cannot be read.
    #[must_use]
    pub fn folder(reminder: &ReminderId, wrong: &Diagnostic) -> Self {
        let lines = vec![
            wrong.sentence(),
            text!("What changed meanwhile is told when it can be read again."),
        ];
        let title = text!("{reminder} cannot see what changes", reminder = reminder.as_str());
        Self {
            concern: Concern::Reminder(reminder.clone()),
            ..Self::new(format!("folder:{reminder}"), title, lines)
        }
    }

    /// A robot refused, or cannot be reached for long.
    #[must_use]
    pub fn refused(
        leased: &Leased,
        settlement: &Settlement,
        attempt: &Attempt,
        world: &World,
    ) -> Self {
        let code = attempt.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        let reason = attempt.reason.clone().unwrap_or_else(|| "".into());
        let (cause, title, next) = judged(leased, settlement, world);
        let mut lines = vec![text!("The answer was: {reason}{code}", reason = reason, code = code)];
        lines.extend(attempt.help.clone());
        lines.push(next);
        // What is wrong with the message itself, its author can mend.
        let concern = match attempt.verdict.as_str() {
            "bad_message" => Concern::Reminder(leased.occurrence.reminder.clone()),
            _ => Concern::Service,
        };
        let failing_robot = Some(leased.robot_key.clone());
        Self { failing_robot, concern, ..Self::new(cause, title, lines) }
    }

    /// A delivery left the queue unsent.
    #[must_use]
    pub fn dropped(dropped: &Dropped, world: &World) -> Self {
        let Dropped { id, occurrence, target, robot_key, reason } = dropped;
        Self {
            failing_robot: Some(robot_key.clone()),
            ..Self::new(
                format!("expired:{target}:{}", occurrence.reminder),
                expired(&occurrence.reminder, world.called(target), reason),
                vec![redrive(id)],
            )
        }
    }

    /// Another target stands in for one that is dead or suspended.
    #[must_use]
    pub fn moved(moved: &Moved, world: &World) -> Self {
        let (from, to) = (world.called(&moved.from), world.called(&moved.to));
        let title = text!("{to} gets the messages of {from}", to = to, from = from);
        let lines = vec![text!(
            "{from} is dead or suspended, and {to} is its fallback. Mend {from}; what went to {to} is not sent again by itself.",
            from = from,
            to = to,
        )];
        // It went into the same queue as what it is about.
        let failing_robot = world.targets.get(&moved.from).map(Target::robot_key);
        Self { failing_robot, ..Self::new(format!("fallback:{}", moved.from), title, lines) }
    }

    /// A row of the store is damaged, and was set aside.
    #[must_use]
    pub fn damaged(damaged: &Damaged) -> Self {
        let Damaged { id, reason } = damaged;
        let lines = vec![
            reason.clone(),
            text!(
                "It is not sent. Somebody else wrote into the store, or the disk is failing: look at the disk, and keep the last backup."
            ),
        ];
        let title = text!("{id} is damaged in the store", id = id);
        Self::new(format!("damaged:{id}"), title, lines)
    }

    /// An alert that its target has not got, for others to hear.
    #[must_use]
    pub fn unheard(unheard: &Unheard, target: &Target) -> Self {
        let Unheard { delivery, message } = unheard;
        let told = message.title.strip_prefix(TITLE).unwrap_or(&message.title);
        let mut lines = vec![Text::from(told.to_owned())];
        lines.extend(message.body.lines().filter(|line| !line.trim().is_empty()).map(Text::from));
        let title = text!("{target} has not got this alert", target = &target.name);
        Self {
            failing_robot: Some(target.robot_key()),
            ..Self::new(format!("unheard:{delivery}"), title, lines)
        }
    }

    /// A crash left the outcome unknown, and the target forbids repeats.
    #[must_use]
    pub fn held(held: &Rescued, world: &World) -> Self {
        let Rescued { id, occurrence, target, .. } = held;
        let title = text!(
            "{reminder} for {target} is held back",
            reminder = occurrence.reminder.as_str(),
            target = world.called(target),
        );
        let lines = vec![text!(
            "The service ended before the answer came. Look whether the group has it; if not, `dingdong redrive {id}` sends it.",
            id = id,
        )];
        Self::new(format!("held:{id}"), title, lines)
    }

    /// A schedule file cannot be used as it is.
    #[must_use]
    pub fn broken_file(file: &BrokenFile) -> Self {
        let mut lines = mistakes(&file.diagnostics);
        lines.push(if file.last_good {
            text!("Its last good version stays in force.")
        } else {
            text!("Nothing of it is in force.")
        });
        Self {
            concern: Concern::File(file.owners.clone()),
            ..Self::new(file.cause(), text!("{file} has mistakes", file = &file.path), lines)
        }
    }

    /// The settings cannot be used as they are.
    #[must_use]
    pub fn broken_settings(broken: &BrokenSettings) -> Self {
        let lines = mistakes(&broken.diagnostics);
        let told: Vec<String> = lines.iter().map(ToString::to_string).collect();
        Self::new(
            format!("settings:{}", told.join("\n")),
            text!("the settings have mistakes; the old ones stay in force"),
            lines,
        )
    }

    /// The settings say something else where the service looks only when it starts.
    #[must_use]
    pub fn needs_restart(keys: &[&str]) -> Self {
        let keys = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let title = text!("{keys} in the settings: takes effect after a restart", keys = &keys);
        let lines = vec![text!(
            "Everything else in the settings is in force. `systemctl restart dingdong` (or end it and run it again) takes up the rest; nothing is lost by that."
        )];
        Self::new(format!("restart:{keys}"), title, lines)
    }

    /// A calendar's data ends soon, or has ended.
    #[must_use]
    pub fn coverage(calendar: &str, last: jiff::civil::Date, days_left: i64) -> Self {
        let title = if days_left >= 0 {
            text!(
                "the calendar {calendar} ends in {days} days, on {last}",
                calendar = calendar,
                days = days_left,
                last = last,
            )
        } else {
            text!("the calendar {calendar} ended on {last}", calendar = calendar, last = last)
        };
        let lines = vec![text!(
            "After that day only weekends and the holidays fixed by law are known. Bring in next year's days: dingdong calendar import FILE --into {calendar} (the notice as text, an .ics file or a table).",
            calendar = calendar,
        )];
        Self::new(format!("coverage:{calendar}:{last}:{days_left}"), title, lines)
    }

    /// Writes it to the journal; `unsaid` is how often it came without being written.
    pub fn log(&self, unsaid: u64) {
        let lines: Vec<String> = self.lines.iter().map(ToString::to_string).collect();
        let unsaid = (unsaid > 0).then_some(unsaid);
        tracing::warn!(ALERT = self.cause, unsaid, text = lines.join("\n"), "{}", self.title);
    }
}

/// What a settlement means for a person: the cause, what happened, and what comes next.
fn judged(leased: &Leased, settlement: &Settlement, world: &World) -> (String, Text, Text) {
    let Leased { id, target, occurrence, .. } = leased;
    let (reminder, called) = (&occurrence.reminder, world.called(target));
    let again = || text!("It is tried again by itself.");
    match settlement {
        Settlement { suspend: Some(_), .. } => (
            format!("suspended:{target}"),
            text!("the robot of {target} is suspended", target = called),
            text!(
                "Its messages wait. Mend it, then `dingdong resume --target {target}`.",
                target = target.as_str(),
            ),
        ),
        Settlement { state: DeliveryState::Dead, .. } => (
            format!("dead:{target}:{reminder}"),
            text!(
                "{target} refused {reminder} for good",
                target = called,
                reminder = reminder.as_str()
            ),
            redrive(id),
        ),
        Settlement { state: DeliveryState::Expired, .. } => {
            (format!("expired:{target}:{reminder}"), expired(reminder, called, "keep"), redrive(id))
        }
        Settlement { rest_until: Some(until), .. } => (
            format!("resting:{target}"),
            text!(
                "the robot of {target} rests until {until}",
                target = called,
                until = world.wall(reminder, *until),
            ),
            again(),
        ),
        _ => (
            format!("waiting:{target}"),
            text!(
                "{reminder} has not reached {target} yet",
                reminder = reminder.as_str(),
                target = called
            ),
            again(),
        ),
    }
}

fn expired(reminder: &ReminderId, called: &str, reason: &str) -> Text {
    text!(
        "{reminder} for {target} is expired ({reason})",
        reminder = reminder.as_str(),
        target = called,
        reason = reasons::of_delivery(reason),
    )
}

fn redrive(id: &str) -> Text {
    text!("`dingdong redrive {id}` sends it all the same.", id = id)
}

/// Mistakes line by line, each with its place and what to do.
fn mistakes(found: &[Diagnostic]) -> Vec<Text> {
    let mut lines: Vec<Text> =
        found.iter().take(MISTAKES_SHOWN).map(Diagnostic::sentence).collect();
    if found.len() > MISTAKES_SHOWN {
        lines.push(text!("… and {more} more", more = found.len() - MISTAKES_SHOWN));
    }
    lines
}
