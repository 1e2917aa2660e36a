//! A diagnostic as people see it: the line, a mark under the mistake, and what to do. What looks
//! like a secret is covered.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::{
    model::{
        diagnostic::{Diagnostic, Severity},
        language::Language,
        text::text,
    },
    yaml::veil::{COVER, veil},
};

/// A line is shown up to this many characters.
const WIDEST: usize = 100;

/// Draws a diagnostic in a language over the text of its file; without the text, only the place is named.
#[must_use]
pub fn render(found: &Diagnostic, text: Option<&str>, colour: bool, language: Language) -> String {
    let level = match found.severity {
        Severity::Error => Level::ERROR.with_name(text!("error").told(language)),
        Severity::Warning => Level::WARNING.with_name(text!("warning").told(language)),
        Severity::Note => Level::NOTE.with_name(text!("note").told(language)),
    };
    let title = level.primary_title(found.message.told(language)).id(found.code);
    let shown = text.and_then(|text| line(found, text));
    let place = &found.place;
    let mut group = match &shown {
        Some(shown) => title.element(
            Snippet::source(shown.line.as_str())
                .line_start(place.line as usize)
                .path(&*place.file)
                .annotation(AnnotationKind::Primary.span(shown.start..shown.end)),
        ),
        None => {
            let mut origin = Origin::path(&*place.file);
            if place.line > 0 {
                origin = origin.line(place.line as usize);
            }
            if place.column > 0 {
                origin = origin.char_column(place.column as usize);
            }
            title.element(origin)
        }
    };
    if let Some(help) = &found.help {
        let level = Level::HELP.with_name(text!("help").told(language));
        group = group.element(level.message(help.told(language)));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let groups: &[Group<'_>] = &[group];
    renderer.render(groups)
}

/// A line to show and the bytes to mark in it.
struct Shown {
    line: String,
    start: usize,
    end: usize,
}

fn line(found: &Diagnostic, text: &str) -> Option<Shown> {
    let place = &found.place;
    // What could not be decoded is better not shown.
    let number = (place.line as usize).checked_sub(1)?;
    let line = text.split('\n').nth(number)?.trim_end_matches('\r');
    let line = line.strip_prefix('\u{feff}').filter(|_| number == 0).unwrap_or(line);
    if line.contains('\u{fffd}') {
        return None;
    }
    let line = if found.masked { covered(line) } else { veil(line) };
    // What would move the cursor must not reach a terminal; a tab has the width of one space here.
    let line: Vec<char> = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mark = (place.column as usize).saturating_sub(1).min(line.len());
    // A long line is shown around its mark.
    let first = if line.len() <= WIDEST { 0 } else { mark.saturating_sub(WIDEST / 2) };
    let window = &line[first..line.len().min(first + WIDEST)];
    let mark = mark - first;
    let length = if place.column == 0 { window.len() } else { (place.length as usize).max(1) };
    let bytes = |to: usize| window.iter().take(to).map(|c| c.len_utf8()).sum::<usize>();
    let (start, end) = (bytes(mark), bytes(mark.saturating_add(length).min(window.len())));
    Some(Shown { start, end: end.max(start), line: window.iter().collect() })
}

/// A line of which only the first key may be seen.
fn covered(line: &str) -> String {
    let key = line.find(": ").map_or(0, |at| line[..at].chars().count() + 2);
    veil(line)
        .chars()
        .enumerate()
        .map(|(at, c)| if at < key || c.is_whitespace() { c } else { COVER })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnostic::Place;

    fn at(line: u32, column: u32, length: u32) -> Diagnostic {
        let place = Place { file: "schedules/政策.yaml".into(), line, column, length };
        Diagnostic::error(place, "unknown-target", "there is no target `polcy`")
            .help("did you mean `policy`?")
    }

    #[test]
    fn the_mark_stands_under_the_mistake() {
        let seen = render(
            &at(2, 11, 5),
            Some("a: 1\n  政策组 to: polcy # 组\n"),
            false,
            Language::English,
        );
        let expected = "\
error[unknown-target]: there is no target `polcy`
 --> schedules/政策.yaml:2:11
  |
2 |   政策组 to: polcy # 组
  |              ^^^^^
  |
  = help: did you mean `policy`?";
        assert_eq!(seen, expected, "\n{seen}");
    }

    #[test]
    fn secrets_are_covered() {
        let key = "SEC0123456789abcdef0123456789abcdef";
        let text = format!(
            "secret: {key}\nx: https://oapi.dingtalk.com/robot/send?access_token=hush\n{key}"
        );
        for line in 1..=3 {
            for found in [at(line, 9, 4), at(line, 9, 4).masked()] {
                let seen = render(&found, Some(&text), false, Language::English);
                assert!(!seen.contains("0123") && !seen.contains("hush"), "{seen}");
            }
        }
        let short = render(&at(1, 9, 5).masked(), Some("secret: hush1"), false, Language::English);
        assert!(short.contains("secret: •••••"), "{short}");
    }

    #[test]
    fn places_outside_the_text_are_drawn_all_the_same() {
        let long = "很".repeat(5000);
        for text in [None, Some(""), Some("a\tb\r\n\n"), Some(long.as_str())] {
            for (line, column) in [(0, 0), (1, 0), (1, 1), (1, 4000), (9, 9), (u32::MAX, u32::MAX)]
            {
                let seen = render(&at(line, column, u32::MAX), text, true, Language::English);
                assert!(seen.contains("polcy"));
            }
        }
    }
}
