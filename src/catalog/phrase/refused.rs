//! What people also write and what cannot be taken as it stands: each with what may have been
//! meant.

use crate::model::text::{Words, words};
use jiff::civil::Weekday;

use crate::model::recurrence::{Days, Period, WeekdaySet, YearDay};

use super::build::{
    self, Built, Refusal, advise, every_n_weeks, every_n_workdays, nth_weekday, refuse, workdays_of,
};
use super::orders::Found;
use super::slots::{Counted, EVERY_MONTH, Scope};

fn monday() -> WeekdaySet {
    WeekdaySet::EMPTY.with(Weekday::Monday)
}

fn days_of_month(days: &[i64]) -> Option<Days> {
    let found = Found { month_days: days.to_vec(), ..Found::new(true, false, None) };
    build::month_days(&found).ok()
}

fn workday(nth: i64, period: Period) -> Option<Days> {
    workdays_of(Scope { period, ..EVERY_MONTH }, &[nth]).ok()
}

/// Refuses with those of the offers that there are.
fn offer(message: Words, instead: impl IntoIterator<Item = Option<Days>>) -> Built {
    refuse(message, instead.into_iter().flatten().collect())
}

/// 每隔两周: every second week, or with two weeks in between.
pub(super) fn gap_of_weeks(found: &Found) -> Built {
    let next = Found { number: found.number.saturating_add(1), ..found.clone() };
    offer(
        words!("`{typed}` can be counted in two ways"),
        [every_n_weeks(found).ok(), every_n_weeks(&next).ok()],
    )
}

/// 每隔两个工作日
pub(super) fn gap_of_workdays(found: &Found) -> Built {
    let next = Found { number: found.number.saturating_add(1), ..found.clone() };
    let instead = [every_n_workdays(found).ok(), every_n_workdays(&next).ok()];
    offer(words!("`{typed}` can be counted in two ways"), instead)
}

/// `biweekly`: twice a week to some.
pub(super) fn biweekly(found: &Found) -> Built {
    let fortnight = Found { number: 2, ..found.clone() };
    let instead = [every_n_weeks(&fortnight).ok(), Some(Days::Weekdays(found.weekdays))];
    offer(words!("`{typed}` may be every two weeks or twice a week"), instead)
}

/// `every 2nd friday`: of the month, or every two weeks.
pub(super) fn nth_or_every_n_weeks(found: &Found) -> Built {
    let Counted { nths, weekdays, .. } = &found.counted;
    let of_month = nth_weekday(&Found { scope: EVERY_MONTH, ..found.clone() }).ok();
    let weeks = match nths.as_slice() {
        [nth] if *nth > 1 => u32::try_from(*nth).ok(),
        _ => None,
    };
    let weeks = weeks.and_then(|number| {
        every_n_weeks(&Found { number, weekdays: *weekdays, ..found.clone() }).ok()
    });
    let message = match weeks.is_some() {
        true => words!("`{typed}` has two readings"),
        false => words!("`{typed}` of which period?"),
    };
    offer(message, [of_month, weeks])
}

/// 第二周周二: the second Tuesday is not always in the second week.
pub(super) fn weekday_of_nth_week(found: &Found) -> Built {
    let counted = Counted { nths: vec![found.nth], weekdays: found.weekdays, ..Counted::default() };
    let found = Found { counted, scope: EVERY_MONTH, ..found.clone() };
    offer(
        words!("`{typed}`: the weeks of a month are counted in several ways"),
        [nth_weekday(&found).ok()],
    )
}

pub(super) fn every_n_days(_: &Found) -> Built {
    offer(
        words!("`{typed}`: steps of days have no fixed start"),
        [Some(Days::EveryNWorkdays { n: 2 }), Some(Days::Weekdays(monday()))],
    )
}

pub(super) fn every_n_months(_: &Found) -> Built {
    offer(
        words!("`{typed}`: steps of months have no fixed start"),
        [days_of_month(&[1]), workday(1, Period::Quarter)],
    )
}

pub(super) fn day_without_month(found: &Found) -> Built {
    offer(words!("`{typed}` of which month?"), [days_of_month(&[found.nth])])
}

pub(super) fn days_without_month(found: &Found) -> Built {
    let days = build::month_days(&Found { scope: EVERY_MONTH, ..found.clone() })?;
    refuse(words!("`{typed}` of which month?"), vec![days])
}

pub(super) fn workday_without_period(found: &Found) -> Built {
    let instead = [Period::Month, Period::Week]
        .map(|period| workdays_of(Scope { period, ..EVERY_MONTH }, &found.nths).ok());
    offer(words!("`{typed}` of which period?"), instead)
}

pub(super) fn day_before_holiday(found: &Found) -> Built {
    let days = Days::BeforeHoliday { nths: vec![1], holiday: found.holiday.clone() };
    refuse(words!("`{typed}` may be a day off"), vec![days])
}

pub(super) fn day_after_holiday(found: &Found) -> Built {
    let days = Days::AfterHoliday { nths: vec![1], holiday: found.holiday.clone() };
    refuse(words!("`{typed}` may be a day off"), vec![days])
}

pub(super) fn on_holidays(_: &Found) -> Built {
    refuse(
        words!("`{typed}`: holidays are counted from, not named as days"),
        vec![Days::DaysOff, Days::BeforeHoliday { nths: vec![1], holiday: None }],
    )
}

/// `every weekday except holidays`
pub(super) fn except_days_off(found: &Found) -> Built {
    if !found.others.is_empty() {
        return advise(
            words!("`{typed}` mixes workdays and weekdays"),
            words!("name the weekdays and add on_day_off: skip"),
        );
    }
    Err(Refusal {
        message: words!("`{typed}`: no phrase leaves out holidays").into(),
        instead: vec![Days::Workdays],
        advice: Some(words!("or leave out the exception and add on_day_off: skip")),
    })
}

pub(super) fn week_without_day(found: &Found) -> Built {
    let found = Found { weekdays: monday(), ..found.clone() };
    let instead =
        if found.number > 1 { every_n_weeks(&found) } else { Ok(Days::Weekdays(found.weekdays)) };
    offer(words!("`{typed}` on which weekday?"), [instead.ok()])
}

pub(super) fn month_without_day(_: &Found) -> Built {
    offer(words!("`{typed}` on which day?"), [days_of_month(&[1]), workday(1, Period::Month)])
}

pub(super) fn quarter_without_day(_: &Found) -> Built {
    offer(
        words!("`{typed}` on which day?"),
        [workday(1, Period::Quarter), workday(-1, Period::Quarter)],
    )
}

pub(super) fn year_without_day(_: &Found) -> Built {
    let new_year = Days::Yearly(vec![YearDay { month: 1, day: 1 }]);
    offer(words!("`{typed}` on which day?"), [Some(new_year), workday(1, Period::Year)])
}

pub(super) fn every_what(_: &Found) -> Built {
    refuse(words!("`{typed}` what?"), vec![Days::Every, Days::Workdays])
}

/// 年底, `end of the quarter`: the last day may be a day off.
pub(super) fn end_of_period(found: &Found) -> Built {
    edge_of_period(found.scope, -1)
}

/// 月初: the first day may be a day off.
pub(super) fn start_of_period(found: &Found) -> Built {
    edge_of_period(found.scope, 1)
}

fn edge_of_period(scope: Scope, nth: i64) -> Built {
    let found = Found { month_days: vec![nth], scope, ..Found::new(true, false, None) };
    let day = if scope.period == Period::Week { None } else { build::month_days(&found).ok() };
    offer(words!("`{typed}` on which day?"), [day, workdays_of(scope, &[nth]).ok()])
}

/// Indonesian `setiap minggu`.
pub(super) fn week_or_sunday(_: &Found) -> Built {
    let sunday = Days::Weekdays(WeekdaySet::EMPTY.with(Weekday::Sunday));
    refuse(words!("`{typed}` may be a week or a Sunday"), vec![sunday, Days::Weekdays(monday())])
}

/// Indonesian `minggu terakhir setiap bulan`.
pub(super) fn nth_week_or_sunday(found: &Found) -> Built {
    let weekdays = WeekdaySet::EMPTY.with(Weekday::Sunday);
    let counted = Counted { nths: vec![found.nth], weekdays, ..Counted::default() };
    let found = Found { counted, scope: EVERY_MONTH, ..found.clone() };
    offer(words!("`{typed}` may be a week or a Sunday"), [nth_weekday(&found).ok()])
}
