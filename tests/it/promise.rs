//! `docs/promise.md` names a test for every sentence: each of them has to be there.

use std::{fs, path::Path};

/// The tests a page names: `file::name` under `tests/it`, or `src/file.rs::name`.
fn named(page: &str) -> Vec<(String, String)> {
    let ticked = page.split('`').skip(1).step_by(2);
    let tests = ticked.filter_map(|ticked| ticked.split_once("::"));
    let file = |place: &str| match place.strip_suffix(".rs") {
        Some(_) => place.to_owned(),
        None => format!("tests/it/{place}.rs"),
    };
    tests.map(|(place, name)| (file(place), name.to_owned())).collect()
}

/// Whether a source has a test of this name: a function behind a test attribute, or in a `proptest!`.
fn has_test(source: &str, name: &str) -> bool {
    let Some(at) = source.find(&format!("fn {name}(")) else { return false };
    let before = source[..at].trim_end().trim_end_matches("async").trim_end();
    before.ends_with("#[test]") || before.ends_with("#[tokio::test]")
}

#[test]
fn every_sentence_of_the_promise_is_kept_by_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/promise.md")).unwrap();
    let named = named(&page);
    assert!(named.len() > 50, "{named:?}");
    let missing: Vec<_> = named
        .iter()
        .filter(|(file, name)| {
            let source = fs::read_to_string(root.join(file));
            !source.is_ok_and(|source| has_test(&source, name))
        })
        .collect();
    assert!(missing.is_empty(), "docs/promise.md names what does not exist: {missing:#?}");
    // Each row of a table names at least one.
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.contains("| kept by |"));
    let without: Vec<&str> = rows.filter(|row| !row.contains("::")).collect();
    assert!(without.is_empty(), "sentences nobody keeps: {without:#?}");
}
