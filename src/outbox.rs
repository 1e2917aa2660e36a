//! The outbox: the durable middle. Everything that was promised is a row here, and every change of
//! a row is one of three transactions:
//!
//! ```text
//! plan     occurrences and watermarks                       Outbox::plan, plan_manual, plan_alert
//! compose  the occurrence's mark, one delivery a target,
//!          and the cursors of what it told                  Outbox::compose_batch
//! settle   an attempt and the delivery's state              Outbox::settle_batch
//! ```
//!
//! Between compose and settle stands the claim: one small write that makes lease, pace slot and
//! attempt number durable before a request leaves, so that no sequence of crashes can exceed a
//! vendor's limit. What can leave at once is claimed in the compose transaction itself. A lease is
//! fenced by its token: whoever lost it settles nothing.
//!
//! Time is an argument everywhere; instants are kept in unix milliseconds, and what is finer is cut.

mod alerts;
mod backup;
mod brakes;
mod claim;
mod compose;
mod cursors;
mod daily;
mod damage;
mod error;
mod fallback;
mod files;
mod forecast;
mod handles;
mod locks;
mod log;
mod merge;
mod paces;
mod place;
mod plan;
mod planned;
mod probe;
mod prune;
mod ready;
mod reckon;
mod rehearsal;
mod report;
mod rescue;
mod robots;
mod rows;
mod settle;
mod sqlite;
mod status;
mod verbs;
mod waiting;

pub use alerts::Unheard;
pub use backup::BackupError;
pub use brakes::{BY_HAND, Brake, Brakes, Pause, Scope, Skipped};
pub use claim::{ClaimRequest, LONGEST_LEASE, OpenTarget};
pub use compose::{Composing, Composition, Compositions};
pub use daily::{Allowance, DAILY, LetGo};
pub use damage::Damaged;
pub use error::{OpenError, StoreError};
pub use fallback::{Moved, Other, Standby, moved_to};
pub use files::GoodFile;
pub use handles::Handle;
pub use locks::{LockError, OwnerLock, ServiceLock, service_running};
pub use log::{DeliveryRecord, LogQuery, LogState, OccurrenceRecord};
pub use merge::{Crowd, MERGED, merged_into};
pub use paces::Paces;
pub use plan::{Fate, PlannedRow, Span, Watermark};
pub use planned::Planned;
pub use prune::Pruned;
pub use report::{Arrival, Heard, Outcome};
pub use rescue::{Dropped, Rescued};
pub use robots::Suspension;
pub use settle::Answer;
pub use sqlite::OpenMode;
pub use status::{Counts, Queue};
pub use verbs::Changed;
pub use waiting::{Ahead, Holdup, QUEUE_LIMIT, Waiting};

use std::path::{Path, PathBuf};

/// The longest reason or advice the store keeps, in characters; what is longer is cut.
pub const REASON_LIMIT: usize = 500;

/// The open store. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Outbox {
    store: sqlite::Store,
    reckoned: reckon::Reckoned,
    damage: damage::Damage,
}

impl Outbox {
    /// Opens the store at `path`, creates its folder and file (for this user alone) when they are
    /// missing, and brings its tables to this program's version.
    ///
    /// # Errors
    /// One sentence for an engineer: see [`OpenError`].
    pub async fn open(path: &Path, mode: OpenMode) -> Result<Self, OpenError> {
        let store = sqlite::Store::open(path, mode).await?;
        let (reckoned, damage) = Default::default();
        Ok(Self { store, reckoned, damage })
    }

    /// Finishes what is under way and closes every connection.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// Gives memory back: for whoever has written much and has nothing more to write for now.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn shrink(&self) -> Result<(), StoreError> {
        self.store.shrink().await
    }

    /// Where the store is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// The file beside a store that the running service watches: `STORE.nudge`.
    #[must_use]
    pub fn nudge_path(store: &Path) -> PathBuf {
        place::beside(store, ".nudge")
    }

    /// Tells a running service that there is new work. Writes one byte into [`Self::nudge_path`].
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn nudge(&self) -> std::io::Result<()> {
        locks::nudge(self.path())
    }
}
