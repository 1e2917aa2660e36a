//! One occurrence, from its row to its deliveries or to the reason why there are none.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::{
    Asked, Composed, Gathered, Reading, Request, UNCHANGED, gather, has_folders, instead,
    nothing_new, render, untold,
};
use crate::{
    daemon::world::World,
    model::{
        delivery::NewDelivery,
        diagnostic::Diagnostic,
        occurrence::{Occurrence, Origin},
        reminder::{OnMiss, Priority, Reminder},
        target::{Target, TargetId},
        text::{Text, text},
    },
    outbox::{Allowance, Brakes, Composing, Composition, Outbox, Planned, Scope, StoreError},
};

/// What follows another target's message leaves so much later.
const FOLLOWS: Duration = Duration::from_secs(3);

/// Reads the sources of one occurrence and composes it.
///
/// # Errors
/// The store could not be read.
pub(super) async fn prepare(
    outbox: &Outbox,
    reading: &Reading,
    rooms: &Semaphore,
    world: Arc<World>,
    planned: Planned,
) -> Result<Composing, StoreError> {
    let gathered = match (world.reminders.get(&planned.occurrence.reminder), request(&planned)) {
        (Some(reminder), Ok(request)) => {
            let scheduled = planned.occurrence.origin == Origin::Schedule;
            let asked = Asked { world: &world, reminder, request: &request, scheduled };
            gather(reading, asked).await?
        }
        // Said when it is composed.
        _ => Gathered::default(),
    };
    let _room = rooms.acquire().await;
    let brakes = outbox.brakes().await?;
    let now = reading.clock.now();
    let composed = tokio::task::spawn_blocking(move || {
        compose_planned(&world, &brakes, planned, gathered, now)
    });
    match composed.await {
        Ok(composing) => Ok(composing),
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}

/// The options of a manual send.
fn request(planned: &Planned) -> Result<Request, serde_json::Error> {
    let request = planned.request.as_deref().map(serde_json::from_str::<Request>);
    request.transpose().map(Option::unwrap_or_default)
}

/// Composes an occurrence whose sources are read.
pub(super) fn compose_planned(
    world: &World,
    brakes: &Brakes,
    planned: Planned,
    gathered: Gathered,
    now: Timestamp,
) -> Composing {
    let request = request(&planned);
    let occurrence = planned.occurrence;
    let failed = |occurrence: Occurrence, reason: Text| {
        let composition = Composition::Failed { reason };
        Composing { keep_older: true, ..Composing::new(occurrence, composition) }
    };
    let request = match request {
        Ok(request) => request,
        Err(error) => {
            return failed(
                occurrence,
                text!("the request cannot be read: {why}", why = error.to_string()),
            );
        }
    };
    let Some(reminder) = world.reminders.get(&occurrence.reminder) else {
        return failed(occurrence, text!("the reminder is in no schedule file any more"));
    };
    let Some((request, known)) = untold(world, reminder, &occurrence, request, &gathered.data)
    else {
        let composition = Composition::Skipped { reason: UNCHANGED.to_owned() };
        let (steps, detail) = (gathered.steps(&[]), Some(nothing_new(reminder)));
        return Composing { steps, detail, ..Composing::new(occurrence, composition) };
    };
    let mut rendered = match render(world, reminder, &occurrence, &request, &gathered.data) {
        Ok(rendered) => rendered,
        Err(wrong) => return failed(occurrence, sentence(&wrong)),
    };
    let scheduled = occurrence.origin == Origin::Schedule;
    let withheld = rendered.withhold(|target| silenced(target, scheduled, brakes, now));
    let standbys = match withheld {
        None => instead::standbys(world, reminder, &occurrence, &request, &gathered, &mut rendered),
        Some(_) => Vec::new(),
    };
    let remarks = known.iter().chain(&rendered.remarks).chain(&gathered.notes);
    let detail = Text::several(remarks.cloned().collect());
    let detail = Some(detail).filter(|detail| !detail.is_empty());
    let told: Vec<TargetId> = rendered.composed.iter().map(|one| one.target.id.clone()).collect();
    let allowances = match scheduled && reminder.priority != Priority::Urgent {
        true => allowances(world, &rendered.composed, now),
        false => Vec::new(),
    };
    let composition = match withheld {
        Some(reason) => Composition::Skipped { reason: reason.to_owned() },
        None if rendered.is_skipped() => Composition::Skipped { reason: "condition".to_owned() },
        None => Composition::Deliveries(deliveries(reminder, &occurrence, rendered.composed, now)),
    };
    let keep_older = keeps_older(reminder);
    let steps = gathered.steps(&told);
    let composing = Composing::new(occurrence, composition);
    Composing { detail, keep_older, steps, standbys, allowances, ..composing }
}

/// What those of its targets may be sent today that have a limit. What only follows another target's
/// message counts for nobody.
fn allowances(world: &World, composed: &[Composed<'_>], now: Timestamp) -> Vec<Allowance> {
    let own = composed.iter().filter(|one| !one.follows && one.target.daily_limit.is_some());
    own.filter_map(|one| world.allowance(&one.target.id, now)).collect()
}

/// Whether older ones that wait stay beside a newer one. What a cursor went past is in no later message.
pub(super) fn keeps_older(reminder: &Reminder) -> bool {
    reminder.on_miss == OnMiss::All || has_folders(reminder)
}

/// Why nothing is sent to a target just now. A pause silences what the schedule asks for.
#[must_use]
pub fn silenced(
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
        .flat_map(|Composed { target, messages, follows }| {
            let later = if follows { FOLLOWS } else { Duration::ZERO };
            let not_before = now.saturating_add(later).unwrap_or(now);
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

/// The findings as one text for a log row.
fn sentence(wrong: &[Diagnostic]) -> Text {
    Text::several(wrong.iter().map(Diagnostic::sentence).collect())
}
