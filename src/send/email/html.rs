//! The message as HTML that mail programs show: tables and inline styles, nothing that is loaded
//! but the images the author asked for, nothing that runs.

use std::fmt::Write as _;

use super::super::{
    html::{address, escaped},
    markdown::{self, Line, Span},
    plain,
};
use super::content;
use crate::model::message::{Button, Format, Message};

const FONT: &str = "font-family:-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei',\
                    'Noto Sans CJK SC',Helvetica,Arial,sans-serif";

const PAPER: &str = "max-width:640px;width:100%;background:#ffffff;border:1px solid #e3e6ea;\
                     border-radius:8px";

const BUTTON: &str = "display:inline-block;padding:9px 18px;border-radius:6px;background:#1f6feb;\
                      color:#ffffff;text-decoration:none;font-weight:600";

const CODE: &str = "font-family:ui-monospace,Consolas,Menlo,monospace;background:#f3f4f6;\
                    border-radius:4px";

/// A whole page.
pub(super) fn page(message: &Message) -> String {
    let title = escaped(&plain::title(message));
    let body = match message.format {
        Format::Markdown => blocks(&message.body),
        Format::Text => plain_lines(&message.body),
    };
    let mut inside = format!(
        "<h1 style=\"margin:0 0 14px;font-size:20px;line-height:1.35;color:#111827\">{title}</h1>\n\
         {body}"
    );
    let names = content::names(message);
    if !names.is_empty() {
        let _ =
            writeln!(inside, "<p style=\"margin:14px 0 0;color:#1f6feb\">{}</p>", escaped(&names));
    }
    if !message.buttons.is_empty() {
        let buttons: String = message.buttons.iter().map(button).collect();
        let _ = writeln!(inside, "<p style=\"margin:18px 0 0\">{buttons}</p>");
    }
    format!(
        "<!doctype html>\n<html><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\n\
         <body style=\"margin:0;padding:0;background:#f3f4f6\">\n\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr>\
         <td align=\"center\" style=\"padding:24px 12px\">\n\
         <table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"{PAPER}\"><tr>\
         <td align=\"left\" style=\"padding:24px 28px;{FONT};font-size:15px;line-height:1.6;\
         color:#1f2937\">\n{inside}</td></tr></table>\n</td></tr></table>\n</body></html>\n"
    )
}

fn button(button: &Button) -> String {
    let (label, url) = (escaped(&button.label), escaped(&button.url));
    format!("<a href=\"{url}\" style=\"{BUTTON};margin:0 8px 8px 0\">{label}</a>")
}

/// Lines one under the other, a blank one between paragraphs; lists and code as such.
fn blocks(body: &str) -> String {
    let mut html = String::new();
    let (mut open, mut text): (Option<&str>, Vec<String>) = (None, Vec::new());
    for line in markdown::lines(body).iter().chain([&Line::Blank]) {
        let kind = match line {
            Line::Text(_) => Some("p"),
            Line::Quote(_) => Some("blockquote"),
            Line::Code(_) => Some("pre"),
            Line::Item(_, None, _) => Some("ul"),
            Line::Item(_, Some(_), _) => Some("ol"),
            Line::Blank | Line::Heading(_) | Line::Rule => None,
        };
        if kind != open {
            close(&mut html, open, &mut text);
            open = kind;
        }
        match line {
            Line::Blank => {}
            Line::Rule => html.push_str("<hr style=\"border:0;border-top:1px solid #e3e6ea\">\n"),
            Line::Heading(spans) => {
                let style = "margin:16px 0 6px;font-size:17px;color:#111827";
                let _ = writeln!(html, "<h2 style=\"{style}\">{}</h2>", shown(spans));
            }
            Line::Text(spans) | Line::Quote(spans) => text.push(shown(spans)),
            Line::Code(code) => text.push(escaped(code)),
            Line::Item(depth, number, spans) => text.push(item(*depth, number.as_deref(), spans)),
        }
    }
    close(&mut html, open, &mut text);
    html
}

fn item(depth: usize, number: Option<&str>, spans: &[Span]) -> String {
    let indent = 20 * depth.min(8);
    let value = number.map(|number| format!(" value=\"{number}\"")).unwrap_or_default();
    format!("<li{value} style=\"margin-left:{indent}px\">{}</li>", shown(spans))
}

/// Ends what lines have gathered in.
fn close(html: &mut String, kind: Option<&str>, text: &mut Vec<String>) {
    let Some(kind) = kind else { return };
    let (style, gap) = match kind {
        "blockquote" => {
            ("margin:8px 0;padding:2px 12px;border-left:3px solid #cbd5e1;color:#4b5563", "<br>")
        }
        "pre" => ("margin:8px 0;padding:10px 12px;white-space:pre-wrap;font-size:13px", "\n"),
        "ul" | "ol" => ("margin:8px 0;padding-left:24px", "\n"),
        _ => ("margin:8px 0", "<br>\n"),
    };
    let code = if kind == "pre" { format!(";{CODE}") } else { String::new() };
    let _ = writeln!(html, "<{kind} style=\"{style}{code}\">{}</{kind}>", text.join(gap));
    text.clear();
}

fn plain_lines(body: &str) -> String {
    let lines = escaped(body.trim_end()).replace("\r\n", "\n").replace('\n', "<br>\n");
    format!("<p style=\"margin:8px 0\">{lines}</p>\n")
}

fn shown(spans: &[Span]) -> String {
    let one = |span: &Span| match span {
        Span::Text(text) => escaped(text),
        Span::Bold(inside) => format!("<strong>{}</strong>", shown(inside)),
        Span::Italic(inside) => format!("<em>{}</em>", shown(inside)),
        Span::Struck(inside) => format!("<s>{}</s>", shown(inside)),
        Span::Code(code) => {
            format!("<code style=\"{CODE};padding:1px 4px\">{}</code>", escaped(code))
        }
        Span::Link(label, url) => match address(url) {
            Some(url) => format!("<a href=\"{url}\" style=\"color:#1f6feb\">{}</a>", shown(label)),
            None => shown(label),
        },
        Span::Image(words, url) => match address(url) {
            Some(url) => {
                format!("<img src=\"{url}\" alt=\"{}\" style=\"max-width:100%\">", escaped(words))
            }
            None => escaped(words),
        },
    };
    spans.iter().map(one).collect()
}
