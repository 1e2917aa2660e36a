//! Those of any receiver: the HTTP status is all that is asked of it.

use super::*;

pub(super) fn replies() -> Vec<Reply> {
    use Verdict::{BadMessage, DeadTarget, Misconfigured, Retry, Sent, Throttled, Unknown};
    let asked = Duration::from_secs(42);
    let html = "<!doctype html><html><body>Welcome</body></html>";
    let mut replies = vec![
        page(100, "", Unknown, "http 100", "Something between"),
        page(400, html, BadMessage, "http 400", "`body`"),
        page(413, "", BadMessage, "http 413", "`body`"),
        page(422, "{}", BadMessage, "http 422", "`body`"),
        page(401, "", Misconfigured, "http 401", "`secret`"),
        page(403, html, Misconfigured, "http 403", "`secret`"),
        page(307, "", Misconfigured, "http 307", "new address"),
        page(404, html, DeadTarget, "http 404", "whole address"),
        page(410, "", DeadTarget, "http 410", "whole address"),
        page(405, "", Unknown, "http 405", "Something between"),
        page(408, "", Retry(Some(asked)), "http 408", ""),
        page(429, "", Throttled(asked), "http 429", "second robot"),
        page(500, "", Retry(Some(asked)), "http 500", ""),
        page(503, html, Retry(Some(asked)), "http 503", ""),
    ];
    for status in [200, 201, 202, 204] {
        replies.push(Reply { status, ..reply(json!("whatever"), Sent, "") });
    }
    replies
}
