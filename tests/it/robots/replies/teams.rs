//! Those of a Teams workflow.

use super::*;

pub(super) fn replies() -> Vec<Reply> {
    use Verdict::{BadMessage, DeadTarget, Misconfigured, Retry, Sent, Throttled, Unknown};
    let error = |status: u16, code: &'static str, verdict, help| Reply {
        code: Some(code),
        status,
        ..reply(json!({"error": {"code": code, "message": "said"}}), verdict, help)
    };
    let asked = Duration::from_secs(42);
    let html = "<!doctype html><html><body>Welcome</body></html>";
    let hidden = "Webhook message delivery failed with error: Microsoft Teams endpoint returned \
                  HTTP error 429 with ContextId x";
    vec![
        Reply { status: 202, ..reply(json!(""), Sent, "") },
        reply(json!(""), Sent, ""),
        reply(json!("1"), Sent, ""),
        page(200, hidden, Throttled(Duration::from_secs(60)), "http 200", "second robot"),
        page(200, html, Unknown, "http 200", "Something between"),
        error(400, "TriggerInputSchemaMismatch", BadMessage, "report it"),
        error(400, "WorkflowTriggerIsNotEnabled", Misconfigured, "switched off"),
        error(401, "DirectApiAuthorizationRequired", Misconfigured, "whole URL"),
        error(403, "AuthorizationFailed", Misconfigured, "whole URL"),
        error(404, "WorkflowNotFound", DeadTarget, "whole URL"),
        error(413, "RequestEntityTooLarge", BadMessage, "Shorten"),
        page(400, html, Unknown, "http 400", "Something between"),
        page(403, html, Unknown, "http 403", "Something between"),
        page(404, "", Unknown, "http 404", "Something between"),
        page(302, "", Unknown, "http 302", "login page"),
        page(429, "", Throttled(asked), "http 429", "second robot"),
        page(502, html, Retry(Some(asked)), "http 502", ""),
        page(204, "", Unknown, "http 204", "proxy"),
    ]
}
