//! How much the schedules send, seen before it happens: minutes in which more comes due than a
//! robot takes, days over a target's daily limit, and the months against the organisation's quota.

mod crowd;
mod daily;
mod month;

use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};

pub(super) use self::month::Forecast;
use super::schedules::PerSchedule;
use crate::{
    daemon::world::World,
    model::{
        diagnostic::Diagnostic,
        reminder::{Reminder, Schedule},
        target::Target,
    },
    plan,
};

/// All schedules together are followed over so many instants, each over [`LEAST`] at least; what
/// fires more often than there is room for is taken to go on as it began.
const INSTANTS: usize = 2_000_000;

/// See [`INSTANTS`].
const LEAST: usize = 200;

/// What the schedules come to.
pub(super) struct Traffic {
    /// Minutes over a robot's pace, days over a target's limit, months over a quota.
    pub(super) found: Vec<Diagnostic>,
    /// This month and the next, for each kind of robot whose vendor counts them.
    pub(super) forecasts: Vec<Forecast>,
}

/// Plays what the schedules ask for; `quota` is the organisation's own measure of a month.
pub(super) fn traffic(world: &World, quota: Option<u32>, now: Timestamp) -> Traffic {
    let months = month::months(now, &world.zone.tz);
    let begin = months.first().map_or(now, |month| month.begin.min(now));
    let ahead = now.saturating_add(crowd::AHEAD).unwrap_or(now);
    let end = months.last().map_or(ahead, |month| month.end.max(ahead));
    let sendings = sendings(world, begin, end);
    let mut found = crowd::crowds(world, &sendings, now);
    found.extend(daily::warnings(world, &sendings, now));
    let forecasts = month::forecasts(&months, &sendings, quota);
    found.extend(month::warnings(world, &forecasts));
    Traffic { found, forecasts }
}

/// A reminder and one of the targets it is sent to.
struct Sending<'a> {
    reminder: &'a Reminder,
    target: &'a Target,
    fires: Rc<Fires>,
}

/// Every pair for which anything is sent.
fn sendings(world: &World, begin: Timestamp, end: Timestamp) -> Vec<Sending<'_>> {
    let live = || world.reminders.values().filter(|reminder| reminder.enabled);
    let most = (INSTANTS / live().count().max(1)).max(LEAST);
    let mut known: PerSchedule<Rc<Fires>> = PerSchedule::default();
    let mut sendings = Vec::new();
    for reminder in live() {
        let fires =
            known.of(reminder, |schedule| Rc::new(Fires::between(schedule, begin, end, most)));
        let targets = reminder.to.iter().filter_map(|id| world.targets.get(id));
        for target in targets.filter(|target| target.enabled) {
            sendings.push(Sending { reminder, target, fires: Rc::clone(fires) });
        }
    }
    sendings
}

/// When a schedule fires.
struct Fires {
    instants: Vec<Timestamp>,
    /// Whether the instants go on behind the last one.
    cut: bool,
}

impl Fires {
    /// At most `most` instants from `begin` on and before `end`.
    fn between(schedule: &Schedule, begin: Timestamp, end: Timestamp, most: usize) -> Self {
        let before = begin.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(begin);
        let all = plan::instants(schedule, before).take_while(|at| *at < end);
        let instants: Vec<Timestamp> = all.take(most).collect();
        Self { cut: instants.len() == most, instants }
    }

    /// How often it fires from one instant on and before another.
    fn count(&self, begin: Timestamp, end: Timestamp) -> u64 {
        let index = |at: Timestamp| self.instants.partition_point(|instant| *instant < at);
        let counted = (index(end) - index(begin)) as u64;
        let ([first, .., last], true) = (self.instants.as_slice(), self.cut) else {
            return counted;
        };
        // As often in the rest as on the average so far.
        let seconds = |from: Timestamp, to: Timestamp| to.duration_since(from).as_secs().max(0);
        let (seen, rest) = (seconds(*first, *last).max(1), seconds(begin.max(*last), end));
        let more = i128::from(rest) * self.instants.len() as i128 / i128::from(seen);
        counted.saturating_add(u64::try_from(more).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fires_too_often_to_be_followed_goes_on_as_it_began() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let instants: Vec<Timestamp> = (0..100).map(|n| at(n * 60)).collect();
        let whole = Fires { instants: instants.clone(), cut: false };
        assert_eq!((whole.count(at(0), at(600)), whole.count(at(0), at(100_000))), (10, 100));
        let cut = Fires { instants, cut: true };
        assert_eq!(cut.count(at(0), at(600)), 10);
        // A hundred were followed over 99 minutes; the other 1,667 - 100 are estimated.
        let estimated = cut.count(at(0), at(100_000));
        assert!((1_650..1_700).contains(&estimated), "{estimated}");
    }
}
