//! What a template can name: `due`, `reminder`, `target`, `people`, data and given values.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use jiff::{ZonedDateTime, civil};
use minijinja::{
    Error, State, Value,
    value::{Enumerator, Object, Serde, from_args},
};

use super::{
    inline::{MENTIONER, Mentioner},
    refused::invalid,
};
use crate::{
    compose::source::Data,
    model::{people::People, reminder::Reminder, rota::Moment, target::Target, text::text},
};

/// The names in a template's scope and their values.
#[derive(Clone)]
pub(in crate::compose) struct Scope {
    values: BTreeMap<String, Value>,
    /// Names whose value is not known beforehand.
    unknown: BTreeSet<String>,
}

impl Scope {
    /// The scope of a reminder's texts for one target; without one, for any. The title joins when
    /// it is rendered.
    pub(in crate::compose) fn new(
        due: &ZonedDateTime,
        reminder: &Reminder,
        target: Option<&Target>,
        (people, moment): (&Arc<People>, &Moment),
        data: &Data,
        given: &BTreeMap<String, serde_json::Value>,
    ) -> Self {
        let owner = reminder.owner.as_ref().map(|owner| {
            let name = people.people.get(owner).map_or(owner, |person| &person.name);
            ("owner", Value::from(name.as_str()))
        });
        let id = ("id", Value::from(reminder.id.as_str()));
        let reminder = Record {
            shown: reminder.id.to_string(),
            fields: std::iter::once(id).chain(owner).collect(),
        };
        let shown =
            target.map_or(("target", "target"), |target| (target.id.as_str(), &target.name));
        let mut scope = BTreeMap::from([
            ("due".to_owned(), Value::from_object(Due(due.clone()))),
            ("reminder".to_owned(), Value::from_object(reminder)),
            ("target".to_owned(), Record::named(shown.0, shown.1)),
            ("people".to_owned(), Value::from_object(Everyone(Arc::clone(people)))),
            ("rota".to_owned(), Value::from_object(Rotas(Arc::clone(people), moment.clone()))),
        ]);
        let target = target.map(|target| &target.id);
        scope.extend(data.values(target).map(|(name, value)| (name.to_owned(), value)));
        scope.extend(given.iter().map(|(name, value)| (name.clone(), Serde(value).into())));
        let unknown = data.unknown().filter(|name| !given.contains_key(*name));
        let unknown = unknown.map(str::to_owned).collect();
        Self { values: scope, unknown }
    }

    /// The scope of texts that can mention people.
    pub(in crate::compose) fn mentioning(mut self, mentioner: &Arc<Mentioner>) -> Self {
        let mentioner = Value::from_dyn_object(Arc::clone(mentioner));
        self.values.insert(MENTIONER.to_owned(), mentioner);
        self
    }

    /// The scope with `reminder.title` in it.
    pub(in crate::compose) fn titled(mut self, title: &str) -> Self {
        let titled = self.values.get("reminder").and_then(|value| {
            let mut record = value.downcast_object_ref::<Record>()?.clone();
            record.shown = title.to_owned();
            record.fields.push(("title", Value::from(title)));
            Some(Value::from_object(record))
        });
        self.values.extend(titled.map(|value| ("reminder".to_owned(), value)));
        self
    }

    /// A name's value, where it is known beforehand.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|_| !self.is_unknown(name))
    }

    /// Whether a name will have a value that is not known beforehand.
    pub(super) fn is_unknown(&self, name: &str) -> bool {
        self.unknown.contains(name)
    }

    /// Every name.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let known = self.values.keys().filter(|name| *name != MENTIONER);
        known.chain(&self.unknown).map(String::as_str)
    }

    /// The scope as the engine takes it.
    pub(super) fn value(&self) -> Value {
        Value::from_pairs(self.values.iter().map(|(name, value)| (name.as_str(), value.clone())))
    }
}

/// When an occurrence is due, in the reminder's zone.
#[derive(Debug)]
pub(in crate::compose) struct Due(ZonedDateTime);

impl Due {
    /// An instant in a zone.
    pub(in crate::compose) fn new(at: ZonedDateTime) -> Self {
        Self(at)
    }

    const FIELDS: [&'static str; 8] =
        ["year", "month", "day", "weekday", "hour", "minute", "date", "time"];

    /// Its wall-clock date and time.
    pub(super) fn datetime(&self) -> civil::DateTime {
        self.0.datetime()
    }
}

impl Object for Due {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let due = &self.0;
        Some(match key.as_str()? {
            "year" => due.year().into(),
            "month" => due.month().into(),
            "day" => due.day().into(),
            "weekday" => due.weekday().to_monday_one_offset().into(),
            "hour" => due.hour().into(),
            "minute" => due.minute().into(),
            "date" => due.date().to_string().into(),
            "time" => format!("{:02}:{:02}", due.hour(), due.minute()).into(),
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&Self::FIELDS)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%S%:z"))
    }
}

/// Everyone the settings know, by id; of each only what a group may read.
#[derive(Debug)]
struct Everyone(Arc<People>);

impl Object for Everyone {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let person = self.0.people.get(key.as_str()?)?;
        Some(Record::named(&person.id, &person.name))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.people.keys().map(|id| Value::from(id.as_str())).collect())
    }
}

/// `rota("cleaning")`: whose turn it is.
#[derive(Debug)]
struct Rotas(Arc<People>, Moment);

impl Object for Rotas {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let person = self.0.on_duty(key.as_str()?, &self.1)?;
        Some(Record::named(&person.id, &person.name))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.rotas.keys().map(|name| Value::from(name.as_str())).collect())
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let (name,): (Value,) = from_args(args)?;
        self.get_value(&name).ok_or_else(|| {
            let shown: String = name.to_string().chars().take(40).collect();
            invalid(text!("there is no rota `{name}`", name = shown))
        })
    }
}

/// Named fields that print as one of them.
#[derive(Clone, Debug)]
struct Record {
    shown: String,
    fields: Vec<(&'static str, Value)>,
}

impl Record {
    fn named(id: &str, name: &str) -> Value {
        let fields = vec![("id", Value::from(id)), ("name", Value::from(name))];
        Value::from_object(Self { shown: name.to_owned(), fields })
    }
}

impl Object for Record {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        self.fields.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.fields.iter().map(|(name, _)| Value::from(*name)).collect())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}
