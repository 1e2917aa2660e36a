//! Whom a message mentions, by the one id each robot takes.

use super::render::Inline;
use crate::model::{
    diagnostic::{Diagnostic, Place},
    message::{Mentioned, Mentions},
    people::{Mention, Person},
    target::{RobotKind, Shape, Target},
};

/// The mentions of a message to one target, and what is to be said about them. `people` are those
/// behind `mention` on the day. The message goes
/// out whatever is said: without a mention it is still read.
pub(super) fn of(
    mention: &[Mention],
    people: &[&Person],
    target: &Target,
    shape: &Shape,
    place: &Place,
) -> (Mentions, Vec<Diagnostic>) {
    if mention.contains(&Mention::All) && target.nudge().is_none() {
        let all = Mentions { all: shape.mention_all, people: Vec::new() };
        let findings = if shape.mention_all { None } else { Some(not_all(target, place)) };
        return (all, findings.into_iter().collect());
    }
    let mut mentioned: Vec<Mentioned> = Vec::new();
    let mut left_out: Vec<&str> = Vec::new();
    for person in people {
        match (shape.mention)(person) {
            Some(found) if mentioned.iter().any(|known| known.id == found.id) => {}
            Some(found) => mentioned.push(found),
            None => left_out.push(&person.name),
        }
    }
    // Another target's robot follows and mentions them.
    if target.nudge().is_some() {
        return (Mentions::default(), Vec::new());
    }
    let mut findings = Vec::new();
    let name = &target.name;
    let by = shape.mention_by;
    let help = format!("give them {by} under `people:` in the settings");
    if by.is_empty() && !mention.is_empty() {
        findings.push(not_singly(target, place));
    } else if mentioned.is_empty() && !mention.is_empty() {
        let message = format!("nobody can be mentioned in {name}: {}", nobody(&left_out, by));
        findings
            .push(Diagnostic::error(place.clone(), "mention-nobody", message).help(help.clone()));
    } else if !left_out.is_empty() {
        let message = format!("{} cannot be mentioned in {name}", left_out.join(", "));
        let left_out = Diagnostic::warning(place.clone(), "mention-left-out", message);
        findings.push(left_out.help(help));
    }
    if mentioned.len() > shape.max_mentions {
        let message = format!(
            "{} people are mentioned in {name}; the robot takes {}",
            mentioned.len(),
            shape.max_mentions
        );
        let help = "mention fewer, or `all`".to_owned();
        findings.push(Diagnostic::error(place.clone(), "mention-too-many", message).help(help));
        mentioned.truncate(shape.max_mentions);
    }
    (Mentions { all: false, people: mentioned }, findings)
}

/// The mentions of a message together with those its text makes itself, and what is to be said
/// about these.
pub(super) fn with_inline(
    mentions: Mentions,
    inline: Inline,
    target: &Target,
    shape: &Shape,
    place: &Place,
) -> (Mentions, Vec<Diagnostic>) {
    if mentions.all {
        return (mentions, Vec::new());
    }
    let mut findings = Vec::new();
    if !inline.by_name.is_empty() && shape.mention_by.is_empty() {
        findings.push(not_singly(target, place));
    } else if !inline.by_name.is_empty() {
        let names = inline.by_name.join(", ");
        let message = format!("{names} cannot be mentioned in {}", target.name);
        let help = format!("give them {} under `people:` in the settings", shape.mention_by);
        findings.push(Diagnostic::warning(place.clone(), "mention-left-out", message).help(help));
    }
    let mut people = mentions.people;
    for one in inline.people {
        if people.iter().all(|known| known.id != one.id) {
            people.push(one);
        }
    }
    if people.len() > shape.max_mentions {
        let message = format!(
            "{} people are mentioned in {}; the robot takes {}",
            people.len(),
            target.name,
            shape.max_mentions
        );
        let many = Diagnostic::error(place.clone(), "mention-too-many", message);
        findings.push(many.help("mention fewer, or `all`"));
        people.truncate(shape.max_mentions);
    }
    (Mentions { all: false, people }, findings)
}

/// A text whose mentions are names: where nobody is mentioned by them.
pub(super) fn named(text: &str, people: &[Mentioned]) -> String {
    let mut longest: Vec<&Mentioned> = people.iter().collect();
    longest.sort_by_key(|one| std::cmp::Reverse(one.id.len()));
    let name = |text: String, one: &Mentioned| {
        text.replace(&format!("@{}", one.id), &format!("@{}", one.name))
    };
    longest.into_iter().fold(text.to_owned(), name)
}

/// The finding when a robot cannot mention everyone.
fn not_all(target: &Target, place: &Place) -> Diagnostic {
    let robot = target.robot.name();
    let message =
        format!("nobody is mentioned in {}: {robot} cannot mention everyone", target.name);
    Diagnostic::warning(place.clone(), "cannot-mention-all", message)
        .help(instead(target, "mention people or a role, or leave `mention` away"))
}

/// The finding when a robot can mention nobody.
fn not_singly(target: &Target, place: &Place) -> Diagnostic {
    let robot = target.robot.name();
    let message = format!("nobody is mentioned in {}: {robot} cannot mention people", target.name);
    Diagnostic::warning(place.clone(), "cannot-mention", message).help(instead(
        target,
        "send it to a target with a group robot as well, whose message mentions them",
    ))
}

/// What to do where a robot cannot mention; an app's robot can be followed by another.
fn instead(target: &Target, otherwise: &'static str) -> &'static str {
    match target.robot {
        RobotKind::DingtalkApp => {
            "add a webhook robot to the same group, make it a target, and name that under this \
             target's `nudge`: it follows with a short text that mentions them"
        }
        _ => otherwise,
    }
}

fn nobody(left_out: &[&str], by: &str) -> String {
    match left_out {
        [] => "the roles in `mention` have no people".into(),
        [one] => format!("{one} has no id for it ({by})"),
        many => format!("{} have no id for it ({by})", many.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::*, *};
    use crate::model::people::{People, Person};

    fn people() -> People {
        let mobile = |id: &str, name: &str, mobile: Option<&str>| Person {
            mobile: mobile.map(str::to_owned),
            ..person(id, name)
        };
        let all = [
            mobile("a", "张三", Some("1")),
            mobile("b", "李四", Some("2")),
            mobile("twin", "李四二", Some("2")),
            mobile("c", "王五", None),
        ];
        People {
            people: all.into_iter().map(|person| (person.id.clone(), person)).collect(),
            roles: [
                ("hr".to_owned(), ["b", "twin", "c"].map(str::to_owned).to_vec()),
                ("empty".to_owned(), Vec::new()),
            ]
            .into(),
            ..People::default()
        }
    }

    fn on_a_day(
        mention: &[Mention],
        target: &Target,
        shape: &Shape,
        place: &Place,
    ) -> (Mentions, Vec<Diagnostic>) {
        let everyone = people();
        of(mention, &everyone.everyone(mention), target, shape, place)
    }

    #[test]
    fn each_person_is_mentioned_once_by_an_id_the_robot_takes() {
        let person = |id: &str| Mention::Person(id.into());
        let role = |id: &str| Mention::Role(id.into());
        let cases: [(&[Mention], &[&str], &[&str]); 8] = [
            (&[], &[], &[]),
            (&[person("a"), person("a")], &["1"], &[]),
            (&[person("b"), role("hr")], &["2"], &["mention-left-out"]),
            (&[person("a"), role("hr")], &["1", "2"], &["mention-left-out"]),
            (&[person("c")], &[], &["mention-nobody"]),
            (&[role("empty")], &[], &["mention-nobody"]),
            (&[role("gone")], &[], &["mention-nobody"]),
            (&[Mention::All, person("c")], &[], &[]),
        ];
        for (mention, ids, codes) in cases {
            let place = Place::default();
            let (found, findings) = on_a_day(mention, &target("ops", "运营群"), &shape(), &place);
            assert_eq!(found.all, mention.contains(&Mention::All));
            assert_eq!(found.people.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ids);
            assert_eq!(findings.iter().map(|f| f.code).collect::<Vec<_>>(), codes, "{mention:?}");
        }
    }

    #[test]
    fn what_a_robot_cannot_mention_is_said() {
        let target = target("ops", "运营群");
        let shape = Shape { mention_all: false, mention_by: "", mention: |_| None, ..shape() };
        let place = Place::default();
        let (found, said) = on_a_day(&[Mention::All], &target, &shape, &place);
        assert_eq!((found, said[0].code), (Mentions::default(), "cannot-mention-all"));
        let one = [Mention::Person("a".into())];
        let (found, said) = on_a_day(&one, &target, &shape, &place);
        assert_eq!((found, said[0].code), (Mentions::default(), "cannot-mention"));
    }

    #[test]
    fn beyond_what_the_robot_takes_the_first_are_kept() {
        let shape = Shape { max_mentions: 1, ..shape() };
        let mention = [Mention::Person("a".into()), Mention::Person("b".into())];
        let target = target("ops", "运营群");
        let (found, findings) = on_a_day(&mention, &target, &shape, &Place::default());
        assert_eq!(found.people.len(), 1);
        assert_eq!(findings[0].code, "mention-too-many");
    }
}
