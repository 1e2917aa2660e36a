//! The nouns: values and pure transitions. No I/O, no clock, no async, no YAML, no SQL.

pub mod address;
pub mod calendar;
pub mod cursor;
pub mod delivery;
pub mod diagnostic;
pub mod language;
pub mod layers;
pub mod message;
pub mod occurrence;
pub mod outward;
pub mod people;
pub mod period;
pub mod receipt;
pub mod recurrence;
pub mod reminder;
pub mod retry;
pub mod rota;
pub mod secret;
pub mod setup;
pub mod source;
pub mod target;
pub mod text;
