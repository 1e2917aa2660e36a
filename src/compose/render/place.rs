//! Where a template's characters stand in the file a person wrote.

use std::ops::Range;

use crate::{
    compose::content::{ContentFile, FILE_LIMIT},
    model::{diagnostic::Place, reminder::Template},
};

/// Bytes an inline template may have.
pub(in crate::compose) const INLINE_LIMIT: usize = 32 * 1024;

/// A template's text and where it was written.
pub(in crate::compose) struct Source<'a> {
    /// The template.
    pub(in crate::compose) text: &'a str,
    /// Where its first character stands.
    pub(in crate::compose) place: Place,
    /// Columns its further lines are indented in the file.
    pub(in crate::compose) indent: u32,
    /// Bytes it may have.
    pub(in crate::compose) limit: usize,
}

impl<'a> Source<'a> {
    /// A template written in a schedule file.
    pub(in crate::compose) fn inline(template: &'a Template) -> Self {
        Self {
            text: &template.text,
            place: template.place.clone(),
            indent: template.indent,
            limit: INLINE_LIMIT,
        }
    }

    /// A template that is a file of its own.
    pub(in crate::compose) fn file(file: &'a ContentFile) -> Self {
        let place = Place { file: file.shown.as_str().into(), line: 1, column: 1, length: 1 };
        let limit = usize::try_from(FILE_LIMIT).unwrap_or(usize::MAX);
        Self { text: &file.text, place, indent: 0, limit }
    }

    /// The place of a range of bytes of the text. A range that runs over the end of its line is
    /// cut there; one outside the text is the text's end.
    pub(super) fn at(&self, range: &Range<usize>) -> Place {
        let start = floor(self.text, range.start);
        let end = floor(self.text, range.end).max(start);
        let before = &self.text[..start];
        let line_start = before.rfind('\n').map_or(0, |n| n + 1);
        let line = count(before.matches('\n').count());
        let column = count(before[line_start..].chars().count());
        let shown = self.text[start..end].lines().next().unwrap_or_default();
        Place {
            file: self.place.file.clone(),
            line: self.place.line.saturating_add(line),
            column: match line {
                0 => self.place.column.max(1).saturating_add(column),
                _ => self.indent.saturating_add(1).saturating_add(column),
            },
            length: count(shown.chars().count()).max(1),
        }
    }

    /// A whole line of the text, counted from 1.
    pub(super) fn line(&self, number: usize) -> Place {
        let line = count(number.saturating_sub(1));
        Place {
            line: self.place.line.saturating_add(line),
            column: 0,
            length: 1,
            ..self.place.clone()
        }
    }
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_a_block_text_become_lines_and_columns_of_its_file() {
        let place = Place { file: "p.yaml".into(), line: 7, column: 7, length: 1 };
        let source = Source { text: "政策 {{ x }}\n第二 {{ y }}", place, indent: 6, limit: 99 };
        let start = |needle: &str| source.text.find(needle).unwrap();
        let at = |needle: &str| {
            let place = source.at(&(start(needle)..start(needle) + needle.len()));
            (place.line, place.column, place.length)
        };
        assert_eq!(at("x"), (7, 13, 1));
        assert_eq!(at("{{ y }}"), (8, 10, 7));
        assert_eq!(at("{{ x }}\n第"), (7, 10, 7));
        assert_eq!(source.at(&(999..1000)).line, 8);
        assert_eq!(source.at(&(1..1)).column, 7, "inside a character: its start");
    }
}
