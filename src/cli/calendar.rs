//! `calendar`: which calendars there are, a year of one, and next year's days.

mod changes;
mod import;
mod list;
pub(super) mod show;
pub(super) mod words;

use std::sync::Arc;

use super::{Exit, Globals, output, prepare};
use crate::{
    catalog::calendars::Calendars,
    model::{
        calendar::Calendar,
        diagnostic::{Severity, nearest},
        text::text,
    },
    settings::Settings,
};

/// What `calendar` does.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Each calendar, its layers, which dates it knows, and when they end.
    List,
    /// A year on one screen: days off and make-up workdays, with the names of the holidays.
    Show(show::Options),
    /// Read days from a file into a calendar: the State Council's yearly notice as text, an .ics
    /// file, CSV with the columns kind,date,name, JSON with `off` and `work`, JSON of holiday-cn.
    /// Shows what changes, and asks.
    Import(import::Options),
}

pub(super) fn run(globals: &Globals, command: &Command) -> Exit {
    let done = match command {
        Command::List => list::run(globals),
        Command::Show(options) => show::run(globals, options),
        Command::Import(options) => import::run(globals, options),
    };
    done.err().unwrap_or(Exit::Done)
}

/// The settings and the calendars they make.
struct Shelf {
    settings: Settings,
    calendars: Calendars,
}

/// Reads the settings, as far as calendars need them; prints what is wrong.
fn shelf(globals: &Globals) -> Result<Shelf, Exit> {
    let (machine, loaded) = prepare::load(globals);
    let Some(settings) = loaded.settings else {
        prepare::show(&loaded.diagnostics, &loaded.text);
        return Err(Exit::Invalid);
    };
    let calendars = prepare::calendars(&settings, &settings.calendar, &machine, &loaded.text)?;
    for found in calendars.files.iter().flat_map(|file| &file.found) {
        if found.severity != Severity::Note {
            output::warning(found.sentence());
        }
    }
    Ok(Shelf { settings, calendars })
}

/// A calendar by its name; an unknown one is said with the names there are.
fn find<'a>(calendars: &'a Calendars, name: &str) -> Result<&'a Arc<Calendar>, Exit> {
    calendars.get(name).ok_or_else(|| {
        let near = nearest(name, calendars.names());
        let names: Vec<_> = calendars.names().collect();
        output::error(match near {
            Some(near) => text!(
                "there is no calendar `{name}`; did you mean `{near}`?",
                name = name,
                near = near,
            ),
            None => text!("there is no calendar `{name}`", name = name),
        });
        output::help(text!("there are: {names}", names = names.join(", ")));
        Exit::Invalid
    })
}
