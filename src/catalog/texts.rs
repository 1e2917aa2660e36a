//! What a reminder says: titles, texts, files and buttons. Templates are compiled elsewhere; here
//! they get their place, so that their errors point into the file.

use std::collections::BTreeSet;

use crate::{
    model::{
        reminder::{Body, ButtonTemplate, Template},
        text::{Text, text},
    },
    yaml::{Fields, Flaw, Keys, Node, Report, Span, Style, Value, short, suggest},
};

use super::keys;

/// An inline template may be this long, in bytes.
const MAX_TEMPLATE: usize = 32 * 1024;
/// A title may be this long, in characters; it stands in one line of a chat list.
const MAX_TITLE: usize = 500;
/// More buttons than this fit no message.
const MAX_BUTTONS: usize = 20;

/// The title.
pub(super) fn title(report: &mut Report<'_>, node: &Node) -> Option<Template> {
    let title = template(report, node, "`title`")?;
    let text = title.text.trim();
    let flaw = if text.contains('\n') {
        Flaw::new("bad-title", text!("`title` has more than one line"))
            .help(text!("move the rest to `text`"))
    } else if text.chars().count() > MAX_TITLE {
        let message = text!("`title` has more than {most} characters", most = MAX_TITLE);
        Flaw::new("too-long", message).help(text!("keep it short; the rest belongs to `text`"))
    } else {
        return Some(Template { text: text.to_owned(), ..title });
    };
    report.flaw(node, flaw);
    None
}

/// `text` or `file`, exactly one of them.
pub(super) fn body(
    report: &mut Report<'_>,
    fields: &Fields<'_>,
    id: Span,
    roots: &BTreeSet<String>,
) -> Option<Body> {
    match (fields.entry("text"), fields.entry("file")) {
        (Some(text), None) => template(report, &text.node, "`text`").map(Body::Inline),
        (None, Some(file)) => {
            let path = report
                .read(&file.node, "`file`", |text| path(text, roots, Naming::File, "`file`"))?;
            Some(Body::File { path, place: report.document.place(file.node.span) })
        }
        (Some(_), Some(file)) => {
            let message = text!("a reminder has a `text` or a `file`, and this one has both");
            report.error(
                file.span,
                Flaw::new("two-bodies", message).help(text!("delete one of the two")),
            );
            None
        }
        (None, None) => {
            let message = text!("this reminder has no `text`, so there is nothing to send");
            let help = text!(
                "add `text:` with what the group shall read, or `file:` with a template file"
            );
            report.error(id, Flaw::new("missing-key", message).help(help));
            None
        }
    }
}

/// `buttons`: each with a label and a link.
pub(super) fn buttons(report: &mut Report<'_>, node: &Node) -> Vec<ButtonTemplate> {
    if node.items().len() > MAX_BUTTONS {
        let message = text!("a message has at most {most} buttons", most = MAX_BUTTONS);
        report.flaw(node, Flaw::new("too-many", message).help(text!("keep the important ones")));
    }
    let items = node.items().iter().take(MAX_BUTTONS);
    items.filter_map(|item| button(report, item, &keys::BUTTON)).collect()
}

fn button(report: &mut Report<'_>, node: &Node, keys: &Keys) -> Option<ButtonTemplate> {
    let fields = report.fields(node, keys)?;
    let mut part = |key: &str| {
        let Some(node) = fields.get(key) else {
            let flaw = Flaw::new("missing-key", text!("this button has no `{key}`", key = key));
            report.error(
                fields.span,
                flaw.help(text!("write {{ label: 打开, url: \"https://…\" }}")),
            );
            return None;
        };
        template(report, node, &format!("`{key}`"))
    };
    let (label, url) = (part("label"), part("url"));
    if let (Some(url), Some(node)) = (&url, fields.get("url"))
        && let Some(flaw) = bad_link(url.text.trim())
    {
        report.flaw(node, flaw);
        return None;
    }
    Some(ButtonTemplate { label: label?, url: url? })
}

/// What keeps a text from being a link; the parts a template fills in are not looked at.
fn bad_link(text: &str) -> Option<Flaw> {
    let help = text!("write the whole address, such as https://wiki.example.com/policies");
    if text.starts_with("{{") || text.starts_with("{%") {
        return None;
    }
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let known = !scheme.is_empty()
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        && !text.contains("：//");
    if !known {
        return Some(
            Flaw::new("bad-link", text!("`{text}` is not a link", text = short(text))).help(help),
        );
    }
    let blank = !text.contains("{{") && text.contains(char::is_whitespace);
    blank.then(|| Flaw::new("bad-link", text!("a link has no spaces in it")).help(help))
}

/// A template with the place of its first line.
pub(super) fn template(report: &mut Report<'_>, node: &Node, of: &str) -> Option<Template> {
    let text = report.text(node, of)?;
    if text.trim().is_empty() {
        let flaw = Flaw::new("missing-value", text!("{of} is empty", of = of));
        report.flaw(node, flaw.help(text!("write what people shall read")));
        return None;
    }
    if text.len() > MAX_TEMPLATE {
        let message = text!("{of} has more than {size} KiB", of = of, size = MAX_TEMPLATE / 1024);
        report.flaw(
            node,
            Flaw::new("too-long", message)
                .help(text!("move it to a file and name it with `file:`")),
        );
        return None;
    }
    let Value::Scalar(scalar) = &node.value else { return None };
    let (span, indent) = match scalar.style {
        Style::Plain => (node.span, 0),
        Style::Quoted => (Span { column: node.span.column.saturating_add(1), ..node.span }, 0),
        Style::Block { indent, line } => {
            let first = text.lines().next().map_or(1, |line| line.chars().count().max(1));
            let length = u32::try_from(first).unwrap_or(u32::MAX);
            (Span { line, column: indent.saturating_add(1), length }, indent)
        }
    };
    Some(Template { text: text.to_owned(), place: report.document.place(span), indent })
}

/// What a path has to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// A file.
    File,
    /// A folder; the content folder itself is `.`.
    Folder,
}

/// A path under a content root: relative, never upwards. Whether the file is there, and no link
/// that leads elsewhere, is seen when it is read.
pub(super) fn path(
    text: &str,
    roots: &BTreeSet<String>,
    naming: Naming,
    of: &str,
) -> Result<String, Flaw> {
    let inside = || text!("write a path inside the content folder, such as notices/policy.md");
    let wrong = |message: Text| Flaw::new("bad-path", message).help(inside());
    if text.is_empty() {
        return Err(wrong(text!("{of} names nothing", of = of)));
    }
    if text.len() > 1024 || text.contains(char::is_control) {
        return Err(wrong(text!("this cannot be the path of a file")));
    }
    if text.contains('\\') {
        return Err(wrong(text!("a path is written with `/`, not with `\\`")));
    }
    let drive = text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic();
    if text.starts_with(['/', '~']) || (drive && !roots.contains(&text[..1])) {
        return Err(wrong(text!("the path begins outside the content folder")));
    }
    let (root, path) = text.split_once(':').unwrap_or(("", text));
    if !roots.contains(root) {
        let known = roots.iter().filter(|name| !name.is_empty()).map(String::as_str);
        let message = match root {
            "" => text!("there are several content folders, and this path names none"),
            root => text!("there is no content folder `{root}`", root = short(root)),
        };
        let flaw = Flaw::new("unknown-folder", message);
        return Err(match known.clone().count() {
            0 => flaw.help(inside()),
            _ => flaw.help(suggest(root, known)),
        });
    }
    if path.starts_with('/') || path.split('/').any(|part| part == "..") {
        return Err(wrong(text!("the path leads out of the content folder")));
    }
    if naming == Naming::File && (path.ends_with('/') || path.is_empty()) {
        return Err(wrong(text!("{of} names a folder, not a file", of = of)));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_its_folder() {
        let one = BTreeSet::from([String::new()]);
        let named = BTreeSet::from(["hr".to_owned(), "d".to_owned()]);
        for (text, roots) in
            [("a/b.md", &one), ("政策.md", &one), ("hr:a.md", &named), ("d:a.md", &named)]
        {
            assert_eq!(path(text, roots, Naming::File, "`file`").as_deref(), Ok(text));
        }
        let cases = [
            ("", &one),
            ("/etc/passwd", &one),
            ("~/x", &one),
            ("../x", &one),
            ("a/../../x", &one),
            ("a\\b", &one),
            ("C:/x", &one),
            ("a/", &one),
            ("hr:/etc/passwd", &named),
            ("hr:..", &named),
        ];
        for (text, roots) in cases {
            assert_eq!(
                path(text, roots, Naming::File, "`file`").expect_err(text).code,
                "bad-path",
                "{text}"
            );
        }
        for (text, roots) in [("hr:a.md", &one), ("a.md", &named), ("hx:a", &named)] {
            assert_eq!(
                path(text, roots, Naming::File, "`file`").expect_err(text).code,
                "unknown-folder",
                "{text}"
            );
        }
    }

    #[test]
    fn links_are_whole() {
        for text in ["https://a.b/c?x={{ y z }}", "{{ item.url }}", "dingtalk://x", "mailto:a@b.c"]
        {
            assert_eq!(bad_link(text), None, "{text}");
        }
        for text in ["wiki.example.com", "https://a b", "https：//a.b", "政策", ""] {
            assert!(bad_link(text).is_some(), "{text}");
        }
    }
}
