//! Secrets that schedule files send to hosts of their own choice.

use url::Url;

use crate::{
    daemon::world::World,
    model::{
        address,
        diagnostic::Diagnostic,
        outward::{Outward, listing},
        reminder::Reminder,
        secret::Confided,
        source::SourceKind,
        text::text,
    },
};

/// What is to be said of the secrets a reminder's sources send along. Where the address itself is kept
/// elsewhere, that is seen when it is asked.
pub(super) fn sent_out(world: &World, reminder: &Reminder) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for source in &reminder.data {
        let SourceKind::Http(http) = &source.kind else { continue };
        let Confided::Plain(url) = &http.url else { continue };
        let Ok(url) = Url::parse(url) else { continue };
        for secret in http.secrets() {
            let place = source.place.clone();
            found.extend(match world.secrets.judge(secret, &url) {
                Outward::Allowed => None,
                Outward::Refused(message, help) => {
                    Some(Diagnostic::error(place, "secret-host", message).help(help))
                }
                Outward::Unlisted => {
                    let message = text!(
                        "whoever edits this file can send `{secret}` to any host",
                        secret = secret.to_string()
                    );
                    let help = listing(secret, &address::host(&url));
                    Some(Diagnostic::warning(place, "secret-host", message).help(help))
                }
            });
        }
    }
    found
}
