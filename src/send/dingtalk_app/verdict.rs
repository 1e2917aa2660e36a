//! What an answer means. A refusal has an HTTP status of its own and a name under `code`; 200 may
//! still leave people out. Names without a source in their line are on the pages of the calls.

use serde_json::Value;

use super::{
    super::{
        LOOK_UP, REPORT_BUG, Trace, USE_KEYWORD,
        answer::{self, Answer, SLOW_DOWN},
        excerpt::excerpt,
        sent, unanswered,
    },
    HELD_BACK, SECOND_REST, THROTTLE_REST, advice, texts,
};
use crate::{
    http::{Failure, Response},
    model::{
        message::Progress,
        receipt::{
            Receipt,
            Verdict::{self, BadMessage, DeadTarget, Misconfigured, Retry, Throttled, Unknown},
        },
    },
};

const VENDOR: &str = "DingTalk";

/// Names in small letters; what ends in `*` begins so.
const TABLE: [(&str, Verdict, &str); 41] = [
    ("send.too.fast", Throttled(THROTTLE_REST), SLOW_DOWN),
    ("send.bytoken.toofast", Throttled(THROTTLE_REST), SLOW_DOWN),
    ("too.many.group", Throttled(THROTTLE_REST), SLOW_DOWN),
    ("too.many.people", Throttled(THROTTLE_REST), SLOW_DOWN),
    ("toomuch.msg", Throttled(THROTTLE_REST), SLOW_DOWN),
    ("system.busy", Throttled(THROTTLE_REST), ""),
    ("systembusy", Throttled(THROTTLE_REST), ""),
    ("forbidden.accessdenied.qps*", Throttled(SECOND_REST), ""),
    ("forbidden.accessdenied.qpm*", Throttled(THROTTLE_REST), SLOW_DOWN),
    ("forbidden.accessdenied.apicountlimit*", Misconfigured, advice::BUY_QUOTA),
    ("forbidden.accessdenied.ipnotinwhitelist", Misconfigured, advice::ALLOW_IP),
    ("forbidden.accessdenied*", Misconfigured, advice::PERMIT),
    ("invalidclientidorsecret", Misconfigured, advice::COPY_APP),
    ("invalidauthentication", Misconfigured, advice::COPY_APP),
    ("auth.error", Misconfigured, advice::COPY_APP),
    ("unauthorized", Misconfigured, advice::COPY_APP),
    ("system.error", Retry(None), ""),
    // It may have been delivered; there is no key by which a repeat could be dropped.
    ("unknown.send.result", Retry(None), ""),
    ("bot.stopped", Misconfigured, advice::CHECK_ROBOT),
    ("template.stopped", Misconfigured, advice::CHECK_ROBOT),
    ("bot.forbidden.sendmessage", Misconfigured, advice::CHECK_ROBOT),
    ("conversation.org.notmatch", Misconfigured, advice::CHECK_ROBOT),
    ("chatbotid.notallow.sendoto", Misconfigured, advice::CHECK_ROBOT),
    ("only.groupadmin.canatall", Misconfigured, advice::CHECK_ROBOT),
    ("invalidparameter.robotcode*", Misconfigured, advice::CHECK_ROBOT),
    ("ip.not.match", Misconfigured, advice::ALLOW_IP),
    ("keywords.not.match", Misconfigured, USE_KEYWORD),
    ("sign.not.match", Misconfigured, advice::COPY_APP),
    ("group.disbanded", DeadTarget, advice::NEW_GROUP),
    ("token.notexisted", DeadTarget, advice::NEW_GROUP),
    ("invalid.openconversationid", DeadTarget, advice::NEW_GROUP),
    ("session.expired", DeadTarget, advice::NEW_GROUP),
    ("session.notexisted", DeadTarget, advice::NEW_GROUP),
    ("resource.not.found", DeadTarget, advice::NEW_GROUP),
    ("contain.unsafe.url", BadMessage, advice::CHANGE_CONTENT),
    ("contain.notallowed*", BadMessage, advice::CHANGE_CONTENT),
    ("invalidparameter.msgparam.toolong", BadMessage, advice::SHORTEN),
    ("miss.param*", BadMessage, REPORT_BUG),
    ("invalidparameter*", BadMessage, REPORT_BUG),
    ("staffid.notexisted", BadMessage, advice::CHECK_PEOPLE),
    ("ding.*", BadMessage, advice::NO_DING),
];

/// Judges the outcome of a request.
pub(super) fn judge(outcome: &Result<Response, Failure>) -> Receipt {
    let response = match outcome {
        Ok(response) => response,
        Err(failure) => return unanswered(failure),
    };
    if response.status != 200 {
        return refusal(response);
    }
    let json = json(response);
    let known = ["processQueryKey", "openDingId", "successResult"];
    if !known.iter().any(|key| json.get(key).is_some()) {
        return answer::undocumented(VENDOR, response, THROTTLE_REST);
    }
    if let Some(why) = not_recalled(&json) {
        return Receipt {
            verdict: BadMessage,
            code: Some("failedResult".to_owned()),
            reason: excerpt(&format!("DingTalk did not take it back: {why}")),
            help: Some(advice::TOO_LATE.to_owned()),
        };
    }
    let (held_back, unknown) = (texts(&json, "flowControlledStaffIdList"), missed(&json));
    let left_out = |why: &str, ids: &[String]| {
        excerpt(&format!("the others have it; {why}: {}", ids.join(", ")))
    };
    if !held_back.is_empty() {
        return Receipt {
            verdict: Retry(Some(HELD_BACK)),
            code: Some("flowControlledStaffIdList".to_owned()),
            reason: left_out("DingTalk held back", &held_back),
            help: None,
        };
    }
    if !unknown.is_empty() {
        return Receipt {
            verdict: BadMessage,
            code: Some("invalidStaffIdList".to_owned()),
            reason: left_out("DingTalk does not know", &unknown),
            help: Some(advice::CHECK_PEOPLE.to_owned()),
        };
    }
    sent()
}

/// Why a message was not taken back.
fn not_recalled(json: &Value) -> Option<String> {
    let (_, why) = json.get("failedResult")?.as_object()?.iter().next()?;
    Some(why.as_str().unwrap_or_default().to_owned())
}

/// Those an answer leaves out for good: ids unknown to it, or a map of ids and reasons.
fn missed(json: &Value) -> Vec<String> {
    let failed = json.get("failedList").and_then(Value::as_object);
    let failed = failed.into_iter().flat_map(|list| list.keys().cloned());
    texts(json, "invalidStaffIdList").into_iter().chain(failed).collect()
}

/// What is kept of an answer: who was left out, and what the vendor calls the message.
pub(super) fn trace(response: &Response) -> Trace {
    if response.status != 200 {
        return Trace::default();
    }
    let json = json(response);
    let handle = ["processQueryKey", "openDingId"].iter().find_map(|key| json.get(key)?.as_str());
    Trace {
        progress: Progress {
            again: texts(&json, "flowControlledStaffIdList"),
            refused: missed(&json),
        },
        handle: handle.map(ToOwned::to_owned).filter(|handle| !handle.is_empty()),
        ..Trace::default()
    }
}

pub(super) fn refusal(response: &Response) -> Receipt {
    let Some(found) = Answer::read(&response.body, "code", "message") else {
        return answer::undocumented(VENDOR, response, THROTTLE_REST);
    };
    let name = found.code.to_lowercase();
    let (verdict, help) = match TABLE.iter().find(|(known, ..)| is_like(&name, known)) {
        Some((_, verdict, help)) => (*verdict, *help),
        None if response.status == 429 => (Throttled(THROTTLE_REST), SLOW_DOWN),
        None if response.status >= 500 => (Retry(None), ""),
        None => (Unknown, LOOK_UP),
    };
    found.refused(VENDOR, verdict, Some(help).filter(|help| !help.is_empty()))
}

fn is_like(name: &str, known: &str) -> bool {
    known.strip_suffix('*').map_or(name == known, |start| name.starts_with(start))
}

/// The receipt of an answer that should have held a token.
pub(super) fn without_token(outcome: &Result<Response, Failure>) -> Receipt {
    match outcome {
        Err(failure) => unanswered(failure),
        Ok(response) if response.status == 200 => {
            answer::undocumented(VENDOR, response, THROTTLE_REST)
        }
        Ok(response) => refusal(response),
    }
}

/// The name of a refusal.
pub(super) fn code(response: &Response) -> Option<String> {
    let refused = response.status != 200;
    refused.then(|| Answer::read(&response.body, "code", "message"))?.map(|answer| answer.code)
}

fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or_default()
}
