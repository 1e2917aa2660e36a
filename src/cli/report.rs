//! `report`: what became of everything that was due in a day or a month.

mod gathered;
mod page;
mod screen;
mod table;

use std::path::{Path, PathBuf};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

use super::{Exit, Globals, output, prepare, prepare::store_failed};
use crate::{
    app,
    daemon::{report::Report, world::World},
    model::{language::Language, period::Period, text::text},
};

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// One day: a date, `today` or `yesterday`. Without any option: today.
    #[arg(long, value_name = "DATE", num_args = 0..=1, default_missing_value = "today")]
    day: Option<String>,
    /// One month: like 2026-11, `this` or `last`.
    #[arg(long, value_name = "MONTH", num_args = 0..=1, default_missing_value = "this", conflicts_with = "day")]
    month: Option<String>,
    /// Write it as one page for a browser, which needs nothing else.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write every message as a line of a table for a spreadsheet.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

/// A report with what it is about.
struct Told<'a> {
    report: &'a Report,
    period: Period,
    world: &'a World,
    now: Timestamp,
}

impl Told<'_> {
    fn language(&self) -> Language {
        output::language()
    }

    fn tz(&self) -> &TimeZone {
        &self.world.zone.tz
    }

    /// An instant on the clock of the settings' zone: `11-24 09:00`.
    fn clock(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.tz().clone()).strftime("%m-%d %H:%M").to_string()
    }
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    report(globals, options).err().unwrap_or(Exit::Done)
}

fn report(globals: &Globals, options: &Options) -> Result<(), Exit> {
    let prepared = prepare::settings(globals)?;
    let now = app::clock().now();
    let tz = &prepared.settings.zone.tz;
    let period = period(options, now.to_zoned_datetime(tz.clone()).date())?;
    let Some((from, until)) = period.instants(tz) else {
        output::error(text!("that is beyond what calendars reach"));
        return Err(Exit::Usage);
    };
    let mut lines = table::Lines::new();
    let (world, report) = prepare::runtime()?.block_on(async {
        let world = prepared.world().await;
        let Some(outbox) = prepared.store_if_any().await? else {
            return Ok::<_, Exit>((world, Report::default()));
        };
        let each = |line: &_| {
            if options.csv.is_some() {
                lines.add(line, &world);
            }
        };
        let report = Report::read(&outbox, from, until, each).await;
        outbox.close().await;
        Ok((world, report.map_err(store_failed)?))
    })?;
    let told = Told { report: &report, period, world: &world, now };
    if let Some(path) = &options.html {
        write(path, page::page(&told).as_bytes())?;
    }
    if let Some(path) = &options.csv {
        write(path, lines.finish(output::language()).as_bytes())?;
    }
    if globals.json {
        let mut document = report.document(tz);
        document["from"] = json!(super::view::instant(from, tz));
        document["until"] = json!(super::view::instant(until, tz));
        output::json(&document);
    } else if options.html.is_none() && options.csv.is_none() {
        screen::show(&told);
    }
    Ok(())
}

fn period(options: &Options, today: Date) -> Result<Period, Exit> {
    let (text, found) = match (&options.month, &options.day) {
        (Some(month), _) => (month.as_str(), Period::month(month, today)),
        (None, Some(day)) => (day.as_str(), Period::day(day, today)),
        (None, None) => ("today", Period::day("today", today)),
    };
    found.ok_or_else(|| {
        output::error(if options.month.is_some() {
            text!("`{text}` is not a month; write it like 2026-11, or this or last", text = text)
        } else {
            text!(
                "`{text}` is not a day; write it like 2026-11-24, or today or yesterday",
                text = text,
            )
        });
        Exit::Usage
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Exit> {
    std::fs::write(path, bytes).map_err(|error| {
        let (path, why) = (path.display().to_string(), error.to_string());
        output::error(text!("{path} cannot be written: {why}", path = path, why = why));
        Exit::Failed
    })?;
    output::say(format_args!("{}", path.display()));
    Ok(())
}
