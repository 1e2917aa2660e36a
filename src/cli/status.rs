//! `status`: one screen about everything.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Exit, Globals, output, prepare, view};
use crate::{
    app,
    daemon::world::World,
    outbox::{OccurrenceRecord, Queue, StoreError, service_running},
    plan,
};

/// What the store knows.
#[derive(Default)]
struct Stored {
    last: BTreeMap<String, OccurrenceRecord>,
    queues: Vec<Queue>,
}

pub(super) fn run(globals: &Globals) -> Exit {
    status(globals).err().unwrap_or(Exit::Done)
}

fn status(globals: &Globals) -> Result<(), Exit> {
    let prepared = prepare::settings(globals)?;
    let now = app::clock().now();
    let (world, stored) = prepare::runtime()?.block_on(async {
        let world = prepared.world().await;
        let stored = match prepared.store_if_any().await? {
            None => Stored::default(),
            Some(outbox) => {
                let read = read(&outbox, &world, now).await;
                outbox.close().await;
                read.map_err(|error| {
                    output::say(format_args!("error: {error}"));
                    Exit::Store
                })?
            }
        };
        Ok::<_, Exit>((world, stored))
    })?;
    let running = service_running(&prepared.settings.store);
    let zones = &prepared.machine.zones;
    let language = prepared.settings.language;
    let reminders: Vec<Value> = world
        .reminders
        .values()
        .map(|reminder| {
            let tz = &reminder.schedule.zone.tz;
            let next = reminder.enabled.then(|| plan::next(&reminder.schedule, now)).flatten();
            let last = stored.last.get(reminder.id.as_str());
            json!({
                "reminder": reminder.id.as_str(),
                "when": super::words(reminder, language).join("; "),
                "enabled": reminder.enabled,
                "next": next.map(|next| view::instant(next.due_at, tz)),
                "last": last.map(|record| view::log_row(record, zones)),
            })
        })
        .collect();
    let targets: Vec<Value> = world.targets.values().map(|target| queue(target, &stored)).collect();
    let broken: Vec<Value> = world.broken.iter().map(broken).collect();
    let calendars: Vec<Value> = world
        .calendars
        .iter()
        .map(|(id, calendar)| json!({ "calendar": id, "ends": calendar.coverage().map(|(_, last)| last.to_string()) }))
        .collect();
    if globals.json {
        output::json(&json!({
            "running": running,
            "reminders": reminders,
            "targets": targets,
            "broken": broken,
            "calendars": calendars,
        }));
        return Ok(());
    }
    screen(running, &world, &stored, now, language);
    Ok(())
}

async fn read(
    outbox: &crate::outbox::Outbox,
    world: &World,
    now: jiff::Timestamp,
) -> Result<Stored, StoreError> {
    let last = outbox.last_occurrences().await?;
    let last = last.into_iter().map(|one| (one.occurrence.reminder.to_string(), one)).collect();
    Ok(Stored { last, queues: outbox.queues(now, &world.paces()).await? })
}

fn queue(target: &crate::model::target::Target, stored: &Stored) -> Value {
    let queue = stored.queues.iter().find(|queue| queue.target == target.id);
    json!({
        "target": target.id.as_str(),
        "name": target.name,
        "robot": target.robot.name(),
        "enabled": target.enabled,
        "waiting": queue.map_or(0, |queue| queue.waiting),
        "last_leaves": queue.and_then(|queue| queue.last_leaves).map(|at| at.to_string()),
        "rest_until": queue.and_then(|queue| queue.rest_until).map(|at| at.to_string()),
        "suspended": queue.and_then(|queue| queue.suspended.clone()),
    })
}

fn broken(file: &crate::daemon::world::BrokenFile) -> Value {
    let found: Vec<_> = file.diagnostics.iter().map(ToString::to_string).collect();
    json!({ "file": file.path, "last_good": file.last_good, "diagnostics": found })
}

fn screen(
    running: bool,
    world: &World,
    stored: &Stored,
    now: jiff::Timestamp,
    language: crate::model::language::Language,
) {
    output::line(if running { "the service runs" } else { "the service does not run" });
    output::line("");
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["reminder", "when", "next", "last"]);
    for reminder in world.reminders.values() {
        let tz = &reminder.schedule.zone.tz;
        let next = match (reminder.enabled, plan::next(&reminder.schedule, now)) {
            (false, _) => "off".to_owned(),
            (true, None) => "never again".to_owned(),
            (true, Some(next)) => view::readable(next.due_at, tz),
        };
        let last = stored.last.get(reminder.id.as_str()).map_or_else(
            || "-".to_owned(),
            |record| format!("{} {}", view::readable(record.occurrence.due_at, tz), result(record)),
        );
        table.add_row([
            reminder.id.to_string(),
            super::words(reminder, language).join("; "),
            next,
            last,
        ]);
    }
    output::line(&table);
    output::line("");
    for target in world.targets.values() {
        let queue = stored.queues.iter().find(|queue| queue.target == target.id);
        let state = match queue {
            None => "nothing waits".to_owned(),
            Some(Queue { suspended: Some(reason), waiting, .. }) => {
                format!("suspended: {reason}; {waiting} wait")
            }
            Some(Queue { rest_until: Some(until), waiting, .. }) => {
                format!("rests until {until}; {waiting} wait")
            }
            Some(Queue { waiting, .. }) => format!("{waiting} wait"),
        };
        output::line(format_args!("{} ({}): {state}", target.name, target.robot.name()));
    }
    for file in &world.broken {
        let standing =
            if file.last_good { "its last good version is in force" } else { "left out" };
        output::line(format_args!("broken: {} ({standing})", file.path));
    }
    for (id, calendar) in &world.calendars {
        if let Some((_, last)) = calendar.coverage() {
            output::line(format_args!("calendar {id} is known until {last}"));
        }
    }
}

/// How an occurrence ended, in a word or two.
fn result(record: &OccurrenceRecord) -> String {
    if record.deliveries.is_empty() {
        return record.state.name().to_owned();
    }
    let mut states: Vec<_> = record.deliveries.iter().map(|one| one.state.name()).collect();
    states.sort_unstable();
    states.dedup();
    states.join(", ")
}
