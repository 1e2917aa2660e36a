//! Which app speaks, and where: `app_key`, `app_secret`, `robot_code`, `conversation`, `nudge`,
//! `ding` and `api`.

use super::{
    super::{known_target, variable},
    mail::user,
    reference,
};
use crate::{
    model::{
        setup::{
            Setup,
            app::{AppSetup, Ding},
        },
        target::TargetId,
        text::text,
    },
    yaml::{Entry, Fields, Flaw, Report, short},
};

/// The keys of its own.
pub(super) const KEYS: &[&str] =
    &["app_key", "app_secret", "robot_code", "conversation", "nudge", "ding", "api"];

/// Where the vendor is asked, unless the settings say otherwise.
const API: &str = "https://api.dingtalk.com";

/// No id of the vendor's is longer.
const LONGEST: usize = 200;

/// Reads it; without key and secret there is none. `targets` are the keys of all targets.
pub(super) fn read(
    report: &mut Report<'_>,
    entry: &Entry,
    fields: &Fields<'_>,
    targets: &[&str],
) -> Setup {
    let secret = fields.get("app_secret").and_then(|node| {
        reference::secret(report, node, "app_secret", &variable(&entry.key, fields, "app_secret"))
    });
    let key = fields.get("app_key").and_then(|node| report.read(node, "`app_key`", user));
    for wanted in ["app_key", "app_secret"] {
        if fields.get(wanted).is_none() {
            let message = text!(
                "the target `{target}` has no `{key}`",
                target = short(&entry.key),
                key = wanted
            );
            let help = text!(
                "add `{key}: env:{variable}`",
                key = wanted,
                variable = variable(&entry.key, fields, wanted)
            );
            report.error(entry.span, Flaw::new("missing-key", message).help(help));
        }
    }
    let mut name =
        |key: &str| fields.get(key).and_then(|node| report.read(node, key.to_owned(), id));
    let (robot_code, conversation) = (name("robot_code"), name("conversation"));
    let api = fields.get("api").and_then(|node| report.read(node, "`api`", api));
    let ding = fields.get("ding").and_then(|node| report.word(node, "`ding`", &Ding::WORDS));
    let nudge = nudge(report, entry, fields, targets);
    let (Some(key), Some(secret)) = (key, secret) else { return Setup::Plain };
    let api = api.unwrap_or_else(|| API.to_owned());
    Setup::App(Box::new(AppSetup { api, key, secret, robot_code, conversation, nudge, ding }))
}

/// The target that follows with a short text.
fn nudge(
    report: &mut Report<'_>,
    entry: &Entry,
    fields: &Fields<'_>,
    targets: &[&str],
) -> Option<TargetId> {
    let node = fields.get("nudge")?;
    let nudge = known_target(report, node, "`nudge`", targets)?;
    if nudge.as_str() == entry.key {
        let flaw = Flaw::new("bad-nudge", text!("a target cannot nudge for itself"));
        let help = text!("name the target of a robot in the same group that can mention people");
        report.flaw(node, flaw.help(help));
        return None;
    }
    Some(nudge)
}

fn id(text: &str) -> Result<String, Flaw> {
    let sound = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '\\');
    if !text.is_empty() && text.len() <= LONGEST && text.chars().all(sound) {
        return Ok(text.to_owned());
    }
    let message = text!("`{text}` is not an id of DingTalk's", text = short(text));
    let help = text!("copy it as it stands on the app's page, without spaces and quotes");
    Err(Flaw::new("bad-id", message).help(help))
}

/// Scheme and host, for an organisation with a DingTalk of its own. Plain `http` is judged when it
/// is used.
fn api(text: &str) -> Result<String, Flaw> {
    let host = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let sound = |c: char| c.is_ascii_alphanumeric() || "-._:[]/".contains(c);
    if host.is_some_and(|host| !host.is_empty() && host.chars().all(sound)) {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    let message = text!("`{text}` is not the address of DingTalk's API", text = short(text));
    let help = text!("write it like https://api.dingtalk.com, or leave it out");
    Err(Flaw::new("bad-address", message).help(help))
}
