//! Walking a recurrence from instant to instant.

use jiff::civil::Date;

use super::{
    days::DayRule,
    times,
    wall::{DAY, Wall},
};
use crate::model::{
    calendar::Day,
    recurrence::{Recurrence, Times},
    reminder::Schedule,
};

/// The calendar repeats after 400 years: what does not fire within them never does.
const HORIZON: i32 = 146_097;

/// An instant at which a recurrence fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Unix time in seconds.
    pub(super) at: i64,
    /// The civil day it fires for; in a gap around midnight that is the day before.
    pub(super) day: Day,
}

/// Finds the instants of one recurrence, in order. Cheap to ask again for the next one.
#[derive(Clone, Debug)]
pub(super) struct Walker<'a> {
    pub(super) rule: DayRule<'a>,
    times: &'a Times,
    real_time: bool,
    over_midnight: bool,
    wall: Wall<'a>,
    /// A day that fires: the last one found.
    today: Option<Day>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(schedule: &'a Schedule, recurrence: &'a Recurrence) -> Self {
        Self {
            rule: DayRule::new(schedule, &recurrence.days),
            times: &recurrence.times,
            real_time: times::follow_real_time(&recurrence.times),
            over_midnight: times::run_over_midnight(&recurrence.times),
            wall: Wall::new(&schedule.zone.tz),
            today: None,
        }
    }

    /// The first instant after `after` (Unix time in seconds).
    pub(super) fn next(&mut self, after: i64) -> Option<Hit> {
        let wall = self.wall.span(after).wall(after);
        let start = self.rule.schedule.from.map_or(i32::MIN, |from| Day::new(from).number());
        let limit = day_number(wall).max(start).saturating_add(HORIZON);
        if self.real_time { self.next_on_grid(after, limit) } else { self.next_fixed(after, limit) }
    }

    /// Fixed times: each fires when the wall clock first reaches it, so the next one to fire is
    /// the first that the wall clock has not reached yet.
    fn next_fixed(&mut self, after: i64, limit: i32) -> Option<Hit> {
        let mut from = self.wall.span(after).high_water(after).saturating_add(1);
        loop {
            let (wall, day) = self.next_wall(from, limit)?;
            if let Some(at) = self.wall.reach(after, wall) {
                return Some(Hit { at, day });
            }
            from = (wall.div_euclid(DAY) + 1) * DAY;
        }
    }

    /// A grid: every instant whose wall time is on it, so real time is walked span by span.
    fn next_on_grid(&mut self, after: i64, limit: i32) -> Option<Hit> {
        let mut seen = after.saturating_add(1);
        loop {
            let span = self.wall.span(seen);
            let next = self.next_wall(span.wall(seen), limit);
            if let Some((wall, day)) = next
                && span.at(wall) < span.end
            {
                return Some(Hit { at: span.at(wall), day });
            }
            seen = span.resume(seen, next.map(|(wall, _)| wall))?;
        }
    }

    /// The first wall time at or after `from` that the recurrence names, with its day.
    fn next_wall(&mut self, from: i64, limit: i32) -> Option<(i64, Day)> {
        let number = day_number(from);
        let second = u32::try_from(from.rem_euclid(DAY)).unwrap_or_default();
        let (day, second) = match self.on_day(number, second) {
            Some(found) => found,
            None => {
                let first = times::at_or_after(self.times, 0)?;
                let tomorrow = Day::from_number(number.saturating_add(1))?;
                let last = Day::from_number(limit).unwrap_or_else(|| Day::new(Date::MAX));
                (self.rule.first_day(tomorrow, last)?, first)
            }
        };
        self.today = Some(day);
        Some((i64::from(day.number()) * DAY + i64::from(second), day))
    }

    /// The first time on a day at or after a second: what is left of the night before, else the
    /// day's own.
    fn on_day(&self, number: i32, second: u32) -> Option<(Day, u32)> {
        let of_day = |number: i32, second: u32| {
            let day = match self.today {
                Some(today) if today.number() == number => today,
                _ => Day::from_number(number).filter(|day| self.rule.fires(*day))?,
            };
            Some((day, times::at_or_after(self.times, second)?))
        };
        let night = if self.over_midnight {
            of_day(number.saturating_sub(1), second + times::DAY)
        } else {
            None
        };
        night.or_else(|| of_day(number, second))
    }
}

/// The day of a wall time.
fn day_number(wall: i64) -> i32 {
    let day = wall.div_euclid(DAY);
    i32::try_from(day).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX })
}
