//! The generic webhook.

use dingdong::model::{
    secret::SecretRef,
    setup::{Payload, Setup, WebhookSetup},
};

use super::*;
use crate::support::{fake::Fault, fake_receiver::FakeReceiver};

fn webhook() -> &'static dyn Robot {
    send::robot(RobotKind::Webhook)
}

fn target(body: Option<Value>) -> Target {
    let body = body.map(|body| Payload::new(body).unwrap());
    let headers = vec![("authorization".to_owned(), SecretRef::Env("TOKEN".to_owned()))];
    let setup = Setup::Webhook(WebhookSetup { body, headers });
    Target { setup, name: "群".to_owned(), ..Target::new("hook", RobotKind::Webhook) }
}

async fn deliver(message: &Message, credentials: &Credentials) -> Receipt {
    let (now, target) = (now(), target(None));
    let outgoing = Outgoing { target: &target, message, credentials, now: &now };
    posted(webhook(), &outgoing, &Client::default(), &Paper::default()).await
}

/// The first is the one of the Standard Webhooks libraries; the second was computed with openssl.
#[test]
fn signatures_match_other_implementations() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    for (id, timestamp, body, key, sign) in [
        (
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
            key.as_slice(),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        (
            "id-1",
            1_795_482_000,
            r#"{"a":1}"#,
            b"plain key",
            "v1,HJrMw3RNP0DNvsCQnErCmcLrgyKIkSkw9VbgkYxR1XE=",
        ),
    ] {
        assert_eq!(send::webhook::sign(id, timestamp, body, key), sign);
    }
}

#[test]
fn the_body_is_everything_or_what_the_settings_ask_for() {
    let message = Message {
        buttons: vec![button("打开", "https://e.x/1")],
        mentions: Mentions { all: false, people: vec![mention("zs", IdKind::User, "张三")] },
        part: Part { number: 2, of: 3 },
        ..message("**看**")
    };
    let everything = json!({
        "target": "群", "title": "政策更新提醒", "text": "**看**", "format": "markdown",
        "buttons": [{"label": "打开", "url": "https://e.x/1"}],
        "people": [{"id": "zs", "name": "张三"}], "names": "张三", "all": false,
        "part": 2, "parts": 3, "key": message.key,
    });
    assert_eq!(webhook().body(&target(None), &message), everything);
    let asked = json!({
        "content": "{{ title }} ({{ part }}/{{ parts }}) \"{{ text }}\"",
        "links": "{{ buttons }}", "deep": [{"all": "{{ all }}", "n": 1}],
    });
    assert_eq!(
        webhook().body(&target(Some(asked)), &message),
        json!({
            "content": "政策更新提醒 (2/3) \"**看**\"",
            "links": [{"label": "打开", "url": "https://e.x/1"}],
            "deep": [{"all": false, "n": 1}],
        })
    );
}

#[tokio::test]
async fn a_receiver_can_check_who_asks_and_drop_repeats() {
    let fake = FakeReceiver::start();
    fake.set_now(now().timestamp());
    fake.vendor(|vendor| {
        vendor.key = Some(b"plain key".to_vec());
        vendor.authorization = Some("Bearer t0ken-of-the-house".to_owned());
    });
    let url = fake.url("/hooks/dingdong");
    let with = |signing: Option<&str>, token: &str| Credentials {
        headers: vec![("authorization".to_owned(), secret(token))],
        ..credentials(&url, signing)
    };
    let token = "Bearer t0ken-of-the-house";
    for good in ["plain key", "whsec_cGxhaW4ga2V5"] {
        let receipt = deliver(&message("看"), &with(Some(good), token)).await;
        assert_eq!(receipt.verdict, Verdict::Sent, "{receipt:?}");
    }
    let shown = fake.shown();
    assert_eq!(shown.len(), 1, "the second is a repeat");
    assert_eq!((shown[0].title.as_str(), shown[0].text.as_str()), ("政策更新提醒", "看"));
    let request = fake.requests().remove(0);
    assert_eq!(request.header("webhook-timestamp"), Some("1795482000"));
    for wrong in [with(Some("other"), token), with(None, token), with(Some("plain key"), "x")] {
        let receipt = deliver(&message("看"), &wrong).await;
        assert_eq!(receipt.verdict, Verdict::Misconfigured, "{receipt:?}");
        assert!(receipt.help.unwrap().to_string().contains("`secret`"));
    }
}

#[tokio::test]
async fn faults_have_their_verdicts() {
    let fake = FakeReceiver::start();
    let good = credentials(&fake.url("/hook"), None);
    for (fault, verdict) in [
        (Fault::Status(500), "retry"),
        (Fault::Status(404), "dead_target"),
        (Fault::Status(422), "bad_message"),
        (Fault::Redirect, "misconfigured"),
        (Fault::CloseBefore, "retry"),
        (Fault::CloseAfter, "retry"),
    ] {
        fake.fault(fault.clone());
        let receipt = deliver(&message("x"), &good).await;
        assert_eq!(receipt.verdict.name(), verdict, "{fault:?}: {receipt:?}");
    }
}

#[test]
fn what_is_wrong_with_address_or_secret_is_named() {
    let check = |pasted: &str, signing, plain: bool| {
        let target = Target { allow_http: plain, ..target(None) };
        webhook().check_credentials(&target, &credentials(pasted, signing))
    };
    for (pasted, signing, reason) in [
        ("https://e.x/a b", None, "contains a space"),
        ("http://e.x/hook", None, "starts with http://, not https://"),
        ("https://user:pw@e.x/hook", None, "user name before its host"),
        ("https://e.x/hook", Some("whsec_???"), "is not Base64"),
        (
            "https://oapi.dingtalk.com/robot/send?access_token=x",
            None,
            "belongs to a DingTalk robot, which is a kind of its own",
        ),
    ] {
        let wrong = check(pasted, signing, false).unwrap_err();
        assert!(wrong.reason.to_string().contains(reason), "{pasted}: {wrong}");
    }
    assert_eq!(check("http://intranet.example/hook", None, true), Ok(()));
    assert_eq!(check("https://discord.com/api/webhooks/1/x", None, false), Ok(()));
}
