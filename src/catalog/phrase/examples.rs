//! One recurrence for each row of the contract's table, the usual ones first: what is offered when
//! a phrase is nothing like any other.

use jiff::civil::{Time, Weekday};

use crate::model::recurrence::{Days, MonthDay, Period, Recurrence, Times, WeekdaySet};

use super::grammar::all_day;

/// An example, made when it is needed.
type Example = fn() -> Recurrence;

/// The examples.
pub(super) const EXAMPLES: &[Example] = &[
    || at(Days::Workdays, 9),
    || at(Days::Every, 9),
    || at(Days::Weekdays(WeekdaySet::MONDAY_TO_FRIDAY), 9),
    || at(Days::Weekdays(friday()), 17),
    || at(Days::MonthDays(vec![MonthDay::Day(15)]), 9),
    || at(Days::MonthDays(vec![MonthDay::FromEnd(1)]), 18),
    || at(Days::NthWorkday { nth: -1, period: Period::Month }, 17),
    || at(Days::NthWorkday { nth: 1, period: Period::Week }, 9),
    || at(Days::NthWorkday { nth: -1, period: Period::Quarter }, 15),
    || at(Days::NthWeekday { nth: 2, weekday: Weekday::Tuesday }, 10),
    || at(Days::BeforeHoliday { nth: 1, holiday: None }, 16),
    || at(Days::AfterHoliday { nth: 1, holiday: None }, 9),
    || at(Days::EveryNWeeks { n: 2, weekdays: friday() }, 17),
    || at(Days::EveryNWorkdays { n: 3 }, 11),
    || at(Days::DaysOff, 10),
    || at(Days::MakeUpWorkdays, 8),
    || at(Days::Yearly { month: 12, day: 31 }, 10),
    || Recurrence { days: Days::Every, times: all_day(1800) },
    || Recurrence {
        days: Days::Workdays,
        times: Times::Grid { step: 7200, from: hour(9), to: hour(18) },
    },
];

fn at(days: Days, at: i8) -> Recurrence {
    Recurrence { days, times: Times::At(vec![hour(at)]) }
}

fn hour(hour: i8) -> Time {
    Time::constant(hour, 0, 0, 0)
}

fn friday() -> WeekdaySet {
    WeekdaySet::EMPTY.with(Weekday::Friday)
}
