//! Data from other machines: what is asked, what is read, what is refused, and that no secret is
//! seen anywhere.

use serde_json::{Value, json};

use super::support::{
    fake::{Fault, Reply},
    fake_api::FakeApi,
    fake_dingtalk::{FakeDingtalk, rules::Group},
    story::Story,
    workplace::{Workplace, holds, is_store},
};

const SETTINGS: &str = "\
timezone: Asia/Shanghai
calendar: cn
content: content/
store: sqlite:data/dingdong.db
targets:
  sales: { robot: dingtalk, webhook: env:HOOK }
  ops: { robot: dingtalk, webhook: env:OPS }
alerts: { to: ops }
";

const KEY: &str = "Bearer k3y0123456789";

fn office(fake: &FakeDingtalk, api: &FakeApi, source: &str) -> Workplace {
    let office = Workplace::empty()
        .variable("HOOK", &fake.group("sales", Group::default()))
        .variable("OPS", &fake.group("ops", Group::default()))
        .variable("SALES_KEY", KEY.trim_start_matches("Bearer "))
        .variable("SALES_URL", &api.url("/sales.json"));
    office.write("dingdong.yaml", SETTINGS);
    let schedule = format!(
        "reminders:\n  sales:\n    when: every workday at 09:00\n    to: sales\n    format: text\n    \
         title: 昨日销售\n    data:\n      sales: {source}\n    text: |\n      \
         {{% for row in sales -%}}\n      {{{{ row.name }}}} {{{{ row.sum | number }}}}\n      \
         {{% endfor %}}\n",
        source = source.replace("API", &api.url("")),
    );
    office.write("schedules/sales.yaml", schedule);
    api.vendor(|vendor| {
        let rows = json!([{"name": "华东", "sum": 12000}, {"name": "华南", "sum": 900}]);
        vendor.pages.insert("/sales.json", Reply::json(&rows));
        let table =
            Reply { kind: "text/csv; charset=utf-8", ..Reply::text(200, "name,sum\n华北,7\n") };
        vendor.pages.insert("/sales.csv", table);
        let page = Reply { kind: "text/html", ..Reply::text(200, "<!doctype html>login") };
        vendor.pages.insert("/login", page);
        for (path, to) in
            [("/old", "/sales.json"), ("/circle", "/circle"), ("/away", "http://127.0.0.2:1/x")]
        {
            let moved =
                Reply { headers: vec![("location", to.to_owned())], ..Reply::text(302, "") };
            vendor.pages.insert(path, moved);
        }
    });
    office
}

const KEYED: &str = "{ http: API/sales.json, headers: { Authorization: Bearer env:SALES_KEY } }";

#[tokio::test]
async fn a_message_says_what_another_system_knows_when_it_is_due() {
    let (fake, api) = (FakeDingtalk::start(), FakeApi::start());
    let office = office(&fake, &api, KEYED);
    api.vendor(|vendor| vendor.key = Some(KEY.to_owned()));
    let at = |text: &str| text.parse().unwrap();
    let mut story = Story::begin(&office, &fake, at("2026-11-24T08:00:00+08:00")).await;
    story.pass_until(at("2026-11-24T09:00:00+08:00")).await;
    assert_eq!(fake.shown()[0].text, "昨日销售\n华东 12,000\n华南 900");
    // A broken connection is tried once more; a refusal is told, and nothing is sent.
    api.fault(Fault::CloseAfter);
    story.pass_until(at("2026-11-25T09:00:00+08:00")).await;
    assert_eq!(fake.shown().len(), 2);
    api.vendor(|vendor| vendor.key = Some("another".to_owned()));
    story.pass_until(at("2026-11-26T09:00:00+08:00")).await;
    let shown = fake.shown();
    let alert = shown.last().unwrap();
    assert!(shown.len() == 3 && alert.token == "ops", "{shown:?}");
    assert!(
        alert.text.contains("schedules/sales.yaml:8:22") && alert.text.contains("回答 401"),
        "{alert:?}"
    );
    let log = story.log().await;
    let own = log.iter().filter(|one| one.occurrence.reminder.as_str() == "sales");
    let states: Vec<_> = own.map(|one| one.state.name()).collect();
    assert_eq!(states, ["composed", "composed", "failed"]);
}

#[test]
fn preview_asks_and_check_does_not() {
    let (fake, api) = (FakeDingtalk::start(), FakeApi::start());
    let office = office(&fake, &api, KEYED);
    let (code, checked) = office.json(&["check"]);
    assert!(code == Some(0) && checked["ok"] == true, "{checked}");
    assert_eq!(api.requests().len(), 0);
    let (code, shown) = office.json(&["preview", "sales"]);
    let text = &shown["messages"][0]["parts"][0]["body"]["text"]["content"];
    assert_eq!((code, text), (Some(0), &json!("昨日销售\n华东 12,000\n华南 900")));
    // Sample data takes the place of the answer.
    office.write("sample.yaml", "sales: [{ name: 样品, sum: 1 }]\n");
    let (code, shown) = office.json(&["preview", "sales", "--data", "sample.yaml"]);
    let text = shown["messages"][0]["parts"][0]["body"].to_string();
    assert!(code == Some(0) && text.contains("样品 1") && api.requests().len() == 1, "{text}");
}

#[test]
fn answers_are_read_by_their_kind_and_what_is_no_answer_is_said() {
    let (fake, api) = (FakeDingtalk::start(), FakeApi::start());
    let tried = |source: &str| {
        let office = office(&fake, &api, source);
        let ran = office.run(&["preview", "sales", "--json"]);
        let text = serde_json::from_str::<Value>(&ran.out).unwrap_or_default();
        let text = &text["messages"][0]["parts"][0]["body"]["text"]["content"];
        let text = text.as_str().unwrap_or_default().trim_end().to_owned();
        (ran.code, text, ran.err)
    };
    for source in ["{ http: API/sales.csv }", "{ http: API/sales.csv, format: csv }"] {
        assert_eq!(tried(source).1, "昨日销售\n华北 7", "{source}");
    }
    for source in ["{ http: API/old }", "{ http: env:SALES_URL }"] {
        let (_, text, stderr) = tried(source);
        assert_eq!(text, "昨日销售\n华东 12,000\n华南 900", "{source}: {stderr}");
    }
    for (source, said) in [
        ("{ http: API/none }", "answered 404"),
        ("{ http: API/login }", "answered with a web page"),
        ("{ http: API/login, format: json }", "answered with a web page"),
        ("{ http: API/sales.csv, format: json }", "is no JSON"),
        ("{ http: API/circle }", "in a circle"),
        ("{ http: API/away }", "elsewhere (to http://127.0.0.2:1)"),
        ("{ http: env:NOWHERE }", "NOWHERE is not set"),
        ("{ http: 'http://127.0.0.1:9/x' }", "could not be reached"),
    ] {
        let (code, _, stderr) = tried(source);
        // Nothing is wrong with the file: it could not be done.
        assert!(code == Some(1) && stderr.contains(said), "{source}: {stderr}");
    }
    api.fault(Fault::Huge);
    assert!(tried("{ http: API/sales.json }").2.contains("too long"));
}

#[test]
fn a_key_in_the_file_is_refused_and_shown_nowhere() {
    let (fake, api) = (FakeDingtalk::start(), FakeApi::start());
    for source in [
        "{ http: https://api.example.com/x, headers: { Authorization: Bearer k3y0123456789 } }",
        "{ http: https://api.example.com/x, headers: { X-Api-Key: k3y0123456789 } }",
        "{ http: 'https://api.example.com/x?access_token=k3y0123456789' }",
        "{ http: 'https://me:k3y0123456789@api.example.com/x' }",
    ] {
        let office = office(&fake, &api, source);
        let ran = office.run(&["check"]);
        let said = format!("{}{}", ran.out, ran.err);
        assert!(ran.code == Some(3) && said.contains("anyone can read it"), "{said}");
        assert!(!said.contains("k3y0123456789"), "{said}");
    }
    // And where it is kept right, it is in no file, no log and no store.
    let office = office(&fake, &api, KEYED);
    office.run(&["send", "sales", "--yes"]);
    office.run(&["log", "--json"]);
    let words = ["k3y0123456789"].into();
    let seen: Vec<_> =
        office.bytes().into_iter().filter(|(_, bytes)| !holds(bytes, &words).is_empty()).collect();
    assert!(seen.is_empty(), "{:?}", seen.iter().map(|(path, _)| path).collect::<Vec<_>>());
    assert!(office.bytes().iter().any(|(path, _)| is_store(path)));
}

#[test]
fn a_secret_goes_only_where_whoever_runs_the_server_lets_it_go() {
    let (fake, api) = (FakeDingtalk::start(), FakeApi::start());
    let source = "{ http: 'https://api.example.com/x', headers: { Authorization: KEPT } }";
    let found = |kept: &str, secrets: &str| -> Vec<(String, String)> {
        let office = office(&fake, &api, &source.replace("KEPT", kept));
        office.write("dingdong.yaml", format!("{SETTINGS}{secrets}"));
        let (_, checked) = office.json(&["check"]);
        let found = checked["diagnostics"].as_array().unwrap().iter();
        let found = found.filter(|one| one["code"] == "secret-host");
        let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
        found.map(|one| (text(one, "severity"), text(one, "help"))).collect()
    };
    let unlisted = found("Bearer env:SALES_KEY", "");
    assert_eq!(unlisted.len(), 1);
    assert_eq!(unlisted[0].0, "warning");
    assert!(unlisted[0].1.contains("secrets: { env:SALES_KEY: api.example.com }"), "{unlisted:?}");
    for (kept, secrets, expected) in [
        ("env:SALES_KEY", "secrets: { env:SALES_KEY: api.example.com }\n", None),
        ("env:SALES_KEY", "secrets: { env:SALES_KEY: [a.example.com, api.example.com] }\n", None),
        ("env:SALES_KEY", "secrets: { env:SALES_KEY: a.example.com }\n", Some("error")),
        ("env:SALES_KEY", "secrets: {}\n", Some("error")),
        // What lets the service into a group is never data for somebody else.
        ("env:HOOK", "", Some("error")),
        ("env:HOOK", "secrets: { env:HOOK: api.example.com }\n", None),
    ] {
        let found = found(kept, secrets);
        let severities: Vec<&str> = found.iter().map(|(severity, _)| severity.as_str()).collect();
        assert_eq!(severities, expected.into_iter().collect::<Vec<_>>(), "{kept} {secrets}");
    }
    // Who does not check first sends nothing either, also where the address is kept elsewhere.
    let office = office(&fake, &api, "{ http: env:AWAY, headers: { Authorization: env:HOOK } }")
        .variable("AWAY", "https://api.example.com/x");
    let ran = office.run(&["preview", "sales"]);
    assert!(
        ran.code == Some(3) && ran.err.contains("is not sent to api.example.com"),
        "{}",
        ran.err
    );
}
