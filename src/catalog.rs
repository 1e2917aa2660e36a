//! YAML -> Reminder: schedule files become reminders, every mistake in them a diagnostic.
//!
//! [`load()`] reads the files, [`mod@file`] compiles one, [`in_force()`] decides which version of each
//! counts. All but [`load()`] is pure.

pub mod calendar_files;
pub mod calendars;
mod change;
mod coverage;
pub mod cron;
mod data;
mod day_list;
pub mod difference;
pub mod file;
pub mod holidays;
pub mod ics;
pub mod imported;
pub mod in_force;
pub mod intake;
mod keys;
pub mod load;
mod personal;
pub mod phrase;
mod raw;
mod reminder;
pub mod render;
pub mod schema;
mod texts;
pub mod when;
pub mod world;

pub use in_force::{InForce, in_force};
pub use load::{SourceText, load};
pub use world::{Receiver, World};
