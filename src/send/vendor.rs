//! Whose robots there are, and what people call them.

use crate::model::text::{Text, text};

/// Whose robot it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vendor {
    DingTalk,
    Feishu,
    Lark,
    WeCom,
    Slack,
    Teams,
    /// What Workflows took the place of.
    Connector,
    Discord,
    GoogleChat,
}

impl Vendor {
    /// What people call it.
    pub(super) fn name(self) -> Text {
        match self {
            Self::DingTalk => text!("DingTalk"),
            Self::Feishu => text!("Feishu"),
            Self::Lark => "Lark".into(),
            Self::WeCom => text!("WeCom"),
            Self::Slack => "Slack".into(),
            Self::Teams => "Teams".into(),
            Self::Connector => "Microsoft 365 connector".into(),
            Self::Discord => "Discord".into(),
            Self::GoogleChat => "Google Chat".into(),
        }
    }

    /// Whether its robot is a kind of its own here.
    pub(super) fn has_robot(self) -> bool {
        !matches!(self, Self::Discord | Self::GoogleChat)
    }
}

impl From<Vendor> for Text {
    fn from(vendor: Vendor) -> Self {
        vendor.name()
    }
}
