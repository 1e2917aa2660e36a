//! `http`: an address that is asked when a message is made. Whatever in it opens a door is kept
//! outside of the file, by reference.

use url::Url;

use crate::{
    model::{
        address,
        secret::{Confided, SecretRef},
        source::{DataFormat, Http},
        text::text,
    },
    yaml::{Entry, Fields, Flaw, Node, Report, short, suggest},
};

/// More headers are of no use anywhere.
const MAX_HEADERS: usize = 20;

/// An address is shorter than this, in bytes.
const LONGEST: usize = 2_000;

/// Headers the program writes itself.
const RESERVED: [&str; 8] = [
    "host",
    "connection",
    "content-length",
    "content-type",
    "transfer-encoding",
    "accept-encoding",
    "te",
    "upgrade",
];

/// Headers whose value is a key.
const KEYS: [&str; 3] = ["authorization", "proxy-authorization", "cookie"];

/// Words in a name that say that its value is a key.
const TELLTALES: [&str; 7] = ["token", "secret", "password", "passwd", "api-key", "apikey", "sign"];

/// Names in the query of an address whose value is a key.
const QUERY_KEYS: [&str; 5] = ["key", "sig", "auth", "pwd", "access"];

/// How an answer can be read.
const FORMATS: [&str; 4] = ["json", "csv", "yaml", "text"];

/// Reads the source under `http`; `columns` are those that stay text in a CSV answer.
pub(super) fn read(
    report: &mut Report<'_>,
    entry: &Entry,
    fields: &Fields<'_>,
    columns: Vec<String>,
) -> Option<Http> {
    // These first, so that whatever else is wrong on their lines does not show them.
    let headers = fields.get("headers").map(|node| headers(report, node)).unwrap_or_default();
    let text = report.text(&entry.node, "`http`")?.trim();
    let url = url(text).map_err(|flaw| report.flaw(&entry.node, flaw)).ok();
    let format = fields.get("format").and_then(|node| format(report, node, &columns));
    if let Some(text) = fields.entry("text")
        && !matches!(format, Some(DataFormat::Csv { .. }))
    {
        let message = text!("`text` names columns, and this answer is not read as CSV");
        let flaw = Flaw::new("unknown-key", message).help(text!("add `format: csv`, or delete it"));
        report.error(text.span, flaw);
    }
    Some(Http { url: url?, headers, format })
}

fn format(report: &mut Report<'_>, node: &Node, columns: &[String]) -> Option<DataFormat> {
    report.read(node, "`format`", |text| match text {
        "json" => Ok(DataFormat::Json),
        "yaml" => Ok(DataFormat::Yaml),
        "text" => Ok(DataFormat::Text),
        "csv" => Ok(DataFormat::Csv { text: columns.to_vec() }),
        _ => {
            let message = text!("an answer cannot be read as `{format}`", format = short(text));
            Err(Flaw::new("unknown-word", message).help(suggest(text, FORMATS.into_iter())))
        }
    })
}

/// The address, or where the whole of it is kept.
fn url(text: &str) -> Result<Confided, Flaw> {
    if let Some(reference) = reference(text) {
        return reference;
    }
    let bad = |message| Flaw::new("bad-address", message);
    let example = || text!("write the whole address, such as https://api.example.com/sales.json");
    if text.len() > LONGEST || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(
            bad(text!("an address has no spaces in it and is not that long")).help(example())
        );
    }
    let url = Url::parse(text).map_err(|_| {
        bad(text!("`{text}` is not an address", text = short(text))).help(example())
    })?;
    if let Some(door) = door(&url) {
        let message =
            text!("this address holds a key (`{door}`), where anyone can read it", door = door);
        let help = text!(
            "send the key in a header, or keep the whole address in the environment and write `http: env:NAME`"
        );
        return Err(Flaw { masked: true, ..Flaw::new("inline-secret", message).help(help) });
    }
    match address::is_allowed(&url, false) {
        true => Ok(Confided::Plain(text.to_owned())),
        false if url.scheme() == "http" => {
            Err(bad(text!("plain http is for this machine only: anyone on the way could read it"))
                .help(text!("write https://")))
        }
        false => Err(bad(text!("an address begins with https://")).help(example())),
    }
}

/// What in an address is a key.
fn door(url: &Url) -> Option<String> {
    if !url.username().is_empty() || url.password().is_some() {
        return Some(url.username().to_owned())
            .filter(|name| !name.is_empty())
            .or(Some("password".into()));
    }
    let names = url.query_pairs().filter(|(_, value)| !value.is_empty());
    names
        .map(|(name, _)| name.to_lowercase())
        .find(|name| QUERY_KEYS.contains(&name.as_str()) || is_telling(&name.replace('_', "-")))
}

fn is_telling(name: &str) -> bool {
    TELLTALES.iter().any(|word| name.contains(word))
}

fn headers(report: &mut Report<'_>, node: &Node) -> Vec<(String, Confided)> {
    let entries = report.map(node, "`headers`").unwrap_or_default();
    if entries.len() > MAX_HEADERS {
        let message = text!("there are more than {most} headers", most = MAX_HEADERS.to_string());
        let help = text!("keep those that the receiver needs");
        report.flaw(node, Flaw::new("too-many", message).help(help));
    }
    let entries = entries.iter().take(MAX_HEADERS);
    entries.filter_map(|entry| header(report, entry)).collect()
}

fn header(report: &mut Report<'_>, entry: &Entry) -> Option<(String, Confided)> {
    let name = entry.key.to_ascii_lowercase();
    let sound = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(sound) || RESERVED.contains(&name.as_str()) {
        let message = text!("`{name}` is not a header that can be set", name = short(&entry.key));
        let help = text!("write a name such as Authorization");
        report.error(entry.span, Flaw::new("bad-header", message).help(help));
        return None;
    }
    let value = report.read(&entry.node, format!("`{}`", short(&entry.key)), |text| {
        if let Some(reference) = reference(text) {
            return reference;
        }
        if KEYS.contains(&name.as_str()) || is_telling(&name) {
            let message = text!("`{name}` stands here itself, where anyone can read it", name = short(&entry.key));
            let help = text!(
                "keep it in the environment and write `{name}: env:NAME` (or file:PATH, credential:NAME)",
                name = short(&entry.key),
            );
            return Err(Flaw { masked: true, ..Flaw::new("inline-secret", message).help(help) });
        }
        match text.is_empty() || !text.chars().all(|c| (' '..='~').contains(&c)) {
            true => Err(Flaw::new("missing-value", text!("a header has a value of one line"))
                .help(text!("write it, or delete the header"))),
            false => Ok(Confided::Plain(text.to_owned())),
        }
    })?;
    Some((name, value))
}

/// A reference, alone or behind a word such as `Bearer`; none when the text is something else.
fn reference(text: &str) -> Option<Result<Confided, Flaw>> {
    let (before, last) = match text.split_once(' ') {
        Some((word, rest)) if word.chars().all(|c| c.is_ascii_alphanumeric()) => {
            (format!("{word} "), rest.trim_start())
        }
        _ => (String::new(), text),
    };
    let kinds = ["env:", "file:", "credential:"];
    if !kinds.iter().any(|kind| last.to_ascii_lowercase().starts_with(kind)) {
        return None;
    }
    let reference = SecretRef::parse(last).filter(SecretRef::is_sound);
    Some(reference.map(|reference| Confided::Secret { before, reference }).ok_or_else(|| {
        let help =
            text!("write env:NAME, file:PATH or credential:NAME, in lower case and without spaces");
        let message = text!("this is a reference without a proper name");
        Flaw { masked: true, ..Flaw::new("bad-reference", message).help(help) }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match url(text) {
            Ok(Confided::Plain(text)) => text,
            Ok(Confided::Secret { reference, .. }) => reference.to_string(),
            Err(flaw) => format!("{}{}", flaw.code, if flaw.masked { ", not shown" } else { "" }),
        }
    }

    #[test]
    fn an_address_is_whole_safe_and_holds_no_key() {
        for right in [
            "https://api.example.com/sales.json?page=2",
            "http://127.0.0.1:8080/x",
            "http://localhost/x",
            "https://例え.jp/表",
            "env:SALES_URL",
            "credential:sales",
        ] {
            assert_eq!(said(right), right);
        }
        for (text, expected) in [
            ("", "bad-address"),
            ("api.example.com/sales", "bad-address"),
            ("http://api.example.com/sales", "bad-address"),
            ("ftp://api.example.com/sales", "bad-address"),
            ("https://a b/", "bad-address"),
            ("env:", "bad-reference, not shown"),
            ("file:https://x/", "bad-reference, not shown"),
            ("https://me:pass@api.example.com/", "inline-secret, not shown"),
            ("https://api.example.com/?access_token=abc", "inline-secret, not shown"),
            ("https://api.example.com/?api_key=abc", "inline-secret, not shown"),
            ("https://api.example.com/?key=abc", "inline-secret, not shown"),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn a_reference_may_stand_behind_a_word() {
        let kept = |before: &str, name: &str| {
            let reference = SecretRef::Env(name.to_owned());
            Some(Ok(Confided::Secret { before: before.to_owned(), reference }))
        };
        assert_eq!(reference("env:T"), kept("", "T"));
        assert_eq!(reference("Bearer env:T"), kept("Bearer ", "T"));
        assert_eq!(reference("Bearer abc"), None);
        assert!(matches!(reference("Bearer env:T x"), Some(Err(_))));
        assert!(matches!(reference("ENV:T"), Some(Err(_))));
    }
}
