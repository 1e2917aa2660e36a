//! Slack's incoming webhook.
//!
//! Facts are the vendor's, from <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>
//! (calls, errors) and <https://docs.slack.dev/reference/block-kit/blocks> (blocks, limits), where
//! nothing else is said.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{
    Misconfiguration, Outgoing, Robot, Step,
    paste::{self, Rules},
    too_long,
    vendor::Vendor,
};
use crate::{
    http::{Failure, Request, Response},
    model::{
        message::{IdKind, Mentioned, Mentions, Message},
        people::Person,
        receipt::Receipt,
        secret::{Credentials, Secret},
        target::{Pace, RobotKind, Shape, Target},
        text::{Text, text, words},
    },
};

mod body;
mod verdict;

/// A section's text may have so many characters.
pub const SECTION_CHARS: usize = 3000;

/// A header may have so many characters.
pub const HEADER_CHARS: usize = 150;

/// A button's label may have so many characters.
pub const LABEL_CHARS: usize = 75;

/// A message may have so many blocks.
pub const MAX_BLOCKS: usize = 50;

/// One row of buttons may have so many.
pub const MAX_BUTTONS: usize = 25;

/// Slack cuts `text` at 40,000 characters; of our own, far below that and below what the sections
/// of [`MAX_BLOCKS`] hold; in bytes of the whole request.
pub const LIMIT_BYTES: usize = 30_000;

/// One message a second, short bursts tolerated
/// (<https://docs.slack.dev/apis/web-api/rate-limits>).
pub const PACE: Pace = Pace { count: 1, window: Duration::from_millis(1100) };

/// How long the webhook rests after a throttle that names no time.
pub const THROTTLE_REST: Duration = Duration::from_secs(30);

/// Of our own: the vendor names no limit, and nobody reads more names.
const MAX_MENTIONS: usize = 100;

/// What the webhooks look like.
const RULES: Rules = Rules {
    vendors: &[Vendor::Slack],
    help: words!(
        "Copy the whole webhook again from the Slack app's page \"Incoming Webhooks\": \
         https://hooks.slack.com/services/T…/B…/…"
    ),
    parts,
};

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Slack;

impl Robot for Slack {
    fn kind(&self) -> RobotKind {
        RobotKind::Slack
    }

    fn shape(&self) -> Shape {
        Shape {
            max_bytes: LIMIT_BYTES,
            max_text_bytes: None,
            max_mentions: MAX_MENTIONS,
            mention_by: words!("a `slack` member id"),
            mention_all: true,
            nudge: |_| Mentions::default(),
            personal: None,
            hides_title: false,
            mention,
            encoded_len: |message| body::body(message).to_string().len(),
            scanned_text: |message| format!("{}\n{}", message.title, message.body),
        }
    }

    fn pace(&self) -> Pace {
        PACE
    }

    fn idempotent(&self) -> bool {
        false
    }

    fn check_credentials(
        &self,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<(), Misconfiguration> {
        RULES.url(credentials.webhook.as_ref(), target.allow_http).map(|_| ())
    }

    fn body(&self, _: &Target, message: &Message) -> Value {
        body::body(message)
    }

    fn requests(&self, outgoing: &Outgoing<'_>) -> Result<Vec<Step>, Receipt> {
        let Outgoing { target, credentials, message, .. } = outgoing;
        let url = RULES.url(credentials.webhook.as_ref(), target.allow_http)?;
        let body = body::body(message);
        let bytes = body.to_string().len();
        if bytes > LIMIT_BYTES {
            return Err(too_long(Vendor::Slack, bytes, LIMIT_BYTES));
        }
        let request = Request::post_json(Secret::new(url.into()), &body);
        Ok(vec![Step::Http(request.plain_http(target.allow_http))])
    }

    fn verdict(&self, outcome: &Result<Response, Failure>, _: Timestamp) -> Receipt {
        verdict::judge(outcome)
    }
}

fn parts(url: &Url) -> Result<(), Text> {
    let steps: Vec<&str> = url.path().split('/').filter(|step| !step.is_empty()).collect();
    let at = steps.iter().position(|step| *step == "services");
    match at.map(|at| steps.len() - at - 1) {
        Some(3) => Ok(()),
        Some(_) => Err(text!("the webhook has not three steps after /services/")),
        None if steps.iter().any(|step| matches!(*step, "triggers" | "workflows")) => {
            Err(text!("the webhook starts a workflow; it is not an incoming webhook"))
        }
        None => Err(paste::other_path("/services/…")),
    }
}

/// Only a member id mentions.
fn mention(person: &Person) -> Option<Mentioned> {
    let id = person.slack.as_deref().map(str::trim).filter(|id| !id.is_empty())?;
    Some(Mentioned { id: id.to_owned(), kind: IdKind::User, name: person.name.clone() })
}
