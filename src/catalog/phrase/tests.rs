//! Tables of phrases for each language, what they mean, and what is said of the wrong ones.

mod chinese;
mod english;
mod indonesian;
mod other_words;
mod portuguese;
mod properties;
mod wrong;

use jiff::civil::{Date, Time, Weekday};

use super::*;
use crate::model::recurrence::{Days, MonthDay, MonthSet, Period, Times, WeekdaySet, YearDay};

/// Short names for what phrases mean.
mod means {
    use super::*;
    pub(super) use jiff::civil::Weekday::*;

    pub(super) fn at(days: Days, times: &[(i8, i8)]) -> Recurrence {
        let times = times.iter().map(|(hour, minute)| Time::constant(*hour, *minute, 0, 0));
        Recurrence { days, times: Times::At(times.collect()) }
    }

    pub(super) fn grid(days: Days, step: u32, from: (i8, i8), to: (i8, i8)) -> Recurrence {
        let time = |(hour, minute)| Time::constant(hour, minute, 0, 0);
        let to = if to == (24, 0) { clock::END_OF_DAY } else { time(to) };
        Recurrence { days, times: Times::Grid { step, from: time(from), to } }
    }

    pub(super) fn on(days: &[Weekday]) -> Days {
        Days::Weekdays(set(days))
    }

    pub(super) fn set(days: &[Weekday]) -> WeekdaySet {
        days.iter().copied().collect()
    }

    pub(super) fn weekdays() -> Days {
        Days::Weekdays(WeekdaySet::MONDAY_TO_FRIDAY)
    }

    pub(super) fn n_weeks(n: u16, days: &[Weekday]) -> Days {
        Days::EveryNWeeks { n, weekdays: set(days) }
    }

    pub(super) fn month(days: &[i8]) -> Days {
        let day = |n: i8| if n > 0 { MonthDay::Day(n) } else { MonthDay::FromEnd(-n) };
        let days = days.iter().copied().map(day).collect();
        Days::MonthDays { days, months: MonthSet::ALL }
    }

    pub(super) fn nth_day(nth: i8, weekday: Weekday) -> Days {
        nth_days(&[nth], &[weekday])
    }

    pub(super) fn nth(nth: i16, period: Period) -> Days {
        nths(&[nth], period)
    }

    pub(super) fn nths(nths: &[i16], period: Period) -> Days {
        Days::NthWorkday { nths: nths.to_vec(), period, months: MonthSet::ALL }
    }

    pub(super) fn nth_days(nths: &[i8], weekdays: &[Weekday]) -> Days {
        let weekdays = set(weekdays);
        Days::NthWeekday { nths: nths.to_vec(), weekdays, months: MonthSet::ALL }
    }

    /// The same in certain months only.
    pub(super) fn in_months(months: &[i8], days: Days) -> Days {
        let only: MonthSet = months.iter().copied().collect();
        match days {
            Days::MonthDays { days, .. } => Days::MonthDays { days, months: only },
            Days::NthWeekday { nths, weekdays, .. } => {
                Days::NthWeekday { nths, weekdays, months: only }
            }
            Days::NthWorkday { nths, period, .. } => {
                Days::NthWorkday { nths, period, months: only }
            }
            other => other,
        }
    }

    pub(super) fn before(nth: u8, name: &str) -> Days {
        Days::BeforeHoliday {
            nths: vec![nth],
            holiday: (!name.is_empty()).then(|| name.to_owned()),
        }
    }

    pub(super) fn after(nth: u8, name: &str) -> Days {
        Days::AfterHoliday { nths: vec![nth], holiday: (!name.is_empty()).then(|| name.to_owned()) }
    }

    pub(super) fn yearly(month: i8, day: i8) -> Days {
        Days::Yearly(vec![YearDay { month, day }])
    }

    pub(super) fn years(dates: &[(i8, i8)]) -> Days {
        Days::Yearly(
            dates.iter().map(|(month, day)| YearDay { month: *month, day: *day }).collect(),
        )
    }

    pub(super) fn dates(dates: &[(i16, i8, i8)]) -> Days {
        let date = |(year, month, day): &(i16, i8, i8)| Date::constant(*year, *month, *day);
        Days::Dates(dates.iter().map(date).collect())
    }

    pub(super) fn once(year: i16, month: i8, day: i8) -> Days {
        Days::Dates(vec![Date::constant(year, month, day)])
    }
}

fn parsed(text: &str) -> Result<Parsed, PhraseError> {
    parse(text, &Context::default())
}

/// Each phrase means its recurrence, and is in the language.
#[track_caller]
fn all_mean(language: Language, table: &[(&str, Recurrence)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, meant)| match parsed(text) {
            Ok(found) if found.phrase != Phrase::Timed(meant.clone()) => {
                Some(format!("{text}\n  means {}", found.phrase.words(Language::English)))
            }
            Ok(found) if found.language != language => {
                Some(format!("{text}\n  is {:?}", found.language))
            }
            Ok(_) => None,
            Err(error) => Some(format!("{text}\n  {} ({:?})", error.message, error.help)),
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_folder_is_waited_for_in_every_language() {
    let folder = |name: &str| Phrase::OnChange { folder: name.to_owned() };
    for (text, language, name) in [
        ("on change of policies/", Language::English, "policies/"),
        ("policies/ 更新时", Language::Chinese, "policies/"),
        ("当“规章 制度/”有更新时", Language::Chinese, "规章 制度/"),
        ("saat policies/ berubah", Language::Indonesian, "policies/"),
        ("quando Políticas/ mudar", Language::Portuguese, "Políticas/"),
    ] {
        assert_eq!(parsed(text), Ok(Parsed { phrase: folder(name), language }), "{text}");
    }
    for language in Language::ALL {
        for name in ["policies/", "a b/"] {
            let said = folder(name).words(language);
            assert_eq!(parsed(&said), Ok(Parsed { phrase: folder(name), language }), "{said}");
        }
    }
    assert!(parsed("on change of policies/ at 9:00").is_err());
    assert!(parsed("更新时").is_err());
}
