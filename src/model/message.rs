//! A message: what a group will read, before any robot's dialect.

use serde::{Deserialize, Serialize};

use super::reminder::Priority;

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

impl Default for Part {
    /// The only one.
    fn default() -> Self {
        Self { number: 1, of: 1 }
    }
}

/// What one delivery shows. Stored as it will be sent; the robot's dialect turns it into a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Order in the queue; some robots show that it is urgent.
    #[serde(default)]
    pub priority: Priority,
    /// For a personal message: to whom, by the robot's id. Nobody: to the group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Mentioned>,
    /// It only rings, for a message that went before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ring: bool,
    /// Whom it has reached, where it has several receivers.
    #[serde(default, skip_serializing_if = "Progress::is_none")]
    pub progress: Progress,
}

/// How far a message came that goes to several receivers, each by their id. Whoever is not named
/// here has it, once there is any progress at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Progress {
    /// They have to be tried again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<String>,
    /// They were refused for good; a redrive tries them once more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
}

impl Progress {
    /// Whether nothing has come of it yet.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.again.is_empty() && self.refused.is_empty()
    }

    /// Whether a receiver is still to be tried.
    #[must_use]
    pub fn wants(&self, id: &str) -> bool {
        let left = if self.again.is_empty() { &self.refused } else { &self.again };
        left.is_empty() || left.iter().any(|one| one == id)
    }

    /// What one more attempt adds to it: whoever was refused before and not tried now stays so.
    #[must_use]
    pub fn after(&self, attempt: Self) -> Self {
        let earlier = self.refused.iter().filter(|id| !self.wants(id)).cloned();
        let refused = earlier.chain(attempt.refused).collect();
        Self { again: attempt.again, refused }
    }
}
