//! Which version of each schedule file counts: what is on disk when it is right, else the last
//! version that was, else none. A broken file never silences the others.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    file::{Compiled, compile_with},
    load::{Loaded, SourceText},
    reminder::Memo,
    world::World,
};
use crate::model::{
    diagnostic::{self, Diagnostic, Place},
    reminder::{Reminder, ReminderId},
    text::text,
};

/// The catalog in force, and everything wrong with the files it came from.
#[derive(Clone, Debug, Default)]
pub struct InForce {
    /// Every reminder, ids unique.
    pub reminders: Vec<Arc<Reminder>>,
    /// What is wrong, errors first.
    pub diagnostics: Vec<Diagnostic>,
    /// How each file stands.
    pub files: Vec<FileState>,
    /// Reminders as files that are wrong have them on disk, themselves without a mistake: not in
    /// force, for whoever looks for mistakes.
    pub aside: Vec<Arc<Reminder>>,
}

/// How one file stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileState {
    /// As [`SourceText::name`].
    pub name: String,
    /// As [`SourceText::path`].
    pub path: String,
    /// Which version counts.
    pub standing: Standing,
    /// The last text that was right, to be kept: the one in force, or, of a file that is left
    /// out, the one that may be right again when the settings are.
    pub good: Option<String>,
    /// The ids of its reminders in force.
    pub reminders: Vec<ReminderId>,
}

/// Which version of a file counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// What is on disk.
    Current,
    /// The last good one; what is on disk is wrong.
    LastGood,
    /// None.
    LeftOut,
}

impl InForce {
    /// Takes the texts to keep as last good versions, by file name.
    #[must_use]
    pub fn take_good_texts(&mut self) -> BTreeMap<String, String> {
        let files = self.files.iter_mut();
        files.filter_map(|file| Some((file.name.clone(), file.good.take()?))).collect()
    }

    /// Whether every file counts as it is on disk.
    #[must_use]
    pub fn is_right(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Decides what is in force, given what is on disk and the last good texts by file name.
#[must_use]
pub fn in_force(loaded: &Loaded, last_good: &BTreeMap<&str, &str>, world: &World) -> InForce {
    let mut memo = Memo::default();
    let mut slots: Vec<Slot<'_>> = loaded
        .files
        .iter()
        .map(|source| Slot::found(source, last_good, world, &mut memo))
        .collect();
    slots.extend(lost(loaded, last_good, world, &mut memo));
    // Each round takes one version from every file that loses an id; a file has two at most.
    for _ in 0..=2 * slots.len() {
        let losers = clashes(&slots);
        if losers.is_empty() {
            break;
        }
        for loser in losers {
            slots[loser.slot].lose(&loser, world, &mut memo);
        }
    }
    let mut result = InForce { diagnostics: loaded.strays.clone(), ..InForce::default() };
    result.diagnostics.extend(loaded.unreadable.iter().map(|lost| lost.diagnostic.clone()));
    result.files.extend(unknown(loaded, &slots));
    for slot in slots {
        slot.finish(&mut result);
    }
    diagnostic::sort(&mut result.diagnostics);
    result
}

/// One file with the version that counts so far.
struct Slot<'t> {
    name: &'t str,
    path: String,
    text: Option<&'t SourceText>,
    old: Option<&'t str>,
    standing: Standing,
    reminders: Vec<Arc<Reminder>>,
    aside: Vec<Arc<Reminder>>,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Slot<'t> {
    fn found(
        source: &'t SourceText,
        last_good: &BTreeMap<&'t str, &'t str>,
        world: &World,
        memo: &mut Memo,
    ) -> Self {
        let compiled = compile_with(source, world, memo);
        let right = compiled.is_right();
        let Compiled { reminders, diagnostics } = compiled;
        let mut slot = Slot {
            name: &source.name,
            path: source.path.clone(),
            text: Some(source),
            old: last_good.get(source.name.as_str()).copied(),
            standing: Standing::Current,
            reminders,
            aside: Vec::new(),
            diagnostics,
        };
        if !right {
            slot.fall_back(world, memo);
        }
        slot
    }

    /// Puts the last good version in force, if there is one that is still right.
    fn fall_back(&mut self, world: &World, memo: &mut Memo) {
        let old = self.old.filter(|_| self.standing == Standing::Current).map(|text| {
            let (name, path) = (self.name.to_owned(), self.path.clone());
            let source = SourceText { name, path, bytes: text.as_bytes().to_vec() };
            compile_with(&source, world, memo)
        });
        let written = std::mem::take(&mut self.reminders);
        if self.standing == Standing::Current {
            self.aside = written;
        }
        (self.standing, self.reminders) = match old.filter(Compiled::is_right) {
            Some(old) => (Standing::LastGood, old.reminders),
            None => (Standing::LeftOut, Vec::new()),
        };
    }

    fn lose(&mut self, loss: &Loss, world: &World, memo: &mut Memo) {
        if loss.copy {
            let message = text!(
                "this looks like a copy of {file} and holds the same reminders; it is not read",
                file = &*loss.winner.file,
            );
            let found = Diagnostic::warning(whole(&self.path), "copy", message)
                .help(text!("delete it, or give its reminders ids of their own"));
            (self.standing, self.reminders) = (Standing::LeftOut, Vec::new());
            self.diagnostics.push(found);
            return;
        }
        let Place { file, line, .. } = &loss.winner;
        for (id, place) in &loss.ids {
            let message = text!(
                "the id `{id}` is taken: {file} has it on line {line}",
                id = id.as_str(),
                file = &**file,
                line = *line,
            );
            // The last good version is not what the person sees in the file.
            let current = self.standing == Standing::Current;
            let place = if current { place.clone() } else { whole(&self.path) };
            self.diagnostics.push(
                Diagnostic::error(place, "duplicate-id", message)
                    .help(text!("give this reminder another id")),
            );
        }
        self.fall_back(world, memo);
    }

    fn finish(mut self, result: &mut InForce) {
        let wrong = self.text.is_none() || self.diagnostics.iter().any(Diagnostic::is_error);
        let notice = match self.standing {
            Standing::Current => None,
            Standing::LastGood => {
                Some(("last-good", text!("the last good version of this file stays in force")))
            }
            Standing::LeftOut => {
                Some(("left-out", text!("this file is left out until it is right")))
            }
        };
        if let Some((code, message)) = notice.filter(|_| wrong) {
            self.diagnostics.push(Diagnostic::warning(whole(&self.path), code, message));
        }
        let good = match self.standing {
            Standing::Current => {
                self.text.map(|source| String::from_utf8_lossy(&source.bytes).into_owned())
            }
            Standing::LastGood | Standing::LeftOut => self.old.map(str::to_owned),
        };
        result.files.push(FileState {
            name: self.name.to_owned(),
            path: self.path,
            standing: self.standing,
            good,
            reminders: self.reminders.iter().map(|reminder| reminder.id.clone()).collect(),
        });
        result.diagnostics.append(&mut self.diagnostics);
        result.reminders.append(&mut self.reminders);
        result.aside.append(&mut self.aside);
    }
}

fn whole(path: &str) -> Place {
    Place { file: path.into(), line: 0, column: 0, length: 1 }
}

/// Files that cannot be read now and could be before: they are not gone.
fn lost<'t>(
    loaded: &'t Loaded,
    last_good: &BTreeMap<&'t str, &'t str>,
    world: &World,
    memo: &mut Memo,
) -> Vec<Slot<'t>> {
    let there: BTreeSet<&str> = loaded.files.iter().map(|file| file.name.as_str()).collect();
    let mut slots = Vec::new();
    for (&name, &old) in last_good.iter().filter(|(name, _)| !there.contains(*name)) {
        let Some(lost) = loaded.unreadable.iter().find(|lost| is_below(&lost.name, name)) else {
            continue;
        };
        let root = &lost.diagnostic.place.file;
        let root = root.strip_suffix(lost.name.as_str()).unwrap_or(root);
        let path = if root.is_empty() || root.ends_with('/') {
            format!("{root}{name}")
        } else {
            format!("{root}/{name}")
        };
        let mut slot = Slot {
            name,
            path,
            text: None,
            old: Some(old),
            standing: Standing::Current,
            reminders: Vec::new(),
            aside: Vec::new(),
            diagnostics: Vec::new(),
        };
        slot.fall_back(world, memo);
        slots.push(slot);
    }
    slots
}

/// How those stand that cannot be read now and never could be.
fn unknown(loaded: &Loaded, slots: &[Slot<'_>]) -> Vec<FileState> {
    let lost: Vec<&str> =
        slots.iter().filter(|slot| slot.text.is_none()).map(|slot| slot.name).collect();
    let unknown = loaded.unreadable.iter();
    let unknown = unknown.filter(|file| !lost.iter().any(|name| is_below(&file.name, name)));
    let left_out = unknown.map(|file| FileState {
        name: file.name.clone(),
        path: file.diagnostic.place.file.to_string(),
        standing: Standing::LeftOut,
        good: None,
        reminders: Vec::new(),
    });
    left_out.collect()
}

/// Whether a file is the one called `root`, or somewhere below it.
fn is_below(root: &str, name: &str) -> bool {
    let rest = name.strip_prefix(root);
    root.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A file that may not keep its version, because others hold ids it claims.
struct Loss {
    slot: usize,
    /// The first place that holds one of the ids.
    winner: Place,
    /// The ids, with their places in the losing file.
    ids: Vec<(ReminderId, Place)>,
    /// The losing file is a copy of the winning one by its name.
    copy: bool,
}

/// Who loses an id: of two files with the same one, the file that did not hold it in its last
/// good version; else the copy, by its name; else the later by path.
fn clashes(slots: &[Slot<'_>]) -> Vec<Loss> {
    let mut holders: HashMap<&ReminderId, Vec<(usize, &Place)>> = HashMap::new();
    for (index, slot) in slots.iter().enumerate() {
        for reminder in &slot.reminders {
            holders.entry(&reminder.id).or_default().push((index, &reminder.place));
        }
    }
    let mut losses: BTreeMap<usize, Loss> = BTreeMap::new();
    let mut shared: Vec<_> = holders.into_iter().filter(|(_, claims)| claims.len() > 1).collect();
    shared.sort_by_key(|(id, _)| (*id).clone());
    for (id, claims) in shared {
        let copied = |slot: usize| {
            let mut others = claims.iter().filter(|(other, _)| *other != slot);
            others.any(|(other, _)| is_copy(slots[slot].name, slots[*other].name))
        };
        let rank = |&&(slot, _): &&(usize, &Place)| {
            (!slots[slot].held(id), copied(slot), &slots[slot].path)
        };
        let Some(&(winner, won)) = claims.iter().min_by_key(rank) else { continue };
        for &(slot, place) in claims.iter().filter(|(slot, _)| *slot != winner) {
            let loss = losses.entry(slot).or_insert_with(|| Loss {
                slot,
                winner: won.clone(),
                ids: Vec::new(),
                copy: is_copy(slots[slot].name, slots[winner].name),
            });
            loss.ids.push((id.clone(), place.clone()));
        }
    }
    losses.into_values().collect()
}

impl Slot<'_> {
    /// Whether the last good version held an id. Asked only of files that clash.
    fn held(&self, id: &ReminderId) -> bool {
        if self.standing == Standing::LastGood {
            return true;
        }
        let old = self.old.and_then(|text| crate::yaml::parse(self.name, text.as_bytes()).ok());
        old.and_then(|document| document.root.get("reminders")?.get(id.as_str()).map(|_| ()))
            .is_some()
    }
}

/// Whether one file's name is what copying the other makes of it: `policy (1).yaml`,
/// `policy - 副本.yaml`, `Copy of policy.yaml`.
fn is_copy(copy: &str, original: &str) -> bool {
    const MARKS: [&str; 8] = ["", "副本", "的副本", "copy", "copy of", "复制", "salinan", "cópia"];
    let parts = |name: &str| {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        (folder.to_owned(), stem.to_lowercase())
    };
    let ((folder, stem), (other, original)) = (parts(copy), parts(original));
    let rest = stem.strip_prefix(&original).or_else(|| stem.strip_suffix(&original));
    let Some(rest) = rest.filter(|rest| folder == other && !rest.is_empty()) else { return false };
    let number = rest.contains(['(', '（']);
    let mark = rest.trim_matches(|c: char| " -_()（）".contains(c) || c.is_ascii_digit());
    MARKS.contains(&mark) && (number || !mark.is_empty())
}
