//! What an answer means. A refusal comes with HTTP 200 as well: `errcode` decides, and its text may
//! change. Codes without a source in their line are on the vendor's page.

use std::time::Duration;

use super::{
    super::{
        LOOK_UP, REPORT_BUG, SHORTEN,
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
            Verdict::{self, BadMessage, DeadTarget, Misconfigured, Retry, Throttled, Unknown},
        },
        text::{Words, words},
    },
};

const VENDOR: Vendor = Vendor::WeCom;

const RENEW: Words = words!(
    "The robot is no longer in the group: add one in the group's settings and use its new webhook."
);

const ENABLE: Words = words!("Ask the group's owner or an admin to enable the robot again.");

const GROUP: Words =
    words!("This robot may write to a group only: use the webhook of a group's robot.");

/// Codes that mean one thing.
const TABLE: [(i64, Verdict, Option<Words>); 11] = [
    (-1, Retry(Some(Duration::from_secs(5))), None),
    (40007, BadMessage, Some(REPORT_BUG)),
    (40008, BadMessage, Some(REPORT_BUG)),
    (44001, BadMessage, Some(REPORT_BUG)), // seen on uploads
    (44004, BadMessage, Some(REPORT_BUG)), // an empty text
    (45009, Throttled(THROTTLE_REST), Some(SLOW_DOWN)), // wecom-openclaw-plugin issue 48
    (45033, Retry(Some(Duration::from_secs(1))), None), // too many at once; from memory
    (93000, DeadTarget, Some(RULES.help)), // Cloud189Checkin issue 175
    (93004, Misconfigured, Some(ENABLE)),
    (93005, Misconfigured, Some(GROUP)),
    (93008, DeadTarget, Some(RENEW)),
];

/// What is said about a body whose JSON has other types than the documented ones.
const HALF_READ: &str = "wrong json format";

/// Judges the outcome of a request.
pub(super) fn judge(outcome: &Result<Response, Failure>) -> Receipt {
    let response = match outcome {
        Ok(response) => response,
        Err(failure) => return unanswered(failure),
    };
    match Answer::read(&response.body, "errcode", "errmsg") {
        Some(answer) if response.status < 500 && !is_success(&answer) => {
            let (verdict, help) = class(&answer);
            answer.refused(VENDOR, verdict, help)
        }
        Some(_) if response.status == 200 => Receipt::sent(),
        _ => answer::undocumented(VENDOR, response, THROTTLE_REST),
    }
}

/// Code 0 with a warning says that only a part of the message was understood.
fn is_success(answer: &Answer) -> bool {
    answer.code == "0" && !answer.says(&[HALF_READ])
}

fn class(answer: &Answer) -> (Verdict, Option<Words>) {
    let code = answer.number();
    if code == Some(40058) {
        // domain-admin issue 82, BiliBiliTool issue 569
        let long = answer.says(&["exceed max length", "too long"]);
        return (BadMessage, Some(if long { SHORTEN } else { REPORT_BUG }));
    }
    let known = TABLE.iter().find(|(known, ..)| Some(*known) == code);
    if let Some((_, verdict, help)) = known {
        return (*verdict, *help);
    }
    if answer.says(&[HALF_READ]) {
        (BadMessage, Some(REPORT_BUG))
    } else if answer.says(&["freq out of limit"]) {
        (Throttled(THROTTLE_REST), Some(SLOW_DOWN))
    } else {
        (Unknown, Some(LOOK_UP))
    }
}
