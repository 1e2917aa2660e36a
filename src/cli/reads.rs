//! `log --reads`: who has read what, asked of the robots while they still say so, and kept in the
//! log.

use std::{collections::BTreeMap, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Exit, output,
    prepare::{Prepared, store_failed},
    recall::Desk,
    view,
};
use crate::{
    daemon::world::World,
    model::target::{Target, TargetId},
    outbox::{Handle, OccurrenceRecord, OpenMode},
    send::{self, Outgoing, Reads},
};

/// Robots say it for a day.
const SAID: Duration = Duration::from_secs(24 * 3600);

/// What is kept of an answer.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    read: Vec<String>,
    unread: Vec<String>,
}

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
        let kept = handle.reads.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let Kept { read, unread } = kept.unwrap_or_default();
        let names = |ids: Vec<String>| ids.into_iter().map(|id| name(desk.world(), id));
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
    let shared = desk.shared();
    let now = shared.clock.now();
    let over = handle.taken_at.saturating_add(SAID).is_ok_and(|end| end < now);
    let robot = send::robot(target.robot);
    if over || handle.recalled_at.is_some() || robot.afterwards().is_none() {
        return Ok(());
    }
    let message = shared.outbox.message(&handle.delivery).await.map_err(store_failed)?;
    let Some(message) = message.filter(|message| !message.ring) else { return Ok(()) };
    let credentials = match shared.credentials(target) {
        Ok(credentials) => credentials,
        Err(why) => {
            output::say(format_args!("note: {} is not asked who has read: {why}", target.id));
            return Ok(());
        }
    };
    let zoned = now.to_zoned_datetime(desk.world().zone.tz.clone());
    let outgoing = Outgoing { target, message: &message, credentials: &credentials, now: &zoned };
    match send::reads(robot, &outgoing, &handle.handle, &shared.means()).await {
        Ok(Reads { read, unread, .. }) => {
            let kept = serde_json::to_string(&Kept { read, unread }).unwrap_or_default();
            shared.outbox.keep_reads(handle, &kept, now).await.map_err(store_failed)?;
            (handle.reads, handle.asked_at) = (Some(kept), Some(now));
        }
        Err(receipt) => output::say(format_args!(
            "note: {} does not say who has read {}: {}",
            target.id, handle.delivery, receipt.reason
        )),
    }
    Ok(())
}

/// What people call whoever has an id with a robot.
fn name(world: &World, id: String) -> String {
    let mut people = world.people.people.values();
    let known = people.find(|person| person.dingtalk.as_deref() == Some(id.as_str()));
    known.map_or(id, |person| person.name.clone())
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
pub(super) fn line(told: &Told, tz: &TimeZone) -> String {
    if let Some(at) = told.recalled_at {
        return format!("recalled {}", view::readable(at, tz));
    }
    let Some(asked) = told.asked_at else { return "nobody knows who has read it".to_owned() };
    let names = |names: &[String]| match names {
        [] => "nobody".to_owned(),
        names => names.join(", "),
    };
    let unread = match told.unread.as_slice() {
        [] => String::new(),
        unread => format!("; not yet by {}", names(unread)),
    };
    format!("read by {}{unread} (at {})", names(&told.read), view::readable(asked, tz))
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
