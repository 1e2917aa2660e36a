//! A Teams workflow of our own.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::fake::{Fake, Received, Reply, Shown, Vendor};

/// The server.
pub(crate) type FakeTeams = Fake<Teams>;

/// The signatures of flows that are there.
#[derive(Debug, Default)]
pub(crate) struct Teams(BTreeSet<String>);

type Refusal = (u16, &'static str, &'static str);

impl Vendor for Teams {
    fn answer(&mut self, request: &Received, _: Timestamp) -> Reply {
        match self.judge(request) {
            Ok(shown) => Reply { shown: vec![shown], ..Reply::text(202, "") },
            Err((status, code, said)) => {
                let error = json!({"error": {"code": code, "message": said}});
                Reply { status, ..Reply::json(&error) }
            }
        }
    }

    fn refusal(code: i64, said: &str) -> String {
        json!({"error": {"code": code.to_string(), "message": said}}).to_string()
    }
}

impl FakeTeams {
    /// Sets up a flow, and returns its URL.
    pub(crate) fn flow(&self, sig: &str) -> String {
        self.vendor(|vendor| vendor.0.insert(sig.to_owned()));
        self.url(&format!(
            "/powerautomate/automations/direct/workflows/0f1e2d3c4b5a69788796a5b4c3d2e1f0/triggers\
             /manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={sig}"
        ))
    }
}

impl Teams {
    fn judge(&self, request: &Received) -> Result<Shown, Refusal> {
        let sig = request.parameter("sig").pop().unwrap_or_default();
        if !request.path.ends_with("/triggers/manual/paths/invoke") {
            return Err((404, "WorkflowNotFound", "The workflow could not be found."));
        }
        if !self.0.contains(&sig) {
            return Err((401, "DirectApiInvalidAuthorizationScheme", "The sig does not match."));
        }
        let json = request.json();
        if json["type"] != "message" || request.body.len() > 28_672 {
            return Err((400, "TriggerInputSchemaMismatch", "The input does not match."));
        }
        let mut shown = Shown { token: sig, kind: "card".to_owned(), ..Shown::default() };
        card(&json["attachments"][0], &mut shown).ok_or((
            400,
            "TriggerInputSchemaMismatch",
            "This is no card.",
        ))?;
        Ok(shown)
    }
}

fn card(attachment: &Value, shown: &mut Shown) -> Option<()> {
    let card = &attachment["content"];
    let kind = attachment["contentType"] == "application/vnd.microsoft.card.adaptive";
    if !kind || card["type"] != "AdaptiveCard" || card["version"].as_str().is_none() {
        return None;
    }
    for element in card["body"].as_array()? {
        match element["type"].as_str()? {
            "TextBlock" => {
                let text = element["text"].as_str().filter(|text| !text.is_empty())?;
                if shown.title.is_empty() {
                    shown.title = text.to_owned();
                } else {
                    shown.text.push_str(text);
                    shown.text.push('\n');
                }
            }
            "ActionSet" => {
                for action in element["actions"].as_array()? {
                    let (title, url) = (action["title"].as_str()?, action["url"].as_str()?);
                    (action["type"] == "Action.OpenUrl").then_some(())?;
                    shown.buttons.push((title.to_owned(), url.to_owned()));
                }
            }
            _ => return None,
        }
    }
    mentions(card, shown)
}

/// Each tag in the text has an entity with the very same text, and each entity its tag.
fn mentions(card: &Value, shown: &mut Shown) -> Option<()> {
    let none = Vec::new();
    let entities = card["msteams"]["entities"].as_array().unwrap_or(&none);
    for entity in entities {
        let tag = entity["text"].as_str()?;
        let same = entities.iter().filter(|other| other["text"] == tag).count();
        if entity["type"] != "mention" || !shown.text.contains(tag) || same != 1 {
            return None;
        }
        shown.notified.push(entity["mentioned"]["id"].as_str()?.to_owned());
    }
    let tagged = |tag: &str| entities.iter().any(|one| one["text"] == format!("<at>{tag}</at>"));
    let tags = shown.text.split("<at>").skip(1);
    tags.map(|tag| tag.split("</at>").next().unwrap_or_default()).all(tagged).then_some(())
}
