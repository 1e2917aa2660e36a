//! Values that mean the same in every file: dates, spans of dates, durations, times of day.

use std::time::Duration;

use jiff::civil::{Date, Time};

use super::report::{Flaw, short};
use crate::model::text::{Text, text};

/// No duration in a file is longer.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// A civil date, `2026-12-31`.
///
/// # Errors
/// Not a date, or one that no calendar has.
pub fn date(text: &str) -> Result<Date, Flaw> {
    let mut parts = text.splitn(3, '-');
    let mut part = |digits: usize| {
        let part = parts.next()?;
        let right = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        right.then(|| part.parse::<i16>().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else {
        return Err(Flaw::new("bad-date", text!("`{text}` is not a date", text = short(text)))
            .help(text!("write year, month and day like 2026-01-31")));
    };
    let impossible = |why: Text| {
        Flaw::new("impossible-date", text!("there is no {date}: {why}", date = text, why = why))
    };
    if !(1..=12).contains(&month) {
        return Err(impossible(text!("a year has 12 months"))
            .help(text!("write year, month and day like 2026-01-31")));
    }
    let first = Date::new(year, i8::try_from(month).unwrap_or(1), 1)
        .map_err(|_| impossible(text!("that year is out of reach")))?;
    let last = first.days_in_month();
    let day = i8::try_from(day).unwrap_or(0);
    if !(1..=last).contains(&day) {
        let date = format!("{year:04}-{month:02}-{last}");
        let help = text!("the last one is {date}", date = date);
        return Err(impossible(text!("that month has {days} days", days = last)).help(help));
    }
    Date::new(year, first.month(), day).map_err(|_| impossible(text!("that year is out of reach")))
}

/// A date or a span of dates, `2026-10-01..2026-10-07`, both ends included.
///
/// # Errors
/// As [`date()`]; or the span ends before it begins.
pub fn dates(text: &str) -> Result<(Date, Date), Flaw> {
    let Some((from, until)) = text.split_once("..") else {
        return date(text).map(|day| (day, day));
    };
    let (from, until) = (date(from.trim())?, date(until.trim())?);
    if until < from {
        let message = text!("{until} is before {from}", until = until, from = from);
        let help =
            text!("write the earlier date first: {until}..{from}", until = until, from = from);
        return Err(Flaw::new("bad-range", message).help(help));
    }
    Ok((from, until))
}

/// A duration: `90s`, `30m`, `2h`, `1d`, `1h30m`.
///
/// # Errors
/// Not a duration, or longer than a year.
pub fn duration(text: &str) -> Result<Duration, Flaw> {
    const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];
    let wrong = || {
        let message = text!("`{text}` is not a duration", text = short(text));
        let flaw = Flaw::new("bad-duration", message);
        match text.parse::<u64>() {
            Ok(n) => flaw.help(text!("say of what: {n}s, {n}m, {n}h or {n}d", n = n)),
            Err(_) => flaw.help(text!("write 90s, 30m, 2h, 1d or 1h30m")),
        }
    };
    let mut rest = text;
    let mut seconds: u64 = 0;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = rest[digits..].chars().next().ok_or_else(wrong)?;
        let (_, worth) = units.find(|(name, _)| *name == unit).ok_or_else(wrong)?;
        seconds = seconds.saturating_add(number.saturating_mul(*worth));
        rest = &rest[digits + unit.len_utf8()..];
    }
    let length = Duration::from_secs(seconds);
    if text.is_empty() {
        return Err(wrong());
    }
    if length > LONGEST {
        let message = text!("`{text}` is longer than a year", text = short(text));
        return Err(Flaw::new("bad-duration", message).help(text!("write 366d at most")));
    }
    Ok(length)
}

/// A name people choose: letters of any script, digits, `-` and `_`.
///
/// # Errors
/// It has other characters, or more than 64.
pub fn name(text: &str) -> Result<(), Flaw> {
    const LONGEST: usize = 64;
    let wrong = |message: Text| {
        let help = text!("use letters of any script, digits, - and _, at most 64 of them");
        Err(Flaw::new("bad-name", message).help(help))
    };
    if text.is_empty() {
        return wrong(text!("this name is empty"));
    }
    if let Some(c) = text.chars().find(|&c| !c.is_alphanumeric() && c != '-' && c != '_') {
        let shown = if c == ' ' { text!("a space") } else { Text::from(format!("`{c}`")) };
        return wrong(text!(
            "the name `{name}` has {what} in it",
            name = short(text),
            what = shown
        ));
    }
    let length = text.chars().count();
    if length > LONGEST {
        let name = short(text);
        return wrong(text!("the name `{name}` has {n} characters", name = name, n = length));
    }
    Ok(())
}

/// A number as a spreadsheet shortens it, `1.38E+10`: its digits are gone.
#[must_use]
pub fn shortened_number(text: &str) -> Option<Flaw> {
    let lower = text.to_ascii_lowercase();
    let (mantissa, exponent) = lower.split_once('e')?;
    let signed = exponent.starts_with('+');
    let exponent = exponent.trim_start_matches('+');
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let is_number = !mantissa.is_empty()
        && !exponent.is_empty()
        && digits(mantissa)
        && (signed || mantissa.contains('.'))
        && digits(exponent);
    is_number.then(|| {
        let message =
            text!("`{text}` is a number a spreadsheet shortened; its digits are lost", text = text);
        Flaw::new("spreadsheet-number", message)
            .help(text!("format the column as text, then copy the number again"))
    })
}

/// A time of day: `7:30`, `07:30`, `22:00`, also with a full-width colon.
///
/// # Errors
/// Not a time of day.
pub fn time(text: &str) -> Result<Time, Flaw> {
    let wrong = || {
        Flaw::new("bad-time", text!("`{text}` is not a time of day", text = short(text)))
            .help(text!("write hours and minutes like 22:00"))
    };
    let (hour, minute) = text.split_once([':', '：']).ok_or_else(wrong)?;
    let number = |part: &str, longest: usize| {
        let right = (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        right.then(|| part.parse::<i8>().ok()).flatten().ok_or_else(wrong)
    };
    let (hour, minute) = (number(hour, 2)?, number(minute, 2)?);
    Time::new(hour, minute, 0, 0).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_do_not_exist_are_told_why() {
        assert_eq!(date("2026-02-28"), Ok(jiff::civil::date(2026, 2, 28)));
        let message = |text| date(text).expect_err(text).message.to_string();
        assert_eq!(message("2026-02-30"), "there is no 2026-02-30: that month has 28 days");
        assert_eq!(message("2026-13-01"), "there is no 2026-13-01: a year has 12 months");
        assert_eq!(message("2026-04-00"), "there is no 2026-04-00: that month has 30 days");
        for text in ["", "2026-2-3", "2026/02/03", "20260203", "2026-02-03T09:00", "-026-02-03"] {
            assert_eq!(date(text).expect_err(text).code, "bad-date");
        }
    }

    #[test]
    fn spans_include_both_ends() {
        let day = |d| jiff::civil::date(2026, 10, d);
        assert_eq!(dates("2026-10-01"), Ok((day(1), day(1))));
        assert_eq!(dates("2026-10-01..2026-10-07"), Ok((day(1), day(7))));
        assert_eq!(dates("2026-10-01 .. 2026-10-07"), Ok((day(1), day(7))));
        assert_eq!(dates("2026-10-07..2026-10-01").expect_err("order").code, "bad-range");
    }

    #[test]
    fn durations_have_units_from_large_to_small() {
        let seconds = |text: &str| duration(text).map(|d| d.as_secs());
        let cases = [("90s", 90), ("30m", 1800), ("2h", 7200), ("1d", 86_400), ("1h30m", 5400)];
        for (text, expected) in cases {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in ["", "2", "h", "2x", "30m1h", "1.5h", "-2h", "2h 30m", "999999d"] {
            assert_eq!(duration(text).expect_err(text).code, "bad-duration", "{text}");
        }
        assert_eq!(duration("99999999999999999999d").expect_err("huge").code, "bad-duration");
    }

    #[test]
    fn names_have_letters_of_any_script() {
        for text in ["policy-daily", "政策_1", "é", "a".repeat(64).as_str()] {
            assert_eq!(name(text), Ok(()), "{text}");
        }
        for text in ["", "a b", "a/b", "a@b", "政策：", "a".repeat(65).as_str()] {
            assert_eq!(name(text).expect_err(text).code, "bad-name", "{text}");
        }
    }

    #[test]
    fn times_of_day_are_hours_and_minutes() {
        assert_eq!(time("7:30"), Ok(jiff::civil::time(7, 30, 0, 0)));
        assert_eq!(time("22：00"), Ok(jiff::civil::time(22, 0, 0, 0)));
        for text in ["24:00", "7", "7:60", "aa:bb", "7:30:00", "+7:30"] {
            assert_eq!(time(text).expect_err(text).code, "bad-time", "{text}");
        }
    }
}
