//! What a change made due goes to those who do not know the change yet.

use super::{
    Request,
    render::{addressed, left_out},
};
use crate::{
    compose::Data,
    daemon::{reasons, world::World},
    model::{
        occurrence::{Occurrence, Origin},
        reminder::Reminder,
        target::Target,
        text::{Text, text},
    },
    plan,
};

/// Why nothing is sent when everyone knows what the folders hold.
pub const UNCHANGED: &str = "unchanged";

/// The request for the targets that are told something new by the folders the reminder waits for,
/// and remarks about those that know it already. None when nobody is told anything. What a time
/// made due is told to everyone.
#[must_use]
pub fn untold(
    world: &World,
    reminder: &Reminder,
    occurrence: &Occurrence,
    request: Request,
    data: &Data,
) -> Option<(Request, Vec<Text>)> {
    if !is_by_change(reminder, occurrence, &request) || data.is_failed() {
        return Some((request, Vec::new()));
    }
    let sources = sources(reminder);
    let targets = addressed(world, reminder, &request).unwrap_or_default().into_iter();
    let (told, know): (Vec<&Target>, Vec<&Target>) =
        targets.partition(|target| data.tells(&target.id, &sources));
    if told.is_empty() {
        return None;
    }
    let why = || reasons::of_occurrence(&UNCHANGED.into());
    let remark = |target: &&Target| left_out(target, why());
    let known = know.iter().map(remark).collect();
    let only = match request.to {
        Some(_) => Vec::new(),
        None => told.iter().map(|target| target.id.to_string()).collect(),
    };
    Some((Request { only, ..request }, known))
}

/// What the log says beside [`UNCHANGED`].
#[must_use]
pub fn nothing_new(reminder: &Reminder) -> Text {
    let folders: Vec<_> = reminder.on_change.iter().map(|one| &*one.folder).collect();
    text!(
        "nothing in {folders} is new to anyone; `--since DATE` shows what changed since then",
        folders = folders.join(", "),
    )
}

/// Whether only a change is a reason for it. Sample data takes the place of changes.
fn is_by_change(reminder: &Reminder, occurrence: &Occurrence, request: &Request) -> bool {
    let schedule = &reminder.schedule;
    let by_time = match occurrence.origin {
        Origin::Schedule => plan::fires_at(schedule, occurrence.due_at),
        Origin::Manual(_) | Origin::Alert(_) => !schedule.when.is_empty(),
    };
    let given = sources(reminder).iter().any(|name| request.values.contains_key(*name));
    !reminder.on_change.is_empty() && !by_time && !given
}

fn sources(reminder: &Reminder) -> Vec<&str> {
    reminder.on_change.iter().flat_map(|one| &one.sources).map(String::as_str).collect()
}
