//! Whose turn it is. Pure: turns are counted from a date, so nothing is kept and a restart changes
//! nothing.
//!
//! Turn `k` belongs to member `k mod m`, also when someone else takes it: leave moves nobody else's
//! turns. What falls to someone on leave goes round the others, one place further each time the
//! whole rota has gone round, so that no neighbour gets it all.

use std::{fmt, sync::Arc};

use jiff::{Unit, civil::Date};

use super::calendar::{Calendar, Day};

/// People who take turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rota {
    /// Ids of people, in the order of their turns; at least one.
    pub members: Vec<String>,
    /// How long a turn is.
    pub every: Every,
    /// The date in the first turn.
    pub from: Date,
}

/// How long a turn is. None is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Every {
    /// Weeks, Monday to Sunday; the first is the one that holds `from`.
    Weeks(u32),
    /// Workdays of the reminder's calendar; days off belong to the workday before.
    Workdays(u32),
    /// Occurrences of the reminder, planned by its schedule on or after `from`. What was skipped,
    /// missed or sent by hand neither adds nor takes away a turn.
    Occurrences(u32),
}

/// When turns are asked for, and for which reminder.
#[derive(Clone)]
pub struct Moment {
    /// The date the occurrence is due, in the reminder's zone.
    pub on: Date,
    /// The reminder's calendar.
    pub calendar: Arc<Calendar>,
    /// How often the reminder's schedule has fired from the start of a date until now, this very
    /// occurrence not counted.
    pub occurrences: Arc<dyn Fn(Date) -> u64 + Send + Sync>,
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Moment").field("on", &self.on).finish_non_exhaustive()
    }
}

impl Rota {
    /// The number of the turn at a moment, from 0; before `from` it is the first.
    #[must_use]
    pub fn turn(&self, moment: &Moment) -> u64 {
        let (count, each) = match self.every {
            Every::Weeks(n) => (weeks(self.from, moment.on), n),
            Every::Workdays(n) => {
                let days = moment.calendar.workdays(Day::new(self.from), Day::new(moment.on));
                (u64::from(days.saturating_sub(1)), n)
            }
            Every::Occurrences(n) => ((moment.occurrences)(self.from), n),
        };
        count / u64::from(each.max(1))
    }

    /// The id of whoever has a turn, given who is away. When everyone is, it is whose turn it
    /// would be.
    #[must_use]
    pub fn member(&self, turn: u64, is_away: impl Fn(&str) -> bool) -> Option<&str> {
        let count = u64::try_from(self.members.len()).ok().filter(|&count| count > 0)?;
        let at = |n: u64| self.members.get(usize::try_from(n % count).ok()?).map(String::as_str);
        let own = at(turn)?;
        if !is_away(own) || count == 1 {
            return Some(own);
        }
        let (round, others) = (turn / count, count - 1);
        let mut stand_ins = (0..others).filter_map(|n| at(turn % count + 1 + (round + n) % others));
        Some(stand_ins.find(|one| *one != own && !is_away(one)).unwrap_or(own))
    }
}

/// Whole weeks, Monday to Sunday, from the one that holds a date to the one that holds another.
fn weeks(from: Date, to: Date) -> u64 {
    let monday = |date: Date| {
        date.saturating_sub(jiff::Span::new().days(date.weekday().to_monday_zero_offset()))
    };
    let days = monday(from).until((Unit::Day, monday(to))).map_or(0, |span| span.get_days());
    u64::try_from(days / 7).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn rota(members: &[&str], every: Every) -> Rota {
        let members = members.iter().map(|id| (*id).to_owned()).collect();
        Rota { members, every, from: date(2026, 1, 7) }
    }

    fn moment(on: Date, occurrences: u64) -> Moment {
        let calendar = Arc::new(Calendar::weekends());
        Moment { on, calendar, occurrences: Arc::new(move |_| occurrences) }
    }

    #[test]
    fn turns_are_weeks_workdays_or_occurrences() {
        let (a, b) = (rota(&["a"], Every::Weeks(1)), rota(&["a"], Every::Weeks(2)));
        let days = rota(&["a"], Every::Workdays(1));
        let twos = rota(&["a"], Every::Workdays(2));
        // Wednesday 7 January is the first day of all of them.
        for (on, week, fortnight, workday, two) in [
            (date(2025, 12, 31), 0, 0, 0, 0),
            (date(2026, 1, 5), 0, 0, 0, 0),
            (date(2026, 1, 7), 0, 0, 0, 0),
            (date(2026, 1, 8), 0, 0, 1, 0),
            (date(2026, 1, 11), 0, 0, 2, 1),
            (date(2026, 1, 12), 1, 0, 3, 1),
            (date(2026, 1, 18), 1, 0, 7, 3),
            (date(2026, 1, 19), 2, 1, 8, 4),
            (date(2027, 1, 4), 52, 26, 258, 129),
        ] {
            let now = moment(on, 0);
            let seen = (a.turn(&now), b.turn(&now), days.turn(&now), twos.turn(&now));
            assert_eq!(seen, (week, fortnight, workday, two), "{on}");
        }
        let thirds = rota(&["a"], Every::Occurrences(3));
        assert_eq!([0, 2, 3, 8].map(|n| thirds.turn(&moment(date(2026, 1, 7), n))), [0, 0, 1, 2]);
    }

    #[test]
    fn someone_on_leave_is_skipped_and_moves_nobody_else() {
        let rota = rota(&["a", "b", "c"], Every::Weeks(1));
        let who = |away: &[&str]| {
            let turns = (0..9).filter_map(|turn| rota.member(turn, |id| away.contains(&id)));
            turns.collect::<String>()
        };
        assert_eq!(who(&[]), "abcabcabc");
        // b's turns: c's, then a's, then c's again.
        assert_eq!(who(&["b"]), "accaacacc");
        assert_eq!(who(&["b", "c"]), "aaaaaaaaa");
        assert_eq!(who(&["a", "b", "c"]), "abcabcabc");
        assert_eq!(Rota { members: Vec::new(), ..rota.clone() }.member(0, |_| false), None);
    }

    proptest! {
        #[test]
        fn everyone_has_the_same_number_of_turns(count in 1_usize..12, start in 0_u64..1_000_000) {
            let ids: Vec<String> = (0..count).map(|n| n.to_string()).collect();
            let rota = Rota { members: ids, every: Every::Weeks(1), from: date(2026, 1, 5) };
            let mut turns: BTreeMap<&str, usize> = BTreeMap::new();
            for turn in start..start + 3 * count as u64 {
                *turns.entry(rota.member(turn, |_| false).unwrap()).or_default() += 1;
            }
            prop_assert!(turns.len() == count && turns.values().all(|&n| n == 3), "{turns:?}");
        }

        #[test]
        fn leave_moves_nobody_elses_turn_and_spreads_evenly(
            count in 3_usize..9,
            away in 0_usize..9,
            start in 0_u64..1_000_000,
        ) {
            let ids: Vec<String> = (0..count).map(|n| n.to_string()).collect();
            let away = (away % count).to_string();
            let rota = Rota { members: ids, every: Every::Weeks(1), from: date(2026, 1, 5) };
            let mut extra: BTreeMap<&str, usize> = BTreeMap::new();
            // As many rounds as there are others: each of them stands in once.
            for turn in start..start + (count * (count - 1)) as u64 {
                let usual = rota.member(turn, |_| false).unwrap();
                let now = rota.member(turn, |id| id == away).unwrap();
                if usual == away {
                    *extra.entry(now).or_default() += 1;
                } else {
                    prop_assert_eq!(now, usual);
                }
            }
            prop_assert!(extra.len() == count - 1 && extra.values().all(|&n| n == 1), "{extra:?}");
        }

        #[test]
        fn nobody_who_is_away_is_on_duty_while_someone_is_there(
            away in prop::collection::vec(any::<bool>(), 1..9),
            turn in any::<u64>(),
        ) {
            let ids: Vec<String> = (0..away.len()).map(|n| n.to_string()).collect();
            let rota = Rota { members: ids, every: Every::Weeks(1), from: date(2026, 1, 5) };
            let is_away = |id: &str| away[id.parse::<usize>().unwrap()];
            let who = rota.member(turn, is_away).unwrap();
            prop_assert!(!is_away(who) || away.iter().all(|away| *away));
        }
    }
}
