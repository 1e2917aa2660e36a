//! What names values have, and where a name with its attributes stands.

use std::{collections::BTreeSet, ops::Range};

use minijinja::{Value, machinery::ast::Expr, value::ValueKind};

use super::bounds::range;
use crate::model::{
    diagnostic::nearest,
    text::{Text, Words, text},
};

/// Items of a list that are looked at.
const MOST_ITEMS: usize = 1_000;

/// Names listed in a help text.
const MOST_NAMES: usize = 12;

/// An item of a list whose items all have the same names; of any other list nothing can be said.
pub(super) fn item(list: &Value) -> Option<Value> {
    let kind = list.kind();
    let mut items = matches!(kind, ValueKind::Seq).then(|| list.try_iter().ok())??.take(MOST_ITEMS);
    let first = items.next().filter(|first| first.kind() == ValueKind::Map)?;
    let names = keys(&first);
    items.all(|item| item.kind() == ValueKind::Map && keys(&item) == names).then_some(first)
}

/// A name with its attributes, from its first character; the engine's own span of a chain begins
/// at its last link.
pub(super) fn extent(expr: &Expr) -> Range<usize> {
    let mut root = expr;
    loop {
        let inner = match root {
            Expr::GetAttr(attr) => Some(&attr.expr),
            Expr::GetItem(item) => Some(&item.expr),
            Expr::Slice(slice) => Some(&slice.expr),
            Expr::Call(call) => Some(&call.expr),
            Expr::BinOp(op) => Some(&op.left),
            Expr::Filter(filter) => filter.expr.as_ref(),
            _ => None,
        };
        match inner {
            Some(inner) => root = inner,
            None => return range(root.span()).start..range(expr.span()).end,
        }
    }
}

/// The names a value has.
pub(super) fn keys(value: &Value) -> Vec<String> {
    let listed = (value.kind() == ValueKind::Map).then(|| value.try_iter().ok()).flatten();
    listed.into_iter().flatten().take(1_000).map(|key| key.to_string()).collect()
}

/// The nearest name, or those there are behind the words of `lead`.
pub(super) fn suggestion<'n>(
    name: &str,
    all: impl IntoIterator<Item = &'n str>,
    lead: Words,
) -> Text {
    let all: BTreeSet<&str> = all.into_iter().collect();
    if let Some(near) = nearest(name, all.iter().copied()) {
        return text!("did you mean `{word}`?", word = near);
    }
    let shown: Vec<&str> = all.iter().copied().take(MOST_NAMES).collect();
    let more = if all.len() > shown.len() { ", …" } else { "" };
    match shown.is_empty() {
        true => text!("it has no names in it"),
        false => text!("{lead}: {names}", lead = lead, names = shown.join(", ") + more),
    }
}
