//! `secrets:` which hosts schedule files may send a secret to.

use std::collections::BTreeMap;

use url::Url;

use crate::{
    model::{secret::SecretRef, text::text},
    yaml::{Entry, Flaw, Node, Report, short},
};

/// So many hosts of one secret are read.
const MOST: usize = 100;

/// Reads them by secret.
pub(super) fn read(report: &mut Report<'_>, node: &Node) -> BTreeMap<SecretRef, Vec<String>> {
    let entries = report.map(node, "`secrets`").unwrap_or_default();
    entries.iter().filter_map(|entry| secret(report, entry)).collect()
}

fn secret(report: &mut Report<'_>, entry: &Entry) -> Option<(SecretRef, Vec<String>)> {
    let Some(secret) = SecretRef::parse(entry.key.trim()).filter(SecretRef::is_sound) else {
        let message =
            text!("a key of `secrets` says where a secret is kept, and is never the secret");
        let help = text!(
            "write env:NAME, file:PATH or credential:NAME, and the host after it: env:SALES_TOKEN: api.example.com"
        );
        report.error(
            entry.span,
            Flaw { masked: true, ..Flaw::new("bad-reference", message).help(help) },
        );
        return None;
    };
    let hosts = entry.node.items().iter().take(MOST);
    let hosts = hosts.filter_map(|item| report.read(item, text!("a host"), host)).collect();
    Some((secret, hosts))
}

/// A host as it stands in an address, with its port where one is written there.
fn host(text: &str) -> Result<String, Flaw> {
    let text = text.trim();
    let whole = Url::parse(&format!("https://{text}/")).ok();
    let bare = |url: &Url| {
        url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    };
    let sound = !text.is_empty() && !text.contains(['/', '@', '*']);
    match whole.filter(|url| sound && bare(url)) {
        Some(url) => Ok(crate::model::address::host(&url)),
        None => {
            let message = text!("`{text}` is not a host", text = short(text));
            Err(Flaw::new("bad-host", message)
                .help(text!("write the name alone, like api.example.com")))
        }
    }
}
