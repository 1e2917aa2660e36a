//! What a log line looks like on a terminal: the wall clock's time, the sentence, and what belongs to
//! it. What only programs look for (`ALERT=`, `REMINDER=`) stands in the journal and in JSON.

use std::fmt::{self, Debug, Write as _};

use anstyle::{AnsiColor, Style};
use jiff::{Timestamp, tz::TimeZone};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

use crate::clock::{Clock as _, SystemClock};

/// The format.
pub(super) struct Terminal {
    zone: TimeZone,
}

impl Terminal {
    /// Lines with the time of this zone.
    pub(super) fn new(zone: TimeZone) -> Self {
        Self { zone }
    }

    fn line(&self, at: Timestamp, level: Level, said: &Said, colour: bool) -> String {
        let at = at.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let style = match level {
            _ if !colour => Style::new(),
            Level::ERROR => Style::new().fg_color(Some(AnsiColor::Red.into())),
            Level::WARN => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
            _ => Style::new().fg_color(Some(AnsiColor::Green.into())),
        };
        let Said { sentence, fields, more } = said;
        let more: String = more.lines().fold(String::new(), |more, line| more + "\n    " + line);
        format!("{at} {style}{level:<5}{style:#} {sentence}{fields}{more}")
    }
}

impl<S, N> FormatEvent<S, N> for Terminal
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut said = Said::default();
        event.record(&mut said);
        let colour = out.has_ansi_escapes();
        let level = *event.metadata().level();
        writeln!(out, "{}", self.line(SystemClock.now(), level, &said, colour))
    }
}

/// An event in words.
#[derive(Debug, Default)]
struct Said {
    sentence: String,
    fields: String,
    /// What takes lines of its own.
    more: String,
}

impl Said {
    fn take(&mut self, name: &str, value: &str) {
        let value = harmless(value);
        // A closed pipe cannot be met here: this is memory.
        let _ = match name {
            "message" => write!(self.sentence, "{value}"),
            "text" | "reason" | "help" => writeln!(self.more, "{value}"),
            name if name.chars().all(|c| c.is_ascii_uppercase()) => Ok(()),
            name => write!(self.fields, "  {name}={value}"),
        };
    }
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.take(field.name(), &format!("{value:?}"));
    }
}

/// What robots and files say must not steer the terminal.
fn harmless(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_for_people_and_what_takes_lines_stands_below_it() {
        let mut said = Said::default();
        for (name, value) in [
            ("message", "a.yaml has mistakes"),
            ("ALERT", "broken:a.yaml:0123"),
            ("ms", "3"),
            ("text", "a.yaml:4:9: there is no target `x`\nNothing of it is in force.\u{1b}[31m"),
        ] {
            said.take(name, value);
        }
        let at: Timestamp = "2026-11-24T01:00:00Z".parse().expect("instant");
        let terminal = Terminal::new(TimeZone::fixed(jiff::tz::offset(8)));
        let expected = "2026-11-24 09:00:00 WARN  a.yaml has mistakes  ms=3\n    \
                        a.yaml:4:9: there is no target `x`\n    Nothing of it is in force.[31m";
        assert_eq!(terminal.line(at, Level::WARN, &said, false), expected);
        assert!(terminal.line(at, Level::WARN, &said, true).contains("\u{1b}[33mWARN"));
    }
}
