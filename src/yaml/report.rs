//! The walk over a tree: takes what is right, collects what is wrong, loses neither.

use std::collections::BTreeSet;

use super::{Document, Entry, Node, Span, Style, Value, veil::veil};
use crate::model::{
    diagnostic::{Diagnostic, nearest},
    text::{Text, Words, text, words},
};

/// More mistakes of one file are not shown, nor are all of them looked for.
const MOST: usize = 1_000;

/// What is wrong with a value, before its place in the file is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// A stable kebab-case name.
    pub code: &'static str,
    /// What is wrong, in one sentence.
    pub message: Text,
    /// What to do about it.
    pub help: Option<Text>,
    /// The part of the text that is meant: its first character, from 0, and how many.
    pub part: Option<(usize, usize)>,
    /// The text holds a secret and is not to be shown.
    pub masked: bool,
}

impl Flaw {
    /// A flaw of the whole text.
    pub fn new(code: &'static str, message: impl Into<Text>) -> Self {
        Self { code, message: message.into(), help: None, part: None, masked: false }
    }

    /// The same with advice.
    #[must_use]
    pub fn help(self, help: impl Into<Text>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// The keys a map may have.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    /// What the map is, as in "a reminder has no key `x`".
    pub of: Words,
    /// Every key it may have.
    pub known: &'static [&'static str],
    /// What to say about some keys people try that are none.
    pub hints: &'static [(&'static str, Hint)],
}

/// What to say about a key that people try and that is none.
#[derive(Clone, Copy, Debug)]
pub enum Hint {
    /// This one is meant.
    Meant(&'static str),
    /// Something that takes a sentence.
    Say(Words),
}

impl From<Hint> for Text {
    fn from(hint: Hint) -> Self {
        match hint {
            Hint::Meant(key) => did_you_mean(key),
            Hint::Say(words) => words.into(),
        }
    }
}

/// The entries of a map whose keys have been checked.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'n> {
    /// Where the map stands.
    pub span: Span,
    entries: &'n [Entry],
}

impl<'n> Fields<'n> {
    /// A map of one entry.
    #[must_use]
    pub fn only(entry: &'n Entry) -> Self {
        Self { span: entry.span, entries: std::slice::from_ref(entry) }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// A key with its value.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

/// Collects what is wrong in one document.
#[derive(Debug)]
pub struct Report<'d> {
    /// What is read.
    pub document: &'d Document,
    found: Vec<Diagnostic>,
}

impl<'d> Report<'d> {
    /// Starts with what was noticed when the document was read.
    #[must_use]
    pub fn new(document: &'d Document) -> Self {
        let mut report = Self { document, found: Vec::new() };
        document.mistakes.iter().for_each(|mistake| report.add(mistake.clone()));
        report
    }

    /// Everything found.
    #[must_use]
    pub fn finish(mut self) -> Vec<Diagnostic> {
        if self.is_full() {
            let place = self.document.place(Span { line: 0, column: 0, length: 1 });
            let message =
                text!("after {most} mistakes the rest of the file was not looked at", most = MOST);
            self.found.push(Diagnostic::error(place, "more", message));
        }
        // What one finding must not show, another on the same line must not show either.
        let masked = self.found.iter().filter(|found| found.masked).map(|found| found.place.line);
        let masked: BTreeSet<u32> = masked.collect();
        for found in &mut self.found {
            found.masked |= masked.contains(&found.place.line);
        }
        self.found
    }

    /// How many errors were found so far.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.found.iter().filter(|found| found.is_error()).count()
    }

    /// Whether so much is wrong that more of it would not be shown.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    /// Adds a finding.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() {
            self.found.push(diagnostic);
        }
    }

    /// Adds an error at a span; a second one for the same place adds nothing to a mistake that
    /// keeps the value from being read, or that is not to be shown.
    pub fn error(&mut self, at: Span, flaw: Flaw) {
        let said = !self.is_full()
            && self.found.iter().any(|found| {
                (found.masked || found.code == "unquoted-template")
                    && (found.place.line, found.place.column) == (at.line, at.column)
            });
        if said {
            return;
        }
        let found = located(self.document, at, flaw);
        self.add(found);
    }

    /// Adds a warning at a span.
    pub fn warning(&mut self, at: Span, flaw: Flaw) {
        let mut found = located(self.document, at, flaw);
        found.severity = crate::model::diagnostic::Severity::Warning;
        self.add(found);
    }

    /// Adds an error about a value; the part of its text that is meant becomes the place.
    pub fn flaw(&mut self, node: &Node, flaw: Flaw) {
        self.error(part_of(node, flaw.part), flaw);
    }

    /// The entries of a map, its unknown keys reported; nothing when it is no map.
    pub fn fields<'n>(&mut self, node: &'n Node, keys: &Keys) -> Option<Fields<'n>> {
        let entries = self.map(node, keys.of)?;
        for entry in entries.iter().filter(|entry| !keys.known.contains(&entry.key.as_str())) {
            // Looking for the nearest word is slow.
            if self.is_full() {
                break;
            }
            self.unknown_key(entry, keys);
        }
        Some(Fields { span: node.span, entries })
    }

    /// The entries of a map whose keys are names people choose; nothing when it is no map.
    pub fn map<'n>(&mut self, node: &'n Node, of: impl Into<Text>) -> Option<&'n [Entry]> {
        match &node.value {
            Value::Map(entries) => return Some(entries),
            Value::Nothing => self.flaw(node, missing(of.into())),
            _ => {
                let message = text!(
                    "{of} is written as `key: value` lines, not as {kind}",
                    of = of.into(),
                    kind = kind(node)
                );
                let help =
                    text!("write its keys on the lines below, each with a colon and a value");
                self.flaw(node, Flaw::new("wrong-type", message).help(help));
            }
        }
        None
    }

    /// The text of a value; `of` names it, as in "`title` must be text".
    pub fn text<'n>(&mut self, node: &'n Node, of: impl Into<Text>) -> Option<&'n str> {
        match &node.value {
            Value::Scalar(scalar) => {
                self.cut_by_comment(node);
                return Some(&scalar.text);
            }
            Value::Nothing => self.flaw(node, missing(of.into())),
            Value::List(_) | Value::Map(_) => {
                let message =
                    text!("{of} must be text, not {kind}", of = of.into(), kind = kind(node));
                let mut flaw = Flaw::new("wrong-type", message);
                if self.document.line(node.span.line).contains(['{', '[']) {
                    flaw = flaw.help(text!("put the value in quotes if the brackets belong to it"));
                }
                self.flaw(node, flaw);
            }
        }
        None
    }

    /// A value read from its text.
    pub fn read<T>(
        &mut self,
        node: &Node,
        of: impl Into<Text>,
        read: impl FnOnce(&str) -> Result<T, Flaw>,
    ) -> Option<T> {
        let text = self.text(node, of)?;
        read(text.trim()).map_err(|flaw| self.flaw(node, flaw)).ok()
    }

    /// `true` or `false`.
    pub fn truth(&mut self, node: &Node, of: impl Into<Text>) -> Option<bool> {
        let quoted = matches!(&node.value, Value::Scalar(scalar) if scalar.style != Style::Plain);
        let of = of.into();
        self.read(node, of.clone(), |text| match text {
            "true" if !quoted => Ok(true),
            "false" if !quoted => Ok(false),
            _ => {
                let meant = match text.to_lowercase().as_str() {
                    "true" | "yes" | "on" | "y" | "1" | "是" => text!("write true"),
                    "false" | "no" | "off" | "n" | "0" | "否" => text!("write false"),
                    _ => text!("write true or false"),
                };
                let message = text!("{of} is either true or false, without quotes", of = of);
                Err(Flaw::new("wrong-type", message).help(meant))
            }
        })
    }

    /// One of a few words.
    pub fn word<T: Copy>(
        &mut self,
        node: &Node,
        of: impl Into<Text>,
        words: &[(&str, T)],
    ) -> Option<T> {
        let of = of.into();
        self.read(node, of.clone(), |text| {
            let found = words.iter().find(|(word, _)| *word == text);
            found.map(|&(_, value)| value).ok_or_else(|| {
                let known: Vec<&str> = words.iter().map(|&(word, _)| word).collect();
                let message = text!("{of} cannot be `{word}`", of = of, word = short(text));
                Flaw::new("unknown-word", message).help(suggest(text, known.iter().copied()))
            })
        })
    }

    fn unknown_key(&mut self, entry: &Entry, keys: &Keys) {
        // Zero-width spaces come with text copied from web pages.
        let bare = entry.key.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}');
        let message = text!("{of} has no key `{key}`", of = Text::from(keys.of), key = short(bare));
        let flaw = Flaw::new("unknown-key", message);
        let hint = keys.hints.iter().find(|(key, _)| *key == bare);
        let help = hint
            .map_or_else(|| suggest(bare, keys.known.iter().copied()), |&(_, hint)| hint.into());
        self.error(entry.span, flaw.help(help));
    }

    /// `title: 公告 #1` shows `公告`: everything from ` #` on is a comment.
    fn cut_by_comment(&mut self, node: &Node) {
        if let Some(&at) = self.document.cuts.get(&(node.span.line, node.span.column)) {
            let flaw = Flaw::new(
                "cut-by-comment",
                text!("the value ends here: ` #` begins a comment"),
            )
            .help(text!(
                "put the value in quotes if this belongs to it, or a space after the # if not"
            ));
            self.warning(at, flaw);
        }
    }
}

fn located(document: &Document, at: Span, flaw: Flaw) -> Diagnostic {
    let mut found = Diagnostic::error(
        document.place(at),
        flaw.code,
        flaw.message.map(&|text| veil(text).to_string()),
    );
    found.help = flaw.help;
    found.masked = flaw.masked;
    found
}

/// The span of a part of a value's text. Exact for values on one line without escapes; what
/// stands on a later line is found by its line.
fn part_of(node: &Node, part: Option<(usize, usize)>) -> Span {
    let (Some((start, length)), Value::Scalar(scalar)) = (part, &node.value) else {
        return node.span;
    };
    let (line, column) = match scalar.style {
        Style::Plain => (node.span.line, node.span.column),
        Style::Quoted => (node.span.line, node.span.column + 1),
        Style::Block { indent, line } => (line, indent + 1),
    };
    let (mut line, mut column) = (line, column);
    let first = column;
    for c in scalar.text.chars().take(start) {
        if c == '\n' {
            (line, column) = (line + 1, first);
        } else {
            column += 1;
        }
    }
    Span { line, column, length: super::count(length.max(1)) }
}

fn missing(of: Text) -> Flaw {
    Flaw::new("missing-value", text!("{of} has no value", of = of))
        .help(text!("write one after the colon, or delete the line"))
}

/// What a value is, in words.
fn kind(node: &Node) -> Text {
    let words = match &node.value {
        Value::Nothing => words!("nothing"),
        Value::Scalar(_) => words!("one piece of text"),
        Value::List(_) => words!("a list"),
        Value::Map(_) => words!("`key: value` lines"),
    };
    words.into()
}

/// The advice for a word that is none of the known ones.
#[must_use]
pub fn suggest<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> Text {
    const SHOWN: usize = 24;
    if let Some(near) = nearest(unquoted(word), known.clone()) {
        return did_you_mean(near);
    }
    let mut names: Vec<&str> = known.take(SHOWN + 1).collect();
    match names.len() {
        0 => text!("there is none yet"),
        1..=SHOWN => text!("known: {names}", names = names.join(", ")),
        _ => {
            names.truncate(SHOWN);
            text!("known: {names}, …", names = names.join(", "))
        }
    }
}

/// The advice for a word that is nearly the right one.
#[must_use]
pub fn did_you_mean(word: &str) -> Text {
    text!("did you mean `{word}`?", word = word)
}

/// A word without the typographic quotes that were typed around it.
fn unquoted(word: &str) -> &str {
    word.trim_matches(|c: char| c.is_whitespace() || "“”‘’「」『』＂".contains(c))
}

/// A word as a message may repeat it: its beginning, on one line.
#[must_use]
pub fn short(word: &str) -> String {
    const SHOWN: usize = 60;
    let line = word.lines().next().unwrap_or_default();
    let mut text: String = line.chars().take(SHOWN).collect();
    if text.len() < word.len() {
        text.push('…');
    }
    text
}
