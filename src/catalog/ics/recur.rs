//! Recurrences of events: `RRULE`, computed by the crate `rrule`.
//!
//! The crate is strict about what it reads and calendar files are not, so a rule is put into the
//! form it wants first; everything is computed on a clock without zones, as the file wrote it.

use std::collections::BTreeSet;

use chrono::{Datelike as _, TimeZone as _};
use jiff::civil::{Date, DateTime};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

use super::moment::{Moment, moment, no_date, shorten};
use crate::model::text::{Text, text};

/// Rules that never end are followed up to the end of this year.
pub(super) const LAST_YEAR: i16 = 2099;
/// An event repeats no more often than this: every day of 54 years.
const MOST: u16 = 20_000;

/// What a rule gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Starts {
    /// The days on which it begins anew, in order.
    pub(super) days: BTreeSet<Date>,
    /// It has neither a count nor a last day.
    pub(super) endless: bool,
}

/// The days of a rule for an event that first begins at `start`. `local` takes an instant to the
/// clock of the file.
///
/// # Errors
/// The rule is not understood, or repeats too often.
pub(super) fn starts(
    rule: &str,
    start: DateTime,
    local: &dyn Fn(&Moment) -> DateTime,
) -> Result<Starts, Text> {
    let rule = Rule::read(rule, local)?;
    let wrong = |error: Text| text!("RRULE is not understood: {error}", error = error);
    let said = |error: rrule::RRuleError| wrong(shorten(&error.to_string()).into());
    let from = utc(start).ok_or_else(|| wrong(text!("its start is out of range")))?;
    let parsed: RRule<Unvalidated> = rule.text.parse().map_err(said)?;
    let parsed = parsed.validate(from).map_err(said)?;
    let end = utc(DateTime::constant(LAST_YEAR, 12, 31, 23, 59, 59, 0)).unwrap_or(from);
    let result = RRuleSet::new(from).rrule(parsed).before(end).all(MOST);
    if result.dates.len() >= usize::from(MOST) {
        return Err(text!("it repeats more than {most} times", most = MOST));
    }
    let mut days: BTreeSet<Date> = result
        .dates
        .iter()
        .filter_map(|date| {
            Date::new(
                i16::try_from(date.year()).ok()?,
                i8::try_from(date.month()).ok()?,
                i8::try_from(date.day()).ok()?,
            )
            .ok()
        })
        .collect();
    // The day an event begins is its first, whether its own rule names it or not.
    if days.insert(start.date()) && rule.count.is_some_and(|count| days.len() > count) {
        days.pop_last();
    }
    Ok(Starts { days, endless: rule.endless })
}

fn utc(at: DateTime) -> Option<chrono::DateTime<Tz>> {
    let number = |n: i8| u32::try_from(n).ok();
    let (year, month, day) = (i32::from(at.year()), number(at.month())?, number(at.day())?);
    let (hour, minute, second) = (number(at.hour())?, number(at.minute())?, number(at.second())?);
    Tz::UTC.with_ymd_and_hms(year, month, day, hour, minute, second).single()
}

/// A rule in the form the crate wants.
struct Rule {
    text: String,
    endless: bool,
    count: Option<usize>,
}

impl Rule {
    fn read(text: &str, local: &dyn Fn(&Moment) -> DateTime) -> Result<Self, Text> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let compact = compact.to_ascii_uppercase();
        let compact = compact.strip_prefix("RRULE:").unwrap_or(&compact);
        let (mut parts, mut endless, mut count) = (Vec::new(), true, None);
        for part in compact.split(';').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key {
                "FREQ" if ["SECONDLY", "MINUTELY", "HOURLY"].contains(&value) => {
                    return Err(text!("it repeats within the day"));
                }
                "UNTIL" => {
                    endless = false;
                    parts.push(format!("UNTIL={}", until(value, local)?));
                }
                "COUNT" => {
                    endless = false;
                    count = value.parse().ok();
                    parts.push(part.to_owned());
                }
                // The time of day is the start's.
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => {}
                _ if key.starts_with("X-") => {}
                _ => parts.push(format!("{key}={}", value.trim_end_matches(','))),
            }
        }
        Ok(Self { text: parts.join(";"), endless, count })
    }
}

/// The last moment of a rule; a date means all of that day.
fn until(value: &str, local: &dyn Fn(&Moment) -> DateTime) -> Result<String, Text> {
    let last = moment(value, None, None);
    let last = last.ok_or_else(|| no_date("UNTIL", value))?;
    let at = match &last {
        Moment::Day(date) => date.at(23, 59, 59, 0),
        other => local(other),
    };
    Ok(at.strftime("%Y%m%dT%H%M%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn days(rule: &str, start: Date) -> Result<Vec<Date>, Text> {
        let starts = starts(rule, start.at(0, 0, 0, 0), &Moment::written)?;
        Ok(starts.days.into_iter().collect())
    }

    #[test]
    fn rules_are_read_as_the_world_writes_them() {
        let first = date(2024, 1, 15);
        let third_mondays = [(2024, 15), (2025, 20), (2026, 19)].map(|(y, d)| date(y, 1, d));
        for rule in [
            "FREQ=YEARLY;BYMONTH=1;BYDAY=3MO;COUNT=3",
            "RRULE:freq=yearly;bymonth=1;byday=3mo;count=3;",
            "FREQ=YEARLY;BYMONTH=1;BYDAY= 3MO,;COUNT=3;X-NOTE=1;BYHOUR=9",
            "FREQ=YEARLY;BYMONTH=1;BYDAY=3MO;UNTIL=20260119",
            "FREQ=YEARLY;BYMONTH=1;BYDAY=3MO;UNTIL=20260119T000000",
            "FREQ=YEARLY;BYMONTH=1;BYDAY=3MO;UNTIL=20260119T000000Z",
            "FREQ=YEARLY;BYMONTH=1;BYDAY=+3MO;UNTIL=2026-12-31",
        ] {
            assert_eq!(days(rule, first), Ok(third_mondays.to_vec()), "{rule}");
        }
    }

    #[test]
    fn the_first_day_counts_even_where_the_rule_does_not_name_it() {
        let found = days("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=2;COUNT=2", date(2024, 1, 1));
        assert_eq!(found, Ok(vec![date(2024, 1, 1), date(2024, 1, 2)]));
    }

    #[test]
    fn a_rule_without_an_end_is_followed_for_a_while() {
        let at = date(2024, 2, 29).at(0, 0, 0, 0);
        let leap = starts("FREQ=YEARLY", at, &Moment::written).expect("a rule");
        assert!(leap.endless);
        assert_eq!(leap.days.len(), 19);
        assert_eq!(leap.days.last(), Some(&date(2096, 2, 29)));
        let ended = starts("FREQ=YEARLY;COUNT=2", at, &Moment::written).expect("a rule");
        assert!(!ended.endless);
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        for (rule, said) in [
            ("", "not understood"),
            ("FREQ=SOMETIMES", "not understood"),
            ("BYMONTH=1", "not understood"),
            ("FREQ=YEARLY;BYMONTH=13", "not understood"),
            ("FREQ=YEARLY;UNTIL=soon", "UNTIL"),
            ("FREQ=HOURLY", "within the day"),
            ("FREQ=DAILY", "more than 20000 times"),
        ] {
            let error = days(rule, date(2024, 1, 1)).expect_err(rule);
            assert!(error.to_string().contains(said), "{rule}: {error}");
        }
    }
}
