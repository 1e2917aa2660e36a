//! `send`: the manual trigger.

use std::{io::IsTerminal as _, sync::Arc};

use super::{
    Exit, Globals, next, output, prepare,
    preview::{Shown, Values},
    sending::Sending,
};
use crate::{
    app,
    daemon::{composer::Request, world::World},
    model::{people::Mention, reminder::Reminder, text::text},
    outbox::OpenMode,
};

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
    /// What it tells of folders counts as told: the next message tells what is new after it.
    #[arg(long, conflicts_with = "to")]
    advance: bool,
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
    request.advance = options.advance;
    request.banner |= options.to.is_some();
    let prepared = prepare::settings(globals)?;
    let runtime = prepare::runtime()?;
    let world = Arc::new(runtime.block_on(prepared.world()));
    let reminder = Arc::clone(prepare::reminder(&world, &options.reminder)?);
    let now = prepare::to_the_millisecond(app::clock().now());
    let due_at = match &options.at {
        Some(text) => next::instant(text, &reminder.schedule.zone.tz)?,
        None => now,
    };
    check_targets(&world, &reminder, &request)?;
    options.values.remark(&request, &reminder);
    if options.dry_run {
        let shown = Shown { world: &world, reminder: &reminder, due_at, request: &request };
        return runtime.block_on(shown.show(globals, &prepared)).map(|()| Exit::Done);
    }
    if !options.yes
        && std::io::stdin().is_terminal()
        && !agreed(&world, &reminder, due_at, &request)
    {
        output::say(output::told(text!("nothing was sent")));
        return Ok(Exit::Failed);
    }
    let sending = Sending::new(&prepared, globals.json, options.wait, Vec::new());
    runtime.block_on(async {
        let outbox = prepared.store(OpenMode::Write).await?;
        let request = serde_json::to_string(&request).map_err(|_| Exit::Failed)?;
        let zone = &reminder.schedule.zone.name;
        let planned = outbox.plan_manual(&reminder.id, due_at, zone, &request, now).await;
        let occurrence = planned.map_err(prepare::store_failed)?;
        let sent = sending.finish(&outbox, world, &occurrence).await?;
        outbox.close().await;
        Ok(sending.answer(&sent))
    })
}

fn check_targets(world: &World, reminder: &Reminder, request: &Request) -> Result<(), Exit> {
    let unknown = |id: &str, known: Vec<&str>| {
        let near = crate::model::diagnostic::nearest(id, known.iter().copied());
        output::error(match near {
            Some(near) => text!(
                "there is no target `{id}` to choose; did you mean `{near}`?",
                id = id,
                near = near,
            ),
            None => text!("there is no target `{id}` to choose", id = id),
        });
        output::help(text!("there are: {names}", names = known.join(", ")));
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
fn agreed(world: &World, reminder: &Reminder, due_at: jiff::Timestamp, request: &Request) -> bool {
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
    let moment = crate::daemon::composer::moment(reminder, due_at);
    let people = world.people.resolve(&reminder.mention, &moment);
    let mut mentions: Vec<_> = people.iter().map(|one| one.name.clone()).collect();
    if reminder.mention.contains(&Mention::All) {
        mentions = vec![output::told(text!("everyone"))];
    }
    if mentions.is_empty() {
        mentions.push(output::told(text!("nobody")));
    }
    output::agreed(output::told(text!(
        "send {reminder} to {targets}, mentioning {people}?",
        reminder = reminder.id.as_str(),
        targets = names.join(", "),
        people = mentions.join(", "),
    )))
}
