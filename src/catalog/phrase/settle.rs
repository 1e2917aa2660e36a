//! Words with two meanings get the one their neighbours leave them; fillers go.

use jiff::civil::Weekday;

use super::token::{Token, Word, word};

/// The tokens that carry meaning, each with one meaning.
///
/// `glyphs`: a bare number continues a list of weekdays, as in 周一、三、五 (Chinese only).
pub(super) fn settle(tokens: Vec<Token>, glyphs: bool) -> Vec<Token> {
    let kept: Vec<Token> = tokens.into_iter().filter(|token| token.word != Word::Filler).collect();
    let mut settled: Vec<Token> = Vec::with_capacity(kept.len());
    let mut at = 0;
    while let Some(token) = kept.get(at) {
        let here = Here { kept: &kept, at, before: &settled, glyphs };
        let change = here.change(*token);
        if change.joins {
            settled.pop();
        }
        let first = if change.joins { at.saturating_sub(1) } else { at };
        let start = kept.get(first).map_or(token.at, |first| first.at);
        at += change.takes;
        let end = kept.get(at.saturating_sub(1)).map_or(token.end, |last| last.end);
        settled.extend(change.word.map(|word| Token { word, at: start, end }));
    }
    steps(settled)
}

/// 两周一次, `2 jam sekali`: a number of something, once, is a step of it.
fn steps(mut tokens: Vec<Token>) -> Vec<Token> {
    while let Some(once) = tokens.iter().position(|token| token.word == Word::Once) {
        let end = tokens.remove(once).end;
        let Some(start) = once.checked_sub(2) else { continue };
        let counted = matches!(word(&tokens, start), Word::Number(_) | Word::Half)
            && is_unit(word(&tokens, start + 1));
        let stepped = start.checked_sub(1).map(|before| word(&tokens, before));
        if let Some(last) = tokens.get_mut(start + 1) {
            last.end = end;
        }
        if counted
            && !matches!(stepped, Some(Word::Every | Word::Other))
            && let Some(first) = tokens.get(start).copied()
        {
            tokens.insert(start, Token { word: Word::Every, end: first.at, ..first });
        }
    }
    tokens
}

/// Whether a step can be made of it.
fn is_unit(word: Word) -> bool {
    matches!(
        word,
        Word::Second
            | Word::Minute
            | Word::Hour
            | Word::HourMarkOrHour
            | Word::Day
            | Word::Week
            | Word::Month
            | Word::Months
            | Word::Workday
    )
}

/// What becomes of a token.
struct Change {
    /// Nothing when it is dropped.
    word: Option<Word>,
    /// It replaces the token before it as well.
    joins: bool,
    /// How many tokens it covers.
    takes: usize,
}

/// Dropped.
const DROPPED: Change = Change { word: None, joins: false, takes: 1 };

/// It means this.
fn is(word: Word) -> Change {
    Change { word: Some(word), joins: false, takes: 1 }
}

/// It and the token before it mean this.
fn joined(word: Word) -> Change {
    Change { joins: true, ..is(word) }
}

/// It and the token after it mean this.
fn both(word: Word) -> Change {
    Change { takes: 2, ..is(word) }
}

/// A token among its neighbours.
struct Here<'a> {
    kept: &'a [Token],
    at: usize,
    before: &'a [Token],
    glyphs: bool,
}

impl Here<'_> {
    fn change(&self, token: Token) -> Change {
        match token.word {
            Word::OrdinalMark => match (self.next(1), self.number_touching()) {
                (_, Some(n)) => joined(Word::Ordinal(n)),
                (Word::Number(n), _) => both(Word::Ordinal(n)),
                _ => is(Word::OrdinalMark),
            },
            Word::OrdinalOrSecond => match self.previous(1) {
                Word::Number(_) => is(Word::Second),
                _ => is(Word::Ordinal(2)),
            },
            _ => self
                .portuguese(token.word)
                .or_else(|| self.indonesian(token.word))
                .or_else(|| self.chinese(token.word))
                .unwrap_or_else(|| is(token.word)),
        }
    }

    /// Words only the Portuguese table has.
    fn portuguese(&self, word: Word) -> Option<Change> {
        Some(match word {
            Word::OrdinalMarkOrFiller => {
                self.number_touching().map_or(DROPPED, |n| joined(Word::Ordinal(n)))
            }
            Word::A => match self.number_touching() {
                Some(n) => joined(Word::Ordinal(n)),
                None => self.portuguese_a(true).map_or(DROPPED, is),
            },
            Word::AGrave => self.portuguese_a(false).map_or(DROPPED, is),
            Word::WeekdayOrOrdinal(day) => match self.next(1) {
                Word::Weekday(_) | Word::WeekdayOrOrdinal(_) | Word::Last => {
                    is(Word::Ordinal(day.to_sunday_one_offset().unsigned_abs().into()))
                }
                _ => is(Word::Weekday(day)),
            },
            // `de 2 em 2 semanas`, `de hora em hora`
            Word::Each if self.is_between_equals() => joined(Word::Every),
            Word::Each => DROPPED,
            Word::DecemberOrTen if self.is_counted() => is(Word::Number(10)),
            Word::DecemberOrTen => is(Word::MonthName(12)),
            _ => return None,
        })
    }

    /// Words only the Indonesian table has.
    fn indonesian(&self, word: Word) -> Option<Change> {
        Some(match word {
            Word::DayOrFiller => match self.next(1) {
                Word::Weekday(_) => DROPPED,
                // `sore hari` is the afternoon; but `jam 5 sore hari terakhir` goes on with a day.
                next if self.follows_part() && !matches!(next, Word::Last | Word::Ordinal(_)) => {
                    DROPPED
                }
                Word::WeekOrSunday => both(Word::Weekday(Weekday::Sunday)),
                _ => is(Word::Day),
            },
            Word::WeekOrSunday if self.in_weekdays() || self.starts_weekdays() => {
                is(Word::Weekday(Weekday::Sunday))
            }
            Word::WeekOrSunday if self.is_week() => is(Word::Week),
            Word::AtOrHour if self.is_at() => is(Word::At),
            Word::AtOrHour => is(Word::Hour),
            Word::HalfOrHalfTo if matches!(self.next(1), Word::Number(_)) => is(Word::HalfTo),
            Word::HalfOrHalfTo => is(Word::Half),
            _ => return None,
        })
    }

    /// What Chinese says with words that others have as well.
    fn chinese(&self, word: Word) -> Option<Change> {
        Some(match word {
            _ if !self.glyphs => return None,
            Word::Months if self.previous(1) == Word::Every => is(Word::Month),
            Word::Before if self.counts_off() => is(Word::FirstOf),
            Word::After if self.counts_off() => is(Word::LastOf),
            Word::DateOrSunday if self.in_weekdays() => is(Word::Weekday(Weekday::Sunday)),
            Word::DateOrSunday => is(Word::DateMark),
            // 3月 is March; three months are 三个月.
            Word::Number(n) if self.next(1) == Word::Month => {
                both(Word::MonthName(i8::try_from(n).unwrap_or(i8::MAX)))
            }
            Word::Number(n) => {
                let (day, joins) = self.weekday_figure(n)?;
                Change { joins, ..is(Word::Weekday(day)) }
            }
            _ => return None,
        })
    }

    fn next(&self, n: usize) -> Word {
        word(self.kept, self.at + n)
    }

    /// The n-th settled word before this one.
    fn previous(&self, n: usize) -> Word {
        self.before.len().checked_sub(n).map_or(Word::Filler, |at| word(self.before, at))
    }

    /// Whether a part of the day stands before this token.
    fn follows_part(&self) -> bool {
        matches!(self.previous(1), Word::PartAfter(_) | Word::PartBefore(_))
    }

    /// Whether nothing stands between this token and the settled one before it.
    fn touches(&self) -> bool {
        let start = self.kept.get(self.at).map(|token| token.at);
        self.before.last().map(|last| last.end) == start
    }

    /// The number this token is written onto.
    fn number_touching(&self) -> Option<u32> {
        match self.previous(1) {
            Word::Number(n) if self.touches() => Some(n),
            _ => None,
        }
    }

    /// Whether the same number or unit stands on both sides.
    fn is_between_equals(&self) -> bool {
        let before = self.previous(1);
        let steps = is_unit(before) || matches!(before, Word::Number(_) | Word::Half);
        steps && before == self.next(1)
    }

    /// Whether `jam` stands before an hour; otherwise it is one.
    fn is_at(&self) -> bool {
        let figure = matches!(self.next(1), Word::Number(_) | Word::Clock(_) | Word::HalfOrHalfTo);
        match self.previous(1) {
            Word::Every => figure,
            // `tanggal 15 jam 9`; but `setiap 2 jam 09.00-18.00`.
            Word::Number(_) => figure && !matches!(self.previous(2), Word::Every | Word::Other),
            Word::Other | Word::Half | Word::HalfTo => false,
            _ => true,
        }
    }

    /// 每月前三个: 前 counts from the start of what stands before it.
    fn counts_off(&self) -> bool {
        let of = matches!(
            self.previous(1),
            Word::Week | Word::Month | Word::Quarter | Word::Year | Word::After
        );
        of && matches!(self.next(1), Word::Number(_))
    }

    /// Whether a list of weekdays goes on here: 周六日, 周六、日, `sabtu dan minggu`.
    fn in_weekdays(&self) -> bool {
        match self.previous(1) {
            Word::Weekday(_) => self.glyphs && self.touches(),
            Word::And | Word::Comma | Word::To => matches!(self.previous(2), Word::Weekday(_)),
            _ => false,
        }
    }

    /// Whether a list of weekdays starts here: `minggu sampai kamis`.
    fn starts_weekdays(&self) -> bool {
        let after = if self.next(2) == Word::DayOrFiller { self.next(3) } else { self.next(2) };
        matches!(self.next(1), Word::And | Word::To) && matches!(after, Word::Weekday(_))
    }

    /// Whether `minggu` is the week here. Otherwise nothing tells, and it stays as it is.
    fn is_week(&self) -> bool {
        let day_follows =
            matches!(self.next(1), Word::Weekday(_) | Word::Workday | Word::DayOrFiller);
        day_follows
            || match self.previous(1) {
                Word::Every => matches!(
                    self.previous(2),
                    Word::Ordinal(_) | Word::Last | Word::Weekday(_) | Word::Workday
                ),
                word => matches!(word, Word::Number(_) | Word::Other | Word::Ordinal(_)),
            }
    }

    /// Whether a number here is the number of what follows.
    fn is_counted(&self) -> bool {
        matches!(
            self.next(1),
            Word::HourMark
                | Word::HourMarkOrHour
                | Word::Hour
                | Word::Minute
                | Word::Second
                | Word::Day
                | Word::DateMark
                | Word::DateOrSunday
                | Word::Week
                | Word::Month
                | Word::Workday
                | Word::PartAfter(_)
                | Word::OrdinalMark
        )
    }

    /// The weekday a bare number means in a list of weekdays (周一、三), or after 周 (周1), when it
    /// is not the number of something else. With it: whether it belongs to the word before.
    fn weekday_figure(&self, n: u32) -> Option<(Weekday, bool)> {
        let follows_week = self.previous(1) == Word::Week && self.touches();
        let day = i8::try_from(n).ok().and_then(|n| Weekday::from_monday_one_offset(n).ok())?;
        (!self.is_counted() && (follows_week || self.in_weekdays())).then_some((day, follows_week))
    }

    /// Portuguese `a`: `segunda a sexta`, `9h a 18h`, `à 1h`; else the article. Only without its
    /// accent may it follow a bare hour: `9 a 18h`, but `dia 15 à 1h`.
    fn portuguese_a(&self, bare: bool) -> Option<Word> {
        let hour = matches!(
            (self.next(1), self.next(2)),
            (Word::Clock(_), _)
                | (Word::Number(_), Word::HourMarkOrHour | Word::PartAfter(_) | Word::HourMark)
        );
        let number = matches!(self.next(1), Word::Number(_));
        let weekday = matches!(self.next(1), Word::Weekday(_) | Word::WeekdayOrOrdinal(_));
        match self.previous(1) {
            Word::Weekday(_) if weekday => Some(Word::To),
            Word::Clock(_) | Word::HourMarkOrHour | Word::PartAfter(_) if hour || number => {
                Some(Word::To)
            }
            Word::Number(0..=24) if bare && (hour || number) => Some(Word::To),
            _ if hour => Some(Word::At),
            _ => None,
        }
    }
}
