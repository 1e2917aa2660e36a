//! What a person should do about a refusal, in one sentence each.

use std::net::Ipv4Addr;

use super::{
    super::{
        LOOK_UP, REPORT_BUG, SHORTEN, USE_KEYWORD,
        answer::{SLOW_DOWN, clock},
        vendor::Vendor,
    },
    webhook,
};
use crate::model::text::{Text, Words, text, words};

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Advice {
    /// The public address the robot saw, where it said so.
    AllowIp(Option<Ipv4Addr>),
    BuyQuota,
    ChangeContent,
    ChangeLink,
    ChangePicture,
    ChangeText,
    /// How many seconds this machine's clock is ahead of the robot's, where that explains it.
    CheckClock(Option<i64>),
    CheckSecurity,
    CopySecret,
    CopyWebhook,
    EnableRobot,
    LookUp,
    MentionFewer,
    NewGroup,
    RenewRobot,
    ReportBug,
    Shorten,
    SlowDown,
    UseKeyword,
    Wait,
}

impl Advice {
    /// The sentence.
    pub(super) fn sentence(self) -> Text {
        match self {
            Self::AllowIp(Some(ip)) => text!(
                "Add {ip} to the IP addresses in the robot's security settings, or secure the \
                 robot by signing instead.",
                ip = ip.to_string(),
            ),
            Self::CheckClock(Some(seconds)) => clock(Vendor::DingTalk, seconds),
            other => other.fixed().into(),
        }
    }

    /// What has no facts in it.
    pub(super) fn fixed(self) -> Words {
        match self {
            Self::AllowIp(_) => words!(
                "Add this machine's public IPv4 address to the robot's security settings, or \
                 secure the robot by signing instead."
            ),
            Self::BuyQuota => words!(
                "The organisation's DingTalk calls of this month are used up: an admin can buy \
                 more, or wait for the next month; then resume the target."
            ),
            Self::ChangeContent => words!(
                "DingTalk holds the content for improper: change its text, links and pictures."
            ),
            Self::ChangeLink => words!("DingTalk holds a link for unsafe: change or remove it."),
            Self::ChangePicture => {
                words!("DingTalk holds a picture for improper: change or remove it.")
            }
            Self::ChangeText => words!("DingTalk holds the text for improper: change its wording."),
            Self::CheckClock(_) => words!(
                "The signature's time was not accepted, and it may be off by one hour: set this \
                 machine's clock right (NTP)."
            ),
            Self::CheckSecurity => words!(
                "Compare the robot's security settings in the group (keywords, signing, IP \
                 addresses) with this target's settings."
            ),
            Self::CopySecret => words!(
                "Copy the secret (SEC…) again from the security settings of this very robot to \
                 where the target's `secret` refers to."
            ),
            Self::CopyWebhook => webhook::RULES.help,
            Self::EnableRobot => {
                words!("Ask the group's owner or an admin to enable the robot again.")
            }
            Self::LookUp => LOOK_UP,
            Self::MentionFewer => words!("Mention at most 50 people, or everyone."),
            Self::NewGroup => words!(
                "The group was dissolved: choose another one, add a custom robot there and use \
                 its webhook."
            ),
            Self::RenewRobot => words!(
                "The robot is no longer in the group: add one in the group's settings and use \
                 its new webhook."
            ),
            Self::ReportBug => REPORT_BUG,
            Self::Shorten => SHORTEN,
            Self::SlowDown => SLOW_DOWN,
            Self::UseKeyword => USE_KEYWORD,
            Self::Wait => words!("Nothing: it is tried again when DingTalk lifts its block."),
        }
    }
}
