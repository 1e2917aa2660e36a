//! What is sent.

use super::*;

#[test]
fn bodies_are_what_the_vendor_documents() {
    let uuid = json!("e0dc");
    let body = |message: &Message| {
        let mut body = robot().body(&group(), message);
        assert_eq!(body["msgUuid"].as_str().unwrap().len(), 32);
        body["msgUuid"] = uuid.clone();
        body
    };
    let mut text = Message { format: Format::Text, ..message("请查看\n最新政策") };
    let content =
        |content: &str| json!({"msgtype": "text", "text": {"content": content}, "msgUuid": uuid});
    assert_eq!(body(&text), content("政策更新提醒\n请查看\n最新政策"));
    text.buttons = vec![button("打开", "https://e.x/1")];
    assert_eq!(body(&text), content("政策更新提醒\n请查看\n最新政策\n打开: https://e.x/1"));
    text.body = "政策更新提醒：请查看".to_owned();
    text.buttons.clear();
    assert_eq!(body(&text), content("政策更新提醒：请查看"));

    let mut markdown = message("### 政策更新提醒\n请查看\n最新政策\n\n- a\n- b\n");
    let shown = "### 政策更新提醒  \n  请查看  \n  最新政策\n\n- a  \n- b";
    assert_eq!(
        body(&markdown),
        json!({"msgtype": "markdown", "msgUuid": uuid,
               "markdown": {"title": "政策更新提醒", "text": shown}})
    );
    markdown.buttons = vec![button("打开", "https://e.x/?a=1&b=二")];
    assert_eq!(
        body(&markdown),
        json!({"msgtype": "actionCard", "msgUuid": uuid,
               "actionCard": {"title": "政策更新提醒", "text": shown,
                              "singleTitle": "打开", "singleURL": "https://e.x/?a=1&b=二"}})
    );
    markdown.buttons.push(button("稍后", "https://e.x/2"));
    assert_eq!(
        body(&markdown)["actionCard"]["btns"],
        json!([{"title": "打开", "actionURL": "https://e.x/?a=1&b=二"},
               {"title": "稍后", "actionURL": "https://e.x/2"}])
    );
    markdown = Message { title: " \n".to_owned(), ..message("## 看\n这里") };
    assert_eq!(body(&markdown)["markdown"]["title"], "看");
    markdown.body.clear();
    assert_eq!(body(&markdown)["markdown"]["title"], "…", "a title is never empty");
}

#[test]
fn repeats_carry_one_key_and_other_messages_another() {
    let uuid = |message: &Message| robot().body(&group(), message)["msgUuid"].clone();
    let first = message("one");
    assert_eq!(uuid(&first), uuid(&message("edited meanwhile")));
    assert_ne!(uuid(&first), uuid(&Message { key: format!("{}2", first.key), ..message("one") }));
}

#[test]
fn mentions_are_in_the_text_once_each() {
    let (zhang, li) = (
        mention("user123", IdKind::User, "张三"),
        mention("+852-12345678", IdKind::Mobile, "李四"),
    );
    let people = |people: &[&Mentioned]| Mentions {
        all: false,
        people: people.iter().copied().cloned().collect(),
    };
    let at = json!({"atUserIds": ["user123"], "atMobiles": ["+852-12345678"], "isAtAll": false});
    for (given, shown) in [
        ("请看", "请看\n\n@user123 @+852-12345678"),
        ("请 @user123 看", "请 @user123 看\n\n@+852-12345678"),
        ("@user1234 @+852-12345678", "@user1234 @+852-12345678\n\n@user123"),
        ("@+852-12345678，@user123！", "@+852-12345678，@user123！"),
        ("", "@user123 @+852-12345678"),
    ] {
        let mut message = Message { mentions: people(&[&zhang, &li]), ..message(given) };
        let body = robot().body(&group(), &message);
        assert_eq!((&body["markdown"]["text"], &body["at"]), (&json!(shown), &at));
        message.buttons = vec![button("a", "https://e.x")];
        let body = robot().body(&group(), &message);
        assert_eq!((&body["actionCard"]["text"], &body["at"]), (&json!(shown), &at));
    }
    let text = Message { format: Format::Text, mentions: people(&[&li]), ..message("请看") };
    let content = "政策更新提醒\n请看\n@+852-12345678";
    assert_eq!(robot().body(&group(), &text)["text"]["content"], content);

    let all = Mentions { all: true, ..people(&[&zhang]) };
    let body = robot().body(&group(), &Message { mentions: all, ..message("请看") });
    assert_eq!(body["at"], json!({"atUserIds": [], "atMobiles": [], "isAtAll": true}));
    assert_eq!(body["markdown"]["text"], "请看", "single ids are not resolved beside everyone");
}

#[test]
fn one_id_per_person_the_robots_own_first() {
    let id = |dingtalk: Option<&str>, mobile: Option<&str>| {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let name = "张三".to_owned();
        let (dingtalk, mobile) = (owned(dingtalk), owned(mobile));
        let person = Person { name, dingtalk, mobile, ..Person::default() };
        (robot().shape().mention)(&person).map(|found| (found.kind, found.id))
    };
    assert_eq!(id(Some("u1"), Some("13800000000")), Some((IdKind::User, "u1".to_owned())));
    assert_eq!(
        id(Some(" "), Some("+86 13800000000")),
        Some((IdKind::Mobile, "13800000000".into()))
    );
    assert_eq!(id(None, Some("none")), None);
    assert_eq!(id(None, None), None);
}

#[test]
fn what_the_vendor_would_refuse_is_refused_here() {
    let credentials = credentials("https://h/robot/send?access_token=t", None);
    let now = now();
    let refusal = |message: &Message| {
        let outgoing = Outgoing { target: &group(), message, credentials: &credentials, now: &now };
        let told = |receipt: Receipt| (receipt.verdict, receipt.reason.to_string());
        robot().requests(&outgoing).map(|_| ()).map_err(told)
    };
    let crowd = |size: usize| Message {
        mentions: Mentions {
            all: false,
            people: (0..size).map(|n| mention(&n.to_string(), IdKind::User, "x")).collect(),
        },
        ..message("x")
    };
    assert_eq!(refusal(&crowd(50)), Ok(()));
    let reason = "the message mentions 51 people; DingTalk takes 50".to_owned();
    assert_eq!(refusal(&crowd(51)), Err((Verdict::BadMessage, reason)));
    assert_eq!(refusal(&message(&"策".repeat(6_500))), Ok(()));
    let (verdict, reason) = refusal(&message(&"策".repeat(6_700))).unwrap_err();
    assert_eq!(verdict, Verdict::BadMessage);
    assert!(reason.ends_with(" bytes; DingTalk takes 20000"), "{reason}");
}

#[test]
fn the_length_is_that_of_the_request() {
    for kind in RobotKind::ALL {
        let robot = send::robot(kind);
        let message = message("one\ntwo \" \\ \u{1} 张");
        let body = robot.body(&Target::new("", kind), &message);
        // WeCom counts the content alone.
        let content = body["markdown"]["content"].as_str().map(str::len);
        let length = match kind {
            RobotKind::Wecom => content.unwrap(),
            // DingTalk's API the parameters, which are a text.
            RobotKind::DingtalkApp => body["msgParam"].as_str().unwrap().len(),
            _ => body.to_string().len(),
        };
        assert_eq!((robot.shape().encoded_len)(&message), length, "{}", kind.name());
    }
}
