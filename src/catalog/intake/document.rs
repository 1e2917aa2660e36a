//! JSON: days under `off` and `work`, or the public form of holiday-cn, one year a file:
//! `{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}`.

use serde_json::{Map, Value};

use super::{Form, Intake};
use crate::{
    catalog::{
        day_list::{self, Days},
        imported::{self, Import},
    },
    model::{
        calendar::ListedDay,
        diagnostic::{Diagnostic, Place},
        text::{Text, text},
    },
};

pub(super) fn read(name: &str, text: &str) -> Result<Intake, Vec<Diagnostic>> {
    let place = |line, column| Place { file: name.into(), line, column, length: 1 };
    let wrong = |message: Text| vec![Diagnostic::error(place(0, 0), "import-json", message)];
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let count = |n: usize| u32::try_from(n).unwrap_or(0);
        let message = text!("this is not JSON: {error}", error = error.to_string());
        let place = place(count(error.line()), count(error.column()));
        vec![Diagnostic::error(place, "import-json", message)]
    })?;
    let Some(object) = value.as_object() else {
        return Err(wrong(text!(
            "the document must be an object with `off` and `work`, or `days`"
        )));
    };
    if object.contains_key("imports") {
        return written(name, text);
    }
    let (form, days) = if object.contains_key("days") {
        (Form::HolidayCn, public(object))
    } else if object.contains_key("off") || object.contains_key("work") {
        (Form::Days, day_list::read(object))
    } else {
        let message = text!("the document must be an object with `off` and `work`, or `days`");
        return Err(wrong(message));
    };
    let days = days.map_err(wrong)?;
    if days.is_empty() {
        return Err(wrong(text!("it lists no day")));
    }
    let year = object.get("year").and_then(Value::as_i64);
    let year =
        year.and_then(|year| i16::try_from(year).ok()).filter(|year| (1900..=2200).contains(year));
    // What is known before the notice is out is not the whole year.
    let provisional = object.get("status").and_then(Value::as_str) == Some("provisional");
    let years = year.filter(|_| !provisional).map(|year| (year, year));
    let import = Import { from: name.to_owned(), years, notice: years.is_some(), days };
    Ok(Intake { form, import, found: Vec::new() })
}

/// A file this program wrote: everything in it, as one import.
fn written(name: &str, text: &str) -> Result<Intake, Vec<Diagnostic>> {
    let imported = imported::read(name, text.as_bytes()).map_err(|error| vec![error])?;
    let mut imports = imported.imports.into_iter();
    let (Some(import), None) = (imports.next(), imports.next()) else {
        let place = Place { file: name.into(), line: 0, column: 0, length: 1 };
        let message = text!("this file holds the days of several imports");
        let help = text!("put it in the place of calendars/NAME.json as it is");
        return Err(vec![Diagnostic::error(place, "import-json", message).help(help)]);
    };
    Ok(Intake { form: Form::Days, import, found: Vec::new() })
}

/// The days of holiday-cn.
fn public(object: &Map<String, Value>) -> Result<Vec<ListedDay>, Text> {
    let list = object.get("days").and_then(Value::as_array);
    let list = list.ok_or_else(|| text!("`{key}` must be a list", key = "days"))?;
    let mut days = Days::default();
    for (index, entry) in list.iter().enumerate() {
        let place = format!("days[{index}]");
        let date = entry.get("date").and_then(Value::as_str);
        let date = date.ok_or_else(|| text!("{place} has no `date`", place = &place))?;
        let span = day_list::span(date).ok_or_else(|| {
            text!(
                "{place} is no date like {help}, and no span",
                place = &place,
                help = "2027-01-01"
            )
        })?;
        let off = entry.get("isOffDay").and_then(Value::as_bool);
        let off = off.ok_or_else(|| text!("{place} has no `isOffDay`", place = &place))?;
        days.add(span, off, entry.get("name").and_then(Value::as_str))?;
    }
    Ok(days.list())
}
