//! DingTalk's custom group robot.
//!
//! Facts are the vendor's, from <https://open.dingtalk.com/document/development/custom-robots-send-group-messages>
//! (limits, codes), <https://open.dingtalk.com/document/development/robot-message-type> (message
//! types, mentions) and <https://open.dingtalk.com/document/dingstart/customize-robot-security-settings>
//! (signing), where nothing else is said.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::Value;

use self::advice::Advice;
use super::{
    Misconfiguration, Outgoing, Robot, Step, Trace, mobile, paste, sign::hmac_sha256, too_long,
    vendor::Vendor,
};
use crate::{
    http::{Failure, Request, Response},
    model::{
        message::{Format, IdKind, Mentioned, Mentions, Message},
        people::Person,
        receipt::{Receipt, Verdict},
        secret::{Credentials, Secret},
        target::{Pace, RobotKind, Shape, Target},
        text::{text, words},
    },
};

mod advice;
mod body;
pub(super) mod lines;
mod verdict;
mod webhook;

/// A request body over this is refused with code 460101; in bytes. Not on the vendor's page:
/// seen in the field (prometheus-webhook-dingtalk issue 30 and pull request 222).
pub const LIMIT_BYTES: usize = 20_000;

/// What a message is kept under, to stay clear of [`LIMIT_BYTES`]; in bytes.
pub const SAFE_BYTES: usize = 18_000;

/// So many people can be mentioned in one message.
pub const MAX_MENTIONS: usize = 50;

/// The vendor allows 20 messages a minute; the rest is left to other programs that use the robot.
pub const PACE: Pace = Pace { count: 16, window: Duration::from_secs(61) };

/// The standard edition's allowance for webhooks in a calendar month, shared by all custom robots of
/// an organisation
/// (<https://open.dingtalk.com/document/development/dingtalk-application-development-platform-billing-model>).
pub const MONTHLY_QUOTA: u32 = 3_000;

/// A robot that spoke too often is silenced for ten minutes.
pub const THROTTLE_REST: Duration = Duration::from_secs(600);

/// An address that called too often is blocked for five minutes
/// (<https://open.dingtalk.com/document/development/how-to-process-api-throttling-on-the-dingtalk-server>).
pub const BLOCK_REST: Duration = Duration::from_secs(300);

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Dingtalk;

impl Robot for Dingtalk {
    fn kind(&self) -> RobotKind {
        RobotKind::Dingtalk
    }

    fn shape(&self) -> Shape {
        Shape {
            max_bytes: SAFE_BYTES,
            max_text_bytes: None,
            max_mentions: MAX_MENTIONS,
            mention_by: words!("a `dingtalk` id or a `mobile`"),
            mention_all: true,
            nudge: |_| Mentions::default(),
            personal: None,
            hides_title: true,
            mention,
            encoded_len: |message| body::body(message).to_string().len(),
            scanned_text,
        }
    }

    fn pace(&self) -> Pace {
        PACE
    }

    fn monthly_quota(&self) -> Option<u32> {
        Some(MONTHLY_QUOTA)
    }

    fn idempotent(&self) -> bool {
        true
    }

    fn check_credentials(
        &self,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<(), Misconfiguration> {
        webhook::RULES.url(credentials.webhook.as_ref(), target.allow_http)?;
        paste::check_secret(credentials.secret.as_ref(), Advice::CopySecret.fixed())
    }

    fn body(&self, _: &Target, message: &Message) -> Value {
        body::body(message)
    }

    fn requests(&self, outgoing: &Outgoing<'_>) -> Result<Vec<Step>, Receipt> {
        let Outgoing { target, credentials, message, now } = outgoing;
        self.check_credentials(target, credentials)?;
        let url = webhook::RULES.url(credentials.webhook.as_ref(), target.allow_http)?;
        let body = body::body(message);
        check_size(message, &body)?;
        let url = webhook::signed(&url, credentials.secret.as_ref(), now.timestamp());
        let request = Request::post_json(url, &body).plain_http(target.allow_http);
        Ok(vec![Step::Http(request)])
    }

    fn verdict(&self, outcome: &Result<Response, Failure>, now: Timestamp) -> Receipt {
        verdict::judge(outcome, now)
    }

    fn trace(&self, response: &Response) -> Trace {
        Trace { whole_host: verdict::is_blocked(response), ..Trace::default() }
    }
}

/// The signature of a request: HMAC-SHA256 over `timestamp`, a line break and the secret, under the
/// secret, in Base64. Not encoded for a URL yet. The timestamp is in milliseconds.
#[must_use]
pub fn sign(timestamp: i64, secret: &Secret) -> String {
    let secret = secret.expose().as_bytes();
    STANDARD.encode(hmac_sha256(secret, &[timestamp.to_string().as_bytes(), b"\n", secret]))
}

/// One id per person: the userId where it is known, as it also works for those who hide their number.
fn mention(person: &Person) -> Option<Mentioned> {
    let user = person.dingtalk.as_deref().map(str::trim).filter(|id| !id.is_empty());
    let (id, kind) = match user {
        Some(id) => (id.to_owned(), IdKind::User),
        None => (mobile::written(person.mobile.as_deref()?)?, IdKind::Mobile),
    };
    Some(Mentioned { id, kind, name: person.name.clone() })
}

/// Which fields are scanned is not documented; a keyword in title or text is known to pass.
fn scanned_text(message: &Message) -> String {
    match message.format {
        Format::Text => body::content(message),
        Format::Markdown => format!("{}\n{}", message.title, message.body),
    }
}

/// What the robot would refuse is refused here, without spending one of its calls.
fn check_size(message: &Message, body: &Value) -> Result<(), Receipt> {
    let bytes = body.to_string().len();
    let people = message.mentions.people.len();
    if bytes > LIMIT_BYTES {
        return Err(too_long(Vendor::DingTalk, bytes, LIMIT_BYTES));
    }
    if people > MAX_MENTIONS && !message.mentions.all {
        let reason = text!(
            "the message mentions {people} people; {vendor} takes {most}",
            people = people,
            vendor = Vendor::DingTalk.name(),
            most = MAX_MENTIONS,
        );
        let help = Advice::MentionFewer.sentence();
        return Err(Receipt::new(Verdict::BadMessage, reason).help(help));
    }
    Ok(())
}
