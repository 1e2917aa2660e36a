//! What is wrong in a file someone wrote: where, why, and what to do.

use std::{fmt, sync::Arc};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{
    language::Language,
    text::{Text, text},
};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file is used; it probably does not mean what its author thinks.
    Warning,
    /// Worth knowing.
    Note,
}

/// A place in a file. Lines and columns count from 1; columns count characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the person knows it (relative where it can be); all its places share the text.
    pub file: Arc<str>,
    /// From 1; 0 when the whole file is meant.
    pub line: u32,
    /// From 1; 0 when the whole line is meant.
    pub column: u32,
    /// Characters to underline; at least 1.
    pub length: u32,
}

impl fmt::Display for Place {
    /// `file:line:column`, as far as it is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, .. } = self;
        match (line, column) {
            (0, _) => f.write_str(file),
            (_, 0) => write!(f, "{file}:{line}"),
            _ => write!(f, "{file}:{line}:{column}"),
        }
    }
}

/// One finding in one place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// A stable kebab-case name for the kind of mistake, e.g. `unknown-key`.
    pub code: &'static str,
    /// What is wrong, in one sentence.
    pub message: Text,
    /// What to do about it.
    pub help: Option<Text>,
    /// The place holds a secret: whoever shows the source line must not show what stands there.
    pub masked: bool,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(place: Place, code: &'static str, message: impl Into<Text>) -> Self {
        let message = message.into();
        Self { severity: Severity::Error, place, code, message, help: None, masked: false }
    }

    /// A warning at a place.
    pub fn warning(place: Place, code: &'static str, message: impl Into<Text>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(place, code, message) }
    }

    /// A note at a place.
    pub fn note(place: Place, code: &'static str, message: impl Into<Text>) -> Self {
        Self { severity: Severity::Note, ..Self::error(place, code, message) }
    }

    /// The same finding with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<Text>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding, about a place whose text must not be shown.
    #[must_use]
    pub fn masked(mut self) -> Self {
        self.masked = true;
        self
    }

    /// All of it in one line: `file:line:column: message (help)`.
    #[must_use]
    pub fn sentence(&self) -> Text {
        let (place, message) = (self.place.to_string(), self.message.clone());
        match &self.help {
            None => text!("{place}: {message}", place = place, message = message),
            Some(help) => text!(
                "{place}: {message} ({help})",
                place = place,
                message = message,
                help = help.clone(),
            ),
        }
    }

    /// The same finding, its words in a language.
    #[must_use]
    pub fn told(&self, language: Language) -> Self {
        let told = |text: &Text| Text::from(text.told(language));
        Self { message: told(&self.message), help: self.help.as_ref().map(told), ..self.clone() }
    }

    /// Whether the file cannot be used.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl Serialize for Diagnostic {
    /// The flat form of `check --json`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Diagnostic", 7)?;
        map.serialize_field("severity", &self.severity)?;
        map.serialize_field("file", &*self.place.file)?;
        map.serialize_field("line", &self.place.line)?;
        map.serialize_field("column", &self.place.column)?;
        map.serialize_field("code", self.code)?;
        map.serialize_field("message", &self.message)?;
        map.serialize_field("help", &self.help)?;
        map.end()
    }
}

impl fmt::Display for Diagnostic {
    /// [`Self::sentence`] in English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

/// Puts findings in the order people read them: errors first, each by file, line and column.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        (a.severity, &a.place, a.code, &a.message).cmp(&(b.severity, &b.place, b.code, &b.message))
    });
    diagnostics.dedup();
}

/// The candidate nearest to a mistyped word, if one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    // At least one character must have been right.
    let bound = (length / 3).max(1).min(length.saturating_sub(1));
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= bound)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, delete, replace, swap neighbours) between two short words.
fn distance(a: &str, b: &str) -> usize {
    const LONGEST: usize = 64;
    let a: Vec<char> = a.chars().take(LONGEST).collect();
    let b: Vec<char> = b.chars().take(LONGEST).collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_only_when_near() {
        let keys = ["when", "mention", "title", "timezone"];
        assert_eq!(nearest("wehn", keys), Some("when"));
        assert_eq!(nearest("timzone", keys), Some("timezone"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("x", ["a", "b"]), None);
    }

    #[test]
    fn errors_come_before_warnings_each_by_place() {
        let at = |line| Place { file: "a.yaml".into(), line, column: 1, length: 1 };
        let mut found = vec![
            Diagnostic::warning(at(1), "w", "w"),
            Diagnostic::error(at(9), "e", "later"),
            Diagnostic::error(at(2), "e", "first"),
        ];
        sort(&mut found);
        let order: Vec<_> = found.iter().map(|d| d.message.to_string()).collect();
        assert_eq!(order, ["first", "later", "w"]);
    }
}
