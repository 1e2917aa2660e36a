//! The report as a table for a spreadsheet: one line for each message, or occurrence that came to
//! none.

use jiff::Timestamp;

use super::gathered;
use crate::{
    cli::output,
    daemon::{report::Line, world::World},
    model::{
        language::Language,
        text::{Words, words},
    },
};

/// The first line.
const HEADINGS: [Words; 7] = [
    words!("due"),
    words!("reminder"),
    words!("group"),
    words!("ending"),
    words!("reason"),
    words!("arrived"),
    words!("times"),
];

/// The table while it grows.
pub(super) struct Lines(String);

impl Lines {
    pub(super) fn new() -> Self {
        Self(String::new())
    }

    pub(super) fn add(&mut self, line: &Line, world: &World) {
        let tz = &world.zone.tz;
        let clock = |at: Timestamp| {
            at.to_zoned_datetime(tz.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
        };
        let target = line.target.as_ref().map(|id| world.called(id).to_owned());
        let cells = [
            clock(line.occurrence.due_at),
            line.occurrence.reminder.to_string(),
            target.unwrap_or_default(),
            output::told(gathered::word(line.ending)),
            line.why().map(output::told).unwrap_or_default(),
            line.arrived.map(clock).unwrap_or_default(),
            line.count.to_string(),
        ];
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        self.0.push_str(&cells.join(","));
        self.0.push_str("\r\n");
    }

    /// The whole file. It begins with a mark by which spreadsheets know UTF-8.
    pub(super) fn finish(self, language: Language) -> String {
        let heading = |&word: &Words| cell(&crate::model::text::Text::from(word).told(language));
        let headings: Vec<String> = HEADINGS.iter().map(heading).collect();
        format!("\u{feff}{}\r\n{}", headings.join(","), self.0)
    }
}

/// A cell: quoted where it must be, and never a formula, whatever a robot answered.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_back_as_written_and_never_calculated() {
        for (text, expected) in [
            ("政策群", "政策群"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("-1\n2", "\"'-1\n2\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
