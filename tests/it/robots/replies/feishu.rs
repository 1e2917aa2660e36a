//! Feishu's.

use super::*;

pub(super) fn replies() -> Vec<Reply> {
    [codes(), refused_with_400(), strange_pages()].into_iter().flatten().collect()
}

fn codes() -> Vec<Reply> {
    use Verdict::{BadMessage, DeadTarget, Misconfigured, Retry, Sent, Throttled, Unknown};
    let soon = Retry(Some(Duration::from_secs(5)));
    let minute = Throttled(Duration::from_secs(60));
    let mut replies: Vec<Reply> = [
        (json!(0), "success", Sent, ""),
        (json!("0"), "success", Sent, ""),
        (json!(2200), "internal error", soon, ""),
        (json!(9499), "Bad Request", BadMessage, "simplify"),
        (json!(9499), "too many request", minute, "second robot"),
        (json!(11232), "frequency limited psm[lark.oapi.app_platform_runtime]", soon, ""),
        (json!(11233), "create message limited", soon, ""),
        (json!(230_020), "limited", soon, ""),
        (json!(11246), "Service Internal Error", soon, ""),
        (json!(11246), "create message content failed", BadMessage, "simplify"),
        (json!(11310), "card table number over limit", BadMessage, "simplify"),
        (json!(230_099), "Failed to create card content", BadMessage, "simplify"),
        (
            json!(19001),
            "param invalid: incoming webhook access token invalid",
            DeadTarget,
            "whole webhook",
        ),
        (json!(19002), "params error, msg_type need", BadMessage, "report it"),
        (json!(19022), "Ip Not Allowed", Misconfigured, "public IP address"),
        (json!(19024), "Key Words Not Found", Misconfigured, "keywords"),
        (json!(99_991_400), "request trigger frequency limit", minute, "second robot"),
        (json!(12345), "whatever", Unknown, "documentation"),
    ]
    .into_iter()
    .map(|(code, said, verdict, help)| {
        reply(json!({"code": code, "msg": said, "data": {}}), verdict, help)
    })
    .collect();
    replies.extend([
        // The older names, alone and beside the newer.
        reply(json!({"Extra": null, "StatusCode": 0, "StatusMessage": "success"}), Sent, ""),
        reply(json!({"StatusCode": 19024, "StatusMessage": "x"}), Misconfigured, "keywords"),
        reply(json!({"code": 0, "msg": "success", "StatusCode": 0}), Sent, ""),
        reply(json!({"code": 19001, "msg": "", "StatusCode": 0}), DeadTarget, "webhook"),
        // The vendor's clock is two hours behind ours in these replies.
        Reply {
            code: Some("19021"),
            ..reply(
                json!({"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}),
                Misconfigured,
                "clock is 7200 s ahead of Feishu's",
            )
        },
    ]);
    replies
}

fn refused_with_400() -> Vec<Reply> {
    use Verdict::{BadMessage, Retry, Throttled, Unknown};
    let reset = |seconds: &str| vec![("x-ogw-ratelimit-reset".to_owned(), seconds.to_owned())];
    let limited = |seconds| Throttled(Duration::from_secs(seconds));
    let gateway = json!({"code": 99_991_400, "msg": "request trigger frequency limit"});
    let gateway = |seconds: &str, rest: u64| Reply {
        status: 400,
        headers: reset(seconds),
        ..reply(gateway.clone(), limited(rest), "second robot")
    };
    vec![
        gateway("7", 7),
        gateway("0", 1),
        gateway("1000000", 3600),
        gateway("soon", 60),
        Reply {
            status: 400,
            ..reply(json!({"code": 9499, "msg": "too many request"}), limited(60), "second robot")
        },
        Reply {
            status: 400,
            ..reply(json!({"code": 9499, "msg": "Bad Request"}), BadMessage, "simplify")
        },
        Reply { status: 500, ..reply(json!({"code": 5, "msg": "oops"}), Retry(None), "") },
        page(500, r#"{"code":0}"#, Retry(Some(Duration::from_secs(42))), "http 500", ""),
        page(201, r#"{"code":0}"#, Unknown, "http 201", "proxy"),
        page(200, r#"{"code":null}"#, Unknown, "http 200", "proxy"),
    ]
}
