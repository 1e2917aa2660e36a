//! How mail is sent: `host`, `port`, `tls`, `from`, `to`, `cc`, `user` and `password`.

use std::net::IpAddr;

use super::reference;
use crate::{
    model::{
        secret::SecretRef,
        setup::{
            Setup,
            mail::{MailSetup, MailTls, Mailbox, UserName},
        },
        text::text,
    },
    yaml::{Entry, Fields, Flaw, Node, Report, short},
};

/// The keys of its own.
pub(super) const KEYS: &[&str] = &["host", "port", "tls", "from", "to", "cc", "user", "password"];

/// Where mail programs hand over mail: secured by STARTTLS.
const SUBMISSION: u16 = 587;

/// The same, secured from the first byte.
const SUBMISSIONS: u16 = 465;

/// More receivers are better kept in a list of the mail server.
const MOST: usize = 50;

/// Reads it; without a server or a sender there is none.
pub(super) fn read(
    report: &mut Report<'_>,
    entry: &Entry,
    fields: &Fields<'_>,
    plain: bool,
) -> Setup {
    let variable = super::super::variable(&entry.key, fields, "password");
    let password = fields
        .get("password")
        .and_then(|node| reference::secret(report, node, "password", &variable));
    let user = fields.get("user").and_then(|node| report.read(node, "`user`", user));
    pair(report, fields);
    let tls = fields.get("tls").and_then(|node| report.word(node, "`tls`", &MailTls::WORDS));
    let port = fields.get("port").and_then(|node| report.read(node, "`port`", port));
    let host = needed(report, entry, fields, "host", host);
    let from = needed(report, entry, fields, "from", mailbox);
    let (to, cc) = (mailboxes(report, fields, "to"), mailboxes(report, fields, "cc"));
    let (Some(host), Some(from)) = (host, from) else { return Setup::Plain };
    let near = is_near(&host);
    let tls = tls.unwrap_or(match port {
        Some(SUBMISSIONS) => MailTls::Implicit,
        _ if near => MailTls::None,
        _ => MailTls::StartTls,
    });
    if tls == MailTls::None && !near && !plain {
        let message = text!("mail to {host} would be sent where others can read it", host = &host);
        let help = text!("write `tls: starttls`, or `allow_http: true` for a server in the house");
        let flaw = Flaw::new("plain-mail", message).help(help);
        report.error(fields.entry("tls").map_or(entry.span, |entry| entry.span), flaw);
    }
    let usual = if tls == MailTls::Implicit { SUBMISSIONS } else { SUBMISSION };
    let port = port.unwrap_or(usual);
    Setup::Mail(Box::new(MailSetup { host, port, tls, from, to, cc, user, password }))
}

/// Name and password belong together.
fn pair(report: &mut Report<'_>, fields: &Fields<'_>) {
    for (one, other) in [("user", "password"), ("password", "user")] {
        let alone = fields.entry(one).filter(|_| fields.get(other).is_none());
        if let Some(alone) = alone {
            let message = text!("`{one}` stands here without `{other}`", one = one, other = other);
            let help = text!("write both, or neither where nobody has to log in");
            report.error(alone.span, Flaw::new("missing-key", message).help(help));
        }
    }
}

fn needed<T>(
    report: &mut Report<'_>,
    entry: &Entry,
    fields: &Fields<'_>,
    key: &'static str,
    read: fn(&str) -> Result<T, Flaw>,
) -> Option<T> {
    let Some(node) = fields.get(key) else {
        let message =
            text!("the target `{target}` has no `{key}`", target = short(&entry.key), key = key);
        let help = match key {
            "host" => text!("add the mail server, like `host: smtp.example.com`"),
            _ => text!("add the sender, like `from: Reminders <reminders@example.com>`"),
        };
        report.error(entry.span, Flaw::new("missing-key", message).help(help));
        return None;
    };
    report.read(node, format!("`{key}`"), read)
}

fn mailboxes(report: &mut Report<'_>, fields: &Fields<'_>, key: &'static str) -> Vec<Mailbox> {
    let Some(node) = fields.get(key) else { return Vec::new() };
    let items = node.items();
    if items.len() > MOST {
        let message =
            text!("`{key}` has more than {most} addresses", key = key, most = MOST.to_string());
        let help = text!("let the mail server keep a list, and write its address");
        report.flaw(node, Flaw::new("too-many", message).help(help));
    }
    let mut read = |item: &Node| report.read(item, format!("`{key}`"), mailbox);
    items.iter().take(MOST).filter_map(&mut read).collect()
}

fn mailbox(text: &str) -> Result<Mailbox, Flaw> {
    Mailbox::parse(text).ok_or_else(|| {
        let message = text!("`{text}` is not a mail address", text = short(text));
        let help = text!("write it like hr@example.com or HR <hr@example.com>");
        Flaw::new("bad-address", message).help(help)
    })
}

pub(super) fn user(text: &str) -> Result<UserName, Flaw> {
    match SecretRef::parse(text) {
        Some(reference) => Ok(UserName::Kept(reference)),
        None if text.trim().is_empty() || text.contains(char::is_control) => {
            let message = text!("the name to log in with is empty");
            let help = text!("write the name to log in with, or env:NAME");
            Err(Flaw::new("missing-value", message).help(help))
        }
        None => Ok(UserName::Plain(text.to_owned())),
    }
}

/// A name or an address, without scheme and port.
fn host(text: &str) -> Result<String, Flaw> {
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    let name = text.len() <= 253 && text.split('.').all(label);
    if name || text.parse::<IpAddr>().is_ok() {
        return Ok(text.to_owned());
    }
    let message = text!("`{text}` is not the name of a server", text = short(text));
    let help = text!("write the name alone, like smtp.example.com; its port stands under `port`");
    Err(Flaw::new("bad-host", message).help(help))
}

fn port(text: &str) -> Result<u16, Flaw> {
    text.parse::<u16>().ok().filter(|&port| port > 0).ok_or_else(|| {
        let message = text!("`{text}` is not a port", text = short(text));
        Flaw::new("wrong-type", message).help(text!("write a number like 587 or 465"))
    })
}

/// Whether a server is this very machine, so that nobody can listen on the way.
fn is_near(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
