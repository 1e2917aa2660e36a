//! Whose turn it is when a reminder is due, for the commands that list occurrences.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    daemon::{composer, world::World},
    model::{
        people::{Mention, Person},
        reminder::Reminder,
    },
};

/// The rotas a reminder mentions, each with whoever has the turn.
pub(super) fn of<'a>(
    world: &'a World,
    reminder: &'a Reminder,
    due_at: Timestamp,
) -> Vec<(&'a str, &'a Person)> {
    let rotas = reminder.mention.iter().filter_map(|mention| match mention {
        Mention::Rota(name) => Some(name.as_str()),
        _ => None,
    });
    let mut rotas = rotas.peekable();
    if rotas.peek().is_none() {
        return Vec::new();
    }
    let moment = composer::moment(reminder, due_at);
    rotas.filter_map(|rota| Some((rota, world.people.on_duty(rota, &moment)?))).collect()
}

/// For people: `cleaning: 张三`; nothing where there is no rota.
pub(super) fn line(duty: &[(&str, &Person)]) -> Option<String> {
    let each = duty.iter().map(|(rota, person)| format!("{rota}: {}", person.name));
    let line = each.collect::<Vec<_>>().join(", ");
    (!line.is_empty()).then_some(line)
}

/// Adds `rotas` to a JSON object, where there are any.
pub(super) fn add(object: &mut Value, duty: &[(&str, &Person)]) {
    let each = duty
        .iter()
        .map(|(rota, person)| json!({ "rota": rota, "person": person.id, "name": person.name }));
    let rotas: Vec<Value> = each.collect();
    if let Some(object) = object.as_object_mut().filter(|_| !rotas.is_empty()) {
        object.insert("rotas".to_owned(), rotas.into());
    }
}
