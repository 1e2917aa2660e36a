//! One recurrence for each row of the contract's table, the usual ones first: what is offered when
//! a phrase is nothing like any other.

use jiff::civil::{Time, Weekday};

use crate::model::recurrence::{
    Days, MonthDay, MonthSet, Period, Recurrence, Times, WeekdaySet, YearDay,
};

use super::grammar::all_day;

/// An example, made when it is needed.
type Example = fn() -> Recurrence;

/// The examples.
pub(super) const EXAMPLES: &[Example] = &[
    || at(Days::Workdays, 9),
    || at(Days::Every, 9),
    || at(Days::Weekdays(WeekdaySet::MONDAY_TO_FRIDAY), 9),
    || at(Days::Weekdays(on(Weekday::Friday)), 17),
    || at(month_day(MonthDay::Day(15)), 9),
    || at(month_day(MonthDay::FromEnd(1)), 18),
    || at(nth_workday(-1, Period::Month), 17),
    || at(nth_workday(1, Period::Week), 9),
    || at(nth_workday(-1, Period::Quarter), 15),
    || {
        at(
            Days::NthWeekday {
                nths: vec![2],
                weekdays: on(Weekday::Tuesday),
                months: MonthSet::ALL,
            },
            10,
        )
    },
    || at(Days::BeforeHoliday { nths: vec![1], holiday: None }, 16),
    || at(Days::AfterHoliday { nths: vec![1], holiday: None }, 9),
    || at(Days::EveryNWeeks { n: 2, weekdays: on(Weekday::Friday) }, 17),
    || at(Days::EveryNWorkdays { n: 3 }, 11),
    || at(Days::DaysOff, 10),
    || at(Days::MakeUpWorkdays, 8),
    || at(Days::Yearly(vec![YearDay { month: 12, day: 31 }]), 10),
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

fn on(weekday: Weekday) -> WeekdaySet {
    WeekdaySet::EMPTY.with(weekday)
}

fn month_day(day: MonthDay) -> Days {
    Days::MonthDays { days: vec![day], months: MonthSet::ALL }
}

fn nth_workday(nth: i16, period: Period) -> Days {
    Days::NthWorkday { nths: vec![nth], period, months: MonthSet::ALL }
}
