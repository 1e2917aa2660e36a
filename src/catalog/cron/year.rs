//! The optional seventh field: the years in which an expression fires at all.

use super::{CronError, field::Field};
use crate::model::recurrence::YearRange;

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
            let subject = if item.is_empty() { String::new() } else { format!(" {item}") };
            let error = CronError::new(at, length, format!("year{subject}: {message}"));
            error
                .help("write a year such as 2027, a list or a range; `from` and `until` give dates")
        })?;
        ranges.push(range);
        at += length + 1;
    }
    Ok(ranges)
}

fn range(item: &str) -> Result<YearRange, String> {
    let must_be = || format!("must be {}-{}", YEARS.start(), YEARS.end());
    let year = |text: &str| {
        let digits = text.len() == 4 && text.chars().all(|c| c.is_ascii_digit());
        let year = text.parse().ok().filter(|year| digits && YEARS.contains(year));
        year.ok_or_else(must_be)
    };
    let (span, step) = item.split_once('/').map_or((item, None), |(span, step)| (span, Some(step)));
    let (first, last) = match span.split_once('-') {
        _ if span == "*" => (*YEARS.start(), *YEARS.end()),
        Some((first, last)) => (year(first)?, year(last)?),
        None if step.is_some() => return Err("a step needs `*` or a range before it".into()),
        None => (year(span)?, year(span)?),
    };
    if first > last {
        return Err("a range must not run backwards".into());
    }
    let step = match step {
        None => 1,
        Some(digits) if digits.chars().all(|c| c.is_ascii_digit()) => match digits.parse() {
            Ok(0) => return Err("a step must be 1 or more".into()),
            Ok(step) => step,
            Err(_) if digits.is_empty() => return Err("`/` must be followed by a number".into()),
            Err(_) => i16::MAX,
        },
        Some(_) => return Err("`/` must be followed by a number".into()),
    };
    Ok(YearRange { first, last, step })
}
