//! Phrases as people type them: every rule again, in words the contract does not show.

mod chinese;
mod english;
mod indonesian;
mod portuguese;
