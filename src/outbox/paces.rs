//! How often each robot may be used.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::model::target::Pace;

/// How often each robot may be used. Built once per settings, cheap to clone. A robot without an
/// entry is not limited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paces {
    by_robot: Arc<BTreeMap<String, Pace>>,
}

impl Paces {
    /// Takes robot keys with their paces; of two entries for one robot the slower counts.
    pub fn new(paces: impl IntoIterator<Item = (String, Pace)>) -> Self {
        let mut by_robot: BTreeMap<String, Pace> = BTreeMap::new();
        for (robot_key, pace) in paces {
            by_robot
                .entry(robot_key)
                .and_modify(|kept| *kept = slower(*kept, pace))
                .or_insert(pace);
        }
        Self { by_robot: Arc::new(by_robot) }
    }

    /// A robot's pace; none when it is not limited.
    #[must_use]
    pub fn of(&self, robot_key: &str) -> Option<Pace> {
        self.by_robot.get(robot_key).copied()
    }

    /// The longest window.
    pub(super) fn longest(&self) -> Duration {
        self.by_robot.values().map(|pace| pace.window).max().unwrap_or_default()
    }
}

/// Of two paces the one with fewer messages in a time.
fn slower(a: Pace, b: Pace) -> Pace {
    let a_rate = u128::from(a.count).saturating_mul(b.window.as_millis());
    let b_rate = u128::from(b.count).saturating_mul(a.window.as_millis());
    if b_rate < a_rate { b } else { a }
}
