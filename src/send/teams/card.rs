//! The request body: an Adaptive Card. Its text knows bold, italic, links and lists; the rest of
//! Markdown becomes elements of the card.

use serde_json::{Value, json};

use super::{
    super::{
        markdown::{self, Line, Span},
        mentioned::{self, Cut},
        plain,
    },
    MAX_BUTTONS,
};
use crate::model::message::{Format, Mentioned, Message};

/// The exact body.
pub(super) fn body(message: &Message) -> Value {
    let people = named(&message.mentions.people);
    let mut elements = vec![text(&literal(&plain::title(message)), &["title"])];
    match message.format {
        Format::Markdown => elements.extend(blocks(&message.body, &people)),
        Format::Text => elements.extend(plain_lines(&message.body, &people)),
    }
    let missing: Vec<String> = people
        .iter()
        .filter(|(person, _)| mentioned::places(&message.body, &person.id).is_empty())
        .map(|(_, tag)| tag.clone())
        .collect();
    if !missing.is_empty() {
        elements.push(text(&missing.join(" "), &["paragraph"]));
    }
    elements.extend(message.buttons.chunks(MAX_BUTTONS).map(|row| {
        let open = |link: &crate::model::message::Button| {
            json!({"type": "Action.OpenUrl", "title": link.label, "url": link.url})
        };
        json!({"type": "ActionSet", "actions": row.iter().map(open).collect::<Vec<_>>()})
    }));
    let mut card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": elements,
        "msteams": {"width": "Full"},
    });
    if !people.is_empty() {
        card["msteams"]["entities"] = people.iter().map(entity).collect();
    }
    let kind = "application/vnd.microsoft.card.adaptive";
    let attachment = json!({"contentType": kind, "contentUrl": null, "content": card});
    json!({"type": "message", "attachments": [attachment]})
}

/// Each person with the tag that stands for them. A tag and its entity have to be the same to the
/// byte, so no two people may share one.
fn named(people: &[Mentioned]) -> Vec<(&Mentioned, String)> {
    let plain = |person: &Mentioned| {
        let name = person.name.replace(['<', '>', '&'], "");
        if name.trim().is_empty() { person.id.clone() } else { name.trim().to_owned() }
    };
    let names: Vec<String> = people.iter().map(plain).collect();
    let tag = |(person, name): (_, &String)| {
        let person: &Mentioned = person;
        let shared = names.iter().filter(|other| *other == name).count() > 1;
        let name = if shared { format!("{name} ({})", person.id) } else { name.clone() };
        (person, format!("<at>{name}</at>"))
    };
    people.iter().zip(&names).map(tag).collect()
}

fn entity((person, tag): &(&Mentioned, String)) -> Value {
    let mentioned = json!({"id": person.id, "name": person.name});
    json!({"type": "mention", "text": tag, "mentioned": mentioned})
}

fn text(text: &str, looks: &[&str]) -> Value {
    let mut block = json!({"type": "TextBlock", "wrap": true, "text": text});
    for look in looks {
        match *look {
            "title" => {
                block["size"] = json!("Large");
                block["weight"] = json!("Bolder");
                block["style"] = json!("heading");
            }
            "heading" => block["weight"] = json!("Bolder"),
            "quote" => block["isSubtle"] = json!(true),
            "code" => block["fontType"] = json!("Monospace"),
            "line" => block["spacing"] = json!("None"),
            _ => {}
        }
    }
    block
}

/// One element per line, so that each line break is one; the items of a list share one element.
fn blocks(body: &str, people: &[(&Mentioned, String)]) -> Vec<Value> {
    let spans = |spans: &[Span]| spans_of(spans, people);
    let mut elements: Vec<Value> = Vec::new();
    let (mut items, mut fresh) = (String::new(), true);
    for line in markdown::lines(body).into_iter().chain([Line::Blank]) {
        if let Line::Item(depth, number, item) = &line {
            let mark =
                number.as_ref().map_or_else(|| "-".to_owned(), |number| format!("{number}."));
            let indent = "  ".repeat(*depth);
            let gap = if items.is_empty() { "" } else { "\r" };
            items.push_str(&format!("{gap}{indent}{mark} {}", spans(item)));
            continue;
        }
        if !items.is_empty() {
            elements.push(text(&std::mem::take(&mut items), &["line"]));
            fresh = false;
        }
        let begins = if fresh { "paragraph" } else { "line" };
        let (shown, look) = match &line {
            Line::Blank | Line::Item(..) => {
                fresh = true;
                continue;
            }
            Line::Rule => ("──────────".to_owned(), ""),
            Line::Heading(title) => (spans(title), "heading"),
            Line::Quote(quote) => (spans(quote), "quote"),
            Line::Code(code) => (literal(code), "code"),
            Line::Text(line) => (spans(line), ""),
        };
        elements.push(text(&shown, &[look, begins]));
        fresh = false;
    }
    elements
}

fn plain_lines(body: &str, people: &[(&Mentioned, String)]) -> Vec<Value> {
    let body = body.trim_end().replace("\r\n", "\n");
    let line = |line: &str| match line.trim() {
        "" => text("\u{a0}", &["line"]),
        line => text(&mentioning(line, people), &["line"]),
    };
    body.split('\n').map(line).collect()
}

fn spans_of(spans: &[Span], people: &[(&Mentioned, String)]) -> String {
    let inside = |spans: &[Span]| spans_of(spans, people);
    let one = |span: &Span| match span {
        Span::Text(text) => mentioning(text, people),
        Span::Bold(spans) => format!("**{}**", inside(spans)),
        Span::Italic(spans) => format!("_{}_", inside(spans)),
        Span::Struck(spans) => inside(spans),
        Span::Code(code) => literal(code),
        Span::Link(label, url) => format!("[{}]({url})", inside(label)),
        Span::Image(words, url) => format!("[{}]({url})", literal(words)),
    };
    spans.iter().map(one).collect()
}

/// A text with its mentions, and otherwise without marks.
fn mentioning(text: &str, people: &[(&Mentioned, String)]) -> String {
    let known: Vec<Mentioned> = people.iter().map(|(person, _)| (*person).clone()).collect();
    let one = |cut: Cut<'_, '_>| match cut {
        Cut::Text(text) => literal(text),
        Cut::Person(found) => {
            let mut people = people.iter();
            people
                .find(|(person, _)| person.id == found.id)
                .map_or_else(String::new, |(_, tag)| tag.clone())
        }
    };
    mentioned::cut(text, &known).into_iter().map(one).collect()
}

/// A text in which nothing is taken for a mark or a mention.
fn literal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '[' | ']') {
            shown.push('\\');
        }
        shown.push(c);
    }
    shown.replace("<at>", "＜at>").replace("</at>", "＜/at>")
}
