//! Any receiver that takes JSON over HTTPS and can check a signature.
//!
//! The signature is the one of <https://www.standardwebhooks.com>, for which receivers find
//! libraries in most languages: `webhook-id`, `webhook-timestamp` and `webhook-signature`.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::{
    Misconfiguration, Outgoing, Robot, Step,
    paste::{self, Rules},
    sign::hmac_sha256,
    unanswered,
    vendor::Vendor,
};
use crate::{
    http::{Failure, Request, Response},
    model::{
        message::{IdKind, Mentioned, Mentions, Message},
        people::Person,
        receipt::Receipt,
        secret::{Credentials, Secret},
        setup::Setup,
        target::{Pace, RobotKind, Shape, Target},
        text::{Words, text, words},
    },
};

mod verdict;

/// Of our own: what any receiver should be able to read; in bytes, of the message alone.
pub const LIMIT_BYTES: usize = 64 * 1024;

/// Of our own: what any receiver should be able to bear.
pub const PACE: Pace = Pace { count: 10, window: Duration::from_secs(10) };

/// How long the receiver is left alone after a 429 that names no time.
pub const THROTTLE_REST: Duration = Duration::from_secs(60);

/// A secret that begins so is Base64 of the key; any other is the key itself.
pub const SECRET_PREFIX: &str = "whsec_";

const COPY: Words = words!("Copy the receiver's whole address again, beginning with https://.");

const COPY_SECRET: Words = words!(
    "Copy the receiver's secret again to where the target's `secret` refers to: the key itself, \
     or whsec_ and its Base64."
);

/// What the webhooks look like.
const RULES: Rules =
    Rules { vendors: &[Vendor::Discord, Vendor::GoogleChat], help: COPY, parts: |_: &Url| Ok(()) };

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Webhook;

impl Robot for Webhook {
    fn kind(&self) -> RobotKind {
        RobotKind::Webhook
    }

    fn shape(&self) -> Shape {
        Shape {
            max_bytes: LIMIT_BYTES,
            max_text_bytes: None,
            max_mentions: 1000,
            mention_by: words!("a name"),
            mention_all: true,
            nudge: |_| Mentions::default(),
            personal: None,
            hides_title: false,
            mention,
            encoded_len: |message| everything("", message).to_string().len(),
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
        paste::check_secret(credentials.secret.as_ref(), COPY_SECRET)?;
        credentials.secret.as_ref().map_or(Ok(()), |secret| key(secret).map(|_| ()))
    }

    fn body(&self, target: &Target, message: &Message) -> Value {
        let everything = everything(&target.name, message);
        match &target.setup {
            Setup::Webhook(setup) => match &setup.body {
                Some(payload) => payload.fill(&|name| value(&everything, name)),
                None => everything,
            },
            Setup::Plain | Setup::Mail(_) | Setup::App(_) => everything,
        }
    }

    fn requests(&self, outgoing: &Outgoing<'_>) -> Result<Vec<Step>, Receipt> {
        let Outgoing { target, credentials, message, now } = outgoing;
        self.check_credentials(target, credentials)?;
        let url = RULES.url(credentials.webhook.as_ref(), target.allow_http)?;
        let body = self.body(target, message);
        let mut request = Request::post_json(Secret::new(url.into()), &body);
        let mut header = |name: &str, value: String| {
            request.headers.push((name.to_owned(), Secret::new(value)));
        };
        let seconds = now.timestamp().as_second();
        header("webhook-id", message.key.clone());
        header("webhook-timestamp", seconds.to_string());
        if let Some(secret) = &credentials.secret {
            let payload = body.to_string();
            header("webhook-signature", sign(&message.key, seconds, &payload, &key(secret)?));
        }
        request.headers.extend(credentials.headers.iter().cloned());
        Ok(vec![Step::Http(request.plain_http(target.allow_http))])
    }

    fn verdict(&self, outcome: &Result<Response, Failure>, _: Timestamp) -> Receipt {
        match outcome {
            Ok(response) => verdict::judge(response),
            Err(failure) => unanswered(failure),
        }
    }
}

/// The signature of a request: `v1,` and HMAC-SHA256 over id, timestamp (in seconds) and body, a
/// full stop between them, in Base64.
#[must_use]
pub fn sign(id: &str, timestamp: i64, body: &str, key: &[u8]) -> String {
    let signed = format!("{id}.{timestamp}.{body}");
    format!("v1,{}", STANDARD.encode(hmac_sha256(key, &[signed.as_bytes()])))
}

/// The key in a secret.
fn key(secret: &Secret) -> Result<Vec<u8>, Misconfiguration> {
    let Some(encoded) = secret.expose().strip_prefix(SECRET_PREFIX) else {
        return Ok(secret.expose().as_bytes().to_vec());
    };
    STANDARD.decode(encoded).map_err(|_| {
        let reason = text!(
            "the secret begins with {prefix} and is not Base64 behind it",
            prefix = SECRET_PREFIX,
        );
        Misconfiguration::new(reason, COPY_SECRET)
    })
}

/// All there is to say about a message.
fn everything(target: &str, message: &Message) -> Value {
    let people = message.mentions.people.iter();
    let people: Vec<Value> =
        people.map(|person| json!({"id": person.id, "name": person.name})).collect();
    let names: Vec<&str> =
        message.mentions.people.iter().map(|person| person.name.as_str()).collect();
    json!({
        "target": target,
        "title": message.title,
        "text": message.body,
        "format": message.format,
        "buttons": message.buttons,
        "people": people,
        "names": names.join(", "),
        "all": message.mentions.all,
        "part": message.part.number,
        "parts": message.part.of,
        "key": message.key,
    })
}

fn value(everything: &Value, name: &str) -> Value {
    everything.get(name).cloned().unwrap_or_default()
}

/// The receiver's own people, by the names of the settings.
fn mention(person: &Person) -> Option<Mentioned> {
    Some(Mentioned { id: person.id.clone(), kind: IdKind::User, name: person.name.clone() })
}
