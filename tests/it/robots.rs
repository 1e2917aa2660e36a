//! The robots: dialects as pure functions, and deliveries against a DingTalk of our own.

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use dingdong::{
    http::{Client, Failure, FailureKind, Options, Response},
    model::{
        message::{Button, Format, IdKind, Mentioned, Mentions, Message, Part},
        people::Person,
        receipt::{Receipt, Verdict},
        secret::{Credentials, Secret},
        target::{RobotKind, Target},
    },
    send::{self, Means, Outgoing, Printer, Robot, Step, Tokens, dingtalk},
    smtp::Mailer,
};
use jiff::{Timestamp, ZonedDateTime, tz::TimeZone};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::fake_dingtalk::{FakeDingtalk, Fault, rules::Group};

mod app;
mod bodies;
mod console;
mod deliveries;
mod email;
mod feishu;
mod receiver;
mod replies;
mod slack;
mod teams;
mod verdicts;
mod webhooks;
mod wecom;

const TOKEN: &str = "5c2f00d1e7a4b39c8d6e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e";
const SECRET: &str = "SEC0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn message(body: &str) -> Message {
    Message {
        title: "政策更新提醒".to_owned(),
        body: body.to_owned(),
        format: Format::Markdown,
        buttons: Vec::new(),
        mentions: Mentions::default(),
        part: Part { number: 1, of: 1 },
        key: "policy-daily@2026-11-24T01:00:00Z/policy-group/1".to_owned(),
        ..Message::default()
    }
}

fn button(label: &str, url: &str) -> Button {
    Button { label: label.to_owned(), url: url.to_owned() }
}

fn mention(id: &str, kind: IdKind, name: &str) -> Mentioned {
    Mentioned { id: id.to_owned(), kind, name: name.to_owned() }
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn credentials(webhook: &str, signing: Option<&str>) -> Credentials {
    let secret_of = signing.map(secret);
    Credentials { webhook: Some(secret(webhook)), secret: secret_of, ..Credentials::default() }
}

/// Nine in the morning, where the group is.
fn now() -> ZonedDateTime {
    let now: Timestamp = "2026-11-24T01:00:00Z".parse().unwrap();
    now.to_zoned_datetime(TimeZone::get("Asia/Shanghai").unwrap())
}

/// The group that the messages are for.
fn group() -> Target {
    Target { name: "政策群".to_owned(), ..Target::new("policy-group", RobotKind::Dingtalk) }
}

fn robot() -> &'static dyn Robot {
    send::robot(RobotKind::Dingtalk)
}

#[test]
fn every_robot_is_registered_and_documented() {
    let documented = include_str!("../../docs/robots.md");
    for kind in RobotKind::ALL {
        assert_eq!(send::robot(kind).kind(), kind);
        assert_eq!(RobotKind::from_name(kind.name()), Some(kind));
        let (shape, pace) = (send::robot(kind).shape(), send::robot(kind).pace());
        assert!(shape.max_bytes > 0 && pace.count > 0 && !pace.window.is_zero());
        let heading = format!("\n## `{}`", kind.name());
        let section = documented.split_once(&heading).map(|(_, section)| section);
        let section = section.unwrap_or_else(|| panic!("docs/robots.md has no `{heading}`"));
        let section = section.split("\n## ").next().unwrap_or_default();
        for part in ["### Setting it up", "### Limits", "### When it refuses"] {
            assert!(section.contains(part), "{}: no {part}", kind.name());
        }
    }
}

/// What becomes of a message by one robot.
async fn posted(
    robot: &dyn Robot,
    outgoing: &Outgoing<'_>,
    client: &Client,
    printer: &dyn Printer,
) -> Receipt {
    let (mailer, tokens) = (Mailer::default(), Tokens::default());
    let means = Means { client, mailer: &mailer, printer, tokens: &tokens };
    send::deliver(robot, outgoing, &means).await.receipt
}

/// Collects what the console robot prints.
#[derive(Default)]
struct Paper(Mutex<String>);

impl Paper {
    fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Printer for Paper {
    fn print(&self, card: &str) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_str(card);
        Ok(())
    }
}
