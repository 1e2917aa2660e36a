//! The alerter: tells people what goes wrong with the service itself.
//!
//! Every alert stands in the journal at once. Each cause is told to the alert target at most once a
//! day, never only through the robot that is failing. What concerns a schedule file goes to its
//! owner, or to the editors, as well. What comes up together is told in one message: an hour of
//! downtime is one message, not one for each reminder.

mod alert;
mod audience;
mod direct;

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub use self::alert::{Alert, Concern};
use self::{
    audience::{Listener, audience, concerned},
    direct::Direct,
};
use super::{dispatcher::WORRYING_ATTEMPTS, shared::Shared, world::World};
use crate::{
    compose,
    model::{
        delivery::NewDelivery,
        message::{Format, Message},
        occurrence::Occurrence,
        reminder::{Priority, ReminderId, TooLong},
        target::TargetId,
        text::{Text, text},
    },
    outbox::StoreError,
    send,
};

/// Alerts waiting at once; what is beyond stands in the journal only.
pub const WAITING: usize = 1024;

/// The reminder id alerts are logged under. No schedule file can take it: `@` is not in an id.
pub const ALERTS: &str = "@alerts";

/// How long an alert may wait for its robot.
const KEEP: Duration = Duration::from_secs(12 * 3600);

/// What comes up within this time of an alert is told together with it.
const GATHER: Duration = Duration::from_secs(1);

/// Alerts of one message that are told whole.
const SHOWN: usize = 8;

/// Further ones of which the title is told.
const NAMED: usize = 20;

/// The loop.
pub struct Alerter {
    shared: Shared,
    alerts: mpsc::Receiver<Alert>,
    direct: Direct,
}

impl Alerter {
    /// An alerter that takes what the loops raise.
    #[must_use]
    pub fn new(shared: Shared, alerts: mpsc::Receiver<Alert>) -> Self {
        Self { shared, alerts, direct: Direct::default() }
    }

    /// Plans a message for the alerts that wait; where the store cannot be written, posts it past the
    /// store. Returns how many messages.
    pub async fn run_once(&mut self) -> usize {
        let mut waiting = Vec::new();
        while let Ok(alert) = self.alerts.try_recv() {
            waiting.push(alert);
        }
        self.tell(&waiting).await
    }

    async fn tell(&mut self, alerts: &[Alert]) -> usize {
        match tell(&self.shared, alerts).await {
            Ok(told) => told,
            Err(error) => {
                tracing::error!(%error, alerts = alerts.len(), "alerts could not be planned");
                self.direct.tell(&self.shared, alerts).await
            }
        }
    }

    /// Runs until it is told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            let mut waiting = Vec::new();
            tokio::select! {
                biased;
                () = stop.cancelled() => {
                    // What the loops said last is still planned; the next start sends it.
                    self.run_once().await;
                    return;
                }
                count = self.alerts.recv_many(&mut waiting, WAITING) => {
                    if count == 0 { return; }
                }
                // Nothing is due: the clock notes that the loop sleeps.
                _ = self.shared.clock.sleep_until(None) => continue,
            }
            let gathered = self.shared.clock.now() + GATHER;
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                _ = self.shared.clock.sleep_until(Some(gathered)) => {}
            }
            while let Ok(alert) = self.alerts.try_recv() {
                waiting.push(alert);
            }
            self.tell(&waiting).await;
        }
    }
}

/// Plans the messages of these alerts, but for causes that were told within a day.
async fn tell(shared: &Shared, alerts: &[Alert]) -> Result<usize, StoreError> {
    if alerts.is_empty() {
        return Ok(0);
    }
    let suspended = shared.outbox.suspended().await?;
    let suspended: Vec<String> = suspended.into_iter().map(|one| one.robot_key).collect();
    let world = shared.world();
    let alerts = [alerts, &unheard(shared, &world, alerts).await?].concat();
    let causes: Vec<&str> = alerts.iter().map(|alert| alert.cause.as_str()).collect();
    let letters = |new: &[bool]| letters(&world, &alerts, &suspended, new);
    plan(shared, &world, &causes, letters).await
}

/// What the alert target was to be told and has not got, when one of these alerts says that its robot
/// fails: others hear it then.
async fn unheard(
    shared: &Shared,
    world: &World,
    alerts: &[Alert],
) -> Result<Vec<Alert>, StoreError> {
    let target = world.alerts.to.as_ref().and_then(|id| world.targets.get(id));
    let Some(target) = target else { return Ok(Vec::new()) };
    let robot = Some(target.robot_key());
    if alerts.iter().all(|alert| alert.failing_robot != robot) {
        return Ok(Vec::new());
    }
    let since = shared.clock.now() - KEEP;
    let id = ReminderId::new(ALERTS);
    let found = shared.outbox.unheard(&id, &target.id, since, WORRYING_ATTEMPTS).await?;
    Ok(found.iter().map(|one| Alert::unheard(one, target)).collect())
}

/// What each target is told of the alerts that are new.
fn letters<'w>(
    world: &'w World,
    alerts: &[Alert],
    suspended: &[String],
    new: &[bool],
) -> Vec<Letter<'w>> {
    let new = alerts.iter().zip(new).filter(|(_, new)| **new).map(|(alert, _)| alert);
    let mut letters: BTreeMap<TargetId, (Listener<'w>, Vec<&Alert>)> = BTreeMap::new();
    for alert in new {
        for mut one in audience(world, alert, suspended) {
            let called = std::mem::take(&mut one.called);
            let letter = letters.entry(one.target.id.clone());
            let (listener, told) = letter.or_insert_with(|| (one, Vec::new()));
            listener.call(called);
            told.push(alert);
        }
    }
    letters.into_values().map(|(listener, told)| Letter::of(listener, &told)).collect()
}

/// Tells whoever owns a file, or the editors, something about it; not an alert, so nothing in the
/// journal. `told` are owners with what they are told.
pub(super) async fn answer(
    shared: &Shared,
    told: &[(Vec<String>, Text, Vec<Text>)],
) -> Result<usize, StoreError> {
    if told.is_empty() {
        return Ok(0);
    }
    let world = shared.world();
    let letters = |_: &[bool]| {
        let mut letters = Vec::new();
        for (owners, title, lines) in told {
            let concern = Concern::File(owners.clone());
            let listeners = concerned(&world, &concern).into_iter();
            let enabled = listeners.filter(|one| one.target.enabled);
            letters.extend(enabled.map(|listener| Letter {
                listener,
                title: title.clone(),
                lines: lines.clone(),
                support: false,
            }));
        }
        letters
    };
    plan(shared, &world, &[], letters).await
}

/// Plans one occurrence with the letters that the causes not yet told come to. Returns how many.
async fn plan<'w>(
    shared: &Shared,
    world: &'w World,
    causes: &[&str],
    letters: impl FnOnce(&[bool]) -> Vec<Letter<'w>> + Send,
) -> Result<usize, StoreError> {
    let now = shared.clock.now();
    let mut planned = 0;
    let deliveries = |occurrence: &Occurrence, new: &[bool]| {
        let letters = letters(new).into_iter();
        let made = letters.filter_map(|letter| letter.delivery(world, occurrence, now));
        let made: Vec<_> = made.collect();
        planned = made.len();
        made
    };
    let id = ReminderId::new(ALERTS);
    shared.outbox.plan_alert(&id, causes, &world.zone.name, deliveries, now).await?;
    if planned > 0 {
        shared.bells.dispatcher.notify_one();
    }
    Ok(planned)
}

/// What one target is told.
struct Letter<'a> {
    listener: Listener<'a>,
    title: Text,
    lines: Vec<Text>,
    /// Whether it ends with whom to ask.
    support: bool,
}

impl<'a> Letter<'a> {
    /// One alert as it is; several under a common title, the first of them whole.
    fn of(listener: Listener<'a>, alerts: &[&Alert]) -> Self {
        let (title, lines) = match alerts {
            [alert] => (alert.title.clone(), alert.lines.clone()),
            _ => (text!("{count} alerts", count = alerts.len()), together(alerts)),
        };
        Self { listener, title, lines, support: true }
    }

    /// The message as its robot shows it; none when it cannot be made short enough.
    fn message(&self, world: &World, occurrence: &Occurrence) -> Option<Message> {
        let language = world.language;
        let target = self.listener.target;
        let (mentions, names) = self.listener.mentions();
        let mut lines: Vec<String> = self.lines.iter().map(|line| line.told(language)).collect();
        lines.extend((!names.is_empty()).then(|| format!("@{}", names.join(" @"))));
        let mut body = lines.join("\n");
        if let Some(who) = world.alerts.support.as_deref().filter(|_| self.support) {
            body.push_str(&format!("\n\n{who}"));
        }
        let draft = compose::Draft {
            title: format!("{}{}", alert::TITLE, self.title.told(language)),
            body,
            format: Format::Text,
            buttons: Vec::new(),
            mentions,
            banner: None,
        };
        let fitting = compose::Fitting {
            target,
            shape: &send::robot(target.robot).shape(),
            too_long: TooLong::Truncate,
            language,
            priority: Priority::Urgent,
            occurrence,
        };
        compose::fit(&draft, &fitting)?.messages.into_iter().next()
    }

    fn delivery(
        &self,
        world: &World,
        occurrence: &Occurrence,
        now: Timestamp,
    ) -> Option<NewDelivery> {
        let target = self.listener.target;
        Some(NewDelivery {
            target: target.id.clone(),
            robot_key: target.robot_key(),
            priority: Priority::Urgent,
            not_before: now,
            keep_until: now + KEEP,
            message: self.message(world, occurrence)?,
        })
    }
}

/// Several alerts one below the other, as many as are read.
fn together(alerts: &[&Alert]) -> Vec<Text> {
    let mut lines = Vec::new();
    for (at, alert) in alerts.iter().enumerate().take(SHOWN + NAMED) {
        let number = (at + 1).to_string();
        lines.push(text!("{number}. {title}", number = number, title = alert.title.clone()));
        if at < SHOWN {
            lines.extend(alert.lines.iter().cloned());
        }
    }
    if alerts.len() > SHOWN + NAMED {
        let more = alerts.len() - SHOWN - NAMED;
        lines.push(text!("… and {more} more; the service's log has them all", more = more));
    }
    lines
}
