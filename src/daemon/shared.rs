//! What the loops share: the store, the clock, the world in force, and the bells that wake them.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{Notify, mpsc, watch};

use super::{
    alerter::Alert, chance::Chance, composer::Seats, echo::Echo, pulse::Pulses, tally::Tally,
    world::World,
};
use crate::{
    clock::Clock,
    compose::Memo,
    http::Client,
    model::{
        secret::{Credentials, Secret, SecretRef},
        setup::{Setup, mail::UserName},
        target::Target,
        text::Text,
    },
    outbox::{Outbox, StoreError},
    send::{Means, Printer, Tokens},
    smtp::Mailer,
};

/// Turns a reference into the secret just before use.
pub trait Secrets: Send + Sync {
    /// Reads it.
    ///
    /// # Errors
    /// Why it cannot be read, for the person who runs the server; never its value.
    fn resolve(&self, reference: &SecretRef) -> Result<Secret, Text>;
}

/// Everything a loop needs. Cheap to clone.
#[derive(Clone)]
pub struct Shared {
    /// The store.
    pub outbox: Outbox,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Jitter and tokens.
    pub chance: Arc<dyn Chance>,
    /// The network.
    pub client: Arc<Client>,
    /// Mail servers.
    pub mailer: Arc<Mailer>,
    /// Tokens in hand.
    pub tokens: Arc<Tokens>,
    /// Where the console robot prints.
    pub printer: Arc<dyn Printer>,
    /// Secrets.
    pub secrets: Arc<dyn Secrets>,
    /// What folders held when they were last read.
    pub memo: Arc<Memo>,
    /// Who reads from where just now.
    pub seats: Arc<Seats>,
    /// Settings and reminders in force.
    pub world: watch::Receiver<Arc<World>>,
    /// What wakes the loops.
    pub bells: Arc<Bells>,
    /// Where alerts are raised; bounded, so a flood of alerts is dropped and logged.
    pub alerts: mpsc::Sender<Alert>,
    /// This process's mark on leases.
    pub owner: Arc<str>,
    /// Which loops are alive.
    pub pulses: Pulses,
    /// What was sent.
    pub tally: Arc<Tally>,
    /// What trouble was said lately.
    pub echo: Arc<Echo>,
}

/// One bell per loop. A bell rung while its loop is busy is heard when it comes back.
#[derive(Debug, Default)]
pub struct Bells {
    /// Something was planned.
    pub composer: Notify,
    /// Something waits to be sent.
    pub dispatcher: Notify,
    /// Leases or `keep` may have changed.
    pub rescuer: Notify,
    /// Somebody asks for a reload.
    pub reloader: Notify,
    /// Files may have changed: whether they did is looked at first.
    pub files: Notify,
    /// A folder that is waited for may have changed.
    pub folders: Notify,
}

impl Shared {
    /// The same for a loop of that name: its sleep is noted.
    #[must_use]
    pub fn noting(&self, name: &'static str) -> Self {
        let clock = self.pulses.noting(name, Arc::clone(&self.clock));
        Self { clock, ..self.clone() }
    }

    /// The world in force now.
    #[must_use]
    pub fn world(&self) -> Arc<World> {
        Arc::clone(&self.world.borrow())
    }

    /// The instant it is now. When somebody has set the clock, what the store counts by it is moved
    /// along first: whoever claims, settles or takes back asks here.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub async fn reckon(&self) -> Result<Timestamp, StoreError> {
        let (now, uptime) = self.clock.reading();
        if let Some(set) = self.outbox.reckon(now, uptime, self.clock.boot()).await? {
            tracing::warn!(by = %set, "the clock was set; pace, rests and leases go with it");
        }
        Ok(now)
    }

    /// Raises an alert: it is logged here already, so that none is lost with the process.
    /// Trouble with the store, which every loop finds out anew, is said once a minute.
    pub fn alert(&self, alert: Alert) {
        let told = match alert.cause == Alert::STORE {
            true => self.echo.hear(&alert.title.to_string(), self.clock.now()),
            false => Some(0),
        };
        let Some(unsaid) = told else { return };
        alert.log(unsaid);
        if self.alerts.try_send(alert).is_err() {
            tracing::warn!("too many alerts at once; the last one stands in this log only");
        }
    }

    /// Raises an alert for each row of the store that turned out to be damaged.
    pub fn tell_damage(&self) {
        for damaged in self.outbox.damaged() {
            self.alert(Alert::damaged(&damaged));
        }
    }

    /// What carries out a robot's steps.
    #[must_use]
    pub fn means(&self) -> Means<'_> {
        let Self { client, mailer, printer, tokens, .. } = self;
        Means { client, mailer, printer: &**printer, tokens }
    }

    /// What a target's robot needs to be reached.
    ///
    /// # Errors
    /// Which secret cannot be read, and why.
    pub fn credentials(&self, target: &Target) -> Result<Credentials, Text> {
        credentials(&*self.secrets, target)
    }
}

/// What a target's robot needs to be reached.
///
/// # Errors
/// Which secret cannot be read, and why.
pub fn credentials(secrets: &dyn Secrets, target: &Target) -> Result<Credentials, Text> {
    let read = |reference: &Option<SecretRef>| {
        reference.as_ref().map(|reference| secrets.resolve(reference)).transpose()
    };
    let (mut headers, mut login) = ([].as_slice(), None);
    match &target.setup {
        Setup::Plain => {}
        Setup::Webhook(setup) => headers = setup.headers.as_slice(),
        Setup::Mail(setup) => {
            let user = setup.user.as_ref().map(|name| user(secrets, name)).transpose()?;
            login = user.zip(read(&setup.password)?);
        }
        Setup::App(setup) => {
            login = Some((user(secrets, &setup.key)?, secrets.resolve(&setup.secret)?));
        }
    }
    let headers = headers
        .iter()
        .map(|(name, reference)| Ok((name.clone(), secrets.resolve(reference)?)))
        .collect::<Result<Vec<_>, Text>>()?;
    let (webhook, secret) = (read(&target.webhook)?, read(&target.secret)?);
    Ok(Credentials { webhook, secret, login, headers })
}

fn user(secrets: &dyn Secrets, name: &UserName) -> Result<Secret, Text> {
    match name {
        UserName::Plain(name) => Ok(Secret::new(name.clone())),
        UserName::Kept(reference) => secrets.resolve(reference),
    }
}
