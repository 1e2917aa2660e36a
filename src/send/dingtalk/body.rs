//! The request body: text, markdown and actionCard, as
//! <https://open.dingtalk.com/document/development/robot-message-type> describes them.

use std::fmt::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{MAX_MENTIONS, lines};
use crate::model::message::{Format, IdKind, Mentioned, Mentions, Message};

/// The exact body.
pub(super) fn body(message: &Message) -> Value {
    let title = title(message);
    let mut body = match (message.format, message.buttons.as_slice()) {
        (Format::Text, _) => json!({"msgtype": "text", "text": {"content": content(message)}}),
        (Format::Markdown, []) => {
            let markdown = json!({"title": title, "text": content(message)});
            json!({"msgtype": "markdown", "markdown": markdown})
        }
        (Format::Markdown, [button]) => {
            let (label, url) = (&button.label, &button.url);
            let card = json!({"title": title, "text": content(message), "singleTitle": label, "singleURL": url});
            json!({"msgtype": "actionCard", "actionCard": card})
        }
        (Format::Markdown, buttons) => {
            let buttons: Vec<Value> = buttons
                .iter()
                .map(|button| json!({"title": button.label, "actionURL": button.url}))
                .collect();
            let card = json!({"title": title, "text": content(message), "btnOrientation": "0", "btns": buttons});
            json!({"msgtype": "actionCard", "actionCard": card})
        }
    };
    if let Some(at) = at(&message.mentions) {
        body["at"] = at;
    }
    body["msgUuid"] = Value::String(uuid(&message.key));
    body
}

/// What the group reads, mentions included.
pub(super) fn content(message: &Message) -> String {
    let body = message.body.trim_end();
    let (mut text, gap) = match message.format {
        Format::Text => (plain(message, body), "\n"),
        Format::Markdown => (lines::kept(body), "\n\n"),
    };
    let missing: Vec<String> = singly(&message.mentions)
        .filter(|person| !mentions(&text, &person.id))
        .map(|person| format!("@{}", person.id))
        .collect();
    if !missing.is_empty() {
        if !text.is_empty() {
            text.push_str(gap);
        }
        text.push_str(&missing.join(" "));
    }
    text
}

/// Plain text shows no title and has no buttons: the title is its first line, each button a line.
fn plain(message: &Message, body: &str) -> String {
    let mut text = String::new();
    let title = message.title.trim();
    if !title.is_empty() && !body.trim_start().starts_with(title) {
        text.push_str(title);
        text.push('\n');
    }
    text.push_str(body);
    for button in &message.buttons {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{}: {}", button.label, button.url);
    }
    text.replace("\r\n", "\n").trim_end().to_owned()
}

/// One line, and never empty, as the robot demands a title.
fn title(message: &Message) -> String {
    let first = message.body.lines().map(|line| line.trim_matches(['#', ' ']));
    let mut lines = message.title.lines().chain(first).map(str::trim);
    lines.find(|line| !line.is_empty()).unwrap_or("…").to_owned()
}

/// Those who are mentioned one by one. With everyone mentioned, the robot resolves no single id.
fn singly(mentions: &Mentions) -> impl Iterator<Item = &Mentioned> {
    let people = if mentions.all { &[][..] } else { mentions.people.as_slice() };
    people.iter().take(MAX_MENTIONS)
}

fn at(mentions: &Mentions) -> Option<Value> {
    if !mentions.all && mentions.people.is_empty() {
        return None;
    }
    let ids = |kind| -> Vec<&str> {
        let people = singly(mentions).filter(|person| person.kind == kind);
        people.map(|person| person.id.as_str()).collect()
    };
    Some(json!({
        "atUserIds": ids(IdKind::User),
        "atMobiles": ids(IdKind::Mobile),
        "isAtAll": mentions.all,
    }))
}

/// Whether a text holds `@id` as a whole: `@1380` is not in `@13800000000`. In Markdown nobody is
/// notified whose id the text does not hold, so what may be part of a longer id does not count.
fn mentions(text: &str, id: &str) -> bool {
    let token = format!("@{id}");
    let longer = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '+');
    text.match_indices(&token).any(|(start, token)| {
        let rest = text.get(start.saturating_add(token.len())..).unwrap_or_default();
        !rest.starts_with(longer)
    })
}

/// The idempotency key as 32 hexadecimal digits. The vendor says neither how long a `msgUuid` may
/// be nor of which characters; this is what its name promises, whatever the ids of reminders are.
fn uuid(key: &str) -> String {
    Sha256::digest(key).iter().take(16).fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_counts_as_a_whole_only() {
        for (text, there) in [
            ("@1380", true),
            ("hi @1380, hi", true),
            ("请@1380看", true),
            ("x@1380\n", true),
            ("@13800000000", false),
            ("@1380x", false),
            ("@1380-1 @1380_ @1380.com", false),
            ("@13800 and @1380", true),
            ("1380", false),
            ("", false),
        ] {
            assert_eq!(mentions(text, "1380"), there, "{text}");
        }
    }
}
