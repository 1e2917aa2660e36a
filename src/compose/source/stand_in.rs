//! Stands in for a value that cannot be known offline: it has every attribute and one item, and
//! each of them is another of its kind. Items of items end somewhere, as those who look at all of
//! them must.

use std::{fmt, sync::Arc};

use minijinja::{
    Error, State, Value,
    value::{Enumerator, Object, ObjectRepr},
};

/// Items of items there are.
const DEPTH: u8 = 3;

/// The value.
#[derive(Clone, Copy, Debug)]
pub(super) struct StandIn(u8);

impl Default for StandIn {
    fn default() -> Self {
        Self(DEPTH)
    }
}

impl Object for StandIn {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if self.0 == 0 { ObjectRepr::Plain } else { ObjectRepr::Seq }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let depth = if key.as_str().is_some() { self.0 } else { self.0.saturating_sub(1) };
        Some(Value::from_object(Self(depth)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(usize::from(self.0 > 0))
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, _: &[Value]) -> Result<Value, Error> {
        Ok(Value::from_object(**self))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
