//! `on change of FOLDER`: which source tells what changed in it.

use crate::model::{
    diagnostic::Place,
    reminder::OnChange,
    source::{DataSource, Folder, SourceKind},
};

/// What templates call the changes when the reminder names no source for them.
const USUAL_NAME: &str = "changes";

/// A folder whose change a reminder waits for, and where that was written.
pub(super) type Waited = (String, Place);

/// Finds the source of each folder among a reminder's own, or adds one. One that is added is called
/// `changes`; when that is taken, or there are several, it has a name no template can write.
pub(super) fn sources(folders: Vec<Waited>, data: &mut Vec<DataSource>) -> Vec<OnChange> {
    let mut found: Vec<OnChange> = Vec::new();
    for (folder, place) in folders {
        let own = data.iter().filter(|source| is_about(source, &folder));
        let mut names: Vec<String> = own.map(|source| source.name.clone()).collect();
        if names.is_empty() {
            let taken = data.iter().any(|source| source.name == USUAL_NAME);
            let name = if taken { format!("on change of {folder}") } else { USUAL_NAME.to_owned() };
            data.push(added(name.clone(), &folder, place));
            names.push(name);
        }
        if found.iter().all(|known| plain(&known.folder) != plain(&folder)) {
            found.push(OnChange { folder, sources: names });
        }
    }
    found
}

fn added(name: String, folder: &str, place: Place) -> DataSource {
    let folder =
        Folder { path: folder.to_owned(), patterns: Vec::new(), link: None, first_all: false };
    DataSource { name, place, optional: false, kind: SourceKind::Folder(folder) }
}

fn is_about(source: &DataSource, folder: &str) -> bool {
    matches!(&source.kind, SourceKind::Folder(own) if plain(&own.path) == plain(folder))
}

/// A path without what does not change where it leads.
fn plain(path: &str) -> &str {
    path.trim_start_matches("./").trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place { file: "a.yaml".into(), line: 3, column: 11, length: 1 }
    }

    fn named(data: &[DataSource]) -> Vec<&str> {
        data.iter().map(|source| source.name.as_str()).collect()
    }

    #[test]
    fn the_reminders_own_source_tells_what_changed() {
        let mut data = vec![
            added("news".into(), "policies/", place()),
            added("forms".into(), "forms", place()),
        ];
        let found = sources(vec![("./policies".into(), place())], &mut data);
        assert_eq!(found, [OnChange { folder: "./policies".into(), sources: vec!["news".into()] }]);
        assert_eq!(named(&data), ["news", "forms"]);
    }

    #[test]
    fn without_one_it_is_added() {
        let mut data = Vec::new();
        let waited = ["policies/", "policies", "hr:forms"].map(|folder| (folder.into(), place()));
        let found = sources(waited.into(), &mut data);
        assert_eq!(named(&data), ["changes", "on change of hr:forms"]);
        let folders: Vec<_> = found.iter().map(|one| one.folder.as_str()).collect();
        assert_eq!(folders, ["policies/", "hr:forms"]);
    }
}
