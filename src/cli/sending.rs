//! Waiting for what a command puts into the queue: beside a running service it only wakes it;
//! without one the command composes and sends by itself, through the same store at the same pace.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::json;

use super::{
    Exit, output,
    prepare::{Prepared, store_failed},
    view::{self, Sent},
};
use crate::{
    app,
    daemon::{composer::Composer, dispatcher::Dispatcher, rescuer::Rescuer, world::World},
    model::{
        delivery::DeliveryState,
        occurrence::{Occurrence, OccurrenceState},
    },
    outbox::{DeliveryRecord, OccurrenceRecord, Outbox, StoreError, service_running},
};

/// How often the store is looked at while another process sends.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A command that waits for the verdict on its occurrence.
pub(super) struct Sending<'a> {
    prepared: &'a Prepared,
    /// Not longer than until then.
    until: Timestamp,
    /// Whether stdout belongs to a JSON document.
    json: bool,
    /// The deliveries that matter; none means all of the occurrence.
    deliveries: Vec<String>,
}

/// What became of it.
pub(super) struct Finished {
    pub(super) record: OccurrenceRecord,
    /// Whether a service was there.
    served: bool,
    /// When the deliveries that still wait leave.
    leaves: BTreeMap<String, Timestamp>,
}

impl<'a> Sending<'a> {
    /// Waits at most so many seconds from now.
    pub(super) fn new(
        prepared: &'a Prepared,
        json: bool,
        seconds: u32,
        deliveries: Vec<String>,
    ) -> Self {
        let wait = Duration::from_secs(seconds.into());
        let until = app::clock().now().saturating_add(wait).unwrap_or(Timestamp::MAX);
        Self { prepared, until, json, deliveries }
    }

    /// Lets the service or this process send what waits of an occurrence, and waits.
    pub(super) async fn finish(
        &self,
        outbox: &Outbox,
        world: impl Into<Arc<World>>,
        occurrence: &Occurrence,
    ) -> Result<Finished, Exit> {
        let world = world.into();
        let served = service_running(outbox.path());
        let (done, world) = if served {
            drop(outbox.nudge());
            (self.wait(outbox, occurrence).await, world)
        } else {
            let printer = Arc::new(output::Console::new(self.json));
            let Prepared { settings, machine, .. } = self.prepared;
            let parts = app::parts(outbox.clone(), world, settings, machine, printer);
            let parts = parts.map_err(|error| {
                output::say(format_args!("error: {error}"));
                Exit::Store
            })?;
            let world = parts.shared.world();
            (self.by_itself(outbox, parts, occurrence).await, world)
        };
        let record = done.map_err(store_failed)?.ok_or(Exit::Failed)?;
        let queue = world.queue(outbox, app::clock().now()).await.map_err(store_failed)?;
        let own = queue.into_iter().filter(|one| one.occurrence == record.occurrence);
        let leaves = own.filter_map(|one| Some((one.id, one.leaves?))).collect();
        Ok(Finished { record, served, leaves })
    }

    /// What is known of the deliveries that matter.
    async fn look(
        &self,
        outbox: &Outbox,
        occurrence: &Occurrence,
    ) -> Result<Option<OccurrenceRecord>, StoreError> {
        let mut record = outbox.occurrence(&occurrence.id()).await?;
        if let Some(record) = &mut record
            && !self.deliveries.is_empty()
        {
            record.deliveries.retain(|delivery| self.deliveries.contains(&delivery.id));
        }
        Ok(record)
    }

    /// Prints what became of it, and says how the command ends.
    pub(super) fn answer(&self, finished: &Finished) -> Exit {
        let Finished { record, served, leaves } = finished;
        let tz = view::zone(record, &self.prepared.machine.zones);
        let sent = |one: &DeliveryRecord| Sent::of(one, leaves.get(&one.id).copied(), &tz);
        let sent: Vec<_> = record.deliveries.iter().map(sent).collect();
        if self.json {
            output::json(&json!({
                "occurrence": record.occurrence.id(),
                "state": record.state.name(),
                "reason": record.reason,
                "detail": record.detail,
                "deliveries": sent,
            }));
        } else {
            let reason = record.reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
            output::line(format_args!(
                "{}  {}{reason}",
                record.occurrence.id(),
                record.state.name()
            ));
            if let Some(detail) = &record.detail {
                output::line(format_args!("  {detail}"));
            }
            for one in &sent {
                let reason = one.reason.as_deref().unwrap_or_default();
                let code = one.code.as_deref().map(|code| format!(" {code}")).unwrap_or_default();
                let expected = one.expected.as_deref();
                let expected = expected.map(|at| format!(" (expected {at})")).unwrap_or_default();
                output::line(format_args!(
                    "  {}  {}{code} {reason}{expected}",
                    one.target, one.state
                ));
                if let Some(help) = &one.help {
                    output::line(format_args!("    {help}"));
                }
            }
        }
        let refused = |delivery: &DeliveryRecord| match delivery.state {
            DeliveryState::Delivered | DeliveryState::Sending => false,
            DeliveryState::Pending => {
                let last = delivery.attempts.last().map(|attempt| attempt.verdict.as_str());
                !served || last == Some("misconfigured")
            }
            _ => true,
        };
        match record.state {
            OccurrenceState::Skipped => Exit::Done,
            OccurrenceState::Composed if !record.deliveries.iter().any(refused) => Exit::Done,
            OccurrenceState::Planned if *served => Exit::Done,
            _ => Exit::Failed,
        }
    }

    /// Waits for the service's verdict.
    async fn wait(
        &self,
        outbox: &Outbox,
        occurrence: &Occurrence,
    ) -> Result<Option<OccurrenceRecord>, StoreError> {
        let clock = app::clock();
        loop {
            let record = self.look(outbox, occurrence).await?;
            let suspended = outbox.suspended().await?;
            let settled = record.as_ref().is_none_or(|record| {
                let stuck = |key: &str| suspended.iter().any(|one| one.robot_key == key);
                is_settled(record, &stuck)
            });
            if settled || clock.now() >= self.until {
                return Ok(record);
            }
            let again = (clock.now() + LOOK_AGAIN).min(self.until);
            clock.sleep_until(Some(again)).await;
        }
    }

    /// Composes and sends here, and waits for its turn where the pace asks for it.
    async fn by_itself(
        &self,
        outbox: &Outbox,
        parts: app::Parts,
        occurrence: &Occurrence,
    ) -> Result<Option<OccurrenceRecord>, StoreError> {
        let shared = parts.shared.clone();
        let composer = Composer::new(shared.clone());
        let mut dispatcher = Dispatcher::new(shared.clone());
        Rescuer::new(shared.clone()).run_once().await?;
        if let Some(planned) = outbox.planned_one(occurrence).await? {
            composer.compose_one(planned).await?;
        }
        loop {
            dispatcher.run_once(Some(occurrence)).await?;
            let record = self.look(outbox, occurrence).await?;
            let suspended = outbox.suspended().await?;
            let stuck = |key: &str| suspended.iter().any(|one| one.robot_key == key);
            let now = shared.clock.now();
            if record.as_ref().is_none_or(|record| is_settled(record, &stuck)) || now >= self.until
            {
                return Ok(record);
            }
            let wake = dispatcher.next_claim().await?.unwrap_or(self.until);
            let least = now + LOOK_AGAIN;
            shared.clock.sleep_until(Some(wake.max(least).min(self.until))).await;
        }
    }
}

/// Whether nothing more is to be waited for: every delivery has ended, was refused, or its robot
/// waits for a person.
fn is_settled(record: &OccurrenceRecord, stuck: &dyn Fn(&str) -> bool) -> bool {
    match record.state {
        OccurrenceState::Planned => false,
        OccurrenceState::Composed => {
            record.deliveries.iter().all(|delivery| match delivery.state {
                DeliveryState::Pending => stuck(&delivery.robot_key),
                DeliveryState::Sending => false,
                _ => true,
            })
        }
        _ => true,
    }
}
