//! The grammar of days: every order of words in which a rule may be said, in any language.
//!
//! Languages differ in order, not in ideas, so a rule lists the orders of all of them; an order that
//! is not a language's own is understood there as well, as it can mean nothing else.

use crate::model::recurrence::{Days, Period, WeekdaySet};

use super::build::{self, Refusal};
use super::slots;
use super::token::{Token, Word, word};

/// A place in a rule.
#[derive(Clone, Copy)]
enum Slot {
    Is(Word),
    Maybe(Word),
    Number,
    Ordinal,
    Nth,
    Weekdays,
    MonthDays,
    MonthDate,
    Date,
    Period,
    /// 天, 日, `tanggal`
    AnyDay,
    /// `other`, `every other`, 隔, 隔一
    Alternate,
}

/// What the slots of a rule held.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub number: u32,
    pub nth: i64,
    pub weekdays: WeekdaySet,
    pub month_days: Vec<i64>,
    pub month_date: (u32, u32),
    pub date: slots::DateOrNone,
    pub period: Period,
    /// The name of the holiday break, when it has one.
    pub holiday: Option<String>,
}

/// The orders of one rule, and what it means.
type Rule = (&'static [&'static [Slot]], fn(&Found) -> Result<Days, Refusal>);

use Slot::{Alternate, AnyDay, Is, Maybe, MonthDate, MonthDays, Nth, Number, Ordinal, Weekdays};
use Word::{
    After, Before, Break, Day, DayOff, End, Every, Holiday, MakeUp, Month, Week, Workday, Year,
};

/// Tried in this order; the first whose slots cover all the words decides.
const RULES: &[Rule] = &[
    (&[&[Is(Every), Is(Day)]], |_| Ok(Days::Every)),
    (&[&[Maybe(Every), Is(Workday)]], |_| Ok(Days::Workdays)),
    (&[&[Maybe(Every), Is(DayOff)]], |_| Ok(Days::DaysOff)),
    (&[&[Maybe(Every), Is(MakeUp)]], |_| Ok(Days::MakeUpWorkdays)),
    (&[&[Maybe(Every), Is(Word::MondayToFriday)]], |_| {
        Ok(Days::Weekdays(WeekdaySet::MONDAY_TO_FRIDAY))
    }),
    (&[&[Maybe(Every), Is(Word::Weekend)]], |_| Ok(Days::Weekdays(build::weekend()))),
    (
        &[
            &[Maybe(Every), Maybe(Week), Weekdays],
            &[Maybe(Every), Weekdays, Is(Every), Is(Day)],
            &[Weekdays, Is(Every), Is(Week)],
        ],
        |found| Ok(Days::Weekdays(found.weekdays)),
    ),
    (
        &[&[Is(Every), Number, Is(Week), Weekdays], &[Weekdays, Is(Every), Number, Is(Week)]],
        build::every_n_weeks,
    ),
    (
        &[
            &[Is(Every), Alternate, Maybe(Week), Weekdays],
            &[Weekdays, Is(Every), Alternate, Is(Week)],
        ],
        |found| Ok(Days::EveryNWeeks { n: 2, weekdays: found.weekdays }),
    ),
    (&[&[Is(Every), Is(Word::Other), Number, Is(Week), Weekdays]], build::gap_of_weeks),
    (&[&[Is(Every), Number, Weekdays]], build::nth_or_every_n_weeks),
    (
        &[&[Is(Every), Number, Is(Workday)], &[Is(Every), Ordinal, Is(Workday)]],
        build::every_n_workdays,
    ),
    (&[&[Is(Every), Alternate, Is(Workday)]], |_| Ok(Days::EveryNWorkdays { n: 2 })),
    (&[&[Is(Every), Is(Word::Other), Number, Is(Workday)]], build::gap_of_workdays),
    (
        &[
            &[Is(Every), Number, AnyDay],
            &[Is(Every), Ordinal, Is(Day)],
            &[Is(Every), Alternate, AnyDay],
        ],
        build::every_n_days,
    ),
    (&[&[Is(Every), Ordinal]], build::day_without_month),
    (
        &[
            &[Maybe(Every), MonthDays, Maybe(Every), Is(Month)],
            &[Is(Every), Is(Month), MonthDays],
            &[Is(Every), MonthDays],
        ],
        build::month_days,
    ),
    (
        &[
            &[Maybe(Every), Is(End), Maybe(Every), Is(Month)],
            &[Maybe(Every), Is(Month), Maybe(Month), Is(End)],
        ],
        |_| build::last_day(),
    ),
    (
        &[
            &[Maybe(Every), Nth, Weekdays, Maybe(Every), Is(Month)],
            &[Is(Every), Is(Month), Nth, Weekdays],
            &[Maybe(Every), Weekdays, Nth, Maybe(Every), Is(Month)],
        ],
        build::nth_weekday,
    ),
    (
        &[
            &[Maybe(Every), Nth, Is(Workday), Maybe(Every), Slot::Period],
            &[Maybe(Every), Slot::Period, Nth, Is(Workday)],
            &[Maybe(Every), Is(Workday), Nth, Maybe(Every), Slot::Period],
        ],
        build::nth_workday,
    ),
    (
        &[&[Maybe(Every), Slot::Period, Maybe(Month), Is(End), Nth, Is(Workday)]],
        build::workday_at_end,
    ),
    (
        &[
            &[Nth, Is(Workday), Is(Before), Is(Break)],
            &[Is(Workday), Nth, Is(Before), Is(Break)],
            &[Is(Break), Is(Before), Nth, Is(Workday)],
        ],
        build::before_holiday,
    ),
    (&[&[Number, Is(Workday), Is(Before), Is(Break)]], build::number_before_holiday),
    (&[&[Is(Workday), Is(Before), Is(Break)]], |found| {
        build::before_holiday(&Found { nth: -1, ..found.clone() })
    }),
    (&[&[Is(Break), Is(Before), Number, Is(Workday)]], build::one_before_holiday),
    (
        &[
            &[Nth, Is(Workday), Is(After), Is(Break)],
            &[Is(Workday), Nth, Is(After), Is(Break)],
            &[Is(Break), Is(After), Nth, Is(Workday)],
        ],
        build::after_holiday,
    ),
    (&[&[Number, Is(Workday), Is(After), Is(Break)]], build::number_after_holiday),
    (&[&[Is(Workday), Is(After), Is(Break)]], |found| {
        build::after_holiday(&Found { nth: 1, ..found.clone() })
    }),
    (&[&[Is(Break), Is(After), Number, Is(Workday)]], build::one_after_holiday),
    (&[&[Is(Every), Maybe(Year), MonthDate], &[MonthDate, Is(Every), Is(Year)]], build::yearly),
    (&[&[Slot::Date]], build::once),
    // What people also write, and what they may have meant.
    (
        &[
            &[Is(Every), Is(Week)],
            &[Is(Every), Number, Is(Week)],
            &[Is(Every), Alternate, Is(Week)],
        ],
        build::week_without_day,
    ),
    (&[&[Is(Every)]], build::every_what),
    (&[&[Is(Every), Is(Month)]], build::month_without_day),
    (&[&[Is(Every), Is(Word::Quarter)]], build::quarter_without_day),
    (&[&[Is(Every), Is(Year)]], build::year_without_day),
    (&[&[Is(Every), Number, Is(Month)], &[Is(Every), Alternate, Is(Month)]], build::every_n_months),
    (
        &[
            &[Maybe(Every), Slot::Period, Maybe(Month), Is(End)],
            &[Maybe(Every), Is(End), Maybe(Every), Slot::Period],
        ],
        build::end_of_period,
    ),
    (&[&[Maybe(Every), Is(Word::WeekOrSunday)]], build::week_or_sunday),
    (&[&[Is(Word::WeekOrSunday), Nth, Maybe(Every), Is(Month)]], build::nth_week_or_sunday),
    (&[&[Maybe(Every), Is(Holiday)]], build::on_holidays),
    (&[&[MonthDays]], build::days_without_month),
    (&[&[MonthDate]], build::date_without_year),
    (
        &[
            &[Is(Every), Nth, Weekdays],
            &[Is(Every), Weekdays, Nth],
            &[Nth, Weekdays],
            &[Weekdays, Nth],
        ],
        build::nth_or_every_n_weeks,
    ),
    (&[&[Nth, Is(Workday)], &[Is(Workday), Nth]], build::workday_without_period),
    (
        &[
            &[AnyDay, Is(Before), Is(Break)],
            &[Number, AnyDay, Is(Before), Is(Break)],
            &[Nth, AnyDay, Is(Before), Is(Break)],
            &[Is(Break), Is(Before), Number, AnyDay],
            &[Is(Break), Is(Before), Nth, AnyDay],
        ],
        build::day_before_holiday,
    ),
    (
        &[
            &[AnyDay, Is(After), Is(Break)],
            &[Number, AnyDay, Is(After), Is(Break)],
            &[Nth, AnyDay, Is(After), Is(Break)],
            &[Is(Break), Is(After), Number, AnyDay],
            &[Is(Break), Is(After), Nth, AnyDay],
        ],
        build::day_after_holiday,
    ),
];

/// Why no rule covered the words.
pub(super) enum Unmatched {
    /// The words were understood and refused.
    Refused(Refusal),
    /// The first token that fits no rule; past the end when something is missing.
    At(usize),
}

/// The days that tokens mean.
pub(super) fn days(tokens: &[Token], holiday: Option<&String>) -> Result<Days, Unmatched> {
    let mut reach = 0;
    for (orders, build) in RULES {
        for order in *orders {
            match matched(order, tokens, holiday) {
                Ok(found) => return build(&found).map_err(Unmatched::Refused),
                Err(at) => reach = reach.max(at),
            }
        }
    }
    Err(Unmatched::At(reach))
}

/// What the slots hold when they cover all tokens, else the first token that does not fit.
fn matched(order: &[Slot], tokens: &[Token], holiday: Option<&String>) -> Result<Found, usize> {
    let mut found = Found {
        number: 0,
        nth: 0,
        weekdays: WeekdaySet::EMPTY,
        month_days: Vec::new(),
        month_date: (0, 0),
        date: Err((0, 0)),
        period: Period::Month,
        holiday: holiday.cloned(),
    };
    let mut at = 0;
    for slot in order {
        at = fill(*slot, tokens, at, &mut found).ok_or(at)?;
    }
    if at == tokens.len() { Ok(found) } else { Err(at) }
}

/// Reads one slot; gives the token after it.
fn fill(slot: Slot, tokens: &[Token], at: usize, found: &mut Found) -> Option<usize> {
    let here = word(tokens, at);
    let is = |yes: bool| yes.then_some(at + 1);
    match slot {
        Is(word) => is(here == word),
        Maybe(word) => Some(at + usize::from(here == word)),
        AnyDay => is(matches!(here, Word::Day | Word::DateMark)),
        Alternate if here == Word::Other => {
            found.number = 2;
            Some(at + 1 + usize::from(word(tokens, at + 1) == Word::Number(1)))
        }
        Alternate => None,
        Number => {
            let Word::Number(number) = here else { return None };
            found.number = number;
            Some(at + 1)
        }
        Ordinal => {
            let Word::Ordinal(number) = here else { return None };
            (found.number, found.nth) = (number, i64::from(number));
            Some(at + 1)
        }
        Slot::Period => {
            found.period = match here {
                Word::Week => Period::Week,
                Word::Month => Period::Month,
                Word::Quarter => Period::Quarter,
                Word::Year => Period::Year,
                _ => return None,
            };
            Some(at + 1)
        }
        Nth => take(&mut found.nth, slots::nth(tokens, at)),
        Weekdays => take(&mut found.weekdays, slots::weekdays(tokens, at)),
        MonthDays => take(&mut found.month_days, slots::month_days(tokens, at)),
        MonthDate => take(&mut found.month_date, slots::month_date(tokens, at)),
        Slot::Date => take(&mut found.date, slots::date(tokens, at)),
    }
}

/// Keeps the value of a piece; gives the token after it.
fn take<T>(place: &mut T, piece: Option<(T, usize)>) -> Option<usize> {
    let (value, next) = piece?;
    *place = value;
    Some(next)
}
