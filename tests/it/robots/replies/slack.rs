//! Slack's: a status and a word.

use super::*;

pub(super) fn replies() -> Vec<Reply> {
    [words(), strange_pages()].into_iter().flatten().collect()
}

fn words() -> Vec<Reply> {
    use Verdict::{BadMessage, DeadTarget, Misconfigured, Retry, Sent, Throttled, Unknown};
    let mut replies: Vec<Reply> = [
        (400, "invalid_payload", BadMessage, "report it"),
        (400, "invalid_blocks", BadMessage, "report it"),
        (400, "no_text", BadMessage, "report it"),
        (400, "too_many_attachments", BadMessage, "report it"),
        (400, "user_not_found", BadMessage, "ids"),
        (400, "something_new", BadMessage, "documentation"),
        (403, "action_prohibited", Misconfigured, "admin"),
        (403, "posting_to_general_channel_denied", Misconfigured, "another channel"),
        (403, "team_disabled", Misconfigured, "admin"),
        (403, "invalid_token", DeadTarget, "whole webhook"),
        (403, "something_new", Misconfigured, "admin"),
        (404, "channel_not_found", DeadTarget, "another one"),
        (404, "no_service", DeadTarget, "whole webhook"),
        (404, "no_team", DeadTarget, "whole webhook"),
        (404, "something_new", DeadTarget, "whole webhook"),
        (410, "channel_is_archived", DeadTarget, "another one"),
        (410, "no_active_hooks", DeadTarget, "whole webhook"),
        (405, "something_new", Unknown, "documentation"),
    ]
    .into_iter()
    .map(|(status, word, verdict, help)| page(status, word, verdict, word, help))
    .collect();
    let asked = Duration::from_secs(42);
    replies.extend([
        reply(json!("ok"), Sent, ""),
        reply(json!("ok\n"), Sent, ""),
        page(429, "rate_limited", Throttled(asked), "http 429", "second robot"),
        page(500, "rollup_error", Retry(Some(asked)), "http 500", ""),
        page(200, "invalid_payload", Unknown, "http 200", "proxy"),
        page(404, "Not Found", Unknown, "http 404", "proxy"),
    ]);
    replies
}
