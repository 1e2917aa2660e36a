//! `mention`: people mentioned where the text speaks of them. What the filter writes is the id by
//! which the target's robot knows them; the robot makes a mention of it.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::{
    Error, State, Value,
    value::{Object, ValueKind},
};

use super::{refused::invalid, retold::kind};
use crate::model::{
    message::Mentioned,
    people::{Mention, People, Person},
    rota::Moment,
    text::text,
};

/// Where the filter finds whom it speaks for; no template can spell it.
pub(super) const MENTIONER: &str = "§mentioner";

/// Mentions people for one target, and remembers whom.
#[derive(Debug)]
pub(in crate::compose) struct Mentioner {
    people: Arc<People>,
    moment: Moment,
    /// The id by which the robot can mention a person.
    by: fn(&Person) -> Option<Mentioned>,
    mentioned: Mutex<Mentions>,
}

/// Whom a text mentions.
#[derive(Clone, Debug, Default)]
pub(in crate::compose) struct Mentions {
    /// By the robot's id.
    pub(in crate::compose) people: Vec<Mentioned>,
    /// Names of those it has no id for: the text says them all the same.
    pub(in crate::compose) by_name: Vec<String>,
}

impl Object for Mentioner {}

impl Mentioner {
    /// Nobody is mentioned yet.
    pub(in crate::compose) fn new(
        people: &Arc<People>,
        moment: &Moment,
        by: fn(&Person) -> Option<Mentioned>,
    ) -> Self {
        let (people, moment) = (Arc::clone(people), moment.clone());
        Self { people, moment, by, mentioned: Mutex::default() }
    }

    /// Whom the texts so far mention.
    pub(in crate::compose) fn mentioned(&self) -> Mentions {
        self.mentioned.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The text that mentions someone: a person, a role, a department.
    fn write(&self, word: &str) -> Result<String, Error> {
        let mention = self.people.mention(word).map_err(invalid)?;
        if mention == Mention::All {
            return Err(invalid(text!("everyone is mentioned with `mention: all`, not in a text")));
        }
        let found = self.people.resolve(std::slice::from_ref(&mention), &self.moment);
        if found.is_empty() {
            return Err(invalid(text!("`{name}` has no people in it", name = word)));
        }
        let written: Vec<String> = found.into_iter().map(|person| self.one(person)).collect();
        Ok(written.join(" "))
    }

    fn one(&self, person: &Person) -> String {
        let mut mentioned = self.mentioned.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(found) = (self.by)(person) else {
            if !mentioned.by_name.contains(&person.name) {
                mentioned.by_name.push(person.name.clone());
            }
            return format!("@{}", person.name);
        };
        let text = format!("@{}", found.id);
        if mentioned.people.iter().all(|known| known.id != found.id) {
            mentioned.people.push(found);
        }
        text
    }
}

/// The filter: mentions a person, a role or a department, or several of them.
pub(super) fn mention(state: &State, value: &Value) -> Result<String, Error> {
    let mentioner = state.lookup(MENTIONER);
    let mentioner = mentioner.as_ref().and_then(|value| value.downcast_object_ref::<Mentioner>());
    let mentioner = mentioner.ok_or_else(|| invalid(text!("nobody can be mentioned here")))?;
    if let Some(word) = value.as_str() {
        return mentioner.write(word);
    }
    if let Some(id) = value.get_attr("id").ok().as_ref().and_then(Value::as_str) {
        return mentioner.write(id);
    }
    if matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) {
        let each: Result<Vec<String>, Error> =
            value.try_iter()?.map(|item| mention(state, &item)).collect();
        return Ok(each?.join(" "));
    }
    Err(invalid(text!("`mention` needs a person or a role, this is {kind}", kind = kind(value),)))
}
