//! A Slack of our own.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::fake::{Fake, Received, Reply, Shown, Vendor};

/// The server.
pub(crate) type FakeSlack = Fake<Slack>;

/// By path: members of the workspace, and when the webhook was last called.
#[derive(Debug, Default)]
pub(crate) struct Slack(BTreeMap<String, (Vec<String>, i64)>);

type Refusal = (u16, &'static str);

impl Vendor for Slack {
    fn answer(&mut self, request: &Received, now: Timestamp) -> Reply {
        match self.judge(request, now) {
            Ok(shown) => Reply { shown: vec![shown], ..Reply::text(200, "ok") },
            Err((429, said)) => {
                Reply { headers: vec![("Retry-After", "30".to_owned())], ..Reply::text(429, said) }
            }
            Err((status, said)) => Reply::text(status, said),
        }
    }

    fn refusal(_: i64, said: &str) -> String {
        said.to_owned()
    }
}

impl FakeSlack {
    /// Sets up a webhook of a workspace with these members.
    pub(crate) fn webhook(&self, token: &str, members: &[&str]) -> String {
        let path = format!("/services/T0AAAAAAA/B0BBBBBBB/{token}");
        let members = members.iter().map(ToString::to_string).collect();
        self.vendor(|vendor| vendor.0.insert(path.clone(), (members, i64::MIN)));
        self.url(&path)
    }
}

impl Slack {
    fn judge(&mut self, request: &Received, now: Timestamp) -> Result<Shown, Refusal> {
        let (members, last) = self.0.get_mut(&request.path).ok_or((404, "no_service"))?;
        let now = now.as_millisecond();
        if now < last.saturating_add(1000) {
            return Err((429, "rate_limited"));
        }
        *last = now;
        let json = request.json();
        if !json.is_object() {
            return Err((400, "invalid_payload"));
        }
        let token = request.path.rsplit('/').next().unwrap_or_default().to_owned();
        let mut shown = Shown { token, kind: "text".to_owned(), ..Shown::default() };
        let fallback = json["text"].as_str().unwrap_or_default();
        if fallback.is_empty() && json["blocks"].is_null() {
            return Err((400, "no_text"));
        }
        shown.text = fallback.to_owned();
        if let Some(blocks) = json["blocks"].as_array() {
            blocks_shown(blocks, &mut shown)?;
        }
        mentions(members, &mut shown)?;
        Ok(shown)
    }
}

fn blocks_shown(blocks: &[Value], shown: &mut Shown) -> Result<(), Refusal> {
    if blocks.len() > 50 {
        return Err((400, "invalid_blocks"));
    }
    shown.kind = "blocks".to_owned();
    shown.text.clear();
    for block in blocks {
        match block["type"].as_str().unwrap_or_default() {
            "header" => shown.title = filled(&block["text"], "plain_text", 150)?,
            "section" => {
                shown.text.push_str(&filled(&block["text"], "mrkdwn", 3000)?);
                shown.text.push('\n');
            }
            "actions" => {
                let elements = block["elements"].as_array().ok_or((400, "invalid_blocks"))?;
                if elements.is_empty() || elements.len() > 25 {
                    return Err((400, "invalid_blocks"));
                }
                for button in elements {
                    let label = filled(&button["text"], "plain_text", 75)?;
                    let url = button["url"].as_str().ok_or((400, "invalid_blocks"))?;
                    shown.buttons.push((label, url.to_owned()));
                }
            }
            _ => return Err((400, "invalid_blocks")),
        }
    }
    Ok(())
}

fn filled(text: &Value, kind: &str, most: usize) -> Result<String, Refusal> {
    let said = text["text"].as_str().unwrap_or_default();
    let right = text["type"] == kind && !said.is_empty() && said.chars().count() <= most;
    if right { Ok(said.to_owned()) } else { Err((400, "invalid_blocks")) }
}

/// Whatever stands in `<…>` is a mention or a link.
fn mentions(members: &[String], shown: &mut Shown) -> Result<(), Refusal> {
    for tag in shown.text.split('<').skip(1) {
        let Some((tag, _)) = tag.split_once('>') else { return Err((400, "invalid_payload")) };
        if let Some(id) = tag.strip_prefix('@') {
            if !members.iter().any(|member| member == id) {
                return Err((400, "user_not_found"));
            }
            shown.notified.push(id.to_owned());
        } else if matches!(tag, "!channel" | "!here" | "!everyone") {
            shown.all = true;
        } else if !tag.starts_with("http") {
            return Err((400, "invalid_payload"));
        }
    }
    Ok(())
}
