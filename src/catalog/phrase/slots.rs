//! The pieces that rules of days are made of: ordinals, weekdays, workdays, periods.
//!
//! Each reads one piece from a token on and gives its value and the token after it, or nothing.

use jiff::civil::Weekday;

use crate::model::recurrence::{MonthSet, Period, WeekdaySet};

use super::token::{Token, Word, word};

/// Longest list of any kind; longer ones mean nothing.
pub(super) const LONGEST_LIST: usize = 64;

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

/// `the first 3`, `the last 3`, 前三, 后三, `três últimos`: how many, from the start or the end.
fn so_many(tokens: &[Token], at: usize) -> Option<(Vec<i64>, usize)> {
    let (count, sign) = match (word(tokens, at), word(tokens, at + 1)) {
        (Word::FirstOf | Word::Ordinal(1), Word::Number(n))
        | (Word::Number(n), Word::Ordinal(1)) => (n, 1),
        (Word::LastOf | Word::Last, Word::Number(n @ 2..))
        | (Word::Number(n @ 2..), Word::Last) => (n, -1),
        _ => return None,
    };
    let count = i64::from(count);
    let few = usize::try_from(count).is_ok_and(|count| (1..=LONGEST_LIST).contains(&count));
    few.then(|| ((1..=count).map(|n| n * sign).collect(), at + 2))
}

/// `first`, `1st and 15th`, `the last 3`, 第一、三: ordinals that count the same thing.
pub(super) fn nths(tokens: &[Token], start: usize) -> Option<(Vec<i64>, usize)> {
    let item = |at: usize| {
        so_many(tokens, at).or_else(|| nth(tokens, at).map(|(n, next)| (vec![n], next)))
    };
    // 第一、三个: the mark of the first counts for those that follow.
    let bare = |at: usize| match (word(tokens, at), word(tokens, at + 1)) {
        (Word::Number(n), next) if !counts_days(next) => Some((vec![i64::from(n)], at + 1)),
        (Word::Number(n), Word::Workday) => Some((vec![i64::from(n)], at + 1)),
        _ => None,
    };
    let (mut list, mut at) = item(start)?;
    while let Some((more, next)) =
        separator(tokens, at).and_then(|next| item(next).or_else(|| bare(next)))
    {
        list.extend(more);
        at = next;
        if list.len() > LONGEST_LIST {
            return None;
        }
    }
    Some((list, at))
}

/// Whether a number before this word is a day of the month.
fn counts_days(word: Word) -> bool {
    matches!(word, Word::Day | Word::DateMark | Word::Month | Word::MonthName(_) | Word::Comma)
}

/// `monday, wednesday and friday`, 周一至周三、周五, `every weekday and saturday`
pub(super) fn weekdays(tokens: &[Token], at: usize) -> Option<(WeekdaySet, usize)> {
    let (mut set, mut at) = weekday_item(tokens, at)?;
    while let Some((more, next)) = separator(tokens, at)
        .map(|next| next + usize::from(word(tokens, next) == Word::Every))
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
    if touches(tokens, at) { weekday_item(tokens, at) } else { None }
}

/// Whether nothing stands between a token and the one before it.
fn touches(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    before.map(|before| before.end) == tokens.get(at).map(|here| here.at)
}

/// One weekday, or a range of them; a range may run over the end of the week.
fn weekday_item(tokens: &[Token], at: usize) -> Option<(WeekdaySet, usize)> {
    let first = match word(tokens, at) {
        Word::Weekday(first) => first,
        Word::MondayToFriday => return Some((WeekdaySet::MONDAY_TO_FRIDAY, at + 1)),
        Word::Weekend => {
            let weekend = [Weekday::Saturday, Weekday::Sunday];
            return Some((weekend.into_iter().collect(), at + 1));
        }
        _ => return None,
    };
    match (word(tokens, at + 1), word(tokens, at + 2)) {
        (Word::To, Word::Weekday(last)) => {
            let days: Vec<Weekday> = first.cycle_forward().take(7).collect();
            let length = days.iter().position(|day| *day == last).unwrap_or(0);
            Some((days.into_iter().take(length + 1).collect(), at + 3))
        }
        _ => Some((WeekdaySet::EMPTY.with(first), at + 1)),
    }
}

/// Weekdays by their number: every pair of an ordinal and a weekday is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub nths: Vec<i64>,
    pub weekdays: WeekdaySet,
    /// One ordinal stands before several weekdays, or 第二周二 without its counter.
    pub unclear: bool,
    /// The pairs that are said are not all pairs of the two lists.
    pub uneven: bool,
}

/// `first and third monday`, `Senin pertama`, 第一个周一和第三个周一
pub(super) fn nth_weekdays(tokens: &[Token], start: usize) -> Option<(Counted, usize)> {
    let item = |at: usize| {
        let ordinals_first = nths(tokens, at).and_then(|(nths, next)| {
            let unclear = touches(tokens, next);
            weekdays(tokens, next).map(|(weekdays, next)| (nths, weekdays, unclear, next))
        });
        let weekdays_first = || {
            let (weekdays, next) = weekdays(tokens, at)?;
            let (nths, next) = nths(tokens, next)?;
            Some((nths, weekdays, false, next))
        };
        ordinals_first.or_else(weekdays_first)
    };
    let (nths, weekdays, unclear, mut at) = item(start)?;
    let mut counted = Counted { nths, weekdays, unclear, uneven: false };
    counted.unclear |= counted.weekdays.iter().count() > 1;
    while let Some((nths, weekdays, unclear, next)) = separator(tokens, at).and_then(item) {
        let more = Counted { nths, weekdays, unclear, uneven: false };
        counted.join(&more);
        at = next;
        if counted.nths.len() > LONGEST_LIST {
            return None;
        }
    }
    Some((counted, at))
}

impl Counted {
    fn join(&mut self, more: &Self) {
        self.unclear |= more.unclear || more.weekdays.iter().count() > 1;
        if self.weekdays == more.weekdays {
            self.nths.extend(&more.nths);
        } else if self.nths == more.nths {
            self.weekdays = self.weekdays.iter().chain(more.weekdays.iter()).collect();
        } else {
            self.uneven = true;
        }
    }
}

/// `first and last workday`, `workdays before the last`, `hari kerja pertama`, `3 hari kerja
/// terakhir`: which workdays of a period.
pub(super) fn nth_workdays(tokens: &[Token], start: usize) -> Option<(Vec<i64>, usize)> {
    let is_workday = |at: usize| word(tokens, at) == Word::Workday;
    let item = |at: usize| match (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2)) {
        // `the 3rd workday from the end`
        (Word::Ordinal(n), Word::Workday, Word::Last) => Some((vec![-i64::from(n)], at + 3)),
        (Word::Number(n), Word::Workday, last @ (Word::Last | Word::Ordinal(1))) => {
            let count = i64::from(n);
            let sign = if last == Word::Last { -1 } else { 1 };
            let few = (1..=i64::try_from(LONGEST_LIST).ok()?).contains(&count);
            few.then(|| ((1..=count).map(|n| n * sign).collect(), at + 3))
        }
        // `workday 10 of every month`
        (
            Word::Workday,
            Word::Number(n),
            Word::Every | Word::Week | Word::Month | Word::Quarter | Word::Year,
        ) => Some((vec![i64::from(n)], at + 2)),
        (Word::Workday, ..) => nths(tokens, at + 1),
        _ => {
            let (nths, next) = nths(tokens, at)?;
            is_workday(next).then_some((nths, next + 1))
        }
    };
    let (mut list, mut at) = item(start)?;
    while let Some((more, next)) = separator(tokens, at).and_then(item) {
        list.extend(more);
        at = next;
        if list.len() > LONGEST_LIST {
            return None;
        }
    }
    Some((list, at))
}

/// What things are counted in: `week`, `quarter`, `january and july`, 3月和9月.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    pub period: Period,
    pub months: MonthSet,
}

pub(super) const EVERY_MONTH: Scope = Scope { period: Period::Month, months: MonthSet::ALL };

/// Reads a scope. Months that do not exist are left to the rules for dates.
pub(super) fn scope(tokens: &[Token], at: usize) -> Option<(Scope, usize)> {
    let whole = |period| Some((Scope { period, months: MonthSet::ALL }, at + 1));
    match word(tokens, at) {
        Word::Week => whole(Period::Week),
        Word::Month if !matches!(word(tokens, at + 1), Word::MonthName(_)) => whole(Period::Month),
        Word::Quarter => whole(Period::Quarter),
        Word::Year => whole(Period::Year),
        _ => {
            let (months, next) = months(tokens, at)?;
            Some((Scope { period: Period::Month, months }, next))
        }
    }
}

/// `january, april and july`, 1、4、7月, 3月和9月
fn months(tokens: &[Token], start: usize) -> Option<(MonthSet, usize)> {
    let mut months = MonthSet::EMPTY;
    let mut at = start;
    loop {
        at += usize::from(word(tokens, at) == Word::Every);
        // `bulan Desember`
        if let (Word::Month, Word::MonthName(_)) = (word(tokens, at), word(tokens, at + 1)) {
            at += 1;
        }
        let marked = match (word(tokens, at), word(tokens, at + 1)) {
            (Word::MonthName(month), _) => {
                months = months.with(month);
                at += 1;
                true
            }
            (Word::Number(n @ 1..=12), _) => {
                months = months.with(i8::try_from(n).ok()?);
                at += 1;
                false
            }
            _ => return None,
        };
        let more = |next: usize| match word(tokens, next) {
            Word::MonthName(_) | Word::Every | Word::Month => true,
            Word::Number(_) => {
                separator(tokens, next + 1).is_some()
                    || matches!(word(tokens, next + 1), Word::MonthName(_))
            }
            _ => false,
        };
        match separator(tokens, at).filter(|next| more(*next)) {
            Some(next) => at = next,
            None => return marked.then_some((months, at)),
        }
    }
}
