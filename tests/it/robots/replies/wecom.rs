//! WeCom's.

use super::*;

pub(super) fn replies() -> Vec<Reply> {
    [codes(), strange_pages()].into_iter().flatten().collect()
}

fn codes() -> Vec<Reply> {
    use Verdict::{BadMessage, DeadTarget, Misconfigured, Retry, Sent, Throttled, Unknown};
    let minute = Throttled(Duration::from_secs(60));
    let second = |seconds| Retry(Some(Duration::from_secs(seconds)));
    let hint =
        "hint: [1795482000] from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com";
    let mut replies: Vec<Reply> = [
        (json!(0), "ok", Sent, ""),
        (json!("0"), "ok", Sent, ""),
        (json!(-1), "system busy", second(5), ""),
        (json!(40007), "invalid media_id", BadMessage, "report it"),
        (json!(40008), "invalid message type", BadMessage, "report it"),
        (json!(40058), "markdown.content exceed max length 4096", BadMessage, "Shorten"),
        (json!(40058), "invalid Request Parameter", BadMessage, "report it"),
        (json!(44001), "empty media data", BadMessage, "report it"),
        (json!(44004), "empty content", BadMessage, "report it"),
        (json!(45009), "api freq out of limit", minute, "second robot"),
        (json!(99999), "api freq out of limit", minute, "second robot"),
        (json!(45033), "api concurrent out of limit", second(1), ""),
        (json!(93000), "invalid webhook url", DeadTarget, "whole webhook"),
        (json!(93004), "robot disabled", Misconfigured, "enable the robot"),
        (json!(93005), "no permission to send single chat", Misconfigured, "group"),
        (json!(93008), "not in group", DeadTarget, "no longer in the group"),
        (json!(0), "ok. Warning: wrong json format.", BadMessage, "report it"),
        (json!(47001), "Warning: wrong json format.", BadMessage, "report it"),
        (json!(12345), "whatever", Unknown, "documentation"),
    ]
    .into_iter()
    .map(|(code, said, verdict, help)| {
        reply(json!({"errcode": code, "errmsg": format!("{said}, {hint}")}), verdict, help)
    })
    .collect();
    let asked = Retry(Some(Duration::from_secs(42)));
    replies.push(page(500, r#"{"errcode":0,"errmsg":"ok"}"#, asked, "http 500", ""));
    replies.push(page(201, r#"{"errcode":0,"errmsg":"ok"}"#, Unknown, "http 201", "proxy"));
    replies
}
