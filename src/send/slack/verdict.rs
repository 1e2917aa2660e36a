//! What an answer means: HTTP status and one word as plain text. Words without a source in their
//! line are on the vendor's page, first of all
//! <https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks>.

use super::{
    super::{
        LOOK_UP, REPORT_BUG,
        answer::{self, Answer},
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
            Verdict::{self, BadMessage, DeadTarget, Misconfigured, Unknown},
        },
        text::{Words, words},
    },
};

const VENDOR: Vendor = Vendor::Slack;

const NEW_CHANNEL: Words = words!(
    "The channel is gone or archived: choose another one and add an incoming webhook for it."
);

const ALLOW: Words = words!(
    "The workspace does not let this app post there: ask its admin, or add a webhook for \
     another channel."
);

const CHECK_IDS: Words = words!("Somebody mentioned is not in the workspace: check the ids.");

/// Words that mean one thing, whatever the status.
const TABLE: [(&str, Verdict, Words); 16] = [
    ("invalid_payload", BadMessage, REPORT_BUG),
    ("invalid_blocks", BadMessage, REPORT_BUG),
    ("no_text", BadMessage, REPORT_BUG), // from memory, as the rest of these without a page
    ("too_many_attachments", BadMessage, REPORT_BUG),
    ("user_not_found", BadMessage, CHECK_IDS),
    ("action_prohibited", Misconfigured, ALLOW),
    ("posting_to_general_channel_denied", Misconfigured, ALLOW),
    ("team_disabled", Misconfigured, ALLOW),
    ("invalid_token", DeadTarget, RULES.help), // whales issue 38
    ("no_service", DeadTarget, RULES.help),
    ("no_service_id", DeadTarget, RULES.help),
    ("no_active_hooks", DeadTarget, RULES.help),
    ("no_team", DeadTarget, RULES.help),
    ("team_not_found", DeadTarget, RULES.help),
    ("channel_not_found", DeadTarget, NEW_CHANNEL),
    ("channel_is_archived", DeadTarget, NEW_CHANNEL),
];

/// Judges the outcome of a request.
pub(super) fn judge(outcome: &Result<Response, Failure>) -> Receipt {
    let response = match outcome {
        Ok(response) => response,
        Err(failure) => return unanswered(failure),
    };
    let body = String::from_utf8_lossy(&response.body);
    let said = body.trim_start_matches('\u{feff}').trim();
    match response.status {
        200 if said == "ok" => Receipt::sent(),
        400..=410 if is_word(said) => {
            let (verdict, help) = class(response.status, said);
            let code = said.to_owned();
            Answer { code, said: String::new() }.refused(VENDOR, verdict, Some(help))
        }
        _ => answer::undocumented(VENDOR, response, THROTTLE_REST),
    }
}

/// Slack's errors are words in small letters; whatever else came is somebody else's.
fn is_word(said: &str) -> bool {
    (3..=64).contains(&said.len()) && said.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')
}

fn class(status: u16, word: &str) -> (Verdict, Words) {
    if let Some((_, verdict, help)) = TABLE.iter().find(|(known, ..)| *known == word) {
        return (*verdict, *help);
    }
    match status {
        400 => (BadMessage, LOOK_UP_WORD),
        403 => (Misconfigured, ALLOW),
        404 | 410 => (DeadTarget, RULES.help),
        _ => (Unknown, LOOK_UP),
    }
}

/// The advice for a message refused with a word nobody has written down.
const LOOK_UP_WORD: Words =
    words!("Look the word up in Slack's documentation of incoming webhooks.");
