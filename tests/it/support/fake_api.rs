//! Somebody else's system that answers questions: pages by path, some of them behind a key.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::fake::{Fake, Received, Reply, Vendor};

/// The server.
pub(crate) type FakeApi = Fake<Api>;

/// What it knows.
#[derive(Debug, Default)]
pub(crate) struct Api {
    /// What it demands in `authorization`.
    pub(crate) key: Option<String>,
    /// Its pages, by path.
    pub(crate) pages: BTreeMap<&'static str, Reply>,
}

impl Vendor for Api {
    fn answer(&mut self, request: &Received, _: Timestamp) -> Reply {
        if request.method != "GET" || !request.body.is_empty() {
            return Reply::text(405, "ask, and say nothing");
        }
        if self.key.is_some() && request.header("authorization") != self.key.as_deref() {
            return Reply::text(401, "who are you");
        }
        self.pages.get(request.path.as_str()).cloned().unwrap_or(Reply::text(404, "no such page"))
    }

    fn refusal(code: i64, said: &str) -> String {
        format!("{code} {said}")
    }
}
