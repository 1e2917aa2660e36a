//! `log`: what was planned, sent, skipped and missed, newest first.

use super::{Exit, Globals, next, output, prepare, view};
use crate::{
    app,
    model::{delivery::DeliveryState, reminder::ReminderId, target::TargetId},
    outbox::{Holdup, LogQuery, LogState, OccurrenceRecord},
};

/// Arguments of `log`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Of this reminder.
    reminder: Option<String>,
    /// To this target.
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// In this state: planned, composed, skipped, missed, failed, pending, sending, delivered,
    /// expired, cancelled, dead, held.
    #[arg(long, value_name = "STATE", conflicts_with = "waiting")]
    state: Option<String>,
    /// Due at or after this.
    #[arg(long, value_name = "T", conflicts_with = "waiting")]
    since: Option<String>,
    /// What still waits, why, and when it leaves.
    #[arg(long)]
    waiting: bool,
    /// How many occurrences; with --waiting, deliveries.
    #[arg(short = 'n', value_name = "N", default_value_t = 20)]
    count: u32,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    log(globals, options).err().unwrap_or(Exit::Done)
}

fn log(globals: &Globals, options: &Options) -> Result<(), Exit> {
    if options.waiting {
        return waiting(globals, options);
    }
    let prepared = prepare::settings(globals)?;
    let state = match &options.state {
        None => None,
        Some(word) => Some(LogState::from_name(word).ok_or_else(|| {
            output::say(format_args!("error: there is no state `{word}`; see --help"));
            Exit::Usage
        })?),
    };
    let since = options.since.as_deref();
    let query = LogQuery {
        reminder: options.reminder.as_deref().map(ReminderId::new),
        target: options.target.as_deref().map(TargetId::new),
        state,
        since: since.map(|text| next::instant(text, &prepared.settings.zone.tz)).transpose()?,
        limit: options.count,
    };
    let records = prepare::runtime()?.block_on(async {
        let Some(outbox) = prepared.store_if_any().await? else { return Ok(Vec::new()) };
        let records = outbox.log(&query).await.map_err(|error| {
            output::say(format_args!("error: {error}"));
            Exit::Store
        });
        outbox.close().await;
        records
    })?;
    let zones = &prepared.machine.zones;
    if globals.json {
        let rows: Vec<_> = records.iter().map(|record| view::log_row(record, zones)).collect();
        output::json(&rows);
        return Ok(());
    }
    if records.is_empty() {
        output::line("nothing is in the log yet");
    }
    for record in &records {
        print(record, &view::zone(record, zones));
    }
    Ok(())
}

fn print(record: &OccurrenceRecord, tz: &jiff::tz::TimeZone) {
    let due = view::readable(record.occurrence.due_at, tz);
    let reason = record.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let many = record.span.map(|span| format!(" ({} of them)", span.count)).unwrap_or_default();
    let (id, state) = (&record.occurrence.reminder, record.state.name());
    output::line(format_args!(
        "{due}  {id}  {state}{reason}{many}  [{}]",
        record.occurrence.origin
    ));
    if let Some(detail) = &record.detail {
        output::line(format_args!("    {detail}"));
    }
    for delivery in &record.deliveries {
        let why = delivery.reason.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
        // The id is for the verbs; nobody takes back what has arrived.
        let id = match delivery.state {
            DeliveryState::Delivered => String::new(),
            _ => format!("  {}", delivery.id),
        };
        let state = delivery.state.name();
        output::line(format_args!("    {} {state}{why}{id}", delivery.target));
        for attempt in &delivery.attempts {
            let at = jiff::Timestamp::from_millisecond(attempt.at_ms).unwrap_or_default();
            let code = attempt.code.as_deref().map(|code| format!(" {code}")).unwrap_or_default();
            let reason = attempt.reason.as_deref().unwrap_or_default();
            output::line(format_args!(
                "        {} {}{code} {reason} ({} ms)",
                view::readable(at, tz),
                attempt.verdict,
                attempt.ms
            ));
        }
    }
}

/// The queue: what leaves first stands first.
fn waiting(globals: &Globals, options: &Options) -> Result<(), Exit> {
    let prepared = prepare::settings(globals)?;
    let now = app::clock().now();
    let (world, mut queue) = prepare::runtime()?.block_on(async {
        let world = prepared.world().await;
        let Some(outbox) = prepared.store_if_any().await? else { return Ok((world, Vec::new())) };
        let queue = world.queue(&outbox, now).await.map_err(prepare::store_failed)?;
        outbox.close().await;
        Ok::<_, Exit>((world, queue))
    })?;
    queue.retain(|one| {
        let reminder = options.reminder.as_deref();
        let target = options.target.as_deref();
        reminder.is_none_or(|id| one.occurrence.reminder.as_str() == id)
            && target.is_none_or(|id| one.target.as_str() == id)
    });
    let (waiting, shown) = (queue.len(), usize::try_from(options.count).unwrap_or(usize::MAX));
    let last = queue.iter().filter_map(|one| one.leaves).max();
    queue.truncate(shown);
    let tz = &world.zone.tz;
    if globals.json {
        let rows: Vec<_> = queue.iter().map(|one| view::waiting(one, tz)).collect();
        output::json(&rows);
        return Ok(());
    }
    if waiting == 0 {
        output::line("nothing waits");
        return Ok(());
    }
    for one in &queue {
        let leaves = one.leaves.filter(|_| !one.expires_first());
        let leaves = leaves.map_or_else(
            || format!("expires {}", view::readable(one.keep_until, tz)),
            |at| view::readable(at, tz),
        );
        let part = if one.part > 1 { format!(" part {}", one.part) } else { String::new() };
        let why = one.holdup.map(holdup).unwrap_or("leaves now");
        let called = world.called(&one.target);
        output::line(format_args!(
            "{leaves}  {called}  {}{part}  ({why})",
            one.occurrence.reminder
        ));
        output::line(format_args!("    {}", one.id));
    }
    if waiting > queue.len() {
        output::line(format_args!("… and {} more", waiting - queue.len()));
    }
    if let Some(last) = last {
        output::line(format_args!("{waiting} wait; the last leaves {}", view::readable(last, tz)));
    }
    Ok(())
}

/// Why something waits, for people.
fn holdup(why: Holdup) -> &'static str {
    match why {
        Holdup::Suspended => "the robot is suspended",
        Holdup::Closed => "the target is disabled, or not in the settings",
        Holdup::Paused => "paused",
        Holdup::Rest => "the robot rests",
        Holdup::Quiet => "quiet hours",
        Holdup::Part => "after the part before it",
        Holdup::Retry => "tried again",
        Holdup::Turn => "waits for its turn",
    }
}
