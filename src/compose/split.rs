//! Where a text that is too long is cut: between paragraphs, else between lines, else between
//! words, else between characters. Pure.

use std::ops::Range;

use crate::model::message::Format;

/// Parts a text is split into at most; what is left after them is cut off with a notice.
pub const MOST_PARTS: usize = 20;

/// A text with what matters for cutting it.
pub(super) struct Text<'a> {
    text: &'a str,
    markdown: bool,
    fences: Vec<Fence<'a>>,
}

/// A fenced code block.
struct Fence<'a> {
    /// From the start of its opening line to the end of its closing one.
    range: Range<usize>,
    /// Where the lines of its code begin and end.
    code: Range<usize>,
    /// Its opening line.
    opener: &'a str,
    /// The characters that open and close it.
    marker: &'a str,
}

/// A part of a text. Parts follow each other without a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    /// The part's own characters.
    pub(super) text: &'a str,
    /// The line that opens again the code block it begins in.
    opens: Option<&'a str>,
    /// The line that closes the code block it ends in.
    closes: Option<&'a str>,
    /// The text goes on, but nothing of it follows.
    pub(super) cut_off: bool,
}

impl Piece<'_> {
    /// What is shown: no blank lines at the ends, code blocks whole.
    pub(super) fn shown(&self) -> String {
        let opens = self.opens.map(|line| format!("{line}\n")).unwrap_or_default();
        let closes = self.closes.map(|line| format!("\n{line}")).unwrap_or_default();
        let text = self.text.trim_matches('\n');
        format!("{opens}{}{closes}", text.trim_end())
    }
}

/// How finely a text may be cut.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    /// Between paragraphs, outside code; never after a heading.
    Paragraph,
    /// Between lines, outside code; never after a heading.
    Line,
    /// Between lines, in code also; never after a heading.
    AnyLine,
    /// After a space or the end of a sentence.
    Word,
    /// Between characters.
    Character,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str, format: Format) -> Self {
        let markdown = format == Format::Markdown;
        let fences = if markdown { fences(text) } else { Vec::new() };
        Self { text, markdown, fences }
    }

    /// All of it.
    pub(super) fn whole(&self) -> Piece<'a> {
        self.piece(0..self.text.len())
    }

    /// Cuts into pieces that fit. `fits` is asked with a piece, its number from 1, and whether it
    /// is the last; `longest` bytes never fit. None when not even a character fits.
    pub(super) fn pieces(
        &self,
        longest: usize,
        fits: impl Fn(&Piece<'a>, usize, bool) -> bool,
    ) -> Option<Vec<Piece<'a>>> {
        let mut pieces = Vec::new();
        let mut at = 0;
        loop {
            let number = pieces.len() + 1;
            let rest = self.piece(at..self.text.len());
            if fits(&rest, number, true) {
                pieces.push(rest);
                return Some(pieces);
            }
            if number == MOST_PARTS {
                pieces.push(self.cut_off(at, longest, |piece| fits(piece, number, true))?);
                return Some(pieces);
            }
            const LEVELS: [Cut; 5] =
                [Cut::Paragraph, Cut::Line, Cut::AnyLine, Cut::Word, Cut::Character];
            let end = LEVELS.into_iter().find_map(|cut| {
                self.last_fit(at, longest, cut, |end| fits(&self.piece(at..end), number, false))
            })?;
            pieces.push(self.piece(at..end));
            at = end;
        }
    }

    /// The start of the text from `at` on, marked as cut off.
    pub(super) fn cut_off(
        &self,
        at: usize,
        longest: usize,
        fits: impl Fn(&Piece<'a>) -> bool,
    ) -> Option<Piece<'a>> {
        let piece = |end| Piece { cut_off: true, ..self.piece(at..end) };
        [Cut::Word, Cut::Character]
            .into_iter()
            .find_map(|cut| self.last_fit(at, longest, cut, |end| fits(&piece(end))))
            .map(piece)
    }

    fn piece(&self, range: Range<usize>) -> Piece<'a> {
        let within =
            |at: usize| self.fences.iter().find(|f| f.range.start < at && at < f.range.end);
        Piece {
            text: &self.text[range.clone()],
            opens: within(range.start).map(|fence| fence.opener),
            closes: within(range.end).map(|fence| fence.marker),
            cut_off: false,
        }
    }

    /// The last place to cut after `at`, before the end, up to which it fits.
    fn last_fit(
        &self,
        at: usize,
        longest: usize,
        cut: Cut,
        fits: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let window = at.saturating_add(longest).min(self.text.len());
        let ends: Vec<usize> =
            self.ends(at, window, cut).filter(|end| *end < self.text.len()).collect();
        // A longer piece is rarely shorter when encoded, but it can be: so the found one is asked
        // about again, and those before it.
        let count = ends.partition_point(|end| fits(*end));
        ends[..count].iter().rev().take(8).copied().find(|end| fits(*end))
    }

    /// Places to cut after `at` up to `window`, in order.
    fn ends(&self, at: usize, window: usize, cut: Cut) -> impl Iterator<Item = usize> {
        let chars = self.text[at..].char_indices().map(move |(n, c)| (at + n, c));
        chars
            .map(|(n, c)| (n + c.len_utf8(), c))
            .take_while(move |(end, _)| *end <= window)
            .filter(move |(end, c)| self.may_cut(*end, *c, cut))
            .map(|(end, _)| end)
    }

    /// Whether the text may be cut at `end`, right after `c`.
    fn may_cut(&self, end: usize, c: char, cut: Cut) -> bool {
        let after = &self.text[end..];
        let line = c == '\n' && !after.starts_with('\n');
        let in_code = || self.fences.iter().any(|f| f.range.start < end && end < f.range.end);
        match cut {
            Cut::Paragraph => {
                let before = &self.text[..end];
                line && before.ends_with("\n\n") && !in_code() && !self.ends_with_heading(before)
            }
            Cut::Line => line && !in_code() && !self.ends_with_heading(&self.text[..end]),
            Cut::AnyLine => {
                line && !self.beside_code(end) && !self.ends_with_heading(&self.text[..end])
            }
            Cut::Word => {
                let blank = c.is_whitespace() && !after.starts_with(char::is_whitespace);
                !self.beside_code(end) && (blank || "。！？；，、".contains(c))
            }
            Cut::Character => !joined(c, after.chars().next()),
        }
    }

    /// Whether a cut would leave a code block without a line of code on one side.
    fn beside_code(&self, end: usize) -> bool {
        let mut fences = self.fences.iter();
        fences.any(|f| {
            let within = f.range.start < end && end < f.range.end;
            within && !(f.code.start < end && end < f.code.end)
        })
    }

    fn ends_with_heading(&self, before: &str) -> bool {
        let last = before.trim_end().rsplit('\n').next().unwrap_or_default();
        self.markdown && heading(last)
    }
}

/// Whether a line is a Markdown heading (`# …` to `###### …`).
pub(super) fn heading(line: &str) -> bool {
    let line = line.trim_start_matches(' ');
    let rest = line.trim_start_matches('#');
    (1..=6).contains(&(line.len() - rest.len()))
        && (rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// Whether two characters make one sign together, as far as a reader sees.
fn joined(before: char, after: Option<char>) -> bool {
    const JOINER: char = '\u{200d}';
    let modifies = |c: char| matches!(c, JOINER | '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    before == JOINER || after.is_some_and(modifies)
}

/// The fenced code blocks of a Markdown text; one left open reaches to the end.
fn fences(text: &str) -> Vec<Fence<'_>> {
    let mut fences: Vec<Fence> = Vec::new();
    let mut open: Option<(usize, &str, &str)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let marker = fence_marker(bare);
        match (open, marker) {
            (None, Some(marker)) => open = Some((start, bare, marker)),
            (Some((from, opener, opened)), Some(marker))
                if marker.starts_with(opened) && bare.trim_start() == marker =>
            {
                let code = after_line(text, from)..start;
                let range = from..start + line.len();
                fences.push(Fence { range, code, opener, marker: opened });
                open = None;
            }
            _ => {}
        }
        start += line.len();
    }
    fences.extend(open.map(|(from, opener, marker)| {
        let end = text.len() + 1;
        Fence { range: from..end, code: after_line(text, from)..end, opener, marker }
    }));
    fences
}

/// Where the line after the one at `from` begins.
fn after_line(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |n| from + n + 1)
}

/// The three or more backticks or tildes a line begins with.
fn fence_marker(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let first = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = line.trim_start_matches(first);
    let marker = &line[..line.len() - rest.len()];
    (marker.len() >= 3 && !(first == '`' && rest.contains('`'))).then_some(marker)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The pieces whose shown text has at most `most` bytes, 5 fewer for the last one.
    fn pieces(text: &str, most: usize) -> Option<Vec<String>> {
        let pieces = Text::new(text, Format::Markdown)
            .pieces(most, |piece, _, last| piece.shown().len() + if last { 5 } else { 0 } <= most);
        pieces.map(|pieces| pieces.iter().map(Piece::shown).collect())
    }

    #[test]
    fn a_text_is_cut_where_it_hurts_least() {
        let cases: [(&str, usize, &[&str]); 9] = [
            ("short", 10, &["short"]),
            ("one two\n\nthree\n\nfour", 16, &["one two\n\nthree", "four"]),
            ("# Head\n\none two three", 17, &["# Head\n\none two", "three"]),
            ("aaa\nbbb\nccc", 9, &["aaa\nbbb", "ccc"]),
            ("一二。三四五。六", 15, &["一二。", "三四五。", "六"]),
            ("aaaaaaaaaa", 7, &["aaaaaaa", "aa", "a"]),
            ("x\n\n```\na\n\nb\n```\n\ny", 14, &["x", "```\na\n\nb\n```", "y"]),
            ("```sh\naa\nbb\ncc\n```", 18, &["```sh\naa\nbb\n```", "```sh\ncc\n```"]),
            ("", 5, &[""]),
        ];
        for (text, most, expected) in cases {
            assert_eq!(pieces(text, most).unwrap(), expected, "{text:?}");
        }
        assert_eq!(pieces("政", 5), None);
    }

    #[test]
    fn what_does_not_fit_into_the_most_parts_is_cut_off() {
        let text = "word ".repeat(1_000);
        let whole = Text::new(&text, Format::Text);
        let found = whole.pieces(100, |piece, _, _| piece.shown().len() <= 100).unwrap();
        assert_eq!(found.len(), MOST_PARTS);
        assert!(found[MOST_PARTS - 1].cut_off && !found[0].cut_off);
        assert!(found.iter().all(|piece| piece.text.ends_with("word ")));
    }

    proptest! {
        #[test]
        fn pieces_follow_each_other_without_a_gap_and_fit(
            text in "([a-z政策👩‍👩‍👧é]{0,12}[ 。\n]{1,3}|```\n|# |\n\n){0,60}",
            most in 48usize..200,
        ) {
            let whole = Text::new(&text, Format::Markdown);
            let pieces = whole.pieces(most, |piece, _, last| {
                piece.shown().len() + if last { 5 } else { 0 } <= most
            });
            let pieces = pieces.expect("a character fits into 48 bytes");
            prop_assert!(pieces.len() <= MOST_PARTS);
            prop_assert!(pieces.iter().all(|piece| piece.shown().len() <= most));
            let joined: String = pieces.iter().map(|piece| piece.text).collect();
            match pieces.last().is_some_and(|piece| piece.cut_off) {
                true => prop_assert!(text.starts_with(&joined)),
                false => prop_assert_eq!(joined, text),
            }
        }
    }
}
