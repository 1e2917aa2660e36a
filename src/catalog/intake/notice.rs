//! The yearly notice of the General Office of the State Council, as it is printed:
//!
//! ```text
//! 经国务院批准，现将2026年元旦、春节……和国庆节放假调休日期的具体安排通知如下。
//! 一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
//! ```
//!
//! A notice says everything twice: a date and its weekday, a span and its length, the holidays in
//! its first sentence and one by one. All of it must agree, else nothing is read. What is only
//! encouraged (`鼓励……在除夕休息`) is no day off.
//!
//! [`scan`] finds what is said, this file says what it means.

mod scan;

use jiff::{
    Span,
    civil::{Date, Weekday},
};

use self::scan::{Item, Said, Sentence, Spot};
use super::{Form, Intake};
use crate::{
    catalog::{day_list::Days, imported::Import},
    model::{
        calendar::{Calendar, Day},
        diagnostic::{Diagnostic, Place},
        text::{Text, text},
    },
};

/// The holidays of the law: every notice names them, some together.
const HOLIDAYS: [&str; 7] = ["元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"];

/// A break is no longer than this.
const LONGEST_DAYS: i32 = 30;

/// Whether a text makes a break longer instead of naming those of a year.
pub(super) fn is_extension(text: &str) -> bool {
    text.contains("延长") && text.contains("假期至")
}

pub(super) fn read(name: &str, text: &str, calendar: &Calendar) -> Result<Intake, Vec<Diagnostic>> {
    let mut reading =
        Reading { name, found: Vec::new(), errors: Vec::new(), days: Days::default() };
    let chars = scan::chars(text);
    let form = match scan::extension(&chars) {
        Some(extension) => {
            reading.extension(&extension, calendar);
            Form::Extension
        }
        None => Form::Notice,
    };
    let year = scan::year(&chars);
    if form == Form::Notice {
        match year {
            Some(year) => reading.notice(&chars, year),
            None => reading.error(
                None,
                text!("the notice does not say for which year it is"),
                text!("paste it with its title: 关于2027年部分节假日安排的通知"),
            ),
        }
    }
    if !reading.errors.is_empty() {
        return Err(reading.errors);
    }
    let years = year.filter(|_| form == Form::Notice).map(|year| (year, year));
    let import =
        Import { from: name.to_owned(), years, notice: years.is_some(), days: reading.days.list() };
    Ok(Intake { form, import, found: reading.found })
}

/// A date as it was understood, with what the notice says of its weekday.
#[derive(Clone, Copy)]
struct Understood {
    date: Date,
    weekday: Option<Weekday>,
    spot: Spot,
}

struct Reading<'a> {
    name: &'a str,
    found: Vec<Diagnostic>,
    errors: Vec<Diagnostic>,
    days: Days,
}

impl Reading<'_> {
    fn place(&self, spot: Option<Spot>) -> Place {
        let (line, column, length) = spot.map_or((0, 0, 1), |s| (s.line, s.column, s.length));
        Place { file: self.name.into(), line, column, length }
    }

    fn error(&mut self, spot: Option<Spot>, message: Text, help: Text) {
        let error = Diagnostic::error(self.place(spot), "notice", message).help(help);
        self.errors.push(error);
    }

    fn notice(&mut self, chars: &[scan::Char], year: i16) {
        let items = scan::items(chars);
        let named = scan::announced(chars);
        let named = if named.is_empty() { HOLIDAYS.map(str::to_owned).to_vec() } else { named };
        let spoken =
            |name: &str| items.iter().any(|item| item.name.split('、').any(|one| one == name));
        for name in named.iter().filter(|name| !spoken(name)) {
            self.error(
                None,
                text!("the notice says nothing about {name}", name = name),
                text!(
                    "paste the whole notice; single days can be imported as a table kind,date,name"
                ),
            );
        }
        for item in &items {
            self.item(item, year);
        }
    }

    /// One holiday: its break, and the days it is made up for.
    fn item(&mut self, item: &Item, year: i16) {
        let mut breaks: Vec<Date> = Vec::new();
        let before = self.errors.len();
        for sentence in &item.sentences {
            if let Some(spot) = sentence.encouraged {
                let message = text!(
                    "what is only encouraged is no day off: {words}",
                    words = &sentence.words
                );
                self.found.push(Diagnostic::note(self.place(Some(spot)), "notice", message));
                continue;
            }
            if let Some(idle) = &sentence.idle {
                let message = text!(
                    "nothing is said about {words} here: a day off, or worked?",
                    words = &idle.words
                );
                self.error(
                    Some(idle.spot),
                    message,
                    text!("what is read: 放假 (off) and 上班 (worked)"),
                );
            }
            self.breaks(item, sentence, year, &mut breaks);
        }
        for sentence in item.sentences.iter().filter(|sentence| sentence.encouraged.is_none()) {
            self.made_up(item, sentence, year, breaks.first().copied());
        }
        // A break with a mistake in it is there, and said to be wrong.
        if breaks.is_empty() && self.errors.len() == before {
            self.error(
                Some(item.spot),
                text!("no day off is found for {name}", name = &item.name),
                text!("a holiday is written as in the notice: 元旦：1月1日（周五）至3日（周日）放假，共3天"),
            );
        }
    }

    fn breaks(&mut self, item: &Item, sentence: &Sentence, year: i16, breaks: &mut Vec<Date>) {
        let mut count = 0;
        for (first, last) in &sentence.off {
            let Some((first, last)) = self.span(item, first, last.as_ref(), year) else { continue };
            let days = last.date.duration_since(first.date).as_hours() / 24 + 1;
            if days > i64::from(LONGEST_DAYS) {
                let message = text!(
                    "{name} would last {days} days, from {first} to {last}",
                    name = &item.name,
                    days = days,
                    first = first.date,
                    last = last.date
                );
                self.error(
                    Some(first.spot),
                    message,
                    text!("see whether a month or a year is missing"),
                );
                continue;
            }
            count += days;
            self.put((first.date, last.date), true, &item.name, first.spot);
            breaks.push(first.date);
        }
        if let Some((said, spot)) =
            sentence.count.filter(|(said, _)| !breaks.is_empty() && *said != count)
        {
            self.error(
                Some(spot),
                text!(
                    "{name}: the notice says {said} days, the dates in it are {count}",
                    name = &item.name,
                    said = said,
                    count = count
                ),
                text!("compare with the original; one of the two is wrong"),
            );
        }
    }

    fn made_up(&mut self, item: &Item, sentence: &Sentence, year: i16, near: Option<Date>) {
        for (first, last) in &sentence.work {
            let years = [year, year - 1, year + 1].map(|year| (first.date(year), year));
            let written = years.into_iter().filter_map(|(date, year)| Some((date?, year)));
            let nearest = written.min_by_key(|(date, _)| {
                near.map_or(0, |near| date.duration_since(near).as_hours().abs())
            });
            let year = nearest.map_or(year, |(_, year)| year);
            let Some((first, last)) = self.span(item, first, last.as_ref(), year) else { continue };
            let weekend =
                |date: Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
            // With another weekday than the notice gives, the date itself is wrong.
            let agrees = first.weekday.is_none_or(|said| said == first.date.weekday());
            if agrees && !weekend(first.date) {
                let message = text!(
                    "{date} is worked for {name}, and is a workday anyway ({weekday})",
                    date = first.date,
                    name = &item.name,
                    weekday = weekday_name(first.date.weekday())
                );
                let help = text!("compare with the original; one of the two is wrong");
                self.error(Some(first.spot), message, help);
            }
            self.put((first.date, last.date), false, &item.name, first.spot);
        }
    }

    /// The dates of a span in their years, their weekdays checked.
    fn span(
        &mut self,
        item: &Item,
        first: &Said,
        last: Option<&Said>,
        year: i16,
    ) -> Option<(Understood, Understood)> {
        let Some(last) = last else {
            let day = self.understood(first, year)?;
            self.weekday(day);
            return Some((day, day));
        };
        // Over the end of a year: New Year's break begins in the year before its own.
        let over = (first.month, first.day) > (last.month, last.day);
        let next = i16::from(over);
        let (from, to) = match (first.year, last.year) {
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) => (from, from + next),
            (None, Some(to)) => (to - next, to),
            (None, None) if item.name.contains("元旦") => (year - next, year),
            (None, None) => (year, year + next),
        };
        let (from, to) = (self.understood(first, from)?, self.understood(last, to)?);
        self.weekday(from);
        self.weekday(to);
        if to.date < from.date {
            let message = text!("{last} is before {first}", last = to.date, first = from.date);
            self.error(Some(to.spot), message, text!("compare with the original"));
            return None;
        }
        Some((from, to))
    }

    fn understood(&mut self, said: &Said, year: i16) -> Option<Understood> {
        let date = said.date(year);
        if date.is_none() {
            let message = text!("there is no {words}", words = &said.words);
            self.error(Some(said.spot), message, text!("compare with the original"));
        }
        Some(Understood { date: date?, weekday: said.weekday, spot: said.spot })
    }

    /// The weekday the notice gives is a checksum of the date.
    fn weekday(&mut self, one: Understood) {
        let actual = one.date.weekday();
        if let Some(said) = one.weekday.filter(|said| *said != actual) {
            let message = text!(
                "{date} is {actual}, and the notice calls it {said}",
                date = one.date,
                actual = weekday_name(actual),
                said = weekday_name(said)
            );
            let help =
                text!("compare date and weekday with the original, and see that the year is right");
            self.error(Some(one.spot), message, help);
        }
    }

    fn put(&mut self, span: (Date, Date), off: bool, name: &str, spot: Spot) {
        if let Err(wrong) = self.days.add(span, off, Some(name)) {
            self.error(
                Some(spot),
                wrong,
                text!("compare with the original; one of the two is wrong"),
            );
        }
    }

    /// `延长2020年春节假期至2月2日`: from the end of the break as it is known up to that day.
    fn extension(&mut self, extension: &scan::Extension, calendar: &Calendar) {
        let name = extension.name.as_str();
        let Some(until) = self.understood(&extension.until, extension.year) else { return };
        self.weekday(until);
        let of_break = |date: &Date| calendar.is_holiday_named(Day::new(*date), name);
        let back = std::iter::successors(Some(until.date), |date| date.yesterday().ok());
        let end = back.take(usize::try_from(LONGEST_DAYS).unwrap_or(0)).find(of_break);
        let Some(start) = end.and_then(|end| end.checked_add(Span::new().days(1)).ok()) else {
            let message = text!(
                "the calendar knows no {name} shortly before {date} that could be made longer",
                name = name,
                date = until.date
            );
            return self.error(
                Some(until.spot),
                message,
                text!("import the notice of that year first"),
            );
        };
        if start <= until.date {
            self.put((start, until.date), true, name, until.spot);
        }
    }
}

/// The name of a weekday, in words of ours.
fn weekday_name(weekday: Weekday) -> Text {
    match weekday {
        Weekday::Monday => text!("Monday"),
        Weekday::Tuesday => text!("Tuesday"),
        Weekday::Wednesday => text!("Wednesday"),
        Weekday::Thursday => text!("Thursday"),
        Weekday::Friday => text!("Friday"),
        Weekday::Saturday => text!("Saturday"),
        Weekday::Sunday => text!("Sunday"),
    }
}
