//! `recall`: takes a delivered message back, where its robot can.

use std::sync::Arc;

use serde_json::json;

use super::{
    Exit, Globals, output,
    prepare::{self, Prepared, store_failed},
    view,
};
use crate::{
    app::{self, Parts},
    daemon::{shared::Shared, world::World},
    model::{
        delivery::DeliveryState,
        receipt::{Receipt, Verdict},
        target::{Target, TargetId},
        text::{Text, text},
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
            output::error(error.text());
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

fn failed(why: Text) -> Exit {
    output::error(why);
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
            return Err(failed(text!(
                "the settings have no target `{target}` any more",
                target = delivery.target.as_str(),
            )));
        };
        let open: Vec<&Handle> =
            handles.iter().filter(|handle| handle.recalled_at.is_none()).collect();
        if open.is_empty() {
            return Err(failed(nothing(target, delivery.state, !handles.is_empty())));
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
fn nothing(target: &Target, state: DeliveryState, before: bool) -> Text {
    if send::robot(target.robot).afterwards().is_none() {
        text!(
            "the robot `{robot}` of `{target}` takes nothing back; `dingtalk-app` does",
            robot = target.robot.name(),
            target = target.id.as_str(),
        )
    } else if before {
        text!("it was recalled already")
    } else {
        text!(
            "the delivery is {state}: there is nothing to take back",
            state = view::state(state.name()),
        )
    }
}

fn answer(globals: &Globals, id: &str, receipt: &Receipt) -> Exit {
    let done = receipt.verdict == Verdict::Sent;
    if globals.json {
        output::json(&json!({
            "delivery": id,
            "recalled": done,
            "code": receipt.code,
            "reason": if done { "recalled".to_owned() } else { receipt.reason.to_string() },
            "help": receipt.help,
        }));
    } else if done {
        output::tell(text!("recalled: {id}", id = id));
    } else {
        let why = receipt.reason.clone();
        output::error(text!("{id} is not recalled: {why}", id = id, why = why));
        receipt.help.clone().into_iter().for_each(output::help);
    }
    if done { Exit::Done } else { Exit::Failed }
}
