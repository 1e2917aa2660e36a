//! The robot of an app of one's own organisation in DingTalk: it writes to groups and to single
//! people, and rings for what is urgent.
//!
//! Facts are the vendor's, from <https://open.dingtalk.com/document/development/the-robot-sends-a-group-message>
//! (groups), <https://open.dingtalk.com/document/development/chatbots-send-one-on-one-chat-messages-in-batches>
//! (people) and <https://open.dingtalk.com/document/development/robot-message-type> (message types),
//! where nothing else is said. It cannot mention anybody.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use self::call::{call, post};
use super::{
    Afterwards, Misconfiguration, Outgoing, Robot, Step, Trace, directory::Directory,
    token::TokenDialect, too_long, vendor::Vendor,
};
use crate::{
    http::{Failure, Response},
    model::{
        message::{Mentions, Message},
        receipt::Receipt,
        secret::{Credentials, Secret},
        setup::{Setup, app::AppSetup},
        target::{Pace, Personal, RobotKind, Shape, Target},
        text::{Words, text, words},
    },
};

mod advice;
mod afterwards;
mod call;
mod content;
mod people;
mod token;
mod verdict;

/// Where the vendor is asked, unless the settings say otherwise.
pub const API: &str = "https://api.dingtalk.com";

/// `msgParam` may have so many bytes.
pub const LIMIT_BYTES: usize = 15_000;

/// What a message is kept under, to stay clear of [`LIMIT_BYTES`]; in bytes.
pub const SAFE_BYTES: usize = 14_000;

/// So many people get one message at once; also the most that one rings for by SMS or telephone.
pub const MAX_PEOPLE: usize = 20;

/// An app may ask 20 times a second in the standard edition
/// (<https://open.dingtalk.com/document/development/how-to-process-api-throttling-on-the-dingtalk-server>).
pub const PACE: Pace = Pace { count: 10, window: Duration::from_secs(1) };

/// How long the app rests after it asked too often within a second.
pub const SECOND_REST: Duration = Duration::from_secs(1);

/// How long it rests after any other throttle.
pub const THROTTLE_REST: Duration = Duration::from_secs(60);

/// When those are tried again whom the vendor held back.
pub const HELD_BACK: Duration = Duration::from_secs(5);

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct DingtalkApp;

impl Robot for DingtalkApp {
    fn kind(&self) -> RobotKind {
        RobotKind::DingtalkApp
    }

    fn shape(&self) -> Shape {
        Shape {
            max_bytes: SAFE_BYTES,
            max_text_bytes: None,
            max_mentions: 0,
            mention_by: Words::NONE,
            mention_all: false,
            nudge: |_| Mentions::default(),
            personal: Some(Personal {
                id: people::id,
                by: words!("a `dingtalk` user id or a `mobile`"),
                batch: MAX_PEOPLE,
                rings: |target| app(target).is_ok_and(|app| app.ding.is_some()),
            }),
            hides_title: true,
            mention: |_| None,
            encoded_len: |message| content::parameters(message).1.to_string().len(),
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
        app(target)?;
        let Some((key, secret)) = &credentials.login else { return Err(unset()) };
        sound(words!("app key"), key)?;
        sound(words!("app secret"), secret)
    }

    fn body(&self, target: &Target, message: &Message) -> Value {
        let code = app(target).ok().and_then(|app| app.robot_code.clone());
        call(target, message, code).1
    }

    fn requests(&self, outgoing: &Outgoing<'_>) -> Result<Vec<Step>, Receipt> {
        let Outgoing { target, credentials, message, .. } = outgoing;
        self.check_credentials(target, credentials)?;
        let app = app(target)?;
        if message.people.is_empty() && app.conversation.is_none() {
            return Err(no_group(target).into());
        }
        let length = content::parameters(message).1.to_string().len();
        if length > LIMIT_BYTES {
            return Err(too_long(Vendor::DingTalk, length, LIMIT_BYTES));
        }
        let key = credentials.login.as_ref().map(|(key, _)| key.expose().to_owned());
        let (path, body) = call(target, message, app.robot_code.clone().or(key));
        Ok(vec![Step::Http(post(target, app, path, &body))])
    }

    fn verdict(&self, outcome: &Result<Response, Failure>, _: Timestamp) -> Receipt {
        verdict::judge(outcome)
    }

    fn tokens(&self) -> Option<&dyn TokenDialect> {
        Some(self)
    }

    fn directory(&self) -> Option<&dyn Directory> {
        Some(self)
    }

    fn afterwards(&self) -> Option<&dyn Afterwards> {
        Some(self)
    }

    fn trace(&self, response: &Response) -> Trace {
        verdict::trace(response)
    }
}

fn app(target: &Target) -> Result<&AppSetup, Misconfiguration> {
    match &target.setup {
        Setup::App(app) => Ok(app),
        Setup::Plain | Setup::Webhook(_) | Setup::Mail(_) => Err(unset()),
    }
}

fn unset() -> Misconfiguration {
    Misconfiguration::new(text!("the target does not say which app speaks"), advice::COPY_APP)
}

fn no_group(target: &Target) -> Misconfiguration {
    Misconfiguration::new(
        text!("the target `{target}` names no group", target = target.id.as_str()),
        text!(
            "Give it the `conversation` (openConversationId) of the group, or name people in the \
             reminder: `to: {{people: [...], via: ...}}`."
        ),
    )
}

/// What copying and pasting leaves in a text, without repeating any of it.
fn sound(what: Words, secret: &Secret) -> Result<(), Misconfiguration> {
    let text = secret.expose();
    let sound = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
    if sound {
        return Ok(());
    }
    let reason = text!("the {what} is empty, or has a character that none has", what = what);
    Err(Misconfiguration::new(reason, advice::COPY_APP))
}

/// A list of texts in an answer.
fn texts(answer: &Value, key: &str) -> Vec<String> {
    let items = answer.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}
