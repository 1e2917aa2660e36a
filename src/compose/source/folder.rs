//! A folder whose changes are told: what was added, updated and removed since a target was last
//! told, by the content of the files.
//!
//! A look at the folder is a [`Listing`]; what a target was told is its [`Cursor`]; the difference
//! of the two is what a template gets, and the [`CursorMove`] that goes into the store together
//! with the message.

mod change;
mod document;
mod pattern;
mod summary;
mod walk;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::{Timestamp, tz::TimeZone};
use minijinja::Value;

pub(in crate::compose) use self::change::Meta;
pub use self::walk::{Looking, Memo};
use self::{
    change::{Change, Kind},
    document::Document,
};
use crate::model::{
    cursor::{Cursor, CursorId, CursorMove, KnownFile},
    diagnostic::{Diagnostic, Place},
    language::Language,
    source::Folder,
    text::{Text, text},
};

/// Files that were told, of which none is left: then the folder is taken for one that is not
/// there, such as a share that is not mounted.
const MANY: usize = 3;

/// Bytes of texts kept in one move; the files beyond have no summary of their next change.
const MOST_TEXT: usize = 64 * 1024 * 1024;

/// What a folder holds now.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// As people know the folder.
    shown: String,
    /// By their path inside the folder.
    files: BTreeMap<String, Seen>,
    /// Paths that changed just now, so that what they hold is not told yet.
    unsettled: BTreeSet<String>,
    /// What was left out, and why.
    notes: Vec<Text>,
}

/// A file that is there.
#[derive(Clone, Debug)]
struct Seen {
    known: KnownFile,
    /// Its text, where it is not known already.
    text: Option<Arc<str>>,
}

/// The hashes a look at a folder need not read the texts of, by path.
pub type KnownHashes = HashMap<String, BTreeSet<String>>;

/// What one target is told of a folder.
#[derive(Clone, Debug)]
pub struct News {
    /// What the template gets.
    pub(super) changes: Vec<Value>,
    /// About the bytes it takes.
    pub(super) weight: usize,
    /// The step that goes into the store with the message; none when there is nothing to remember.
    pub step: Option<CursorMove>,
    /// There was no cursor yet: the step is to be kept whether or not there is a message.
    pub first: bool,
}

/// In whose words changes are told.
#[derive(Clone, Debug)]
pub struct Telling<'a> {
    /// The folder.
    pub folder: &'a Folder,
    /// Where it was written.
    pub place: &'a Place,
    /// For summaries.
    pub language: Language,
    /// For the dates of files.
    pub zone: &'a TimeZone,
}

/// The hashes of some cursors, by path.
#[must_use]
pub fn known_hashes<'a>(cursors: impl IntoIterator<Item = &'a Cursor>) -> KnownHashes {
    let mut known = KnownHashes::new();
    for (path, file) in cursors.into_iter().flat_map(|cursor| &cursor.files) {
        known.entry(path.clone()).or_default().insert(file.hash.clone());
    }
    known
}

impl Listing {
    /// What was left out of the look, and why.
    #[must_use]
    pub fn notes(&self) -> &[Text] {
        &self.notes
    }

    /// What the folder holds, as one word: it changes with any file.
    #[must_use]
    pub fn digest(&self) -> String {
        use sha2::{Digest as _, Sha256};
        let mut digest = Sha256::new();
        for (path, seen) in &self.files {
            digest.update(format!("{path}\0{}\n", seen.known.hash));
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether something changed so lately that it is not told yet.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.unsettled.is_empty()
    }

    /// The hashes of files whose kept text is needed to tell a target what changed: as they were,
    /// and as they are where someone else was told of that already.
    #[must_use]
    pub fn wanted(&self, cursor: Option<&Cursor>) -> Vec<String> {
        let empty = BTreeMap::new();
        let told = cursor.map_or(&empty, |cursor| &cursor.files);
        let mut wanted = Vec::new();
        for path in
            self.files.keys().chain(told.keys().filter(|path| !self.files.contains_key(*path)))
        {
            let (now, before) = (self.files.get(path), told.get(path));
            if now.map(|seen| &seen.known.hash) != before.map(|known| &known.hash) {
                let untold = now.filter(|seen| seen.text.is_none()).map(|seen| &seen.known);
                wanted.extend(before.into_iter().chain(untold).map(|known| known.hash.clone()));
            }
        }
        wanted
    }

    /// What a target is told: everything that changed since its cursor; nothing when it has none,
    /// unless the folder is `first: all`. `texts` holds former texts by hash.
    ///
    /// # Errors
    /// The folder looks as if it were not really there.
    pub fn news(
        &self,
        id: &CursorId,
        cursor: Option<&Cursor>,
        texts: &HashMap<String, String>,
        telling: &Telling<'_>,
    ) -> Result<News, Diagnostic> {
        let mark = telling.folder.mark();
        let from = cursor.map(|cursor| cursor.version);
        let empty = BTreeMap::new();
        let told = match cursor {
            Some(cursor) if cursor.mark == mark => &cursor.files,
            None if telling.folder.first_all => &empty,
            // A cursor about other files says nothing about these.
            _ => {
                let step = self.step(id, from, mark, self.files.keys().map(String::as_str));
                return Ok(News { changes: Vec::new(), weight: 0, step: Some(step), first: true });
            }
        };
        self.really_there(told, telling)?;
        let changed = self.changed(told);
        let changes = self.changes(&changed, told, texts, telling);
        let weight = changes.iter().map(Change::weight).sum();
        let step = (!changed.is_empty())
            .then(|| self.step(id, from, mark, changed.iter().map(String::as_str)));
        let changes = changes.into_iter().map(Value::from_object).collect();
        Ok(News { changes, weight, step, first: false })
    }

    /// Whether there is anything to tell a target: as [`Listing::news`] would, by hashes alone.
    #[must_use]
    pub fn has_news(&self, cursor: Option<&Cursor>, folder: &Folder) -> bool {
        let empty = BTreeMap::new();
        let told = match cursor {
            Some(cursor) if cursor.mark == folder.mark() => &cursor.files,
            None if folder.first_all => &empty,
            _ => return false,
        };
        !self.changed(told).is_empty()
    }

    /// The step that remembers all there is, and tells nothing.
    #[must_use]
    pub fn baseline(&self, id: &CursorId, folder: &Folder) -> CursorMove {
        if folder.first_all {
            return self.step(id, None, folder.mark(), std::iter::empty());
        }
        self.whole(id, folder)
    }

    /// The first step of a target that knows of all there is.
    #[must_use]
    pub fn whole(&self, id: &CursorId, folder: &Folder) -> CursorMove {
        self.step(id, None, folder.mark(), self.files.keys().map(String::as_str))
    }

    /// A cursor as if the target had been told before `since` of every file that is older: for one
    /// that was never told anything. No step is to be made from it.
    #[must_use]
    pub fn older(&self, id: &CursorId, folder: &Folder, since: Timestamp) -> Cursor {
        let older = self.files.iter().filter(|(_, seen)| seen.known.modified < since);
        let files = older.map(|(path, seen)| (path.clone(), seen.known.clone())).collect();
        Cursor { id: id.clone(), version: 0, mark: folder.mark(), files }
    }

    fn step<'p>(
        &self,
        id: &CursorId,
        from: Option<u64>,
        mark: String,
        paths: impl Iterator<Item = &'p str>,
    ) -> CursorMove {
        let (mut files, mut texts, mut size) = (Vec::new(), Vec::new(), 0);
        for path in paths {
            let seen = self.files.get(path);
            files.push((path.to_owned(), seen.map(|seen| seen.known.clone())));
            if let Some((known, text)) = seen.and_then(|s| Some((&s.known, s.text.as_ref()?))) {
                size += text.len();
                if size <= MOST_TEXT {
                    texts.push((known.hash.clone(), Arc::clone(text)));
                }
            }
        }
        CursorMove { id: id.clone(), from, mark, files, texts }
    }

    fn really_there(
        &self,
        told: &BTreeMap<String, KnownFile>,
        telling: &Telling<'_>,
    ) -> Result<(), Diagnostic> {
        if told.len() < MANY || !self.files.is_empty() || !self.unsettled.is_empty() {
            return Ok(());
        }
        let message = text!(
            "{folder} is empty, and held {files} files: is its share mounted?",
            folder = &self.shown,
            files = told.len(),
        );
        let help = text!("if all of them were really deleted, put one file there; it is then told");
        Err(Diagnostic::error(telling.place.clone(), "folder-empty", message).help(help))
    }

    /// Paths that differ from what was told, and are settled.
    fn changed(&self, told: &BTreeMap<String, KnownFile>) -> Vec<String> {
        let paths: BTreeSet<&String> = self.files.keys().chain(told.keys()).collect();
        let differs = |path: &&String| {
            let now = self.files.get(*path).map(|seen| &seen.known.hash);
            now != told.get(*path).map(|known| &known.hash) && !self.is_unsettled(path)
        };
        paths.into_iter().filter(differs).cloned().collect()
    }

    /// A path is unsettled by itself or, when it is gone, with a folder it was in.
    fn is_unsettled(&self, path: &str) -> bool {
        if self.unsettled.contains(path) {
            return true;
        }
        // The folders it was in, outermost first; the top one is `/`.
        let mut folders = path.match_indices('/').map(|(at, _)| &path[..=at]).chain(["/"]);
        !self.files.contains_key(path) && folders.any(|folder| self.unsettled.contains(folder))
    }

    /// The changes people are told: a file with another name is one change, not two.
    fn changes(
        &self,
        changed: &[String],
        told: &BTreeMap<String, KnownFile>,
        texts: &HashMap<String, String>,
        telling: &Telling<'_>,
    ) -> Vec<Change> {
        let renamed = self.renamed(changed, told);
        let former: BTreeSet<&str> = renamed.values().copied().collect();
        let mut changes = Vec::new();
        for path in changed.iter().filter(|path| !former.contains(path.as_str())) {
            let now = self.files.get(path);
            let before = told.get(path);
            let old_text = before.and_then(|known| texts.get(&known.hash)).map(String::as_str);
            let new_text = now.and_then(|seen| {
                let kept = || texts.get(&seen.known.hash).map(String::as_str);
                seen.text.as_deref().or_else(kept)
            });
            let (kind, summary) = match (now, before) {
                (None, _) => (Kind::Removed, String::new()),
                (Some(_), None) => match renamed.get(path.as_str()) {
                    Some(old) => (Kind::Updated, summary::of_rename(telling.language, old)),
                    None => {
                        let document = Document::read(path, new_text);
                        (Kind::Added, summary::of_new(&document.text))
                    }
                },
                (Some(_), Some(_)) => {
                    (Kind::Updated, updated(path, telling.language, old_text, new_text))
                }
            };
            let known = now.map(|seen| &seen.known).or(before);
            let document = Document::read(path, if now.is_some() { new_text } else { old_text });
            let modified = known.map_or(Timestamp::UNIX_EPOCH, |known| known.modified);
            changes.push(Change::new(path, kind, document, modified, summary, telling));
        }
        changes
    }

    /// New paths whose content was at another path that is gone, each with that path. Where
    /// several could be meant, none is.
    fn renamed<'p>(
        &self,
        changed: &'p [String],
        told: &BTreeMap<String, KnownFile>,
    ) -> BTreeMap<&'p str, &'p str> {
        let mut by_hash: HashMap<&str, (Vec<&str>, Vec<&str>)> = HashMap::new();
        for path in changed {
            match (self.files.get(path), told.get(path)) {
                (Some(seen), None) => {
                    by_hash.entry(&seen.known.hash).or_default().0.push(path.as_str());
                }
                (None, Some(known)) => {
                    by_hash.entry(&known.hash).or_default().1.push(path.as_str());
                }
                _ => {}
            }
        }
        let pairs = by_hash.into_values().filter_map(|(new, old)| match (&new[..], &old[..]) {
            ([new], [old]) => Some((*new, *old)),
            _ => None,
        });
        pairs.collect()
    }

    /// What `check` shows a template: each kind of change, made of files that are there.
    #[must_use]
    pub fn sample(&self, telling: &Telling<'_>) -> News {
        const KINDS: [Kind; 3] = [Kind::Added, Kind::Updated, Kind::Removed];
        let mut files = self.files.iter().cycle();
        let mut changes = Vec::new();
        for kind in KINDS {
            let (path, seen) = match files.next() {
                Some((path, seen)) => (path.as_str(), Some(seen)),
                None => ("example.md", None),
            };
            let text = seen.and_then(|seen| seen.text.as_deref());
            let document = Document::read(path, text);
            let modified = seen.map_or(Timestamp::UNIX_EPOCH, |seen| seen.known.modified);
            let summary = match kind {
                Kind::Added => summary::of_new(&document.text),
                Kind::Updated => summary::of_update(telling.language, "", &document.text),
                Kind::Removed => String::new(),
            };
            changes.push(Change::new(path, kind, document, modified, summary, telling));
        }
        let documents = self.files.iter().take(MOST_SAMPLED);
        let documents: Vec<Document> =
            documents.map(|(path, seen)| Document::read(path, seen.text.as_deref())).collect();
        let meta = Meta::of_all(documents.iter().map(|document| &document.meta));
        let changes: Vec<Change> =
            changes.into_iter().map(|change| change.with_meta(meta.clone())).collect();
        let weight = changes.iter().map(Change::weight).sum();
        let changes = changes.into_iter().map(Value::from_object).collect();
        News { changes, weight, step: None, first: false }
    }
}

/// Files whose front matter `check` looks at.
const MOST_SAMPLED: usize = 500;

/// What is said of a changed file.
fn updated(path: &str, language: Language, old: Option<&str>, new: Option<&str>) -> String {
    let (Some(old), Some(new)) = (old, new) else { return summary::of_bytes(language) };
    let (old, new) = (Document::read(path, Some(old)), Document::read(path, Some(new)));
    summary::of_update(language, &old.text, &new.text)
}

#[cfg(test)]
mod tests;
