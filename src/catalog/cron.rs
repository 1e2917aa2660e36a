//! Cron text -> Recurrence.
//!
//! Five fields (minute, hour, day of month, month, weekday), or six with seconds first, or seven
//! with the year last as well, or a nickname. The dialect is Vixie's with `L`, `W` and `#`; where engines differ, the Open Cron
//! Pattern Specification decides (<https://github.com/open-source-cron/ocps>, 1.0 to 1.4):
//!
//! - a step needs `*` or a range before it; ranges do not run backwards, but for Sunday, which is
//!   0 and 7;
//! - day of month and weekday, both restricted, are joined by "or"; a field that begins with `*`
//!   does not restrict, and `+` before the weekday means "and";
//! - `?` is `*` in the two day fields; nicknames are written in small letters.
//!
//! Full-width characters and odd spaces are read as what they look like.

mod field;
mod year;

use jiff::civil::Weekday;

use self::field::Field;
use crate::model::{
    diagnostic::nearest,
    recurrence::{CronDays, CronTimes, Days, Recurrence, Times, WeekdaySet, YearRange},
    text::{Text, text},
};

/// Why a cron expression is refused. Positions count characters of the text as given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CronError {
    /// Characters before the mistake.
    pub at: usize,
    /// Characters it is long; at least 1.
    pub length: usize,
    /// What is wrong, in one sentence.
    pub message: Text,
    /// What to write instead.
    pub help: Option<Text>,
}

impl CronError {
    fn new(at: usize, length: usize, message: impl Into<Text>) -> Self {
        Self { at, length: length.max(1), message: message.into(), help: None }
    }

    fn help(mut self, help: impl Into<Text>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The nicknames and what they stand for.
const NICKNAMES: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// No expression that means anything is longer, in characters.
const LONGEST: usize = 1024;

/// Whether a text is meant as cron rather than as a phrase.
#[must_use]
pub fn looks_like(text: &str) -> bool {
    let text: String = text.chars().map(plain).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let starred = |word: &&str| word.starts_with(['*', '?']);
    let cronlike = |word: &&str| {
        let mut parts = word.split(|c: char| c.is_ascii_digit() || "*,-/?#+".contains(c));
        parts.all(|part| {
            let part = part.to_ascii_lowercase();
            ["", "l", "w", "lw"].contains(&part.as_str()) || field::is_name(&part)
        })
    };
    text.trim_start().starts_with('@')
        || words.iter().any(starred)
        || (words.len() >= 4 && words.iter().all(cronlike))
}

/// Reads a cron expression.
///
/// # Errors
///
/// Names the field, what stands there and what may stand there. That an expression can never fire
/// (31 February) is no error here: `plan::prospects` finds that.
pub fn parse(text: &str) -> Result<Recurrence, CronError> {
    let chars: Vec<char> = text.chars().map(plain).collect();
    if chars.len() > LONGEST {
        let message = text!("the cron expression is longer than {most} characters", most = LONGEST);
        return Err(CronError::new(LONGEST, 1, message));
    }
    let fields = split(&chars);
    let written = fields.iter().map(|field| field.text()).collect::<Vec<_>>().join(" ");
    match fields.as_slice() {
        [] => Err(CronError::new(0, 1, text!("the cron expression is empty")).help(text!(
            "write five fields: minute, hour, day of month, month, weekday, such as `0 9 * * 1-5`"
        ))),
        [first, ..] if first.chars.first() == Some(&'@') => nickname(&fields, written),
        [minute, hour, day, month, weekday] => {
            build(1, [minute, hour, day, month, weekday], Vec::new(), written)
        }
        [second, minute, hour, day, month, weekday, rest @ ..] if rest.len() < 2 => {
            let seconds = field::time(&field::SECOND, second)?.bits;
            let years = rest.first().map_or(Ok(Vec::new()), year::years)?;
            build(seconds, [minute, hour, day, month, weekday], years, written)
        }
        _ => Err(wrong_number(&fields)),
    }
}

/// A character as it looks: full-width forms and odd spaces in their plain shape.
fn plain(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => {
            u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c)
        }
        '\u{3000}' | '\u{00A0}' => ' ',
        c if c.is_whitespace() => ' ',
        _ => c,
    }
}

/// The fields and where they start.
fn split(chars: &[char]) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    let mut at = 0;
    for chars in chars.split(|c| *c == ' ') {
        if !chars.is_empty() {
            fields.push(Field { at, chars });
        }
        at += chars.len() + 1;
    }
    fields
}

fn wrong_number(fields: &[Field<'_>]) -> CronError {
    let end = |field: &Field<'_>| field.at + field.chars.len();
    let at = fields.first().map_or(0, |field| field.at);
    let length = fields.last().map_or(1, end) - at;
    let message = text!(
        "a cron expression has 5 fields (minute, hour, day of month, month, weekday), or 6 with seconds first, or 7 with the year last; this one has {many}",
        many = fields.len(),
    );
    CronError::new(at, length, message)
        .help(text!("for example `0 9 * * 1-5` for Monday to Friday at 09:00"))
}

fn nickname(fields: &[Field<'_>], written: String) -> Result<Recurrence, CronError> {
    let Some((first, rest)) = fields.split_first() else {
        return Err(wrong_number(fields));
    };
    let name = first.text();
    let error = |message: Text| CronError::new(first.at, first.chars.len(), message);
    if name == "@every" {
        return Err(error(text!("`{typed}` is not understood", typed = name))
            .help(text!("write an interval in words, such as `every 30 minutes`")));
    }
    if let Some(next) = rest.first() {
        let message = text!("nothing may follow the nickname {name}", name = name);
        return Err(CronError::new(next.at, next.chars.len(), message));
    }
    if let Some((_, meaning)) = NICKNAMES.iter().find(|(known, _)| *known == name) {
        let mut recurrence = parse(meaning)?;
        if let Days::Cron(days) = &mut recurrence.days {
            days.text = written;
        }
        return Ok(recurrence);
    }
    if name == "@reboot" {
        return Err(error(text!("`@reboot` is not a time, so no reminder can be due then")));
    }
    let known = NICKNAMES.map(|(known, _)| known);
    let error = error(text!("the nickname {name} is not known", name = &name));
    Err(match nearest(&name, known) {
        Some(near) => {
            error.help(text!("did you mean {near}? Nicknames are in small letters", near = near))
        }
        None => error.help(text!("known: {names}", names = known.join(", "))),
    })
}

/// Puts the fields from the minute on together.
fn build(
    seconds: u64,
    fields: [&Field<'_>; 5],
    years: Vec<YearRange>,
    text: String,
) -> Result<Recurrence, CronError> {
    let [minute, hour, day, month, weekday] = fields;
    let minute = field::time(&field::MINUTE, minute)?;
    let hour = field::time(&field::HOUR, hour)?;
    let day = field::day_of_month(day)?;
    let month = field::time(&field::MONTH, month)?;
    let weekday = field::weekday(weekday)?;
    let times = CronTimes {
        seconds,
        minutes: minute.bits,
        hours: low_bits(hour.bits),
        wildcard: minute.wildcard || hour.wildcard,
    };
    let days = CronDays {
        text,
        days: low_bits(day.bits),
        from_end: day.from_end,
        nearest_weekday: day.nearest_weekday,
        months: u16::try_from(month.bits).unwrap_or_default(),
        weekdays: (0..7)
            .filter(|n| weekday.bits >> n & 1 == 1)
            .map(weekday_of)
            .collect::<WeekdaySet>(),
        nth_weekdays: weekday
            .nth_weekdays
            .into_iter()
            .map(|(n, nth)| (weekday_of(n), nth))
            .collect(),
        both: day.unrestricted || weekday.unrestricted || weekday.and,
        years,
    };
    Ok(Recurrence { days: Days::Cron(days), times: Times::Cron(times) })
}

/// The lower half: hours and days of the month fit into it.
fn low_bits(bits: u64) -> u32 {
    u32::try_from(bits).unwrap_or_default()
}

/// Cron's weekday 0 is Sunday.
fn weekday_of(n: i8) -> Weekday {
    Weekday::Sunday.wrapping_add(n)
}

#[cfg(test)]
mod tests;
