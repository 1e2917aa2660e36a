//! What changes between two versions of a calendar, day by day.

use crate::model::calendar::{Calendar, Day, DayFact};

/// A day that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it was.
    pub before: DayFact,
    /// What it is.
    pub after: DayFact,
}

impl Change {
    /// Whether it is worked where it was off, or the other way round; else only its holiday differs.
    #[must_use]
    pub fn moves(&self) -> bool {
        self.before.off != self.after.off
    }
}

/// Days that differ in being off or worked, in their holiday, or in whether they are a holiday at
/// all, in order. Only the years are looked at in which one of the two lists a day.
#[must_use]
pub fn difference(before: &Calendar, after: &Calendar) -> Vec<Change> {
    let spans = || [before.listed(), after.listed()].into_iter().flatten();
    let first = spans().map(|(first, _)| first.date().first_of_year()).min();
    let last = spans().map(|(_, last)| last.date().last_of_year()).max();
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    let days = std::iter::successors(Some(Day::new(first)), |day| day.next());
    let differ = |day: Day| {
        let (before, after) = (before.fact(day), after.fact(day));
        (said(&before) != said(&after)).then_some(Change { before, after })
    };
    days.take_while(|day| day.date() <= last).filter_map(differ).collect()
}

/// What people see of a day.
fn said(fact: &DayFact) -> (bool, bool, Option<&str>) {
    (fact.off, fact.is_holiday(), fact.cause.name().map(AsRef::as_ref))
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::*;
    use crate::model::calendar::{Layer, ListedDay, Origin};

    fn with(days: &[(Date, bool, &str)]) -> Calendar {
        let day = |(date, off, name): &(Date, bool, &str)| ListedDay {
            date: *date,
            off: *off,
            name: Some((*name).into()),
            provisional: false,
        };
        let layer = Layer {
            name: "x".into(),
            origin: Origin::Data,
            days: days.iter().map(day).collect(),
            coverage: None,
            fixed: Vec::new(),
        };
        Calendar::builder("x").layer(layer).build()
    }

    #[test]
    fn days_that_differ_are_found() {
        let before = with(&[(date(2027, 1, 1), true, "a"), (date(2027, 5, 3), true, "b")]);
        let after = with(&[
            (date(2027, 1, 1), true, "a"),
            (date(2027, 5, 3), true, "c"),
            (date(2027, 5, 8), false, "c"),
            (date(2027, 5, 9), true, "c"),
            (date(2027, 5, 10), false, "c"),
        ]);
        let changes = difference(&before, &after);
        let found: Vec<_> = changes.iter().map(|one| (one.after.date, one.moves())).collect();
        // A Sunday that becomes a holiday stays off; a Monday worked by name stays a workday.
        let expected = [(3, false), (8, true), (9, false), (10, false)];
        assert_eq!(found, expected.map(|(day, moves)| (date(2027, 5, day), moves)));
        assert_eq!(difference(&after, &after), []);
        assert_eq!(difference(&Calendar::weekends(), &Calendar::weekends()), []);
    }
}
