//! Months against the organisation's quota.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::Sending;
use crate::{
    daemon::world::World,
    model::{
        diagnostic::{Diagnostic, Place},
        target::{RobotKind, TargetId},
        text::{Text, text},
    },
    send,
};

/// A month that comes so near its quota is worth a note, in percent.
const NEAR: u64 = 80;

/// A calendar month.
pub(super) struct Month {
    first: Date,
    pub(super) begin: Timestamp,
    pub(super) end: Timestamp,
}

/// This month and the next.
pub(super) fn months(now: Timestamp, tz: &TimeZone) -> Vec<Month> {
    let first = now.to_zoned_datetime(tz.clone()).date().first_of_month();
    let next = first.last_of_month().tomorrow();
    let both = [Ok(first), next].into_iter().flatten();
    both.filter_map(|first| Month::of(first, tz)).collect()
}

impl Month {
    fn of(first: Date, tz: &TimeZone) -> Option<Self> {
        let begin = |date: Date| Some(date.to_zoned_datetime(tz.clone()).ok()?.timestamp());
        let after = first.last_of_month().tomorrow().ok()?;
        Some(Self { first, begin: begin(first)?, end: begin(after)? })
    }
}

/// How many messages a month comes to.
pub(in crate::cli::check) struct Forecast {
    /// The vendor who counts.
    pub(in crate::cli::check) robot: RobotKind,
    /// `2026-12`
    pub(in crate::cli::check) month: String,
    /// About so many.
    pub(in crate::cli::check) messages: u64,
    /// So many are allowed.
    pub(in crate::cli::check) quota: u32,
    /// Whoever gets most of them, and where it is written.
    busiest: (TargetId, Place, u64),
}

/// What the months come to at each vendor who counts them.
pub(super) fn forecasts(
    months: &[Month],
    sendings: &[Sending<'_>],
    quota: Option<u32>,
) -> Vec<Forecast> {
    let counting = RobotKind::ALL
        .into_iter()
        .filter_map(|robot| Some((robot, quota.unwrap_or(send::robot(robot).monthly_quota()?))));
    let each = counting.flat_map(|counting| months.iter().map(move |month| (counting, month)));
    each.filter_map(|((robot, quota), month)| month.forecast(sendings, robot, quota)).collect()
}

impl Month {
    /// None when nothing is sent through such a robot.
    fn forecast(&self, sendings: &[Sending<'_>], robot: RobotKind, quota: u32) -> Option<Forecast> {
        let mut by_target: BTreeMap<&TargetId, (&Place, u64)> = BTreeMap::new();
        for Sending { target, fires, .. } in sendings.iter().filter(|one| one.target.robot == robot)
        {
            let count = fires.count(self.begin, self.end);
            by_target.entry(&target.id).or_insert((&target.place, 0)).1 += count;
        }
        let messages = by_target.values().map(|(_, count)| count).sum();
        let (busiest, (place, most)) =
            by_target.into_iter().max_by_key(|(_, (_, count))| *count)?;
        Some(Forecast {
            robot,
            month: self.first.strftime("%Y-%m").to_string(),
            messages,
            quota,
            busiest: (busiest.clone(), place.clone(), most),
        })
    }
}

impl Forecast {
    /// One line for people.
    pub(in crate::cli::check) fn line(&self) -> Text {
        text!(
            "{robot} in {month}: about {messages} of the organisation's {quota} messages",
            robot = self.robot.name(),
            month = &self.month,
            messages = self.messages,
            quota = self.quota,
        )
    }

    fn warning(&self, world: &World) -> Option<Diagnostic> {
        let (busiest, place, most) = &self.busiest;
        let message = text!(
            "in {month} the schedules come to about {messages} messages through {robot} robots; the organisation has {quota} a month",
            month = &self.month,
            messages = self.messages,
            robot = self.robot.name(),
            quota = self.quota,
        );
        let help = text!(
            "{target} gets most of them ({most}): send less often, gather them in one message, or write the organisation's own measure as `monthly_quota:`",
            target = world.called(busiest),
            most = *most,
        );
        let found = match () {
            () if self.messages > u64::from(self.quota) => {
                Diagnostic::warning(place.clone(), "over-quota", message)
            }
            () if self.messages * 100 > u64::from(self.quota) * NEAR => {
                Diagnostic::note(place.clone(), "near-quota", message)
            }
            () => return None,
        };
        Some(found.help(help))
    }
}

/// The first month of each vendor that is over its quota, or near it.
pub(super) fn warnings(world: &World, forecasts: &[Forecast]) -> Vec<Diagnostic> {
    let mut worst: BTreeMap<&str, Diagnostic> = BTreeMap::new();
    for forecast in forecasts {
        let Some(found) = forecast.warning(world) else { continue };
        let known = worst.entry(forecast.robot.name()).or_insert_with(|| found.clone());
        if found.severity < known.severity {
            *known = found;
        }
    }
    worst.into_values().collect()
}
