//! Signatures, and what people paste.

use super::*;

/// The URL that is called for a pasted webhook, at an instant in milliseconds.
fn called(webhook: &str, signing: Option<&str>, timestamp: i64) -> String {
    let credentials = credentials(webhook, signing);
    let now = Timestamp::from_millisecond(timestamp).unwrap().to_zoned_datetime(TimeZone::UTC);
    let (message, target) = (message("x"), group());
    let outgoing =
        Outgoing { target: &target, message: &message, credentials: &credentials, now: &now };
    match robot().requests(&outgoing).unwrap().remove(0) {
        Step::Http(request) => request.url.expose().to_owned(),
        step => panic!("{step:?}"),
    }
}

/// Computed with two other implementations (Python's hmac and openssl).
const VECTORS: [(i64, &str, &str, &str); 8] = [
    (
        1_577_262_236_757,
        "this is a secret",
        "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=",
        "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA%3D",
    ),
    (
        1_700_000_000_000,
        "this is secret",
        "sSFWELbV2YwjdDQhWZwTcWlX5BWUx5J6TPpsZmuPii0=",
        "sSFWELbV2YwjdDQhWZwTcWlX5BWUx5J6TPpsZmuPii0%3D",
    ),
    (
        1_760_000_000_000,
        SECRET,
        "La604JXsnEluXCk7ZMRALvnA8TfhJPcV/lz0UFENgSY=",
        "La604JXsnEluXCk7ZMRALvnA8TfhJPcV%2Flz0UFENgSY%3D",
    ),
    (
        1_790_000_000_123,
        "SECfeedfacecafebeef000000000000000000000000000000000000000000000001",
        "hsUN/13fHhHH71/OxM67lTgd2qfiBCb3r8HLyqTa/AM=",
        "hsUN%2F13fHhHH71%2FOxM67lTgd2qfiBCb3r8HLyqTa%2FAM%3D",
    ),
    (
        1_609_459_200_000,
        "SECa",
        "bKqiHIS5Q/9pJ07FERvzNWv+wM9zHe/sSBtH3wPlxj0=",
        "bKqiHIS5Q%2F9pJ07FERvzNWv%2BwM9zHe%2FsSBtH3wPlxj0%3D",
    ),
    (
        0,
        "SEC",
        "WXlo3SJR7RgN8FIiC1TQe7rGqMh6HlgwbQkRnH32XWg=",
        "WXlo3SJR7RgN8FIiC1TQe7rGqMh6HlgwbQkRnH32XWg%3D",
    ),
    (
        1_735_689_600_001,
        "密钥-提醒-测试",
        "ROdRxXqbcdho7ZLGd/0xY0g41JtNfcjwxaVAA5UjjZo=",
        "ROdRxXqbcdho7ZLGd%2F0xY0g41JtNfcjwxaVAA5UjjZo%3D",
    ),
    (
        1_767_225_600_000,
        "SEC with space+plus/slash=",
        "1W3mbgr8Uy/BlDTNnMV+4ewfYUMLaPgip3eTqq1ES8M=",
        "1W3mbgr8Uy%2FBlDTNnMV%2B4ewfYUMLaPgip3eTqq1ES8M%3D",
    ),
];

#[test]
fn signatures_match_other_implementations() {
    for (timestamp, key, sign, _) in VECTORS {
        assert_eq!(dingtalk::sign(timestamp, &secret(key)), sign, "{timestamp}");
    }
    let (timestamp, key, right, _) = VECTORS[0];
    for wrong in [
        "gIU1utnMGXtqj0vmRFuXHW1AYM0MN5jr2+AOHgyF7xI=", // in seconds
        "pmch4LYFoQ3N1NC5VIvwwHWkOB43+kfmJrHktsYJUuA=", // key and text swapped
        "FrRqj84LHxVC2ntsz1V9GbEguI4w0fV+9Yfa2B3AFrE=", // a backslash and an n
    ] {
        assert_ne!(dingtalk::sign(timestamp, &secret(key)), wrong);
    }
    assert_eq!(
        dingtalk::sign(timestamp / 1000, &secret(key)),
        "gIU1utnMGXtqj0vmRFuXHW1AYM0MN5jr2+AOHgyF7xI="
    );
    assert!(right.ends_with('='));
}

#[test]
fn a_signature_is_encoded_once_and_the_rest_of_the_webhook_is_kept() {
    for (timestamp, key, _, encoded) in VECTORS {
        let url = called("https://h.example/robot/send?access_token=t", Some(key), timestamp);
        let expected = format!("?access_token=t&timestamp={timestamp}&sign={encoded}");
        assert_eq!(url, format!("https://h.example/robot/send{expected}"));
    }
    for (pasted, unsigned) in [
        ("https://oapi.dingtalk.io/robot/send?access_token=t", None),
        ("https://OAPI.dingtalk.com:443/robot/send?a=%20b+c&access_token=t%3D#x", {
            Some("https://oapi.dingtalk.com/robot/send?a=%20b+c&access_token=t%3D")
        }),
        ("https://h/robot/send?sign=old&access_token=t&timestamp=1&sign=older&b", {
            Some("https://h/robot/send?access_token=t&b")
        }),
        ("http://127.0.0.1:9/proxy/robot/send?access_token=t", None),
    ] {
        let unsigned = unsigned.unwrap_or(pasted);
        assert_eq!(called(pasted, None, 5), unsigned);
        let signed = called(pasted, Some(SECRET), VECTORS[2].0);
        assert_eq!(signed, format!("{unsigned}&timestamp=1760000000000&sign={}", VECTORS[2].3));
    }
}

#[test]
fn what_is_wrong_with_a_pasted_webhook_is_named_and_never_repeated() {
    let good = format!("https://oapi.dingtalk.com/robot/send?access_token={TOKEN}");
    for (pasted, reason) in [
        (String::new(), "the webhook is empty"),
        ("  \n".to_owned(), "the webhook is empty"),
        (format!(" {good}"), "the webhook has a space or line break at its start"),
        (format!("{good}\r\n"), "the webhook has a space or line break at its end"),
        (format!("{good}\u{3000}"), "the webhook has a space or line break at its end"),
        (good.replace("/send", " /send"), "contains a space or line break as its character 32"),
        (
            good.replace(':', "："),
            "contains `：` (U+FF1A, not an ASCII character) as its character 6",
        ),
        (
            format!("钉钉{good}"),
            "contains `钉` (U+9489, not an ASCII character) as its character 1",
        ),
        (good.replace("access", "acc\u{200b}ess"), "(U+200B, not an ASCII character)"),
        (good.replace("access", "acc\u{7}ess"), "contains a control character"),
        (format!("\"{good}\""), "contains a \" as its character 1"),
        (format!("<{good}>"), "contains a < as its character 1"),
        (TOKEN.to_owned(), "the webhook is only a token, not the whole URL"),
        (format!("access_token={TOKEN}"), "the webhook is only a token, not the whole URL"),
        (good.replace("https://", ""), "the webhook does not start with https://"),
        (good.replace("https://", "http://"), "the webhook starts with http://, not https://"),
        (good.replace("https://", "ftp://"), "starts with something else than https://"),
        (format!("https://:{TOKEN}"), "the webhook is no URL"),
        (good.replace("oapi", "user:password@oapi"), "has a user name before its host"),
        (good.replace("/send", ""), "the webhook's path is not /robot/send"),
        (good.replace("/robot", "/robots"), "the webhook's path is not /robot/send"),
        (good.replace("/send", "/sendBySession"), "the webhook is a session's"),
        (good.replace("access_token", "token"), "the webhook has no access_token"),
        (good.replace(TOKEN, ""), "the webhook's access_token is empty"),
        (good.replace(TOKEN, &good), "a whole URL where its access_token should be"),
        (format!("{good}&access_token={TOKEN}"), "the webhook has more than one access_token"),
        (
            format!("https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}"),
            "the webhook belongs to a Feishu robot, not to DingTalk's",
        ),
        (
            format!("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}"),
            "the webhook belongs to a WeCom robot, not to DingTalk's",
        ),
    ] {
        let wrong = robot().check_credentials(&group(), &credentials(&pasted, None)).unwrap_err();
        assert!(wrong.reason.to_string().contains(reason), "{pasted:?}: {wrong}");
        assert!(!wrong.to_string().contains(TOKEN), "{wrong}");
        assert!(!wrong.help.is_empty());
    }
    assert_eq!(robot().check_credentials(&group(), &credentials(&good, None)), Ok(()));
    let none = robot().check_credentials(&group(), &Credentials::default()).unwrap_err();
    assert_eq!(none.reason.to_string(), "there is no webhook");
}

#[test]
fn what_is_wrong_with_a_signing_secret_is_named_and_never_repeated() {
    let good = format!("https://oapi.dingtalk.com/robot/send?access_token={TOKEN}");
    for (pasted, reason) in [
        (String::new(), "the secret is empty"),
        (format!("{SECRET}\n"), "the secret has a space or line break at its end"),
        (format!("'{SECRET}'"), "the secret is wrapped in quotes"),
        (SECRET.replace("SEC", "SEC\n"), "the secret contains a line break"),
        (good.clone(), "the secret is a URL"),
    ] {
        let wrong =
            robot().check_credentials(&group(), &credentials(&good, Some(&pasted))).unwrap_err();
        assert!(wrong.reason.to_string().contains(reason), "{pasted:?}: {wrong}");
        assert!(!wrong.to_string().contains(&SECRET[10..]), "{wrong}");
    }
    assert_eq!(robot().check_credentials(&group(), &credentials(&good, Some(SECRET))), Ok(()));
}
