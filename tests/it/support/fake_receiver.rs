//! A receiver of JSON inside the house, which checks signatures as Standard Webhooks has it.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    fake::{Fake, Received, Reply, Shown, Vendor},
    fake_dingtalk::rules::hmac,
};

/// The server.
pub(crate) type FakeReceiver = Fake<Receiver>;

/// What it knows.
#[derive(Debug, Default)]
pub(crate) struct Receiver {
    /// The key it checks signatures with.
    pub(crate) key: Option<Vec<u8>>,
    /// What it demands in `authorization`.
    pub(crate) authorization: Option<String>,
    seen: BTreeSet<String>,
}

impl Vendor for Receiver {
    fn answer(&mut self, request: &Received, now: Timestamp) -> Reply {
        if request.header("authorization") != self.authorization.as_deref() {
            return Reply::text(401, "who are you");
        }
        let (Some(id), Some(time)) =
            (request.header("webhook-id"), request.header("webhook-timestamp"))
        else {
            return Reply::text(400, "no id or timestamp");
        };
        let near = time.parse::<i64>().is_ok_and(|time| (now.as_second() - time).abs() <= 300);
        if let Some(key) = &self.key {
            let signed = format!("{id}.{time}.{}", request.body);
            let expected = STANDARD.encode(hmac(key, signed.as_bytes()));
            let given = request.header("webhook-signature").unwrap_or_default();
            let right = given.split(' ').any(|one| one.strip_prefix("v1,") == Some(&expected));
            if !right || !near {
                return Reply::text(401, "wrong signature");
            }
        }
        if !self.seen.insert(id.to_owned()) {
            return Reply::text(200, "seen before");
        }
        let json = request.json();
        if json.is_null() {
            return Reply::text(400, "no JSON");
        }
        let field = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let shown = Shown {
            kind: "json".to_owned(),
            title: field("title"),
            text: field("text"),
            all: json["all"] == Value::Bool(true),
            ..Shown::default()
        };
        Reply { shown: vec![shown], ..Reply::text(204, "") }
    }

    fn refusal(code: i64, said: &str) -> String {
        format!("{code} {said}")
    }
}
