//! `data` and `only_if`: the sources a reminder's templates can name, and when it keeps silent.
//! Whether a source can be read is seen when it is read.

mod http;

use std::collections::BTreeSet;

use super::{
    keys,
    raw::not_yet,
    texts::{self, Naming},
};
use crate::{
    model::{
        period::Period,
        reminder::Template,
        source::{DataFormat, DataSource, Folder, SourceKind},
        text::text,
    },
    yaml::{Entry, Fields, Flaw, Node, Report, Value, short, suggest},
};

/// A reminder has no more sources.
const MAX_SOURCES: usize = 20;
/// A CSV source names no more columns under `text`.
const MAX_COLUMNS: usize = 1_000;

/// A folder has no more patterns.
const MAX_PATTERNS: usize = 50;
/// A pattern is shorter than this, in bytes.
const LONGEST_PATTERN: usize = 500;

/// What templates know already; a source of that name would hide it.
const TAKEN: [&str; 9] =
    ["due", "reminder", "target", "people", "rota", "loop", "caller", "range", "dict"];
/// Words of the template language.
const WORDS: [&str; 13] = [
    "and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None",
];

/// The keys that say what kind of source it is.
const KINDS: [&str; 6] = ["folder", "csv", "json", "yaml", "http", "report"];
/// The other keys, each with the kinds it belongs to.
const OPTIONS: [(&str, &[&str]); 6] = [
    ("text", &["csv", "http"]),
    ("pattern", &["folder"]),
    ("link", &["folder"]),
    ("first", &["folder"]),
    ("headers", &["http"]),
    ("format", &["http"]),
];

/// Reads `data`.
pub(super) fn sources(
    report: &mut Report<'_>,
    node: &Node,
    roots: &BTreeSet<String>,
) -> Vec<DataSource> {
    let Some(entries) = report.map(node, "`data`") else { return Vec::new() };
    if entries.len() > MAX_SOURCES {
        let message = text!("a reminder has at most {most} sources", most = MAX_SOURCES);
        let flaw = Flaw::new("too-many", message);
        report.flaw(node, flaw.help(text!("split it into several reminders")));
    }
    let mut reader = Reader { report, roots };
    entries.iter().take(MAX_SOURCES).filter_map(|entry| reader.source(entry)).collect()
}

/// The span a report is about.
fn span(text: &str) -> Result<String, Flaw> {
    if Period::NAMES.contains(&text) {
        return Ok(text.to_owned());
    }
    let message = text!("`{text}` is not a span a report can be about", text = short(text));
    Err(Flaw::new("unknown-word", message).help(suggest(text, Period::NAMES.into_iter())))
}

/// Reads `only_if`.
pub(super) fn only_if(report: &mut Report<'_>, node: &Node) -> Option<Template> {
    let template = texts::template(report, node, "`only_if`")?;
    let text = template.text.trim();
    if text.starts_with("{{") || text.starts_with("{%") {
        let flaw = Flaw::new("bad-condition", text!("`only_if` is an expression, not a template"));
        report.flaw(
            node,
            flaw.help(text!("write it without {{{{ }}}}, such as: stock | length > 0")),
        );
        return None;
    }
    Some(template)
}

struct Reader<'r, 'd, 'w> {
    report: &'r mut Report<'d>,
    roots: &'w BTreeSet<String>,
}

impl Reader<'_, '_, '_> {
    fn source(&mut self, entry: &Entry) -> Option<DataSource> {
        if let Err(flaw) = name(&entry.key) {
            self.report.error(entry.span, flaw);
        }
        if let Value::Scalar(_) = entry.node.value {
            let flaw = Flaw::new("wrong-type", text!("a source says what kind it is"));
            self.report.flaw(
                &entry.node,
                flaw.help(text!("write it with its kind, such as `{{ csv: data/sales.csv }}`")),
            );
            return None;
        }
        let fields = self.report.fields(&entry.node, &keys::SOURCE)?;
        if let Some(later) = ["feed", "events"].iter().find_map(|key| fields.entry(key)) {
            self.report.error(later.span, not_yet(&format!("`{}`", later.key)));
            return None;
        }
        let kinds: Vec<&Entry> = KINDS.iter().filter_map(|kind| fields.entry(kind)).collect();
        let [kind] = kinds.as_slice() else {
            // An unknown key is said already, and may be meant for the kind.
            if entry.node.keys().all(|key| keys::SOURCE.known.contains(&key)) {
                self.one_kind(&fields, &kinds);
            }
            return None;
        };
        self.strange_options(&fields, kind);
        let optional =
            fields.get("optional").and_then(|node| self.report.truth(node, "`optional`"));
        let read = self.kind(kind, &fields)?;
        Some(DataSource {
            name: entry.key.clone(),
            place: self.report.document.place(kind.node.span),
            optional: optional.unwrap_or(false),
            kind: read,
        })
    }

    /// Options that belong to other kinds of sources.
    fn strange_options(&mut self, fields: &Fields<'_>, kind: &Entry) {
        for (option, of) in OPTIONS {
            if let Some(option) = fields.entry(option)
                && !of.contains(&kind.key.as_str())
            {
                let message = text!(
                    "`{key}` means nothing with `{kind}`",
                    key = &option.key,
                    kind = &kind.key
                );
                let help = match of {
                    [one, two] => {
                        text!(
                            "it belongs to `{one}` and `{two}`; delete it here",
                            one = one,
                            two = two
                        )
                    }
                    _ => text!("it belongs to `{kinds}`; delete it here", kinds = of.join("`, `")),
                };
                self.report.error(option.span, Flaw::new("unknown-key", message).help(help));
            }
        }
    }

    fn kind(&mut self, kind: &Entry, fields: &Fields<'_>) -> Option<SourceKind> {
        match kind.key.as_str() {
            "csv" => {
                let text = self.columns(fields);
                self.file(kind, DataFormat::Csv { text })
            }
            "json" => self.file(kind, DataFormat::Json),
            "yaml" => self.file(kind, DataFormat::Yaml),
            "folder" => self.folder(kind, fields),
            "report" => self.report.read(&kind.node, "`report`", span).map(SourceKind::Report),
            _ => {
                let columns = self.columns(fields);
                http::read(self.report, kind, fields, columns).map(SourceKind::Http)
            }
        }
    }

    fn one_kind(&mut self, fields: &Fields<'_>, kinds: &[&Entry]) {
        let known = KINDS.join("`, `");
        match kinds {
            [_, second, ..] => {
                let message = text!(
                    "a source has one kind, and this one also has `{key}`",
                    key = &second.key
                );
                let help = text!("give the second one a name of its own");
                self.report.error(second.span, Flaw::new("two-kinds", message).help(help));
            }
            _ => {
                let flaw =
                    Flaw::new("missing-key", text!("this source does not say where it comes from"));
                self.report
                    .error(fields.span, flaw.help(text!("add one of `{known}`", known = known)));
            }
        }
    }

    fn file(&mut self, entry: &Entry, format: DataFormat) -> Option<SourceKind> {
        let of = format!("`{}`", entry.key);
        let roots = self.roots;
        let path = self
            .report
            .read(&entry.node, &of, |text| texts::path(text, roots, Naming::File, &of))?;
        Some(SourceKind::File { path, format })
    }

    fn folder(&mut self, entry: &Entry, fields: &Fields<'_>) -> Option<SourceKind> {
        let roots = self.roots;
        let read = |text: &str| texts::path(text, roots, Naming::Folder, "`folder`");
        let path = self.report.read(&entry.node, "`folder`", read)?;
        let patterns = fields.get("pattern").map_or_else(Vec::new, |node| self.patterns(node));
        let link = fields.get("link").and_then(|node| self.report.read(node, "`link`", link));
        let first = fields.get("first");
        let first = first.and_then(|node| self.report.word(node, "`first`", &[("all", ())]));
        Some(SourceKind::Folder(Folder { path, patterns, link, first_all: first.is_some() }))
    }

    fn patterns(&mut self, node: &Node) -> Vec<String> {
        let read = |text: &str| match text {
            "" => Err(Flaw::new("bad-pattern", text!("`pattern` is empty"))
                .help(text!("write one such as *.md, or delete the line"))),
            _ if text.len() > LONGEST_PATTERN => {
                Err(Flaw::new("bad-pattern", text!("`pattern` is too long"))
                    .help(text!("write several as a list")))
            }
            _ if text.contains('\\') => {
                Err(Flaw::new("bad-pattern", text!("a pattern is written with `/`"))
                    .help(text!("write it as 2026/*.md")))
            }
            _ => Ok(text.to_owned()),
        };
        let items = node.items().iter().take(MAX_PATTERNS);
        items.filter_map(|item| self.report.read(item, "`pattern`", read)).collect()
    }

    fn columns(&mut self, fields: &Fields<'_>) -> Vec<String> {
        let Some(node) = fields.get("text") else { return Vec::new() };
        let items = node.items().iter().take(MAX_COLUMNS);
        items
            .filter_map(|item| self.report.text(item, "`text`").map(|t| t.trim().to_owned()))
            .collect()
    }
}

/// What stands before the files' own paths.
fn link(text: &str) -> Result<String, Flaw> {
    let whole = ["https://", "http://"].iter().any(|begin| text.starts_with(begin));
    if whole && !text.contains(char::is_whitespace) {
        return Ok(text.to_owned());
    }
    let flaw = Flaw::new("bad-link", text!("`{text}` is not a link", text = short(text)));
    Err(flaw
        .help(text!("write the address of the folder, such as https://wiki.example.com/policies/")))
}

/// Whether templates can name it.
fn name(text: &str) -> Result<(), Flaw> {
    let help = text!("use letters, digits and `_`, such as sales or 销售");
    let mut chars = text.chars();
    let begins = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if !begins || !chars.all(|c| c.is_alphanumeric() || c == '_') || text.len() > 64 {
        let message = text!("a template cannot name `{text}`", text = short(text));
        return Err(Flaw::new("bad-name", message).help(help));
    }
    if TAKEN.contains(&text) || WORDS.contains(&text) {
        let message = text!("`{text}` means something else in a template already", text = text);
        return Err(Flaw::new("bad-name", message).help(text!("choose another name")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_called_by_a_name_templates_can_write() {
        for text in ["sales", "销售", "s_1", "_x"] {
            assert_eq!(name(text), Ok(()), "{text}");
        }
        for text in ["", "1st", "a-b", "a.b", "a b", "due", "not", "True", &"a".repeat(65)] {
            assert_eq!(name(text).expect_err(text).code, "bad-name", "{text}");
        }
    }
}
