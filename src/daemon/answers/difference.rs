//! What a save changed: which reminders, and when they fire in the next days. Pure.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{Timestamp, ToSpan as _, ZonedDateTime};

use crate::{
    daemon::world::World,
    model::{
        people::Mention,
        reminder::{Reminder, ReminderId},
        text::{Text, Words, text, words},
    },
    plan,
};

/// How far ahead two worlds are compared.
const DAYS: i64 = 30;

/// Instants of one reminder that are compared at most: every minute for all of these days.
const INSTANTS: usize = 50_000;

/// Names in a list; the rest is counted.
const NAMES: usize = 4;

const WEEKDAYS: [Words; 7] = [
    words!("Mon"),
    words!("Tue"),
    words!("Wed"),
    words!("Thu"),
    words!("Fri"),
    words!("Sat"),
    words!("Sun"),
];

/// A file that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Changed {
    /// As people know it.
    pub(super) file: String,
    /// Those named as owner in it.
    pub(super) owners: Vec<String>,
    /// Its reminders that came, went or changed; all when its mistakes are gone.
    pub(super) reminders: BTreeSet<ReminderId>,
    /// Its mistakes are gone.
    pub(super) mended: bool,
    /// It held or holds this reminder alone.
    alone: bool,
}

/// The files that changed, by path. Where only comments changed or lines moved, nothing did.
pub(super) fn changed(before: &World, after: &World) -> Vec<Changed> {
    let mended = |path: &str| {
        let broken = |world: &World| world.broken.iter().any(|one| one.path == path);
        broken(before) && !broken(after)
    };
    let mut files: BTreeMap<&str, BTreeSet<ReminderId>> = BTreeMap::new();
    for (id, new) in &after.reminders {
        let old = before.reminders.get(id);
        if old.is_none_or(|old| differs(old, new)) || mended(&new.place.file) {
            files.entry(&new.place.file).or_default().insert(id.clone());
        }
    }
    for (id, old) in &before.reminders {
        if !after.reminders.contains_key(id) {
            files.entry(&old.place.file).or_default().insert(id.clone());
        }
    }
    let (old, new) = (by_file(before), by_file(after));
    let change = |(file, reminders): (&str, BTreeSet<ReminderId>)| {
        let current = new.get(file).or_else(|| old.get(file)).map_or(&[][..], Vec::as_slice);
        let owners: BTreeSet<String> = current.iter().filter_map(|one| one.owner.clone()).collect();
        Changed {
            file: file.to_owned(),
            owners: owners.into_iter().collect(),
            alone: current.len() == 1 && reminders.len() == 1,
            mended: mended(file),
            reminders,
        }
    };
    files.into_iter().map(change).collect()
}

fn by_file(world: &World) -> BTreeMap<&str, Vec<&Reminder>> {
    let mut files: BTreeMap<&str, Vec<&Reminder>> = BTreeMap::new();
    for reminder in world.reminders.values() {
        files.entry(&reminder.place.file).or_default().push(reminder);
    }
    files
}

/// Whether two versions of a reminder mean different things. A calendar that changed beyond the
/// days that are compared does not count.
fn differs(old: &Reminder, new: &Reminder) -> bool {
    if old == new {
        return false;
    }
    let (old, mut bare) = (old.unplaced(), new.unplaced());
    if old == bare {
        return false;
    }
    let same_words = old.schedule.fingerprint() == bare.schedule.fingerprint();
    if !same_words {
        return true;
    }
    bare.schedule = Arc::clone(&old.schedule);
    old != bare
}

impl Changed {
    /// One line about a reminder: what is in force, and what changes in the next days.
    pub(super) fn line(
        &self,
        id: &ReminderId,
        before: &World,
        after: &World,
        now: Timestamp,
    ) -> Text {
        let (old, new) = (before.reminders.get(id), after.reminders.get(id));
        let label = if self.alone { self.file.clone() } else { format!("{}, {id}", self.file) };
        let standing = match new {
            None => text!("gone"),
            Some(reminder) => standing(reminder, after, now),
        };
        let ahead = ahead(old.map(AsRef::as_ref), new.map(AsRef::as_ref), now);
        text!("{label}: {standing}; {ahead}", label = label, standing = standing, ahead = ahead)
    }
}

/// What is in force of a reminder: next tomorrow 09:00, to whom, mentioning whom.
fn standing(reminder: &Reminder, world: &World, now: Timestamp) -> Text {
    if !reminder.enabled {
        return text!("off");
    }
    let targets = reminder.to.iter().map(|id| world.called(id).to_owned());
    let targets = list(targets.collect());
    let whom = list(reminder.mention.iter().map(|mention| called(mention, world)).collect());
    let Some(next) = plan::next(&reminder.schedule, now) else {
        return untimed(reminder, targets, &whom);
    };
    let zone = &reminder.schedule.zone.tz;
    let when =
        when(&next.due_at.to_zoned_datetime(zone.clone()), &now.to_zoned_datetime(zone.clone()));
    text!("next {when}, {targets}{whom}", when = when, targets = targets, whom = comma(&whom))
}

/// The same of one that has no time ahead: it may speak when something changes.
fn untimed(reminder: &Reminder, targets: String, whom: &str) -> Text {
    let whom = comma(whom);
    if reminder.on_change.is_empty() {
        return text!("no next time, {targets}{whom}", targets = targets, whom = whom);
    }
    let folders = list(reminder.on_change.iter().map(|one| one.folder.clone()).collect());
    text!(
        "speaks when something in {folders} changes, {targets}{whom}",
        folders = folders,
        targets = targets,
        whom = whom,
    )
}

fn comma(whom: &str) -> Text {
    match whom {
        "" => Text::from(""),
        _ => text!(", {whom}", whom = whom),
    }
}

/// The first names of a list.
fn list(names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMES);
    let mut said = names.into_iter().take(NAMES).collect::<Vec<_>>().join(", ");
    if more > 0 {
        said.push_str(&format!(" +{more}"));
    }
    said
}

fn called(mention: &Mention, world: &World) -> String {
    match mention {
        Mention::All => "@all".to_owned(),
        Mention::Person(id) => {
            let name = world.people.people.get(id).map_or(id.as_str(), |person| &person.name);
            format!("@{name}")
        }
        Mention::Role(name) | Mention::Department(name) => format!("@{name}"),
        Mention::Rota(name) => format!("@rota:{name}"),
    }
}

/// A time as people say it.
fn when(at: &ZonedDateTime, now: &ZonedDateTime) -> Text {
    let seconds = if at.second() == 0 { "" } else { ":%S" };
    let time = at.strftime(&format!("%H:%M{seconds}")).to_string();
    let tomorrow = now.date().tomorrow().ok();
    if at.date() == now.date() {
        return text!("today {time}", time = time);
    }
    if Some(at.date()) == tomorrow {
        return text!("tomorrow {time}", time = time);
    }
    let weekday = usize::from(at.weekday().to_monday_zero_offset().unsigned_abs());
    text!(
        "{weekday} {date} {time}",
        weekday = WEEKDAYS.get(weekday).map_or_else(|| Text::from(""), |&word| Text::from(word)),
        date = at.date(),
        time = time,
    )
}

/// How many times come and go in the next days.
fn ahead(old: Option<&Reminder>, new: Option<&Reminder>, now: Timestamp) -> Text {
    let end = now.checked_add((DAYS * 24).hours()).unwrap_or(Timestamp::MAX);
    match compare(times(old, now, end), times(new, now, end)) {
        (0, 0) => text!("next {days} days as before", days = DAYS),
        (come, gone) => {
            text!("next {days} days +{come} −{gone}", days = DAYS, come = come, gone = gone)
        }
    }
}

/// When a reminder fires until an instant; never when there is none.
fn times(
    reminder: Option<&Reminder>,
    now: Timestamp,
    end: Timestamp,
) -> impl Iterator<Item = Timestamp> {
    let schedule = reminder.filter(|one| one.enabled).map(|one| &*one.schedule);
    let instants = schedule.map(|schedule| plan::instants(schedule, now));
    instants.into_iter().flatten().take_while(move |at| *at <= end)
}

/// Of two rising rows: how many are in the second alone, and in the first alone. Both are followed
/// equally far, [`INSTANTS`] at most.
fn compare(
    old: impl Iterator<Item = Timestamp>,
    new: impl Iterator<Item = Timestamp>,
) -> (usize, usize) {
    let (mut come, mut gone) = (0, 0);
    let (mut old, mut new) = (old.peekable(), new.peekable());
    for _ in 0..INSTANTS {
        let order = match (old.peek(), new.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.cmp(b),
        };
        if order != Ordering::Greater {
            old.next();
            gone += usize::from(order == Ordering::Less);
        }
        if order != Ordering::Less {
            new.next();
            come += usize::from(order == Ordering::Greater);
        }
    }
    (come, gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_and_goes_is_counted() {
        fn at(seconds: &[i64]) -> impl Iterator<Item = Timestamp> {
            seconds.iter().map(|&second| Timestamp::from_second(second).unwrap())
        }
        for (old, new, expected) in [
            (&[][..], &[][..], (0, 0)),
            (&[1, 2, 3], &[1, 2, 3], (0, 0)),
            (&[], &[1, 2], (2, 0)),
            (&[1, 2], &[], (0, 2)),
            (&[1, 3, 5], &[2, 3, 4, 6], (3, 2)),
        ] {
            assert_eq!(compare(at(old), at(new)), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let at = |text: &str| format!("{text}[Asia/Shanghai]").parse::<ZonedDateTime>().unwrap();
        let now = at("2026-11-28T23:30");
        for (time, english, chinese) in [
            ("2026-11-28T23:40", "today 23:40", "今天 23:40"),
            ("2026-11-29T09:00:05", "tomorrow 09:00:05", "明天 09:00:05"),
            ("2026-12-04T17:00", "Fri 2026-12-04 17:00", "周五 2026-12-04 17:00"),
        ] {
            let said = when(&at(time), &now);
            assert_eq!(said.to_string(), english);
            assert_eq!(said.told(crate::model::language::Language::Chinese), chinese);
        }
    }
}
