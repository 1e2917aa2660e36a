//! DingTalk's.

use super::*;

pub(super) fn replies() -> Vec<Reply> {
    [codes(), security(), pages()].into_iter().flatten().collect()
}

fn codes() -> Vec<Reply> {
    use Verdict::{BadMessage, DeadTarget, Misconfigured, Retry, Sent, Throttled, Unknown};
    let silence = Throttled(Duration::from_secs(600));
    [
        (json!(0), "ok", Sent, ""),
        (json!("0"), "ok", Sent, ""),
        (json!(-1), "系统繁忙", Retry(Some(Duration::from_secs(5))), ""),
        (json!("-1"), "system busy", Retry(Some(Duration::from_secs(5))), ""),
        (json!(88), "auth failed", Misconfigured, "security settings"),
        (json!(404), "atMobiles", BadMessage, "report it"),
        (json!(40035), "缺少参数 json", BadMessage, "report it"),
        (json!(40035), "缺少参数 access_token", Misconfigured, "whole webhook"),
        (json!(43002), "需要POST请求", Unknown, "report it"),
        (json!(43004), "Content-Type", Unknown, "report it"),
        (json!(90001), "qps", Throttled(Duration::from_secs(1)), ""),
        (json!(90018), "限流", Throttled(Duration::from_secs(1)), ""),
        (json!(90020), "quota", Misconfigured, "used up"),
        (json!(101_002), "message is too long", BadMessage, "Shorten"),
        (json!(130_101), "send too fast, exceed 20 times per minute", silence, "second robot"),
        (json!(300_001), "token is not exist", DeadTarget, "whole webhook"),
        (json!(300_005), "token is not exist", DeadTarget, "whole webhook"),
        (json!(400_013), "群已被解散", DeadTarget, "dissolved"),
        (json!("400101"), "access_token不存在", DeadTarget, "whole webhook"),
        (json!(400_102), "机器人已停用", Misconfigured, "enable the robot"),
        (json!(400_105), "不支持的消息类型", BadMessage, "report it"),
        (json!(400_106), "机器人不存在", DeadTarget, "no longer in the group"),
        (json!(410_100), "发送速度太快而限流", silence, "second robot"),
        (json!(430_101), "含有不安全的外链", BadMessage, "link"),
        (json!(430_102), "含有不合适的文本", BadMessage, "wording"),
        (json!(430_103), "含有不合适的图片", BadMessage, "picture"),
        (json!(430_104), "含有不合适的内容", BadMessage, "links and pictures"),
        (json!(460_101), "message too long, exceed 20000 bytes", BadMessage, "Shorten"),
        (json!(660_026), "", silence, "second robot"),
        (json!(999_999), "Send Too Fast", silence, "second robot"),
        (json!(999_999), "请求过于频繁", silence, "second robot"),
        (json!(999_999), "发送太快", silence, "second robot"),
        (json!(130_103), "", Unknown, "documentation"),
        (json!(400_301), "whatever", Unknown, "documentation"),
        (json!("not a number"), "", Unknown, "documentation"),
    ]
    .into_iter()
    .map(|(code, said, verdict, help)| {
        reply(json!({"errcode": code, "errmsg": said}), verdict, help)
    })
    .collect()
}

fn security() -> Vec<Reply> {
    [
        ("keywords not in content, more: [https://ding-doc.dingtalk.com]", "keywords"),
        ("description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词;link:x;", "keywords"),
        ("sign not match, more: [https://ding-doc.dingtalk.com]", "the secret (SEC…)"),
        (
            "description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中;",
            "the secret (SEC…)",
        ),
        ("错误描述:机器人发送签名不匹配;解决方案:请确认签名和时间戳;", "the secret (SEC…)"),
        ("Invalid Timestamp", "clock is 7200 s ahead of"),
        ("description:机器人发送签名过期;solution:请保持在timestampms以内;", "clock is 7200 s ahead"),
        ("ip 203.0.113.7 not in whitelist", "Add 203.0.113.7 to the IP addresses"),
        ("description:ip 203.0.113.7 不在白名单中;", "Add 203.0.113.7 to the IP addresses"),
        ("not in whitelist", "public IPv4 address"),
        ("something new", "security settings"),
    ]
    .into_iter()
    .map(|(said, help)| Reply {
        code: Some("310000"),
        ..reply(json!({"errcode": 310_000, "errmsg": said}), Verdict::Misconfigured, help)
    })
    .collect()
}

fn pages() -> Vec<Reply> {
    use Verdict::{Retry, Throttled, Unknown};
    let block = Throttled(Duration::from_secs(300));
    let html = "<!doctype html><html><body>Welcome</body></html>";
    let punished = r#"<html><script>{"status": 1111, "wait": 5, "source": "x5"}</script>"#;
    let blocked = json!({"status": 1111, "wait": 5, "source": "x5", "punish": "deny"});
    vec![
        Reply { code: Some("http 200"), ..reply(blocked.clone(), block, "lifts its block") },
        Reply { status: 403, code: Some("http 403"), ..reply(blocked, block, "lifts its block") },
        page(200, punished, block, "http 200", "lifts its block"),
        page(503, punished, block, "http 503", "lifts its block"),
        page(403, html, Unknown, "http 403", "Something between"),
        page(429, "", Throttled(Duration::from_secs(42)), "http 429", "second robot"),
        page(200, html, Unknown, "http 200", "Something between"),
        page(200, "", Unknown, "http 200", "Something between"),
        page(200, "ok", Unknown, "http 200", "proxy"),
        page(200, "[]", Unknown, "http 200", "proxy"),
        page(200, "0", Unknown, "http 200", "proxy"),
        page(200, "{}", Unknown, "http 200", "proxy"),
        page(200, r#"{"errcode":null}"#, Unknown, "http 200", "proxy"),
        page(200, r#"{"errcode":"","errmsg":"ok"}"#, Unknown, "http 200", "proxy"),
        page(200, r#"{"errcode":false}"#, Unknown, "http 200", "proxy"),
        page(200, r#"{"errcode":0,"errm"#, Unknown, "http 200", "proxy"),
        page(200, &"[".repeat(60_000), Unknown, "http 200", "proxy"),
        page(201, r#"{"errcode":0,"errmsg":"ok"}"#, Unknown, "http 201", "proxy"),
        page(302, "", Unknown, "http 302", "login page"),
        page(404, html, Unknown, "http 404", "Something between"),
        page(407, "", Unknown, "http 407", "proxy"),
        page(500, "", Retry(Some(Duration::from_secs(42))), "http 500", ""),
        page(502, html, Retry(Some(Duration::from_secs(42))), "http 502", ""),
        page(500, r#"{"errcode":0}"#, Retry(Some(Duration::from_secs(42))), "http 500", ""),
        page(200, "\u{feff}{\"errcode\":400101}", Verdict::DeadTarget, "400101", "webhook"),
        page(400, r#"{"errcode":400102}"#, Verdict::Misconfigured, "400102", "enable"),
    ]
}
