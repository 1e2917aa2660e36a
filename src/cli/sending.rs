//! Waiting for what a command puts into the queue: beside a running service it only wakes it;
//! without one the command composes and sends by itself, through the same store at the same pace.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;

use super::{
    Exit, output,
    prepare::{Prepared, store_failed},
    view::{self, Held, Sent},
};
use crate::{
    app,
    daemon::{composer::Composer, dispatcher::Dispatcher, lift, rescuer::Rescuer, world::World},
    model::{
        delivery::DeliveryState,
        occurrence::{Occurrence, OccurrenceState},
        receipt::Verdict,
        text::text,
    },
    outbox::{
        DeliveryRecord, OccurrenceRecord, Outbox, StoreError, Suspension, Waiting, moved_to,
        service_running,
    },
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
    world: Arc<World>,
    /// Whether a service was there.
    served: bool,
    /// What the deliveries that still wait wait for.
    held: BTreeMap<String, Held>,
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
        drop(outbox.nudge());
        let waited = self.wait(outbox, &world, occurrence).await.map_err(store_failed)?;
        let served = waited.is_some();
        let (record, world) = match waited {
            Some(record) => (record, world),
            None => {
                // Nobody else sends it.
                let printer = Arc::new(output::Console::new(self.json));
                let Prepared { settings, machine, .. } = self.prepared;
                let parts = app::parts(outbox.clone(), world, settings, machine, printer);
                let parts = parts.map_err(|error| {
                    output::error(error.text());
                    Exit::Store
                })?;
                let world = parts.shared.world();
                let record = self.by_itself(outbox, parts, occurrence).await;
                (record.map_err(store_failed)?.ok_or(Exit::Failed)?, world)
            }
        };
        let queue = world.queue(outbox, app::clock().now()).await.map_err(store_failed)?;
        let suspended = outbox.suspended().await.map_err(store_failed)?;
        let own = queue.into_iter().filter(|one| one.occurrence == record.occurrence);
        let held = own.map(|one| (one.id.clone(), held(&one, &suspended))).collect();
        Ok(Finished { record, world, served, held })
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
        let Finished { record, served, held, .. } = finished;
        let tz = view::zone(record, &self.prepared.machine.zones);
        let sent = |one: &DeliveryRecord| {
            Sent::of(one, held.get(&one.id).cloned().unwrap_or_default(), &tz)
        };
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
            self.show(finished, &sent, &tz);
        }
        let refused = |(one, delivery): (&Sent, &DeliveryRecord)| match one.state {
            "delivered" | "sending" => false,
            "pending" => !served || one.verdict.as_deref() == Some("misconfigured"),
            // Somebody else was sent it.
            _ => moved_to(delivery.reason.as_deref()).is_none(),
        };
        match record.state {
            OccurrenceState::Skipped => Exit::Done,
            OccurrenceState::Composed if !sent.iter().zip(&record.deliveries).any(refused) => {
                Exit::Done
            }
            OccurrenceState::Planned if *served => Exit::Done,
            _ => Exit::Failed,
        }
    }

    /// The same for people.
    fn show(&self, finished: &Finished, sent: &[Sent], tz: &TimeZone) {
        let Finished { record, world, held, .. } = finished;
        let language = output::language();
        let moment = |at| view::moment(at, tz, &world.zone.tz, language);
        let occurrence = &record.occurrence;
        let due = moment(occurrence.due_at);
        let state = match record.state {
            OccurrenceState::Composed => String::new(),
            _ => format!(": {}", view::standing(record).told(language)),
        };
        output::line(format_args!("{}  {due}{state}", occurrence.reminder));
        if let Some(detail) = &record.detail {
            detail.told(language).lines().for_each(|line| output::line(format_args!("  {line}")));
        }
        for (one, delivery) in sent.iter().zip(&record.deliveries) {
            let called = world.called(&delivery.target);
            let part =
                match record.deliveries.iter().filter(|other| other.target == delivery.target) {
                    parts if parts.clone().count() > 1 => format!(" ({})", delivery.part),
                    _ => String::new(),
                };
            let mut words = view::state(one.state).told(language);
            if let Some(at) = held.get(&one.id).and_then(|held| held.leaves) {
                words = text!("pending until {at}", at = moment(at)).told(language);
            }
            output::line(format_args!("  {called}{part}: {words}"));
            if let Some(reason) = one.reason.as_ref().map(|reason| reason.told(language)) {
                let code = one.code.as_deref().filter(|code| !reason.contains(code));
                let code = code.map(|code| format!("{code}: ")).unwrap_or_default();
                output::line(format_args!("    {code}{reason}"));
            }
            if let Some(help) = &one.help {
                output::line(format_args!("    {}", help.told(language)));
            }
            if one.state != "delivered" {
                output::line(format_args!("    {}", one.id));
            }
        }
    }

    /// Waits for the service's verdict; none when there is no service, or not any more.
    async fn wait(
        &self,
        outbox: &Outbox,
        world: &World,
        occurrence: &Occurrence,
    ) -> Result<Option<OccurrenceRecord>, StoreError> {
        let clock = app::clock();
        let mut served = service_running(outbox.path());
        while served {
            served = service_running(outbox.path());
            let Some(record) = self.look(outbox, occurrence).await? else { return Ok(None) };
            let suspended = outbox.suspended().await?;
            let stuck = |key: &str| suspended.iter().any(|one| one.robot_key == key);
            if is_settled(&record, world, &stuck) || (served && clock.now() >= self.until) {
                return Ok(Some(record));
            }
            let again = (clock.now() + LOOK_AGAIN).min(self.until);
            clock.sleep_until(Some(again)).await;
        }
        Ok(None)
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
        let (rescuer, world) = (Rescuer::new(shared.clone()), shared.world());
        rescuer.run_once().await?;
        lift::run_once(&shared).await?;
        if let Some(planned) = outbox.planned_one(occurrence).await? {
            composer.compose_one(planned).await?;
        }
        loop {
            dispatcher.run_once(Some(occurrence)).await?;
            if world.has_fallbacks() {
                rescuer.run_once().await?;
            }
            let record = self.look(outbox, occurrence).await?;
            let suspended = outbox.suspended().await?;
            let stuck = |key: &str| suspended.iter().any(|one| one.robot_key == key);
            let now = shared.clock.now();
            let settled = record.as_ref().is_none_or(|record| is_settled(record, &world, &stuck));
            if settled || now >= self.until {
                return Ok(record);
            }
            let wake = dispatcher.next_claim().await?.unwrap_or(self.until);
            let least = now + LOOK_AGAIN;
            shared.clock.sleep_until(Some(wake.max(least).min(self.until))).await;
        }
    }
}

/// What a delivery in the queue waits for.
fn held(one: &Waiting, suspended: &[Suspension]) -> Held {
    let leaves = one.leaves.filter(|_| !one.expires_first());
    let reason = one.holdup.map(view::holdup);
    let why = suspended.iter().find(|robot| robot.robot_key == one.robot_key);
    let Some(why) = why else { return Held { leaves, reason, ..Held::default() } };
    let resume = format!("dingdong resume --target {}", one.target);
    let help = text!("the robot is suspended: mend it, then `{resume}`", resume = resume);
    Held {
        leaves,
        verdict: Some(Verdict::Misconfigured.name()),
        reason: Some(why.reason.clone()),
        help: Some(help),
    }
}

/// Whether nothing more is to be waited for: every delivery has ended, was refused, or its robot
/// waits for a person.
fn is_settled(record: &OccurrenceRecord, world: &World, stuck: &dyn Fn(&str) -> bool) -> bool {
    match record.state {
        OccurrenceState::Planned => false,
        OccurrenceState::Composed => {
            record.deliveries.iter().all(|delivery| match delivery.state {
                DeliveryState::Pending => {
                    stuck(&delivery.robot_key) && !moves(record, delivery, world)
                }
                DeliveryState::Sending => false,
                DeliveryState::Dead => !moves(record, delivery, world),
                _ => true,
            })
        }
        _ => true,
    }
}

/// Whether what a target cannot be sent is about to go to another that stands in for it.
fn moves(record: &OccurrenceRecord, delivery: &DeliveryRecord, world: &World) -> bool {
    let verdict = delivery.attempts.last().map(|attempt| attempt.verdict.as_str());
    if delivery.state == DeliveryState::Dead && verdict != Some("dead_target") {
        return false;
    }
    let stand_ins = world.targets.get(&delivery.target).map(|target| world.stand_ins(target));
    let told = |target| record.deliveries.iter().any(|one| one.target == target);
    moved_to(delivery.reason.as_deref()).is_none()
        && stand_ins.unwrap_or_default().iter().any(|other| !told(other.id.clone()))
}
