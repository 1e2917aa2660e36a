//! `resume`: ends a pause, and lets a suspended robot send again.

use serde_json::json;

use super::{
    Exit, Globals, output,
    pause::{self, Whom},
    prepare::{self, store_failed},
};
use crate::{
    app,
    model::text::text,
    outbox::{OpenMode, Scope},
};

/// Arguments of `resume`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    whom: Whom,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    resume(globals, options).unwrap_or_else(|exit| exit)
}

fn resume(globals: &Globals, options: &Options) -> Result<Exit, Exit> {
    let prepared = prepare::settings(globals)?;
    let runtime = prepare::runtime()?;
    let world = runtime.block_on(prepared.world());
    let scope = options.whom.scope(&world)?;
    let robot = match &scope {
        Scope::Target(id) => world.targets.get(id).map(|target| target.robot_key()),
        Scope::Reminder(_) | Scope::All => None,
    };
    let now = app::clock().now();
    let (ended, lifted, brakes) = runtime.block_on(async {
        let outbox = prepared.store(OpenMode::Write).await?;
        let ended = outbox.end_pause(&scope, now).await.map_err(store_failed)?;
        let lifted = match &robot {
            Some(robot) => outbox.resume(robot).await.map_err(store_failed)?,
            None => false,
        };
        let brakes = outbox.brakes().await.map_err(store_failed)?;
        drop(outbox.nudge());
        outbox.close().await;
        Ok::<_, Exit>((ended, lifted, brakes))
    })?;
    let tz = &world.zone.tz;
    let left: Vec<_> = brakes.pauses.iter().filter(|pause| pause.holds(now)).collect();
    if globals.json {
        let left: Vec<_> = left.iter().map(|pause| pause::document(pause, tz)).collect();
        output::json(&json!({ "ended": ended, "lifted": lifted, "paused": left }));
    } else {
        let whom = pause::words(&scope);
        match (ended, lifted) {
            (false, false) => output::tell(text!("{whom} was not paused", whom = whom)),
            (true, _) => output::tell(text!("resumed: {whom}", whom = whom)),
            (false, true) => {}
        }
        if lifted {
            output::tell(text!("the robot is not suspended any more; what waits is sent now"));
        }
        for pause in left {
            let (whom, end) =
                (pause::words(&pause.scope), pause::sentence(pause, tz, output::language()));
            output::tell(text!("still paused: {whom} {end}", whom = whom, end = end));
        }
    }
    Ok(if ended || lifted { Exit::Done } else { Exit::Failed })
}
