//! What is worked out for a schedule is worked out once for all reminders that share it.

use std::{collections::HashMap, sync::Arc};

use crate::model::reminder::{Reminder, Schedule};

/// One thing for each schedule. Reminders with equal schedules share one, so its address tells it.
pub(super) struct PerSchedule<T>(HashMap<usize, T>);

impl<T> Default for PerSchedule<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> PerSchedule<T> {
    /// That of a reminder's schedule.
    pub(super) fn of(&mut self, reminder: &Reminder, make: impl FnOnce(&Schedule) -> T) -> &T {
        let address = Arc::as_ptr(&reminder.schedule).addr();
        self.0.entry(address).or_insert_with(|| make(&reminder.schedule))
    }
}
