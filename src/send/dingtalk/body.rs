//! The request body: text, markdown and actionCard, as
//! <https://open.dingtalk.com/document/development/robot-message-type> describes them.

use std::fmt::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    super::{mentioned, plain},
    MAX_MENTIONS, lines,
};
use crate::model::message::{Format, IdKind, Mentioned, Mentions, Message};

/// The exact body.
pub(super) fn body(message: &Message) -> Value {
    let title = plain::title(message);
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
    let (mut text, gap) = match message.format {
        Format::Text => (plain::text(message), "\n"),
        Format::Markdown => (lines::kept(message.body.trim_end()), "\n\n"),
    };
    let missing = mentioned::missing(&text, singly(&message.mentions));
    let missing: Vec<String> = missing.iter().map(|person| format!("@{}", person.id)).collect();
    if !missing.is_empty() {
        if !text.is_empty() {
            text.push_str(gap);
        }
        text.push_str(&missing.join(" "));
    }
    text
}

/// Those who are mentioned one by one. With everyone mentioned, the robot resolves no single id.
fn singly(mentions: &Mentions) -> &[Mentioned] {
    let people = if mentions.all { &[] } else { mentions.people.as_slice() };
    &people[..people.len().min(MAX_MENTIONS)]
}

fn at(mentions: &Mentions) -> Option<Value> {
    if !mentions.all && mentions.people.is_empty() {
        return None;
    }
    let ids = |kind| -> Vec<&str> {
        let people = singly(mentions).iter().filter(|person| person.kind == kind);
        people.map(|person| person.id.as_str()).collect()
    };
    Some(json!({
        "atUserIds": ids(IdKind::User),
        "atMobiles": ids(IdKind::Mobile),
        "isAtAll": mentions.all,
    }))
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
