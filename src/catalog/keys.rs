//! The keys of a schedule file, and what to say about words people try instead.

use crate::{
    model::text::words,
    yaml::{Hint, Keys},
};

/// The top level.
pub(super) const FILE: Keys = Keys {
    of: words!("a schedule file"),
    known: &["reminders", "defaults", "owner"],
    hints: &[
        ("reminder", Hint::Meant("reminders")),
        ("default", Hint::Meant("defaults")),
        ("targets", Hint::Say(words!("targets stand in dingdong.yaml"))),
        ("people", Hint::Say(words!("people stand in dingdong.yaml"))),
        ("roles", Hint::Say(words!("roles stand in dingdong.yaml"))),
        (
            "calendars",
            Hint::Say(words!(
                "calendars stand in dingdong.yaml; a reminder names one with `calendar:`"
            )),
        ),
        ("timezone", Hint::Say(words!("put it under `defaults:` or under a reminder"))),
        ("when", Hint::Say(words!("a reminder stands under `reminders:` and its id, indented"))),
        ("to", Hint::Say(words!("put it under `defaults:` or under a reminder"))),
        ("text", Hint::Say(words!("a reminder stands under `reminders:` and its id, indented"))),
    ],
};

/// Words people try for the keys of a reminder, and secrets that have no place here.
const HINTS: &[(&str, Hint)] = &[
    ("cron", Hint::Meant("when")),
    ("schedule", Hint::Meant("when")),
    ("time", Hint::Meant("when")),
    ("every", Hint::Meant("when")),
    ("tz", Hint::Meant("timezone")),
    ("at", Hint::Say(words!("did you mean `mention`, or the time, which belongs to `when`?"))),
    ("mentions", Hint::Meant("mention")),
    ("target", Hint::Meant("to")),
    ("targets", Hint::Meant("to")),
    ("group", Hint::Meant("to")),
    ("content", Hint::Meant("text")),
    ("message", Hint::Meant("text")),
    ("body", Hint::Meant("text")),
    ("template", Hint::Meant("file")),
    ("subject", Hint::Meant("title")),
    ("start", Hint::Meant("from")),
    ("end", Hint::Meant("until")),
    (
        "webhook",
        Hint::Say(words!(
            "webhooks stand in dingdong.yaml, under a target; `to:` names the target"
        )),
    ),
    ("secret", Hint::Say(words!("secrets stand in dingdong.yaml, under a target, by reference"))),
    (
        "robot",
        Hint::Say(words!("robots stand in dingdong.yaml, under a target; `to:` names the target")),
    ),
    ("id", Hint::Say(words!("the id is the key the reminder stands under"))),
    (
        "name",
        Hint::Say(words!(
            "the name is the key the reminder stands under; what people read is the `title`"
        )),
    ),
];

/// A reminder.
pub(super) const REMINDER: Keys = Keys {
    of: words!("a reminder"),
    known: &[
        "when",
        "timezone",
        "calendar",
        "on_day_off",
        "from",
        "until",
        "except",
        "enabled",
        "owner",
        "on_miss",
        "grace",
        "keep",
        "to",
        "mention",
        "title",
        "text",
        "file",
        "format",
        "buttons",
        "data",
        "only_if",
        "priority",
        "too_long",
    ],
    hints: HINTS,
};

/// What a file's reminders share.
pub(super) const DEFAULTS: Keys = Keys {
    of: words!("`defaults`"),
    known: &[
        "when",
        "timezone",
        "calendar",
        "on_day_off",
        "from",
        "until",
        "except",
        "enabled",
        "owner",
        "on_miss",
        "grace",
        "keep",
        "to",
        "mention",
        "format",
        "buttons",
        "data",
        "only_if",
        "priority",
        "too_long",
    ],
    hints: &[
        ("title", Hint::Say(words!("every reminder has its own `title`"))),
        ("text", Hint::Say(words!("every reminder has its own `text`"))),
        ("file", Hint::Say(words!("every reminder has its own `file`"))),
    ],
};

/// A button.
pub(super) const BUTTON: Keys = Keys {
    of: words!("a button"),
    known: &["label", "url"],
    hints: &[
        ("title", Hint::Meant("label")),
        ("text", Hint::Meant("label")),
        ("name", Hint::Meant("label")),
        ("link", Hint::Meant("url")),
        ("href", Hint::Meant("url")),
    ],
};

/// A data source.
pub(super) const SOURCE: Keys = Keys {
    of: words!("a source"),
    known: &[
        "folder", "pattern", "link", "first", "csv", "text", "json", "yaml", "http", "headers",
        "format", "report", "feed", "events", "optional",
    ],
    hints: &[
        ("file", Hint::Say(words!("did you mean `csv`, `json` or `yaml`?"))),
        ("path", Hint::Say(words!("did you mean `csv`, `json`, `yaml` or `folder`?"))),
        ("url", Hint::Meant("http")),
        ("https", Hint::Meant("http")),
        ("excel", Hint::Say(words!("save the sheet as CSV and name it with `csv`"))),
        ("xlsx", Hint::Say(words!("save the sheet as CSV and name it with `csv`"))),
        ("yml", Hint::Meant("yaml")),
        ("columns", Hint::Say(words!("did you mean `text`, the columns that stay text?"))),
        ("glob", Hint::Meant("pattern")),
    ],
};
