//! The webhook: checked as a person pasted it, signed without changing the rest of it.

use jiff::Timestamp;
use url::{Url, form_urlencoded};

use super::{
    super::{
        paste::{self, Rules},
        vendor::Vendor,
    },
    sign,
};
use crate::model::{
    secret::Secret,
    text::{Text, text, words},
};

/// What DingTalk's webhooks look like.
pub(super) const RULES: Rules = Rules {
    vendors: &[Vendor::DingTalk],
    help: words!(
        "Copy the whole webhook again from the robot's page in the group's settings: \
         https://oapi.dingtalk.com/robot/send?access_token=…"
    ),
    parts,
};

fn parts(url: &Url) -> Result<(), Text> {
    if url.path().ends_with("/sendBySession") {
        return Err(text!("the webhook is a session's, which expires within hours"));
    }
    if !url.path().ends_with("/robot/send") {
        return Err(paste::other_path("/robot/send"));
    }
    paste::parameter(url, "access_token").map(|_| ())
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
