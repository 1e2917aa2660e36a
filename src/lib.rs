//! dingdong: a scheduled reminder service.
//!
//! Everything it does is six nouns and five arrows:
//!
//! ```text
//! YAML --catalog--> Reminder --plan--> Occurrence --compose--> Message --outbox--> Delivery --send--> Receipt
//! ```
//!
//! The nouns live in [`model`]. Each arrow is one module: [`catalog`], [`plan`], [`compose`],
//! [`outbox`], [`send`]. The arrows do not know one another; only [`daemon`] joins them.
//! [`app`] is the one place that names concrete adapters, [`cli`] the one place that prints.
//! `docs/architecture.md` holds the longer tour, `tests/it/architecture.rs` the import table.

pub mod app;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod compose;
pub mod daemon;
pub mod door;
pub mod http;
pub mod model;
pub mod outbox;
pub mod plan;
pub mod send;
pub mod settings;
pub mod sheet;
pub mod smtp;
pub mod telemetry;
pub mod yaml;
