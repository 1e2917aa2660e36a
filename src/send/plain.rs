//! A message as plain text, for robots whose plain text knows neither titles nor buttons.

use std::fmt::Write;

use crate::model::message::Message;

/// The title is the first line, unless the text begins with it; each button is a line with its link.
pub(super) fn text(message: &Message) -> String {
    let body = message.body.trim_end();
    let mut text = String::new();
    let title = message.title.trim();
    if !title.is_empty() && !body.trim_start().starts_with(title) {
        text.push_str(title);
        text.push('\n');
    }
    text.push_str(body);
    for button in &message.buttons {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{}: {}", button.label, button.url);
    }
    text.replace("\r\n", "\n").trim_end().to_owned()
}

/// The title on one line, else the first line of the text, and never empty: robots demand one.
pub(super) fn title(message: &Message) -> String {
    let first = message.body.lines().map(|line| line.trim_matches(['#', ' ']));
    let mut lines = message.title.lines().chain(first).map(str::trim);
    lines.find(|line| !line.is_empty()).unwrap_or("…").to_owned()
}

/// A text on one line, without control characters: for headers.
pub(super) fn line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
