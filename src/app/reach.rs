//! The way to robots and other systems: the network as the settings have it, and secrets.

use std::{path::PathBuf, sync::Arc};

use super::{Machine, clock};
use crate::{
    daemon::{probe::Reach, shared::Secrets},
    http::{self, Client, Route},
    model::secret::{Secret, SecretRef},
    settings::{self, Settings, environment::Environment, network::Network},
    smtp::{self, Mailer},
};

/// What robots are reached with.
#[must_use]
pub fn reach(settings: &Settings, machine: &Machine) -> Reach {
    let secrets = secrets(settings, machine);
    let route = route(&settings.network, &*secrets);
    let roots = route.iter().filter_map(|route| route.ca.clone()).collect();
    let mailer = Arc::new(Mailer::new(smtp::Options { roots, ..smtp::Options::default() }));
    let client = Client::through(http::Options::default(), route);
    Reach { clock: clock(), client: Arc::new(client), mailer, secrets }
}

/// The way out of this machine, as the settings have it.
fn route(network: &Network, secrets: &dyn Secrets) -> Result<Route, String> {
    let proxy = network
        .proxy
        .as_ref()
        .map(|proxy| proxy.resolve(|kept| secrets.resolve(kept)))
        .transpose()?;
    let read = |path: &PathBuf| {
        std::fs::read(path)
            .map_err(|error| format!("the certificates {} cannot be read: {error}", path.display()))
    };
    Ok(Route { proxy, ca: network.ca.as_ref().map(read).transpose()? })
}

/// Secrets from the environment, files and systemd credentials.
struct MachineSecrets {
    environment: Environment,
    folder: PathBuf,
}

impl Secrets for MachineSecrets {
    fn resolve(&self, reference: &SecretRef) -> Result<Secret, String> {
        settings::secrets::resolve(reference, &self.environment, &self.folder)
            .map_err(|error| error.to_string())
    }
}

fn secrets(settings: &Settings, machine: &Machine) -> Arc<dyn Secrets> {
    let (environment, folder) = (machine.environment.clone(), settings.folder.clone());
    Arc::new(MachineSecrets { environment, folder })
}
