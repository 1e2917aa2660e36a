//! `recall`: takes a delivered message back, where its robot can.

use std::sync::Arc;

use serde_json::json;

use super::{
    Exit, Globals, output,
    prepare::{self, Prepared, store_failed},
};
use crate::{
    app::{self, Parts},
    daemon::{shared::Shared, world::World},
    model::{
        receipt::{Receipt, Verdict},
        target::{Target, TargetId},
    },
    outbox::{Handle, OpenMode, Outbox},
    send::{self, Outgoing},
};

/// Arguments of `recall`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Which delivery, by the id that `log --reads` shows.
    delivery: String,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    recall(globals, &options.delivery).unwrap_or_else(|exit| exit)
}

/// What asks a robot about a message it has sent.
pub(super) struct Desk {
    parts: Parts,
    world: Arc<World>,
}

impl Desk {
    /// Opens it over a store.
    pub(super) fn open(
        prepared: &Prepared,
        outbox: &Outbox,
        world: World,
        json: bool,
    ) -> Result<Self, Exit> {
        let world = Arc::new(world);
        let printer = Arc::new(output::Console::new(json));
        let Prepared { settings, machine, .. } = prepared;
        let parts = app::parts(outbox.clone(), Arc::clone(&world), settings, machine, printer);
        let parts = parts.map_err(|error| {
            output::say(format_args!("error: {error}"));
            Exit::Store
        })?;
        Ok(Self { parts, world })
    }

    /// What asks.
    pub(super) fn shared(&self) -> &Shared {
        &self.parts.shared
    }

    /// The settings and people in force.
    pub(super) fn world(&self) -> &World {
        &self.world
    }

    /// The target of a delivery, by the settings of now.
    pub(super) fn target(&self, id: &TargetId) -> Option<&Target> {
        self.world.targets.get(id)
    }

    /// Takes one message back.
    async fn recall(&self, target: &Target, handle: &Handle) -> Result<Receipt, Exit> {
        let shared = self.shared();
        let Some(message) = shared.outbox.message(&handle.delivery).await.map_err(store_failed)?
        else {
            return Err(Exit::Failed);
        };
        let credentials = shared.credentials(target).map_err(failed)?;
        let now = shared.clock.now().to_zoned_datetime(self.world.zone.tz.clone());
        let outgoing = Outgoing { target, message: &message, credentials: &credentials, now: &now };
        let robot = send::robot(target.robot);
        Ok(send::recall(robot, &outgoing, &handle.handle, &shared.means()).await)
    }
}

fn failed(why: String) -> Exit {
    output::say(format_args!("error: {why}"));
    Exit::Failed
}

fn recall(globals: &Globals, id: &str) -> Result<Exit, Exit> {
    let prepared = prepare::settings(globals)?;
    prepare::runtime()?.block_on(async {
        let world = prepared.world().await;
        let outbox = prepared.store(OpenMode::Write).await?;
        let record = super::redrive::known(&outbox, id).await?;
        let delivery = record.deliveries.iter().find(|delivery| delivery.id == id);
        let delivery = delivery.ok_or_else(|| super::redrive::unknown(id))?;
        let handles = outbox.handles(&[id.to_owned()]).await.map_err(store_failed)?;
        let desk = Desk::open(&prepared, &outbox, world, globals.json)?;
        let Some(target) = desk.target(&delivery.target) else {
            return Err(failed(format!(
                "the settings have no target `{}` any more",
                delivery.target
            )));
        };
        let open: Vec<&Handle> =
            handles.iter().filter(|handle| handle.recalled_at.is_none()).collect();
        if open.is_empty() {
            return Err(failed(nothing(target, delivery.state.name(), !handles.is_empty())));
        }
        let mut last = None;
        for handle in open {
            let receipt = desk.recall(target, handle).await?;
            let done = receipt.verdict == Verdict::Sent;
            if done {
                let now = desk.shared().clock.now();
                outbox.recalled(handle, now).await.map_err(store_failed)?;
            }
            last = Some(receipt);
            if !done {
                break;
            }
        }
        outbox.close().await;
        Ok(last.map_or(Exit::Failed, |receipt| answer(globals, id, &receipt)))
    })
}

/// Why there is nothing to take back.
fn nothing(target: &Target, state: &str, before: bool) -> String {
    let robot = target.robot.name();
    if send::robot(target.robot).afterwards().is_none() {
        format!("the robot `{robot}` of `{}` takes nothing back; `dingtalk-app` does", target.id)
    } else if before {
        "it was recalled already".to_owned()
    } else {
        format!("the delivery is {state}: there is nothing to take back")
    }
}

fn answer(globals: &Globals, id: &str, receipt: &Receipt) -> Exit {
    let done = receipt.verdict == Verdict::Sent;
    if globals.json {
        output::json(&json!({
            "delivery": id,
            "recalled": done,
            "code": receipt.code,
            "reason": if done { "recalled" } else { &receipt.reason },
            "help": receipt.help,
        }));
    } else if done {
        output::line(format_args!("recalled: {id}"));
    } else {
        let help = receipt.help.as_deref().map(|help| format!("\n  {help}")).unwrap_or_default();
        output::say(format_args!("error: {id} is not recalled: {}{help}", receipt.reason));
    }
    if done { Exit::Done } else { Exit::Failed }
}
