//! `backup`: a copy of the store, while the service goes on.

use std::path::PathBuf;

use serde_json::json;

use super::{Exit, Globals, output, prepare};
use crate::model::text::text;
use crate::{
    app,
    outbox::{BackupError, OpenMode},
};

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The file to write, which must not exist; in a folder, the file is named by date and time.
    file: PathBuf,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    backup(globals, options).err().unwrap_or(Exit::Done)
}

fn backup(globals: &Globals, options: &Options) -> Result<(), Exit> {
    let prepared = prepare::settings(globals)?;
    let file = match options.file.is_dir() {
        true => {
            let now = app::clock().now().to_zoned_datetime(prepared.settings.zone.tz.clone());
            options.file.join(now.strftime("dingdong-%Y%m%d-%H%M%S.db").to_string())
        }
        false => options.file.clone(),
    };
    let bytes = prepare::runtime()?.block_on(async {
        let outbox = prepared.store(OpenMode::Read).await?;
        let written = outbox.backup(&file).await;
        outbox.close().await;
        written.map_err(|error| {
            output::error(error.text());
            match error {
                BackupError::Store { .. } => Exit::Store,
                _ => Exit::Failed,
            }
        })
    })?;
    if globals.json {
        let (store, file) = (prepared.settings.store.display(), file.display());
        output::json(&json!({
            "store": store.to_string(),
            "backup": file.to_string(),
            "bytes": bytes,
        }));
    } else {
        output::tell(text!(
            "{file}: {bytes} bytes, opened again and good",
            file = file.display().to_string(),
            bytes = bytes,
        ));
    }
    Ok(())
}
