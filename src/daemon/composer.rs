//! The composer: turns planned occurrences into deliveries, off the scheduler's path.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{alerter::Alert, shared::Shared, world::World};
use crate::{
    compose::{self, Scene},
    model::{
        delivery::NewDelivery,
        diagnostic::{self, Diagnostic},
        message::Message,
        occurrence::{Occurrence, Origin},
        reminder::{OnMiss, Priority, Reminder},
        target::{Target, TargetId},
    },
    outbox::{Composing, Composition, Planned, StoreError},
    send,
};

/// Occurrences composed in one transaction.
const BATCH: u32 = 256;

/// How long the loop waits when the store could not be written.
const STORE_PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

/// The options of a manual send, kept beside its occurrence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// `--only`: of the reminder's targets, these.
    #[serde(default)]
    pub only: Vec<String>,
    /// `--to`: another target instead, with a banner.
    #[serde(default)]
    pub to: Option<String>,
    /// `--set` and `--data`: values in the template's scope.
    #[serde(default)]
    pub values: BTreeMap<String, serde_json::Value>,
    /// The message is visibly a test.
    #[serde(default)]
    pub banner: bool,
}

/// What was composed for one target.
#[derive(Clone, Debug)]
pub struct Composed<'a> {
    /// To whom.
    pub target: &'a Target,
    /// The parts, in order.
    pub messages: Vec<Message>,
}

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Occurrences composed, skipped or failed.
    pub composed: usize,
}

/// The loop. Holds nothing of its own.
pub struct Composer {
    shared: Shared,
}

impl Composer {
    /// A composer.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// Composes everything that is planned and due.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub async fn run_once(&self) -> Result<Summary, StoreError> {
        let mut summary = Summary::default();
        loop {
            let now = self.shared.clock.now();
            let planned = self.shared.outbox.planned(now, BATCH).await?;
            if planned.is_empty() {
                return Ok(summary);
            }
            summary.composed += planned.len();
            self.batch(planned, now).await?;
        }
    }

    /// Composes one planned occurrence and no other: for a command that sends for itself.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn compose_one(&self, planned: Planned) -> Result<(), StoreError> {
        self.batch(vec![planned], self.shared.clock.now()).await
    }

    /// Runs until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            let wake_at = match self.run_once().await {
                Ok(_) => None,
                Err(error) => {
                    self.shared.alert(Alert::store(&error));
                    Some(self.shared.clock.now() + STORE_PAUSE)
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = self.shared.bells.composer.notified() => {}
                _ = self.shared.clock.sleep_until(wake_at) => {}
            }
        }
    }

    async fn batch(&self, planned: Vec<Planned>, now: Timestamp) -> Result<(), StoreError> {
        let world = self.shared.world();
        // Files are read and templates rendered: not on the threads that send.
        let composing = tokio::task::spawn_blocking(move || {
            planned
                .into_iter()
                .map(|planned| compose_planned(&world, planned, now))
                .collect::<Vec<_>>()
        });
        let composing = match composing.await {
            Ok(composing) => composing,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        };
        let done = self.shared.outbox.compose_batch(&composing, now).await?;
        self.shared.bells.dispatcher.notify_one();
        self.shared.bells.rescuer.notify_one();
        let world = self.shared.world();
        for dropped in &done.superseded {
            self.shared.alert(Alert::dropped(dropped, world.called(&dropped.target)));
        }
        for (item, _) in composing.iter().zip(&done.counted).filter(|(_, counted)| **counted) {
            if let Composition::Failed { reason, .. } = &item.composition {
                self.shared.alert(Alert::failed(&item.occurrence, reason));
            }
        }
        Ok(())
    }
}

/// One occurrence, from its row to its deliveries or to the reason why there are none.
fn compose_planned(world: &World, planned: Planned, now: Timestamp) -> Composing {
    let failed = |reason: String| Composition::Failed { reason, detail: None };
    let Planned { occurrence, request, .. } = planned;
    let request = match request.as_deref().map(serde_json::from_str::<Request>).transpose() {
        Ok(request) => request.unwrap_or_default(),
        Err(error) => {
            let composition = failed(format!("the request cannot be read: {error}"));
            return Composing { occurrence, composition, keep_older: true };
        }
    };
    let Some(reminder) = world.reminders.get(&occurrence.reminder) else {
        let composition = failed("the reminder is in no schedule file any more".to_owned());
        return Composing { occurrence, composition, keep_older: true };
    };
    let composition = match render(world, reminder, &occurrence, &request) {
        Err(wrong) => failed(sentence(&wrong)),
        Ok(composed) => {
            Composition::Deliveries(deliveries(world, reminder, &occurrence, composed, now))
        }
    };
    Composing { occurrence, composition, keep_older: reminder.on_miss == OnMiss::All }
}

/// The messages of one occurrence, per target, exactly as they would be sent. `preview` and `send
/// --dry-run` call this too.
///
/// # Errors
/// What is wrong, located.
pub fn render<'a>(
    world: &'a World,
    reminder: &Reminder,
    occurrence: &Occurrence,
    request: &Request,
) -> Result<Vec<Composed<'a>>, Vec<Diagnostic>> {
    let targets = addressed(world, reminder, request).map_err(|message| {
        vec![Diagnostic::error(reminder.place.clone(), "unknown-target", message)]
    })?;
    let shaped: Vec<_> =
        targets.iter().map(|target| (*target, send::robot(target.robot).shape())).collect();
    let scene = Scene {
        targets: &shaped,
        people: &world.people,
        language: world.language,
        content: &world.content,
        workdays: workdays(reminder),
        values: &request.values,
        banner: request.banner.then_some(compose::TEST_BANNER),
    };
    let mut composed = Vec::with_capacity(targets.len());
    let mut wrong = Vec::new();
    for (target, one) in targets.into_iter().zip(compose::compose(reminder, occurrence, &scene)) {
        match one.messages {
            Ok(messages) => composed.push(Composed { target, messages }),
            Err(found) => wrong.extend(found),
        }
    }
    if wrong.is_empty() {
        return Ok(composed);
    }
    diagnostic::sort(&mut wrong);
    Err(wrong)
}

/// What the reminder's calendar says about workdays, for templates.
#[must_use]
pub fn workdays(reminder: &Reminder) -> compose::Workdays {
    let calendar = Arc::clone(&reminder.schedule.calendar);
    Arc::new(move |date| calendar.is_workday(date))
}

/// The targets an occurrence goes to: the reminder's own, some of them, or another one instead.
fn addressed<'a>(
    world: &'a World,
    reminder: &Reminder,
    request: &Request,
) -> Result<Vec<&'a Target>, String> {
    let find = |id: &TargetId| {
        world.targets.get(id).ok_or_else(|| format!("the settings have no target `{id}`"))
    };
    if let Some(to) = &request.to {
        return Ok(vec![find(&TargetId::new(to.as_str()))?]);
    }
    if let Some(stranger) =
        request.only.iter().find(|only| !reminder.to.iter().any(|to| to.as_str() == **only))
    {
        return Err(format!("`{stranger}` is not among the targets of {}", reminder.id));
    }
    let chosen = |id: &&TargetId| {
        request.only.is_empty() || request.only.iter().any(|only| only == id.as_str())
    };
    reminder.to.iter().filter(chosen).map(find).collect()
}

fn deliveries(
    world: &World,
    reminder: &Reminder,
    occurrence: &Occurrence,
    composed: Vec<Composed<'_>>,
    now: Timestamp,
) -> Vec<NewDelivery> {
    let manual = occurrence.origin != Origin::Schedule;
    let kept_from = if manual { now } else { occurrence.due_at };
    let keep_until = kept_from.saturating_add(reminder.keep).unwrap_or(Timestamp::MAX);
    composed
        .into_iter()
        .flat_map(|Composed { target, messages }| {
            let loud = manual || reminder.priority == Priority::Urgent;
            let not_before = if loud { now } else { after_quiet(world, target, now) };
            messages.into_iter().map(move |message| NewDelivery {
                target: target.id.clone(),
                robot_key: target.robot_key(),
                priority: reminder.priority,
                not_before,
                keep_until,
                message,
            })
        })
        .collect()
}

/// When the target's quiet hours that hold `now` are over; `now` itself outside of them.
fn after_quiet(world: &World, target: &Target, now: Timestamp) -> Timestamp {
    let local: ZonedDateTime = now.to_zoned_datetime(world.zone.tz.clone());
    target.quiet.and_then(|quiet| quiet.ends(&local)).unwrap_or(now)
}

/// The findings as one text for a log row.
fn sentence(wrong: &[Diagnostic]) -> String {
    let lines: Vec<_> = wrong.iter().map(ToString::to_string).collect();
    lines.join("; ")
}
