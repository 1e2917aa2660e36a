//! What a person pasted as a webhook or a secret: checked without repeating any of it.

use url::Url;

use super::{Misconfiguration, vendor::Vendor};
use crate::{
    http,
    model::{
        secret::Secret,
        text::{Text, Words, text, words},
    },
};

/// Whose webhooks are easily mistaken for another robot's, by the end of their host.
const VENDORS: [(&str, Vendor); 11] = [
    ("dingtalk.com", Vendor::DingTalk),
    ("dingtalk.io", Vendor::DingTalk),
    ("feishu.cn", Vendor::Feishu),
    ("larksuite.com", Vendor::Lark),
    ("weixin.qq.com", Vendor::WeCom),
    ("slack.com", Vendor::Slack),
    ("webhook.office.com", Vendor::Connector),
    ("logic.azure.com", Vendor::Teams),
    ("api.powerplatform.com", Vendor::Teams),
    ("discord.com", Vendor::Discord),
    ("chat.googleapis.com", Vendor::GoogleChat),
];

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// What a robot demands of its webhook, beyond being a URL.
pub(super) struct Rules {
    /// The names in [`VENDORS`] that are its own.
    pub(super) vendors: &'static [Vendor],
    /// What to do about a wrong one.
    pub(super) help: Words,
    /// What is wrong with its path and query.
    pub(super) parts: fn(&Url) -> Result<(), Text>,
}

impl Rules {
    /// Reads a webhook, or says what is wrong with it. Only where it leads is judged.
    pub(super) fn url(
        &self,
        webhook: Option<&Secret>,
        plain_http: bool,
    ) -> Result<Url, Misconfiguration> {
        self.read(webhook, plain_http).map_err(|reason| Misconfiguration::new(reason, self.help))
    }

    fn read(&self, webhook: Option<&Secret>, plain_http: bool) -> Result<Url, Text> {
        let text = webhook.map(Secret::expose).ok_or_else(|| text!("there is no webhook"))?;
        characters(text)?;
        let Some((scheme, _)) = text.split_once("://") else {
            return Err(if text.contains('/') {
                text!("the webhook does not start with https://")
            } else {
                text!("the webhook is only a token, not the whole URL")
            });
        };
        let url = Url::parse(text)
            .map_err(|error| text!("the webhook is no URL: {why}", why = error.to_string()))?;
        if !http::is_allowed(&url, plain_http) {
            return Err(match scheme.eq_ignore_ascii_case("http") {
                true => text!("the webhook starts with http://, not https://"),
                false => text!("the webhook starts with something else than https://"),
            });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(text!("the webhook has a user name before its host"));
        }
        if let Some(vendor) = vendor(&url).filter(|vendor| !self.vendors.contains(vendor)) {
            return Err(match self.vendors.first() {
                _ if vendor == Vendor::Connector => text!(
                    "the webhook belongs to a Microsoft 365 connector, which Microsoft has retired"
                ),
                Some(own) if own.has_robot() => text!(
                    "the webhook belongs to a {vendor} robot, not to {own}'s",
                    vendor = vendor.name(),
                    own = own.name(),
                ),
                _ => text!(
                    "the webhook belongs to a {vendor} robot, which is a kind of its own",
                    vendor = vendor.name(),
                ),
            });
        }
        (self.parts)(&url)?;
        Ok(url)
    }
}

/// Whose host a URL has, where it is a known one.
fn vendor(url: &Url) -> Option<Vendor> {
    let host = url.host_str().unwrap_or_default();
    let known = VENDORS.iter().find(|(domain, _)| {
        host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    known.map(|(_, vendor)| *vendor)
}

/// What is wrong with a path that is not this one.
pub(super) fn other_path(path: &str) -> Text {
    text!("the webhook's path is not {path}", path = path)
}

/// The one value of a query parameter, or what is wrong with it.
pub(super) fn parameter(url: &Url, name: &str) -> Result<String, Text> {
    let mut values = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (None, _) => Err(text!("the webhook has no {name}", name = name)),
        (Some(_), Some(_)) => Err(text!("the webhook has more than one {name}", name = name)),
        (Some(value), None) if value.trim().is_empty() => {
            Err(text!("the webhook's {name} is empty", name = name))
        }
        (Some(value), None) if value.contains("://") => {
            Err(text!("the webhook has a whole URL where its {name} should be", name = name))
        }
        (Some(value), None) => Ok(value.into_owned()),
    }
}

/// Says what is wrong with a signing secret, if there is one. No vendor says of which characters
/// it is made, so only what can be nothing but a slip is refused.
pub(super) fn check_secret(secret: Option<&Secret>, help: Words) -> Result<(), Misconfiguration> {
    let Some(text) = secret.map(Secret::expose) else { return Ok(()) };
    let wrong = if text.contains("://") {
        Err(text!("the secret is a URL; it should be the robot's signing secret"))
    } else if text.contains(char::is_control) && text.trim() == text {
        Err(text!("the secret contains a line break or another control character"))
    } else if text.starts_with(QUOTES) && text.ends_with(QUOTES) {
        Err(text!("the secret is wrapped in quotes"))
    } else {
        edges(words!("secret"), text)
    };
    wrong.map_err(|reason| Misconfiguration::new(reason, help))
}

/// What copying and pasting leaves around a text.
fn edges(what: Words, text: &str) -> Result<(), Text> {
    if text.trim().is_empty() {
        return Err(text!("the {what} is empty", what = what));
    }
    if text.trim_start().len() != text.len() {
        return Err(text!("the {what} has a space or line break at its start", what = what));
    }
    if text.trim_end().len() != text.len() {
        return Err(text!("the {what} has a space or line break at its end", what = what));
    }
    Ok(())
}

/// What copying and pasting leaves in a URL.
fn characters(text: &str) -> Result<(), Text> {
    edges(words!("webhook"), text)?;
    for (n, c) in (1_u32..).zip(text.chars()) {
        let found = match c {
            c if c.is_whitespace() => text!("a space or line break"),
            '"' | '\'' | '`' | '<' | '>' => text!("a {sign}", sign = c),
            c if c.is_control() => text!("a control character"),
            c if !c.is_ascii() => text!(
                "`{sign}` (U+{code}, not an ASCII character)",
                sign = c,
                code = format!("{:04X}", u32::from(c)),
            ),
            _ => continue,
        };
        return Err(text!(
            "the webhook contains {found} as its character {n}",
            found = found,
            n = n
        ));
    }
    Ok(())
}
