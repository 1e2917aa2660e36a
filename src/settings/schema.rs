//! The JSON Schema of `dingdong.yaml`, for editors.

use serde_json::{Value, json};

use super::{layers, people, read, targets};
use crate::{
    model::{
        language::Language,
        setup::{app::Ding, mail::MailTls},
        target::RobotKind,
        text::text,
    },
    yaml::schema::{
        DIALECT, Row, Sketch, count, date, dates, defined, duration, like, named, one_or_many, row,
        text, truth, word,
    },
};

/// The schema, its explanations in a language.
#[must_use]
pub fn schema(language: Language) -> Value {
    let mut schema = file().schema(language);
    schema["$schema"] = DIALECT.into();
    schema["title"] = text!("the settings of dingdong").told(language).into();
    schema["definitions"] = json!({
        "target": target().schema(language),
        "person": person().schema(language),
        "rota": rota().schema(language),
        "calendar": calendar().schema(language),
        "alerts": alerts().schema(language),
    });
    schema
}

fn file() -> Sketch {
    let mut rows = place_rows();
    rows.extend([
        row(
            "targets",
            text!("the groups messages go to, each under its key"),
            named(&defined("target")),
        ),
        row(
            "people",
            text!("everyone who can be mentioned, each under an id; or the name of a CSV file"),
            json!({ "anyOf": [text(), named(&defined("person"))] }),
        ),
        row("roles", text!("names for several people"), named(&one_or_many(&text()))),
        row("rotas", text!("who takes turns"), named(&defined("rota"))),
        row("calendars", text!("calendars of your own"), named(&defined("calendar"))),
        row("alerts", text!("who hears of trouble"), defined("alerts")),
        row("support", text!("whom to ask; stands at the end of every alert"), text()),
        row("log_keep", text!("how long the log is kept, such as 400d"), duration()),
        row(
            "monthly_quota",
            text!("how many messages the organisation may send in a month"),
            count(),
        ),
    ]);
    rows.extend(network_rows());
    Sketch::new(read::KEYS, rows)
}

fn network_rows() -> Vec<Row> {
    let listen = json!({ "anyOf": [text(), count()] });
    let metrics = json!({ "anyOf": [listen, named(&json!({}))] });
    vec![
        row(
            "secrets",
            text!("which hosts schedule files may send a secret to: env:NAME: api.example.com"),
            named(&one_or_many(&text())),
        ),
        row(
            "heartbeat",
            text!("an address that is asked after each healthy sweep; or where it is kept"),
            text(),
        ),
        row("proxy", text!("the proxy every request goes through; or where it is kept"), text()),
        row("ca", text!("a file of certificates that are trusted besides the system's"), text()),
        row("metrics", text!("where figures are served, such as 127.0.0.1:9464"), metrics),
    ]
}

fn place_rows() -> Vec<Row> {
    vec![
        row(
            "timezone",
            text!("the time zone of reminders that name none, such as Asia/Shanghai"),
            text(),
        ),
        row("calendar", text!("the calendar of reminders that name none, such as cn"), text()),
        row(
            "language",
            text!("the language of dates, messages and this program's own words"),
            word(Language::ALL.map(Language::code)),
        ),
        row("store", text!("where the queue and the log are kept"), like("^sqlite:")),
        row("schedules", text!("the folder of the schedule files"), text()),
        row(
            "content",
            text!("the folder of files that messages are made of; or several by name"),
            json!({ "anyOf": [text(), named(&text())] }),
        ),
    ]
}

fn target() -> Sketch {
    let mut rows = vec![
        row("name", text!("what people call the group"), text()),
        row("robot", text!("what kind of robot it is"), word(RobotKind::ALL.map(RobotKind::name))),
        row(
            "webhook",
            text!("where the robot's address is kept: env:NAME, file:PATH or credential:NAME"),
            reference(),
        ),
        row(
            "secret",
            text!("where the signing secret is kept: env:NAME, file:PATH or credential:NAME"),
            reference(),
        ),
        row(
            "keywords",
            text!("words of which one must stand in every message"),
            one_or_many(&text()),
        ),
        row(
            "quiet",
            text!("when nothing but urgent messages goes out, such as 22:00..07:30"),
            like(r"\.\."),
        ),
        row("pace", text!("how many messages in what time, such as 16/61s"), like("^ *[0-9]+ */")),
        row(
            "after_crash",
            text!("a message that may or may not have arrived: send it again, or hold it"),
            word(targets::AFTER_CRASH.map(|(word, _)| word)),
        ),
        row("fallback", text!("another target, used when this one is out of order"), text()),
        row("merge", text!("`true`: what waits for its turn becomes one message"), truth()),
        row("daily_limit", text!("how many messages a day"), count()),
        row(
            "allow_http",
            text!("`true`: plain http is allowed, for receivers inside the house"),
            truth(),
        ),
        row("body", text!("of the robot `webhook`: the JSON it gets"), json!({})),
        row(
            "headers",
            text!("of the robot `webhook`: request headers, secrets by reference"),
            named(&reference()),
        ),
        row("enabled", text!("`false`: nothing is sent to it"), truth()),
    ];
    rows.extend(mail_rows());
    rows.extend(app_rows());
    Sketch { rules: json!({ "required": ["robot"] }), ..Sketch::new(targets::KEYS, rows) }
}

/// What only the robot `email` needs.
fn mail_rows() -> Vec<Row> {
    vec![
        row("host", text!("of the robot `email`: the mail server"), text()),
        row("port", text!("of the robot `email`: the server's port"), count()),
        row(
            "tls",
            text!("of the robot `email`: how the connection is secured"),
            word(MailTls::WORDS.map(|(word, _)| word)),
        ),
        row("from", text!("of the robot `email`: the sender"), text()),
        row("to", text!("of the robot `email`: who gets it"), one_or_many(&text())),
        row("cc", text!("of the robot `email`: who gets a copy"), one_or_many(&text())),
        row("user", text!("of the robot `email`: the name it logs in with"), text()),
        row(
            "password",
            text!(
                "of the robot `email`: where the password is kept: env:NAME, file:PATH or credential:NAME"
            ),
            reference(),
        ),
    ]
}

/// What only the robot `dingtalk-app` needs.
fn app_rows() -> Vec<Row> {
    vec![
        row("app_key", text!("of the robot `dingtalk-app`: the app's key"), text()),
        row(
            "app_secret",
            text!(
                "of the robot `dingtalk-app`: where the app's secret is kept: env:NAME, file:PATH or credential:NAME"
            ),
            reference(),
        ),
        row("robot_code", text!("of the robot `dingtalk-app`: the robot's code"), text()),
        row(
            "conversation",
            text!("of the robot `dingtalk-app`: the group it speaks in; none for single people"),
            text(),
        ),
        row(
            "nudge",
            text!("of the robot `dingtalk-app`: the target that mentions people right after"),
            text(),
        ),
        row(
            "ding",
            text!("of the robot `dingtalk-app`: how urgent messages ring"),
            word(Ding::WORDS.map(|(word, _)| word)),
        ),
        row(
            "api",
            text!("of the robot `dingtalk-app`: another address of the vendor's API"),
            text(),
        ),
    ]
}

fn reference() -> Value {
    like("^ *(env|file|credential):")
}

fn person() -> Sketch {
    let rows = vec![
        row("name", text!("the display name"), text()),
        row("mobile", text!("the mobile number"), text()),
        row("dingtalk", text!("the DingTalk user id"), text()),
        row("feishu", text!("the Feishu id (Open ID or User ID)"), text()),
        row("wecom", text!("the WeCom user id"), text()),
        row("slack", text!("the Slack member id"), text()),
        row("email", text!("the e-mail address"), text()),
        row("leave", text!("days of leave: dates or spans a..b"), dates()),
        row(
            "department",
            text!("the department, with those above it, as in HQ/HR"),
            one_or_many(&text()),
        ),
        row("delegate", text!("who is mentioned during leave"), text()),
    ];
    Sketch::new(people::KEYS, rows)
}

fn rota() -> Sketch {
    let rows = vec![
        row("members", text!("who takes turns, in order"), one_or_many(&text())),
        row("every", text!("how long a turn is: week, 2 weeks, workday, occurrence"), text()),
        row("from", text!("a date in the first turn"), date()),
    ];
    let rules = json!({ "required": ["members", "from"] });
    Sketch { rules, ..Sketch::new(people::rotas::KEYS, rows) }
}

fn calendar() -> Sketch {
    let rows = vec![
        row("base", text!("another calendar it builds on"), text()),
        row("builtin", text!("data that comes with the program, such as cn"), text()),
        row("weekend", text!("the weekly days off"), one_or_many(&text())),
        row("ics", text!("calendar files with the holidays"), one_or_many(&text())),
        row("off", text!("further days off: dates or spans a..b"), dates()),
        row("work", text!("further workdays: dates or spans a..b"), dates()),
        row(
            "on_uncovered",
            text!("what to do on days the calendar does not know yet"),
            word(layers::ON_UNCOVERED.map(|(word, _)| word)),
        ),
    ];
    Sketch::new(layers::KEYS, rows)
}

fn alerts() -> Sketch {
    let rows = vec![
        row("to", text!("the target that hears of the service's own trouble"), text()),
        row(
            "editors",
            text!("the target that hears of mistakes and changes in schedule files"),
            text(),
        ),
    ];
    Sketch::new(read::ALERTS, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_know_the_keys_the_reader_knows_and_no_others() {
        for sketch in [file(), target(), person(), rota(), calendar(), alerts()] {
            let of = sketch.keys.of;
            assert_eq!(sketch.stranger(), None, "{of:?}: its reader and schema.rs differ");
        }
    }
}
