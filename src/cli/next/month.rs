//! `next --calendar`: a month on one screen: on which days something fires, which days are off and
//! which are made up for. Every mark is a character, so that nothing is lost without colours.

use std::collections::BTreeSet;

use jiff::{
    ToSpan as _,
    civil::{Date, Time, Weekday},
};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::{Asked, Question, output, view};
use crate::{
    cli::{
        Exit,
        calendar::{show, words},
    },
    model::{
        calendar::{Calendar, DayFact},
        language::Language,
        text::text,
    },
    plan::{self, Planned},
};

/// Columns of a day: brackets, two digits and a mark, and the gap to the next.
const CELL: usize = 6;
/// Columns of a week.
const WEEK: usize = 7 * CELL - 1;
/// No more months are shown at once: ten years.
const MOST_MONTHS: usize = 120;
/// So many times of the day are named one by one.
const FEW_TIMES: usize = 4;

/// The first day of a month written `2026-10`.
pub(super) fn parse(text: &str) -> Option<Date> {
    let (year, month) = text.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (year.len() == 4 && month.len() <= 2 && digits(year) && digits(month)).then_some(())?;
    Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()
}

/// Which months are shown.
pub(super) struct Months {
    /// The first day of the first.
    first: Date,
    count: usize,
}

impl Months {
    /// The month that is named; else that of `--from`; else that in which something fires next.
    pub(super) fn asked(question: &Question<'_>, named: Option<Date>) -> Result<Self, Exit> {
        let Some(asked) = question.asked.first() else {
            let today = question.now.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
            return Ok(Self { first: named.unwrap_or(today).first_of_month(), count: 1 });
        };
        let date = |at: jiff::Timestamp| at.to_zoned_datetime(asked.tz().clone()).date();
        let after = question.after(asked)?;
        let first = match (named, &question.options.from) {
            (Some(month), _) => month,
            (None, Some(_)) => date(after),
            (None, None) => {
                let next = question.coming(1)?.first().map(|(_, next)| next.due_at);
                date(next.unwrap_or(after))
            }
        };
        let first = first.first_of_month();
        let through = question.until(asked)?.map(date).filter(|last| *last >= first).map(|last| {
            let months = i32::from(last.year() - first.year()) * 12;
            let months = months + i32::from(last.month() - first.month()) + 1;
            usize::try_from(months).unwrap_or(1)
        });
        let count = question.options.count.or(through).unwrap_or(1).min(MOST_MONTHS);
        Ok(Self { first, count })
    }

    pub(super) fn print(&self, question: &Question<'_>, as_json: bool) -> Result<(), Exit> {
        let months =
            std::iter::successors(Some(self.first), |first| first.checked_add(1.month()).ok());
        let mut grids = Vec::new();
        for first in months.take(self.count) {
            let groups = by_calendar(&question.asked).into_iter();
            grids.extend(groups.map(|(calendar, asked)| Grid::of(first, calendar, asked)));
        }
        if as_json {
            output::json(&grids.iter().map(Grid::document).collect::<Vec<_>>());
            return Ok(());
        }
        for (index, grid) in grids.iter().enumerate() {
            if index > 0 {
                output::line("");
            }
            grid.screen(question.language);
        }
        Ok(())
    }
}

/// Those that ask the same calendar together: the same days are off for them.
fn by_calendar<'a>(all: &'a [Asked<'a>]) -> Vec<(&'a Calendar, Vec<&'a Asked<'a>>)> {
    let mut groups: Vec<(&Calendar, Vec<&Asked<'_>>)> = Vec::new();
    for asked in all {
        let calendar = &*asked.schedule.calendar;
        match groups.iter_mut().find(|(known, _)| *known == calendar) {
            Some((_, group)) => group.push(asked),
            None => groups.push((calendar, vec![asked])),
        }
    }
    groups
}

/// An occurrence on the civil day of its own zone.
struct Fire<'a> {
    asked: &'a Asked<'a>,
    date: Date,
    time: Time,
    planned: Planned,
}

/// A month of one calendar.
struct Grid<'a> {
    calendar: &'a Calendar,
    asked: Vec<&'a Asked<'a>>,
    facts: Vec<DayFact>,
    fires: Vec<Fire<'a>>,
}

impl<'a> Grid<'a> {
    /// All that `asked`, who ask this calendar, fire in the month that begins on `first`.
    fn of(first: Date, calendar: &'a Calendar, asked: Vec<&'a Asked<'a>>) -> Self {
        let last = first.last_of_month();
        let mut fires: Vec<Fire<'a>> =
            asked.iter().flat_map(|one| fires(one, first, last)).collect();
        fires.sort_by_key(|fire| (fire.date, fire.planned.due_at));
        Self { calendar, asked, facts: show::facts(calendar, first, last), fires }
    }

    fn document(&self) -> Value {
        let days: Vec<Value> = self
            .facts
            .iter()
            .map(|fact| {
                let mut day = show::day(fact);
                day["fires"] = self.on(fact.date).map(Fire::document).collect();
                day
            })
            .collect();
        let month = self.facts.first().map(|fact| fact.date.strftime("%Y-%m").to_string());
        json!({ "month": month, "calendar": self.calendar.id(), "days": days })
    }

    fn on(&self, date: Date) -> impl Iterator<Item = &Fire<'a>> {
        self.fires.iter().filter(move |fire| fire.date == date)
    }

    fn screen(&self, language: Language) {
        let Some(first) = self.facts.first().map(|fact| fact.date) else { return };
        let bold = anstyle::Style::new().bold();
        let dim = anstyle::Style::new().dimmed();
        let month = words::month(Some(first.year()), first.month(), language);
        let title = words::centre(&format!("{month} · {}", self.calendar.id()), WEEK);
        output::line(format_args!("{bold}{}{bold:#}", title.trim_end()));
        let weekdays = Weekday::Monday.cycle_forward().take(7);
        let weekdays: Vec<String> = weekdays
            .map(|day| words::pad(&format!(" {}", words::weekday(day, language)), CELL))
            .collect();
        output::line(format_args!("{dim}{}{dim:#}", weekdays.concat().trim_end()));
        let before = first.weekday().to_monday_zero_offset();
        let mut cells: Vec<String> = (0..before).map(|_| " ".repeat(CELL)).collect();
        cells.extend(self.facts.iter().map(|fact| self.cell(fact)));
        cells.chunks(7).for_each(|week| output::line(week.concat().trim_end()));
        self.legend(language);
    }

    /// `[10+]`: the 10th, a make-up workday, on which something fires.
    fn cell(&self, fact: &DayFact) -> String {
        let mark = match fact {
            fact if fact.is_holiday() => '*',
            fact if fact.is_make_up_workday() => '+',
            fact if fact.off => '.',
            _ => ' ',
        };
        let (open, close) =
            if self.on(fact.date).next().is_some() { ('[', ']') } else { (' ', ' ') };
        let style = show::style(fact);
        format!("{open}{style}{:>2}{mark}{style:#}{close} ", fact.date.day())
    }

    fn legend(&self, language: Language) {
        let marks = text!("[ ] fires   * day off   . weekend   + make-up workday");
        output::line("");
        output::line(marks.told(language));
        for line in show::breaks(&self.facts, language) {
            output::line(line);
        }
        if self.facts.iter().any(|fact| !fact.covered) {
            let told = text!(
                "the calendar {calendar} does not know all of these days: weekends and the holidays fixed by law decide",
                calendar = self.calendar.id()
            );
            output::line(told.told(language));
        }
        let names: Vec<String> = self.asked.iter().map(|asked| asked.called(language)).collect();
        let columns = names.iter().map(|name| name.width()).max().unwrap_or(0).min(60);
        for (asked, name) in self.asked.iter().zip(&names) {
            let what = self.times(asked, language);
            output::line(format_args!("  {}  {what}", words::pad(name, columns)));
            self.notes(asked, language);
        }
    }

    /// On how many days it fires, and when on them.
    fn times(&self, asked: &Asked<'_>, language: Language) -> String {
        let own = || self.fires.iter().filter(|fire| std::ptr::eq(fire.asked, asked));
        let days = own().map(|fire| fire.date).collect::<BTreeSet<_>>().len();
        let times: BTreeSet<Time> = own().map(|fire| fire.time).collect();
        let show = |time: &Time| match time.second() {
            0 => time.strftime("%H:%M").to_string(),
            _ => time.strftime("%H:%M:%S").to_string(),
        };
        let times = match (times.first(), times.last()) {
            (Some(first), Some(last)) if times.len() > FEW_TIMES => {
                format!("{} … {}", show(first), show(last))
            }
            _ => times.iter().map(show).collect::<Vec<_>>().join(" "),
        };
        match days {
            0 => text!("does not fire in this month").told(language),
            1 => text!("1 day, {times}", times = times).told(language),
            days => text!("{days} days, {times}", days = days, times = times).told(language),
        }
    }

    /// What is special about the days on which it fires, each day once.
    fn notes(&self, asked: &Asked<'_>, language: Language) {
        let own = self.fires.iter().filter(|fire| std::ptr::eq(fire.asked, asked));
        let mut said = BTreeSet::new();
        for (fire, note) in own.filter_map(|fire| Some((fire, fire.planned.note()?))) {
            if said.insert(fire.date) {
                output::line(format_args!("    {}  {note}", words::day(fire.date, language)));
            }
        }
    }
}

impl Fire<'_> {
    fn document(&self) -> Value {
        let due_at = view::instant(self.planned.due_at, self.asked.tz());
        let mut row = json!({ "due_at": due_at, "note": self.planned.note() });
        if let (Some(reminder), Some(object)) = (self.asked.reminder, row.as_object_mut()) {
            object.insert("reminder".to_owned(), reminder.id.as_str().into());
        }
        row
    }
}

/// What fires from one day to another.
fn fires<'a>(asked: &'a Asked<'a>, first: Date, last: Date) -> impl Iterator<Item = Fire<'a>> {
    let midnight = asked.tz().to_ambiguous_timestamp(first.at(0, 0, 0, 0)).compatible();
    // Where clocks change at midnight, instants of the day before may follow it.
    let before = midnight.ok().and_then(|at| at.checked_sub(1.hours()).ok());
    plan::planned(asked.schedule, before.unwrap_or(jiff::Timestamp::MIN))
        .map(|planned| {
            let zoned = planned.due_at.to_zoned_datetime(asked.tz().clone());
            Fire { asked, date: zoned.date(), time: zoned.time(), planned }
        })
        .skip_while(move |fire| fire.date < first)
        .take_while(move |fire| fire.date <= last)
}
