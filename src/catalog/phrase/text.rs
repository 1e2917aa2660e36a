//! A phrase as the grammar sees it: one case, one width, no accents, single spaces.

/// The characters of a phrase in their plain form, each with its place in what was typed.
#[derive(Debug)]
pub(super) struct Text<'a> {
    source: &'a str,
    /// Plain characters.
    pub chars: Vec<char>,
    /// Offset in characters of the source, one for each plain character.
    origins: Vec<usize>,
}

impl<'a> Text<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let mut text = Self { source, chars: Vec::new(), origins: Vec::new() };
        for (origin, c) in source.chars().enumerate() {
            let Some(c) = plain(c) else { continue };
            if c == ' ' && text.chars.last().is_none_or(|last| *last == ' ') {
                continue;
            }
            text.chars.push(c);
            text.origins.push(origin);
        }
        while text.chars.last().is_some_and(|last| matches!(last, ' ' | '.' | '!' | ',' | ';')) {
            text.chars.pop();
            text.origins.pop();
        }
        text
    }

    /// Offset and length in the source, in characters.
    pub(super) fn place(&self, at: usize, end: usize) -> (usize, usize) {
        let past = self.origins.last().map_or(0, |last| last + 1);
        let start = self.origins.get(at).copied().unwrap_or(past);
        let last = end.checked_sub(1).and_then(|last| self.origins.get(last)).copied();
        (start, last.map_or(0, |last| (last + 1).saturating_sub(start)))
    }

    /// Whether any Chinese character stands in it.
    pub(super) fn has_ideographs(&self) -> bool {
        self.chars.iter().any(|c| is_ideograph(*c))
    }

    /// What was typed there.
    pub(super) fn typed(&self, at: usize, end: usize) -> String {
        let (start, length) = self.place(at, end);
        self.source.chars().skip(start).take(length).collect()
    }

    /// The source with one stretch replaced.
    pub(super) fn with(&self, at: usize, end: usize, words: &str) -> String {
        let (start, length) = self.place(at, end);
        let before = self.source.chars().take(start);
        before.chain(words.chars()).chain(self.source.chars().skip(start + length)).collect()
    }
}

/// A word in its plain form.
pub(super) fn plain_word(word: &str) -> Vec<char> {
    word.chars().filter_map(plain).collect()
}

/// Whether a character belongs to a word that ends at a boundary (Latin and other alphabets), not
/// to a script written without spaces.
pub(super) fn is_spelled(c: char) -> bool {
    c.is_alphabetic() && !is_ideograph(c) && !matches!(c, 'º' | 'ª')
}

/// Chinese characters and the marks that stand among them.
pub(super) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// One character in its plain form; none when it only decorates its neighbour.
fn plain(c: char) -> Option<char> {
    let c = match c {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => return None,
        '\u{ff5e}' => '-',
        // The full-width forms repeat ASCII in its order.
        '\u{ff01}'..='\u{ff5d}' => {
            char::from_u32(u32::from(c) - 0xff01 + u32::from('!')).unwrap_or(c)
        }
        _ => c,
    };
    let c = c.to_lowercase().next().unwrap_or(c);
    Some(match c {
        _ if c.is_whitespace() => ' ',
        // `à` stays: in Portuguese it is another word than `a`.
        'á' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        '°' => 'º',
        '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' | '《' | '》' => '"',
        '‘' | '’' | '`' => '\'',
        '~' | '〜' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
        '。' => '.',
        '︰' | '∶' => ':',
        _ => simplified(c),
    })
}

/// The simplified form of the traditional characters that occur in phrases.
fn simplified(c: char) -> char {
    const PAIRS: &str = "點点個个週周禮礼後后時时號号兩两節节調调補补間间鐘钟從从\
                         當当變变";
    let mut pairs = PAIRS.chars();
    while let (Some(traditional), Some(simplified)) = (pairs.next(), pairs.next()) {
        if traditional == c {
            return simplified;
        }
    }
    c
}
