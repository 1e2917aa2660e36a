//! The time part of a phrase: a list of times, a span of the day, a step.

use crate::model::text::{Words, words};
use jiff::civil::Time;

use super::clock::{Clock, END_OF_DAY, agree, clock};
use super::slots::separator;
use super::spoken::counts;
use super::token::{Fault, Token, Word, word};

/// The longest step, in seconds: the grid starts anew each day.
const DAY: u32 = 86_400;

/// `at 09:00 and 13:30`: the times as written, and the token after them.
pub(super) fn times(
    tokens: &[Token],
    start: usize,
    minutes_after_and: bool,
) -> Result<Option<(Vec<Clock>, usize)>, Fault> {
    let at_said = word(tokens, start) == Word::At;
    // 9、12、17点: the mark of the last counts for all.
    let bare = at_said || shares_mark(tokens, start);
    let Some((first, mut at)) = clock(tokens, start + usize::from(at_said), bare) else {
        return Ok(None);
    };
    let mut clocks = vec![first];
    while let Some(next) = item_start(tokens, at) {
        let again = usize::from(word(tokens, next) == Word::At);
        let Some((found, after)) = clock(tokens, next + again, bare) else { break };
        let after_and = word(tokens, next - 1) == Word::And && again == 0;
        if minutes_after_and && after_and && found.bare {
            let before = clocks.pop().unwrap_or(first);
            let minutes = minutes_or_time(before, found)?;
            clocks.push(before.with_minute(minutes, found.end));
            at = after;
            continue;
        }
        clocks.push(found);
        at = after;
    }
    // `at nine fifteen`
    if let (Some(last), Word::Number(_)) =
        (clocks.last().filter(|last| last.bare), word(tokens, at))
        && !counts(word(tokens, at + 1))
        && let Some((found, _)) = clock(tokens, at, true)
    {
        minutes_or_time(*last, found)?;
    }
    Ok(Some((clocks, at)))
}

/// Whether a list of bare numbers starts here whose last one is marked as an hour.
fn shares_mark(tokens: &[Token], start: usize) -> bool {
    let mut at = start;
    while let Word::Number(_) = word(tokens, at) {
        match separator(tokens, at + 1) {
            Some(next) => at = next,
            None => return at > start && word(tokens, at + 1) == Word::HourMark,
        }
    }
    false
}

/// Where the next time of a list starts. 上午9点下午5点 and `9:00 17:00` need nothing between them.
fn item_start(tokens: &[Token], at: usize) -> Option<usize> {
    let before = at.checked_sub(1).map(|before| word(tokens, before));
    match (before, word(tokens, at)) {
        (_, Word::PartBefore(_)) => Some(at),
        (Some(Word::Clock(_)), Word::Clock(_)) => Some(at),
        _ => separator(tokens, at),
    }
}

/// `às 9 e 15`: a quarter past nine, or nine and three o'clock; `às 9 e 45` can only be minutes.
fn minutes_or_time(first: Clock, second: Clock) -> Result<u32, Fault> {
    match (first.hour_as_written(), second.hour_as_written()) {
        (_, minutes @ 25..=59) => Ok(minutes),
        (hour, other) => {
            Err(Fault::new(first.at, second.end, words!("`{typed}` may be one time or two"))
                .replace(format!("{hour:02}:{other:02}"))
                .replace(format!("{hour:02}:00, {other:02}:00")))
        }
    }
}

/// Times of the day, in order and each once.
pub(super) fn times_of_day(clocks: &[Clock]) -> Result<Vec<Time>, Fault> {
    agree(clocks)?;
    if let Some(next_day) = clocks.iter().find(|clock| clock.next_day) {
        return Err(Fault::new(next_day.at, next_day.end, words!("`{typed}` lies on another day"))
            .advice(words!("name the day itself; only a span may end on the next day")));
    }
    let mut times = clocks.iter().map(Clock::time).collect::<Result<Vec<_>, _>>()?;
    times.sort_unstable();
    times.dedup();
    Ok(times)
}

/// A span of the day as written; without an end it lasts until midnight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    from: Clock,
    to: Option<Clock>,
}

/// `between 09:00 and 18:00`: the span, and the token after it. `stepped`: the phrase has a step,
/// so two times in a row can only be a span (`9h às 18h`).
pub(super) fn span(tokens: &[Token], start: usize, stepped: bool) -> Option<(Span, usize)> {
    let opener = word(tokens, start);
    let opened = matches!(opener, Word::Between | Word::From);
    let at = skip_at(tokens, start + usize::from(opened));
    // `9-18点`: the first number shares the mark of the second.
    let shares = matches!(word(tokens, at), Word::Number(_)) && word(tokens, at + 1) == Word::To;
    let (from, at) = clock(tokens, at, opened || shares)?;
    let linked = match word(tokens, at) {
        Word::To => true,
        Word::And => opener == Word::Between || closes_between(tokens, at),
        Word::At => opener == Word::From || stepped,
        _ => false,
    };
    if !linked {
        return (opener == Word::From).then_some((Span { from, to: None }, at));
    }
    let bare = opened || !from.bare;
    let (to, at) = clock(tokens, skip_at(tokens, at + 1), bare)?;
    let closed = usize::from(word(tokens, at) == Word::Between);
    Some((Span { from, to: Some(to) }, at + closed))
}

/// Whether `9:00和18:00之间` is said here: the second time is followed by its `between`.
fn closes_between(tokens: &[Token], and: usize) -> bool {
    let second = clock(tokens, and + 1, false);
    second.is_some_and(|(_, after)| word(tokens, after) == Word::Between)
}

fn skip_at(tokens: &[Token], at: usize) -> usize {
    at + usize::from(word(tokens, at) == Word::At)
}

impl Span {
    /// It in a part of the day that is said of all times.
    pub(super) fn map(self, change: impl Fn(Clock) -> Clock) -> Self {
        Self { from: change(self.from), to: self.to.map(change) }
    }

    /// First and last time; a last one before the first lies on the next day.
    pub(super) fn ends(&self) -> Result<(Time, Time), Fault> {
        let Self { from, to } = self;
        let Some(to) = to else { return Ok((from.time()?, END_OF_DAY)) };
        agree(&[*from, *to])?;
        let (first, last) = (from.time()?, to.end_time()?);
        let fault = |message: Words| Fault::new(from.at, to.end, message);
        if from.next_day || to.next_day && first <= last {
            return Err(fault(words!("the span `{typed}` is longer than a day"))
                .advice(words!("a span starts and ends within 24 hours")));
        }
        // From 9 to 5: in the afternoon, or next morning.
        if first > last && from.is_open() && to.is_open() && !to.next_day {
            let write =
                |time: Time, add: i8| format!("{:02}:{:02}", time.hour() + add, time.minute());
            let fault = fault(words!("the span `{typed}` ends before it starts"));
            return Err(match last.hour() {
                12.. => fault.advice(words!("name the later time last")),
                _ => fault
                    .replace(format!("{}-{}", write(first, 0), write(last, 12)))
                    .replace(format!("{}-{}", write(first, 0), write(last, 0))),
            });
        }
        Ok((first, last))
    }
}

/// `every 30 minutes`: the step in seconds, and the token after it.
pub(super) fn step(tokens: &[Token], start: usize) -> Result<Option<(u32, usize)>, Fault> {
    if word(tokens, start) != Word::Every {
        return Ok(None);
    }
    let other = word(tokens, start + 1) == Word::Other;
    let at = start + 1 + usize::from(other);
    let (count, halves, at) = match (word(tokens, at), word(tokens, at + 1)) {
        // 一个半小时, `one and a half hours`
        (Word::Number(n), Word::Half) => (n, 1, at + 2),
        (Word::Number(n), Word::And) if word(tokens, at + 2) == Word::Half => (n, 1, at + 3),
        (Word::Number(n), _) => (n, 0, at + 1),
        (Word::Half, _) => (0, 1, at + 1),
        // `every other hour`
        _ => (1 + u32::from(other), 0, at),
    };
    let (unit, at) = match (word(tokens, at), word(tokens, at + 1)) {
        (Word::Second, _) => (1, at),
        (Word::Minute, _) => (60, at),
        // 一刻钟, `a quarter of an hour`
        (Word::QuarterHour, _) => (900, at),
        (Word::Quarter, Word::Hour) => (900, at + 1),
        (Word::Hour | Word::HourMarkOrHour, _) => (3600, at),
        _ => return Ok(None),
    };
    let fault = |message: Words| {
        let ends = tokens.get(start).zip(tokens.get(at));
        let (first, last) = ends.map_or((0, 0), |(first, last)| (first.at, last.end));
        Fault::new(first, last, message)
    };
    // `a cada uma hora e meia`, `every hour and a half`
    let and_half = unit == 3600
        && halves == 0
        && (word(tokens, at + 1), word(tokens, at + 2)) == (Word::And, Word::Half);
    let (halves, at) = if and_half { (1, at + 2) } else { (halves, at) };
    let seconds = count.checked_mul(unit).and_then(|whole| whole.checked_add(halves * unit / 2));
    match seconds {
        Some(0) => Err(fault(words!("`{typed}` never moves on"))
            .advice(words!("the smallest step is 1 second"))),
        Some(seconds) if seconds <= DAY => Ok(Some((seconds, at + 1))),
        _ => {
            Err(fault(words!("`{typed}` is longer than a day, and the steps start anew each day"))
                .advice(words!("24 hours are the longest step")))
        }
    }
}
