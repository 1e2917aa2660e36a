//! What people type that YAML does not take, recognised near the place where the parser gave up.

use serde_saphyr::granit_parser::ErrorKind;

use super::{
    Span, count,
    syntax::{self, Source},
};
use crate::model::{diagnostic::Diagnostic, text::text};

/// Where and why the parser gave up. Line and column count from 1.
pub(super) struct Trouble<'k> {
    pub(super) kind: &'k ErrorKind,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// The first explanation that fits; the surer ones stand first.
pub(super) fn find(source: &Source<'_>, trouble: &Trouble<'_>) -> Option<Diagnostic> {
    const HINTS: [fn(&Source<'_>, &Trouble<'_>) -> Option<Diagnostic>; 9] = [
        tab_indentation,
        odd_indentation,
        full_width_colon,
        no_space_after_colon,
        full_width_quotes,
        unquoted_template,
        text_after_bracket,
        open_bracket,
        colon_in_value,
    ];
    HINTS.iter().find_map(|hint| hint(source, trouble))
}

/// The line of the trouble and the written line before it, which a value may continue; and the
/// next line when the parser stands at the end of one.
fn near<'s>(source: &'s Source<'_>, trouble: &Trouble<'_>) -> impl Iterator<Item = (u32, &'s str)> {
    const LOOK_BACK: u32 = 20;
    let line = trouble.line;
    let written = source.line(line).trim_end().chars().count();
    // It stands at the start of a value that a tab on the next line ends.
    let before = matches!(trouble.kind, ErrorKind::TabInPlainScalar | ErrorKind::TabNotAllowed);
    let next = (trouble.column as usize > written || before).then_some(line.saturating_add(1));
    let back = (line.saturating_sub(LOOK_BACK).max(1)..=line).rev();
    let back = back.map(|number| (number, source.line(number)));
    let back = back.filter(move |&(number, text)| number == line || !text.trim().is_empty());
    next.map(|number| (number, source.line(number))).into_iter().chain(back.take(2))
}

fn at(line: u32, column: usize, length: usize) -> Span {
    Span { line, column: count(column + 1), length: count(length.max(1)) }
}

/// A line without its indentation and the dash of a list, and how many characters those take.
fn content(line: &str) -> (usize, &str) {
    let rest = line.trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix("- ").map_or(rest, str::trim_start);
    (line.chars().count() - rest.chars().count(), rest)
}

/// The value of a `key: value` line, and its column from 0.
fn value_of(line: &str) -> Option<(usize, &str)> {
    let (start, rest) = content(line);
    let value = rest.split_once(": ").map_or(rest, |(_, value)| value).trim_start();
    let skipped = rest.chars().count() - value.chars().count();
    (!value.is_empty()).then_some((start + skipped, value))
}

fn tab_indentation(source: &Source<'_>, trouble: &Trouble<'_>) -> Option<Diagnostic> {
    near(source, trouble).find_map(|(number, line)| {
        let blank = line.chars().take_while(|c| c.is_whitespace());
        let column = blank.clone().position(|c| c == '\t')?;
        let length = blank.skip(column).take_while(|&c| c == '\t').count();
        Some(
            source
                .error(at(number, column, length), "tab", text!("this line is indented with a tab"))
                .help(text!("YAML takes only spaces; replace each tab by two spaces")),
        )
    })
}

fn odd_indentation(source: &Source<'_>, trouble: &Trouble<'_>) -> Option<Diagnostic> {
    near(source, trouble).find_map(|(number, line)| {
        let column = line.chars().take_while(|c| c.is_whitespace()).position(|c| c != ' ')?;
        let odd = line.chars().nth(column)?;
        Some(syntax::odd_space_at(source, at(number, column, 1), odd))
    })
}

fn full_width_colon(source: &Source<'_>, trouble: &Trouble<'_>) -> Option<Diagnostic> {
    near(source, trouble).find_map(|(number, line)| {
        let (start, rest) = content(line);
        let (key, value) = rest.split_once('：')?;
        let is_key = !key.is_empty()
            && !key.contains([' ', ':', '"', '\''])
            && (value.trim().is_empty() || key.is_ascii());
        is_key.then(|| {
            let column = start + key.chars().count();
            let message = text!("this colon is a full-width one (：)");
            source
                .error(at(number, column, 1), "full-width", message)
                .help(text!("write `{key}: ` with an ordinary colon and a space", key = key))
        })
    })
}

fn no_space_after_colon(source: &Source<'_>, trouble: &Trouble<'_>) -> Option<Diagnostic> {
    near(source, trouble).find_map(|(number, line)| {
        let (start, rest) = content(line);
        let (key, value) = rest.split_once(':')?;
        let is_key = !key.is_empty()
            && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            && !value.is_empty()
            && !value.starts_with([' ', '\t', '/']);
        is_key.then(|| {
            let message = text!("a space is missing after `{key}:`", key = key);
            source
                .error(at(number, start + key.len(), 1), "no-space", message)
                .help(text!("write a colon and a space between a key and its value"))
        })
    })
}

fn full_width_quotes(source: &Source<'_>, trouble: &Trouble<'_>) -> Option<Diagnostic> {
    near(source, trouble).find_map(|(number, line)| {
        let (column, value) = value_of(line)?;
        let quote = value.chars().next().filter(|c| matches!(c, '“' | '”' | '‘' | '’' | '＂'))?;
        let message = text!(
            "this quote ({quote}) is a typographic one, which YAML does not know",
            quote = quote,
        );
        Some(
            source
                .error(at(number, column, 1), "full-width", message)
                .help(text!("use straight quotes: \"…\"")),
        )
    })
}

fn unquoted_template(source: &Source<'_>, trouble: &Trouble<'_>) -> Option<Diagnostic> {
    near(source, trouble).find_map(|(number, line)| {
        let (column, value) = value_of(line)?;
        (value.starts_with("{{") || value.starts_with("{%")).then(|| {
            source
                .error(
                    at(number, column, 2),
                    "unquoted-template",
                    syntax::must_be_quoted(&value[..2]),
                )
                .help(text!("put the whole value in \"…\""))
        })
    })
}

/// `title: [政策] 更新`
fn text_after_bracket(source: &Source<'_>, trouble: &Trouble<'_>) -> Option<Diagnostic> {
    let line = source.line(trouble.line);
    let (column, value) = value_of(line)?;
    let before: String = line.chars().take(trouble.column.saturating_sub(1) as usize).collect();
    let closes = before.trim_end().ends_with([']', '}']);
    (value.starts_with(['[', '{']) && closes).then(|| {
        let message =
            text!("a value that begins with a bracket is a list or a map, and text follows it");
        source
            .error(at(trouble.line, column, 1), "unquoted-bracket", message)
            .help(text!("put the whole value in \"…\""))
    })
}

/// `title: [政策`
fn open_bracket(source: &Source<'_>, trouble: &Trouble<'_>) -> Option<Diagnostic> {
    use ErrorKind as K;
    let open = matches!(
        trouble.kind,
        K::UnclosedFlowCollection { .. }
            | K::UnexpectedEofFlowSequence
            | K::UnexpectedEofFlowMapping
            | K::UnexpectedEofImplicitFlowMapping
            | K::ExpectedFlowSequenceSeparator
            | K::ExpectedFlowMappingSeparator
            | K::InvalidColonPlacement
            | K::InvalidIndentation
            | K::InvalidFlowScalarIndent
            | K::BlockEntryInFlowCollection
    );
    const LOOK_BACK: u32 = 200;
    let first = trouble.line.saturating_sub(LOOK_BACK).max(1);
    let lines = (first..=trouble.line).rev().filter(|_| open);
    lines.map(|number| (number, source.line(number))).find_map(|(number, line)| {
        let (column, value) = value_of(line)?;
        let (bracket, end) = [('[', ']'), ('{', '}')]
            .into_iter()
            .find(|&(bracket, _)| value.starts_with(bracket))?;
        let opened = value.matches(bracket).count() > value.matches(end).count();
        opened.then(|| {
            let message =
                text!("the `{bracket}` that opens here is never closed", bracket = bracket);
            source.error(at(number, column, 1), "unclosed-bracket", message).help(text!(
                "close it with `{end}`, or put the value in quotes if it is text",
                end = end,
            ))
        })
    })
}

/// `title: 提醒: 更新`
fn colon_in_value(source: &Source<'_>, trouble: &Trouble<'_>) -> Option<Diagnostic> {
    if !matches!(trouble.kind, ErrorKind::MappingValueNotAllowed) {
        return None;
    }
    let line = source.line(trouble.line);
    let before: String = line.chars().take(trouble.column.saturating_sub(1) as usize).collect();
    before.contains(": ").then(|| {
        source
            .error(
                at(trouble.line, trouble.column.saturating_sub(1) as usize, 1),
                "colon-in-value",
                text!("`: ` inside a value would begin another one"),
            )
            .help(text!("put the whole value in \"…\""))
    })
}
