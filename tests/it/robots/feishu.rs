//! Feishu and Lark.

use super::*;
use crate::support::{
    fake::Fault,
    fake_feishu::{Bot, FakeFeishu},
};

const HOOK: &str = "3f0c1d2e-4b5a-6978-8a9b-acbdcedf0011";

fn feishu() -> &'static dyn Robot {
    send::robot(RobotKind::Feishu)
}

fn people() -> Vec<Mentioned> {
    vec![mention("ou_zhang", IdKind::User, "张三"), mention("ou_li", IdKind::User, "李<四>")]
}

async fn deliver(message: &Message, credentials: &Credentials) -> Receipt {
    let (now, group) = (now(), Target::new("g", RobotKind::Feishu));
    let outgoing = Outgoing { target: &group, message, credentials, now: &now };
    posted(feishu(), &outgoing, &Client::default(), &Paper::default()).await
}

/// Computed with two other implementations (Python's hmac and openssl).
#[test]
fn signatures_match_other_implementations() {
    for (timestamp, key, sign) in [
        (1_599_360_473, "demo", "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="),
        (1_700_000_000, "demo", "8oT2n3SMKFfEnDoiwer8BUM/SjKLwe9SqoEIHlhDTKo="),
        (1_760_000_000, "0123456789abcdefABCDEF", "GRxNj5KpTgdsq+mfwmTdQz+dB/cF77ER03NaDZrvA9o="),
        (1_790_000_000, "FEISHUtestSecret0000000", "XC7V9zzgNIZLH270BnsI3RAiUUlGKB4w5yNO5gCPPwE="),
        (1_609_459_200, "a", "rl+KB5RsAnnvhCUGKncAnIScmsl/hBNsUmZDlTWaxes="),
        (0, "x", "oXdk2ucwqNVLLZZVLnZykqSwABpHVZxD+yQJ/eSmZ5o="),
        (1_735_689_600, "密钥-提醒-测试", "va5ftkK1iVA4GGpbMkhGGTREwlUPPD5pmUhIWND1hgg="),
        (1_767_225_600, "sp ace+plus/slash=", "hzXYQ8sCFg96nDmjDJ98oprOq43ZZrey3SOxIb9VOGs="),
    ] {
        assert_eq!(send::feishu::sign(timestamp, &secret(key)), sign, "{timestamp}");
    }
}

#[test]
fn bodies_are_what_the_vendor_documents() {
    let body = |message: &Message| feishu().body(&group(), message);
    let text = Message { format: Format::Text, ..message("请查看\n最新政策 @ou_zhang") };
    assert_eq!(
        body(&Message { mentions: Mentions { all: false, people: people() }, ..text.clone() }),
        json!({"msg_type": "text", "content": {"text":
            "政策更新提醒\n请查看\n最新政策 <at user_id=\"ou_zhang\">张三</at>\n\
             <at user_id=\"ou_li\">李四</at>"}})
    );
    let all = Mentions { all: true, people: people() };
    assert_eq!(
        body(&Message { mentions: all.clone(), ..text.clone() })["content"]["text"],
        "政策更新提醒\n请查看\n最新政策 @ou_zhang\n<at user_id=\"all\">所有人</at>"
    );
    let tagged = Message { body: "a <AT user_id=\"all\"></at>".to_owned(), ..text.clone() };
    assert_eq!(
        body(&tagged),
        json!({"msg_type": "post", "content": {"post": {"zh_cn": {"title": "政策更新提醒",
            "content": [[{"tag": "text", "text": "a <AT user_id=\"all\"></at>"}]]}}}})
    );
    let linked = Message {
        buttons: vec![button("打开", "https://e.x/1")],
        mentions: Mentions { all: false, people: people() },
        body: "请看 @ou_li\n\n谢谢".to_owned(),
        ..text
    };
    assert_eq!(
        body(&linked)["content"]["post"]["zh_cn"]["content"],
        json!([
            [{"tag": "text", "text": "请看 "},
             {"tag": "at", "user_id": "ou_li", "user_name": "李<四>"}],
            [{"tag": "text", "text": " "}],
            [{"tag": "text", "text": "谢谢"}],
            [{"tag": "a", "text": "打开", "href": "https://e.x/1"}],
            [{"tag": "at", "user_id": "ou_zhang", "user_name": "张三"}],
        ])
    );
    let card = Message {
        mentions: all,
        buttons: vec![button("打开", "https://e.x/1")],
        ..message("### 看 <at id=all></at>\n- a\n")
    };
    assert_eq!(
        body(&card),
        json!({"msg_type": "interactive", "card": {
            "schema": "2.0",
            "header": {"title": {"tag": "plain_text", "content": "政策更新提醒"}, "template": "blue"},
            "body": {"elements": [
                {"tag": "markdown",
                 "content": "### 看 &#60;at id=all></at>\n- a\n\n<at id=all></at>"},
                {"tag": "button", "type": "default",
                 "text": {"tag": "plain_text", "content": "打开"},
                 "behaviors": [{"type": "open_url", "default_url": "https://e.x/1"}]},
            ]},
        }})
    );
}

#[tokio::test]
async fn a_signed_message_is_shown_and_notifies() {
    let fake = FakeFeishu::start();
    fake.set_now(now().timestamp());
    let bot = Bot {
        secret: Some("demo".to_owned()),
        keywords: vec!["政策".to_owned()],
        members: vec!["ou_zhang".to_owned()],
        ..Bot::default()
    };
    let credentials = credentials(&fake.bot(HOOK, bot), Some("demo"));
    let mentions = Mentions { all: false, people: people() };
    for (format, buttons, kind) in [
        (Format::Markdown, vec![button("打开", "https://e.x/1")], "interactive"),
        (Format::Text, vec![button("打开", "https://e.x/1")], "post"),
        (Format::Text, Vec::new(), "text"),
    ] {
        let message =
            Message {
                format, buttons, mentions: mentions.clone(), ..message("请看 <at id=all>")
            };
        let receipt = deliver(&message, &credentials).await;
        assert_eq!(receipt.verdict, Verdict::Sent, "{receipt:?}");
        let shown = fake.shown().pop().unwrap();
        // What the author wrote mentions nobody, so a text that looks like it goes as a post.
        let kind = if kind == "text" { "post" } else { kind };
        assert_eq!((shown.kind.as_str(), shown.token.as_str()), (kind, HOOK));
        assert_eq!(shown.title, "政策更新提醒");
        assert_eq!((shown.notified, shown.all), (vec!["ou_zhang".to_owned()], false));
        assert_eq!(shown.buttons.len(), message.buttons.len());
    }
    let all = Mentions { all: true, people: Vec::new() };
    let text = Message { format: Format::Text, mentions: all, ..message("请看") };
    assert_eq!(deliver(&text, &credentials).await.verdict, Verdict::Sent);
    let shown = fake.shown().pop().unwrap();
    assert!(shown.all && shown.kind == "text", "{shown:?}");
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let fake = FakeFeishu::start();
    fake.set_now(now().timestamp());
    let bot = Bot { secret: Some("demo".to_owned()), ..Bot::default() };
    let webhook = fake.bot(HOOK, bot);
    let strict = Bot { keywords: vec!["公告".to_owned()], ..Bot::default() };
    let keyword = fake.bot("keyword", strict);
    let gone = webhook.replace(HOOK, "gone");
    for (credentials, verdict, help) in [
        (credentials(&webhook, None), Verdict::Misconfigured, "secret"),
        (credentials(&webhook, Some("other")), Verdict::Misconfigured, "secret"),
        (credentials(&keyword, None), Verdict::Misconfigured, "keywords"),
        (credentials(&gone, None), Verdict::DeadTarget, "whole webhook"),
    ] {
        let receipt = deliver(&message("x"), &credentials).await;
        assert_eq!(receipt.verdict, verdict, "{receipt:?}");
        assert!(
            receipt
                .help
                .as_ref()
                .map(ToString::to_string)
                .as_deref()
                .unwrap_or_default()
                .contains(help),
            "{receipt:?}"
        );
        assert!(!format!("{receipt:?}").contains(HOOK));
    }
    let good = credentials(&webhook, Some("demo"));
    let receipt = deliver(&message(&"策".repeat(6_700)), &good).await;
    assert_eq!(receipt.verdict, Verdict::BadMessage);
    assert!(fake.shown().is_empty());
    fake.set_now("2026-11-24T03:00:01Z".parse().unwrap());
    let receipt = deliver(&message("x"), &good).await;
    assert!(receipt.help.unwrap().to_string().contains("7201 s behind Feishu's"));
}

#[tokio::test]
async fn faults_have_their_verdicts() {
    for (fault, verdict) in [
        (Fault::Status(502), "retry"),
        (Fault::Body("<html>".to_owned()), "unknown"),
        (Fault::Body(String::new()), "unknown"),
        (Fault::Code(11232, "frequency limited"), "retry"),
        (Fault::CloseBefore, "retry"),
        (Fault::CloseAfter, "retry"),
        (Fault::CloseWithin, "retry"),
    ] {
        let fake = FakeFeishu::start();
        let credentials = credentials(&fake.bot(HOOK, Bot::default()), None);
        fake.fault(fault.clone());
        let receipt = deliver(&message("x"), &credentials).await;
        assert_eq!(receipt.verdict.name(), verdict, "{fault:?}: {receipt:?}");
    }
}

#[test]
fn what_is_wrong_with_a_pasted_webhook_is_named_and_never_repeated() {
    let good = format!("https://open.feishu.cn/open-apis/bot/v2/hook/{HOOK}");
    let check =
        |pasted: &str, signing| feishu().check_credentials(&group(), &credentials(pasted, signing));
    for (pasted, reason) in [
        (format!("{good} "), "a space or line break at its end"),
        (good.replace("hook", "机器人"), "`机` (U+673A, not an ASCII character)"),
        (HOOK.to_owned(), "is only a token, not the whole URL"),
        (good.replace("https", "http"), "starts with http://, not https://"),
        (good.replace("/v2", ""), "is of the first kind, which shows plain text only"),
        (good.replace(HOOK, ""), "has no token at its end"),
        (format!("{good}/x"), "goes on after its token"),
        (good.replace("/bot", "/robot"), "path is not /open-apis/bot/v2/hook/…"),
        (
            format!("https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"),
            "belongs to a DingTalk robot, not to Feishu's",
        ),
    ] {
        let wrong = check(&pasted, None).unwrap_err();
        assert!(wrong.reason.to_string().contains(reason), "{pasted:?}: {wrong}");
        assert!(!wrong.to_string().contains(HOOK) && !wrong.to_string().contains(TOKEN));
    }
    assert!(check(&good, Some("\"quoted\"")).unwrap_err().reason.to_string().contains("quotes"));
    for good in [good.clone(), good.replace("feishu.cn", "larksuite.com")] {
        assert_eq!(check(&good, Some("demo")), Ok(()));
    }
}
