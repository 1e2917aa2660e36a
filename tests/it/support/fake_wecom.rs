//! A WeCom of our own.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::fake::{Fake, Received, Reply, Shown, Vendor};

/// The server.
pub(crate) type FakeWecom = Fake<Wecom>;

/// When each robot was called, by key.
#[derive(Debug, Default)]
pub(crate) struct Wecom(BTreeMap<String, Vec<i64>>);

type Refusal = (i64, &'static str);

impl Vendor for Wecom {
    fn answer(&mut self, request: &Received, now: Timestamp) -> Reply {
        match self.judge(request, now) {
            Ok(shown) => {
                Reply { shown: vec![shown], ..Reply::json(&json!({"errcode": 0, "errmsg": "ok"})) }
            }
            Err((code, said)) => {
                let said = format!(
                    "{said}, hint: [1795482000], from ip: 203.0.113.7, more info at \
                     https://open.work.weixin.qq.com/devtool/query?e={code}"
                );
                Reply::json(&json!({"errcode": code, "errmsg": said}))
            }
        }
    }

    fn refusal(code: i64, said: &str) -> String {
        json!({"errcode": code, "errmsg": said}).to_string()
    }
}

impl FakeWecom {
    /// Sets up a robot, and returns its webhook.
    pub(crate) fn robot(&self, key: &str) -> String {
        self.vendor(|vendor| vendor.0.insert(key.to_owned(), Vec::new()));
        self.url(&format!("/cgi-bin/webhook/send?key={key}"))
    }
}

impl Wecom {
    fn judge(&mut self, request: &Received, now: Timestamp) -> Result<Shown, Refusal> {
        let key = request.parameter("key").pop().unwrap_or_default();
        let unknown = (93000, "invalid webhook url");
        let calls = self.0.get_mut(&key).ok_or(unknown)?;
        let now = now.as_millisecond();
        calls.retain(|call| now - call < 60_000);
        if calls.len() >= 20 {
            return Err((45009, "api freq out of limit"));
        }
        calls.push(now);
        let json = request.json();
        let mut shown = Shown { token: key, ..Shown::default() };
        shown.kind = json["msgtype"].as_str().ok_or((40008, "invalid message type"))?.to_owned();
        match shown.kind.as_str() {
            "text" => text(&json["text"], &mut shown)?,
            "markdown" => {
                let content = filled(&json["markdown"]["content"], 4096)?;
                if content.len() > 4096 {
                    return Err((40058, "markdown.content exceed max length 4096"));
                }
                shown.notified = called(&content);
                shown.text = content;
            }
            "template_card" => card(&json["template_card"], &mut shown)?,
            _ => return Err((40008, "invalid message type")),
        }
        Ok(shown)
    }
}

fn filled(text: &Value, most: usize) -> Result<String, Refusal> {
    let text = text.as_str().filter(|text| !text.trim().is_empty());
    let text = text.ok_or((44004, "empty content"))?;
    if text.len() > most {
        return Err((40058, "content exceed max length"));
    }
    Ok(text.to_owned())
}

/// Whom `<@userid>` calls.
fn called(content: &str) -> Vec<String> {
    let tags = content.split("<@").skip(1);
    tags.filter_map(|tag| tag.split_once('>')).map(|(id, _)| id.to_owned()).collect()
}

fn text(text: &Value, shown: &mut Shown) -> Result<(), Refusal> {
    shown.text = filled(&text["content"], 2048)?;
    shown.notified = called(&shown.text);
    for list in ["mentioned_list", "mentioned_mobile_list"] {
        for id in text[list].as_array().into_iter().flatten() {
            let id = id.as_str().ok_or((40058, "a mention is not a string"))?;
            if id == "@all" {
                shown.all = true;
            } else {
                shown.notified.push(id.to_owned());
            }
        }
    }
    Ok(())
}

fn card(card: &Value, shown: &mut Shown) -> Result<(), Refusal> {
    let bad = (40058, "invalid template card");
    if card["card_type"] != "text_notice" || card["card_action"]["url"].as_str().is_none() {
        return Err(bad);
    }
    shown.title = filled(&card["main_title"]["title"], 1000)?;
    shown.text = card["sub_title_text"].as_str().unwrap_or_default().to_owned();
    let links = card["jump_list"].as_array().ok_or(bad)?;
    if links.len() > 3 {
        return Err(bad);
    }
    for link in links {
        shown.buttons.push((filled(&link["title"], 1000)?, filled(&link["url"], 4000)?));
    }
    Ok(())
}
