//! From what a rule found to days, or to the reason why not and what to write instead.

use jiff::civil::{Date, Weekday};

use crate::model::recurrence::{Days, MonthDay, Period, WeekdaySet};

use super::rules::Found;

/// Days that were understood and cannot be: `{}` in the message stands for the typed words.
#[derive(Debug)]
pub(super) struct Refusal {
    pub message: String,
    /// Days that may have been meant.
    pub instead: Vec<Days>,
    /// What to do when no days can be offered.
    pub advice: Option<&'static str>,
}

type Built = Result<Days, Refusal>;

fn refuse(message: impl Into<String>, instead: Vec<Days>) -> Built {
    Err(Refusal { message: message.into(), instead, advice: None })
}

fn advise(message: impl Into<String>, advice: &'static str) -> Built {
    Err(Refusal { message: message.into(), instead: Vec::new(), advice: Some(advice) })
}

/// The largest n of `every n weeks` and `every n workdays`.
const LARGEST_N: u32 = 999;

/// How many workdays before or after a break are counted.
const LARGEST_NTH_AT_HOLIDAY: i64 = 99;

pub(super) fn weekend() -> WeekdaySet {
    WeekdaySet::EMPTY.with(Weekday::Saturday).with(Weekday::Sunday)
}

fn every_n(n: u32, unit: &str, one: Days, many: impl Fn(u16) -> Days) -> Built {
    match u16::try_from(n) {
        Ok(0) => refuse(format!("every 0 {unit} is never"), vec![one]),
        Ok(1) => Ok(one),
        Ok(n) if u32::from(n) <= LARGEST_N => Ok(many(n)),
        _ => advise(format!("every {n} {unit} is too far apart"), "999 is the most"),
    }
}

pub(super) fn every_n_weeks(found: &Found) -> Built {
    let weekdays = found.weekdays;
    every_n(found.number, "weeks", Days::Weekdays(weekdays), |n| Days::EveryNWeeks { n, weekdays })
}

pub(super) fn every_n_workdays(found: &Found) -> Built {
    every_n(found.number, "workdays", Days::Workdays, |n| Days::EveryNWorkdays { n })
}

/// 每隔两周: every second week, or with two weeks in between.
pub(super) fn gap_of_weeks(found: &Found) -> Built {
    let next = Found { number: found.number.saturating_add(1), ..found.clone() };
    let instead = [every_n_weeks(found), every_n_weeks(&next)];
    refuse("`{}` can be counted in two ways", instead.into_iter().flatten().collect())
}

/// 每隔两个工作日
pub(super) fn gap_of_workdays(found: &Found) -> Built {
    let next = Found { number: found.number.saturating_add(1), ..found.clone() };
    let instead = [every_n_workdays(found), every_n_workdays(&next)];
    refuse("`{}` can be counted in two ways", instead.into_iter().flatten().collect())
}

/// `every 2nd friday`: of the month, or every two weeks.
pub(super) fn nth_or_every_n_weeks(found: &Found) -> Built {
    let nth = if found.nth == 0 { i64::from(found.number) } else { found.nth };
    let weeks = u32::try_from(nth).ok().filter(|n| *n > 1);
    let weeks = weeks.and_then(|number| every_n_weeks(&Found { number, ..found.clone() }).ok());
    let of_month = nth_weekday(&Found { nth, ..found.clone() }).ok();
    let message = if weeks.is_some() { "`{}` has two readings" } else { "`{}` of which period?" };
    refuse(message, of_month.into_iter().chain(weeks).collect())
}

pub(super) fn every_n_days(_: &Found) -> Built {
    refuse(
        "`{}`: steps of days have no fixed start",
        vec![Days::EveryNWorkdays { n: 2 }, Days::Weekdays(monday())],
    )
}

pub(super) fn every_n_months(_: &Found) -> Built {
    refuse(
        "`{}`: steps of months have no fixed start",
        vec![
            Days::MonthDays(vec![MonthDay::Day(1)]),
            Days::NthWorkday { nth: 1, period: Period::Quarter },
        ],
    )
}

fn monday() -> WeekdaySet {
    WeekdaySet::EMPTY.with(Weekday::Monday)
}

/// A day of the month, from the start 1 to 31, from the end -1 to -31.
fn month_day(day: i64) -> Result<MonthDay, Refusal> {
    let short = i8::try_from(day.abs()).ok().filter(|day| (1..=31).contains(day));
    match short {
        Some(short) if day > 0 => Ok(MonthDay::Day(short)),
        Some(short) => Ok(MonthDay::FromEnd(short)),
        None => Err(Refusal {
            message: format!("no month has a day {}", day.abs()),
            instead: vec![Days::MonthDays(vec![MonthDay::FromEnd(1)])],
            advice: None,
        }),
    }
}

pub(super) fn month_days(found: &Found) -> Built {
    let mut days =
        found.month_days.iter().copied().map(month_day).collect::<Result<Vec<_>, _>>()?;
    days.sort_unstable();
    days.dedup();
    Ok(Days::MonthDays(days))
}

pub(super) fn last_day() -> Built {
    Ok(Days::MonthDays(vec![MonthDay::FromEnd(1)]))
}

pub(super) fn day_without_month(found: &Found) -> Built {
    days_without_month(&Found { month_days: vec![found.nth], ..found.clone() })
}

pub(super) fn days_without_month(found: &Found) -> Built {
    let days = month_days(found)?;
    refuse("`{}` of which month?", vec![days])
}

pub(super) fn nth_weekday(found: &Found) -> Built {
    let mut weekdays = found.weekdays.iter();
    let (Some(weekday), None) = (weekdays.next(), weekdays.next()) else {
        return advise("`{}` counts several weekdays at once", "write one phrase for each weekday");
    };
    match i8::try_from(found.nth) {
        Ok(nth) if (1..=5).contains(&nth.saturating_abs()) => Ok(Days::NthWeekday { nth, weekday }),
        _ => refuse(
            format!("no month has a weekday {} times", found.nth.abs()),
            vec![Days::NthWeekday { nth: -1, weekday }],
        ),
    }
}

pub(super) fn nth_workday(found: &Found) -> Built {
    let period = found.period;
    let (most, name) = match period {
        Period::Week => (7, "week"),
        Period::Month => (31, "month"),
        Period::Quarter => (92, "quarter"),
        Period::Year => (366, "year"),
    };
    match i16::try_from(found.nth) {
        Ok(nth) if (1..=most).contains(&nth.saturating_abs()) => {
            Ok(Days::NthWorkday { nth, period })
        }
        _ => refuse(
            format!("no {name} has a workday number {}", found.nth.abs()),
            vec![Days::NthWorkday { nth: -1, period }],
        ),
    }
}

/// 月底最后一个工作日; 月底第一个工作日 says from which end to count and does not mean it.
pub(super) fn workday_at_end(found: &Found) -> Built {
    if found.nth < 0 {
        return nth_workday(found);
    }
    let nth = found.nth.saturating_neg();
    let instead = [nth_workday(&Found { nth, ..found.clone() }), nth_workday(found)];
    refuse("`{}` counts from the end or from the start", instead.into_iter().flatten().collect())
}

pub(super) fn workday_without_period(found: &Found) -> Built {
    let in_period = |period| nth_workday(&Found { period, ..found.clone() });
    let instead = [in_period(Period::Month), in_period(Period::Week)];
    refuse("`{}` of which period?", instead.into_iter().flatten().collect())
}

/// How many workdays from the break, when that can be counted.
fn distance(nth: i64) -> Result<u8, Refusal> {
    let counted =
        u8::try_from(nth.abs()).ok().filter(|_| (1..=LARGEST_NTH_AT_HOLIDAY).contains(&nth.abs()));
    counted.ok_or_else(|| Refusal {
        message: format!("workday number {} from a holiday is not counted", nth.abs()),
        instead: Vec::new(),
        advice: Some("1 to 99 are"),
    })
}

/// The first and the last workday before a break are one: the nearest.
pub(super) fn before_holiday(found: &Found) -> Built {
    Ok(Days::BeforeHoliday { nth: distance(found.nth)?, holiday: found.holiday.clone() })
}

pub(super) fn number_before_holiday(found: &Found) -> Built {
    before_holiday(&Found { nth: -i64::from(found.number), ..found.clone() })
}

/// 节假日前一个工作日; with a larger number it may be each of them or the first of them.
pub(super) fn one_before_holiday(found: &Found) -> Built {
    let number = found.number;
    let days = number_before_holiday(found)?;
    if number == 1 { Ok(days) } else { refuse("`{}` may be one day or several", vec![days]) }
}

pub(super) fn after_holiday(found: &Found) -> Built {
    if found.nth < 0 {
        let instead =
            Days::AfterHoliday { nth: distance(found.nth)?, holiday: found.holiday.clone() };
        return refuse("after a holiday, workdays are counted forwards", vec![instead]);
    }
    Ok(Days::AfterHoliday { nth: distance(found.nth)?, holiday: found.holiday.clone() })
}

pub(super) fn number_after_holiday(found: &Found) -> Built {
    after_holiday(&Found { nth: i64::from(found.number), ..found.clone() })
}

/// 节后一个工作日
pub(super) fn one_after_holiday(found: &Found) -> Built {
    let number = found.number;
    let days = number_after_holiday(found)?;
    if number == 1 { Ok(days) } else { refuse("`{}` may be one day or several", vec![days]) }
}

pub(super) fn day_before_holiday(found: &Found) -> Built {
    let days = Days::BeforeHoliday { nth: 1, holiday: found.holiday.clone() };
    refuse("`{}` may be a day off", vec![days])
}

pub(super) fn day_after_holiday(found: &Found) -> Built {
    let days = Days::AfterHoliday { nth: 1, holiday: found.holiday.clone() };
    refuse("`{}` may be a day off", vec![days])
}

pub(super) fn on_holidays(_: &Found) -> Built {
    refuse(
        "`{}`: holidays are counted from, not named as days",
        vec![Days::DaysOff, Days::BeforeHoliday { nth: 1, holiday: None }],
    )
}

/// A month and a day that meet in some year.
fn month_and_day((month, day): (u32, u32)) -> Result<(i8, i8), Refusal> {
    const LEAP_YEAR: i16 = 2024;
    let impossible = || Refusal {
        message: if (1..=12).contains(&month) {
            format!("month {month} has no day {day}")
        } else {
            format!("there is no month {month}")
        },
        instead: Vec::new(),
        advice: Some("months run from 1 to 12, days from 1 to the month's last"),
    };
    let short = i8::try_from(month).ok().zip(i8::try_from(day).ok());
    let exists = |(month, day): &(i8, i8)| Date::new(LEAP_YEAR, *month, *day).is_ok();
    short.filter(exists).ok_or_else(impossible)
}

pub(super) fn yearly(found: &Found) -> Built {
    let (month, day) = month_and_day(found.month_date)?;
    Ok(Days::Yearly { month, day })
}

pub(super) fn date_without_year(found: &Found) -> Built {
    let days = yearly(found)?;
    refuse("`{}` of which year?", vec![days])
}

pub(super) fn once(found: &Found) -> Built {
    match found.date {
        Ok(date) => Ok(Days::Date(date)),
        Err(month_date) => {
            month_and_day(month_date)?;
            advise("there is no day `{}`", "29 February comes in leap years only")
        }
    }
}

pub(super) fn week_without_day(found: &Found) -> Built {
    let found = Found { weekdays: monday(), ..found.clone() };
    let instead =
        if found.number > 1 { every_n_weeks(&found) } else { Ok(Days::Weekdays(found.weekdays)) };
    refuse("`{}` on which weekday?", instead.into_iter().collect())
}

pub(super) fn month_without_day(_: &Found) -> Built {
    refuse(
        "`{}` on which day?",
        vec![
            Days::MonthDays(vec![MonthDay::Day(1)]),
            Days::NthWorkday { nth: 1, period: Period::Month },
        ],
    )
}

pub(super) fn quarter_without_day(_: &Found) -> Built {
    refuse("`{}` on which day?", vec![Days::NthWorkday { nth: 1, period: Period::Quarter }])
}

pub(super) fn year_without_day(_: &Found) -> Built {
    refuse(
        "`{}` on which day?",
        vec![Days::Yearly { month: 1, day: 1 }, Days::NthWorkday { nth: 1, period: Period::Year }],
    )
}

pub(super) fn every_what(_: &Found) -> Built {
    refuse("`{}` what?", vec![Days::Every, Days::Workdays])
}

/// 年底, `end of the quarter`: the last day may be a day off.
pub(super) fn end_of_period(found: &Found) -> Built {
    let year_end = (found.period == Period::Year).then_some(Days::Yearly { month: 12, day: 31 });
    let workday = Days::NthWorkday { nth: -1, period: found.period };
    refuse("`{}` on which day?", year_end.into_iter().chain([workday]).collect())
}

/// Indonesian `setiap minggu`.
pub(super) fn week_or_sunday(_: &Found) -> Built {
    let sunday = Days::Weekdays(WeekdaySet::EMPTY.with(Weekday::Sunday));
    refuse("`{}` may be a week or a Sunday", vec![sunday, Days::Weekdays(monday())])
}

/// Indonesian `minggu terakhir setiap bulan`.
pub(super) fn nth_week_or_sunday(found: &Found) -> Built {
    let weekdays = WeekdaySet::EMPTY.with(Weekday::Sunday);
    let sunday = nth_weekday(&Found { weekdays, ..found.clone() });
    refuse("`{}` may be a week or a Sunday", sunday.into_iter().collect())
}
