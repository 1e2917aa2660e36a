//! `next`: coming occurrences, of reminders or of a phrase that is in no file.

use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde_json::json;

use super::{Exit, Globals, duty, output, prepare, view};
use crate::{
    app,
    catalog::{self, when::When},
    model::{
        layers::Named,
        reminder::{OnDayOff, Schedule, Zone},
    },
    plan::{self, Planned, Prospect},
};

/// How many are shown where nothing else is asked for.
const USUAL: usize = 10;
/// No more are shown at once.
const MOST: usize = 100_000;

/// Arguments of `next`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Only these reminders.
    reminders: Vec<String>,
    /// How many.
    #[arg(short = 'n', value_name = "N")]
    count: Option<usize>,
    /// Strictly after this: RFC 3339, or a civil date(-time) in the reminder's zone. Default: now.
    #[arg(long, value_name = "T")]
    from: Option<String>,
    /// Not after this.
    #[arg(long, value_name = "T")]
    until: Option<String>,
    /// A phrase or cron expression in place of reminders.
    #[arg(long, value_name = "PHRASE", conflicts_with = "reminders", allow_hyphen_values = true)]
    when: Option<String>,
    #[command(flatten)]
    ad_hoc: AdHoc,
}

/// What a phrase that is in no file is read against.
#[derive(Debug, clap::Args)]
struct AdHoc {
    /// With --when: the time zone.
    #[arg(long, requires = "when", value_name = "ZONE")]
    timezone: Option<String>,
    /// With --when: the calendar.
    #[arg(long, requires = "when", value_name = "CALENDAR")]
    calendar: Option<String>,
    /// With --when: keep, skip, previous, next or next-in-month.
    #[arg(long, requires = "when", value_name = "X")]
    on_day_off: Option<String>,
    /// With --when: the first date in force (`from` of a reminder).
    #[arg(long, requires = "when", value_name = "DATE")]
    starting: Option<Date>,
    /// With --when: the last date in force (`until` of a reminder).
    #[arg(long, requires = "when", value_name = "DATE")]
    ending: Option<Date>,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    let done = match &options.when {
        Some(phrase) => of_phrase(globals, options, phrase),
        None => of_reminders(globals, options),
    };
    done.err().unwrap_or(Exit::Done)
}

/// Reads an instant: RFC 3339, or civil in the zone.
pub(super) fn instant(text: &str, tz: &TimeZone) -> Result<Timestamp, Exit> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let civil = text.parse::<DateTime>().map_err(|_| {
        output::say(format_args!(
            "error: `{text}` is no instant; write 2026-11-24T09:00:00+08:00 or 2026-11-24T09:00"
        ));
        Exit::Usage
    })?;
    tz.to_ambiguous_timestamp(civil).compatible().map_err(|error| {
        output::say(format_args!("error: `{text}`: {error}"));
        Exit::Usage
    })
}

fn bound(text: Option<&String>, tz: &TimeZone) -> Result<Option<Timestamp>, Exit> {
    text.map(|text| instant(text, tz)).transpose()
}

fn of_phrase(globals: &Globals, options: &Options, phrase: &str) -> Result<(), Exit> {
    let schedule = ad_hoc(globals, &options.ad_hoc, phrase)?;
    let tz = schedule.zone.tz.clone();
    let after = bound(options.from.as_ref(), &tz)?.unwrap_or_else(|| app::clock().now());
    let until = bound(options.until.as_ref(), &tz)?;
    if plan::prospects(&schedule, after).contains(&Prospect::Never) {
        output::say(format_args!("error: `{phrase}` never fires"));
        return Err(Exit::Invalid);
    }
    let count = limit(options, until);
    let coming = plan::planned(&schedule, after)
        .take_while(|next| until.is_none_or(|until| next.due_at <= until))
        .take(count);
    if globals.json {
        let rows: Vec<_> = coming
            .map(|next| json!({ "due_at": view::instant(next.due_at, &tz), "note": next.note() }))
            .collect();
        output::json(&rows);
    } else {
        for next in coming {
            print("", &next, None, &tz);
        }
    }
    Ok(())
}

fn limit(options: &Options, until: Option<Timestamp>) -> usize {
    options.count.unwrap_or(if until.is_some() { MOST } else { USUAL }).min(MOST)
}

fn print(id: &str, next: &Planned, duty: Option<String>, tz: &TimeZone) {
    let note = next.note().map(|note| format!("  ({note})")).unwrap_or_default();
    let note = duty.map(|duty| format!("  [{duty}]")).unwrap_or_default() + &note;
    let gap = if id.is_empty() { "" } else { "  " };
    output::line(format_args!("{}{gap}{id}{note}", view::readable(next.due_at, tz)));
}

/// The schedule a phrase makes. Needs no settings: what they hold is used when they are there.
fn ad_hoc(globals: &Globals, given: &AdHoc, phrase: &str) -> Result<Schedule, Exit> {
    let invalid = |message: String| {
        output::say(format_args!("error: {message}"));
        Exit::Invalid
    };
    let machine = app::Machine::this();
    let loaded = machine.settings(globals.config.as_deref());
    let settings = loaded
        .settings
        .ok_or_else(|| invalid("the settings are wrong; see `dingdong check`".into()))?;
    let zone: Zone = match &given.timezone {
        Some(name) => machine.zones.get(name).map_err(invalid)?,
        None => settings.zone.clone(),
    };
    let usual = usual_calendar(&settings, given, &zone, phrase);
    let calendars = prepare::calendars(&settings, &usual, &machine, &loaded.text)?;
    let calendar = match &given.calendar {
        Some(name) => calendars.get(name).cloned().ok_or_else(|| {
            let names: Vec<_> = calendars.names().collect();
            invalid(format!("there is no calendar `{name}`; there are: {}", names.join(", ")))
        })?,
        None => Arc::clone(&calendars.usual),
    };
    let on_day_off = match given.on_day_off.as_deref() {
        None | Some("keep") => OnDayOff::Keep,
        Some("skip") => OnDayOff::Skip,
        Some("previous") => OnDayOff::Previous,
        Some("next") => OnDayOff::Next,
        Some("next-in-month") => OnDayOff::NextInMonth,
        Some(other) => {
            return Err(invalid(format!(
                "`{other}` is no rule for days off; write keep, skip, previous, next or next-in-month"
            )));
        }
    };
    let holidays: Vec<String> = calendar.holiday_names().into_iter().map(str::to_owned).collect();
    let when = catalog::when::read(phrase, &holidays).map_err(|error| {
        let help = error.help.map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        invalid(format!("{}{help}", error.message))
    })?;
    let When::Timed(recurrence) = when else {
        return Err(invalid("a change of a folder has no coming occurrences".into()));
    };
    if recurrence.needs_start() && given.starting.is_none() {
        return Err(invalid(format!(
            "`{phrase}` counts from a date, and there is none\nhelp: give it, such as --starting 2026-01-05"
        )));
    }
    Ok(Schedule {
        when: vec![recurrence],
        zone,
        calendar,
        on_day_off,
        from: given.starting,
        until: given.ending,
        except: Vec::new(),
    })
}

/// The calendar where none is named: the settings', or by the zone and the phrase's script.
fn usual_calendar(
    settings: &crate::settings::Settings,
    given: &AdHoc,
    zone: &Zone,
    phrase: &str,
) -> Named {
    if settings.file.is_some() && given.timezone.is_none() {
        return settings.calendar.clone();
    }
    let chinese = phrase.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let name = if chinese { "cn" } else { crate::settings::calendar_of(zone) };
    Named { name: name.to_owned(), ..Named::default() }
}

fn of_reminders(globals: &Globals, options: &Options) -> Result<(), Exit> {
    let prepared = prepare::settings(globals)?;
    let world = prepare::runtime()?.block_on(prepared.world());
    let mut chosen = Vec::new();
    for id in &options.reminders {
        chosen.push(prepare::reminder(&world, id)?);
    }
    if options.reminders.is_empty() {
        chosen.extend(world.reminders.values().filter(|one| one.enabled));
    }
    let now = app::clock().now();
    let mut streams = Vec::new();
    let mut heap = BinaryHeap::new();
    for (index, reminder) in chosen.iter().enumerate() {
        let tz = &reminder.schedule.zone.tz;
        let after = bound(options.from.as_ref(), tz)?.unwrap_or(now);
        let until = bound(options.until.as_ref(), tz)?;
        let mut coming = plan::planned(&reminder.schedule, after)
            .take_while(move |next| until.is_none_or(|until| next.due_at <= until));
        let first = coming.next();
        heap.extend(first.as_ref().map(|next| Reverse((next.due_at, index))));
        streams.push((first, coming));
    }
    let until = options.until.as_ref().map(|_| now);
    let mut rows = Vec::new();
    for _ in 0..limit(options, until) {
        let Some(Reverse((_, index))) = heap.pop() else { break };
        let (ready, coming) = &mut streams[index];
        let after = coming.next();
        heap.extend(after.as_ref().map(|next| Reverse((next.due_at, index))));
        let Some(next) = std::mem::replace(ready, after) else { break };
        let tz = &chosen[index].schedule.zone.tz;
        let id = chosen[index].id.as_str();
        if globals.json {
            let due_at = view::instant(next.due_at, tz);
            let mut row = json!({ "reminder": id, "due_at": due_at, "note": next.note() });
            duty::add(&mut row, &duty::of(&world, chosen[index], next.due_at));
            rows.push(row);
        } else {
            let duty = duty::of(&world, chosen[index], next.due_at);
            print(id, &next, duty::line(&duty), tz);
        }
    }
    if globals.json {
        output::json(&rows);
    }
    Ok(())
}
