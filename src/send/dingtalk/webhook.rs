//! The webhook as a person pasted it: checked without repeating any of it, signed without changing
//! the rest of it.

use jiff::Timestamp;
use url::{Url, form_urlencoded};

use super::{super::Misconfiguration, Advice, sign};
use crate::{http, model::secret::Secret};

/// Webhooks of other robots that are easily mistaken for this one's.
const STRANGERS: [(&str, &str); 4] = [
    ("feishu.cn", "Feishu"),
    ("larksuite.com", "Lark"),
    ("weixin.qq.com", "WeCom"),
    ("slack.com", "Slack"),
];

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// Reads a webhook, or says what is wrong with it.
pub(super) fn parse(webhook: Option<&Secret>) -> Result<Url, Misconfiguration> {
    let wrong = |reason: String| Misconfiguration { reason, help: Advice::CopyWebhook.sentence() };
    let text =
        webhook.map(Secret::expose).ok_or_else(|| wrong("there is no webhook".to_owned()))?;
    characters(text).map_err(wrong)?;
    let Some((scheme, _)) = text.split_once("://") else {
        return Err(wrong(if text.contains('/') {
            "the webhook does not start with https://".to_owned()
        } else {
            "the webhook is only a token, not the whole URL".to_owned()
        }));
    };
    let url = Url::parse(text).map_err(|error| wrong(format!("the webhook is no URL: {error}")))?;
    if !http::is_allowed(&url) {
        let found = if scheme.eq_ignore_ascii_case("http") {
            "http://, not"
        } else {
            "something else than"
        };
        return Err(wrong(format!("the webhook starts with {found} https://")));
    }
    parts(&url).map_err(wrong)?;
    Ok(url)
}

fn parts(url: &Url) -> Result<(), String> {
    let host = url.host_str().unwrap_or_default();
    let stranger = STRANGERS.iter().find(|(domain, _)| {
        host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    if let Some((_, vendor)) = stranger {
        return Err(format!("the webhook belongs to a {vendor} robot, not to DingTalk's"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the webhook has a user name before its host".to_owned());
    }
    if url.path().ends_with("/sendBySession") {
        return Err("the webhook is a session's, which expires within hours".to_owned());
    }
    if !url.path().ends_with("/robot/send") {
        return Err("the webhook's path is not /robot/send".to_owned());
    }
    let mut tokens = url.query_pairs().filter(|(key, _)| key == "access_token");
    match (tokens.next(), tokens.next()) {
        (None, _) => Err("the webhook has no access_token".to_owned()),
        (Some(_), Some(_)) => Err("the webhook has more than one access_token".to_owned()),
        (Some((_, token)), None) if token.is_empty() => {
            Err("the webhook's access_token is empty".to_owned())
        }
        (Some((_, token)), None) if token.contains("://") => {
            Err("the webhook has a whole URL where its token should be".to_owned())
        }
        _ => Ok(()),
    }
}

/// Says what is wrong with a signing secret, if there is one. The vendor does not say of which
/// characters it is made, so only what can be nothing but a slip is refused.
pub(super) fn check_secret(secret: Option<&Secret>) -> Result<(), Misconfiguration> {
    let Some(text) = secret.map(Secret::expose) else { return Ok(()) };
    let wrong = if text.contains("://") {
        Err("the secret is a URL; it should be the robot's signing secret (SEC…)".to_owned())
    } else if text.contains(char::is_control) && text.trim() == text {
        Err("the secret contains a line break or another control character".to_owned())
    } else if text.starts_with(QUOTES) && text.ends_with(QUOTES) {
        Err("the secret is wrapped in quotes".to_owned())
    } else {
        edges("secret", text)
    };
    wrong.map_err(|reason| Misconfiguration { reason, help: Advice::CopySecret.sentence() })
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

/// The URL to call: the pasted one as it is, with this attempt's `timestamp` and `sign` in place of
/// any older ones. The signature is encoded here, once.
pub(super) fn signed(url: &Url, secret: Option<&Secret>, now: Timestamp) -> Secret {
    let stale = |pair: &&str| {
        let key = pair.split('=').next().unwrap_or_default();
        pair.is_empty() || key == "timestamp" || key == "sign"
    };
    let pasted = url.query().unwrap_or_default().split('&').filter(|pair| !stale(pair));
    let mut query: Vec<String> = pasted.map(ToOwned::to_owned).collect();
    if let Some(secret) = secret {
        let timestamp = now.as_millisecond();
        let sign = sign(timestamp, secret);
        let sign: String = form_urlencoded::byte_serialize(sign.as_bytes()).collect();
        query.push(format!("timestamp={timestamp}"));
        query.push(format!("sign={sign}"));
    }
    let mut url = url.clone();
    url.set_query(Some(&query.join("&")));
    url.set_fragment(None);
    Secret::new(url.into())
}
