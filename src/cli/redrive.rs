//! `redrive`, `cancel`, `resend`: the verbs on one delivery.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    Exit, Globals, output,
    prepare::{self, Prepared, store_failed},
    sending::Sending,
};
use crate::{
    app, compose,
    daemon::world::World,
    model::{delivery::DeliveryState, occurrence::Occurrence, text::text},
    outbox::{Changed, OccurrenceRecord, OpenMode, Outbox},
};

/// How long a delivery of a reminder that is in no file any more is kept.
const KEEP: Duration = Duration::from_secs(12 * 3600);

/// Arguments of `redrive` and `resend`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Which delivery, by the id that `log` shows.
    delivery: String,
    /// Wait so many seconds for the verdict.
    #[arg(long, value_name = "S", default_value_t = 60)]
    wait: u32,
}

/// Arguments of `cancel`.
#[derive(Debug, clap::Args)]
pub(super) struct Cancel {
    /// Which delivery, by the id that `log` shows.
    delivery: String,
}

/// Puts a delivery back, and waits for the verdict.
pub(super) fn redrive(globals: &Globals, options: &Options) -> Exit {
    again(globals, options, false).unwrap_or_else(|exit| exit)
}

/// Sends what a target got once more, as a delivery of its own.
pub(super) fn resend(globals: &Globals, options: &Options) -> Exit {
    again(globals, options, true).unwrap_or_else(|exit| exit)
}

fn again(globals: &Globals, options: &Options, anew: bool) -> Result<Exit, Exit> {
    let prepared = prepare::settings(globals)?;
    prepare::runtime()?.block_on(async {
        let world = prepared.world().await;
        let outbox = prepared.store(OpenMode::Write).await?;
        let id = &options.delivery;
        let record = known(&outbox, id).await?;
        let (occurrence, deliveries) = match anew {
            true => (put_anew(&outbox, &world, &record, id).await?, Vec::new()),
            false => {
                put_back(&outbox, &world, &record, id).await?;
                (record.occurrence, vec![id.clone()])
            }
        };
        // The settings may reach the target another way by now.
        outbox.rekey(&world.robot_keys()).await.map_err(store_failed)?;
        let sending = Sending::new(&prepared, globals.json, options.wait, deliveries);
        let sent = sending.finish(&outbox, world, &occurrence).await?;
        outbox.close().await;
        Ok(sending.answer(&sent))
    })
}

async fn put_back(
    outbox: &Outbox,
    world: &World,
    record: &OccurrenceRecord,
    id: &str,
) -> Result<(), Exit> {
    let now = app::clock().now();
    let until = keep_until(world, &record.occurrence, now);
    match outbox.redrive(id, until, now).await.map_err(store_failed)? {
        Changed::Done => Ok(()),
        Changed::NotFound => Err(unknown(id)),
        Changed::Refused(state) => {
            let why = match state {
                DeliveryState::Pending => text!("it is in the queue already"),
                DeliveryState::Sending => text!("it is being sent just now"),
                _ => text!("it has arrived; `dingdong resend` sends it once more"),
            };
            let state = state.name();
            output::error(text!("{id} is {state}: {why}", id = id, state = state, why = why));
            Err(Exit::Failed)
        }
    }
}

async fn put_anew(
    outbox: &Outbox,
    world: &World,
    record: &OccurrenceRecord,
    id: &str,
) -> Result<Occurrence, Exit> {
    let now = app::clock().now();
    let until = keep_until(world, &record.occurrence, now);
    let resent = outbox.resend(id, compose::key, until, now).await.map_err(store_failed)?;
    resent.ok_or_else(|| unknown(id))
}

fn keep_until(world: &World, occurrence: &Occurrence, now: Timestamp) -> Timestamp {
    let keep = world.reminders.get(&occurrence.reminder).map_or(KEEP, |reminder| reminder.keep);
    now.saturating_add(keep).unwrap_or(Timestamp::MAX)
}

pub(super) async fn known(outbox: &Outbox, id: &str) -> Result<OccurrenceRecord, Exit> {
    outbox.occurrence_of(id).await.map_err(store_failed)?.ok_or_else(|| unknown(id))
}

pub(super) fn unknown(id: &str) -> Exit {
    output::error(text!(
        "there is no delivery `{id}`; `dingdong log` shows the ids of those that did not arrive",
        id = id
    ));
    Exit::Failed
}

/// Takes a delivery back.
pub(super) fn cancel(globals: &Globals, options: &Cancel) -> Exit {
    take_back(globals, &options.delivery).unwrap_or_else(|exit| exit)
}

fn take_back(globals: &Globals, id: &str) -> Result<Exit, Exit> {
    let prepared: Prepared = prepare::settings(globals)?;
    prepare::runtime()?.block_on(async {
        let outbox = prepared.store(OpenMode::Write).await?;
        let mut record = known(&outbox, id).await?;
        let state = match outbox.cancel(id).await.map_err(store_failed)? {
            Changed::Done => DeliveryState::Cancelled,
            Changed::NotFound => return Err(unknown(id)),
            Changed::Refused(state) => {
                let why = match state {
                    DeliveryState::Sending => text!("it is being sent just now"),
                    DeliveryState::Delivered => text!("it has arrived"),
                    DeliveryState::Pending => {
                        text!(
                            "it goes out in one message with others; see `dingdong log --waiting`"
                        )
                    }
                    _ => text!("it is not in the queue any more"),
                };
                let state = state.name();
                output::error(text!("{id} is {state}: {why}", id = id, state = state, why = why));
                return Err(Exit::Failed);
            }
        };
        record.deliveries.retain(|delivery| delivery.id == id);
        for delivery in &mut record.deliveries {
            delivery.state = state;
        }
        drop(outbox.nudge());
        outbox.close().await;
        if globals.json {
            output::json(&super::view::log_row(&record, &prepared.machine.zones));
        } else {
            output::tell(text!("cancelled: {id}", id = id));
        }
        Ok(Exit::Done)
    })
}
