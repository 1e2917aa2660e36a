//! The one grammar: a phrase is days and times, in any order; times are a list, or a step with or
//! without a span.

use crate::model::text::{Words, text, words};
use jiff::civil::Time;

use crate::model::language::Language;
use crate::model::recurrence::{Days, Recurrence, Times};

use super::clock::{Clock, END_OF_DAY};
use super::holiday;
use super::lexicon::Lexicon;
use super::orders::Found;
use super::rules::{Unmatched, days};
use super::settle::settle;
use super::text::Text;
use super::times::{Span, span, step, times, times_of_day};
use super::token::{DayPart, Fault, Message, Offer, Token, Word, word};

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
        check_known(&tokens)
            .map_err(|fault| holiday::named_as_day(&fault, text, holidays).unwrap_or(fault))?;
    }
    let mut parts = Parts::split(&tokens, lexicon.tongue.minutes_after_and)?;
    let first_unknown = parts.days.iter().copied().find_map(unknown);
    let holiday = holiday::find(&mut parts.days, lexicon, text, holidays).map_err(|fault| {
        // A word before the holiday's name is wrong before the name is.
        first_unknown.filter(|unknown| unknown.at < fault.at).unwrap_or(fault)
    })?;
    check_known(&parts.days)?;
    let found = Found::new(false, lexicon.tongue.every_nth_of_month, holiday.as_ref());
    parts.recurrence(text, &found)
}

/// Refuses the first word that no table knows.
fn check_known(tokens: &[Token]) -> Result<(), Fault> {
    tokens.iter().find_map(|token| unknown(*token)).map_or(Ok(()), Err)
}

fn unknown(token: Token) -> Option<Fault> {
    match token.word {
        Word::Unknown | Word::Quoted => Some(Fault::unknown(token)),
        Word::NoDate => Some(
            Fault::new(token.at, token.end, words!("there is no date `{typed}`"))
                .advice(words!("write year, month and day, such as 2026-12-31")),
        ),
        Word::EitherDate(day_first, month_first) => Some(
            Fault::new(token.at, token.end, words!("`{typed}` can be read in two ways"))
                .replace(day_first.to_string())
                .replace(month_first.to_string()),
        ),
        Word::BadDate => Some(
            Fault::new(token.at, token.end, words!("`{typed}` is not a date that can be read"))
                .advice(words!("write year, month and day, such as 2026-12-31")),
        ),
        Word::Zone => Some(
            Fault::new(token.at, token.end, words!("`{typed}`: a phrase has no time zone"))
                .advice(words!("the times are those of the reminder's timezone")),
        ),
        _ => None,
    }
}

/// The parts of a phrase.
#[derive(Default)]
struct Parts {
    /// What is not time.
    days: Vec<Token>,
    times: Option<Vec<Clock>>,
    span: Option<Span>,
    step: Option<u32>,
    /// A part of the day that stands apart from the hour: `every morning at 9`.
    part: Option<(DayPart, Token)>,
}

impl Parts {
    /// Takes the times out; what is left speaks of days.
    fn split(tokens: &[Token], minutes_after_and: bool) -> Result<Self, Fault> {
        let mut parts = Self::default();
        let stepped = (0..tokens.len()).any(|at| !matches!(step(tokens, at), Ok(None)));
        let mut at = 0;
        while let Some(token) = tokens.get(at).copied() {
            let next = match parts.time_part(tokens, at, minutes_after_and, stepped)? {
                Some(next) => next,
                None if parts.day_part(token)? => at + 1,
                None => {
                    // `at` and `from` with no time behind them are prepositions of days.
                    if !matches!(token.word, Word::At | Word::From) {
                        parts.days.push(token);
                    }
                    at += 1;
                    continue;
                }
            };
            // A number left over behind the times is no day of the month.
            if next + 1 == tokens.len() && matches!(word(tokens, next), Word::Number(_)) {
                return Err(misplaced(tokens.get(next).copied().unwrap_or(token)));
            }
            // A comma between days and times separates nothing else.
            if parts.days.last().is_some_and(|last| last.word == Word::Comma) {
                parts.days.pop();
            }
            at = next + usize::from(word(tokens, next) == Word::Comma);
        }
        Ok(parts)
    }

    /// Takes a part of the day that has no hour beside it; `every morning` is every day.
    fn day_part(&mut self, token: Token) -> Result<bool, Fault> {
        let (Word::PartBefore(part) | Word::PartAfter(part)) = token.word else { return Ok(false) };
        if self.part.is_some_and(|(first, _)| first != part) {
            return Err(Fault::new(
                token.at,
                token.end,
                words!("`{typed}` is a second part of the day"),
            )
            .advice(words!("write the hours beside them, such as 9:00 and 17:30")));
        }
        self.part = Some((part, token));
        if self.days.last().is_some_and(|last| last.word == Word::Every) {
            self.days.push(Token { word: Word::Day, ..token });
        }
        Ok(true)
    }

    /// Reads a step, a span or a list of times; gives the token after it.
    fn time_part(
        &mut self,
        tokens: &[Token],
        at: usize,
        minutes_after_and: bool,
        stepped: bool,
    ) -> Result<Option<usize>, Fault> {
        let (repeated, next) = if let Some((step, next)) = step(tokens, at)? {
            (self.step.replace(step).is_some(), next)
        } else if let Some((span, next)) = span(tokens, at, stepped) {
            (self.span.replace(span).is_some(), next)
        } else if let Some((list, next)) = times(tokens, at, minutes_after_and)? {
            (self.times.replace(list).is_some(), next)
        } else {
            return Ok(None);
        };
        let mixed = self.times.is_some() && (self.step.is_some() || self.span.is_some());
        if repeated || mixed {
            let ends = tokens.get(at).zip(tokens.get(next - 1));
            let (start, end) = ends.map_or((0, 0), |(first, last)| (first.at, last.end));
            return Err(Fault::new(start, end, words!("`{typed}` is a second statement of times"))
                .advice(words!("write a list of phrases, one for each set of times")));
        }
        Ok(Some(next))
    }

    /// Refuses a part of the day that stands apart and says another time than the one beside the
    /// hour: 早晚9点.
    fn agrees_with_part(&self) -> Result<(), Fault> {
        let (Some((part, token)), Some(clocks)) = (self.part, &self.times) else { return Ok(()) };
        if clocks.iter().all(|clock| clock.agrees(part)) {
            return Ok(());
        }
        Err(Fault::new(token.at, token.end, words!("`{typed}` is a second part of the day"))
            .advice(words!("write the hours beside them, such as 9:00 and 17:30")))
    }

    /// Joins days and times.
    fn recurrence(self, text: &Text, found: &Found) -> Result<Recurrence, Fault> {
        let part = self.part.map(|(part, _)| part);
        self.agrees_with_part()?;
        let span = self.span.map(|span| span.map(|clock| clock.within(part)).ends()).transpose()?;
        let times = match (&self.times, self.step) {
            (Some(clocks), _) => {
                let clocks: Vec<Clock> = clocks.iter().map(|clock| clock.within(part)).collect();
                Some(Times::At(times_of_day(&clocks)?))
            }
            (None, Some(step)) => {
                Some(span.map_or(all_day(step), |(from, to)| Times::Grid { step, from, to }))
            }
            (None, None) => None,
        };
        if let (None, None, Some((_, token))) = (&times, span, self.part) {
            return Err(Fault::new(
                token.at,
                token.end,
                words!("`{typed}` does not say at what hour"),
            )
            .advice(words!("write the hour beside it, such as 9:00 or 17:30")));
        }
        let days = self.find_days(text, found, times.as_ref())?;
        let whole = |message: Words| Fault::new(0, text.chars.len(), message);
        match (days, times, span) {
            (Some(days), Some(times), _) => Ok(Recurrence { days, times }),
            (None, Some(times @ Times::Grid { .. }), _) => {
                Ok(Recurrence { days: Days::Every, times })
            }
            (None, Some(times), _) => {
                let on = |days| Offer::Phrase(Recurrence { days, times: times.clone() });
                Err(whole(words!("`{typed}` does not say on which days"))
                    .offer(on(Days::Workdays))
                    .offer(on(Days::Every)))
            }
            (days, None, Some((from, to))) => {
                let times = Times::Grid { step: 3600, from, to };
                let days = days.unwrap_or(Days::Workdays);
                Err(whole(words!("`{typed}` does not say how often in that span"))
                    .offer(Offer::Phrase(Recurrence { days, times })))
            }
            (Some(days), None, None) => {
                Err(whole(words!("`{typed}` does not say at what time"))
                    .offer(with_times(days, None)))
            }
            (None, None, None) => Err(whole(words!("there is no phrase here"))),
        }
    }

    /// The days, when any are spoken of.
    fn find_days(
        &self,
        text: &Text,
        found: &Found,
        times: Option<&Times>,
    ) -> Result<Option<Days>, Fault> {
        let (Some(first), Some(last)) = (self.days.first(), self.days.last()) else {
            return Ok(None);
        };
        match days(&self.days, found) {
            Ok(days) => Ok(Some(days)),
            Err(Unmatched::Refused(refusal)) => {
                let mut fault = Fault::new(first.at, last.end, refusal.message);
                let instead = refusal.instead.into_iter();
                fault.offers.extend(instead.map(|days| with_times(days, times)));
                fault.offers.extend(refusal.advice.map(|advice| Offer::Say(advice.into())));
                Err(fault)
            }
            Err(Unmatched::At(reach)) => Err(self.misplaced(text, found, reach)),
        }
    }

    /// The fault of a word that is known and fits no rule.
    fn misplaced(&self, text: &Text, found: &Found, reach: usize) -> Fault {
        let Some(token) = self.days.get(reach) else {
            let end = self.days.last().map_or(0, |last| last.end);
            let typed = text.typed(0, end);
            return Fault::new(
                0,
                end,
                text!("something is missing after `{before}`", before = typed),
            );
        };
        let fault = misplaced(*token);
        // `every friday 17`
        match (token.word, self.days.split_last(), self.times.is_none()) {
            (Word::Number(hour), Some((_, before)), true) if reach + 1 == self.days.len() => {
                let hour = i8::try_from(hour).ok().and_then(|hour| Time::new(hour, 0, 0, 0).ok());
                let days = days(before, found).ok();
                let meant = days
                    .zip(hour)
                    .map(|(days, hour)| with_times(days, Some(&Times::At(vec![hour]))));
                meant.into_iter().fold(fault, Fault::offer)
            }
            _ => fault,
        }
    }
}

/// A word that is known and means nothing where it stands.
fn misplaced(token: Token) -> Fault {
    Fault { at: token.at, end: token.end, message: Message::Misplaced, offers: Vec::new() }
}

/// The whole phrase with these days.
fn with_times(days: Days, times: Option<&Times>) -> Offer {
    let times = times.cloned().unwrap_or_else(|| Times::At(vec![USUAL]));
    Offer::Phrase(Recurrence { days, times })
}
