//! A composed text becomes the messages of one target: title, banner, numbers, keyword and size.
//! Pure.

use sha2::{Digest, Sha256};

use super::{
    mentions,
    split::{MOST_PARTS, Piece, Text, heading},
};
use crate::model::{
    language::Language,
    message::{Button, Format, Mentions, Message, Part, Progress},
    occurrence::Occurrence,
    reminder::{Priority, TooLong},
    target::{Shape, Target, TargetId},
};

/// What is to be said to a target, before it is given the robot's shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// One line.
    pub title: String,
    /// The body, rendered and clean.
    pub body: String,
    /// How the body is written.
    pub format: Format,
    /// Links under it.
    pub buttons: Vec<Button>,
    /// Whom it mentions.
    pub mentions: Mentions,
    /// Stands before everything else, e.g. 【测试】.
    pub banner: Option<String>,
}

/// The messages a draft became, and what had to be done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// The parts in order; one when it is short enough.
    pub messages: Vec<Message>,
    /// Something at the end is missing.
    pub cut_off: bool,
    /// None of the target's keywords stands in the draft as it is.
    pub lacks_keyword: bool,
    /// The last message is a short text that mentions those the others cannot.
    pub nudged: bool,
}

/// For whom and by what rules a draft is fitted.
#[derive(Clone, Copy)]
pub struct Fitting<'a> {
    /// To whom.
    pub target: &'a Target,
    /// What the robot demands.
    pub shape: &'a Shape,
    /// What to do when it is over the robot's size.
    pub too_long: TooLong,
    /// The language of the notice that something is missing.
    pub language: Language,
    /// How urgent it is.
    pub priority: Priority,
    /// Whose message it is; its key derives from this.
    pub occurrence: &'a Occurrence,
}

/// The idempotency key of a part: 32 lowercase hexadecimal digits that depend on occurrence,
/// target and part number alone.
#[must_use]
pub fn key(occurrence: &Occurrence, target: &TargetId, part: u32) -> String {
    let text = format!("{}\n{target}\n{part}", occurrence.id());
    let nibbles = Sha256::digest(text).into_iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(|nibble| char::from_digit(nibble.into(), 16).unwrap_or_default()).collect()
}

/// Gives a draft the robot's shape: within its size, a keyword in every part, mentions and buttons
/// in the last part only. None when title, mentions and buttons alone are over the size.
#[must_use]
pub fn fit(draft: &Draft, fitting: &Fitting) -> Option<Fitted> {
    let maker = Maker { draft, fitting };
    let text = Text::new(&draft.body, draft.format);
    let whole = text.whole();
    let message = maker.message(&whole, SINGLE, true);
    let (mut messages, cut_off) = match maker.has_room(&message) {
        true => (vec![message], whole.cut_off),
        false => maker.divided(&text)?,
    };
    let of = count(messages.len());
    let nudge = messages.last().and_then(|last| maker.nudge(last));
    let nudged = nudge.is_some();
    messages.extend(nudge);
    for message in &mut messages {
        message.part.of = of.saturating_add(u32::from(nudged));
    }
    let lacks_keyword = !fitting.target.keywords.is_empty()
        && !maker.has_keyword(&maker.bare(&whole, SINGLE, true));
    Some(Fitted { messages, cut_off, lacks_keyword, nudged })
}

/// The part of a message that is short enough.
const SINGLE: Part = Part { number: 1, of: 1 };

/// Makes the messages of one draft.
#[derive(Clone, Copy)]
struct Maker<'a> {
    draft: &'a Draft,
    fitting: &'a Fitting<'a>,
}

impl Maker<'_> {
    /// The messages of a text that is over the robot's size, and whether something is missing.
    fn divided(&self, text: &Text<'_>) -> Option<(Vec<Message>, bool)> {
        let longest = self.fitting.shape.longest(self.draft.format);
        let pieces = match self.fitting.too_long {
            TooLong::Truncate => {
                vec![text.cut_off(0, longest, |piece| self.fits(piece, SINGLE, true))?]
            }
            TooLong::Split => text.pieces(longest, |piece, number, last| {
                // How many there will be is not known yet; no number is longer than the largest.
                let part = Part { number: count(number), of: count(MOST_PARTS) };
                self.fits(piece, part, last)
            })?,
        };
        let of = count(pieces.len());
        let messages = (1u32..)
            .zip(&pieces)
            .map(|(number, piece)| self.message(piece, Part { number, of }, number == of));
        Some((messages.collect(), pieces.iter().any(|piece| piece.cut_off)))
    }

    fn fits(&self, piece: &Piece, part: Part, last: bool) -> bool {
        self.has_room(&self.message(piece, part, last))
    }

    fn has_room(&self, message: &Message) -> bool {
        (self.fitting.shape.encoded_len)(message) <= self.fitting.shape.longest(self.draft.format)
    }

    /// The message of a piece, a keyword in it.
    fn message(&self, piece: &Piece, part: Part, last: bool) -> Message {
        let mut message = self.bare(piece, part, last);
        if let Some(keyword) = self.fitting.target.keywords.first()
            && !self.has_keyword(&message)
        {
            message.body = self.joined(&[&message.body, keyword]);
        }
        message
    }

    /// The message of a piece as the reminder's author wrote it.
    fn bare(&self, piece: &Piece, part: Part, last: bool) -> Message {
        let Self { draft, fitting } = self;
        let banner = draft.banner.as_deref().unwrap_or_default();
        let notice = if piece.cut_off { notice(fitting.language) } else { "" };
        let text = piece.shown();
        // Only the last part mentions: the others say the names.
        let text = if last { text } else { mentions::named(&text, &draft.mentions.people) };
        Message {
            title: format!("{banner}{}", draft.title),
            body: self.joined(&[&self.lead(part), &text, notice]),
            format: draft.format,
            buttons: if last { draft.buttons.clone() } else { Vec::new() },
            mentions: if last { draft.mentions.clone() } else { Mentions::default() },
            part,
            key: key(fitting.occurrence, &fitting.target.id, part.number),
            priority: fitting.priority,
            people: Vec::new(),
            ring: false,
            progress: Progress::default(),
        }
    }

    /// The short text after the last message that mentions those it cannot: its title.
    fn nudge(&self, last: &Message) -> Option<Message> {
        let mentions = (self.fitting.shape.nudge)(last);
        if !mentions.all && mentions.people.is_empty() {
            return None;
        }
        let number = last.part.number.saturating_add(1);
        let mut nudge = Message {
            title: last.title.clone(),
            body: last.title.clone(),
            format: Format::Text,
            buttons: Vec::new(),
            mentions,
            part: Part { number, of: number },
            key: key(self.fitting.occurrence, &self.fitting.target.id, number),
            priority: last.priority,
            people: Vec::new(),
            ring: false,
            progress: Progress::default(),
        };
        if let Some(keyword) = self.fitting.target.keywords.first()
            && !self.has_keyword(&nudge)
        {
            nudge.body = format!("{} {keyword}", nudge.body);
        }
        Some(nudge)
    }

    /// What stands above the text: the title as a heading where the robot hides it, else the
    /// banner where the robot hides that; and the number where there are several parts.
    fn lead(&self, part: Part) -> String {
        let draft = self.draft;
        let markdown = draft.format == Format::Markdown;
        let hidden = self.fitting.shape.hides_title && markdown;
        let banner = draft.banner.as_deref().unwrap_or_default();
        let number = (part.of > 1).then(|| format!("({}/{})", part.number, part.of));
        let number = number.as_deref().unwrap_or_default();
        let words = match (hidden, begins_with_heading(&draft.body)) {
            (true, false) => [&format!("### {banner}{}", draft.title), number],
            (true, true) => [banner, number],
            (false, _) => ["", number],
        };
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn joined(&self, paragraphs: &[&str]) -> String {
        let gap = match self.draft.format {
            Format::Markdown => "\n\n",
            Format::Text => "\n",
        };
        let filled: Vec<&str> = paragraphs.iter().copied().filter(|p| !p.is_empty()).collect();
        filled.join(gap)
    }

    fn has_keyword(&self, message: &Message) -> bool {
        let keywords = &self.fitting.target.keywords;
        if keywords.is_empty() {
            return true;
        }
        let scanned = (self.fitting.shape.scanned_text)(message);
        keywords.iter().any(|keyword| scanned.contains(keyword.as_str()))
    }
}

/// Whether a Markdown text begins with a heading: `# …`, or a line underlined with `===` or `---`.
fn begins_with_heading(body: &str) -> bool {
    let mut lines = body.lines().skip_while(|line| line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let under = lines.next().unwrap_or_default().trim();
    let underlined = |mark: char| !under.is_empty() && under.chars().all(|c| c == mark);
    heading(first) || underlined('=') || under.len() >= 3 && underlined('-')
}

/// What stands where something was cut off.
fn notice(language: Language) -> &'static str {
    match language {
        Language::Chinese => "……（内容过长，已截断）",
        Language::English => "… (cut off: the message was too long)",
        Language::Indonesian => "… (dipotong: pesan terlalu panjang)",
        Language::Portuguese => "… (cortado: a mensagem era longa demais)",
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::tests::*, *};
    use crate::model::{
        message::{IdKind, Mentioned},
        occurrence::Origin,
        reminder::ReminderId,
    };

    fn draft(title: &str, body: &str) -> Draft {
        let mentioned =
            Mentioned { id: "13800000000".into(), kind: IdKind::Mobile, name: "张三".into() };
        Draft {
            title: title.into(),
            body: body.into(),
            format: Format::Markdown,
            buttons: vec![Button { label: "看".into(), url: "https://e.x/".into() }],
            mentions: Mentions { all: false, people: vec![mentioned] },
            banner: None,
        }
    }

    fn occurrence() -> Occurrence {
        let due_at = "2026-11-24T01:00:00Z".parse().unwrap();
        Occurrence { reminder: ReminderId::new("政策"), due_at, origin: Origin::Schedule }
    }

    fn fitted(draft: &Draft, target: &Target, shape: Shape, too_long: TooLong) -> Option<Fitted> {
        let fitting = Fitting {
            target,
            shape: &shape,
            too_long,
            language: Language::English,
            priority: Priority::Normal,
            occurrence: &occurrence(),
        };
        fit(draft, &fitting)
    }

    fn bodies(draft: &Draft, target: &Target, shape: Shape) -> Vec<String> {
        let fitted = fitted(draft, target, shape, TooLong::Split).unwrap();
        fitted.messages.into_iter().map(|message| message.body).collect()
    }

    #[test]
    fn a_hidden_title_becomes_the_first_heading() {
        let ops = target("ops", "运营群");
        let open = Shape { hides_title: false, ..shape() };
        let text = Draft { format: Format::Text, ..draft("T", "a") };
        for (draft, shape, expected) in [
            (draft("T", "a"), shape(), "### T\n\na"),
            (draft("T", "# a"), shape(), "# a"),
            (draft("T", "\n###### a\nb"), shape(), "###### a\nb"),
            (draft("T", "a\n==="), shape(), "a\n==="),
            (draft("T", "#a"), shape(), "### T\n\n#a"),
            (draft("T", "a\n\n---"), shape(), "### T\n\na\n\n---"),
            (draft("T", "a"), open, "a"),
            (text, shape(), "a"),
        ] {
            assert_eq!(bodies(&draft, &ops, shape), [expected]);
        }
    }

    #[test]
    fn a_banner_is_seen_wherever_the_title_is_not() {
        let ops = target("ops", "运营群");
        let marked = |body: &str| Draft { banner: Some("【测试】".into()), ..draft("T", body) };
        let one = fitted(&marked("a"), &ops, shape(), TooLong::Split).unwrap().messages.remove(0);
        assert_eq!((one.title.as_str(), one.body.as_str()), ("【测试】T", "### 【测试】T\n\na"));
        assert_eq!(bodies(&marked("# a"), &ops, shape()), ["【测试】\n\n# a"]);
    }

    #[test]
    fn parts_are_numbered_and_the_last_one_calls() {
        let ops = target("ops", "运营群");
        let long =
            draft("T", &["one ".repeat(30), "two ".repeat(30), "six ".repeat(15)].join("\n\n"));
        let small = Shape { max_bytes: 400, ..shape() };
        let found = fitted(&long, &ops, small, TooLong::Split).unwrap();
        let messages = &found.messages;
        assert_eq!(messages.len(), 3);
        assert!(!found.cut_off && !found.lacks_keyword);
        for (message, number) in messages.iter().zip(1u32..) {
            assert_eq!(message.part, Part { number, of: 3 });
            assert!(
                message.body.starts_with(&format!("### T ({number}/3)\n\n")),
                "{}",
                message.body
            );
            assert_eq!(message.buttons.len(), usize::from(number == 3));
            assert_eq!(message.mentions.people.len(), usize::from(number == 3));
        }
        let plain = Draft { format: Format::Text, ..long };
        assert!(bodies(&plain, &ops, small)[1].starts_with("(2/3)\ntwo two"));
    }

    #[test]
    fn truncating_leaves_one_part_with_a_notice() {
        let ops = target("ops", "运营群");
        let small = Shape { max_bytes: 400, ..shape() };
        let long = draft("T", &"word ".repeat(500));
        let found = fitted(&long, &ops, small, TooLong::Truncate).unwrap();
        assert!(found.cut_off);
        assert_eq!(found.messages.len(), 1);
        let message = &found.messages[0];
        assert!(message.body.ends_with("word\n\n… (cut off: the message was too long)"));
        assert_eq!((message.part.of, message.mentions.people.len()), (1, 1));
        assert!((small.encoded_len)(message) <= 400);
        let kept = fitted(&draft("T", "short"), &ops, small, TooLong::Truncate).unwrap();
        assert!(!kept.cut_off);
        let hopeless = draft(&"T".repeat(400), "short");
        assert_eq!(fitted(&hopeless, &ops, small, TooLong::Truncate), None);
        assert_eq!(fitted(&hopeless, &ops, small, TooLong::Split), None);
    }

    #[test]
    fn who_cannot_be_mentioned_in_markdown_is_nudged_after_it() {
        let ops = target("ops", "运营群");
        let nudging = Shape {
            nudge: |message| match message.format {
                Format::Markdown => message.mentions.clone(),
                Format::Text => Mentions::default(),
            },
            ..shape()
        };
        let found = fitted(&draft("T", "a"), &ops, nudging, TooLong::Split).unwrap();
        let [first, nudge] = &found.messages[..] else { panic!("{found:?}") };
        assert!(found.nudged && first.body == "### T\n\na");
        assert_eq!(
            (first.part, nudge.part),
            (Part { number: 1, of: 2 }, Part { number: 2, of: 2 })
        );
        assert_eq!((nudge.body.as_str(), nudge.format), ("T", Format::Text));
        assert_eq!(nudge.mentions, first.mentions);
        assert_eq!(nudge.key, key(&occurrence(), &ops.id, 2));
        let quiet = Draft { mentions: Mentions::default(), ..draft("T", "a") };
        assert!(!fitted(&quiet, &ops, nudging, TooLong::Split).unwrap().nudged);
    }

    #[test]
    fn a_keyword_stands_in_every_part() {
        let mut ops = target("ops", "运营群");
        ops.keywords = vec!["政策".into(), "policy".into()];
        let small = Shape { max_bytes: 400, ..shape() };
        let one = |title: &str, body: &str| {
            fitted(&draft(title, body), &ops, shape(), TooLong::Split).unwrap()
        };
        assert!(!one("T", "the policy").lacks_keyword);
        assert!(!one("政策更新", "x").lacks_keyword);
        let lacking = one("T", "x");
        assert!(lacking.lacks_keyword);
        assert_eq!(lacking.messages[0].body, "### T\n\nx\n\n政策");
        let first_only = draft("T", &format!("policy {}", "word ".repeat(80)));
        let found = fitted(&first_only, &ops, small, TooLong::Split).unwrap();
        assert!(!found.lacks_keyword && found.messages.len() > 1);
        assert!(found.messages.iter().skip(1).all(|message| message.body.ends_with("\n\n政策")));
    }

    #[test]
    fn keys_depend_on_occurrence_target_and_part() {
        let manual = Occurrence { origin: Origin::Manual(1), ..occurrence() };
        let (a, b) = (TargetId::new("a"), TargetId::new("b"));
        let keys = [
            key(&occurrence(), &a, 1),
            key(&occurrence(), &a, 2),
            key(&occurrence(), &b, 1),
            key(&manual, &a, 1),
        ];
        assert!(keys.iter().all(|k| k.len() == 32 && k.bytes().all(|c| c.is_ascii_hexdigit())));
        assert!(keys.iter().enumerate().all(|(n, key)| !keys[..n].contains(key)));
        assert_eq!(key(&occurrence(), &a, 1), keys[0]);
        assert_eq!(keys[0], keys[0].to_lowercase());
    }

    proptest! {
        #[test]
        fn no_message_is_over_the_size(
            body in "([a-z政策\"\\\\]{0,30}[ 。\n]{1,3}|```\n|# ){0,200}",
            max_bytes in 400usize..900,
            truncate: bool,
        ) {
            let mut ops = target("ops", "运营群");
            ops.keywords = vec!["政策".into()];
            let shape = Shape { max_bytes, ..shape() };
            let too_long = if truncate { TooLong::Truncate } else { TooLong::Split };
            let draft = draft("T", &body);
            let found = fitted(&draft, &ops, shape, too_long).unwrap();
            for message in &found.messages {
                prop_assert!((shape.encoded_len)(message) <= max_bytes);
                prop_assert!((shape.scanned_text)(message).contains("政策"));
            }
            let shown: String = found.messages.iter().map(|message| message.body.clone()).collect();
            if !found.cut_off {
                let letters = |text: &str| text.matches(['a', 'z', '策']).count();
                prop_assert!(letters(&shown) >= letters(&body));
            }
        }
    }
}
