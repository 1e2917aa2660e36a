//! Text to rows and cells (RFC 4180, and what spreadsheets make of it).

use super::{Cell, Limits, Row};
use crate::model::{
    diagnostic::{Diagnostic, Place},
    text::{Text, text},
};

/// Why the rows cannot be told apart, and where.
pub(super) struct Trouble {
    line: u32,
    column: u32,
    code: &'static str,
    message: Text,
    help: Text,
}

impl Trouble {
    pub(super) fn diagnostic(self, file: &str) -> Diagnostic {
        let Self { line, column, code, message, help } = self;
        let place = Place { file: file.into(), line, column, length: 1 };
        Diagnostic::error(place, code, message).help(help)
    }
}

/// Every row with something in it.
pub(super) fn rows(text: &str, limits: Limits) -> Result<Vec<Row>, Trouble> {
    let mut scan = Scan { rest: text, line: 1, column: 1, separator: ',' };
    if let Some(separator) = named_separator(text) {
        scan.separator = separator;
        scan.skip_line();
    } else {
        scan.separator = separator_of(text);
    }
    let mut rows = Vec::new();
    let mut number = 0;
    while !scan.rest.is_empty() {
        number += 1;
        let cells = scan.row(limits.columns)?;
        if cells.iter().all(|cell| cell.text.is_empty()) {
            continue;
        }
        if rows.len() == limits.rows {
            let message = text!("the file has more than {most} rows", most = limits.rows);
            return Err(scan.trouble("too-much", message, text!("keep the rows that are needed")));
        }
        rows.push(Row { number, cells });
    }
    if rows.is_empty() {
        let (code, message) = ("empty-file", text!("nothing is written in this file"));
        let help = text!("the first row names the columns, the others have one entry each");
        return Err(Trouble { line: 0, column: 0, code, message, help });
    }
    Ok(rows)
}

/// `sep=;` on the first line is how Excel is told the separator.
fn named_separator(text: &str) -> Option<char> {
    let line = text.lines().next()?.trim_end_matches(',').trim();
    let mut rest = line.strip_prefix("sep=")?.chars();
    rest.next().filter(|_| rest.next().is_none())
}

/// The separator the first line with anything on it uses most, outside quotes; a comma when none.
fn separator_of(text: &str) -> char {
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    let mut quoted = false;
    for c in text.trim_start().chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(one, _)| *one == c).for_each(|(_, n)| *n += 1),
        }
    }
    // Of equals the first: a comma is the usual one.
    counts.into_iter().rev().max_by_key(|(_, n)| *n).map_or(',', |(separator, _)| separator)
}

struct Scan<'t> {
    rest: &'t str,
    line: u32,
    column: u32,
    separator: char,
}

impl Scan<'_> {
    fn take(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        if c == '\n' {
            self.line = self.line.saturating_add(1);
            self.column = 1;
        } else {
            self.column = self.column.saturating_add(1);
        }
        Some(c)
    }

    fn skip_line(&mut self) {
        while self.take().is_some_and(|c| c != '\n') {}
    }

    fn trouble(&self, code: &'static str, message: Text, help: Text) -> Trouble {
        Trouble { line: self.line, column: self.column, code, message, help }
    }

    /// The cells up to the end of the line.
    fn row(&mut self, most: usize) -> Result<Vec<Cell>, Trouble> {
        let mut cells = Vec::new();
        loop {
            if cells.len() == most {
                let message = text!("a row has more than {most} cells", most = most);
                return Err(self.trouble(
                    "too-much",
                    message,
                    text!("keep the columns that are needed"),
                ));
            }
            cells.push(self.cell()?);
            match self.take() {
                Some('\n') | None => return Ok(cells),
                Some(_) => {}
            }
        }
    }

    /// One cell, up to and without what ends it.
    fn cell(&mut self) -> Result<Cell, Trouble> {
        while self.rest.starts_with(|c: char| c != '\n' && c != self.separator && is_blank(c)) {
            self.take();
        }
        let (line, column) = (self.line, self.column);
        // `="138"` keeps a spreadsheet from taking digits for a number.
        if self.rest.starts_with("=\"") {
            self.take();
        }
        let mut text = String::new();
        if self.rest.starts_with('"') {
            text = self.quoted()?;
        }
        while let Some(c) = self.rest.chars().next().filter(|&c| c != self.separator && c != '\n') {
            text.push(c);
            self.take();
        }
        let bare = text.trim_matches(is_blank);
        // So does an apostrophe before them.
        let bare = bare.strip_prefix('\'').filter(|rest| !rest.contains('\'')).unwrap_or(bare);
        let first = bare.lines().next().map_or(1, |line| line.chars().count().max(1));
        let length = u32::try_from(first).unwrap_or(u32::MAX);
        Ok(Cell { text: bare.to_owned(), line, column, length })
    }

    /// What stands between quotes; a doubled one is one of the text.
    fn quoted(&mut self) -> Result<String, Trouble> {
        let message = text!("the quote that opens here is never closed");
        let open = self.trouble(
            "unclosed-quote",
            message,
            text!("close it, or save the file as CSV again"),
        );
        self.take();
        let mut text = String::new();
        loop {
            match self.take() {
                Some('"') if self.rest.starts_with('"') => {
                    self.take();
                    text.push('"');
                }
                Some('"') => return Ok(text),
                Some(c) => text.push(c),
                None => return Err(open),
            }
        }
    }
}

/// White space, and the spaces of no width that come with text copied from web pages.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')
}
