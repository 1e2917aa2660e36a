//! A message drawn as a card. East Asian characters take two columns.

use jiff::ZonedDateTime;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::mentioned::{self, Cut};
use crate::model::message::{Format, Mentioned, Message};

/// Text is wrapped at this width, in terminal columns; links are not.
const WRAP: usize = 72;

/// A card is at least this wide inside, in terminal columns.
const NARROWEST: usize = 44;

/// A message in a frame, as people would see it. Ends with a line break.
#[must_use]
pub fn card(target: &str, message: &Message, now: &ZonedDateTime) -> String {
    let lines = lines(message);
    let (target, time) = (one_line(target), now.strftime("%Y-%m-%d %H:%M").to_string());
    let header = target.width().saturating_add(time.width()).saturating_add(5);
    let widest = lines.iter().map(|line| line.width()).max().unwrap_or_default();
    let inner = widest.max(header).max(NARROWEST);
    let rule = |width: usize| "─".repeat(width);
    let mut card = format!("┌─ {target} {} {time} ─┐\n", rule(inner.saturating_sub(header - 1)));
    for line in lines {
        let pad = " ".repeat(inner.saturating_sub(line.width()));
        card.push_str(&format!("│ {line}{pad} │\n"));
    }
    card.push_str(&format!("└{}┘\n", rule(inner.saturating_add(2))));
    card
}

/// What stands inside the frame: title, text, mentions and links, a blank line between them.
fn lines(message: &Message) -> Vec<String> {
    let text = named(&clean(&message.body), people(message));
    let text = if message.format == Format::Markdown { plain(&text) } else { text };
    let title = one_line(&message.title);
    let title = if text.trim_start().starts_with(&title) { String::new() } else { title };
    let links = message.buttons.iter();
    let links = links.map(|link| format!("[ {} ] {}", one_line(&link.label), one_line(&link.url)));
    let mentions = mentions(message);
    let wrapped = [title.as_str(), text.trim_end(), mentions.as_str()].map(wrapped);
    let sections = wrapped.into_iter().chain([links.collect()]);
    let sections: Vec<Vec<String>> = sections.filter(|lines| !lines.is_empty()).collect();
    sections.join(&String::new())
}

fn mentions(message: &Message) -> String {
    if message.mentions.all {
        return "@所有人".to_owned();
    }
    let missing = mentioned::missing(&message.body, people(message)).into_iter();
    missing.map(at).collect::<Vec<_>>().join(" ")
}

/// Those who are mentioned one by one: nobody when everyone is.
fn people(message: &Message) -> &[Mentioned] {
    if message.mentions.all { &[] } else { &message.mentions.people }
}

/// A text that says the names of those it mentions.
fn named(text: &str, people: &[Mentioned]) -> String {
    let cuts = mentioned::cut(text, people).into_iter();
    cuts.map(|cut| match cut {
        Cut::Text(text) => text.to_owned(),
        Cut::Person(person) => at(person),
    })
    .collect()
}

fn at(person: &Mentioned) -> String {
    let name = if person.name.is_empty() { &person.id } else { &person.name };
    format!("@{}", one_line(name))
}

fn one_line(text: &str) -> String {
    clean(text).replace('\n', " ").trim().to_owned()
}

/// A text without what could move the cursor or colour the terminal.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\t', "    ");
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

/// Markdown as plain text, roughly as a group shows it: headings, bold, lists and links.
fn plain(text: &str) -> String {
    let mut in_code = false;
    let mut plain = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if in_code {
            plain.push(format!("    {line}"));
        } else {
            plain.push(linked(&shown(line).replace("**", "").replace("&nbsp;", " ")));
        }
    }
    plain.join("\n")
}

/// A line without the mark of a heading, or with a dot for that of a list item.
fn shown(line: &str) -> String {
    let text = line.trim_start();
    let indent = &line[..line.len() - text.len()];
    let heading = text.trim_start_matches('#');
    if heading.len() < text.len() && heading.starts_with(' ') {
        return heading.trim().to_owned();
    }
    match ["- ", "* ", "+ "].iter().find_map(|mark| text.strip_prefix(mark)) {
        Some(item) => format!("{indent}• {item}"),
        None => line.to_owned(),
    }
}

/// Writes `[label](url)` as `label (url)`.
fn linked(line: &str) -> String {
    let mut linked = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((left, right)) = rest.split_once("](") {
        match (left.rsplit_once('['), right.split_once(')')) {
            (Some((before, label)), Some((url, after))) => {
                linked.push_str(before.strip_suffix('!').unwrap_or(before));
                linked.push_str(&format!("{label} ({url})"));
                rest = after;
            }
            (None, Some(_)) => {
                linked.push_str(left);
                linked.push_str("](");
                rest = right;
            }
            (_, None) => break,
        }
    }
    linked + rest
}

/// Breaks lines at [`WRAP`] columns, at a space where there is one, else between characters.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut rest = line.trim_end();
        while let Some(end) = overflow(rest) {
            let (head, _) = rest.split_at(end);
            let at = head.rfind(' ').filter(|at| *at > end / 2).unwrap_or(end);
            let (head, tail) = rest.split_at(at);
            lines.push(head.trim_end().to_owned());
            rest = tail.trim_start();
        }
        lines.push(rest.to_owned());
    }
    lines
}

/// Where a text passes [`WRAP`] columns; none when it fits. Never its start.
fn overflow(text: &str) -> Option<usize> {
    let mut columns = 0_usize;
    let mut passes = |c: char| {
        columns = columns.saturating_add(c.width().unwrap_or_default());
        columns > WRAP
    };
    text.char_indices().find(|(_, c)| passes(*c)).map(|(at, _)| at)
}
