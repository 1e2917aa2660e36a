//! YAML -> Reminder: schedule files become reminders, every mistake in them a diagnostic.
//!
//! [`load()`] reads the files, [`mod@file`] compiles one, [`in_force()`] decides which version of each
//! counts. All but [`load()`] is pure.

pub mod calendar_files;
pub mod calendars;
pub mod cron;
mod data;
pub mod file;
pub mod holidays;
pub mod ics;
pub mod in_force;
mod keys;
pub mod load;
pub mod phrase;
mod raw;
mod reminder;
pub mod render;
mod texts;
pub mod when;
pub mod world;

pub use in_force::{InForce, in_force};
pub use load::{SourceText, load};
pub use world::{Receiver, World};
