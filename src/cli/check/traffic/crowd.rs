//! Minutes in which more comes due than a robot takes.

use std::collections::{BTreeMap, VecDeque};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
};

use super::Sending;
use crate::{
    daemon::world::{self, World},
    model::{
        diagnostic::Diagnostic,
        reminder::{Priority, ReminderId},
        target::{Pace, Target},
        text::{Text, text},
    },
};

/// So far ahead queues are played.
pub(super) const AHEAD: SignedDuration = SignedDuration::from_hours(DAYS * 24);

/// See [`AHEAD`].
const DAYS: i64 = 31;

/// So many times of day are told for one robot.
const TOLD: usize = 5;

/// So many reminders are named for one time of day.
const NAMED: usize = 3;

/// Everything that waits for a robot's pace, by robot and time of day.
pub(super) fn crowds(world: &World, sendings: &[Sending<'_>], now: Timestamp) -> Vec<Diagnostic> {
    let mut by_robot: BTreeMap<String, Robot<'_>> = BTreeMap::new();
    // What waits for a target that merges does not queue.
    for sending in sendings.iter().filter(|sending| !sending.target.merge) {
        let target = sending.target;
        let robot = by_robot.entry(target.robot_key()).or_insert_with(|| Robot::of(target));
        let pace = world::pace(target);
        if u128::from(pace.count) * robot.pace.window.as_millis()
            < u128::from(robot.pace.count) * pace.window.as_millis()
        {
            robot.pace = pace;
        }
        robot.sendings.push(sending);
    }
    by_robot.into_values().flat_map(|robot| robot.crowded(world, now)).collect()
}

/// One robot and all that is sent through it.
struct Robot<'a> {
    /// The first of its targets.
    target: &'a Target,
    pace: Pace,
    sendings: Vec<&'a Sending<'a>>,
}

/// A message that comes due.
#[derive(Clone, Copy)]
struct Due<'a> {
    at: Timestamp,
    reminder: &'a ReminderId,
}

/// Messages that come due so close together that some of them wait.
struct Crowd<'a> {
    /// When the first of them is due.
    begin: Timestamp,
    /// The most that are due within one window.
    most: usize,
    /// How long the last one waits.
    wait: SignedDuration,
    reminders: Vec<&'a ReminderId>,
}

/// The crowds of one time of day.
struct Daily<'a> {
    worst: Crowd<'a>,
    first: Date,
    days: usize,
}

impl<'a> Robot<'a> {
    fn of(target: &'a Target) -> Self {
        Self { target, pace: world::pace(target), sendings: Vec::new() }
    }

    fn crowded(&self, world: &World, now: Timestamp) -> Vec<Diagnostic> {
        let mut daily: BTreeMap<Time, Daily<'a>> = BTreeMap::new();
        for crowd in crowds_of(&self.due(world, now), self.pace) {
            let local = crowd.begin.to_zoned_datetime(world.zone.tz.clone());
            let time = Time::new(local.hour(), local.minute(), 0, 0).unwrap_or_default();
            match daily.get_mut(&time) {
                None => {
                    daily.insert(time, Daily { worst: crowd, first: local.date(), days: 1 });
                }
                Some(known) => {
                    known.days += 1;
                    if crowd.wait > known.worst.wait {
                        known.worst = crowd;
                    }
                }
            }
        }
        let mut worst: Vec<(Time, Daily<'a>)> = daily.into_iter().collect();
        worst.sort_by_key(|(time, daily)| (std::cmp::Reverse(daily.worst.wait), *time));
        let rest = worst.len().saturating_sub(TOLD);
        let told = worst.iter().take(TOLD);
        let mut found: Vec<Diagnostic> =
            told.map(|(time, daily)| self.warning(*time, daily)).collect();
        if rest > 0 {
            let message = text!(
                "so it is with {target} at {rest} more times of day",
                target = self.target.name.as_str(),
                rest = rest,
            );
            found.push(Diagnostic::note(self.target.place.clone(), "over-pace", message));
        }
        found
    }

    /// When messages become free to leave, in order.
    fn due(&self, world: &World, now: Timestamp) -> Vec<Due<'a>> {
        let until = now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
        let mut due = Vec::new();
        for sending in &self.sendings {
            let quiet =
                sending.target.quiet.filter(|_| sending.reminder.priority != Priority::Urgent);
            let reminder = &sending.reminder.id;
            let instants = sending.fires.instants.iter();
            for at in instants.filter(|at| **at > now && **at < until) {
                let ends = quiet
                    .and_then(|quiet| quiet.ends(&at.to_zoned_datetime(world.zone.tz.clone())));
                due.push(Due { at: ends.unwrap_or(*at), reminder });
            }
        }
        due.sort_by_key(|due| due.at);
        due
    }

    fn warning(&self, time: Time, daily: &Daily<'_>) -> Diagnostic {
        let Daily { worst, first, days } = daily;
        let message = text!(
            "{most} messages to {target} come due together at {time} (first on {first}, {days} times in the next {ahead} days); its robot takes {count} in {window}, so the last one leaves {wait} late",
            most = worst.most,
            target = self.target.name.as_str(),
            time = time.strftime("%H:%M").to_string(),
            first = *first,
            days = *days,
            ahead = DAYS,
            count = self.pace.count,
            window = spoken(SignedDuration::try_from(self.pace.window).unwrap_or_default()),
            wait = spoken(worst.wait),
        );
        let named = named(&worst.reminders);
        let help = text!("move some of them by a few minutes: {named}", named = named);
        Diagnostic::warning(self.target.place.clone(), "over-pace", message).help(help)
    }
}

/// The first of several reminders, and how many more there are.
pub(super) fn named(reminders: &[&ReminderId]) -> Text {
    let named = reminders.iter().take(NAMED).map(|id| format!("`{id}`"));
    let named = named.collect::<Vec<_>>().join(", ");
    match reminders.len().saturating_sub(NAMED) {
        0 => Text::from(named),
        more => text!("{named} and {more} more", named = named, more = more),
    }
}

/// `2 min 3 s`
fn spoken(span: SignedDuration) -> Text {
    let seconds = span.as_secs() + i64::from(span.subsec_nanos() > 0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let units = [
        (hours, text!("{hours} h", hours = hours)),
        (minutes, text!("{minutes} min", minutes = minutes)),
        (seconds, text!("{seconds} s", seconds = seconds)),
    ];
    let said = units.into_iter().filter(|(count, _)| *count > 0).map(|(_, said)| said);
    let joined = said.reduce(|first, next| text!("{first} {next}", first = first, next = next));
    joined.unwrap_or_else(|| text!("{seconds} s", seconds = seconds))
}

/// Lets the messages out one after the other, as the pace allows, and gathers what waits.
fn crowds_of<'a>(due: &[Due<'a>], pace: Pace) -> Vec<Crowd<'a>> {
    let window = SignedDuration::try_from(pace.window).unwrap_or(SignedDuration::MAX);
    let most = usize::try_from(pace.count).unwrap_or(usize::MAX).max(1);
    let later = |at: Timestamp| at.saturating_add(window).unwrap_or(Timestamp::MAX);
    let mut left: VecDeque<Timestamp> = VecDeque::new();
    let mut crowds: Vec<Crowd<'a>> = Vec::new();
    // Where the crowd that still waits began, and the first message of the window now looked at.
    let (mut waiting, mut oldest) = (false, 0);
    for (index, message) in due.iter().enumerate() {
        while message.at.duration_since(due[oldest].at) >= window {
            oldest += 1;
        }
        let free = if left.len() == most { left.pop_front().map(later) } else { None };
        let leaves = free.map_or(message.at, |free| free.max(message.at));
        left.push_back(leaves);
        let wait = leaves.duration_since(message.at);
        let waited = std::mem::replace(&mut waiting, wait > SignedDuration::ZERO);
        if !waiting {
            continue;
        }
        let together = due[oldest..=index].iter();
        match crowds.last_mut().filter(|_| waited) {
            Some(crowd) => {
                crowd.most = crowd.most.max(index + 1 - oldest);
                crowd.wait = crowd.wait.max(wait);
                crowd.name(message.reminder);
            }
            None => {
                let mut crowd = Crowd {
                    begin: due[oldest].at,
                    most: index + 1 - oldest,
                    wait,
                    reminders: Vec::new(),
                };
                together.for_each(|due| crowd.name(due.reminder));
                crowds.push(crowd);
            }
        }
    }
    crowds
}

impl<'a> Crowd<'a> {
    /// Each reminder is named once.
    fn name(&mut self, reminder: &'a ReminderId) {
        if !self.reminders.contains(&reminder) {
            self.reminders.push(reminder);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn said(seconds: &[i64], pace: (u32, u64)) -> Vec<(i64, usize, i64)> {
        let id = ReminderId::new("a");
        let due: Vec<Due<'_>> = seconds
            .iter()
            .map(|second| Due { at: Timestamp::from_second(*second).unwrap(), reminder: &id })
            .collect();
        let pace = Pace { count: pace.0, window: Duration::from_secs(pace.1) };
        let crowds = crowds_of(&due, pace);
        crowds
            .iter()
            .map(|crowd| (crowd.begin.as_second(), crowd.most, crowd.wait.as_secs()))
            .collect()
    }

    #[test]
    fn only_what_waits_is_a_crowd() {
        assert_eq!(said(&[0, 0, 0, 61, 61, 61], (3, 61)), []);
        // The fourth waits until the first is a window old.
        assert_eq!(said(&[0, 0, 0, 0], (3, 61)), [(0, 4, 61)]);
        assert_eq!(said(&[0; 10], (3, 61)), [(0, 10, 183)]);
        // A long queue holds up what comes later, and ends.
        assert_eq!(said(&[0, 0, 0, 0, 30, 600, 600], (3, 61)), [(0, 5, 61)]);
        let twice = [[0_i64; 4], [1_000; 4]].concat();
        assert_eq!(said(&twice, (3, 61)), [(0, 4, 61), (1_000, 4, 61)]);
        assert_eq!(said(&[], (3, 61)), []);
    }

    #[test]
    fn spans_are_said_in_units_people_use() {
        let said = |seconds| spoken(SignedDuration::from_secs(seconds)).to_string();
        assert_eq!([said(61), said(7_200), said(3_723)], ["1 min 1 s", "2 h", "1 h 2 min 3 s"]);
        assert_eq!(spoken(SignedDuration::from_millis(1_500)).to_string(), "2 s");
    }
}
