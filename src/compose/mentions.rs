//! Whom a message mentions, by the one id each robot takes.

use super::render::Inline;
use crate::model::{
    diagnostic::{Diagnostic, Place},
    message::{Mentioned, Mentions},
    people::{Mention, Person},
    target::{RobotKind, Shape, Target},
    text::{Text, Words, text, words},
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
    if by.is_empty() && !mention.is_empty() {
        findings.push(not_singly(target, place));
    } else if mentioned.is_empty() && !mention.is_empty() {
        let message = text!(
            "nobody can be mentioned in {target}: {why}",
            target = name,
            why = nobody(&left_out, by),
        );
        findings.push(Diagnostic::error(place.clone(), "mention-nobody", message).help(give(by)));
    } else if !left_out.is_empty() {
        findings.push(missed(&left_out.join(", "), target, shape, place));
    }
    if mentioned.len() > shape.max_mentions {
        findings.push(too_many(mentioned.len(), target, shape, place));
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
        findings.push(missed(&inline.by_name.join(", "), target, shape, place));
    }
    let mut people = mentions.people;
    for one in inline.people {
        if people.iter().all(|known| known.id != one.id) {
            people.push(one);
        }
    }
    if people.len() > shape.max_mentions {
        findings.push(too_many(people.len(), target, shape, place));
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

/// What to do about people without an id.
pub(super) fn give(by: Words) -> Text {
    text!("give them {what} under `people:` in the settings", what = by)
}

/// The finding when some people have no id for a robot.
fn missed(names: &str, target: &Target, shape: &Shape, place: &Place) -> Diagnostic {
    let target = &target.name;
    let message = text!("{names} cannot be mentioned in {target}", names = names, target = target);
    Diagnostic::warning(place.clone(), "mention-left-out", message).help(give(shape.mention_by))
}

/// The finding when a message mentions more people than its robot takes.
fn too_many(count: usize, target: &Target, shape: &Shape, place: &Place) -> Diagnostic {
    let message = text!(
        "{count} people are mentioned in {target}; the robot takes {most}",
        count = count,
        target = &target.name,
        most = shape.max_mentions,
    );
    Diagnostic::error(place.clone(), "mention-too-many", message)
        .help(text!("mention fewer, or `all`"))
}

/// The finding when a robot cannot mention everyone.
fn not_all(target: &Target, place: &Place) -> Diagnostic {
    let message = text!(
        "nobody is mentioned in {target}: {robot} cannot mention everyone",
        target = &target.name,
        robot = target.robot.name(),
    );
    let otherwise = words!("mention people or a role, or leave `mention` away");
    Diagnostic::warning(place.clone(), "cannot-mention-all", message)
        .help(instead(target, otherwise))
}

/// The finding when a robot can mention nobody.
fn not_singly(target: &Target, place: &Place) -> Diagnostic {
    let message = text!(
        "nobody is mentioned in {target}: {robot} cannot mention people",
        target = &target.name,
        robot = target.robot.name(),
    );
    let otherwise =
        words!("send it to a target with a group robot as well, whose message mentions them");
    Diagnostic::warning(place.clone(), "cannot-mention", message).help(instead(target, otherwise))
}

/// What to do where a robot cannot mention; an app's robot can be followed by another.
fn instead(target: &Target, otherwise: Words) -> Words {
    match target.robot {
        RobotKind::DingtalkApp => words!(
            "add a webhook robot to the same group, make it a target, and name that under this \
             target's `nudge`: it follows with a short text that mentions them"
        ),
        _ => otherwise,
    }
}

fn nobody(left_out: &[&str], by: Words) -> Text {
    match left_out {
        [] => text!("the roles in `mention` have no people"),
        [one] => text!("{name} has no id for it ({what})", name = one, what = by),
        many => {
            text!("{names} have no id for it ({what})", names = many.join(", "), what = by)
        }
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
        let shape =
            Shape { mention_all: false, mention_by: Words::NONE, mention: |_| None, ..shape() };
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
