//! `schema`: JSON Schemas of the files people write, for editors; and where those are kept that the
//! files written here point to.

use std::path::Path;

use super::{Exit, Globals, files, output, prepare};
use crate::{catalog, model::language::Language, settings};

/// The folder beside the files, for what editors read.
const FOLDER: &str = ".dingdong";

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// That of dingdong.yaml, in place of that of schedule files.
    #[arg(long)]
    settings: bool,
}

/// Prints a schema.
pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    // Only for the language of its explanations.
    prepare::load(globals);
    let kind = if options.settings { Kind::Settings } else { Kind::Schedule };
    output::json(&kind.schema(output::language()));
    Exit::Done
}

/// A kind of file with a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A schedule file.
    Schedule,
    /// `dingdong.yaml`.
    Settings,
}

impl Kind {
    fn schema(self, language: Language) -> serde_json::Value {
        match self {
            Self::Schedule => catalog::schema::schema(language),
            Self::Settings => settings::schema::schema(language),
        }
    }

    /// Its place below the folder of the files it is for; their first line names it.
    pub(super) fn place(self) -> String {
        let name = match self {
            Self::Schedule => "schedule",
            Self::Settings => "settings",
        };
        format!("{FOLDER}/{name}.schema.json")
    }

    /// Writes it where the files in a folder look for it. It is the program's own: one of another
    /// version is replaced.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn put(self, folder: &Path, language: Language) -> std::io::Result<()> {
        let text = format!("{:#}\n", self.schema(language));
        files::replace(&folder.join(self.place()), &text)
    }
}
