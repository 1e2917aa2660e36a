//! Whole deliveries, against a DingTalk of our own.

use super::*;

async fn deliver(message: &Message, credentials: &Credentials, options: Options) -> Receipt {
    let now = now();
    let outgoing = Outgoing { target: &group(), message, credentials, now: &now };
    let (client, paper) = (Client::new(options), Paper::default());
    spawnable(posted(robot(), &outgoing, &client, &paper)).await
}

/// A delivery has to be able to run on any thread.
fn spawnable<F: Future + Send>(future: F) -> F {
    future
}

fn patient() -> Options {
    Options::default()
}

/// For requests that are never answered: the real time such a test takes.
fn hasty() -> Options {
    Options { connect: Duration::from_secs(5), total: Duration::from_millis(300) }
}

/// A server whose clock stands still, and how to reach its only robot, which demands a signature.
fn signed_group() -> (FakeDingtalk, Credentials) {
    let fake = FakeDingtalk::start();
    fake.set_now(now().timestamp());
    let webhook = fake.group(TOKEN, Group::default().signed(SECRET));
    (fake, credentials(&webhook, Some(SECRET)))
}

#[tokio::test]
async fn a_signed_message_is_shown_and_notifies() {
    let fake = FakeDingtalk::start();
    fake.set_now(now().timestamp());
    let members = ["13800000000", "user123"];
    let group = Group::default().signed(SECRET).keywords(&["政策"]).members(&members);
    let credentials = credentials(&fake.group(TOKEN, group), Some(SECRET));
    let mut message = message("请看\n这里");
    message.mentions.people = vec![
        mention("user123", IdKind::User, "张三"),
        mention("13800000000", IdKind::Mobile, "李四"),
        mention("13900000000", IdKind::Mobile, "not in the group"),
    ];
    let receipt = deliver(&message, &credentials, patient()).await;
    assert_eq!(receipt.verdict, Verdict::Sent, "{receipt:?}");
    let shown = fake.wait_for_shown(1).await.remove(0);
    assert_eq!((shown.kind.as_str(), shown.token.as_str()), ("markdown", TOKEN));
    assert_eq!(shown.title, "政策更新提醒");
    assert_eq!(shown.text, "请看  \n  这里\n\n@user123 @13800000000 @13900000000");
    assert_eq!((shown.notified, shown.all), (members.map(str::to_owned).to_vec(), false));

    let card = Message {
        buttons: vec![button("打开", "https://e.x/1"), button("稍后", "https://e.x/2")],
        mentions: Mentions { all: true, people: Vec::new() },
        key: "another".to_owned(),
        ..message
    };
    let receipt = deliver(&card, &credentials, patient()).await;
    assert_eq!(receipt.verdict, Verdict::Sent, "{receipt:?}");
    let shown = fake.wait_for_shown(2).await.remove(1);
    assert_eq!(shown.buttons[1], ("稍后".to_owned(), "https://e.x/2".to_owned()));
    assert!(shown.all && shown.notified.is_empty());
    let requests = fake.requests();
    assert_eq!(requests[0].header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(requests[0].parameter("timestamp"), ["1795482000000"]);
    assert_eq!(requests[1].json()["msgtype"], "actionCard");
}

#[tokio::test]
async fn a_repeat_is_shown_once_and_too_many_are_silenced() {
    let (fake, credentials) = signed_group();
    for _ in 0..2 {
        let receipt = deliver(&message("x"), &credentials, patient()).await;
        assert_eq!(receipt.verdict, Verdict::Sent, "{receipt:?}");
    }
    assert_eq!(fake.shown().len(), 1);
    for n in 2..20 {
        let message = Message { key: n.to_string(), ..message("x") };
        assert_eq!(deliver(&message, &credentials, patient()).await.verdict, Verdict::Sent);
    }
    let receipt = deliver(&message("y"), &credentials, patient()).await;
    assert_eq!(receipt.verdict, Verdict::Throttled(dingtalk::THROTTLE_REST), "{receipt:?}");
    assert_eq!(fake.shown().len(), 19);
}

#[tokio::test]
async fn the_vendors_refusals_say_what_to_do() {
    let (fake, good) = signed_group();
    let webhook = fake.webhook(TOKEN);
    let keyword = fake.group("keyword", Group::default().keywords(&["公告"]));
    let other = format!("{webhook}x");
    for (credentials, verdict, code, help) in [
        (credentials(&webhook, None), Verdict::Misconfigured, "310000", "the secret (SEC…)"),
        (
            credentials(&webhook, Some("SECx")),
            Verdict::Misconfigured,
            "310000",
            "the secret (SEC…)",
        ),
        (credentials(&keyword, None), Verdict::Misconfigured, "310000", "keywords"),
        (credentials(&other, None), Verdict::DeadTarget, "300005", "whole webhook"),
    ] {
        let receipt = deliver(&message("x"), &credentials, patient()).await;
        assert_eq!((receipt.verdict, receipt.code.as_deref()), (verdict, Some(code)));
        assert!(receipt.help.unwrap().to_string().contains(help));
    }
    fake.set_now("2026-11-24T03:00:00Z".parse().unwrap());
    let receipt = deliver(&message("x"), &good, patient()).await;
    assert_eq!(receipt.verdict, Verdict::Misconfigured);
    assert!(receipt.help.unwrap().to_string().contains("7200 s behind"));
    assert_eq!(fake.shown(), []);
}

#[tokio::test]
async fn every_fault_has_its_verdict_and_shows_no_message_twice() {
    let html = || Fault::Body("<html>Log in first</html>".to_owned());
    let blocked = || Fault::Body(r#"{"status":1111,"wait":5,"punish":"deny"}"#.to_owned());
    for (fault, verdict, code, shown) in [
        (Fault::Status(500), "retry", "http 500", 0),
        (Fault::Status(403), "unknown", "http 403", 0),
        (html(), "unknown", "http 200", 0),
        (blocked(), "throttled", "http 200", 0),
        (Fault::Body("\u{0}\u{1b}[31mgarbage".to_owned()), "unknown", "http 200", 0),
        (Fault::Body(String::new()), "unknown", "http 200", 0),
        (Fault::Code(400_102, "robot disabled"), "misconfigured", "400102", 0),
        (Fault::Redirect, "unknown", "http 302", 0),
        (Fault::Huge, "unknown", "too_large", 0),
        (Fault::CloseBefore, "retry", "reset", 0),
        (Fault::CloseAfter, "retry", "reset", 1),
        (Fault::CloseWithin, "retry", "cut", 1),
    ] {
        let (fake, credentials) = signed_group();
        fake.fault(fault.clone());
        let receipt = deliver(&message("x"), &credentials, patient()).await;
        assert_eq!(receipt.verdict.name(), verdict, "{fault:?}: {receipt:?}");
        assert_eq!(receipt.code.as_deref(), Some(code), "{fault:?}: {receipt:?}");
        assert_eq!(fake.shown().len(), shown, "{fault:?}");
        assert!(fake.requests().len() <= 1, "one attempt is one request: {fault:?}");
        assert_silent(&receipt);
        let receipt = deliver(&message("x"), &credentials, patient()).await;
        assert_eq!(receipt.verdict, Verdict::Sent, "after {fault:?}: {receipt:?}");
        assert_eq!(fake.shown().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn who_never_answers_is_left_in_time() {
    for (fault, shown) in [(Fault::HoldBefore, 0), (Fault::HoldAfter, 1), (Fault::Drip, 1)] {
        let (fake, credentials) = signed_group();
        fake.fault(fault.clone());
        let receipt = deliver(&message("x"), &credentials, hasty()).await;
        assert_eq!(receipt.verdict, Verdict::Retry(None), "{fault:?}");
        assert_eq!(receipt.code.as_deref(), Some("timeout"), "{fault:?}");
        assert_eq!(fake.shown().len(), shown, "{fault:?}");
        assert_silent(&receipt);
    }
}

#[tokio::test]
async fn a_late_answer_counts() {
    for fault in [Fault::HoldBefore, Fault::HoldAfter] {
        let (fake, credentials) = signed_group();
        fake.fault(fault.clone());
        let message = message("x");
        let sending = deliver(&message, &credentials, patient());
        let releasing = async {
            fake.wait_for_requests(1).await;
            if fault == Fault::HoldAfter {
                fake.wait_for_shown(1).await;
            }
            assert_eq!(fake.shown().len(), usize::from(fault == Fault::HoldAfter));
            fake.release();
        };
        let (receipt, ()) = tokio::join!(sending, releasing);
        assert_eq!(receipt.verdict, Verdict::Sent, "{fault:?}: {receipt:?}");
    }
}

#[tokio::test]
async fn hosts_that_are_not_there_are_named_without_the_token() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let webhook = format!("http://{closed}/robot/send?access_token={TOKEN}");
    let receipt = deliver(&message("x"), &credentials(&webhook, Some(SECRET)), patient()).await;
    assert_eq!(receipt.code.as_deref(), Some("connect"), "{receipt:?}");
    assert_eq!(receipt.verdict, Verdict::Retry(None));
    assert!(receipt.reason.to_string().contains(&closed.to_string()), "{receipt:?}");
    assert_silent(&receipt);

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let webhook = format!("https://{address}/robot/send?access_token={TOKEN}");
    let (message, credentials) = (message("x"), credentials(&webhook, Some(SECRET)));
    let plain = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let answer = b"HTTP/1.1 400 Bad Request\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer).await.unwrap();
    };
    let (receipt, ()) = tokio::join!(deliver(&message, &credentials, patient()), plain);
    assert_eq!(receipt.code.as_deref(), Some("tls"), "{receipt:?}");
    assert_silent(&receipt);
}

/// A receipt goes to the log, to screens and to other groups.
fn assert_silent(receipt: &Receipt) {
    let shown = format!("{receipt:?}");
    for secret in [TOKEN, SECRET, &TOKEN[..12], "access_token=5", "sign="] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn requests_and_credentials_show_no_secret() {
    let webhook = format!("https://oapi.dingtalk.com/robot/send?access_token={TOKEN}");
    let credentials = credentials(&webhook, Some(SECRET));
    let (message, now) = (message("x"), now());
    let outgoing =
        Outgoing { target: &group(), message: &message, credentials: &credentials, now: &now };
    let shown = format!("{outgoing:?} {:?}", robot().requests(&outgoing).unwrap());
    assert!(shown.contains("oapi.dingtalk.com"), "{shown}");
    assert!(!shown.contains(&TOKEN[..12]) && !shown.contains(&SECRET[..12]), "{shown}");
}
