//! Cursors: what a target was last told of a folder.

use std::{collections::BTreeMap, fmt, sync::Arc};

use jiff::Timestamp;

use super::{reminder::ReminderId, target::TargetId};

/// Whose cursor it is: one for each reminder, source and target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CursorId {
    /// Whose source.
    pub reminder: ReminderId,
    /// The source's name.
    pub source: String,
    /// Who is told.
    pub target: TargetId,
}

impl fmt::Display for CursorId {
    /// As text: `policy-news/changes/hr-group`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.reminder, self.source, self.target)
    }
}

/// A file as a target was last told of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KnownFile {
    /// Of its bytes: SHA-256, 64 lowercase hexadecimal digits.
    pub hash: String,
    /// When it was changed, by its file system.
    pub modified: Timestamp,
}

/// What a target was last told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Whose.
    pub id: CursorId,
    /// Counts its moves, from 1.
    pub version: u64,
    /// Which files it is about: [`super::source::Folder::mark`].
    pub mark: String,
    /// Every file that was there, by its path inside the folder.
    pub files: BTreeMap<String, KnownFile>,
}

/// One step of a cursor. It is made only from the version it was reckoned from: of two messages
/// about the same change, one is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorMove {
    /// Whose.
    pub id: CursorId,
    /// The version it was reckoned from; none when there was no cursor yet.
    pub from: Option<u64>,
    /// Which files it is about; when this differs from the cursor's, all of `files` is new.
    pub mark: String,
    /// Files that are there now, and differ; none for a file that is gone.
    pub files: Vec<(String, Option<KnownFile>)>,
    /// Texts of files by their hash, so that the next change can say what it changed.
    pub texts: Vec<(String, Arc<str>)>,
}
