//! A recurrence in the canonical words of a language.

use jiff::civil::{Date, Time, Weekday};

use crate::model::language::Language;
use crate::model::recurrence::{
    CronTimes, Days, MonthDay, MonthSet, Period, Recurrence, Times, WeekdaySet, YearDay,
};

use super::clock::END_OF_DAY;
use super::lexicon;
use super::speech::Speech;
use super::text::is_ideograph;

/// Longest list of times a cron expression is written out as.
const WRITTEN_OUT: usize = 6;

/// A recurrence in the canonical words of a language. `parse` reads them back to the same
/// recurrence, but for cron expressions, which are named as such.
#[must_use]
pub fn words(recurrence: &Recurrence, language: Language) -> String {
    let speech = &lexicon::of(language).tongue.speech;
    if let (Days::Cron(cron), Times::Cron(_)) = (&recurrence.days, &recurrence.times) {
        return format!("cron \"{}\"", cron.text);
    }
    let said = days(&recurrence.days, speech);
    match &recurrence.times {
        Times::At(times) => at_times(&said, times, speech),
        Times::Grid { step, from, to } => {
            let span = span(*from, *to, speech);
            let on = match recurrence.days {
                Days::Every => String::new(),
                Days::Workdays => speech.on_workdays.to_owned(),
                _ => fill(speech.on_days, &[("days", &said)]),
            };
            let step = self::step(*step, speech);
            fill(speech.grid, &[("step", &step), ("span", &span), ("days", &on)])
        }
        Times::Cron(fields) => format!("{said}{}", cron_times(fields, speech)),
    }
}

/// `on change of FOLDER` in a language.
#[must_use]
pub fn on_change(folder: &str, language: Language) -> String {
    let folder = if folder.contains(char::is_whitespace) {
        format!("\"{folder}\"")
    } else {
        folder.to_owned()
    };
    fill(lexicon::of(language).tongue.speech.on_change, &[("folder", &folder)])
}

fn days(days: &Days, speech: &Speech) -> String {
    let nth = |n: i16| (speech.nth)(n, true);
    match days {
        Days::Every => speech.every_day.to_owned(),
        Days::Workdays => speech.workdays.to_owned(),
        Days::DaysOff => speech.days_off.to_owned(),
        Days::MakeUpWorkdays => speech.make_up.to_owned(),
        Days::Weekdays(set) if *set == WeekdaySet::MONDAY_TO_FRIDAY => {
            speech.monday_to_friday.to_owned()
        }
        Days::Weekdays(set) => {
            fill(gendered(speech.weekdays, *set, speech), &[("weekdays", &weekdays(*set, speech))])
        }
        Days::EveryNWeeks { n, weekdays: set } => {
            let names = weekdays(*set, speech);
            let n = (speech.count)(*n);
            fill(gendered(speech.n_weeks, *set, speech), &[("n", &n), ("weekdays", &names)])
        }
        Days::MonthDays { days, months } => of_months(&month_days(days, speech), *months, speech),
        Days::NthWeekday { nths, weekdays, months } => {
            let counted: Vec<String> =
                weekdays.iter().map(|weekday| nth_weekday(nths, weekday, speech)).collect();
            of_months(&list(&counted, speech), *months, speech)
        }
        Days::NthWorkday { nths, period, months } => {
            let what = fill(speech.nth_workday, &[("nth", &list_of(nths, nth, speech))]);
            match period {
                Period::Month => of_months(&what, *months, speech),
                _ => of_period(&what, *period, speech),
            }
        }
        Days::BeforeHoliday { nths, holiday } => {
            let nths = list_of(nths, |n| nth(i16::from(n).saturating_neg()), speech);
            let holiday = break_name(holiday, speech);
            fill(speech.before_holiday, &[("nth", &nths), ("holiday", &holiday)])
        }
        Days::AfterHoliday { nths, holiday } => {
            let nths = list_of(nths, |n| nth(i16::from(n)), speech);
            let holiday = break_name(holiday, speech);
            fill(speech.after_holiday, &[("nth", &nths), ("holiday", &holiday)])
        }
        Days::EveryNWorkdays { n } => fill(speech.n_workdays, &[("n", &(speech.count)(*n))]),
        Days::Yearly(dates) => {
            let year_day = |date: YearDay| {
                let name = month_name(date.month, speech);
                fill(speech.year_day, &[("month", name), ("day", &date.day.to_string())])
            };
            fill(speech.yearly, &[("dates", &list_of(dates, year_day, speech))])
        }
        Days::Dates(dates) => {
            fill(speech.once, &[("dates", &list_of(dates, |day| date(day, speech), speech))])
        }
        Days::Cron(cron) => format!("cron \"{}\"", cron.text),
    }
}

fn date(date: Date, speech: &Speech) -> String {
    let (year, day) = (format!("{:04}", date.year()), date.day().to_string());
    let (month, iso) = (month_name(date.month(), speech), date.to_string());
    fill(speech.date, &[("iso", &iso), ("year", &year), ("month", month), ("day", &day)])
}

fn nth_weekday(nths: &[i8], weekday: Weekday, speech: &Speech) -> String {
    let masculine = (speech.is_masculine)(weekday);
    let nths = list_of(nths, |n| (speech.nth)(i16::from(n), masculine), speech);
    let name = name(speech.weekday_names, weekday);
    fill(speech.nth_weekday, &[("nth", &nths), ("weekday", name)])
}

fn of_months(what: &str, months: MonthSet, speech: &Speech) -> String {
    if months == MonthSet::ALL {
        return of_period(what, Period::Month, speech);
    }
    let names: Vec<String> =
        months.iter().map(|month| month_name(month, speech).to_owned()).collect();
    fill(speech.of_months, &[("what", what), ("months", &list(&names, speech))])
}

fn of_period(what: &str, period: Period, speech: &Speech) -> String {
    let [week, month, quarter, year] = speech.periods;
    let period = match period {
        Period::Week => week,
        Period::Month => month,
        Period::Quarter => quarter,
        Period::Year => year,
    };
    fill(speech.of_period, &[("what", what), ("period", period)])
}

/// Things said one after the other.
fn list_of<T: Copy>(things: &[T], say: impl Fn(T) -> String, speech: &Speech) -> String {
    list(&things.iter().map(|thing| say(*thing)).collect::<Vec<_>>(), speech)
}

/// A name that a phrase can hold as it is, or between quotes.
fn break_name(holiday: &Option<String>, speech: &Speech) -> String {
    let Some(name) = holiday else { return speech.holiday.to_owned() };
    let is_plain = |c: char| c.is_alphabetic() && !"前后".contains(c);
    let ideographs = name.chars().all(is_ideograph);
    let spelled = name.chars().next().is_some_and(char::is_uppercase);
    if (ideographs || spelled) && name.chars().all(is_plain) {
        name.clone()
    } else {
        format!("\"{name}\"")
    }
}

fn month_name(month: i8, speech: &Speech) -> &'static str {
    let index = usize::try_from(month).ok().and_then(|month| month.checked_sub(1));
    index.and_then(|index| speech.months.get(index)).copied().unwrap_or_default()
}

fn name(names: [&'static str; 7], weekday: Weekday) -> &'static str {
    let index = usize::from(weekday.to_monday_zero_offset().unsigned_abs());
    names.get(index).copied().unwrap_or_default()
}

/// The template that agrees with the first weekday of a set.
fn gendered(templates: [&'static str; 2], set: WeekdaySet, speech: &Speech) -> &'static str {
    let [feminine, masculine] = templates;
    if set.iter().next().is_some_and(speech.is_masculine) { masculine } else { feminine }
}

/// A list of weekdays, or a range when three or more are in a row.
fn weekdays(set: WeekdaySet, speech: &Speech) -> String {
    let days: Vec<Weekday> = set.iter().collect();
    let in_a_row =
        days.windows(2).all(|pair| pair.first().map(|day| day.next()) == pair.last().copied());
    match (speech.to, days.as_slice()) {
        (Some(to), [first, _, .., last]) if in_a_row && days.len() > 2 => {
            let names = speech.weekday_names;
            format!("{}{to}{}", name(names, *first), name(names, *last))
        }
        _ => {
            let names = days.iter().enumerate().map(|(i, day)| {
                let names = if i == 0 { speech.weekday_names } else { speech.further_weekdays };
                name(names, *day).to_owned()
            });
            list(&names.collect::<Vec<_>>(), speech)
        }
    }
}

fn month_days(days: &[MonthDay], speech: &Speech) -> String {
    let numbers = days.iter().filter(|day| matches!(day, MonthDay::Day(_))).count();
    let [one, several] = speech.month_day_prefix;
    let prefix = match numbers {
        0 => "",
        1 => one,
        _ => several,
    };
    let items: Vec<String> = days.iter().map(|day| (speech.month_day)(*day)).collect();
    format!("{prefix}{}", list(&items, speech))
}

fn at_times(days: &str, times: &[Time], speech: &Speech) -> String {
    let said: Vec<String> = times.iter().map(|time| (speech.time)(*time)).collect();
    let at = times.first().map_or("", |first| (speech.at)(*first));
    format!("{days}{at}{}", list(&said, speech))
}

fn list(items: &[String], speech: &Speech) -> String {
    match items {
        [before @ .., last] if !before.is_empty() => {
            format!("{}{}{last}", before.join(speech.comma), speech.and)
        }
        _ => items.concat(),
    }
}

/// The span of a grid; nothing when it is the whole day.
fn span(from: Time, to: Time, speech: &Speech) -> String {
    if (from, to) == (Time::midnight(), END_OF_DAY) {
        return String::new();
    }
    let is_night = to < from;
    let to = if to == END_OF_DAY { speech.end_of_day.to_owned() } else { (speech.time)(to) };
    let template = if is_night { speech.night } else { speech.span };
    fill(template, &[("from", &(speech.time)(from)), ("to", &to)])
}

fn step(step: u32, speech: &Speech) -> String {
    let [hours, minutes, seconds] = speech.steps;
    let ([one, many], count) = match step {
        _ if step.is_multiple_of(3600) => (hours, step / 3600),
        _ if step.is_multiple_of(60) => (minutes, step / 60),
        _ => (seconds, step),
    };
    fill(if count == 1 { one } else { many }, &[("n", &count.to_string())])
}

/// The time fields of a cron expression: a step, a short list of times, or the fields.
fn cron_times(fields: &CronTimes, speech: &Speech) -> String {
    let set =
        |bits: u64, size: u32| (0..size).filter(move |n| bits >> n & 1 == 1).collect::<Vec<_>>();
    let (seconds, minutes) = (set(fields.seconds, 60), set(fields.minutes, 60));
    let hours = set(fields.hours.into(), 24);
    if fields.wildcard && seconds == [0] && hours.len() == 24 {
        let stepped = |n: &u32| minutes.iter().copied().eq((0..60).step_by(*n as usize));
        if let Some(n) = (1..=30).filter(|n| 60 % n == 0).find(stepped) {
            return format!(" {}", step(n * 60, speech));
        }
    }
    if !fields.wildcard && seconds.len() * minutes.len() * hours.len() <= WRITTEN_OUT {
        let small = |n: u32| i8::try_from(n).unwrap_or(0);
        let times: Vec<Time> = hours
            .iter()
            .flat_map(|hour| minutes.iter().map(move |minute| (hour, minute)))
            .flat_map(|(hour, minute)| seconds.iter().map(move |second| (hour, minute, second)))
            .filter_map(|(hour, minute, second)| {
                Time::new(small(*hour), small(*minute), small(*second), 0).ok()
            })
            .collect();
        return at_times("", &times, speech);
    }
    let runs = |set: &[u32]| set.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    fill(speech.cron_times, &[("minutes", &runs(&minutes)), ("hours", &runs(&hours))])
}

/// A template with its names in braces replaced.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut said = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        said.push_str(before);
        let Some((key, after)) = after.split_once('}') else { break };
        said.push_str(values.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| value));
        rest = after;
    }
    said + rest
}
