//! The way to robots and other systems: the network as the settings have it, and secrets.

use std::{path::PathBuf, sync::Arc};

use super::{Machine, clock};
use crate::{
    daemon::{probe::Reach, shared::Secrets, world::AtStart},
    http::{self, Client, Route},
    model::{
        outward::SecretHosts,
        secret::{Confided, Secret, SecretRef},
        target::Target,
        text::{Text, text},
    },
    settings::{self, Settings, environment::Environment, network::Network},
    smtp::{self, Mailer},
};

/// What robots are reached with.
#[must_use]
pub fn reach(settings: &Settings, machine: &Machine) -> Reach {
    let secrets = secrets(settings, machine);
    let ca = certificates(&settings.network);
    let mailer = Arc::new(Mailer::trusting(smtp::Options::default(), ca.clone()));
    let route = route(&settings.network, &*secrets, ca);
    let client = Client::through(http::Options::default(), route);
    Reach { clock: clock(), client: Arc::new(client), mailer, secrets }
}

/// What a reload does not change.
pub(super) fn at_start(settings: &Settings) -> AtStart {
    let Settings { store, network: Network { proxy, ca }, metrics, .. } = settings;
    AtStart { store: store.clone(), proxy: proxy.clone(), ca: ca.clone(), metrics: *metrics }
}

/// Which secrets schedule files may send where; those of targets, proxy and heartbeat are the service's
/// own.
pub(super) fn secret_hosts(settings: &Settings) -> SecretHosts {
    let targets = settings.targets.iter().flat_map(Target::secrets);
    let ways = [&settings.network.proxy, &settings.heartbeat].into_iter().flatten();
    let ways = ways.filter_map(|way| match way {
        Confided::Plain(_) => None,
        Confided::Secret { reference, .. } => Some(reference),
    });
    let own = targets.chain(ways).cloned().collect();
    SecretHosts { listed: settings.secrets.clone(), own }
}

/// The way out of this machine, as the settings have it.
fn route(
    network: &Network,
    secrets: &dyn Secrets,
    ca: Result<Option<Vec<u8>>, Text>,
) -> Result<Route, Text> {
    let proxy = network
        .proxy
        .as_ref()
        .map(|proxy| proxy.resolve(|kept| secrets.resolve(kept)))
        .transpose()?;
    Ok(Route { proxy, ca: ca? })
}

/// The certificates that are trusted besides the system's.
fn certificates(network: &Network) -> Result<Option<Vec<u8>>, Text> {
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|error| {
            text!(
                "the certificates {path} cannot be read: {why}",
                path = path.display().to_string(),
                why = error.to_string(),
            )
        })
    };
    network.ca.as_ref().map(read).transpose()
}

/// Secrets from the environment, files and systemd credentials.
struct MachineSecrets {
    environment: Environment,
    folder: PathBuf,
}

impl Secrets for MachineSecrets {
    fn resolve(&self, reference: &SecretRef) -> Result<Secret, Text> {
        settings::secrets::resolve(reference, &self.environment, &self.folder)
            .map_err(|error| error.text())
    }
}

fn secrets(settings: &Settings, machine: &Machine) -> Arc<dyn Secrets> {
    let (environment, folder) = (machine.environment.clone(), settings.folder.clone());
    Arc::new(MachineSecrets { environment, folder })
}
