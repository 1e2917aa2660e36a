//! Calendars: layers as the settings write them, put on top of one another.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::civil::Date;

use super::{
    calendar_files::{CalendarFile, CalendarFiles, FOLDER},
    coverage, holidays,
};
use crate::{
    model::{
        calendar::{Calendar, Layer, ListedDay, Origin},
        diagnostic::Diagnostic,
        layers::{Layers, Named},
        text::text,
    },
    yaml::{short, suggest},
};

/// A layer written in the settings may list so many days.
const MOST_DAYS: usize = 5_000;

/// The calendar whose days off are Saturday and Sunday and nothing else; every installation has it.
pub const WEEKENDS: &str = "weekends";

/// Every calendar a schedule file may name.
#[derive(Clone, Debug)]
pub struct Calendars {
    known: BTreeMap<String, Arc<Calendar>>,
    /// That of reminders that name none.
    pub usual: Arc<Calendar>,
    /// The files they are made of, and how each stands.
    pub files: Vec<CalendarFile>,
}

impl Calendars {
    /// A calendar by name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Calendar>> {
        self.known.get(name)
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.known.keys().map(String::as_str)
    }

    /// Their names and themselves.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<Calendar>)> {
        self.known.iter().map(|(name, calendar)| (name.as_str(), calendar))
    }
}

/// Builds the calendars of the settings beside those that ship with the program. `usual` names
/// the one of reminders that name none; `files` are what the calendar files say. What cannot be
/// built is left out and reported, and so is what is wrong with the files.
#[must_use]
pub fn build(
    written: &[Layers],
    usual: &Named,
    files: &CalendarFiles,
) -> (Calendars, Vec<Diagnostic>) {
    let mut found: Vec<Diagnostic> = files
        .files
        .iter()
        .flat_map(|file| file.found.iter())
        .chain(&files.strays)
        .cloned()
        .collect();
    let mut known: BTreeMap<String, Arc<Calendar>> = BTreeMap::new();
    let own: BTreeSet<&str> = written.iter().map(|layers| layers.called.name.as_str()).collect();
    let weekends = Arc::new(Calendar::weekends());
    let shipped = holidays::NAMES.iter().filter_map(|name| holidays::builtin(name));
    for calendar in shipped.chain([weekends.clone()]) {
        if !own.contains(calendar.id()) {
            known.insert(calendar.id().to_owned(), with_imported(calendar, files));
        }
    }
    let mut left: Vec<&Layers> = written.iter().collect();
    // Each round builds those whose base is there; what is left then has none.
    loop {
        let (ready, waiting): (Vec<&Layers>, Vec<&Layers>) =
            left.into_iter().partition(|layers| base(layers, &known).is_some());
        for layers in &ready {
            let calendar =
                Arc::new(stack(layers, base(layers, &known).flatten(), files, &mut found));
            known.insert(layers.called.name.clone(), calendar);
        }
        left = waiting;
        if ready.is_empty() {
            break;
        }
    }
    for base in left.iter().filter_map(|layers| layers.base.as_ref()) {
        let known = known.keys().map(String::as_str);
        found.push(without_base(base, own.contains(base.name.as_str()), known));
    }
    let calendar = known.get(&usual.name).cloned();
    if calendar.is_none() && !own.contains(usual.name.as_str()) {
        found.push(unknown(usual, known.keys().map(String::as_str)));
    }
    let usual = calendar.unwrap_or(weekends);
    (Calendars { usual, known, files: files.files.clone() }, found)
}

/// A calendar that ships with the program, with what was imported into it.
fn with_imported(calendar: Arc<Calendar>, files: &CalendarFiles) -> Arc<Calendar> {
    let layers = imported(calendar.id(), files);
    if layers.is_empty() {
        return calendar;
    }
    let builder = calendar.derive(calendar.id());
    Arc::new(layers.into_iter().fold(builder, |builder, layer| builder.layer(layer)).build())
}

/// What was imported into a calendar.
fn imported(name: &str, files: &CalendarFiles) -> Vec<Layer> {
    let imported = files.imported.get(name);
    imported.map_or_else(Vec::new, |imported| imported.layers(&format!("{FOLDER}/{name}.json")))
}

/// What a calendar stands on: `None` when that is not built yet, `Some(None)` when on nothing.
/// A calendar named after a built-in one may stand on that one.
fn base(layers: &Layers, known: &BTreeMap<String, Arc<Calendar>>) -> Option<Option<Arc<Calendar>>> {
    let Some(base) = &layers.base else { return Some(None) };
    if base.name == layers.called.name {
        return holidays::builtin(&base.name).map(Some);
    }
    known.get(&base.name).cloned().map(Some)
}

fn stack(
    layers: &Layers,
    base: Option<Arc<Calendar>>,
    files: &CalendarFiles,
    found: &mut Vec<Diagnostic>,
) -> Calendar {
    let id = layers.called.name.as_str();
    let builtin = layers.builtin.as_ref().and_then(|named| {
        let calendar = holidays::builtin(&named.name);
        if calendar.is_none() {
            found.push(unknown(named, holidays::NAMES.into_iter()));
        }
        calendar
    });
    let (bottom, above) = match (base, builtin) {
        (Some(base), builtin) => (Some(base), builtin),
        (None, builtin) => (builtin, None),
    };
    let mut builder = bottom.map_or_else(|| Calendar::builder(id), |calendar| calendar.derive(id));
    if let Some(above) = above {
        builder = above.layers().cloned().fold(builder, |builder, layer| builder.layer(layer));
    }
    if let Some(weekend) = layers.weekend {
        builder = builder.weekend(weekend);
    }
    builder = imported(id, files).into_iter().fold(builder, |builder, layer| builder.layer(layer));
    for layer in layers.ics.iter().filter_map(|file| files.ics.get(&file.name)) {
        let below = builder.clone().build();
        let over = |known| coverage::over(known, &layer.days, &below);
        let coverage = layer.coverage.and_then(over);
        builder = builder.layer(Layer { coverage, ..layer.clone() });
    }
    let days = days(layers, found);
    if !days.is_empty() {
        builder = builder.layer(Layer {
            name: layers.called.name.as_str().into(),
            origin: Origin::Settings,
            days,
            coverage: None,
            fixed: Vec::new(),
        });
    }
    if let Some(on_uncovered) = layers.on_uncovered {
        builder = builder.on_uncovered(on_uncovered);
    }
    builder.build()
}

/// The days written in the settings.
fn days(layers: &Layers, found: &mut Vec<Diagnostic>) -> Vec<ListedDay> {
    let spread = |spans: &[(Date, Date)]| -> BTreeSet<Date> {
        let days = spans.iter().flat_map(|&(first, last)| {
            let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
            days.take_while(move |day| *day <= last)
        });
        days.take(MOST_DAYS + 1).collect()
    };
    let (off, work) = (spread(&layers.off), spread(&layers.work));
    let place = &layers.called.place;
    if off.len().max(work.len()) > MOST_DAYS {
        let message =
            text!("the calendar `{name}` lists too many days", name = &layers.called.name);
        let help = text!("shorten the spans; weekdays that are always off belong under `weekend:`");
        found.push(Diagnostic::error(place.clone(), "too-many", message).help(help));
        return Vec::new();
    }
    if let Some(day) = off.intersection(&work).next() {
        let message = text!("{day} stands under both `off:` and `work:`", day = *day);
        found.push(
            Diagnostic::error(place.clone(), "contradiction", message)
                .help(text!("delete it from one of the two")),
        );
    }
    let listed = |date, off| ListedDay { date, off, name: None, provisional: false };
    let off = off.into_iter().map(|date| listed(date, true));
    off.chain(work.into_iter().map(|date| listed(date, false))).collect()
}

fn without_base<'a>(
    base: &Named,
    own: bool,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Diagnostic {
    if !own {
        return unknown(base, known);
    }
    let message = text!(
        "`{name}` cannot be built: its calendars stand on one another",
        name = short(&base.name),
    );
    Diagnostic::error(base.place.clone(), "calendar-circle", message)
        .help(text!("let one of them stand on a built-in calendar such as cn"))
}

fn unknown<'a>(named: &Named, known: impl Iterator<Item = &'a str> + Clone) -> Diagnostic {
    let message = text!("there is no calendar `{name}`", name = short(&named.name));
    Diagnostic::error(named.place.clone(), "unknown-calendar", message)
        .help(suggest(&named.name, known))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn layers(name: &str, base: Option<&str>) -> Layers {
        let named = |name: &str| Named { name: name.to_owned(), ..Named::default() };
        Layers { called: named(name), base: base.map(named), ..Layers::default() }
    }

    fn codes(written: &[Layers], usual: &str) -> Vec<&'static str> {
        let usual = Named { name: usual.to_owned(), ..Named::default() };
        build(written, &usual, &CalendarFiles::default()).1.iter().map(|found| found.code).collect()
    }

    #[test]
    fn calendars_stand_on_one_another_in_any_order() {
        let mut top = layers("top", Some("acme"));
        top.work = vec![(date(2026, 8, 15), date(2026, 8, 15))];
        let mut acme = layers("acme", Some("cn"));
        acme.off = vec![(date(2026, 8, 10), date(2026, 8, 16))];
        let usual = Named { name: "top".into(), ..Named::default() };
        let (calendars, found) =
            build(&[top, acme, layers("cn", Some("cn"))], &usual, &CalendarFiles::default());
        assert_eq!(found, []);
        let worked =
            |name: &str, day| calendars.get(name).expect(name).is_workday(date(2026, 8, day));
        assert!(worked("cn", 10) && !worked("acme", 10) && !worked("top", 10));
        assert!(!worked("acme", 15) && worked("top", 15));
        assert_eq!(calendars.usual.id(), "top");
    }

    #[test]
    fn what_stands_on_nothing_is_named() {
        assert_eq!(codes(&[], "cn"), Vec::<&str>::new());
        assert_eq!(codes(&[], "weekends"), Vec::<&str>::new());
        assert_eq!(codes(&[], "nc"), ["unknown-calendar"]);
        assert_eq!(codes(&[layers("a", Some("x"))], "cn"), ["unknown-calendar"]);
        let circle = [layers("a", Some("b")), layers("b", Some("a"))];
        assert_eq!(codes(&circle, "a"), ["calendar-circle", "calendar-circle"]);
        let mut both = layers("a", None);
        both.off = vec![(date(2026, 1, 1), date(2026, 1, 1))];
        both.work = both.off.clone();
        assert_eq!(codes(std::slice::from_ref(&both), "a"), ["contradiction"]);
        both.off = vec![(date(1, 1, 1), date(9999, 12, 31))];
        assert_eq!(codes(&[both], "a"), ["too-many"]);
    }
}
