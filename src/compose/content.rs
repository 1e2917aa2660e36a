//! Files under the content root. No path, link or symlink leads out of it.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read as _,
    path::{Component, Path, PathBuf},
};

use crate::model::diagnostic::{Diagnostic, Place};

/// A file may have so many bytes.
pub(super) const FILE_LIMIT_BYTES: usize = 1024 * 1024;
const FILE_LIMIT: u64 = FILE_LIMIT_BYTES as u64;

/// Where content is read: named roots; the one without a name is called "".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentRoots(BTreeMap<String, PathBuf>);

impl ContentRoots {
    /// Takes the roots over.
    #[must_use]
    pub fn new(roots: BTreeMap<String, PathBuf>) -> Self {
        Self(roots)
    }

    /// Reads a text file: `path` under the root without a name, or `name:path`.
    ///
    /// # Errors
    /// Why not, for the person who wrote `path` at `place`.
    pub(super) fn read(&self, path: &str, place: &Place) -> Result<String, Diagnostic> {
        let wrong = |code, message: String| Diagnostic::error(place.clone(), code, message);
        let (root, inner) = self.resolve(path).map_err(|message| wrong("content-path", message))?;
        let bytes = read_inside(root, inner)
            .map_err(|message| wrong("content-file", format!("`{path}` {message}")))?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(wrong("content-encoding", format!("`{path}` is not UTF-8 text"))
                .help("open it in an editor and save it as UTF-8")),
        }
    }

    fn resolve<'a>(&'a self, path: &'a str) -> Result<(&'a Path, &'a Path), String> {
        let (name, inner) = match path.split_once(':') {
            Some((name, inner)) if self.0.contains_key(name) => (name, inner),
            _ => ("", path),
        };
        let Some(root) = self.0.get(name) else {
            let names: Vec<_> = self.0.keys().map(String::as_str).collect();
            return Err(format!("`{path}` names no content root; there are: {}", names.join(", ")));
        };
        let inner = Path::new(inner);
        let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if !inner.components().all(plain) || path.contains(['\0', '\\']) {
            return Err(format!("`{path}` leads out of the content folder; write a path below it"));
        }
        Ok((root, inner))
    }
}

/// Reads a regular file that really lies inside `root`, within the limit.
fn read_inside(root: &Path, inner: &Path) -> Result<Vec<u8>, String> {
    let root = root.canonicalize().map_err(|error| {
        format!("cannot be read: the content folder {} ({error})", root.display())
    })?;
    let path = root.join(inner).canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("does not exist in the content folder {}", root.display())
        }
        _ => format!("cannot be read: {error}"),
    })?;
    if !path.starts_with(&root) {
        return Err("is a link that leads out of the content folder".to_owned());
    }
    // Looked at before it is opened: opening a pipe would wait for its writer.
    let metadata = path.metadata().map_err(|error| format!("cannot be read: {error}"))?;
    if !metadata.is_file() {
        return Err("is not a file".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(&path)
        .and_then(|file| file.take(FILE_LIMIT + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > FILE_LIMIT {
        let size = metadata.len();
        return Err(format!("has {size} bytes; a content file may have {FILE_LIMIT} at most"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots() -> (tempfile::TempDir, ContentRoots) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("content")).unwrap();
        std::fs::write(folder.path().join("content/a.md"), "\u{feff}您好").unwrap();
        std::fs::write(folder.path().join("content/gbk.md"), b"\xc4\xfa\xba\xc3").unwrap();
        std::fs::write(folder.path().join("secret"), "s").unwrap();
        std::fs::write(folder.path().join("content/big.md"), vec![b'x'; 1024 * 1024 + 1]).unwrap();
        let roots = BTreeMap::from([
            (String::new(), folder.path().join("content")),
            ("hr".to_owned(), folder.path().join("content")),
        ]);
        (folder, ContentRoots::new(roots))
    }

    fn read(roots: &ContentRoots, path: &str) -> Result<String, &'static str> {
        roots.read(path, &Place::default()).map_err(|found| found.code)
    }

    #[test]
    fn files_below_a_root_are_read_and_nothing_else() {
        let (folder, roots) = roots();
        assert_eq!(read(&roots, "a.md").as_deref(), Ok("您好"));
        assert_eq!(read(&roots, "hr:a.md").as_deref(), Ok("您好"));
        assert_eq!(read(&roots, "../secret"), Err("content-path"));
        assert_eq!(read(&roots, "/etc/passwd"), Err("content-path"));
        assert_eq!(read(&roots, "gbk.md"), Err("content-encoding"));
        assert_eq!(read(&roots, "none.md"), Err("content-file"));
        assert_eq!(read(&roots, "big.md"), Err("content-file"));
        assert_eq!(read(&roots, "."), Err("content-file"));
        #[cfg(unix)]
        {
            let inside = folder.path().join("content");
            std::os::unix::fs::symlink(folder.path().join("secret"), inside.join("link")).unwrap();
            std::os::unix::fs::symlink(folder.path(), inside.join("out")).unwrap();
            assert_eq!(read(&roots, "link"), Err("content-file"));
            assert_eq!(read(&roots, "out/secret"), Err("content-file"));
        }
        drop(folder);
    }
}
