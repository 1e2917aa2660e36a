//! `status`: one screen about everything.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{Exit, Globals, duty, output, pause, prepare, view};
use crate::{
    app,
    daemon::world::World,
    model::{
        language::Language,
        occurrence::OccurrenceState,
        reminder::Reminder,
        target::Target,
        text::{Text, text},
    },
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
                    output::error(error.text());
                    Exit::Store
                })?
            }
        };
        Ok::<_, Exit>((world, stored))
    })?;
    let running = service_running(&prepared.settings.store);
    let language = output::language();
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
    let last = outbox.last_occurrences(&world.reminders.keys().collect::<Vec<_>>()).await?;
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
    fn suspended(&self, target: &Target) -> Option<&Text> {
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
    let instant = |at| view::instant(at, tz);
    json!({
        "target": target.id.as_str(),
        "name": target.name,
        "robot": target.robot.name(),
        "enabled": target.enabled,
        "waiting": queue.map_or(0, |queue| queue.waiting),
        "daily_limit": target.daily_limit,
        "held_back": queue.map_or(0, |queue| queue.held_back),
        "last_leaves": queue.and_then(|queue| queue.last_leaves).map(instant),
        "rest_until": queue.and_then(|queue| queue.rest_until).map(instant),
        "suspended": stored.suspended(target),
        "paused": stored.paused(target, now).map(|pause| pause::document(pause, tz)),
    })
}

fn broken(file: &crate::daemon::world::BrokenFile) -> Value {
    let found: Vec<_> = file.diagnostics.iter().map(ToString::to_string).collect();
    json!({ "file": file.path, "last_good": file.last_good, "diagnostics": found })
}

fn screen(running: bool, world: &World, stored: &Stored, now: Timestamp, language: Language) {
    let runs = if running { text!("the service runs") } else { text!("the service does not run") };
    output::line(runs.told(language));
    output::line("");
    let head = [text!("reminder"), text!("when"), text!("next"), text!("last")];
    let mut rows = vec![head.map(|word| word.told(language)).to_vec()];
    let reminders = world.reminders.values();
    rows.extend(reminders.map(|one| row(one, world, stored, now, language)));
    output::table(&rows);
    output::line("");
    let home = &world.zone.tz;
    let targets = world.targets.values().map(|target| {
        let kind = format!("({})", target.robot.name());
        vec![target.name.clone(), kind, standing(target, stored, now, home, language)]
    });
    output::table(&targets.collect::<Vec<_>>());
    for pause in stored.brakes.pauses.iter().filter(|pause| pause.holds(now)) {
        let (whom, end) = (pause::words(&pause.scope), pause::sentence(pause, home, language));
        output::line(text!("paused: {whom} {end}", whom = whom, end = end).told(language));
    }
    for file in &world.broken {
        let standing = if file.last_good {
            text!("its last good version is in force")
        } else {
            text!("left out")
        };
        let path = file.path.as_str();
        let broken = text!("broken: {path} ({standing})", path = path, standing = standing);
        output::line(broken.told(language));
    }
    for (id, calendar) in &world.calendars {
        if let Some((_, last)) = calendar.coverage() {
            let known = text!("calendar {id} is known until {last}", id = id, last = last);
            output::line(known.told(language));
        }
    }
}

/// A reminder's line on the screen.
fn row(
    reminder: &Reminder,
    world: &World,
    stored: &Stored,
    now: Timestamp,
    language: Language,
) -> Vec<String> {
    let tz = &reminder.schedule.zone.tz;
    let moment = |at| view::moment(at, tz, &world.zone.tz, language);
    let next = match next_sent(reminder, &stored.brakes, now) {
        Some(next) => {
            let duty = duty::line(&duty::of(world, reminder, next));
            moment(next) + &duty.map(|duty| format!(" [{duty}]")).unwrap_or_default()
        }
        None if !reminder.enabled => text!("off").told(language),
        None if paused(reminder, &stored.brakes, now).is_some() => text!("paused").told(language),
        None if !reminder.on_change.is_empty() => text!("when it changes").told(language),
        None => text!("never again").told(language),
    };
    let last = stored.last.get(reminder.id.as_str()).map_or_else(
        || "-".to_owned(),
        |record| format!("{} {}", moment(record.occurrence.due_at), result(record, language)),
    );
    vec![reminder.id.to_string(), super::words(reminder, language).join("; "), next, last]
}

/// Where a target stands, for people.
fn standing(
    target: &Target,
    stored: &Stored,
    now: Timestamp,
    home: &TimeZone,
    language: Language,
) -> String {
    let moment = |at| view::moment(at, home, home, language);
    let queue = stored.queues.iter().find(|queue| queue.target == target.id);
    let waits = match queue.map_or(0, |queue| queue.waiting) {
        0 => text!("nothing waits"),
        1 => text!("1 waits"),
        many => text!("{many} wait", many = many),
    };
    let waits = match queue.map_or(0, |queue| queue.held_back) {
        0 => waits,
        held => text!("{waits}, {held} of them beyond the daily limit", waits = waits, held = held),
    };
    if !target.enabled {
        return text!("disabled; {waits}", waits = waits).told(language);
    }
    if let Some(reason) = stored.suspended(target) {
        let resume = format!("dingdong resume --target {}", target.id);
        let suspended = text!(
            "suspended: {reason}; {waits}; mend it, then `{resume}`",
            reason = reason.clone(),
            waits = waits,
            resume = resume,
        );
        return suspended.told(language);
    }
    let last = queue.and_then(|queue| queue.last_leaves).filter(|last| *last > now);
    let waits = match last.map(moment) {
        Some(last) => text!("{waits}, the last one leaves {last}", waits = waits, last = last),
        None => waits,
    };
    let rests = queue.and_then(|queue| queue.rest_until).filter(|until| *until > now);
    match rests.map(moment) {
        Some(until) => text!("rests until {until}; {waits}", until = until, waits = waits),
        None => waits,
    }
    .told(language)
}

/// How an occurrence ended, in a word or two.
fn result(record: &OccurrenceRecord, language: Language) -> String {
    if record.deliveries.is_empty() {
        // A failure's reason is a sentence, and `log` has it.
        return match record.state {
            OccurrenceState::Failed => view::state(record.state.name()),
            _ => view::standing(record),
        }
        .told(language);
    }
    let mut states: Vec<_> = record.deliveries.iter().map(|one| one.state.name()).collect();
    states.sort_unstable();
    states.dedup();
    let states: Vec<_> = states.into_iter().map(|one| view::state(one).told(language)).collect();
    states.join(", ")
}
