//! WeCom.

use dingdong::{
    compose::{Draft, Fitting, fit},
    model::{
        language::Language,
        occurrence::{Occurrence, Origin},
        reminder::{Priority, ReminderId, TooLong},
    },
};

use super::*;
use crate::support::{fake::Fault, fake_wecom::FakeWecom};

const KEY: &str = "693a91f6-7a8b-4c3d-9e0f-112233445566";

fn wecom() -> &'static dyn Robot {
    send::robot(RobotKind::Wecom)
}

fn target() -> Target {
    Target::new("sales", RobotKind::Wecom)
}

fn people() -> Vec<Mentioned> {
    vec![mention("ZhangSan", IdKind::User, "张三"), mention("13800000000", IdKind::Mobile, "李四")]
}

async fn deliver(message: &Message, credentials: &Credentials) -> Receipt {
    let (now, group) = (now(), target());
    let outgoing = Outgoing { target: &group, message, credentials, now: &now };
    posted(wecom(), &outgoing, &Client::default(), &Paper::default()).await
}

#[test]
fn bodies_are_what_the_vendor_documents() {
    let body = |message: &Message| wecom().body(&group(), message);
    let mentions = Mentions { all: false, people: people() };
    let text = Message {
        format: Format::Text,
        mentions: mentions.clone(),
        buttons: vec![button("打开", "https://e.x/1")],
        ..message("请查看 <@all>")
    };
    assert_eq!(
        body(&text),
        json!({"msgtype": "text", "text": {
            "content": "政策更新提醒\n请查看 ＜@all>\n打开: https://e.x/1",
            "mentioned_list": ["ZhangSan"], "mentioned_mobile_list": ["13800000000"]}})
    );
    let all = Mentions { all: true, people: people() };
    assert_eq!(
        body(&Message { mentions: all.clone(), ..text })["text"]["mentioned_list"],
        json!(["@all"])
    );
    let markdown = Message { mentions, ..message("### 政策\n请 @ZhangSan 看\n> 谢谢") };
    assert_eq!(
        body(&markdown),
        json!({"msgtype": "markdown", "markdown": {
            "content": "### 政策\n请 <@ZhangSan> 看\n> 谢谢"}})
    );
    let linked = Message { buttons: vec![button("[打]开", "https://e.x/1")], ..markdown };
    let expected = "### 政策\n请 <@ZhangSan> 看\n> 谢谢\n[打开](https://e.x/1)";
    assert_eq!(body(&linked)["markdown"]["content"], expected);
}

#[test]
fn a_short_notice_with_links_is_a_card() {
    let links = |n: usize| vec![button("打开", "https://e.x/1"); n];
    let notice = Message {
        buttons: links(2), ..message("### 政策更新提醒\n\n请查看最新政策。")
    };
    assert_eq!(
        wecom().body(&group(), &notice),
        json!({"msgtype": "template_card", "template_card": {
            "card_type": "text_notice",
            "main_title": {"title": "政策更新提醒"},
            "sub_title_text": "请查看最新政策。",
            "jump_list": [{"type": 1, "title": "打开", "url": "https://e.x/1"},
                          {"type": 1, "title": "打开", "url": "https://e.x/1"}],
            "card_action": {"type": 1, "url": "https://e.x/1"}}})
    );
    for no_card in [
        Message { buttons: links(0), ..notice.clone() },
        Message { buttons: links(4), ..notice.clone() },
        Message { body: "字".repeat(113), ..notice.clone() },
        Message { title: "字".repeat(27), ..notice.clone() },
        Message { body: "**粗**".to_owned(), ..notice.clone() },
        Message { mentions: Mentions { all: false, people: people() }, ..notice.clone() },
    ] {
        assert_eq!(wecom().body(&group(), &no_card)["msgtype"], "markdown", "{no_card:?}");
    }
}

/// The messages a draft becomes, as the program makes them.
fn messages(body: &str, format: Format, mentions: Mentions) -> Vec<Message> {
    let draft = Draft {
        title: "政策更新提醒".to_owned(),
        body: body.to_owned(),
        format,
        buttons: Vec::new(),
        mentions,
        banner: None,
    };
    let occurrence = Occurrence {
        reminder: ReminderId::new("policy"),
        due_at: now().timestamp(),
        origin: Origin::Schedule,
    };
    let (target, shape) = (target(), wecom().shape());
    let fitting = Fitting {
        target: &target,
        shape: &shape,
        too_long: TooLong::Split,
        language: Language::Chinese,
        priority: Priority::Normal,
        occurrence: &occurrence,
    };
    fit(&draft, &fitting).unwrap().messages
}

#[tokio::test]
async fn whom_markdown_cannot_mention_a_short_text_does() {
    let fake = FakeWecom::start();
    fake.set_now(now().timestamp());
    let credentials = credentials(&fake.robot(KEY), None);
    let all = Mentions { all: true, people: Vec::new() };
    let some = Mentions { all: false, people: people() };
    for (mentions, format, expected) in [
        (
            some.clone(),
            Format::Markdown,
            vec![("markdown", vec!["ZhangSan"], false), ("text", vec!["13800000000"], false)],
        ),
        (all.clone(), Format::Markdown, vec![("markdown", vec![], false), ("text", vec![], true)]),
        (some, Format::Text, vec![("text", vec!["ZhangSan", "13800000000"], false)]),
        (all, Format::Text, vec![("text", vec![], true)]),
    ] {
        let before = fake.shown().len();
        for message in messages("请**查看**", format, mentions) {
            let receipt = deliver(&message, &credentials).await;
            assert_eq!(receipt.verdict, Verdict::Sent, "{receipt:?}");
        }
        let shown = fake.shown().split_off(before);
        let seen: Vec<(&str, Vec<&str>, bool)> = shown
            .iter()
            .map(|one| {
                (one.kind.as_str(), one.notified.iter().map(String::as_str).collect(), one.all)
            })
            .collect();
        assert_eq!(seen, expected);
        assert!(shown.iter().all(|one| one.text.contains("政策更新提醒")), "{shown:?}");
    }
}

#[tokio::test]
async fn long_messages_are_split_by_the_bytes_the_vendor_counts() {
    let fake = FakeWecom::start();
    fake.set_now(now().timestamp());
    let credentials = credentials(&fake.robot(KEY), None);
    for format in [Format::Markdown, Format::Text] {
        let parts = messages(&"政策很长。".repeat(400), format, Mentions::default());
        assert!(parts.len() > 1);
        for message in parts {
            let receipt = deliver(&message, &credentials).await;
            assert_eq!(receipt.verdict, Verdict::Sent, "{receipt:?}");
        }
    }
    let receipt = deliver(&message(&"x".repeat(4097)), &credentials).await;
    assert_eq!(receipt.verdict, Verdict::BadMessage);
    assert_eq!(receipt.reason.to_string(), "the message has 4097 bytes; WeCom takes 4096");
}

#[tokio::test]
async fn refusals_and_faults_have_their_verdicts() {
    let fake = FakeWecom::start();
    fake.set_now(now().timestamp());
    let webhook = fake.robot(KEY);
    let good = credentials(&webhook, None);
    for (fault, verdict) in [
        (Fault::Status(502), "retry"),
        (Fault::Body("<html>".to_owned()), "unknown"),
        (Fault::Code(93004, "disabled"), "misconfigured"),
        (Fault::CloseAfter, "retry"),
    ] {
        fake.fault(fault.clone());
        let receipt = deliver(&message("x"), &good).await;
        assert_eq!(receipt.verdict.name(), verdict, "{fault:?}: {receipt:?}");
    }
    let gone = deliver(&message("x"), &credentials(&format!("{webhook}0"), None)).await;
    assert_eq!(gone.verdict, Verdict::DeadTarget);
    assert!(!format!("{gone:?}").contains(KEY), "{gone:?}");
    for _ in 0..19 {
        deliver(&message("x"), &good).await;
    }
    let throttled = deliver(&message("x"), &good).await;
    assert_eq!(throttled.verdict, Verdict::Throttled(Duration::from_secs(60)), "{throttled:?}");
}

#[test]
fn people_are_mentioned_by_one_id() {
    let id = |wecom: Option<&str>, mobile: Option<&str>| {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let person = Person { wecom: owned(wecom), mobile: owned(mobile), ..Person::default() };
        (super::wecom::wecom().shape().mention)(&person).map(|found| (found.kind, found.id))
    };
    assert_eq!(id(Some("Z"), Some("13800000000")), Some((IdKind::User, "Z".to_owned())));
    let mobile = Some((IdKind::Mobile, "13800000000".to_owned()));
    assert_eq!(id(Some(" "), Some("13800000000")), mobile);
    assert_eq!(id(None, Some("+852-12345678")), None);
}

#[test]
fn what_is_wrong_with_a_pasted_webhook_is_named_and_never_repeated() {
    let good = format!("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}");
    let check = |pasted: &str| wecom().check_credentials(&group(), &credentials(pasted, None));
    for (pasted, reason) in [
        (format!("{good}\n"), "a space or line break at its end"),
        (KEY.to_owned(), "is only a token, not the whole URL"),
        (good.replace("key", "k"), "has no key"),
        (good.replace(KEY, ""), "'s key is empty"),
        (good.replace("/send", "/upload_media"), "path is not /cgi-bin/webhook/send"),
        (
            format!("https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}"),
            "belongs to a Feishu robot, not to WeCom's",
        ),
    ] {
        let wrong = check(&pasted).unwrap_err();
        assert!(wrong.reason.to_string().contains(reason), "{pasted:?}: {wrong}");
        assert!(!wrong.to_string().contains(KEY));
    }
    assert_eq!(check(&good), Ok(()));
}
