//! `calendar list`: each calendar, its layers, and when what it knows ends.

use jiff::civil::{Date, Weekday};
use serde_json::{Value, json};

use super::{Globals, output, shelf, words};
use crate::{
    app,
    cli::Exit,
    model::{
        calendar::{Calendar, Layer, OnUncovered, Origin},
        language::Language,
        text::{Text, text},
    },
};

/// When less is left of a calendar, it is said in colour.
const SOON_DAYS: i64 = 60;

pub(super) fn run(globals: &Globals) -> Result<(), Exit> {
    let shelf = shelf(globals)?;
    let today = app::clock().now().to_zoned_datetime(shelf.settings.zone.tz.clone()).date();
    let usual = shelf.calendars.usual.id();
    if globals.json {
        let rows: Vec<Value> =
            shelf.calendars.iter().map(|(id, one)| row(one, id == usual, today)).collect();
        output::json(&rows);
        return Ok(());
    }
    let language = output::language();
    for (id, calendar) in shelf.calendars.iter() {
        block(calendar, id == usual, today, language);
    }
    output::line(text!("* the calendar of reminders that name none").told(language));
    Ok(())
}

fn left(calendar: &Calendar, today: Date) -> Option<i64> {
    let (_, last) = calendar.coverage()?;
    Some(last.duration_since(today).as_hours() / 24)
}

fn row(calendar: &Calendar, usual: bool, today: Date) -> Value {
    let span = |span: Option<(Date, Date)>| {
        span.map(|(first, last)| json!({ "from": first.to_string(), "to": last.to_string() }))
    };
    let layer = |layer: &Layer| {
        json!({
            "name": &*layer.name,
            "origin": origin(layer.origin),
            "days": layer.days.len(),
            "covered": span(layer.coverage),
        })
    };
    let weekend = Weekday::Monday.cycle_forward().take(7);
    let weekend = weekend.filter(|day| calendar.weekend().contains(*day));
    json!({
        "calendar": calendar.id(),
        "usual": usual,
        "weekend": weekend.map(|day| format!("{day:?}").to_lowercase()).collect::<Vec<_>>(),
        "layers": calendar.layers().map(layer).collect::<Vec<_>>(),
        "covered": span(calendar.coverage()),
        "days_left": left(calendar, today),
        "on_uncovered": match calendar.on_uncovered() {
            OnUncovered::Weekday => "weekday",
            OnUncovered::Hold => "hold",
            OnUncovered::Skip => "skip",
        },
    })
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Data => "data",
        Origin::Notice => "notice",
        Origin::Settings => "own",
    }
}

fn block(calendar: &Calendar, usual: bool, today: Date, language: Language) {
    const NAME: usize = 12;
    let bold = anstyle::Style::new().bold();
    let dim = anstyle::Style::new().dimmed();
    let name = words::pad(calendar.id(), NAME);
    let mark = if usual { "*" } else { " " };
    let (ends, style) = ends(calendar, today);
    output::line(format_args!(
        "{mark} {bold}{name}{bold:#} {style}{}{style:#}",
        ends.told(language)
    ));
    for layer in calendar.layers() {
        let origin = match layer.origin {
            Origin::Data => text!("public holidays"),
            Origin::Notice => text!("the year's notice"),
            Origin::Settings => text!("own dates"),
        };
        let days = layer.days.len();
        let what = match layer.coverage {
            Some((first, last)) => text!(
                "{origin}, {days} days, {first} … {last}",
                origin = origin,
                days = days,
                first = first,
                last = last
            ),
            None => text!("{origin}, {days} days", origin = origin, days = days),
        };
        output::line(format_args!("    {} {dim}({}){dim:#}", layer.name, what.told(language)));
    }
}

/// When what a calendar knows ends, and how loudly that is said.
fn ends(calendar: &Calendar, today: Date) -> (Text, anstyle::Style) {
    let plain = anstyle::Style::new();
    let (Some((first, last)), Some(left)) = (calendar.coverage(), left(calendar, today)) else {
        return (text!("weekends only, no end"), plain);
    };
    if left < 0 {
        let red = plain.fg_color(Some(anstyle::AnsiColor::Red.into())).bold();
        return (text!("known {first} … {last}: ended", first = first, last = last), red);
    }
    let said =
        text!("known {first} … {last}: {left} more days", first = first, last = last, left = left);
    let yellow = plain.fg_color(Some(anstyle::AnsiColor::Yellow.into()));
    (said, if left < SOON_DAYS { yellow } else { plain })
}
