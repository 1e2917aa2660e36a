//! Sentences for people, in the language of whoever reads them.
//!
//! A sentence is written once, in English, where it is said: `text!("there is no target `{name}`",
//! name = id)`. The English text with its gaps is the key under which each other language has its
//! own in a table; what fills the gaps is kept beside it, so nothing said is parsed again. A test
//! reads the sources and fails when a sentence has no row.

mod chinese;
mod kept;

use std::fmt;

use serde::{Serialize, Serializer};

use super::language::Language;

/// A sentence, not yet said in any language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Box<Kind>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    /// Ours: English as in the source, with what fills its gaps.
    Sentence { english: &'static str, gaps: Vec<(&'static str, Gap)> },
    /// Ours, without gaps.
    Words(&'static str),
    /// Said as it is: an operating system's words, a name, what is translated already.
    Verbatim(String),
    /// One after the other.
    Several(Vec<Text>),
}

/// More sentences than this are counted, not said, by [`Text::several`].
const MOST: usize = 20;

/// What fills a gap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gap {
    /// The same in every language.
    Value(String),
    /// Words of ours.
    Text(Text),
}

/// Writes a [`Text`]: English with `{name}` where something is to be filled in, `{{` for a brace,
/// then each `name = value`. A gap that is not filled, or a value without its gap, does not
/// compile.
macro_rules! text {
    ($english:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        let _ = ::std::format_args!($english $(, $name = "")*);
        $crate::model::text::Text::sentence(
            $english,
            ::std::vec![$((stringify!($name), $crate::model::text::Gap::from($value))),*],
        )
    }};
}
pub(crate) use text;

/// Words of ours that can stand in a constant; `words!("a reminder")` makes them. Like a [`Text`]
/// without gaps, or one whose gaps `Text::filled` fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Words(&'static str);

/// Writes [`Words`].
macro_rules! words {
    ($english:literal) => {
        $crate::model::text::Words::new($english)
    };
}
pub(crate) use words;

impl Words {
    /// Nothing said.
    pub const NONE: Self = Self("");

    /// As `words!` writes them.
    #[must_use]
    pub const fn new(english: &'static str) -> Self {
        Self(english)
    }

    /// Whether nothing is said.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl From<Words> for Text {
    fn from(words: Words) -> Self {
        Self(Box::new(Kind::Words(words.0)))
    }
}

impl Text {
    /// A sentence and what fills its gaps; [`text!`] makes sure that they fit.
    pub(crate) fn sentence(english: &'static str, gaps: Vec<(&'static str, Gap)>) -> Self {
        Self(Box::new(Kind::Sentence { english, gaps }))
    }

    /// Sentences one after the other; of very many only the first, and how many more there are.
    #[must_use]
    pub fn several(mut texts: Vec<Self>) -> Self {
        let more = texts.len().saturating_sub(MOST);
        texts.truncate(MOST);
        if more > 0 {
            texts.push(text!("… and {more} more", more = more));
        }
        match texts.pop() {
            Some(only) if texts.is_empty() => only,
            last => {
                texts.extend(last);
                Self(Box::new(Kind::Several(texts)))
            }
        }
    }

    /// The same sentence with one more of its gaps filled: where a sentence is chosen before all is
    /// known that it tells.
    #[must_use]
    pub(crate) fn filled(self, name: &'static str, value: impl Into<Gap>) -> Self {
        let (english, mut gaps) = match *self.0 {
            Kind::Words(english) => (english, Vec::new()),
            Kind::Sentence { english, gaps } => (english, gaps),
            other => return Self(Box::new(other)),
        };
        gaps.push((name, value.into()));
        Self::sentence(english, gaps)
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &*self.0 {
            Kind::Verbatim(text) => text.is_empty(),
            Kind::Several(texts) => texts.is_empty(),
            Kind::Sentence { .. } | Kind::Words(_) => false,
        }
    }

    /// The sentence in a language; in English where that language has no table.
    #[must_use]
    pub fn told(&self, language: Language) -> String {
        match &*self.0 {
            Kind::Verbatim(text) => text.clone(),
            Kind::Words(english) => translated(english, language).to_owned(),
            Kind::Sentence { english, gaps } => fill(translated(english, language), |name| {
                let gap = gaps.iter().find(|(gap, _)| *gap == name);
                gap.map(|(_, gap)| gap.told(language)).unwrap_or_default()
            }),
            Kind::Several(texts) => {
                let told: Vec<_> = texts.iter().map(|text| text.told(language)).collect();
                told.join(if language == Language::Chinese { "；" } else { "; " })
            }
        }
    }

    /// The same sentence with everything in it that is not our own words passed through `change`.
    #[must_use]
    pub fn map(self, change: &impl Fn(&str) -> String) -> Self {
        Self(Box::new(match *self.0 {
            Kind::Verbatim(text) => Kind::Verbatim(change(&text)),
            Kind::Words(english) => Kind::Words(english),
            Kind::Several(texts) => {
                Kind::Several(texts.into_iter().map(|text| text.map(change)).collect())
            }
            Kind::Sentence { english, gaps } => {
                let changed = gaps.into_iter().map(|(name, gap)| match gap {
                    Gap::Value(value) => (name, Gap::Value(change(&value))),
                    Gap::Text(text) => (name, Gap::Text(text.map(change))),
                });
                Kind::Sentence { english, gaps: changed.collect() }
            }
        }))
    }
}

/// A sentence of ours in a language, its gaps still open.
fn translated(english: &'static str, language: Language) -> &'static str {
    match language {
        Language::Chinese => chinese::of(english).unwrap_or(english),
        Language::English | Language::Indonesian | Language::Portuguese => english,
    }
}

impl Gap {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Value(value) => value.clone(),
            Self::Text(text) => text.told(language),
        }
    }
}

/// A sentence with its gaps filled, each by its name.
fn fill(sentence: &str, gap: impl Fn(&str) -> String) -> String {
    let mut told = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some(at) = rest.find(['{', '}']) {
        told.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix(brace) {
            told.push_str(brace);
            rest = behind;
        } else if let Some((name, behind)) = rest.split_once('}') {
            told.push_str(&gap(name));
            rest = behind;
        }
    }
    told.push_str(rest);
    told
}

impl fmt::Display for Text {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.told(Language::English))
    }
}

impl Serialize for Text {
    /// In English.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Box::new(Kind::Verbatim(text)))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Box::new(Kind::Verbatim(text.to_owned())))
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Words> for Gap {
    fn from(words: Words) -> Self {
        Self::Text(words.into())
    }
}

impl From<Text> for Gap {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

/// Values that look the same in every language.
macro_rules! values {
    ($($value:ty),*) => {
        $(impl From<$value> for Gap {
            fn from(value: $value) -> Self {
                Self::Value(value.to_string())
            }
        })*
    };
}
values!(
    &str,
    &&str,
    String,
    &String,
    char,
    u16,
    u32,
    u64,
    usize,
    i8,
    i16,
    i32,
    i64,
    jiff::civil::Date
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_told_with_its_gaps_filled() {
        let text = text!("a row has more than {most} cells", most = 5_u32);
        assert_eq!(text.to_string(), "a row has more than 5 cells");
        assert_eq!(text.told(Language::Chinese), "有一行超过 5 个单元格");
        assert_eq!(text.told(Language::Portuguese), text.to_string());
        let braces = text!("{{ {what} }}", what = "{x}");
        assert_eq!(braces.to_string(), "{ {x} }");
        let nested = text!("{what}!", what = text);
        assert_eq!(nested.told(Language::Chinese), "有一行超过 5 个单元格!");
        assert_eq!(Text::from("{as} it is").to_string(), "{as} it is");
    }

    #[test]
    fn several_are_told_one_after_the_other_and_very_many_are_counted() {
        let one = || text!("pending");
        let two = Text::several(vec![one(), Text::from("x")]);
        assert_eq!(two.to_string(), "pending; x");
        assert_eq!(two.told(Language::Chinese), "等待发送；x");
        assert_eq!(Text::several(vec![one()]), one());
        assert_eq!(Text::several(Vec::new()).to_string(), "");
        let many = Text::several(vec![one(); 100]).to_string();
        assert!(many.ends_with("pending; … and 80 more"), "{many}");
    }

    #[test]
    fn only_what_is_not_ours_is_changed() {
        let text = text!("there is no target `{name}`", name = "target");
        let hidden = text.map(&|value| "•".repeat(value.len()));
        assert_eq!(hidden.to_string(), "there is no target `••••••`");
    }
}
