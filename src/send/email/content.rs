//! The mail itself: its headers, and the same message as text and as HTML.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use lettre::{
    Address,
    message::{
        Mailbox as Named, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{html, plain};
use crate::model::{
    message::{Mentioned, Message},
    receipt::{Receipt, Verdict},
    reminder::Priority,
    setup::mail::{MailSetup, Mailbox},
    text::{Text, text},
};

/// Where a receiver's address stands in the headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    To,
    Copy,
}

/// Everyone who gets the mail, each once: the people it is meant for, else the target's own
/// receivers and whoever it mentions.
pub(super) fn receivers(setup: &MailSetup, message: &Message) -> Vec<(Place, Mailbox)> {
    let person = |person: &Mentioned| {
        let name = Some(plain::line(&person.name)).filter(|name| !name.is_empty());
        (Place::To, Mailbox { name, address: person.id.clone() })
    };
    let found: Vec<(Place, Mailbox)> = if message.people.is_empty() {
        let to = setup.to.iter().map(|to| (Place::To, to.clone()));
        let mentioned = message.mentions.people.iter().map(person);
        let cc = setup.cc.iter().map(|cc| (Place::Copy, cc.clone()));
        to.chain(mentioned).chain(cc).collect()
    } else {
        message.people.iter().map(person).collect()
    };
    let mut seen = HashSet::new();
    let fresh = |(_, mailbox): &(Place, Mailbox)| seen.insert(mailbox.address.to_ascii_lowercase());
    found.into_iter().filter(fresh).collect()
}

/// The title on one line, with the number of the part where there are several.
fn subject(message: &Message) -> String {
    let title = plain::line(&plain::title(message));
    match message.part.of {
        ..=1 => title,
        of => format!("{title} ({}/{of})", message.part.number),
    }
}

/// The message as plain text. The subject is its title.
fn text(message: &Message) -> String {
    let untitled = Message { title: String::new(), ..message.clone() };
    let text = plain::text(&untitled);
    let text = match names(message) {
        names if names.is_empty() => text,
        names => format!("{text}\n\n{names}"),
    };
    // A line ends as mail wants it or not at all.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// Those who are mentioned, by their names.
pub(super) fn names(message: &Message) -> String {
    let name = |person: &Mentioned| format!("@{}", plain::line(&person.name));
    message.mentions.people.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// The name of this very mail, the same for a repeat.
fn name(message: &Message) -> String {
    let digest = Sha256::digest(&message.key);
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn message_id(setup: &MailSetup, message: &Message) -> String {
    format!("<{}@{}>", name(message), setup.from.domain())
}

/// Headers beside those that every mail has.
fn further(message: &Message) -> Vec<(&'static str, &'static str)> {
    // Nobody's absence note answers a reminder.
    let mut headers =
        vec![("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")];
    match message.priority {
        Priority::Urgent => headers.extend([("Importance", "high"), ("X-Priority", "1")]),
        Priority::Normal => {}
        Priority::Low => headers.extend([("Importance", "low"), ("X-Priority", "5")]),
    }
    headers
}

/// What is sent, for people and programs to look at; without a setup, what all receivers share.
pub(super) fn described(setup: Option<&MailSetup>, message: &Message) -> Value {
    let mut described = json!({
        "subject": subject(message),
        "text": text(message),
        "html": html::page(message),
    });
    if let Some(setup) = setup {
        let receivers = receivers(setup, message);
        let shown = |place: Place| -> Vec<String> {
            let there = receivers.iter().filter(|(found, _)| *found == place);
            there.map(|(_, mailbox)| shown(mailbox)).collect()
        };
        let further = further(message).into_iter().map(|(name, value)| (name, json!(value)));
        described["from"] = json!(self::shown(&setup.from));
        described["to"] = json!(shown(Place::To));
        described["cc"] = json!(shown(Place::Copy));
        described["message_id"] = json!(message_id(setup, message));
        described["headers"] = further.map(|(name, value)| (name.to_owned(), value)).collect();
    }
    described
}

fn shown(mailbox: &Mailbox) -> String {
    match &mailbox.name {
        Some(name) => format!("{name} <{}>", mailbox.address),
        None => mailbox.address.clone(),
    }
}

/// The mail as it goes over the wire. Every header is made of checked or encoded text, so nothing
/// in it can begin a header of its own.
pub(super) fn written(
    setup: &MailSetup,
    message: &Message,
    now: Timestamp,
) -> Result<Vec<u8>, Receipt> {
    let mut mail = lettre::Message::builder()
        .from(named(&setup.from)?)
        .subject(subject(message))
        .date(date(now))
        .message_id(Some(message_id(setup, message)));
    for (place, receiver) in receivers(setup, message) {
        let receiver = named(&receiver)?;
        mail = match place {
            Place::To => mail.to(receiver),
            Place::Copy => mail.cc(receiver),
        };
    }
    for (name, value) in further(message) {
        let name = HeaderName::new_from_ascii_str(name);
        mail = mail.raw_header(HeaderValue::new(name, value.to_owned()));
    }
    let parts = MultiPart::alternative()
        .boundary(format!("part-{}", name(message)))
        .singlepart(SinglePart::plain(text(message)))
        .singlepart(SinglePart::html(html::page(message)));
    let mail = mail.multipart(parts).map_err(|error| unwritten(error.to_string()))?;
    Ok(mail.formatted())
}

fn date(now: Timestamp) -> SystemTime {
    let since = u64::try_from(now.as_second()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(since)
}

fn named(mailbox: &Mailbox) -> Result<Named, Receipt> {
    let address: Address =
        mailbox.address.parse().map_err(|_| unwritten(text!("an address that is none")))?;
    Ok(Named::new(mailbox.name.clone(), address))
}

fn unwritten(why: impl Into<Text>) -> Receipt {
    let reason = text!("the mail cannot be written: {why}", why = why.into());
    Receipt::new(Verdict::BadMessage, reason).help(super::super::REPORT_BUG)
}
