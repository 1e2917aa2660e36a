//! Stands in for a value that cannot be known offline: it has every attribute and one item, and
//! each of them is another of its kind.

use std::{fmt, sync::Arc};

use minijinja::{
    Error, State, Value,
    value::{Enumerator, Object, ObjectRepr},
};

/// The value.
#[derive(Clone, Copy, Debug)]
pub(super) struct StandIn;

impl Object for StandIn {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, _: &Value) -> Option<Value> {
        Some(Value::from_object(Self))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(1)
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, _: &[Value]) -> Result<Value, Error> {
        Ok(Value::from_object(Self))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
