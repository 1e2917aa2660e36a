//! A DingTalk of our own.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;

use self::rules::Group;
use super::fake::{Fake, Received, Reply, Vendor};
pub(crate) use super::fake::{Fault, Shown};

pub(crate) mod rules;

/// The server.
pub(crate) type FakeDingtalk = Fake<Dingtalk>;

/// Groups by token.
#[derive(Debug, Default)]
pub(crate) struct Dingtalk(BTreeMap<String, Group>);

impl Vendor for Dingtalk {
    fn answer(&mut self, request: &Received, now: Timestamp) -> Reply {
        match rules::judge(&mut self.0, request, now) {
            Ok(shown) => Reply {
                shown: shown.into_iter().collect(),
                ..Reply::json(&json!({"errcode": 0, "errmsg": "ok"}))
            },
            Err((code, said)) => Reply::json(&json!({"errcode": code, "errmsg": said})),
        }
    }

    fn refusal(code: i64, said: &str) -> String {
        json!({"errcode": code, "errmsg": said}).to_string()
    }
}

impl FakeDingtalk {
    /// The webhook of a group's robot. A token not known before gets a robot without any security.
    pub(crate) fn webhook(&self, token: &str) -> String {
        self.vendor(|vendor| {
            vendor.0.entry(token.to_owned()).or_default();
        });
        self.url(&format!("/robot/send?access_token={token}"))
    }

    /// A group's robot is deleted: its token is not known any more.
    pub(crate) fn forget(&self, token: &str) {
        self.vendor(|vendor| vendor.0.remove(token));
    }

    /// Sets up a group and its robot, and returns its webhook.
    pub(crate) fn group(&self, token: &str, group: Group) -> String {
        self.vendor(|vendor| vendor.0.insert(token.to_owned(), group));
        self.webhook(token)
    }
}
