//! How the service reaches the world and is watched by it: proxy, private certificates, heartbeat,
//! the page of figures.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use url::Url;

use crate::{
    model::{
        secret::{Confided, SecretRef},
        text::{text, words},
    },
    yaml::{Fields, Flaw, Keys, Node, Report, Value, short},
};

/// How the service reaches the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Every request outside of this machine goes through it; the environment's when absent.
    pub proxy: Option<Confided>,
    /// Certificates, in PEM, that are trusted besides the system's.
    pub ca: Option<PathBuf>,
}

/// The keys of `metrics` when it is a map.
const METRICS: Keys = Keys { of: words!("`metrics`"), known: &["listen", "public"], hints: &[] };

/// Reads `proxy` and `ca`.
pub(super) fn read(report: &mut Report<'_>, fields: &Fields<'_>, folder: &Path) -> Network {
    let proxy = fields.get("proxy").and_then(|node| {
        kept(report, node, "proxy", &|url| {
            let right = matches!(url.scheme(), "http" | "https") && url.has_host();
            let help = text!("write it like http://proxy.example.com:3128");
            right.then_some(()).ok_or((text!("this is not the address of a proxy"), help))
        })
    });
    let ca = fields.get("ca").and_then(|node| report.text(node, text!("`ca`")));
    Network { proxy, ca: ca.map(|path| folder.join(path.trim())) }
}

/// Reads `heartbeat`.
pub(super) fn heartbeat(report: &mut Report<'_>, fields: &Fields<'_>) -> Option<Confided> {
    let node = fields.get("heartbeat")?;
    kept(report, node, "heartbeat", &|url| {
        let here = match url.host() {
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let right = url.scheme() == "https" && url.has_host() || url.scheme() == "http" && here;
        let help = text!("write the whole address, beginning with https://");
        right.then_some(()).ok_or((text!("this is not an https address"), help))
    })
}

/// An address written as it is, or a reference to where it is kept. One with a password in it must
/// be kept elsewhere.
fn kept(
    report: &mut Report<'_>,
    node: &Node,
    key: &str,
    sound: &dyn Fn(&Url) -> Result<(), (crate::model::text::Text, crate::model::text::Text)>,
) -> Option<Confided> {
    report.read(node, format!("`{key}`"), |written| {
        let written = written.trim();
        if let Some(reference) = SecretRef::parse(written) {
            return Ok(Confided::Secret { before: String::new(), reference });
        }
        let masked =
            |code, message, help| Flaw { masked: true, ..Flaw::new(code, message).help(help) };
        let Ok(url) = Url::parse(written) else {
            let help = text!("write the whole address, or env:NAME where it is kept");
            return Err(masked("bad-address", text!("this is not an address"), help));
        };
        sound(&url).map_err(|(message, help)| masked("bad-address", message, help))?;
        if url.password().is_some() {
            let message = text!("a password stands here itself, where anyone can read it");
            let help = text!("keep the whole address in the environment and write env:NAME");
            return Err(masked("inline-secret", message, help));
        }
        Ok(Confided::Plain(written.to_owned()))
    })
}

/// Reads `metrics`: a port, an address of this machine, or with `public: true` any.
pub(super) fn metrics(report: &mut Report<'_>, fields: &Fields<'_>) -> Option<SocketAddr> {
    let node = fields.get("metrics")?;
    let Value::Map(_) = &node.value else { return listen(report, node, false) };
    let fields = report.fields(node, &METRICS)?;
    let public = fields.get("public").and_then(|node| report.truth(node, text!("`public`")));
    let Some(node) = fields.get("listen") else {
        let flaw = Flaw::new("missing-key", text!("`metrics` does not say where to listen"));
        report.flaw(node, flaw.help(text!("write metrics: 127.0.0.1:9464")));
        return None;
    };
    listen(report, node, public.unwrap_or(false))
}

fn listen(report: &mut Report<'_>, node: &Node, public: bool) -> Option<SocketAddr> {
    report.read(node, text!("`metrics`"), |written| {
        let port = written.parse::<u16>().ok().filter(|&port| port > 0);
        let address = port
            .map(|port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port))
            .or_else(|| written.replacen("localhost", "127.0.0.1", 1).parse().ok());
        let Some(address) = address else {
            let message = text!("`{text}` is not an address to listen at", text = short(written));
            return Err(Flaw::new("bad-address", message)
                .help(text!("write metrics: 127.0.0.1:9464")));
        };
        if !address.ip().is_loopback() && !public {
            let message = text!("anyone who reaches {address} could read the figures", address = address.to_string());
            let help = text!(
                "write 127.0.0.1:{port}, or if you mean it metrics: {{ listen: {address}, public: true }}",
                port = address.port(),
                address = address.to_string(),
            );
            return Err(Flaw::new("public-address", message).help(help));
        }
        Ok(address)
    })
}
