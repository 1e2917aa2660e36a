//! What editors are told of a map: a JSON Schema, so that they complete and check while a person
//! types.
//!
//! The keys come from the same [`Keys`] the reader knows; a [`Sketch`] adds what each is for and
//! what may stand there. A key that only one of the two knows is a [`Sketch::stranger`], and a test
//! fails.

use serde_json::{Map, Value, json};

use super::Keys;
use crate::model::{language::Language, text::Text};

/// The dialect editors read.
pub const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// A map as an editor knows it.
#[derive(Clone, Debug)]
pub struct Sketch {
    /// What its reader knows.
    pub keys: Keys,
    /// The same keys, each with what may stand there.
    pub rows: Vec<Row>,
    /// Keys that must be there, and other rules of the whole map.
    pub rules: Value,
}

/// A key as an editor knows it.
#[derive(Clone, Debug)]
pub struct Row {
    key: &'static str,
    about: Text,
    value: Value,
}

/// A key, what it is for, and what may stand there.
#[must_use]
pub fn row(key: &'static str, about: Text, value: Value) -> Row {
    Row { key, about, value }
}

impl Sketch {
    /// A map without other rules than its keys.
    #[must_use]
    pub fn new(keys: Keys, rows: Vec<Row>) -> Self {
        Self { keys, rows, rules: json!({}) }
    }

    /// A key that its reader knows and an editor does not, or the reverse.
    #[must_use]
    pub fn stranger(&self) -> Option<&'static str> {
        let known = self.keys.known.iter().copied();
        let mut unsaid = known.filter(|key| !self.rows.iter().any(|row| row.key == *key));
        let mut unread =
            self.rows.iter().map(|row| row.key).filter(|key| !self.keys.known.contains(key));
        unsaid.next().or_else(|| unread.next())
    }

    /// The schema, its explanations in a language.
    #[must_use]
    pub fn schema(&self, language: Language) -> Value {
        let property = |row: &Row| {
            let mut value = row.value.clone();
            value["description"] = row.about.told(language).into();
            (row.key.to_owned(), value)
        };
        let properties: Map<String, Value> = self.rows.iter().map(property).collect();
        let mut schema = json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        if let (Some(schema), Some(rules)) = (schema.as_object_mut(), self.rules.as_object()) {
            schema.extend(rules.clone());
        }
        schema
    }
}

/// Anything written as one piece that is read as text: ids and numbers need no quotes.
#[must_use]
pub fn text() -> Value {
    json!({ "type": ["string", "number"] })
}

/// Yes or no.
#[must_use]
pub fn truth() -> Value {
    json!({ "type": "boolean" })
}

/// A number of things, from one.
#[must_use]
pub fn count() -> Value {
    json!({ "type": "integer", "minimum": 1 })
}

/// One of these words.
#[must_use]
pub fn word(words: impl IntoIterator<Item = &'static str>) -> Value {
    json!({ "enum": words.into_iter().collect::<Vec<_>>() })
}

/// Text of this form.
#[must_use]
pub fn like(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// `2026-12-31`
#[must_use]
pub fn date() -> Value {
    like(r"^\d{4}-\d{2}-\d{2}$")
}

/// A date, or a span of dates; one or a list of them.
#[must_use]
pub fn dates() -> Value {
    one_or_many(&like(r"^\d{4}-\d{2}-\d{2}( *\.\. *\d{4}-\d{2}-\d{2})?$"))
}

/// `2h`, `90m`, `0`
#[must_use]
pub fn duration() -> Value {
    json!({ "type": ["string", "integer"], "pattern": r"^ *\d" })
}

/// Where a list may stand, one value may stand too.
#[must_use]
pub fn one_or_many(value: &Value) -> Value {
    json!({ "anyOf": [value, { "type": "array", "items": value, "minItems": 1 }] })
}

/// A map from names of the writer's own choice.
#[must_use]
pub fn named(value: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": value })
}

/// What stands under `definitions`.
#[must_use]
pub fn defined(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}
