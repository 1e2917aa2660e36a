//! The request body: `text`, `markdown`, and `template_card` for a short notice with links.

use std::fmt::Write;

use serde_json::{Value, json};

use super::super::{
    images,
    mentioned::{self, Cut},
    plain,
};
use crate::model::message::{Format, IdKind, Mentioned, Message};

/// A card's title is meant to be no longer, in characters.
const CARD_TITLE: usize = 26;

/// A card's text is meant to be no longer, in characters.
const CARD_TEXT: usize = 112;

/// A card has so many links at most.
const CARD_LINKS: usize = 3;

/// The exact body.
pub(super) fn body(message: &Message) -> Value {
    match message.format {
        Format::Text => json!({"msgtype": "text", "text": text(message)}),
        Format::Markdown => match card(message) {
            Some(card) => json!({"msgtype": "template_card", "template_card": card}),
            None => json!({"msgtype": "markdown", "markdown": {"content": content(message)}}),
        },
    }
}

/// What the vendor counts.
pub(super) fn content(message: &Message) -> String {
    match message.format {
        Format::Text => harmless(&plain::text(message)),
        Format::Markdown => markdown(message),
    }
}

/// What the author wrote mentions nobody by itself: `<@…` is how this robot mentions.
fn harmless(text: &str) -> String {
    text.replace("<@", "＜@")
}

fn text(message: &Message) -> Value {
    let ids = |kind: IdKind| -> Vec<&str> {
        let people = singly(message).iter().filter(|person| person.kind == kind);
        people.map(|person| person.id.as_str()).collect()
    };
    let mut users = ids(IdKind::User);
    if message.mentions.all {
        users.push("@all");
    }
    let mut text = json!({"content": content(message)});
    for (key, ids) in [("mentioned_list", users), ("mentioned_mobile_list", ids(IdKind::Mobile))] {
        if !ids.is_empty() {
            text[key] = json!(ids);
        }
    }
    text
}

/// The text with `<@userid>` for each mention, and links for buttons, which this type has not.
fn markdown(message: &Message) -> String {
    let body = images::linked(&message.body.trim_end().replace("\r\n", "\n"));
    let body = harmless(&body);
    let people: Vec<Mentioned> =
        singly(message).iter().filter(|person| person.kind == IdKind::User).cloned().collect();
    let tag = |person: &Mentioned| format!("<@{}>", person.id);
    let mut text: String = mentioned::cut(&body, &people)
        .into_iter()
        .map(|cut| match cut {
            Cut::Text(text) => text.to_owned(),
            Cut::Person(person) => tag(person),
        })
        .collect();
    for button in &message.buttons {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n[{}]({})", button.label.replace(['[', ']'], ""), button.url);
    }
    let missing = mentioned::missing(&body, &people);
    if !missing.is_empty() {
        let tags: Vec<String> = missing.into_iter().map(tag).collect();
        let _ = write!(text, "\n\n{}", tags.join(" "));
    }
    text.trim_start().to_owned()
}

/// A card, where the message is one: a short plain text with one to three links. A card mentions
/// nobody, so one that Markdown could mention keeps Markdown.
fn card(message: &Message) -> Option<Value> {
    let links = &message.buttons;
    let (first, title) = (links.first()?, plain::title(message));
    let heading = format!("### {title}");
    let body = message.body.trim();
    let text = body.strip_prefix(&heading).unwrap_or(body).trim();
    let fits = links.len() <= CARD_LINKS
        && title.chars().count() <= CARD_TITLE
        && text.chars().count() <= CARD_TEXT
        && !text.contains(['*', '_', '#', '>', '[', '`', '|', '<'])
        && !singly(message).iter().any(|person| person.kind == IdKind::User);
    let links: Vec<Value> =
        links.iter().map(|link| json!({"type": 1, "title": link.label, "url": link.url})).collect();
    fits.then(|| {
        json!({
            "card_type": "text_notice",
            "main_title": {"title": title},
            "sub_title_text": text,
            "jump_list": links,
            "card_action": {"type": 1, "url": first.url},
        })
    })
}

/// Those who are mentioned one by one: nobody when everyone is.
fn singly(message: &Message) -> &[Mentioned] {
    if message.mentions.all { &[] } else { &message.mentions.people }
}
