//! The time part of a phrase: a list of times, a span of the day, a step.

use jiff::civil::Time;

use super::clock::{Clock, END_OF_DAY, agree, clock};
use super::slots::separator;
use super::token::{Fault, Token, Word, word};

/// The longest step, in seconds: the grid starts anew each day.
const DAY: u32 = 86_400;

/// `at 09:00 and 13:30`: the times, sorted and each once, and the token after them.
pub(super) fn times(
    tokens: &[Token],
    start: usize,
    minutes_after_and: bool,
) -> Result<Option<(Vec<Time>, usize)>, Fault> {
    let at_said = word(tokens, start) == Word::At;
    let Some((first, mut at)) = clock(tokens, start + usize::from(at_said), at_said)? else {
        return Ok(None);
    };
    let mut clocks = vec![first];
    while let Some(next) = item_start(tokens, at) {
        let again = usize::from(word(tokens, next) == Word::At);
        let Some((found, after)) = clock(tokens, next + again, at_said)? else { break };
        let after_and = word(tokens, next - 1) == Word::And && again == 0;
        if minutes_after_and && after_and && found.bare {
            return Err(minutes_or_time(clocks.last().copied().unwrap_or(first), found));
        }
        clocks.push(found);
        at = after;
    }
    agree(&clocks)?;
    let mut times = clocks.iter().map(Clock::time).collect::<Result<Vec<_>, _>>()?;
    times.sort_unstable();
    times.dedup();
    Ok(Some((times, at)))
}

/// Where the next time of a list starts. 上午9点下午5点 needs nothing between them.
fn item_start(tokens: &[Token], at: usize) -> Option<usize> {
    match word(tokens, at) {
        Word::PartBefore(_) => Some(at),
        _ => separator(tokens, at),
    }
}

/// `às 9 e 15`: a quarter past nine, or nine and three o'clock.
fn minutes_or_time(first: Clock, second: Clock) -> Fault {
    Fault::new(first.at, second.end, "`{}` may be one time or two")
        .advice("write 9h15 for a quarter past nine, 9h e 15h for two times")
}

/// `between 09:00 and 18:00`: both ends, and the token after them.
pub(super) fn span(tokens: &[Token], start: usize) -> Result<Option<(Time, Time, usize)>, Fault> {
    let opener = word(tokens, start);
    let opened = matches!(opener, Word::Between | Word::From);
    let at = skip_at(tokens, start + usize::from(opened));
    // `9-18点`: the first number shares the mark of the second.
    let shares = matches!(word(tokens, at), Word::Number(_)) && word(tokens, at + 1) == Word::To;
    let Some((from, at)) = clock(tokens, at, opened || shares)? else { return Ok(None) };
    let link = word(tokens, at);
    let linked = match link {
        Word::To => true,
        Word::And => opener == Word::Between || closes_between(tokens, at)?,
        Word::At => opener == Word::From,
        _ => false,
    };
    if !linked {
        let open_end = opener == Word::From;
        return Ok(if open_end { Some((from.time()?, END_OF_DAY, at)) } else { None });
    }
    let bare = opened || !from.bare;
    let Some((to, at)) = clock(tokens, skip_at(tokens, at + 1), bare)? else { return Ok(None) };
    agree(&[from, to])?;
    let (first, last) = (from.time()?, to.end_time()?);
    if first > last {
        return Err(backwards(from, to, first, last));
    }
    Ok(Some((first, last, at + usize::from(word(tokens, at) == Word::Between))))
}

/// Whether `9:00和18:00之间` is said here: the second time is followed by its `between`.
fn closes_between(tokens: &[Token], and: usize) -> Result<bool, Fault> {
    let second = clock(tokens, and + 1, false)?;
    Ok(second.is_some_and(|(_, after)| word(tokens, after) == Word::Between))
}

fn skip_at(tokens: &[Token], at: usize) -> usize {
    at + usize::from(word(tokens, at) == Word::At)
}

fn backwards(from: Clock, to: Clock, first: Time, last: Time) -> Fault {
    let fault = Fault::new(from.at, to.end, "the span `{}` ends before it starts");
    let fault = if last.hour() < 12 && first.hour() < last.hour().saturating_add(12) {
        let write = |hour: i8, time: Time| format!("{hour}:{:02}", time.minute());
        fault.replace(format!("{}-{}", write(first.hour(), first), write(last.hour() + 12, last)))
    } else {
        fault
    };
    fault.advice("a span lies within one day; over midnight it takes two phrases")
}

/// `every 30 minutes`: the step in seconds, and the token after it.
pub(super) fn step(tokens: &[Token], start: usize) -> Result<Option<(u32, usize)>, Fault> {
    if word(tokens, start) != Word::Every {
        return Ok(None);
    }
    let other = word(tokens, start + 1) == Word::Other;
    let at = start + 1 + usize::from(other);
    let (count, half, at) = match word(tokens, at) {
        Word::Number(n) => (n, false, at + 1),
        Word::Half => (1, true, at + 1),
        // `every other hour`
        _ => (1 + u32::from(other), false, at),
    };
    let unit = match word(tokens, at) {
        Word::Second => 1,
        Word::Minute => 60,
        Word::Hour | Word::HourMarkOrHour => 3600,
        _ => return Ok(None),
    };
    let fault = |message: &str| {
        let ends = tokens.get(start).zip(tokens.get(at));
        let (first, last) = ends.map_or((0, 0), |(first, last)| (first.at, last.end));
        Fault::new(first, last, message)
    };
    let seconds = if half { Some(unit / 2) } else { count.checked_mul(unit) };
    match seconds {
        Some(0) => Err(fault("`{}` never moves on").advice("the smallest step is 1 second")),
        Some(seconds) if seconds <= DAY => Ok(Some((seconds, at + 1))),
        _ => Err(fault("`{}` is longer than a day, and the steps start anew each day")
            .advice("24 hours are the longest step")),
    }
}
