//! Phrases: what a person types for `when`, in four languages, and how it is said back.
//!
//! One grammar, one table of words per language:
//!
//! ```text
//! typed text --text--> plain characters --lexicon--> words --settle--> meanings --grammar--> Recurrence
//! ```
//!
//! Nobody says which language a phrase is in: each table tries, and the one that knows all the words
//! wins. What cannot be read names the first word that makes no sense and offers a phrase that does.
//!
//! Everything is bounded: a phrase has at most [`LONGEST`] characters, no step calls itself, and the
//! rules of days are tried one after the other, each in one pass over the words.

mod build;
mod canonical;
mod change;
mod chinese;
mod clock;
mod dates;
mod english;
mod examples;
mod grammar;
mod holiday;
mod indonesian;
mod lexicon;
mod literal;
mod orders;
mod portuguese;
mod refused;
mod rules;
mod settle;
mod slots;
mod speech;
mod spoken;
mod suggest;
mod text;
mod times;
mod token;

use thiserror::Error;

use crate::model::language::Language;
use crate::model::recurrence::Recurrence;
use crate::model::text::{Text as Sentence, text};

pub use canonical::{on_change, words};

use lexicon::Lexicon;
use text::Text;
use token::{Fault, Word};

/// Most characters of a phrase.
pub const LONGEST: usize = 1000;

/// What a phrase may speak of besides its own words.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The names of the calendar's holidays. With none given any name is accepted.
    pub holidays: &'a [String],
}

/// Phrases of all kinds in a language, the usual ones first.
#[must_use]
pub fn examples(language: Language) -> Vec<String> {
    examples::EXAMPLES.iter().map(|example| words(&example(), language)).collect()
}

/// What was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// Days and times.
    Timed(Recurrence),
    /// Whenever a folder has changed.
    OnChange {
        /// As written.
        folder: String,
    },
}

impl Phrase {
    /// It in canonical words.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        match self {
            Self::Timed(recurrence) => words(recurrence, language),
            Self::OnChange { folder } => canonical::on_change(folder, language),
        }
    }
}

/// A phrase, and the language it was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What it means.
    pub phrase: Phrase,
    /// The first language all of whose words it is made of; figures alone are English.
    pub language: Language,
}

/// Why a phrase was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct PhraseError {
    /// Where the first word stands that makes no sense, in characters from 0.
    pub at: usize,
    /// How many characters it has; 0 when something is missing.
    pub length: usize,
    /// What is wrong, in one sentence.
    pub message: Sentence,
    /// What to write instead, in the language of the phrase.
    pub help: Option<Sentence>,
}

/// Reads a phrase.
///
/// # Errors
///
/// When no language knows all its words, when they make no rule, when a value is impossible, and
/// when it can be read in two ways.
pub fn parse(text: &str, context: &Context) -> Result<Parsed, PhraseError> {
    if text.chars().nth(LONGEST).is_some() {
        return Err(PhraseError {
            at: LONGEST,
            length: 1,
            message: text!("the phrase is longer than {most} characters", most = LONGEST),
            help: Some(text!("write a list of short phrases")),
        });
    }
    let text = Text::new(text);
    if let Some(found) = lexicon::all().find_map(|lexicon| change::read(lexicon, &text)) {
        return found;
    }
    let tried =
        lexicon::all().map(|lexicon| (lexicon, grammar::read(lexicon, &text, context.holidays)));
    let mut understood: Vec<(Language, Recurrence)> = Vec::new();
    let mut faults: Vec<(&Lexicon, Fault)> = Vec::new();
    for (lexicon, result) in tried {
        match result {
            Ok(recurrence) => understood.push((lexicon.tongue.language, recurrence)),
            Err(fault) => faults.push((lexicon, fault)),
        }
    }
    if let [(_, first), others @ ..] = understood.as_slice()
        && let Some((_, other)) = others.iter().find(|(_, other)| other != first)
    {
        return Err(two_languages(&text, first, other));
    }
    if let Some((language, recurrence)) = understood.into_iter().next() {
        return Ok(Parsed { phrase: Phrase::Timed(recurrence), language });
    }
    // The language that knows most of it; the first of equals.
    let known = faults.iter().map(|(lexicon, fault)| (known(lexicon, &text), lexicon, fault));
    let nearest = known.reduce(|best, next| if next.0 > best.0 { next } else { best });
    Err(nearest.map_or_else(
        || empty(&text),
        |(_, lexicon, fault)| suggest::error(fault, lexicon, &text, context),
    ))
}

/// How many characters of a text are words of a language.
fn known(lexicon: &Lexicon, text: &Text) -> usize {
    let figure = |word| {
        matches!(
            word,
            Word::Unknown
                | Word::Quoted
                | Word::Number(_)
                | Word::Clock(_)
                | Word::Date(_)
                | Word::BadDate
                | Word::NoDate
                | Word::EitherDate(..)
        )
    };
    let tokens = lexicon.tokens(text);
    let known = tokens.iter().filter(|token| !figure(token.word)).map(|token| token.end - token.at);
    let script = lexicon.tongue.language == Language::Chinese && text.has_ideographs();
    2 * known.sum::<usize>() + usize::from(script)
}

fn two_languages(text: &Text, first: &Recurrence, other: &Recurrence) -> PhraseError {
    let (at, length) = text.place(0, text.chars.len());
    let (first, other) = (words(first, Language::English), words(other, Language::English));
    PhraseError {
        at,
        length,
        message: text!("this means different things in two languages"),
        help: Some(suggest::write(&[format!("`{first}`"), format!("`{other}`")])),
    }
}

fn empty(text: &Text) -> PhraseError {
    let (at, length) = text.place(0, text.chars.len());
    PhraseError { at, length, message: text!("there is no phrase here"), help: None }
}

#[cfg(test)]
mod tests;
