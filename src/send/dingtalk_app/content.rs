//! What is shown: `msgKey` and `msgParam`, as
//! <https://open.dingtalk.com/document/development/robot-message-type> describes them.

use serde_json::{Value, json};

use super::super::{dingtalk::lines, plain};
use crate::model::message::{Button, Format, Message};

/// A card has up to so many buttons of its own kind.
const MAX_BUTTONS: usize = 5;

/// Of our own: what rings is a hint, the message itself says the rest; in characters.
const RING_CHARS: usize = 200;

/// The kind of message and its parameters.
pub(super) fn parameters(message: &Message) -> (String, Value) {
    let title = plain::title(message);
    let text = || lines::kept(message.body.trim_end());
    match (message.format, message.buttons.as_slice()) {
        (Format::Text, _) => ("sampleText".to_owned(), json!({"content": plain::text(message)})),
        (Format::Markdown, []) => {
            ("sampleMarkdown".to_owned(), json!({"title": title, "text": text()}))
        }
        (Format::Markdown, [Button { label, url }]) => {
            let card =
                json!({"title": title, "text": text(), "singleTitle": label, "singleURL": url});
            ("sampleActionCard".to_owned(), card)
        }
        (Format::Markdown, buttons) if buttons.len() <= MAX_BUTTONS => {
            let mut card = json!({"title": title, "text": text()});
            for (number, Button { label, url }) in (1..).zip(buttons) {
                card[format!("actionTitle{number}")] = json!(label);
                card[format!("actionURL{number}")] = json!(url);
            }
            (format!("sampleActionCard{}", buttons.len()), card)
        }
        (Format::Markdown, buttons) => {
            let link = |Button { label, url }: &Button| format!("- [{label}]({url})");
            let links: Vec<String> = buttons.iter().map(link).collect();
            let text = format!("{}\n\n{}", text(), links.join("\n"));
            ("sampleMarkdown".to_owned(), json!({"title": title, "text": text}))
        }
    }
}

/// What is read or heard when it rings.
pub(super) fn rung(message: &Message) -> String {
    plain::line(&message.body).chars().take(RING_CHARS).collect()
}
