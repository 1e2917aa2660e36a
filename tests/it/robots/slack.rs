//! Slack.

use super::*;
use crate::support::{fake::Fault, fake_slack::FakeSlack};

const HOOK: &str = "aBcDeFgHiJkLmNoPqRsTuVwX";

fn slack() -> &'static dyn Robot {
    send::robot(RobotKind::Slack)
}

fn people() -> Vec<Mentioned> {
    vec![mention("U024BE7LH", IdKind::User, "Ann"), mention("U0999", IdKind::User, "Bo")]
}

async fn deliver(message: &Message, credentials: &Credentials) -> Receipt {
    let (now, group) = (now(), Target::new("g", RobotKind::Slack));
    let outgoing = Outgoing { target: &group, message, credentials, now: &now };
    posted(slack(), &outgoing, &Client::default(), &Paper::default()).await
}

#[test]
fn markdown_becomes_blocks_in_slacks_own_marks() {
    let message = Message {
        title: "R&D <update>".to_owned(),
        mentions: Mentions { all: false, people: people() },
        buttons: vec![button("Open", "https://e.x/1")],
        ..message(
            "# Big **news**\nPlease **read**, @U024BE7LH & *now*: [the | policy](https://e.x/p)\n\n\
             - a <b>\n  - c\n2. d\n> q\n```\nx < y **z**\n```\n请**查看**这里 <!channel>",
        )
    };
    assert_eq!(
        slack().body(&group(), &message),
        json!({
            "text": "R&amp;D &lt;update&gt; <@U024BE7LH> <@U0999>",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "R&D <update>"}},
                {"type": "section", "text": {"type": "mrkdwn", "text":
                    "*Big news*\nPlease *read*, <@U024BE7LH> &amp; _now_: \
                     <https://e.x/p|the / policy>\n\n\
                     • a &lt;b&gt;\n    • c\n2. d\n> q\n```\nx &lt; y **z**\n```\n\
                     请\u{200b}*查看*\u{200b}这里 &lt;!channel&gt;\n\n<@U0999>"}},
                {"type": "actions", "elements": [
                    {"type": "button", "text": {"type": "plain_text", "text": "Open"},
                     "url": "https://e.x/1"}]},
            ],
        })
    );
    let text = Message { format: Format::Text, ..message };
    assert_eq!(
        slack().body(&group(), &Message { body: "a < b".to_owned(), ..text })["text"],
        "R&amp;D &lt;update&gt;\na &lt; b\nOpen: https://e.x/1\n<@U024BE7LH> <@U0999>"
    );
}

#[test]
fn everything_keeps_the_vendors_limits() {
    let message = Message {
        title: "字".repeat(200),
        buttons: vec![button(&"b".repeat(100), "https://e.x/1"); 30],
        mentions: Mentions { all: true, people: Vec::new() },
        ..message(&format!("{}\n{}", "字".repeat(4000), "line\n".repeat(1500)))
    };
    let body = slack().body(&group(), &message);
    let blocks = body["blocks"].as_array().unwrap();
    let sections: Vec<&str> = blocks.iter().filter_map(|b| b["text"]["text"].as_str()).collect();
    assert_eq!(sections[0].chars().count(), 150);
    assert!(sections.iter().skip(1).all(|text| text.chars().count() <= 3000));
    let letters = sections[1..].iter().map(|text| text.matches('字').count()).sum::<usize>();
    assert_eq!(letters, 4000);
    assert!(sections.last().unwrap().ends_with("<!channel>"));
    let rows: Vec<_> = blocks.iter().filter_map(|b| b["elements"].as_array()).collect();
    assert_eq!(rows.iter().map(|row| row.len()).collect::<Vec<_>>(), [25, 5]);
    assert_eq!(rows[0][0]["text"]["text"].as_str().unwrap().chars().count(), 75);
}

#[tokio::test]
async fn messages_are_shown_and_notify() {
    let fake = FakeSlack::start();
    fake.set_now(now().timestamp());
    let good = credentials(&fake.webhook(HOOK, &["U024BE7LH", "U0999"]), None);
    let mut message = Message {
        mentions: Mentions { all: false, people: people() },
        buttons: vec![button("Open", "https://e.x/1")],
        ..message("See <this> & **that**")
    };
    let receipt = deliver(&message, &good).await;
    assert_eq!(receipt.verdict, Verdict::Sent, "{receipt:?}");
    let shown = fake.shown().remove(0);
    assert_eq!((shown.kind.as_str(), shown.title.as_str()), ("blocks", "政策更新提醒"));
    assert_eq!(
        (shown.notified, shown.all),
        (vec!["U024BE7LH".to_owned(), "U0999".to_owned()], false)
    );
    assert_eq!(shown.buttons.len(), 1);
    let receipt = deliver(&message, &good).await;
    assert_eq!(receipt.verdict, Verdict::Throttled(Duration::from_secs(30)), "{receipt:?}");

    fake.set_now("2026-11-24T01:00:02Z".parse().unwrap());
    message.format = Format::Text;
    message.mentions.people.push(mention("U0NOBODY", IdKind::User, "gone"));
    let receipt = deliver(&message, &good).await;
    assert_eq!(
        (receipt.verdict, receipt.code.as_deref()),
        (Verdict::BadMessage, Some("user_not_found"))
    );
    let gone = credentials(&fake.url(&format!("/services/T0/B0/{HOOK}")), None);
    let receipt = deliver(&message, &gone).await;
    assert_eq!(receipt.verdict, Verdict::DeadTarget);
    assert!(!format!("{receipt:?}").contains(HOOK));
    fake.fault(Fault::CloseAfter);
    assert_eq!(deliver(&message, &good).await.verdict, Verdict::Retry(None));
}

#[test]
fn what_is_wrong_with_a_pasted_webhook_is_named_and_never_repeated() {
    let good = format!("https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/{HOOK}");
    let check = |pasted: &str| slack().check_credentials(&group(), &credentials(pasted, None));
    for (pasted, reason) in [
        (good.replace("//hooks", "// hooks"), "a space or line break as its character 9"),
        (good.replace(HOOK, ""), "has not three steps after /services/"),
        (good.replace("services", "triggers"), "starts a workflow"),
        (good.replace("services", "x"), "path is not /services/…"),
        (HOOK.to_owned(), "is only a token, not the whole URL"),
        (
            format!("https://oapi.dingtalk.com/robot/send?access_token={HOOK}"),
            "belongs to a DingTalk robot, not to Slack's",
        ),
    ] {
        let wrong = check(&pasted).unwrap_err();
        assert!(wrong.reason.to_string().contains(reason), "{pasted:?}: {wrong}");
        assert!(!wrong.to_string().contains(HOOK));
    }
    assert_eq!(check(&good), Ok(()));
}
