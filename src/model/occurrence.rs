//! An occurrence: one time a reminder is due. Its fields are its identity.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::reminder::ReminderId;

/// Why it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The reminder's own recurrence.
    Schedule,
    /// The n-th manual send of the reminder, from 1.
    Manual(u32),
    /// The n-th alert of the service about itself, from 1.
    Alert(u32),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schedule => f.write_str("schedule"),
            Self::Manual(n) => write!(f, "manual:{n}"),
            Self::Alert(n) => write!(f, "alert:{n}"),
        }
    }
}

impl FromStr for Origin {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(':') {
            None if text == "schedule" => Ok(Self::Schedule),
            Some(("manual", n)) => n.parse().map(Self::Manual).map_err(|_| ()),
            Some(("alert", n)) => n.parse().map(Self::Alert).map_err(|_| ()),
            _ => Err(()),
        }
    }
}

/// One time a reminder is due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    /// Whose.
    pub reminder: ReminderId,
    /// The instant promised.
    pub due_at: Timestamp,
    /// Why.
    pub origin: Origin,
}

impl Occurrence {
    /// Its identity as text: `policy-daily@2026-11-24T01:00:00Z`, with `#manual:2` behind it for
    /// what the schedule did not ask for.
    #[must_use]
    pub fn id(&self) -> String {
        match self.origin {
            Origin::Schedule => format!("{}@{}", self.reminder, self.due_at),
            origin => format!("{}@{}#{origin}", self.reminder, self.due_at),
        }
    }
}

/// Where an occurrence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OccurrenceState {
    /// Promised; not composed yet.
    Planned,
    /// Composed: its deliveries exist.
    Composed,
    /// Nothing was to be sent; the reason says why.
    Skipped,
    /// Seen too late, or left out by `on_miss`.
    Missed,
    /// Could not be composed.
    Failed,
}

impl OccurrenceState {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Planned, Self::Composed, Self::Skipped, Self::Missed, Self::Failed];

    /// The word in logs, JSON and the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Composed => "composed",
            Self::Skipped => "skipped",
            Self::Missed => "missed",
            Self::Failed => "failed",
        }
    }

    /// The state a word means.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}
