//! Markdown as lines and spans, for robots that have marks of their own.
//!
//! Only what a reminder is made of: headings, lists, quotes, fenced code, rules; bold, italic,
//! struck out, code, links and images. What is not understood stays as it was written.

/// A line of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing: a new paragraph.
    Blank,
    /// `# …` to `###### …`.
    Heading(Vec<Span>),
    /// `- …` or `1. …`, with its depth from 0, and its number where it has one.
    Item(usize, Option<String>, Vec<Span>),
    /// `> …`.
    Quote(Vec<Span>),
    /// A line of fenced code.
    Code(String),
    /// `---`.
    Rule,
    /// Any other.
    Text(Vec<Span>),
}

/// A stretch of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// As it is.
    Text(String),
    /// `**…**` or `__…__`.
    Bold(Vec<Span>),
    /// `*…*` or `_…_`.
    Italic(Vec<Span>),
    /// `~~…~~`.
    Struck(Vec<Span>),
    /// Between backquotes.
    Code(String),
    /// `[label](url)`, or `<https://…>`.
    Link(Vec<Span>, String),
    /// `![words](url)`.
    Image(String, String),
}

/// Marks within marks are read this deep.
const DEPTH: usize = 4;

/// Reads a text line by line.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for line in text.trim_end().split('\n') {
        let bare = line.trim();
        match fence {
            Some(open) if bare == open => fence = None,
            Some(_) => lines.push(Line::Code(line.to_owned())),
            None if bare.starts_with("```") || bare.starts_with("~~~") => fence = bare.get(..3),
            None => lines.push(one(line)),
        }
    }
    lines
}

fn one(line: &str) -> Line {
    let text = line.trim();
    let heading = text.trim_start_matches('#');
    let marks = text.len() - heading.len();
    if text.is_empty() {
        Line::Blank
    } else if (1..=6).contains(&marks) && heading.starts_with(' ') {
        Line::Heading(spans(heading.trim()))
    } else if let Some(quote) = text.strip_prefix('>') {
        Line::Quote(spans(quote.trim_start()))
    } else if text.len() >= 3 && ["-", "*", "_"].iter().any(|c| text.replace(c, "").is_empty()) {
        Line::Rule
    } else if let Some((number, item)) = item(text) {
        let indent = line.len() - line.trim_start().len();
        Line::Item(indent / 2, number, spans(item))
    } else {
        Line::Text(spans(text))
    }
}

/// The number and the text of a list item.
fn item(text: &str) -> Option<(Option<String>, &str)> {
    let bullet = ["- ", "* ", "+ "].iter().find_map(|mark| text.strip_prefix(mark));
    if let Some(item) = bullet {
        return Some((None, item.trim_start()));
    }
    let (number, item) = text.split_once(". ")?;
    let digits = (1..=9).contains(&number.len()) && number.bytes().all(|c| c.is_ascii_digit());
    digits.then(|| (Some(number.to_owned()), item.trim_start()))
}

/// Reads the marks within a line.
pub(super) fn spans(text: &str) -> Vec<Span> {
    within(text, DEPTH)
}

fn within(text: &str, depth: usize) -> Vec<Span> {
    let (mut found, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(c) = rest.chars().next() {
        let before = plain.chars().next_back();
        if let Some((span, after)) = (depth > 0).then(|| marked(rest, before, depth)).flatten() {
            if !plain.is_empty() {
                found.push(Span::Text(std::mem::take(&mut plain)));
            }
            found.push(span);
            rest = after;
            continue;
        }
        let mut after = rest.chars();
        after.next();
        let escaped = after.clone().next().filter(|next| c == '\\' && next.is_ascii_punctuation());
        plain.push(escaped.unwrap_or(c));
        if escaped.is_some() {
            after.next();
        }
        rest = after.as_str();
    }
    if !plain.is_empty() {
        found.push(Span::Text(plain));
    }
    found
}

/// What is marked at the start of a text, and what follows it.
pub(super) fn marked(text: &str, before: Option<char>, depth: usize) -> Option<(Span, &str)> {
    if let Some(rest) = text.strip_prefix('`') {
        let (code, after) = rest.split_once('`').filter(|(code, _)| !code.is_empty())?;
        return Some((Span::Code(code.to_owned()), after));
    }
    if let Some(rest) = text.strip_prefix("![") {
        let (words, url, after) = link(rest)?;
        return Some((Span::Image(words.to_owned(), url.to_owned()), after));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (label, url, after) = link(rest)?;
        return Some((Span::Link(within(label, depth - 1), url.to_owned()), after));
    }
    if let Some(rest) = text.strip_prefix('<').filter(|rest| rest.starts_with("http")) {
        let (url, after) = rest.split_once('>').filter(|(url, _)| !url.contains(' '))?;
        return Some((Span::Link(vec![Span::Text(url.to_owned())], url.to_owned()), after));
    }
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    for (mark, make) in [
        ("**", Span::Bold as fn(Vec<Span>) -> Span),
        ("__", Span::Bold),
        ("~~", Span::Struck),
        ("*", Span::Italic),
        ("_", Span::Italic),
    ] {
        let Some(rest) = text.strip_prefix(mark) else { continue };
        let Some((inside, after)) = rest.split_once(mark) else { continue };
        let tight = !inside.is_empty() && inside.trim() == inside;
        // snake_case_names are names.
        let name = mark.starts_with('_') && (word(before) || word(after.chars().next()));
        if tight && !name {
            return Some((make(within(inside, depth - 1)), after));
        }
    }
    None
}

/// `label](url)` and what follows.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (label, rest) = text.split_once("](")?;
    let (url, after) = rest.split_once(')')?;
    let sound = !label.contains(['[', '\n']) && !url.is_empty() && !url.contains(' ');
    sound.then_some((label, url, after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(spans: &[Span]) -> String {
        let one = |span: &Span| match span {
            Span::Text(text) => text.clone(),
            Span::Bold(inside) => format!("<b>{}</b>", shown(inside)),
            Span::Italic(inside) => format!("<i>{}</i>", shown(inside)),
            Span::Struck(inside) => format!("<s>{}</s>", shown(inside)),
            Span::Code(code) => format!("<c>{code}</c>"),
            Span::Link(label, url) => format!("<a {url}>{}</a>", shown(label)),
            Span::Image(words, url) => format!("<img {url} {words}>"),
        };
        spans.iter().map(one).collect()
    }

    #[test]
    fn marks_are_read_and_the_rest_is_left_alone() {
        for (given, expected) in [
            ("", ""),
            ("请**查看**[政策](https://e.x/p)。", "请<b>查看</b><a https://e.x/p>政策</a>。"),
            ("**[a](u) _b_**", "<b><a u>a</a> <i>b</i></b>"),
            ("*a* _b_ ~~c~~ `*d*`", "<i>a</i> <i>b</i> <s>c</s> <c>*d*</c>"),
            ("![图](https://e.x/i.png)", "<img https://e.x/i.png 图>"),
            ("<https://e.x>", "<a https://e.x>https://e.x</a>"),
            ("snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"),
            ("**open `open [open](", "**open `open [open]("),
            (r"\*a\* C:\dir", r"*a* C:\dir"),
            ("a < b > c", "a < b > c"),
            ("****", "****"),
        ] {
            assert_eq!(shown(&spans(given)), expected, "{given}");
        }
    }

    #[test]
    fn lines_have_their_kinds() {
        let text = "# 标题\n\ntext\n- a\n  - b\n12. c\n> q\n---\n```sh\n# x\n```\n#tag\n1.5 h\n";
        let one = |text: &str| vec![Span::Text(text.to_owned())];
        assert_eq!(
            lines(text),
            [
                Line::Heading(one("标题")),
                Line::Blank,
                Line::Text(one("text")),
                Line::Item(0, None, one("a")),
                Line::Item(1, None, one("b")),
                Line::Item(0, Some("12".to_owned()), one("c")),
                Line::Quote(one("q")),
                Line::Rule,
                Line::Code("# x".to_owned()),
                Line::Text(one("#tag")),
                Line::Text(one("1.5 h")),
            ]
        );
    }

    proptest! {
        #[test]
        fn no_letter_is_lost(text in "([*_~`\\[\\]()<>!# -]|[a-c]|张|\n){0,60}") {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
            let all: String = lines(&text).into_iter().map(|line| format!("{line:?}\n")).collect();
            let kinds = ["Blank", "Heading", "Item", "Quote", "Code", "Rule", "Text", "Bold",
                "Italic", "Struck", "Link", "Image", "None", "Some"];
            let bare = kinds.iter().fold(all, |all, kind| all.replace(kind, ""));
            // What stands behind the opening of a fence names a language, and is not shown.
            prop_assume!(!text.contains("```") && !text.contains("~~~"));
            prop_assert_eq!(letters(&bare), letters(&text));
        }
    }
}
