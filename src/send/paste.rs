//! What a person pasted as a webhook or a secret: checked without repeating any of it.

use url::Url;

use super::Misconfiguration;
use crate::{http, model::secret::Secret};

/// Whose webhooks are easily mistaken for another robot's, by the end of their host.
const VENDORS: [(&str, &str); 11] = [
    ("dingtalk.com", "DingTalk"),
    ("dingtalk.io", "DingTalk"),
    ("feishu.cn", "Feishu"),
    ("larksuite.com", "Lark"),
    ("weixin.qq.com", "WeCom"),
    ("slack.com", "Slack"),
    ("webhook.office.com", CONNECTOR),
    ("logic.azure.com", "Teams"),
    ("api.powerplatform.com", "Teams"),
    ("discord.com", "Discord"),
    ("chat.googleapis.com", "Google Chat"),
];

/// What Workflows took the place of.
const CONNECTOR: &str = "Microsoft 365 connector";

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// What a robot demands of its webhook, beyond being a URL.
pub(super) struct Rules {
    /// The names in [`VENDORS`] that are its own.
    pub(super) vendors: &'static [&'static str],
    /// What to do about a wrong one.
    pub(super) help: &'static str,
    /// What is wrong with its path and query, as the end of a sentence that begins with `the
    /// webhook`.
    pub(super) parts: fn(&Url) -> Result<(), String>,
}

impl Rules {
    /// Reads a webhook, or says what is wrong with it. Only where it leads is judged.
    pub(super) fn url(
        &self,
        webhook: Option<&Secret>,
        plain_http: bool,
    ) -> Result<Url, Misconfiguration> {
        self.read(webhook, plain_http)
            .map_err(|reason| Misconfiguration { reason, help: self.help.to_owned() })
    }

    fn read(&self, webhook: Option<&Secret>, plain_http: bool) -> Result<Url, String> {
        let text = webhook.map(Secret::expose).ok_or("there is no webhook")?;
        characters(text)?;
        let Some((scheme, _)) = text.split_once("://") else {
            return Err(if text.contains('/') {
                "the webhook does not start with https://".to_owned()
            } else {
                "the webhook is only a token, not the whole URL".to_owned()
            });
        };
        let url = Url::parse(text).map_err(|error| format!("the webhook is no URL: {error}"))?;
        if !http::is_allowed(&url, plain_http) {
            let http = scheme.eq_ignore_ascii_case("http");
            let found = if http { "http://, not" } else { "something else than" };
            return Err(format!("the webhook starts with {found} https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the webhook has a user name before its host".to_owned());
        }
        if let Some(vendor) = vendor(&url).filter(|vendor| !self.vendors.contains(vendor)) {
            return Err(match self.vendors.first() {
                _ if vendor == CONNECTOR => {
                    format!("the webhook belongs to a {vendor}, which Microsoft has retired")
                }
                Some(own) if has_robot(own) => {
                    format!("the webhook belongs to a {vendor} robot, not to {own}'s")
                }
                _ => format!("the webhook belongs to a {vendor} robot, which is a kind of its own"),
            });
        }
        (self.parts)(&url).map_err(|wrong| format!("the webhook{wrong}"))?;
        Ok(url)
    }
}

/// Whose host a URL has, where it is a known one.
fn vendor(url: &Url) -> Option<&'static str> {
    let host = url.host_str().unwrap_or_default();
    let known = VENDORS.iter().find(|(domain, _)| {
        host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    known.map(|(_, vendor)| *vendor)
}

/// Whether a vendor's robot is a kind of its own here.
fn has_robot(vendor: &str) -> bool {
    !matches!(vendor, "Discord" | "Google Chat")
}

/// The one value of a query parameter, or what is wrong with it, as the end of a sentence that
/// begins with `the webhook`.
pub(super) fn parameter(url: &Url, name: &str) -> Result<String, String> {
    let mut values = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (None, _) => Err(format!(" has no {name}")),
        (Some(_), Some(_)) => Err(format!(" has more than one {name}")),
        (Some(value), None) if value.trim().is_empty() => Err(format!("'s {name} is empty")),
        (Some(value), None) if value.contains("://") => {
            Err(format!(" has a whole URL where its {name} should be"))
        }
        (Some(value), None) => Ok(value.into_owned()),
    }
}

/// Says what is wrong with a signing secret, if there is one. No vendor says of which characters
/// it is made, so only what can be nothing but a slip is refused.
pub(super) fn check_secret(secret: Option<&Secret>, help: &str) -> Result<(), Misconfiguration> {
    let Some(text) = secret.map(Secret::expose) else { return Ok(()) };
    let wrong = if text.contains("://") {
        Err("the secret is a URL; it should be the robot's signing secret".to_owned())
    } else if text.contains(char::is_control) && text.trim() == text {
        Err("the secret contains a line break or another control character".to_owned())
    } else if text.starts_with(QUOTES) && text.ends_with(QUOTES) {
        Err("the secret is wrapped in quotes".to_owned())
    } else {
        edges("secret", text)
    };
    wrong.map_err(|reason| Misconfiguration { reason, help: help.to_owned() })
}

/// What copying and pasting leaves around a text.
fn edges(what: &str, text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err(format!("the {what} is empty"));
    }
    for (end, rest) in [("start", text.trim_start()), ("end", text.trim_end())] {
        if rest.len() != text.len() {
            return Err(format!("the {what} has a space or line break at its {end}"));
        }
    }
    Ok(())
}

/// What copying and pasting leaves in a URL.
fn characters(text: &str) -> Result<(), String> {
    edges("webhook", text)?;
    for (n, c) in (1_u32..).zip(text.chars()) {
        let found = match c {
            c if c.is_whitespace() => "a space or line break".to_owned(),
            '"' | '\'' | '`' | '<' | '>' => format!("a {c}"),
            c if c.is_control() => "a control character".to_owned(),
            c if !c.is_ascii() => format!("`{c}` (U+{:04X}, not an ASCII character)", u32::from(c)),
            _ => continue,
        };
        return Err(format!("the webhook contains {found} as its character {n}"));
    }
    Ok(())
}
