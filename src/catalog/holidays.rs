//! The built-in calendars: facts in `data/*.json`, read once.
//!
//! `cn` is mainland China: the State Council's yearly notices, whose addresses stand beside each
//! year. A year whose notice is not out yet is provisional: only the days the law itself names
//! are known, so its days stay uncovered. The other countries' files say where their days are from.

use std::sync::{Arc, OnceLock};

use jiff::civil::{Date, Weekday};
use serde::Deserialize;

use crate::model::{
    calendar::{Calendar, FixedHoliday, Layer, ListedDay, Origin},
    recurrence::WeekdaySet,
};

/// The names `builtin:` and `calendar:` understand without any file.
pub const NAMES: [&str; 7] = ["br", "cn", "gb", "jp", "pt", "sg", "us"];

/// What they are made of, in the order of the names.
const FILES: [&str; NAMES.len()] = [
    include_str!("data/br.json"),
    include_str!("data/cn.json"),
    include_str!("data/gb.json"),
    include_str!("data/jp.json"),
    include_str!("data/pt.json"),
    include_str!("data/sg.json"),
    include_str!("data/us.json"),
];

/// The built-in calendar of that name.
#[must_use]
pub fn builtin(name: &str) -> Option<Arc<Calendar>> {
    static READ: [OnceLock<Option<Arc<Calendar>>>; NAMES.len()] =
        [const { OnceLock::new() }; NAMES.len()];
    let index = NAMES.iter().position(|known| *known == name)?;
    let (calendar, text) = READ.get(index).zip(FILES.get(index))?;
    calendar.get_or_init(|| read(text).map(Arc::new)).clone()
}

/// A data file as it is written.
#[derive(Deserialize)]
struct File {
    id: String,
    weekend: Vec<String>,
    law: Law,
    years: Vec<Year>,
}

#[derive(Deserialize)]
struct Law {
    fixed: Vec<Fixed>,
}

#[derive(Deserialize)]
struct Fixed {
    month: i8,
    day: i8,
    name: String,
    since: i16,
}

#[derive(Deserialize)]
struct Year {
    year: i16,
    status: Status,
    holidays: Vec<Holiday>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Final,
    Provisional,
}

#[derive(Deserialize)]
struct Holiday {
    name: String,
    /// Dates, or spans `a..b`.
    off: Vec<String>,
    #[serde(default)]
    work: Vec<String>,
}

/// Compiles a data file. `None` when it is not of the form above: the tests see to that.
fn read(text: &str) -> Option<Calendar> {
    let file: File = serde_json::from_str(text).ok()?;
    let mut days = Vec::new();
    for year in &file.years {
        for holiday in &year.holidays {
            let name: Arc<str> = holiday.name.as_str().into();
            for (off, dates) in [(true, &holiday.off), (false, &holiday.work)] {
                for date in
                    dates.iter().map(|text| span(text)).collect::<Option<Vec<_>>>()?.concat()
                {
                    let provisional = year.status == Status::Provisional;
                    let name = Some(name.clone());
                    days.push(ListedDay { date, off, name, provisional });
                }
            }
        }
    }
    let known = file.years.iter().filter(|year| year.status == Status::Final).map(|year| year.year);
    let first = Date::new(known.clone().min()?, 1, 1).ok()?;
    let last = Date::new(known.max()?, 12, 31).ok()?;
    let fixed = file.law.fixed.into_iter().map(|Fixed { month, day, name, since }| FixedHoliday {
        month,
        day,
        name: name.into(),
        since,
    });
    let layer = Layer {
        name: file.id.as_str().into(),
        origin: Origin::Data,
        days,
        coverage: Some((first, last)),
        fixed: fixed.collect(),
    };
    let weekend = file.weekend.iter().map(|name| weekday(name)).collect::<Option<WeekdaySet>>()?;
    Some(Calendar::builder(file.id).weekend(weekend).layer(layer).build())
}

/// The dates of `a` or `a..b`.
fn span(text: &str) -> Option<Vec<Date>> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last): (Date, Date) = (first.parse().ok()?, last.parse().ok()?);
    let days = std::iter::successors(Some(first), |date| date.tomorrow().ok());
    Some(days.take_while(|date| *date <= last).collect())
}

/// The weekday a full English name means.
fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::calendar::Day;

    #[test]
    fn every_name_is_a_calendar_and_is_read_once() {
        for name in NAMES {
            let (one, two) = (builtin(name).unwrap(), builtin(name).unwrap());
            assert!(Arc::ptr_eq(&one, &two));
            assert_eq!(one.id(), name);
        }
        assert_eq!(builtin("atlantis"), None);
    }

    /// Every day of the years that are known, against the facts as they were collected.
    #[test]
    fn china_is_right_on_every_day() {
        // The collected facts lie beside the project; a copy of it on its own has none.
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
        if !std::path::Path::new(beside).exists() {
            return;
        }
        let cn = builtin("cn").unwrap();
        let mut off = std::collections::HashMap::new();
        for year in 2020..=2026 {
            let path = format!("{beside}/calendars/cn-{year}.json");
            let facts: serde_json::Value =
                serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            for (key, value) in [("off", true), ("work", false)] {
                for day in facts[key].as_array().unwrap() {
                    let date: Date = day["date"].as_str().unwrap().parse().unwrap();
                    off.insert(date, (value, day["name"].as_str().unwrap().to_owned()));
                }
            }
        }
        let mut day = Day::new(date(2020, 1, 1));
        while day.date() < date(2027, 1, 1) {
            let fact = cn.fact(day);
            assert!(fact.covered, "{fact:?}");
            match off.get(&day.date()) {
                Some((off, name)) => {
                    assert_eq!(fact.off, *off, "{fact:?}");
                    assert_eq!(fact.cause.name().map(AsRef::as_ref), Some(name.as_str()));
                }
                None => {
                    assert_eq!((fact.off, fact.is_holiday()), (fact.weekend, false), "{fact:?}");
                }
            }
            day = day.next().unwrap();
        }
    }

    /// A holiday is called the same in years that are listed and in those that are not.
    #[test]
    fn the_law_calls_holidays_as_the_years_do() {
        for calendar in NAMES.iter().filter_map(|name| builtin(name)) {
            for layer in calendar.layers() {
                let listed =
                    |name: &Arc<str>| layer.days.iter().any(|day| day.name.as_ref() == Some(name));
                let strange: Vec<_> = layer.fixed.iter().filter(|one| !listed(&one.name)).collect();
                assert!(strange.is_empty(), "{strange:?}");
            }
        }
    }

    /// Days of which each country's own announcements are plain.
    #[test]
    fn other_countries_know_their_own_days() {
        let off = |name: &str, month, day| {
            let fact = builtin(name).unwrap().fact(Day::new(date(2026, month, day)));
            assert!(fact.covered, "{fact:?}");
            fact.is_holiday()
        };
        for (name, month, day) in [
            ("us", 11, 26), // the fourth Thursday of November
            ("us", 7, 3),   // Independence Day is a Saturday
            ("gb", 8, 31),  // the last Monday of August
            ("gb", 12, 28), // Boxing Day is a Saturday
            ("pt", 4, 3),   // Good Friday
            ("pt", 6, 4),   // Corpus Christi
            ("br", 9, 7),
            ("sg", 11, 9), // Deepavali is a Sunday
            ("jp", 5, 6),  // 3 May is a Sunday, and 4 and 5 May are holidays themselves
            ("jp", 9, 22), // between two holidays
        ] {
            assert!(off(name, month, day), "{name} 2026-{month}-{day}");
        }
        assert!(!off("br", 2, 17), "carnival is no holiday by law");
        assert!(!off("us", 7, 6) && !off("sg", 11, 10) && !off("pt", 4, 6));
    }

    /// What everyone remembers, so that a copy of the project on its own tests something too.
    #[test]
    fn the_make_up_workdays_of_2026() {
        let cn = builtin("cn").unwrap();
        let first = Day::new(date(2026, 1, 1));
        let days = std::iter::successors(Some(first), |day| day.next());
        let days: Vec<Day> = days.take(365).collect();
        let made_up = days.iter().filter(|day| cn.is_make_up_workday(**day)).map(|day| day.date());
        let expected = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)];
        assert!(made_up.eq(expected.map(|(month, day)| date(2026, month, day))));
        assert_eq!(days.iter().filter(|day| cn.is_holiday(**day)).count(), 33);
    }

    #[test]
    fn next_year_is_provisional_and_says_so() {
        let cn = builtin("cn").unwrap();
        assert_eq!(cn.coverage(), Some((date(2020, 1, 1), date(2026, 12, 31))));
        let holidays = |year: i16| {
            let first = Day::new(date(year, 1, 1));
            let days = std::iter::successors(Some(first), |day| day.next());
            let days = days.take_while(move |day| day.date().year() == year);
            days.filter(|day| cn.is_holiday(*day))
                .inspect(|day| assert!(!cn.is_covered(*day)))
                .count()
        };
        assert_eq!((holidays(2019), holidays(2027), holidays(2028)), (5, 13, 6));
        assert_eq!(holidays(2007), 0);
        let eve = cn.fact(Day::new(date(2027, 2, 5)));
        assert_eq!(eve.to_string(), "Friday, statutory holiday (cn, 除夕)");
    }
}
