//! The words of one language, and how a text is cut into them.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::model::language::Language;

use super::literal::literal;
use super::speech::Speech;
use super::text::{Text, is_ideograph, is_spelled, plain_word};
use super::token::{Token, Word};
use super::{chinese, english, indonesian, portuguese};

/// Everything the grammar knows of one language.
pub(super) struct Tongue {
    pub language: Language,
    /// What words mean: a run of meanings, and the words for it between bars.
    pub words: &'static [(&'static [Word], &'static str)],
    /// Numbers in words, from one on; bars between spellings.
    pub cardinals: &'static [&'static str],
    /// Ordinals in words, from first on; empty where another table has the word.
    pub ordinals: &'static [&'static str],
    /// What stands before and after the folder in `on change of FOLDER`.
    pub changes: &'static [(&'static str, &'static str)],
    /// `às 9 e 15` may be 9:15 as well as 9:00 and 15:00.
    pub minutes_after_and: bool,
    /// `todo quinto dia útil`: of each month, or every five workdays.
    pub every_nth_of_month: bool,
    /// How it is said.
    pub speech: Speech,
}

/// A language's words, ready to be looked up.
pub(super) struct Lexicon {
    pub tongue: &'static Tongue,
    /// By first character, longest first.
    entries: HashMap<char, Vec<Entry>>,
    /// Every single word, for the search of the nearest.
    pub vocabulary: Vec<String>,
}

struct Entry {
    chars: Vec<char>,
    words: Vec<Word>,
}

static LEXICONS: LazyLock<[Lexicon; 4]> = LazyLock::new(|| {
    [&english::TONGUE, &chinese::TONGUE, &indonesian::TONGUE, &portuguese::TONGUE].map(Lexicon::new)
});

/// The four lexicons.
pub(super) fn all() -> impl Iterator<Item = &'static Lexicon> {
    LEXICONS.iter()
}

/// The lexicon of a language.
pub(super) fn of(language: Language) -> &'static Lexicon {
    let [english, chinese, indonesian, portuguese] = &*LEXICONS;
    match language {
        Language::English => english,
        Language::Chinese => chinese,
        Language::Indonesian => indonesian,
        Language::Portuguese => portuguese,
    }
}

impl Lexicon {
    fn new(tongue: &'static Tongue) -> Self {
        let mut lexicon = Self { tongue, entries: HashMap::new(), vocabulary: Vec::new() };
        for (words, spellings) in tongue.words {
            lexicon.add(words, spellings);
        }
        let tables: [(_, fn(u32) -> Word); 2] =
            [(tongue.cardinals, Word::Number), (tongue.ordinals, Word::Ordinal)];
        for (table, word) in tables {
            for (n, spellings) in (1..).zip(table) {
                lexicon.add(&[word(n)], spellings);
            }
        }
        for entries in lexicon.entries.values_mut() {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.chars.len()));
        }
        lexicon
    }

    /// Adds words; bars stand between spellings.
    fn add(&mut self, words: &[Word], spellings: &'static str) {
        for spelling in spellings.split('|').map(str::trim) {
            let chars = plain_word(spelling);
            self.vocabulary
                .extend(spelling.split(' ').map(|word| plain_word(word).iter().collect()));
            if let Some(first) = chars.first() {
                let entry = Entry { words: words.to_vec(), chars: chars.clone() };
                self.entries.entry(*first).or_default().push(entry);
            }
        }
    }

    /// Cuts a text into tokens, left to right, the longest known word first.
    pub(super) fn tokens(&self, text: &Text) -> Vec<Token> {
        let chars = &text.chars;
        let mut tokens: Vec<Token> = Vec::new();
        let mut at = 0;
        while let Some(c) = chars.get(at) {
            if *c == ' ' {
                at += 1;
            } else if let Some(entry) = self.entry(chars, at) {
                let end = at + entry.chars.len();
                tokens.extend(entry.words.iter().map(|word| Token { word: *word, at, end }));
                at = end;
            } else {
                let (word, end) = quoted(chars, at)
                    .or_else(|| literal(chars, at))
                    .or_else(|| mark(chars, at).map(|word| (word, at + 1)))
                    .unwrap_or_else(|| (Word::Unknown, unknown_end(chars, at)));
                match tokens.last_mut() {
                    Some(last)
                        if (last.word, word, last.end) == (Word::Unknown, Word::Unknown, at) =>
                    {
                        last.end = end;
                    }
                    _ => tokens.push(Token { word, at, end }),
                }
                at = end;
            }
        }
        tokens
    }

    /// The longest word of the table that stands here whole.
    fn entry(&self, chars: &[char], at: usize) -> Option<&Entry> {
        let here = chars.get(at..)?;
        self.entries.get(here.first()?)?.iter().find(|entry| {
            here.starts_with(&entry.chars) && !splits(entry, here.get(entry.chars.len()).copied())
        })
    }
}

/// Whether a word would end in the middle of a longer one.
fn splits(entry: &Entry, next: Option<char>) -> bool {
    entry.chars.last().copied().is_some_and(is_spelled) && next.is_some_and(is_spelled)
}

/// Punctuation means the same in every language.
fn mark(chars: &[char], at: usize) -> Option<Word> {
    let before = at.checked_sub(1).and_then(|before| chars.get(before));
    let abbreviates = before.is_some_and(|c| c.is_alphabetic());
    match chars.get(at)? {
        ',' | '、' | ';' | '/' => Some(Word::Comma),
        '-' => Some(Word::To),
        '&' | '+' => Some(Word::And),
        '@' => Some(Word::At),
        '.' if abbreviates => Some(Word::Filler),
        _ => None,
    }
}

/// A name between quotes.
fn quoted(chars: &[char], at: usize) -> Option<(Word, usize)> {
    let mark = chars.get(at).filter(|c| matches!(c, '"' | '\''))?;
    let length = chars.get(at + 1..)?.iter().position(|c| c == mark)?;
    (length > 0).then_some((Word::Quoted, at + length + 2))
}

/// Where a word that no table knows ends.
fn unknown_end(chars: &[char], at: usize) -> usize {
    let spelled = |c: &&char| is_spelled(**c) || matches!(**c, '\'' | '_');
    let here = chars.get(at..).unwrap_or_default();
    match here.first() {
        Some(c) if !is_ideograph(*c) => at + here.iter().take_while(spelled).count().max(1),
        _ => at + 1,
    }
}
