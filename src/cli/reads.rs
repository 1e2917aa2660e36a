//! `log --reads`: who has read what, asked of the robots while they still say so, and kept in the
//! log.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    Exit, output,
    prepare::{Prepared, store_failed},
    recall::Desk,
    view,
};
use crate::{
    daemon::{
        reads::{self, Asked, Readers},
        world::World,
    },
    model::{
        people::Person,
        target::{Target, TargetId},
        text::{Text, text},
    },
    outbox::{Handle, OccurrenceRecord, OpenMode},
    send,
};

/// Who has read a delivery.
#[derive(Debug, Default)]
pub(super) struct Told {
    read: Vec<String>,
    unread: Vec<String>,
    asked_at: Option<Timestamp>,
    recalled_at: Option<Timestamp>,
}

/// Who has read these occurrences' deliveries, by delivery; of those no robot knows anything about
/// there is nothing.
pub(super) async fn gather(
    prepared: &Prepared,
    records: &[OccurrenceRecord],
    json: bool,
) -> Result<BTreeMap<String, Told>, Exit> {
    let outbox = prepared.store(OpenMode::Write).await?;
    let deliveries = records.iter().flat_map(|record| &record.deliveries);
    let targets: BTreeMap<String, TargetId> =
        deliveries.map(|one| (one.id.clone(), one.target.clone())).collect();
    let ids: Vec<String> = targets.keys().cloned().collect();
    let handles = outbox.handles(&ids).await.map_err(store_failed)?;
    let world = prepared.world().await;
    let desk = Desk::open(prepared, &outbox, world, json)?;
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    for mut handle in handles {
        let target = targets.get(&handle.delivery).and_then(|id| desk.target(id));
        if let Some(target) = target {
            ask(&desk, target, &mut handle).await?;
        }
        let Readers { read, unread } = Readers::kept(&handle);
        let names = |ids: Vec<String>| ids.into_iter().map(|id| name(desk.world(), target, id));
        let one = told.entry(handle.delivery).or_default();
        one.read.extend(names(read));
        one.unread.extend(names(unread));
        one.asked_at = one.asked_at.max(handle.asked_at);
        one.recalled_at = one.recalled_at.max(handle.recalled_at);
    }
    outbox.close().await;
    Ok(told)
}

/// Asks about one message, and keeps the answer. What cannot be asked is said, and what was kept
/// stays.
async fn ask(desk: &Desk, target: &Target, handle: &mut Handle) -> Result<(), Exit> {
    match reads::ask(desk.shared(), target, handle).await.map_err(store_failed)? {
        Asked::Told | Asked::Nothing => {}
        Asked::Unasked(why) => output::note(text!(
            "{target} is not asked who has read: {why}",
            target = target.id.as_str(),
            why = why,
        )),
        Asked::Refused(_, why) => output::note(text!(
            "{target} does not say who has read {delivery}: {why}",
            target = target.id.as_str(),
            delivery = &handle.delivery,
            why = why,
        )),
    }
    Ok(())
}

/// What people call whoever a target's robot reaches by an id.
fn name(world: &World, target: Option<&Target>, id: String) -> String {
    let personal = target.and_then(|target| send::robot(target.robot).shape().personal);
    let is = |person: &&Person| {
        let own = personal.and_then(|personal| (personal.id)(person));
        own.is_some_and(|own| own.id == id) || person.dingtalk.as_deref() == Some(id.as_str())
    };
    let known = world.people.people.values().find(is).map(|person| person.name.clone());
    known.unwrap_or(id)
}

/// The same in JSON.
fn shown(told: &Told, tz: &TimeZone) -> Value {
    json!({
        "read": told.read,
        "unread": told.unread,
        "asked_at": told.asked_at.map(|at| view::instant(at, tz)),
        "recalled_at": told.recalled_at.map(|at| view::instant(at, tz)),
    })
}

/// The same for people.
pub(super) fn line(told: &Told, tz: &TimeZone) -> Text {
    if let Some(at) = told.recalled_at {
        return text!("recalled {at}", at = view::readable(at, tz));
    }
    let Some(asked) = told.asked_at else { return text!("nobody knows who has read it") };
    let at = view::readable(asked, tz);
    let read = match told.read.as_slice() {
        [] => text!("read by nobody"),
        read => text!("read by {names}", names = read.join(", ")),
    };
    match told.unread.as_slice() {
        [] => text!("{read} (at {at})", read = read, at = at),
        unread => text!(
            "{read}; not yet by {names} (at {at})",
            read = read,
            names = unread.join(", "),
            at = at,
        ),
    }
}

/// A row of the log with who has read each delivery beside it.
pub(super) fn beside(mut row: Value, told: &BTreeMap<String, Told>, tz: &TimeZone) -> Value {
    let deliveries = row.get_mut("deliveries").and_then(Value::as_array_mut);
    for delivery in deliveries.into_iter().flatten() {
        let read = delivery.get("id").and_then(Value::as_str).and_then(|id| told.get(id));
        delivery["reads"] = read.map_or(Value::Null, |read| shown(read, tz));
    }
    row
}
