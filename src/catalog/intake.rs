//! Whatever someone has that says which days are off, read as the days of one import: the State
//! Council's yearly notice as plain text, a calendar file, a table, JSON in two forms. Which of them
//! it is, is seen from what it holds, not from its name.

mod document;
mod notice;
mod page;
mod table;

use std::fmt;

use super::{
    coverage::{self, Known},
    ics::{self, Setting},
    imported::Import,
};
use crate::model::{
    calendar::{Calendar, ListedDay},
    diagnostic::{Diagnostic, Place},
    text::text,
};

/// What a file without a name, on the standard input, is called.
pub const PASTED: &str = "(pasted)";

/// No longer file is read.
pub const MAX_BYTES: usize = ics::MAX_BYTES;

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The yearly notice of the General Office of the State Council.
    Notice,
    /// A notice that makes one break longer.
    Extension,
    /// JSON of the public collection holiday-cn.
    HolidayCn,
    /// JSON with `off` and `work`.
    Days,
    /// A table `kind,date,name`.
    Table,
    /// An iCalendar file.
    Calendar,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Notice => "notice",
            Self::Extension => "extension",
            Self::HolidayCn => "holiday-cn",
            Self::Days => "days",
            Self::Table => "table",
            Self::Calendar => "ics",
        })
    }
}

/// A file, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intake {
    /// What it is.
    pub form: Form,
    /// Its days.
    pub import: Import,
    /// What is odd about it.
    pub found: Vec<Diagnostic>,
}

/// Reads a file for a calendar; `name` is what people call the file. The calendar says which
/// holidays the law fixes and where a break ends that a notice makes longer.
///
/// # Errors
/// Everything that is wrong with it; then nothing of it is to be used.
pub fn read(
    name: &str,
    bytes: &[u8],
    calendar: &Calendar,
    setting: &Setting<'_>,
) -> Result<Intake, Vec<Diagnostic>> {
    let whole = || Place { file: name.into(), line: 0, column: 0, length: 1 };
    if bytes.len() > MAX_BYTES {
        let most = MAX_BYTES / 1024 / 1024;
        let message = text!("the file is larger than {most} MiB", most = most);
        return Err(vec![Diagnostic::error(whole(), "import-too-large", message)]);
    }
    let text = ics::decode(bytes);
    let start = text.trim_start();
    let has = |words: &str| text.contains(words);
    let intake =
        if start.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
            self::calendar(name, bytes, setting)?
        } else if start.starts_with(['{', '[']) {
            document::read(name, &text)?
        } else if start.starts_with('<') && has("放假") {
            notice::read(name, &page::text(&text), calendar)?
        } else if has("放假") && has("月") && !table::looks_like(start)
            || notice::is_extension(&text)
        {
            notice::read(name, &text, calendar)?
        } else if table::looks_like(start) {
            table::read(name, bytes)?
        } else if has("BEGIN:VCALENDAR") || start.starts_with('<') {
            self::calendar(name, bytes, setting)?
        } else {
            let message = text!("nothing in this file says which days are off");
            let help = text!(
                "what is read: the yearly notice as text, an .ics file, CSV with the columns \
             kind,date,name, JSON with `off` and `work`, JSON of holiday-cn"
            );
            return Err(vec![Diagnostic::error(whole(), "import-unknown", message).help(help)]);
        };
    Ok(known(intake, calendar))
}

/// The years a file knows that does not say so itself.
fn known(mut intake: Intake, calendar: &Calendar) -> Intake {
    if intake.import.years.is_some() || intake.form == Form::Extension {
        return intake;
    }
    let days = &intake.import.days;
    let off = days.iter().filter(|day| day.off);
    let off: Vec<Known> = off.map(|day| Known { date: day.date, endless: false }).collect();
    let span = coverage::of(&off).and_then(|known| coverage::over(known, days, calendar));
    // A span that is no whole year holds nothing more than the days themselves.
    let years = span
        .filter(|(first, last)| *first == first.first_of_year() && *last == last.last_of_year());
    intake.import.years = years.map(|(first, last)| (first.year(), last.year()));
    intake
}

fn calendar(name: &str, bytes: &[u8], setting: &Setting<'_>) -> Result<Intake, Vec<Diagnostic>> {
    let read = ics::read(name, bytes, setting).map_err(|error| vec![error])?;
    let whole = |(first, last): &(jiff::civil::Date, jiff::civil::Date)| {
        *first == first.first_of_year() && *last == last.last_of_year()
    };
    // What repeats for ever is followed no further than the file knows the rest.
    let last = read.layer.coverage.filter(whole).map(|(_, last)| last);
    let days: Vec<ListedDay> = read.layer.days;
    let days = days.into_iter().filter(|day| last.is_none_or(|last| day.date <= last)).collect();
    let import = Import { from: name.to_owned(), years: None, notice: false, days };
    Ok(Intake { form: Form::Calendar, import, found: read.found })
}

#[cfg(test)]
mod tests;
