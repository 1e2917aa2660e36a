//! The request body: a card for Markdown, `text` for plain text, and `post` for plain text with
//! links under it or with something in it that `text` would take for a mention.

use serde_json::{Value, json};

use super::super::{
    images,
    mentioned::{self, Cut},
    plain,
};
use crate::model::message::{Format, Mentioned, Message};

/// Whoever is in the group.
const ALL: &str = "all";

/// The exact body, but for the signature.
pub(super) fn body(message: &Message) -> Value {
    let tag = message.body.to_ascii_lowercase().contains("<at");
    match message.format {
        Format::Markdown => json!({"msg_type": "interactive", "card": card(message)}),
        Format::Text if tag || !message.buttons.is_empty() => {
            let content = json!({"post": {"zh_cn": post(message)}});
            json!({"msg_type": "post", "content": content})
        }
        Format::Text => json!({"msg_type": "text", "content": {"text": text(message)}}),
    }
}

/// A card of the second version, which knows headings. Its text is the vendor's Markdown:
/// <https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text>
fn card(message: &Message) -> Value {
    let at = |id: &str| format!("<at id={id}></at>");
    let text = defused(&images::linked(message.body.trim_end()));
    let text = shown(&text, message, "\n\n", |person| at(&person.id), || at(ALL));
    let mut elements = vec![json!({"tag": "markdown", "content": text})];
    elements.extend(message.buttons.iter().map(|button| {
        let label = json!({"tag": "plain_text", "content": button.label});
        let open = json!([{"type": "open_url", "default_url": button.url}]);
        json!({"tag": "button", "type": "default", "text": label, "behaviors": open})
    }));
    let title = json!({"tag": "plain_text", "content": plain::title(message)});
    json!({
        "schema": "2.0",
        "header": {"title": title, "template": "blue"},
        "body": {"elements": elements},
    })
}

/// Markdown in which nothing mentions anybody: what stands there is the author's text.
fn defused(text: &str) -> String {
    let mut defused = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.to_ascii_lowercase().find("<at") {
        let (before, tag) = rest.split_at(at);
        defused.push_str(before);
        defused.push_str("&#60;");
        rest = &tag[1..];
    }
    defused + rest
}

fn text(message: &Message) -> String {
    let tag = |id: &str, name: &str| {
        let name = name.replace(['<', '>', '&'], "");
        format!("<at user_id=\"{id}\">{name}</at>")
    };
    let all = || tag(ALL, "所有人");
    shown(&plain::text(message), message, "\n", |person| tag(&person.id, &person.name), all)
}

/// A text with its mentions written as tags; those it leaves out stand after a gap.
fn shown(
    text: &str,
    message: &Message,
    gap: &str,
    tag: impl Fn(&Mentioned) -> String,
    all: impl Fn() -> String,
) -> String {
    let people = singly(message);
    let mut shown: String = mentioned::cut(text, people)
        .into_iter()
        .map(|cut| match cut {
            Cut::Text(text) => text.to_owned(),
            Cut::Person(person) => tag(person),
        })
        .collect();
    let mut tags: Vec<String> = mentioned::missing(text, people).into_iter().map(tag).collect();
    tags.extend(message.mentions.all.then(all));
    if !tags.is_empty() {
        if !shown.is_empty() {
            shown.push_str(gap);
        }
        shown.push_str(&tags.join(" "));
    }
    shown
}

/// A paragraph for each line; nothing in its texts is taken for a tag.
fn post(message: &Message) -> Value {
    let people = singly(message);
    let at = |id: &str, name: &str| json!({"tag": "at", "user_id": id, "user_name": name});
    let one = |cut: Cut<'_, '_>| match cut {
        Cut::Text(text) => json!({"tag": "text", "text": text}),
        Cut::Person(person) => at(&person.id, &person.name),
    };
    let body = message.body.trim_end().replace("\r\n", "\n");
    let mut lines: Vec<Vec<Value>> =
        body.split('\n').map(|line| line_of(line, people, one)).collect();
    lines.extend(
        message
            .buttons
            .iter()
            .map(|button| vec![json!({"tag": "a", "text": button.label, "href": button.url})]),
    );
    let missing = mentioned::missing(&body, people).into_iter();
    let mut rest: Vec<Value> = missing.map(|person| at(&person.id, &person.name)).collect();
    rest.extend(message.mentions.all.then(|| at(ALL, "所有人")));
    if !rest.is_empty() {
        lines.push(rest);
    }
    json!({"title": plain::title(message), "content": lines})
}

fn line_of(line: &str, people: &[Mentioned], one: impl Fn(Cut<'_, '_>) -> Value) -> Vec<Value> {
    let cuts = mentioned::cut(line, people);
    // An empty line has to hold something to be one.
    let cuts = if cuts.is_empty() { vec![Cut::Text(" ")] } else { cuts };
    cuts.into_iter().map(one).collect()
}

/// Those who are mentioned one by one: nobody when everyone is.
fn singly(message: &Message) -> &[Mentioned] {
    if message.mentions.all { &[] } else { &message.mentions.people }
}
