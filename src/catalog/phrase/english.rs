//! English words.

use jiff::civil::{Time, Weekday};

use crate::model::language::Language;
use crate::model::recurrence::MonthDay;

use super::lexicon::Tongue;
use super::speech::Speech;
use super::token::DayPart;
use super::token::Word::{
    After, And, At, Before, Between, Comma, Day, DayOff, End, Every, Filler, From, Half, Holiday,
    Hour, HourMark, HourMarkOrHour, Last, MakeUp, Minute, MondayToFriday, Month, MonthName, Number,
    Ordinal, OrdinalMark, OrdinalOrSecond, Other, PartAfter, Quarter, Second, To, Week,
    Weekday as On, Weekend, Workday, Year,
};

/// English.
pub(super) const TONGUE: Tongue = Tongue {
    language: Language::English,
    words: &[
        (&[Filler], "the | a | an | on | in | of | once | it is"),
        (&[Every], "every | each | every single | once a | once every | any"),
        (&[Other], "other"),
        (&[Every, Day], "daily | everyday"),
        (&[Every, Week], "weekly"),
        (&[Every, Month], "monthly"),
        (&[Every, Quarter], "quarterly"),
        (&[Every, Year], "yearly | annually"),
        (&[Every, Hour], "hourly"),
        (&[Day], "day | days"),
        (&[Week], "week | weeks | week's"),
        (&[Month], "month | months | month's"),
        (&[Quarter], "quarter | quarters | quarter's"),
        (&[Year], "year | years | year's"),
        (&[Hour], "hour | hours | hr | hrs"),
        (&[Minute], "minute | minutes | min | mins"),
        (&[Second], "seconds | sec | secs"),
        (&[HourMarkOrHour], "h"),
        (&[HourMark], "o'clock | oclock | hs"),
        (&[Half], "half"),
        (
            &[Workday],
            "workday | workdays | work day | work days | working day | working days | business day | business days",
        ),
        (
            &[MakeUp],
            "make-up workday | make-up workdays | makeup workday | makeup workdays | make up workday | make up workdays | make-up working day | make-up working days | make-up day | make-up days",
        ),
        (
            &[DayOff],
            "day off | days off | off day | off days | non-workday | non-workdays | non-working day | non-working days | rest day | rest days",
        ),
        (
            &[Holiday],
            "holiday | holidays | public holiday | public holidays | holiday break | holiday breaks | national holiday | national holidays",
        ),
        (&[MondayToFriday], "weekday | weekdays | week day | week days"),
        (&[Weekend], "weekend | weekends"),
        (&[On(Weekday::Monday)], "monday | mondays | mon"),
        (&[On(Weekday::Tuesday)], "tuesday | tuesdays | tue | tues"),
        (&[On(Weekday::Wednesday)], "wednesday | wednesdays | wed | weds"),
        (&[On(Weekday::Thursday)], "thursday | thursdays | thu | thur | thurs"),
        (&[On(Weekday::Friday)], "friday | fridays | fri"),
        (&[On(Weekday::Saturday)], "saturday | saturdays | sat"),
        (&[On(Weekday::Sunday)], "sunday | sundays | sun"),
        (&[MonthName(1)], "january | jan"),
        (&[MonthName(2)], "february | feb"),
        (&[MonthName(3)], "march | mar"),
        (&[MonthName(4)], "april | apr"),
        (&[MonthName(5)], "may"),
        (&[MonthName(6)], "june | jun"),
        (&[MonthName(7)], "july | jul"),
        (&[MonthName(8)], "august | aug"),
        (&[MonthName(9)], "september | sep | sept"),
        (&[MonthName(10)], "october | oct"),
        (&[MonthName(11)], "november | nov"),
        (&[MonthName(12)], "december | dec"),
        (&[Last], "last | to last | from the end"),
        (&[Ordinal(2), Last], "last but one | penultimate"),
        (&[End], "end"),
        (&[OrdinalMark], "st | nd | rd | th"),
        (&[OrdinalOrSecond], "second"),
        (&[Ordinal(1)], "first"),
        (&[Ordinal(3)], "third"),
        (&[Ordinal(4)], "fourth"),
        (&[Ordinal(5)], "fifth"),
        (&[Ordinal(6)], "sixth"),
        (&[Ordinal(7)], "seventh"),
        (&[Ordinal(8)], "eighth"),
        (&[Ordinal(9)], "ninth"),
        (&[Ordinal(10)], "tenth"),
        (&[Number(1)], "one"),
        (&[Number(2)], "two"),
        (&[Number(3)], "three"),
        (&[Number(4)], "four"),
        (&[Number(5)], "five"),
        (&[Number(6)], "six"),
        (&[Number(7)], "seven"),
        (&[Number(8)], "eight"),
        (&[Number(9)], "nine"),
        (&[Number(10)], "ten"),
        (&[Number(11)], "eleven"),
        (&[Number(12)], "twelve"),
        (&[Number(15)], "fifteen"),
        (&[Number(20)], "twenty"),
        (&[Number(30)], "thirty"),
        (&[Before], "before | right before | ahead of | prior to"),
        (&[After], "after | right after | following"),
        (&[And], "and"),
        (&[Comma], "as well as"),
        (&[To], "to | till | until | through | thru"),
        (&[Between], "between"),
        (&[From], "from | starting at | starting from"),
        (&[At], "at"),
        (&[PartAfter(DayPart::Am)], "am | a.m. | a.m"),
        (&[PartAfter(DayPart::Pm)], "pm | p.m. | p.m"),
        (&[PartAfter(DayPart::Morning)], "in the morning"),
        (&[PartAfter(DayPart::Noon)], "noon | midday"),
        (&[PartAfter(DayPart::Afternoon)], "in the afternoon"),
        (&[PartAfter(DayPart::Evening)], "in the evening"),
        (&[PartAfter(DayPart::Night)], "at night"),
        (&[PartAfter(DayPart::Midnight)], "midnight"),
    ],
    changes: &[
        ("on change of ", ""),
        ("on changes of ", ""),
        ("on change in ", ""),
        ("on changes in ", ""),
        ("when ", " changes"),
        ("whenever ", " changes"),
    ],
    minutes_after_and: false,
    speech: SPEECH,
};

const SPEECH: Speech = Speech {
    every_day: "every day",
    workdays: "every workday",
    monday_to_friday: "every weekday",
    days_off: "every day off",
    make_up: "every make-up workday",
    weekdays: ["every {weekdays}"; 2],
    n_weeks: ["every {n} weeks on {weekdays}"; 2],
    month_days: "the {days} of every month",
    month_day_prefix: ["", ""],
    month_day,
    nth_weekday: "the {nth} {weekday} of every month",
    nth_workday: "the {nth} workday of every {period}",
    before_holiday: "the {nth} workday before {holiday}",
    after_holiday: "the {nth} workday after {holiday}",
    holiday: "every holiday",
    n_workdays: "every {n} workdays",
    yearly: "every {month} {day}",
    date: "{iso}",
    count: |n| n.to_string(),
    nth,
    weekday_names: WEEKDAYS,
    further_weekdays: WEEKDAYS,
    is_masculine: |_| false,
    to: Some(" to "),
    months: [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
    periods: ["week", "month", "quarter", "year"],
    comma: ", ",
    and: " and ",
    time,
    at: |_| " at ",
    grid: "{step}{span}{days}",
    span: " between {from} and {to}",
    end_of_day: "24:00",
    on_days: " on {days}",
    on_workdays: " on workdays",
    steps: [
        ["every hour", "every {n} hours"],
        ["every minute", "every {n} minutes"],
        ["every 1 second", "every {n} seconds"],
    ],
    cron_times: " at minutes {minutes} of hours {hours}",
    on_change: "on change of {folder}",
};

const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn time(time: Time) -> String {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let seconds = if second == 0 { String::new() } else { format!(":{second:02}") };
    format!("{hour:02}:{minute:02}{seconds}")
}

fn month_day(day: MonthDay) -> String {
    match day {
        MonthDay::Day(n) => ordinal(n.unsigned_abs().into()),
        MonthDay::FromEnd(n) => format!("{} day", nth(i16::from(n).saturating_neg(), false)),
    }
}

fn nth(nth: i16, _masculine: bool) -> String {
    match nth {
        1 => "first".into(),
        -1 => "last".into(),
        n if n < 0 => format!("{} last", ordinal(n.unsigned_abs())),
        n => ordinal(n.unsigned_abs()),
    }
}

fn ordinal(n: u16) -> String {
    let mark = match (n % 100, n % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{n}{mark}")
}
