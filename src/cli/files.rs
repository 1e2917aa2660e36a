//! Files that commands write for people: whole or not at all, and never over what somebody has.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::Path,
};

/// Writes a new file; its folder is made. Says whether it was written: one that is there is left
/// as it is.
pub(super) fn create(path: &Path, text: &str) -> io::Result<bool> {
    make_folder_of(path)?;
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error),
    };
    let written = file.write_all(text.as_bytes());
    if written.is_err() {
        // Half a file helps nobody; the failure is said in any case.
        drop(fs::remove_file(path));
    }
    written.map(|()| true)
}

/// Writes a file of the program's own over the one of before.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(());
    }
    make_folder_of(path)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, text)?;
    fs::rename(&beside, path)
}

fn make_folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a/b.yaml");
        assert!(create(&path, "one").expect("write"));
        assert!(!create(&path, "two").expect("look"));
        assert_eq!(fs::read_to_string(&path).expect("read"), "one");
        replace(&path, "three").expect("replace");
        assert_eq!(fs::read_to_string(&path).expect("read"), "three");
        assert_eq!(fs::read_dir(folder.path().join("a")).expect("folder").count(), 1);
    }
}
