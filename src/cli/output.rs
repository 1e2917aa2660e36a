//! Printing: results to stdout, everything else to stderr. A reader that closed the pipe has seen
//! enough; that is no error.

use std::{
    fmt::Display,
    io::{self, BufRead as _, Write as _},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::{
    model::{
        language::Language,
        text::{Text, text},
    },
    send::Printer,
};

/// Which of [`Language::ALL`] the person at the terminal reads; English until it is known.
static LANGUAGE: AtomicUsize = AtomicUsize::new(0);

/// From now on everything is said in this language.
pub(super) fn speak(language: Language) {
    let index = Language::ALL.iter().position(|one| *one == language);
    LANGUAGE.store(index.unwrap_or_default(), Ordering::Relaxed);
}

/// The language of the person at the terminal.
pub(super) fn language() -> Language {
    Language::ALL.get(LANGUAGE.load(Ordering::Relaxed)).copied().unwrap_or_default()
}

/// A sentence in the language of the person at the terminal.
pub(super) fn told(text: impl Into<Text>) -> String {
    text.into().told(language())
}

/// Prints a sentence of the result.
pub(super) fn tell(text: impl Into<Text>) {
    line(told(text));
}

/// Says why the command ends without a result.
pub(super) fn error(why: impl Into<Text>) {
    say(told(text!("error: {why}", why = why.into())));
}

/// Says what to do about it.
pub(super) fn help(what: impl Into<Text>) {
    say(told(text!("help: {what}", what = what.into())));
}

/// Says what is probably not as it was meant.
pub(super) fn warning(what: impl Into<Text>) {
    say(told(text!("warning: {what}", what = what.into())));
}

/// Says what is worth knowing beside the result.
pub(super) fn note(what: impl Into<Text>) {
    say(told(text!("note: {what}", what = what.into())));
}

/// Prints a line of the result.
pub(super) fn line(text: impl Display) {
    finish(writeln!(anstream::stdout(), "{text}"));
}

/// Prints a text as it is, line ends included.
pub(super) fn text(text: impl Display) {
    finish(write!(anstream::stdout(), "{text}"));
}

/// Prints the one JSON document a program reads.
pub(super) fn json(value: &impl Serialize) {
    let document = serde_json::to_string_pretty(value);
    finish(
        document.map_err(io::Error::other).and_then(|text| writeln!(anstream::stdout(), "{text}")),
    );
}

/// Prints rows in columns, two blanks apart; the last column runs on.
pub(super) fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let wide = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(wide).collect();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let padded = cells
            .map(|(cell, wide)| format!("{cell}{}", " ".repeat(wide.saturating_sub(cell.width()))));
        line(padded.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// Says something to the person at the terminal that is not part of the result.
pub(super) fn say(text: impl Display) {
    finish(writeln!(anstream::stderr(), "{text}"));
}

/// Writes over the line of the terminal that was written so before.
pub(super) fn overwrite(text: impl Display) {
    let mut terminal = anstream::stderr();
    finish(write!(terminal, "\r\x1b[K{text}").and_then(|()| terminal.flush()));
}

/// How many columns a line has: those of the terminal, else 80.
pub(super) fn width() -> usize {
    const USUAL: usize = 80;
    let narrowest = 40;
    columns().map_or(USUAL, |columns| columns.max(narrowest))
}

#[cfg(unix)]
fn columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn columns() -> Option<usize> {
    None
}

/// Asks a question that is answered with yes or no; anything else is no.
pub(super) fn agreed(question: impl Display) -> bool {
    let answer = answer(format_args!("{question} [y/N]")).to_lowercase();
    matches!(answer.as_str(), "y" | "yes" | "是" | "好")
}

/// Asks a question and reads one line; nothing when there is nobody to answer.
pub(super) fn answer(question: impl Display) -> String {
    let mut terminal = anstream::stderr();
    let asked = write!(terminal, "{question} ").and_then(|()| terminal.flush());
    let mut line = String::new();
    match asked.and_then(|()| io::stdin().lock().read_line(&mut line)) {
        Ok(_) => line.trim().to_owned(),
        Err(_) => String::new(),
    }
}

/// A closed pipe, or a terminal that went away, is the end of the printing, not of the work.
fn finish(result: io::Result<()>) {
    drop(result);
}

/// The console robot's way to the terminal: whole cards, one at a time.
#[derive(Debug, Default)]
pub(super) struct Console {
    /// With `--json`, stdout belongs to the document, so cards go to stderr.
    to_stderr: bool,
    one_at_a_time: Mutex<()>,
}

impl Console {
    /// A console robot's printer.
    #[must_use]
    pub(super) fn new(to_stderr: bool) -> Self {
        Self { to_stderr, one_at_a_time: Mutex::new(()) }
    }
}

impl Printer for Console {
    fn print(&self, card: &str) -> io::Result<()> {
        let _turn = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        if self.to_stderr {
            return writeln!(anstream::stderr(), "{card}");
        }
        let mut out = anstream::stdout();
        writeln!(out, "{card}")?;
        out.flush()
    }
}
