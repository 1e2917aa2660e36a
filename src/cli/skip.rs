//! `skip`: takes one date out of a reminder's schedule.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

use super::{
    Exit, Globals, output, pause,
    prepare::{self, store_failed},
    view,
};
use crate::{
    model::{delivery::DeliveryState, occurrence::Origin, reminder::Reminder, text::text},
    outbox::{LogQuery, OpenMode, Outbox},
    plan,
};

/// Arguments of `skip`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Which reminder.
    reminder: String,
    /// Which date, by the reminder's own time zone.
    date: Date,
    /// Put the date back into the schedule.
    #[arg(long)]
    undo: bool,
}

/// A date on a reminder's calendar.
struct Day {
    date: Date,
    from: Timestamp,
    to: Timestamp,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    skip(globals, options).unwrap_or_else(|exit| exit)
}

fn skip(globals: &Globals, options: &Options) -> Result<Exit, Exit> {
    let prepared = prepare::settings(globals)?;
    let runtime = prepare::runtime()?;
    let world = runtime.block_on(prepared.world());
    let reminder = prepare::reminder(&world, &options.reminder)?;
    let tz = &reminder.schedule.zone.tz;
    let tomorrow = options.date.tomorrow().map_err(|_| Exit::Usage)?;
    let day = Day {
        date: options.date,
        from: pause::start(options.date, tz)?,
        to: pause::start(tomorrow, tz)?,
    };
    let done = runtime.block_on(async {
        let outbox = prepared.store(OpenMode::Write).await?;
        let done = match options.undo {
            true => undo(globals, &outbox, reminder, &day).await,
            false => take_out(globals, &outbox, reminder, &day, tz).await,
        };
        drop(outbox.nudge());
        outbox.close().await;
        done
    })?;
    Ok(if done { Exit::Done } else { Exit::Failed })
}

async fn undo(
    globals: &Globals,
    outbox: &Outbox,
    reminder: &Reminder,
    day: &Day,
) -> Result<bool, Exit> {
    let put_back = outbox.unskip(&reminder.id, day.date).await.map_err(store_failed)?;
    let (id, date) = (&reminder.id, day.date);
    if globals.json {
        output::json(
            &json!({ "reminder": id.as_str(), "date": date.to_string(), "undone": put_back }),
        );
    } else if put_back {
        output::tell(text!("{id} fires on {date} again", id = id.as_str(), date = date));
    } else {
        output::tell(text!("{id} was not skipped on {date}", id = id.as_str(), date = date));
    }
    Ok(put_back)
}

async fn take_out(
    globals: &Globals,
    outbox: &Outbox,
    reminder: &Reminder,
    day: &Day,
    tz: &TimeZone,
) -> Result<bool, Exit> {
    let before = day.from.checked_sub(std::time::Duration::from_nanos(1)).unwrap_or(day.from);
    let due: Vec<Timestamp> =
        plan::instants(&reminder.schedule, before).take_while(|at| *at < day.to).collect();
    let (id, date) = (&reminder.id, day.date);
    if due.is_empty() && reminder.on_change.is_empty() {
        output::error(text!(
            "{id} does not fire on {date}; `dingdong explain {id} {date}` says why",
            id = id.as_str(),
            date = date
        ));
        return Ok(false);
    }
    let skipped = outbox.skip(id, date, (day.from, day.to)).await.map_err(store_failed)?;
    let sent = already_sent(outbox, reminder, day).await?;
    if globals.json {
        let due: Vec<_> = due.iter().map(|at| view::instant(*at, tz)).collect();
        output::json(&json!({
            "reminder": id.as_str(),
            "date": date.to_string(),
            "due_at": due,
            "taken_back": skipped.occurrences + skipped.deliveries,
            "already_sent": sent,
        }));
        return Ok(true);
    }
    let times: Vec<_> = due
        .iter()
        .map(|at| at.to_zoned_datetime(tz.clone()).strftime("%H:%M").to_string())
        .collect();
    let times = times.join(", ");
    output::tell(text!(
        "skipped: {id} on {date} ({times})",
        id = id.as_str(),
        date = date,
        times = times
    ));
    if skipped.deliveries > 0 {
        output::tell(text!("taken back from the queue: {count}", count = skipped.deliveries));
    }
    if sent > 0 {
        output::tell(text!("already sent: {count}", count = sent));
    }
    Ok(true)
}

/// How many messages of that day are with their groups already, or on their way.
async fn already_sent(outbox: &Outbox, reminder: &Reminder, day: &Day) -> Result<usize, Exit> {
    let query = LogQuery {
        reminder: Some(reminder.id.clone()),
        since: Some(day.from),
        limit: 1_000,
        ..LogQuery::default()
    };
    let records = outbox.log(&query).await.map_err(store_failed)?;
    let of_the_day = records.iter().filter(|record| {
        record.occurrence.due_at < day.to && record.occurrence.origin == Origin::Schedule
    });
    let gone = of_the_day.flat_map(|record| &record.deliveries).filter(|delivery| {
        matches!(delivery.state, DeliveryState::Delivered | DeliveryState::Sending)
    });
    Ok(gone.count())
}
