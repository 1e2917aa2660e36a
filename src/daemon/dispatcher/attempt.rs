//! One attempt: from the lease to the answer, and what is said about it.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::host;
use crate::{
    daemon::{alerter::Alert, shared::Shared, world::World},
    model::{
        delivery::{DeliveryState, Leased, settle},
        receipt::{Attempt, Receipt, Verdict},
        text::text,
    },
    outbox::{Answer, MERGED},
    send::{self, Outcome, Outgoing},
};

/// Messages to one robot leave one after the other, so that the group reads them in order; one that
/// has waited so long for its turn leaves all the same, well before its lease could end.
const TURN: Duration = Duration::from_secs(10);

/// After so many attempts without a clear answer a person is told.
pub(in crate::daemon) const WORRYING_ATTEMPTS: u32 = 4;

/// Waits until the request before has its answer, for [`TURN`] at most.
pub(super) async fn wait_for_turn(shared: &Shared, before: Option<oneshot::Receiver<()>>) {
    let Some(before) = before else { return };
    let patience = shared.clock.now() + TURN;
    tokio::select! {
        _ = before => {}
        _ = shared.clock.sleep_until(Some(patience)) => {}
    }
}

/// One attempt, from the lease to the answer.
pub(super) async fn attempt(shared: Shared, world: Arc<World>, leased: Leased) -> Answer {
    let begun = shared.clock.now();
    let Outcome { receipt, trace } = ask(&shared, &world, &leased, begun).await;
    let ended = shared.clock.now();
    if trace.whole_host {
        host::rest(&shared, &world, &leased, receipt.verdict, ended).await;
    }
    let attempt = Attempt {
        at_ms: begun.as_millisecond(),
        verdict: receipt.verdict.name().to_owned(),
        code: receipt.code.clone(),
        reason: Some(receipt.reason.clone()),
        help: receipt.help.clone(),
        ms: (ended.as_millisecond() - begun.as_millisecond()).max(0),
    };
    let settlement = settle(&leased, &receipt, trace.progress, ended, shared.chance.unit());
    Answer { settlement, attempt, leased, handle: trace.handle }
}

async fn ask(shared: &Shared, world: &World, leased: &Leased, now: Timestamp) -> Outcome {
    let Some(target) = world.targets.get(&leased.target) else {
        let reason = text!(
            "the settings have no target `{target}` any more",
            target = leased.target.as_str()
        );
        let help = text!("Write the target back into the settings, or cancel this delivery.");
        return Receipt::new(Verdict::Misconfigured, reason).help(help).into();
    };
    let credentials = match shared.credentials(target) {
        Ok(credentials) => credentials,
        Err(reason) => {
            let help = text!("Mend the reference, or put the secret where it points.");
            return Receipt::new(Verdict::Misconfigured, reason).help(help).into();
        }
    };
    let outgoing = Outgoing {
        target,
        message: &leased.message,
        credentials: &credentials,
        now: &now.to_zoned_datetime(world.zone.tz.clone()),
    };
    send::deliver(send::robot(target.robot), &outgoing, &shared.means()).await
}

/// Logs an answer once, and raises an alert where a person has to act.
pub(super) fn report(shared: &Shared, answer: &Answer, counted: bool) {
    let Answer { leased, settlement, attempt, .. } = answer;
    let (delivery, verdict) = (leased.id.as_str(), attempt.verdict.as_str());
    if !counted {
        tracing::warn!(delivery, verdict, "the answer came after the lease was lost; not counted");
        return;
    }
    shared.tally.answered(leased, settlement.state, attempt);
    if leased.occurrence.reminder.as_str().starts_with(MERGED) {
        // What went into it has come to its end.
        shared.bells.rescuer.notify_one();
    }
    if settlement.state == DeliveryState::Delivered {
        tracing::info!(
            delivery,
            REMINDER = %leased.occurrence.reminder,
            TARGET = %leased.target,
            OCCURRENCE = leased.occurrence.id(),
            ms = attempt.ms,
            "delivered"
        );
        return;
    }
    tracing::warn!(
        delivery,
        REMINDER = %leased.occurrence.reminder,
        TARGET = %leased.target,
        OCCURRENCE = leased.occurrence.id(),
        verdict,
        code = attempt.code,
        reason = attempt.reason.as_ref().map(ToString::to_string),
        help = attempt.help.as_ref().map(ToString::to_string),
        again = settlement.not_before.map(|at| at.to_string()),
        "not delivered"
    );
    let dead =
        settlement.state == DeliveryState::Dead || settlement.state == DeliveryState::Expired;
    let worrying = leased.attempt == WORRYING_ATTEMPTS;
    if dead || settlement.suspend.is_some() {
        // Somebody may stand in.
        shared.bells.rescuer.notify_one();
    }
    if dead || settlement.suspend.is_some() || settlement.rest_until.is_some() || worrying {
        shared.alert(Alert::refused(leased, settlement, attempt, &shared.world()));
    }
}
