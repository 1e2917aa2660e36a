//! The occurrences of several schedules, in the order in which they come.

use std::{cmp::Reverse, collections::BinaryHeap};

use jiff::Timestamp;

use super::{Planned, planned};
use crate::model::reminder::Schedule;

/// A schedule, the instant after which it counts, and the last one that counts.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    /// When it fires.
    pub schedule: &'a Schedule,
    /// Strictly after this.
    pub after: Timestamp,
    /// Not after this.
    pub until: Option<Timestamp>,
}

/// All occurrences of several schedules in order of time, each with the index of its schedule; at
/// the same instant in the order given.
pub fn merged<'a>(
    stretches: impl IntoIterator<Item = Stretch<'a>>,
) -> impl Iterator<Item = (usize, Planned)> {
    let mut heap = BinaryHeap::new();
    let mut streams = Vec::new();
    for (index, Stretch { schedule, after, until }) in stretches.into_iter().enumerate() {
        let mut coming = planned(schedule, after)
            .take_while(move |next| until.is_none_or(|until| next.due_at <= until));
        let first = coming.next();
        heap.extend(first.as_ref().map(|next| Reverse((next.due_at, index))));
        streams.push((first, coming));
    }
    std::iter::from_fn(move || {
        let Reverse((_, index)) = heap.pop()?;
        let (ready, coming) = streams.get_mut(index)?;
        let after = coming.next();
        heap.extend(after.as_ref().map(|next| Reverse((next.due_at, index))));
        Some((index, std::mem::replace(ready, after)?))
    })
}
