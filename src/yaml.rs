//! YAML as people type it: bytes become a tree in which every key and value knows its place.
//!
//! This is the one module that knows the YAML parser. [`parse`] ends either in a [`Document`] or
//! in the one mistake that keeps the file from being read at all. [`Report`] then walks the tree
//! and collects every other mistake at once: unknown keys, wrong types, values that mean nothing.
//! Scalars stay the text that was typed: whether `007` is a number is decided by the key it
//! stands under, so nothing is lost before its meaning is known.

mod decode;
mod hints;
mod json;
mod report;
pub mod schema;
mod syntax;
mod tree;
pub mod values;
pub mod veil;

pub use json::{json, plain, scalar};
pub use report::{Fields, Flaw, Hint, Keys, Report, did_you_mean, short, suggest};

use std::{collections::HashMap, sync::Arc};

use crate::model::diagnostic::{Diagnostic, Place};

/// A schedule file or the settings may be this long.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// A document may hold so many values, those that aliases repeat included.
pub const MAX_NODES: usize = 250_000;
/// Lists and maps may be nested this deep.
pub const MAX_DEPTH: usize = 48;

/// Where something stands in its file. Lines and columns count from 1; columns count characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// Characters on that line; at least 1.
    pub length: u32,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where.
    pub span: Span,
    /// What.
    pub value: Value,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing stands there, or `null` or `~`.
    Nothing,
    /// Anything that is written as one piece.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order written, each key once.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key as written.
    pub key: String,
    /// Where the key stands.
    pub span: Span,
    /// Its value.
    pub node: Node,
}

/// One piece of text as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text, escapes and folding done.
    pub text: String,
    /// How it was written.
    pub style: Style,
}

/// How a piece of text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// As it is.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// As a block after `|` or `>`.
    Block {
        /// Columns its lines are indented.
        indent: u32,
        /// The line of the file its first line stands on.
        line: u32,
    },
}

impl Node {
    /// The text, when it is one piece of text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The value under a key, when it is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => {
                entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
            }
            _ => None,
        }
    }

    /// Its keys, when it is a map.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let entries = match &self.value {
            Value::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|entry| entry.key.as_str())
    }

    /// One value or a list of them, as a list.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// Every piece of text below this node, itself included.
    pub fn scalars(&self) -> impl Iterator<Item = (&Node, &Scalar)> {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            loop {
                let node = open.pop()?;
                match &node.value {
                    Value::Nothing => {}
                    Value::Scalar(scalar) => return Some((node, scalar)),
                    Value::List(items) => open.extend(items.iter().rev()),
                    Value::Map(entries) => open.extend(entries.iter().rev().map(|e| &e.node)),
                }
            }
        })
    }
}

/// What follows a value on its line and looks like a part of it, but is a comment: by line and
/// column of the value.
type Cuts = HashMap<(u32, u32), Span>;

/// A file that could be read as YAML.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name, for people.
    pub file: Arc<str>,
    /// Its text, decoded, lines ending in `\n`.
    pub text: String,
    /// What it holds.
    pub root: Node,
    /// Mistakes that did not keep it from being read: duplicate keys, keys that are no text.
    pub mistakes: Vec<Diagnostic>,
    lines: Vec<usize>,
    cuts: Cuts,
}

impl Document {
    /// A span as a place in this file.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        Place {
            file: Arc::clone(&self.file),
            line: span.line,
            column: span.column,
            length: span.length,
        }
    }

    /// A line of the text, from 1; empty beyond the end.
    #[must_use]
    pub fn line(&self, number: u32) -> &str {
        line_at(&self.text, &self.lines, number)
    }
}

/// Reads a file people write.
///
/// # Errors
/// The mistake that keeps it from being read: its encoding, its size, or its first syntax error.
pub fn parse(file: &str, bytes: &[u8]) -> Result<Document, Diagnostic> {
    let text = decode::decode(file, bytes, MAX_BYTES)?;
    let lines = line_starts(&text);
    let source = syntax::Source { file, text: &text, lines: &lines };
    let tree::Read { root, mistakes, cuts } = tree::read(&source)?;
    Ok(Document { file: file.into(), root, mistakes, text, lines, cuts })
}

/// Where each line starts, in bytes.
fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// A line of the text, from 1, without its end.
fn line_at<'t>(text: &'t str, lines: &[usize], number: u32) -> &'t str {
    let Some(index) = (number as usize).checked_sub(1) else { return "" };
    let Some(&start) = lines.get(index) else { return "" };
    let end = lines.get(index + 1).map_or(text.len(), |next| next - 1);
    &text[start..end]
}

/// A count as lines and columns hold it.
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn root(text: &str) -> Node {
        parse("a.yaml", text.as_bytes()).expect("readable").root
    }

    #[test]
    fn syntax_errors_are_explained_where_they_are() {
        let cases = [
            ("a:\n  b: 1\n\tc: 2\n", 3, 1, "tab"),
            ("a:\n\tb: 1\n", 2, 1, "tab"),
            ("when：每天 9:00\nto: y\n", 1, 5, "full-width"),
            ("reminders:\n  政策：\n    when: x\n", 2, 5, "full-width"),
            ("a:\n  b: 1\n  text：y\n", 3, 7, "full-width"),
            ("a: “x: y”\n", 1, 4, "full-width"),
            ("a: {{ x }} 提醒\nb: 1\n", 1, 4, "unquoted-template"),
            ("a: [政策] 更新\n", 1, 4, "unquoted-bracket"),
            ("title: [x\nb: 1\n", 1, 8, "unclosed-bracket"),
            ("title: [x", 1, 8, "unclosed-bracket"),
            ("a: b: c\n", 1, 5, "colon-in-value"),
            ("r:\n  when:every day\n  to: x\n", 2, 7, "no-space"),
            ("a:\n  b: 1\n c: 2\n", 3, 2, "syntax"),
            ("a: \"x\n", 1, 4, "syntax"),
            ("a: 'it's'\n", 1, 8, "syntax"),
            ("a: *重要*\n", 1, 4, "syntax"),
            ("a: !重要 x\n", 1, 4, "syntax"),
            ("a: %x\n", 1, 4, "syntax"),
            ("a: > 50%\n", 1, 4, "syntax"),
            ("a: - x\n", 1, 4, "syntax"),
            ("a: &x [*x]\n", 1, 8, "syntax"),
            ("a: 1\n---\nb: 2\n", 2, 1, "several-documents"),
            ("<<<<<<< HEAD\na: 1\n", 1, 1, "merge-conflict"),
            ("# only a comment\n", 0, 0, "empty-file"),
            ("", 0, 0, "empty-file"),
        ];
        for (text, line, column, code) in cases {
            let found = parse("a.yaml", text.as_bytes()).expect_err(text);
            let seen = (found.place.line, found.place.column, found.code);
            assert_eq!(seen, (line, column, code), "{text:?}: {}", found.message);
            assert!(found.help.is_some(), "{text:?} has no help");
        }
    }

    #[test]
    fn mistakes_that_leave_the_file_readable_are_collected() {
        let text = "a: 1\nb: {{ x }}\na: 2\nc: {a: 1, a: 2}\n? [k]\n: v\n";
        let document = parse("a.yaml", text.as_bytes()).expect("readable");
        let seen: Vec<_> = document
            .mistakes
            .iter()
            .map(|found| (found.place.line, found.place.column, found.code))
            .collect();
        let expected = [
            (2, 4, "unquoted-template"),
            (3, 1, "duplicate-key"),
            (4, 11, "duplicate-key"),
            (5, 3, "wrong-type"),
        ];
        assert_eq!(seen, expected);
        assert_eq!(document.root.get("a").and_then(Node::text), Some("1"));
    }

    #[test]
    fn an_unquoted_at_sign_is_text() {
        let node = root("mention: @all\nmail: a@b.c\nto: [@张三, x]\ntext: |\n  @all 请看\n");
        assert_eq!(node.get("mention").and_then(Node::text), Some("@all"));
        assert_eq!(node.get("mail").and_then(Node::text), Some("a@b.c"));
        assert_eq!(node.get("to").map(|to| to.items().len()), Some(2));
        assert_eq!(node.get("text").and_then(Node::text), Some("@all 请看\n"));
    }

    #[test]
    fn values_stay_the_text_that_was_typed() {
        let node = root("[13800000000, 007, 1.0, yes, 2026-01-01, 09:00, '~', ~, null, \"\"]");
        let seen: Vec<_> = node.items().iter().map(Node::text).collect();
        let (some, none) = (Some, None);
        let expected = [
            some("13800000000"),
            some("007"),
            some("1.0"),
            some("yes"),
            some("2026-01-01"),
            some("09:00"),
            some("~"),
            none,
            none,
            some(""),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_block_knows_its_first_line_and_indentation() {
        let style = |text: &str| match &root(text).get("a").expect("a").value {
            Value::Scalar(scalar) => scalar.style,
            other => panic!("{other:?}"),
        };
        assert_eq!(style("a: |\n  x\n"), Style::Block { indent: 2, line: 2 });
        assert_eq!(style("b: 1\na: | # why\n\n\n    x\n"), Style::Block { indent: 4, line: 3 });
        assert_eq!(style("a: >-\n x\n y\n"), Style::Block { indent: 1, line: 2 });
    }

    #[test]
    fn merge_keys_take_over_what_is_not_written() {
        let node = root("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\n");
        let y = node.get("y").expect("y");
        assert_eq!(y.get("a").and_then(Node::text), Some("1"));
        assert_eq!(y.get("b").and_then(Node::text), Some("3"));
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..9 {
            let repeat = vec![format!("*a{}", n - 1); 10].join(", ");
            laughs += &format!("a{n}: &a{n} [{repeat}]\n");
        }
        let deep: String = (0..100).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
        let cases = [
            (laughs, "too-much"),
            ("[".repeat(100_000), "syntax"),
            ("- ".repeat(100_000), "syntax"),
            (deep, "syntax"),
            ("- x\n".repeat(MAX_NODES + 1), "too-much"),
            ("x".repeat(MAX_BYTES + 1), "file-too-large"),
        ];
        for (text, code) in cases {
            let found = parse("a.yaml", text.as_bytes()).expect_err(code);
            assert_eq!(found.code, code, "{} {:.40}", found.message, text);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_a_document_or_a_diagnostic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse("a.yaml", &bytes);
        }

        #[test]
        fn anything_like_yaml_ends_too(text in "([a-c]{1,2}|[-:,?*&!|>@\"'#%{}\\[\\]：“ \t]|\n {0,4}|<<: ){0,80}") {
            if let Err(found) = parse("a.yaml", text.as_bytes()) {
                let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
                prop_assert!(found.place.line <= lines.max(1));
            }
        }
    }
}
