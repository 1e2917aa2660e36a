//! Mail, through a server of one's own.
//!
//! Facts are from RFC 5321 (commands, replies, sizes), RFC 5322 (headers) and RFC 3834 (automatic
//! mail), where nothing else is said.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::{Misconfiguration, Outgoing, Robot, Step, Trace, plain, unanswered};
use crate::{
    http::{Failure, Response},
    model::{
        message::{IdKind, Mentioned, Mentions, Message},
        people::Person,
        receipt::{Receipt, Verdict},
        secret::{Credentials, Secret},
        setup::{
            Setup,
            mail::{self, MailSetup},
        },
        target::{Pace, Personal, RobotKind, Shape, Target},
        text::{Words, text, words},
    },
    smtp::Mail,
};

mod content;
mod html;
mod verdict;

/// Of our own, far below what any server takes (most take 10 MB and more): nobody reads more; in
/// bytes of text and HTML together.
pub const LIMIT_BYTES: usize = 256 * 1024;

/// A server has to take so many receivers of one mail (RFC 5321, 4.5.3.1.8).
pub const MAX_RECEIVERS: usize = 100;

/// Of our own: providers do not say how much they take in a minute, and many take little.
pub const PACE: Pace = Pace { count: 20, window: Duration::from_secs(60) };

/// How long the sender rests when the server has enough of it and does not say for how long.
pub const THROTTLE_REST: Duration = Duration::from_secs(60);

const COPY_PASSWORD: Words = words!(
    "Copy the password again to where the target's `password` refers to; many providers want \
     one of its own for programs."
);

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Email;

impl Robot for Email {
    fn kind(&self) -> RobotKind {
        RobotKind::Email
    }

    fn shape(&self) -> Shape {
        Shape {
            max_bytes: LIMIT_BYTES,
            max_text_bytes: None,
            max_mentions: MAX_RECEIVERS / 2,
            mention_by: words!("an `email` address"),
            // Whoever gets the mail is meant.
            mention_all: true,
            nudge: |_| Mentions::default(),
            personal: Some(Personal {
                id: mention,
                by: words!("an `email` address"),
                // Nobody sees who else got it.
                batch: 1,
                rings: |_| false,
            }),
            hides_title: false,
            mention,
            encoded_len: |message| content::described(None, message).to_string().len(),
            scanned_text: |message| format!("{}\n{}", message.title, message.body),
        }
    }

    fn pace(&self) -> Pace {
        PACE
    }

    /// Every mail has a `Message-ID` of its own that a repeat shares, and many mailboxes show two
    /// such mails once. None promises it.
    fn idempotent(&self) -> bool {
        false
    }

    fn check_credentials(
        &self,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<(), Misconfiguration> {
        setup(target)?;
        credentials.login.as_ref().map_or(Ok(()), |(user, password)| {
            sound(words!("name to log in with"), user)?;
            sound(words!("password"), password)
        })
    }

    fn body(&self, target: &Target, message: &Message) -> Value {
        content::described(setup(target).ok(), message)
    }

    fn requests(&self, outgoing: &Outgoing<'_>) -> Result<Vec<Step>, Receipt> {
        let Outgoing { target, credentials, message, now } = outgoing;
        self.check_credentials(target, credentials)?;
        let setup = setup(target)?;
        let receivers = content::receivers(setup, message);
        let to = receivers.iter().map(|(_, mailbox)| mailbox.address.clone());
        let to: Vec<String> = to.filter(|address| message.progress.wants(address)).collect();
        if to.is_empty() {
            return Err(nobody(target).into());
        }
        if to.len() > MAX_RECEIVERS {
            let reason = text!(
                "the mail has {many} receivers; {most} are sent to",
                many = to.len(),
                most = MAX_RECEIVERS,
            );
            let help = text!("Send it to the address of a list instead.");
            return Err(Receipt::new(Verdict::BadMessage, reason).help(help));
        }
        Ok(vec![Step::Mail(Box::new(Mail {
            host: setup.host.clone(),
            port: setup.port,
            tls: setup.tls,
            login: credentials.login.clone(),
            hello: setup.from.domain().to_owned(),
            from: setup.from.address.clone(),
            to,
            content: content::written(setup, message, now.timestamp())?,
        }))])
    }

    fn verdict(&self, outcome: &Result<Response, Failure>, _: Timestamp) -> Receipt {
        match outcome {
            Ok(response) => verdict::judge(response),
            Err(failure) => unanswered(failure),
        }
    }

    fn trace(&self, response: &Response) -> Trace {
        Trace { progress: verdict::progress(response), ..Trace::default() }
    }
}

fn setup(target: &Target) -> Result<&MailSetup, Misconfiguration> {
    match &target.setup {
        Setup::Mail(setup) => Ok(setup),
        Setup::Plain | Setup::Webhook(_) | Setup::App(_) => Err(Misconfiguration::new(
            text!("the target does not say how mail is sent"),
            text!("Give it `host`, `from` and `to`."),
        )),
    }
}

fn nobody(target: &Target) -> Misconfiguration {
    Misconfiguration::new(
        text!("the target `{target}` has no receivers", target = target.id.as_str()),
        text!(
            "Give it `to` with addresses, or name people in the reminder: \
             `to: {{people: [...], via: ...}}`."
        ),
    )
}

/// What copying and pasting leaves in a text, without repeating any of it.
fn sound(what: Words, secret: &Secret) -> Result<(), Misconfiguration> {
    let text = secret.expose();
    let reason = match text {
        "" => text!("the {what} is empty", what = what),
        _ if text.contains(char::is_control) => {
            text!("the {what} contains a control character", what = what)
        }
        _ if text.trim() != text => {
            text!("the {what} has a space at its start or end", what = what)
        }
        _ => return Ok(()),
    };
    Err(Misconfiguration::new(reason, COPY_PASSWORD))
}

/// Their address, in small letters: servers everywhere take it so, and nobody gets a mail twice.
fn mention(person: &Person) -> Option<Mentioned> {
    let id = person.email.as_deref().map(str::trim).filter(|id| mail::is_address(id))?;
    let (id, name) = (id.to_ascii_lowercase(), person.name.clone());
    Some(Mentioned { id, kind: IdKind::User, name })
}
