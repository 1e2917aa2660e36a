//! Days on which the schedules alone exceed a target's daily limit.

use std::{cmp::Reverse, collections::BTreeMap};

use jiff::{Timestamp, civil::Date};

use super::{Sending, crowd::named};
use crate::{
    daemon::world::World,
    model::{
        diagnostic::Diagnostic,
        reminder::{Priority, ReminderId},
        target::{Target, TargetId},
        text::text,
    },
};

/// So many days are looked at.
const DAYS: usize = 31;

/// One warning for each target with such days, about the worst of them.
pub(super) fn warnings(world: &World, sendings: &[Sending<'_>], now: Timestamp) -> Vec<Diagnostic> {
    let mut limited: BTreeMap<&TargetId, Vec<&Sending<'_>>> = BTreeMap::new();
    let counts = |one: &&Sending<'_>| {
        one.target.daily_limit.is_some() && one.reminder.priority != Priority::Urgent
    };
    for sending in sendings.iter().filter(counts) {
        limited.entry(&sending.target.id).or_default().push(sending);
    }
    limited.into_values().filter_map(|sendings| warning(world, &sendings, now)).collect()
}

fn warning(world: &World, sendings: &[&Sending<'_>], now: Timestamp) -> Option<Diagnostic> {
    let target = sendings.first()?.target;
    let limit = u64::from(target.daily_limit?);
    let (mut worst, mut over): (Option<(u64, Day)>, usize) = (None, 0);
    for day in days(world, target, now) {
        let count = sendings.iter().map(|one| one.fires.count(day.began, day.ends)).sum();
        if count > limit {
            over += 1;
            if worst.as_ref().is_none_or(|(most, _)| count > *most) {
                worst = Some((count, day));
            }
        }
    }
    let (most, day) = worst?;
    let message = text!(
        "{most} messages to {target} come due on {date} ({days} such days in the next {ahead}); its daily limit is {limit}, so the rest waits until {time}",
        most = most,
        target = target.name.as_str(),
        date = day.date,
        days = over,
        ahead = DAYS,
        limit = limit,
        time = target.day_ends().strftime("%H:%M").to_string(),
    );
    let mut busy: Vec<(u64, &ReminderId)> = sendings
        .iter()
        .map(|one| (one.fires.count(day.began, day.ends), &one.reminder.id))
        .filter(|(count, _)| *count > 0)
        .collect();
    busy.sort_by_key(|(count, id)| (Reverse(*count), *id));
    let busy: Vec<&ReminderId> = busy.into_iter().map(|(_, id)| id).collect();
    let help = text!(
        "send less often, make one message of several, or raise `daily_limit`: {named}",
        named = named(&busy),
    );
    Some(Diagnostic::warning(target.place.clone(), "over-limit", message).help(help))
}

/// A day of messages.
struct Day {
    date: Date,
    began: Timestamp,
    ends: Timestamp,
}

/// The days of a target from the one that is now.
fn days(world: &World, target: &Target, now: Timestamp) -> Vec<Day> {
    let mut days = Vec::with_capacity(DAYS);
    let mut at = now;
    while days.len() < DAYS {
        let local = at.to_zoned_datetime(world.zone.tz.clone());
        let Some((began, ends)) = target.day(&local) else { break };
        let date = ends.to_zoned_datetime(world.zone.tz.clone()).date();
        days.push(Day { date, began: began.max(now), ends });
        at = ends;
    }
    days
}
