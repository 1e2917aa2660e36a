//! `log`: what was planned, sent, skipped and missed, newest first.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};

use super::{
    Exit, Globals, next, output,
    prepare::{self, Prepared},
    reads, view,
};
use crate::{
    app,
    daemon::{alerter::ALERTS, reasons},
    model::{delivery::DeliveryState, reminder::ReminderId, target::TargetId, text::text},
    outbox::{DeliveryRecord, LogQuery, LogState, OccurrenceRecord},
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
    /// Who has read what, where the robot says so.
    #[arg(long, conflicts_with = "waiting")]
    reads: bool,
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
    let query = query(options, &prepared.settings.zone.tz)?;
    let records = prepare::runtime()?.block_on(async {
        let Some(outbox) = prepared.store_if_any().await? else { return Ok(Vec::new()) };
        let records = outbox.log(&query).await.map_err(|error| {
            output::error(error.text());
            Exit::Store
        });
        outbox.close().await;
        records
    })?;
    if records.is_empty() {
        known(&prepared, options)?;
    }
    let told = match options.reads {
        true => {
            let gathering = reads::gather(&prepared, &records, globals.json);
            Some(prepare::runtime()?.block_on(gathering)?)
        }
        false => None,
    };
    let zones = &prepared.machine.zones;
    if globals.json {
        let rows = records.iter().map(|record| {
            let row = view::log_row(record, zones);
            match &told {
                Some(told) => reads::beside(row, told, &view::zone(record, zones)),
                None => row,
            }
        });
        output::json(&rows.collect::<Vec<_>>());
        return Ok(());
    }
    if records.is_empty() {
        let everything = LogQuery { limit: query.limit, ..LogQuery::default() };
        let nothing = match query == everything {
            true => text!("nothing is in the log yet"),
            false => text!("nothing in the log fits this"),
        };
        output::tell(nothing);
    }
    for record in &records {
        print(record, told.as_ref(), &prepared);
    }
    Ok(())
}

/// What is asked for.
fn query(options: &Options, tz: &TimeZone) -> Result<LogQuery, Exit> {
    let state = |word: &String| {
        LogState::from_name(word).ok_or_else(|| {
            output::error(text!("there is no state `{word}`; see --help", word = word));
            Exit::Usage
        })
    };
    Ok(LogQuery {
        reminder: options.reminder.as_deref().map(ReminderId::new),
        target: options.target.as_deref().map(TargetId::new),
        state: options.state.as_ref().map(state).transpose()?,
        since: options.since.as_deref().map(|text| next::instant(text, tz)).transpose()?,
        limit: options.count,
    })
}

/// A name that nobody knows is a slip of the pen, not an empty log.
fn known(prepared: &Prepared, options: &Options) -> Result<(), Exit> {
    if options.reminder.is_none() && options.target.is_none() {
        return Ok(());
    }
    let world = prepare::runtime()?.block_on(prepared.world());
    if let Some(id) = options.reminder.as_deref().filter(|id| *id != ALERTS) {
        prepare::reminder(&world, id)?;
    }
    if let Some(id) = &options.target {
        prepare::target(&world, id)?;
    }
    Ok(())
}

/// What `--reads` learned, by delivery.
type Told = BTreeMap<String, reads::Told>;

fn print(record: &OccurrenceRecord, told: Option<&Told>, prepared: &Prepared) {
    let settings = &prepared.settings;
    let (language, home) = (output::language(), &settings.zone.tz);
    let tz = view::zone(record, &prepared.machine.zones);
    let due = view::moment(record.occurrence.due_at, &tz, home, language);
    let many = record.span.map(|span| format!(" (×{})", span.count)).unwrap_or_default();
    let (id, state) = (&record.occurrence.reminder, view::standing(record).told(language));
    let origin = view::origin(record.occurrence.origin).told(language);
    output::line(format_args!("{due}  {id}  {state}{many}  [{origin}]"));
    if let Some(detail) = &record.detail {
        detail.told(language).lines().for_each(|line| output::line(format_args!("    {line}")));
    }
    for delivery in &record.deliveries {
        let parts = record.deliveries.iter().filter(|other| other.target == delivery.target);
        let part = if parts.count() > 1 { format!(" ({})", delivery.part) } else { String::new() };
        let read = told.and_then(|told| told.get(&delivery.id));
        print_delivery(delivery, &part, read, &tz, prepared);
    }
}

fn print_delivery(
    delivery: &DeliveryRecord,
    part: &str,
    read: Option<&reads::Told>,
    tz: &TimeZone,
    prepared: &Prepared,
) {
    let (settings, language) = (&prepared.settings, output::language());
    let moment = |millis| view::moment(instant(millis), tz, &settings.zone.tz, language);
    let called = settings.target(delivery.target.as_str()).map(|target| target.name.as_str());
    let called = called.unwrap_or(delivery.target.as_str());
    let state = view::state(delivery.state.name()).told(language);
    // What arrived at the first attempt needs no more than when.
    if let (DeliveryState::Delivered, [only], None) = (delivery.state, &*delivery.attempts, read) {
        let at = moment(only.at_ms);
        output::line(format_args!("    {called}{part}  {state} {at} ({} ms)", only.ms));
        return;
    }
    let why = delivery.reason.as_deref().map(|why| reasons::of_delivery(why).told(language));
    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
    // The id is for the verbs; only a robot that says who has read takes back what has arrived.
    let id = match delivery.state {
        DeliveryState::Delivered if read.is_none() => String::new(),
        _ => format!("  {}", delivery.id),
    };
    output::line(format_args!("    {called}{part}  {state}{why}{id}"));
    if let Some(read) = read {
        output::line(format_args!("        {}", output::told(reads::line(read, tz))));
    }
    for attempt in &delivery.attempts {
        let (at, what) = (moment(attempt.at_ms), view::attempt(attempt).told(language));
        output::line(format_args!("        {at}  {what}"));
    }
}

fn instant(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or_default()
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
    let (tz, language) = (&world.zone.tz, output::language());
    let moment = |at| view::moment(at, tz, tz, language);
    if globals.json {
        let rows: Vec<_> = queue.iter().map(|one| view::waiting(one, tz)).collect();
        output::json(&rows);
        return Ok(());
    }
    if waiting == 0 {
        output::line(text!("nothing waits").told(language));
        return Ok(());
    }
    for one in &queue {
        let leaves = one.leaves.filter(|_| !one.expires_first());
        let leaves = leaves.map_or_else(
            || text!("expires {at}", at = moment(one.keep_until)).told(language),
            moment,
        );
        let part = if one.part > 1 { format!(" ({})", one.part) } else { String::new() };
        let why = one.holdup.map_or_else(|| text!("leaves now"), view::holdup).told(language);
        let called = world.called(&one.target);
        output::line(format_args!(
            "{leaves}  {called}  {}{part}  ({why})",
            one.occurrence.reminder
        ));
        output::line(format_args!("    {}", one.id));
    }
    if waiting > queue.len() {
        let more = waiting - queue.len();
        output::line(text!("… and {more} more", more = more).told(language));
    }
    if let Some(last) = last {
        let last = moment(last);
        let end = match waiting {
            1 => text!("1 waits; it leaves {last}", last = last),
            many => text!("{many} wait; the last one leaves {last}", many = many, last = last),
        };
        output::line(end.told(language));
    }
    Ok(())
}
