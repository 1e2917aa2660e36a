//! What we say, in Chinese: each sentence under its English text. The gaps are the same.

mod alerts;
mod calendars;
mod check;
mod commands;
mod compose;
mod data;
mod doctor;
mod editors;
mod imports;
mod network;
mod people;
mod phrases;
mod records;
mod rehearsals;
mod reports;
mod robots;
mod schedules;
mod screens;
mod service;
mod settings;
mod sheet;
mod sources;
mod starting;
mod templates;
mod yaml;

use std::{collections::HashMap, sync::LazyLock};

/// English and Chinese.
type Row = (&'static str, &'static str);

/// Every table, one for each part of the program.
const TABLES: &[&[Row]] = &[
    alerts::ROWS,
    calendars::ROWS,
    phrases::ROWS,
    commands::ROWS,
    compose::ROWS,
    data::ROWS,
    records::ROWS,
    robots::ROWS,
    check::ROWS,
    editors::ROWS,
    doctor::ROWS,
    imports::ROWS,
    network::ROWS,
    people::ROWS,
    reports::ROWS,
    rehearsals::ROWS,
    schedules::ROWS,
    screens::ROWS,
    service::ROWS,
    settings::ROWS,
    sheet::ROWS,
    sources::ROWS,
    starting::ROWS,
    templates::ROWS,
    yaml::ROWS,
];

static ROWS: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| TABLES.iter().flat_map(|rows| rows.iter().copied()).collect());

/// The sentence as it stands in the table.
pub(super) fn key(english: &str) -> Option<&'static str> {
    ROWS.get_key_value(english).map(|(key, _)| *key)
}

/// A sentence in Chinese.
pub(super) fn of(english: &str) -> Option<&'static str> {
    ROWS.get(english).copied()
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use super::*;

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("sources") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }

    /// The string literal a text begins with, as the compiler reads it.
    fn literal(text: &str) -> Option<String> {
        let mut chars = text.trim_start().strip_prefix('"')?.chars().peekable();
        let mut literal = String::new();
        loop {
            match chars.next()? {
                '"' => return Some(literal),
                '\\' => match chars.next()? {
                    '\n' => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                    'n' => literal.push('\n'),
                    other => literal.push(other),
                },
                other => literal.push(other),
            }
        }
    }

    /// Every sentence in the sources, before their tests.
    fn said() -> BTreeSet<String> {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let mut said = BTreeSet::new();
        for file in files {
            let text = fs::read_to_string(&file).expect("source");
            let text = text.find("#[cfg(test)]").map_or(text.as_str(), |end| &text[..end]);
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let code: String = code.flat_map(|line| [line, "\n"]).collect();
            for macro_call in ["text!(", "words!("] {
                said.extend(code.split(macro_call).skip(1).filter_map(literal));
            }
        }
        said
    }

    fn gaps(sentence: &str) -> BTreeSet<String> {
        let sentence = sentence.replace("{{", "").replace("}}", "");
        let pieces = sentence.split('{').skip(1);
        pieces.filter_map(|piece| piece.split_once('}')).map(|(name, _)| name.to_owned()).collect()
    }

    /// Whether there is a word outside of the gaps.
    fn has_words(sentence: &str) -> bool {
        let outside = sentence.split('{').map(|piece| piece.rsplit('}').next().unwrap_or(piece));
        outside.into_iter().any(|text| text.chars().any(char::is_alphabetic))
    }

    #[test]
    fn every_sentence_has_its_chinese_and_every_row_its_sentence() {
        let said = said();
        assert!(said.len() > 8, "the sources were not read: {said:?}");
        let missing: Vec<_> = said.iter().filter(|sentence| of(sentence).is_none()).collect();
        assert!(missing.is_empty(), "without Chinese:\n{missing:#?}");
        let unused: Vec<_> = ROWS.keys().filter(|english| !said.contains(**english)).collect();
        assert!(unused.is_empty(), "said nowhere:\n{unused:#?}");
    }

    #[test]
    fn both_languages_have_the_same_gaps() {
        for (english, chinese) in ROWS.iter() {
            assert_eq!(gaps(english), gaps(chinese), "{english}");
            let own = chinese.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(own || !has_words(english), "not Chinese: {chinese}");
        }
    }

    #[test]
    fn no_sentence_stands_in_two_tables() {
        let rows = TABLES.iter().map(|rows| rows.len()).sum::<usize>();
        assert_eq!(rows, ROWS.len());
    }
}
