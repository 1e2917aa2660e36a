//! `on change of policies/`: not a time at all.

use super::lexicon::Lexicon;
use super::text::{Text, plain_word};
use super::{Parsed, Phrase, PhraseError};
use crate::model::text::{Text as Sentence, text};

/// The folder whose change is waited for, if that is what a text says in this language.
pub(super) fn read(lexicon: &Lexicon, text: &Text) -> Option<Result<Parsed, PhraseError>> {
    let (start, end) = lexicon.tongue.changes.iter().find_map(|(before, after)| {
        let (before, after) = (plain_word(before), plain_word(after));
        let middle = text.chars.strip_prefix(before.as_slice())?.strip_suffix(after.as_slice())?;
        Some((before.len(), before.len() + middle.len()))
    })?;
    let typed = text.typed(start, end);
    let typed = typed.trim();
    let quoted =
        typed.strip_prefix(['"', '“', '\'']).and_then(|rest| rest.strip_suffix(['"', '”', '\'']));
    let folder = quoted.unwrap_or(typed);
    let (at, length) = text.place(start, end);
    let wrong = |message: Sentence, help: Sentence| {
        Some(Err(PhraseError { at, length, message, help: Some(help) }))
    };
    if folder.trim().is_empty() {
        return wrong(text!("the folder is missing"), text!("name it, such as policies/"));
    }
    if quoted.is_none() && folder.contains(char::is_whitespace) {
        return wrong(
            text!("`{folder}` is not one folder", folder = folder),
            text!("a phrase on change has no times; put quotes around a name with spaces"),
        );
    }
    let phrase = Phrase::OnChange { folder: folder.to_owned() };
    Some(Ok(Parsed { phrase, language: lexicon.tongue.language }))
}
