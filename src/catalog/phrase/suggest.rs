//! From a fault to what the person reads: the words that are wrong, and phrases that are not.

use crate::model::diagnostic::nearest;
use crate::model::language::Language;
use crate::model::text::{Text as Sentence, text};

use super::canonical::words;
use super::examples::EXAMPLES;
use super::grammar::read;
use super::lexicon::Lexicon;
use super::settle::settle;
use super::text::{Text, is_ideograph};
use super::token::{Fault, Message, Offer, Token};
use super::{Context, PhraseError};

/// How many misspelt words are mended to find what was meant.
const MENDED: usize = 3;

/// What the person reads of a fault.
pub(super) fn error(
    fault: &Fault,
    lexicon: &Lexicon,
    text: &Text,
    context: &Context,
) -> PhraseError {
    let (at, length) = text.place(fault.at, fault.end);
    let typed = text.typed(fault.at, fault.end);
    let message = match &fault.message {
        Message::Unknown => text!("`{typed}` is not understood", typed = typed),
        Message::Misplaced => text!("`{typed}` does not fit here", typed = typed),
        Message::Say(message) => message.clone().filled("typed", typed),
    };
    PhraseError { at, length, message, help: Some(help(fault, lexicon, text, context)) }
}

fn help(fault: &Fault, lexicon: &Lexicon, text: &Text, context: &Context) -> Sentence {
    let language = lexicon.tongue.language;
    let mut phrases: Vec<String> = Vec::new();
    let mut advice = Vec::new();
    for offer in &fault.offers {
        let phrase = match offer {
            Offer::Replace(with) => {
                let mended = text.with(fault.at, fault.end, &format!(" {with} "));
                canonical(lexicon, &mended, context)
            }
            Offer::AnyHoliday => {
                let any = format!(" {} ", lexicon.tongue.speech.holiday);
                canonical(lexicon, &text.with(fault.at, fault.end, &any), context)
            }
            Offer::Phrase(recurrence) => Some(words(recurrence, language)),
            Offer::Say(said) => {
                advice.push(said.clone());
                None
            }
        };
        phrases.extend(phrase.filter(|phrase| !phrases.contains(phrase)));
    }
    let quoted: Vec<String> = phrases.iter().map(|phrase| format!("`{phrase}`")).collect();
    if !quoted.is_empty() {
        advice.insert(0, write(&quoted));
    }
    if !advice.is_empty() {
        return Sentence::several(advice);
    }
    match mended(fault.clone(), lexicon, text, context) {
        Some(meant) => text!("did you mean `{word}`?", word = meant),
        None => text!("for example: `{phrase}`", phrase = example(lexicon, text)),
    }
}

/// What to write: one of these.
pub(super) fn write(quoted: &[String]) -> Sentence {
    let phrases = quoted.iter().map(Sentence::from);
    let either = |one, other| text!("{one} or {other}", one = one, other = other);
    text!("write {phrases}", phrases = phrases.reduce(either).unwrap_or_else(|| "".into()))
}

/// A phrase in canonical words, if it is one.
fn canonical(lexicon: &Lexicon, phrase: &str, context: &Context) -> Option<String> {
    let recurrence = read(lexicon, &Text::new(phrase), context.holidays).ok()?;
    Some(words(&recurrence, lexicon.tongue.language))
}

/// The phrase with its misspelt words replaced by the nearest known ones, if it is one then.
fn mended(mut fault: Fault, lexicon: &Lexicon, text: &Text, context: &Context) -> Option<String> {
    let mut phrase = text.with(0, 0, "");
    for _ in 0..MENDED {
        if !matches!(fault.message, Message::Unknown) {
            return None;
        }
        let text = Text::new(&phrase);
        let mut further: Option<(Fault, String)> = None;
        for (at, end, word) in spellings(&fault, lexicon, &text) {
            let candidate = text.with(at, end, word);
            match read(lexicon, &Text::new(&candidate), context.holidays) {
                Ok(recurrence) => return Some(words(&recurrence, lexicon.tongue.language)),
                Err(next) => {
                    if next.at > further.as_ref().map_or(fault.at, |(fault, _)| fault.at) {
                        further = Some((next, candidate));
                    }
                }
            }
        }
        (fault, phrase) = further?;
    }
    None
}

/// Known words near the wrong one, each with the stretch it would replace.
fn spellings<'a>(fault: &Fault, lexicon: &'a Lexicon, text: &Text) -> Vec<(usize, usize, &'a str)> {
    let near = |at: usize, end: usize| {
        let typed: String = text.chars.get(at..end)?.iter().collect();
        let known = lexicon.vocabulary.iter().map(String::as_str);
        let found = nearest(&typed, known.filter(|word| word.chars().count() > 1))?;
        Some((at, end, found))
    };
    let ideographs = |at: usize, end: usize| {
        text.chars.get(at..end).is_some_and(|chars| chars.iter().all(|c| is_ideograph(*c)))
    };
    if !ideographs(fault.at, fault.end) {
        return near(fault.at, fault.end).into_iter().collect();
    }
    // Without spaces, the wrong word may start before and end behind what is unknown of it. Longer
    // words first: they are the surer find.
    let windows = (2..=6).rev().flat_map(|length| {
        let earliest = fault.end.saturating_sub(length);
        (earliest..=fault.at).map(move |at| (at, at + length))
    });
    windows
        .filter(|(at, end)| ideographs(*at, *end))
        .filter_map(|(at, end)| near(at, end))
        .collect()
}

/// The example that has most words in common with the phrase.
fn example(lexicon: &Lexicon, text: &Text) -> String {
    let language = lexicon.tongue.language;
    let cut = |text: &Text| settle(lexicon.tokens(text), language == Language::Chinese);
    let typed = cut(text);
    let best = EXAMPLES.iter().map(|example| {
        let phrase = words(&example(), language);
        (likeness(&typed, &cut(&Text::new(&phrase))), phrase)
    });
    // The first of equals: the most usual examples come first.
    best.reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map_or_else(String::new, |(_, phrase)| phrase)
}

/// Shared kinds of words, out of a thousand.
fn likeness(a: &[Token], b: &[Token]) -> usize {
    let kind = |token: &Token| std::mem::discriminant(&token.word);
    let mut rest: Vec<_> = b.iter().map(kind).collect();
    let shared = a.iter().filter(|token| {
        let found = rest.iter().position(|other| *other == kind(token));
        found.map(|at| rest.swap_remove(at)).is_some()
    });
    2000 * shared.count() / (a.len() + b.len()).max(1)
}
