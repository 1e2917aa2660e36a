//! The robot of an app in DingTalk.

use dingdong::model::{
    message::Progress,
    secret::SecretRef,
    setup::{
        Setup,
        app::{AppSetup, Ding},
        mail::UserName,
    },
};

use super::*;
use crate::support::{
    fake::Fault,
    fake_dingtalk::FakeDingtalk,
    fake_openapi::{FakeOpenapi, GROUP, KEY, SECRET},
    workplace::{Workplace, office_group},
};

fn robot() -> &'static dyn Robot {
    send::robot(RobotKind::DingtalkApp)
}

fn office(fake: &FakeOpenapi) -> Target {
    let setup = AppSetup {
        api: fake.url(""),
        key: UserName::Plain(KEY.to_owned()),
        secret: SecretRef::Env("APP_SECRET".to_owned()),
        robot_code: None,
        conversation: Some(GROUP.to_owned()),
        nudge: None,
        ding: Some(Ding::Sms),
    };
    let setup = Setup::App(Box::new(setup));
    Target { setup, name: "全员群".to_owned(), ..Target::new("office", RobotKind::DingtalkApp) }
}

fn login(secret_of: &str) -> Credentials {
    let login = Some((secret(KEY), secret(secret_of)));
    Credentials { login, ..Credentials::default() }
}

/// The office's robot with its tokens.
struct Desk {
    fake: FakeOpenapi,
    tokens: Tokens,
}

impl Desk {
    fn open() -> Self {
        let fake = FakeOpenapi::start();
        fake.set_now(now().timestamp());
        fake.staff(&["user1", "user2", "user3"]);
        Self { fake, tokens: Tokens::default() }
    }

    async fn post(&self, message: &Message) -> send::Outcome {
        self.post_as(message, SECRET, &now()).await
    }

    async fn post_as(&self, message: &Message, secret: &str, now: &ZonedDateTime) -> send::Outcome {
        let (target, credentials) = (office(&self.fake), login(secret));
        let outgoing = Outgoing { target: &target, message, credentials: &credentials, now };
        let (client, mailer, printer) = (Client::default(), Mailer::default(), Paper::default());
        let means =
            Means { client: &client, mailer: &mailer, printer: &printer, tokens: &self.tokens };
        send::deliver(robot(), &outgoing, &means).await
    }
}

fn to(ids: &[&str]) -> Message {
    let people = ids.iter().map(|id| mention(id, IdKind::User, id)).collect();
    Message { people, ..message("请**看**\n政策") }
}

#[tokio::test]
async fn groups_and_people_read_what_was_written() {
    let desk = Desk::open();
    let mut message = message("请**看**\n政策");
    let outcome = desk.post(&message).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Sent, "{outcome:?}");
    assert_eq!(outcome.trace.handle.as_deref(), Some("q+1/="));
    for count in [1, 2, 5, 6] {
        message.buttons = (1..=count).map(|n| button(&format!("b{n}"), "https://e.x/")).collect();
        assert_eq!(desk.post(&message).await.receipt.verdict, Verdict::Sent);
    }
    message.format = Format::Text;
    assert_eq!(desk.post(&message).await.receipt.verdict, Verdict::Sent);
    let outcome = desk.post(&to(&["user1", "user2"])).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Sent, "{outcome:?}");
    let ring = Message { ring: true, ..to(&["user1"]) };
    assert_eq!(desk.post(&ring).await.receipt.verdict, Verdict::Sent);
    let shown = desk.fake.shown();
    let kinds: Vec<&str> = shown.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "sampleMarkdown",
            "sampleActionCard",
            "sampleActionCard2",
            "sampleActionCard5",
            "sampleMarkdown",
            "sampleText",
            "sampleMarkdown",
            "sampleMarkdown",
            "ding 2",
        ]
    );
    assert_eq!((shown[0].token.as_str(), shown[0].title.as_str()), (GROUP, "政策更新提醒"));
    assert_eq!(shown[0].text, "请**看**  \n  政策");
    assert!(shown[4].text.ends_with("- [b6](https://e.x/)"));
    let people: Vec<&str> = shown[6..].iter().map(|one| one.token.as_str()).collect();
    assert_eq!(people, ["user1", "user2", "user1"]);
    assert_eq!(desk.fake.vendor(|vendor| vendor.tokens), 1, "one token serves them all");
}

#[tokio::test]
async fn a_token_is_renewed_before_its_end_and_when_it_does_not_count() {
    let desk = Desk::open();
    let tokens = || desk.fake.vendor(|vendor| vendor.tokens);
    desk.post(&message("x")).await;
    // It is forgotten at the other end: the message goes out all the same, once.
    desk.fake.end_token();
    assert_eq!(desk.post(&message("x")).await.receipt.verdict, Verdict::Sent);
    assert_eq!((tokens(), desk.fake.shown().len()), (2, 2));
    let later = |minutes: i64| now().checked_add(jiff::Span::new().minutes(minutes)).unwrap();
    desk.fake.set_now(later(114).timestamp());
    desk.post_as(&message("x"), SECRET, &later(114)).await;
    assert_eq!(tokens(), 2);
    desk.fake.set_now(later(116).timestamp());
    desk.post_as(&message("x"), SECRET, &later(116)).await;
    assert_eq!((tokens(), desk.fake.shown().len()), (3, 4), "renewed before it ends");
}

#[tokio::test]
async fn what_is_wrong_is_told_without_secrets() {
    let desk = Desk::open();
    let wrong = desk.post_as(&message("x"), "wr0ng-secret", &now()).await;
    assert_eq!(wrong.receipt.verdict, Verdict::Misconfigured, "{wrong:?}");
    assert_eq!(wrong.receipt.code.as_deref(), Some("invalidClientIdOrSecret"));
    assert!(!format!("{wrong:?}").contains("wr0ng"), "{wrong:?}");
    desk.fake.vendor(|vendor| vendor.refusing = Some((400, "group.disbanded")));
    let outcome = desk.post(&message("x")).await;
    assert_eq!(outcome.receipt.verdict, Verdict::DeadTarget, "{outcome:?}");
    desk.fake.vendor(|vendor| vendor.refusing = Some((400, "InvalidAuthentication")));
    let outcome = desk.post(&message("x")).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Misconfigured, "no endless asking: {outcome:?}");
    desk.fake.vendor(|vendor| vendor.refusing = None);
    for fault in [Fault::CloseBefore, Fault::Status(502)] {
        desk.fake.fault(fault);
        let outcome = desk.post(&message("x")).await;
        assert!(matches!(outcome.receipt.verdict, Verdict::Retry(_)), "{outcome:?}");
    }
    let long = Message { format: Format::Text, ..message(&"策".repeat(6_000)) };
    let outcome = desk.post(&long).await;
    assert_eq!((outcome.receipt.verdict, outcome.receipt.code), (Verdict::BadMessage, None));
}

#[tokio::test]
async fn whoever_has_it_does_not_get_it_again() {
    let desk = Desk::open();
    desk.fake.vendor(|vendor| vendor.held_back.insert("user2".to_owned()));
    let mut message = to(&["user1", "user2", "gone", "user3"]);
    let outcome = desk.post(&message).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Retry(Some(Duration::from_secs(5))));
    message.progress = message.progress.after(outcome.trace.progress);
    let (again, refused) = (vec!["user2".to_owned()], vec!["gone".to_owned()]);
    assert_eq!(message.progress, Progress { again, refused });
    let outcome = desk.post(&message).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Sent, "{outcome:?}");
    message.progress = message.progress.after(outcome.trace.progress);
    assert_eq!(message.progress.refused, ["gone"]);
    let shown = desk.fake.shown();
    let who: Vec<&str> = shown.iter().map(|one| one.token.as_str()).collect();
    assert_eq!(who, ["user1", "user3", "user2"]);
    let outcome = desk.post(&message).await;
    assert_eq!(outcome.receipt.verdict, Verdict::BadMessage, "{outcome:?}");
    assert_eq!(desk.fake.shown().len(), 3);
}

const SETTINGS: &str = "\
targets:
  hr-app:
    name: 全员群
    robot: dingtalk-app
    app_key: dingappkey0001
    app_secret: env:APP_SECRET
    conversation: cidGroup0001==
    api: API
    nudge: nudge
    ding: app
  nudge: { name: 提醒, robot: dingtalk, webhook: env:HOOK, secret: env:SECRET, keywords: [政策] }
  people-only: { robot: dingtalk-app, app_key: dingappkey0001, app_secret: env:APP_SECRET }
  bare: { robot: dingtalk-app, app_key: dingappkey0001, app_secret: env:APP_SECRET, conversation: c }
people:
  zhangsan: { name: 张三, dingtalk: user123, mobile: \"13800000000\" }
  lisi: { name: 李四, dingtalk: gone }
  wangwu: { name: 王五 }
roles: { hr: [zhangsan, lisi] }
";

const SCHEDULE: &str = "\
reminders:
  group: { when: every workday at 09:00, to: hr-app, mention: zhangsan, title: 政策更新, text: 请看政策。 }
  single:
    when: every workday at 10:00
    to: { people: [hr], via: hr-app }
    title: 政策提醒
    text: 请看。
  urgent: { when: every workday at 11:00, to: [{ people: zhangsan, via: hr-app }], priority: urgent, title: 停电, text: 现在。 }
";

#[test]
fn the_program_writes_to_groups_and_people() {
    let (fake, group) = (FakeOpenapi::start(), FakeDingtalk::start());
    fake.staff(&["user123"]);
    let office = Workplace::empty()
        .variable("APP_SECRET", SECRET)
        .variable("HOOK", &office_group(&group, "nudgetoken0123456789"))
        .variable("SECRET", "SECoffice");
    office.write("dingdong.yaml", SETTINGS.replace("API", &fake.url("")));
    office.write("schedules/all.yaml", SCHEDULE);
    let checked = office.run(&["check"]);
    assert_eq!(checked.code, Some(0), "{}{}", checked.out, checked.err);

    // The app shows the message, and the webhook of the same group calls.
    let (code, sent) = office.json(&["send", "group", "--yes"]);
    assert_eq!(code, Some(0), "{sent}");
    let deliveries = sent["deliveries"].as_array().unwrap();
    assert_eq!(deliveries.len(), 2, "{sent}");
    assert!(deliveries.iter().all(|one| one["state"] == "delivered"), "{sent}");
    assert_eq!(fake.shown()[0].text, "### 政策更新\n\n请看政策。");
    let nudge = group.shown().remove(0);
    assert_eq!(
        (nudge.notified.as_slice(), nudge.kind.as_str()),
        (["user123".to_owned()].as_slice(), "text")
    );
    assert!(nudge.text.contains("政策更新"), "{nudge:?}");

    // One of two has it; the other is no member any more, and somebody is told.
    let (code, sent) = office.json(&["send", "single", "--yes"]);
    assert_eq!((code, &sent["deliveries"][0]["state"]), (Some(1), &json!("dead")), "{sent}");
    assert!(sent["deliveries"][0]["reason"].as_str().unwrap().contains("gone"), "{sent}");
    assert_eq!(fake.shown()[1].token, "user123");
    fake.staff(&["gone"]);
    let id = sent["deliveries"][0]["id"].as_str().unwrap();
    let (code, again) = office.json(&["redrive", id]);
    assert_eq!(code, Some(0), "{again}");
    let shown = fake.shown();
    let who: Vec<&str> = shown.iter().map(|one| one.token.as_str()).collect();
    assert_eq!(who, [GROUP, "user123", "gone"], "nobody has it twice");

    // What is urgent rings as well.
    let (code, sent) = office.json(&["send", "urgent", "--yes"]);
    assert_eq!(code, Some(0), "{sent}");
    let kinds: Vec<String> = fake.shown()[3..].iter().map(|one| one.kind.clone()).collect();
    assert_eq!(kinds, ["sampleMarkdown", "ding 1"]);
    for (path, bytes) in office.bytes() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(SECRET) && !text.contains("t0ken-"), "{}", path.display());
    }
}

#[test]
fn check_says_what_an_app_cannot_do() {
    let office = Workplace::empty();
    office.write("dingdong.yaml", SETTINGS.replace("API", "https://api.dingtalk.com"));
    office.write(
        "schedules/all.yaml",
        "reminders:\n  a: { when: every workday at 09:00, to: bare, mention: zhangsan, text: x }\n  \
         b: { when: every workday at 09:30, to: { people: wangwu, via: hr-app }, text: x }\n  \
         c: { when: every workday at 09:40, to: { people: zhangsan, via: nudge }, text: 政策 }\n  \
         d: { when: every workday at 09:50, to: people-only, text: x }\n",
    );
    let (code, checked) = office.json(&["check"]);
    assert_eq!(code, Some(3), "{checked}");
    let found = checked["diagnostics"].as_array().unwrap();
    let of =
        |code: &str| found.iter().find(|one| one["code"] == code).map(|one| one["line"].clone());
    assert_eq!(of("nobody-to-write-to"), Some(json!(3)), "{checked}");
    assert_eq!(of("not-personal"), Some(json!(4)), "{checked}");
    assert_eq!(of("no-receivers"), Some(json!(5)), "{checked}");
}

#[test]
fn a_nudge_is_offered_where_nobody_can_be_mentioned() {
    let office = Workplace::empty();
    office.write("dingdong.yaml", SETTINGS.replace("API", "https://api.dingtalk.com"));
    office.write(
        "schedules/all.yaml",
        "reminders:\n  a: { when: every workday at 09:00, to: bare, mention: zhangsan, text: x }\n",
    );
    let (code, checked) = office.json(&["check"]);
    assert_eq!(code, Some(0), "{checked}");
    let found = checked["diagnostics"].as_array().unwrap();
    let help = found.iter().find(|one| one["code"] == "cannot-mention").unwrap()["help"].clone();
    assert!(help.as_str().unwrap().contains("`nudge`"), "{help}");
}

#[test]
fn who_has_read_is_asked_and_what_was_sent_is_taken_back() {
    let fake = FakeOpenapi::start();
    fake.staff(&["user123", "gone"]);
    let office = Workplace::empty()
        .variable("APP_SECRET", SECRET)
        .variable("HOOK", "https://oapi.dingtalk.com/robot/send?access_token=x0123456789")
        .variable("SECRET", "SECoffice");
    let settings = SETTINGS.replace("API", &fake.url("")).replace("    nudge: nudge\n", "");
    office.write("dingdong.yaml", settings);
    office.write("schedules/all.yaml", SCHEDULE);
    for reminder in ["single", "group"] {
        let (code, sent) = office.json(&["send", reminder, "--yes"]);
        assert_eq!(code, Some(0), "{sent}");
    }
    fake.vendor(|vendor| vendor.read.insert("user123".to_owned()));
    let (code, log) = office.json(&["log", "--reads"]);
    assert_eq!(code, Some(0), "{log}");
    let reads = |log: &Value, reminder: &str| {
        let rows = log.as_array().unwrap();
        let row = rows.iter().find(|row| row["reminder"] == reminder).unwrap();
        (
            row["deliveries"][0]["id"].as_str().unwrap().to_owned(),
            row["deliveries"][0]["reads"].clone(),
        )
    };
    let (single, told) = reads(&log, "single");
    assert_eq!((&told["read"], &told["unread"]), (&json!(["张三"]), &json!(["李四"])), "{log}");
    assert_eq!(reads(&log, "group").1["read"], json!(["张三"]));
    let (code, plain) = office.json(&["log"]);
    assert_eq!((code, &plain[0]["deliveries"][0]["reads"]), (Some(0), &Value::Null));

    let (code, done) = office.json(&["recall", &single]);
    assert_eq!((code, &done["recalled"]), (Some(0), &json!(true)), "{done}");
    assert_eq!(fake.vendor(|vendor| vendor.recalled.len()), 1);
    let twice = office.run(&["recall", &single]);
    assert_eq!(twice.code, Some(1));
    assert!(twice.err.contains("recalled already"), "{}", twice.err);
    let (_, log) = office.json(&["log", "--reads"]);
    assert!(reads(&log, "single").1["recalled_at"].is_string(), "{log}");
    // What was told before is still known when nobody can be asked.
    fake.vendor(|vendor| vendor.refusing = Some((403, "Forbidden.AccessDenied.X")));
    let (code, log) = office.json(&["log", "--reads"]);
    assert_eq!((code, &reads(&log, "group").1["read"]), (Some(0), &json!(["张三"])), "{log}");
    let nothing = office.run(&["recall", "nobody@2026-01-01T00:00:00Z/hr-app/1"]);
    assert_eq!(nothing.code, Some(1), "{}", nothing.err);
}

fn by_mobile(mobiles: &[&str]) -> Message {
    let one = |mobile: &&str| mention(mobile, IdKind::Mobile, &format!("#{mobile}"));
    Message { people: mobiles.iter().map(one).collect(), ..message("请**看**") }
}

/// How often anybody was looked up.
fn looked_up(fake: &FakeOpenapi) -> usize {
    fake.requests().iter().filter(|request| request.path.ends_with("/getbymobile")).count()
}

#[tokio::test]
async fn people_are_found_by_their_mobiles_once() {
    let desk = Desk::open();
    let mobiles = [("13800000001", "user1"), ("13800000002", "user2")];
    desk.fake.vendor(|vendor| {
        let own = mobiles.map(|(mobile, id)| (mobile.to_owned(), id.to_owned()));
        vendor.mobiles.extend(own);
    });
    let mut message = by_mobile(&["13800000001", "13800000002"]);
    message.people.push(mention("user3", IdKind::User, "王五"));
    // The same person by id and by mobile gets it once.
    message.people.push(mention("user1", IdKind::User, "张三"));
    for _ in 0..2 {
        let outcome = desk.post(&message).await;
        assert_eq!(outcome.receipt.verdict, Verdict::Sent, "{outcome:?}");
    }
    let shown = desk.fake.shown();
    let who: Vec<&str> = shown.iter().map(|one| one.token.as_str()).collect();
    assert_eq!(who, ["user1", "user2", "user3", "user1", "user2", "user3"]);
    assert_eq!(looked_up(&desk.fake), 2, "each mobile once");
    // After a day it is looked up anew; a token that does not count is replaced there, too.
    desk.fake.end_token();
    let tomorrow = now().checked_add(jiff::Span::new().hours(25)).unwrap();
    desk.fake.set_now(tomorrow.timestamp());
    let outcome = desk.post_as(&message, SECRET, &tomorrow).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Sent, "{outcome:?}");
    assert!(looked_up(&desk.fake) >= 4);
}

#[tokio::test]
async fn whoever_has_no_such_mobile_is_named_and_the_others_have_it_once() {
    let desk = Desk::open();
    desk.fake.vendor(|vendor| {
        vendor.mobiles.insert("13800000001".to_owned(), "user1".to_owned());
        vendor.mobiles.insert("13800000002".to_owned(), "user2".to_owned());
        vendor.held_back.insert("user2".to_owned());
    });
    let mut message = by_mobile(&["13800000001", "13800000002", "13800000003"]);
    let outcome = desk.post(&message).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Retry(Some(Duration::from_secs(5))));
    message.progress = message.progress.after(outcome.trace.progress);
    let (again, refused) = (vec!["13800000002".to_owned()], vec!["13800000003".to_owned()]);
    assert_eq!(message.progress, Progress { again, refused: refused.clone() });
    // The one who was held back gets it; then only the unknown one is left.
    let outcome = desk.post(&message).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Sent, "{outcome:?}");
    message.progress = message.progress.after(outcome.trace.progress);
    assert_eq!(message.progress.refused, refused);
    let outcome = desk.post(&message).await;
    assert_eq!(outcome.receipt.verdict, Verdict::BadMessage, "{outcome:?}");
    assert!(outcome.receipt.reason.to_string().contains("#13800000003"), "{outcome:?}");
    let who: Vec<String> = desk.fake.shown().into_iter().map(|one| one.token).collect();
    assert_eq!(who, ["user1", "user2"]);
    // Known by now: a redrive reaches them.
    desk.fake.vendor(|vendor| {
        vendor.mobiles.insert("13800000003".to_owned(), "user3".to_owned());
    });
    let outcome = desk.post(&message).await;
    assert_eq!(outcome.receipt.verdict, Verdict::Sent, "{outcome:?}");
    assert_eq!(desk.fake.shown()[2].token, "user3");
}

#[tokio::test]
async fn a_directory_that_may_not_be_asked_is_said_and_nothing_is_sent() {
    let desk = Desk::open();
    desk.fake.vendor(|vendor| vendor.secretive = true);
    let outcome = desk.post(&by_mobile(&["13800000001"])).await;
    assert_eq!(outcome.receipt.verdict, Verdict::BadMessage, "{outcome:?}");
    assert!(outcome.receipt.help.unwrap().to_string().contains("qyapi_get_member_by_mobile"));
    assert!(outcome.trace.progress.is_none(), "everyone is tried by a redrive");
    desk.fake.fault(Fault::CloseBefore);
    let outcome = desk.post(&by_mobile(&["13800000001"])).await;
    assert!(matches!(outcome.receipt.verdict, Verdict::Retry(_)), "{outcome:?}");
    assert!(desk.fake.shown().is_empty());
}

#[test]
fn the_program_finds_people_by_their_mobiles() {
    let fake = FakeOpenapi::start();
    fake.staff(&["user6"]);
    fake.vendor(|vendor| vendor.mobiles.insert("13800000006".to_owned(), "user6".to_owned()));
    let office = Workplace::empty().variable("APP_SECRET", SECRET);
    office.write(
        "dingdong.yaml",
        format!(
            "targets:\n  app: {{ robot: dingtalk-app, app_key: {KEY}, app_secret: env:APP_SECRET, \
             api: {} }}\npeople:\n  zhaoliu: {{ name: 赵六, mobile: \"13800000006\" }}\n  \
             left: {{ name: 走了, mobile: \"13800000007\" }}\n",
            fake.url("")
        ),
    );
    office.write(
        "schedules/all.yaml",
        "reminders:\n  a: { when: every workday at 09:00, to: { people: [zhaoliu, left], via: app }, text: x }\n",
    );
    let (code, checked) = office.json(&["check"]);
    let said = checked.to_string();
    assert!(code == Some(0) && !said.contains("nobody-to-write-to"), "{checked}");
    assert!(!said.contains("left-out"), "{checked}");
    let examined = || {
        let (_, found) = office.json(&["doctor"]);
        let found = found.as_array().unwrap().iter().find(|one| one["code"] == "people").cloned();
        found.unwrap()
    };
    let found = examined();
    assert_eq!(found["severity"], "error", "{found}");
    assert!(found["message"].as_str().unwrap().contains("走了"), "{found}");
    assert!(fake.shown().is_empty());
    let (code, sent) = office.json(&["send", "a", "--yes"]);
    assert_eq!((code, &sent["deliveries"][0]["state"]), (Some(1), &json!("dead")), "{sent}");
    assert!(sent["deliveries"][0]["reason"].as_str().unwrap().contains("走了"), "{sent}");
    // Who has read it is told by name, whoever looked them up.
    fake.vendor(|vendor| vendor.read.insert("user6".to_owned()));
    let (_, log) = office.json(&["log", "--reads"]);
    assert_eq!(log[0]["deliveries"][0]["reads"]["read"], json!(["赵六"]), "{log}");
    fake.vendor(|vendor| vendor.secretive = true);
    assert!(examined()["help"].as_str().unwrap().contains("qyapi_get_member_by_mobile"));
    let who: Vec<String> = fake.shown().into_iter().map(|one| one.token).collect();
    assert_eq!(who, ["user6"]);
}
