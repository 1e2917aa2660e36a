//! The vendor's documented rules, written down a second time, independently of the program.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Received, Shown};

/// A group with one custom robot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    secret: Option<String>,
    keywords: Vec<String>,
    members: Option<Vec<String>>,
    calls: Vec<i64>,
    silent_until: i64,
    seen: BTreeSet<String>,
}

/// By token.
pub(super) type Groups = BTreeMap<String, Group>;

/// A refusal: code and text.
type Refusal = (i64, String);

/// What a request leads to: nothing new for a repeat, a message shown, or a refusal.
pub(super) fn judge(
    groups: &mut Groups,
    request: &Received,
    now: Timestamp,
) -> Result<Option<Shown>, Refusal> {
    let now = now.as_millisecond();
    let token = match request.parameter("access_token").as_slice() {
        _ if request.method != "POST" => return refuse(43002, "需要POST请求"),
        [token] if request.path == "/robot/send" => token.clone(),
        _ => return refuse(40035, "缺少参数 access_token"),
    };
    let Some(group) = groups.get_mut(&token) else {
        return refuse(300_005, "token is not exist");
    };
    group.count_call(now)?;
    if !request.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        return refuse(43004, "无效的HTTP HEADER Content-Type");
    }
    group.check_signature(request, now)?;
    if request.body.len() > 20_000 {
        return refuse(460_101, "message too long, exceed 20000 bytes");
    }
    let json = request.json();
    let mut shown = shown(&json)?;
    let said = format!("{}\n{}", shown.title, shown.text);
    if !group.keywords.is_empty() && !group.keywords.iter().any(|word| said.contains(word)) {
        return refuse(
            310_000,
            "description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词;",
        );
    }
    group.mention(&json, &mut shown)?;
    shown.token = token;
    let repeated = json["msgUuid"].as_str().is_some_and(|uuid| !group.seen.insert(uuid.to_owned()));
    Ok((!repeated).then_some(shown))
}

fn refuse<T>(code: i64, said: &str) -> Result<T, Refusal> {
    Err((code, said.to_owned()))
}

impl Group {
    /// Demands that calls are signed.
    pub(crate) fn signed(self, secret: &str) -> Self {
        Self { secret: Some(secret.to_owned()), ..self }
    }

    /// Demands that one of these words occurs.
    pub(crate) fn keywords(self, keywords: &[&str]) -> Self {
        Self { keywords: keywords.iter().map(ToString::to_string).collect(), ..self }
    }

    /// Whose mobiles and userIds are known in the group; anyone's, when nobody is named.
    pub(crate) fn members(self, ids: &[&str]) -> Self {
        Self { members: Some(ids.iter().map(ToString::to_string).collect()), ..self }
    }

    /// Twenty calls a minute; more, and the robot is silenced for ten minutes.
    fn count_call(&mut self, now: i64) -> Result<(), Refusal> {
        self.calls.retain(|call| now - call < 60_000);
        self.calls.push(now);
        if self.calls.len() > 20 {
            self.silent_until = now + 600_000;
        }
        if now < self.silent_until {
            return refuse(410_100, "发送速度太快而限流");
        }
        Ok(())
    }

    fn check_signature(&self, request: &Received, now: i64) -> Result<(), Refusal> {
        let Some(secret) = &self.secret else { return Ok(()) };
        let (times, signs) = (request.parameter("timestamp"), request.parameter("sign"));
        let ([time], [sign]) = (times.as_slice(), signs.as_slice()) else {
            return refuse(310_000, "sign not match, more: [https://ding-doc.dingtalk.com]");
        };
        let near = time.parse::<i64>().is_ok_and(|time| (now - time).abs() <= 3_600_000);
        if !near {
            return refuse(310_000, "invalid timestamp");
        }
        let expected = hmac(secret.as_bytes(), format!("{time}\n{secret}").as_bytes());
        if STANDARD.decode(sign).ok().as_deref() != Some(&expected[..]) {
            return refuse(
                310_000,
                "description:机器人发送签名不匹配;solution:请确认签名和时间戳;",
            );
        }
        Ok(())
    }

    /// Who is notified. Outside `text`, an id counts only where the text holds it after an `@`.
    fn mention(&self, json: &Value, shown: &mut Shown) -> Result<(), Refusal> {
        let at = &json["at"];
        if at.is_null() {
            return Ok(());
        }
        let listed = |field: &str| match &at[field] {
            Value::Null => Ok(Vec::new()),
            Value::Array(ids) => ids
                .iter()
                .map(|id| id.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .ok_or((404, format!("{field}: not strings"))),
            _ => Err((404, format!("{field}: not a list"))),
        };
        let ids = [listed("atMobiles")?, listed("atUserIds")?].concat();
        if ids.len() > 50 {
            return refuse(40035, "at: more than 50");
        }
        shown.all = match &at["isAtAll"] {
            Value::Null => false,
            Value::Bool(all) => *all,
            _ => return refuse(404, "isAtAll: not a boolean"),
        };
        let member = |id: &String| self.members.as_ref().is_none_or(|known| known.contains(id));
        let rings = |id: &String| !shown.all && (shown.kind == "text" || holds(&shown.text, id));
        shown.notified = ids.into_iter().filter(|id| member(id) && rings(id)).collect();
        Ok(())
    }
}

/// Whether a text holds `@id` with nothing behind it that would make it a longer number or name.
fn holds(text: &str, id: &str) -> bool {
    text.split('@').skip(1).any(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
        &rest[..end.unwrap_or(rest.len())] == id
    })
}

/// What a message looks like, its required fields being there.
fn shown(json: &Value) -> Result<Shown, Refusal> {
    let kind = json["msgtype"].as_str().unwrap_or_default();
    let part = &json[kind];
    let field = |part: &Value, name: &str| match part[name].as_str() {
        Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
        _ => Err((40035, format!("缺少参数 {kind}.{name}"))),
    };
    let (title, text) = match kind {
        "" => return refuse(40035, "缺少参数 json"),
        "text" => (String::new(), field(part, "content")?),
        "markdown" | "actionCard" => (field(part, "title")?, field(part, "text")?),
        _ => return refuse(400_105, "不支持的消息类型"),
    };
    let mut buttons = Vec::new();
    if kind == "actionCard" {
        match part["btns"].as_array() {
            Some(several) => {
                for button in several {
                    buttons.push((field(button, "title")?, field(button, "actionURL")?));
                }
            }
            None => buttons.push((field(part, "singleTitle")?, field(part, "singleURL")?)),
        }
    }
    Ok(Shown { kind: kind.to_owned(), title, text, buttons, ..Shown::default() })
}

/// HMAC-SHA256 as RFC 2104 writes it down.
pub(crate) fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::digest([&block.map(|byte| byte ^ 0x36), text].concat());
    Sha256::digest([&block.map(|byte| byte ^ 0x5c)[..], &inner[..]].concat()).to_vec()
}
