//! Several messages as one: what waits for a robot's pace goes out together.

use super::parts::{Draft, Fitted, Fitting, fit};
use crate::model::{
    language::Language,
    message::{Format, Mentions, Message},
};

/// Puts messages together in order, each under its title, and fits the whole to the robot. It is
/// Markdown where any of them is. None when it cannot be fitted.
#[must_use]
pub fn merge(messages: &[Message], fitting: &Fitting) -> Option<Fitted> {
    let plain = messages.iter().all(|one| one.format == Format::Text);
    let format = if plain { Format::Text } else { Format::Markdown };
    let count = messages.iter().filter(|one| one.part.number == 1).count();
    let title = match fitting.language {
        Language::Chinese => format!("{count} 条消息"),
        _ => format!("{count} messages"),
    };
    let sections: Vec<String> =
        messages.iter().map(|one| section(one, format, fitting.shape.hides_title)).collect();
    let rule = match format {
        Format::Markdown => "\n\n",
        Format::Text => "\n\n────────\n",
    };
    let draft = Draft {
        title,
        body: sections.join(rule),
        format,
        buttons: Vec::new(),
        mentions: union(messages),
        banner: None,
    };
    fit(&draft, fitting)
}

/// A message with its title and its links. Where a robot hides the titles of Markdown, they stand in
/// the body already.
fn section(message: &Message, format: Format, hidden: bool) -> String {
    let body = message.body.trim();
    let titled = hidden && message.format == Format::Markdown;
    let mut section = match (format, titled) {
        (Format::Markdown, false) => format!("**{}**\n\n{body}", message.title),
        (Format::Text, false) => format!("{}\n{body}", message.title),
        (_, true) => body.to_owned(),
    };
    for button in &message.buttons {
        section += &match format {
            Format::Markdown => format!("\n\n[{}]({})", button.label, button.url),
            Format::Text => format!("\n{}: {}", button.label, button.url),
        };
    }
    section
}

/// Everyone any of them mentions, once.
fn union(messages: &[Message]) -> Mentions {
    let mut all = Mentions::default();
    for mentions in messages.iter().map(|one| &one.mentions) {
        all.all |= mentions.all;
        for person in &mentions.people {
            if !all.people.iter().any(|known| known.id == person.id) {
                all.people.push(person.clone());
            }
        }
    }
    if all.all {
        all.people.clear();
    }
    all
}
