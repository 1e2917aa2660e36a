//! The filters templates may use: a choice of the engine's own, and ours.

use std::sync::Arc;

use jiff::{civil, civil::Date};
use minijinja::{Environment, Error, Value, value::Rest};

use super::{dates, guard, inline, numbers, refused::invalid, scope::Due, table};
use crate::{
    compose::Workdays,
    model::{language::Language, text::text},
};

/// Every filter there is, in the order help lists them.
pub(super) const FILTERS: [&str; 54] = [
    // ours
    "date",
    "days_until",
    "workdays_until",
    "number",
    "percent",
    "table",
    "truncate",
    "mention",
    // the engine's
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "chain",
    "count",
    "d",
    "default",
    "dictsort",
    "first",
    "float",
    "format",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "select",
    "selectattr",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "trim",
    "unique",
    "upper",
    "zip",
    // aliases people know
    "e",
    "escape",
    "safe",
];

/// Every test there is.
pub(super) const TESTS: [&str; 39] = [
    "defined",
    "undefined",
    "none",
    "true",
    "false",
    "boolean",
    "number",
    "integer",
    "int",
    "float",
    "string",
    "sequence",
    "iterable",
    "mapping",
    "odd",
    "even",
    "divisibleby",
    "in",
    "eq",
    "equalto",
    "ne",
    "lt",
    "lessthan",
    "le",
    "gt",
    "greaterthan",
    "ge",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "startingwith",
    "endingwith",
    "lower",
    "upper",
    "sameas",
    "filter",
];

/// Every function there is.
pub(super) const FUNCTIONS: [&str; 3] = ["rota", "range", "dict"];

/// Numbers `range` may make.
const LONGEST_RANGE: i128 = 10_000;

/// Days `workdays_until` looks ahead or back: ten years.
const FARTHEST: i64 = 3_660;

/// Puts our filters into an environment and takes out what is of no use here.
pub(super) fn install(
    environment: &mut Environment<'static>,
    language: Language,
    today: Date,
    workdays: Workdays,
    weight: usize,
) {
    environment.remove_filter("pprint");
    for test in ["safe", "escaped", "test"] {
        environment.remove_test(test);
    }
    environment.remove_global("debug");
    // A namespace can hold itself, and such a ring is never freed.
    environment.remove_global("namespace");
    environment.add_function("range", range);
    // Nothing is escaped for HTML: these leave a text as it is.
    for name in ["e", "escape", "safe"] {
        environment.add_filter(name, |value: Value| value);
    }
    environment.add_filter("date", move |value: &Value, pattern: Option<&str>| {
        dates::format(language, moment(value)?, pattern).map_err(invalid)
    });
    environment.add_filter("days_until", move |value: &Value| {
        moment(value).map(|moment| days(today, moment.date))
    });
    environment.add_filter("workdays_until", move |value: &Value| {
        count_workdays(today, moment(value)?.date, &workdays)
    });
    environment.add_filter("number", move |value: &Value, decimals: Option<usize>| {
        numbers::number(language, value, decimals).map_err(invalid)
    });
    environment.add_filter("percent", move |value: &Value, decimals: Option<usize>| {
        numbers::percent(language, value, decimals).map_err(invalid)
    });
    environment.add_filter("table", move |rows: &Value, columns: Rest<Value>| {
        table::table(language, rows, &table::columns(&columns))
    });
    environment.add_filter("truncate", truncate);
    environment.add_filter("mention", inline::mention);
    environment.add_filter(guard::BOUNDED, move |state: &minijinja::State, value: Value| {
        guard::bounded(state, value, weight)
    });
}

/// A date, with a time where the value has one.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) date: Date,
    pub(super) time: Option<civil::Time>,
}

/// Reads `due`, a date `2026-12-31` or a date and time `2026-12-31 09:00`.
fn moment(value: &Value) -> Result<Moment, Error> {
    if let Some(due) = value.downcast_object_ref::<Due>() {
        let at = due.datetime();
        return Ok(Moment { date: at.date(), time: Some(at.time()) });
    }
    let text = value.as_str().map(str::trim).unwrap_or_default();
    if let Some(date) = (text.len() == "2026-12-31".len()).then(|| text.parse().ok()).flatten() {
        return Ok(Moment { date, time: None });
    }
    text.parse::<civil::DateTime>()
        .map(|at| Moment { date: at.date(), time: Some(at.time()) })
        .map_err(|_| {
            let shown: String = value.to_string().chars().take(40).collect();
            invalid(text!("`{text}` is not a date; write it as \"2026-12-31\"", text = shown,))
        })
}

/// Days from one date to another, negative when that is past.
fn days(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// Workdays after `from` up to and with `to`; negative when `to` is past.
fn count_workdays(from: Date, to: Date, workdays: &Workdays) -> Result<i64, Error> {
    if days(from, to).abs() > FARTHEST {
        return Err(invalid(text!(
            "`workdays_until` counts at most ten years; {date} is farther",
            date = to,
        )));
    }
    let (mut day, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
    let mut count = 0;
    while day < last {
        day = day.tomorrow().map_err(|error| invalid(error.to_string()))?;
        count += i64::from(workdays(day));
    }
    Ok(sign * count)
}

/// Cuts a text to `length` characters, the mark at its end included.
fn truncate(text: &str, length: Option<usize>, end: Option<&str>) -> String {
    let length = length.unwrap_or(100);
    let end = end.unwrap_or("…");
    if text.chars().count() <= length {
        return text.to_owned();
    }
    let kept = length.saturating_sub(end.chars().count());
    let cut: String = text.chars().take(kept).collect();
    cut.trim_end().to_owned() + end
}

/// `range(stop)`, `range(start, stop)`, `range(start, stop, step)`; the engine's own overflows at
/// the ends of the number line.
fn range(a: i64, b: Option<i64>, step: Option<i64>) -> Result<Value, Error> {
    let (start, stop) = b.map_or((0, a), |b| (a, b));
    let step = i128::from(step.unwrap_or(1));
    if step == 0 {
        return Err(invalid(text!("the step of `range` cannot be 0")));
    }
    let span = i128::from(stop) - i128::from(start);
    let length =
        if (span > 0) == (step > 0) { (span.abs() + step.abs() - 1) / step.abs() } else { 0 };
    if length > LONGEST_RANGE {
        let most = LONGEST_RANGE.to_string();
        return Err(invalid(text!("`range` makes at most {most} numbers", most = most)));
    }
    let start = i128::from(start);
    let numbers: Arc<[i128]> = (0..length).map(|n| start + n * step).collect();
    Ok(numbers.iter().map(|n| Value::from(*n)).collect())
}
