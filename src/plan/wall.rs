//! The wall clock of a zone: which instant it shows what.
//!
//! Between two changes of a zone's offset, wall time and real time differ by a constant: a span.
//! Two questions are asked of it, and both have one-line answers in words:
//!
//! - a fixed time fires at *the first instant at which the wall clock has reached it*: inside a
//!   gap that is the end of the gap, in a fold the first pass;
//! - a grid fires at *every instant whose wall time is on it*: never in a gap, twice in a fold.
//!
//! Instants and wall times are whole seconds; wall time counts from 1970-01-01T00:00:00 on the
//! wall.

use jiff::{Timestamp, tz::TimeZone};

/// Seconds in a day.
pub(super) const DAY: i64 = 86_400;

/// Offsets differ by less than this (from -25:59:59 to +25:59:59).
const REACH: i64 = 52 * 3600;

/// A stretch of real time with one offset. The cheap case: most questions end here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// First instant.
    pub(super) start: i64,
    /// First instant that is not in it any more.
    pub(super) end: i64,
    /// Wall time minus real time.
    pub(super) offset: i64,
    /// The latest wall time shown before `start`.
    pub(super) high: i64,
}

impl Span {
    /// The wall time at an instant of the span.
    pub(super) fn wall(&self, at: i64) -> i64 {
        at.saturating_add(self.offset)
    }

    /// The instant of a wall time of the span.
    pub(super) fn at(&self, wall: i64) -> i64 {
        wall.saturating_sub(self.offset)
    }

    /// The latest wall time shown up to an instant of the span.
    pub(super) fn high_water(&self, at: i64) -> i64 {
        self.wall(at).max(self.high)
    }

    /// Where to look on when all wall times of this span from the instant `seen` on were looked
    /// at, and the next one that matters is `next`, after its end. Near the end a fold may show
    /// wall times from before `seen` again, so nothing may be passed over; far from it nothing can
    /// happen until the wall clock comes near `next`, or ever, without a next one.
    pub(super) fn resume(&self, seen: i64, next: Option<i64>) -> Option<i64> {
        if self.end.saturating_sub(seen) <= REACH {
            return Some(self.end);
        }
        next.map(|next| self.end.max(self.at(next).saturating_sub(REACH)))
    }
}

/// A zone's wall clock; remembers the span it was last asked about.
#[derive(Clone, Debug)]
pub(super) struct Wall<'a> {
    tz: &'a TimeZone,
    span: Span,
}

impl<'a> Wall<'a> {
    pub(super) fn new(tz: &'a TimeZone) -> Self {
        Self { tz, span: Span { start: 0, end: 0, offset: 0, high: 0 } }
    }

    /// The span that holds an instant.
    pub(super) fn span(&mut self, at: i64) -> Span {
        if !(self.span.start..self.span.end).contains(&at) {
            self.span = self.find(at);
        }
        self.span
    }

    fn find(&self, at: i64) -> Span {
        let instant = clamp(at);
        // Transitions strictly before the next second: the one at `at` itself included.
        let mut earlier = self
            .tz
            .preceding(clamp(at.saturating_add(1)))
            .map(|change| change.timestamp().as_second());
        let start = earlier.next().unwrap_or(i64::MIN);
        let shown_before = |change: i64| change - 1 + self.offset(clamp(change - 1));
        let recent = earlier.take_while(|change| start.saturating_sub(*change) <= REACH);
        Span {
            start,
            end: self.tz.following(instant).next().map_or(i64::MAX, |c| c.timestamp().as_second()),
            offset: self.offset(instant),
            high: match start {
                i64::MIN => i64::MIN,
                start => recent.fold(shown_before(start), |high, c| high.max(shown_before(c))),
            },
        }
    }

    fn offset(&self, instant: Timestamp) -> i64 {
        i64::from(self.tz.to_offset(instant).seconds())
    }

    /// The first instant at which the wall clock has reached `wall`, which it had not by `after`.
    /// `None` when the zone skips that whole date.
    pub(super) fn reach(&mut self, after: i64, wall: i64) -> Option<i64> {
        let mut seen = after;
        loop {
            let span = self.span(seen);
            let first = span.wall(span.start);
            if span.start != i64::MIN && first >= wall && span.start > after {
                let midnight = wall.div_euclid(DAY) * DAY;
                let skipped = span.high < midnight && first >= midnight + DAY;
                return (!skipped).then_some(span.start);
            }
            let at = span.at(wall);
            if at < span.end {
                return Some(at);
            }
            seen = span.resume(seen, Some(wall))?;
        }
    }
}

/// The nearest instant that can be written.
fn clamp(second: i64) -> Timestamp {
    let (min, max) = (Timestamp::MIN.as_second() + 1, Timestamp::MAX.as_second() - 1);
    Timestamp::from_second(second.clamp(min, max)).unwrap_or_default()
}
