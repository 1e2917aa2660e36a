//! The optional seventh field: the years in which an expression fires at all.

use super::{
    CronError,
    field::{Field, about},
};
use crate::model::{
    recurrence::YearRange,
    text::{Text, text, words},
};

/// The years that can be named, those of the specification.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2199;

/// Reads the year field: a list of `*`, years and ranges, the first and the last with a step.
pub(super) fn years(field: &Field<'_>) -> Result<Vec<YearRange>, CronError> {
    let text = field.text();
    let mut at = field.at;
    let mut ranges = Vec::new();
    for item in text.split(',') {
        let length = item.chars().count();
        let range = range(item).map_err(|message| {
            let error = CronError::new(at, length, about(words!("year"), item, message));
            error.help(text!(
                "write a year such as 2027, a list or a range; `from` and `until` give dates"
            ))
        })?;
        ranges.push(range);
        at += length + 1;
    }
    Ok(ranges)
}

fn range(item: &str) -> Result<YearRange, Text> {
    let must_be =
        || text!("must be {allowed}", allowed = format!("{}-{}", YEARS.start(), YEARS.end()));
    let year = |text: &str| {
        let digits = text.len() == 4 && text.chars().all(|c| c.is_ascii_digit());
        let year = text.parse().ok().filter(|year| digits && YEARS.contains(year));
        year.ok_or_else(must_be)
    };
    let (span, step) = item.split_once('/').map_or((item, None), |(span, step)| (span, Some(step)));
    let (first, last) = match span.split_once('-') {
        _ if span == "*" => (*YEARS.start(), *YEARS.end()),
        Some((first, last)) => (year(first)?, year(last)?),
        None if step.is_some() => return Err(text!("a step needs `*` or a range before it")),
        None => (year(span)?, year(span)?),
    };
    if first > last {
        return Err(text!("a range must not run backwards"));
    }
    let step = match step {
        None => 1,
        Some(digits) if digits.chars().all(|c| c.is_ascii_digit()) => match digits.parse() {
            Ok(0) => return Err(text!("a step must be 1 or more")),
            Ok(step) => step,
            Err(_) if digits.is_empty() => return Err(text!("`/` must be followed by a number")),
            Err(_) => i16::MAX,
        },
        Some(_) => return Err(text!("`/` must be followed by a number")),
    };
    Ok(YearRange { first, last, step })
}
