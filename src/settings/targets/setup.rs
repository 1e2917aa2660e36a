//! Keys that only one kind of robot knows.

mod app;
mod mail;

use super::reference;
use crate::{
    model::{
        secret::SecretRef,
        setup::{Payload, Setup, UnknownName, WebhookSetup},
        target::RobotKind,
        text::text,
    },
    yaml::{Entry, Fields, Flaw, Node, Report, plain, short, suggest},
};

/// Which keys belong to which robot alone.
const OWN: [(RobotKind, &[&str]); 3] = [
    (RobotKind::Webhook, &["body", "headers"]),
    (RobotKind::Email, mail::KEYS),
    (RobotKind::DingtalkApp, app::KEYS),
];

/// More headers are of no use anywhere.
const MAX_HEADERS: usize = 20;

/// Headers the program writes itself.
const RESERVED: [&str; 8] = [
    "content-type",
    "content-length",
    "host",
    "connection",
    "transfer-encoding",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
];

/// Reads what a robot needs beside webhook and secret, and warns of what another one's needs.
pub(super) fn read(
    report: &mut Report<'_>,
    entry: &Entry,
    fields: &Fields<'_>,
    robot: RobotKind,
    plain_http: bool,
    targets: &[&str],
) -> Setup {
    for (owner, keys) in OWN.iter().filter(|(owner, _)| *owner != robot) {
        for key in *keys {
            if let Some(useless) = fields.entry(key) {
                let message = text!(
                    "only the robot `{owner}` knows `{key}`",
                    owner = owner.name(),
                    key = *key
                );
                let flaw =
                    Flaw::new("useless-key", message).help(text!("delete it; it is not used"));
                report.warning(useless.span, flaw);
            }
        }
    }
    match robot {
        RobotKind::Webhook => Setup::Webhook(WebhookSetup {
            body: fields.get("body").and_then(|node| payload(report, node)),
            headers: fields
                .get("headers")
                .map(|node| headers(report, entry, node))
                .unwrap_or_default(),
        }),
        RobotKind::Email => mail::read(report, entry, fields, plain_http),
        RobotKind::DingtalkApp => app::read(report, entry, fields, targets),
        _ => Setup::Plain,
    }
}

fn payload(report: &mut Report<'_>, node: &Node) -> Option<Payload> {
    match Payload::new(plain(node)) {
        Ok(payload) => Some(payload),
        Err(UnknownName(name)) => {
            let message =
                text!("`body` asks for `{name}`, which a message has not", name = short(&name));
            let help = suggest(&name, Payload::NAMES.into_iter());
            report.flaw(node, Flaw::new("unknown-name", message).help(help));
            None
        }
    }
}

fn headers(report: &mut Report<'_>, target: &Entry, node: &Node) -> Vec<(String, SecretRef)> {
    let entries = report.map(node, "`headers`").unwrap_or_default();
    if entries.len() > MAX_HEADERS {
        let message = text!("there are more than {most} headers", most = MAX_HEADERS.to_string());
        report.flaw(
            node,
            Flaw::new("too-many", message).help(text!("keep those that the receiver needs")),
        );
    }
    let mut found = Vec::new();
    for entry in entries.iter().take(MAX_HEADERS) {
        let name = entry.key.to_ascii_lowercase();
        let sound = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(sound) || RESERVED.contains(&name.as_str()) {
            let message =
                text!("`{name}` is not a header that can be set", name = short(&entry.key));
            let help = text!("write a name such as Authorization");
            report.error(entry.span, Flaw::new("bad-header", message).help(help));
            continue;
        }
        let variable = format!("{}_{name}", target.key).to_ascii_uppercase().replace('-', "_");
        let reference = reference::secret(report, &entry.node, &entry.key, &variable);
        found.extend(reference.map(|reference| (name, reference)));
    }
    found
}
