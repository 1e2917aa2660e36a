//! A data source: what a reminder's templates can name besides what is always there.

use super::{
    diagnostic::Place,
    secret::{Confided, SecretRef},
};

/// A named source of a reminder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DataSource {
    /// What templates call it.
    pub name: String,
    /// Where its path or address was written.
    pub place: Place,
    /// When it fails, its name is absent instead of the occurrence failing.
    pub optional: bool,
    /// Where the value comes from.
    pub kind: SourceKind,
}

/// Where a source's value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A file under the content folder, read whole each time.
    File {
        /// As written: a path under the content folder, or `name:path`.
        path: String,
        /// How it is read.
        format: DataFormat,
    },
    /// What changed in a folder since it was last told.
    Folder(Folder),
    /// An address that is asked each time.
    Http(Http),
    /// What became of everything that was due in a span, in words: `last month`.
    Report(String),
}

/// How the bytes of a source become a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DataFormat {
    /// Rows by the names of the first line.
    Csv {
        /// Columns whose cells stay text, whatever they look like.
        text: Vec<String>,
    },
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// The text itself.
    Text,
}

/// A folder whose changes are told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Folder {
    /// As written: a path under the content folder, or `name:path`.
    pub path: String,
    /// Only files that fit one of these, e.g. `*.md` or `2026/**/*.docx`; with none, every file.
    pub patterns: Vec<String>,
    /// Stands before a file's path in its `url`.
    pub link: Option<String>,
    /// The first run tells every file as added; otherwise it only remembers them.
    pub first_all: bool,
}

impl Folder {
    /// Which files it is about, as text: when this changes, what was told of it before says
    /// nothing any more.
    #[must_use]
    pub fn mark(&self) -> String {
        let patterns = self.patterns.iter().map(|pattern| format!("\n{pattern}"));
        std::iter::once(self.path.clone()).chain(patterns).collect()
    }
}

/// An address that is asked each time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Http {
    /// The whole address.
    pub url: Confided,
    /// Header names, in small letters, and values.
    pub headers: Vec<(String, Confided)>,
    /// How the answer is read; none goes by its content type.
    pub format: Option<DataFormat>,
}

impl Http {
    /// The secrets that its headers send along.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretRef> {
        self.headers.iter().filter_map(|(_, value)| match value {
            Confided::Plain(_) => None,
            Confided::Secret { reference, .. } => Some(reference),
        })
    }
}
