//! What was brought into a calendar with `dingdong calendar import`: `calendars/NAME.json` beside
//! the settings, a layer above what ships with the program and below `ics`, `off` and `work`.
//!
//! The file holds one entry for each import, in a form people can read and correct:
//!
//! ```json
//! { "calendar": "cn",
//!   "imports": [
//!     { "from": "notice-2027.txt", "years": "2027", "notice": true,
//!       "off": [{ "date": "2027-01-01..2027-01-03", "name": "元旦" }],
//!       "work": [{ "date": "2027-02-20", "name": "春节" }] } ] }
//! ```

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{coverage::years_in_full, day_list};
use crate::model::{
    calendar::{Layer, ListedDay, Origin},
    diagnostic::{Diagnostic, Place},
    text::{Text, text},
};

/// No longer file is read.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// No more imports are kept.
const MOST_IMPORTS: usize = 500;

/// Everything brought into one calendar, the deciding import last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Each import, those of whole years first.
    pub imports: Vec<Import>,
}

/// The days of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The file's name.
    pub from: String,
    /// First and last year it knows everything about.
    pub years: Option<(i16, i16)>,
    /// It is the notice of its years: what was listed for them before does not count any more.
    pub notice: bool,
    /// Its days, by date.
    pub days: Vec<ListedDay>,
}

impl Import {
    /// First and last date it knows everything about.
    #[must_use]
    pub fn coverage(&self) -> Option<(Date, Date)> {
        let (first, last) = self.years?;
        years_in_full(first, last)
    }

    /// Whether an earlier import says nothing any more beside this one: it is of the same years, or
    /// a few days from a file of the same name.
    fn replaces(&self, old: &Self) -> bool {
        match (self.years, old.years) {
            (Some((first, last)), Some((old_first, old_last))) => {
                first <= old_first && old_last <= last && (self.notice || !old.notice)
            }
            (None, None) => self.from == old.from && self.from != super::intake::PASTED,
            _ => false,
        }
    }

    fn json(&self) -> Value {
        let (off, work) = day_list::write(&self.days);
        let mut entry = Map::from_iter([("from".to_owned(), json!(self.from))]);
        if let Some((first, last)) = self.years {
            let years = if first == last { first.to_string() } else { format!("{first}..{last}") };
            entry.insert("years".into(), years.into());
        }
        if self.notice {
            entry.insert("notice".into(), true.into());
        }
        entry.insert("off".into(), off);
        entry.insert("work".into(), work);
        Value::Object(entry)
    }
}

impl Imported {
    /// The same with one more import; those it replaces are gone. A few days of one's own stay above
    /// whole years.
    #[must_use]
    pub fn with(mut self, import: Import) -> Self {
        self.imports.retain(|old| !import.replaces(old));
        self.imports.push(import);
        self.imports.sort_by_key(|import| import.years.is_none());
        let more = self.imports.len().saturating_sub(MOST_IMPORTS);
        self.imports.drain(..more);
        self
    }

    /// As layers of a calendar, the deciding one last; `name` is what people call the file.
    #[must_use]
    pub fn layers(&self, name: &str) -> Vec<Layer> {
        let layer = |import: &Import| Layer {
            name: name.into(),
            origin: match import.years {
                Some(_) if import.notice => Origin::Notice,
                Some(_) => Origin::Data,
                None => Origin::Settings,
            },
            days: import.days.clone(),
            coverage: import.coverage(),
            fixed: Vec::new(),
        };
        self.imports.iter().map(layer).collect()
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self, calendar: &str) -> String {
        let about = "Written by `dingdong calendar import`. A layer between the days that ship with \
                     the program and `ics`, `off` and `work` of the settings.";
        let imports: Vec<Value> = self.imports.iter().map(Import::json).collect();
        let file = json!({ "about": about, "calendar": calendar, "imports": imports });
        // A tree of our own making has only keys that are text.
        serde_json::to_string_pretty(&file).map(|text| text + "\n").unwrap_or_default()
    }
}

/// Reads such a file; `file` is what people call it.
///
/// # Errors
/// What is wrong with it, and where.
pub fn read(file: &str, bytes: &[u8]) -> Result<Imported, Diagnostic> {
    let help = || {
        text!("correct it, or bring the file it came from in again with `dingdong calendar import`")
    };
    let wrong = |line, column, message| {
        let place = Place { file: file.into(), line, column, length: 1 };
        Diagnostic::error(place, "imported-days", message).help(help())
    };
    if bytes.len() > MAX_BYTES {
        return Err(wrong(
            0,
            0,
            text!("the file is larger than {most} MiB", most = MAX_BYTES / 1024 / 1024),
        ));
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        let count = |n: usize| u32::try_from(n).unwrap_or(0);
        let (line, column) = (count(error.line()), count(error.column()));
        wrong(line, column, text!("this is not JSON: {error}", error = error.to_string()))
    })?;
    let imports = value.get("imports").and_then(Value::as_array);
    let imports = imports.ok_or_else(|| wrong(0, 0, text!("it has no list `imports`")))?;
    let read = |(index, entry): (usize, &Value)| {
        import(entry).map_err(|problem| {
            let message = text!("imports[{index}]: {problem}", index = index, problem = problem);
            wrong(0, 0, message)
        })
    };
    let imports =
        imports.iter().take(MOST_IMPORTS).enumerate().map(read).collect::<Result<_, _>>()?;
    Ok(Imported { imports })
}

fn import(entry: &Value) -> Result<Import, Text> {
    let object = entry.as_object().ok_or_else(|| text!("it is no object"))?;
    let years = match object.get("years") {
        None => None,
        Some(years) => {
            let text = years.as_str().map_or_else(|| years.to_string(), str::to_owned);
            Some(
                span_of_years(&text)
                    .ok_or_else(|| text!("`years` is no year like 2027, and no span"))?,
            )
        }
    };
    Ok(Import {
        from: object.get("from").and_then(Value::as_str).unwrap_or_default().to_owned(),
        years,
        notice: object.get("notice").and_then(Value::as_bool).unwrap_or(false) && years.is_some(),
        days: day_list::read(object)?,
    })
}

/// `2027` or `2027..2028`.
fn span_of_years(text: &str) -> Option<(i16, i16)> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let year = |text: &str| text.trim().parse().ok().filter(|year| (1900..=2200).contains(year));
    let (first, last) = (year(first)?, year(last)?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn days(dates: &[Date]) -> Vec<ListedDay> {
        let day = |date: &Date| ListedDay {
            date: *date,
            off: true,
            name: Some("节".into()),
            provisional: false,
        };
        dates.iter().map(day).collect()
    }

    fn import(from: &str, years: Option<(i16, i16)>, notice: bool) -> Import {
        Import { from: from.into(), years, notice, days: days(&[date(2027, 1, 1)]) }
    }

    fn left(imported: &Imported) -> Vec<&str> {
        imported.imports.iter().map(|import| import.from.as_str()).collect()
    }

    #[test]
    fn a_later_import_of_the_same_years_takes_the_place_of_an_earlier_one() {
        let all = Imported::default()
            .with(import("own.csv", None, false))
            .with(import("2027.txt", Some((2027, 2027)), true))
            .with(import("2028.txt", Some((2028, 2028)), true));
        assert_eq!(left(&all), ["2027.txt", "2028.txt", "own.csv"]);
        let again = all.clone().with(import("corrected.txt", Some((2027, 2027)), true));
        assert_eq!(left(&again), ["2028.txt", "corrected.txt", "own.csv"]);
        // Another file of holidays adds to a notice.
        let more = all.clone().with(import("x.ics", Some((2026, 2029)), false));
        assert_eq!(left(&more), ["2027.txt", "2028.txt", "x.ics", "own.csv"]);
        let own = all.with(import("own.csv", None, false));
        assert_eq!(left(&own), ["2027.txt", "2028.txt", "own.csv"]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let all = Imported::default()
            .with(import("2027.txt", Some((2027, 2027)), true))
            .with(import("own.csv", None, false))
            .with(import("x.ics", Some((2028, 2030)), false));
        assert_eq!(read("cn.json", all.text("cn").as_bytes()), Ok(all.clone()));
        let layers = all.layers("calendars/cn.json");
        assert_eq!(layers[0].origin, Origin::Notice);
        assert_eq!(layers[1].coverage, Some((date(2028, 1, 1), date(2030, 12, 31))));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, said) in [
            ("", "not JSON"),
            ("[]", "no list `imports`"),
            (r#"{"imports":[{"years":"soon"}]}"#, "imports[0]: `years`"),
            (r#"{"imports":[{"off":[1]}]}"#, "imports[0]: off[0]"),
            (r#"{"imports":[1]}"#, "imports[0]: it is no object"),
        ] {
            let error = read("cn.json", text.as_bytes()).expect_err(text);
            assert!(error.message.to_string().contains(said), "{error}");
        }
    }
}
