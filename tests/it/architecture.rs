//! Who may import whom, how long a file may be: the house rules that can be read from `src/`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

const ARROWS: [&str; 5] = ["catalog", "plan", "compose", "outbox", "send"];

/// Each top-level module with the modules of ours it may import. A module without a row fails:
/// adding a wing is a decision.
fn table() -> BTreeMap<&'static str, Vec<&'static str>> {
    let with_arrows = |more: &[&'static str]| [&ARROWS, more].concat();
    BTreeMap::from([
        ("model", vec![]),
        ("clock", vec![]),
        ("door", vec![]),
        ("http", vec!["model"]),
        ("smtp", vec!["model", "http"]),
        ("yaml", vec!["model"]),
        ("sheet", vec!["model"]),
        ("catalog", vec!["model", "yaml", "sheet"]),
        ("plan", vec!["model"]),
        ("outbox", vec!["model"]),
        ("compose", vec!["model", "http", "yaml", "sheet"]),
        ("send", vec!["model", "http", "smtp"]),
        ("daemon", with_arrows(&["model", "clock", "http", "smtp", "door"])),
        ("settings", vec!["model", "yaml", "sheet"]),
        ("telemetry", vec!["settings", "clock"]),
        (
            "app",
            with_arrows(&[
                "model",
                "clock",
                "http",
                "smtp",
                "yaml",
                "daemon",
                "settings",
                "telemetry",
            ]),
        ),
        ("cli", with_arrows(&["model", "clock", "yaml", "settings", "telemetry", "daemon", "app"])),
        // main.rs and lib.rs hold no logic.
        ("main", vec!["cli"]),
        ("lib", vec![]),
    ])
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    sources(&root(), &mut found);
    found.sort();
    assert!(found.len() > 20, "the sources were not found");
    let relative = |path: &PathBuf| path.strip_prefix(root()).unwrap().to_path_buf();
    found.iter().map(|path| (relative(path), fs::read_to_string(path).unwrap())).collect()
}

/// What stands before the file's own unit tests.
fn before_tests(text: &str) -> &str {
    text.find("#[cfg(test)]").map_or(text, |end| &text[..end])
}

/// The top-level modules a file names after `crate::`, also inside braces.
fn imports(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.push(word(rest)),
            Some(list) => found.extend(top_level(list).iter().map(|item| word(item.trim_start()))),
        }
    }
    found
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The items of a brace list, up to its end, not looking inside nested braces.
fn top_level(list: &str) -> Vec<String> {
    let (mut depth, mut items, mut item) = (0, Vec::new(), String::new());
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(std::mem::take(&mut item)),
            _ if depth == 0 => item.push(c),
            _ => {}
        }
    }
    items.push(item);
    items.retain(|item| !item.trim().is_empty());
    items
}

#[test]
fn modules_import_only_what_the_table_allows() {
    let table = table();
    let mut wrong = Vec::new();
    for (path, text) in all_sources() {
        let first = path.iter().next().unwrap().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        let Some(allowed) = table.get(module.as_str()) else {
            wrong.push(format!(
                "{module} has no row in the import table: adding a wing is a decision"
            ));
            continue;
        };
        for import in imports(before_tests(&text)) {
            if import != module && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{} imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_daemon_names_no_vendor_and_no_database() {
    let named: Vec<_> = all_sources()
        .iter()
        .filter(|(path, _)| path.starts_with("daemon") || path == Path::new("daemon.rs"))
        .flat_map(|(path, text)| {
            ["sqlite", "postgres", "dingtalk"]
                .into_iter()
                .filter(|name| before_tests(text).to_lowercase().contains(name))
                .map(|name| format!("{} names {name}", path.display()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(named.is_empty(), "{}", named.join("\n"));
}

#[test]
fn files_stay_short_enough_to_be_read() {
    let too_long: Vec<_> = all_sources()
        .iter()
        .filter_map(|(path, text)| {
            let robot = path.starts_with("send");
            let limit = if robot { 200 } else { 400 };
            let lines = before_tests(text).lines().count();
            (lines > limit).then(|| format!("{}: {lines} lines, {limit} allowed", path.display()))
        })
        .collect();
    assert!(too_long.is_empty(), "{}", too_long.join("\n"));
}

/// Whether a bare piece of English begins there, and no sentence with a row in each language.
fn is_bare(text: &str) -> bool {
    let text = text.trim_start();
    let literal = text.strip_prefix('"').and_then(|rest| rest.split('"').next());
    text.starts_with("format!(") || literal.is_some_and(|literal| literal.contains(' '))
}

/// The lines on which a finding is given words that are told in English alone.
fn bare_words(code: &str) -> Vec<usize> {
    let made = ["Flaw::new(", "Diagnostic::error(", "Diagnostic::warning(", "Diagnostic::note("];
    let helps = code.match_indices(".help(").map(|(at, call)| (at, &code[at + call.len()..]));
    let messages = made.iter().flat_map(|call| {
        code.match_indices(call).filter_map(|(at, call)| {
            let arguments = code[at + call.len()..].split([';', '}']).next()?;
            // The code comes first, in quotes.
            Some((at, arguments.split_once("\",")?.1))
        })
    });
    let bare = helps.chain(messages).filter(|(_, words)| is_bare(words));
    bare.map(|(at, _)| 1 + code[..at].matches('\n').count()).collect()
}

#[test]
fn what_is_wrong_is_told_in_sentences_that_every_language_has() {
    let found: Vec<_> = all_sources()
        .iter()
        .flat_map(|(path, text)| {
            let lines = bare_words(before_tests(text)).into_iter();
            lines.map(|line| format!("{}:{line}", path.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "say it with `text!`: {}", found.join(", "));
    let english = "Flaw::new(\"code\", \"it is wrong\")\n.help(format!(\"write {x}\"))";
    assert_eq!(bare_words(english), [2, 1]);
    let sentences = "Flaw::new(\"code\", text!(\"it is wrong\")).help(text!(\"write {x}\", x = x))";
    assert_eq!(bare_words(sentences), [0; 0]);
}

#[test]
fn no_module_is_a_drawer_for_everything() {
    let drawers =
        ["util", "utils", "common", "types", "helpers", "helper", "manager", "core", "mod"];
    let found: Vec<_> = all_sources()
        .iter()
        .filter(|(path, _)| drawers.contains(&path.file_stem().unwrap().to_str().unwrap()))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_nested_lists() {
    let text = "use crate::{\n    model::{a, b},\n    plan,\n};\nfn f() { crate::http::x() }\n";
    assert_eq!(imports(text), ["model", "plan", "http"]);
}
