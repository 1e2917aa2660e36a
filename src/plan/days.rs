//! Which civil days a rule picks: one question per day, answered from the calendar's bits.

mod cron;

use jiff::civil::Date;

use crate::model::{
    calendar::{Calendar, Day, OnUncovered},
    recurrence::{CronDays, Days, MonthDay, Period, YearDay},
    reminder::{OnDayOff, Schedule},
};

/// "Every n" is counted from here when the reminder has no `from`: a Monday.
const COUNT_FROM: Date = Date::constant(2001, 1, 1);

/// No run of days off is followed further than this many days.
const LONGEST_BREAK: usize = 400;

/// A day rule within its schedule.
#[derive(Clone, Copy, Debug)]
pub(super) struct DayRule<'a> {
    pub(super) schedule: &'a Schedule,
    pub(super) days: &'a Days,
    /// What "every n" is counted from.
    anchor: Day,
    /// The only days on which it can fire: a search need not look elsewhere.
    window: (Day, Day),
}

impl<'a> DayRule<'a> {
    pub(super) fn new(schedule: &'a Schedule, days: &'a Days) -> Self {
        let anchor = Day::new(schedule.from.unwrap_or(COUNT_FROM));
        Self { schedule, days, anchor, window: window(schedule, days) }
    }

    fn calendar(&self) -> &'a Calendar {
        &self.schedule.calendar
    }

    /// Whether it fires on a day.
    pub(super) fn fires(&self, day: Day) -> bool {
        self.origin(day).is_some() && in_force(self.schedule, day.date()) && !self.is_held(day)
    }

    /// The first day from `day` to `last` on which it fires.
    pub(super) fn first_day(&self, day: Day, last: Day) -> Option<Day> {
        let (first, last) = (day.max(self.window.0), last.min(self.window.1));
        days_from(first).take_while(|day| *day <= last).find(|day| self.fires(*day))
    }

    /// Whether the calendar has a say in it.
    pub(super) fn asks_calendar(&self) -> bool {
        self.days.asks_calendar() || self.schedule.on_day_off != OnDayOff::Keep
    }

    /// Whether the calendar does not know the day and is told not to guess.
    pub(super) fn is_held(&self, day: Day) -> bool {
        self.calendar().on_uncovered() != OnUncovered::Weekday
            && self.asks_calendar()
            && !self.calendar().is_covered(day)
    }

    /// The day the rule names that fires on `day`: `day` itself, or a day off that rolls onto it.
    pub(super) fn origin(&self, day: Day) -> Option<Day> {
        let on_day_off = self.schedule.on_day_off;
        if on_day_off == OnDayOff::Keep || self.days.asks_calendar() {
            return self.names(day).then_some(day);
        }
        if self.calendar().is_off(day) {
            return None;
        }
        if self.names(day) {
            return Some(day);
        }
        let earlier = || self.days_off_before(day).find(|day| self.names(*day));
        let later = || self.days_off_after(day).find(|day| self.names(*day));
        match on_day_off {
            OnDayOff::Keep | OnDayOff::Skip => None,
            OnDayOff::Next => earlier(),
            OnDayOff::Previous => later(),
            OnDayOff::NextInMonth => {
                let mut rolls_on =
                    self.days_off_before(day).take_while(|off| same_month(*off, day));
                rolls_on.find(|day| self.names(*day)).or_else(|| self.back_into(day))
            }
        }
    }

    /// A named day off right after `day` whose next workday lies in another month.
    fn back_into(&self, day: Day) -> Option<Day> {
        let end = self.days_off_after(day).last()?.next()?;
        self.days_off_after(day).find(|off| !same_month(*off, end) && self.names(*off))
    }

    /// Where a day off that the rule names goes; `None` when `on_day_off` leaves it out.
    pub(super) fn rolls_to(&self, off: Day) -> Option<Day> {
        let next = self.days_off_after(off).last().unwrap_or(off).next();
        let previous = self.days_off_before(off).last().unwrap_or(off).previous();
        match self.schedule.on_day_off {
            OnDayOff::Keep | OnDayOff::Skip => None,
            OnDayOff::Next => next,
            OnDayOff::Previous => previous,
            OnDayOff::NextInMonth => next.filter(|next| same_month(*next, off)).or(previous),
        }
    }

    /// The run of days off that ends the day before, backwards.
    fn days_off_before(&self, day: Day) -> impl Iterator<Item = Day> + use<'a> {
        let calendar = self.calendar();
        let days = std::iter::successors(day.previous(), |day| day.previous());
        days.take(LONGEST_BREAK).take_while(|day| calendar.is_off(*day))
    }

    /// The run of days off that starts the day after.
    fn days_off_after(&self, day: Day) -> impl Iterator<Item = Day> + use<'a> {
        let calendar = self.calendar();
        let days = day.next().into_iter().flat_map(days_from);
        days.take(LONGEST_BREAK).take_while(|day| calendar.is_off(*day))
    }

    /// Whether the rule names a day, before `on_day_off`, `from`, `until` and `except`.
    pub(super) fn names(&self, day: Day) -> bool {
        let (calendar, date) = (self.calendar(), day.date());
        match self.days {
            Days::Every => true,
            Days::Workdays => !calendar.is_off(day),
            Days::DaysOff => calendar.is_off(day),
            Days::MakeUpWorkdays => calendar.is_make_up_workday(day),
            Days::Weekdays(set) => set.contains(day.weekday()),
            Days::EveryNWeeks { n, weekdays } => {
                let weeks = day.week() - self.anchor.week();
                // With a `from` nothing comes before its week; without one there is no start.
                let started = weeks >= 0 || self.schedule.from.is_none();
                started
                    && weekdays.contains(day.weekday())
                    && weeks.rem_euclid(i32::from((*n).max(1))) == 0
            }
            Days::MonthDays { days, months } => {
                months.contains(date.month())
                    && days.iter().any(|wanted| match wanted {
                        MonthDay::Day(n) => date.day() == *n,
                        MonthDay::FromEnd(n) => from_end(date) == *n,
                    })
            }
            Days::NthWeekday { nths, weekdays, months } => {
                weekdays.contains(day.weekday())
                    && months.contains(date.month())
                    && nths.iter().any(|nth| is_nth_weekday(date, *nth))
            }
            Days::NthWorkday { nths, period, months } => {
                !calendar.is_off(day)
                    && months.contains(date.month())
                    && nths.iter().any(|nth| self.is_nth_workday(day, *nth, *period))
            }
            Days::BeforeHoliday { nths, holiday } => {
                nths.iter().any(|nth| self.is_before(day, *nth, holiday.as_deref()))
            }
            Days::AfterHoliday { nths, holiday } => {
                nths.iter().any(|nth| self.is_after(day, *nth, holiday.as_deref()))
            }
            Days::EveryNWorkdays { n } => {
                let number = calendar.workdays(self.anchor, day);
                !calendar.is_off(day) && number > 0 && (number - 1) % u32::from((*n).max(1)) == 0
            }
            Days::Yearly(dates) => {
                dates.contains(&YearDay { month: date.month(), day: date.day() })
            }
            Days::Dates(dates) => dates.contains(&date),
            Days::Cron(cron) => cron::matches(cron, date, day.weekday()),
        }
    }

    /// Whether a workday is the n-th of its period.
    fn is_nth_workday(&self, day: Day, nth: i16, period: Period) -> bool {
        let (first, last) = match nth {
            1.. => (day.first_of(period), day),
            _ => (day, day.last_of(period)),
        };
        let count = u32::from(nth.unsigned_abs());
        // Cheaper than counting, and usually enough: there are not even as many days.
        let room = last.number().abs_diff(first.number()) + 1 >= count;
        room && self.calendar().workdays(first, last) == count
    }

    /// Whether `day` is the n-th last workday before a holiday break: the workday n - 1 further on
    /// is the last one before it.
    fn is_before(&self, day: Day, nth: u8, holiday: Option<&str>) -> bool {
        let calendar = self.calendar();
        let last = || calendar.nth_workday(day, nth.into());
        let is_break = |last| self.days_off_after(last).any(|off| self.is_holiday(off, holiday));
        !calendar.is_off(day) && last().is_some_and(is_break)
    }

    /// Whether `day` is the n-th workday after a holiday break.
    fn is_after(&self, day: Day, nth: u8, holiday: Option<&str>) -> bool {
        let calendar = self.calendar();
        let first = || calendar.nth_workday(day, -i32::from(nth));
        let is_break = |first| self.days_off_before(first).any(|off| self.is_holiday(off, holiday));
        !calendar.is_off(day) && first().is_some_and(is_break)
    }

    fn is_holiday(&self, day: Day, name: Option<&str>) -> bool {
        match name {
            Some(name) => self.calendar().is_holiday_named(day, name),
            None => self.calendar().is_holiday(day),
        }
    }
}

/// The days between which a rule can fire at all.
fn window(schedule: &Schedule, days: &Days) -> (Day, Day) {
    let calendar = &schedule.calendar;
    let (min, max) = (Day::new(Date::MIN), Day::new(Date::MAX));
    // What depends on listed days alone ends with the list, give or take a break.
    let around = |(first, last): (Day, Day)| {
        let far = i32::try_from(2 * LONGEST_BREAK).unwrap_or(i32::MAX);
        let edge = |day: Day, by| Day::from_number(day.number().saturating_add(by));
        (edge(first, -far).unwrap_or(min), edge(last, far).unwrap_or(max))
    };
    let listed = || calendar.listed().map_or((max, min), around);
    let (first, last) = match days {
        Days::MakeUpWorkdays => listed(),
        Days::BeforeHoliday { holiday: Some(name), .. }
        | Days::AfterHoliday { holiday: Some(name), .. }
            if !calendar.is_fixed(name) =>
        {
            listed()
        }
        Days::Dates(dates) => {
            let ends = dates.iter().min().zip(dates.iter().max());
            ends.map_or((max, min), |(first, last)| around((Day::new(*first), Day::new(*last))))
        }
        Days::Cron(cron) if !cron.years.is_empty() => years(cron).unwrap_or((min, max)),
        _ => (min, max),
    };
    let from = schedule.from.map_or(first, |from| first.max(Day::new(from)));
    let until = schedule.until.map_or(last, |until| last.min(Day::new(until)));
    (from, until)
}

/// The days from the first year a cron expression names to its last.
fn years(cron: &CronDays) -> Option<(Day, Day)> {
    let first = cron.years.iter().map(|years| years.first).min()?;
    let last = cron.years.iter().map(|years| years.last).max()?;
    Some((Day::new(Date::new(first, 1, 1).ok()?), Day::new(Date::new(last, 12, 31).ok()?)))
}

/// Whether a date is inside `from`, `until` and outside `except`.
pub(super) fn in_force(schedule: &Schedule, date: Date) -> bool {
    schedule.from.is_none_or(|from| from <= date)
        && schedule.until.is_none_or(|until| date <= until)
        && !schedule.except.iter().any(|(first, last)| (*first..=*last).contains(&date))
}

/// A day and all that follow.
fn days_from(day: Day) -> impl Iterator<Item = Day> {
    std::iter::successors(Some(day), |day| day.next())
}

fn same_month(one: Day, other: Day) -> bool {
    let month = |day: Day| (day.date().year(), day.date().month());
    month(one) == month(other)
}

/// Which day from the end of its month a date is: 1 is the last.
fn from_end(date: Date) -> i8 {
    date.days_in_month() - date.day() + 1
}

/// Whether a date is the n-th of its weekday in its month, counted from the end when negative.
fn is_nth_weekday(date: Date, nth: i8) -> bool {
    match nth {
        1.. => (date.day() - 1) / 7 + 1 == nth,
        _ => (from_end(date) - 1) / 7 + 1 == nth.saturating_neg(),
    }
}

#[cfg(test)]
mod tests;
