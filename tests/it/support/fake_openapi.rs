//! A DingTalk OpenAPI of our own: one app with its robot, groups and people.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::fake::{Fake, Received, Reply, Shown, Vendor};

/// The server.
pub(crate) type FakeOpenapi = Fake<Openapi>;

pub(crate) const KEY: &str = "dingappkey0001";
pub(crate) const SECRET: &str = "app-s3cret-0123456789";
pub(crate) const GROUP: &str = "cidGroup0001==";

/// What the organisation has.
#[derive(Debug, Default)]
pub(crate) struct Openapi {
    /// User ids.
    pub(crate) staff: BTreeSet<String>,
    /// User ids by mobile.
    pub(crate) mobiles: BTreeMap<String, String>,
    /// The app has no permission to look mobiles up.
    pub(crate) secretive: bool,
    /// Those whom the next message to people does not reach for now.
    pub(crate) held_back: BTreeSet<String>,
    /// A refusal of everything but tokens: status and name.
    pub(crate) refusing: Option<(u16, &'static str)>,
    /// The token that counts, and until when.
    token: Option<(String, Timestamp)>,
    /// How many tokens were given.
    pub(crate) tokens: usize,
    /// What was taken, by its key: to whom.
    pub(crate) taken: BTreeMap<String, Vec<String>>,
    /// Who has read what.
    pub(crate) read: BTreeSet<String>,
    /// Keys of messages that were recalled.
    pub(crate) recalled: BTreeSet<String>,
}

type Refusal = (u16, &'static str);

impl Vendor for Openapi {
    fn answer(&mut self, request: &Received, now: Timestamp) -> Reply {
        let (answer, shown) = match self.judge(request, now) {
            Ok(done) => done,
            Err((status, name)) => {
                let said = json!({"code": name, "message": "不行", "requestid": "R-1"});
                return Reply {
                    kind: "application/json",
                    ..Reply::text(status, &said.to_string())
                };
            }
        };
        Reply { shown, ..Reply::json(&answer) }
    }

    fn refusal(code: i64, said: &str) -> String {
        json!({"code": code.to_string(), "message": said}).to_string()
    }
}

impl FakeOpenapi {
    /// Takes people on.
    pub(crate) fn staff(&self, ids: &[&str]) {
        self.vendor(|vendor| vendor.staff.extend(ids.iter().map(ToString::to_string)));
    }

    /// Lets the token in hand end before its time.
    pub(crate) fn end_token(&self) {
        self.vendor(|vendor| vendor.token = None);
    }
}

impl Openapi {
    fn judge(
        &mut self,
        request: &Received,
        now: Timestamp,
    ) -> Result<(Value, Vec<Shown>), Refusal> {
        let json = request.json();
        if request.path == "/v1.0/oauth2/accessToken" {
            return self.token(&json, now);
        }
        if request.path == "/topapi/v2/user/getbymobile" {
            return Ok((self.by_mobile(request, &json, now), vec![]));
        }
        let shown = request.header("x-acs-dingtalk-access-token").unwrap_or_default();
        let good = self.token.as_ref().filter(|(token, until)| token == shown && now < *until);
        good.ok_or((400, "InvalidAuthentication"))?;
        if let Some(refusal) = self.refusing {
            return Err(refusal);
        }
        let query = |name: &str| request.parameter(name).pop().unwrap_or_default();
        let robot = match request.method.as_str() {
            "GET" => query("robotCode"),
            _ => json["robotCode"].as_str().unwrap_or_default().to_owned(),
        };
        if robot != KEY {
            return Err((400, "invalidParameter.robotCode.notExsit"));
        }
        match request.path.as_str() {
            "/v1.0/robot/groupMessages/send" => self.show_group(&json),
            "/v1.0/robot/oToMessages/batchSend" => self.show_people(&json),
            "/v1.0/robot/ding/send" => self.ring(&json),
            "/v1.0/robot/ding/recall" => {
                let id = json["openDingId"].as_str().unwrap_or_default();
                self.taken.get(id).ok_or((400, "resource.not.found"))?;
                self.recalled.insert(id.to_owned());
                Ok((json!({"openDingId": id}), vec![]))
            }
            "/v1.0/robot/otoMessages/batchRecall" => self.recall(&json),
            "/v1.0/robot/groupMessages/recall" => {
                is_group(&json)?;
                self.recall(&json)
            }
            "/v1.0/robot/oToMessages/readStatus" => self.reads(&query("processQueryKey")),
            "/v1.0/robot/groupMessages/query" => {
                is_group(&json)?;
                let read: Vec<&String> = self.read.iter().collect();
                Ok((
                    json!({"sendStatus": "SUCCESS", "readUserIds": read, "hasMore": false}),
                    vec![],
                ))
            }
            _ => Err((404, "InvalidAction.NotFound")),
        }
    }

    /// The older kind of call: the token in the query, a code in the body.
    fn by_mobile(&self, request: &Received, json: &Value, now: Timestamp) -> Value {
        let shown = request.parameter("access_token").pop().unwrap_or_default();
        let good = self.token.as_ref().filter(|(token, until)| *token == shown && now < *until);
        let refuse = |code: i64, said: &str| json!({"errcode": code, "errmsg": said});
        let mobile = json["mobile"].as_str().unwrap_or_default();
        match self.mobiles.get(mobile) {
            _ if good.is_none() => refuse(40014, "不合法的access_token"),
            _ if self.secretive => refuse(60011, "没有调用该接口的权限"),
            _ if mobile.is_empty() || !mobile.bytes().all(|c| c.is_ascii_digit()) => {
                refuse(40104, "无效手机号")
            }
            None => refuse(60121, "找不到该用户"),
            Some(id) => json!({"errcode": 0, "errmsg": "ok", "result": {"userid": id}}),
        }
    }

    fn token(&mut self, json: &Value, now: Timestamp) -> Result<(Value, Vec<Shown>), Refusal> {
        if json["appKey"] != KEY || json["appSecret"] != SECRET {
            return Err((400, "invalidClientIdOrSecret"));
        }
        self.tokens += 1;
        let token = format!("t0ken-{}-0123456789abcdef", self.tokens);
        self.token = Some((token.clone(), now + jiff::SignedDuration::from_secs(7200)));
        Ok((json!({"accessToken": token, "expireIn": 7200}), vec![]))
    }

    fn show_group(&mut self, json: &Value) -> Result<(Value, Vec<Shown>), Refusal> {
        is_group(json)?;
        let shown = Shown { token: GROUP.to_owned(), ..message(json)? };
        let key = self.take(Vec::new());
        Ok((json!({"processQueryKey": key}), vec![shown]))
    }

    fn show_people(&mut self, json: &Value) -> Result<(Value, Vec<Shown>), Refusal> {
        let ids = people(json, "userIds")?;
        let message = message(json)?;
        let (known, unknown): (Vec<_>, Vec<_>) =
            ids.into_iter().partition(|id| self.staff.contains(id));
        let (held, reached): (Vec<_>, Vec<_>) =
            known.into_iter().partition(|id| self.held_back.contains(id));
        self.held_back.clear();
        let shown = reached.iter().map(|id| Shown { token: id.clone(), ..message.clone() });
        let shown = shown.collect();
        let key = self.take(reached);
        let lists = json!({
            "processQueryKey": key,
            "invalidStaffIdList": unknown,
            "flowControlledStaffIdList": held,
        });
        Ok((lists, shown))
    }

    fn ring(&mut self, json: &Value) -> Result<(Value, Vec<Shown>), Refusal> {
        let ids = people(json, "receiverUserIdList")?;
        let kind = json["remindType"].as_u64().filter(|kind| (1..=3).contains(kind));
        let kind = kind.ok_or((400, "miss.param.remindType"))?;
        let content = json["content"].as_str().filter(|text| !text.is_empty());
        let content = content.ok_or((400, "miss.param.content"))?;
        let ring = |id: &String| Shown {
            token: id.clone(),
            kind: format!("ding {kind}"),
            text: content.to_owned(),
            ..Shown::default()
        };
        let shown = ids.iter().map(ring).collect();
        let key = self.take(ids);
        Ok((json!({"openDingId": key, "failedList": {}}), shown))
    }

    fn recall(&mut self, json: &Value) -> Result<(Value, Vec<Shown>), Refusal> {
        let keys = people(json, "processQueryKeys")?;
        let (good, bad): (Vec<_>, Vec<_>) =
            keys.into_iter().partition(|key| self.taken.contains_key(key));
        self.recalled.extend(good.iter().cloned());
        let failed: serde_json::Map<String, Value> =
            bad.into_iter().map(|key| (key, json!("not found"))).collect();
        Ok((json!({"successResult": good, "failedResult": failed}), vec![]))
    }

    fn reads(&self, key: &str) -> Result<(Value, Vec<Shown>), Refusal> {
        let to = self.taken.get(key).ok_or((400, "resource.not.found"))?;
        let one = |id: &String| {
            let status = if self.read.contains(id) { "READ" } else { "UNREAD" };
            json!({"userId": id, "name": id, "readStatus": status})
        };
        let list: Vec<Value> = to.iter().map(one).collect();
        Ok((json!({"sendStatus": "SUCCESS", "messageReadInfoList": list}), vec![]))
    }

    fn take(&mut self, to: Vec<String>) -> String {
        let key = format!("q+{}/=", self.taken.len() + 1);
        self.taken.insert(key.clone(), to);
        key
    }
}

fn is_group(json: &Value) -> Result<(), Refusal> {
    if json["openConversationId"] == GROUP {
        Ok(())
    } else {
        Err((400, "invalid.openConversationId"))
    }
}

/// Between one and twenty ids, each once.
fn people(json: &Value, key: &str) -> Result<Vec<String>, Refusal> {
    let ids = json[key].as_array().ok_or((400, "miss.param.userIds"))?;
    let ids: Vec<String> = ids.iter().filter_map(|id| id.as_str().map(ToOwned::to_owned)).collect();
    let once: BTreeSet<&String> = ids.iter().collect();
    if ids.is_empty() || ids.len() > 20 || once.len() != ids.len() {
        return Err((400, "invalidParameter.userIds.tooMany"));
    }
    Ok(ids)
}

/// What is shown of a message: its parameters are a text with JSON in it.
fn message(json: &Value) -> Result<Shown, Refusal> {
    let text = json["msgParam"].as_str().ok_or((400, "miss.param.msgParam"))?;
    if text.len() > 15_000 {
        return Err((400, "invalidParameter.msgParam.tooLong"));
    }
    let given: Value =
        serde_json::from_str(text).map_err(|_| (400, "invalidParameter.msgParam.invalid"))?;
    let field = |name: &str| -> Result<String, Refusal> {
        let field = given[name].as_str().filter(|text| !text.is_empty());
        field.map(ToOwned::to_owned).ok_or((400, "miss.param.field"))
    };
    let kind = json["msgKey"].as_str().unwrap_or_default();
    let mut shown = Shown { kind: kind.to_owned(), ..Shown::default() };
    match kind {
        "sampleText" => shown.text = field("content")?,
        "sampleMarkdown" => (shown.title, shown.text) = (field("title")?, field("text")?),
        "sampleActionCard" => {
            (shown.title, shown.text) = (field("title")?, field("text")?);
            shown.buttons.push((field("singleTitle")?, field("singleURL")?));
        }
        _ => {
            let many = kind.strip_prefix("sampleActionCard").and_then(|n| n.parse::<u32>().ok());
            let many = many.filter(|many| (2..=5).contains(many));
            let many = many.ok_or((400, "invalidParameter.msgKey.invalid"))?;
            (shown.title, shown.text) = (field("title")?, field("text")?);
            for n in 1..=many {
                let button = (field(&format!("actionTitle{n}"))?, field(&format!("actionURL{n}"))?);
                shown.buttons.push(button);
            }
        }
    }
    Ok(shown)
}
