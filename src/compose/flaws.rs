//! What is wrong with the templates of a schedule file whatever the day, the data and the settings:
//! the file is broken then, and is not first found to be so when its message is due.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, civil::Date};

use super::{
    render::{Engine, Scope, Source, in_room},
    source::Data,
};
use crate::model::{
    diagnostic::Diagnostic,
    reminder::{Body, Reminder, Template},
    rota::Moment,
};

/// What cannot be read, and names that nothing defines, in everything the schedule file itself
/// holds of a reminder.
#[must_use]
pub fn flaws(reminder: &Reminder) -> Vec<Diagnostic> {
    if is_plain(reminder) {
        return Vec::new();
    }
    let body = inline(reminder);
    let scope = scope(reminder);
    let look = || {
        let mut found = lines(reminder, &scope);
        if let Some(body) = body {
            let scope = scope.clone().titled("title");
            found.extend(Engine::analyse(&Source::inline(body), &scope));
        }
        found
    };
    in_room(look).unwrap_or_default()
}

/// The body, where it stands in the reminder itself.
fn inline(reminder: &Reminder) -> Option<&Template> {
    match &reminder.body {
        Body::Inline(body) => Some(body),
        Body::File { .. } => None,
    }
}

/// Whether a reminder says the same each time: nothing of it is a template. Plain text is right,
/// and most texts are plain.
#[must_use]
pub fn is_plain(reminder: &Reminder) -> bool {
    let Some(body) = inline(reminder) else { return false };
    let texts = std::iter::once(body).chain(reminder.title.as_deref());
    let mut texts = texts.chain(reminder.buttons.iter().flat_map(|one| [&one.label, &one.url]));
    reminder.only_if.is_none() && !texts.any(|text| text.text.contains('{'))
}

/// The names a reminder's templates may use, where nothing is known of the values of most.
fn scope(reminder: &Reminder) -> Scope {
    let sources = reminder.data.iter().map(|source| source.name.as_str());
    let mut data = Data::default();
    sources.chain(["people", "rota"]).for_each(|name| data.offline(name));
    let calendar = Arc::clone(&reminder.schedule.calendar);
    let moment = Moment { on: Date::ZERO, calendar, occurrences: Arc::new(|_| 0) };
    let due = Timestamp::UNIX_EPOCH.to_zoned_datetime(reminder.schedule.zone.tz.clone());
    Scope::new(&due, reminder, None, (&Arc::default(), &moment), &data, &BTreeMap::new())
}

/// What is wrong with everything but the body, in every branch.
pub(super) fn lines(reminder: &Reminder, scope: &Scope) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some(only_if) = &reminder.only_if {
        found.extend(Engine::analyse_condition(&Source::inline(only_if), scope));
    }
    if let Some(title) = &reminder.title {
        found.extend(Engine::analyse(&Source::inline(title), scope));
    }
    let scope = scope.clone().titled("title");
    for template in reminder.buttons.iter().flat_map(|button| [&button.label, &button.url]) {
        found.extend(Engine::analyse(&Source::inline(template), &scope));
    }
    found
}
