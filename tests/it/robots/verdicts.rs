//! What answers mean.

use super::*;

/// An answer as received, and what it means: verdict, code, and words of the advice.
struct Reply {
    status: u16,
    body: Value,
    verdict: Verdict,
    code: Option<&'static str>,
    help: &'static str,
}

fn reply(body: Value, verdict: Verdict, help: &'static str) -> Reply {
    Reply { status: 200, body, verdict, code: None, help }
}

fn page(
    status: u16,
    body: &str,
    verdict: Verdict,
    code: &'static str,
    help: &'static str,
) -> Reply {
    Reply { status, body: json!(body), verdict, code: Some(code), help }
}

/// Each robot's replies; a robot that asks nobody has none.
fn replies(kind: RobotKind) -> Vec<Reply> {
    match kind {
        RobotKind::Dingtalk => [dingtalk_codes(), dingtalk_security(), dingtalk_pages()]
            .into_iter()
            .flatten()
            .collect(),
        RobotKind::Console => Vec::new(),
    }
}

fn dingtalk_codes() -> Vec<Reply> {
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

fn dingtalk_security() -> Vec<Reply> {
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

fn dingtalk_pages() -> Vec<Reply> {
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

#[test]
fn every_reply_of_every_robot_has_its_verdict() {
    for kind in RobotKind::ALL {
        for reply in replies(kind) {
            let body = reply.body.as_str().map_or_else(|| reply.body.to_string(), str::to_owned);
            let response = Response {
                status: reply.status,
                date: Some("2026-11-23T23:00:00Z".parse().unwrap()),
                retry_after: Some(Duration::from_secs(42)),
                body: body.clone().into_bytes(),
                ..Response::default()
            };
            let receipt = send::robot(kind).verdict(&Ok(response), now().timestamp());
            let case = format!("{} {body:.200}: {receipt:?}", reply.status);
            assert_eq!(receipt.verdict, reply.verdict, "{case}");
            let help = receipt.help.unwrap_or_default();
            assert!(help.contains(reply.help), "{case}");
            assert_eq!(help.is_empty(), reply.help.is_empty(), "{case}");
            let refused = receipt.verdict != Verdict::Sent;
            assert_eq!(receipt.code.is_some(), refused, "{case}");
            assert!(reply.code.is_none() || receipt.code.as_deref() == reply.code, "{case}");
            assert!(receipt.reason.len() < 300, "{case}");
        }
    }
}

#[test]
fn no_answer_at_all_has_its_verdict() {
    for (kind, verdict) in [
        (FailureKind::Address, "misconfigured"),
        (FailureKind::Setup, "retry"),
        (FailureKind::Dns, "retry"),
        (FailureKind::Connect, "retry"),
        (FailureKind::Tls, "retry"),
        (FailureKind::Timeout, "retry"),
        (FailureKind::Reset, "retry"),
        (FailureKind::Cut, "retry"),
        (FailureKind::TooLarge, "unknown"),
    ] {
        for robot in RobotKind::ALL.map(send::robot) {
            let (host, detail) = ("h".to_owned(), String::new());
            let failure = Failure { kind, host, detail, may_have_arrived: false };
            let receipt = robot.verdict(&Err(failure), now().timestamp());
            assert_eq!(receipt.verdict.name(), verdict, "{kind:?}");
            assert_eq!(receipt.code.as_deref(), Some(kind.name()));
        }
    }
}

proptest! {
    #[test]
    fn any_answer_has_a_verdict_and_only_one_is_success(
        status in 100_u16..600,
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..300),
            "\\{\"errcode\":(\"?-?[0-9]{0,20}\"?|null|\\[\\]),\"errmsg\":\"[张a:= ]{0,300}\"\\}?"
                .prop_map(String::into_bytes),
        ],
    ) {
        let confirmed = |code: &Value| *code == json!(0) || *code == json!("0");
        let json: Value = serde_json::from_slice(&body).unwrap_or_default();
        let confirmed = status == 200 && confirmed(&json["errcode"]);
        let response = Response { status, body, ..Response::default() };
        let receipt = robot().verdict(&Ok(response), now().timestamp());
        prop_assert_eq!(receipt.verdict == Verdict::Sent, confirmed);
        prop_assert!(receipt.reason.len() < 300 && !receipt.reason.contains('\n'));
    }

    #[test]
    fn anything_may_be_pasted_as_a_webhook(pasted in "[ -~]{0,40}|\\PC{0,20}|https?://\\PC{0,40}") {
        let given = credentials(&pasted, Some(&pasted));
        let accepted = robot().check_credentials(&group(), &given).is_ok();
        prop_assert!(!accepted || pasted.contains("access_token="));
    }
}

#[test]
fn an_echo_of_secrets_does_not_reach_the_receipt() {
    let echo = format!("<a href='/robot/send?access_token={TOKEN}&timestamp=1&sign=aGk%2Bx%3D'>");
    for body in [echo.clone(), json!({"errcode": 5, "errmsg": echo}).to_string()] {
        let response = Response { status: 200, body: body.into_bytes(), ..Response::default() };
        let receipt = robot().verdict(&Ok(response), now().timestamp());
        assert!(!format!("{receipt:?}").contains(&TOKEN[..8]), "{receipt:?}");
        assert!(!receipt.reason.contains("aGk") && receipt.reason.contains("***"), "{receipt:?}");
    }
}
