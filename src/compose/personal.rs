//! Personal messages, what rings, and the short text that mentions people in another robot's name.

use super::{Composer, Draft, Fitting, Scene, fit, key, mentions, render::in_room};
use crate::model::{
    diagnostic::Diagnostic,
    message::{Format, Mentioned, Mentions, Message, Part},
    occurrence::Occurrence,
    people::Mention,
    reminder::{Priority, Reminder},
    target::{Personal, Shape, Target},
    text::text,
};

impl Composer<'_> {
    /// The messages of a draft to single people: the same for all, in batches as the robot takes
    /// them.
    pub(super) fn personally(
        &self,
        draft: &Draft,
        fitting: &Fitting<'_>,
        people: &[Mention],
        notes: &mut Vec<Diagnostic>,
    ) -> Result<Vec<Message>, Vec<Diagnostic>> {
        let (target, shape) = (fitting.target, fitting.shape);
        let place = &self.reminder.place;
        let Some(personal) = &shape.personal else {
            let message = text!("{target} cannot write to single people", target = &target.name);
            return Err(vec![
                Diagnostic::error(place.clone(), "not-personal", message)
                    .help(text!("name a target whose robot is `dingtalk-app` or `email`")),
            ]);
        };
        let (found, left_out) = self.receivers(people, personal);
        let help = mentions::give(personal.by);
        if found.is_empty() {
            let message = text!("nobody can be written to by {target}", target = &target.name);
            let wrong = Diagnostic::error(place.clone(), "nobody-to-write-to", message);
            return Err(vec![wrong.help(help)]);
        }
        if !left_out.is_empty() {
            let message = text!(
                "{target} cannot write to {names}",
                target = &target.name,
                names = left_out.join(", "),
            );
            notes.push(Diagnostic::warning(place.clone(), "left-out", message).help(help));
        }
        let unaddressed = Draft { mentions: Mentions::default(), ..draft.clone() };
        let fitted =
            fit(&unaddressed, fitting).ok_or_else(|| vec![self.hopeless(target, shape)])?;
        notes.extend(self.remarks(target, &fitted));
        let mut messages = Vec::new();
        for batch in found.chunks(personal.batch.max(1)) {
            let to = |message: &Message| Message { people: batch.to_vec(), ..message.clone() };
            let parts: Vec<Message> = fitted.messages.iter().map(to).collect();
            messages.extend(self.rung(parts, batch, target, personal));
        }
        Ok(messages)
    }

    /// The people behind a list with the ids they are reached by, and the names of those who have
    /// none.
    fn receivers<'p>(
        &'p self,
        people: &'p [Mention],
        personal: &Personal,
    ) -> (Vec<Mentioned>, Vec<&'p str>) {
        let (mut found, mut left_out): (Vec<Mentioned>, Vec<&str>) = Default::default();
        for person in self.scene.people.resolve(people, &self.scene.moment) {
            match (personal.id)(person) {
                Some(one) if found.iter().any(|known| known.id == one.id) => {}
                Some(one) => found.push(one),
                None => left_out.push(&person.name),
            }
        }
        (found, left_out)
    }

    /// What an urgent message to a group rings for: whom it would mention, where its robot rings.
    pub(super) fn ringing(&self, messages: Vec<Message>, fitting: &Fitting<'_>) -> Vec<Message> {
        let Some(personal) = &fitting.shape.personal else { return messages };
        let (found, _) = self.receivers(&self.reminder.mention, personal);
        let few = found.get(..found.len().min(personal.batch)).unwrap_or_default();
        self.rung(messages, few, fitting.target, personal)
    }

    /// The parts of a message, and behind them, when it is urgent, one that only rings.
    fn rung(
        &self,
        mut parts: Vec<Message>,
        people: &[Mentioned],
        target: &Target,
        personal: &Personal,
    ) -> Vec<Message> {
        let urgent = self.reminder.priority == Priority::Urgent && (personal.rings)(target);
        let Some(last) = parts.last().filter(|_| urgent && !people.is_empty()).cloned() else {
            return parts;
        };
        let of = last.part.of.saturating_add(1);
        parts.iter_mut().for_each(|part| part.part.of = of);
        parts.push(Message {
            body: last.title.clone(),
            format: Format::Text,
            buttons: Vec::new(),
            people: people.to_vec(),
            part: Part { number: of, of },
            ring: true,
            ..last
        });
        parts
    }
}

/// Numbers the messages to one target anew, so that each has a key of its own.
pub(super) fn keyed(
    mut messages: Vec<Message>,
    occurrence: &Occurrence,
    target: &Target,
) -> Vec<Message> {
    for (number, message) in (1u32..).zip(&mut messages) {
        message.key = key(occurrence, &target.id, number);
    }
    messages
}

/// The short text by which another target's robot mentions people, after a message under `title`
/// whose own robot cannot; none when it can mention nobody either.
#[must_use]
pub fn nudge(
    reminder: &Reminder,
    occurrence: &Occurrence,
    scene: &Scene<'_>,
    (target, shape): (&Target, &Shape),
    title: &str,
) -> Option<Message> {
    let people = scene.people.resolve(&reminder.mention, &scene.moment);
    let (mentions, _) = mentions::of(&reminder.mention, &people, target, shape, &reminder.place);
    if !mentions.all && mentions.people.is_empty() {
        return None;
    }
    let draft = Draft {
        title: title.to_owned(),
        body: title.to_owned(),
        format: Format::Text,
        buttons: Vec::new(),
        mentions,
        banner: None,
    };
    let fitting = Fitting {
        target,
        shape,
        too_long: reminder.too_long,
        language: scene.language,
        priority: reminder.priority,
        occurrence,
    };
    let fitted = in_room(|| fit(&draft, &fitting)).ok().flatten()?;
    fitted.messages.into_iter().next()
}
