//! Taking back, and who has read. Messages to people can be asked about, and taken back, for a day.

use serde_json::{Value, json};
use url::form_urlencoded;

use super::{
    super::{
        Outgoing,
        afterwards::{Afterwards, Reads},
        answer,
        vendor::Vendor,
    },
    DingtalkApp, THROTTLE_REST, app,
    call::{address, post},
    texts, verdict,
};
use crate::{
    http::{Request, Response},
    model::receipt::Receipt,
};

/// So many readers are told at once.
const PAGE: u32 = 200;

impl Afterwards for DingtalkApp {
    fn recall(&self, outgoing: &Outgoing<'_>, handle: &str) -> Result<Request, Receipt> {
        let Outgoing { target, message, .. } = outgoing;
        let app = app(target)?;
        let mut body = json!({"robotCode": code(outgoing)?});
        let path = if message.ring {
            body["openDingId"] = json!(handle);
            "/v1.0/robot/ding/recall"
        } else {
            body["processQueryKeys"] = json!([handle]);
            if message.people.is_empty() {
                body["openConversationId"] = json!(app.conversation);
                "/v1.0/robot/groupMessages/recall"
            } else {
                "/v1.0/robot/otoMessages/batchRecall"
            }
        };
        Ok(post(target, app, path, &body))
    }

    fn ask_reads(
        &self,
        outgoing: &Outgoing<'_>,
        handle: &str,
        page: Option<&str>,
    ) -> Result<Request, Receipt> {
        let Outgoing { target, message, .. } = outgoing;
        let app = app(target)?;
        let code = code(outgoing)?;
        if message.people.is_empty() {
            let mut body = json!({
                "robotCode": code,
                "openConversationId": app.conversation,
                "processQueryKey": handle,
                "maxResults": PAGE,
            });
            if let Some(page) = page {
                body["nextToken"] = json!(page);
            }
            return Ok(post(target, app, "/v1.0/robot/groupMessages/query", &body));
        }
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("robotCode", &code)
            .append_pair("processQueryKey", handle)
            .finish();
        let url = address(app, &format!("/v1.0/robot/oToMessages/readStatus?{query}"));
        Ok(Request::get(url).plain_http(target.allow_http))
    }

    fn reads(&self, answer: &Response) -> Result<Reads, Receipt> {
        let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.status != 200 {
            return Err(verdict::refusal(answer));
        }
        if let Some(list) = json.get("messageReadInfoList").and_then(Value::as_array) {
            let who = |status: &str| {
                let these = list.iter().filter(|one| one["readStatus"] == status);
                these.filter_map(|one| one["userId"].as_str().map(ToOwned::to_owned)).collect()
            };
            return Ok(Reads { read: who("READ"), unread: who("UNREAD"), next: None });
        }
        if json.get("readUserIds").is_some() {
            let more = json.get("hasMore").and_then(Value::as_bool).unwrap_or_default();
            let next = json.get("nextToken").and_then(Value::as_str).filter(|_| more);
            let next = next.map(ToOwned::to_owned);
            return Ok(Reads { read: texts(&json, "readUserIds"), unread: Vec::new(), next });
        }
        Err(answer::undocumented(Vendor::DingTalk, answer, THROTTLE_REST))
    }
}

/// The robot's code: the app's key, unless the settings name another.
fn code(outgoing: &Outgoing<'_>) -> Result<String, Receipt> {
    let named = app(outgoing.target)?.robot_code.clone();
    let key = outgoing.credentials.login.as_ref().map(|(key, _)| key.expose().to_owned());
    named.or(key).ok_or_else(|| super::unset().into())
}
