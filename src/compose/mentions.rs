//! Whom a message mentions, by the one id each robot takes.

use crate::model::{
    diagnostic::{Diagnostic, Place},
    message::{Mentioned, Mentions},
    people::{Mention, People},
    target::{Shape, Target},
};

/// The mentions of a message to one target, and what is to be said about them. The message goes
/// out whatever is said: without a mention it is still read.
pub(super) fn of(
    mention: &[Mention],
    people: &People,
    target: &Target,
    shape: &Shape,
    place: &Place,
) -> (Mentions, Vec<Diagnostic>) {
    if mention.contains(&Mention::All) {
        return (Mentions { all: true, people: Vec::new() }, Vec::new());
    }
    let mut mentioned: Vec<Mentioned> = Vec::new();
    let mut left_out: Vec<&str> = Vec::new();
    for person in people.resolve(mention) {
        match (shape.mention)(person) {
            Some(found) if mentioned.iter().any(|known| known.id == found.id) => {}
            Some(found) => mentioned.push(found),
            None => left_out.push(&person.name),
        }
    }
    let mut findings = Vec::new();
    let name = &target.name;
    let robot = target.robot.name();
    if mentioned.is_empty() && !mention.is_empty() {
        let message = format!("nobody can be mentioned in {name}: {}", nobody(&left_out, robot));
        findings.push(Diagnostic::error(place.clone(), "mention-nobody", message).help(format!(
            "give them a `{robot}` id or a `mobile` under `people:` in the settings"
        )));
    } else if !left_out.is_empty() {
        let message = format!("{} cannot be mentioned in {name}", left_out.join(", "));
        findings.push(Diagnostic::warning(place.clone(), "mention-left-out", message).help(
            format!("give them a `{robot}` id or a `mobile` under `people:` in the settings"),
        ));
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

fn nobody(left_out: &[&str], robot: &str) -> String {
    match left_out {
        [] => "the roles in `mention` have no people".into(),
        [one] => format!("{one} has no id that the robot `{robot}` knows"),
        many => format!("{} have no id that the robot `{robot}` knows", many.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::*, *};
    use crate::model::people::Person;

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
        }
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
            let (found, findings) =
                of(mention, &people(), &target("ops", "运营群"), &shape(), &place);
            assert_eq!(found.all, mention.contains(&Mention::All));
            assert_eq!(found.people.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ids);
            assert_eq!(findings.iter().map(|f| f.code).collect::<Vec<_>>(), codes, "{mention:?}");
        }
    }

    #[test]
    fn beyond_what_the_robot_takes_the_first_are_kept() {
        let shape = Shape { max_mentions: 1, ..shape() };
        let mention = [Mention::Person("a".into()), Mention::Person("b".into())];
        let target = target("ops", "运营群");
        let (found, findings) = of(&mention, &people(), &target, &shape, &Place::default());
        assert_eq!(found.people.len(), 1);
        assert_eq!(findings[0].code, "mention-too-many");
    }
}
