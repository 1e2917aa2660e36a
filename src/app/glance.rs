//! What files look like from outside: names, sizes, times. Cheap enough to be looked at each minute
//! and after every event in a watched folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::daemon::world::Watched;

/// No more files are looked at; the rest is taken for unchanged.
const MOST: usize = 100_000;

/// Folders in folders, at most.
const DEEPEST: usize = 16;

/// Everything that is watched, as it looked at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Glance(BTreeMap<PathBuf, Look>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Look {
    size: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

impl Glance {
    /// Looks at these files and folders now. What is not there is not in it.
    pub(super) fn at(watched: &[Watched]) -> Self {
        let mut glance = Self::default();
        for watched in watched {
            match watched {
                Watched::File(file) => glance.file(file),
                Watched::Folder(folder) => glance.folder(folder, DEEPEST),
            }
        }
        glance
    }

    fn folder(&mut self, folder: &Path, deeper: usize) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.take(MOST).flatten() {
            let path = entry.path();
            if self.0.len() >= MOST {
                return;
            }
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            match path.is_dir() {
                true if deeper > 0 && !hidden => self.folder(&path, deeper - 1),
                true => {}
                false => self.file(&path),
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let Ok(metadata) = fs::metadata(path) else { return };
        let modified = metadata.modified().ok();
        let look = Look { size: metadata.len(), modified, inode: inode(&metadata) };
        self.0.insert(path.to_owned(), look);
    }
}

#[cfg(unix)]
fn inode(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_metadata: &fs::Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_goes_or_is_written_looks_different_and_a_neighbour_does_not() {
        let folder = tempfile::tempdir().expect("folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("schedules")).expect("folder");
        fs::write(at("schedules/a.yaml"), "a").expect("write");
        fs::write(at("dingdong.yaml"), "").expect("write");
        let watched = [Watched::File(at("dingdong.yaml")), Watched::Folder(at("schedules"))];
        let look = || Glance::at(&watched);
        let mut before = look();
        fs::write(at("dingdong.log"), "a line").expect("write");
        assert_eq!(look(), before);
        let mut differs = |what: &str| {
            let now = look();
            assert_ne!(now, before, "{what}");
            before = now;
        };
        fs::write(at("schedules/a.yaml"), "longer").expect("write");
        differs("written");
        fs::write(at("schedules/new"), "b").expect("write");
        fs::rename(at("schedules/new"), at("schedules/a.yaml")).expect("rename");
        differs("replaced");
        fs::remove_file(at("dingdong.yaml")).expect("remove");
        differs("gone");
    }
}
