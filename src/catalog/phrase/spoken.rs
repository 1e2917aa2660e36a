//! The hour and the minutes of a time, in digits or in words, without the part of the day.

use super::token::{Digits, Token, Word, word};

/// What was read of a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spoken {
    pub digits: Digits,
    /// Minutes that are still missing to the hour: `quarter to nine`.
    pub before: u32,
    /// It is marked as a time; otherwise it is a number alone.
    pub marked: bool,
    /// The token after it.
    pub next: usize,
}

/// Reads a time. `bare`: a number alone is one, as after `at`.
pub(super) fn spoken(tokens: &[Token], at: usize, bare: bool) -> Option<Spoken> {
    if let Some((minute, before, at)) = minutes_first(tokens, at) {
        let (hour, next) = hour(tokens, at)?;
        let digits = Digits { hour, minute, second: 0, padded: false };
        return Some(Spoken { digits, before, marked: true, next });
    }
    if let Word::Clock(digits) = word(tokens, at) {
        let next = at + 1 + usize::from(is_mark(word(tokens, at + 1)));
        return Some(Spoken { digits, before: 0, marked: true, next });
    }
    let (hour, at) = match word(tokens, at) {
        Word::Number(hour) => (hour, at + 1),
        _ => return None,
    };
    let marked = is_mark(word(tokens, at));
    let (minute, before, next) = match word(tokens, at) {
        // `nine thirty`: no hour is as late.
        Word::Number(n @ 25..=59) if bare && !counts(word(tokens, at + 1)) => (n, 0, at + 1),
        _ => minutes(tokens, at + usize::from(marked), marked),
    };
    let digits = Digits { hour, minute, second: 0, padded: false };
    let marked = marked || minute > 0 || before > 0;
    Some(Spoken { digits, before, marked, next })
}

fn is_mark(word: Word) -> bool {
    matches!(word, Word::HourMark | Word::HourMarkOrHour)
}

/// A whole hour, with or without its mark.
fn hour(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    match word(tokens, at) {
        Word::Number(hour) => Some((hour, at + 1 + usize::from(is_mark(word(tokens, at + 1))))),
        Word::Clock(Digits { hour, minute: 0, second: 0, .. }) => Some((hour, at + 1)),
        _ => None,
    }
}

/// Minutes said before their hour: `half past`, `quarter to`, `setengah`, 差五分. After it, the
/// minutes past, the minutes missing, and the token of the hour.
fn minutes_first(tokens: &[Token], at: usize) -> Option<(u32, u32, usize)> {
    match (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2)) {
        (Word::Half, Word::Past, _) => Some((30, 0, at + 2)),
        (Word::Quarter, Word::Past, _) => Some((15, 0, at + 2)),
        (Word::Number(n), Word::Past, _) | (Word::Number(n), Word::Minute, Word::Past) => {
            Some((n, 0, at + 2 + usize::from(word(tokens, at + 1) == Word::Minute)))
        }
        (Word::Quarter, Word::To, _) => Some((0, 15, at + 2)),
        (Word::Number(n), Word::Minute, Word::To) => Some((0, n, at + 3)),
        (Word::HalfTo, ..) => Some((0, 30, at + 1)),
        (Word::Minus, ..) => {
            let (minutes, next) = counted(tokens, at + 1)?;
            Some((0, minutes, next))
        }
        _ => None,
    }
}

/// Minutes in words after the hour: 半, 一刻, 05分, `e meia`, `lewat 15`, 差五分. The minutes past,
/// the minutes missing, and the token after them; none are 0.
fn minutes(tokens: &[Token], at: usize, marked: bool) -> (u32, u32, usize) {
    match (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2)) {
        (Word::And, Word::Half, _) => return (30, 0, at + 2),
        (Word::And, Word::Number(n), Word::Minute) if marked => return (n, 0, at + 3),
        (Word::Half, ..) if marked => return (30, 0, at + 1),
        _ => {}
    }
    let (sign, start) = match word(tokens, at) {
        Word::Plus => (1, at + 1),
        Word::Minus => (-1, at + 1),
        _ if marked => (0, at),
        _ => return (0, 0, at),
    };
    match (sign, counted(tokens, start)) {
        (-1, Some((n, next))) => (0, n, next),
        (_, Some((n, next))) if sign == 1 || !counts(word(tokens, next)) => (n, 0, next),
        _ => (0, 0, at),
    }
}

/// A number of minutes, or of quarters of an hour.
fn counted(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    match (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2)) {
        (Word::Number(n @ 1..=3), Word::QuarterHour, _) => Some((n * 15, at + 2)),
        // 零5分
        (Word::Number(0), Word::Number(n), Word::Minute) => Some((n, at + 3)),
        (Word::Number(n), Word::Minute, _) => Some((n, at + 2)),
        (Word::Number(n), ..) => Some((n, at + 1)),
        _ => None,
    }
}

/// Whether a number before this word is the number of something.
pub(super) fn counts(next: Word) -> bool {
    matches!(
        next,
        Word::HourMark
            | Word::HourMarkOrHour
            | Word::Hour
            | Word::Second
            | Word::Day
            | Word::DateMark
            | Word::Week
            | Word::Month
            | Word::Months
            | Word::MonthName(_)
            | Word::Year
            | Word::Workday
    )
}
