//! A message: what a group will read, before any robot's dialect.

use serde::{Deserialize, Serialize};

/// How the body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Markdown, in the subset the robot shows.
    #[default]
    Markdown,
    /// Plain text.
    Text,
}

/// A link under the message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

/// By which id a robot mentions someone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdKind {
    /// The robot's own user id.
    User,
    /// A mobile number.
    Mobile,
}

/// One person mentioned, by the one id this robot takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mentioned {
    /// The id.
    pub id: String,
    /// Its kind.
    pub kind: IdKind,
    /// What people call them.
    pub name: String,
}

/// Whom the message mentions. With `all`, nobody is mentioned singly.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mentions {
    /// Everyone in the group.
    pub all: bool,
    /// People, each once.
    pub people: Vec<Mentioned>,
}

/// Which part of a message that had to be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Part {
    /// From 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}

/// What one delivery shows. Stored as it will be sent; the robot's dialect turns it into a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// Short headline.
    pub title: String,
    /// The body, complete: heading, part number, banner and mentions line are the dialect's and composer's work already done.
    pub body: String,
    /// How the body is written.
    pub format: Format,
    /// Links under the message.
    pub buttons: Vec<Button>,
    /// Whom it mentions.
    pub mentions: Mentions,
    /// Which part it is.
    pub part: Part,
    /// The idempotency key: derived from occurrence, target and part; the same over retries.
    pub key: String,
}
