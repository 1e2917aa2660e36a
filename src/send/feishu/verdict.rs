//! What an answer means. A refusal may come with HTTP 200 or 400: `code` decides. Codes without a
//! source in their line are on the vendor's page.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    super::{
        LOOK_UP, REPORT_BUG, USE_KEYWORD,
        answer::{self, Answer, LONGEST_WAIT, SLOW_DOWN, ahead, clock},
        unanswered,
        vendor::Vendor,
    },
    COPY_SECRET, RULES, SIGNATURE_AGE, THROTTLE_REST,
};
use crate::{
    http::{Failure, Response},
    model::{
        receipt::{
            Receipt,
            Verdict::{self, BadMessage, DeadTarget, Misconfigured, Retry, Throttled, Unknown},
        },
        text::{Text, Words, words},
    },
};

const VENDOR: Vendor = Vendor::Feishu;

const SIMPLIFY: Words =
    words!("Feishu cannot show this message: simplify its text, or write `format: text`.");

const ALLOW_IP: Words = words!(
    "Add this machine's public IP address to the bot's security settings, or secure the bot by \
     signing instead."
);

/// The vendor asks for a few seconds and more each time.
const SOON: Verdict = Retry(Some(Duration::from_secs(5)));

/// Codes that mean one thing.
const TABLE: [(i64, Verdict, Option<Words>); 12] = [
    (2200, SOON, None), // openclaw issue 70879
    // The message service's and a group's own limits:
    // <https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control>
    (11232, SOON, None),
    (11233, SOON, None),
    (230_020, SOON, None),
    (11310, BadMessage, Some(SIMPLIFY)),   // picoclaw issue 1727
    (230_099, BadMessage, Some(SIMPLIFY)), // picoclaw issue 1727
    (19001, DeadTarget, Some(RULES.help)), // TrendRadar issue 278
    (19002, BadMessage, Some(REPORT_BUG)), // UploadApkPlugin issue 4
    (19022, Misconfigured, Some(ALLOW_IP)),
    (19024, Misconfigured, Some(USE_KEYWORD)),
    (9499, BadMessage, Some(SIMPLIFY)),
    (11246, BadMessage, Some(SIMPLIFY)),
];

/// Judges the outcome of a request.
pub(super) fn judge(outcome: &Result<Response, Failure>, now: Timestamp) -> Receipt {
    let response = match outcome {
        Ok(response) => response,
        Err(failure) => return unanswered(failure),
    };
    // Some answers have only the older pair of names.
    let answer = Answer::read(&response.body, "code", "msg")
        .or_else(|| Answer::read(&response.body, "StatusCode", "StatusMessage"));
    match answer {
        Some(answer) if answer.code != "0" => match class(&answer, response, now) {
            (Unknown, _) if response.status >= 500 => {
                answer.refused(VENDOR, Retry(None), None::<Words>)
            }
            (verdict, help) => answer.refused(VENDOR, verdict, help),
        },
        Some(_) if response.status == 200 => Receipt::sent(),
        _ => answer::undocumented(VENDOR, response, THROTTLE_REST),
    }
}

fn class(answer: &Answer, response: &Response, now: Timestamp) -> (Verdict, Option<Text>) {
    let help = |words: Words| Some(words.into());
    match answer.number() {
        // One code for a malformed request and for too many: nightingale issue 1437.
        Some(9499) if answer.says(&["too many"]) => (Throttled(THROTTLE_REST), help(SLOW_DOWN)),
        Some(11246) if answer.says(&["internal"]) => (SOON, None),
        Some(99_991_400) => (Throttled(reset(response)), help(SLOW_DOWN)),
        Some(19021) => (Misconfigured, Some(signature(response.date, now))),
        code => {
            let known = TABLE.iter().find(|(known, ..)| Some(*known) == code);
            let known = known.map(|(_, verdict, words)| (*verdict, words.map(Text::from)));
            known.unwrap_or_else(|| (Unknown, help(LOOK_UP)))
        }
    }
}

/// When the gateway's window is over, in seconds:
/// <https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control>
fn reset(response: &Response) -> Duration {
    let seconds =
        response.header("x-ogw-ratelimit-reset").and_then(|text| text.trim().parse().ok());
    seconds.map_or(THROTTLE_REST, Duration::from_secs).clamp(Duration::from_secs(1), LONGEST_WAIT)
}

/// One code for a wrong secret and for a time that is off: the vendor's own clock tells which.
fn signature(theirs: Option<Timestamp>, ours: Timestamp) -> Text {
    let allowed = i64::try_from(SIGNATURE_AGE.as_secs()).unwrap_or(i64::MAX);
    match ahead(theirs, ours).filter(|seconds| seconds.abs() >= allowed) {
        Some(seconds) => clock(VENDOR, seconds),
        None => COPY_SECRET.into(),
    }
}
