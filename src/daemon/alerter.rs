//! The alerter: tells people what goes wrong with the service itself.
//!
//! Every alert stands in the journal at once. Each cause is told to the alert target at most once a
//! day, never only through the robot that is failing. What concerns a schedule file goes to its
//! owner, or to the editors, as well.

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    shared::Shared,
    world::{BrokenFile, BrokenSettings, World},
};
use crate::{
    compose,
    model::{
        delivery::{DeliveryState, Leased, NewDelivery, Settlement},
        message::{Format, Mentions},
        occurrence::Occurrence,
        receipt::Attempt,
        reminder::{Priority, ReminderId, TooLong},
        target::{Target, TargetId},
    },
    outbox::{Dropped, Fate, PlannedRow, Rescued, StoreError},
    send,
};

/// Alerts waiting at once; what is beyond stands in the journal only.
pub const WAITING: usize = 1024;

/// The reminder id alerts are logged under. No schedule file can take it: `@` is not in an id.
pub const ALERTS: &str = "@alerts";

/// How long an alert may wait for its robot.
const KEEP: std::time::Duration = std::time::Duration::from_secs(12 * 3600);

/// Something a person should know about the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// The same cause is told at most once a day.
    pub cause: String,
    /// What happened, in one line.
    pub title: String,
    /// More, and what to do.
    pub text: String,
    /// The robot that is failing, which cannot be the only messenger.
    pub failing_robot: Option<String>,
    /// It concerns a schedule file: persons or targets to tell; with none, the editors.
    pub file_owners: Option<Vec<String>>,
}

impl Alert {
    fn new(cause: String, title: String, text: String) -> Self {
        Self { cause, title, text, failing_robot: None, file_owners: None }
    }

    /// The store is in trouble.
    #[must_use]
    pub fn store(error: &StoreError) -> Self {
        let text =
            "Nothing is lost; the service tries again. Look at the disk that holds the store.";
        Self::new("store".to_owned(), error.to_string(), text.to_owned())
    }

    /// An occurrence was seen too late.
    #[must_use]
    pub fn missed(row: &PlannedRow) -> Self {
        let Occurrence { reminder, due_at, .. } = &row.occurrence;
        let reason = match &row.fate {
            Fate::Missed { reason, .. } | Fate::Skipped { reason, .. } => reason.as_str(),
            Fate::Planned => "",
        };
        Self::new(
            format!("missed:{reminder}"),
            format!("{reminder} was missed ({reason})"),
            format!("It was due at {due_at}. `dingdong send {reminder}` sends it now."),
        )
    }

    /// An expected occurrence has no row, or was not composed.
    #[must_use]
    pub fn overdue(reminder: &ReminderId, due_at: Timestamp) -> Self {
        Self::new(
            format!("overdue:{reminder}"),
            format!("{reminder} is overdue: it was due at {due_at}"),
            "The service did not get to it. Look at its log, and restart it if it hangs."
                .to_owned(),
        )
    }

    /// An occurrence could not be composed.
    #[must_use]
    pub fn failed(occurrence: &Occurrence, reason: &str) -> Self {
        let reminder = &occurrence.reminder;
        let text = format!(
            "Nothing was sent. {reason}\nMend it, then `dingdong send {reminder}` sends it."
        );
        Self {
            file_owners: Some(Vec::new()),
            ..Self::new(
                format!("failed:{reminder}"),
                format!("{reminder} could not be composed"),
                text,
            )
        }
    }

    /// A robot refused, or cannot be reached for long. `called` is what people call the target.
    #[must_use]
    pub fn refused(
        leased: &Leased,
        called: &str,
        settlement: &Settlement,
        attempt: &Attempt,
    ) -> Self {
        let Leased { id, target, occurrence, robot_key, .. } = leased;
        let reminder = &occurrence.reminder;
        let redrive = format!("`dingdong redrive {id}` sends it all the same.");
        let again = "It is tried again by itself.".to_owned();
        let (cause, title, next) = match settlement {
            Settlement { suspend: Some(_), .. } => (
                format!("suspended:{target}"),
                format!("the robot of {called} is suspended"),
                format!("Its messages wait. Mend it, then `dingdong resume --target {target}`."),
            ),
            Settlement { state: DeliveryState::Dead, .. } => (
                format!("dead:{target}:{reminder}"),
                format!("{called} refused {reminder} for good"),
                redrive,
            ),
            Settlement { state: DeliveryState::Expired, .. } => (
                format!("expired:{target}:{reminder}"),
                format!("{reminder} for {called} is expired (keep)"),
                redrive,
            ),
            Settlement { rest_until: Some(until), .. } => (
                format!("resting:{target}"),
                format!("the robot of {called} rests until {until}"),
                again,
            ),
            _ => (
                format!("waiting:{target}"),
                format!("{reminder} has not reached {called} yet"),
                again,
            ),
        };
        let code = attempt.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        let reason = attempt.reason.as_deref().unwrap_or_default();
        let help = attempt.help.as_deref().map(|help| format!("{help}\n")).unwrap_or_default();
        let text = format!("The answer was: {reason}{code}\n{help}{next}");
        Self { failing_robot: Some(robot_key.clone()), ..Self::new(cause, title, text) }
    }

    /// A delivery left the queue unsent.
    #[must_use]
    pub fn dropped(dropped: &Dropped, called: &str) -> Self {
        let Dropped { id, occurrence, target, robot_key, reason } = dropped;
        Self {
            failing_robot: Some(robot_key.clone()),
            ..Self::new(
                format!("expired:{target}:{}", occurrence.reminder),
                format!("{} for {called} is expired ({reason})", occurrence.reminder),
                format!("`dingdong redrive {id}` sends it all the same."),
            )
        }
    }

    /// A crash left the outcome unknown, and the target forbids repeats.
    #[must_use]
    pub fn held(held: &Rescued, called: &str) -> Self {
        let Rescued { id, occurrence, .. } = held;
        Self::new(
            format!("held:{id}"),
            format!("{} for {called} is held back", occurrence.reminder),
            format!(
                "The service ended before the answer came. Look whether the group has it; if not, \
                 `dingdong redrive {id}` sends it."
            ),
        )
    }

    /// A schedule file cannot be used as it is.
    #[must_use]
    pub fn broken_file(file: &BrokenFile) -> Self {
        const SHOWN: usize = 5;
        let mut lines: Vec<_> =
            file.diagnostics.iter().take(SHOWN).map(ToString::to_string).collect();
        if file.diagnostics.len() > SHOWN {
            lines.push(format!("… and {} more", file.diagnostics.len() - SHOWN));
        }
        lines.push(if file.last_good {
            "Its last good version stays in force.".to_owned()
        } else {
            "Nothing of it is in force.".to_owned()
        });
        Self {
            file_owners: Some(file.owners.clone()),
            ..Self::new(
                format!("broken:{}:{}", file.path, file.hash),
                format!("{} has mistakes", file.path),
                lines.join("\n"),
            )
        }
    }

    /// The settings cannot be used as they are.
    #[must_use]
    pub fn broken_settings(broken: &BrokenSettings) -> Self {
        let lines: Vec<_> = broken.diagnostics.iter().take(5).map(ToString::to_string).collect();
        Self::new(
            format!("settings:{}", lines.join("\n")),
            "the settings have mistakes; the old ones stay in force".to_owned(),
            lines.join("\n"),
        )
    }

    /// A calendar's data ends soon, or has ended.
    #[must_use]
    pub fn coverage(calendar: &str, last: jiff::civil::Date, days_left: i64) -> Self {
        let title = if days_left >= 0 {
            format!("the calendar {calendar} ends in {days_left} days, on {last}")
        } else {
            format!("the calendar {calendar} ended on {last}")
        };
        Self::new(
            format!("coverage:{calendar}:{last}:{days_left}"),
            title,
            format!(
                "After that day only weekends and the holidays fixed by law are known. Bring in next \
             year's days: dingdong calendar import FILE --into {calendar} (the notice as text, \
             an .ics file or a table)."
            ),
        )
    }

    /// Writes it to the journal.
    pub fn log(&self) {
        tracing::warn!(ALERT = self.cause, text = self.text, "{}", self.title);
    }
}

/// The loop.
pub struct Alerter {
    shared: Shared,
    alerts: mpsc::Receiver<Alert>,
}

impl Alerter {
    /// An alerter that takes what the loops raise.
    #[must_use]
    pub fn new(shared: Shared, alerts: mpsc::Receiver<Alert>) -> Self {
        Self { shared, alerts }
    }

    /// Plans a message for every alert that waits. Returns how many were new.
    ///
    /// # Errors
    /// The store could not be written; the alert in hand stands in the journal only.
    pub async fn run_once(&mut self) -> Result<usize, StoreError> {
        let mut told = 0;
        while let Ok(alert) = self.alerts.try_recv() {
            told += usize::from(tell(&self.shared, &alert).await?);
        }
        Ok(told)
    }

    /// Runs until it is told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => {
                    // What the loops said last is still planned; the next start sends it.
                    if let Err(error) = self.run_once().await {
                        tracing::error!(%error, "the last alerts could not be planned");
                    }
                    return;
                }
                alert = self.alerts.recv() => {
                    let Some(alert) = alert else { return };
                    if let Err(error) = tell(&self.shared, &alert).await {
                        tracing::error!(%error, alert = alert.title, "an alert could not be planned");
                    }
                }
            }
        }
    }
}

/// Plans the messages of one alert, unless its cause was told within a day.
async fn tell(shared: &Shared, alert: &Alert) -> Result<bool, StoreError> {
    let world = shared.world();
    let now = shared.clock.now();
    let audience = audience(&world, alert);
    if audience.is_empty() {
        return shared.outbox.alert(&alert.cause, now).await;
    }
    let deliveries = |occurrence: &Occurrence| {
        audience
            .iter()
            .filter_map(|target| delivery(&world, target, alert, occurrence, now))
            .collect()
    };
    let id = ReminderId::new(ALERTS);
    let planned =
        shared.outbox.plan_alert(&id, &alert.cause, &world.zone.name, deliveries, now).await?;
    if planned.is_some() {
        shared.bells.dispatcher.notify_one();
    }
    Ok(planned.is_some())
}

/// Who hears it: the alert target, the file's owner or the editors; and when all of these speak
/// through the failing robot only, every other target that can be an owner's or editor's.
fn audience<'a>(world: &'a World, alert: &Alert) -> Vec<&'a Target> {
    let mut ids: Vec<TargetId> = world.alerts.to.iter().cloned().collect();
    if let Some(owners) = &alert.file_owners {
        let before = ids.len();
        ids.extend(owners.iter().map(|owner| TargetId::new(owner.as_str())));
        if ids.len() == before {
            ids.extend(world.alerts.editors.iter().cloned());
        }
    }
    if alert.failing_robot.is_some() {
        ids.extend(world.alerts.editors.iter().cloned());
    }
    let mut found: Vec<&Target> = Vec::new();
    for target in ids.iter().filter_map(|id| world.targets.get(id)) {
        let failing = alert.failing_robot.as_deref() == Some(target.robot_key().as_str());
        if !failing && target.enabled && !found.iter().any(|known| known.id == target.id) {
            found.push(target);
        }
    }
    found
}

fn delivery(
    world: &World,
    target: &Target,
    alert: &Alert,
    occurrence: &Occurrence,
    now: Timestamp,
) -> Option<NewDelivery> {
    let support =
        world.alerts.support.as_deref().map(|who| format!("\n\n{who}")).unwrap_or_default();
    let draft = compose::Draft {
        title: format!("dingdong: {}", alert.title),
        body: format!("{}{support}", alert.text),
        format: Format::Text,
        buttons: Vec::new(),
        mentions: Mentions::default(),
        banner: None,
    };
    let fitting = compose::Fitting {
        target,
        shape: &send::robot(target.robot).shape(),
        too_long: TooLong::Truncate,
        language: world.language,
        priority: Priority::Urgent,
        occurrence,
    };
    let message = compose::fit(&draft, &fitting)?.messages.into_iter().next()?;
    Some(NewDelivery {
        target: target.id.clone(),
        robot_key: target.robot_key(),
        priority: Priority::Urgent,
        not_before: now,
        keep_until: now + KEEP,
        message,
    })
}
