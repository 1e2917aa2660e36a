//! What a calendar knows about one day, and how it is said.

use std::{fmt, sync::Arc};

use jiff::civil::{Date, Weekday};

use super::Origin;
use crate::model::text::{Text, Words, text, words};

/// What decided a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The weekend pattern; no layer lists it.
    Pattern,
    /// A layer lists it.
    Listed {
        /// The layer.
        layer: Arc<str>,
        /// Where the layer comes from.
        origin: Origin,
        /// The holiday it belongs to.
        name: Option<Arc<str>>,
    },
    /// The law fixes its date, and the year's own data is not known.
    Law {
        /// The layer that knows the law.
        layer: Arc<str>,
        /// The holiday.
        name: Arc<str>,
    },
}

impl Cause {
    /// The holiday, if it has a name.
    #[must_use]
    pub fn name(&self) -> Option<&Arc<str>> {
        match self {
            Self::Pattern => None,
            Self::Listed { name, .. } => name.as_ref(),
            Self::Law { name, .. } => Some(name),
        }
    }

    /// The layer that decided.
    #[must_use]
    pub fn layer(&self) -> Option<&Arc<str>> {
        match self {
            Self::Pattern => None,
            Self::Listed { layer, .. } | Self::Law { layer, .. } => Some(layer),
        }
    }
}

/// Everything a calendar says about one day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DayFact {
    /// The day.
    pub date: Date,
    /// Nobody works.
    pub off: bool,
    /// The weekend pattern calls it weekend.
    pub weekend: bool,
    /// It is known, not guessed.
    pub covered: bool,
    /// What decided it.
    pub cause: Cause,
}

impl DayFact {
    /// Worked although the weekend pattern calls it weekend.
    #[must_use]
    pub fn is_make_up_workday(&self) -> bool {
        self.weekend && !self.off
    }

    /// Off because it is listed, or by law.
    #[must_use]
    pub fn is_holiday(&self) -> bool {
        self.off && self.cause != Cause::Pattern
    }

    /// In words: `Saturday, make-up workday (cn, 春节)`.
    #[must_use]
    pub fn text(&self) -> Text {
        let (weekday, kind) = (weekday_name(self.date.weekday()), self.kind());
        let day =
            text!("{weekday}, {kind}", weekday = Text::from(weekday), kind = Text::from(kind));
        match (self.cause.layer(), self.cause.name()) {
            (Some(layer), Some(name)) => {
                text!("{day} ({layer}, {name})", day = day, layer = &**layer, name = &**name)
            }
            (Some(layer), None) => text!("{day} ({layer})", day = day, layer = &**layer),
            _ => day,
        }
    }

    /// The kind of day in a word or two, without names.
    fn kind(&self) -> Words {
        match (self.off, self.weekend, &self.cause) {
            (true, _, Cause::Pattern) => words!("weekend"),
            (true, _, Cause::Listed { origin: Origin::Settings, .. }) => words!("day off"),
            (true, _, _) => words!("statutory holiday"),
            (false, true, _) => words!("make-up workday"),
            (false, false, _) => words!("workday"),
        }
    }
}

/// The name of a weekday.
fn weekday_name(weekday: Weekday) -> Words {
    match weekday {
        Weekday::Monday => words!("Monday"),
        Weekday::Tuesday => words!("Tuesday"),
        Weekday::Wednesday => words!("Wednesday"),
        Weekday::Thursday => words!("Thursday"),
        Weekday::Friday => words!("Friday"),
        Weekday::Saturday => words!("Saturday"),
        Weekday::Sunday => words!("Sunday"),
    }
}

impl fmt::Display for DayFact {
    /// `Saturday, make-up workday (cn, 春节)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}
