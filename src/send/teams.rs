//! Microsoft Teams through a Workflow that posts what it is sent.
//!
//! Facts are the vendor's, from
//! <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using>
//! (the envelope) and
//! <https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format>
//! (Markdown, mentions), where nothing else is said.

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

mod card;
mod verdict;

/// Teams takes messages of 28 KB after the flow has added its own part; larger ones fail inside the
/// flow, unseen from here (one of 24,453 bytes did: msteams-docs issue 11274); in bytes.
pub const LIMIT_BYTES: usize = 20_000;

/// What a message is kept under, to stay clear of [`LIMIT_BYTES`]; in bytes.
pub const SAFE_BYTES: usize = 18_000;

/// A row of buttons shows no more.
pub const MAX_BUTTONS: usize = 6;

/// The vendor names no rate for flows. The connectors before them took 60 in 30 s.
pub const PACE: Pace = Pace { count: 1, window: Duration::from_secs(1) };

/// How long the flow rests after a throttle that names no time.
pub const THROTTLE_REST: Duration = Duration::from_secs(60);

/// Of our own: the vendor names no limit, and nobody reads more names.
const MAX_MENTIONS: usize = 100;

/// What the webhooks look like.
const RULES: Rules = Rules {
    vendors: &[Vendor::Teams],
    help: words!(
        "In Teams, add the workflow \"Post to a channel when a webhook request is received\", \
         let anyone trigger it, and copy its whole URL, the part after sig= included."
    ),
    parts,
};

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Teams;

impl Robot for Teams {
    fn kind(&self) -> RobotKind {
        RobotKind::Teams
    }

    fn shape(&self) -> Shape {
        Shape {
            max_bytes: SAFE_BYTES,
            max_text_bytes: None,
            max_mentions: MAX_MENTIONS,
            mention_by: words!("an `email` (their sign-in name)"),
            mention_all: false,
            nudge: |_| Mentions::default(),
            personal: None,
            hides_title: false,
            mention,
            encoded_len: |message| card::body(message).to_string().len(),
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
        card::body(message)
    }

    fn requests(&self, outgoing: &Outgoing<'_>) -> Result<Vec<Step>, Receipt> {
        let Outgoing { target, credentials, message, .. } = outgoing;
        let url = RULES.url(credentials.webhook.as_ref(), target.allow_http)?;
        let body = card::body(message);
        let bytes = body.to_string().len();
        if bytes > LIMIT_BYTES {
            return Err(too_long(Vendor::Teams, bytes, LIMIT_BYTES));
        }
        let request = Request::post_json(Secret::new(url.into()), &body);
        Ok(vec![Step::Http(request.plain_http(target.allow_http))])
    }

    fn verdict(&self, outcome: &Result<Response, Failure>, _: Timestamp) -> Receipt {
        verdict::judge(outcome)
    }
}

fn parts(url: &Url) -> Result<(), Text> {
    if !url.path().contains("/workflows/") {
        return Err(text!("the webhook's path has no /workflows/…"));
    }
    if !url.query_pairs().any(|(key, _)| key == "sig") {
        return Err(text!(
            "the webhook has no sig: the flow is not open to anyone, or the URL was cut"
        ));
    }
    paste::parameter(url, "sig").map(|_| ())
}

/// The sign-in name, which usually is the mail address.
fn mention(person: &Person) -> Option<Mentioned> {
    let id = person.email.as_deref().map(str::trim).filter(|id| !id.is_empty())?;
    Some(Mentioned { id: id.to_owned(), kind: IdKind::User, name: person.name.clone() })
}
