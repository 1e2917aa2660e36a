//! Messages over a robot's size: numbered parts at paragraph boundaries, or a cut with a notice.

use crate::model::{
    language::Language,
    message::{Mentions, Message},
    target::Shape,
};

/// No message is split into more parts; what is beyond is cut.
const MOST_PARTS: usize = 20;

/// Cuts a message into parts that fit. Mentions and buttons are in the last one only.
pub(super) fn split(whole: Message, shape: &Shape) -> Vec<Message> {
    if fits(&whole, shape) {
        return vec![whole];
    }
    let mut parts: Vec<String> = Vec::new();
    let mut rest = whole.body.as_str();
    while !rest.is_empty() && parts.len() < MOST_PARTS {
        // The last part is the heaviest: it carries mentions and buttons. Every part leaves room
        // for them, so that whichever is last fits.
        let end = longest(rest, |end| {
            fits(&numbered(&whole, &rest[..end], MOST_PARTS, MOST_PARTS, true), shape)
        });
        let end = boundary(rest, end);
        parts.push(rest[..end].trim_matches('\n').to_owned());
        rest = rest[end..].trim_start_matches('\n');
    }
    if let Some(last) = parts.last_mut().filter(|_| !rest.is_empty()) {
        last.push_str("\n…");
    }
    let of = parts.len();
    (1..)
        .zip(&parts)
        .map(|(number, text)| numbered(&whole, text, number, of, number == of))
        .collect()
}

/// Cuts a message to the robot's size and says so.
pub(super) fn truncate(whole: Message, shape: &Shape, language: Language) -> Message {
    if fits(&whole, shape) {
        return whole;
    }
    let notice = match language {
        Language::English => "… (shortened: the message was too long)",
        Language::Chinese => "……（内容过长，已截断）",
        Language::Indonesian => "… (dipotong: pesan terlalu panjang)",
        Language::Portuguese => "… (cortada: a mensagem era longa demais)",
    };
    let cut = |end: usize| Message {
        body: format!("{}\n\n{notice}", whole.body[..end].trim_end()),
        ..whole.clone()
    };
    cut(longest(&whole.body, |end| fits(&cut(end), shape)))
}

fn fits(message: &Message, shape: &Shape) -> bool {
    (shape.encoded_len)(message) <= shape.max_bytes
}

fn numbered(whole: &Message, text: &str, number: usize, of: usize, last: bool) -> Message {
    let (mentions, buttons) = if last {
        (whole.mentions.clone(), whole.buttons.clone())
    } else {
        (Mentions::default(), Vec::new())
    };
    Message { body: format!("{text}\n\n({number}/{of})"), mentions, buttons, ..whole.clone() }
}

/// The longest start of `text` that fits, at a character boundary; at least one character.
fn longest(text: &str, fits: impl Fn(usize) -> bool) -> usize {
    let ends: Vec<usize> =
        text.char_indices().skip(1).map(|(at, _)| at).chain([text.len()]).collect();
    let fitting = ends.partition_point(|end| fits(*end));
    ends.get(fitting.saturating_sub(1)).copied().unwrap_or(text.len())
}

/// Moves a cut back to the end of a paragraph, else of a line, where that keeps half of it.
fn boundary(text: &str, end: usize) -> usize {
    if end == text.len() {
        return end;
    }
    let start = &text[..end];
    ["\n\n", "\n"]
        .iter()
        .filter_map(|mark| start.rfind(mark).map(|at| at + mark.len()))
        .find(|at| *at >= end / 2)
        .unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::message::{Format, Part};

    const SHAPE: Shape = Shape {
        max_bytes: 60,
        max_mentions: 50,
        hides_title: false,
        mention: |_| None,
        encoded_len: |message| message.body.len(),
        scanned_text: |message| message.body.clone(),
    };

    fn message(body: &str) -> Message {
        Message {
            title: "t".into(),
            body: body.into(),
            format: Format::Text,
            buttons: Vec::new(),
            mentions: Mentions { all: true, people: Vec::new() },
            part: Part { number: 1, of: 1 },
            key: String::new(),
        }
    }

    #[test]
    fn a_long_message_is_cut_at_paragraphs_and_mentions_once() {
        let parts = split(message(&format!("{}\n\n{}", "甲".repeat(12), "乙".repeat(12))), &SHAPE);
        let bodies: Vec<_> = parts.iter().map(|part| part.body.clone()).collect();
        assert_eq!(
            bodies,
            [format!("{}\n\n(1/2)", "甲".repeat(12)), format!("{}\n\n(2/2)", "乙".repeat(12))]
        );
        assert_eq!(parts.iter().map(|part| part.mentions.all).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn no_character_is_lost_and_no_part_is_too_long() {
        let body: String = (0..100).map(|n| char::from_u32('一' as u32 + n).unwrap()).collect();
        let parts = split(message(&body), &SHAPE);
        assert!(parts.iter().all(|part| part.body.len() <= SHAPE.max_bytes));
        let joined: String =
            parts.iter().map(|part| part.body.split("\n\n(").next().unwrap()).collect();
        assert_eq!(joined, body);
    }

    #[test]
    fn a_truncated_message_fits_and_says_so() {
        let cut = truncate(message(&"字".repeat(100)), &SHAPE, Language::Chinese);
        assert!(
            cut.body.len() <= SHAPE.max_bytes && cut.body.ends_with("已截断）"),
            "{}",
            cut.body
        );
    }
}
