//! The dispatcher's agenda: which robots have something ready, when the others will, and of which
//! this is not known. Pure.

use std::collections::{BTreeSet, VecDeque};

use jiff::Timestamp;

use crate::{model::delivery::DeliveryState, outbox::Answer};

/// What is known about the queues, and what has to be asked.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    /// Robots with something ready, in the order of their queues.
    ready: VecDeque<String>,
    /// When more will be ready; none when nothing else waits.
    later: Option<Timestamp>,
    /// Robots whose queue may have changed.
    asked: BTreeSet<String>,
    /// Any queue may have changed.
    everywhere: bool,
}

impl Agenda {
    /// Anything may have come into the queues.
    pub(super) fn look_everywhere(&mut self) {
        self.everywhere = true;
    }

    /// Something was taken from the queues of these robots.
    pub(super) fn look_at(&mut self, robots: Vec<String>) {
        self.asked.extend(robots);
    }

    /// Looks everywhere again, then at the latest.
    pub(super) fn look_again(&mut self, at: Timestamp) {
        self.later = Some(self.later.map_or(at, |later| later.min(at)));
    }

    /// The sleep is over, perhaps because somebody set the clock.
    pub(super) fn woke(&mut self, now: Timestamp, stepped: bool) {
        self.everywhere |= stepped || self.later.is_some_and(|later| later <= now);
    }

    /// Answers came in: a refused message is ready again some day, the next part at once, and what
    /// waits for its robot's pace may leave earlier than it seemed.
    pub(super) fn heard(&mut self, answers: &[Answer]) {
        for Answer { leased, settlement, .. } in answers {
            let part = leased.message.part;
            let last = settlement.state == DeliveryState::Delivered && part.number == part.of;
            if !last || self.later.is_some() {
                self.asked.insert(leased.robot_key.clone());
            }
        }
    }

    /// Whether there is something to claim or to ask.
    pub(super) fn has_more(&self) -> bool {
        self.everywhere || !self.ready.is_empty() || !self.asked.is_empty()
    }

    /// At most so many robots that have something ready.
    pub(super) fn next(&mut self, most: usize) -> Vec<String> {
        self.ready.drain(..most.min(self.ready.len())).collect()
    }

    /// When to look again if nothing else happens.
    pub(super) fn later(&self) -> Option<Timestamp> {
        self.later
    }

    /// The robots whose queues have to be looked at; none for every queue.
    pub(super) fn questions(&self) -> Option<Vec<String>> {
        (!self.everywhere).then(|| self.asked.iter().cloned().collect())
    }

    /// What a look found: robots in the order of their queues, with the instants at which they can
    /// be used.
    pub(super) fn looked(
        &mut self,
        found: Vec<(String, Timestamp)>,
        now: Timestamp,
        everywhere: bool,
    ) {
        self.asked.clear();
        if everywhere {
            (self.everywhere, self.later) = (false, None);
            self.ready.clear();
        }
        for (robot, at) in found {
            match at <= now {
                true => self.ready.push_back(robot),
                false => self.look_again(at),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn found(robots: &[(&str, i64)]) -> Vec<(String, Timestamp)> {
        robots.iter().map(|(robot, second)| ((*robot).to_owned(), at(*second))).collect()
    }

    #[test]
    fn ready_robots_are_taken_in_order_and_asked_about_again() {
        let mut agenda = Agenda::default();
        assert!(!agenda.has_more());
        agenda.look_everywhere();
        assert_eq!(agenda.questions(), None);
        agenda.looked(found(&[("b", 1), ("a", 0), ("c", 9), ("d", 5)]), at(1), true);
        assert_eq!((agenda.next(1), agenda.later()), (vec!["b".to_owned()], Some(at(5))));
        assert_eq!(agenda.next(9), ["a"]);
        assert!(!agenda.has_more());
        agenda.look_at(vec!["b".to_owned(), "a".to_owned()]);
        assert_eq!(agenda.questions().unwrap(), ["a", "b"]);
        // What is known about the others stays known.
        agenda.looked(found(&[("a", 7)]), at(2), false);
        assert!(!agenda.has_more() && agenda.later() == Some(at(5)));
    }

    #[test]
    fn every_queue_is_looked_at_when_the_instant_has_come_and_not_before() {
        let mut agenda = Agenda::default();
        agenda.looked(found(&[("a", 5)]), at(1), true);
        agenda.woke(at(4), false);
        assert!(!agenda.has_more());
        agenda.woke(at(5), false);
        assert_eq!(agenda.questions(), None);
        assert!(agenda.has_more());
        agenda.looked(Vec::new(), at(5), true);
        assert_eq!((agenda.has_more(), agenda.later()), (false, None));
        agenda.look_again(at(6));
        agenda.look_again(at(7));
        assert_eq!(agenda.later(), Some(at(6)));
    }
}
