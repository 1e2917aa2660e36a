//! Whether the store can do its work here: for `doctor`.

use std::path::Path;

use super::{Outbox, StoreError, place};

impl Outbox {
    /// Takes the write lock, writes a row and takes it back: what can go wrong at writing goes wrong
    /// here.
    ///
    /// # Errors
    /// The store could not be written.
    pub async fn try_write(&self) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query(
            "INSERT INTO alert (cause, told_at) VALUES ('doctor', 0) ON CONFLICT DO NOTHING",
        )
        .execute(&mut *tx)
        .await?;
        tx.rollback().await?;
        Ok(())
    }

    /// How many bytes are free where a store is, or would be; none where that cannot be known.
    #[must_use]
    pub fn free_bytes(store: &Path) -> Option<u64> {
        let place = store.ancestors().skip(1).find(|folder| folder.is_dir())?;
        place::free_bytes(place)
    }

    /// Whether a store that is not there yet could be made: the first folder above it that exists
    /// can be written.
    #[must_use]
    pub fn can_be_made(store: &Path) -> bool {
        let above = store.ancestors().skip(1);
        let above =
            above.map(|folder| if folder == Path::new("") { Path::new(".") } else { folder });
        above.into_iter().find(|folder| folder.exists()).is_some_and(place::is_writable)
    }
}
