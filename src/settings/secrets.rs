//! From a reference to a secret's value, just before it is used. No error here holds a value.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::{
    model::{
        secret::{Secret, SecretRef},
        text::{Text, text},
    },
    settings::environment::Environment,
};

/// No secret is longer, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Why a reference leads to no secret.
#[derive(Debug)]
pub enum SecretError {
    /// The variable is not set, or empty.
    NotSet(String),
    /// systemd handed over no credentials.
    NoCredentials(String),
    /// The file cannot be read.
    Unreadable {
        /// The reference as written.
        reference: String,
        /// Where it leads.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not a file, but a folder or a pipe.
    NoFile {
        /// The reference as written.
        reference: String,
        /// Where it leads.
        path: PathBuf,
    },
    /// The file is empty, or holds only blanks.
    Empty(String),
    /// It is no UTF-8 text.
    NotText(String),
    /// It is no single line.
    SeveralLines(String),
    /// It is longer than any secret.
    TooLong(String),
}

impl SecretError {
    /// For whoever runs the server.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::NotSet(name) => text!(
                "the environment variable {name} is not set; under systemd put it in the unit's EnvironmentFile or use LoadCredential",
                name = name,
            ),
            Self::NoCredentials(name) => text!(
                "there is no credential {name}: $CREDENTIALS_DIRECTORY is not set; it is under systemd, with LoadCredential={name}:PATH in the unit",
                name = name,
            ),
            Self::Unreadable { reference, path, source } => text!(
                "{reference} cannot be read from {path}: {why}",
                reference = reference,
                path = path.display().to_string(),
                why = source.to_string(),
            ),
            Self::NoFile { reference, path } => text!(
                "{reference} leads to {path}, which is not a file",
                reference = reference,
                path = path.display().to_string(),
            ),
            Self::Empty(name) => text!("{name} is empty", name = name),
            Self::NotText(name) => text!("{name} is not UTF-8 text", name = name),
            Self::SeveralLines(name) => {
                text!("{name} holds several lines; it must hold the value alone", name = name)
            }
            Self::TooLong(name) => {
                text!("{name} is longer than 64 KiB; it must hold the value alone", name = name)
            }
        }
    }
}

/// Reads the value a reference leads to, without the line break at its end. `folder` is the one
/// relative paths start from.
///
/// # Errors
/// Why there is none, in words that may be shown to anyone.
pub fn resolve(
    reference: &SecretRef,
    environment: &Environment,
    folder: &Path,
) -> Result<Secret, SecretError> {
    let name = reference.to_string();
    let bytes = match reference {
        SecretRef::Env(variable) => environment
            .variable(variable)
            .ok_or_else(|| SecretError::NotSet(variable.clone()))?
            .into_encoded_bytes(),
        SecretRef::File(path) => read(&folder.join(path), &name)?,
        SecretRef::Credential(credential) => {
            let folder = environment
                .path("CREDENTIALS_DIRECTORY")
                .ok_or_else(|| SecretError::NoCredentials(credential.clone()))?;
            read(&folder.join(credential), &name)?
        }
    };
    if bytes.len() as u64 > LONGEST {
        return Err(SecretError::TooLong(name));
    }
    let Ok(value) = String::from_utf8(bytes) else { return Err(SecretError::NotText(name)) };
    let value = Secret::new(value);
    let line = value.expose().trim_end_matches(['\n', '\r']);
    if line.trim().is_empty() {
        return Err(SecretError::Empty(name));
    }
    if line.contains('\n') {
        return Err(SecretError::SeveralLines(name));
    }
    Ok(Secret::new(line.to_owned()))
}

fn read(path: &Path, name: &str) -> Result<Vec<u8>, SecretError> {
    let mut bytes = Vec::new();
    let (reference, found) = (name.to_owned(), std::fs::metadata(path));
    // Opening a pipe would wait for its writer.
    if found.as_ref().is_ok_and(|found| !found.is_file()) {
        return Err(SecretError::NoFile { reference, path: path.to_owned() });
    }
    let read = found
        .and_then(|_| File::open(path))
        .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(bytes),
        Err(source) => Err(SecretError::Unreadable { reference, path: path.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(reference: &str, environment: &Environment, folder: &Path) -> Result<String, String> {
        let reference = SecretRef::parse(reference).expect("reference");
        resolve(&reference, environment, folder)
            .map(|secret| secret.expose().to_owned())
            .map_err(|error| error.text().to_string())
    }

    #[test]
    fn values_are_read_from_where_they_are_kept() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path();
        std::fs::write(path.join("hook"), "https://x\r\n").expect("write");
        let credentials = path.to_str().expect("utf-8");
        let environment =
            Environment::fixed(&[("A", "b"), ("CREDENTIALS_DIRECTORY", credentials)], None);
        assert_eq!(value("env:A", &environment, path), Ok("b".into()));
        assert_eq!(value("file:hook", &environment, path), Ok("https://x".into()));
        assert_eq!(value("credential:hook", &environment, path), Ok("https://x".into()));
    }

    #[test]
    fn errors_never_hold_the_value() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path();
        let environment = Environment::fixed(&[], None);
        for (name, content) in [
            ("empty", b" \n".to_vec()),
            ("lines", b"hush\nhush\n".to_vec()),
            ("gbk", b"hush\xFF".to_vec()),
            ("long", b"hush".repeat(20_000)),
        ] {
            std::fs::write(path.join(name), content).expect("write");
            let error = value(&format!("file:{name}"), &environment, path).expect_err(name);
            assert!(error.contains(name) && !error.contains("hush"), "{error}");
        }
        for reference in ["env:A", "credential:a", "file:missing", "file:."] {
            value(reference, &environment, path).expect_err(reference);
        }
    }
}
