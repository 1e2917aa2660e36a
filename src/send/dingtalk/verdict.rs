//! What an answer of DingTalk means. The HTTP status says little: a refusal comes with 200, and
//! `errcode` decides. Codes without a source in their line are on the vendor's page.

use std::{net::Ipv4Addr, time::Duration};

use jiff::Timestamp;

use super::{
    super::{
        answer::{self, Answer},
        unanswered,
        vendor::Vendor,
    },
    Advice, BLOCK_REST, THROTTLE_REST,
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

const VENDOR: Vendor = Vendor::DingTalk;

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

/// Judges the outcome of a request.
pub(super) fn judge(outcome: &Result<Response, Failure>, now: Timestamp) -> Receipt {
    let response = match outcome {
        Ok(response) => response,
        Err(failure) => return unanswered(failure),
    };
    match Answer::read(&response.body, "errcode", "errmsg") {
        Some(answer) if response.status < 500 && answer.code != "0" => {
            let (verdict, advice) = class(&answer, response.date, now);
            answer.refused(VENDOR, verdict, advice.map(Advice::sentence))
        }
        Some(_) if response.status == 200 => Receipt::sent(),
        _ if is_block(&response.body) => {
            let help = Some(Advice::Wait.sentence());
            answer::unexpected(VENDOR, response, Throttled(BLOCK_REST), help)
        }
        _ => answer::undocumented(VENDOR, response, THROTTLE_REST),
    }
}

fn class(answer: &Answer, theirs: Option<Timestamp>, ours: Timestamp) -> (Verdict, Option<Advice>) {
    match answer.number() {
        Some(40035) if answer.says(&["access_token"]) => (Misconfigured, Some(Advice::CopyWebhook)),
        Some(40035) => (BadMessage, Some(Advice::ReportBug)),
        Some(310_000) => (Misconfigured, Some(security(answer, theirs, ours))),
        Some(90001..=90018) => (Throttled(Duration::from_secs(1)), None),
        code => TABLE
            .iter()
            .find(|(known, ..)| Some(*known) == code)
            .map(|(_, verdict, advice)| (*verdict, *advice))
            // The code for this has changed over the years.
            .or_else(|| {
                let throttled = answer.says(&["too fast", "限流", "太快", "频繁"]);
                throttled.then_some((Throttled(THROTTLE_REST), Some(Advice::SlowDown)))
            })
            .unwrap_or((Unknown, Some(Advice::LookUp))),
    }
}

/// Code 310000 stands for every security setting; only the text tells which. The advice in newer
/// texts mentions the other settings too, so the plainest words are looked for first.
fn security(answer: &Answer, theirs: Option<Timestamp>, ours: Timestamp) -> Advice {
    let says = |words: &[&str]| answer.says(words);
    if says(&["keywords not in content", "关键词不匹配"]) {
        Advice::UseKeyword
    } else if says(&["sign not match", "签名不匹配"]) {
        Advice::CopySecret
    } else if says(&["timestamp", "时间戳", "签名过期"]) {
        let ahead = answer::ahead(theirs, ours);
        Advice::CheckClock(ahead.filter(|ahead| ahead.abs() >= CLOCK_TOLERANCE))
    } else if says(&["whitelist", "白名单"]) {
        let parts = answer.said.split(|c: char| !c.is_ascii_digit() && c != '.');
        Advice::AllowIp(parts.filter_map(|part| part.parse::<Ipv4Addr>().ok()).next())
    } else if says(&["keyword", "关键词"]) {
        Advice::UseKeyword
    } else if says(&["签名"]) {
        Advice::CopySecret
    } else {
        Advice::CheckSecurity
    }
}

/// Whether this machine's address called too often, and not one robot.
pub(super) fn is_blocked(response: &Response) -> bool {
    Answer::read(&response.body, "errcode", "errmsg").is_none() && is_block(&response.body)
}

/// The page shown to an address that called too often, as JSON or within HTML.
fn is_block(body: &[u8]) -> bool {
    let tight: String =
        String::from_utf8_lossy(body).chars().filter(|c| !c.is_whitespace()).collect();
    ["\"status\":1111", "\"status\":\"1111\"", "punish"].iter().any(|mark| tight.contains(mark))
}
