//! What a file says: its front matter, its title, its text.

use std::sync::Arc;

use super::super::{Datum, docx, yaml};
use crate::{compose::split::heading, sheet};

/// Characters a title may have.
const LONGEST_TITLE: usize = 200;

/// Bytes of text that are kept of a file; of a longer one there is none.
pub(super) const LONGEST_TEXT: usize = 256 * 1024;

/// A file read for people.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Document {
    /// What people call it.
    pub(super) title: String,
    /// Its front matter.
    pub(super) meta: Datum,
    /// Its text without the front matter; empty for files that have none.
    pub(super) text: Arc<str>,
}

/// The text of a file as it is kept: Markdown and text as they are, Word as Markdown; none for
/// other kinds, and for what cannot be read.
pub(super) fn text(path: &str, bytes: &[u8]) -> Option<Arc<str>> {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    let text = match ending.as_str() {
        "docx" | "docm" => docx::text(bytes).ok()?,
        "md" | "markdown" | "mkd" | "txt" | "text" | "csv" | "tsv" | "rst" | "adoc" | "yaml"
        | "yml" => {
            let text = sheet::text(bytes).ok()?;
            text.replace("\r\n", "\n").replace('\r', "\n")
        }
        _ => return None,
    };
    (text.len() <= LONGEST_TEXT && !text.contains('\0')).then(|| text.into())
}

impl Document {
    /// Reads a kept text. Without one a file has its name only.
    pub(super) fn read(path: &str, text: Option<&str>) -> Self {
        let (meta, body) = front_matter(text.unwrap_or_default());
        let told = meta.get("title").and_then(Datum::word);
        let title = told.or_else(|| first_heading(body)).unwrap_or_else(|| stem(path).to_owned());
        Self {
            title: title.chars().take(LONGEST_TITLE).collect(),
            meta,
            text: body.trim_matches('\n').into(),
        }
    }
}

/// The values between two lines `---` at the very beginning, and what is behind them.
fn front_matter(text: &str) -> (Datum, &str) {
    let none = (Datum::map(Vec::new()), text);
    let Some(rest) = text.strip_prefix("---\n") else { return none };
    let end = rest.match_indices("---").find(|(at, _)| {
        let begins = *at == 0 || rest.as_bytes().get(at - 1) == Some(&b'\n');
        let behind = rest.get(at + 3..).unwrap_or_default();
        begins && behind.lines().next().unwrap_or_default().trim().is_empty()
    });
    let Some((end, _)) = end else { return none };
    let values = rest.get(..end).unwrap_or_default();
    let body = rest.get(end + 3..).unwrap_or_default();
    let body = body.split_once('\n').map_or("", |(_, body)| body);
    match yaml::read("front matter", values) {
        Ok(meta @ Datum::Map(_)) => (meta, body),
        _ if values.trim().is_empty() => (none.0, body),
        _ => none,
    }
}

/// The first heading, without its mark.
fn first_heading(text: &str) -> Option<String> {
    const LOOKED_AT: usize = 40;
    let lines = text.lines().filter(|line| !line.trim().is_empty()).take(LOOKED_AT);
    let headings = lines.filter(|line| heading(line));
    let title =
        headings.map(|line| line.trim_start_matches([' ', '#']).trim_end_matches([' ', '#']));
    title.map(|title| title.replace("**", "")).find(|title| !title.is_empty())
}

/// A file's name without its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use minijinja::Value;

    use super::*;

    fn read(path: &str, text: &str) -> (String, String, String) {
        let document = Document::read(path, Some(text));
        let meta = Value::from(&document.meta).to_string();
        (document.title, meta, document.text.to_string())
    }

    #[test]
    fn titles_come_from_the_front_matter_a_heading_or_the_name() {
        let cases = [
            (
                "---\ntitle: 报销制度\nversion: 3\neffective: 2026-12-01\n---\n\n# 别的\n正文\n",
                (
                    "报销制度",
                    "{'title': '报销制度', 'version': 3, 'effective': '2026-12-01'}",
                    "# 别的\n正文",
                ),
            ),
            ("正文\n\n## 考勤 **办法** ##\n", ("考勤 办法", "{}", "正文\n\n## 考勤 **办法** ##")),
            ("没有标题\n", ("x.y", "{}", "没有标题")),
            ("---\n---\n# A\n", ("A", "{}", "# A")),
            ("---\nno: end\n# A\n", ("A", "{}", "---\nno: end\n# A")),
            ("---\n[broken\n---\n# A\n", ("A", "{}", "---\n[broken\n---\n# A")),
            ("---\njust text\n---\n# A\n", ("A", "{}", "---\njust text\n---\n# A")),
            ("", ("x.y", "{}", "")),
        ];
        for (text, (title, meta, body)) in cases {
            assert_eq!(read("a/x.y.md", text), (title.into(), meta.into(), body.into()), "{text}");
        }
    }

    #[test]
    fn only_texts_have_text() {
        assert_eq!(text("a.MD", b"x\r\ny").as_deref(), Some("x\ny"));
        assert_eq!(text("a.txt", &[0xd5, 0xfe]).as_deref(), Some("政"));
        assert_eq!(text("a.pdf", b"x"), None);
        assert_eq!(text("a.docx", b"x"), None);
        assert_eq!(text("a.md", b"x\0"), None);
        assert_eq!(text("a.md", &vec![b'x'; LONGEST_TEXT + 1]), None);
        assert_eq!(Document::read("合同/a.pdf", None).title, "a");
    }
}
