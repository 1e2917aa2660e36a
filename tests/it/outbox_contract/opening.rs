//! Opening: what can be wrong with a store, said so that the reader knows what to do.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use dingdong::outbox::{
    Fate, OpenError, OpenMode, Outbox, ServiceLock, StoreError, service_running,
};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{Database, Place, at, directly, due, mark, on_every_database, row, runtime};

/// The reason why a SQLite store cannot be opened.
fn refusal(path: &Path, mode: OpenMode) -> (OpenError, String) {
    let error = runtime().block_on(Outbox::open(path, mode)).map(drop).unwrap_err();
    let sentence = error.to_string();
    assert!(sentence.contains(&path.display().to_string()), "{sentence}");
    (error, sentence)
}

fn sqlite() -> Place {
    Place::new(Database::Sqlite)
}

fn with_store() -> Place {
    let place = sqlite();
    runtime().block_on(async { place.open().await.close().await });
    place
}

#[test]
fn a_store_is_made_for_its_user_alone() {
    let place = sqlite();
    let path = place.folder.path().join("deep/er/store.db");
    let outbox = runtime().block_on(Outbox::open(&path, OpenMode::Write)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    outbox.nudge().unwrap();
    assert_eq!(mode(&Outbox::nudge_path(&path)), 0o600);
    drop(outbox);
    // Nothing in the folder can be read by others: the write-ahead log holds the messages too.
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        let entry = entry.unwrap().path();
        assert_eq!(mode(&entry) & 0o077, 0, "{}", entry.display());
    }
}

#[test]
fn looking_creates_nothing_and_writes_nothing() {
    let place = sqlite();
    let (error, _) = refusal(&place.path(), OpenMode::Read);
    assert!(matches!(error, OpenError::Missing { .. }));
    assert_eq!(fs::read_dir(place.folder.path()).unwrap().count(), 0);
    on_every_database(async |place| {
        place.open().await.close().await;
        let reader = Outbox::open(&place.path(), OpenMode::Read).await.unwrap();
        assert!(reader.watermarks().await.unwrap().is_empty());
        let refused = reader.plan(&[row(&due("a", 0), Fate::Planned)], &[], at(0)).await;
        assert!(matches!(refused, Err(StoreError::ReadOnly)));
    });
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    on_every_database(async |place| {
        let first = place.open().await;
        first.plan(&[row(&due("a", 0), Fate::Planned)], &[mark("a", 0)], at(0)).await.unwrap();
        // A crash: nobody closes it.
        std::mem::forget(first);
        let second = place.open().await;
        assert_eq!(second.watermarks().await.unwrap(), [mark("a", 0)]);
        assert_eq!(second.planned(at(0), 10).await.unwrap().len(), 1);
    });
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let place = with_store();
    let path = place.path();
    runtime().block_on(async {
        let mut direct = directly(&path).await;
        sqlx::query("UPDATE store_version SET version = 999").execute(&mut direct).await.unwrap();
        direct.close().await.unwrap();
    });
    let before = fs::read(&path).unwrap();
    for mode in [OpenMode::Write, OpenMode::Read] {
        let (error, sentence) = refusal(&path, mode);
        assert!(matches!(error, OpenError::NewerVersion { found: 999, .. }), "{error:?}");
        assert!(sentence.contains("install the newer program"), "{sentence}");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn another_programs_file_is_left_alone() {
    let place = sqlite();
    let path = place.path();
    fs::write(&path, "dear diary, today I am a text file and no database at all\n").unwrap();
    let (error, sentence) = refusal(&path, OpenMode::Write);
    assert!(matches!(error, OpenError::NotAStore { .. }), "{error:?}");
    assert!(sentence.contains("not a dingdong store"), "{sentence}");
    assert!(fs::read_to_string(&path).unwrap().starts_with("dear diary"));

    let foreign = place.folder.path().join("foreign.db");
    runtime().block_on(async {
        let mut direct = SqliteConnection::connect_with(
            &SqliteConnectOptions::new().filename(&foreign).create_if_missing(true),
        )
        .await
        .unwrap();
        sqlx::query("CREATE TABLE theirs (x)").execute(&mut direct).await.unwrap();
        direct.close().await.unwrap();
    });
    let (error, _) = refusal(&foreign, OpenMode::Write);
    assert!(matches!(error, OpenError::NotAStore { .. }), "{error:?}");
}

#[test]
fn a_damaged_store_is_named_as_such() {
    let place = with_store();
    let path = place.path();
    let mut bytes = fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(100) {
        *byte = 0xA5;
    }
    fs::write(&path, bytes).unwrap();
    let (error, sentence) = refusal(&path, OpenMode::Write);
    assert!(matches!(error, OpenError::NotAStore { .. }), "{error:?}");
    assert!(sentence.contains("restore it from a backup"), "{sentence}");
}

#[test]
fn a_store_that_cannot_be_written_is_read_only() {
    if am_root() {
        // Permissions do not stop root; the next test is about root.
        return;
    }
    let place = with_store();
    fs::set_permissions(place.path(), Permissions::from_mode(0o400)).unwrap();
    let (error, sentence) = refusal(&place.path(), OpenMode::Write);
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error:?}");
    assert!(sentence.contains("writable"), "{sentence}");
}

#[test]
fn another_users_store_is_refused_with_the_right_command() {
    if !am_root() {
        // Only root can give a file away.
        return;
    }
    let place = with_store();
    std::os::unix::fs::chown(place.path(), Some(54_321), None).unwrap();
    for mode in [OpenMode::Write, OpenMode::Read] {
        let (error, sentence) = refusal(&place.path(), mode);
        assert!(matches!(error, OpenError::OtherUser { .. }), "{error:?}");
        assert!(sentence.contains("the user #54321"), "{sentence}");
    }
}

fn am_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn a_path_that_cannot_be_made_says_why() {
    let place = sqlite();
    let file = place.folder.path().join("file");
    fs::write(&file, "").unwrap();
    let (error, sentence) = refusal(&file.join("store.db"), OpenMode::Write);
    assert!(matches!(error, OpenError::CannotCreate { .. }), "{error:?}");
    assert!(sentence.contains("Not a directory"), "{sentence}");
}

#[test]
fn one_service_at_a_time() {
    let place = with_store();
    let path = place.path();
    assert!(!service_running(&path));
    let service = ServiceLock::acquire(&path).unwrap();
    assert!(service_running(&path));
    let refused = ServiceLock::acquire(&path).map(drop).unwrap_err().to_string();
    assert!(refused.contains("already running"), "{refused}");
    assert!(refused.contains("store.db"), "{refused}");
    drop(service);
    assert!(!service_running(&path));
    ServiceLock::acquire(&path).unwrap();
}
