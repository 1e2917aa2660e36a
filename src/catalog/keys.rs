//! The keys of a schedule file, and what to say about words people try instead.

use crate::yaml::Keys;

/// The top level.
pub(super) const FILE: Keys = Keys {
    of: "a schedule file",
    known: &["reminders", "defaults", "owner"],
    hints: &[
        ("reminder", "did you mean `reminders`?"),
        ("default", "did you mean `defaults`?"),
        ("targets", "targets stand in dingdong.yaml"),
        ("people", "people stand in dingdong.yaml"),
        ("roles", "roles stand in dingdong.yaml"),
        ("calendars", "calendars stand in dingdong.yaml; a reminder names one with `calendar:`"),
        ("timezone", "put it under `defaults:` or under a reminder"),
        ("when", "a reminder stands under `reminders:` and its id, indented"),
        ("to", "put it under `defaults:` or under a reminder"),
        ("text", "a reminder stands under `reminders:` and its id, indented"),
    ],
};

/// Words people try for the keys of a reminder, and secrets that have no place here.
const HINTS: &[(&str, &str)] = &[
    ("cron", "did you mean `when`?"),
    ("schedule", "did you mean `when`?"),
    ("time", "did you mean `when`?"),
    ("every", "did you mean `when`?"),
    ("tz", "did you mean `timezone`?"),
    ("at", "did you mean `mention`, or the time, which belongs to `when`?"),
    ("mentions", "did you mean `mention`?"),
    ("target", "did you mean `to`?"),
    ("targets", "did you mean `to`?"),
    ("group", "did you mean `to`?"),
    ("content", "did you mean `text`?"),
    ("message", "did you mean `text`?"),
    ("body", "did you mean `text`?"),
    ("template", "did you mean `file`?"),
    ("subject", "did you mean `title`?"),
    ("start", "did you mean `from`?"),
    ("end", "did you mean `until`?"),
    ("webhook", "webhooks stand in dingdong.yaml, under a target; `to:` names the target"),
    ("secret", "secrets stand in dingdong.yaml, under a target, by reference"),
    ("robot", "robots stand in dingdong.yaml, under a target; `to:` names the target"),
    ("id", "the id is the key the reminder stands under"),
    ("name", "the name is the key the reminder stands under; what people read is the `title`"),
];

/// A reminder.
pub(super) const REMINDER: Keys = Keys {
    of: "a reminder",
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
    of: "`defaults`",
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
        ("title", "every reminder has its own `title`"),
        ("text", "every reminder has its own `text`"),
        ("file", "every reminder has its own `file`"),
    ],
};

/// A button.
pub(super) const BUTTON: Keys = Keys {
    of: "a button",
    known: &["label", "url"],
    hints: &[
        ("title", "did you mean `label`?"),
        ("text", "did you mean `label`?"),
        ("name", "did you mean `label`?"),
        ("link", "did you mean `url`?"),
        ("href", "did you mean `url`?"),
    ],
};

/// A data source.
pub(super) const SOURCE: Keys = Keys {
    of: "a source",
    known: &[
        "folder", "pattern", "link", "first", "csv", "text", "json", "yaml", "http", "headers",
        "format", "feed", "events", "optional",
    ],
    hints: &[
        ("file", "did you mean `csv`, `json` or `yaml`?"),
        ("path", "did you mean `csv`, `json`, `yaml` or `folder`?"),
        ("url", "did you mean `http`?"),
        ("https", "did you mean `http`?"),
        ("excel", "save the sheet as CSV and name it with `csv`"),
        ("xlsx", "save the sheet as CSV and name it with `csv`"),
        ("yml", "did you mean `yaml`?"),
        ("columns", "did you mean `text`, the columns that stay text?"),
        ("glob", "did you mean `pattern`?"),
    ],
};
