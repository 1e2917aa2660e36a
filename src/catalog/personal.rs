//! `to: {people: […], via: TARGET}`: personal messages.

use super::raw::Reader;
use crate::{
    model::{
        people::{Mention, Person},
        reminder::PersonalMessages,
        target::{Personal, TargetId},
        text::{text, words},
    },
    yaml::{Fields, Flaw, Hint, Keys, Node, short},
};

const KEYS: Keys = Keys {
    of: words!("an entry of `to`"),
    known: &["people", "via"],
    hints: &[
        ("person", Hint::Meant("people")),
        ("role", Hint::Meant("people")),
        ("target", Hint::Meant("via")),
        ("robot", Hint::Meant("via")),
    ],
};

/// What `to` says: every target that has something to send, and which of them write to people.
#[derive(Clone, Debug, Default)]
pub(super) struct Addressed {
    pub(super) targets: Vec<TargetId>,
    pub(super) personal: Vec<PersonalMessages>,
}

impl Addressed {
    /// The targets whose groups are written to.
    pub(super) fn groups(&self) -> impl Iterator<Item = &TargetId> {
        let alone = |target: &&TargetId| {
            self.personal.iter().any(|personal| personal.via == **target && !personal.group_too)
        };
        self.targets.iter().filter(move |target| !alone(target))
    }

    /// Adds a group.
    pub(super) fn group(&mut self, target: TargetId) {
        if let Some(known) = self.personal.iter_mut().find(|personal| personal.via == target) {
            known.group_too = true;
        }
        self.target(target);
    }

    /// Adds people.
    pub(super) fn people(&mut self, via: TargetId, people: Vec<Mention>) {
        match self.personal.iter_mut().find(|personal| personal.via == via) {
            Some(known) => known.people.extend(people),
            None => {
                let group_too = self.targets.contains(&via);
                self.personal.push(PersonalMessages { via: via.clone(), people, group_too });
            }
        }
        self.target(via);
    }

    fn target(&mut self, target: TargetId) {
        if !self.targets.contains(&target) {
            self.targets.push(target);
        }
    }
}

impl Reader<'_, '_, '_> {
    /// People, and the target whose robot writes to them.
    pub(super) fn personal(&mut self, node: &Node) -> Option<(TargetId, Vec<Mention>)> {
        let fields = self.report.fields(node, &KEYS)?;
        let via = self.required(&fields, node, "via").and_then(|via| self.target(via));
        let people = self.required(&fields, node, "people")?;
        let mut found: Vec<Mention> = Vec::new();
        for item in self.list(people, "`people`") {
            match self.mentioned(item) {
                Some(Mention::All) => {
                    let message = text!("`people` names people, and not everyone");
                    let help = text!("name people, roles or departments");
                    self.report.flaw(item, Flaw::new("everyone", message).help(help));
                }
                Some(mention) => found.push(mention),
                None => {}
            }
        }
        let via = via?;
        self.reachable(node, &via, &found);
        (!found.is_empty()).then_some((via, found))
    }

    /// Whether there is a group behind a target.
    pub(super) fn somebody_behind(&mut self, node: &Node, target: &TargetId) {
        let Some(receiver) = self.world.targets.get(target.as_str()) else { return };
        if !receiver.group {
            let message =
                text!("there is nobody behind the target `{target}`", target = target.as_str());
            let help = text!(
                "give it receivers in the settings (`to` for mail, `conversation` for a DingTalk app), or write `to: {{people: [hr], via: TARGET}}`"
            );
            self.report.flaw(node, Flaw::new("no-receivers", message).help(help));
        }
    }

    fn required<'a>(&mut self, fields: &Fields<'a>, node: &Node, key: &str) -> Option<&'a Node> {
        let found = fields.get(key);
        if found.is_none() {
            let message = text!("an entry of `to` has no `{key}`", key = key);
            let help = text!("write it like `to: {{people: [hr], via: TARGET}}`");
            self.report.flaw(node, Flaw::new("missing-key", message).help(help));
        }
        found
    }

    /// Whether the robot can write to these people.
    fn reachable(&mut self, node: &Node, via: &TargetId, people: &[Mention]) {
        let world = self.world;
        let Some(receiver) = world.targets.get(via.as_str()) else { return };
        let (robot, target) = (receiver.robot, via.as_str());
        let Some(Personal { id, by, .. }) = receiver.personal else {
            let message = text!(
                "the robot `{robot}` of `{target}` writes to its group only, not to single people",
                robot = robot,
                target = target,
            );
            let help = text!("name a target whose robot is `dingtalk-app` or `email`");
            self.report.flaw(node, Flaw::new("not-personal", message).help(help));
            return;
        };
        let everyone = world.people.everyone(people);
        let missed: Vec<&&Person> = everyone.iter().filter(|person| id(person).is_none()).collect();
        let names: Vec<&str> = missed.iter().map(|person| person.name.as_str()).collect();
        let help = text!("give them {what} in the settings or the file of people", what = by);
        if everyone.is_empty() && !people.is_empty() {
            let message = text!("`people` names nobody");
            self.report.flaw(node, Flaw::new("nobody-to-write-to", message).help(help));
        } else if missed.len() == everyone.len() && !missed.is_empty() {
            let message =
                text!("nobody here has an id by which {robot} can write to them", robot = robot,);
            self.report.flaw(node, Flaw::new("nobody-to-write-to", message).help(help));
        } else if !missed.is_empty() {
            let message = text!(
                "{robot} cannot write to {names}",
                robot = robot,
                names = short(&names.join(", ")),
            );
            self.report.warning(node.span, Flaw::new("left-out", message).help(help));
        }
    }
}
