//! Why something fires, or does not, on a date: the rule and the calendar layer that decided.

use std::{fmt, sync::Arc};

use jiff::{
    Timestamp,
    civil::{Date, Time},
};

use super::{
    days::DayRule,
    note::{Note, uncovered},
    walk::Walker,
    wall::DAY,
};
use crate::model::{
    calendar::{Day, DayFact, OnUncovered},
    recurrence::Days,
    reminder::{OnDayOff, Schedule},
    text::{Text, text},
};

/// What happens on a date, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Every instant that is due for that date, in order.
    pub fires: Vec<Timestamp>,
    /// What decided, the most important first; never empty.
    pub reasons: Vec<Reason>,
}

/// One thing that decided.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// What the day is, and what a rule makes of it.
    Day {
        /// What the calendar says about the day.
        fact: DayFact,
        /// What comes of it.
        outcome: Outcome,
    },
    /// The calendar does not know the day, and what it does then.
    Uncovered {
        /// The calendar.
        calendar: Arc<str>,
        /// What it does.
        policy: OnUncovered,
    },
    /// Something else that is special about the day.
    Note(Note),
}

/// What a rule makes of a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It fires at these wall-clock times.
    Fires(Vec<Time>),
    /// The rule does not name the day.
    NotNamed,
    /// A day off, under `on_day_off: skip` or a rule of workdays.
    Skipped,
    /// `on_day_off` moves it to another day.
    Moved(Date),
    /// The calendar does not know the day and does not guess.
    Held,
    /// Before `from`.
    Before(Date),
    /// After `until`.
    After(Date),
    /// Inside `except`.
    Excepted,
    /// The zone skips its times, or the whole date.
    NoSuchTime(Arc<str>),
}

/// Explains a date: the civil day in the schedule's own zone.
#[must_use]
pub fn explain(schedule: &Schedule, date: Date) -> Explanation {
    let day = Day::new(date);
    let mut explanation = Explanation { fires: Vec::new(), reasons: Vec::new() };
    for recurrence in &schedule.when {
        let mut walker = Walker::new(schedule, recurrence);
        let fires = on_day(&mut walker, day);
        let outcome = outcome(&walker.rule, day, &fires);
        explanation.fires.extend(fires);
        let fact = schedule.calendar.fact(day);
        explanation.reasons.push(Reason::Day { fact, outcome });
        explanation.reasons.extend(circumstances(&walker.rule, day));
    }
    explanation.fires.sort();
    explanation.fires.dedup();
    tidy(&mut explanation.reasons);
    explanation
}

/// Every instant a recurrence fires at for one day.
fn on_day(walker: &mut Walker<'_>, day: Day) -> Vec<Timestamp> {
    if !walker.rule.fires(day) {
        return Vec::new();
    }
    // Wherever the zone is, the day has not begun two days before its midnight in UTC. Around a
    // fold at midnight instants of neighbouring days can alternate.
    let mut at = i64::from(day.number()) * DAY - 2 * DAY;
    let mut fires = Vec::new();
    while let Some(hit) = walker.next(at).filter(|hit| hit.day.number() <= day.number() + 1) {
        if hit.day == day {
            fires.extend(Timestamp::from_second(hit.at));
        } else if hit.at > i64::from(day.number()) * DAY + 3 * DAY {
            break;
        }
        at = hit.at;
    }
    fires
}

/// What a rule makes of a day on which it fires at these instants.
fn outcome(rule: &DayRule<'_>, day: Day, fires: &[Timestamp]) -> Outcome {
    let (schedule, date) = (rule.schedule, day.date());
    let zone = &schedule.zone;
    if !fires.is_empty() {
        let mut times: Vec<Time> = fires.iter().map(|at| zone.tz.to_datetime(*at).time()).collect();
        times.dedup();
        return Outcome::Fires(times);
    }
    if rule.origin(day).is_none() {
        if !rule.names(day) {
            // Every workday but this one, which is off.
            let skips = *rule.days == Days::Workdays;
            return if skips { Outcome::Skipped } else { Outcome::NotNamed };
        }
        return rule.rolls_to(day).map_or(Outcome::Skipped, |to| Outcome::Moved(to.date()));
    }
    match (schedule.from, schedule.until) {
        (Some(from), _) if date < from => Outcome::Before(from),
        (_, Some(until)) if date > until => Outcome::After(until),
        _ if rule.is_held(day) => Outcome::Held,
        _ if rule.fires(day) => Outcome::NoSuchTime(zone.name.clone()),
        _ => Outcome::Excepted,
    }
}

/// What else a person should know about a day the rule asks about.
fn circumstances(rule: &DayRule<'_>, day: Day) -> Vec<Reason> {
    let calendar = &rule.schedule.calendar;
    let mut reasons = Vec::new();
    if rule.asks_calendar()
        && uncovered(calendar, day.date()).is_some()
        && !calendar.is_covered(day)
    {
        let policy = calendar.on_uncovered();
        reasons.push(Reason::Uncovered { calendar: calendar.id().into(), policy });
    }
    if let Some(origin) = rule.origin(day).filter(|origin| *origin != day) {
        reasons.push(Reason::Note(Note::Rolled { from: origin.date() }));
    }
    let keeps = rule.schedule.on_day_off == OnDayOff::Keep && !rule.days.asks_calendar();
    if keeps && rule.fires(day) && calendar.is_off(day) {
        let name = calendar.fact(day).cause.name().cloned();
        reasons.push(Reason::Note(Note::KeptOnDayOff { name }));
    }
    reasons
}

/// Says each thing once, and nothing of rules that do not name the day when another one does.
fn tidy(reasons: &mut Vec<Reason>) {
    let idle = |reason: &Reason| matches!(reason, Reason::Day { outcome: Outcome::NotNamed, .. });
    let decided = |reason: &Reason| matches!(reason, Reason::Day { .. }) && !idle(reason);
    if reasons.iter().any(decided) {
        reasons.retain(|reason| !idle(reason));
    }
    let mut said = Vec::new();
    reasons.retain(|reason| {
        let new = !said.contains(reason);
        said.push(reason.clone());
        new
    });
}

impl Reason {
    /// In words: `Saturday, make-up workday (cn, 春节): fires 09:00`.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Day { fact, outcome } => {
                text!("{fact}: {outcome}", fact = fact.text(), outcome = outcome.text())
            }
            Self::Uncovered { calendar, policy } => {
                let calendar = &**calendar;
                match policy {
                    OnUncovered::Weekday => {
                        text!(
                            "not covered by {calendar}: planned by the weekend",
                            calendar = calendar
                        )
                    }
                    OnUncovered::Hold => {
                        text!("not covered by {calendar}: held back", calendar = calendar)
                    }
                    OnUncovered::Skip => {
                        text!("not covered by {calendar}: left out", calendar = calendar)
                    }
                }
            }
            Self::Note(note) => note.text(),
        }
    }
}

impl Outcome {
    /// In words.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Fires(times) => text!("fires {times}", times = list(times)),
            Self::NotNamed => text!("not a day of this rule"),
            Self::Skipped => text!("skipped"),
            Self::Moved(to) => text!("moved to {to}", to = *to),
            Self::Held => text!("does not fire"),
            Self::Before(from) => text!("before it starts on {from}", from = *from),
            Self::After(until) => text!("after it ended on {until}", until = *until),
            Self::Excepted => text!("excepted"),
            Self::NoSuchTime(zone) => text!("skipped by the clocks of {zone}", zone = &**zone),
        }
    }
}

impl fmt::Display for Reason {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

/// A few times one by one, many as a number.
fn list(times: &[Time]) -> Text {
    const FEW: usize = 6;
    let show = |time: &Time| match time.second() {
        0 => format!("{:02}:{:02}", time.hour(), time.minute()),
        second => format!("{:02}:{:02}:{second:02}", time.hour(), time.minute()),
    };
    match times {
        [first, .., last] if times.len() > FEW => {
            let (first, last) = (show(first), show(last));
            text!(
                "{count} times, {first} to {last}",
                count = times.len(),
                first = first,
                last = last
            )
        }
        _ => times.iter().map(show).collect::<Vec<_>>().join(", ").into(),
    }
}
