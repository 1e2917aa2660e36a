//! Lines to events: what stands between `BEGIN` and `END`.

use super::text::Line;
use crate::model::text::{Text, text};

/// Components in components, at most.
const MAX_DEPTH: usize = 32;

/// What is wrong with a file, or with one event of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// From 1; 0 when the whole file is meant.
    pub(super) line: u32,
    pub(super) code: &'static str,
    pub(super) message: Text,
    pub(super) help: Text,
}

impl Broken {
    /// One event that is left out.
    pub(super) fn event(line: u32, message: Text) -> Self {
        let help = text!("this event is left out, the others count");
        Self { line, code: "ics-event", message, help }
    }
}

/// One line taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Property {
    pub(super) line: u32,
    /// In capitals.
    pub(super) name: String,
    /// Names in capitals, values without quotes.
    pub(super) params: Vec<(String, String)>,
    /// As written, without the space around it.
    pub(super) value: String,
}

impl Property {
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value as text: its escapes undone (RFC 5545, 3.3.11).
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match (c, chars.as_str().chars().next()) {
                ('\\', Some('n' | 'N')) => text.push('\n'),
                ('\\', Some(escaped @ ('\\' | ';' | ','))) => text.push(escaped),
                _ => {
                    text.push(c);
                    continue;
                }
            }
            chars.next();
        }
        text.trim().to_owned()
    }
}

/// An event as its lines say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Component {
    /// Of its `BEGIN`.
    pub(super) line: u32,
    pub(super) properties: Vec<Property>,
}

impl Component {
    pub(super) fn get(&self, name: &str) -> Option<&Property> {
        self.all(name).next()
    }

    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Property> {
        self.properties.iter().filter(move |property| property.name == name)
    }

    /// The text of a property; empty where there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).map(Property::text).unwrap_or_default()
    }
}

/// A zone the file itself defines, as far as it needs no rules: one offset all year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FixedZone {
    pub(super) name: String,
    /// As written: `+0800`.
    pub(super) offset: String,
}

/// A calendar file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Calendar {
    /// `X-WR-TIMEZONE`, the habit of Google and Apple.
    pub(super) zone: Option<String>,
    pub(super) zones: Vec<FixedZone>,
    pub(super) events: Vec<Component>,
    /// Events that do not end.
    pub(super) broken: Vec<Broken>,
}

/// Takes a file's lines apart.
///
/// # Errors
/// It is no calendar, or it ends in the middle of one.
pub(super) fn read(lines: &[Line]) -> Result<Calendar, Broken> {
    let begins = |line: &Line| {
        property(line).is_some_and(|one| one.name == "BEGIN" && is(&one.value, "VCALENDAR"))
    };
    let start = lines.iter().position(begins).ok_or_else(|| no_calendar(lines))?;
    let mut reader = Reader::default();
    for property in lines.iter().skip(start).filter_map(property) {
        reader.take(property)?;
    }
    match reader.open.first() {
        None => Ok(reader.calendar),
        Some(_) => Err(truncated(&reader.open, lines.last())),
    }
}

fn is(value: &str, name: &str) -> bool {
    value.trim().eq_ignore_ascii_case(name)
}

/// `NAME;PARAM="a:b";OTHER=c:value`. `None` for a line that is none: the rest of a text that was
/// broken without a fold.
fn property(line: &Line) -> Option<Property> {
    let mut quoted = false;
    let mut parts = vec![0];
    let mut end = None;
    for (at, c) in line.text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => parts.push(at + 1),
            ':' if !quoted => {
                end = Some(at);
                break;
            }
            _ => {}
        }
    }
    // A quote that never closes hides the colon: then the first one it is.
    let (end, parts) = match end {
        Some(end) => (end, parts),
        None => (line.text.find(':')?, vec![0]),
    };
    let ends = parts.iter().skip(1).map(|start| start - 1).chain([end]);
    let mut pieces = parts.iter().zip(ends).filter_map(|(start, end)| line.text.get(*start..end));
    let head = pieces.next()?;
    let name = head.split(';').next()?.trim();
    let params = pieces.filter_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        Some((name.trim().to_ascii_uppercase(), value.trim().trim_matches('"').to_owned()))
    });
    let named =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    named.then(|| Property {
        line: line.number,
        name: name.to_ascii_uppercase(),
        params: params.collect(),
        value: line.text.get(end + 1..).unwrap_or_default().trim().to_owned(),
    })
}

/// Components that are open, and what they gave so far.
#[derive(Default)]
struct Reader {
    calendar: Calendar,
    /// Kind and first line.
    open: Vec<(String, u32)>,
    event: Option<Component>,
    zone: Zone,
}

/// A `VTIMEZONE` as it is read.
#[derive(Default)]
struct Zone {
    name: String,
    offset: String,
    changes: bool,
}

impl Reader {
    fn take(&mut self, property: Property) -> Result<(), Broken> {
        match property.name.as_str() {
            "BEGIN" => self.begin(&property.value.to_ascii_uppercase(), property.line),
            "END" => {
                self.end(&property.value.to_ascii_uppercase());
                Ok(())
            }
            _ => {
                self.within(property);
                Ok(())
            }
        }
    }

    fn begin(&mut self, kind: &str, line: u32) -> Result<(), Broken> {
        if kind == "VEVENT" || kind == "VCALENDAR" {
            self.close_event();
        }
        if self.open.len() >= MAX_DEPTH {
            let message = text!(
                "more than {most} components stand inside one another here",
                most = MAX_DEPTH
            );
            return Err(Broken { line, ..not_a_calendar(message) });
        }
        match kind {
            "VCALENDAR" if !self.open.is_empty() => return Err(truncated(&self.open, None)),
            "VEVENT" => self.event = Some(Component { line, ..Component::default() }),
            "VTIMEZONE" => self.zone = Zone::default(),
            "DAYLIGHT" => self.zone.changes = true,
            _ => {}
        }
        self.open.push((kind.to_owned(), line));
        Ok(())
    }

    fn end(&mut self, kind: &str) {
        let Some(at) = self.open.iter().rposition(|(open, _)| open == kind) else { return };
        let open = |name: &str| self.open.iter().skip(at + 1).any(|(open, _)| open == name);
        if open("VEVENT") {
            self.close_event();
        }
        self.open.truncate(at);
        match kind {
            "VEVENT" => self.calendar.events.extend(self.event.take()),
            "VTIMEZONE" => {
                let zone = std::mem::take(&mut self.zone);
                if !zone.changes {
                    let fixed = FixedZone { name: zone.name, offset: zone.offset };
                    self.calendar.zones.push(fixed);
                }
            }
            _ => {}
        }
    }

    /// An event that is still open where it cannot be: it has no end.
    fn close_event(&mut self) {
        let Some(at) = self.open.iter().rposition(|(open, _)| open == "VEVENT") else { return };
        self.open.truncate(at);
        if let Some(event) = self.event.take() {
            let message = text!("this event has no END:VEVENT");
            self.calendar.broken.push(Broken::event(event.line, message));
        }
    }

    fn within(&mut self, property: Property) {
        match self.open.last().map(|(kind, _)| kind.as_str()) {
            Some("VEVENT") => {
                if let Some(event) = &mut self.event {
                    event.properties.push(property);
                }
            }
            Some("VCALENDAR") if property.name == "X-WR-TIMEZONE" => {
                self.calendar.zone = Some(property.text());
            }
            Some("VTIMEZONE") if property.name == "TZID" => self.zone.name = property.text(),
            Some("STANDARD") if property.name == "TZOFFSETTO" => {
                self.zone.changes |= !self.zone.offset.is_empty();
                self.zone.offset = property.text();
            }
            _ => {}
        }
    }
}

fn truncated(open: &[(String, u32)], last: Option<&Line>) -> Broken {
    let missing: Vec<String> = open.iter().rev().map(|(kind, _)| format!("END:{kind}")).collect();
    let ends = missing.join(", ");
    let (line, message) = match last {
        Some(last) => (
            last.number,
            text!("the file ends here without {ends}: part of it is missing", ends = ends),
        ),
        None => (
            open.last().map_or(0, |(_, line)| *line),
            text!("what begins here has no {ends}: part of the file is missing", ends = ends),
        ),
    };
    Broken { line, code: "ics-truncated", message, help: text!("download or export it again") }
}

fn not_a_calendar(message: Text) -> Broken {
    let help = text!("download or export the calendar again, as an .ics file");
    Broken { line: 0, code: "ics-not-a-calendar", message, help }
}

/// What a file without a calendar is instead.
fn no_calendar(lines: &[Line]) -> Broken {
    let Some(first) = lines.first() else { return not_a_calendar(text!("the file is empty")) };
    let start = first.text.trim_start().to_ascii_lowercase();
    if start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || start.starts_with("<head")
    {
        let title = lines.iter().find_map(|line| title(&line.text));
        let message = match title {
            Some(title) => text!(
                "this is a web page (“{title}”), not a calendar: it has no BEGIN:VCALENDAR",
                title = title
            ),
            None => text!("this is a web page, not a calendar: it has no BEGIN:VCALENDAR"),
        };
        let help = text!(
            "the server asked for a login, perhaps: open the address in a browser, sign in and \
             save the .ics file; or ask for an address that needs no login"
        );
        return Broken { help, ..not_a_calendar(message) };
    }
    not_a_calendar(match start.as_bytes() {
        [b'{' | b'[', ..] => text!("this looks like JSON: it has no BEGIN:VCALENDAR"),
        [b'p', b'k', 3, 4, ..] => text!("this is a zip or Excel file: it has no BEGIN:VCALENDAR"),
        [b'<', ..] => text!("this looks like XML: it has no BEGIN:VCALENDAR"),
        _ => text!("this is not an iCalendar file: it has no BEGIN:VCALENDAR"),
    })
}

/// The title of a web page, shortened.
fn title(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower.get(start..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    let title: String = text.get(start..end)?.trim().chars().take(60).collect();
    (!title.is_empty()).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<Calendar, Broken> {
        read(&super::super::text::lines(text.as_bytes()))
    }

    fn one(line: &str) -> Option<Property> {
        property(&Line { number: 1, text: line.to_owned() })
    }

    #[test]
    fn a_line_is_a_name_parameters_and_a_value() {
        let date = one(r#"dtstart;tzid="a:b;c";VALUE=DATE: 20260101 "#).expect("a property");
        assert_eq!((date.name.as_str(), date.value.as_str()), ("DTSTART", "20260101"));
        assert_eq!((date.param("TZID"), date.param("VALUE")), (Some("a:b;c"), Some("DATE")));
        let open = one(r#"SUMMARY;X="a:b"#).expect("an open quote");
        assert_eq!((open.name.as_str(), open.value.as_str()), ("SUMMARY", "b"));
        assert_eq!(one(r"SUMMARY:a\, b\; c\\n\nd\").expect("escapes").text(), "a, b; c\\n\nd\\");
        for none in ["", "more text", "多：1", "a b:c", ":x", "=1;:"] {
            assert_eq!(one(none), None, "{none}");
        }
    }

    #[test]
    fn what_stands_inside_an_event_is_not_the_event() {
        let calendar = file(
            "BEGIN:VCALENDAR\nX-WR-TIMEZONE:Asia/Shanghai\nBEGIN:VEVENT\nUID:1\nBEGIN:VALARM\n\
             UID:2\nEND:VALARM\nSUMMARY:a\nEND:VEVENT\nEND:VCALENDAR",
        );
        let calendar = calendar.expect("a calendar");
        assert_eq!(calendar.zone.as_deref(), Some("Asia/Shanghai"));
        let [event] = calendar.events.as_slice() else { panic!("{:?}", calendar.events) };
        assert_eq!((event.line, event.properties.len(), event.text("UID").as_str()), (3, 2, "1"));
    }

    #[test]
    fn an_event_without_an_end_takes_no_other_with_it() {
        let calendar = file(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nBEGIN:VEVENT\nUID:2\nEND:VEVENT\n\
             BEGIN:VEVENT\nUID:3\nEND:VCALENDAR",
        );
        let calendar = calendar.expect("a calendar");
        let uids: Vec<_> = calendar.events.iter().map(|event| event.text("UID")).collect();
        assert_eq!(uids, ["2"]);
        assert_eq!(calendar.broken.iter().map(|one| one.line).collect::<Vec<_>>(), [2, 7]);
    }

    #[test]
    fn half_a_file_and_no_file_are_told_apart() {
        let code = |text: &str| file(text).map_err(|broken| (broken.code, broken.line));
        assert_eq!(code("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1"), Err(("ics-truncated", 3)));
        assert_eq!(
            code("BEGIN:VCALENDAR\nBEGIN:VCALENDAR\nEND:VCALENDAR"),
            Err(("ics-truncated", 1))
        );
        for text in ["", "hello", "{}", "<?xml?>", "PK\u{3}\u{4}", "<html><title>Sign in</title>"] {
            assert_eq!(code(text), Err(("ics-not-a-calendar", 0)), "{text}");
        }
        let page = file("<!DOCTYPE html>\n<title>登录</title>").expect_err("a page");
        assert!(
            page.message.to_string().contains("登录") && page.help.to_string().contains("login"),
            "{page:?}"
        );
        assert_eq!(code(&"BEGIN:X\n".repeat(9)), Err(("ics-not-a-calendar", 0)));
        let deep = format!("BEGIN:VCALENDAR\n{}", "BEGIN:X\n".repeat(99));
        assert_eq!(code(&deep), Err(("ics-not-a-calendar", 33)));
    }

    #[test]
    fn zones_with_one_offset_are_known() {
        let zone = |daylight: &str| {
            file(&format!(
                "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:China Standard Time\nBEGIN:STANDARD\n\
                 TZOFFSETTO:+0800\nEND:STANDARD\n{daylight}END:VTIMEZONE\nEND:VCALENDAR"
            ))
            .map(|calendar| calendar.zones.len())
        };
        assert_eq!(zone(""), Ok(1));
        assert_eq!(zone("BEGIN:DAYLIGHT\nTZOFFSETTO:+0900\nEND:DAYLIGHT\n"), Ok(0));
    }
}
