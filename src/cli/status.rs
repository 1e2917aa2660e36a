//! `status`: one screen about everything.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{Exit, Globals, duty, output, pause, prepare, view};
use crate::{
    app,
    daemon::world::World,
    model::{reminder::Reminder, target::Target},
    outbox::{
        Brake, Brakes, OccurrenceRecord, Pause, Queue, Scope, StoreError, Suspension,
        service_running,
    },
    plan,
};

/// What the store knows.
#[derive(Default)]
struct Stored {
    last: BTreeMap<String, OccurrenceRecord>,
    queues: Vec<Queue>,
    suspended: Vec<Suspension>,
    brakes: Brakes,
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
    let language = prepared.settings.language;
    let reminders: Vec<Value> = world
        .reminders
        .values()
        .map(|reminder| entry(reminder, &world, &stored, &prepared, now))
        .collect();
    let tz = &world.zone.tz;
    let targets: Vec<Value> =
        world.targets.values().map(|target| queue(target, &stored, now, tz)).collect();
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

/// A reminder in JSON.
fn entry(
    reminder: &Reminder,
    world: &World,
    stored: &Stored,
    prepared: &prepare::Prepared,
    now: Timestamp,
) -> Value {
    let tz = &reminder.schedule.zone.tz;
    let next = next_sent(reminder, &stored.brakes, now);
    let paused = paused(reminder, &stored.brakes, now);
    let last = stored.last.get(reminder.id.as_str());
    let words = super::words(reminder, prepared.settings.language);
    let mut row = json!({
        "reminder": reminder.id.as_str(),
        "when": words.join("; "),
        "enabled": reminder.enabled,
        "next": next.map(|next| view::instant(next, tz)),
        "paused": paused.map(|pause| pause::document(pause, tz)),
        "last": last.map(|record| view::log_row(record, &prepared.machine.zones)),
    });
    if let Some(next) = next {
        duty::add(&mut row, &duty::of(world, reminder, next));
    }
    row
}

async fn read(
    outbox: &crate::outbox::Outbox,
    world: &World,
    now: Timestamp,
) -> Result<Stored, StoreError> {
    let last = outbox.last_occurrences().await?;
    let last = last.into_iter().map(|one| (one.occurrence.reminder.to_string(), one)).collect();
    Ok(Stored {
        last,
        queues: world.queues(outbox, now).await?,
        suspended: outbox.suspended().await?,
        brakes: outbox.brakes().await?,
    })
}

/// When the reminder is sent next: its next occurrence that no pause and no skipped date holds back.
fn next_sent(reminder: &Reminder, brakes: &Brakes, now: Timestamp) -> Option<Timestamp> {
    /// Skipped dates in a row.
    const MOST: usize = 1_000;
    let schedule = &reminder.schedule;
    let mut after = now;
    for _ in 0..MOST {
        let next = plan::next(schedule, after).filter(|_| reminder.enabled)?.due_at;
        let date = next.to_zoned_datetime(schedule.zone.tz.clone()).date();
        after = match brakes.on(&reminder.id, next, date) {
            None => return Some(next),
            Some(Brake::ByHand) => next,
            Some(Brake::Paused(pause)) => {
                pause.until?.checked_sub(std::time::Duration::from_nanos(1)).ok()?
            }
        };
    }
    None
}

/// The pause that holds a reminder's occurrences back now.
fn paused<'a>(reminder: &Reminder, brakes: &'a Brakes, now: Timestamp) -> Option<&'a Pause> {
    let own = Scope::Reminder(reminder.id.clone());
    brakes.pause(&Scope::All, now).or_else(|| brakes.pause(&own, now))
}

impl Stored {
    fn suspended(&self, target: &Target) -> Option<&str> {
        let key = target.robot_key();
        let one = self.suspended.iter().find(|one| one.robot_key == key)?;
        Some(&one.reason)
    }

    fn paused(&self, target: &Target, now: Timestamp) -> Option<&Pause> {
        self.brakes.pause(&Scope::Target(target.id.clone()), now)
    }
}

fn queue(target: &Target, stored: &Stored, now: Timestamp, tz: &TimeZone) -> Value {
    let queue = stored.queues.iter().find(|queue| queue.target == target.id);
    json!({
        "target": target.id.as_str(),
        "name": target.name,
        "robot": target.robot.name(),
        "enabled": target.enabled,
        "waiting": queue.map_or(0, |queue| queue.waiting),
        "last_leaves": queue.and_then(|queue| queue.last_leaves).map(|at| view::instant(at, tz)),
        "rest_until": queue.and_then(|queue| queue.rest_until).map(|at| view::instant(at, tz)),
        "suspended": stored.suspended(target),
        "paused": stored.paused(target, now).map(|pause| pause::document(pause, tz)),
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
    now: Timestamp,
    language: crate::model::language::Language,
) {
    output::line(if running { "the service runs" } else { "the service does not run" });
    output::line("");
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["reminder", "when", "next", "last"]);
    for reminder in world.reminders.values() {
        let tz = &reminder.schedule.zone.tz;
        let next = match next_sent(reminder, &stored.brakes, now) {
            Some(next) => {
                let duty = duty::line(&duty::of(world, reminder, next));
                view::readable(next, tz)
                    + &duty.map(|duty| format!(" [{duty}]")).unwrap_or_default()
            }
            None if !reminder.enabled => "off".to_owned(),
            None if paused(reminder, &stored.brakes, now).is_some() => "paused".to_owned(),
            None if !reminder.on_change.is_empty() => "when it changes".to_owned(),
            None => "never again".to_owned(),
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
        let state = standing(target, stored, now, &world.zone.tz);
        output::line(format_args!("{} ({}): {state}", target.name, target.robot.name()));
    }
    for pause in stored.brakes.pauses.iter().filter(|pause| pause.holds(now)) {
        let (whom, end) = (pause::words(&pause.scope), pause::sentence(pause, &world.zone.tz));
        output::line(format_args!("paused: {whom} {end}"));
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

/// Where a target stands, for people.
fn standing(target: &Target, stored: &Stored, now: Timestamp, tz: &TimeZone) -> String {
    let queue = stored.queues.iter().find(|queue| queue.target == target.id);
    let waits = match queue.map_or(0, |queue| queue.waiting) {
        0 => "nothing waits".to_owned(),
        1 => "1 waits".to_owned(),
        many => format!("{many} wait"),
    };
    if !target.enabled {
        return format!("disabled; {waits}");
    }
    if let Some(reason) = stored.suspended(target) {
        let resume = format!("`dingdong resume --target {}`", target.id);
        return format!("suspended: {reason}; {waits}; mend it, then {resume}");
    }
    let rests = queue.and_then(|queue| queue.rest_until);
    let rests = rests.map(|until| format!("rests until {}; ", view::readable(until, tz)));
    let last = queue.and_then(|queue| queue.last_leaves).filter(|last| *last > now);
    let last = last.map(|last| format!(", the last one leaves {}", view::readable(last, tz)));
    format!("{}{waits}{}", rests.unwrap_or_default(), last.unwrap_or_default())
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
