//! What the keys of one reminder, or of `defaults:`, say: each value read and checked by itself.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::civil::Date;

use super::{data, personal::Addressed, texts, world::World};
use crate::{
    model::{
        calendar::Calendar,
        diagnostic::nearest,
        message::Format,
        people::{Mention, People},
        reminder::{ButtonTemplate, OnDayOff, OnMiss, Priority, Template, TooLong, Zone},
        source::DataSource,
        target::TargetId,
        text::{Text, text},
    },
    yaml::{Fields, Flaw, Node, Report, Span, Value, did_you_mean, short, suggest, values},
};

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) span: Span,
    pub(super) value: T,
}

/// The values of the keys that stand there and are right.
#[derive(Clone, Debug, Default)]
pub(super) struct Raw<'n> {
    pub(super) when: Option<&'n Node>,
    pub(super) zone: Option<Zone>,
    pub(super) calendar: Option<Arc<Calendar>>,
    pub(super) on_day_off: Option<OnDayOff>,
    pub(super) from: Option<At<Date>>,
    pub(super) until: Option<At<Date>>,
    pub(super) except: Option<Vec<(Date, Date)>>,
    pub(super) enabled: Option<bool>,
    pub(super) owner: Option<String>,
    pub(super) on_miss: Option<OnMiss>,
    pub(super) grace: Option<Duration>,
    pub(super) keep: Option<Duration>,
    pub(super) to: Option<Addressed>,
    pub(super) mention: Option<At<Vec<Mention>>>,
    pub(super) format: Option<Format>,
    pub(super) buttons: Option<Vec<ButtonTemplate>>,
    pub(super) data: Option<Vec<DataSource>>,
    pub(super) only_if: Option<Template>,
    pub(super) priority: Option<Priority>,
    pub(super) too_long: Option<TooLong>,
}

impl<'n> Raw<'n> {
    /// These values, and those of `defaults` where there are none.
    pub(super) fn or(self, defaults: &Raw<'n>) -> Self {
        let other = defaults.clone();
        Raw {
            when: self.when.or(other.when),
            zone: self.zone.or(other.zone),
            calendar: self.calendar.or(other.calendar),
            on_day_off: self.on_day_off.or(other.on_day_off),
            from: self.from.or(other.from),
            until: self.until.or(other.until),
            except: self.except.or(other.except),
            enabled: self.enabled.or(other.enabled),
            owner: self.owner.or(other.owner),
            on_miss: self.on_miss.or(other.on_miss),
            grace: self.grace.or(other.grace),
            keep: self.keep.or(other.keep),
            to: self.to.or(other.to),
            mention: self.mention.or(other.mention),
            format: self.format.or(other.format),
            buttons: self.buttons.or(other.buttons),
            data: self.data.or(other.data),
            only_if: self.only_if.or(other.only_if),
            priority: self.priority.or(other.priority),
            too_long: self.too_long.or(other.too_long),
        }
    }
}

/// Reads the keys that reminders and `defaults:` have in common.
pub(super) struct Reader<'r, 'd, 'w> {
    pub(super) report: &'r mut Report<'d>,
    pub(super) world: &'w World,
    /// Zones asked for before, found or not: looking for the nearest name is slow.
    pub(super) zones: &'r mut HashMap<String, Result<Zone, Text>>,
}

/// No list in a reminder is longer.
const MAX_ITEMS: usize = 1_000;

pub(super) const ON_DAY_OFF: [(&str, OnDayOff); 5] = [
    ("keep", OnDayOff::Keep),
    ("skip", OnDayOff::Skip),
    ("previous", OnDayOff::Previous),
    ("next", OnDayOff::Next),
    ("next-in-month", OnDayOff::NextInMonth),
];
pub(super) const ON_MISS: [(&str, OnMiss); 3] =
    [("latest", OnMiss::Latest), ("all", OnMiss::All), ("skip", OnMiss::Skip)];
pub(super) const FORMAT: [(&str, Format); 2] =
    [("markdown", Format::Markdown), ("text", Format::Text)];
pub(super) const PRIORITY: [(&str, Priority); 3] =
    [("low", Priority::Low), ("normal", Priority::Normal), ("urgent", Priority::Urgent)];
pub(super) const TOO_LONG: [(&str, TooLong); 2] =
    [("split", TooLong::Split), ("truncate", TooLong::Truncate)];

impl<'n> Reader<'_, '_, '_> {
    pub(super) fn read(&mut self, fields: &Fields<'n>) -> Raw<'n> {
        let roots = &self.world.content;
        Raw {
            when: fields.get("when"),
            zone: fields.get("timezone").and_then(|node| self.zone(node)),
            calendar: fields.get("calendar").and_then(|node| self.calendar(node)),
            on_day_off: self.word(fields, "on_day_off", &ON_DAY_OFF),
            from: self.date(fields, "from"),
            until: self.date(fields, "until"),
            except: fields.get("except").map(|node| self.except(node)),
            enabled: fields.get("enabled").and_then(|node| self.report.truth(node, "`enabled`")),
            owner: fields.get("owner").and_then(|node| self.owner(node)),
            on_miss: self.word(fields, "on_miss", &ON_MISS),
            grace: self.duration(fields, "grace"),
            keep: self.duration(fields, "keep").filter(|keep| self.keep(fields, *keep)),
            to: fields.get("to").and_then(|node| self.to(node)),
            mention: fields.get("mention").and_then(|node| self.mention(node)),
            format: self.word(fields, "format", &FORMAT),
            buttons: fields.get("buttons").map(|node| texts::buttons(self.report, node)),
            data: fields.get("data").map(|node| data::sources(self.report, node, roots)),
            only_if: fields.get("only_if").and_then(|node| data::only_if(self.report, node)),
            priority: self.word(fields, "priority", &PRIORITY),
            too_long: self.word(fields, "too_long", &TOO_LONG),
        }
    }

    fn word<T: Copy>(&mut self, fields: &Fields<'_>, key: &str, words: &[(&str, T)]) -> Option<T> {
        self.report.word(fields.get(key)?, format!("`{key}`"), words)
    }

    fn duration(&mut self, fields: &Fields<'_>, key: &str) -> Option<Duration> {
        self.report.read(fields.get(key)?, format!("`{key}`"), values::duration)
    }

    fn keep(&mut self, fields: &Fields<'_>, keep: Duration) -> bool {
        if keep.is_zero()
            && let Some(node) = fields.get("keep")
        {
            let message = text!("with `keep: 0` nothing could ever be delivered");
            let help = text!("delete the line for the usual 12h, or write a minute: 1m");
            self.report.flaw(node, Flaw::new("bad-duration", message).help(help));
        }
        !keep.is_zero()
    }

    fn date(&mut self, fields: &Fields<'_>, key: &str) -> Option<At<Date>> {
        let node = fields.get(key)?;
        let value = self.report.read(node, format!("`{key}`"), values::date)?;
        Some(At { span: node.span, value })
    }

    fn zone(&mut self, node: &Node) -> Option<Zone> {
        let (zones, world) = (&mut *self.zones, self.world);
        self.report.read(node, "`timezone`", |text| {
            let known = zones.entry(text.to_owned()).or_insert_with(|| (world.zones)(text));
            known.clone().map_err(|help| {
                let message = text!("there is no time zone `{text}`", text = short(text));
                Flaw::new("unknown-timezone", message).help(help)
            })
        })
    }

    fn calendar(&mut self, node: &Node) -> Option<Arc<Calendar>> {
        let calendars = &self.world.calendars;
        self.report.read(node, "`calendar`", |text| {
            calendars.get(text).cloned().ok_or_else(|| {
                let message = text!("there is no calendar `{text}`", text = short(text));
                Flaw::new("unknown-calendar", message).help(suggest(text, calendars.names()))
            })
        })
    }

    /// One value or a list of them, of reasonable length.
    pub(super) fn list<'a>(&mut self, node: &'a Node, of: &str) -> &'a [Node] {
        let items = node.items();
        if items.len() > MAX_ITEMS {
            let message = text!("{of} has more than {most} entries", of = of, most = MAX_ITEMS);
            let flaw = Flaw::new("too-many", message);
            self.report.flaw(node, flaw.help(text!("split it over several reminders")));
        }
        &items[..items.len().min(MAX_ITEMS)]
    }

    fn except(&mut self, node: &Node) -> Vec<(Date, Date)> {
        let items = self.list(node, "`except`").iter();
        let read = |item| self.report.read(item, "`except`", values::dates);
        let mut spans: Vec<_> = items.filter_map(read).collect();
        spans.sort_unstable();
        spans
    }

    fn owner(&mut self, node: &Node) -> Option<String> {
        let world = self.world;
        self.report.read(node, "`owner`", |text| {
            if world.targets.contains_key(text) {
                return Ok(text.to_owned());
            }
            match world.people.mention(text) {
                Ok(Mention::Person(id)) => Ok(id),
                Ok(_) => {
                    let message = text!("`{text}` is no single person", text = short(text));
                    Err(Flaw::new("wrong-owner", message)
                        .help(text!("name one person or one target")))
                }
                Err(why) => {
                    let targets = world.targets.keys().map(TargetId::as_str);
                    let people = world.people.people.keys().map(String::as_str);
                    let help = suggest(text, people.chain(targets));
                    Err(Flaw::new("unknown-owner", why).help(help))
                }
            }
        })
    }

    fn to(&mut self, node: &Node) -> Option<Addressed> {
        if let Value::List(items) = &node.value
            && items.is_empty()
        {
            let flaw = Flaw::new("missing-value", text!("`to` names no target"));
            self.report.flaw(node, flaw.help(text!("name at least one target")));
            return None;
        }
        let mut addressed = Addressed::default();
        for item in self.list(node, "`to`") {
            if matches!(item.value, Value::Map(_)) {
                if let Some((via, people)) = self.personal(item) {
                    addressed.people(via, people);
                }
            } else if let Some(target) = self.target(item) {
                self.somebody_behind(item, &target);
                addressed.group(target);
            }
        }
        (!addressed.targets.is_empty()).then_some(addressed)
    }

    pub(super) fn target(&mut self, node: &Node) -> Option<TargetId> {
        let world = self.world;
        let found = self.report.read(node, "`to`", |text| {
            let known = || world.targets.keys().map(TargetId::as_str);
            match world.targets.get_key_value(text) {
                Some((target, receiver)) => Ok((target.clone(), receiver.enabled)),
                None if text.is_empty() => {
                    Err(Flaw::new("missing-value", text!("`to` names no target"))
                        .help(text!("name at least one target")))
                }
                None => {
                    let message = text!("there is no target `{name}`", name = short(text));
                    let mut named = world.targets.iter().filter(|(_, group)| group.name == text);
                    let named = named.next().map(|(id, _)| did_you_mean(id.as_str()));
                    let help =
                        named.or_else(|| list_of(text)).unwrap_or_else(|| suggest(text, known()));
                    Err(Flaw::new("unknown-target", message).help(help))
                }
            }
        });
        let (target, enabled) = found?;
        if !enabled {
            let message = text!(
                "the target `{target}` is switched off in the settings",
                target = target.as_str()
            );
            let help = text!("nothing is sent to it until its `enabled: false` is gone");
            self.report.warning(node.span, Flaw::new("target-off", message).help(help));
        }
        Some(target)
    }

    fn mention(&mut self, node: &Node) -> Option<At<Vec<Mention>>> {
        let mut mentions: Vec<Mention> = Vec::new();
        for item in self.list(node, "`mention`") {
            if let Some(mention) = self.mentioned(item)
                && !mentions.contains(&mention)
            {
                mentions.push(mention);
            }
        }
        Some(At { span: node.span, value: mentions }).filter(|at| !at.value.is_empty())
    }

    pub(super) fn mentioned(&mut self, node: &Node) -> Option<Mention> {
        let people = &self.world.people;
        // `rota: cleaning` in a list is a map to YAML.
        if let Value::Map(entries) = &node.value
            && let [entry] = entries.as_slice()
            && ["rota", "role", "department"].contains(&entry.key.as_str())
        {
            let kind = &entry.key;
            return self.report.read(&entry.node, "`mention`", |text| {
                let mention = people.mention(&format!("{kind}:{text}"));
                mention.map_err(|why| unknown(people, why, kind, text))
            });
        }
        self.report.read(node, "`mention`", |text| {
            if let Some(flaw) = values::shortened_number(text) {
                return Err(flaw);
            }
            people.mention(text).map_err(|why| {
                let bare = text.trim_start_matches(['@', '＠']);
                let (kind, name) = bare.split_once([':', '：']).unwrap_or(("", bare));
                match list_of(text) {
                    Some(help) => Flaw::new("unknown-person", why.map(&short)).help(help),
                    None => unknown(people, why, kind.trim(), name.trim()),
                }
            })
        })
    }
}

/// A word in `mention` that means nobody, with who may be meant. `kind` stood before it.
fn unknown(people: &People, why: Text, kind: &str, name: &str) -> Flaw {
    let (code, help) = match kind {
        "rota" | "轮值" | "值班" => {
            ("unknown-rota", suggest(name, people.rotas.keys().map(String::as_str)))
        }
        "role" | "角色" => {
            ("unknown-role", suggest(name, people.roles.keys().map(String::as_str)))
        }
        "department" | "部门" => ("unknown-department", departments(people, name)),
        _ if people.rotas.contains_key(name) => {
            ("unknown-person", did_you_mean(&format!("rota:{name}")))
        }
        _ => ("unknown-person", who(people, name)),
    };
    Flaw::new(code, why.map(&short)).help(help)
}

/// The advice for a department nobody is in.
fn departments(people: &People, name: &str) -> Text {
    let known = people.people.values().flat_map(|person| &person.departments);
    let known: std::collections::BTreeSet<&str> = known.map(String::as_str).collect();
    suggest(name, known.iter().copied())
}

/// The advice for someone nobody knows.
fn who(people: &People, word: &str) -> Text {
    let mut names = people.people.values().map(|person| person.name.as_str());
    if names.any(|name| name == word) {
        return text!("ids are unique, names need not be");
    }
    let names = people.people.values().map(|person| person.name.as_str());
    if let Some(near) = nearest(word, names) {
        return did_you_mean(near);
    }
    let ids = people.people.keys().chain(people.roles.keys()).map(String::as_str);
    suggest(word, ["all"].into_iter().chain(ids))
}

/// What a later version understands.
pub(super) fn not_yet(what: &str) -> Flaw {
    Flaw::new("not-yet", text!("this version does not know {what} yet", what = what))
        .help(text!("leave it out until the program is updated"))
}

/// The advice for several names written as one text.
fn list_of(text: &str) -> Option<Text> {
    let names: Vec<&str> =
        text.split([',', '，', '、', ';', '；', ' ']).filter(|name| !name.is_empty()).collect();
    (names.len() > 1 && text.contains([',', '，', '、', ';', '；']))
        .then(|| text!("write several as a list: [{names}]", names = short(&names.join(", "))))
}
