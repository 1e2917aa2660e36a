//! `targets:` the groups messages go to, and how.

mod reference;
mod setup;

use std::time::Duration;

use self::reference::variable;
use super::read::known_target;
use crate::{
    model::{
        target::{AfterCrash, Pace, Quiet, RobotKind, Target, TargetId},
        text::{text, words},
    },
    yaml::{Entry, Fields, Flaw, Hint, Keys, Node, Report, short, suggest, values},
};

pub(super) const KEYS: Keys = Keys {
    of: words!("a target"),
    known: &[
        "name",
        "robot",
        "webhook",
        "secret",
        "keywords",
        "quiet",
        "pace",
        "after_crash",
        "fallback",
        "merge",
        "daily_limit",
        "allow_http",
        "body",
        "headers",
        "host",
        "port",
        "tls",
        "from",
        "to",
        "cc",
        "user",
        "password",
        "app_key",
        "app_secret",
        "robot_code",
        "conversation",
        "nudge",
        "ding",
        "api",
        "enabled",
    ],
    hints: &[
        ("url", Hint::Meant("webhook")),
        ("token", Hint::Say(words!("write the whole webhook URL as `webhook: env:NAME`"))),
        ("access_token", Hint::Say(words!("write the whole webhook URL as `webhook: env:NAME`"))),
        ("sign", Hint::Meant("secret")),
        ("type", Hint::Meant("robot")),
        ("keyword", Hint::Meant("keywords")),
        ("server", Hint::Meant("host")),
        ("smtp", Hint::Meant("host")),
        ("username", Hint::Meant("user")),
        ("client_id", Hint::Meant("app_key")),
        ("client_secret", Hint::Meant("app_secret")),
    ],
};

/// DingTalk takes up to ten (robots.md 1.4); more are of no use anywhere.
const MAX_KEYWORDS: usize = 10;

pub(super) const AFTER_CRASH: [(&str, AfterCrash); 2] =
    [("resend", AfterCrash::Resend), ("hold", AfterCrash::Hold)];

/// Reads every target.
pub(super) fn read(report: &mut Report<'_>, node: &Node) -> Vec<Target> {
    let entries = report.map(node, "`targets`").unwrap_or_default();
    let names: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let mut targets: Vec<Target> =
        entries.iter().filter_map(|entry| target(report, entry, &names)).collect();
    for entry in entries {
        let Some(node) = entry.node.get("fallback") else { continue };
        let fallback = known_target(report, node, "`fallback`", &names);
        if fallback.as_ref().is_some_and(|other| other.as_str() == entry.key) {
            let flaw = Flaw::new("bad-fallback", text!("a target cannot stand in for itself"));
            report.flaw(node, flaw.help(text!("name another target")));
            continue;
        }
        if let Some(target) = targets.iter_mut().find(|target| target.id.as_str() == entry.key) {
            target.fallback = fallback;
        }
    }
    for entry in entries {
        let Some(node) = entry.node.get("fallback") else { continue };
        fallback(report, &targets, &entry.key, node);
    }
    targets
}

/// Says of a fallback that it comes back to its target, or that nothing is sent to it.
fn fallback(report: &mut Report<'_>, targets: &[Target], key: &str, node: &Node) {
    let find = |id: &str| targets.iter().find(|target| target.id.as_str() == id);
    let next = |id: &str| find(id).and_then(|target| target.fallback.as_ref());
    let mut chain = vec![key];
    while let Some(other) = chain.last().and_then(|last| next(last)) {
        if other.as_str() == key && chain.len() > 1 {
            let round = format!("{} → {key}", chain.join(" → "));
            let message = text!("the fallbacks go round in a circle: {round}", round = round);
            let help = text!("let one of them be the last, without a `fallback`");
            report.flaw(node, Flaw::new("bad-fallback", message).help(help));
            return;
        }
        if chain.contains(&other.as_str()) {
            break;
        }
        chain.push(other.as_str());
    }
    if let Some(other) = next(key).and_then(|other| find(other.as_str()))
        && !other.enabled
    {
        let message = text!(
            "the target `{other}` is disabled and stands in for nobody",
            other = other.id.to_string()
        );
        let flaw = Flaw::new("disabled-fallback", message);
        report.warning(node.span, flaw.help(text!("enable it, or name another target")));
    }
}

fn target(report: &mut Report<'_>, entry: &Entry, names: &[&str]) -> Option<Target> {
    if let Err(flaw) = values::name(&entry.key) {
        report.error(entry.span, flaw);
    }
    let fields = report.fields(&entry.node, &KEYS)?;
    // These first, so that whatever else is wrong on their lines does not show them.
    let mut secret = |key: &str| {
        let variable = variable(&entry.key, &fields, key);
        reference::secret(report, fields.get(key)?, key, &variable)
    };
    let (webhook, secret) = (secret("webhook"), secret("secret"));
    let robot = robot(report, entry, &fields)?;
    let text = |report: &mut Report<'_>, key: &str| {
        fields.get(key).and_then(|node| report.text(node, format!("`{key}`"))).map(str::to_owned)
    };
    let mut truth = |key: &str| {
        let node = fields.get(key)?;
        report.truth(node, format!("`{key}`"))
    };
    let (merge, allow_http, enabled) = (truth("merge"), truth("allow_http"), truth("enabled"));
    let target = Target {
        id: TargetId::new(entry.key.as_str()),
        name: text(report, "name").unwrap_or_else(|| entry.key.clone()),
        place: report.document.place(entry.span),
        robot,
        webhook,
        secret,
        setup: setup::read(report, entry, &fields, robot, allow_http == Some(true), names),
        keywords: keywords(report, &fields),
        quiet: fields.get("quiet").and_then(|node| report.read(node, "`quiet`", quiet)),
        pace: fields.get("pace").and_then(|node| report.read(node, "`pace`", pace)),
        after_crash: fields
            .get("after_crash")
            .and_then(|node| after_crash(report, node))
            .unwrap_or_default(),
        fallback: None,
        merge: merge.unwrap_or(false),
        daily_limit: fields
            .get("daily_limit")
            .and_then(|node| report.read(node, "`daily_limit`", daily_limit)),
        allow_http: allow_http.unwrap_or(false),
        enabled: enabled.unwrap_or(true),
    };
    reached(report, entry, &fields, robot);
    Some(target)
}

/// Says which of `webhook` and `secret` is missing, and which has no meaning for this robot.
fn reached(report: &mut Report<'_>, entry: &Entry, fields: &Fields<'_>, robot: RobotKind) {
    if robot.has_webhook() && fields.get("webhook").is_none() {
        let message = text!(
            "the target `{target}` has no `{key}`",
            target = short(&entry.key),
            key = "webhook"
        );
        let name = variable(&entry.key, fields, "webhook");
        let help = text!("add `webhook: env:{name}`", name = name);
        report.error(entry.span, Flaw::new("missing-key", message).help(help));
    }
    for (key, taken) in [("webhook", robot.has_webhook()), ("secret", robot.has_secret())] {
        if let Some(useless) = fields.entry(key).filter(|_| !taken) {
            let message =
                text!("the robot `{robot}` takes no `{key}`", robot = robot.name(), key = key);
            let flaw = Flaw::new("useless-key", message).help(text!("delete it; it is not used"));
            report.warning(useless.span, flaw);
        }
    }
}

fn robot(report: &mut Report<'_>, entry: &Entry, fields: &Fields<'_>) -> Option<RobotKind> {
    let Some(node) = fields.get("robot") else {
        let message = text!(
            "the target `{target}` has no `{key}`",
            target = short(&entry.key),
            key = "robot"
        );
        report.error(
            entry.span,
            Flaw::new("missing-key", message).help(text!("add `robot: dingtalk`")),
        );
        return None;
    };
    report.read(node, "`robot`", |text| {
        RobotKind::from_name(text).ok_or_else(|| {
            let message = text!("there is no robot `{text}`", text = short(text));
            let known = RobotKind::ALL.iter().map(|kind| kind.name());
            Flaw::new("unknown-robot", message).help(suggest(text, known))
        })
    })
}

fn after_crash(report: &mut Report<'_>, node: &Node) -> Option<AfterCrash> {
    report.word(node, "`after_crash`", &AFTER_CRASH)
}

fn daily_limit(text: &str) -> Result<u32, Flaw> {
    let flaw = || {
        Flaw::new("wrong-type", text!("`daily_limit` is a number of messages"))
            .help(text!("write 50"))
    };
    text.parse::<u32>().ok().filter(|&n| n > 0).ok_or_else(flaw)
}

fn keywords(report: &mut Report<'_>, fields: &Fields<'_>) -> Vec<String> {
    let Some(node) = fields.get("keywords") else { return Vec::new() };
    if node.items().len() > MAX_KEYWORDS {
        let message = text!("a robot takes at most {most} keywords", most = MAX_KEYWORDS);
        report.flaw(
            node,
            Flaw::new("too-many", message).help(text!("keep those that are set in the group")),
        );
    }
    let items = node.items().iter().take(MAX_KEYWORDS);
    let words = items.filter_map(|item| {
        report.read(item, text!("a keyword"), |text| {
            if text.is_empty() {
                return Err(Flaw::new("missing-value", text!("a keyword is empty"))
                    .help(text!("delete it")));
            }
            Ok(text.to_owned())
        })
    });
    words.collect()
}

/// `22:00..07:30`
fn quiet(text: &str) -> Result<Quiet, Flaw> {
    let flaw = || {
        Flaw::new("bad-quiet", text!("`{text}` is not a span of the day", text = short(text)))
            .help(text!("write from and to like 22:00..07:30"))
    };
    let (from, to) = text.split_once("..").ok_or_else(flaw)?;
    let (from, to) = (values::time(from.trim())?, values::time(to.trim())?);
    if from == to {
        return Err(flaw());
    }
    Ok(Quiet { from, to })
}

/// `16/61s`
fn pace(text: &str) -> Result<Pace, Flaw> {
    let flaw = || {
        Flaw::new("bad-pace", text!("`{text}` is not a pace", text = short(text)))
            .help(text!("write messages and time like 16/61s"))
    };
    let (count, window) = text.split_once('/').ok_or_else(flaw)?;
    let count = count.trim().parse::<u32>().ok().filter(|&n| n > 0).ok_or_else(flaw)?;
    let window = values::duration(window.trim())?;
    const LONGEST: Duration = Duration::from_secs(24 * 3600);
    if window.is_zero() || window > LONGEST {
        return Err(flaw());
    }
    Ok(Pace { count, window })
}
