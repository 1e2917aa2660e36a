//! `next --ics`: coming occurrences as an iCalendar file (RFC 5545).
//!
//! Written for the strictest reader of each habit: instants in UTC, since calendars disagree about
//! zones and each shows UTC in the viewer's own; an end for every event, since Outlook wants one; an
//! id that stays the same from one export to the next, so that what is imported twice is there once;
//! free time, since nobody is busy because a reminder is sent.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use sha2::{Digest as _, Sha256};

use super::{Asked, MOST, Question, output};
use crate::{
    cli::Exit,
    model::{language::Language, reminder::Template, text::text},
    plan::Planned,
};

/// How long an occurrence is in a calendar: long enough to be seen and clicked.
const LENGTH: SignedDuration = SignedDuration::from_mins(15);
/// No more are written where nothing says how many.
const USUAL: usize = 1000;
/// Octets of a line, its end not counted.
const LINE: usize = 75;

/// Prints what is asked for.
pub(super) fn print(question: &Question<'_>) -> Result<(), Exit> {
    let options = question.options;
    let usual = if options.until.is_some() { MOST } else { USUAL };
    let mut coming = question.coming(options.count.unwrap_or(usual))?;
    if options.count.is_none() && options.until.is_none() {
        coming.retain(|(asked, next)| in_a_year(question, asked, next.due_at));
    }
    if coming.is_empty() {
        output::note(text!("nothing is to come; the calendar is empty"));
    }
    let events: Vec<Event> =
        coming.iter().map(|(asked, next)| event(question, asked, next)).collect();
    output::text(document(&name(question), &events, question.now));
    Ok(())
}

fn in_a_year(question: &Question<'_>, asked: &Asked<'_>, due_at: Timestamp) -> bool {
    let after = question.after(asked).unwrap_or(question.now).to_zoned_datetime(asked.tz().clone());
    after.checked_add(1.year()).is_ok_and(|end| due_at <= end.timestamp())
}

/// What the calendar is called.
fn name(question: &Question<'_>) -> String {
    match question.asked.as_slice() {
        [one] => summary(one, question.language),
        _ => "dingdong".to_owned(),
    }
}

/// One occurrence as a calendar has it.
struct Event {
    id: String,
    start: Timestamp,
    summary: String,
    description: String,
}

fn event(question: &Question<'_>, asked: &Asked<'_>, next: &Planned) -> Event {
    let words = asked.words(question.language);
    let key = if asked.reminder.is_some() { asked.id() } else { &words };
    let digest = Sha256::digest(format!("{key}\n{}", next.due_at.as_second()));
    let id = digest.iter().take(16).fold(String::new(), |mut id, byte| {
        let _ = write!(id, "{byte:02x}");
        id
    });
    let lines = [Some(words), question.duty(asked, next.due_at), next.note()];
    let description = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
    Event { id, start: next.due_at, summary: summary(asked, question.language), description }
}

/// A reminder's title where it is the same each time, else its id; a phrase in canonical words.
fn summary(asked: &Asked<'_>, language: Language) -> String {
    let Some(reminder) = asked.reminder else { return asked.words(language) };
    let plain =
        |title: &&Template| !["{{", "{%", "{#"].iter().any(|mark| title.text.contains(mark));
    let title = reminder.title.as_deref().filter(plain).map(|title| title.text.trim());
    title.filter(|title| !title.is_empty()).unwrap_or(asked.id()).to_owned()
}

/// The whole file.
fn document(name: &str, events: &[Event], now: Timestamp) -> String {
    let mut file = File::default();
    file.line("BEGIN:VCALENDAR");
    file.line("VERSION:2.0");
    file.line("PRODID:-//dingdong//reminders//EN");
    file.line("CALSCALE:GREGORIAN");
    file.line("METHOD:PUBLISH");
    file.line(&format!("X-WR-CALNAME:{}", escaped(name)));
    for event in events {
        let end = event.start.checked_add(LENGTH).unwrap_or(Timestamp::MAX);
        file.line("BEGIN:VEVENT");
        file.line(&format!("UID:{}@dingdong", event.id));
        file.line(&format!("DTSTAMP:{}", utc(now)));
        file.line(&format!("DTSTART:{}", utc(event.start)));
        file.line(&format!("DTEND:{}", utc(end)));
        file.line(&format!("SUMMARY:{}", escaped(&event.summary)));
        file.line(&format!("DESCRIPTION:{}", escaped(&event.description)));
        file.line("STATUS:CONFIRMED");
        file.line("TRANSP:TRANSPARENT");
        file.line("X-MICROSOFT-CDO-BUSYSTATUS:FREE");
        file.line("END:VEVENT");
    }
    file.line("END:VCALENDAR");
    file.text
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text as a value: what separates values is escaped, other control characters are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// The file as it grows.
#[derive(Default)]
struct File {
    text: String,
}

impl File {
    /// A line, folded between characters where it is too long.
    fn line(&mut self, line: &str) {
        let mut room = LINE;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.text.push_str("\r\n ");
                room = LINE - 1;
            }
            self.text.push(c);
            room -= c.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(summary: &str) -> Event {
        Event {
            id: "00ff".into(),
            start: "2026-10-10T01:00:00Z".parse().unwrap(),
            summary: summary.into(),
            description: "每个工作日 9:00\nmake-up workday (国庆节)".into(),
        }
    }

    #[test]
    fn an_event_says_when_what_and_why() {
        let file = document("政策", &[event("政策; 更新, 看")], Timestamp::UNIX_EPOCH);
        assert!(file.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"));
        assert!(file.contains("\r\nDTSTART:20261010T010000Z\r\nDTEND:20261010T011500Z\r\n"));
        assert!(file.contains("\r\nSUMMARY:政策\\; 更新\\, 看\r\n"));
        assert!(file.contains("\r\nDESCRIPTION:每个工作日 9:00\\nmake-up workday (国庆节)\r\n"));
        assert!(file.ends_with("END:VEVENT\r\nEND:VCALENDAR\r\n"));
    }

    proptest! {
        /// Whatever a title says, the file stays one: no line is too long, none is without its
        /// end, and unfolded it is what was meant.
        #[test]
        fn no_title_breaks_the_file(title in "\\PC{0,200}|[\\x00-\\x7f]{0,200}") {
            let file = document(&title, &[event(&title)], Timestamp::UNIX_EPOCH);
            for line in file.split_terminator("\r\n") {
                prop_assert!(line.len() <= LINE && !line.contains(['\r', '\n']));
            }
            let summary = format!("\r\nSUMMARY:{}\r\n", escaped(&title));
            prop_assert!(file.replace("\r\n ", "").contains(&summary));
        }
    }
}
