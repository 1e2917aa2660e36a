//! The JSON Schema of schedule files, for editors.

use serde_json::{Value, json};

use super::{keys, phrase, raw};
use crate::{
    model::{language::Language, period::Period, text::text},
    yaml::schema::{
        DIALECT, Row, Sketch, date, dates, defined, duration, like, named, one_or_many, row, text,
        truth, word,
    },
};

/// The schema, its explanations in a language.
#[must_use]
pub fn schema(language: Language) -> Value {
    let mut schema = file().schema(language);
    schema["$schema"] = DIALECT.into();
    schema["title"] = text!("a schedule file of dingdong").told(language).into();
    let mut when = json!({ "type": "string", "minLength": 1 });
    when["examples"] = phrase::examples(language).into();
    schema["definitions"] = json!({
        "reminder": reminder().schema(language),
        "defaults": defaults().schema(language),
        "button": button().schema(language),
        "source": source().schema(language),
        "when": when,
    });
    schema
}

fn file() -> Sketch {
    let rows = vec![
        row("reminders", text!("the reminders, each under its id"), named(&defined("reminder"))),
        row("defaults", text!("what the reminders of this file share"), defined("defaults")),
        row(
            "owner",
            text!("who is told about mistakes and changes in this file: a person or a target"),
            text(),
        ),
    ];
    Sketch { rules: json!({ "required": ["reminders"] }), ..Sketch::new(keys::FILE, rows) }
}

fn reminder() -> Sketch {
    let mut rows = shared();
    rows.extend([
        row("title", text!("the headline; a template"), text()),
        row("text", text!("the message; a template"), text()),
        row(
            "file",
            text!("the message in a file under the content folder, in place of `text`"),
            text(),
        ),
    ]);
    let rules = json!({ "oneOf": [{ "required": ["text"] }, { "required": ["file"] }] });
    Sketch { rules, ..Sketch::new(keys::REMINDER, rows) }
}

fn defaults() -> Sketch {
    Sketch::new(keys::DEFAULTS, shared())
}

/// What may stand in a reminder and under `defaults`.
fn shared() -> Vec<Row> {
    when_rows().into_iter().chain(lateness_rows()).chain(message_rows()).collect()
}

fn when_rows() -> Vec<Row> {
    vec![
        row(
            "when",
            text!("when it is sent: a phrase, a cron expression, or a list of them"),
            one_or_many(&defined("when")),
        ),
        row("timezone", text!("the time zone by its IANA name, such as Asia/Shanghai"), text()),
        row("calendar", text!("the calendar that decides what a workday is"), text()),
        row(
            "on_day_off",
            text!("what to do when a date falls on a day off: keep it, skip it, or move it"),
            word(raw::ON_DAY_OFF.map(|(word, _)| word)),
        ),
        row("from", text!("the first date in force"), date()),
        row("until", text!("the last date in force"), date()),
        row("except", text!("dates or spans a..b on which it is not sent"), dates()),
        row("enabled", text!("`false` keeps the reminder in the file and silent"), truth()),
        row(
            "owner",
            text!("who is told about mistakes and changes in this reminder: a person or a target"),
            text(),
        ),
    ]
}

fn lateness_rows() -> Vec<Row> {
    vec![
        row(
            "on_miss",
            text!(
                "after a time when the service was off: send the latest, all, or none of what was due"
            ),
            word(raw::ON_MISS.map(|(word, _)| word)),
        ),
        row("grace", text!("how late it may still be sent, such as 2h"), duration()),
        row(
            "keep",
            text!("how long a message may wait before it is dropped, such as 12h"),
            duration(),
        ),
        row(
            "priority",
            text!("its place in the group's queue; `urgent` ignores quiet hours"),
            word(raw::PRIORITY.map(|(word, _)| word)),
        ),
    ]
}

fn message_rows() -> Vec<Row> {
    let personal = json!({
        "type": "object",
        "properties": { "people": one_or_many(&text()), "via": text() },
        "required": ["people", "via"],
        "additionalProperties": false,
    });
    let source = json!({ "type": "object", "additionalProperties": defined("source") });
    vec![
        row(
            "to",
            text!("the target it goes to, as named in dingdong.yaml, or a list of them"),
            one_or_many(&json!({ "anyOf": [text(), personal] })),
        ),
        row(
            "mention",
            text!("whom to mention: all, people, roles, departments, or rota:NAME"),
            one_or_many(&text()),
        ),
        row("format", text!("how the message is written"), word(raw::FORMAT.map(|(word, _)| word))),
        row(
            "buttons",
            text!("links below the message"),
            json!({ "type": "array", "items": defined("button") }),
        ),
        row("data", text!("files and folders the message speaks of, each under a name"), source),
        row("only_if", text!("an expression; when it is false nothing is sent"), text_or_truth()),
        row(
            "too_long",
            text!("what to do with a message the robot would not take: split or truncate it"),
            word(raw::TOO_LONG.map(|(word, _)| word)),
        ),
    ]
}

fn text_or_truth() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn button() -> Sketch {
    let rows = vec![
        row("label", text!("what stands on the button"), text()),
        row("url", text!("where it leads; a template"), text()),
    ];
    Sketch { rules: json!({ "required": ["label", "url"] }), ..Sketch::new(keys::BUTTON, rows) }
}

fn source() -> Sketch {
    let headers = named(&text());
    let rows = vec![
        row("folder", text!("a folder: the list of what changed in it"), text()),
        row("pattern", text!("which files of the folder, such as *.md"), one_or_many(&text())),
        row(
            "link",
            text!("the web address of the folder: gives each change a `url`"),
            like("^https?://"),
        ),
        row(
            "first",
            text!("`all`: at the first time everything in the folder is new"),
            word(["all"]),
        ),
        row("csv", text!("a table saved as CSV: a list of rows"), text()),
        row(
            "text",
            text!("columns that stay text; of `http`: how the answer is read"),
            one_or_many(&text()),
        ),
        row("json", text!("a JSON file"), text()),
        row("yaml", text!("a YAML file"), text()),
        row("http", text!("a web address that answers with data"), like("^https?://")),
        row("headers", text!("request headers; secrets by reference"), headers),
        row("format", text!("how the answer is read"), text()),
        row(
            "report",
            text!("what was sent, late, skipped, missed and refused in a span of days"),
            word(Period::NAMES),
        ),
        row("feed", text!("new entries of an RSS or Atom feed; in a later version"), text()),
        row("events", text!("events from outside; in a later version"), text()),
        row(
            "optional",
            text!("`true`: when it cannot be read, its name is absent and the message goes out"),
            truth(),
        ),
    ];
    Sketch::new(keys::SOURCE, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_know_the_keys_the_reader_knows_and_no_others() {
        for sketch in [file(), reminder(), defaults(), button(), source()] {
            let of = sketch.keys.of;
            assert_eq!(sketch.stranger(), None, "{of:?}: keys.rs and schema.rs differ");
        }
    }
}
