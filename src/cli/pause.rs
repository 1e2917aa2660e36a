//! `pause`: silence with an end and a reason, and what it shares with `resume`.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    Exit, Globals, next, output,
    prepare::{self, store_failed},
    view,
};
use crate::{
    app,
    daemon::world::World,
    model::{
        language::Language,
        reminder::ReminderId,
        target::TargetId,
        text::{Text, text},
    },
    outbox::{OpenMode, Pause, Scope},
    plan,
};

/// Whom a pause concerns.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Whom {
    /// This reminder.
    reminder: Option<String>,
    /// Everything that goes to this target.
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// Every reminder.
    #[arg(long)]
    all: bool,
}

/// Arguments of `pause`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    whom: Whom,
    /// It ends by itself when this day, or instant, begins. Default: with `resume`.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Why; it stands in the log beside what was not sent.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Whom {
    /// The scope, known to the world; what is unknown is said with the nearest id.
    pub(super) fn scope(&self, world: &World) -> Result<Scope, Exit> {
        match (&self.reminder, &self.target) {
            (Some(id), _) => prepare::reminder(world, id)
                .map(|reminder| Scope::Reminder(ReminderId::clone(&reminder.id))),
            (None, Some(id)) => {
                prepare::target(world, id).map(|target| Scope::Target(TargetId::clone(&target.id)))
            }
            (None, None) => Ok(Scope::All),
        }
    }
}

/// A scope in words.
pub(super) fn words(scope: &Scope) -> Text {
    match scope {
        Scope::Reminder(id) => id.to_string().into(),
        Scope::Target(id) => text!("everything for {id}", id = id.as_str()),
        Scope::All => text!("everything"),
    }
}

/// A pause in JSON.
pub(super) fn document(pause: &Pause, tz: &TimeZone) -> Value {
    json!({
        "scope": pause.scope.word(),
        "name": match pause.scope {
            Scope::All => None,
            _ => Some(pause.scope.name()),
        },
        "since": view::instant(pause.since, tz),
        "until": pause.until.map(|until| view::instant(until, tz)),
        "reason": pause.reason,
    })
}

/// A pause's end and reason, for people.
pub(super) fn sentence(pause: &Pause, tz: &TimeZone, language: Language) -> Text {
    let until = match pause.until {
        Some(until) => text!("until {at}", at = view::moment(until, tz, tz, language)),
        None => text!("until `dingdong resume`"),
    };
    match &pause.reason {
        Some(reason) => text!("{until} ({reason})", until = until, reason = reason),
        None => until,
    }
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    pause(globals, options).err().unwrap_or(Exit::Done)
}

fn pause(globals: &Globals, options: &Options) -> Result<(), Exit> {
    let prepared = prepare::settings(globals)?;
    let runtime = prepare::runtime()?;
    let world = runtime.block_on(prepared.world());
    let scope = options.whom.scope(&world)?;
    let tz = match &scope {
        Scope::Reminder(id) => world.reminders.get(id).map(|one| one.schedule.zone.tz.clone()),
        Scope::Target(_) | Scope::All => None,
    };
    let tz = tz.unwrap_or_else(|| world.zone.tz.clone());
    let now = app::clock().now();
    let until = options.until.as_deref().map(|text| begin(text, &tz)).transpose()?;
    if until.is_some_and(|until| until <= now) {
        output::error(text!("the pause would be over already; write a later day after --until"));
        return Err(Exit::Usage);
    }
    let reason = options.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let pause = runtime.block_on(async {
        let outbox = prepared.store(OpenMode::Write).await?;
        outbox.pause(&scope, until, reason, now).await.map_err(store_failed)?;
        drop(outbox.nudge());
        let brakes = outbox.brakes().await.map_err(store_failed)?;
        outbox.close().await;
        brakes.pause(&scope, now).cloned().ok_or(Exit::Failed)
    })?;
    if globals.json {
        output::json(&document(&pause, &tz));
        return Ok(());
    }
    let end = sentence(&pause, &tz, output::language());
    output::tell(text!("paused: {whom} {end}", whom = words(&scope), end = end));
    if let (Scope::Reminder(id), Some(until)) = (&scope, pause.until)
        && let Some(reminder) = world.reminders.get(id)
        && let Some(next) = plan::next(&reminder.schedule, just_before(until))
    {
        output::tell(text!("next: {at}", at = view::readable(next.due_at, &tz)));
    }
    Ok(())
}

fn just_before(at: Timestamp) -> Timestamp {
    at.checked_sub(std::time::Duration::from_nanos(1)).unwrap_or(at)
}

/// The beginning of a day, or an instant.
pub(super) fn begin(text: &str, tz: &TimeZone) -> Result<Timestamp, Exit> {
    match text.parse::<Date>() {
        Ok(date) if text.len() == "2026-12-31".len() => start(date, tz),
        _ => next::instant(text, tz),
    }
}

/// The first instant of a day.
pub(super) fn start(date: Date, tz: &TimeZone) -> Result<Timestamp, Exit> {
    tz.to_ambiguous_timestamp(date.at(0, 0, 0, 0)).compatible().map_err(|error| {
        output::error(format!("{date}: {error}"));
        Exit::Usage
    })
}
