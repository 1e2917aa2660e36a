//! The keys of maps: text, and each there once.

use std::collections::HashSet;

use super::{
    super::{Entry, Node, Scalar, Span, Value},
    syntax::{self, Source},
};
use crate::model::{diagnostic::Diagnostic, text::text};

/// The keys of a long map. In a short one they are looked for among the entries.
#[derive(Default)]
pub(super) struct Seen(HashSet<String>);

impl Seen {
    /// A map with more entries is long.
    const SHORT: usize = 16;

    /// The entry that has a key already.
    fn before<'e>(&mut self, key: &str, entries: &'e [Entry]) -> Option<&'e Entry> {
        let find = || entries.iter().find(|entry| entry.key == key);
        if entries.len() <= Self::SHORT {
            return find();
        }
        if self.0.is_empty() {
            self.0.extend(entries.iter().map(|entry| entry.key.clone()));
        }
        if self.0.insert(key.to_owned()) { None } else { find() }
    }
}

/// A key that waits for its value.
pub(super) enum Key {
    Good(String, Span),
    /// Reported already; its value is dropped.
    Bad,
}

/// A node as a key: text, and not there yet.
pub(super) fn read(
    source: &Source<'_>,
    node: Node,
    entries: &[Entry],
    seen: &mut Seen,
) -> (Key, Option<Diagnostic>) {
    let Value::Scalar(Scalar { text, .. }) = node.value else {
        return (Key::Bad, Some(syntax::odd_key(source, &node)));
    };
    if let Some(first) = seen.before(&text, entries) {
        let line = first.span.line;
        let message = text!(
            "`{text}` stands here a second time; the first is on line {line}",
            text = text,
            line = line,
        );
        let found = source
            .error(node.span, "duplicate-key", message)
            .help(text!("keep one of the two, or give this one another name"));
        return (Key::Bad, Some(found));
    }
    (Key::Good(text, node.span), None)
}
