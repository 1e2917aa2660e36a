//! Microsoft Teams.

use super::*;
use crate::support::{fake::Fault, fake_teams::FakeTeams};

const SIG: &str = "Zx8cV7bN6mA5sD4fG3hJ2kL1qW0eR9tY8uI7oP6aS5d";

fn teams() -> &'static dyn Robot {
    send::robot(RobotKind::Teams)
}

fn people() -> Vec<Mentioned> {
    let one = |id: &str, name| mention(id, IdKind::User, name);
    vec![one("ann@e.x", "Ann <A>"), one("li@e.x", "李"), one("li2@e.x", "李")]
}

async fn deliver(message: &Message, credentials: &Credentials) -> Receipt {
    let (now, group) = (now(), Target::new("g", RobotKind::Teams));
    let outgoing = Outgoing { target: &group, message, credentials, now: &now };
    posted(teams(), &outgoing, &Client::default(), &Paper::default()).await
}

#[test]
fn the_envelope_is_what_the_vendor_documents() {
    let body = teams().body(&group(), &message("x"));
    assert_eq!(
        body,
        json!({"type": "message", "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": [
                    {"type": "TextBlock", "wrap": true, "text": "政策更新提醒", "size": "Large",
                     "weight": "Bolder", "style": "heading"},
                    {"type": "TextBlock", "wrap": true, "text": "x"},
                ],
                "msteams": {"width": "Full"},
            },
        }]})
    );
}

#[test]
fn markdown_becomes_what_teams_shows() {
    let message = message(
        "# Head\none **b** *i* ~~s~~ `c_d` [l](https://e.x)\ntwo\n\n- a\n- b\n  1. c\n> q\n```\nx*y\n```",
    );
    let body = teams().body(&group(), &message);
    let blocks = body["attachments"][0]["content"]["body"].as_array().unwrap();
    let shown: Vec<(&str, bool)> = blocks[1..]
        .iter()
        .map(|block| (block["text"].as_str().unwrap(), block["spacing"] == "None"))
        .collect();
    assert_eq!(
        shown,
        [
            ("Head", false),
            (r"one **b** _i_ s c\_d [l](https://e.x)", true),
            ("two", true),
            ("- a\r- b\r  1. c", true),
            ("q", true),
            (r"x\*y", true),
        ]
    );
    assert_eq!(blocks[1]["weight"], "Bolder");
    assert_eq!(blocks[6]["fontType"], "Monospace");
    let text = Message { format: Format::Text, body: "a *b*\n\nc".to_owned(), ..message };
    let body = teams().body(&group(), &text);
    let blocks = body["attachments"][0]["content"]["body"].as_array().unwrap();
    assert_eq!(blocks[1]["text"], r"a \*b\*");
    assert_eq!(blocks.len(), 4);
}

#[tokio::test]
async fn messages_are_shown_and_notify() {
    let fake = FakeTeams::start();
    let good = credentials(&fake.flow(SIG), None);
    let message = Message {
        mentions: Mentions { all: false, people: people() },
        buttons: vec![button("Open", "https://e.x/1"); 7],
        ..message("Hi @ann@e.x, see <at>Bob</at>")
    };
    let receipt = deliver(&message, &good).await;
    assert_eq!(receipt.verdict, Verdict::Sent, "{receipt:?}");
    let shown = fake.shown().remove(0);
    assert_eq!(shown.notified, ["ann@e.x", "li@e.x", "li2@e.x"]);
    assert_eq!(
        shown.text,
        "Hi <at>Ann A</at>, see ＜at>Bob＜/at>\n<at>李 (li@e.x)</at> <at>李 (li2@e.x)</at>\n"
    );
    assert_eq!(shown.buttons.len(), 7);
    let other =
        credentials(&fake.url("/workflows/x/triggers/manual/paths/invoke?sig=wrongwrong"), None);
    let receipt = deliver(&message, &other).await;
    assert_eq!(receipt.verdict, Verdict::Misconfigured, "{receipt:?}");
    assert!(!format!("{receipt:?}").contains("wrongwrong"));
    fake.fault(Fault::Status(503));
    assert_eq!(deliver(&message, &good).await.verdict, Verdict::Retry(None));
    let long = Message { body: "字".repeat(7_000), ..message };
    assert_eq!(deliver(&long, &good).await.verdict, Verdict::BadMessage);
    assert_eq!(fake.shown().len(), 1);
}

#[test]
fn what_is_wrong_with_a_pasted_url_is_named_and_never_repeated() {
    let path = "/powerautomate/automations/direct/workflows/0f1e/triggers/manual/paths/invoke";
    let good =
        format!("https://x.09.environment.api.powerplatform.com:443{path}?api-version=1&sig={SIG}");
    let check = |pasted: &str| teams().check_credentials(&group(), &credentials(pasted, None));
    for (pasted, reason) in [
        (good.replace("&sig", "&x"), "has no sig: the flow is not open to anyone"),
        (good.replace(SIG, ""), "'s sig is empty"),
        (good.replace("/workflows", "/flows"), "path has no /workflows/"),
        (
            format!("https://acme.webhook.office.com/webhookb2/{SIG}"),
            "belongs to a Microsoft 365 connector, which Microsoft has retired",
        ),
    ] {
        let wrong = check(&pasted).unwrap_err();
        assert!(wrong.reason.to_string().contains(reason), "{pasted:?}: {wrong}");
        assert!(!wrong.to_string().contains(SIG));
    }
    assert_eq!(check(&good), Ok(()));
    let azure = good.replace("x.09.environment.api.powerplatform.com", "prod-1.logic.azure.com");
    assert_eq!(check(&azure), Ok(()));
}
