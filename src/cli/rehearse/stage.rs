//! What every occurrence of a rehearsal is composed from, and the composing: by the same functions
//! as the service's composer, on every core.

use std::{collections::BTreeMap, num::NonZero, sync::Arc, thread};

use crate::{
    cli::{Exit, prepare, prepare::Prepared},
    compose,
    daemon::{
        composer::{self, Asked, Gathered, Rendered, Request},
        world::World,
    },
    model::{
        diagnostic::Diagnostic,
        occurrence::{Occurrence, Origin},
        reminder::{Reminder, ReminderId},
    },
    outbox::{BY_HAND, Brake, Brakes},
    plan::Planned,
};

/// What is the same for every occurrence.
pub(super) struct Stage<'a> {
    world: &'a Arc<World>,
    request: &'a Request,
    brakes: Brakes,
    /// What the sources of each reminder give: read once, as they are now.
    gathered: BTreeMap<&'a ReminderId, Gathered>,
}

/// One occurrence, composed.
pub(super) struct Scene<'a> {
    pub(super) reminder: &'a Arc<Reminder>,
    pub(super) planned: Planned,
    /// Why nothing would be sent.
    pub(super) skipped: Option<&'static str>,
    pub(super) outcome: Result<Rendered<'a>, Vec<Diagnostic>>,
}

impl<'a> Stage<'a> {
    /// Reads what is needed: pauses, skipped dates, and every source.
    pub(super) async fn set(
        prepared: &Prepared,
        world: &'a Arc<World>,
        reminders: &[&'a Arc<Reminder>],
        request: &'a Request,
    ) -> Result<Self, Exit> {
        let reading = prepared.reading(true).await?;
        let brakes = match &reading.outbox {
            Some(outbox) => outbox.brakes().await.map_err(prepare::store_failed)?,
            None => Brakes::default(),
        };
        let mut gathered = BTreeMap::new();
        for reminder in reminders.iter().copied() {
            let asked = Asked { world, reminder, request, scheduled: false };
            let read = composer::gather(&reading, asked).await.map_err(prepare::store_failed)?;
            gathered.insert(&reminder.id, read);
        }
        if let Some(outbox) = reading.outbox {
            outbox.close().await;
        }
        Ok(Self { world, request, brakes, gathered })
    }

    /// Composes occurrences, each with the index of its reminder, and keeps their order.
    pub(super) fn play(
        &self,
        reminders: &[&'a Arc<Reminder>],
        batch: Vec<(usize, Planned)>,
    ) -> Vec<Scene<'a>> {
        let seats = thread::available_parallelism().map_or(1, NonZero::get);
        let share = batch.len().div_ceil(seats).max(1);
        let act = |part: &[(usize, Planned)]| -> Vec<Scene<'a>> {
            let one = |(index, planned): &(usize, Planned)| {
                Some(self.scene(reminders.get(*index).copied()?, planned.clone()))
            };
            let all = || part.iter().filter_map(one).collect::<Vec<_>>();
            // One room for all of them; without one each says so.
            compose::in_room(all).unwrap_or_else(|_| all())
        };
        thread::scope(|scope| {
            let mut parts = batch.chunks(share);
            let first = parts.next().unwrap_or_default();
            let others: Vec<_> = parts
                .map(|part| (part, thread::Builder::new().spawn_scoped(scope, move || act(part))))
                .collect();
            let mut scenes = act(first);
            for (part, thread) in others {
                scenes.extend(match thread.map(thread::ScopedJoinHandle::join) {
                    Ok(Ok(done)) => done,
                    Ok(Err(panic)) => std::panic::resume_unwind(panic),
                    // No more threads: it goes without.
                    Err(_) => act(part),
                });
            }
            scenes
        })
    }

    fn scene(&self, reminder: &'a Arc<Reminder>, planned: Planned) -> Scene<'a> {
        let due_at = planned.due_at;
        let date = due_at.to_zoned_datetime(reminder.schedule.zone.tz.clone()).date();
        let braked = self.brakes.on(&reminder.id, due_at, date).map(|brake| match brake {
            Brake::Paused(_) => "paused",
            Brake::ByHand => BY_HAND,
        });
        if braked.is_some() {
            let outcome = Ok(Rendered::default());
            return Scene { reminder, planned, skipped: braked, outcome };
        }
        let origin = Origin::Schedule;
        let occurrence = Occurrence { reminder: reminder.id.clone(), due_at, origin };
        let nothing = Gathered::default();
        let gathered = self.gathered.get(&reminder.id).unwrap_or(&nothing);
        let rendered =
            composer::render(self.world, reminder, &occurrence, self.request, &gathered.data);
        let mut skipped = None;
        let outcome = rendered.map(|mut rendered| {
            rendered.remarks.extend(gathered.notes.iter().cloned());
            let held =
                rendered.withhold(|target| composer::silenced(target, true, &self.brakes, due_at));
            skipped = held.or_else(|| rendered.is_skipped().then_some("condition"));
            rendered
        });
        Scene { reminder, planned, skipped, outcome }
    }
}
