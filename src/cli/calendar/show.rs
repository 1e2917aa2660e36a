//! `calendar show`: a year on one screen. Every mark is a character, so that nothing is lost without
//! colours.

use jiff::civil::{Date, Weekday};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::{Globals, find, output, shelf, words};
use crate::{
    app,
    cli::Exit,
    model::{
        calendar::{Calendar, Day, DayFact},
        language::Language,
        text::text,
    },
};

/// Columns of a day: two digits and a mark.
const CELL: usize = 3;
/// Columns of a month.
const MONTH: usize = 7 * CELL - 1;
/// Columns between months.
const GAP: usize = 3;

/// Arguments of `calendar show`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Options {
    /// Which calendar; the usual one where none is named.
    calendar: Option<String>,
    /// Which year; the current one where none is named.
    #[arg(value_parser = clap::value_parser!(i16).range(1900..=2200))]
    year: Option<i16>,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Result<(), Exit> {
    let shelf = shelf(globals)?;
    let today = app::clock().now().to_zoned_datetime(shelf.settings.zone.tz.clone()).date();
    // `show 2027` means the year.
    let named = options.calendar.as_deref();
    let bare = named.and_then(|name| name.parse::<i16>().ok()).filter(|_| options.year.is_none());
    let year = options.year.or(bare.filter(|year| (1900..=2200).contains(year)));
    let year = year.unwrap_or_else(|| today.year());
    let calendar = match named.filter(|_| bare.is_none()) {
        Some(name) => find(&shelf.calendars, name)?,
        None => &shelf.calendars.usual,
    };
    let first = Date::new(year, 1, 1).unwrap_or(today).first_of_year();
    let facts = facts(calendar, first, first.last_of_year());
    if globals.json {
        output::json(&document(calendar, year, &facts));
    } else {
        screen(calendar, year, &facts, output::language());
    }
    Ok(())
}

/// Every day from one to another.
pub(in crate::cli) fn facts(calendar: &Calendar, first: Date, last: Date) -> Vec<DayFact> {
    let days = std::iter::successors(Some(Day::new(first)), |day| day.next());
    days.take_while(|day| day.date() <= last).map(|day| calendar.fact(day)).collect()
}

/// A day, for programs.
pub(in crate::cli) fn day(fact: &DayFact) -> Value {
    json!({
        "date": fact.date.to_string(),
        "off": fact.off,
        "make_up": fact.is_make_up_workday(),
        "name": fact.cause.name().map(AsRef::as_ref),
        "covered": fact.covered,
    })
}

fn document(calendar: &Calendar, year: i16, facts: &[DayFact]) -> Value {
    let special = facts.iter().filter(|fact| fact.is_holiday() || fact.is_make_up_workday());
    let days: Vec<Value> = special
        .map(|fact| {
            let mut day = day(fact);
            day["layer"] = json!(fact.cause.layer().map(AsRef::<str>::as_ref));
            day
        })
        .collect();
    let covered = calendar.coverage();
    let covered =
        covered.map(|(first, last)| json!({ "from": first.to_string(), "to": last.to_string() }));
    json!({
        "calendar": calendar.id(),
        "year": year,
        "covered": covered,
        "workdays": facts.iter().filter(|fact| !fact.off).count(),
        "uncovered": facts.iter().filter(|fact| !fact.covered).count(),
        "days": days,
    })
}

fn screen(calendar: &Calendar, year: i16, facts: &[DayFact], language: Language) {
    let bold = anstyle::Style::new().bold();
    let heading = match language {
        Language::Chinese => format!("{} {year} 年", calendar.id()),
        _ => format!("{} {year}", calendar.id()),
    };
    output::line(format_args!("{bold}{heading}{bold:#}"));
    for line in coverage(calendar, year, facts, language) {
        output::line(line);
    }
    output::line("");
    let across = if output::width() >= 4 * (MONTH + GAP) { 4 } else { 3 };
    let months: Vec<Vec<String>> =
        (1..=12).map(|month| month_block(facts, month, language)).collect();
    for row in months.chunks(across) {
        let lines = row.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..lines {
            let cells = row
                .iter()
                .map(|month| month.get(line).cloned().unwrap_or_else(|| " ".repeat(MONTH)));
            output::line(cells.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end());
        }
        output::line("");
    }
    legend(facts, language);
    for line in breaks(facts, language) {
        output::line(line);
    }
}

/// What is not known of the year, and which days are weekend where that is unusual.
fn coverage(calendar: &Calendar, year: i16, facts: &[DayFact], language: Language) -> Vec<String> {
    let yellow = anstyle::Style::new().fg_color(Some(anstyle::AnsiColor::Yellow.into()));
    let mut lines = Vec::new();
    let uncovered = facts.iter().filter(|fact| !fact.covered).count();
    if let Some((first, last)) = calendar.coverage() {
        let known = text!("known {first} … {last}", first = first, last = last);
        lines.push(known.told(language));
        if uncovered > 0 {
            let missing = text!(
                "{days} days of {year} are not known: weekends and the holidays fixed by law decide",
                days = uncovered,
                year = year
            );
            lines.push(format!("{yellow}{}{yellow:#}", missing.told(language)));
        }
    }
    let weekend: Vec<&str> = Weekday::Monday
        .cycle_forward()
        .take(7)
        .filter(|day| calendar.weekend().contains(*day))
        .map(|day| words::weekday(day, language))
        .collect();
    if weekend != [Weekday::Saturday, Weekday::Sunday].map(|day| words::weekday(day, language)) {
        let days = if weekend.is_empty() { "–".to_owned() } else { weekend.join(" ") };
        lines.push(text!("weekend: {days}", days = days).told(language));
    }
    lines
}

/// A month as lines, each as wide as the others.
fn month_block(facts: &[DayFact], month: i8, language: Language) -> Vec<String> {
    let days: Vec<&DayFact> = facts.iter().filter(|fact| fact.date.month() == month).collect();
    let bold = anstyle::Style::new().bold();
    let dim = anstyle::Style::new().dimmed();
    let title = words::centre(&words::month(None, month, language), MONTH);
    let weekdays = Weekday::Monday.cycle_forward().take(7).map(|day| words::weekday(day, language));
    let weekdays = weekdays.collect::<Vec<_>>().join(" ");
    let mut lines = vec![format!("{bold}{title}{bold:#}"), format!("{dim}{weekdays}{dim:#}")];
    let before = days.first().map_or(0, |fact| fact.date.weekday().to_monday_zero_offset());
    let mut cells: Vec<String> = (0..before).map(|_| " ".repeat(CELL)).collect();
    cells.extend(days.iter().map(|fact| cell(fact)));
    for week in cells.chunks(7) {
        let missing = CELL * (7 - week.len());
        let line = week.concat();
        // The last cell's mark stands in the gap between months.
        lines.push(format!("{line}{}", " ".repeat(missing)));
    }
    // Cells are a column wider than what stands above them.
    for line in lines.iter_mut().take(2) {
        line.push(' ');
    }
    lines
}

/// `*` on a day off that is more than a weekend, `+` on a make-up workday.
fn cell(fact: &DayFact) -> String {
    let style = style(fact);
    let mark = match fact {
        fact if fact.is_holiday() => "*",
        fact if fact.is_make_up_workday() => "+",
        _ => " ",
    };
    format!("{style}{:>2}{mark}{style:#}", fact.date.day())
}

/// Red when nobody works for a holiday, bold when a weekend day is worked, dim at weekends.
pub(in crate::cli) fn style(fact: &DayFact) -> anstyle::Style {
    let plain = anstyle::Style::new();
    match fact {
        fact if fact.is_holiday() => plain.fg_color(Some(anstyle::AnsiColor::Red.into())),
        fact if fact.is_make_up_workday() => {
            plain.fg_color(Some(anstyle::AnsiColor::Blue.into())).bold()
        }
        fact if fact.off => plain.dimmed(),
        _ => plain,
    }
}

fn legend(facts: &[DayFact], language: Language) {
    let count = |wanted: fn(&DayFact) -> bool| facts.iter().filter(|fact| wanted(fact)).count();
    let holidays = count(DayFact::is_holiday);
    let made_up = count(DayFact::is_make_up_workday);
    let workdays = count(|fact| !fact.off);
    let line = text!(
        "* day off ({holidays})   + make-up workday ({made_up})   {workdays} workdays in all",
        holidays = holidays,
        made_up = made_up,
        workdays = workdays
    );
    output::line(line.told(language));
}

/// Days in a row that belong to one holiday, and the days they are made up for.
struct Break<'a> {
    name: &'a str,
    first: Date,
    last: Date,
    days: usize,
    made_up: Vec<Date>,
}

/// The holiday; of a date of one's own the layer that lists it.
fn called(fact: &DayFact) -> &str {
    let name = fact.cause.name().or_else(|| fact.cause.layer());
    name.map_or("", AsRef::as_ref)
}

/// One line for each holiday.
pub(in crate::cli) fn breaks(facts: &[DayFact], language: Language) -> Vec<String> {
    let mut breaks: Vec<Break<'_>> = Vec::new();
    for fact in facts.iter().filter(|fact| fact.is_holiday()) {
        let name = called(fact);
        match breaks.last_mut() {
            Some(last)
                if last.name == name && last.last.tomorrow().is_ok_and(|day| day == fact.date) =>
            {
                (last.last, last.days) = (fact.date, last.days + 1);
            }
            _ => {
                let made_up = Vec::new();
                breaks.push(Break { name, first: fact.date, last: fact.date, days: 1, made_up });
            }
        }
    }
    let mut alone = Vec::new();
    for fact in facts.iter().filter(|fact| fact.is_make_up_workday()) {
        let name = called(fact);
        let distance = |one: &&mut Break<'_>| one.first.duration_since(fact.date).as_secs().abs();
        match breaks.iter_mut().filter(|one| one.name == name).min_by_key(distance) {
            Some(one) => one.made_up.push(fact.date),
            None => alone.push((name, fact.date)),
        }
    }
    lines(&breaks, &alone, language)
}

fn lines(breaks: &[Break<'_>], alone: &[(&str, Date)], language: Language) -> Vec<String> {
    let names = breaks.iter().map(|one| one.name).chain(alone.iter().map(|(name, _)| *name));
    let name_columns = names.map(|name| name.width()).max().unwrap_or(0).min(40);
    let spans: Vec<String> = breaks
        .iter()
        .map(|one| words::span(words::day(one.first, language), words::day(one.last, language)))
        .collect();
    let span_columns = spans.iter().map(|span| span.width()).max().unwrap_or(0);
    let made_up = |dates: &[Date]| {
        let days = dates.iter().map(|date| words::day(*date, language)).collect::<Vec<_>>();
        text!("+ {days}", days = days.join(language_comma(language))).told(language)
    };
    let mut lines = Vec::new();
    for (one, span) in breaks.iter().zip(&spans) {
        let name = words::pad(&words::cut(one.name, name_columns), name_columns);
        let days = match one.days {
            1 => text!("1 day").told(language),
            days => text!("{days} days", days = days).told(language),
        };
        let made_up = if one.made_up.is_empty() { String::new() } else { made_up(&one.made_up) };
        let line = format!(
            "  {name}  {}  {}  {made_up}",
            words::pad(span, span_columns),
            words::pad(&days, 7)
        );
        lines.push(line.trim_end().to_owned());
    }
    for (name, date) in alone {
        let name = words::pad(&words::cut(name, name_columns), name_columns);
        lines.push(format!("  {name}  {}", made_up(&[*date])));
    }
    lines
}

fn language_comma(language: Language) -> &'static str {
    if language == Language::Chinese { "、" } else { ", " }
}
