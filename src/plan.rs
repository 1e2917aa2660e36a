//! When things fire: Reminder + watermark + now -> occurrences. Pure; time is an argument.
//!
//! A recurrence is days times wall-clock times. Three questions, a file each, make up the whole:
//!
//! - `days`: does the rule fire on this civil day? (a bit test or two)
//! - `times`: which is the first time of the day at or after this one? (arithmetic)
//! - `wall`: at which instant does the zone's wall clock show that? (one subtraction, but for
//!   clock changes)
//!
//! `walk` puts them together into "the next instant after this one"; everything else here asks
//! only that: [`next`], [`planned`] and [`instants`] list what is to come, [`triage`] judges what
//! was missed, [`explain`] tells a person why.

mod days;
mod explain;
mod merged;
mod note;
mod prospect;
mod times;
mod triage;
mod walk;
mod wall;

use jiff::Timestamp;

use self::walk::{Hit, Walker};
pub use self::{
    explain::{Explanation, Outcome, Reason, explain},
    merged::{Stretch, merged},
    note::Note,
    prospect::{Prospect, prospects},
    triage::{CATCH_UP, COUNT_CAP, MissReason, PROMPT, Row, Triage, triage},
};
use crate::model::{language::Language, reminder::Schedule};

/// An instant at which a schedule fires, with what is special about its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The instant.
    pub due_at: Timestamp,
    /// What a person may want to know about that day; usually nothing.
    pub notes: Vec<Note>,
}

impl Planned {
    /// The notes as one English line; `None` on a day like any other.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        self.told(Language::English)
    }

    /// The notes as one line in a language; `None` on a day like any other.
    #[must_use]
    pub fn told(&self, language: Language) -> Option<String> {
        let notes: Vec<String> = self.notes.iter().map(|note| note.text().told(language)).collect();
        (!notes.is_empty()).then(|| notes.join("; "))
    }
}

/// The first time a schedule fires strictly after an instant; `None` when it never does again.
#[must_use]
pub fn next(schedule: &Schedule, after: Timestamp) -> Option<Planned> {
    planned(schedule, after).next()
}

/// All times a schedule fires strictly after an instant, in order, with their notes.
pub fn planned(schedule: &Schedule, after: Timestamp) -> impl Iterator<Item = Planned> {
    let mut instants = instants(schedule, after);
    std::iter::from_fn(move || {
        let mut notes = Vec::new();
        let due_at = instants.advance(|walker, hit| {
            for note in note::notes(&walker.rule, hit.day) {
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        })?;
        Some(Planned { due_at, notes })
    })
}

/// All instants at which a schedule fires strictly after another one, in order and each once.
#[must_use]
pub fn instants(schedule: &Schedule, after: Timestamp) -> Instants<'_> {
    let after = floor(after);
    let start = |recurrence| (Walker::new(schedule, recurrence), Next::After(after));
    Instants { walkers: schedule.when.iter().map(start).collect() }
}

/// Whether a schedule fires at an instant.
#[must_use]
pub fn fires_at(schedule: &Schedule, at: Timestamp) -> bool {
    let before = at.checked_sub(std::time::Duration::from_nanos(1)).unwrap_or(Timestamp::MIN);
    instants(schedule, before).next() == Some(at)
}

/// How often a schedule fires after one instant and before another. Counting ends at
/// [`MOST_COUNTED`].
#[must_use]
pub fn count(schedule: &Schedule, after: Timestamp, before: Timestamp) -> u64 {
    let between = instants(schedule, after).take_while(|at| *at < before);
    between.take(MOST_COUNTED).map(|_| 1).sum()
}

/// Occurrences beyond this are not counted: every minute for two months.
pub const MOST_COUNTED: usize = 100_000;

/// The instants of a schedule: see [`instants`].
#[derive(Clone, Debug)]
pub struct Instants<'a> {
    /// One for each recurrence, with what it has to offer next.
    walkers: Vec<(Walker<'a>, Next)>,
}

/// The next instant of a recurrence. It is looked for when it is needed: a search can be long.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// Not looked for yet: the first after this second.
    After(i64),
    /// Found, or there is none.
    At(Option<Hit>),
}

impl<'a> Instants<'a> {
    /// Takes the earliest instant from every walker that offers it, showing each to `fires`.
    fn advance(&mut self, mut fires: impl FnMut(&Walker<'a>, Hit)) -> Option<Timestamp> {
        let mut offer = |(walker, next): &mut (Walker<'a>, Next)| {
            if let Next::After(after) = *next {
                *next = Next::At(walker.next(after));
            }
            match next {
                Next::At(hit) => hit.map(|hit| hit.at),
                Next::After(_) => None,
            }
        };
        let at = self.walkers.iter_mut().filter_map(&mut offer).min()?;
        for (walker, next) in &mut self.walkers {
            if let Next::At(Some(hit)) = *next
                && hit.at == at
            {
                fires(walker, hit);
                *next = Next::After(at);
            }
        }
        Timestamp::from_second(at).ok()
    }
}

impl Iterator for Instants<'_> {
    type Item = Timestamp;

    fn next(&mut self) -> Option<Timestamp> {
        self.advance(|_, _| ())
    }
}

/// The last whole second at or before an instant.
fn floor(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

#[cfg(test)]
pub(crate) mod tests;
