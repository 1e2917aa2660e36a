//! What an answer means. A flow answers 202 when it has taken the message; what becomes of it then
//! is not seen from here.

use serde_json::Value;

use super::{
    super::{
        REPORT_BUG, SHORTEN,
        answer::{self, Answer, SLOW_DOWN},
        unanswered,
        vendor::Vendor,
    },
    RULES, THROTTLE_REST,
};
use crate::{
    http::{Failure, Response},
    model::{
        receipt::{
            Receipt,
            Verdict::{self, BadMessage, DeadTarget, Misconfigured, Throttled},
        },
        text::{Words, words},
    },
};

const VENDOR: Vendor = Vendor::Teams;

const SWITCH_ON: Words =
    words!("The flow is switched off: ask its owner to switch it on in Power Automate.");

/// Judges the outcome of a request.
pub(super) fn judge(outcome: &Result<Response, Failure>) -> Receipt {
    let response = match outcome {
        Ok(response) => response,
        Err(failure) => return unanswered(failure),
    };
    let body = String::from_utf8_lossy(&response.body);
    match response.status {
        // The connectors before flows hid this in an answer with 200: msteams-docs issue 1810.
        200 | 202 if body.contains("HTTP error 429") => {
            answer::unexpected(VENDOR, response, Throttled(THROTTLE_REST), Some(SLOW_DOWN))
        }
        202 => Receipt::sent(),
        // A page of somebody else's with 200 confirms nothing.
        200 if !body.trim_start().starts_with('<') => Receipt::sent(),
        400..=428 => match error(&body) {
            Some(answer) => {
                let (verdict, help) = class(response.status, &answer);
                answer.refused(VENDOR, verdict, Some(help))
            }
            None => answer::undocumented(VENDOR, response, THROTTLE_REST),
        },
        _ => answer::undocumented(VENDOR, response, THROTTLE_REST),
    }
}

/// The error of a flow: `{"error": {"code": …, "message": …}}`.
fn error(body: &str) -> Option<Answer> {
    let json: Value = serde_json::from_str(body.trim_start_matches('\u{feff}')).ok()?;
    let error = json.get("error")?.to_string();
    Answer::read(error.as_bytes(), "code", "message")
}

fn class(status: u16, answer: &Answer) -> (Verdict, Words) {
    match status {
        _ if answer.code.contains("NotEnabled") || answer.says(&["not enabled", "disabled"]) => {
            (Misconfigured, SWITCH_ON)
        }
        400 | 413 => (BadMessage, if status == 413 { SHORTEN } else { REPORT_BUG }),
        404 | 410 => (DeadTarget, RULES.help),
        _ => (Misconfigured, RULES.help),
    }
}
