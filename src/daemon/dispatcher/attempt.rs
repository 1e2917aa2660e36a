//! One attempt, from the lease to the answer.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::{
    daemon::{shared::Shared, world::World},
    model::{
        delivery::{Leased, settle},
        receipt::{Attempt, Receipt, Verdict},
    },
    outbox::Answer,
    send::{self, Outcome, Outgoing},
};

/// Messages to one robot leave one after the other, so that the group reads them in order; one that
/// has waited so long for its turn leaves all the same, well before its lease could end.
const TURN: Duration = Duration::from_secs(10);

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
    let attempt = Attempt {
        at_ms: begun.as_millisecond(),
        verdict: receipt.verdict.name().to_owned(),
        code: receipt.code.clone(),
        reason: Some(receipt.reason.clone()),
        help: receipt.help.clone(),
        ms: (ended.as_millisecond() - begun.as_millisecond()).max(0),
    };
    let settlement = settle(&leased, &receipt, trace.progress, ended, shared.chance.unit());
    Answer { settlement, attempt, leased }
}

async fn ask(shared: &Shared, world: &World, leased: &Leased, now: Timestamp) -> Outcome {
    let Some(target) = world.targets.get(&leased.target) else {
        return misconfigured(
            format!("the settings have no target `{}` any more", leased.target),
            "Write the target back into the settings, or cancel this delivery.",
        );
    };
    let credentials = match shared.credentials(target) {
        Ok(credentials) => credentials,
        Err(reason) => {
            return misconfigured(reason, "Mend the reference, or put the secret where it points.");
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

fn misconfigured(reason: String, help: &str) -> Outcome {
    let help = Some(help.to_owned());
    Receipt { verdict: Verdict::Misconfigured, code: None, reason, help }.into()
}
