//! A receipt: what came back for one attempt, judged.

use std::time::Duration;

use super::text::{Text, words};

/// What the answer means for the delivery and for the robot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The robot confirmed it.
    Sent,
    /// The same request may succeed later, not before this delay where the robot named one.
    Retry(Option<Duration>),
    /// The whole robot must rest this long.
    Throttled(Duration),
    /// Every message of this robot will fail until a person changes settings.
    Misconfigured,
    /// This message can never pass; others can.
    BadMessage,
    /// The target is gone.
    DeadTarget,
    /// Not confirmed, not understood: this delivery alone is tried again with the same key.
    Unknown,
}

impl Verdict {
    /// The word in logs and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Retry(_) => "retry",
            Self::Throttled(_) => "throttled",
            Self::Misconfigured => "misconfigured",
            Self::BadMessage => "bad_message",
            Self::DeadTarget => "dead_target",
            Self::Unknown => "unknown",
        }
    }
}

/// A verdict with what the robot said and what a person should do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The class.
    pub verdict: Verdict,
    /// The vendor's code as text (`310000`), or the HTTP status (`http 502`), or `connect`, `timeout`, `reset`.
    pub code: Option<String>,
    /// What was said, short, without secrets.
    pub reason: Text,
    /// What a person should do; none when nothing is to be done.
    pub help: Option<Text>,
}

impl Receipt {
    /// The receipt of what came to a verdict without a code of the vendor's.
    pub fn new(verdict: Verdict, reason: impl Into<Text>) -> Self {
        Self { verdict, code: None, reason: reason.into(), help: None }
    }

    /// The receipt of a message the robot confirmed.
    #[must_use]
    pub fn sent() -> Self {
        Self::new(Verdict::Sent, words!("confirmed"))
    }

    /// The same with its code.
    #[must_use]
    pub fn code(self, code: impl Into<String>) -> Self {
        Self { code: Some(code.into()), ..self }
    }

    /// The same with what a person should do.
    #[must_use]
    pub fn help(self, help: impl Into<Text>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// One attempt as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When the request began, unix milliseconds.
    pub at_ms: i64,
    /// [`Verdict::name`].
    pub verdict: String,
    /// [`Receipt::code`].
    pub code: Option<String>,
    /// [`Receipt::reason`].
    pub reason: Option<Text>,
    /// [`Receipt::help`].
    pub help: Option<Text>,
    /// How long it took, in milliseconds.
    pub ms: i64,
}
