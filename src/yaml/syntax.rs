//! Why a file cannot be read as YAML, said for the person who typed it.

use serde_saphyr::granit_parser::ErrorKind;

use super::{Node, Scalar, Span, Style, Value, count, hints, line_at};
use crate::model::{
    diagnostic::{Diagnostic, Place},
    text::{Text, Words, text, words},
};

/// A decoded file before it is a document.
pub(super) struct Source<'t> {
    pub(super) file: &'t str,
    pub(super) text: &'t str,
    pub(super) lines: &'t [usize],
}

impl Source<'_> {
    /// A line, from 1; empty beyond the end.
    pub(super) fn line(&self, number: u32) -> &str {
        line_at(self.text, self.lines, number)
    }

    /// An error at a span.
    pub(super) fn error(
        &self,
        at: Span,
        code: &'static str,
        message: impl Into<Text>,
    ) -> Diagnostic {
        let place =
            Place { file: self.file.into(), line: at.line, column: at.column, length: at.length };
        Diagnostic::error(place, code, message)
    }
}

/// What is seen at once, and what the parser would explain badly.
pub(super) fn before_parsing(source: &Source<'_>) -> Option<Diagnostic> {
    // In YAML nothing but a document's own text can stand at the very start of a line.
    let (number, _) = (1..)
        .zip(source.text.lines())
        .find(|(_, line)| ["<<<<<<< ", ">>>>>>> "].iter().any(|marker| line.starts_with(marker)))?;
    let at = Span { line: number, column: 1, length: 7 };
    let message = text!("a merge conflict was left in this file");
    Some(source.error(at, "merge-conflict", message).help(text!(
        "keep one of the two versions and delete the lines `<<<<<<<`, `=======`, `>>>>>>>`"
    )))
}

/// A syntax error with the best explanation there is for it.
pub(super) fn explain(source: &Source<'_>, kind: &ErrorKind, line: u32, col: u32) -> Diagnostic {
    // At the end of the file the parser may stand after the last line.
    let last = count(source.text.trim_end().matches('\n').count() + 1);
    let (line, column) = if line > last {
        (last, count(source.line(last).trim_end().chars().count()).max(1))
    } else {
        (line.max(1), col.saturating_add(1))
    };
    let trouble = hints::Trouble { kind, line, column };
    if let Some(found) = hints::find(source, &trouble) {
        return found;
    }
    let (message, help) = meaning(kind);
    source.error(Span { line, column, length: 1 }, "syntax", message).help(help)
}

/// What a parser error means to a person, and what to do.
fn meaning(kind: &ErrorKind) -> (Text, Text) {
    if let ErrorKind::UnexpectedCharacter { character } = kind {
        let message = text!("a value cannot begin with `{character}`", character = *character);
        return (message, text!("put the value in quotes"));
    }
    let (message, help) = in_a_value(kind).or_else(|| between_values(kind)).unwrap_or((
        words!("this is not YAML"),
        words!("compare the line with the examples in the documentation"),
    ));
    (message.into(), help.into())
}

/// Of a value that begins with a mark YAML keeps for itself.
pub(super) fn must_be_quoted(mark: &str) -> Text {
    text!("a value that begins with `{mark}` must stand in quotes", mark = mark)
}

/// Errors inside one value.
fn in_a_value(kind: &ErrorKind) -> Option<(Words, Words)> {
    use ErrorKind as K;
    Some(match kind {
        K::UnclosedQuotedScalar => {
            (words!("the quote that opens here is never closed"), words!("close it, or remove it"))
        }
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => (
            words!("text follows the closing quote"),
            words!("put the whole value in quotes; a `'` inside '…' is written ''"),
        ),
        K::UnknownQuotedScalarEscape
        | K::InvalidQuotedScalarHexEscape
        | K::InvalidUnicodeEscape => (
            words!("`\\` inside \"…\" begins a special character, and this one does not exist"),
            words!("write `\\\\` for a backslash, or use '…' instead of \"…\""),
        ),
        K::UnknownAnchor => (
            words!(
                "a value that begins with `*` repeats another one marked `&`, and there is none"
            ),
            words!("put the value in quotes if the `*` belongs to it"),
        ),
        K::InvalidTagTerminator | K::UndeclaredTagHandle | K::MissingTagUri => (
            words!("a value that begins with `!` means something special"),
            words!("put the value in quotes"),
        ),
        K::InvalidBlockScalarHeader => (
            words!("after `|` or `>` the text begins on the next line"),
            words!("put the value in quotes if it is one line that begins with this character"),
        ),
        K::BlockSequenceEntryNotAllowed => (
            words!("a list begins on a line of its own"),
            words!("put each `- …` on a new line, or write [a, b]"),
        ),
        K::DirectiveDisallowed => {
            (words!("a line cannot begin with `%`"), words!("put the value in quotes"))
        }
        _ => return None,
    })
}

/// Errors in how lines and brackets fit together.
fn between_values(kind: &ErrorKind) -> Option<(Words, Words)> {
    use ErrorKind as K;
    Some(match kind {
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabAtBlockScalarStart
        | K::TabInPlainScalar => {
            (words!("a tab stands where only spaces may stand"), words!("replace tabs by spaces"))
        }
        K::InvalidIndentation
        | K::ExpectedBlockMappingKey
        | K::ExpectedBlockSequenceEntry
        | K::MappingValueNotAllowed
        | K::InvalidBlockScalarIndent => (
            words!("this line does not fit the lines above it"),
            words!("keys that belong together start in the same column; use spaces, two per level"),
        ),
        K::SimpleKeyExpected | K::InvalidSimpleKey => (
            words!("this line is no `key: value`"),
            words!("write a colon and a space after the key"),
        ),
        K::UnclosedFlowCollection { .. }
        | K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::ExpectedFlowMappingSeparator
        | K::ExpectedFlowSequenceSeparator
        | K::InvalidColonPlacement
        | K::MismatchedFlowCollectionEnd { .. }
        | K::MisplacedFlowCollectionEnd => (
            words!("a list in `[…]` or a map in `{…}` is not closed or lacks a comma"),
            words!("close it, or put the value in quotes if it is text"),
        ),
        K::RecursionLimitExceeded => {
            (words!("lists and maps are nested too deep here"), words!("write it flatter"))
        }
        _ => return None,
    })
}

pub(super) fn several_documents(source: &Source<'_>, at: Span) -> Diagnostic {
    source
        .error(
            at,
            "several-documents",
            text!("`---` begins a second document, and only one is read"),
        )
        .help(text!("delete this line, or move what follows into a file of its own"))
}

pub(super) fn empty(source: &Source<'_>) -> Diagnostic {
    let whole = Span { line: 0, column: 0, length: 1 };
    source
        .error(whole, "empty-file", text!("nothing is written in this file"))
        .help(text!("delete the file if it is not needed any more"))
}

pub(super) fn tag(source: &Source<'_>, at: Span) -> Diagnostic {
    source
        .error(at, "syntax", text!("a value that begins with `!` means something special"))
        .help(text!("put the value in quotes"))
}

pub(super) fn too_deep(source: &Source<'_>, at: Span) -> Diagnostic {
    source
        .error(at, "too-deep", text!("lists and maps are nested too deep here"))
        .help(text!("write it flatter"))
}

pub(super) fn too_much(source: &Source<'_>, at: Span) -> Diagnostic {
    let message = text!("the file holds more than {most} values", most = super::MAX_NODES);
    source.error(at, "too-much", message).help(text!("split it into several files"))
}

pub(super) fn alias_to_itself(source: &Source<'_>, at: Span) -> Diagnostic {
    source
        .error(at, "syntax", text!("this repeats a value that contains this very place"))
        .help(text!("write the value out"))
}

/// A key with a space before it that YAML reads as part of it.
pub(super) fn odd_space(source: &Source<'_>, key: &Node) -> Option<Diagnostic> {
    let Value::Scalar(Scalar { text, style: Style::Plain }) = &key.value else { return None };
    let odd = text.chars().next().filter(|c| c.is_whitespace())?;
    let length = text.chars().take_while(|c| c.is_whitespace()).count();
    Some(odd_space_at(source, Span { length: count(length), ..key.span }, odd))
}

/// A space that is no ASCII space where a line is indented.
pub(super) fn odd_space_at(source: &Source<'_>, at: Span, space: char) -> Diagnostic {
    let name = match space {
        '\u{3000}' => words!("a full-width space"),
        '\u{a0}' => words!("a no-break space"),
        '\t' => words!("a tab"),
        _ => words!("an unusual space"),
    };
    let message = text!(
        "this line is indented with {name} (U+{code}), which YAML reads as a letter",
        name = name,
        code = format!("{:04X}", space as u32),
    );
    source.error(at, "odd-space", message).help(text!("delete it and indent with ordinary spaces"))
}

/// A list or a map where a key must stand; nearly always an unquoted `{{ … }}`.
pub(super) fn odd_key(source: &Source<'_>, node: &Node) -> Diagnostic {
    let before: String = source
        .line(node.span.line)
        .chars()
        .take(node.span.column.saturating_sub(1) as usize)
        .collect();
    if before.ends_with('{') {
        let at = Span { column: node.span.column.saturating_sub(1).max(1), length: 2, ..node.span };
        return source
            .error(at, "unquoted-template", must_be_quoted("{{"))
            .help(words!("write it as \"{{ … }}\""));
    }
    source
        .error(node.span, "wrong-type", text!("a key must be text"))
        .help(text!("put the value in quotes if the brackets belong to it"))
}
