//! Sentences as a store keeps them: to be told later, in the language of whoever looks then.
//!
//! Without gaps it is its English text, and so plain text is a kept sentence too: one of ours, when
//! it has a row, else what somebody said. With gaps it is JSON: the English text and what fills
//! them. When the program does not say it any more, the English that was kept is told.

use serde_json::{Map, Value, json};

use super::{Gap, Kind, Text, Words, chinese, fill};
use crate::model::language::Language;

/// How a kept sentence of ours begins.
const OURS: &str = "{\"said\":";

impl Text {
    /// As one text for a store.
    #[must_use]
    pub fn kept(&self) -> String {
        if let Kind::Words(english) | Kind::Sentence { english, .. } = &*self.0
            && !english.contains(['{', '}'])
        {
            return (*english).to_owned();
        }
        match value(self) {
            // What only looks like a sentence of ours.
            Value::String(text) if text.starts_with(OURS) => {
                said("{it}", &[("it", Gap::Value(text))]).to_string()
            }
            Value::String(text) => text,
            ours => ours.to_string(),
        }
    }

    /// What a store kept.
    #[must_use]
    pub fn from_kept(kept: &str) -> Self {
        let ours = kept.starts_with(OURS).then(|| serde_json::from_str(kept).ok()).flatten();
        match (ours, chinese::key(kept)) {
            (Some(ours), _) => read(&ours),
            (None, Some(english)) if !english.contains(['{', '}']) => Words(english).into(),
            _ => Self::from(kept),
        }
    }
}

fn value(text: &Text) -> Value {
    match &*text.0 {
        Kind::Verbatim(text) => Value::from(text.as_str()),
        Kind::Words(english) => json!({ "said": english }),
        Kind::Sentence { english, gaps } => said(english, gaps),
        Kind::Several(texts) => json!({ "said": texts.iter().map(value).collect::<Vec<_>>() }),
    }
}

fn said(english: &str, gaps: &[(&'static str, Gap)]) -> Value {
    let with = gaps.iter().map(|(name, gap)| {
        let gap = match gap {
            Gap::Value(value) => Value::from(value.as_str()),
            Gap::Text(text) => value(text),
        };
        ((*name).to_owned(), gap)
    });
    let with = Value::Object(with.collect());
    json!({ "said": english, "with": with })
}

fn read(value: &Value) -> Text {
    match value.get("said") {
        Some(Value::String(english)) => {
            let none = Map::new();
            let with = value.get("with").and_then(Value::as_object).unwrap_or(&none);
            sentence(english, with)
        }
        Some(Value::Array(texts)) => {
            Text(Box::new(Kind::Several(texts.iter().map(read).collect())))
        }
        _ => Text::from(value.as_str().unwrap_or_default()),
    }
}

fn sentence(english: &str, with: &Map<String, Value>) -> Text {
    let gap = |name: &str| with.get(name).map(read).unwrap_or_else(|| Text::from(""));
    let Some(english) = chinese::key(english) else {
        return Text::from(fill(english, |name| gap(name).told(Language::English)));
    };
    let gaps = names(english).map(|name| (name, Gap::Text(gap(name)))).collect();
    Text::sentence(english, gaps)
}

/// The names of a sentence's gaps.
fn names(sentence: &'static str) -> impl Iterator<Item = &'static str> {
    let pieces = sentence.split('{').skip(1);
    pieces
        .filter_map(|piece| piece.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::text;

    #[test]
    fn a_kept_sentence_is_told_in_every_language() {
        let inner = text!("there is no target `{name}`", name = "a \"b\" {c}");
        for given in [
            inner.clone(),
            text!("pending"),
            Text::several(vec![inner.clone(), "as it is".into(), text!("pending")]),
            text!("{place}: {message} ({help})", place = "a:1", message = inner, help = "{said"),
        ] {
            let back = Text::from_kept(&given.kept());
            for language in Language::ALL {
                assert_eq!(back.told(language), given.told(language));
            }
        }
    }

    #[test]
    fn plain_text_is_what_was_said() {
        for plain in ["", "paused", "DingTalk answered 310000: {x}", "{\"said\":", "{\"said\":1}x"]
        {
            assert_eq!(Text::from_kept(plain).to_string(), plain);
            assert_eq!(Text::from_kept(&Text::from(plain).kept()).to_string(), plain);
        }
        assert_eq!(text!("pending").kept(), "pending");
        assert_eq!(Text::from_kept("pending").told(Language::Chinese), "等待发送");
    }

    #[test]
    fn what_the_program_does_not_say_any_more_is_told_as_it_was_kept() {
        let kept = r#"{"said":"{{ {who} went }}","with":{"who":{"said":"pending"}}}"#;
        let text = Text::from_kept(kept);
        assert_eq!(text.told(Language::Chinese), "{ pending went }");
    }
}
