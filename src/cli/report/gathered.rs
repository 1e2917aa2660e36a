//! Lines for people: what was skipped for one reason again and again is one line.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Told;
use crate::{
    daemon::report::{Ending, Line},
    model::{
        occurrence::Origin,
        text::{Text, text},
    },
};

/// One line, or several that say the same.
pub(super) struct Gathered<'a> {
    /// The first of them.
    pub(super) line: &'a Line,
    /// When the last of them was due.
    last: Timestamp,
    /// How many occurrences they stand for.
    count: u64,
}

/// The report's lines, those of one reminder skipped for one reason together, where the first stood.
pub(super) fn gathered<'a>(lines: &'a [Line]) -> Vec<Gathered<'a>> {
    let mut all: Vec<Gathered<'a>> = Vec::new();
    let mut skipped: HashMap<(&str, Option<&Text>), usize> = HashMap::new();
    for line in lines {
        let due = line.occurrence.due_at;
        if line.ending == Ending::Skipped {
            let key = (line.occurrence.reminder.as_str(), line.reason.as_ref());
            if let Some(one) = skipped.get(&key).and_then(|&at| all.get_mut(at)) {
                (one.last, one.count) = (due, one.count + line.count);
                continue;
            }
            skipped.insert(key, all.len());
        }
        all.push(Gathered { line, last: due, count: line.count });
    }
    all
}

impl Gathered<'_> {
    /// When it was due; by hand, that is what was asked for.
    pub(super) fn due(&self, told: &Told<'_>) -> String {
        let first = told.clock(self.line.occurrence.due_at);
        let by_hand = self.line.occurrence.origin != Origin::Schedule;
        match self.last == self.line.occurrence.due_at {
            true if by_hand => text!("{time} (by hand)", time = first).told(told.language()),
            true => first,
            false => format!("{first} … {}", told.clock(self.last)),
        }
    }

    /// What happened, in a word and with its reason.
    pub(super) fn said(&self, told: &Told<'_>) -> (String, String) {
        let (line, language) = (self.line, told.language());
        let mut why = match line.arrived.filter(|_| line.ending == Ending::Late) {
            Some(at) => text!("arrived {at}", at = told.clock(at)),
            None => line.why().unwrap_or_else(|| "".into()),
        }
        .told(language);
        if self.count > 1 {
            why.push_str(&format!(" ×{}", self.count));
        }
        (word(line.ending).told(language), why)
    }
}

pub(super) fn word(ending: Ending) -> Text {
    match ending {
        Ending::Sent => text!("sent"),
        Ending::Late => text!("late"),
        Ending::Skipped => text!("skipped"),
        Ending::Missed => text!("missed"),
        Ending::Failed => text!("not composed"),
        Ending::Refused => text!("refused"),
        Ending::Unsent => text!("not sent"),
        Ending::Waiting => text!("waiting"),
    }
}
