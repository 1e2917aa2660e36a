//! When what waits will leave, if nothing else comes: the queue played forward in memory.
//!
//! The same rules as the claim's, over time: order, pace, rest, quiet hours, pauses, and each part
//! after the one before it. Every request is taken to be answered at once.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap, HashMap},
};

/// How a robot stands, in unix milliseconds.
pub(super) struct Robot {
    /// Not before, because of its rest.
    pub(super) from: i64,
    /// At most so many in a span; none when it is not limited.
    pub(super) pace: Option<(usize, i64)>,
    /// Slots that count, in any order.
    pub(super) slots: Vec<i64>,
}

/// One that waits.
pub(super) struct Item<'a> {
    /// Its place in the order: priority, due instant, id.
    pub(super) order: (i64, i64, &'a str),
    /// The index of the part before it, when that one waits too.
    pub(super) after: Option<usize>,
}

/// When each item leaves, in unix milliseconds; none for one that never does. `free(i, at)` is the
/// first instant from `at` on at which all but its robot lets item `i` go; none for never.
pub(super) fn leaving(
    robot: Robot,
    items: &[Item<'_>],
    free: impl Fn(usize, i64) -> Option<i64>,
) -> Vec<Option<i64>> {
    let mut line = Line::new(robot, items);
    let mut behind: HashMap<usize, usize> = HashMap::new();
    for (index, item) in items.iter().enumerate() {
        match item.after {
            Some(before) => drop(behind.insert(before, index)),
            None => line.wait(index, free(index, line.now)),
        }
    }
    let mut leaves = vec![None; items.len()];
    // Quiet hours may send an item back to the waiting ones, a few times each.
    for _ in 0..items.len().saturating_mul(16) {
        let Some(index) = line.next() else { break };
        let now = line.now;
        match free(index, now) {
            Some(at) if at <= now => {
                line.take_slot();
                leaves[index] = Some(now);
                if let Some(next) = behind.remove(&index)
                    && let Some(from) = free(next, now)
                {
                    line.unlocked.push((from, next));
                }
            }
            later => line.wait(index, later),
        }
    }
    leaves
}

/// The queue of one robot at an instant.
struct Line<'a> {
    items: &'a [Item<'a>],
    now: i64,
    pace: Option<(usize, i64)>,
    /// Oldest first.
    slots: Vec<i64>,
    ready: BTreeSet<((i64, i64, &'a str), usize)>,
    waiting: BinaryHeap<Reverse<(i64, usize)>>,
    /// Parts whose predecessor has just left: they can go when it is answered, so not together
    /// with those that were ready before.
    unlocked: Vec<(i64, usize)>,
}

impl<'a> Line<'a> {
    fn new(robot: Robot, items: &'a [Item<'a>]) -> Self {
        let Robot { from, pace, mut slots } = robot;
        slots.sort_unstable();
        let (ready, waiting) = (BTreeSet::new(), BinaryHeap::new());
        Self { items, now: from, pace, slots, ready, waiting, unlocked: Vec::new() }
    }

    /// Puts an item in that may go from an instant on.
    fn wait(&mut self, index: usize, from: Option<i64>) {
        if let Some(from) = from {
            self.waiting.push(Reverse((from, index)));
        }
    }

    /// Lets time pass until one may leave; that one.
    fn next(&mut self) -> Option<usize> {
        loop {
            while let Some(Reverse((from, index))) = self.waiting.peek().copied()
                && from <= self.now
            {
                self.waiting.pop();
                self.ready.insert((self.items[index].order, index));
            }
            let room = self.room_from()?;
            if room <= self.now
                && let Some((_, index)) = self.ready.pop_first()
            {
                return Some(index);
            }
            if !self.unlocked.is_empty() {
                self.waiting.extend(self.unlocked.drain(..).map(Reverse));
                continue;
            }
            // Others may become free meanwhile, and go first.
            self.now = match self.ready.is_empty() {
                true => self.waiting.peek()?.0.0,
                false => room,
            };
        }
    }

    /// From when on the pace allows one more; none for never.
    fn room_from(&self) -> Option<i64> {
        let Some((most, span)) = self.pace else { return Some(self.now) };
        let Some(full) = self.slots.len().checked_sub(most) else { return Some(self.now) };
        let oldest = self.slots.get(full)?;
        Some(oldest.saturating_add(span).max(self.now))
    }

    fn take_slot(&mut self) {
        let at = self.slots.partition_point(|slot| *slot <= self.now);
        self.slots.insert(at, self.now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

    fn items(count: usize) -> Vec<Item<'static>> {
        NAMES.iter().take(count).map(|id| Item { order: (1, 0, id), after: None }).collect()
    }

    fn robot(pace: Option<(usize, i64)>, slots: &[i64]) -> Robot {
        Robot { from: 10_000, pace, slots: slots.to_vec() }
    }

    #[test]
    fn the_pace_lets_them_out_in_order() {
        let pace = Some((2, 1_000));
        let cases: [(&[i64], Option<(usize, i64)>, &[i64]); 6] = [
            (&[], None, &[10_000, 10_000, 10_000, 10_000, 10_000]),
            (&[], pace, &[10_000, 10_000, 11_000, 11_000, 12_000]),
            (&[9_400], pace, &[10_000, 10_400, 11_000, 11_400, 12_000]),
            (&[9_800, 9_400], pace, &[10_400, 10_800, 11_400, 11_800, 12_400]),
            // More are taken than the pace allows, as after it was made slower.
            (&[9_100, 9_400, 9_800], pace, &[10_400, 10_800, 11_400, 11_800, 12_400]),
            // One is under way, and counts until its lease ends.
            (&[70_000], pace, &[10_000, 11_000, 12_000, 13_000, 14_000]),
        ];
        for (slots, pace, expected) in cases {
            let leaves = leaving(robot(pace, slots), &items(5), |_, at| Some(at));
            let expected: Vec<_> = expected.iter().copied().map(Some).collect();
            assert_eq!(leaves, expected, "{slots:?}");
        }
        let never = leaving(robot(Some((0, 1)), &[]), &items(2), |_, at| Some(at));
        assert_eq!(never, [None, None]);
    }

    #[test]
    fn what_is_free_later_is_overtaken_and_keeps_its_rank_afterwards() {
        let free = |index, at: i64| Some(if index == 0 { at.max(10_500) } else { at });
        let leaves = leaving(robot(Some((1, 1_000)), &[]), &items(4), free);
        assert_eq!(leaves, [Some(11_000), Some(10_000), Some(12_000), Some(13_000)]);
    }

    #[test]
    fn quiet_hours_that_begin_while_the_queue_moves_hold_the_rest_back() {
        // Silent from 10,500 until 50,000.
        let free = |_, at: i64| Some(if (10_500..50_000).contains(&at) { 50_000 } else { at });
        let leaves = leaving(robot(Some((1, 1_000)), &[]), &items(3), free);
        assert_eq!(leaves, [Some(10_000), Some(50_000), Some(51_000)]);
    }

    #[test]
    fn a_part_leaves_after_the_one_before_it_and_never_when_that_one_does_not() {
        let mut parts = items(4);
        parts[0].after = Some(1);
        parts[2].after = Some(3);
        let free = |index, at| (index != 3).then_some(at);
        let leaves = leaving(robot(Some((1, 1_000)), &[]), &parts, free);
        assert_eq!(leaves, [Some(11_000), Some(10_000), None, None]);
    }
}
