//! What is wrong with a reminder's messages, said before any of them is due: by the way they are
//! made, and also what the sample does not reach.

use jiff::Timestamp;

use super::{Composer, Outcome, Scene, flaws, in_room, no_room, render::Engine, source::Data};
use crate::model::{
    diagnostic::{self, Diagnostic},
    occurrence::{Occurrence, Origin},
    reminder::Reminder,
    text::text,
};

/// What is wrong with a reminder's texts, files, mentions, keywords and sizes, seen with the
/// occurrence that is due at `due`. Sorted.
#[must_use]
pub fn check(reminder: &Reminder, due: Timestamp, scene: &Scene) -> Vec<Diagnostic> {
    let origin = Origin::Schedule;
    let occurrence = Occurrence { reminder: reminder.id.clone(), due_at: due, origin };
    let mut found = in_room(|| Composer::new(reminder, &occurrence, scene).check())
        .unwrap_or_else(|error| vec![no_room(reminder, &error)]);
    diagnostic::sort(&mut found);
    found
}

impl Composer<'_> {
    fn check(&self) -> Vec<Diagnostic> {
        let mut found = self.scene.data.failures();
        found.extend(self.scene.data.absent().into_iter().map(|(name, why)| absent(name, why)));
        found.extend(self.analyse(self.scene.data));
        if !found.iter().any(Diagnostic::is_error) {
            found.extend(self.analyse_without_optional());
            let offline = self.scene.data.is_offline();
            for composed in self.compose() {
                match composed.outcome {
                    // What it says of a value that stands in for the real one means nothing.
                    Outcome::Failed(wrong) if !offline => found.extend(wrong),
                    _ => {}
                }
                let guess = |note| if offline { unsure(note) } else { note };
                found.extend(composed.notes.into_iter().map(guess));
            }
        }
        found
    }

    /// What a source that may be absent would break if it were.
    fn analyse_without_optional(&self) -> Vec<Diagnostic> {
        let optional = self.reminder.data.iter().filter(|source| source.optional);
        let optional: Vec<&str> = optional.map(|source| source.name.as_str()).collect();
        if optional.is_empty() {
            return Vec::new();
        }
        let broken = self.analyse(&self.scene.data.without(&optional));
        let named = |found: &Diagnostic| {
            let said = found.message.to_string();
            optional.iter().find(|name| said.contains(&format!("`{name}`")))
        };
        let remark = |found: Diagnostic| {
            let name = named(&found)?;
            let message =
                text!("`{name}` is optional, and this fails when it is absent", name = name);
            let help = text!("ask `{{% if {name} is defined %}}` first", name = name);
            Some(Diagnostic::warning(found.place, "optional-missing", message).help(help))
        };
        broken.into_iter().filter_map(remark).collect()
    }

    /// Checks every branch of every template; all targets have the same names in scope.
    fn analyse(&self, data: &Data) -> Vec<Diagnostic> {
        if flaws::is_plain(self.reminder) {
            return Vec::new();
        }
        let target = self.scene.targets.first().map(|(target, _)| *target);
        let scope = self.scope_with(target, data);
        let mut found = flaws::lines(self.reminder, &scope);
        match self.body() {
            Ok(body) => found.extend(Engine::analyse(&body, &scope.titled("title"))),
            Err(missing) => found.push(missing),
        }
        found
    }
}

/// A source that fails now and may: its reminder goes out without it.
fn absent(name: &str, why: &Diagnostic) -> Diagnostic {
    let message = text!("`{name}` is absent now: {why}", name = name, why = why.message.clone());
    let severity = diagnostic::Severity::Warning;
    Diagnostic { severity, message, ..why.clone() }
}

/// A finding about a message whose data is not known yet.
fn unsure(found: Diagnostic) -> Diagnostic {
    if found.code != "keyword-missing" {
        return found;
    }
    let severity = diagnostic::Severity::Warning;
    let help = text!(
        "write one of its keywords into the title or the text: what the data will hold is not \
         known now"
    );
    Diagnostic { severity, ..found }.help(help)
}
