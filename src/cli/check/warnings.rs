//! Warnings that save a year: schedules that are right as written and probably not what was meant.
//!
//! They are judged by what fires in the year at hand, not by how the schedule is written: a phrase
//! and a cron expression that come to the same are told the same.

use std::collections::{BTreeSet, HashMap};

use jiff::{Timestamp, civil::Date};

use super::schedules::PerSchedule;
use crate::{
    daemon::world::World,
    model::{
        calendar::{Calendar, Day},
        diagnostic::{Diagnostic, Place},
        reminder::{OnDayOff, Reminder, Schedule},
        target::TargetId,
        text::text,
    },
    plan,
};

/// What fires more often than this in a year is no rule of days.
const MOST: usize = 1000;

/// So many instants have to be the same for two reminders to count as always together.
const TOGETHER: usize = 20;

/// Everything that is probably not what was meant.
pub(super) fn warnings(world: &World, now: Timestamp) -> Vec<Diagnostic> {
    let mut told: PerSchedule<Option<Diagnostic>> = PerSchedule::default();
    let mut found = Vec::new();
    for reminder in world.reminders.values().filter(|reminder| reminder.enabled) {
        // What is said of a schedule is said of each reminder that has it.
        let warning = told.of(reminder, |schedule| {
            Year::of(schedule, now)?.warning(&schedule.calendar, &reminder.place)
        });
        let here = |one: &Diagnostic| Diagnostic { place: reminder.place.clone(), ..one.clone() };
        found.extend(warning.as_ref().map(here));
    }
    found.extend(together(world, now));
    found
}

/// The dates on which a schedule fires in the year at hand.
struct Year {
    number: i16,
    dates: BTreeSet<Date>,
    /// Those it would fire on if it kept to days off.
    named: BTreeSet<Date>,
}

/// A rule that names more days of the month than these is no list of them.
const FEW_DAYS: usize = 5;

impl Year {
    /// `None` when the schedule does not hold for the whole year, or fires too often.
    fn of(schedule: &Schedule, now: Timestamp) -> Option<Self> {
        let tz = &schedule.zone.tz;
        let number = now.to_zoned_datetime(tz.clone()).year();
        let (first, last) = (Date::new(number, 1, 1).ok()?, Date::new(number, 12, 31).ok()?);
        let begun = schedule.from.is_none_or(|from| from <= first);
        if !begun || schedule.until.is_some_and(|until| until < last) {
            return None;
        }
        let dates = dates(schedule, first, last)?;
        let named = match schedule.on_day_off {
            OnDayOff::Keep => dates.clone(),
            _ => {
                let kept = Schedule { on_day_off: OnDayOff::Keep, ..schedule.clone() };
                self::dates(&kept, first, last)?
            }
        };
        (!dates.is_empty()).then_some(Self { number, dates, named })
    }

    /// The first that fits.
    fn warning(&self, calendar: &Calendar, place: &Place) -> Option<Diagnostic> {
        self.weekdays(calendar, place)
            .or_else(|| self.short_months(place))
            .or_else(|| self.days_off(calendar, place))
    }

    /// Monday to Friday under a calendar with make-up workdays.
    fn weekdays(&self, calendar: &Calendar, place: &Place) -> Option<Diagnostic> {
        let all = days_of(self.number).filter(|date| !is_weekend(*date));
        if !all.eq(self.dates.iter().copied()) {
            return None;
        }
        let off = self.dates.iter().filter(|date| !calendar.is_workday(**date)).count();
        let missed = days_of(self.number)
            .filter(|date| calendar.is_make_up_workday(Day::new(*date)))
            .count();
        if off == 0 && missed == 0 {
            return None;
        }
        let message = text!(
            "this fires on {off} days off and misses {missed} make-up days in {year}",
            off = off.to_string(),
            missed = missed.to_string(),
            year = self.number.to_string()
        );
        let help = text!("did you mean 每个工作日 (`every workday`)?");
        Some(Diagnostic::warning(place.clone(), "weekdays-not-workdays", message).help(help))
    }

    /// Day 29, 30 or 31: some months have none.
    fn short_months(&self, place: &Place) -> Option<Diagnostic> {
        let days: BTreeSet<i8> = self.named.iter().map(|date| date.day()).collect();
        if days.len() > FEW_DAYS {
            return None;
        }
        let months = |day: i8| self.named.iter().filter(|date| date.day() == day).count();
        // Fewer than seven months were chosen by whoever wrote it.
        let short = |day: &i8| *day > 28 && (7..12).contains(&months(*day));
        let day = days.into_iter().rev().find(short)?;
        let message = text!(
            "day {day} comes in only {months} months of {year}",
            day = day.to_string(),
            months = months(day).to_string(),
            year = self.number.to_string()
        );
        let help = text!("did you mean `the last day of every month` (每月最后一天)?");
        Some(Diagnostic::warning(place.clone(), "short-months", message).help(help))
    }

    /// A rule of dates or weekdays that keeps its day when that is off.
    fn days_off(&self, calendar: &Calendar, place: &Place) -> Option<Diagnostic> {
        let off: Vec<Date> =
            self.dates.iter().copied().filter(|date| is_off(calendar, *date)).collect();
        // What fires on most days, or on hardly a workday, means to.
        let (first, few) = (off.first()?, self.dates.len() <= 110);
        if !few || off.len() * 10 > self.dates.len() * 8 {
            return None;
        }
        let message = text!(
            "this falls on {count} days off in {year}, first on {first}, and fires all the same",
            count = off.len().to_string(),
            year = self.number.to_string(),
            first = first.to_string()
        );
        let help = text!(
            "`on_day_off: previous` (or next, skip) moves it; `dingdong next` names such days"
        );
        Some(Diagnostic::note(place.clone(), "on-days-off", message).help(help))
    }
}

/// The dates from one to another on which a schedule fires; `None` when that is too often.
fn dates(schedule: &Schedule, first: Date, last: Date) -> Option<BTreeSet<Date>> {
    let tz = &schedule.zone.tz;
    let begin = first.to_zoned_datetime(tz.clone()).ok()?.timestamp();
    let before = begin - std::time::Duration::from_millis(1);
    let mut dates = BTreeSet::new();
    for (count, planned) in plan::instants(schedule, before).enumerate() {
        let date = planned.to_zoned_datetime(tz.clone()).date();
        if date > last {
            break;
        }
        if count == MOST {
            return None;
        }
        dates.insert(date);
    }
    Some(dates)
}

/// Reminders that reach one target at the same minutes, always.
fn together(world: &World, now: Timestamp) -> Vec<Diagnostic> {
    // Schedules that fire at the same minutes have the same number; those that end have none.
    let mut numbers: PerSchedule<Option<usize>> = PerSchedule::default();
    let mut minutes: HashMap<Vec<i64>, usize> = HashMap::new();
    let mut seen: HashMap<(&TargetId, usize), &Reminder> = HashMap::new();
    let mut found = Vec::new();
    for reminder in world.reminders.values().filter(|reminder| reminder.enabled) {
        let number = *numbers.of(reminder, |schedule| {
            let coming = plan::instants(schedule, now).take(TOGETHER);
            let due: Vec<i64> = coming.map(|due| due.as_second().div_euclid(60)).collect();
            let (endless, next) = (due.len() == TOGETHER, minutes.len());
            endless.then(|| *minutes.entry(due).or_insert(next))
        });
        let Some(number) = number else { continue };
        for target in &reminder.to {
            let Some(other) = seen.insert((target, number), reminder) else { continue };
            let message = text!(
                "this always reaches {target} in the same minute as `{other}`",
                target = world.called(target).to_owned(),
                other = other.id.to_string()
            );
            let help = text!("make one message of the two, or move one of them");
            found.push(Diagnostic::note(reminder.place.clone(), "same-minute", message).help(help));
        }
    }
    found
}

fn is_off(calendar: &Calendar, date: Date) -> bool {
    !calendar.is_workday(date)
}

fn is_weekend(date: Date) -> bool {
    date.weekday().to_monday_zero_offset() >= 5
}

fn days_of(year: i16) -> impl Iterator<Item = Date> {
    let first = Date::new(year, 1, 1).unwrap_or(Date::MIN);
    first.series(jiff::Span::new().days(1)).take_while(move |date| date.year() == year)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::tz::TimeZone;

    use super::*;
    use crate::{
        catalog::{cron, holidays},
        model::reminder::Zone,
    };

    /// What is said of a cron expression under the calendar `cn`, in 2026.
    fn said(expression: &str, on_day_off: OnDayOff) -> Option<String> {
        let schedule = Schedule {
            when: vec![cron::parse(expression).unwrap()],
            zone: Zone { name: "UTC".into(), tz: TimeZone::UTC },
            calendar: holidays::builtin("cn").unwrap_or_else(|| Arc::new(Calendar::weekends())),
            on_day_off,
            from: None,
            until: None,
            except: Vec::new(),
        };
        let year = Year::of(&schedule, "2026-11-24T00:00:00Z".parse().unwrap())?;
        let place = Place { file: "a.yaml".into(), line: 2, column: 3, length: 1 };
        year.warning(&schedule.calendar, &place).map(|found| found.to_string())
    }

    #[test]
    fn monday_to_friday_is_told_what_it_does_to_a_chinese_year() {
        let told = said("0 9 * * 1-5", OnDayOff::Keep).unwrap();
        // The notice for 2026: 33 days off, 14 of them on weekends; six make-up workdays.
        assert!(told.contains("fires on 19 days off and misses 6 make-up days in 2026"), "{told}");
        assert_eq!(said("0 9 * * *", OnDayOff::Keep), None);
        assert_eq!(
            said("*/5 9-18 * * 1-5", OnDayOff::Keep),
            None,
            "too often to be a rule of days"
        );
    }

    #[test]
    fn the_31st_comes_in_seven_months_and_the_28th_in_all() {
        let told = said("0 9 31 * *", OnDayOff::Keep).unwrap();
        assert!(told.contains("day 31 comes in only 7 months of 2026"), "{told}");
        let told = said("0 9 30 * *", OnDayOff::Next).unwrap();
        assert!(told.contains("day 30 comes in only 11 months of 2026"), "{told}");
        let told = said("0 9 15,31 * *", OnDayOff::Keep).unwrap();
        assert!(told.contains("day 31 comes in only 7 months of 2026"), "{told}");
        assert_eq!(said("0 9 28 * *", OnDayOff::Previous), None);
        assert_eq!(said("0 9 31 1,3,5 *", OnDayOff::Previous), None, "months that were chosen");
    }

    #[test]
    fn a_date_that_keeps_to_days_off_is_noted_unless_it_means_to() {
        let told = said("0 9 1 * *", OnDayOff::Keep).unwrap();
        // New Year, 1 February (Sunday), 1 March (Sunday), Labour Day, 1 August, National Day, 1 November.
        assert!(told.contains("7 days off in 2026, first on 2026-01-01"), "{told}");
        assert_eq!(said("0 9 1 * *", OnDayOff::Next), None);
        assert_eq!(said("0 9 * * 6", OnDayOff::Keep), None, "Saturdays are meant");
    }
}
