//! The calls: where they go, and with what.

use serde_json::{Value, json};

use super::{app, content};
use crate::{
    http::Request,
    model::{
        message::Message,
        secret::Secret,
        setup::app::{AppSetup, Ding},
        target::Target,
    },
};

/// The call that shows a message: where, and with what.
pub(super) fn call(
    target: &Target,
    message: &Message,
    code: Option<String>,
) -> (&'static str, Value) {
    let (kind, parameters) = content::parameters(message);
    let mut body = json!({"robotCode": code});
    let wanted = message.people.iter().filter(|person| message.progress.wants(&person.id));
    let people: Vec<&str> = wanted.map(|person| person.id.as_str()).collect();
    if message.ring {
        body["receiverUserIdList"] = json!(people);
        body["remindType"] = json!(match app(target).ok().and_then(|app| app.ding) {
            Some(Ding::Sms) => 2,
            Some(Ding::Call) => 3,
            Some(Ding::App) | None => 1,
        });
        body["content"] = json!(content::rung(message));
        return ("/v1.0/robot/ding/send", body);
    }
    body["msgKey"] = json!(kind);
    // A text with JSON in it.
    body["msgParam"] = json!(parameters.to_string());
    if message.people.is_empty() {
        body["openConversationId"] =
            json!(app(target).ok().and_then(|app| app.conversation.clone()));
        ("/v1.0/robot/groupMessages/send", body)
    } else {
        body["userIds"] = json!(people);
        ("/v1.0/robot/oToMessages/batchSend", body)
    }
}

pub(super) fn post(target: &Target, app: &AppSetup, path: &str, body: &Value) -> Request {
    Request::post_json(address(app, path), body).plain_http(target.allow_http)
}

/// The address of a call.
pub(super) fn address(app: &AppSetup, path: &str) -> Secret {
    Secret::new(format!("{}{path}", app.api.trim_end_matches('/')))
}
