//! The composer: turns planned occurrences into deliveries, off the scheduler's path.

mod render;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

pub use self::render::{Composed, Rendered, Request, render, workdays};
use super::{alerter::Alert, shared::Shared, world::World};
use crate::{
    compose::{self, Data},
    model::{
        delivery::NewDelivery,
        diagnostic::Diagnostic,
        occurrence::{Occurrence, Origin},
        reminder::{OnMiss, Reminder},
        target::Target,
    },
    outbox::{Brakes, Composing, Composition, Planned, Scope, StoreError},
};

/// Occurrences composed in one transaction.
const BATCH: u32 = 256;

/// How long the loop waits when the store could not be written.
const STORE_PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

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
        let brakes = self.shared.outbox.brakes().await?;
        // Files are read and templates rendered: not on the threads that send.
        let composing = tokio::task::spawn_blocking(move || {
            let batch = || -> Vec<_> {
                let one = |one: &Planned| compose_planned(&world, &brakes, one.clone(), now);
                planned.iter().map(one).collect()
            };
            // One room for all of them; without one each occurrence says so.
            compose::in_room(batch).unwrap_or_else(|_| batch())
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
            if let Composition::Failed { reason } = &item.composition {
                self.shared.alert(Alert::failed(&item.occurrence, reason));
            }
        }
        Ok(())
    }
}

/// One occurrence, from its row to its deliveries or to the reason why there are none.
fn compose_planned(world: &World, brakes: &Brakes, planned: Planned, now: Timestamp) -> Composing {
    let Planned { occurrence, request, .. } = planned;
    let failed = |occurrence: Occurrence, reason: String| {
        let composition = Composition::Failed { reason };
        Composing { keep_older: true, ..Composing::new(occurrence, composition) }
    };
    let request = match request.as_deref().map(serde_json::from_str::<Request>).transpose() {
        Ok(request) => request.unwrap_or_default(),
        Err(error) => return failed(occurrence, format!("the request cannot be read: {error}")),
    };
    let Some(reminder) = world.reminders.get(&occurrence.reminder) else {
        return failed(occurrence, "the reminder is in no schedule file any more".to_owned());
    };
    let data = Data::read(reminder, &world.content, &request.values);
    let mut rendered = match render(world, reminder, &occurrence, &request, &data) {
        Ok(rendered) => rendered,
        Err(wrong) => return failed(occurrence, sentence(&wrong)),
    };
    let scheduled = occurrence.origin == Origin::Schedule;
    let withheld = rendered.withhold(|target| silenced(target, scheduled, brakes, now));
    let detail = Some(rendered.remarks.join("; ")).filter(|detail| !detail.is_empty());
    let composition = match withheld {
        Some(reason) => Composition::Skipped { reason: reason.to_owned() },
        None if rendered.is_skipped() => Composition::Skipped { reason: "condition".to_owned() },
        None => Composition::Deliveries(deliveries(reminder, &occurrence, rendered.composed, now)),
    };
    let keep_older = reminder.on_miss == OnMiss::All;
    Composing { detail, keep_older, ..Composing::new(occurrence, composition) }
}

/// Why nothing is sent to a target just now. A pause silences what the schedule asks for.
fn silenced(
    target: &Target,
    scheduled: bool,
    brakes: &Brakes,
    now: Timestamp,
) -> Option<&'static str> {
    let paused = || brakes.pause(&Scope::Target(target.id.clone()), now).is_some();
    match target.enabled {
        false => Some("target disabled"),
        true => (scheduled && paused()).then_some("paused"),
    }
}

fn deliveries(
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
            messages.into_iter().map(move |message| NewDelivery {
                target: target.id.clone(),
                robot_key: target.robot_key(),
                priority: reminder.priority,
                not_before: now,
                keep_until,
                message,
            })
        })
        .collect()
}

/// The findings as one text for a log row.
fn sentence(wrong: &[Diagnostic]) -> String {
    let lines: Vec<_> = wrong.iter().map(ToString::to_string).collect();
    lines.join("; ")
}
