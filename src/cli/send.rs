//! `send`: the manual trigger. Beside a running service it only enqueues and wakes it; without one
//! it composes and sends by itself, through the same store at the same pace.

use std::{
    io::{BufRead as _, IsTerminal as _, Write as _},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use serde_json::json;

use super::{
    Exit, Globals, next, output,
    prepare::{self, Prepared},
    preview::{self, Values},
    view::{self, Sent},
};
use crate::{
    app,
    daemon::{
        composer::{Composer, Request},
        dispatcher::Dispatcher,
        rescuer::Rescuer,
        world::World,
    },
    model::{
        delivery::DeliveryState,
        occurrence::{Occurrence, OccurrenceState},
        people::Mention,
        reminder::Reminder,
    },
    outbox::{OccurrenceRecord, OpenMode, Outbox, StoreError, service_running},
};

/// How often the store is looked at while another process sends.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Arguments of `send`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Which reminder.
    reminder: String,
    /// To another target instead of the reminder's own, visibly a test.
    #[arg(long, value_name = "TARGET", conflicts_with = "only")]
    to: Option<String>,
    /// What `due` shows. It goes out now all the same. Default: now.
    #[arg(long, value_name = "T")]
    at: Option<String>,
    #[command(flatten)]
    values: Values,
    /// Move the cursors of data sources. (There are none in this version.)
    #[arg(long)]
    advance: bool,
    /// Read the cursors of data sources as of a date. (There are none in this version.)
    #[arg(long, value_name = "DATE")]
    since: Option<jiff::civil::Date>,
    /// Show what would be sent, and send nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask.
    #[arg(long, short = 'y')]
    yes: bool,
    /// Wait so many seconds for the verdict.
    #[arg(long, value_name = "S", default_value_t = 60)]
    wait: u32,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    send(globals, options).unwrap_or_else(|exit| exit)
}

fn send(globals: &Globals, options: &Options) -> Result<Exit, Exit> {
    let mut request = options.values.request()?;
    request.to.clone_from(&options.to);
    request.banner |= options.to.is_some();
    let prepared = prepare::settings(globals)?;
    let runtime = prepare::runtime()?;
    let world = runtime.block_on(prepared.world());
    let reminder = prepare::reminder(&world, &options.reminder)?.clone();
    let now = app::clock().now();
    let due_at = match &options.at {
        Some(text) => next::instant(text, &reminder.schedule.zone.tz)?,
        None => now,
    };
    check_targets(&world, &reminder, &request)?;
    if options.dry_run {
        return preview::show(globals, &world, &reminder, due_at, &request).map(|()| Exit::Done);
    }
    if !options.yes && std::io::stdin().is_terminal() && !agreed(&world, &reminder, &request) {
        output::say("nothing was sent");
        return Ok(Exit::Failed);
    }
    let sending = Sending {
        prepared: &prepared,
        until: now
            .saturating_add(Duration::from_secs(options.wait.into()))
            .unwrap_or(Timestamp::MAX),
        json: globals.json,
    };
    let record = runtime.block_on(sending.run(world, &reminder, due_at, &request))?;
    let (record, served) = record;
    Ok(answer(globals, &prepared, &record, served))
}

fn check_targets(world: &World, reminder: &Reminder, request: &Request) -> Result<(), Exit> {
    let unknown = |id: &str, known: Vec<&str>| {
        let near = crate::model::diagnostic::nearest(id, known.iter().copied());
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        output::say(format_args!(
            "error: there is no target `{id}` to choose{hint}\nThere are: {}",
            known.join(", ")
        ));
        Exit::Failed
    };
    if let Some(to) = &request.to {
        let known: Vec<_> = world.targets.keys().map(|id| id.as_str()).collect();
        if !known.contains(&to.as_str()) {
            return Err(unknown(to, known));
        }
    }
    let own: Vec<_> = reminder.to.iter().map(|id| id.as_str()).collect();
    match request.only.iter().find(|only| !own.contains(&only.as_str())) {
        Some(stranger) => Err(unknown(stranger, own)),
        None => Ok(()),
    }
}

/// Shows to whom it goes and whom it mentions, and asks.
fn agreed(world: &World, reminder: &Reminder, request: &Request) -> bool {
    let ids: Vec<_> = match (&request.to, request.only.is_empty()) {
        (Some(to), _) => vec![to.clone()],
        (None, true) => reminder.to.iter().map(ToString::to_string).collect(),
        (None, false) => request.only.clone(),
    };
    let names: Vec<_> = ids
        .iter()
        .map(|id| {
            let target = world.targets.get(&crate::model::target::TargetId::new(id.as_str()));
            target.map_or_else(|| id.clone(), |target| format!("{} ({id})", target.name))
        })
        .collect();
    let mut mentions: Vec<_> =
        world.people.resolve(&reminder.mention).iter().map(|one| one.name.clone()).collect();
    if reminder.mention.contains(&Mention::All) {
        mentions = vec!["everyone".to_owned()];
    }
    if mentions.is_empty() {
        mentions.push("nobody".to_owned());
    }
    let mut terminal = anstream::stderr();
    let asked = write!(
        terminal,
        "send {} to {}, mentioning {}? [y/N] ",
        reminder.id,
        names.join(", "),
        mentions.join(", ")
    )
    .and_then(|()| terminal.flush());
    let mut line = String::new();
    asked.is_ok()
        && std::io::stdin().lock().read_line(&mut line).is_ok()
        && matches!(line.trim().to_lowercase().as_str(), "y" | "yes" | "是" | "好")
}

/// One manual send on its way.
struct Sending<'a> {
    prepared: &'a Prepared,
    until: Timestamp,
    json: bool,
}

impl Sending<'_> {
    /// Plans it, lets the service or this process send it, and waits. Says whether a service
    /// was there.
    async fn run(
        &self,
        world: World,
        reminder: &Reminder,
        due_at: Timestamp,
        request: &Request,
    ) -> Result<(OccurrenceRecord, bool), Exit> {
        let outbox = self.prepared.store(OpenMode::Write).await?;
        let served = service_running(outbox.path());
        let request = serde_json::to_string(request).map_err(|_| Exit::Failed)?;
        let zone = &reminder.schedule.zone.name;
        let now = app::clock().now();
        let occurrence = outbox
            .plan_manual(&reminder.id, due_at, zone, &request, now)
            .await
            .map_err(store_failed)?;
        let done = if served {
            drop(outbox.nudge());
            self.wait(&outbox, &occurrence).await
        } else {
            let printer = Arc::new(output::Console::new(self.json));
            let Prepared { settings, machine, .. } = self.prepared;
            let parts = app::parts(outbox.clone(), world, settings, machine, printer);
            let parts = parts.map_err(|error| {
                output::say(format_args!("error: {error}"));
                Exit::Store
            })?;
            self.by_itself(&outbox, parts, &occurrence).await
        };
        let record = done.map_err(store_failed)?.ok_or(Exit::Failed)?;
        outbox.close().await;
        Ok((record, served))
    }

    /// Waits for the service's verdict.
    async fn wait(
        &self,
        outbox: &Outbox,
        occurrence: &Occurrence,
    ) -> Result<Option<OccurrenceRecord>, StoreError> {
        let clock = app::clock();
        loop {
            let record = outbox.occurrence(&occurrence.id()).await?;
            let suspended = outbox.suspended().await?;
            let settled = record.as_ref().is_none_or(|record| {
                let stuck = |key: &str| suspended.iter().any(|one| one.robot_key == key);
                is_settled(record, &stuck)
            });
            if settled || clock.now() >= self.until {
                return Ok(record);
            }
            let again = (clock.now() + LOOK_AGAIN).min(self.until);
            clock.sleep_until(Some(again)).await;
        }
    }

    /// Composes and sends here, and waits for its turn where the pace asks for it.
    async fn by_itself(
        &self,
        outbox: &Outbox,
        parts: app::Parts,
        occurrence: &Occurrence,
    ) -> Result<Option<OccurrenceRecord>, StoreError> {
        let shared = parts.shared.clone();
        let composer = Composer::new(shared.clone());
        let mut dispatcher = Dispatcher::new(shared.clone());
        Rescuer::new(shared.clone()).run_once().await?;
        if let Some(planned) = outbox.planned_one(occurrence).await? {
            composer.compose_one(planned).await?;
        }
        loop {
            dispatcher.run_once(Some(occurrence)).await?;
            let record = outbox.occurrence(&occurrence.id()).await?;
            let suspended = outbox.suspended().await?;
            let stuck = |key: &str| suspended.iter().any(|one| one.robot_key == key);
            let now = shared.clock.now();
            if record.as_ref().is_none_or(|record| is_settled(record, &stuck)) || now >= self.until
            {
                return Ok(record);
            }
            let wake = dispatcher.next_claim().await?.unwrap_or(self.until);
            let least = now + LOOK_AGAIN;
            shared.clock.sleep_until(Some(wake.max(least).min(self.until))).await;
        }
    }
}

/// Whether nothing more is to be waited for: every delivery has ended, was refused, or its robot
/// waits for a person.
fn is_settled(record: &OccurrenceRecord, stuck: &dyn Fn(&str) -> bool) -> bool {
    match record.state {
        OccurrenceState::Planned => false,
        OccurrenceState::Composed => {
            record.deliveries.iter().all(|delivery| match delivery.state {
                DeliveryState::Pending => stuck(&delivery.robot_key),
                DeliveryState::Sending => false,
                _ => true,
            })
        }
        _ => true,
    }
}

fn store_failed(error: StoreError) -> Exit {
    output::say(format_args!("error: {error}"));
    Exit::Store
}

/// Prints what became of it, and says how the command ends.
fn answer(globals: &Globals, prepared: &Prepared, record: &OccurrenceRecord, served: bool) -> Exit {
    let tz = view::zone(record, &prepared.machine.zones);
    let sent: Vec<_> = record.deliveries.iter().map(|one| Sent::of(one, &tz)).collect();
    if globals.json {
        output::json(&json!({
            "occurrence": record.occurrence.id(),
            "state": record.state.name(),
            "reason": record.reason,
            "detail": record.detail,
            "deliveries": sent,
        }));
    } else {
        let reason = record.reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        output::line(format_args!("{}  {}{reason}", record.occurrence.id(), record.state.name()));
        if let Some(detail) = &record.detail {
            output::line(format_args!("  {detail}"));
        }
        for one in &sent {
            let reason = one.reason.as_deref().unwrap_or_default();
            let code = one.code.as_deref().map(|code| format!(" {code}")).unwrap_or_default();
            let expected = one.expected.as_deref();
            let expected = expected.map(|at| format!(" (expected {at})")).unwrap_or_default();
            output::line(format_args!("  {}  {}{code} {reason}{expected}", one.target, one.state));
            if let Some(help) = &one.help {
                output::line(format_args!("    {help}"));
            }
        }
    }
    let refused = |delivery: &crate::outbox::DeliveryRecord| match delivery.state {
        DeliveryState::Delivered | DeliveryState::Sending => false,
        DeliveryState::Pending => {
            let last = delivery.attempts.last().map(|attempt| attempt.verdict.as_str());
            !served || last == Some("misconfigured")
        }
        _ => true,
    };
    match record.state {
        OccurrenceState::Skipped => Exit::Done,
        OccurrenceState::Composed if !record.deliveries.iter().any(refused) => Exit::Done,
        OccurrenceState::Planned if served => Exit::Done,
        _ => Exit::Failed,
    }
}
