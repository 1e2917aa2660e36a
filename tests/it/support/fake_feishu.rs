//! A Feishu of our own.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    fake::{Fake, Received, Reply, Shown, Vendor},
    fake_dingtalk::rules::hmac,
};

/// The server.
pub(crate) type FakeFeishu = Fake<Feishu>;

/// Bots by token.
#[derive(Debug, Default)]
pub(crate) struct Feishu(BTreeMap<String, Bot>);

/// A custom bot in its group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bot {
    pub(crate) secret: Option<String>,
    pub(crate) keywords: Vec<String>,
    /// Open IDs of the group's members.
    pub(crate) members: Vec<String>,
    pub(crate) calls: Vec<i64>,
}

type Refusal = (i64, &'static str);

impl Vendor for Feishu {
    fn answer(&mut self, request: &Received, now: Timestamp) -> Reply {
        match self.judge(request, now) {
            Ok(shown) => {
                let ok = json!({"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {},
                                "msg": "success"});
                Reply { shown: vec![shown], ..Reply::json(&ok) }
            }
            Err((code, said)) => Reply {
                status: if code == 9499 { 400 } else { 200 },
                ..Reply::json(&json!({"code": code, "data": {}, "msg": said}))
            },
        }
    }

    fn refusal(code: i64, said: &str) -> String {
        json!({"code": code, "data": {}, "msg": said}).to_string()
    }
}

impl FakeFeishu {
    /// Sets up a bot, and returns its webhook.
    pub(crate) fn bot(&self, token: &str, bot: Bot) -> String {
        self.vendor(|vendor| vendor.0.insert(token.to_owned(), bot));
        self.url(&format!("/open-apis/bot/v2/hook/{token}"))
    }
}

impl Feishu {
    fn judge(&mut self, request: &Received, now: Timestamp) -> Result<Shown, Refusal> {
        let token = request.path.strip_prefix("/open-apis/bot/v2/hook/").unwrap_or_default();
        let bot = self
            .0
            .get_mut(token)
            .ok_or((19001, "param invalid: incoming webhook access token invalid"))?;
        bot.count_call(now.as_millisecond())?;
        if request.body.len() > 20_000 || request.json().is_null() {
            return Err((9499, "Bad Request"));
        }
        let json = request.json();
        bot.check_signature(&json, now.as_second())?;
        let mut shown = shown(&json)?;
        shown.token = token.to_owned();
        let said = format!("{}\n{}", shown.title, shown.text);
        if !bot.keywords.is_empty() && !bot.keywords.iter().any(|word| said.contains(word)) {
            return Err((19024, "Key Words Not Found"));
        }
        // Whoever is not in the group is shown by name and not notified.
        shown.all = shown.notified.iter().any(|id| id == "all");
        shown.notified.retain(|id| bot.members.contains(id));
        Ok(shown)
    }
}

impl Bot {
    /// A hundred calls a minute, and five a second.
    fn count_call(&mut self, now: i64) -> Result<(), Refusal> {
        self.calls.retain(|call| now - call < 60_000);
        self.calls.push(now);
        let second = self.calls.iter().filter(|call| now - **call < 1_000).count();
        if self.calls.len() > 100 || second > 5 {
            return Err((9499, "too many request"));
        }
        Ok(())
    }

    fn check_signature(&self, json: &Value, now: i64) -> Result<(), Refusal> {
        let wrong =
            (19021, "sign match fail or timestamp is not within one hour from current time");
        let Some(secret) = &self.secret else { return Ok(()) };
        let (time, sign) = (json["timestamp"].as_str(), json["sign"].as_str());
        let (Some(time), Some(sign)) = (time, sign) else { return Err(wrong) };
        let near = time.parse::<i64>().is_ok_and(|time| (now - time).abs() <= 3_600);
        let expected = hmac(format!("{time}\n{secret}").as_bytes(), b"");
        let right = STANDARD.decode(sign).ok().as_deref() == Some(&expected[..]);
        if near && right { Ok(()) } else { Err(wrong) }
    }
}

fn shown(json: &Value) -> Result<Shown, Refusal> {
    let kind = json["msg_type"].as_str().ok_or((19002, "params error, msg_type need"))?;
    let mut shown = Shown { kind: kind.to_owned(), ..Shown::default() };
    match kind {
        "text" => {
            let text = filled(&json["content"]["text"])?;
            tags(&text, "user_id=\"", '"', &mut shown);
        }
        "post" => post(&json["content"]["post"]["zh_cn"], &mut shown)?,
        "interactive" => card(&json["card"], &mut shown)?,
        _ => return Err((9499, "Bad Request")),
    }
    Ok(shown)
}

fn filled(text: &Value) -> Result<String, Refusal> {
    let text = text.as_str().filter(|text| !text.trim().is_empty());
    text.map(str::to_owned).ok_or((9499, "Bad Request"))
}

/// Takes the `<at …>` tags out of a text: each is shown as a name and notifies.
fn tags(text: &str, before: &str, after: char, shown: &mut Shown) {
    let mut rest = text;
    while let Some((plain, tag)) = rest.split_once("<at ") {
        shown.text.push_str(plain);
        let (tag, behind) = tag.split_once('>').unwrap_or((tag, ""));
        let id = tag.strip_prefix(before).map(|id| id.split(after).next().unwrap_or_default());
        shown.notified.push(id.unwrap_or_default().to_owned());
        let (name, behind) = behind.split_once("</at>").unwrap_or(("", behind));
        shown.text.push_str(&format!("[@{name}]"));
        rest = behind;
    }
    shown.text.push_str(rest);
}

fn post(post: &Value, shown: &mut Shown) -> Result<(), Refusal> {
    let bad = (9499, "Bad Request");
    shown.title = post["title"].as_str().unwrap_or_default().to_owned();
    for line in post["content"].as_array().ok_or(bad)? {
        for tag in line.as_array().ok_or(bad)? {
            match tag["tag"].as_str().ok_or(bad)? {
                "text" => shown.text.push_str(tag["text"].as_str().ok_or(bad)?),
                "a" => {
                    let link = (filled(&tag["text"])?, link(&tag["href"])?);
                    shown.buttons.push(link);
                }
                "at" => {
                    shown.notified.push(filled(&tag["user_id"])?);
                    let name = tag["user_name"].as_str().unwrap_or_default();
                    shown.text.push_str(&format!("[@{name}]"));
                }
                _ => return Err(bad),
            }
        }
        shown.text.push('\n');
    }
    Ok(())
}

fn link(url: &Value) -> Result<String, Refusal> {
    let text = filled(url)?;
    url::Url::parse(&text).map(|_| text).map_err(|_| (9499, "Bad Request"))
}

fn card(card: &Value, shown: &mut Shown) -> Result<(), Refusal> {
    let bad = (9499, "Bad Request");
    if !card.is_object() {
        return Err(bad);
    }
    let title = &card["header"]["title"];
    shown.title = filled(&title["content"])?;
    let second = card["schema"] == "2.0";
    let elements = if second { &card["body"]["elements"] } else { &card["elements"] };
    for element in elements.as_array().ok_or(bad)? {
        match element["tag"].as_str().ok_or(bad)? {
            "markdown" => tags(&filled(&element["content"])?, "id=", '>', shown),
            "button" if second => {
                let opens = &element["behaviors"][0];
                if opens["type"] != "open_url" {
                    return Err(bad);
                }
                let label = filled(&element["text"]["content"])?;
                shown.buttons.push((label, link(&opens["default_url"])?));
            }
            _ => return Err(bad),
        }
    }
    Ok(())
}
