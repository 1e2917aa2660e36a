//! Files under the content folders: what `file:` names, and nothing outside of them.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    path::{Component, Path, PathBuf},
};

use crate::model::{
    diagnostic::{Diagnostic, Place, nearest},
    source::Folder,
    text::{Text, Words, text, words},
};

/// Bytes a content file may have.
pub const FILE_LIMIT: u64 = 1024 * 1024;

/// Names of a folder looked at for a suggestion.
const MOST_NAMES: usize = 1_000;

/// The folders content may be read from, by name; a single one has the empty name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentRoots(BTreeMap<String, PathBuf>);

/// A content file that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentFile {
    /// Its path, as people know it.
    pub shown: String,
    /// Its text, without a byte order mark.
    pub text: String,
}

/// A folder under a content folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ContentFolder {
    /// Its path, as people know it.
    pub(super) shown: String,
    /// Its path without links.
    pub(super) real: PathBuf,
    /// The content folder, without links: nothing outside of it is read.
    pub(super) inside: PathBuf,
}

/// Why a file cannot be used: code, message, help.
type Refusal = (&'static str, Text, Text);

impl ContentRoots {
    /// Takes folders by name. One folder whose name is empty is used without a name.
    #[must_use]
    pub fn new(roots: BTreeMap<String, PathBuf>) -> Self {
        Self(roots)
    }

    /// Reads a file by its path as written: `path` under the single folder, or `name:path`.
    ///
    /// # Errors
    /// A finding at `place` (where the path was written): the path leads out of the folder, the
    /// file is missing, no plain file, larger than [`FILE_LIMIT`], or not UTF-8 text.
    pub fn read(&self, written: &str, place: &Place) -> Result<ContentFile, Diagnostic> {
        self.open(written).map_err(|(code, message, help)| {
            Diagnostic::error(place.clone(), code, message).help(help)
        })
    }

    fn open(&self, written: &str) -> Result<ContentFile, Refusal> {
        let (shown, bytes) = self.read_bytes(written, FILE_LIMIT)?;
        let text = decode(&bytes, &shown)?;
        Ok(ContentFile { shown, text })
    }

    /// Reads a file's path, as people know it, and its bytes, whatever they mean.
    ///
    /// # Errors
    /// A finding at `place`: as for [`Self::read`], but for the text.
    pub(super) fn bytes(
        &self,
        written: &str,
        limit: u64,
        place: &Place,
    ) -> Result<(String, Vec<u8>), Diagnostic> {
        self.read_bytes(written, limit).map_err(|(code, message, help)| {
            Diagnostic::error(place.clone(), code, message).help(help)
        })
    }

    fn read_bytes(&self, written: &str, limit: u64) -> Result<(String, Vec<u8>), Refusal> {
        let (root, path) = self.root(written)?;
        let path = inner(path)?;
        let joined = root.join(path);
        let file = open_within(root, &joined).map_err(|trouble| refusal(trouble, root, &joined))?;
        let shown = joined.display().to_string();
        let bytes = read(file, &shown, limit)?;
        Ok((shown, bytes))
    }

    /// A folder by its path as written.
    ///
    /// # Errors
    /// A finding at `place`: the path leads out of the content folder, or names no folder.
    pub(super) fn folder(&self, written: &str, place: &Place) -> Result<ContentFolder, Diagnostic> {
        self.find_folder(written).map_err(|(code, message, help)| {
            Diagnostic::error(place.clone(), code, message).help(help)
        })
    }

    /// Where a folder really is, while it is there.
    #[must_use]
    pub fn real_folder(&self, folder: &Folder) -> Option<PathBuf> {
        self.find_folder(&folder.path).ok().map(|found| found.real)
    }

    fn find_folder(&self, written: &str) -> Result<ContentFolder, Refusal> {
        let (root, path) = self.root(written)?;
        let path = if path.is_empty() { Path::new(".") } else { inner(path)? };
        let joined: PathBuf = root.join(path).components().collect();
        let refuse = |trouble| refusal(trouble, root, &joined);
        let inside = root.canonicalize().map_err(|error| refuse(Trouble::Root(error)))?;
        let real = joined.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => missing(words!("there is no folder {path}"), &joined),
            _ => refuse(Trouble::File(error)),
        })?;
        if !real.starts_with(&inside) {
            return Err(refuse(Trouble::Outside));
        }
        if !real.is_dir() {
            let path = joined.display().to_string();
            let message = text!("{path} is a file, not a folder", path = path);
            let help = text!("name the folder it is in, and the file with `pattern`");
            return Err(("content-kind", message, help));
        }
        Ok(ContentFolder { shown: joined.display().to_string(), real, inside })
    }

    /// The folder a path is under, and the rest of it.
    fn root<'p>(&self, written: &'p str) -> Result<(&Path, &'p str), Refusal> {
        let (name, path) = written.split_once(':').unwrap_or(("", written));
        if let Some(root) = self.0.get(name) {
            return Ok((root, path));
        }
        let names: Vec<&str> =
            self.0.keys().map(String::as_str).filter(|n| !n.is_empty()).collect();
        let help = match nearest(name, names.iter().copied()) {
            _ if names.is_empty() => {
                text!(
                    "there is one content folder: write a path inside it, such as notices/policy.md"
                )
            }
            Some(near) => text!("did you mean `{word}`?", word = format!("{near}:{path}")),
            None => text!("write `name:path`; the folders are: {names}", names = names.join(", ")),
        };
        let message = match name {
            "" => {
                text!("`{path}` does not say which content folder it is in", path = written)
            }
            _ => text!("there is no content folder `{root}`", root = name),
        };
        Err(("content-path", message, help))
    }
}

/// Checks that a written path stays inside by its very words.
fn inner(path: &str) -> Result<&Path, Refusal> {
    let refuse = |why: Words| {
        let path = path.escape_debug().to_string();
        let help = text!("write a path inside the content folder, such as notices/policy.md");
        Err(("content-path", text!("`{path}` {why}", path = path, why = why), help))
    };
    if path.trim().is_empty() {
        return refuse(words!("is no path"));
    }
    if path.contains(char::is_control) {
        return refuse(words!("holds a control character"));
    }
    if path.contains('\\') {
        return refuse(words!("is written with backslashes; write / between folders"));
    }
    let as_path = Path::new(path);
    match as_path
        .components()
        .find(|part| !matches!(part, Component::Normal(_) | Component::CurDir))
    {
        None => Ok(as_path),
        Some(Component::ParentDir) => refuse(words!("leads upwards with `..`")),
        Some(_) => refuse(words!("begins at the root of the disk")),
    }
}

/// What can go wrong on the way to a file.
enum Trouble {
    /// The folder itself.
    Root(io::Error),
    /// The file.
    File(io::Error),
    /// A link on the way leads out of the folder.
    Outside,
    /// Something else than a file stands there.
    Kind(Words),
}

/// Opens a plain file inside a folder. Links are followed first and must end inside; a file put
/// in another's place between the look and the opening is noticed by its identity.
fn open_within(root: &Path, path: &Path) -> Result<File, Trouble> {
    let root = root.canonicalize().map_err(Trouble::Root)?;
    let real = path.canonicalize().map_err(Trouble::File)?;
    if !real.starts_with(&root) {
        return Err(Trouble::Outside);
    }
    let seen = fs::symlink_metadata(&real).map_err(Trouble::File)?;
    plain(&seen)?;
    let file = open(&real).map_err(Trouble::File)?;
    let opened = file.metadata().map_err(Trouble::File)?;
    plain(&opened)?;
    // Once more, now that the file is held: it must still be the one that stands inside.
    let again = path.canonicalize().map_err(Trouble::File)?;
    let held = fs::symlink_metadata(&again).map_err(Trouble::File)?;
    if !again.starts_with(&root) || !same(&opened, &held) {
        return Err(Trouble::Outside);
    }
    Ok(file)
}

fn plain(found: &fs::Metadata) -> Result<(), Trouble> {
    match found.file_type() {
        kind if kind.is_file() => Ok(()),
        kind if kind.is_dir() => Err(Trouble::Kind(words!("a folder"))),
        kind if kind.is_symlink() => Err(Trouble::Outside),
        _ => Err(Trouble::Kind(words!("a pipe or a device"))),
    }
}

/// Opens without following a last link and without waiting for a pipe's other end.
#[cfg(unix)]
pub(super) fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
fn same(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn same(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}

fn refusal(trouble: Trouble, root: &Path, path: &Path) -> Refusal {
    let (shown, folder) = (path.display().to_string(), root.display().to_string());
    match trouble {
        Trouble::Outside => (
            "content-outside",
            text!(
                "{path} is a link that leads out of the content folder {folder}",
                path = shown,
                folder = folder,
            ),
            text!("put the file itself into the content folder"),
        ),
        Trouble::Kind(kind) => (
            "content-kind",
            text!("{path} is {kind}, not a file", path = shown, kind = kind),
            text!("name a text file"),
        ),
        Trouble::Root(error) => (
            "content-folder",
            text!(
                "the content folder {folder} cannot be read: {why}",
                folder = folder,
                why = error.to_string(),
            ),
            text!("create it, or correct `content:` in the settings"),
        ),
        Trouble::File(error) if error.kind() == io::ErrorKind::NotFound => {
            missing(words!("there is no file {path}"), path)
        }
        Trouble::File(error) => (
            UNREADABLE,
            unread(&shown, &error),
            text!("give the service's user the right to read it"),
        ),
    }
}

/// The code of what is there and cannot be read.
const UNREADABLE: &str = "content-unreadable";

fn unread(shown: &str, error: &io::Error) -> Text {
    text!("{path} cannot be read: {why}", path = shown, why = error.to_string())
}

fn missing(message: Words, path: &Path) -> Refusal {
    let help = match neighbour(path) {
        Some(name) => text!("did you mean `{word}`?", word = name),
        None => text!("check the spelling, or put the file there"),
    };
    let message = Text::from(message).filled("path", path.display().to_string());
    ("content-missing", message, help)
}

/// The file in the same folder whose name is nearest.
fn neighbour(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let names: Vec<String> = fs::read_dir(path.parent()?)
        .ok()?
        .take(MOST_NAMES)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    nearest(wanted, names.iter().map(String::as_str)).map(str::to_owned)
}

fn read(file: File, shown: &str, limit: u64) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let length = file.metadata().map_or(0, |found| found.len());
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| {
        (UNREADABLE, unread(shown, &error), text!("check the disk and the share it is on"))
    })?;
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if read > limit {
        let message = text!(
            "{path} has {bytes} bytes; the limit is {limit}",
            path = shown,
            bytes = length.max(read),
            limit = limit,
        );
        return Err(("content-too-large", message, text!("shorten it, or split it")));
    }
    Ok(bytes)
}

/// The text of UTF-8 bytes, without a byte order mark.
fn decode(bytes: &[u8], shown: &str) -> Result<String, Refusal> {
    let refuse = |what: Text| {
        let help = text!("save it as UTF-8: in Windows Notepad, Save As, Encoding: UTF-8");
        Err(("content-encoding", text!("{path} is {what}", path = shown, what = what), help))
    };
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            return refuse(text!("encoded as UTF-16, not as UTF-8"));
        }
        _ if bytes.contains(&0) => return refuse(text!("no text file")),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
            let (_, _, broken) = encoding_rs::GB18030.decode(bytes);
            match broken {
                false => refuse(text!("encoded as GBK (GB18030), not as UTF-8")),
                true => refuse(text!("not UTF-8 text: see line {line}", line = line)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place { file: "policy.yaml".into(), line: 5, column: 11, length: 9 }
    }

    /// A folder `content` with a few files, beside a file that is none of its business.
    fn folder() -> (tempfile::TempDir, ContentRoots) {
        let dir = tempfile::tempdir().unwrap();
        let content = dir.path().join("content");
        fs::create_dir_all(content.join("notices")).unwrap();
        fs::write(content.join("notices/policy.md"), "\u{feff}政策\r\n").unwrap();
        fs::write(content.join("gbk.md"), [0xd5, 0xfe, 0xb2, 0xdf]).unwrap();
        fs::write(content.join("broken.md"), b"a\nb\xff\xff").unwrap();
        fs::write(content.join("utf16.md"), b"\xff\xfea\0").unwrap();
        fs::write(content.join("binary.md"), b"a\0b").unwrap();
        fs::write(content.join("full.md"), vec![b'a'; 1 << 20]).unwrap();
        fs::write(content.join("over.md"), vec![b'a'; (1 << 20) + 1]).unwrap();
        fs::write(dir.path().join("secret.txt"), "secret").unwrap();
        let roots = ContentRoots::new(BTreeMap::from([(String::new(), content)]));
        (dir, roots)
    }

    fn code(roots: &ContentRoots, path: &str) -> Result<usize, &'static str> {
        roots.read(path, &place()).map(|file| file.text.len()).map_err(|found| {
            assert_eq!(found.place, place());
            assert!(found.help.is_some(), "{found}");
            found.code
        })
    }

    #[test]
    fn files_are_read_or_the_reason_is_named() {
        let (_dir, roots) = folder();
        for (path, expected) in [
            ("notices/policy.md", Ok(8)),
            ("./notices/./policy.md", Ok(8)),
            ("full.md", Ok(1 << 20)),
            ("over.md", Err("content-too-large")),
            ("gbk.md", Err("content-encoding")),
            ("utf16.md", Err("content-encoding")),
            ("binary.md", Err("content-encoding")),
            ("broken.md", Err("content-encoding")),
            ("notices", Err("content-kind")),
            ("none.md", Err("content-missing")),
            ("notices/policy.md/x", Err("content-unreadable")),
            ("", Err("content-path")),
            ("/etc/passwd", Err("content-path")),
            ("../secret.txt", Err("content-path")),
            ("notices/../../secret.txt", Err("content-path")),
            ("notices\\policy.md", Err("content-path")),
            ("C:\\policy.md", Err("content-path")),
            ("hr:policy.md", Err("content-path")),
            ("a\0b", Err("content-path")),
        ] {
            assert_eq!(code(&roots, path), expected, "{path:?}");
        }
        let message = |path: &str| roots.read(path, &place()).unwrap_err().to_string();
        assert!(message("over.md").contains("1048577 bytes; the limit is 1048576"));
        assert!(message("gbk.md").contains("GBK"));
        assert!(message("broken.md").contains("line 2"));
        assert!(message("notices/polcy.md").contains("did you mean `policy.md`"));
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_and_no_pipe_blocks() {
        use std::os::unix::fs::symlink;
        let (dir, roots) = folder();
        let content = dir.path().join("content");
        symlink(dir.path().join("secret.txt"), content.join("file.md")).unwrap();
        symlink("../secret.txt", content.join("relative.md")).unwrap();
        symlink(dir.path(), content.join("out")).unwrap();
        symlink("loop.md", content.join("loop.md")).unwrap();
        symlink("nothing.md", content.join("dangling.md")).unwrap();
        symlink("notices/policy.md", content.join("inside.md")).unwrap();
        symlink(&content, dir.path().join("alias")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            content.join("pipe.md"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
        for (path, expected) in [
            ("file.md", Err("content-outside")),
            ("relative.md", Err("content-outside")),
            ("out/secret.txt", Err("content-outside")),
            ("loop.md", Err("content-unreadable")),
            ("dangling.md", Err("content-missing")),
            ("pipe.md", Err("content-kind")),
            ("inside.md", Ok(8)),
        ] {
            assert_eq!(code(&roots, path), expected, "{path}");
        }
        let alias = ContentRoots::new([(String::new(), dir.path().join("alias"))].into());
        assert_eq!(code(&alias, "notices/policy.md"), Ok(8));
        assert_eq!(code(&alias, "file.md"), Err("content-outside"));
    }

    #[test]
    fn named_folders_are_told_apart() {
        let (dir, _) = folder();
        let content = dir.path().join("content");
        let named = |name: &str, path: PathBuf| (name.to_owned(), path);
        let roots = ContentRoots::new(
            [named("hr", content.clone()), named("gone", dir.path().join("gone"))].into(),
        );
        assert_eq!(code(&roots, "hr:notices/policy.md"), Ok(8));
        assert_eq!(code(&roots, "gone:policy.md"), Err("content-folder"));
        assert_eq!(code(&roots, "notices/policy.md"), Err("content-path"));
        let found = roots.read("hrr:policy.md", &place()).unwrap_err();
        assert!(found.to_string().contains("did you mean `hr:policy.md`?"), "{found}");
    }
}
