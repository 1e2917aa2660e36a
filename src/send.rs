//! Message -> Receipt: hands a message to a robot and judges the answer.
//!
//! A robot is a dialect, not a client: it says which requests carry a message, and what an answer
//! means. Both are pure. Only [`deliver`] touches the network, through [`crate::http`].
//!
//! Adding a robot touches one file here, one line in [`robot`], and its section in `docs/robots.md`.

use std::{fmt, io};

use jiff::{Timestamp, ZonedDateTime};
use serde_json::Value;

use crate::{
    http::{Failure, FailureKind, Request, Response},
    model::{
        message::{Message, Progress},
        receipt::{Receipt, Verdict},
        secret::Credentials,
        target::{Pace, RobotKind, Shape, Target},
        text::{Text, Words, text, words},
    },
    smtp::Mail,
};

pub use self::{
    afterwards::{Afterwards, Reads, reads, recall},
    deliver::{Means, Outcome, deliver},
    directory::unfound,
    token::Tokens,
};
use self::{directory::Directory, token::TokenDialect};

mod afterwards;
mod answer;
pub mod console;
mod deliver;
pub mod dingtalk;
pub mod dingtalk_app;
mod directory;
pub mod email;
mod excerpt;
pub mod feishu;
pub mod html;
mod images;
mod markdown;
mod mentioned;
mod mobile;
mod paste;
mod plain;
mod sign;
pub mod slack;
pub mod teams;
pub mod token;
mod vendor;
pub mod webhook;
pub mod wecom;

/// One message on its way, with everything a robot may need to know.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// To whom.
    pub target: &'a Target,
    /// What is to be shown.
    pub message: &'a Message,
    /// How the robot is reached, resolved just now.
    pub credentials: &'a Credentials,
    /// The instant of this attempt, in the settings' zone.
    pub now: &'a ZonedDateTime,
}

/// One thing to do for a message.
#[derive(Clone, Debug)]
pub enum Step {
    /// Ask, and judge the answer.
    Http(Request),
    /// Hand over to a mail server, and judge the answer.
    Mail(Box<Mail>),
    /// Show to whoever runs the program.
    Print(String),
}

/// Settings that cannot work, found without asking anybody. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misconfiguration {
    /// What is wrong.
    pub reason: Text,
    /// What a person should do.
    pub help: Text,
}

impl Misconfiguration {
    fn new(reason: impl Into<Text>, help: impl Into<Text>) -> Self {
        Self { reason: reason.into(), help: help.into() }
    }
}

impl fmt::Display for Misconfiguration {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.reason, self.help)
    }
}

impl From<Misconfiguration> for Receipt {
    fn from(wrong: Misconfiguration) -> Self {
        Self::new(Verdict::Misconfigured, wrong.reason).help(wrong.help)
    }
}

/// The dialect of one kind of robot.
pub trait Robot: Send + Sync {
    /// Which kind.
    fn kind(&self) -> RobotKind;

    /// How messages must be shaped for it.
    fn shape(&self) -> Shape;

    /// How often it may be used, where the settings do not say.
    fn pace(&self) -> Pace;

    /// So many messages the vendor lets an organisation send in a calendar month, all its robots of
    /// this kind together; none where nobody counts.
    fn monthly_quota(&self) -> Option<u32> {
        None
    }

    /// Whether it drops a repeat that carries the same key.
    fn idempotent(&self) -> bool;

    /// Looks at what a person pasted, without asking anybody.
    ///
    /// # Errors
    /// What is wrong with it, without repeating any of it.
    fn check_credentials(
        &self,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<(), Misconfiguration>;

    /// The exact body of the request that shows the message, but for a signature inside it.
    fn body(&self, target: &Target, message: &Message) -> Value;

    /// What is to be done for a message, in order.
    ///
    /// # Errors
    /// The receipt, when the message or the settings can be refused without asking anybody.
    fn requests(&self, outgoing: &Outgoing<'_>) -> Result<Vec<Step>, Receipt>;

    /// What an answer to one of its requests means. `now` is this machine's idea of the time.
    fn verdict(&self, outcome: &Result<Response, Failure>, now: Timestamp) -> Receipt;

    /// The tokens it shows with its requests: none, with most robots.
    fn tokens(&self) -> Option<&dyn TokenDialect> {
        None
    }

    /// How it finds people of whom only the mobile is known: not at all, with most robots.
    fn directory(&self) -> Option<&dyn Directory> {
        None
    }

    /// What it can do about messages it has sent: nothing, with most robots.
    fn afterwards(&self) -> Option<&dyn Afterwards> {
        None
    }

    /// What else an answer says that has to be kept: nothing, with most robots.
    fn trace(&self, _: &Response) -> Trace {
        Trace::default()
    }
}

/// What has to be kept of an answer beside its receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Those of several receivers that do not have the message.
    pub progress: Progress,
    /// What the vendor calls the message: for recalling it, and for asking who has read it.
    pub handle: Option<String>,
    /// It turns away this machine, not this robot: whatever else goes to its host rests as well.
    pub whole_host: bool,
}

/// The registry: the dialect of each kind.
#[must_use]
pub fn robot(kind: RobotKind) -> &'static dyn Robot {
    match kind {
        RobotKind::Dingtalk => &dingtalk::Dingtalk,
        RobotKind::Feishu => &feishu::Feishu,
        RobotKind::Wecom => &wecom::Wecom,
        RobotKind::Slack => &slack::Slack,
        RobotKind::Teams => &teams::Teams,
        RobotKind::Webhook => &webhook::Webhook,
        RobotKind::Email => &email::Email,
        RobotKind::DingtalkApp => &dingtalk_app::DingtalkApp,
        RobotKind::Console => &console::Console,
    }
}

/// Where a robot prints to.
pub trait Printer: Send + Sync {
    /// Prints one card, as it is.
    ///
    /// # Errors
    /// When it cannot be written.
    fn print(&self, card: &str) -> io::Result<()>;
}

/// The receipt of a message that is not sent, because its robot would refuse it as too long.
fn too_long(vendor: impl Into<Text>, bytes: usize, most: usize) -> Receipt {
    let reason = text!(
        "the message has {bytes} bytes; {vendor} takes {most}",
        bytes = bytes,
        vendor = vendor.into(),
        most = most,
    );
    Receipt::new(Verdict::BadMessage, reason).help(SHORTEN)
}

/// The receipt of a request that got no whole answer: the same for every robot.
#[must_use]
pub fn unanswered(failure: &Failure) -> Receipt {
    let verdict = match failure.kind {
        FailureKind::Address => Verdict::Misconfigured,
        FailureKind::TooLarge => Verdict::Unknown,
        _ => Verdict::Retry(None),
    };
    let help = match failure.kind {
        FailureKind::Address => Some(words!("Write the whole URL, beginning with https://.")),
        FailureKind::Setup => Some(words!(
            "Look at `proxy` and `ca` in the settings, and whether the system has root certificates \
             (ca-certificates)."
        )),
        FailureKind::Dns => Some(words!("Check this machine's network and name server.")),
        FailureKind::Connect => {
            Some(words!("Check this machine's network, firewall and proxy (HTTPS_PROXY)."))
        }
        FailureKind::Tls => Some(words!(
            "Check this machine's clock and root certificates; the certificate of a proxy that \
             inspects TLS has to be installed among them."
        )),
        FailureKind::TooLarge => Some(BETWEEN),
        FailureKind::Timeout | FailureKind::Reset | FailureKind::Cut | FailureKind::Redirect => {
            None
        }
    };
    Receipt {
        verdict,
        code: Some(failure.kind.name().to_owned()),
        reason: failure.text(),
        help: help.map(Text::from),
    }
}

/// The advice when the answer cannot be the robot's own.
const BETWEEN: Words = words!(
    "Something between this machine and the robot seems to have answered in its place (a proxy, \
     a firewall, a login page): look at the network there."
);

/// The advice for a code nobody has written down.
const LOOK_UP: Words = words!(
    "It is tried again with the same key; if this stays, look the code up in the vendor's \
     documentation of this robot."
);

/// The advice when the program itself made the mistake.
const REPORT_BUG: Words =
    words!("This is a mistake of the program: please report it with this code.");

/// The advice when none of a robot's keywords occurs.
const USE_KEYWORD: Words = words!(
    "Put one of the robot's keywords into the title or the text and list them under the \
     target's `keywords`, or secure the robot by signing instead."
);

/// The advice when a message is too long for its robot.
const SHORTEN: Words = words!("Shorten the message, or have it split (`too_long: split`).");
