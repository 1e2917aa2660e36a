//! The console robot: shows a message as people would see it in the group. For trying things out.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

pub use self::card::card;
use super::{Misconfiguration, Outgoing, Robot, Step, unanswered};
use crate::{
    http::{Failure, Response},
    model::{
        message::{IdKind, Mentioned, Mentions, Message},
        people::Person,
        receipt::{Receipt, Verdict},
        secret::Credentials,
        target::{Pace, RobotKind, Shape, Target},
        text::{text, words},
    },
};

mod card;

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Console;

impl Robot for Console {
    fn kind(&self) -> RobotKind {
        RobotKind::Console
    }

    fn shape(&self) -> Shape {
        Shape {
            max_bytes: 1024 * 1024,
            max_text_bytes: None,
            max_mentions: 1000,
            mention_by: words!("a name"),
            mention_all: true,
            nudge: |_| Mentions::default(),
            personal: None,
            hides_title: false,
            mention,
            encoded_len: |message| body(message).to_string().len(),
            scanned_text: |message| format!("{}\n{}", message.title, message.body),
        }
    }

    fn pace(&self) -> Pace {
        Pace { count: 100, window: Duration::from_secs(1) }
    }

    fn idempotent(&self) -> bool {
        false
    }

    fn check_credentials(&self, _: &Target, _: &Credentials) -> Result<(), Misconfiguration> {
        Ok(())
    }

    fn body(&self, _: &Target, message: &Message) -> Value {
        body(message)
    }

    fn requests(&self, outgoing: &Outgoing<'_>) -> Result<Vec<Step>, Receipt> {
        Ok(vec![Step::Print(card(&outgoing.target.name, outgoing.message, outgoing.now))])
    }

    fn verdict(&self, outcome: &Result<Response, Failure>, _: Timestamp) -> Receipt {
        // It asks nobody, so whoever answered was not asked.
        outcome.as_ref().err().map_or_else(
            || {
                let reason = text!("an answer to a question the console does not ask");
                Receipt::new(Verdict::Unknown, reason)
            },
            unanswered,
        )
    }
}

fn mention(person: &Person) -> Option<Mentioned> {
    Some(Mentioned { id: person.id.clone(), kind: IdKind::User, name: person.name.clone() })
}

fn body(message: &Message) -> Value {
    json!({
        "title": message.title,
        "body": message.body,
        "format": message.format,
        "buttons": message.buttons,
        "mentions": message.mentions,
    })
}
