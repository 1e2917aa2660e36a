//! Phrases.

use crate::model::{
    language::Language,
    recurrence::{Days, Recurrence, Times, WeekdaySet},
};

/// What a phrase is read against.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// Names of holidays the calendar knows.
    pub holidays: &'c [String],
}

/// What is wrong with a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseError {
    /// First character meant, from 0.
    pub at: usize,
    /// How many.
    pub length: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// A phrase, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// At times.
    Timed(Recurrence),
    /// When a folder changes.
    OnChange {
        /// Which.
        folder: String,
    },
}

/// A phrase with its language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What it says.
    pub phrase: Phrase,
    /// In which language.
    pub language: Language,
}

/// Reads `every day|workday|weekday at HH:MM` and `on change of FOLDER`.
///
/// # Errors
/// Anything else.
pub fn parse(text: &str, _context: &Context<'_>) -> Result<Parsed, PhraseError> {
    let timed = |days, time: &str| {
        let time = crate::yaml::values::time(time).map_err(|_| wrong(text))?;
        let times = Times::At(vec![time]);
        Ok(Parsed {
            phrase: Phrase::Timed(Recurrence { days, times }),
            language: Language::English,
        })
    };
    match text.split_whitespace().collect::<Vec<_>>()[..] {
        ["every", "day", "at", time] => timed(Days::Every, time),
        ["every", "workday", "at", time] => timed(Days::Workdays, time),
        ["every", "weekday", "at", time] => {
            timed(Days::Weekdays(WeekdaySet::MONDAY_TO_FRIDAY), time)
        }
        ["on", "change", "of", folder] => Ok(Parsed {
            phrase: Phrase::OnChange { folder: folder.to_owned() },
            language: Language::English,
        }),
        _ => Err(wrong(text)),
    }
}

fn wrong(text: &str) -> PhraseError {
    let message = "this phrase is not understood".to_owned();
    PhraseError { at: 0, length: text.chars().count(), message, help: None }
}
