//! Whom a message mentions: one id per person that this robot takes.

use crate::model::{
    diagnostic::Diagnostic,
    message::Mentions,
    people::{Mention, People},
    reminder::Reminder,
    target::{Shape, Target},
};

/// Resolves a reminder's mentions for one target.
///
/// # Errors
/// Somebody is to be mentioned and nobody can be.
pub(super) fn resolve(
    reminder: &Reminder,
    people: &People,
    target: &Target,
    shape: &Shape,
) -> Result<(Mentions, Vec<Diagnostic>), Vec<Diagnostic>> {
    let all = reminder.mention.contains(&Mention::All);
    let found = people.resolve(&reminder.mention);
    if all || reminder.mention.is_empty() {
        return Ok((Mentions { all, people: Vec::new() }, Vec::new()));
    }
    let mut mentioned = Vec::new();
    let mut without = Vec::new();
    for person in found {
        match (shape.mention)(person) {
            Some(one) if !mentioned.contains(&one) => mentioned.push(one),
            Some(_) => {}
            None => without.push(person.name.as_str()),
        }
    }
    let place = || reminder.place.clone();
    if mentioned.is_empty() {
        let message = format!("nobody this reminder mentions can be mentioned in {}", target.name);
        let help = "give these people a mobile number, or the id this robot takes, in `people`";
        return Err(vec![Diagnostic::error(place(), "mention-nobody", message).help(help)]);
    }
    let mut warnings = Vec::new();
    if !without.is_empty() {
        let message = format!("{} cannot be mentioned in {}", without.join(", "), target.name);
        let help = "give them a mobile number, or the id this robot takes, in `people`";
        warnings.push(Diagnostic::warning(place(), "mention-some", message).help(help));
    }
    if mentioned.len() > shape.max_mentions {
        let (count, most) = (mentioned.len(), shape.max_mentions);
        let message = format!("{count} people are mentioned, the robot takes {most} at most");
        let help = "mention `all`, or fewer people; only the first ones are mentioned";
        warnings.push(Diagnostic::warning(place(), "mention-many", message).help(help));
        mentioned.truncate(most);
    }
    Ok((Mentions { all: false, people: mentioned }, warnings))
}
