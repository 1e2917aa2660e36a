//! Mail.

use dingdong::{
    http::MAX_ANSWER,
    model::{
        message::Progress,
        reminder::Priority,
        setup::{
            Setup,
            mail::{MailSetup, MailTls, Mailbox},
        },
    },
    smtp,
};

use super::*;
use crate::support::{
    fake_mail::{FakeMail, Fault, Rules, Security, Taken},
    workplace::Workplace,
};

const LOGIN: (&str, &str) = ("bot@example.com", "pa55-w0rd");

fn email() -> &'static dyn Robot {
    send::robot(RobotKind::Email)
}

fn mailbox(text: &str) -> Mailbox {
    Mailbox::parse(text).unwrap()
}

/// The people in the office, by a server on this machine.
fn office(port: u16, tls: MailTls) -> Target {
    let setup = MailSetup {
        host: "127.0.0.1".to_owned(),
        port,
        tls,
        from: mailbox("提醒机器人 <bot@example.com>"),
        to: vec![mailbox("全体员工 <all@example.com>")],
        cc: vec![mailbox("boss@example.com")],
        user: None,
        password: None,
    };
    let setup = Setup::Mail(Box::new(setup));
    Target { setup, name: "办公室".to_owned(), ..Target::new("office", RobotKind::Email) }
}

fn login(password: &str) -> Credentials {
    let login = Some((secret(LOGIN.0), secret(password)));
    Credentials { login, ..Credentials::default() }
}

/// Sends a message over a server whose own certificate is trusted.
async fn mailed(
    fake: &FakeMail,
    target: &Target,
    message: &Message,
    credentials: &Credentials,
) -> send::Outcome {
    let ca = Ok(Some(fake.certificate.clone().into_bytes()));
    let mailer = Mailer::trusting(smtp::Options::default(), ca);
    by(&mailer, target, message, credentials).await
}

async fn by(
    mailer: &Mailer,
    target: &Target,
    message: &Message,
    credentials: &Credentials,
) -> send::Outcome {
    let (now, client, printer) = (now(), Client::default(), Paper::default());
    let outgoing = Outgoing { target, message, credentials, now: &now };
    let tokens = Tokens::default();
    let means = Means { client: &client, mailer, printer: &printer, tokens: &tokens };
    send::deliver(email(), &outgoing, &means).await
}

fn part<'a>(mail: &'a Taken, kind: &str) -> &'a str {
    let mut parts = mail.parts.iter().filter(|(found, _)| found.starts_with(kind));
    parts.next().map(|(_, text)| text.as_str()).unwrap_or_default()
}

#[tokio::test]
async fn a_mail_holds_what_a_group_would_see() {
    let rules = Rules { security: Security::StartTls, login: Some(LOGIN), ..Rules::default() };
    let fake = FakeMail::start(rules);
    let message = Message {
        title: "政策更新提醒：请大家今天下班之前读完这一份相当长的新政策并且在系统里确认"
            .to_owned(),
        mentions: Mentions {
            all: false,
            people: vec![
                mention("zs@example.com", IdKind::User, "张三"),
                mention("ALL@example.com", IdKind::User, "everyone again"),
            ],
        },
        buttons: vec![button("打开", "https://e.x/?a=1&b=2")],
        priority: Priority::Urgent,
        ..message("请**查看** <b>最新</b>政策：\n.一行以点开头\n\n- 假期\n- 报销")
    };
    let target = office(fake.port(), MailTls::StartTls);
    let outcome = mailed(&fake, &target, &message, &login(LOGIN.1)).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Sent, "{outcome:?}");
    let again = mailed(&fake, &target, &message, &login(LOGIN.1)).await;
    assert_eq!(again.receipt.verdict, Verdict::Sent);
    let taken = fake.taken();
    let mail = &taken[0];
    assert!(mail.secured);
    assert_eq!(mail.user.as_deref(), Some(LOGIN.0));
    assert_eq!(mail.from, "bot@example.com");
    assert_eq!(mail.to, ["all@example.com", "zs@example.com", "boss@example.com"]);
    assert_eq!(mail.header("Subject"), message.title);
    assert_eq!(mail.header("From"), "提醒机器人 <bot@example.com>");
    assert_eq!(mail.header("To"), "全体员工 <all@example.com>, 张三 <zs@example.com>");
    assert_eq!(mail.header("Cc"), "boss@example.com");
    assert_eq!(mail.header("Date"), "Tue, 24 Nov 2026 01:00:00 +0000");
    assert_eq!((mail.header("Importance"), mail.header("X-Priority")), ("high".into(), "1".into()));
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    let id = mail.header("Message-ID");
    assert!(id.starts_with('<') && id.ends_with("@example.com>"), "{id}");
    assert_eq!(id, taken[1].header("Message-ID"), "a repeat has the same name");
    let text =
        "请**查看** <b>最新</b>政策：\n.一行以点开头\n\n- 假期\n- 报销\n打开: https://e.x/?a=1&b=2";
    assert_eq!(part(mail, "text/plain"), format!("{text}\n\n@张三 @everyone again"));
    let html = part(mail, "text/html");
    for there in [
        "请<strong>查看</strong> &lt;b&gt;最新&lt;/b&gt;政策",
        "<ul style",
        ">假期</li>",
        "href=\"https://e.x/?a=1&amp;b=2\"",
        "@张三",
    ] {
        assert!(html.contains(there), "{there}: {html}");
    }
    let other = Message { key: "another".to_owned(), ..message };
    mailed(&fake, &target, &other, &login(LOGIN.1)).await;
    assert_ne!(fake.taken()[2].header("Message-ID"), id);
}

#[tokio::test]
async fn a_personal_mail_goes_to_its_people_alone() {
    let fake = FakeMail::start(Rules { security: Security::Implicit, ..Rules::default() });
    let people = vec![mention("zs@example.com", IdKind::User, "张三")];
    let message = Message { people, part: Part { number: 1, of: 2 }, ..message("x") };
    let target = office(fake.port(), MailTls::Implicit);
    let outcome = mailed(&fake, &target, &message, &Credentials::default()).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Sent, "{outcome:?}");
    let mail = fake.taken().remove(0);
    assert!(mail.secured);
    assert_eq!(
        (mail.user.as_ref(), mail.to.as_slice()),
        (None, ["zs@example.com".to_owned()].as_slice())
    );
    assert_eq!(mail.header("Subject"), "政策更新提醒 (1/2)");
    assert!(!mail.headers.iter().any(|(name, _)| name == "Cc"));
}

#[tokio::test]
async fn nothing_is_said_to_whom_cannot_be_trusted() {
    let demanding = |security| Rules { security, login: Some(LOGIN), ..Rules::default() };
    for (security, tls) in
        [(Security::StartTls, MailTls::StartTls), (Security::Implicit, MailTls::Implicit)]
    {
        let fake = FakeMail::start(demanding(security));
        let target = office(fake.port(), tls);
        let receipt = by(&Mailer::default(), &target, &message("x"), &login(LOGIN.1)).await.receipt;
        assert_eq!(receipt.verdict, Verdict::Retry(None), "{receipt:?}");
        assert_eq!(receipt.code.as_deref(), Some("tls"), "{receipt:?}");
        assert!(!fake.said().iter().any(|line| line.starts_with("AUTH")), "{:?}", fake.said());
    }
    // A server, or whoever stands before it, that offers no security gets nothing either.
    let fake = FakeMail::start(demanding(Security::Plain));
    let target = office(fake.port(), MailTls::StartTls);
    let receipt = mailed(&fake, &target, &message("x"), &login(LOGIN.1)).await.receipt;
    assert_eq!(
        (receipt.verdict, receipt.code.as_deref()),
        (Verdict::Misconfigured, Some("starttls"))
    );
    assert_eq!(fake.said(), ["EHLO example.com"]);
}

#[tokio::test]
async fn a_wrong_password_is_told_without_it() {
    let rules = Rules { security: Security::StartTls, login: Some(LOGIN), ..Rules::default() };
    let fake = FakeMail::start(rules);
    let target = office(fake.port(), MailTls::StartTls);
    let outcome = mailed(&fake, &target, &message("x"), &login("wr0ng-one")).await;
    let shown = format!("{outcome:?}");
    assert_eq!(outcome.receipt.verdict, Verdict::Misconfigured, "{shown}");
    assert_eq!(outcome.receipt.code.as_deref(), Some("535"));
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    for part in ["wr0ng-one".to_owned(), STANDARD.encode(format!("\0{}\0wr0ng-one", LOGIN.0))] {
        assert!(!shown.contains(&part), "{shown}");
    }
    let none = mailed(&fake, &target, &message("x"), &Credentials::default()).await.receipt;
    assert_eq!((none.verdict, none.code.as_deref()), (Verdict::Misconfigured, Some("530")));
    assert!(fake.taken().is_empty());
}

#[tokio::test]
async fn every_refusal_has_its_verdict() {
    let fake = FakeMail::start(Rules::default());
    let target = office(fake.port(), MailTls::None);
    let rest = Verdict::Throttled(Duration::from_secs(60));
    for (verb, said, verdict) in [
        ("CONNECT", "421 4.3.2 too many connections", rest),
        ("CONNECT", "554 5.7.1 your network is blocked", Verdict::Misconfigured),
        ("MAIL", "451 4.7.1 slow down", rest),
        ("MAIL", "553 5.7.1 not your address", Verdict::Misconfigured),
        ("RCPT", "421 4.7.0 too many errors, closing", rest),
        ("DATA", "451 4.3.0 queue trouble", Verdict::Retry(None)),
        (".", "554 5.7.1 spam", Verdict::BadMessage),
        (".", "452 4.3.1 disk full", Verdict::Retry(None)),
    ] {
        fake.fault(Fault::Say(verb, said));
        let receipt = mailed(&fake, &target, &message("x"), &Credentials::default()).await.receipt;
        assert_eq!(receipt.verdict, verdict, "{verb} {said}: {receipt:?}");
        assert_eq!(receipt.code.as_deref(), said.get(..3), "{receipt:?}");
    }
    for fault in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."]
        .map(Fault::Close)
        .into_iter()
        .chain([Fault::TakeAndClose])
    {
        let shown = format!("{fault:?}");
        fake.fault(fault);
        let receipt = mailed(&fake, &target, &message("x"), &Credentials::default()).await.receipt;
        assert_eq!(receipt.verdict, Verdict::Retry(None), "{shown}: {receipt:?}");
        let code = receipt.code.as_deref().unwrap_or_default();
        assert!(["reset", "cut", "connect"].contains(&code), "{shown}: {receipt:?}");
    }
    assert_eq!(fake.taken().len(), 1, "only the last fault lets a mail through");
    let long = Message { format: Format::Text, ..message(&"策".repeat(80_000)) };
    let receipt = mailed(&fake, &target, &long, &Credentials::default()).await.receipt;
    assert_eq!((receipt.verdict, receipt.code.as_deref()), (Verdict::BadMessage, Some("552")));
    drop(fake);
    let receipt = by(&Mailer::default(), &target, &message("x"), &Credentials::default()).await;
    assert_eq!(receipt.receipt.code.as_deref(), Some("connect"), "{receipt:?}");
}

#[tokio::test]
async fn who_has_it_does_not_get_it_again() {
    let mailboxes = vec!["boss@example.com", "zs@example.com"];
    let fake = FakeMail::start(Rules { mailboxes, ..Rules::default() });
    let target = office(fake.port(), MailTls::None);
    let people = vec![mention("zs@example.com", IdKind::User, "张三")];
    let mut message = Message { mentions: Mentions { all: false, people }, ..message("x") };
    fake.fault(Fault::Say("RCPT", "450 4.2.0 greylisted"));
    let outcome = mailed(&fake, &target, &message, &Credentials::default()).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Retry(None), "{outcome:?}");
    assert!(outcome.receipt.reason.to_string().contains("all@example.com 450"), "{outcome:?}");
    assert_eq!(fake.taken()[0].to, ["zs@example.com", "boss@example.com"]);
    message.progress = message.progress.after(outcome.trace.progress);
    assert_eq!(message.progress.again, ["all@example.com"]);
    // The address turns out to be none.
    let outcome = mailed(&fake, &target, &message, &Credentials::default()).await;
    assert_eq!(outcome.receipt.verdict, Verdict::DeadTarget, "{outcome:?}");
    assert_eq!(outcome.trace.progress, Progress::default());
    assert_eq!(fake.taken().len(), 1);
    // Some there are, one there is not.
    message.progress = Progress::default();
    let outcome = mailed(&fake, &target, &message, &Credentials::default()).await;
    assert_eq!(outcome.receipt.verdict, Verdict::BadMessage, "{outcome:?}");
    assert_eq!(outcome.trace.progress.refused, ["all@example.com"]);
    assert_eq!(fake.taken()[1].to, ["zs@example.com", "boss@example.com"]);
}

#[test]
fn a_target_without_receivers_says_so() {
    let mut target = office(25, MailTls::None);
    let Setup::Mail(setup) = &mut target.setup else { panic!() };
    (setup.to, setup.cc) = (Vec::new(), Vec::new());
    let (now, credentials, message) = (now(), Credentials::default(), message("x"));
    let outgoing =
        Outgoing { target: &target, message: &message, credentials: &credentials, now: &now };
    let refused = email().requests(&outgoing).unwrap_err();
    assert_eq!(refused.verdict, Verdict::Misconfigured);
    assert!(refused.help.unwrap().to_string().contains("`to`"));
}

/// The headers of the mail a message becomes.
fn headers(message: &Message) -> Vec<String> {
    let (now, credentials, target) = (now(), Credentials::default(), office(25, MailTls::None));
    let outgoing = Outgoing { target: &target, message, credentials: &credentials, now: &now };
    let Step::Mail(mail) = email().requests(&outgoing).unwrap().remove(0) else { panic!() };
    assert!(mail.content.is_ascii() && mail.content.len() < 16 * MAX_ANSWER);
    let text = String::from_utf8(mail.content).unwrap();
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{text:?}");
    assert!(text.lines().all(|line| line.len() <= 998), "{text}");
    let (headers, _) = text.split_once("\r\n\r\n").unwrap();
    let names = headers.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    names.map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect()
}

proptest! {
    #[test]
    fn nothing_anybody_writes_becomes_a_header(
        title in "(\\PC|\r|\n|\t|:|\u{85}|\u{2028}|Bcc: a@b.example\r\n){0,80}",
        name in "(\\PC|\r|\n|\"|<|>|,){0,40}",
        key in "\\PC{0,40}",
    ) {
        let people = vec![mention("zs@example.com", IdKind::User, &name)];
        let mentions = Mentions { all: false, people };
        let buttons = vec![button(&title, "https://e.x/")];
        let written = Message { title, mentions, buttons, key, ..message("x\r\n.\r\nQUIT") };
        prop_assert_eq!(headers(&written), [
            "From", "Subject", "Date", "Message-ID", "To", "Cc", "Auto-Submitted",
            "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
        ]);
    }
}

const SETTINGS: &str = "\
targets:
  staff:
    name: 全体
    robot: email
    host: 127.0.0.1
    port: PORT
    from: 提醒 <bot@example.com>
    to: all@example.com
    user: bot@example.com
    password: env:MAIL_PASSWORD
people:
  zhangsan: { name: 张三, email: ZS@example.com }
";

const SCHEDULE: &str = "\
reminders:
  policy:
    when: every workday at 09:00
    to: staff
    mention: zhangsan
    title: 政策更新
    text: 请看**新政策**。
";

#[test]
fn the_program_sends_mail_by_its_settings() {
    let fake = FakeMail::start(Rules { login: Some(LOGIN), ..Rules::default() });
    let office = Workplace::empty().variable("MAIL_PASSWORD", LOGIN.1);
    office.write("dingdong.yaml", SETTINGS.replace("PORT", &fake.port().to_string()));
    office.write("schedules/policy.yaml", SCHEDULE);
    let checked = office.run(&["check"]);
    assert_eq!(checked.code, Some(0), "{}{}", checked.out, checked.err);
    let (code, shown) = office.json(&["preview", "policy"]);
    assert_eq!(code, Some(0));
    let body = &shown["messages"][0]["parts"][0]["body"];
    assert_eq!(body["to"], json!(["all@example.com", "张三 <zs@example.com>"]));
    let (code, sent) = office.json(&["send", "policy", "--yes"]);
    assert_eq!((code, &sent["deliveries"][0]["state"]), (Some(0), &json!("delivered")), "{sent}");
    let mail = fake.taken().remove(0);
    assert_eq!(mail.to, ["all@example.com", "zs@example.com"]);
    let id = mail.header("Message-ID");
    let left = id.trim_start_matches('<').split('@').next().unwrap_or_default();
    assert!(left.len() == 32 && left.chars().all(|c| c.is_ascii_hexdigit()), "{id}");
    assert!(part(&mail, "text/html").contains("请看<strong>新政策</strong>。"));
    for (path, bytes) in office.bytes() {
        assert!(!String::from_utf8_lossy(&bytes).contains(LOGIN.1), "{}", path.display());
    }
    fake.fault(Fault::Say("RCPT", "550 5.1.1 no such user"));
    fake.fault(Fault::Say("RCPT", "550 5.1.1 no such user"));
    let (code, sent) = office.json(&["send", "policy", "--yes"]);
    assert_eq!((code, &sent["deliveries"][0]["state"]), (Some(1), &json!("dead")), "{sent}");
    assert!(sent["deliveries"][0]["help"].as_str().unwrap().contains("address"), "{sent}");
}
