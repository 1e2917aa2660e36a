//! Dates, times and durations as calendar files write them.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use super::component::Property;
use crate::model::text::{Text, text};

/// When something begins or ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// A whole day.
    Day(Date),
    /// A time on the clock of a zone, or of whoever reads it.
    Local {
        at: DateTime,
        /// As written under `TZID`.
        zone: Option<String>,
    },
    /// An instant.
    Utc(Timestamp),
}

impl Moment {
    /// The date as it stands in the file.
    pub(super) fn written(&self) -> DateTime {
        match self {
            Self::Day(date) => date.to_datetime(Time::midnight()),
            Self::Local { at, .. } => *at,
            Self::Utc(at) => TimeZone::UTC.to_datetime(*at),
        }
    }
}

/// The moments of a property: `DTSTART;TZID=Asia/Shanghai:20261001T000000`; of `RDATE` and `EXDATE`
/// there may be several. Of a period (`start/end`) the start counts.
pub(super) fn read(property: &Property) -> Result<Vec<Moment>, Text> {
    let values = property.value.split(',').map(str::trim).filter(|value| !value.is_empty());
    values
        .map(|value| {
            let value = value.split('/').next().unwrap_or_default();
            moment(value, property.param("TZID"), property.param("VALUE"))
                .ok_or_else(|| no_date(&property.name, value))
        })
        .collect()
}

/// What is said of a value that is no date.
pub(super) fn no_date(name: &str, value: &str) -> Text {
    text!("{name} `{value}` is no date", name = name, value = shorten(value))
}

/// The one moment of a property.
pub(super) fn one(property: &Property) -> Result<Moment, Text> {
    let none = || text!("{name} has no value", name = &property.name);
    read(property)?.into_iter().next().ok_or_else(none)
}

/// `20261001`, `20261001T000000` or `20261001T000000Z`; also with dashes and colons, as ISO 8601
/// writes them.
pub(super) fn moment(text: &str, zone: Option<&str>, value: Option<&str>) -> Option<Moment> {
    let compact: String = text.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    let compact = compact.to_ascii_uppercase();
    let (date, time) = match compact.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (compact.as_str(), None),
    };
    let date = self::date(date)?;
    // Some write a midnight and call it a date.
    let whole = value.is_some_and(|value| value.eq_ignore_ascii_case("DATE"));
    let Some(time) = time.filter(|_| !whole) else { return Some(Moment::Day(date)) };
    let (time, utc) = match time.strip_suffix('Z') {
        Some(time) => (time, true),
        None => (time, zone.is_some_and(is_utc)),
    };
    let at = date.to_datetime(self::time(time)?);
    if utc {
        return TimeZone::UTC.to_timestamp(at).ok().map(Moment::Utc);
    }
    Some(Moment::Local { at, zone: zone.map(str::to_owned) })
}

/// Whether a zone's name means UTC, in IANA's words, Microsoft's, or Outlook's.
fn is_utc(name: &str) -> bool {
    const NAMES: [&str; 8] =
        ["utc", "z", "gmt", "etc/utc", "etc/gmt", "etc/uct", "tzone://microsoft/utc", "utc+00:00"];
    let name = name.trim().to_ascii_lowercase();
    NAMES.contains(&name.as_str())
}

fn date(text: &str) -> Option<Date> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |from: usize, to: usize| text.get(from..to)?.parse().ok();
    digits.then_some(())?;
    let year = text.get(..4)?.parse().ok()?;
    Date::new(year, number(4, 6)?, number(6, 8)?).ok()
}

fn time(text: &str) -> Option<Time> {
    let digits = matches!(text.len(), 4 | 6) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some(())?;
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    // A leap second is a second.
    let second = if text.len() == 6 { number(4, 6)?.min(59) } else { 0 };
    Time::new(number(0, 2)?, number(2, 4)?, second, 0).ok()
}

/// `P2D`, `P1W`, `PT24H`, `P1DT12H` (RFC 5545, 3.3.6).
pub(super) fn duration(text: &str) -> Option<SignedDuration> {
    let text = text.trim().to_ascii_uppercase();
    let (mut seconds, mut digits, mut given) = (0_i64, String::new(), false);
    for c in text.strip_prefix('+').unwrap_or(&text).strip_prefix('P')?.chars() {
        let unit = match c {
            '0'..='9' => {
                digits.push(c);
                continue;
            }
            'T' if digits.is_empty() => continue,
            'W' => 7 * 86_400,
            'D' => 86_400,
            'H' => 3600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        let count: i64 = digits.parse().ok().filter(|count| *count <= 1_000_000_000)?;
        digits.clear();
        seconds = seconds.checked_add(count * unit)?;
        given = true;
    }
    (given && digits.is_empty()).then(|| SignedDuration::from_secs(seconds))
}

/// What someone wrote, short enough to be shown.
pub(super) fn shorten(text: &str) -> String {
    const LONGEST: usize = 40;
    let short: String = text.chars().take(LONGEST).filter(|c| !c.is_control()).collect();
    if text.chars().count() > LONGEST { format!("{short}…") } else { short }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_and_times_are_read_as_the_world_writes_them() {
        let day = Some(Moment::Day(date(2026, 10, 1)));
        for text in ["20261001", "2026-10-01"] {
            assert_eq!(moment(text, None, None), day, "{text}");
        }
        assert_eq!(moment("20261001T000000", None, Some("date")), day);
        let at = date(2026, 10, 1).at(8, 30, 0, 0);
        for text in ["20261001T083000", "20261001t0830", "2026-10-01T08:30:00"] {
            assert_eq!(moment(text, None, None), Some(Moment::Local { at, zone: None }), "{text}");
        }
        let utc = Some(Moment::Utc("2026-10-01T08:30:00Z".parse().unwrap()));
        assert_eq!(moment("20261001T083000Z", Some("Asia/Shanghai"), None), utc);
        assert_eq!(moment("20261001T083000", Some("tzone://Microsoft/Utc"), None), utc);
        for text in ["", "2026100", "20260230", "20261001T", "20261001T2500", "+2026101", "今天"]
        {
            assert_eq!(moment(text, None, None), None, "{text}");
        }
    }

    #[test]
    fn durations_are_read() {
        let hours = |text: &str| duration(text).map(|duration| duration.as_hours());
        assert_eq!(hours("P2D"), Some(48));
        assert_eq!(hours("p1w"), Some(168));
        assert_eq!(hours("P1DT12H"), Some(36));
        assert_eq!(hours("PT1440M"), Some(24));
        for text in ["", "P", "2D", "-P1D", "P1", "PT", "P1X", "P99999999999999999999D"] {
            assert_eq!(hours(text), None, "{text}");
        }
    }
}
