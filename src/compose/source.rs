//! Data sources: what templates can name besides what is always there.
//!
//! A source is read when its occurrence is composed, whole or not at all: a template never sees
//! half a file. Every source is bounded in size, and everything it gives keeps the order in which
//! it was written.

mod csv;
mod datum;
mod decode;
mod docx;
mod folder;
mod http;
mod json;
mod stand_in;
mod yaml;
mod zip;

use std::collections::BTreeMap;

use minijinja::Value;

pub(super) use self::folder::Meta;
use self::{datum::Datum, stand_in::StandIn};
pub use self::{
    folder::{KnownHashes, Listing, Looking, Memo, News, Telling, known_hashes},
    http::{question, unanswered},
};
use super::content::{ContentFile, ContentRoots};
use crate::{
    http::{Request, Response},
    model::{
        diagnostic::{Diagnostic, Place},
        reminder::Reminder,
        source::{DataFormat, DataSource, Http, SourceKind},
        target::TargetId,
        text::{Text, text},
    },
};

/// Bytes a data file or an answer may have.
pub const DATA_LIMIT: u64 = 4 * 1024 * 1024;

/// What was read for a reminder before its messages are made.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// What its sources gave, by name.
    found: BTreeMap<String, Found>,
    /// The file of its text, where it has one and it was read.
    body: Option<Result<ContentFile, Diagnostic>>,
}

/// What one source gave.
#[derive(Clone, Debug)]
enum Found {
    /// A value.
    Value(Datum),
    /// What each target is told, by its id; a sample, under no id, is for any.
    News(BTreeMap<String, News>),
    /// Nothing, and the occurrence cannot be composed without it.
    Failed(Diagnostic),
    /// Nothing, which the reminder allows for.
    Absent(Diagnostic),
    /// Nothing yet: it cannot be asked for offline.
    Offline,
}

impl Data {
    /// Reads the files among a reminder's sources.
    #[must_use]
    pub fn files(reminder: &Reminder, content: &ContentRoots) -> Self {
        let mut data = Self::default();
        for source in &reminder.data {
            data.absorb(Self::file(source, content));
        }
        data
    }

    /// Reads the file of a source; nothing for any other kind.
    #[must_use]
    pub fn file(source: &DataSource, content: &ContentRoots) -> Self {
        let mut data = Self::default();
        if let SourceKind::File { path, format } = &source.kind {
            let value = content
                .bytes(path, DATA_LIMIT, &source.place)
                .and_then(|(shown, bytes)| parse(format, &shown, &bytes));
            data.put(source, value);
        }
        data
    }

    /// Adds what was read elsewhere.
    pub fn absorb(&mut self, other: Self) {
        self.found.extend(other.found);
        self.body = other.body.or(self.body.take());
    }

    /// Adds the file of the text, or why it cannot be read.
    pub fn put_body(&mut self, body: Result<ContentFile, Diagnostic>) {
        self.body = Some(body);
    }

    /// The file of the text, where it was read.
    pub(super) fn body(&self) -> Option<&Result<ContentFile, Diagnostic>> {
        self.body.as_ref()
    }

    /// Adds what a target is told by a source.
    pub fn tell(&mut self, name: &str, target: &TargetId, news: News) {
        self.add_news(name, target.as_str(), news);
    }

    /// Adds what any target may be told by a source: for `check`.
    pub fn tell_sample(&mut self, name: &str, news: News) {
        self.add_news(name, "", news);
    }

    /// The same, with what one target is told by folders told to another.
    #[must_use]
    pub fn as_told(&self, from: &TargetId, to: &TargetId) -> Self {
        let mut data = self.clone();
        for found in data.found.values_mut() {
            if let Found::News(all) = found
                && let Some(news) = all.get(from.as_str()).cloned()
            {
                all.insert(to.to_string(), news);
            }
        }
        data
    }

    fn add_news(&mut self, name: &str, target: &str, news: News) {
        if let Found::News(all) =
            self.found.entry(name.to_owned()).or_insert_with(|| Found::News(BTreeMap::new()))
        {
            all.insert(target.to_owned(), news);
        }
    }

    /// Adds a value that is known already.
    pub fn give(&mut self, source: &DataSource, value: serde_json::Value) {
        let datum = serde_json::from_value(value).map_err(|error| {
            let message = text!(
                "`{name}` gave no value: {why}",
                name = &source.name,
                why = error.to_string(),
            );
            Diagnostic::error(source.place.clone(), "source-failed", message)
        });
        self.put(source, datum);
    }

    /// Adds what an address answered.
    pub fn answer(&mut self, source: &DataSource, http: &Http, asked: &Request, answer: &Response) {
        self.put(source, http::value(source, http, asked, answer));
    }

    /// Adds that a source is not asked now: its value may be anything.
    pub fn offline(&mut self, name: &str) {
        self.found.insert(name.to_owned(), Found::Offline);
    }

    /// Whether some value is not known before the message is made.
    pub(super) fn is_offline(&self) -> bool {
        self.found.values().any(|found| matches!(found, Found::Offline))
    }

    /// Adds that a source failed.
    pub fn fail(&mut self, source: &DataSource, wrong: Diagnostic) {
        self.put(source, Err(wrong));
    }

    /// Adds what a source gave.
    fn put(&mut self, source: &DataSource, value: Result<Datum, Diagnostic>) {
        let found = match value {
            Ok(value) => Found::Value(value),
            Err(wrong) if source.optional => Found::Absent(wrong),
            Err(wrong) => Found::Failed(wrong),
        };
        self.found.insert(source.name.clone(), found);
    }

    /// Whether one of these sources tells a target something.
    #[must_use]
    pub fn tells(&self, target: &TargetId, names: &[&str]) -> bool {
        let news = names.iter().filter_map(|name| match self.found.get(*name)? {
            Found::News(all) => all.get(target.as_str()),
            _ => None,
        });
        news.into_iter().any(|news| !news.changes.is_empty())
    }

    /// Whether nothing can be composed.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.found.values().any(|found| matches!(found, Found::Failed(_)))
    }

    /// Why nothing can be composed.
    pub(super) fn failures(&self) -> Vec<Diagnostic> {
        let failed = self.found.values().filter_map(|found| match found {
            Found::Failed(wrong) => Some(wrong.clone()),
            _ => None,
        });
        failed.collect()
    }

    /// What is absent, and why, for the log.
    #[must_use]
    pub fn absent(&self) -> Vec<(&str, &Diagnostic)> {
        let absent = self.found.iter().filter_map(|(name, found)| match found {
            Found::Absent(wrong) => Some((name.as_str(), wrong)),
            _ => None,
        });
        absent.collect()
    }

    /// The same without what a reminder allows to be absent: how its templates fare then.
    pub(super) fn without(&self, names: &[&str]) -> Self {
        let left = self.found.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        let found = left.map(|(name, found)| (name.clone(), found.clone())).collect();
        Self { found, body: self.body.clone() }
    }

    /// What the templates of a target can name; without one, those of any.
    pub(super) fn values(&self, target: Option<&TargetId>) -> impl Iterator<Item = (&str, Value)> {
        self.found.iter().filter_map(move |(name, found)| {
            let value = match found {
                Found::Value(datum) => Value::from(datum),
                Found::News(all) => {
                    let of = |id: &str| all.get(id);
                    let own = target.and_then(|target| of(target.as_str()));
                    let news = own.or_else(|| of("")).or_else(|| all.values().next())?;
                    Value::from(news.changes.clone())
                }
                Found::Offline => Value::from_object(StandIn::default()),
                Found::Failed(_) | Found::Absent(_) => return None,
            };
            Some((name.as_str(), value))
        })
    }

    /// Names whose value is not known beforehand: templates may do anything with them.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &str> {
        let is_unknown = |found: &Found| matches!(found, Found::Failed(_) | Found::Offline);
        let unknown = self.found.iter().filter(move |(_, found)| is_unknown(found));
        unknown.map(|(name, _)| name.as_str())
    }

    /// How much there is of it, in about the bytes it takes.
    pub(super) fn weight(&self) -> usize {
        let weights = self.found.values().map(|found| match found {
            Found::Value(datum) => datum.weight(),
            Found::News(all) => all.values().map(|news| news.weight).max().unwrap_or(0),
            _ => 0,
        });
        weights.fold(0, usize::saturating_add)
    }
}

/// Reads the bytes of a file or an answer; `shown` is what people call it.
fn parse(format: &DataFormat, shown: &str, bytes: &[u8]) -> Result<Datum, Diagnostic> {
    let text = || decode::decode(bytes).map_err(|flaw| flaw.in_file(shown));
    match format {
        DataFormat::Csv { text } => csv::read(shown, bytes, text),
        DataFormat::Json => json::read(&text()?).map_err(|flaw| flaw.in_file(shown)),
        DataFormat::Yaml => yaml::read(shown, &text()?),
        DataFormat::Text => Ok(Datum::from(text()?.as_str())),
    }
}

/// What is wrong inside a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Flaw {
    code: &'static str,
    /// From 1; 0 when the whole file is meant.
    line: usize,
    /// From 1; 0 when the whole line is meant.
    column: usize,
    message: Text,
    help: Text,
}

impl Flaw {
    fn new(code: &'static str, line: usize, message: Text, help: Text) -> Self {
        Self { code, line, column: 0, message, help }
    }

    fn in_file(self, shown: &str) -> Diagnostic {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let place = Place {
            file: shown.into(),
            line: number(self.line),
            column: number(self.column),
            length: 1,
        };
        Diagnostic::error(place, self.code, self.message).help(self.help)
    }
}
