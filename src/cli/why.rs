//! `why`: the whole chain of an occurrence, from the line in its file to the last answer of a
//! robot; or why there is none.

mod chain;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use self::chain::{Chain, Step};
use super::{
    Exit, Globals, output, pause,
    prepare::{self, Prepared, store_failed},
    view,
};
use crate::{
    app,
    daemon::world::World,
    model::{
        reminder::{Reminder, ReminderId},
        text::{Text, text},
    },
    outbox::{Brakes, LogQuery, OccurrenceRecord, Outbox, Waiting, Watermark},
};

/// Arguments of `why`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// An occurrence or a delivery by its id, or a reminder.
    #[arg(value_name = "OCCURRENCE")]
    what: String,
    /// With a reminder: which date, by its own time zone. Default: today.
    date: Option<Date>,
}

/// What the store knows that is of use here.
struct Known {
    records: Vec<OccurrenceRecord>,
    brakes: Brakes,
    queue: Vec<Waiting>,
    watermark: Option<Watermark>,
}

/// A civil day of a reminder.
struct Day {
    date: Date,
    from: Timestamp,
    to: Timestamp,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    why(globals, options).err().unwrap_or(Exit::Done)
}

fn why(globals: &Globals, options: &Options) -> Result<(), Exit> {
    let prepared = prepare::settings(globals)?;
    let now = app::clock().now();
    let (world, known, asked) = prepare::runtime()?.block_on(look(&prepared, options, now))?;
    let chain = Chain {
        world: &world,
        brakes: &known.brakes,
        queue: &known.queue,
        zones: &prepared.machine.zones,
        now,
    };
    let mut told: Vec<_> =
        known.records.iter().map(|record| (Some(record), chain.of(record))).collect();
    let reminder = match &asked {
        // A row may be of a reminder that is in no file any more.
        Some((id, _)) if known.records.is_empty() => Some(prepare::reminder(&world, id.as_str())?),
        Some((id, _)) => world.reminders.get(id),
        None if known.records.is_empty() => return Err(unknown(&options.what)),
        None => None,
    };
    if let (Some(reminder), Some((_, day))) = (reminder, &asked) {
        let steps = chain.absent(reminder, day.date, &known.records, known.watermark.as_ref());
        told.extend((!steps.is_empty()).then_some((None, steps)));
    }
    let tz = match known.records.first() {
        Some(record) => view::zone(record, &prepared.machine.zones),
        None => reminder.map_or(TimeZone::UTC, |one| one.schedule.zone.tz.clone()),
    };
    show(globals, &told, &tz);
    Ok(())
}

/// Reads what was asked for: rows by their id, or those of a reminder's day.
async fn look(
    prepared: &Prepared,
    options: &Options,
    now: Timestamp,
) -> Result<(World, Known, Option<(ReminderId, Day)>), Exit> {
    let world = prepared.world().await;
    let mut known = Known {
        records: Vec::new(),
        brakes: Brakes::default(),
        queue: Vec::new(),
        watermark: None,
    };
    let mut asked = day_of(&world, options, now)?;
    if let Some(outbox) = prepared.store_if_any().await? {
        known.brakes = outbox.brakes().await.map_err(store_failed)?;
        known.queue = world.queue(&outbox, now).await.map_err(store_failed)?;
        known.records = match &asked {
            None => by_id(&outbox, &options.what).await?,
            Some((id, day)) => of_day(&outbox, id, day).await?,
        };
        if let Some((id, _)) = &asked {
            let marks = outbox.watermarks().await.map_err(store_failed)?;
            known.watermark = marks.into_iter().find(|mark| mark.reminder == *id);
        }
        outbox.close().await;
    }
    if asked.is_none() && known.records.is_empty() {
        asked = day_of_id(&world, &options.what)?;
    }
    Ok((world, known, asked))
}

/// The reminder and day that are meant; none when it is an id.
fn day_of(
    world: &World,
    options: &Options,
    now: Timestamp,
) -> Result<Option<(ReminderId, Day)>, Exit> {
    let (id, date) = match (options.what.split_once('@'), options.date) {
        // What people type: policy-daily@2026-11-24.
        (Some((id, date)), None) if date.len() == "2026-11-24".len() => {
            let date = date.parse().map_err(|_| unknown(&options.what))?;
            (id, Some(date))
        }
        (Some(_), None) => return Ok(None),
        (_, date) => (options.what.as_str(), date),
    };
    day(world, ReminderId::new(id), |tz| {
        date.unwrap_or_else(|| now.to_zoned_datetime(tz.clone()).date())
    })
    .map(Some)
}

/// The reminder and day of an occurrence's id that has no row.
fn day_of_id(world: &World, id: &str) -> Result<Option<(ReminderId, Day)>, Exit> {
    let parts = id.split_once('@').and_then(|(id, at)| Some((id, at.parse::<Timestamp>().ok()?)));
    let Some((id, at)) = parts else { return Ok(None) };
    day(world, ReminderId::new(id), |tz| at.to_zoned_datetime(tz.clone()).date()).map(Some)
}

/// A day by the reminder's own time zone.
fn day(
    world: &World,
    id: ReminderId,
    date: impl Fn(&TimeZone) -> Date,
) -> Result<(ReminderId, Day), Exit> {
    let tz = world.reminders.get(&id).map_or(&world.zone.tz, |one| &one.schedule.zone.tz);
    let date = date(tz);
    let tomorrow = date.tomorrow().map_err(|_| Exit::Usage)?;
    let day = Day { date, from: pause::start(date, tz)?, to: pause::start(tomorrow, tz)? };
    Ok((id, day))
}

async fn by_id(outbox: &Outbox, id: &str) -> Result<Vec<OccurrenceRecord>, Exit> {
    let mut found = outbox.occurrence(id).await.map_err(store_failed)?;
    if found.is_none() {
        found = outbox.occurrence_of(id).await.map_err(store_failed)?;
    }
    Ok(found.into_iter().collect())
}

async fn of_day(
    outbox: &Outbox,
    id: &ReminderId,
    day: &Day,
) -> Result<Vec<OccurrenceRecord>, Exit> {
    let query = LogQuery {
        reminder: Some(id.clone()),
        since: Some(day.from),
        limit: 1_000,
        ..LogQuery::default()
    };
    let mut found = outbox.log(&query).await.map_err(store_failed)?;
    found.retain(|record| record.occurrence.due_at < day.to);
    found.reverse();
    Ok(found)
}

fn unknown(what: &str) -> Exit {
    output::error(text!(
        "there is no occurrence and no delivery `{what}`; write its id, or a reminder and a date: dingdong why policy-daily 2026-11-24",
        what = what,
    ));
    Exit::Failed
}

/// Prints the chains.
fn show(globals: &Globals, told: &[(Option<&OccurrenceRecord>, Vec<Step>)], tz: &TimeZone) {
    if globals.json {
        let chains: Vec<Value> = told
            .iter()
            .map(|(record, steps)| {
                let steps: Vec<_> = steps
                    .iter()
                    .map(|step| {
                        json!({
                            "at": step.at.map(|at| view::instant(at, tz)),
                            "what": step.what,
                            "text": step.text,
                        })
                    })
                    .collect();
                json!({
                    "occurrence": record.map(|record| record.occurrence.id()),
                    "state": record.map(|record| record.state.name()),
                    "steps": steps,
                })
            })
            .collect();
        output::json(&chains);
        return;
    }
    for (record, steps) in told {
        if let Some(record) = record {
            output::line(record.occurrence.id());
        }
        for step in steps {
            let at = step.at.map(|at| format!("{}  ", view::readable(at, tz))).unwrap_or_default();
            output::line(format_args!("  {at}{}", output::told(step.text.clone())));
        }
    }
}

/// Where a reminder stands, and when it fires, in words.
fn place(reminder: &Reminder) -> Text {
    text!(
        "{reminder} stands in {place}: {words}",
        reminder = reminder.id.as_str(),
        place = format!("{}:{}", reminder.place.file, reminder.place.line),
        words = super::words(reminder, output::language()).join("; "),
    )
}
