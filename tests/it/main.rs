//! One test binary for everything that is tested from outside a module.
//!
//! The modules say `cfg(test)`, which is always so here, for clippy to see that their helpers are
//! tests too and may unwrap.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod brakes;
#[cfg(test)]
mod calendar_command;
#[cfg(test)]
mod calendars;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod daily;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod fallback;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod gallery;
#[cfg(test)]
mod guide;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod languages;
#[cfg(test)]
mod merging;
#[cfg(test)]
mod network;
#[cfg(test)]
mod outbox_contract;
#[cfg(test)]
mod people;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod promise;
#[cfg(test)]
mod reads;
#[cfg(test)]
mod rehearsal;
#[cfg(test)]
mod report;
#[cfg(test)]
mod robots;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod starting;
#[cfg(test)]
mod support;
#[cfg(test)]
mod timeline;
#[cfg(test)]
mod traffic;
#[cfg(test)]
mod trust;
#[cfg(test)]
mod why;
