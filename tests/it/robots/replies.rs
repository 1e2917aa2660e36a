//! What each vendor answers, and what that means: one file per robot.

use super::*;

mod dingtalk;
mod dingtalk_app;
mod email;
mod feishu;
mod slack;
mod teams;
mod webhook;
mod wecom;

/// An answer as received, and what it means: verdict, code, and words of the advice.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) headers: Vec<(String, String)>,
    pub(super) verdict: Verdict,
    pub(super) code: Option<&'static str>,
    pub(super) help: &'static str,
}

/// JSON that came with 200.
fn reply(body: Value, verdict: Verdict, help: &'static str) -> Reply {
    Reply { status: 200, body, headers: Vec::new(), verdict, code: None, help }
}

/// Any text, which is not JSON in the end.
fn page(
    status: u16,
    body: &str,
    verdict: Verdict,
    code: &'static str,
    help: &'static str,
) -> Reply {
    Reply { status, code: Some(code), ..reply(json!(body), verdict, help) }
}

/// Whatever is between here and the vendor may answer in its place, and servers break: every robot
/// whose vendor answers in JSON takes these alike.
fn strange_pages() -> Vec<Reply> {
    use Verdict::{Retry, Throttled, Unknown};
    let html = "<!doctype html><html><body>Welcome</body></html>";
    let asked = Some(Duration::from_secs(42));
    vec![
        page(429, "", Throttled(Duration::from_secs(42)), "http 429", "second robot"),
        page(200, html, Unknown, "http 200", "Something between"),
        page(200, "", Unknown, "http 200", "Something between"),
        page(200, "[]", Unknown, "http 200", "proxy"),
        page(200, "0", Unknown, "http 200", "proxy"),
        page(200, "{}", Unknown, "http 200", "proxy"),
        page(200, &"[".repeat(60_000), Unknown, "http 200", "proxy"),
        page(302, "", Unknown, "http 302", "login page"),
        page(403, html, Unknown, "http 403", "Something between"),
        page(404, html, Unknown, "http 404", "Something between"),
        page(407, "", Unknown, "http 407", "proxy"),
        page(500, "", Retry(asked), "http 500", ""),
        page(502, html, Retry(asked), "http 502", ""),
    ]
}

/// Each robot's replies; a robot that asks nobody has none.
pub(super) fn replies(kind: RobotKind) -> Vec<Reply> {
    match kind {
        RobotKind::Dingtalk => dingtalk::replies(),
        RobotKind::Feishu => feishu::replies(),
        RobotKind::Wecom => wecom::replies(),
        RobotKind::Slack => slack::replies(),
        RobotKind::Teams => teams::replies(),
        RobotKind::Webhook => webhook::replies(),
        RobotKind::Email => email::replies(),
        RobotKind::DingtalkApp => dingtalk_app::replies(),
        RobotKind::Console => Vec::new(),
    }
}
