//! One bit per day, set on days off, and a running count of the workdays: asking and counting are
//! a few instructions, wherever the day is.
//!
//! The bits reach over nine centuries. The days of the year and of the week repeat after 400
//! years, so earlier and later days are looked up in the first and the last 400 of them, where no
//! layer is expected to list anything.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Calendar, Day};

/// Days in 400 years: a whole number of weeks.
const CYCLE: i32 = 146_097;
/// 1570-01-01.
const FIRST: i32 = -CYCLE;
/// In the year 2470.
const END: i32 = FIRST + 64 * 5136;
const LAST_YEAR: i16 = 2470;

/// The bits, shared between copies of a calendar.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    words: Arc<[u64]>,
    /// Bits that are not set before each word.
    counts: Arc<[u32]>,
}

impl Bits {
    /// Asks the calendar once about every day that can differ from the weekend pattern.
    pub(super) fn compile(calendar: &Calendar) -> Self {
        let mut words = weekend_words(calendar);
        let mut decide = |day: Day| {
            let inside = (FIRST..END).contains(&day.number());
            if let Some(word) = words.get_mut(word(day.number())).filter(|_| inside) {
                let off = u64::from(calendar.decide_off(day));
                *word = *word & !(1 << bit(day.number())) | off << bit(day.number());
            }
        };
        calendar.listed.keys().filter_map(|number| Day::from_number(*number)).for_each(&mut decide);
        for fixed in calendar.layers().flat_map(|layer| &layer.fixed) {
            for year in fixed.since..=LAST_YEAR {
                // The 29th of February exists in some years only.
                let date = Date::new(year, fixed.month, fixed.day);
                date.ok().map(Day::new).into_iter().for_each(&mut decide);
            }
        }
        let counts = words.iter().scan(0, |count, word| {
            let before = *count;
            *count += word.count_zeros();
            Some(before)
        });
        Self { counts: counts.collect(), words: words.into() }
    }

    /// Whether a day's bit is set.
    pub(super) fn get(&self, number: i32) -> bool {
        let (number, _) = inside(number);
        self.words.get(word(number)).is_some_and(|word| word >> bit(number) & 1 == 1)
    }

    /// How many days from one to another, both included, are not set.
    pub(super) fn count_unset(&self, first: i32, last: i32) -> u32 {
        let count = self.unset_up_to(last) - self.unset_up_to(first) + i64::from(!self.get(first));
        u32::try_from(count).unwrap_or(0)
    }

    /// Days up to this one that are not set, from a start that is the same for all.
    fn unset_up_to(&self, number: i32) -> i64 {
        let (number, cycles) = inside(number);
        let cycle = match cycles {
            0 => 0,
            1.. => self.unset_inside(END - 1) - self.unset_inside(END - 1 - CYCLE),
            _ => self.unset_inside(FIRST + CYCLE - 1),
        };
        self.unset_inside(number) + i64::from(cycles) * cycle
    }

    fn unset_inside(&self, number: i32) -> i64 {
        let (word, mask) = (word(number), u64::MAX >> (63 - bit(number)));
        let before = self.counts.get(word).copied().unwrap_or(0);
        let here = self.words.get(word).map_or(0, |bits| (!bits & mask).count_ones());
        i64::from(before) + i64::from(here)
    }
}

/// The day inside the bits that stands for a day, and how many cycles later the day itself is.
fn inside(number: i32) -> (i32, i32) {
    let cycles = match number {
        END.. => (number - END) / CYCLE + 1,
        FIRST.. => 0,
        _ => (number - FIRST + 1) / CYCLE - 1,
    };
    (number - cycles * CYCLE, cycles)
}

fn word(number: i32) -> usize {
    usize::try_from((number - FIRST) / 64).unwrap_or(usize::MAX)
}

fn bit(number: i32) -> u32 {
    (number - FIRST).rem_euclid(64).unsigned_abs()
}

/// The weekend pattern alone. 64 days are nine weeks and a day: seven different words in turn.
fn weekend_words(calendar: &Calendar) -> Vec<u64> {
    let bit = |number: i32| {
        let day = Day::from_number(number);
        u64::from(day.is_some_and(|day| calendar.weekend.contains(day.weekday())))
    };
    let word = |index: i32| (0..64).fold(0, |word, n| word | bit(FIRST + index * 64 + n) << n);
    let seven: Vec<u64> = (0..7).map(word).collect();
    let count = usize::try_from((END - FIRST) / 64).unwrap_or(0);
    seven.iter().copied().cycle().take(count).collect()
}
