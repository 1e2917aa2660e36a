//! What `when` says: cron or a phrase, told apart by looks.

use super::{cron, phrase};
use crate::model::{recurrence::Recurrence, text::Text};

/// What `when` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// At times.
    Timed(Recurrence),
    /// When a folder changes.
    OnChange {
        /// Which.
        folder: String,
    },
}

/// Why `when` is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhenError {
    /// First character meant, from 0.
    pub at: usize,
    /// How many characters.
    pub length: usize,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub help: Option<Text>,
}

/// Reads a phrase in any of its languages, or a cron expression. `holidays` are the names the
/// calendar knows.
///
/// # Errors
/// What is not understood, and where in the text it stands.
pub fn read(text: &str, holidays: &[String]) -> Result<When, WhenError> {
    if cron::looks_like(text) {
        return cron::parse(text).map(When::Timed).map_err(|error| WhenError {
            at: error.at,
            length: error.length,
            message: error.message,
            help: error.help,
        });
    }
    let parsed = phrase::parse(text, &phrase::Context { holidays });
    let parsed = parsed.map_err(|error| WhenError {
        at: error.at,
        length: error.length,
        message: error.message,
        help: error.help,
    })?;
    Ok(match parsed.phrase {
        phrase::Phrase::Timed(recurrence) => When::Timed(recurrence),
        phrase::Phrase::OnChange { folder } => When::OnChange { folder },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cron_and_phrases_are_told_apart() {
        for text in ["0 9 * * 1-5", "every workday at 09:00"] {
            assert!(matches!(read(text, &[]), Ok(When::Timed(_))), "{text}");
        }
        let folder = read("on change of policies/", &[]);
        assert_eq!(folder, Ok(When::OnChange { folder: "policies/".to_owned() }));
        for text in ["", "61 9 * * 1-5", "every", "2026-02-30 at 09:00", "*"] {
            let error = read(text, &[]).expect_err(text);
            assert!(error.at + error.length <= text.chars().count() + 1, "{text}: {error:?}");
        }
    }
}
