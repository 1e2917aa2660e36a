//! Which secrets schedule files may send where. The editors of those files do not run the server: what
//! opens its doors is not theirs to give away.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::{
    address,
    secret::SecretRef,
    text::{Text, text},
};

/// To which hosts schedule files may send which secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretHosts {
    /// As the settings list them; none where they say nothing.
    pub listed: Option<BTreeMap<SecretRef, Vec<String>>>,
    /// Those by which the service itself is let in: they go nowhere else, unless they are listed.
    pub own: BTreeSet<SecretRef>,
}

/// Whether a secret may go somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outward {
    /// It may.
    Allowed,
    /// Nobody has said where it may go.
    Unlisted,
    /// It may not: why, and what to do.
    Refused(Text, Text),
}

impl SecretHosts {
    /// Whether a secret may be sent to a URL. To this very machine each may.
    #[must_use]
    pub fn judge(&self, secret: &SecretRef, url: &Url) -> Outward {
        let host = address::host(url);
        let hosts = self.listed.as_ref().and_then(|listed| listed.get(secret));
        let named = |one: &String| {
            one.eq_ignore_ascii_case(&host)
                || url.host_str().is_some_and(|name| one.eq_ignore_ascii_case(name))
        };
        if address::is_loopback(url) || hosts.is_some_and(|hosts| hosts.iter().any(named)) {
            return Outward::Allowed;
        }
        let (secret_name, own) = (secret.to_string(), self.own.contains(secret));
        if own && hosts.is_none() {
            let message = text!(
                "`{secret}` lets this service in elsewhere, and is not sent to {host}",
                secret = secret_name,
                host = &host
            );
            return Outward::Refused(
                message,
                text!("keep a key of its own for {host}", host = &host),
            );
        }
        if self.listed.is_none() {
            return Outward::Unlisted;
        }
        let message =
            text!("`{secret}` may not be sent to {host}", secret = &secret_name, host = &host);
        Outward::Refused(message, listing(secret, &host))
    }
}

/// What whoever runs the server can do.
#[must_use]
pub fn listing(secret: &SecretRef, host: &str) -> Text {
    text!(
        "whoever runs the server says where it may go, in the settings: secrets: {{ {secret}: {host} }}",
        secret = secret.to_string(),
        host = host,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_goes_where_the_settings_let_it_go() {
        let secret = |name: &str| SecretRef::Env(name.to_owned());
        let hosts = ["api.example.com", "data.example.com:8443"].map(str::to_owned);
        let listed = BTreeMap::from([(secret("SALES"), hosts.to_vec())]);
        let own = BTreeSet::from([secret("HOOK")]);
        let silent = SecretHosts { listed: None, own: own.clone() };
        let strict = SecretHosts { listed: Some(listed), own };
        let said = |hosts: &SecretHosts, name: &str, url: &str| match hosts
            .judge(&secret(name), &Url::parse(url).unwrap())
        {
            Outward::Allowed => "allowed",
            Outward::Unlisted => "unlisted",
            Outward::Refused(..) => "refused",
        };
        for (name, url, when_silent, when_strict) in [
            ("SALES", "https://api.example.com/x", "unlisted", "allowed"),
            ("SALES", "https://API.example.com:444/x", "unlisted", "allowed"),
            ("SALES", "https://data.example.com:8443/x", "unlisted", "allowed"),
            ("SALES", "https://data.example.com/x", "unlisted", "refused"),
            ("SALES", "https://api.example.com.evil.example/x", "unlisted", "refused"),
            ("OTHER", "https://api.example.com/x", "unlisted", "refused"),
            ("HOOK", "https://api.example.com/x", "refused", "refused"),
            ("HOOK", "http://127.0.0.1:8080/x", "allowed", "allowed"),
        ] {
            assert_eq!(said(&silent, name, url), when_silent, "{name} {url}");
            assert_eq!(said(&strict, name, url), when_strict, "{name} {url}");
        }
    }
}
