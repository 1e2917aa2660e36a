//! One bit per day, set on days off, for five centuries from 1970: asking and counting are a few
//! instructions. Days outside are rare and decided from the lists.

use std::sync::Arc;

use super::{Calendar, Day};

/// 182,720 days: into the year 2470, so that a search of 400 years from now stays inside.
const WORDS: usize = 2855;
const LAST_YEAR: i16 = 2470;

/// The bits, shared between copies of a calendar.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits(Arc<[u64]>);

impl Bits {
    /// Asks the calendar once about every day that can differ from the weekend pattern.
    pub(super) fn compile(calendar: &Calendar) -> Self {
        let mut words = weekend_words(calendar);
        let mut decide = |day: Day| {
            if let Some((word, bit)) = place(day.number()) {
                let off = u64::from(calendar.decide_off(day));
                words[word] = words[word] & !(1 << bit) | off << bit;
            }
        };
        calendar.listed.keys().filter_map(|number| Day::from_number(*number)).for_each(&mut decide);
        for fixed in calendar.layers().flat_map(|layer| &layer.fixed) {
            for year in fixed.since..=LAST_YEAR {
                // The 29th of February exists in some years only.
                let date = jiff::civil::Date::new(year, fixed.month, fixed.day);
                date.ok().map(Day::new).into_iter().for_each(&mut decide);
            }
        }
        Self(words.into())
    }

    /// Whether the day's bit is set; `None` outside.
    pub(super) fn get(&self, number: i32) -> Option<bool> {
        let (word, bit) = place(number)?;
        Some(self.0.get(word)? >> bit & 1 == 1)
    }

    /// How many days from one to another, both included, are not set; `None` when one is outside.
    pub(super) fn count_unset(&self, first: i32, last: i32) -> Option<u32> {
        let ((from, low), (to, high)) = (place(first)?, place(last)?);
        let words = self.0.get(from..=to)?;
        let set = |(index, word): (usize, &u64)| {
            let above = if index == 0 { u64::MAX << low } else { u64::MAX };
            let below = if index == to - from { u64::MAX >> (63 - high) } else { u64::MAX };
            (!word & above & below).count_ones()
        };
        Some(words.iter().enumerate().map(set).sum())
    }
}

/// The word and the bit of a day.
fn place(number: i32) -> Option<(usize, u32)> {
    let number = u32::try_from(number).ok()?;
    let word = usize::try_from(number / 64).ok()?;
    (word < WORDS).then_some((word, number % 64))
}

/// The weekend pattern alone. 64 days are nine weeks and a day: seven different words in turn.
fn weekend_words(calendar: &Calendar) -> Vec<u64> {
    let bit = |number: i32| {
        let day = Day::from_number(number);
        u64::from(day.is_some_and(|day| calendar.weekend.contains(day.weekday())))
    };
    let word = |index: i32| (0..64).fold(0, |word, n| word | bit(index * 64 + n) << n);
    let seven: Vec<u64> = (0..7).map(word).collect();
    seven.iter().copied().cycle().take(WORDS).collect()
}
