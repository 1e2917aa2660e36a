//! What an answer of DingTalk means. The HTTP status says little: a refusal comes with 200, and
//! `errcode` decides. Codes without a source in their line are on the vendor's page.

use std::{net::Ipv4Addr, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    super::{sent, unanswered},
    Advice, BLOCK_REST, THROTTLE_REST,
    excerpt::excerpt,
};
use crate::{
    http::{Failure, Response},
    model::receipt::{
        Receipt,
        Verdict::{self, BadMessage, DeadTarget, Misconfigured, Retry, Throttled, Unknown},
    },
};

/// Clocks that differ by less are not worth a word; in seconds. Signatures hold for an hour.
const CLOCK_TOLERANCE: i64 = 60;

/// A broken server may ask for any wait; this much of it is believed.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Codes that mean one thing. 40035, 310000 and 90001 to 90018 are judged in [`class`].
const TABLE: [(i64, Verdict, Option<Advice>); 22] = [
    (-1, Retry(Some(Duration::from_secs(5))), None),
    (88, Misconfigured, Some(Advice::CheckSecurity)),
    (404, BadMessage, Some(Advice::ReportBug)), // seen when `atMobiles` was no list
    (43002, Unknown, Some(Advice::ReportBug)),
    (43004, Unknown, Some(Advice::ReportBug)),
    (90020, Misconfigured, Some(Advice::BuyQuota)),
    (101_002, BadMessage, Some(Advice::Shorten)), // prometheus-webhook-dingtalk issue 30
    (130_101, Throttled(THROTTLE_REST), Some(Advice::SlowDown)), // nightingale issue 369
    (300_001, DeadTarget, Some(Advice::CopyWebhook)), // prometheus-webhook-dingtalk issue 91
    (300_005, DeadTarget, Some(Advice::CopyWebhook)), // prometheus-webhook-dingtalk issue 226
    (400_013, DeadTarget, Some(Advice::NewGroup)),
    (400_101, DeadTarget, Some(Advice::CopyWebhook)),
    (400_102, Misconfigured, Some(Advice::EnableRobot)),
    (400_105, BadMessage, Some(Advice::ReportBug)),
    (400_106, DeadTarget, Some(Advice::RenewRobot)),
    (410_100, Throttled(THROTTLE_REST), Some(Advice::SlowDown)),
    (430_101, BadMessage, Some(Advice::ChangeLink)),
    (430_102, BadMessage, Some(Advice::ChangeText)),
    (430_103, BadMessage, Some(Advice::ChangePicture)),
    (430_104, BadMessage, Some(Advice::ChangeContent)),
    (460_101, BadMessage, Some(Advice::Shorten)), // prometheus-webhook-dingtalk pull request 222
    (660_026, Throttled(THROTTLE_REST), Some(Advice::SlowDown)), // one project's live test; weak
];

/// A code and what was said with it.
struct Answer {
    code: String,
    said: String,
}

/// Judges the outcome of a request.
pub(super) fn judge(outcome: &Result<Response, Failure>, now: Timestamp) -> Receipt {
    let response = match outcome {
        Ok(response) => response,
        Err(failure) => return unanswered(failure),
    };
    let text = String::from_utf8_lossy(&response.body);
    match answer(&text) {
        _ if response.status >= 500 => uncoded(response, &text),
        Some(answer) if answer.code != "0" => coded(answer, response, now),
        Some(_) if response.status == 200 => sent(),
        _ => uncoded(response, &text),
    }
}

/// The documented JSON, its code being a number or a quoted one.
fn answer(text: &str) -> Option<Answer> {
    let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let code = match json.get("errcode")? {
        Value::Number(code) => code.to_string(),
        Value::String(code) if !code.trim().is_empty() => code.trim().to_owned(),
        _ => return None,
    };
    let said = json.get("errmsg").and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(Answer { code, said })
}

fn coded(answer: Answer, response: &Response, now: Timestamp) -> Receipt {
    let (verdict, advice) = class(&answer, response.date, now);
    let Answer { code, said } = answer;
    let reason = match excerpt(&said) {
        said if said.is_empty() => format!("DingTalk answered {code}"),
        said => format!("DingTalk answered {code}: {said}"),
    };
    Receipt { verdict, code: Some(excerpt(&code)), reason, help: advice.map(Advice::sentence) }
}

fn class(answer: &Answer, theirs: Option<Timestamp>, ours: Timestamp) -> (Verdict, Option<Advice>) {
    let said = answer.said.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    match answer.code.parse::<i64>() {
        Ok(40035) if says(&["access_token"]) => (Misconfigured, Some(Advice::CopyWebhook)),
        Ok(40035) => (BadMessage, Some(Advice::ReportBug)),
        Ok(310_000) => (Misconfigured, Some(security(&said, theirs, ours))),
        Ok(90001..=90018) => (Throttled(Duration::from_secs(1)), None),
        code => TABLE
            .iter()
            .find(|(known, ..)| Ok(*known) == code)
            .map(|(_, verdict, advice)| (*verdict, *advice))
            // The code for this has changed over the years.
            .or_else(|| {
                says(&["too fast", "限流", "太快", "频繁"])
                    .then_some((Throttled(THROTTLE_REST), Some(Advice::SlowDown)))
            })
            .unwrap_or((Unknown, Some(Advice::LookUp))),
    }
}

/// Code 310000 stands for every security setting; only the text tells which. The advice in newer
/// texts mentions the other settings too, so the plainest words are looked for first.
fn security(said: &str, theirs: Option<Timestamp>, ours: Timestamp) -> Advice {
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if says(&["keywords not in content", "关键词不匹配"]) {
        Advice::UseKeyword
    } else if says(&["sign not match", "签名不匹配"]) {
        Advice::CopySecret
    } else if says(&["timestamp", "时间戳", "签名过期"]) {
        let ahead = theirs.map(|theirs| ours.duration_since(theirs).as_secs());
        Advice::CheckClock(ahead.filter(|ahead| ahead.abs() >= CLOCK_TOLERANCE))
    } else if says(&["whitelist", "白名单"]) {
        let parts = said.split(|c: char| !c.is_ascii_digit() && c != '.');
        Advice::AllowIp(parts.filter_map(|part| part.parse::<Ipv4Addr>().ok()).next())
    } else if says(&["keyword", "关键词"]) {
        Advice::UseKeyword
    } else if says(&["签名"]) {
        Advice::CopySecret
    } else {
        Advice::CheckSecurity
    }
}

/// An answer that is not the documented JSON: a block page, a broken server, or not DingTalk at all.
fn uncoded(response: &Response, text: &str) -> Receipt {
    let status = response.status;
    let (verdict, advice) = match status {
        _ if is_block(text) => (Throttled(BLOCK_REST), Some(Advice::Wait)),
        403 => (Throttled(BLOCK_REST), Some(Advice::CheckBetween)),
        429 => {
            let rest = response.retry_after.unwrap_or(THROTTLE_REST).min(THROTTLE_REST);
            (Throttled(rest), Some(Advice::SlowDown))
        }
        500.. => (Retry(response.retry_after.map(|wait| wait.min(LONGEST_WAIT))), None),
        _ => (Unknown, Some(Advice::CheckBetween)),
    };
    let reason = match excerpt(text) {
        said if said.is_empty() => format!("DingTalk answered HTTP {status} with nothing"),
        said => format!("DingTalk answered HTTP {status} with something unexpected: {said}"),
    };
    let help = advice.map(Advice::sentence);
    Receipt { verdict, code: Some(format!("http {status}")), reason, help }
}

/// The page shown to an address that called too often, as JSON or within HTML.
fn is_block(text: &str) -> bool {
    let tight: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    ["\"status\":1111", "\"status\":\"1111\"", "punish"].iter().any(|mark| tight.contains(mark))
}
