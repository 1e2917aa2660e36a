//! Line breaks: a single one in the file is one in the group.
//!
//! DingTalk swallows a lone line break in Markdown. It shows one that has two spaces before and
//! after it (vendor: <https://open.dingtalk.com/document/development/faq-robot>).

/// Writes every single line break as DingTalk shows it. Paragraphs, fenced code and line breaks
/// that are hard already stay as they are; doing it twice changes nothing.
pub(in crate::send) fn kept(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let code = fenced(&lines);
    let mut kept = String::with_capacity(text.len());
    for (n, line) in lines.iter().enumerate() {
        let Some(next) = lines.get(n.saturating_add(1)) else {
            kept.push_str(line);
            break;
        };
        let in_code = code.get(n..=n.saturating_add(1)).is_some_and(|two| two.contains(&true));
        if in_code || line.trim().is_empty() || next.trim().is_empty() {
            kept.push_str(line);
            kept.push('\n');
            continue;
        }
        kept.push_str(without_break(line));
        kept.push_str("  \n");
        // Spaces before a block's marker, or more of them before an indented line, would nest it.
        if !next.starts_with([' ', '\t']) && !starts_block(next) {
            kept.push_str("  ");
        }
    }
    kept
}

/// For each line, whether it belongs to fenced code, fences included.
fn fenced(lines: &[&str]) -> Vec<bool> {
    let mut open: Option<(char, usize)> = None;
    let mut code = Vec::with_capacity(lines.len());
    for line in lines {
        let line = line.trim();
        let marker = line.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = line.chars().take_while(|c| Some(*c) == marker).count();
        let inline = marker == Some('`') && line.trim_start_matches('`').contains('`');
        let fence = marker.filter(|_| length >= 3 && !inline).map(|marker| (marker, length));
        code.push(open.is_some() || fence.is_some());
        open = match (open, fence) {
            (None, fence) => fence,
            (Some((opened, least)), Some((marker, _)))
                if marker == opened && length >= least && length == line.len() =>
            {
                None
            }
            (open, _) => open,
        };
    }
    code
}

/// A line without the spaces or the backslash that make the break after it a hard one. Only a
/// backslash at the very end of the line does; before spaces it is a character.
fn without_break(line: &str) -> &str {
    let backslashes = line.len() - line.trim_end_matches('\\').len();
    let line = match line.strip_suffix('\\') {
        Some(line) if backslashes % 2 == 1 => line,
        _ => line,
    };
    line.trim_end_matches([' ', '\t'])
}

/// Whether a line begins a heading, quote, table row, rule or list item.
fn starts_block(line: &str) -> bool {
    let bullet = line.strip_prefix(['-', '*', '+']);
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let item = if number.len() < line.len() { number.strip_prefix(['.', ')']) } else { bullet };
    let rule = ["---", "***", "___", "==="].iter().any(|rule| line.starts_with(rule));
    line.starts_with(['#', '>', '|'])
        || rule
        || item.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn single_breaks_are_kept_and_blocks_are_left_alone() {
        for (given, expected) in [
            ("", ""),
            ("one", "one"),
            ("one\ntwo", "one  \n  two"),
            ("one\r\ntwo\rthree", "one  \n  two  \n  three"),
            ("one\n\ntwo", "one\n\ntwo"),
            ("one\n \ntwo\n", "one\n \ntwo\n"),
            ("one  \ntwo", "one  \n  two"),
            ("one\\\ntwo", "one  \n  two"),
            ("C:\\\\\ntwo", "C:\\\\  \n  two"),
            ("list:\n- a\n- b\n  more", "list:  \n- a  \n- b  \n  more"),
            ("1. a\n2) b\n10. c", "1. a  \n2) b  \n10. c"),
            ("2026.1\n1.5 hours", "2026.1  \n  1.5 hours"),
            ("a\n-b\n**c**", "a  \n  -b  \n  **c**"),
            ("# h\ntext\n> q\n> r", "# h  \n  text  \n> q  \n> r"),
            ("| a |\n|---|\n| b |", "| a |  \n|---|  \n| b |"),
            ("a\n---\nb", "a  \n---  \n  b"),
            ("a\n```sh\nx\ny\n```\nb\nc", "a\n```sh\nx\ny\n```\nb  \n  c"),
            ("````\n```\nx\n````\nb", "````\n```\nx\n````\nb"),
            ("~~~\nx\ny", "~~~\nx\ny"),
        ] {
            assert_eq!(kept(given), expected, "{given:?}");
        }
    }

    proptest! {
        #[test]
        fn twice_is_once(text in "([a#>`~|\\\\1.) -]|\n|\t|张){0,40}") {
            let once = kept(&text);
            prop_assert_eq!(kept(&once), once);
        }
    }
}
