//! Feishu's and Lark's custom bot.
//!
//! Facts are the vendor's, from <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>
//! (types, limits, signing, codes), where nothing else is said.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::{
    Misconfiguration, Outgoing, Robot, Step,
    paste::{self, Rules},
    sign::hmac_sha256,
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
        text::{Text, Words, text, words},
    },
};

mod body;
mod verdict;

/// A request body may be 20 KB at most; the vendor does not say how many bytes a KB has.
pub const LIMIT_BYTES: usize = 20_000;

/// What a message is kept under, to leave room for the signature; in bytes.
pub const SAFE_BYTES: usize = 18_000;

/// The vendor allows 100 messages a minute and 5 a second; both hold when no 3 s hold more than 4.
pub const PACE: Pace = Pace { count: 4, window: Duration::from_secs(3) };

/// How long the bot rests after a throttle that names no time.
pub const THROTTLE_REST: Duration = Duration::from_secs(60);

/// A signature's time may differ by one hour from the vendor's.
pub const SIGNATURE_AGE: Duration = Duration::from_secs(3600);

/// Of our own: the vendor names no limit, and nobody reads more names.
const MAX_MENTIONS: usize = 100;

const COPY_SECRET: Words = words!(
    "Copy the secret again from the security settings of this very bot to where the target's \
     `secret` refers to."
);

/// What the webhooks look like.
const RULES: Rules = Rules {
    vendors: &[Vendor::Feishu, Vendor::Lark],
    help: words!(
        "Copy the whole webhook again from the bot's page in the group's settings: \
         https://open.feishu.cn/open-apis/bot/v2/hook/…"
    ),
    parts,
};

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Feishu;

impl Robot for Feishu {
    fn kind(&self) -> RobotKind {
        RobotKind::Feishu
    }

    fn shape(&self) -> Shape {
        Shape {
            max_bytes: SAFE_BYTES,
            max_text_bytes: None,
            max_mentions: MAX_MENTIONS,
            mention_by: words!("a `feishu` id (Open ID or User ID)"),
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
        RULES.url(credentials.webhook.as_ref(), target.allow_http)?;
        paste::check_secret(credentials.secret.as_ref(), COPY_SECRET)
    }

    fn body(&self, _: &Target, message: &Message) -> Value {
        body::body(message)
    }

    fn requests(&self, outgoing: &Outgoing<'_>) -> Result<Vec<Step>, Receipt> {
        let Outgoing { target, credentials, message, now } = outgoing;
        self.check_credentials(target, credentials)?;
        let url = RULES.url(credentials.webhook.as_ref(), target.allow_http)?;
        let mut body = body::body(message);
        if let Some(secret) = &credentials.secret {
            let seconds = now.timestamp().as_second();
            body["timestamp"] = json!(seconds.to_string());
            body["sign"] = json!(sign(seconds, secret));
        }
        let bytes = body.to_string().len();
        if bytes > LIMIT_BYTES {
            return Err(too_long(Vendor::Feishu, bytes, LIMIT_BYTES));
        }
        let url = Secret::new(url.into());
        Ok(vec![Step::Http(Request::post_json(url, &body).plain_http(target.allow_http))])
    }

    fn verdict(&self, outcome: &Result<Response, Failure>, now: Timestamp) -> Receipt {
        verdict::judge(outcome, now)
    }
}

/// The signature of a request: HMAC-SHA256 over nothing, under `timestamp`, a line break and the
/// secret, in Base64. It stands in the body as it is. The timestamp is in seconds.
#[must_use]
pub fn sign(timestamp: i64, secret: &Secret) -> String {
    let key = Secret::new(format!("{timestamp}\n{}", secret.expose()));
    STANDARD.encode(hmac_sha256(key.expose().as_bytes(), &[]))
}

fn parts(url: &Url) -> Result<(), Text> {
    let path = url.path();
    let Some((_, token)) = path.split_once("/open-apis/bot/v2/hook/") else {
        return Err(match path.contains("/open-apis/bot/hook/") {
            true => text!("the webhook is of the first kind, which shows plain text only"),
            false => paste::other_path("/open-apis/bot/v2/hook/…"),
        });
    };
    match token.trim_end_matches('/') {
        "" => Err(text!("the webhook has no token at its end")),
        token if token.contains('/') => Err(text!("the webhook goes on after its token")),
        _ => Ok(()),
    }
}

/// Only an Open ID or User ID is understood, neither a mobile nor a mail address.
fn mention(person: &Person) -> Option<Mentioned> {
    let id = person.feishu.as_deref().map(str::trim).filter(|id| !id.is_empty())?;
    Some(Mentioned { id: id.to_owned(), kind: IdKind::User, name: person.name.clone() })
}
