//! The request body: `text` for plain text, blocks for Markdown, written in Slack's own marks:
//! <https://docs.slack.dev/messaging/formatting-message-text>.

use serde_json::{Value, json};

use super::{
    super::{
        markdown::{self, Line, Span},
        mentioned::{self, Cut},
        plain,
    },
    HEADER_CHARS, LABEL_CHARS, MAX_BLOCKS, MAX_BUTTONS, SECTION_CHARS,
};
use crate::model::message::{Format, Mentioned, Message};

/// The mention of everyone in the channel.
const ALL: &str = "<!channel>";

/// Keeps a mark beside a letter a mark: Slack wants no letter there, and Chinese has no spaces.
const SEAM: char = '\u{200b}';

/// The exact body.
pub(super) fn body(message: &Message) -> Value {
    let people = singly(message);
    match message.format {
        Format::Text => {
            let text = plain::text(message);
            let shown = mentioning(&text, people);
            json!({"text": joined(&[&shown, &missing(&text, message)], "\n")})
        }
        Format::Markdown => {
            let called = missing("", message);
            let title = escaped(&plain::title(message));
            json!({"text": joined(&[&title, &called], " "), "blocks": blocks(message)})
        }
    }
}

fn blocks(message: &Message) -> Vec<Value> {
    let title = json!({"type": "plain_text", "text": cut(&plain::title(message), HEADER_CHARS)});
    let mut blocks = vec![json!({"type": "header", "text": title})];
    let text = marked(&message.body, singly(message));
    let text = joined(&[&text, &missing(&message.body, message)], "\n\n");
    let buttons: Vec<Value> = message
        .buttons
        .iter()
        .map(|button| {
            let label = json!({"type": "plain_text", "text": cut(&button.label, LABEL_CHARS)});
            json!({"type": "button", "text": label, "url": button.url})
        })
        .collect();
    let rows = buttons.chunks(MAX_BUTTONS);
    let room = MAX_BLOCKS.saturating_sub(1 + rows.len());
    let sections = sections(&text).into_iter().take(room);
    blocks.extend(
        sections.map(|text| json!({"type": "section", "text": {"type": "mrkdwn", "text": text}})),
    );
    blocks.extend(rows.map(|row| json!({"type": "actions", "elements": row})));
    blocks
}

/// Cuts a text into stretches a section can hold, between lines where it can be.
fn sections(text: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    let mut left = SECTION_CHARS;
    for line in text.split_inclusive('\n') {
        let chars: Vec<char> = line.chars().collect();
        for piece in chars.chunks(SECTION_CHARS) {
            if piece.len() > left {
                sections.push(String::new());
                left = SECTION_CHARS;
            }
            left -= piece.len();
            if let Some(last) = sections.last_mut() {
                last.extend(piece);
            }
        }
    }
    sections.retain(|section| !section.trim().is_empty());
    sections.iter().map(|section| section.trim_end().to_owned()).collect()
}

/// Markdown in Slack's marks, mentions included.
fn marked(text: &str, people: &[Mentioned]) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut in_code = false;
    for line in markdown::lines(text) {
        let code = matches!(line, Line::Code(_));
        if code != in_code {
            shown.push("```".to_owned());
            in_code = code;
        }
        let spans = |spans: &[Span]| spans_of(spans, people);
        shown.push(match line {
            Line::Blank => String::new(),
            Line::Heading(title) => format!("*{}*", spans(&bare(title))),
            Line::Item(depth, None, item) => format!("{}• {}", "    ".repeat(depth), spans(&item)),
            Line::Item(depth, Some(number), item) => {
                format!("{}{number}. {}", "    ".repeat(depth), spans(&item))
            }
            Line::Quote(quote) => format!("> {}", spans(&quote)),
            Line::Code(code) => escaped(&code),
            Line::Rule => "──────────".to_owned(),
            Line::Text(text) => spans(&text),
        });
    }
    if in_code {
        shown.push("```".to_owned());
    }
    shown.join("\n")
}

/// A heading is bold as a whole: bold marks within it would end it.
fn bare(spans: Vec<Span>) -> Vec<Span> {
    let one = |span| match span {
        Span::Bold(inside) => bare(inside),
        other => vec![other],
    };
    spans.into_iter().flat_map(one).collect()
}

fn spans_of(spans: &[Span], people: &[Mentioned]) -> String {
    let mut shown = String::new();
    for span in spans {
        let inside = |spans: &[Span]| spans_of(spans, people);
        let (mark, text) = match span {
            Span::Text(text) => ("", mentioning(text, people)),
            Span::Bold(spans) => ("*", inside(spans)),
            Span::Italic(spans) => ("_", inside(spans)),
            Span::Struck(spans) => ("~", inside(spans)),
            Span::Code(code) => ("`", escaped(code)),
            Span::Link(label, url) => ("", link(url, &inside(label))),
            Span::Image(words, url) => ("", link(url, &escaped(words))),
        };
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let after_mark = shown.ends_with(['*', '_', '~', '`']);
        if !mark.is_empty() && letter(shown.chars().next_back())
            || after_mark && letter(text.chars().next())
        {
            shown.push(SEAM);
        }
        shown.push_str(mark);
        shown.push_str(&text);
        shown.push_str(mark);
    }
    shown
}

fn link(url: &str, label: &str) -> String {
    let url = url.replace('|', "%7C").replace('>', "%3E").replace('<', "%3C");
    match label.replace('|', "/") {
        label if label.is_empty() => format!("<{url}>"),
        label => format!("<{url}|{label}>"),
    }
}

/// A text in which nothing is taken for a mark of Slack's control characters.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The same, with its mentions.
fn mentioning(text: &str, people: &[Mentioned]) -> String {
    let one = |cut: Cut<'_, '_>| match cut {
        Cut::Text(text) => escaped(text),
        Cut::Person(person) => format!("<@{}>", person.id),
    };
    mentioned::cut(text, people).into_iter().map(one).collect()
}

/// The mentions a text leaves out.
fn missing(text: &str, message: &Message) -> String {
    let missing = mentioned::missing(text, singly(message)).into_iter();
    let mut tags: Vec<String> = missing.map(|person| format!("<@{}>", person.id)).collect();
    tags.extend(message.mentions.all.then(|| ALL.to_owned()));
    tags.join(" ")
}

fn joined(texts: &[&str], gap: &str) -> String {
    let filled: Vec<&str> = texts.iter().copied().filter(|text| !text.is_empty()).collect();
    filled.join(gap)
}

fn cut(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    text.chars().take(chars.saturating_sub(1)).chain(['…']).collect()
}

/// Those who are mentioned one by one: nobody when everyone is.
fn singly(message: &Message) -> &[Mentioned] {
    if message.mentions.all { &[] } else { &message.mentions.people }
}
