//! The pieces of rules that name days by their number: days of the month, dates with and without
//! a year.

use jiff::civil::Date;

use super::slots::{LONGEST_LIST, nth, separator};
use super::token::{Token, Word, word};

/// `1st and 15th`, 1、15日, `dia 15 e último dia`, `the last 3 days`: days from the start 1 and up,
/// from the end -1 and down, not judged yet.
pub(super) fn month_days(tokens: &[Token], start: usize) -> Option<(Vec<i64>, usize)> {
    let mut list = MonthDayList::default();
    let mut at = list.item(tokens, start)?;
    loop {
        let to = word(tokens, at) == Word::To;
        let next = if to { Some(at + 1) } else { separator(tokens, at) };
        // 1号15号
        let glued = list.marked && starts_glued(tokens, at);
        let next = next.or(glued.then_some(at));
        let first = list.days.last().copied();
        let Some(after) = next.and_then(|next| list.item(tokens, next)) else { break };
        if let (true, Some(first), Some(last)) = (to, first, list.days.last().copied()) {
            // A range across zero would run from the start to the end of a month of unknown length.
            if first.signum() != last.signum() || first > last || last > 99 {
                return None;
            }
            list.days.extend(first..last);
        }
        at = after;
        if list.days.len() > LONGEST_LIST {
            return None;
        }
    }
    // `the 1, 10 and 20 of every month`, `march 8 and 15`
    let before = start.checked_sub(1).map(|before| word(tokens, before));
    let of_month = matches!(before, Some(Word::MonthName(_)))
        || matches!(
            (word(tokens, at), word(tokens, at + 1)),
            (Word::Every, Word::Month) | (Word::MonthName(_), _)
        );
    (!list.open || of_month).then_some((list.days, at))
}

/// Whether a number with its own mark is written onto the word before it.
fn starts_glued(tokens: &[Token], at: usize) -> bool {
    let end = at.checked_sub(1).and_then(|before| tokens.get(before)).map(|token| token.end);
    let touches = tokens.get(at).map(|token| token.at) == end;
    touches && matches!((word(tokens, at), word(tokens, at + 1)), (Word::Number(_), Word::DateMark))
}

#[derive(Default)]
struct MonthDayList {
    days: Vec<i64>,
    /// A word such as `dia` or `tanggal` stands before the numbers.
    named: bool,
    /// The last number still waits for its 日: 1、15日.
    open: bool,
    /// The last number had its 日.
    marked: bool,
}

impl MonthDayList {
    /// Reads one item; gives the token after it.
    fn item(&mut self, tokens: &[Token], at: usize) -> Option<usize> {
        let is_day = |at: usize| matches!(word(tokens, at), Word::Day | Word::DateMark);
        if let Some((count, after)) = self.several(tokens, at) {
            self.days.extend(count);
            return Some(after);
        }
        if let Some((day, after)) = nth(tokens, at) {
            // `the 3rd day from the end`
            if day > 0 && is_day(after) && word(tokens, after + 1) == Word::Last {
                self.days.push(-day);
                return Some(after + 2);
            }
            // The last of what? `the first and last day` says so later.
            let listed = separator(tokens, after).is_some();
            if day < 0 && !is_day(after) && !listed {
                return None;
            }
            self.days.push(day);
            return Some(after + usize::from(is_day(after)));
        }
        match (word(tokens, at), word(tokens, at + 1)) {
            // 日15号 is none, nor is 每天15.
            (Word::Day | Word::DateMark, Word::Number(n))
                if word(tokens, at + 2) != Word::DateMark && !is_half(tokens, at) =>
            {
                self.days.push(i64::from(n));
                self.named = true;
                Some(at + 2)
            }
            (Word::Day | Word::DateMark, _) => {
                let (day, after) = nth(tokens, at + 1)?;
                self.days.push(day);
                self.named = true;
                Some(after)
            }
            (Word::Number(n), mark) => {
                self.marked = mark == Word::DateMark;
                self.days.push(i64::from(n));
                self.open = !self.marked && !self.named;
                Some(at + 1 + usize::from(self.marked))
            }
            _ => None,
        }
    }

    /// `the first 3 days`, `3 hari terakhir`, 前三天
    fn several(&self, tokens: &[Token], at: usize) -> Option<(Vec<i64>, usize)> {
        let words = [word(tokens, at), word(tokens, at + 1), word(tokens, at + 2)];
        let (count, sign) = match words {
            [Word::FirstOf | Word::Ordinal(1), Word::Number(n), Word::Day]
            | [Word::Number(n), Word::Ordinal(1), Word::Day]
            | [Word::Number(n), Word::Day, Word::Ordinal(1)] => (n, 1),
            [Word::LastOf | Word::Last, Word::Number(n @ 2..), Word::Day]
            | [Word::Number(n @ 2..), Word::Last, Word::Day]
            | [Word::Number(n @ 2..), Word::Day, Word::Last] => (n, -1),
            _ => return None,
        };
        let count = i64::from(count);
        (1..=31).contains(&count).then(|| ((1..=count).map(|n| n * sign).collect(), at + 3))
    }
}

/// Whether a word for a day is only a half of one that says `every day`: 每天, `daily`.
fn is_half(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let every = before.filter(|token| token.word == Word::Every);
    every.is_some() && every.map(|token| token.at) == tokens.get(at).map(|token| token.at)
}

/// A month and a day, not judged yet.
pub(super) type MonthDate = (u32, u32);

/// `march 8 and december 31`, 3月8日、12月31日
pub(super) fn month_dates(tokens: &[Token], start: usize) -> Option<(Vec<MonthDate>, usize)> {
    let (first, mut at) = month_date(tokens, start)?;
    let mut list = vec![first];
    while let Some((more, next)) = separator(tokens, at)
        .map(|next| next + usize::from(word(tokens, next) == Word::Every))
        .and_then(|next| month_date(tokens, next))
    {
        list.push(more);
        at = next;
        if list.len() > LONGEST_LIST {
            return None;
        }
    }
    Some((list, at))
}

/// `december 31`, `31 de dezembro`, 12月31日
fn month_date(tokens: &[Token], at: usize) -> Option<(MonthDate, usize)> {
    let at = at + usize::from(matches!(word(tokens, at), Word::Day | Word::DateMark));
    let counted = |at: usize| match word(tokens, at) {
        Word::Number(n) | Word::Ordinal(n) => Some(n),
        _ => None,
    };
    let month = |month: i8| u32::from(month.unsigned_abs());
    if let Word::MonthName(name) = word(tokens, at) {
        let marked = usize::from(word(tokens, at + 2) == Word::DateMark);
        return Some(((month(name), counted(at + 1)?), at + 2 + marked));
    }
    let first = counted(at)?;
    match (word(tokens, at + 1), word(tokens, at + 2)) {
        (Word::MonthName(name), _) => Some(((month(name), first), at + 2)),
        // `tanggal 31 bulan Desember`
        (Word::Month, Word::MonthName(name)) => Some(((month(name), first), at + 3)),
        _ => None,
    }
}

/// A date, or the month and day of one that does not exist.
pub(super) type DateOrNone = Result<Date, MonthDate>;

/// `2026-10-01 and 2026-12-31`
pub(super) fn dates(tokens: &[Token], start: usize) -> Option<(Vec<DateOrNone>, usize)> {
    let (first, mut at) = date(tokens, start)?;
    let mut list = vec![first];
    while let Some((more, next)) = separator(tokens, at).and_then(|next| date(tokens, next)) {
        list.push(more);
        at = next;
        if list.len() > LONGEST_LIST {
            return None;
        }
    }
    Some((list, at))
}

/// A date with its year: `2026-12-31`, `31 december 2026`, 2026年12月31日; an error holds what was
/// meant and does not exist.
fn date(tokens: &[Token], at: usize) -> Option<(DateOrNone, usize)> {
    let ((year, (month, day)), next) = match (word(tokens, at), word(tokens, at + 1)) {
        (Word::Date(date), _) => return Some((Ok(date), at + 1)),
        (Word::DateMark | Word::Day, Word::Date(date)) => return Some((Ok(date), at + 2)),
        (Word::Number(year), Word::Year) => {
            let (found, next) = month_date(tokens, at + 2)?;
            ((year, found), next)
        }
        _ => {
            let (found, next) = month_date(tokens, at)?;
            let next = next + usize::from(word(tokens, next) == Word::Comma);
            let Word::Number(year @ 1000..) = word(tokens, next) else { return None };
            ((year, found), next + 1)
        }
    };
    let small = |n: u32| i8::try_from(n).ok();
    let parts = i16::try_from(year).ok().zip(small(month)).zip(small(day));
    let date = parts.and_then(|((year, month), day)| Date::new(year, month, day).ok());
    Some((date.ok_or((month, day)), next))
}
