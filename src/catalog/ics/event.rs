//! An event and the days it covers.

use std::collections::{BTreeSet, HashMap};

use jiff::{
    SignedDuration, Span,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};

use super::{
    Setting,
    component::{Broken, Calendar, Component},
    mark::{self, Mark},
    moment::{self, Moment},
    recur,
};
use crate::model::text::{Text, text};

/// A break longer than this is taken for a mistake.
const LONGEST_DAYS: i32 = 100;
const DAY_SECONDS: i64 = 86_400;

/// The clocks a file's times are read on.
pub(super) struct Frame<'a> {
    setting: &'a Setting<'a>,
    /// That of the file, by its own word.
    own: Option<TimeZone>,
    fixed: HashMap<String, TimeZone>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(setting: &'a Setting<'a>, calendar: &Calendar) -> Self {
        let zone = |fixed: &super::component::FixedZone| {
            let sign = if fixed.offset.starts_with('-') { -1 } else { 1 };
            let digits: i32 = fixed.offset.trim_start_matches(['+', '-']).get(..4)?.parse().ok()?;
            let seconds = sign * (digits / 100 * 3600 + digits % 100 * 60);
            let offset = Offset::from_seconds(seconds).ok()?;
            Some((fixed.name.clone(), TimeZone::fixed(offset)))
        };
        let mut frame =
            Self { setting, own: None, fixed: calendar.zones.iter().filter_map(zone).collect() };
        frame.own = calendar.zone.as_deref().and_then(|name| frame.zone(name));
        frame
    }

    /// A zone by the name a file gives it: IANA's, IANA's behind a path, or one of its own.
    fn zone(&self, name: &str) -> Option<TimeZone> {
        let name = name.trim().trim_matches('"');
        if let Some(zone) = self.fixed.get(name) {
            return Some(zone.clone());
        }
        let mut tails = name.match_indices('/').map(|(at, _)| &name[at + 1..]);
        (self.setting.zones)(name).or_else(|| tails.find_map(|tail| (self.setting.zones)(tail)))
    }

    /// Where a moment may stand on a clock, the likeliest first: a day off lasts from midnight to
    /// midnight, so the clock on which it does is the one that was meant.
    fn clocks(&self, moment: &Moment) -> Vec<DateTime> {
        match moment {
            Moment::Day(_) => vec![moment.written()],
            Moment::Local { at, zone } => {
                let zone = zone.as_deref().and_then(|name| self.zone(name));
                let instant = zone.and_then(|zone| zone.to_timestamp(*at).ok());
                let here = instant.map(|instant| self.setting.zone.to_datetime(instant));
                [*at].into_iter().chain(here).collect()
            }
            Moment::Utc(at) => {
                let own = self.own.iter().map(|zone| zone.to_datetime(*at));
                own.chain([self.setting.zone.to_datetime(*at), moment.written()]).collect()
            }
        }
    }

    /// A moment on the clock another one is written on.
    fn beside(&self, moment: &Moment, other: &Moment) -> DateTime {
        let Moment::Utc(at) = moment else { return moment.written() };
        match other {
            Moment::Utc(_) => moment.written(),
            Moment::Local { zone: Some(name), .. } => {
                let zone = self.zone(name);
                zone.as_ref().unwrap_or(self.setting.zone).to_datetime(*at)
            }
            _ => self.own.as_ref().unwrap_or(self.setting.zone).to_datetime(*at),
        }
    }
}

/// An event, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) line: u32,
    pub(super) mark: Mark,
    pub(super) name: String,
    /// It covers whole days.
    pub(super) all_day: bool,
    /// It repeats for ever.
    pub(super) endless: bool,
    uid: String,
    sequence: u32,
    cancelled: bool,
    /// The occurrence of another event with its `uid` that it stands for.
    replaces: Option<Date>,
    /// The days on which it begins, as the file writes them.
    starts: BTreeSet<Date>,
    /// Days between what is written and what it means on the calendar's clock.
    shift: i32,
    /// How many days it covers.
    length: i32,
}

impl Event {
    /// The days it covers; of one that begins anew while it lasts each day once.
    pub(super) fn dates(&self) -> BTreeSet<Date> {
        let day = |start: &Date, days: i32| start.checked_add(Span::new().days(days)).ok();
        let of = |start| (0..self.length).filter_map(move |n| day(start, self.shift + n));
        self.starts.iter().flat_map(of).collect()
    }

    /// Whether it covers one day each time.
    pub(super) fn single(&self) -> bool {
        self.length == 1
    }
}

/// Understands one event.
///
/// # Errors
/// Why it cannot be used.
pub(super) fn read(raw: &Component, frame: &Frame<'_>) -> Result<Event, Broken> {
    let (mark, name) = mark::read(raw);
    let titled = |wrong: Text| {
        let title = moment::shorten(&raw.text("SUMMARY"));
        let message = match title.as_str() {
            "" => wrong,
            _ => text!("event “{title}”: {wrong}", title = title, wrong = wrong),
        };
        Broken::event(raw.line, message)
    };
    let cancelled = raw.text("STATUS").eq_ignore_ascii_case("CANCELLED");
    let replaces = raw.get("RECURRENCE-ID").map(moment::one).transpose().map_err(titled)?;
    let mut event = Event {
        line: raw.line,
        mark,
        name,
        all_day: true,
        endless: false,
        uid: raw.text("UID"),
        sequence: raw.text("SEQUENCE").parse().unwrap_or(0),
        cancelled,
        replaces: None,
        starts: BTreeSet::new(),
        shift: 0,
        length: 1,
    };
    let start = match raw.get("DTSTART") {
        Some(start) => moment::one(start).map_err(titled)?,
        // What is cancelled covers nothing, so it need not say when.
        None if cancelled => {
            event.replaces = replaces.map(|moment| moment.written().date());
            return Ok(event);
        }
        None => return Err(titled(text!("it has no DTSTART"))),
    };
    event.replaces = replaces.map(|moment| frame.beside(&moment, &start).date());
    let span = span(raw, &start, frame).map_err(titled)?;
    (event.all_day, event.shift, event.length) = (span.all_day, span.shift, span.length);
    repeat(raw, &start, frame, &mut event).map_err(titled)?;
    Ok(event)
}

/// The days of an event's first occurrence.
struct Covered {
    all_day: bool,
    shift: i32,
    length: i32,
}

fn span(raw: &Component, start: &Moment, frame: &Frame<'_>) -> Result<Covered, Text> {
    let end = raw.get("DTEND").map(moment::one).transpose()?;
    let duration = match raw.get("DURATION") {
        Some(property) if end.is_none() => {
            let text = moment::shorten(&property.value);
            let duration = moment::duration(&property.value);
            Some(duration.ok_or_else(|| text!("DURATION `{text}` is no duration", text = text))?)
        }
        _ => None,
    };
    let whole = raw.text("X-MICROSOFT-CDO-ALLDAYEVENT").eq_ignore_ascii_case("TRUE");
    let before = || text!("DTEND is before DTSTART");
    // A whole day that ends at a time of day: the day alone is meant.
    let one_day = Covered { all_day: true, shift: 0, length: 1 };
    let choices: Vec<(DateTime, DateTime)> = match (start, &end) {
        (Moment::Day(first), Some(Moment::Day(last))) if last < first => return Err(before()),
        (Moment::Day(_), Some(Moment::Day(_))) | (_, None) => {
            let ends = |start: DateTime| match (&end, duration) {
                (Some(end), _) => end.written(),
                (None, Some(duration)) => start.saturating_add(duration),
                (None, None) => start,
            };
            frame.clocks(start).into_iter().map(|start| (start, ends(start))).collect()
        }
        (Moment::Day(_), Some(_)) => return Ok(one_day),
        (_, Some(end)) => frame.clocks(start).into_iter().zip(frame.clocks(end)).collect(),
    };
    let written = choices.first().copied();
    let (from, to) = choices
        .into_iter()
        .find(|(from, to)| is_whole(*from, *to))
        .or(written)
        .ok_or_else(before)?;
    if to < from {
        return Err(before());
    }
    let shift = days(start.written().date(), from.date());
    let length = days(from.date(), last_day(from, to)) + 1;
    if length > LONGEST_DAYS {
        return Err(text!(
            "it lasts {days} days; more than {most} are taken for a mistake",
            days = length,
            most = LONGEST_DAYS
        ));
    }
    Ok(Covered { all_day: whole || is_whole(from, to), shift, length })
}

/// From midnight to midnight, or to the last minute of a day.
fn is_whole(from: DateTime, to: DateTime) -> bool {
    let end = to.time();
    from.time() == Time::midnight()
        && (end == Time::midnight() || end >= Time::constant(23, 59, 0, 0))
}

/// The last day of a span whose end is not part of it.
fn last_day(from: DateTime, to: DateTime) -> Date {
    let inside = to.saturating_sub(SignedDuration::from_secs(1));
    inside.date().max(from.date())
}

fn days(from: Date, to: Date) -> i32 {
    i32::try_from(to.duration_since(from).as_secs() / DAY_SECONDS).unwrap_or(i32::MAX)
}

/// Fills in the days on which an event begins.
fn repeat(
    raw: &Component,
    start: &Moment,
    frame: &Frame<'_>,
    event: &mut Event,
) -> Result<(), Text> {
    event.starts.insert(start.written().date());
    let local = |moment: &Moment| frame.beside(moment, start);
    for rule in raw.all("RRULE") {
        let found = recur::starts(&rule.value, start.written(), &local)?;
        event.starts.extend(found.days);
        event.endless |= found.endless;
    }
    for (name, adds) in [("RDATE", true), ("EXDATE", false)] {
        for property in raw.all(name) {
            for moment in moment::read(property)? {
                let date = local(&moment).date();
                if adds {
                    event.starts.insert(date);
                } else {
                    event.starts.remove(&date);
                }
            }
        }
    }
    Ok(())
}

/// Makes events that speak of one another agree: a later version takes the place of an earlier
/// one, an exception that of the occurrence it names; what is cancelled goes.
pub(super) fn settle(events: &mut Vec<Event>) {
    let mut newest: HashMap<String, u32> = HashMap::new();
    let mut moved: HashMap<String, BTreeSet<Date>> = HashMap::new();
    for event in events.iter().filter(|event| !event.uid.is_empty()) {
        match event.replaces {
            Some(date) => {
                moved.entry(event.uid.clone()).or_default().insert(date);
            }
            None => {
                let known = newest.entry(event.uid.clone()).or_default();
                *known = event.sequence.max(*known);
            }
        }
    }
    events.retain_mut(|event| {
        if event.replaces.is_none() {
            if let Some(dates) = moved.get(&event.uid) {
                event.starts.retain(|start| !dates.contains(start));
            }
            // Some programs give every event one `uid`, and then none has a version.
            let newest = newest.get(&event.uid).copied().unwrap_or(0);
            if event.sequence < newest {
                return false;
            }
        }
        !event.cancelled
    });
}
