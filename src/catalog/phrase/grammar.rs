//! The one grammar: a phrase is days and times, in any order; times are a list, or a step with or
//! without a span.

use jiff::civil::Time;

use crate::model::language::Language;
use crate::model::recurrence::{Days, Recurrence, Times};

use super::clock::END_OF_DAY;
use super::holiday;
use super::lexicon::Lexicon;
use super::rules::{Unmatched, days};
use super::settle::settle;
use super::text::Text;
use super::times::{span, step, times};
use super::token::{Fault, Message, Offer, Token, Word};

/// The time offered where none was written.
pub(super) const USUAL: Time = Time::constant(9, 0, 0, 0);

/// Every point of the day on this step.
pub(super) fn all_day(step: u32) -> Times {
    Times::Grid { step, from: Time::midnight(), to: END_OF_DAY }
}

/// Reads a phrase in one language. `holidays` are the names the calendar knows; none means any.
pub(super) fn read(
    lexicon: &Lexicon,
    text: &Text,
    holidays: &[String],
) -> Result<Recurrence, Fault> {
    let tokens = settle(lexicon.tokens(text), lexicon.tongue.language == Language::Chinese);
    let named = tokens.iter().any(|token| matches!(token.word, Word::Before | Word::After));
    if !named {
        check_known(&tokens)?;
    }
    let mut parts = Parts::split(&tokens, lexicon.tongue.minutes_after_and)?;
    let first_unknown = parts.days.iter().copied().find_map(unknown);
    let holiday = holiday::find(&mut parts.days, lexicon, text, holidays).map_err(|fault| {
        // A word before the holiday's name is wrong before the name is.
        first_unknown.filter(|unknown| unknown.at < fault.at).unwrap_or(fault)
    })?;
    check_known(&parts.days)?;
    parts.recurrence(text, holiday.as_ref())
}

/// Refuses the first word that no table knows.
fn check_known(tokens: &[Token]) -> Result<(), Fault> {
    tokens.iter().find_map(|token| unknown(*token)).map_or(Ok(()), Err)
}

fn unknown(token: Token) -> Option<Fault> {
    match token.word {
        Word::Unknown | Word::Quoted => Some(Fault::unknown(token)),
        Word::BadDate => Some(
            Fault::new(token.at, token.end, "`{}` is not a date that can be read")
                .advice("write year, month and day, such as 2026-12-31"),
        ),
        _ => None,
    }
}

/// The parts of a phrase.
#[derive(Default)]
struct Parts {
    /// What is not time.
    days: Vec<Token>,
    times: Option<Vec<Time>>,
    span: Option<(Time, Time)>,
    step: Option<u32>,
}

impl Parts {
    /// Takes the times out; what is left speaks of days.
    fn split(tokens: &[Token], minutes_after_and: bool) -> Result<Self, Fault> {
        let mut parts = Self::default();
        let mut at = 0;
        while let Some(token) = tokens.get(at).copied() {
            let next = parts.time_part(tokens, at, minutes_after_and)?;
            let Some(next) = next else {
                // `at` and `from` with no time behind them are prepositions of days.
                if !matches!(token.word, Word::At | Word::From) {
                    parts.days.push(token);
                }
                at += 1;
                continue;
            };
            // A comma between days and times separates nothing else.
            if parts.days.last().is_some_and(|last| last.word == Word::Comma) {
                parts.days.pop();
            }
            let comma = tokens.get(next).is_some_and(|token| token.word == Word::Comma);
            at = next + usize::from(comma);
        }
        Ok(parts)
    }

    /// Reads a step, a span or a list of times; gives the token after it.
    fn time_part(
        &mut self,
        tokens: &[Token],
        at: usize,
        minutes_after_and: bool,
    ) -> Result<Option<usize>, Fault> {
        let (repeated, next) = if let Some((step, next)) = step(tokens, at)? {
            (self.step.replace(step).is_some(), next)
        } else if let Some((from, to, next)) = span(tokens, at)? {
            (self.span.replace((from, to)).is_some(), next)
        } else if let Some((list, next)) = times(tokens, at, minutes_after_and)? {
            (self.times.replace(list).is_some(), next)
        } else {
            return Ok(None);
        };
        let mixed = self.times.is_some() && (self.step.is_some() || self.span.is_some());
        if repeated || mixed {
            let ends = tokens.get(at).zip(tokens.get(next - 1));
            let (start, end) = ends.map_or((0, 0), |(first, last)| (first.at, last.end));
            return Err(Fault::new(start, end, "`{}` is a second statement of times")
                .advice("write a list of phrases, one for each set of times"));
        }
        Ok(Some(next))
    }

    /// Joins days and times.
    fn recurrence(self, text: &Text, holiday: Option<&String>) -> Result<Recurrence, Fault> {
        let times = match (self.times.clone(), self.step) {
            (Some(times), _) => Some(Times::At(times)),
            (None, Some(step)) => {
                Some(self.span.map_or(all_day(step), |(from, to)| Times::Grid { step, from, to }))
            }
            (None, None) => None,
        };
        let days = self.find_days(text, holiday, times.as_ref())?;
        let whole = |message: &str| Fault::new(0, text.chars.len(), message);
        match (days, times, self.span) {
            (Some(days), Some(times), _) => Ok(Recurrence { days, times }),
            (None, Some(times @ Times::Grid { .. }), _) => {
                Ok(Recurrence { days: Days::Every, times })
            }
            (None, Some(times), _) => {
                let on = |days| Offer::Phrase(Recurrence { days, times: times.clone() });
                Err(whole("`{}` does not say on which days")
                    .offer(on(Days::Workdays))
                    .offer(on(Days::Every)))
            }
            (days, None, Some((from, to))) => {
                let times = Times::Grid { step: 3600, from, to };
                let days = days.unwrap_or(Days::Workdays);
                Err(whole("`{}` does not say how often in that span")
                    .offer(Offer::Phrase(Recurrence { days, times })))
            }
            (Some(days), None, None) => {
                Err(whole("`{}` does not say at what time").offer(with_times(days, None)))
            }
            (None, None, None) => Err(whole("there is no phrase here")),
        }
    }

    /// The days, when any are spoken of.
    fn find_days(
        &self,
        text: &Text,
        holiday: Option<&String>,
        times: Option<&Times>,
    ) -> Result<Option<Days>, Fault> {
        let (Some(first), Some(last)) = (self.days.first(), self.days.last()) else {
            return Ok(None);
        };
        match days(&self.days, holiday) {
            Ok(days) => Ok(Some(days)),
            Err(Unmatched::Refused(refusal)) => {
                let mut fault = Fault::new(first.at, last.end, refusal.message);
                let instead = refusal.instead.into_iter();
                fault.offers.extend(instead.map(|days| with_times(days, times)));
                fault.offers.extend(refusal.advice.map(|advice| Offer::Say(advice.into())));
                Err(fault)
            }
            Err(Unmatched::At(reach)) => Err(self.misplaced(text, holiday, reach)),
        }
    }

    /// The fault of a word that is known and fits no rule.
    fn misplaced(&self, text: &Text, holiday: Option<&String>, reach: usize) -> Fault {
        let Some(token) = self.days.get(reach) else {
            let end = self.days.last().map_or(0, |last| last.end);
            let typed = text.typed(0, end);
            return Fault::new(0, end, format!("something is missing after `{typed}`"));
        };
        let fault =
            Fault { at: token.at, end: token.end, message: Message::Misplaced, offers: Vec::new() };
        // `every friday 17`
        match (token.word, self.days.split_last(), self.times.is_none()) {
            (Word::Number(hour), Some((_, before)), true) if reach + 1 == self.days.len() => {
                let hour = i8::try_from(hour).ok().and_then(|hour| Time::new(hour, 0, 0, 0).ok());
                let days = days(before, holiday).ok();
                let meant = days
                    .zip(hour)
                    .map(|(days, hour)| with_times(days, Some(&Times::At(vec![hour]))));
                meant.into_iter().fold(fault, Fault::offer)
            }
            _ => fault,
        }
    }
}

/// The whole phrase with these days.
fn with_times(days: Days, times: Option<&Times>) -> Offer {
    let times = times.cloned().unwrap_or_else(|| Times::At(vec![USUAL]));
    Offer::Phrase(Recurrence { days, times })
}
