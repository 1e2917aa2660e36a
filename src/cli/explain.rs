//! `explain`: when a reminder fires, in words, and for a date why it does or does not.

use jiff::civil::Date;
use serde_json::json;

use super::{Exit, Globals, duty, output, prepare, view};
use crate::{
    app,
    model::{
        reminder::Reminder,
        text::{Text, text},
    },
    plan,
};

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Which reminder.
    reminder: String,
    /// For which date, e.g. 2026-10-10.
    date: Option<Date>,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    explain(globals, options).err().unwrap_or(Exit::Done)
}

/// What is said of a date when a change of a folder, at whatever time, is a reason to fire.
pub(super) fn on_change(reminder: &Reminder, date: Date) -> Vec<Text> {
    let said = |folder: &str| match reminder.schedule.holds_on(date) {
        true => {
            text!("fires whenever {folder} changed and was quiet for 2 minutes", folder = folder)
        }
        false => text!(
            "a change of {folder} waits until the reminder's dates let it fire",
            folder = folder,
        ),
    };
    reminder.on_change.iter().map(|one| said(&one.folder)).collect()
}

fn explain(globals: &Globals, options: &Options) -> Result<(), Exit> {
    let prepared = prepare::settings(globals)?;
    let world = prepare::runtime()?.block_on(prepared.world());
    let reminder = prepare::reminder(&world, &options.reminder)?;
    let schedule = &reminder.schedule;
    let tz = &schedule.zone.tz;
    let words = super::words(reminder, output::language());
    let explained = options.date.map(|date| (date, plan::explain(schedule, date)));
    let reasons: Vec<Text> = explained
        .iter()
        .flat_map(|(date, explained)| {
            let reasons = explained.reasons.iter().map(|reason| reason.text());
            reasons.chain(on_change(reminder, *date)).collect::<Vec<_>>()
        })
        .collect();
    // Whose turn it is, is asked of the first time it fires on that date, else of the next time.
    let next = plan::next(schedule, app::clock().now()).map(|next| next.due_at);
    let asked = match &explained {
        Some((_, explained)) => explained.fires.first().copied(),
        None => next,
    };
    let duty = asked.map_or_else(Vec::new, |due_at| duty::of(&world, reminder, due_at));
    if globals.json {
        let fires = explained.iter().flat_map(|(_, explained)| &explained.fires);
        let fires: Vec<_> = fires.map(|at| view::instant(*at, tz)).collect();
        let mut document = json!({
            "reminder": reminder.id.as_str(),
            "date": options.date.map(|date| date.to_string()),
            "when": words,
            "timezone": &*schedule.zone.name,
            "calendar": schedule.calendar.id(),
            "fires": fires,
            "reasons": reasons,
        });
        duty::add(&mut document, &duty);
        output::json(&document);
        return Ok(());
    }
    output::tell(text!(
        "{id}: {words} ({zone}, calendar {calendar})",
        id = reminder.id.as_str(),
        words = words.join("; "),
        zone = &*schedule.zone.name,
        calendar = schedule.calendar.id()
    ));
    match options.date {
        Some(date) => {
            for reason in reasons {
                output::line(format_args!("  {date} {}", output::told(reason)));
            }
        }
        None => {
            if let Some(next) = next {
                output::tell(text!("  next: {at}", at = view::readable(next, tz)));
            }
        }
    }
    if let Some(duty) = duty::line(&duty) {
        output::line(format_args!("  {duty}"));
    }
    Ok(())
}
