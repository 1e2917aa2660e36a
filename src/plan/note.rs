//! What is special about a day on which something fires.

use std::{fmt, sync::Arc};

use jiff::civil::Date;

use super::days::DayRule;
use crate::model::{
    calendar::{Calendar, Day},
    recurrence::{CronDays, Days, WeekdaySet},
    text::{Text, text},
};

/// Why a day deserves a word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// The rule named another day, a day off.
    Rolled {
        /// The day it named.
        from: Date,
    },
    /// The calendar does not know the day; the weekend pattern and the law decided.
    Uncovered {
        /// The calendar.
        calendar: Arc<str>,
        /// First and last date it knows.
        known: (Date, Date),
        /// The day.
        date: Date,
    },
    /// The weekend pattern calls the day weekend, and it is worked.
    MakeUpWorkday {
        /// The holiday it makes up for.
        name: Option<Arc<str>>,
    },
    /// Nobody works, and it fires all the same.
    KeptOnDayOff {
        /// The holiday; none on a plain weekend.
        name: Option<Arc<str>>,
    },
}

impl Note {
    /// In words.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Rolled { from } => text!("rolled from {from}", from = *from),
            Self::Uncovered { calendar, known: (first, last), date } => {
                let calendar = &**calendar;
                if date > last {
                    text!(
                        "uncovered: calendar {calendar} ends {last}",
                        calendar = calendar,
                        last = *last
                    )
                } else if date < first {
                    text!(
                        "uncovered: calendar {calendar} begins {first}",
                        calendar = calendar,
                        first = *first
                    )
                } else {
                    text!(
                        "uncovered: calendar {calendar} has no data for this day",
                        calendar = calendar
                    )
                }
            }
            Self::MakeUpWorkday { name: Some(name) } => {
                text!("make-up workday ({name})", name = &**name)
            }
            Self::MakeUpWorkday { name: None } => text!("make-up workday"),
            Self::KeptOnDayOff { name: Some(name) } => {
                text!("kept on a day off ({name})", name = &**name)
            }
            Self::KeptOnDayOff { name: None } => text!("kept on a day off (weekend)"),
        }
    }
}

impl fmt::Display for Note {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

/// `*` in a cron expression's day of month.
const ANY_DAY: u32 = 0xFFFF_FFFE;

/// The notes on a day on which a rule fires.
pub(super) fn notes(rule: &DayRule<'_>, day: Day) -> Vec<Note> {
    let calendar: &Calendar = &rule.schedule.calendar;
    let mut notes = Vec::new();
    if let Some(from) = rule.origin(day).filter(|origin| *origin != day) {
        notes.push(Note::Rolled { from: from.date() });
    }
    if rule.asks_calendar() && !calendar.is_covered(day) {
        notes.extend(uncovered(calendar, day.date()));
    }
    let name = || calendar.fact(day).cause.name().cloned();
    if calendar.is_make_up_workday(day) {
        notes.push(Note::MakeUpWorkday { name: name() });
    } else if calendar.is_off(day)
        && !rule.days.asks_calendar()
        && (calendar.is_holiday(day) || !expects_weekends(rule.days))
    {
        notes.push(Note::KeptOnDayOff { name: name() });
    }
    notes
}

/// The note on a day that a calendar does not know.
pub(super) fn uncovered(calendar: &Calendar, date: Date) -> Option<Note> {
    Some(Note::Uncovered { calendar: calendar.id().into(), known: calendar.coverage()?, date })
}

/// Whether who wrote the rule knew that it names weekends: every day, or weekdays by name.
fn expects_weekends(days: &Days) -> bool {
    match days {
        Days::Every | Days::Weekdays(_) | Days::EveryNWeeks { .. } | Days::NthWeekday { .. } => {
            true
        }
        Days::Cron(CronDays { weekdays, nth_weekdays, both, days, .. }) => {
            // Joined by "and": a weekday is named, or every day is.
            *both && (*weekdays != WeekdaySet::ALL || !nth_weekdays.is_empty() || *days == ANY_DAY)
        }
        _ => false,
    }
}
