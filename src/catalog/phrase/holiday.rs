//! The holiday break a phrase counts from: any, or one by a name of the calendar.

use crate::model::diagnostic::nearest;
use crate::model::recurrence::{Days, Recurrence, Times};

use super::grammar::USUAL;
use super::lexicon::Lexicon;
use super::slots::nth;
use super::text::{Text, plain_word};
use super::token::{Fault, Offer, Token, Word, word};

/// How many names an error lists.
const LISTED: usize = 12;

/// Finds what stands before 前 or after `before`, puts [`Word::Break`] in its place, and gives the
/// holiday's name if it has one.
pub(super) fn find(
    tokens: &mut Vec<Token>,
    lexicon: &Lexicon,
    text: &Text,
    holidays: &[String],
) -> Result<Option<String>, Fault> {
    let side = tokens.iter().position(|token| matches!(token.word, Word::Before | Word::After));
    let Some(side) = side else { return Ok(None) };
    let (start, end) = if counts_days(tokens, side + 1) {
        (skip_every(tokens, 0), side)
    } else {
        let every_year = if ends_every_year(tokens) { 2 } else { 0 };
        (skip_every(tokens, side + 1), tokens.len() - every_year)
    };
    let named = tokens.get(start..end).unwrap_or_default().to_vec();
    let (Some(first), Some(last)) = (named.first(), named.last()) else {
        return Err(nothing_named(tokens, side));
    };
    let token = Token { word: Word::Break, at: first.at, end: last.end };
    let name = name(&named, lexicon, text, holidays)?;
    // Around the break nothing is left but the count and the side.
    let outer = if end == side { 0..end } else { side + 1..tokens.len() };
    tokens.splice(outer, [token]);
    if let [every, year, _, ..] = tokens.as_slice()
        && (every.word, year.word) == (Word::Every, Word::Year)
    {
        tokens.drain(..2);
    }
    Ok(name)
}

/// Whether a count of days starts here: 前 stands after what it speaks of.
fn counts_days(tokens: &[Token], at: usize) -> bool {
    let counted =
        |at: usize| matches!(word(tokens, at), Word::Workday | Word::Day | Word::DateMark);
    let after = match word(tokens, at) {
        Word::Number(_) => Some(at + 1),
        _ => nth(tokens, at).map(|(_, after)| after),
    };
    after.is_some_and(counted)
}

/// Past `every`, 每年.
fn skip_every(tokens: &[Token], at: usize) -> usize {
    match (word(tokens, at), word(tokens, at + 1)) {
        (Word::Every, Word::Year) => at + 2,
        (Word::Every, _) => at + 1,
        _ => at,
    }
}

/// Whether the last tokens say `every year`.
fn ends_every_year(tokens: &[Token]) -> bool {
    matches!(tokens, [.., every, year] if (every.word, year.word) == (Word::Every, Word::Year))
}

fn nothing_named(tokens: &[Token], side: usize) -> Fault {
    let (at, end) = tokens.get(side).map_or((0, 0), |token| (token.at, token.end));
    let days = match word(tokens, side) {
        Word::After => Days::AfterHoliday { nth: 1, holiday: None },
        _ => Days::BeforeHoliday { nth: 1, holiday: None },
    };
    Fault::new(at, end, "`{}` which holiday?")
        .offer(Offer::Phrase(Recurrence { days, times: Times::At(vec![USUAL]) }))
}

/// The calendar's name for the words; none when they only say `holiday`.
fn name(
    named: &[Token],
    lexicon: &Lexicon,
    text: &Text,
    holidays: &[String],
) -> Result<Option<String>, Fault> {
    let mut candidates = vec![named];
    if let [first, rest @ ..] = named
        && first.word == Word::Holiday
    {
        // `feriado de Carnaval`
        candidates.push(rest);
    }
    if let [rest @ .., last] = named
        && last.word == Word::Holiday
        && last.end - last.at > 1
    {
        // 春节假期; but the 节 of 春节 belongs to the name.
        candidates.push(rest);
    }
    if candidates.iter().any(|tokens| tokens.is_empty()) || is_holiday(named) {
        return Ok(None);
    }
    for tokens in &candidates {
        if let Some(known) = known(&typed(tokens, text), holidays) {
            return Ok(Some(known));
        }
    }
    let tokens = candidates.last().copied().unwrap_or(named);
    let (at, end) = tokens.first().zip(tokens.last()).map_or((0, 0), |(a, b)| (a.at, b.end));
    let name = typed(tokens, text);
    let quoted = matches!(tokens, [token] if token.word == Word::Quoted);
    let misspelt = if quoted { None } else { nearest(&name, holiday_words(lexicon)) };
    match misspelt.or_else(|| nearest(&name, names(holidays))) {
        None if holidays.is_empty() => Ok(Some(name)),
        Some(meant) => Err(unknown(at, end).replace(meant)),
        None => Err(unknown(at, end).advice(listed(holidays))),
    }
}

fn is_holiday(named: &[Token]) -> bool {
    named.iter().all(|token| token.word == Word::Holiday)
}

fn unknown(at: usize, end: usize) -> Fault {
    Fault::new(at, end, "the calendar has no holiday called `{}`")
}

fn listed(holidays: &[String]) -> String {
    let names: Vec<&str> = names(holidays).take(LISTED).collect();
    format!("it has {}", names.join(", "))
}

/// What was typed for a name, without its quotes.
fn typed(tokens: &[Token], text: &Text) -> String {
    match tokens {
        [token] if token.word == Word::Quoted => text.typed(token.at + 1, token.end - 1),
        [first, .., last] => text.typed(first.at, last.end),
        [token] => text.typed(token.at, token.end),
        [] => String::new(),
    }
}

/// The single names of the calendar: some days belong to two holidays (国庆节、中秋节).
fn names(holidays: &[String]) -> impl Iterator<Item = &str> {
    holidays.iter().flat_map(|name| name.split('、'))
}

/// The calendar's spelling of a name. 国庆 is 国庆节.
fn known(name: &str, holidays: &[String]) -> Option<String> {
    let plain = plain_word(name);
    let festival: Vec<char> = plain.iter().copied().chain(['节']).collect();
    let is = |spelling: &Vec<char>| {
        names(holidays)
            .chain(holidays.iter().map(String::as_str))
            .find(|known| plain_word(known) == *spelling)
    };
    is(&plain).or_else(|| is(&festival)).map(str::to_owned)
}

/// The words for an unnamed holiday.
fn holiday_words(lexicon: &Lexicon) -> impl Iterator<Item = &'static str> {
    let of_holiday = |(words, _): &&(&[Word], &str)| **words == [Word::Holiday];
    let entries = lexicon.tongue.words.iter().filter(of_holiday);
    entries
        .flat_map(|(_, spellings)| spellings.split('|').map(str::trim))
        .filter(|word| word.chars().count() >= 3)
}
