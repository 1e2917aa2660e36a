//! The merger: for targets with `merge`, puts what waits beyond the pace into one message.

use std::time::Duration;

use jiff::Timestamp;

use super::{shared::Shared, world::World};
use crate::{
    compose,
    model::{
        message::Message,
        occurrence::Occurrence,
        reminder::{Priority, TooLong},
        target::Target,
    },
    outbox::{Crowd, LetGo, OpenTarget, StoreError},
    send,
};

/// What leaves meanwhile needs nobody to look again.
const SOON: Duration = Duration::from_millis(50);

/// Merges what waits for every target that wants it. Returns how many messages went into others or
/// came to their end with them.
///
/// # Errors
/// The store could not be read or written.
pub(super) async fn merge(
    shared: &Shared,
    world: &World,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let followed = shared.outbox.follow_merged().await?;
    let mut count = usize::try_from(followed).unwrap_or(usize::MAX);
    if !world.has_merging() {
        return Ok(count);
    }
    for target in world.targets.values().filter(|target| target.merge) {
        let open = world.open_target(&target.id, now);
        if open.is_none_or(|open| open.quiet_until.is_some()) {
            continue;
        }
        let robot_key = target.robot_key();
        let crowd = crowd(world, target, &robot_key, now);
        let whole = |occurrence: &Occurrence, messages: &[Message]| {
            whole(world, target, occurrence, messages)
        };
        let (merged, wholes) = shared.outbox.merge(crowd, whole).await?;
        if merged > 0 {
            tracing::info!(TARGET = %target.id, merged, wholes, "messages that wait are merged");
        }
        count += merged;
    }
    Ok(count)
}

/// Lets go what is beyond a daily limit and may go now: at the end of the day, or because the settings
/// have another limit. Returns how many messages changed.
///
/// # Errors
/// The store could not be read or written.
pub(super) async fn end_days(
    shared: &Shared,
    world: &World,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let outbox = &shared.outbox;
    let mut count = 0;
    for id in outbox.over_limit(&world.allowances(now), now).await? {
        let known = world.targets.get(&id).zip(world.allowance(&id, now));
        loop {
            let done = match &known {
                None => outbox.lift_limit(&id, now).await?,
                Some((target, allowance)) => {
                    let robot_key = target.robot_key();
                    let crowd = crowd(world, target, &robot_key, now);
                    let whole = |occurrence: &Occurrence, messages: &[Message]| {
                        whole(world, target, occurrence, messages)
                    };
                    outbox.let_go(crowd, allowance, whole).await?
                }
            };
            if done == LetGo::default() {
                break;
            }
            let LetGo { alone, gathered, wholes, moved } = done;
            if alone + gathered > 0 {
                tracing::info!(TARGET = %id, alone, gathered, wholes, "what was beyond the daily limit goes");
            }
            count += alone + gathered + moved;
        }
    }
    Ok(count)
}

fn crowd<'a>(
    world: &'a World,
    target: &'a Target,
    robot_key: &'a str,
    now: Timestamp,
) -> Crowd<'a> {
    Crowd { target: &target.id, robot_key, paces: world.paces(), zone: &world.zone.name, now }
}

/// When something waits that may have to be merged: the next instant at which anything of these
/// targets can leave, and never at once.
///
/// # Errors
/// The store could not be read.
pub(super) async fn next(shared: &Shared) -> Result<Option<Timestamp>, StoreError> {
    let world = shared.world();
    if !world.has_merging() {
        return Ok(None);
    }
    let now = shared.clock.now();
    let merging = world.targets.values().filter(|target| target.merge);
    let open: Vec<OpenTarget> =
        merging.filter_map(|target| world.open_target(&target.id, now)).collect();
    if open.is_empty() {
        return Ok(None);
    }
    let next = shared.outbox.next_claim(now, world.paces(), Some(&open)).await?;
    Ok(next.map(|next| next.max(now + SOON)))
}

/// The parts of the merged message; none when it cannot be made, or not whole.
fn whole(
    world: &World,
    target: &Target,
    occurrence: &Occurrence,
    messages: &[Message],
) -> Vec<Message> {
    let fitting = compose::Fitting {
        target,
        shape: &send::robot(target.robot).shape(),
        too_long: TooLong::Split,
        priority: Priority::Normal,
        language: world.language,
        occurrence,
    };
    let fitted = compose::merge(messages, &fitting).filter(|fitted| !fitted.cut_off);
    fitted.map(|fitted| fitted.messages).unwrap_or_default()
}
