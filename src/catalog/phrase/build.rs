//! From what a rule found to days, or to the reason why not and what to write instead.

use crate::model::text::{Text, Words, text, words};
use jiff::civil::{Date, Weekday};

use crate::model::recurrence::{Days, MonthDay, MonthSet, Period, WeekdaySet, YearDay};

use super::dates::MonthDate;
use super::orders::Found;
use super::slots::{Counted, EVERY_MONTH, Scope};

/// Days that were understood and cannot be: `{}` in the message stands for the typed words.
#[derive(Debug)]
pub(super) struct Refusal {
    pub message: Text,
    /// Days that may have been meant.
    pub instead: Vec<Days>,
    /// What to do when no days can be offered.
    pub advice: Option<Words>,
}

pub(super) type Built = Result<Days, Refusal>;

pub(super) fn refuse(message: impl Into<Text>, instead: Vec<Days>) -> Built {
    Err(refusal(message, instead))
}

fn refusal(message: impl Into<Text>, instead: Vec<Days>) -> Refusal {
    Refusal { message: message.into(), instead, advice: None }
}

pub(super) fn advise(message: impl Into<Text>, advice: Words) -> Built {
    Err(advised(message, advice))
}

fn advised(message: impl Into<Text>, advice: Words) -> Refusal {
    Refusal { advice: Some(advice), ..refusal(message, Vec::new()) }
}

/// The largest n of `every n weeks` and `every n workdays`.
const LARGEST_N: u32 = 999;

/// How many workdays before or after a break are counted.
const LARGEST_NTH_AT_HOLIDAY: i64 = 99;

const A_WEEK: Words = words!("`{typed}`: a week has each weekday once");
const A_LIST: Words = words!("write a list of phrases, one for each");

fn every_n(n: u32, unit: Words, one: Days, many: impl Fn(u16) -> Days) -> Built {
    match u16::try_from(n) {
        Ok(0) => refuse(text!("every 0 {unit} is never", unit = unit), vec![one]),
        Ok(1) => Ok(one),
        Ok(n) if u32::from(n) <= LARGEST_N => Ok(many(n)),
        _ => advise(
            text!("every {n} {unit} is too far apart", n = n, unit = unit),
            words!("999 is the most"),
        ),
    }
}

pub(super) fn every_n_weeks(found: &Found) -> Built {
    let weekdays = found.weekdays;
    every_n(found.number, words!("weeks"), Days::Weekdays(weekdays), |n| Days::EveryNWeeks {
        n,
        weekdays,
    })
}

/// 每两个周五; but `every 2 weekdays` counts days, not weeks.
pub(super) fn every_n_of_weekdays(found: &Found) -> Built {
    let weeks = every_n_weeks(found)?;
    if found.weekdays == WeekdaySet::MONDAY_TO_FRIDAY && found.number > 1 {
        let instead = every_n_workdays(found)?;
        return refuse(words!("`{typed}` has two readings"), vec![instead, weeks]);
    }
    Ok(weeks)
}

pub(super) fn every_n_workdays(found: &Found) -> Built {
    every_n(found.number, words!("workdays"), Days::Workdays, |n| Days::EveryNWorkdays { n })
}

/// `every 3rd workday`; `todo quinto dia útil` is the fifth of each month as well.
pub(super) fn every_nth_workday(found: &Found) -> Built {
    let days = every_n_workdays(found)?;
    if !found.every_nth_of_month {
        return Ok(days);
    }
    let of_month = workdays_of(EVERY_MONTH, &[found.nth]);
    refuse(words!("`{typed}` has two readings"), of_month.into_iter().chain([days]).collect())
}

pub(super) fn weekdays_except(found: &Found) -> Built {
    let all = if found.weekdays.is_empty() { WeekdaySet::ALL } else { found.weekdays };
    match all.iter().filter(|day| !found.others.contains(*day)).collect() {
        WeekdaySet::EMPTY => refuse(words!("`{typed}` leaves no day"), vec![Days::Weekdays(all)]),
        rest => Ok(Days::Weekdays(rest)),
    }
}

/// A day of the month, from the start 1 to 31, from the end -1 to -31.
fn month_day(day: i64) -> Result<MonthDay, Refusal> {
    let short = i8::try_from(day.abs()).ok().filter(|day| (1..=31).contains(day));
    match short {
        Some(short) if day > 0 => Ok(MonthDay::Day(short)),
        Some(short) => Ok(MonthDay::FromEnd(short)),
        None => {
            let instead =
                Days::MonthDays { days: vec![MonthDay::FromEnd(1)], months: MonthSet::ALL };
            Err(refusal(text!("no month has a day {day}", day = day.abs()), vec![instead]))
        }
    }
}

/// Days of the month, of a quarter, of a year, or of certain months.
pub(super) fn month_days(found: &Found) -> Built {
    let mut days =
        found.month_days.iter().copied().map(month_day).collect::<Result<Vec<_>, _>>()?;
    days.sort_unstable();
    days.dedup();
    let months = match found.scope.period {
        Period::Month => found.scope.months,
        Period::Week => return day_of_week(),
        Period::Quarter | Period::Year => edge_months(found.scope.period, &found.month_days, 28)
            .ok_or_else(|| {
                let advice = words!("write the months by name, such as the 1st of every april");
                advised(words!("`{typed}` is not counted"), advice)
            })?,
    };
    let days = match (days.as_slice(), months.iter().collect::<Vec<_>>().as_slice()) {
        // One date of the year is simply that; only the end of February moves.
        ([MonthDay::Day(day)], [month]) => {
            let day = year_day((u32::from(month.unsigned_abs()), u32::from(day.unsigned_abs())))?;
            Days::Yearly(vec![day])
        }
        ([MonthDay::FromEnd(n)], [month]) if *month != 2 && *n <= longest_month(*month) => {
            Days::Yearly(vec![YearDay { month: *month, day: longest_month(*month) - n + 1 }])
        }
        _ => exists(Days::MonthDays { days, months })?,
    };
    let named = found.scope.period == Period::Month && months != MonthSet::ALL;
    of_year(named, found, days)
}

/// Days of which some month has one.
fn exists(days: Days) -> Built {
    let Days::MonthDays { days: list, months } = &days else { return Ok(days) };
    let longest = months.iter().map(longest_month).max().unwrap_or(31);
    let missing = list.iter().map(|day| match day {
        MonthDay::Day(n) | MonthDay::FromEnd(n) => *n,
    });
    match missing.max().filter(|day| *day > longest) {
        Some(day) => advise(
            Text::from(words!("`{typed}`: there is no day {day} in it")).filled("day", day),
            words!("months run from 1 to 12, days from 1 to the month's last"),
        ),
        None => Ok(days),
    }
}

fn longest_month(month: i8) -> i8 {
    const LEAP_YEAR: i16 = 2024;
    Date::new(LEAP_YEAR, month, 1).map_or(31, Date::days_in_month)
}

/// What happens in certain months happens every year, if that is said.
fn of_year(named: bool, found: &Found, days: Days) -> Built {
    if named && !found.every {
        refuse(words!("`{typed}` of which year?"), vec![days])
    } else {
        Ok(days)
    }
}

/// The months in which the days, or the weekdays, of a quarter or a year lie that are counted from
/// one of its ends; none when they lie further in, or at both ends.
fn edge_months(period: Period, nths: &[i64], most: i64) -> Option<MonthSet> {
    let near = nths.iter().all(|nth| (1..=most).contains(&nth.abs()));
    let first = nths.iter().all(|nth| *nth > 0);
    let last = nths.iter().all(|nth| *nth < 0);
    let months: &[i8] = match period {
        _ if !near => return None,
        Period::Quarter if first => &[1, 4, 7, 10],
        Period::Quarter if last => &[3, 6, 9, 12],
        Period::Year if first => &[1],
        Period::Year if last => &[12],
        _ => return None,
    };
    Some(months.iter().copied().collect())
}

/// The first day of the week is a Sunday to some.
fn day_of_week() -> Built {
    let on = |day| Days::Weekdays(WeekdaySet::EMPTY.with(day));
    let instead = vec![on(Weekday::Monday), on(Weekday::Sunday)];
    refuse(words!("`{typed}` is not the same day to everyone"), instead)
}

pub(super) fn last_day() -> Days {
    Days::MonthDays { days: vec![MonthDay::FromEnd(1)], months: MonthSet::ALL }
}

pub(super) fn nth_weekday(found: &Found) -> Built {
    let (scope, counted) = (found.scope, &found.counted);
    let months = match scope.period {
        Period::Month => scope.months,
        Period::Week => {
            return advise(A_WEEK, words!("name the weekday"));
        }
        Period::Quarter | Period::Year => match edge_months(scope.period, &counted.nths, 4) {
            Some(months) => months,
            None => {
                return advise(
                    words!("`{typed}` is not counted"),
                    words!("write the months by name, one phrase for each"),
                );
            }
        },
    };
    let days = weekdays_of(months, counted)?;
    if counted.uneven {
        return advise(words!("`{typed}` counts different weekdays differently"), A_LIST);
    }
    if counted.weekdays == WeekdaySet::MONDAY_TO_FRIDAY {
        let instead = workdays_of(scope, &counted.nths).into_iter().collect();
        return refuse(words!("`{typed}` counts several weekdays at once"), instead);
    }
    if counted.unclear {
        return refuse(words!("`{typed}` may be counted in two ways"), vec![days]);
    }
    of_year(scope.period == Period::Month && months != MonthSet::ALL, found, days)
}

fn weekdays_of(months: MonthSet, counted: &Counted) -> Built {
    let Counted { nths, weekdays, .. } = counted;
    let mut short = Vec::new();
    for nth in nths {
        match i8::try_from(*nth) {
            Ok(nth) if (1..=5).contains(&nth.saturating_abs()) => short.push(nth),
            _ => {
                let last = Days::NthWeekday { nths: vec![-1], weekdays: *weekdays, months };
                return refuse(
                    text!("no month has a weekday {n} times", n = nth.abs()),
                    vec![last],
                );
            }
        }
    }
    sort_from_start(&mut short);
    Ok(Days::NthWeekday { nths: short, weekdays: *weekdays, months })
}

/// First those from the start, then those from the end, the last one last; each once.
fn sort_from_start<N: Ord + Copy + Default>(nths: &mut Vec<N>) {
    nths.sort_unstable_by_key(|nth| (*nth < N::default(), *nth));
    nths.dedup();
}

pub(super) fn nth_workday(found: &Found) -> Built {
    let days = workdays_of(found.scope, &found.nths)?;
    of_year(found.scope.months != MonthSet::ALL, found, days)
}

pub(super) fn workdays_of(Scope { period, months }: Scope, nths: &[i64]) -> Built {
    let (most, name) = match period {
        Period::Week => (7, words!("week")),
        Period::Month => (31, words!("month")),
        Period::Quarter => (92, words!("quarter")),
        Period::Year => (366, words!("year")),
    };
    let mut short = Vec::new();
    for nth in nths {
        match i16::try_from(*nth) {
            Ok(nth) if (1..=most).contains(&nth.saturating_abs()) => short.push(nth),
            _ => {
                let last = Days::NthWorkday { nths: vec![-1], period, months };
                let message =
                    text!("no {period} has a workday number {n}", period = name, n = nth.abs());
                return refuse(message, vec![last]);
            }
        }
    }
    sort_from_start(&mut short);
    Ok(Days::NthWorkday { nths: short, period, months })
}

/// 月底最后一个工作日; 月底第一个工作日 says from which end to count and does not mean it.
pub(super) fn workday_at_end(found: &Found) -> Built {
    if found.nths.iter().all(|nth| *nth < 0) {
        return nth_workday(found);
    }
    let from_end: Vec<i64> = found.nths.iter().map(|nth| -nth.abs()).collect();
    let instead = [workdays_of(found.scope, &from_end), workdays_of(found.scope, &found.nths)];
    refuse(
        words!("`{typed}` counts from the end or from the start"),
        instead.into_iter().flatten().collect(),
    )
}

/// How many workdays from the break, when that can be counted.
fn distances(nths: &[i64]) -> Result<Vec<u8>, Refusal> {
    let distance = |nth: &i64| {
        let counted = u8::try_from(nth.abs()).ok();
        counted.filter(|_| (1..=LARGEST_NTH_AT_HOLIDAY).contains(&nth.abs())).ok_or_else(|| {
            let message = text!("workday number {n} from a holiday is not counted", n = nth.abs());
            advised(message, words!("1 to 99 are"))
        })
    };
    let mut list = nths.iter().map(distance).collect::<Result<Vec<_>, _>>()?;
    list.sort_unstable();
    list.dedup();
    Ok(list)
}

/// The first and the last workday before a break are one: the nearest.
pub(super) fn before_holiday(found: &Found) -> Built {
    Ok(Days::BeforeHoliday { nths: distances(&found.nths)?, holiday: found.holiday.clone() })
}

pub(super) fn number_before_holiday(found: &Found) -> Built {
    before_holiday(&Found { nths: vec![-i64::from(found.number)], ..found.clone() })
}

/// 节假日前一个工作日; with a larger number it may be each of them or the first of them.
pub(super) fn one_before_holiday(found: &Found) -> Built {
    one_or_several(found, before_holiday)
}

pub(super) fn after_holiday(found: &Found) -> Built {
    let days = Days::AfterHoliday { nths: distances(&found.nths)?, holiday: found.holiday.clone() };
    match found.nths.iter().any(|nth| *nth < 0) {
        true => refuse(words!("after a holiday, workdays are counted forwards"), vec![days]),
        false => Ok(days),
    }
}

pub(super) fn number_after_holiday(found: &Found) -> Built {
    after_holiday(&Found { nths: vec![i64::from(found.number)], ..found.clone() })
}

/// 节后一个工作日
pub(super) fn one_after_holiday(found: &Found) -> Built {
    one_or_several(found, after_holiday)
}

fn one_or_several(found: &Found, build: fn(&Found) -> Built) -> Built {
    let number = i64::from(found.number);
    let with = |nths| build(&Found { nths, ..found.clone() });
    let days = with(vec![number])?;
    if number == 1 {
        return Ok(days);
    }
    refuse(words!("`{typed}` may be one day or several"), vec![days, with((1..=number).collect())?])
}

/// A month and a day that meet in some year.
pub(super) fn year_day((month, day): MonthDate) -> Result<YearDay, Refusal> {
    let short = i8::try_from(month).ok().zip(i8::try_from(day).ok());
    let exists = |(month, day): &(i8, i8)| {
        (1..=12).contains(month) && (1..=longest_month(*month)).contains(day)
    };
    match short.filter(exists) {
        Some((month, day)) => Ok(YearDay { month, day }),
        None => Err(advised(
            match (1..=12).contains(&month) {
                true => text!("month {month} has no day {day}", month = month, day = day),
                false => text!("there is no month {month}", month = month),
            },
            words!("months run from 1 to 12, days from 1 to the month's last"),
        )),
    }
}

pub(super) fn yearly(found: &Found) -> Built {
    let mut days =
        found.month_dates.iter().copied().map(year_day).collect::<Result<Vec<_>, _>>()?;
    days.sort_unstable();
    days.dedup();
    of_year(true, found, Days::Yearly(days))
}

pub(super) fn once(found: &Found) -> Built {
    let mut dates = Vec::new();
    for date in &found.dates {
        match date {
            Ok(date) => dates.push(*date),
            Err(month_date) => {
                year_day(*month_date)?;
                return advise(
                    words!("there is no day `{typed}`"),
                    words!("29 February comes in leap years only"),
                );
            }
        }
    }
    dates.sort_unstable();
    dates.dedup();
    Ok(Days::Dates(dates))
}
