//! Why a file cannot be read as YAML, said for the person who typed it.

use serde_saphyr::granit_parser::ErrorKind;

use super::{Node, Scalar, Span, Style, Value, count, hints, line_at};
use crate::model::{
    diagnostic::{Diagnostic, Place},
    text::Text,
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
    let message = "a merge conflict was left in this file";
    Some(
        source.error(at, "merge-conflict", message).help(
            "keep one of the two versions and delete the lines `<<<<<<<`, `=======`, `>>>>>>>`",
        ),
    )
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
fn meaning(kind: &ErrorKind) -> (String, &'static str) {
    if let ErrorKind::UnexpectedCharacter { character } = kind {
        return (format!("a value cannot begin with `{character}`"), "put the value in quotes");
    }
    let (message, help) = in_a_value(kind)
        .or_else(|| between_values(kind))
        .unwrap_or(("this is not YAML", "compare the line with the examples in the documentation"));
    (message.to_owned(), help)
}

/// Errors inside one value.
fn in_a_value(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    use ErrorKind as K;
    Some(match kind {
        K::UnclosedQuotedScalar => {
            ("the quote that opens here is never closed", "close it, or remove it")
        }
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => (
            "text follows the closing quote",
            "put the whole value in quotes; a `'` inside '…' is written ''",
        ),
        K::UnknownQuotedScalarEscape
        | K::InvalidQuotedScalarHexEscape
        | K::InvalidUnicodeEscape => (
            "`\\` inside \"…\" begins a special character, and this one does not exist",
            "write `\\\\` for a backslash, or use '…' instead of \"…\"",
        ),
        K::UnknownAnchor => (
            "a value that begins with `*` repeats another one marked `&`, and there is none",
            "put the value in quotes if the `*` belongs to it",
        ),
        K::InvalidTagTerminator | K::UndeclaredTagHandle | K::MissingTagUri => {
            ("a value that begins with `!` means something special", "put the value in quotes")
        }
        K::InvalidBlockScalarHeader => (
            "after `|` or `>` the text begins on the next line",
            "put the value in quotes if it is one line that begins with this character",
        ),
        K::BlockSequenceEntryNotAllowed => {
            ("a list begins on a line of its own", "put each `- …` on a new line, or write [a, b]")
        }
        K::DirectiveDisallowed => ("a line cannot begin with `%`", "put the value in quotes"),
        _ => return None,
    })
}

/// Errors in how lines and brackets fit together.
fn between_values(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    use ErrorKind as K;
    Some(match kind {
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabAtBlockScalarStart
        | K::TabInPlainScalar => {
            ("a tab stands where only spaces may stand", "replace tabs by spaces")
        }
        K::InvalidIndentation
        | K::ExpectedBlockMappingKey
        | K::ExpectedBlockSequenceEntry
        | K::MappingValueNotAllowed
        | K::InvalidBlockScalarIndent => (
            "this line does not fit the lines above it",
            "keys that belong together start in the same column; use spaces, two per level",
        ),
        K::SimpleKeyExpected | K::InvalidSimpleKey => {
            ("this line is no `key: value`", "write a colon and a space after the key")
        }
        K::UnclosedFlowCollection { .. }
        | K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::ExpectedFlowMappingSeparator
        | K::ExpectedFlowSequenceSeparator
        | K::InvalidColonPlacement
        | K::MismatchedFlowCollectionEnd { .. }
        | K::MisplacedFlowCollectionEnd => (
            "a list in `[…]` or a map in `{…}` is not closed or lacks a comma",
            "close it, or put the value in quotes if it is text",
        ),
        K::RecursionLimitExceeded => {
            ("lists and maps are nested too deep here", "write it flatter")
        }
        _ => return None,
    })
}

pub(super) fn several_documents(source: &Source<'_>, at: Span) -> Diagnostic {
    source
        .error(at, "several-documents", "`---` begins a second document, and only one is read")
        .help("delete this line, or move what follows into a file of its own")
}

pub(super) fn empty(source: &Source<'_>) -> Diagnostic {
    let whole = Span { line: 0, column: 0, length: 1 };
    source
        .error(whole, "empty-file", "nothing is written in this file")
        .help("delete the file if it is not needed any more")
}

pub(super) fn tag(source: &Source<'_>, at: Span) -> Diagnostic {
    source
        .error(at, "syntax", "a value that begins with `!` means something special")
        .help("put the value in quotes")
}

pub(super) fn too_deep(source: &Source<'_>, at: Span) -> Diagnostic {
    source.error(at, "too-deep", "lists and maps are nested too deep here").help("write it flatter")
}

pub(super) fn too_much(source: &Source<'_>, at: Span) -> Diagnostic {
    let message = format!("the file holds more than {} values", super::MAX_NODES);
    source.error(at, "too-much", message).help("split it into several files")
}

pub(super) fn alias_to_itself(source: &Source<'_>, at: Span) -> Diagnostic {
    source
        .error(at, "syntax", "this repeats a value that contains this very place")
        .help("write the value out")
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
        '\u{3000}' => "a full-width space",
        '\u{a0}' => "a no-break space",
        '\t' => "a tab",
        _ => "an unusual space",
    };
    let code = space as u32;
    let message =
        format!("this line is indented with {name} (U+{code:04X}), which YAML reads as a letter");
    source.error(at, "odd-space", message).help("delete it and indent with ordinary spaces")
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
            .error(at, "unquoted-template", "a value that begins with `{{` must stand in quotes")
            .help("write it as \"{{ … }}\"");
    }
    source
        .error(node.span, "wrong-type", "a key must be text")
        .help("put the value in quotes if the brackets belong to it")
}
