//! The pieces that rules of days are made of: ordinals, lists of weekdays, days of the month, dates.
//!
//! Each reads one piece from a token on and gives its value and the token after it, or nothing.

use jiff::civil::{Date, Weekday};

use crate::model::recurrence::WeekdaySet;

use super::token::{Token, Word, word};

/// Past a comma, an `and`, or both.
pub(super) fn separator(tokens: &[Token], at: usize) -> Option<usize> {
    match (word(tokens, at), word(tokens, at + 1)) {
        (Word::Comma, Word::And) => Some(at + 2),
        (Word::Comma | Word::And, _) => Some(at + 1),
        _ => None,
    }
}

/// `3rd`, `last`, `2nd last`, 倒数第二, 最后一(个): from the start 1 and up, from the end -1 and down.
pub(super) fn nth(tokens: &[Token], at: usize) -> Option<(i64, usize)> {
    match (word(tokens, at), word(tokens, at + 1)) {
        (Word::Ordinal(n), Word::Last) | (Word::Last, Word::Ordinal(n)) => {
            Some((-i64::from(n), at + 2))
        }
        (Word::Last, Word::Number(1)) => Some((-1, at + 2)),
        (Word::Last, _) => Some((-1, at + 1)),
        (Word::Ordinal(n), _) => Some((i64::from(n), at + 1)),
        _ => None,
    }
}

/// `monday, wednesday and friday`, 周一至周三、周五
pub(super) fn weekdays(tokens: &[Token], at: usize) -> Option<(WeekdaySet, usize)> {
    let (mut set, mut at) = weekday_item(tokens, at)?;
    while let Some((more, next)) = separator(tokens, at)
        .and_then(|next| weekday_item(tokens, next))
        .or_else(|| glued(tokens, at))
    {
        set = set.iter().chain(more.iter()).collect();
        at = next;
    }
    Some((set, at))
}

/// 周一三五: weekdays written onto one another.
fn glued(tokens: &[Token], at: usize) -> Option<(WeekdaySet, usize)> {
    let touches = tokens.get(at.checked_sub(1)?)?.end == tokens.get(at)?.at;
    if touches { weekday_item(tokens, at) } else { None }
}

/// One weekday, or a range of them; a range may run over the end of the week.
fn weekday_item(tokens: &[Token], at: usize) -> Option<(WeekdaySet, usize)> {
    let Word::Weekday(first) = word(tokens, at) else { return None };
    match (word(tokens, at + 1), word(tokens, at + 2)) {
        (Word::To, Word::Weekday(last)) => {
            let days: Vec<Weekday> = first.cycle_forward().take(7).collect();
            let length = days.iter().position(|day| *day == last).unwrap_or(0);
            Some((days.into_iter().take(length + 1).collect(), at + 3))
        }
        _ => Some((WeekdaySet::EMPTY.with(first), at + 1)),
    }
}

/// Longest list of days of the month that is read; more are not in any month.
const MONTH_DAYS: usize = 64;

/// `1st and 15th`, 1、15日, `dia 15 e último dia`: days from the start 1 and up, from the end -1 and
/// down, not judged yet.
pub(super) fn month_days(tokens: &[Token], start: usize) -> Option<(Vec<i64>, usize)> {
    let mut list = MonthDayList::default();
    let mut at = list.item(tokens, start)?;
    loop {
        let to = word(tokens, at) == Word::To;
        let next = if to { Some(at + 1) } else { separator(tokens, at) };
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
        if list.days.len() > MONTH_DAYS {
            return None;
        }
    }
    (!list.open).then_some((list.days, at))
}

#[derive(Default)]
struct MonthDayList {
    days: Vec<i64>,
    /// A word such as `dia` or `tanggal` stands before the numbers.
    named: bool,
    /// The last number still waits for its 日: 1、15日.
    open: bool,
}

impl MonthDayList {
    /// Reads one item; gives the token after it.
    fn item(&mut self, tokens: &[Token], at: usize) -> Option<usize> {
        let is_day = |at: usize| matches!(word(tokens, at), Word::Day | Word::DateMark);
        if let Some((day, after)) = nth(tokens, at) {
            if day < 0 && !is_day(after) {
                return None;
            }
            self.days.push(day);
            return Some(after + usize::from(is_day(after)));
        }
        match (word(tokens, at), word(tokens, at + 1)) {
            // 日15号 is none.
            (Word::Day | Word::DateMark, Word::Number(n))
                if word(tokens, at + 2) != Word::DateMark =>
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
                let marked = mark == Word::DateMark;
                self.days.push(i64::from(n));
                self.open = !marked && !self.named;
                Some(at + 1 + usize::from(marked))
            }
            _ => None,
        }
    }
}

/// `december 31`, `31 de dezembro`, 12月31日: month and day, not judged yet.
pub(super) fn month_date(tokens: &[Token], at: usize) -> Option<((u32, u32), usize)> {
    let at = at + usize::from(matches!(word(tokens, at), Word::Day | Word::DateMark));
    let counted = |at: usize| match word(tokens, at) {
        Word::Number(n) | Word::Ordinal(n) => Some(n),
        _ => None,
    };
    let month = |month: i8| u32::from(month.unsigned_abs());
    if let Word::MonthName(name) = word(tokens, at) {
        return Some(((month(name), counted(at + 1)?), at + 2));
    }
    let first = counted(at)?;
    match (word(tokens, at + 1), word(tokens, at + 2), word(tokens, at + 3)) {
        (Word::MonthName(name), ..) => Some(((month(name), first), at + 2)),
        (Word::Month, Word::Number(day), Word::DateMark) => Some(((first, day), at + 4)),
        _ => None,
    }
}

/// A date, or the month and day of one that does not exist.
pub(super) type DateOrNone = Result<Date, (u32, u32)>;

/// A date with its year: `2026-12-31`, `31 december 2026`, 2026年12月31日; an error holds what was
/// meant and does not exist.
pub(super) fn date(tokens: &[Token], at: usize) -> Option<(DateOrNone, usize)> {
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
