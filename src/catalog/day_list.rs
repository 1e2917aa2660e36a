//! Days off and make-up workdays as lists of dates, in JSON:
//!
//! ```json
//! { "off": ["2027-09-15", { "date": "2027-10-01..2027-10-07", "name": "国庆节" }],
//!   "work": [{ "date": "2027-10-09", "name": "国庆节" }] }
//! ```

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::model::{
    calendar::ListedDay,
    text::{Text, text},
};

/// A span is no longer than this.
const LONGEST_DAYS: usize = 400;

/// No list has more days than this.
pub(super) const MOST_DAYS: usize = 20_000;

/// The days under `off` and `work`, by date.
///
/// # Errors
/// What is wrong, and where in the document.
pub(super) fn read(object: &Map<String, Value>) -> Result<Vec<ListedDay>, Text> {
    let mut days = Days::default();
    for (key, off) in [("off", true), ("work", false)] {
        let Some(list) = object.get(key) else { continue };
        let Value::Array(list) = list else {
            return Err(text!("`{key}` must be a list", key = key));
        };
        for (index, entry) in list.iter().enumerate() {
            let place = format!("{key}[{index}]");
            let (date, name) = entry_of(entry, &place)?;
            let no_date = || {
                let help = "2027-01-01";
                text!("{place} is no date like {help}, and no span", place = &place, help = help)
            };
            days.add(span(date).ok_or_else(no_date)?, off, name)?;
        }
    }
    Ok(days.list())
}

/// A date or span, and the holiday.
fn entry_of<'a>(entry: &'a Value, place: &str) -> Result<(&'a str, Option<&'a str>), Text> {
    match entry {
        Value::String(date) => Ok((date, None)),
        Value::Object(entry) => {
            let date = entry.get("date").and_then(Value::as_str);
            let date = date.ok_or_else(|| text!("{place} has no `date`", place = place))?;
            Ok((date, entry.get("name").and_then(Value::as_str)))
        }
        _ => Err(text!("{place} is neither a date nor an object with one", place = place)),
    }
}

/// The days as `off` and `work`, neighbours of one holiday as one span.
pub(super) fn write(days: &[ListedDay]) -> (Value, Value) {
    let spans = |off: bool| {
        let mut spans: Vec<(Date, Date, Option<&str>)> = Vec::new();
        for day in days.iter().filter(|day| day.off == off) {
            match spans.last_mut() {
                Some((_, last, name))
                    if last.tomorrow().is_ok_and(|next| next == day.date)
                        && *name == day.name.as_deref() =>
                {
                    *last = day.date;
                }
                _ => spans.push((day.date, day.date, day.name.as_deref())),
            }
        }
        let entry = |(first, last, name): (Date, Date, Option<&str>)| {
            let date = if first == last { first.to_string() } else { format!("{first}..{last}") };
            name.map_or_else(|| json!(date), |name| json!({ "date": date, "name": name }))
        };
        Value::Array(spans.into_iter().map(entry).collect())
    };
    (spans(true), spans(false))
}

/// Days by date, each off or worked.
#[derive(Debug, Default)]
pub(super) struct Days(BTreeMap<Date, ListedDay>);

impl Days {
    /// Adds the days of a span.
    ///
    /// # Errors
    /// The span is too long, the list is, or a day is both off and worked.
    pub(super) fn add(
        &mut self,
        (first, last): (Date, Date),
        off: bool,
        name: Option<&str>,
    ) -> Result<(), Text> {
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        let dates = std::iter::successors(Some(first), |date| date.tomorrow().ok());
        for (index, date) in dates.take_while(|date| *date <= last).enumerate() {
            if index >= LONGEST_DAYS {
                return Err(text!(
                    "{first}..{last} is longer than {most} days",
                    first = first,
                    last = last,
                    most = LONGEST_DAYS
                ));
            }
            if self.0.get(&date).is_some_and(|known| known.off != off) {
                return Err(text!("{date} is both a day off and a workday", date = date));
            }
            if self.0.len() >= MOST_DAYS {
                return Err(text!("these are more than {most} days", most = MOST_DAYS));
            }
            let name = name.map(Into::into);
            self.0.insert(date, ListedDay { date, off, name, provisional: false });
        }
        Ok(())
    }

    /// In order.
    pub(super) fn list(self) -> Vec<ListedDay> {
        self.0.into_values().collect()
    }
}

/// A date, or two with `..`, `~`, `至`, `to` or a dash between them, the earlier first.
pub(super) fn span(text: &str) -> Option<(Date, Date)> {
    const BETWEEN: [&str; 9] = ["..", "~", "～", "至", "到", "—", "–", " - ", " to "];
    let halves = BETWEEN.iter().find_map(|between| text.split_once(between));
    let (first, last) = halves.unwrap_or((text, text));
    let (first, last) = (date(first)?, date(last)?);
    (first <= last).then_some((first, last))
}

/// `2027-01-01`, `2027/1/1`, `2027.1.1`, `20270101` or `2027年1月1日`.
fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() == 8 && digits(text) {
        return Date::new(
            text[..4].parse().ok()?,
            text[4..6].parse().ok()?,
            text[6..].parse().ok()?,
        )
        .ok();
    }
    let text = text.strip_suffix(['日', '号']).unwrap_or(text);
    let mut parts = text.split(['-', '/', '.', '年', '月']).map(str::trim);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = parts.next().is_none()
        && year.len() == 4
        && [year, month, day].iter().all(|part| digits(part));
    whole.then_some(())?;
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    fn parse(text: &str) -> Result<Vec<ListedDay>, Text> {
        let value: Value = serde_json::from_str(text).expect("json");
        read(value.as_object().expect("an object"))
    }

    #[test]
    fn dates_and_spans_are_read_as_people_write_them() {
        let one = Some((day(2027, 1, 1), day(2027, 1, 1)));
        for text in [
            "2027-01-01",
            "2027-1-1",
            "2027/1/1",
            "2027.01.01",
            "20270101",
            "2027年1月1日",
            " 2027-01-01 ",
        ] {
            assert_eq!(span(text), one, "{text}");
        }
        let three = Some((day(2026, 12, 31), day(2027, 1, 2)));
        for text in [
            "2026-12-31..2027-01-02",
            "2026/12/31 - 2027/1/2",
            "2026年12月31日至2027年1月2日",
            "20261231~20270102",
            "2026-12-31 to 2027-01-02",
        ] {
            assert_eq!(span(text), three, "{text}");
        }
        for text in [
            "",
            "2027",
            "2027-02-30",
            "27-1-1",
            "2027-01-02..2027-01-01",
            "1月1日",
            "2027-01-01-01",
            "２０２７-1-1",
        ] {
            assert_eq!(span(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = r#"{"off":["2027-09-15",{"date":"2027-10-01..2027-10-03","name":"国庆节"}],"work":[{"date":"2027-10-09","name":"国庆节"}]}"#;
        let days = parse(text).expect("days");
        assert_eq!(days.len(), 5);
        let (off, work) = write(&days);
        assert_eq!(json!({ "off": off, "work": work }).to_string(), text);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, said) in [
            (r#"{"off":{}}"#, "`off` must be a list"),
            (r#"{"off":["2027-13-01"]}"#, "off[0] is no date"),
            (r#"{"work":["2027-01-01",{"name":"x"}]}"#, "work[1] has no `date`"),
            (r#"{"work":[7]}"#, "work[0] is neither"),
            (r#"{"off":["2027-01-01"],"work":["2027-01-01"]}"#, "2027-01-01 is both"),
            (r#"{"off":["2027-01-01..2037-01-01"]}"#, "longer than 400 days"),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
