//! A phrase that is in no file: what it is read against, and the schedule it makes.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};

use crate::{
    catalog::{self, when::When},
    cli::{Exit, Globals, output, prepare},
    model::{
        language::Language,
        layers::Named,
        reminder::{OnDayOff, Schedule, Zone},
        text::{Text, Words, text, words},
    },
};

/// What a phrase that is in no file is read against.
#[derive(Debug, clap::Args)]
pub(super) struct AdHoc {
    /// With --when: the time zone.
    #[arg(long, requires = "when", value_name = "ZONE")]
    timezone: Option<String>,
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

/// What is said of a phrase that has no times.
const NO_TIMES: Words = words!("a folder changes when it changes: that has no coming occurrences");

/// What to do with it.
const EXPLAIN: Words =
    words!("put it into a reminder's `when`; `dingdong explain` shows how it is understood");

impl AdHoc {
    fn on_day_off(&self) -> Result<OnDayOff, Text> {
        Ok(match self.on_day_off.as_deref() {
            None | Some("keep") => OnDayOff::Keep,
            Some("skip") => OnDayOff::Skip,
            Some("previous") => OnDayOff::Previous,
            Some("next") => OnDayOff::Next,
            Some("next-in-month") => OnDayOff::NextInMonth,
            Some(other) => {
                return Err(text!(
                    "`{word}` is no rule for days off; write keep, skip, previous, next or next-in-month",
                    word = other,
                ));
            }
        })
    }
}

/// The schedule a phrase makes. Needs no settings: what they hold is used when they are there.
/// `after` is the instant after which it is asked about.
pub(super) fn schedule(
    globals: &Globals,
    given: &AdHoc,
    calendar: Option<&str>,
    phrase: &str,
    after: impl Fn(&Zone) -> Result<Timestamp, Exit>,
) -> Result<(Schedule, Language), Exit> {
    let (machine, loaded) = prepare::load(globals);
    let settings = loaded
        .settings
        .ok_or_else(|| invalid(text!("the settings are wrong; see `dingdong check`")))?;
    let zone: Zone = match &given.timezone {
        Some(name) => machine.zones.get(name).map_err(invalid)?,
        None => settings.zone.clone(),
    };
    let usual = usual_calendar(&settings, given, &zone, phrase);
    let calendars = prepare::calendars(&settings, &usual, &machine, &loaded.text)?;
    let calendar = match calendar {
        Some(name) => calendars.get(name).cloned().ok_or_else(|| {
            let names: Vec<_> = calendars.names().collect();
            invalid(text!(
                "there is no calendar `{name}`; there are: {names}",
                name = name,
                names = names.join(", "),
            ))
        })?,
        None => Arc::clone(&calendars.usual),
    };
    if settings.file.is_none() {
        output::note(text!(
            "there is no dingdong.yaml: {zone}, calendar {calendar}",
            zone = &*zone.name,
            calendar = calendar.id(),
        ));
    }
    let on_day_off = given.on_day_off().map_err(invalid)?;
    let holidays: Vec<String> = calendar.holiday_names().into_iter().map(str::to_owned).collect();
    let when = catalog::when::read(phrase, &holidays).map_err(|error| {
        let exit = invalid(error.message);
        error.help.into_iter().for_each(output::help);
        exit
    })?;
    let When::Timed(recurrence) = when else {
        let exit = invalid(NO_TIMES.into());
        output::help(EXPLAIN);
        return Err(exit);
    };
    let mut from = given.starting;
    if recurrence.needs_start() && from.is_none() {
        let date = after(&zone)?.to_zoned_datetime(zone.tz.clone()).date();
        output::note(text!("counted from {date}; --starting DATE says otherwise", date = date));
        from = Some(date);
    }
    let schedule = Schedule {
        when: vec![recurrence],
        zone,
        calendar,
        on_day_off,
        from,
        until: given.ending,
        except: Vec::new(),
    };
    let chinese = settings.file.is_none() && is_chinese(phrase);
    Ok((schedule, if chinese { Language::Chinese } else { output::language() }))
}

/// Says what cannot be asked so.
fn invalid(message: Text) -> Exit {
    output::error(message);
    Exit::Invalid
}

fn is_chinese(phrase: &str) -> bool {
    phrase.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// The calendar where none is named: the settings', or by the zone and the phrase's script.
fn usual_calendar(
    settings: &crate::settings::Settings,
    given: &AdHoc,
    zone: &Zone,
    phrase: &str,
) -> Named {
    // What the file says counts in any zone; what was assumed by its zone, only in that one.
    let written = settings.calendar.place.line > 0;
    if settings.file.is_some() && (written || given.timezone.is_none()) {
        return settings.calendar.clone();
    }
    let name = if is_chinese(phrase) { "cn" } else { crate::settings::calendar_of(zone) };
    Named { name: name.to_owned(), ..Named::default() }
}
