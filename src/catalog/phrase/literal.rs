//! Figures: numbers in digits and in Chinese numerals, times and dates in digits.

use jiff::civil::Date;

use super::token::{Digits, Word};

/// The figure that starts at `at`, and where it ends.
pub(super) fn literal(chars: &[char], at: usize) -> Option<(Word, usize)> {
    let shapes = [date, foreign_date, time, broken_time, french_time, digits, numeral];
    shapes.into_iter().find_map(|shape| shape(chars, at))
}

/// `2026-12-31`, `2026/12/31`, `2026.12.31`; the `T` before a time belongs to it.
fn date(chars: &[char], at: usize) -> Option<(Word, usize)> {
    let (year, end) = number(chars, at, 4..=4)?;
    let mark = one_of(chars, end, "-/.")?;
    let (month, end) = number(chars, end + 1, 1..=2)?;
    let end = (chars.get(end) == Some(&mark)).then_some(end + 1)?;
    let (day, end) = number(chars, end, 1..=2)?;
    let joint =
        chars.get(end) == Some(&'t') && chars.get(end + 1).is_some_and(char::is_ascii_digit);
    let date = civil(year, month, day);
    Some((date.map_or(Word::NoDate, Word::Date), end + usize::from(joint)))
}

fn civil(year: u32, month: u32, day: u32) -> Option<Date> {
    let small = |n: u32| i8::try_from(n).ok();
    Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()
}

/// `31/12/2026`; `05/06/2026`, whose day and month cannot be told apart; `12/31`.
fn foreign_date(chars: &[char], at: usize) -> Option<(Word, usize)> {
    let (first, end) = number(chars, at, 1..=2)?;
    let mark = one_of(chars, end, "/.-")?;
    let (second, end) = number(chars, end + 1, 1..=2)?;
    match chars.get(end) {
        Some(next) if *next == mark => {
            // With points and a short end it is a time with seconds: 09.00.15.
            let shortest = if mark == '.' { 4 } else { 2 };
            let (year, year_end) = number(chars, end + 1, shortest..=4)?;
            let in_full = year_end == end + 5;
            let date = match (civil(year, second, first), civil(year, first, second)) {
                _ if !in_full => Word::BadDate,
                (Some(date), Some(other)) if date != other => Word::EitherDate(date, other),
                (Some(date), _) | (None, Some(date)) => Word::Date(date),
                (None, None) => Word::NoDate,
            };
            Some((date, year_end))
        }
        _ => (mark == '/').then_some((Word::BadDate, end)),
    }
}

/// `9:30`, `09:30:15`, `9.30`
fn time(chars: &[char], at: usize) -> Option<(Word, usize)> {
    let (hour, end) = number(chars, at, 1..=2)?;
    let mark = one_of(chars, end, ":.")?;
    let (minute, mut last) = number(chars, end + 1, 2..=2)?;
    let mut second = 0;
    if chars.get(last) == Some(&mark)
        && let Some((seconds, end)) = number(chars, last + 1, 2..=2)
    {
        (second, last) = (seconds, end);
    }
    let padded = chars.get(at) == Some(&'0') && end - at == 2;
    Some((Word::Clock(Digits { hour, minute, second, padded }), last))
}

/// `9:5`, `9:`, `900:00`: meant as a time, and none.
fn broken_time(chars: &[char], at: usize) -> Option<(Word, usize)> {
    let (_, end) = number(chars, at, 1..=usize::MAX)?;
    let end = (chars.get(end) == Some(&':')).then_some(end + 1)?;
    Some((Word::Unknown, number(chars, end, 1..=usize::MAX).map_or(end, |(_, end)| end)))
}

/// `9h30`, `9h30min`
fn french_time(chars: &[char], at: usize) -> Option<(Word, usize)> {
    let (hour, end) = number(chars, at, 1..=2)?;
    let end = (chars.get(end) == Some(&'h')).then_some(end + 1)?;
    let (minute, end) = number(chars, end, 2..=2)?;
    let tail = ["min", "m"].into_iter().find(|tail| {
        let ends = |n: usize| !chars.get(end + n).is_some_and(|c| c.is_alphanumeric());
        tail.chars().enumerate().all(|(i, c)| chars.get(end + i) == Some(&c)) && ends(tail.len())
    });
    let clock = Digits { hour, minute, second: 0, padded: true };
    Some((Word::Clock(clock), end + tail.map_or(0, str::len)))
}

/// A number in digits, however large.
fn digits(chars: &[char], at: usize) -> Option<(Word, usize)> {
    number(chars, at, 1..=usize::MAX).map(|(value, end)| (Word::Number(value), end))
}

/// A Chinese numeral up to 99.
fn numeral(chars: &[char], at: usize) -> Option<(Word, usize)> {
    let glyph = |i: usize| chars.get(i).copied().and_then(figure);
    // 二〇二六年
    if let (Some(a), Some(b), Some(c), Some(d), Some('年')) =
        (glyph(at), glyph(at + 1), glyph(at + 2), glyph(at + 3), chars.get(at + 4))
    {
        return Some((Word::Number(a * 1000 + b * 100 + c * 10 + d), at + 4));
    }
    let is_ten = |i: usize| chars.get(i) == Some(&'十');
    let (tens, end) = match glyph(at) {
        _ if is_ten(at) => (10, at + 1),
        Some(n) if n > 0 && is_ten(at + 1) => (n * 10, at + 2),
        // 零五分
        Some(0) => {
            return Some(
                glyph(at + 1).map_or((Word::Number(0), at + 1), |n| (Word::Number(n), at + 2)),
            );
        }
        Some(n) => return Some((Word::Number(n), at + 1)),
        None => return None,
    };
    Some(match glyph(end) {
        Some(n) if n > 0 && !is_ten(end + 1) => (Word::Number(tens + n), end + 1),
        _ => (Word::Number(tens), end),
    })
}

fn figure(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// A run of as many ASCII digits as asked for; too large a number becomes the largest.
fn number(
    chars: &[char],
    at: usize,
    length: std::ops::RangeInclusive<usize>,
) -> Option<(u32, usize)> {
    let run = chars.get(at..)?.iter().map_while(|c| c.to_digit(10));
    let (count, value) = run.fold((0_usize, 0_u32), |(count, value), digit| {
        (count + 1, value.saturating_mul(10).saturating_add(digit))
    });
    length.contains(&count).then_some((value, at + count))
}

fn one_of(chars: &[char], at: usize, marks: &str) -> Option<char> {
    chars.get(at).copied().filter(|c| marks.contains(*c))
}
