//! A calendar: which days are worked. A stack of layers, later layers win.

/// Placeholder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Calendar {}
