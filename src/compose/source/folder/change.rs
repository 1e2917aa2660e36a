//! One change, as a template sees it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use jiff::Timestamp;
use minijinja::{
    Value,
    value::{Enumerator, Object},
};
use url::Url;

use super::{Telling, document::Document};
use crate::{
    compose::{render::Due, source::Datum},
    model::language::Language,
};

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Added,
    Updated,
    Removed,
}

impl Kind {
    /// The word templates compare with.
    fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Updated => "updated",
            Self::Removed => "removed",
        }
    }

    /// The word people read.
    fn label(self, language: Language) -> &'static str {
        let words = match language {
            Language::Chinese => ["新增", "更新", "删除"],
            Language::English => ["new", "updated", "removed"],
            Language::Indonesian => ["baru", "diperbarui", "dihapus"],
            Language::Portuguese => ["novo", "atualizado", "removido"],
        };
        match self {
            Self::Added => words[0],
            Self::Updated => words[1],
            Self::Removed => words[2],
        }
    }
}

/// A changed file. Prints its title.
#[derive(Debug)]
pub(super) struct Change {
    path: Arc<str>,
    kind: Kind,
    label: &'static str,
    document: Document,
    modified: Value,
    summary: Arc<str>,
    url: Option<Arc<str>>,
    /// For samples: the front matter of all files.
    meta: Option<Meta>,
}

impl Change {
    const FIELDS: [&'static str; 8] =
        ["path", "title", "change", "label", "modified", "summary", "meta", "text"];
    const WITH_URL: [&'static str; 9] =
        ["path", "title", "change", "label", "modified", "summary", "meta", "text", "url"];

    pub(super) fn new(
        path: &str,
        kind: Kind,
        document: Document,
        modified: Timestamp,
        summary: String,
        telling: &Telling<'_>,
    ) -> Self {
        let modified = modified.to_zoned_datetime(telling.zone.clone());
        Self {
            path: path.into(),
            kind,
            label: kind.label(telling.language),
            document,
            modified: Value::from_object(Due::new(modified)),
            summary: summary.into(),
            url: telling.folder.link.as_deref().map(|link| url(link, path)),
            meta: None,
        }
    }

    pub(super) fn with_meta(self, meta: Meta) -> Self {
        Self { meta: Some(meta), ..self }
    }

    /// About the bytes it takes.
    pub(super) fn weight(&self) -> usize {
        const FIELDS: usize = 20 * 16;
        let texts = [&self.path, &self.summary, &self.document.text].map(|text| text.len());
        FIELDS + texts.iter().sum::<usize>() + self.document.meta.weight()
    }
}

/// The address of a file: the link with the path behind it, each name of it encoded.
fn url(link: &str, path: &str) -> Arc<str> {
    let slash = if link.ends_with(['/', '=', '#', '?']) { "" } else { "/" };
    let whole = format!("{link}{slash}");
    let Ok(mut url) = Url::parse(&whole) else { return format!("{whole}{path}").into() };
    if whole.ends_with('/') && url.query().is_none() && url.fragment().is_none() {
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        return String::from(url).into();
    }
    let encoded: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("{whole}{}", encoded.replace('+', "%20")).into()
}

impl Object for Change {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        Some(match key.as_str()? {
            "path" => Value::from(Arc::clone(&self.path)),
            "title" => Value::from(self.document.title.as_str()),
            "change" => Value::from(self.kind.name()),
            "label" => Value::from(self.label),
            "modified" => self.modified.clone(),
            "summary" => Value::from(Arc::clone(&self.summary)),
            "text" => Value::from(Arc::clone(&self.document.text)),
            "meta" => match &self.meta {
                Some(meta) => Value::from_object(meta.clone()),
                None => Value::from(&self.document.meta),
            },
            "url" => Value::from(Arc::clone(self.url.as_ref()?)),
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.url {
            Some(_) => Enumerator::Str(&Self::WITH_URL),
            None => Enumerator::Str(&Self::FIELDS),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.document.title)
    }
}

/// The front matter of all files of a folder: what `check` holds a template against.
#[derive(Clone, Debug, Default)]
pub(in crate::compose) struct Meta {
    values: BTreeMap<String, Value>,
    /// Keys that some file does not have.
    sometimes: BTreeSet<String>,
    /// Files looked at.
    files: usize,
}

impl Meta {
    pub(super) fn of_all<'d>(all: impl Iterator<Item = &'d Datum>) -> Self {
        let (mut values, mut counts, mut files) = (BTreeMap::new(), BTreeMap::new(), 0_usize);
        for meta in all {
            files += 1;
            for key in meta.keys() {
                *counts.entry(key.to_owned()).or_insert(0_usize) += 1;
                if let Some(value) = meta.get(key) {
                    values.entry(key.to_owned()).or_insert_with(|| Value::from(value));
                }
            }
        }
        let sometimes = counts.into_iter().filter(|(_, count)| *count < files);
        Self { values, sometimes: sometimes.map(|(key, _)| key).collect(), files }
    }

    /// Whether nothing can be said, as there is no file yet.
    pub(in crate::compose) fn is_unknown(&self) -> bool {
        self.files == 0
    }

    /// Whether some file does not have a key.
    pub(in crate::compose) fn may_lack(&self, key: &str) -> bool {
        self.sometimes.contains(key)
    }
}

impl Object for Meta {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.values.get(key.as_str()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.values.keys().map(|key| Value::from(key.as_str())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_file() {
        for (link, path, expected) in [
            ("https://wiki/p/", "a b.md", "https://wiki/p/a%20b.md"),
            ("https://wiki/p", "2026/政策.md", "https://wiki/p/2026/%E6%94%BF%E7%AD%96.md"),
            ("https://wiki/?f=", "a/b&c.md", "https://wiki/?f=a%2Fb%26c.md"),
            ("https://wiki/#", "a b", "https://wiki/#a%20b"),
        ] {
            assert_eq!(&*url(link, path), expected);
        }
    }
}
