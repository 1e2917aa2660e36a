//! A vendor that turns away this machine: whatever goes to its host rests, so that nobody else is
//! turned away as well.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    daemon::{alerter::Alert, probe::Reach, shared::Shared, world::World},
    model::{delivery::Leased, receipt::Verdict, target::Target},
};

/// Has the other robots at the host of this delivery's robot rest as long as it does.
pub(super) async fn rest(
    shared: &Shared,
    world: &World,
    leased: &Leased,
    verdict: Verdict,
    now: Timestamp,
) {
    let Verdict::Throttled(rest) = verdict else { return };
    let host = |target: &Target| Reach::host(target, &shared.credentials(target).ok()?);
    let Some(own) = world.targets.get(&leased.target).and_then(host) else { return };
    let others: BTreeSet<String> = world
        .targets
        .values()
        .filter(|target| {
            target.robot_key() != leased.robot_key && host(target).as_ref() == Some(&own)
        })
        .map(Target::robot_key)
        .collect();
    let others: Vec<String> = others.into_iter().collect();
    let until = now.saturating_add(rest).unwrap_or(Timestamp::MAX);
    if let Err(error) = shared.outbox.rest_all(&others, until).await {
        shared.alert(Alert::store(&error));
    }
}
