//! iCalendar files (RFC 5545) as the world writes them, read for one thing: which days are off and
//! which are made up for.
//!
//! Bytes become lines (`text`), lines become events (`component`), an event becomes its days
//! (`event`, `moment`, `recur`), its words say what kind of days they are (`mark`), and
//! all of them together say which years the file knows (`catalog/coverage.rs`). A broken event is named by
//! its line and left out; a file that is no calendar, or only half of one, is an error as a whole,
//! so that it never takes the place of a good one.

mod component;
mod event;
mod mark;
mod moment;
mod recur;
mod text;

use std::collections::BTreeMap;

use jiff::{civil::Date, tz::TimeZone};

use self::{
    component::Broken,
    event::{Event, Frame},
    mark::Mark,
};
use super::coverage;
use crate::model::{
    calendar::{Layer, ListedDay, Origin},
    diagnostic::{Diagnostic, Place},
    text::text,
};

/// No longer file is read.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// No file with more events is read.
const MAX_EVENTS: usize = 20_000;
/// A calendar has no more days than these, all events together.
const MAX_DAYS: usize = 100_000;
/// So many broken events are named one by one.
const MAX_NAMED: usize = 20;

/// What a calendar file is read against.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The zone whose days are meant when a file speaks in instants.
    pub zone: &'a TimeZone,
    /// Finds a zone by its IANA name.
    pub zones: &'a dyn Fn(&str) -> Option<TimeZone>,
}

/// What a calendar file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Its days, and the years it knows.
    pub layer: Layer,
    /// What is wrong with some of its events, and what was not taken for a day off.
    pub found: Vec<Diagnostic>,
    /// The whole file in UTF-8; reading it again gives the same days.
    pub text: String,
}

/// The text of a file in whatever encoding it is.
pub(super) fn decode(bytes: &[u8]) -> String {
    text::decode(bytes)
}

/// Reads a calendar file; `name` is what people call it, and the name of the layer.
///
/// # Errors
/// The file is no calendar, only part of one, or too large.
pub fn read(name: &str, bytes: &[u8], setting: &Setting<'_>) -> Result<Read, Diagnostic> {
    let place = |line| Place { file: name.into(), line, column: 0, length: 1 };
    if bytes.len() > MAX_BYTES {
        let message = text!(
            "the file has {size} MiB; a calendar file has at most {most}",
            size = bytes.len().div_ceil(1024 * 1024),
            most = MAX_BYTES / 1024 / 1024
        );
        return Err(Diagnostic::error(place(0), "ics-too-large", message)
            .help(text!("export the holidays alone, without appointments")));
    }
    let lines = text::lines(bytes);
    let calendar = component::read(&lines).map_err(|broken| {
        Diagnostic::error(place(broken.line), broken.code, broken.message).help(broken.help)
    })?;
    if calendar.events.len() > MAX_EVENTS {
        let message = text!("the calendar has more than {most} events", most = MAX_EVENTS);
        return Err(Diagnostic::error(place(0), "ics-too-large", message)
            .help(text!("export the holidays alone, without appointments")));
    }
    let frame = Frame::new(setting, &calendar);
    let mut broken = calendar.broken;
    let mut events = Vec::new();
    for raw in &calendar.events {
        match event::read(raw, &frame) {
            Ok(event) => events.push(event),
            Err(wrong) => broken.push(wrong),
        }
    }
    event::settle(&mut events);
    let mut days = Days::new(&events);
    for event in &events {
        days.add(event, &mut broken);
    }
    if days.listed.is_empty() {
        let message = text!("the calendar lists no day off and no make-up workday");
        let help = match broken.first().cloned() {
            Some(first) => text!("line {line}: {wrong}", line = first.line, wrong = first.message),
            None => text!("see that the right calendar was exported or downloaded"),
        };
        return Err(Diagnostic::error(place(0), "ics-empty", message).help(help));
    }
    let mut found = named(name, broken);
    found.extend(days.left_out.found(name));
    let layer = Layer {
        name: name.into(),
        origin: Origin::Data,
        coverage: coverage::of(&days.known),
        days: days.list(),
        fixed: Vec::new(),
    };
    Ok(Read { layer, found, text: text::join(&lines) })
}

/// The days of a calendar as they come together.
struct Days {
    listed: BTreeMap<Date, (bool, Vec<String>)>,
    known: Vec<coverage::Known>,
    /// Whether the file marks its days off, so that a day without a mark is none.
    marked: bool,
    left_out: LeftOut,
}

/// Whole-day events that are not taken for days off.
#[derive(Default)]
struct LeftOut {
    count: usize,
    /// Line and name of the first.
    first: Option<(u32, String)>,
}

impl Days {
    fn new(events: &[Event]) -> Self {
        let marked = events.iter().any(|event| event.mark == Mark::Off);
        let (listed, known) = (BTreeMap::new(), Vec::new());
        Self { listed, known, marked, left_out: LeftOut::default() }
    }

    fn add(&mut self, event: &Event, broken: &mut Vec<Broken>) {
        match event.mark {
            // An appointment.
            Mark::None | Mark::Holiday if !event.all_day => return,
            Mark::None if self.marked => return self.left_out.add(event),
            Mark::NotOff => return self.left_out.add(event),
            _ => {}
        }
        let dates = event.dates();
        if self.known.len() + dates.len() > MAX_DAYS {
            let message = text!("the calendar lists more than {most} days", most = MAX_DAYS);
            return broken.push(Broken::event(event.line, message));
        }
        for date in dates {
            let off = event.mark.is_off(date, event.single());
            if off {
                self.known.push(coverage::Known { date, endless: event.endless });
            }
            self.put(date, off, &event.name);
        }
    }

    /// A day that is worked by name is worked, whatever longer holiday lies over it. A day that
    /// belongs to two holidays has both names.
    fn put(&mut self, date: Date, off: bool, name: &str) {
        let (there, names) = self.listed.entry(date).or_insert_with(|| (off, Vec::new()));
        if *there != off {
            if off {
                return;
            }
            *there = false;
            names.clear();
        }
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }

    fn list(self) -> Vec<ListedDay> {
        let day = |(date, (off, names)): (Date, (bool, Vec<String>))| {
            let name = (!names.is_empty()).then(|| names.join("、").into());
            ListedDay { date, off, name, provisional: false }
        };
        self.listed.into_iter().map(day).collect()
    }
}

impl LeftOut {
    fn add(&mut self, event: &Event) {
        self.count += 1;
        self.first.get_or_insert_with(|| (event.line, event.name.clone()));
    }

    /// Says what is not taken for a day off: nothing is dropped in silence.
    fn found(&self, name: &str) -> Option<Diagnostic> {
        let (line, first) = self.first.as_ref()?;
        let place = Place { file: name.into(), line: *line, column: 0, length: 1 };
        let message = match self.count {
            1 => text!("“{first}” is not marked as a day off, and is none", first = first),
            count => text!(
                "{count} events are not marked as days off, and are none; “{first}” is the first",
                count = count,
                first = first
            ),
        };
        let help = text!("days off that no file marks can be written under `off:`");
        Some(Diagnostic::note(place, "ics-not-off", message).help(help))
    }
}

/// What is wrong with single events.
fn named(name: &str, mut broken: Vec<Broken>) -> Vec<Diagnostic> {
    broken.sort_by_key(|one| one.line);
    let more = broken.len().saturating_sub(MAX_NAMED);
    let place = |line| Place { file: name.into(), line, column: 0, length: 1 };
    let mut found: Vec<Diagnostic> = broken
        .into_iter()
        .take(MAX_NAMED)
        .map(|one| Diagnostic::warning(place(one.line), one.code, one.message).help(one.help))
        .collect();
    if more > 0 {
        let message = text!("{more} more events of this file cannot be used", more = more);
        found.push(Diagnostic::warning(place(0), "ics-event", message));
    }
    found
}

#[cfg(test)]
mod tests;
