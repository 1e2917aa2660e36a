//! WeCom's group robot ("message push").
//!
//! Facts are the vendor's, from <https://developer.work.weixin.qq.com/document/path/91770> (types,
//! limits, mentions) and <https://developer.work.weixin.qq.com/document/path/90455> (codes), where
//! nothing else is said.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{
    Misconfiguration, Outgoing, Robot, Step, mobile,
    paste::{self, Rules},
    too_long,
    vendor::Vendor,
};
use crate::{
    http::{Failure, Request, Response},
    model::{
        message::{Format, IdKind, Mentioned, Mentions, Message},
        people::Person,
        receipt::Receipt,
        secret::{Credentials, Secret},
        target::{Pace, RobotKind, Shape, Target},
        text::{Text, words},
    },
};

mod body;
mod verdict;

/// `markdown.content` may have so many bytes.
pub const MARKDOWN_BYTES: usize = 4096;

/// `text.content` may have so many bytes.
pub const TEXT_BYTES: usize = 2048;

/// The vendor allows 20 messages a minute; the rest is left to other programs that use the robot.
pub const PACE: Pace = Pace { count: 16, window: Duration::from_secs(61) };

/// How long the robot rests after a throttle; the vendor names no time.
pub const THROTTLE_REST: Duration = Duration::from_secs(60);

/// Of our own: the vendor names no limit, and nobody reads more names.
const MAX_MENTIONS: usize = 100;

/// What the webhooks look like.
const RULES: Rules = Rules {
    vendors: &[Vendor::WeCom],
    help: words!(
        "Copy the whole webhook again from the robot's page in the group: \
         https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"
    ),
    parts,
};

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Wecom;

impl Robot for Wecom {
    fn kind(&self) -> RobotKind {
        RobotKind::Wecom
    }

    fn shape(&self) -> Shape {
        Shape {
            max_bytes: MARKDOWN_BYTES,
            max_text_bytes: Some(TEXT_BYTES),
            max_mentions: MAX_MENTIONS,
            mention_by: words!("a `wecom` id or a mainland `mobile`"),
            mention_all: true,
            nudge,
            personal: None,
            hides_title: true,
            mention,
            encoded_len: |message| body::content(message).len(),
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
        let (bytes, most) = (body::content(message).len(), self.shape().longest(message.format));
        if bytes > most {
            return Err(too_long(Vendor::WeCom, bytes, most));
        }
        let request = Request::post_json(Secret::new(url.into()), &body::body(message));
        Ok(vec![Step::Http(request.plain_http(target.allow_http))])
    }

    fn verdict(&self, outcome: &Result<Response, Failure>, _: Timestamp) -> Receipt {
        verdict::judge(outcome)
    }
}

fn parts(url: &Url) -> Result<(), Text> {
    if !url.path().ends_with("/cgi-bin/webhook/send") {
        return Err(paste::other_path("/cgi-bin/webhook/send"));
    }
    paste::parameter(url, "key").map(|_| ())
}

/// One id per person: the userid, which Markdown mentions too, else the mobile. How mobiles outside
/// the mainland are to be written is not documented.
fn mention(person: &Person) -> Option<Mentioned> {
    let user = person.wecom.as_deref().map(str::trim).filter(|id| !id.is_empty());
    let (id, kind) = match user {
        Some(id) => (id.to_owned(), IdKind::User),
        None => {
            let mobile = mobile::written(person.mobile.as_deref()?)?;
            (Some(mobile).filter(|mobile| !mobile.starts_with('+'))?, IdKind::Mobile)
        }
    };
    Some(Mentioned { id, kind, name: person.name.clone() })
}

/// Markdown and cards mention nobody by mobile, and not everyone.
fn nudge(message: &Message) -> Mentions {
    let Mentions { all, people } = &message.mentions;
    let by_mobile = |person: &&Mentioned| person.kind == IdKind::Mobile;
    match message.format {
        Format::Text => Mentions::default(),
        Format::Markdown if *all => Mentions { all: true, people: Vec::new() },
        Format::Markdown => {
            Mentions { all: false, people: people.iter().filter(by_mobile).cloned().collect() }
        }
    }
}
