//! A message as a piece of a page, about as a group shows it. Everything is escaped, and nothing is
//! loaded from elsewhere: an image is a link.

use super::{
    markdown::{self, Line, Span},
    plain,
};
use crate::model::message::{Format, Message};

/// Title, text, mentions and buttons.
#[must_use]
pub fn card(message: &Message) -> String {
    let title = plain::title(message);
    let mut html = format!("<h3>{}</h3>\n", escaped(&title));
    match message.format {
        Format::Markdown => blocks(&message.body, &title, &mut html),
        Format::Text => {
            let lines: Vec<String> = message.body.trim_end().lines().map(escaped).collect();
            html.push_str(&format!("<p>{}</p>\n", lines.join("<br>")));
        }
    }
    let people = message.mentions.people.iter();
    let names = people.map(|person| if person.name.is_empty() { &person.id } else { &person.name });
    let names: Vec<String> = match message.mentions.all {
        true => vec!["@所有人".to_owned()],
        false => names.map(|name| format!("@{name}")).collect(),
    };
    if !names.is_empty() {
        html.push_str(&format!("<p class=\"at\">{}</p>\n", escaped(&names.join(" "))));
    }
    let buttons = message.buttons.iter().map(|button| link(&escaped(&button.label), &button.url));
    let buttons: String = buttons.collect();
    if !buttons.is_empty() {
        html.push_str(&format!("<p class=\"buttons\">{buttons}</p>\n"));
    }
    html
}

/// Text that means nothing but itself in a page.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // No page may hold them.
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// What lines that belong together are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Paragraph,
    Quote,
    Code,
    List,
}

/// The lines as paragraphs, lists, quotes and code. A heading that repeats the title is left out.
fn blocks(body: &str, title: &str, html: &mut String) {
    let mut open: Option<(Block, Vec<String>)> = None;
    let lines = markdown::lines(body);
    for (at, line) in lines.iter().enumerate() {
        let (block, text) = match line {
            Line::Text(spans) => (Block::Paragraph, shown(spans)),
            Line::Quote(spans) => (Block::Quote, shown(spans)),
            Line::Code(code) => (Block::Code, escaped(code)),
            Line::Item(depth, number, spans) => {
                (Block::List, item(*depth, number.as_deref(), spans))
            }
            Line::Blank | Line::Rule | Line::Heading(_) => {
                close(open.take(), html);
                match line {
                    Line::Rule => html.push_str("<hr>\n"),
                    Line::Heading(spans) if at > 0 || shown(spans) != escaped(title) => {
                        html.push_str(&format!("<h4>{}</h4>\n", shown(spans)));
                    }
                    _ => {}
                }
                continue;
            }
        };
        match &mut open {
            Some((same, texts)) if *same == block => texts.push(text),
            _ => {
                close(open.take(), html);
                open = Some((block, vec![text]));
            }
        }
    }
    close(open, html);
}

fn close(open: Option<(Block, Vec<String>)>, html: &mut String) {
    let Some((block, texts)) = open else { return };
    html.push_str(&match block {
        Block::Paragraph => format!("<p>{}</p>\n", texts.join("<br>")),
        Block::Quote => format!("<blockquote>{}</blockquote>\n", texts.join("<br>")),
        Block::Code => format!("<pre>{}</pre>\n", texts.join("\n")),
        Block::List => format!("<div class=\"list\">{}</div>\n", texts.concat()),
    });
}

/// An item keeps the number it was written with.
fn item(depth: usize, number: Option<&str>, spans: &[Span]) -> String {
    let mark = number.map_or_else(|| "•".to_owned(), |number| format!("{}.", escaped(number)));
    let depth = depth.min(5);
    format!("<div class=\"d{depth}\"><span>{mark}</span><span>{}</span></div>", shown(spans))
}

fn shown(spans: &[Span]) -> String {
    let one = |span: &Span| match span {
        Span::Text(text) => escaped(text).replace("&amp;nbsp;", "&nbsp;"),
        Span::Bold(inside) => format!("<b>{}</b>", shown(inside)),
        Span::Italic(inside) => format!("<i>{}</i>", shown(inside)),
        Span::Struck(inside) => format!("<s>{}</s>", shown(inside)),
        Span::Code(code) => format!("<code>{}</code>", escaped(code)),
        Span::Link(label, url) => link(&shown(label), url),
        Span::Image(words, url) => link(&format!("🖼 {}", escaped(words)), url),
    };
    spans.iter().map(one).collect()
}

/// The address of a link that leads somewhere and runs nothing.
pub(super) fn address(url: &str) -> Option<String> {
    let lower = url.to_ascii_lowercase();
    let sound = ["https://", "http://", "mailto:", "tel:"].iter().any(|way| lower.starts_with(way));
    sound.then(|| escaped(url))
}

/// A link; the label alone where it leads nowhere.
fn link(label: &str, url: &str) -> String {
    match address(url) {
        Some(url) => format!("<a href=\"{url}\" rel=\"noreferrer\">{label}</a>"),
        None => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::message::{Button, Mentioned, Part};

    fn message(title: &str, body: &str, format: Format) -> Message {
        Message {
            title: title.to_owned(),
            body: body.to_owned(),
            format,
            part: Part { number: 1, of: 1 },
            ..Message::default()
        }
    }

    #[test]
    fn marks_become_elements_and_the_title_stands_once() {
        let body = "# 政策\n\n请看 **新版** 与 `代码`，[全文](https://example.com/a?b=1&c=2)。  \n第二行\n\n- 一\n  - 二\n3. 三\n> 引\n---\n```\n<b>\n```\n";
        assert_eq!(
            card(&message("政策", body, Format::Markdown)),
            "<h3>政策</h3>\n\
             <p>请看 <b>新版</b> 与 <code>代码</code>，<a href=\"https://example.com/a?b=1&amp;c=2\" \
             rel=\"noreferrer\">全文</a>。<br>第二行</p>\n\
             <div class=\"list\"><div class=\"d0\"><span>•</span><span>一</span></div>\
             <div class=\"d1\"><span>•</span><span>二</span></div>\
             <div class=\"d0\"><span>3.</span><span>三</span></div></div>\n\
             <blockquote>引</blockquote>\n<hr>\n<pre>&lt;b&gt;</pre>\n"
        );
    }

    #[test]
    fn nothing_in_a_message_becomes_a_part_of_the_page() {
        let nasty = "<script>alert(1)</script> <img src=x onerror=alert(1)> \" ' & \u{1b}[31m";
        let mut one = message(
            nasty,
            &format!("{nasty}\n[{nasty}](javascript:alert(1)) ![a](data:text/html,x)"),
            Format::Markdown,
        );
        one.buttons.push(Button { label: nasty.to_owned(), url: "javascript:alert(1)".to_owned() });
        one.buttons
            .push(Button { label: "b".to_owned(), url: "https://e.com/\"><script>".to_owned() });
        let person = Mentioned {
            id: "x".into(),
            kind: crate::model::message::IdKind::User,
            name: nasty.to_owned(),
        };
        one.mentions.people.push(person);
        for format in [Format::Markdown, Format::Text] {
            one.format = format;
            let html = card(&one);
            for mark in [
                "<script",
                "<img",
                "onerror=alert(1)>",
                "href=\"javascript",
                "href=\"data",
                "\u{1b}",
            ] {
                let quoted = html.contains(mark) && !html.contains(&escaped(mark));
                assert!(
                    !quoted && !html.contains("<script") && !html.contains("<img"),
                    "{mark}: {html}"
                );
            }
            assert!(html.contains("&lt;script&gt;alert(1)"), "{html}");
        }
    }
}
