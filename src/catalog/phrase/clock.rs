//! One time of the day: digits or an hour with its mark, and the part of the day it is said in.

use jiff::civil::Time;

use super::token::{DayPart, Digits, Fault, Token, Word, word};

/// The last moment a span can end at: 24:00 is read as this.
pub(super) const END_OF_DAY: Time = Time::constant(23, 59, 59, 0);

const NEXT_DAY: &str = "for the night that follows, name the next day";

/// A time as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    digits: Digits,
    part: Option<DayPart>,
    /// A number alone, `9` in `at 9`.
    pub bare: bool,
    /// The stretch of plain text.
    pub at: usize,
    pub end: usize,
}

/// The time that starts at a token, and the token after it. A bare number is one only if `bare`.
pub(super) fn clock(
    tokens: &[Token],
    start: usize,
    bare: bool,
) -> Result<Option<(Clock, usize)>, Fault> {
    let Some(first) = tokens.get(start) else { return Ok(None) };
    let (before, mut at) = match first.word {
        Word::PartBefore(part) => (Some(part), start + 1),
        _ => (None, start),
    };
    let Some((digits, next, marked)) = digits(tokens, at) else {
        return spoken(tokens, start, before);
    };
    at = next;
    let mut part = before;
    if let Word::PartAfter(after) = word(tokens, at) {
        (part, at) = (Some(after), at + 1);
    }
    let number_alone = !marked && part.is_none();
    let end = tokens.get(at - 1).map_or(first.end, |last| last.end);
    let clock = Clock { digits, part, bare: number_alone, at: first.at, end };
    Ok((bare || !number_alone).then_some((clock, at)))
}

/// Noon and midnight need no hour; any other part of the day does.
fn spoken(
    tokens: &[Token],
    start: usize,
    before: Option<DayPart>,
) -> Result<Option<(Clock, usize)>, Fault> {
    let (Some(token), part) = (
        tokens.get(start),
        before.or(match word(tokens, start) {
            Word::PartAfter(part) => Some(part),
            _ => None,
        }),
    ) else {
        return Ok(None);
    };
    let hour = match part {
        None => return Ok(None),
        Some(DayPart::Noon) => 12,
        Some(DayPart::Midnight) => 0,
        Some(_) => {
            return Err(Fault::new(token.at, token.end, "`{}` does not say at what hour")
                .advice("write the hour beside it, such as 9:00 or 17:30"));
        }
    };
    let digits = Digits { hour, minute: 0, second: 0, padded: true };
    let clock = Clock { digits, part: None, bare: false, at: token.at, end: token.end };
    Ok(Some((clock, start + 1)))
}

/// Hour, minute and second; the token after them; and whether they were marked as a time.
fn digits(tokens: &[Token], at: usize) -> Option<(Digits, usize, bool)> {
    match word(tokens, at) {
        Word::Clock(digits) => {
            let marked = matches!(word(tokens, at + 1), Word::HourMark | Word::HourMarkOrHour);
            Some((digits, at + 1 + usize::from(marked), true))
        }
        Word::Number(hour) => {
            let marked = matches!(word(tokens, at + 1), Word::HourMark | Word::HourMarkOrHour);
            let at = at + 1 + usize::from(marked);
            let (minute, at) = minutes(tokens, at, marked);
            Some((Digits { hour, minute, second: 0, padded: false }, at, marked || minute > 0))
        }
        _ => None,
    }
}

/// Minutes in words after the hour: 半, 一刻, 05分, `e meia`; none is 0.
fn minutes(tokens: &[Token], at: usize, marked: bool) -> (u32, usize) {
    match (word(tokens, at), word(tokens, at + 1)) {
        (Word::And, Word::Half) => (30, at + 2),
        (Word::Half, _) if marked => (30, at + 1),
        (Word::Number(n @ 1..=3), Word::QuarterHour) if marked => (n * 15, at + 2),
        (Word::Number(n), Word::Minute) if marked => (n, at + 2),
        (Word::Number(n), next) if marked && !counts(next) => (n, at + 1),
        _ => (0, at),
    }
}

/// Whether a number before this word is the number of something.
fn counts(next: Word) -> bool {
    matches!(
        next,
        Word::HourMark
            | Word::HourMarkOrHour
            | Word::Hour
            | Word::Second
            | Word::Day
            | Word::DateMark
            | Word::Week
            | Word::Month
            | Word::MonthName(_)
            | Word::Year
            | Word::Workday
    )
}

impl Clock {
    /// The time of the day it means.
    pub(super) fn time(&self) -> Result<Time, Fault> {
        let Digits { minute, second, .. } = self.digits;
        let hour = self.hour()?;
        if (hour, minute, second) == (24, 0, 0) {
            return Err(self
                .fault("`{}` belongs to two days: the end of one, the start of the next")
                .replace("0:00")
                .replace("23:59"));
        }
        let small = |n: u32| i8::try_from(n).ok();
        let parts = small(hour).zip(small(minute)).zip(small(second));
        parts
            .and_then(|((hour, minute), second)| Time::new(hour, minute, second, 0).ok())
            .ok_or_else(|| self.impossible())
    }

    /// The time at which a span ends: 24:00 is allowed.
    pub(super) fn end_time(&self) -> Result<Time, Fault> {
        let Digits { hour, minute, second, .. } = self.digits;
        let midnight = (hour, minute, second) == (24, 0, 0) && self.part.is_none();
        if midnight { Ok(END_OF_DAY) } else { self.time() }
    }

    /// Whether it says nothing of the half of the day, as 5点 in 下午2点、5点.
    fn is_open(&self) -> bool {
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
                .fault("`{}` may be noon or midnight")
                .replace(self.at_hour(12))
                .replace(self.at_hour(0))),
            Reading::Midnight => {
                let fault = self
                    .fault("`{}` may be the start of that day or its end")
                    .replace(self.at_hour(0));
                let midnight = self.digits.minute == 0;
                Err(if midnight { fault.replace("23:59") } else { fault.advice(NEXT_DAY) })
            }
            Reading::NextDay => Err(self
                .fault("`{}` may lie on that day, before dawn, or on the next one")
                .replace(self.at_hour(hour))
                .advice(NEXT_DAY)),
        }
    }

    /// The same minute at another hour, as the 24-hour clock writes it.
    fn at_hour(&self, hour: u32) -> String {
        format!("{hour:02}:{:02}", self.digits.minute)
    }

    fn impossible(&self) -> Fault {
        self.fault("there is no time `{}`").advice("hours run from 0 to 23, minutes from 00 to 59")
    }

    fn fault(&self, message: &str) -> Fault {
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
            .fault("`{}` may be before or after noon")
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
