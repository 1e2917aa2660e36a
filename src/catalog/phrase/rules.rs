//! The grammar of days: every order of words in which a rule may be said, in any language.
//!
//! Languages differ in order, not in ideas, so a rule lists the orders of all of them; an order that
//! is not a language's own is understood there as well, as it can mean nothing else.

use crate::model::recurrence::Days;

use super::build::{self, Refusal};
use super::orders::{
    Found,
    Slot::{
        self, Alternate, AnyDay, Dates, Is, Maybe, MonthDates, MonthDays, Nth, NthWeekdays,
        NthWorkdays, Number, Ordinal, Others, Scope, Weekdays,
    },
};
use super::refused;
use super::token::{
    Token,
    Word::{
        self, After, Before, Biweekly, Break, Comma, Day, DayOff, End, Every, Except, Holiday,
        MakeUp, Month, Months, Other, Quarter, Start, Week, WeekOrSunday, Workday, Year,
    },
    word,
};

/// The orders of one rule, and what it means.
type Rule = (&'static [&'static [Slot]], fn(&Found) -> Result<Days, Refusal>);

/// Tried in this order; the first whose slots cover all the words decides.
const RULES: &[Rule] = &[
    (&[&[Is(Every), Is(Day)]], |_| Ok(Days::Every)),
    (
        &[
            &[Maybe(Every), Is(Workday)],
            &[Is(Workday), Is(Every), Is(Day)],
            &[Is(Every), Is(Week), Is(Workday)],
            &[Maybe(Every), Is(Workday), Is(Except), Is(Holiday)],
            &[Maybe(Every), Is(Workday), Is(Except), Is(DayOff)],
        ],
        |_| Ok(Days::Workdays),
    ),
    (&[&[Maybe(Every), Is(DayOff)], &[Is(DayOff), Is(Every), Is(Day)]], |_| Ok(Days::DaysOff)),
    (&[&[Maybe(Every), Is(MakeUp)]], |_| Ok(Days::MakeUpWorkdays)),
    (
        &[
            &[Maybe(Every), Maybe(Week), Weekdays],
            &[Maybe(Every), Weekdays, Is(Every), Is(Day)],
            &[Is(Every), Is(Day), Weekdays],
            &[Maybe(Every), Weekdays, Is(Every), Is(Week)],
            &[Is(Every), Weekdays, Is(Week)],
        ],
        |found| Ok(Days::Weekdays(found.weekdays)),
    ),
    (
        &[
            &[Is(Every), Is(Day), Is(Except), Others],
            &[Is(Except), Others, Is(Every), Is(Day)],
            &[Maybe(Every), Weekdays, Is(Except), Others],
        ],
        build::weekdays_except,
    ),
    (
        &[
            &[Is(Every), Number, Is(Week), Maybe(Every), Weekdays],
            &[Is(Every), Ordinal, Is(Week), Weekdays],
            &[Maybe(Every), Weekdays, Is(Every), Number, Is(Week)],
        ],
        build::every_n_weeks,
    ),
    (&[&[Is(Every), Number, Weekdays]], build::every_n_of_weekdays),
    (
        &[
            &[Is(Every), Alternate, Maybe(Week), Weekdays],
            &[Maybe(Every), Weekdays, Is(Every), Alternate, Is(Week)],
        ],
        build::every_n_weeks,
    ),
    (
        &[&[Is(Every), Number, Is(Workday)], &[Is(Every), Alternate, Is(Workday)]],
        build::every_n_workdays,
    ),
    (&[&[Is(Every), Ordinal, Is(Workday)]], build::every_nth_workday),
    (
        &[
            &[Is(Every), Number, AnyDay],
            &[Is(Every), Ordinal, Is(Day)],
            &[Is(Every), Alternate, AnyDay],
            &[Is(Every), Is(Other), Number, AnyDay],
        ],
        refused::every_n_days,
    ),
    (&[&[Is(Every), Ordinal]], refused::day_without_month),
    (&[&[Dates]], build::once),
    (&[&[Maybe(Every), MonthDates], &[Is(Every), Maybe(Year), MonthDates]], build::yearly),
    (
        &[
            &[Maybe(Every), MonthDays, Maybe(Every), Scope],
            &[Maybe(Every), Scope, MonthDays],
            &[Is(Every), MonthDays],
        ],
        build::month_days,
    ),
    (
        &[
            &[Maybe(Every), Is(End), Maybe(Every), Is(Month)],
            &[Maybe(Every), Is(Month), Maybe(Month), Is(End)],
        ],
        |_| Ok(build::last_day()),
    ),
    (
        &[&[Maybe(Every), NthWeekdays, Maybe(Every), Scope], &[Maybe(Every), Scope, NthWeekdays]],
        build::nth_weekday,
    ),
    (
        &[&[Maybe(Every), NthWorkdays, Maybe(Every), Scope], &[Maybe(Every), Scope, NthWorkdays]],
        build::nth_workday,
    ),
    (
        &[
            &[Maybe(Every), Scope, Maybe(Month), Is(End), NthWorkdays],
            &[Is(Every), Is(Year), Scope, Is(End), NthWorkdays],
        ],
        build::workday_at_end,
    ),
    (
        &[
            &[Maybe(Every), NthWorkdays, Is(Before), Is(Break)],
            &[Is(Break), Is(Before), NthWorkdays],
            &[Is(Before), Is(Break), NthWorkdays],
        ],
        build::before_holiday,
    ),
    (&[&[Maybe(Every), Number, Is(Workday), Is(Before), Is(Break)]], build::number_before_holiday),
    (&[&[Maybe(Every), Is(Workday), Is(Before), Is(Break)]], |found| {
        build::before_holiday(&Found { nths: vec![-1], ..found.clone() })
    }),
    (&[&[Is(Break), Is(Before), Number, Is(Workday)]], build::one_before_holiday),
    (
        &[
            &[Maybe(Every), NthWorkdays, Is(After), Is(Break)],
            &[Is(Break), Is(After), NthWorkdays],
            &[Is(After), Is(Break), NthWorkdays],
        ],
        build::after_holiday,
    ),
    (&[&[Maybe(Every), Number, Is(Workday), Is(After), Is(Break)]], build::number_after_holiday),
    (&[&[Maybe(Every), Is(Workday), Is(After), Is(Break)]], |found| {
        build::after_holiday(&Found { nths: vec![1], ..found.clone() })
    }),
    (&[&[Is(Break), Is(After), Number, Is(Workday)]], build::one_after_holiday),
];

/// What people also write, and what they may have meant.
const REFUSED: &[Rule] = &[
    (&[&[Is(Every), Is(Other), Number, Is(Week), Weekdays]], refused::gap_of_weeks),
    (&[&[Is(Every), Is(Other), Number, Is(Workday)]], refused::gap_of_workdays),
    (&[&[Is(Every), Is(Biweekly), Weekdays]], refused::biweekly),
    (
        &[
            &[Is(Every), Is(Week)],
            &[Is(Every), Number, Is(Week)],
            &[Is(Every), Alternate, Is(Week)],
            &[Is(Every), Is(Biweekly)],
        ],
        refused::week_without_day,
    ),
    (&[&[Is(Every)]], refused::every_what),
    (&[&[Is(Every), Is(Month)]], refused::month_without_day),
    (&[&[Is(Every), Is(Quarter)]], refused::quarter_without_day),
    (&[&[Is(Every), Is(Year)]], refused::year_without_day),
    (
        &[
            &[Is(Every), Number, Is(Month)],
            &[Is(Every), Number, Is(Months)],
            &[Is(Every), Number, Is(Months), MonthDays],
            &[Is(Every), Number, Is(Month), MonthDays],
            &[MonthDays, Is(Every), Number, Is(Month)],
            &[Is(Every), Alternate, Is(Month)],
            &[Is(Every), Alternate, Is(Months)],
            &[Is(Every), Alternate, Is(Month), MonthDays],
            &[Is(Every), Alternate, Is(Months), MonthDays],
        ],
        refused::every_n_months,
    ),
    (
        &[
            &[Maybe(Every), Scope, Maybe(Month), Is(End)],
            &[Maybe(Every), Is(End), Maybe(Every), Scope],
            &[Is(Every), Is(Year), Scope, Is(End)],
        ],
        refused::end_of_period,
    ),
    (
        &[
            &[Maybe(Every), Scope, Maybe(Month), Is(Start)],
            &[Maybe(Every), Is(Start), Maybe(Every), Scope],
        ],
        refused::start_of_period,
    ),
    (
        &[
            &[Maybe(Every), Nth, Is(Week), Maybe(Every), Is(Month), Weekdays],
            &[Maybe(Every), Is(Month), Nth, Is(Week), Weekdays],
            &[Weekdays, Nth, Is(Week), Maybe(Every), Is(Month)],
        ],
        refused::weekday_of_nth_week,
    ),
    (&[&[Maybe(Every), Is(WeekOrSunday)]], refused::week_or_sunday),
    (&[&[Is(WeekOrSunday), Nth, Maybe(Every), Is(Month)]], refused::nth_week_or_sunday),
    (&[&[Maybe(Every), Is(Holiday)]], refused::on_holidays),
    (
        &[
            &[Maybe(Every), Is(Workday), Is(Except), Others],
            &[Maybe(Every), Weekdays, Is(Except), Is(Holiday)],
            &[Maybe(Every), Weekdays, Is(Except), Is(DayOff)],
            &[Is(Every), Is(Day), Is(Except), Is(Holiday)],
            &[Is(Every), Is(Day), Is(Except), Is(DayOff)],
        ],
        refused::except_days_off,
    ),
    (&[&[MonthDays]], refused::days_without_month),
    (&[&[Maybe(Every), NthWeekdays]], refused::nth_or_every_n_weeks),
    (&[&[Maybe(Every), NthWorkdays]], refused::workday_without_period),
    (
        &[
            &[AnyDay, Is(Before), Is(Break)],
            &[Number, AnyDay, Is(Before), Is(Break)],
            &[Nth, AnyDay, Is(Before), Is(Break)],
            &[Is(Break), Is(Before), Number, AnyDay],
            &[Is(Break), Is(Before), Nth, AnyDay],
            &[Is(Before), Is(Break)],
            &[Is(Break), Is(Before)],
        ],
        refused::day_before_holiday,
    ),
    (
        &[
            &[AnyDay, Is(After), Is(Break)],
            &[Number, AnyDay, Is(After), Is(Break)],
            &[Nth, AnyDay, Is(After), Is(Break)],
            &[Is(Break), Is(After), Number, AnyDay],
            &[Is(Break), Is(After), Nth, AnyDay],
            &[Is(After), Is(Break)],
            &[Is(Break), Is(After)],
        ],
        refused::day_after_holiday,
    ),
];

/// Why no rule covered the words.
pub(super) enum Unmatched {
    /// The words were understood and refused.
    Refused(Refusal),
    /// The first token that fits no rule; past the end when something is missing.
    At(usize),
}

/// The days that tokens mean. `found` holds what is known of them already.
pub(super) fn days(tokens: &[Token], found: &Found) -> Result<Days, Unmatched> {
    let yearly = strip_every_year(tokens);
    let (rest, found) = match &yearly {
        Some(rest) => (rest.as_slice(), Found { every: true, ..found.clone() }),
        None => (tokens, found.clone()),
    };
    let offset = if tokens.len() > rest.len() && starts_every_year(tokens) { 2 } else { 0 };
    match by_rule(rest, &found) {
        Err(Unmatched::At(reach)) => {
            // A comma may also stand between pieces that are no list.
            let joined: Vec<Token> =
                rest.iter().copied().filter(|token| token.word != Comma).collect();
            let again =
                if joined.len() < rest.len() { by_rule(&joined, &found).ok() } else { None };
            again.ok_or(Unmatched::At(reach + offset))
        }
        decided => decided,
    }
}

fn by_rule(tokens: &[Token], found: &Found) -> Result<Days, Unmatched> {
    let mut reach = 0;
    for (orders, build) in RULES.iter().chain(REFUSED) {
        for order in *orders {
            match found.clone().matched(order, tokens) {
                Ok(found) => return build(&found).map_err(Unmatched::Refused),
                Err(at) => reach = reach.max(at),
            }
        }
    }
    Err(Unmatched::At(reach))
}

fn starts_every_year(tokens: &[Token]) -> bool {
    (word(tokens, 0), word(tokens, 1)) == (Every, Year)
}

/// The tokens without their `every year`, when they name a month that makes it plain what happens
/// every year.
fn strip_every_year(tokens: &[Token]) -> Option<Vec<Token>> {
    let names_month = tokens.iter().any(|token| matches!(token.word, Word::MonthName(_)));
    match tokens {
        _ if !names_month => None,
        [every, year, rest @ ..] if (every.word, year.word) == (Every, Year) => Some(rest.to_vec()),
        [rest @ .., every, year] if (every.word, year.word) == (Every, Year) => Some(rest.to_vec()),
        _ => None,
    }
}
