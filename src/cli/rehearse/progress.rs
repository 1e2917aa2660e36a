//! How far a long rehearsal is, where somebody watches.

use std::io::IsTerminal as _;

use crate::cli::output;

/// Places of the bar.
const WIDTH: usize = 30;

/// A bar on the terminal; nothing where stderr is none, or where the rehearsal itself goes by.
#[derive(Debug)]
pub(super) struct Progress {
    watched: bool,
    drawn: Option<usize>,
}

impl Progress {
    /// `quiet` says that nothing else is printed meanwhile.
    pub(super) fn new(quiet: bool) -> Self {
        let elsewhere = quiet || !std::io::stdout().is_terminal();
        Self { watched: elsewhere && std::io::stderr().is_terminal(), drawn: None }
    }

    /// Draws the bar; `share` is between 0 and 1.
    pub(super) fn at(&mut self, share: f64) {
        let percent = (share * 100.0) as usize;
        if self.watched && self.drawn != Some(percent) {
            let full = (WIDTH * percent / 100).min(WIDTH);
            let (done, left) = ("█".repeat(full), "░".repeat(WIDTH - full));
            output::overwrite(format_args!("{done}{left} {percent:>3} %"));
            self.drawn = Some(percent);
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&mut self) {
        if self.drawn.take().is_some() {
            output::overwrite("");
        }
    }
}
