//! Who hears an alert. Never only the robot that is failing; never only one that is suspended when
//! another can be reached.

use super::{Alert, Concern};
use crate::{
    daemon::world::World,
    model::{
        message::{Mentioned, Mentions},
        people::Person,
        target::{Target, TargetId},
    },
    send,
};

/// A chain of fallbacks is followed this far.
const LONGEST_CHAIN: usize = 4;

/// A target that hears something, and whom of its people it calls.
#[derive(Clone, Debug)]
pub(super) struct Listener<'a> {
    /// The target.
    pub(super) target: &'a Target,
    /// Persons called there because it is theirs to mend.
    pub(super) called: Vec<&'a Person>,
}

impl<'a> Listener<'a> {
    /// Calls these persons too, each once.
    pub(super) fn call(&mut self, people: Vec<&'a Person>) {
        for person in people {
            if !self.called.iter().any(|other| other.id == person.id) {
                self.called.push(person);
            }
        }
    }

    /// Those of the called whom the robot can mention, and the names of the others.
    pub(super) fn mentions(&self) -> (Mentions, Vec<&str>) {
        let shape = send::robot(self.target.robot).shape();
        let mut people: Vec<Mentioned> = Vec::new();
        let mut names = Vec::new();
        for person in &self.called {
            match (shape.mention)(person) {
                Some(mentioned) if people.len() < shape.max_mentions => people.push(mentioned),
                _ => names.push(person.name.as_str()),
            }
        }
        (Mentions { all: false, people }, names)
    }
}

/// Who hears an alert: the alert target, and the owner or the editors of the file it concerns. Where
/// none of these can be reached, their fallbacks and the editors stand in; where only suspended
/// robots are left, it waits for one of them.
pub(super) fn audience<'a>(
    world: &'a World,
    alert: &Alert,
    suspended: &[String],
) -> Vec<Listener<'a>> {
    let mut wanted = Vec::new();
    wanted.extend(world.alerts.to.as_ref().and_then(|id| listener(world, id)));
    wanted.extend(concerned(world, &alert.concern));
    let failing = alert.failing_robot.as_deref();
    let usable = |target: &Target| {
        let key = target.robot_key();
        target.enabled && failing != Some(key.as_str())
    };
    let reachable = |target: &Target| usable(target) && !suspended.contains(&target.robot_key());
    let those = |listeners: &[Listener<'a>], fits: &dyn Fn(&Target) -> bool| {
        merged(listeners.iter().filter(|one| fits(one.target)).cloned())
    };
    let found = those(&wanted, &reachable);
    if !found.is_empty() {
        return found;
    }
    let mut stand_ins: Vec<Listener<'a>> =
        wanted.iter().flat_map(|one| fallbacks(world, one)).collect();
    stand_ins.extend(world.alerts.editors.as_ref().and_then(|id| listener(world, id)));
    let found = those(&stand_ins, &reachable);
    if !found.is_empty() || wanted.is_empty() {
        return found;
    }
    those(&wanted, &usable)
}

/// Those whom an alert or an answer about a file concerns: its owners, with none the editors.
pub(super) fn concerned<'a>(world: &'a World, concern: &Concern) -> Vec<Listener<'a>> {
    let owners = match concern {
        Concern::Service => return Vec::new(),
        Concern::Reminder(id) => {
            let owner = world.reminders.get(id).and_then(|reminder| reminder.owner.clone());
            owner.into_iter().collect()
        }
        Concern::File(owners) => owners.clone(),
    };
    let found: Vec<_> = owners.iter().filter_map(|owner| owned(world, owner)).collect();
    if !found.is_empty() {
        return merged(found);
    }
    world.alerts.editors.iter().filter_map(|id| listener(world, id)).collect()
}

/// An owner: a target, or a person, who is called where the editors, else the alerts, are told.
fn owned<'a>(world: &'a World, owner: &str) -> Option<Listener<'a>> {
    if let Some(target) = world.targets.get(&TargetId::new(owner)) {
        return Some(Listener { target, called: Vec::new() });
    }
    let person = world.people.people.get(owner)?;
    let place = world.alerts.editors.as_ref().or(world.alerts.to.as_ref())?;
    Some(Listener { called: vec![person], ..listener(world, place)? })
}

fn listener<'a>(world: &'a World, id: &TargetId) -> Option<Listener<'a>> {
    world.targets.get(id).map(|target| Listener { target, called: Vec::new() })
}

/// The fallback of a target, its fallback's and so on.
fn fallbacks<'a>(world: &'a World, one: &Listener<'a>) -> Vec<Listener<'a>> {
    let next = |target: &&'a Target| world.targets.get(target.fallback.as_ref()?);
    let chain = std::iter::successors(Some(one.target), next).skip(1).take(LONGEST_CHAIN);
    chain.map(|target| Listener { target, called: one.called.clone() }).collect()
}

/// The same listeners, each target once.
fn merged<'a>(listeners: impl IntoIterator<Item = Listener<'a>>) -> Vec<Listener<'a>> {
    let mut found: Vec<Listener<'a>> = Vec::new();
    for one in listeners {
        match found.iter_mut().find(|known| known.target.id == one.target.id) {
            None => found.push(one),
            Some(known) => known.call(one.called),
        }
    }
    found
}
