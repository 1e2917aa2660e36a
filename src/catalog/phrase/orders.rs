//! How a rule's order of words is matched: a list of places, each filled by a word or a piece.

use crate::model::recurrence::WeekdaySet;

use super::dates::{DateOrNone, MonthDate, dates, month_dates, month_days};
use super::slots::{self, Counted, EVERY_MONTH, Scope};
use super::token::{Token, Word, word};

/// A place in an order of words.
#[derive(Clone, Copy)]
pub(super) enum Slot {
    Is(Word),
    Maybe(Word),
    Number,
    Ordinal,
    Nth,
    Weekdays,
    /// Weekdays that are left out.
    Others,
    NthWeekdays,
    NthWorkdays,
    MonthDays,
    MonthDates,
    Dates,
    Scope,
    /// 天, 日, `tanggal`
    AnyDay,
    /// `other`, `every other`, 隔, 隔一
    Alternate,
}

/// What the places of an order held.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// `every` is said, somewhere.
    pub every: bool,
    /// `every 2nd` may count within a month as well.
    pub every_nth_of_month: bool,
    pub number: u32,
    pub nth: i64,
    pub nths: Vec<i64>,
    pub weekdays: WeekdaySet,
    pub others: WeekdaySet,
    pub counted: Counted,
    pub month_days: Vec<i64>,
    pub month_dates: Vec<MonthDate>,
    pub dates: Vec<DateOrNone>,
    pub scope: Scope,
    /// The name of the holiday break, when it has one.
    pub holiday: Option<String>,
}

impl Found {
    /// Nothing yet.
    pub(super) fn new(every: bool, every_nth_of_month: bool, holiday: Option<&String>) -> Self {
        Self {
            every,
            every_nth_of_month,
            number: 0,
            nth: 0,
            nths: Vec::new(),
            weekdays: WeekdaySet::EMPTY,
            others: WeekdaySet::EMPTY,
            counted: Counted::default(),
            month_days: Vec::new(),
            month_dates: Vec::new(),
            dates: Vec::new(),
            scope: EVERY_MONTH,
            holiday: holiday.cloned(),
        }
    }

    /// What an order's places hold when they cover all tokens, else the first token that does not
    /// fit.
    pub(super) fn matched(mut self, order: &[Slot], tokens: &[Token]) -> Result<Self, usize> {
        let mut at = 0;
        for slot in order {
            at = self.fill(*slot, tokens, at).ok_or(at)?;
        }
        if at == tokens.len() { Ok(self) } else { Err(at) }
    }

    /// Reads one place; gives the token after it.
    fn fill(&mut self, slot: Slot, tokens: &[Token], at: usize) -> Option<usize> {
        let here = word(tokens, at);
        let is = |yes: bool| yes.then_some(at + 1);
        match slot {
            Slot::Is(word) | Slot::Maybe(word) if here == word => {
                self.every |= word == Word::Every;
                Some(at + 1)
            }
            Slot::Is(_) => None,
            Slot::Maybe(_) => Some(at),
            Slot::AnyDay => is(matches!(here, Word::Day | Word::DateMark)),
            Slot::Alternate if here == Word::Other => {
                self.number = 2;
                Some(at + 1 + usize::from(word(tokens, at + 1) == Word::Number(1)))
            }
            Slot::Alternate => None,
            Slot::Number => {
                let Word::Number(number) = here else { return None };
                self.number = number;
                Some(at + 1)
            }
            Slot::Ordinal => {
                let Word::Ordinal(number) = here else { return None };
                (self.number, self.nth) = (number, i64::from(number));
                Some(at + 1)
            }
            Slot::Nth => take(&mut self.nth, slots::nth(tokens, at)),
            Slot::Weekdays => take(&mut self.weekdays, slots::weekdays(tokens, at)),
            Slot::Others => take(&mut self.others, slots::weekdays(tokens, at)),
            Slot::NthWeekdays => take(&mut self.counted, slots::nth_weekdays(tokens, at)),
            Slot::NthWorkdays => take(&mut self.nths, slots::nth_workdays(tokens, at)),
            Slot::MonthDays => take(&mut self.month_days, month_days(tokens, at)),
            Slot::MonthDates => take(&mut self.month_dates, month_dates(tokens, at)),
            Slot::Dates => take(&mut self.dates, dates(tokens, at)),
            Slot::Scope => take(&mut self.scope, slots::scope(tokens, at)),
        }
    }
}

/// Keeps the value of a piece; gives the token after it.
fn take<T>(place: &mut T, piece: Option<(T, usize)>) -> Option<usize> {
    let (value, next) = piece?;
    *place = value;
    Some(next)
}
