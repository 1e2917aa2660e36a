//! One time of the day: its hour and minutes, and the part of the day it is said in.

use crate::model::text::{Words, words};
use jiff::civil::Time;

use super::spoken::spoken;
use super::token::{DayPart, Digits, Fault, Token, Word, word};

/// The last moment a span can end at: 24:00 is read as this.
pub(super) const END_OF_DAY: Time = Time::constant(23, 59, 59, 0);

const NEXT_DAY: Words = words!("for the night that follows, name the next day");

/// A time as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    digits: Digits,
    /// Minutes that are still missing to it.
    before: u32,
    part: Option<DayPart>,
    /// The part of the day is not said beside it but of all times.
    apart: bool,
    /// Noon or midnight: no part of the day changes it.
    fixed: bool,
    /// A number alone, `9` in `at 9`.
    pub bare: bool,
    /// On the day after: 次日6:00.
    pub next_day: bool,
    /// The stretch of plain text.
    pub at: usize,
    pub end: usize,
}

/// The time that starts at a token, and the token after it. A bare number is one only if `bare`.
pub(super) fn clock(tokens: &[Token], start: usize, bare: bool) -> Option<(Clock, usize)> {
    let first = tokens.get(start)?;
    let next_day = first.word == Word::NextDay;
    let mut at = start + usize::from(next_day);
    let mut part = match word(tokens, at) {
        Word::PartBefore(part) => Some(part),
        _ => None,
    };
    at += usize::from(part.is_some());
    let Some(spoken) = spoken(tokens, at, bare) else {
        let (clock, next) = noon_or_midnight(tokens, start + usize::from(next_day))?;
        return Some(with_next_day(Clock { next_day, ..clock }, tokens, next));
    };
    at = spoken.next;
    if let Word::PartAfter(after) = word(tokens, at)
        && part.is_none()
    {
        (part, at) = (Some(after), at + 1);
    }
    let number_alone = !spoken.marked && part.is_none();
    let end = tokens.get(at - 1).map_or(first.end, |last| last.end);
    let clock = Clock {
        digits: spoken.digits,
        before: spoken.before,
        part,
        apart: false,
        fixed: false,
        bare: number_alone,
        next_day,
        at: first.at,
        end,
    };
    (bare || !number_alone).then(|| with_next_day(clock, tokens, at))
}

/// `06:00 the next day`
fn with_next_day(clock: Clock, tokens: &[Token], at: usize) -> (Clock, usize) {
    let after = word(tokens, at) == Word::NextDay;
    (Clock { next_day: clock.next_day || after, ..clock }, at + usize::from(after))
}

/// Noon and midnight need no hour.
fn noon_or_midnight(tokens: &[Token], start: usize) -> Option<(Clock, usize)> {
    let token = tokens.get(start)?;
    let hour = match token.word {
        Word::PartBefore(DayPart::Noon) | Word::PartAfter(DayPart::Noon) => 12,
        Word::PartBefore(DayPart::Midnight) | Word::PartAfter(DayPart::Midnight) => 0,
        _ => return None,
    };
    // `meio-dia e meia`
    let half = (word(tokens, start + 1), word(tokens, start + 2)) == (Word::And, Word::Half);
    let (minute, next) = if half { (30, start + 3) } else { (0, start + 1) };
    let end = tokens.get(next - 1).map_or(token.end, |last| last.end);
    let digits = Digits { hour, minute, second: 0, padded: true };
    let clock = Clock {
        digits,
        before: 0,
        part: None,
        apart: false,
        fixed: true,
        bare: false,
        next_day: false,
        at: token.at,
        end,
    };
    Some((clock, next))
}

impl Clock {
    /// The time of the day it means.
    pub(super) fn time(&self) -> Result<Time, Fault> {
        let Digits { minute, second, .. } = self.digits;
        let hour = self.hour()?;
        if (hour, minute, second) == (24, 0, 0) {
            return Err(self
                .fault(words!(
                    "`{typed}` belongs to two days: the end of one, the start of the next"
                ))
                .replace("0:00")
                .replace("23:59"));
        }
        let small = |n: u32| i8::try_from(n).ok();
        let parts = small(hour).zip(small(minute)).zip(small(second));
        let time = parts
            .and_then(|((hour, minute), second)| Time::new(hour, minute, second, 0).ok())
            .ok_or_else(|| self.impossible())?;
        match self.before {
            0 => Ok(time),
            before @ 1..60 => Ok(time.wrapping_sub(jiff::SignedDuration::from_mins(before.into()))),
            _ => Err(self.impossible()),
        }
    }

    /// The time at which a span ends: 24:00 is allowed.
    pub(super) fn end_time(&self) -> Result<Time, Fault> {
        let Digits { hour, minute, second, .. } = self.digits;
        let midnight = (hour, minute, second) == (24, 0, 0) && self.part.is_none();
        if midnight { Ok(END_OF_DAY) } else { self.time() }
    }

    /// It in a part of the day that is said of all times, unless it names its own.
    pub(super) fn within(self, part: Option<DayPart>) -> Self {
        match (self.part, part) {
            (None, Some(_)) if !self.fixed => Self { part, apart: true, ..self },
            _ => self,
        }
    }

    /// Whether a part of the day that stands apart leaves it what it is.
    pub(super) fn agrees(&self, part: DayPart) -> bool {
        let apart = Self { part: Some(part), ..*self };
        self.part.is_none() || self.time().ok() == apart.time().ok()
    }

    /// The hour of the figures alone.
    pub(super) fn hour_as_written(&self) -> u32 {
        self.digits.hour
    }

    /// It with minutes.
    pub(super) fn with_minute(self, minute: u32, end: usize) -> Self {
        Self { digits: Digits { minute, ..self.digits }, end, ..self }
    }

    /// Whether it says nothing of the half of the day, as 5点 in 下午2点、5点.
    pub(super) fn is_open(&self) -> bool {
        let Digits { hour, padded, .. } = self.digits;
        self.part.is_none() && !padded && (1..=12).contains(&hour)
    }

    /// The hour of the 24-hour clock.
    fn hour(&self) -> Result<u32, Fault> {
        let hour = self.digits.hour;
        let Some(part) = self.part else { return Ok(hour) };
        match reading(part, hour) {
            Reading::Hour(hour) => Ok(hour),
            Reading::Impossible => Err(self.impossible()),
            Reading::NoonOrMidnight => Err(self
                .fault(words!("`{typed}` may be noon or midnight"))
                .replace(self.at_hour(12))
                .replace(self.at_hour(0))),
            Reading::Midnight => {
                let fault = self
                    .fault(words!("`{typed}` may be the start of that day or its end"))
                    .replace(self.at_hour(0));
                let midnight = self.digits.minute == 0;
                Err(if midnight { fault.replace("23:59") } else { fault.advice(NEXT_DAY) })
            }
            Reading::NextDay => Err(self
                .fault(words!("`{typed}` may lie on that day, before dawn, or on the next one"))
                .replace(self.at_hour(hour))
                .advice(NEXT_DAY)),
        }
    }

    /// The same minute at another hour, as the 24-hour clock writes it.
    fn at_hour(&self, hour: u32) -> String {
        format!("{hour:02}:{:02}", self.digits.minute)
    }

    fn impossible(&self) -> Fault {
        if self.apart {
            return self
                .fault(words!("`{typed}` does not lie in that part of the day"))
                .advice(words!("leave out one of the two"));
        }
        let fault = self.fault(words!("there is no time `{typed}`"));
        match (self.digits.hour, self.digits.minute) {
            // 1730
            (hour @ 100..=2359, 0) if hour % 100 < 60 => {
                fault.replace(format!("{:02}:{:02}", hour / 100, hour % 100))
            }
            _ => fault.advice(words!("hours run from 0 to 23, minutes from 00 to 59")),
        }
    }

    fn fault(&self, message: Words) -> Fault {
        Fault::new(self.at, self.end, message)
    }
}

/// Refuses times of which one says morning or afternoon and another leaves it open.
pub(super) fn agree(clocks: &[Clock]) -> Result<(), Fault> {
    if clocks.iter().all(|clock| clock.part.is_none()) {
        return Ok(());
    }
    clocks.iter().find(|clock| clock.is_open()).map_or(Ok(()), |open| {
        let hour = open.digits.hour % 12;
        Err(open
            .fault(words!("`{typed}` may be before or after noon"))
            .replace(open.at_hour(hour))
            .replace(open.at_hour(hour + 12)))
    })
}

/// What an hour means in a part of the day.
enum Reading {
    Hour(u32),
    /// 上午12点
    NoonOrMidnight,
    /// 晚上12点: the start of the day named, or its end.
    Midnight,
    /// 晚上2点: the small hours after that evening.
    NextDay,
    Impossible,
}

fn reading(part: DayPart, hour: u32) -> Reading {
    use DayPart::{Afternoon, Am, Evening, Midday, Midnight, Morning, Night, Noon, Pm, SmallHours};
    match (part, hour) {
        (Am | SmallHours | Midnight, 12) => Reading::Hour(0),
        (Am | Morning, 1..=11) | (SmallHours, 0..=6) | (Am | Midnight, 0) => Reading::Hour(hour),
        (Morning, 12) => Reading::NoonOrMidnight,
        (Noon, 11..=14) | (Midday, 10..=15) => Reading::Hour(hour),
        (Noon, 1 | 2) | (Midday, 1..=3) => Reading::Hour(hour + 12),
        (Pm | Afternoon, 12) | (Pm, 13..=23) | (Afternoon, 13..=20) => Reading::Hour(hour),
        (Pm, 1..=11) | (Afternoon, 1..=8) => Reading::Hour(hour + 12),
        (Evening, 4..=11) | (Night, 5..=11) => Reading::Hour(hour + 12),
        (Evening, 16..=23) | (Night, 17..=23) => Reading::Hour(hour),
        (Evening | Night, 0 | 12 | 24) => Reading::Midnight,
        (Night, 1..=4) => Reading::NextDay,
        _ => Reading::Impossible,
    }
}
