//! The vocabulary of the grammar: what a word of any language means in a phrase.

use crate::model::text::Text;
use jiff::civil::{Date, Weekday};

use crate::model::recurrence::Recurrence;

/// What one word, or one run of words, means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Means nothing by itself: articles, prepositions, counters.
    Filler,
    Every,
    /// `other` in `every other week`, 隔.
    Other,
    Number(u32),
    Ordinal(u32),
    /// Makes an ordinal of the number beside it: 第, `ke-`, `º`, `th`.
    OrdinalMark,
    Last,
    /// The first of so many: 前 in 前三个.
    FirstOf,
    /// The last of so many: 后 in 后三个.
    LastOf,
    /// The end of a period: 底.
    End,
    /// The start of a period: 初.
    Start,
    Half,
    /// The minutes stand before it, the hour behind: `half past nine`.
    Past,
    /// The hour stands before it, the minutes behind: 过, `lewat`.
    Plus,
    /// The hour stands before it, the minutes that are missing behind: `kurang`; 差 also before both.
    Minus,
    Second,
    Minute,
    Hour,
    Day,
    /// A day by its number: 日, 号, `tanggal`.
    DateMark,
    Week,
    Month,
    /// A month as a length of time: 个月.
    Months,
    Quarter,
    Year,
    Workday,
    MakeUp,
    DayOff,
    MondayToFriday,
    Weekend,
    Weekday(Weekday),
    MonthName(i8),
    /// A holiday, unnamed.
    Holiday,
    /// The holiday break a phrase speaks of, found by the grammar.
    Break,
    Before,
    After,
    Except,
    /// Makes a step of what stands before it: 两周一次.
    Once,
    /// Twice a week, or every two weeks.
    Biweekly,
    And,
    Comma,
    To,
    Between,
    From,
    At,
    /// A part of the day that stands before its hour: 下午.
    PartBefore(DayPart),
    /// A part of the day that stands after its hour: `pm`.
    PartAfter(DayPart),
    /// Marks an hour: 点, `o'clock`.
    HourMark,
    /// A quarter of an hour: 刻.
    QuarterHour,
    /// `9:30`
    Clock(Digits),
    /// `2026-12-31`
    Date(Date),
    /// A date that is not written in full.
    BadDate,
    /// A date that does not exist.
    NoDate,
    /// `05/06/2026`: read day first, and read month first.
    EitherDate(Date, Date),
    /// The day after the one a span starts on: 次日.
    NextDay,
    /// A time zone, which no phrase has.
    Zone,
    /// A name between quotes.
    Quoted,
    Unknown,

    // Words with two meanings, settled by their neighbours.
    /// `h`: an hour of the clock, or of time.
    HourMarkOrHour,
    /// Indonesian `jam`.
    AtOrHour,
    /// Portuguese `dez`.
    DecemberOrTen,
    /// Indonesian `minggu`; where nothing settles it, it stays.
    WeekOrSunday,
    /// Indonesian `hari`, which may stand before the name of a weekday.
    DayOrFiller,
    /// Chinese 日.
    DateOrSunday,
    /// `second`, `segundo`
    OrdinalOrSecond,
    /// Indonesian `setengah`: half of something, or half an hour before the hour that follows.
    HalfOrHalfTo,
    /// Half an hour before the hour that follows.
    HalfTo,
    /// Portuguese `em`: between two equal words it makes a step of them.
    Each,
    /// Portuguese `segunda` to `sexta`.
    WeekdayOrOrdinal(Weekday),
    /// Portuguese `o`: the article, or an ordinal typed on a keyboard without `º`.
    OrdinalMarkOrFiller,
    /// Portuguese `a`: the same, `to`, or `at`.
    A,
    /// Portuguese `à`.
    AGrave,
}

/// A time in digits, not judged yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digits {
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    /// Written as only the 24-hour clock is: `05:00`.
    pub padded: bool,
}

/// A part of the day that tells which half an hour of the 12-hour clock lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayPart {
    Am,
    Pm,
    /// From midnight to sunrise: 凌晨, `madrugada`.
    SmallHours,
    Morning,
    /// 12:00; 中午.
    Noon,
    /// The hours around noon: `siang`.
    Midday,
    Afternoon,
    Evening,
    Night,
    /// 00:00 of the day it is said of.
    Midnight,
}

/// A word and where it stands in the plain text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub word: Word,
    pub at: usize,
    pub end: usize,
}

/// Why a phrase was not understood, and what would be.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// The stretch of the plain text that is wrong.
    pub at: usize,
    pub end: usize,
    pub message: Message,
    pub offers: Vec<Offer>,
}

/// What is wrong.
#[derive(Clone, Debug)]
pub(super) enum Message {
    /// A word no table knows.
    Unknown,
    /// A word that means something, but not here.
    Misplaced,
    /// The sentence to print; `{typed}` stands for the typed words.
    Say(Text),
}

/// A way out of a fault.
#[derive(Clone, Debug)]
pub(super) enum Offer {
    /// Other words for the wrong stretch.
    Replace(String),
    /// The words for any holiday in place of the wrong stretch.
    AnyHoliday,
    /// A whole phrase.
    Phrase(Recurrence),
    /// Advice.
    Say(Text),
}

impl Fault {
    pub(super) fn new(at: usize, end: usize, message: impl Into<Text>) -> Self {
        Self { at, end, message: Message::Say(message.into()), offers: Vec::new() }
    }

    pub(super) fn unknown(token: Token) -> Self {
        Self { at: token.at, end: token.end, message: Message::Unknown, offers: Vec::new() }
    }

    pub(super) fn offer(mut self, offer: Offer) -> Self {
        self.offers.push(offer);
        self
    }

    pub(super) fn replace(self, words: impl Into<String>) -> Self {
        self.offer(Offer::Replace(words.into()))
    }

    pub(super) fn advice(self, words: impl Into<Text>) -> Self {
        self.offer(Offer::Say(words.into()))
    }
}

/// The word at a place, or a filler past the end.
pub(super) fn word(tokens: &[Token], at: usize) -> Word {
    tokens.get(at).map_or(Word::Filler, |token| token.word)
}
