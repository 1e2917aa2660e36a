//! The last good text of each schedule file, so that a broken edit silences nothing, also across a restart.

use jiff::Timestamp;

use super::{
    Outbox, StoreError,
    rows::{millis, texts},
};

/// A schedule file as it was when it last compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodFile {
    /// Its path, as the catalog names it.
    pub path: String,
    /// Its text.
    pub text: String,
    /// What its text is compared by.
    pub hash: String,
}

impl Outbox {
    /// Every kept file, by path.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn last_good(&self) -> Result<Vec<GoodFile>, StoreError> {
        let kept: Vec<(String, String, String)> =
            sqlx::query_as("SELECT path, text, hash FROM good_file ORDER BY path")
                .fetch_all(self.store.read())
                .await?;
        Ok(kept.into_iter().map(|(path, text, hash)| GoodFile { path, text, hash }).collect())
    }

    /// Keeps these texts in place of older ones.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn keep_good(&self, files: &[GoodFile], now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        for file in files {
            sqlx::query(
                "INSERT INTO good_file (path, text, hash, kept_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (path) DO UPDATE SET
                     text = excluded.text, hash = excluded.hash, kept_at = excluded.kept_at",
            )
            .bind(&file.path)
            .bind(&file.text)
            .bind(&file.hash)
            .bind(millis(now))
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Forgets files that are gone.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn forget(&self, paths: &[String]) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query("DELETE FROM good_file WHERE path IN (SELECT value ->> 0 FROM json_each($1))")
            .bind(texts(paths)?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
