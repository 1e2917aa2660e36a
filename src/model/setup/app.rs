//! An app of the organisation whose robot speaks: with which account, into which group.

use super::mail::UserName;
use crate::model::{secret::SecretRef, target::TargetId};

/// How the robot `dingtalk-app` is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppSetup {
    /// Where the vendor is asked: scheme and host.
    pub api: String,
    /// The app's key (Client ID).
    pub key: UserName,
    /// Where its secret (Client Secret) is kept.
    pub secret: SecretRef,
    /// The robot's code; the app's key when absent.
    pub robot_code: Option<String>,
    /// The group, by its open conversation id; none where only people are written to.
    pub conversation: Option<String>,
    /// A target whose robot is in the same group and can mention: it follows with a short text.
    pub nudge: Option<TargetId>,
    /// How urgent messages ring, where the organisation may.
    pub ding: Option<Ding>,
}

/// How a message rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ding {
    /// In the app.
    App,
    /// By short message.
    Sms,
    /// By telephone.
    Call,
}

impl Ding {
    /// The words in the settings.
    pub const WORDS: [(&'static str, Self); 3] =
        [("app", Self::App), ("sms", Self::Sms), ("call", Self::Call)];
}
