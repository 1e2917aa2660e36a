//! The settings file, key by key.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Alerts, CONSOLE, LOG_KEEP, Loaded, Settings, assumed_calendar, assumed_zone, calendar_of,
    console, default_store, environment::Environment, language_of, layers, lookup::spoken,
    machine_zone, network, outward, people, targets, zones::Zones,
};
use crate::{
    model::{
        diagnostic::{self, Place},
        language::Language,
        layers::Named,
        reminder::Zone,
        secret::SecretRef,
        setup::Setup,
        target::{Target, TargetId},
        text::{Text, text, words},
    },
    yaml::{self, Fields, Flaw, Hint, Keys, Node, Report, Value, short, suggest, values},
};

pub(super) const KEYS: Keys = Keys {
    of: words!("the settings file"),
    known: &[
        "timezone",
        "calendar",
        "language",
        "store",
        "schedules",
        "content",
        "targets",
        "people",
        "roles",
        "rotas",
        "calendars",
        "alerts",
        "support",
        "log_keep",
        "monthly_quota",
        "secrets",
        "heartbeat",
        "proxy",
        "ca",
        "metrics",
    ],
    hints: &[
        ("reminders", Hint::Say(words!("reminders stand in the files under schedules/"))),
        (
            "webhook",
            Hint::Say(words!(
                "a webhook stands under a target: targets: { my-group: { robot: dingtalk, webhook: env:NAME } }"
            )),
        ),
        ("tz", Hint::Meant("timezone")),
        ("groups", Hint::Meant("targets")),
        ("robots", Hint::Meant("targets")),
    ],
};

pub(super) const ALERTS: Keys =
    Keys { of: words!("`alerts`"), known: &["to", "editors"], hints: &[] };

/// Reads the bytes of a settings file.
#[must_use]
pub fn read(path: &Path, bytes: &[u8], environment: &Environment, zones: &Zones) -> Loaded {
    let file = path.display().to_string();
    let document = match yaml::parse(&file, bytes) {
        Ok(document) => document,
        // Whatever stands on that line may be half a secret.
        Err(found) => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let language = spoken(environment, zones);
            return Loaded { settings: None, diagnostics: vec![found.masked()], text, language };
        }
    };
    let mut report = Report::new(&document);
    let settings = report
        .fields(&document.root, &KEYS)
        .map(|fields| Reading { report: &mut report, fields, environment, zones }.settings(path));
    let mut diagnostics = report.finish();
    let right = !diagnostics.iter().any(diagnostic::Diagnostic::is_error);
    if let Some(settings) = settings.as_ref().filter(|_| !right) {
        // Nobody will put them together now, and every mistake is to be told at once.
        let people = people::load(&settings.folder, &settings.people, None);
        diagnostics.extend(people.found);
    }
    diagnostic::sort(&mut diagnostics);
    let written = document.root.get("language").is_some();
    let language = match &settings {
        Some(settings) if written => settings.language,
        Some(settings) => environment.language().unwrap_or(settings.language),
        None => spoken(environment, zones),
    };
    Loaded { settings: settings.filter(|_| right), diagnostics, text: document.text, language }
}

struct Reading<'r, 'd> {
    report: &'r mut Report<'d>,
    fields: Fields<'d>,
    environment: &'r Environment,
    zones: &'r Zones,
}

impl Reading<'_, '_> {
    fn settings(mut self, path: &Path) -> Settings {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
        let mut assumed = Vec::new();
        let zone = self.zone(&mut assumed);
        let calendar = self.calendar(&zone, &mut assumed);
        let (people, targets) = (self.people(), self.targets(&mut assumed));
        Settings {
            file: Some(path.to_owned()),
            language: self.language(&zone),
            store: self.store(&folder),
            schedules: Some(folder.join(self.text("schedules").unwrap_or("schedules"))),
            content: self.content(&folder),
            alerts: self.alerts(&targets),
            support: self.text("support").map(str::to_owned),
            log_keep: self.log_keep(),
            monthly_quota: self.monthly_quota(),
            secrets: self.secrets(),
            network: network::read(self.report, &self.fields, &folder),
            heartbeat: network::heartbeat(self.report, &self.fields),
            metrics: network::metrics(self.report, &self.fields),
            calendars: self.calendars(),
            people,
            targets,
            calendar,
            zone,
            folder,
            assumed,
        }
    }

    fn text(&mut self, key: &str) -> Option<&str> {
        let node = self.fields.get(key)?;
        self.report.text(node, format!("`{key}`")).map(str::trim).filter(|text| !text.is_empty())
    }

    fn zone(&mut self, assumed: &mut Vec<Text>) -> Zone {
        let zones = self.zones;
        let machine = machine_zone(self.environment, zones);
        let Some(node) = self.fields.get("timezone") else {
            assumed.push(assumed_zone(&machine));
            return machine;
        };
        let read = |text: &str| {
            let unknown = |help| {
                let message = text!("there is no time zone `{text}`", text = short(text));
                Flaw::new("unknown-timezone", message).help(help)
            };
            zones.get(text).map_err(unknown)
        };
        self.report.read(node, "`timezone`", read).unwrap_or(machine)
    }

    fn calendar(&mut self, zone: &Zone, assumed: &mut Vec<Text>) -> Named {
        let assume = || Named { name: calendar_of(zone).to_owned(), place: Place::default() };
        let Some(node) = self.fields.get("calendar") else {
            let calendar = assume();
            assumed.push(assumed_calendar(&calendar));
            return calendar;
        };
        let place = self.report.document.place(node.span);
        let name = self.report.text(node, "`calendar`").map(|name| name.trim().to_owned());
        name.map_or_else(assume, |name| Named { name, place })
    }

    fn language(&mut self, zone: &Zone) -> Language {
        let read = |text: &str| {
            Language::from_code(text).ok_or_else(|| {
                let message = text!("there is no language `{text}`", text = short(text));
                let help = match text {
                    "cn" | "zh-CN" | "zh_CN" | "chinese" | "中文" => yaml::did_you_mean("zh"),
                    _ => text!("known: {names}", names = "en, zh, id, pt"),
                };
                Flaw::new("unknown-language", message).help(help)
            })
        };
        let node = self.fields.get("language");
        node.and_then(|node| self.report.read(node, "`language`", read))
            .unwrap_or_else(|| language_of(self.environment, zone))
    }

    fn store(&mut self, folder: &Path) -> PathBuf {
        let usual = default_store(self.environment, folder);
        let Some(node) = self.fields.get("store") else { return usual };
        let path = self.report.read(node, "`store`", store);
        path.map_or(usual, |path| folder.join(path))
    }

    fn content(&mut self, folder: &Path) -> BTreeMap<String, PathBuf> {
        let usual = || BTreeMap::from([(String::new(), folder.join("content"))]);
        let Some(node) = self.fields.get("content") else { return usual() };
        if !matches!(node.value, Value::Map(_)) {
            let path = self.report.text(node, "`content`").map(|path| folder.join(path.trim()));
            return path.map_or_else(usual, |path| BTreeMap::from([(String::new(), path)]));
        }
        let entries = self.report.map(node, "`content`").unwrap_or_default();
        let mut roots = BTreeMap::new();
        for entry in entries {
            if let Err(flaw) = values::name(&entry.key) {
                self.report.error(entry.span, flaw);
            }
            let of = text!("the content folder `{name}`", name = short(&entry.key));
            if let Some(path) = self.report.text(&entry.node, of) {
                roots.insert(entry.key.clone(), folder.join(path.trim()));
            }
        }
        roots
    }

    fn targets(&mut self, assumed: &mut Vec<Text>) -> Vec<Target> {
        let Some(node) = self.fields.get("targets") else {
            assumed.push(text!("no targets: `{target}` prints messages here", target = CONSOLE));
            return vec![console()];
        };
        targets::read(self.report, node)
    }

    fn people(&mut self) -> people::Written {
        let written = self.fields.get("people").map(|node| people::read(self.report, node));
        let mut written = written.unwrap_or_default();
        if let Some(node) = self.fields.get("roles") {
            written.roles(self.report, node);
        }
        if let Some(node) = self.fields.get("rotas") {
            written.rotas(self.report, node);
        }
        written
    }

    fn calendars(&mut self) -> Vec<crate::model::layers::Layers> {
        self.fields.get("calendars").map_or_else(Vec::new, |node| layers::read(self.report, node))
    }

    fn alerts(&mut self, targets: &[Target]) -> Alerts {
        let Some(fields) =
            self.fields.get("alerts").and_then(|node| self.report.fields(node, &ALERTS))
        else {
            return Alerts::default();
        };
        // Those that hold a mistake are targets too.
        let names: Vec<&str> = match self.fields.get("targets").map(|node| &node.value) {
            Some(Value::Map(entries)) => entries.iter().map(|entry| entry.key.as_str()).collect(),
            _ => vec![CONSOLE],
        };
        let mut target = |key: &str| {
            let node = fields.get(key)?;
            let known = known_target(self.report, node, &format!("`{key}`"), &names)?;
            let target = targets.iter().find(|target| target.id == known);
            target.into_iter().for_each(|target| hears(self.report, node, target));
            Some(known)
        };
        Alerts { to: target("to"), editors: target("editors") }
    }

    fn secrets(&mut self) -> Option<BTreeMap<SecretRef, Vec<String>>> {
        let node = self.fields.get("secrets")?;
        Some(outward::read(self.report, node))
    }

    fn log_keep(&mut self) -> Duration {
        let node = self.fields.get("log_keep");
        let kept = node.and_then(|node| self.report.read(node, text!("`log_keep`"), days));
        kept.unwrap_or(LOG_KEEP)
    }

    fn monthly_quota(&mut self) -> Option<u32> {
        let node = self.fields.get("monthly_quota")?;
        self.report.read(node, text!("`monthly_quota`"), |text| {
            text.parse().ok().filter(|count: &u32| *count > 0).ok_or_else(|| {
                let message = text!("`{text}` is not a number of messages", text = short(text));
                Flaw::new("wrong-type", message).help(text!("write 5000"))
            })
        })
    }
}

/// Says of a target that is to be told of trouble that nobody would hear it there.
fn hears(report: &mut Report<'_>, node: &Node, target: &Target) {
    if !target.has_group() {
        let message =
            text!("there is nobody behind the target `{target}`", target = target.id.as_str());
        let help = match &target.setup {
            Setup::Mail(_) => text!("give it receivers: `to: [staff@example.com]`"),
            _ => text!("give it the group: `conversation: cid…` (openConversationId)"),
        };
        report.flaw(node, Flaw::new("no-receivers", message).help(help));
    } else if !target.enabled {
        let message = text!(
            "the target `{target}` is disabled: nobody hears what it is to be told",
            target = target.id.as_str()
        );
        let flaw = Flaw::new("disabled-target", message);
        report.warning(node.span, flaw.help(text!("enable it, or name another target")));
    }
}

/// A target named elsewhere in the settings.
pub(super) fn known_target(
    report: &mut Report<'_>,
    node: &Node,
    of: &str,
    names: &[&str],
) -> Option<TargetId> {
    report.read(node, of, |text| {
        if names.contains(&text) {
            return Ok(TargetId::new(text));
        }
        let message = text!("there is no target `{name}`", name = short(text));
        Err(Flaw::new("unknown-target", message).help(suggest(text, names.iter().copied())))
    })
}

/// `400d`: whole days, from one to ten years of them.
fn days(text: &str) -> Result<Duration, Flaw> {
    let days = text.strip_suffix('d').and_then(|days| days.trim().parse::<u64>().ok());
    match days {
        Some(days @ 1..=3_660) => Ok(Duration::from_secs(days * 86_400)),
        _ => {
            let message = text!("`{text}` is not a number of days", text = short(text));
            Err(Flaw::new("bad-duration", message).help(text!("write 1d to 3660d, like 400d")))
        }
    }
}

/// `sqlite:PATH`
fn store(text: &str) -> Result<PathBuf, Flaw> {
    // An address may hold a password.
    let secret = |flaw: Flaw| Flaw { masked: text.contains("://"), ..flaw };
    let sqlite = || text!("write sqlite:data/dingdong.db");
    if text.to_ascii_lowercase().starts_with("postgres") || text.starts_with("env:") {
        let flaw = Flaw::new("not-yet", text!("this version keeps its store in SQLite only"));
        return Err(secret(flaw.help(sqlite())));
    }
    let Some(path) = text.strip_prefix("sqlite:") else {
        return Err(secret(
            Flaw::new("bad-store", text!("`store` must say what it is")).help(sqlite()),
        ));
    };
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.starts_with(':') || path.contains('?') {
        let message = text!("after `sqlite:` comes the path of a file, alone");
        return Err(Flaw::new("bad-store", message).help(sqlite()));
    }
    Ok(PathBuf::from(path))
}
