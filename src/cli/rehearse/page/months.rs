//! The months at the top of the page: how many messages come on each day, and which days are off.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};

use crate::{
    cli::calendar::words,
    model::{
        calendar::{Calendar, Day},
        language::Language,
    },
    send::html::escaped,
};

/// More months are not drawn.
const MOST: usize = 24;

/// Messages by day.
#[derive(Debug, Default)]
pub(super) struct Months(BTreeMap<Date, usize>);

impl Months {
    pub(super) fn count(&mut self, date: Date, messages: usize) {
        *self.0.entry(date).or_default() += messages;
    }

    /// The months of a span as grids, Monday first. Days with messages lead to their place below.
    pub(super) fn drawn(
        &self,
        first: Date,
        last: Date,
        calendar: Option<&Calendar>,
        language: Language,
    ) -> String {
        let busiest = self.0.values().copied().max().unwrap_or(1).max(1);
        let mut month = first.first_of_month();
        let mut drawn = String::new();
        for _ in 0..MOST {
            if month > last {
                break;
            }
            let days = month.series(1.day()).take_while(|day| day.month() == month.month());
            let blank = "<i></i>"
                .repeat(usize::from(month.weekday().to_monday_zero_offset().unsigned_abs()));
            let days = days.map(|day| {
                let inside = first <= day && day <= last;
                self.day(day, inside, busiest, calendar)
            });
            let title = escaped(&words::month(Some(month.year()), month.month(), language));
            drawn.push_str(&format!(
                "<div class=\"month\"><h4>{title}</h4><div class=\"grid\">{blank}{}</div></div>\n",
                days.collect::<String>()
            ));
            let Ok(next) = month.checked_add(1.month()) else { break };
            month = next;
        }
        format!("<div class=\"months\">\n{drawn}</div>\n")
    }

    fn day(&self, date: Date, inside: bool, busiest: usize, calendar: Option<&Calendar>) -> String {
        let count = self.0.get(&date).copied().unwrap_or_default();
        let day = Day::new(date);
        let kind = match calendar {
            _ if !inside => "out",
            Some(calendar) if calendar.is_make_up_workday(day) => "made-up",
            Some(calendar) if !calendar.is_workday(date) => "off",
            _ => "on",
        };
        let number = date.day();
        if count == 0 {
            return format!("<i class=\"{kind}\">{number}</i>");
        }
        // Four strengths.
        let strength = (count * 4).div_ceil(busiest);
        format!("<a class=\"{kind} n{strength}\" href=\"#d{date}\" title=\"{count}\">{number}</a>")
    }
}
