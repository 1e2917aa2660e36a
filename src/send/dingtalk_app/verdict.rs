//! What an answer means. A refusal has an HTTP status of its own and a name under `code`; 200 may
//! still leave people out. Names without a source in their line are on the pages of the calls.

use serde_json::Value;

use super::{
    super::{
        LOOK_UP, REPORT_BUG, SHORTEN, Trace, USE_KEYWORD,
        answer::{self, Answer, SLOW_DOWN},
        excerpt::excerpt,
        unanswered,
        vendor::Vendor,
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
        text::{Words, text},
    },
};

const VENDOR: Vendor = Vendor::DingTalk;

/// Names in small letters; what ends in `*` begins so.
const TABLE: [(&str, Verdict, Option<Words>); 41] = [
    ("send.too.fast", Throttled(THROTTLE_REST), Some(SLOW_DOWN)),
    ("send.bytoken.toofast", Throttled(THROTTLE_REST), Some(SLOW_DOWN)),
    ("too.many.group", Throttled(THROTTLE_REST), Some(SLOW_DOWN)),
    ("too.many.people", Throttled(THROTTLE_REST), Some(SLOW_DOWN)),
    ("toomuch.msg", Throttled(THROTTLE_REST), Some(SLOW_DOWN)),
    ("system.busy", Throttled(THROTTLE_REST), None),
    ("systembusy", Throttled(THROTTLE_REST), None),
    ("forbidden.accessdenied.qps*", Throttled(SECOND_REST), None),
    ("forbidden.accessdenied.qpm*", Throttled(THROTTLE_REST), Some(SLOW_DOWN)),
    ("forbidden.accessdenied.apicountlimit*", Misconfigured, Some(advice::BUY_QUOTA)),
    ("forbidden.accessdenied.ipnotinwhitelist", Misconfigured, Some(advice::ALLOW_IP)),
    ("forbidden.accessdenied*", Misconfigured, Some(advice::PERMIT)),
    ("invalidclientidorsecret", Misconfigured, Some(advice::COPY_APP)),
    ("invalidauthentication", Misconfigured, Some(advice::COPY_APP)),
    ("auth.error", Misconfigured, Some(advice::COPY_APP)),
    ("unauthorized", Misconfigured, Some(advice::COPY_APP)),
    ("system.error", Retry(None), None),
    // It may have been delivered; there is no key by which a repeat could be dropped.
    ("unknown.send.result", Retry(None), None),
    ("bot.stopped", Misconfigured, Some(advice::CHECK_ROBOT)),
    ("template.stopped", Misconfigured, Some(advice::CHECK_ROBOT)),
    ("bot.forbidden.sendmessage", Misconfigured, Some(advice::CHECK_ROBOT)),
    ("conversation.org.notmatch", Misconfigured, Some(advice::CHECK_ROBOT)),
    ("chatbotid.notallow.sendoto", Misconfigured, Some(advice::CHECK_ROBOT)),
    ("only.groupadmin.canatall", Misconfigured, Some(advice::CHECK_ROBOT)),
    ("invalidparameter.robotcode*", Misconfigured, Some(advice::CHECK_ROBOT)),
    ("ip.not.match", Misconfigured, Some(advice::ALLOW_IP)),
    ("keywords.not.match", Misconfigured, Some(USE_KEYWORD)),
    ("sign.not.match", Misconfigured, Some(advice::COPY_APP)),
    ("group.disbanded", DeadTarget, Some(advice::NEW_GROUP)),
    ("token.notexisted", DeadTarget, Some(advice::NEW_GROUP)),
    ("invalid.openconversationid", DeadTarget, Some(advice::NEW_GROUP)),
    ("session.expired", DeadTarget, Some(advice::NEW_GROUP)),
    ("session.notexisted", DeadTarget, Some(advice::NEW_GROUP)),
    ("resource.not.found", DeadTarget, Some(advice::NEW_GROUP)),
    ("contain.unsafe.url", BadMessage, Some(advice::CHANGE_CONTENT)),
    ("contain.notallowed*", BadMessage, Some(advice::CHANGE_CONTENT)),
    ("invalidparameter.msgparam.toolong", BadMessage, Some(SHORTEN)),
    ("miss.param*", BadMessage, Some(REPORT_BUG)),
    ("invalidparameter*", BadMessage, Some(REPORT_BUG)),
    ("staffid.notexisted", BadMessage, Some(advice::CHECK_PEOPLE)),
    ("ding.*", BadMessage, Some(advice::NO_DING)),
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
        let reason = text!("DingTalk did not take it back: {why}", why = excerpt(&why));
        let receipt = Receipt::new(BadMessage, reason).code("failedResult");
        return receipt.help(advice::TOO_LATE);
    }
    let (held_back, unknown) = (texts(&json, "flowControlledStaffIdList"), missed(&json));
    let list = |ids: &[String]| excerpt(&ids.join(", "));
    if !held_back.is_empty() {
        let reason =
            text!("the others have it; DingTalk held back: {people}", people = list(&held_back));
        return Receipt::new(Retry(Some(HELD_BACK)), reason).code("flowControlledStaffIdList");
    }
    if !unknown.is_empty() {
        let reason =
            text!("the others have it; DingTalk does not know: {people}", people = list(&unknown));
        let receipt = Receipt::new(BadMessage, reason).code("invalidStaffIdList");
        return receipt.help(advice::CHECK_PEOPLE);
    }
    Receipt::sent()
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
        None if response.status == 429 => (Throttled(THROTTLE_REST), Some(SLOW_DOWN)),
        None if response.status >= 500 => (Retry(None), None),
        None => (Unknown, Some(LOOK_UP)),
    };
    found.refused(VENDOR, verdict, help)
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
