//! What only some robots need to be told.

use serde_json::Value;

use super::secret::SecretRef;

pub mod app;
pub mod mail;

use self::{app::AppSetup, mail::MailSetup};

/// What a target's robot needs beside webhook and secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Setup {
    /// Nothing.
    #[default]
    Plain,
    /// For the robot `webhook`.
    Webhook(WebhookSetup),
    /// For the robot `email`.
    Mail(Box<MailSetup>),
    /// For the robot `dingtalk-app`.
    App(Box<AppSetup>),
}

/// How the robot `webhook` asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookSetup {
    /// What is sent; everything there is when absent.
    pub body: Option<Payload>,
    /// Headers to be sent along, each kept like a secret.
    pub headers: Vec<(String, SecretRef)>,
}

/// JSON with `{{ name }}` where something of the message is to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload(Value);

/// A placeholder that means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName(pub String);

/// A stretch of a text.
enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

impl Payload {
    /// What a message can be asked for.
    pub const NAMES: [&'static str; 11] = [
        "target", "title", "text", "format", "buttons", "people", "names", "all", "part", "parts",
        "key",
    ];

    /// Takes JSON whose texts may hold placeholders.
    ///
    /// # Errors
    /// The first placeholder that is none of [`Self::NAMES`].
    pub fn new(json: Value) -> Result<Self, UnknownName> {
        match unknown(&json) {
            Some(name) => Err(UnknownName(name)),
            None => Ok(Self(json)),
        }
    }

    /// The JSON with every placeholder filled in. One that stands alone becomes the value as it is;
    /// one within a text becomes part of it.
    #[must_use]
    pub fn fill(&self, value: &dyn Fn(&str) -> Value) -> Value {
        filled(&self.0, value)
    }
}

fn unknown(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => pieces(text).into_iter().find_map(|piece| match piece {
            Piece::Name(name) if !Payload::NAMES.contains(&name) => Some(name.to_owned()),
            _ => None,
        }),
        Value::Array(items) => items.iter().find_map(unknown),
        Value::Object(entries) => entries.values().find_map(unknown),
        _ => None,
    }
}

fn filled(json: &Value, value: &dyn Fn(&str) -> Value) -> Value {
    match json {
        Value::String(text) => match pieces(text).as_slice() {
            [Piece::Name(name)] => value(name),
            pieces => Value::String(pieces.iter().map(|piece| written(piece, value)).collect()),
        },
        Value::Array(items) => items.iter().map(|item| filled(item, value)).collect(),
        Value::Object(entries) => {
            entries.iter().map(|(key, item)| (key.clone(), filled(item, value))).collect()
        }
        other => other.clone(),
    }
}

fn written(piece: &Piece<'_>, value: &dyn Fn(&str) -> Value) -> String {
    match piece {
        Piece::Text(text) => (*text).to_owned(),
        Piece::Name(name) => match value(name) {
            Value::String(text) => text,
            other => other.to_string(),
        },
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, (name, after))) =
        rest.split_once("{{").and_then(|(before, inside)| Some((before, inside.split_once("}}")?)))
    {
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Name(name.trim()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn placeholders_are_filled_wherever_they_stand() {
        let payload = json!({
            "text": "{{ title }}: {{text}}!", "all": "{{ all }}", "n": ["{{ part }} of {{ parts }}", 3],
            "{{ title }}": null, "plain": "{ title } }} {{",
        });
        let value = |name: &str| match name {
            "all" => json!(true),
            "part" => json!(1),
            "title" => json!("{{ text }}"),
            other => json!(other),
        };
        assert_eq!(
            Payload::new(payload).map(|payload| payload.fill(&value)),
            Ok(json!({
                "text": "{{ text }}: text!", "all": true, "n": ["1 of parts", 3],
                "{{ title }}": null, "plain": "{ title } }} {{",
            }))
        );
        assert_eq!(
            Payload::new(json!([{"a": "{{ titel }}"}])),
            Err(UnknownName("titel".to_owned()))
        );
    }
}
