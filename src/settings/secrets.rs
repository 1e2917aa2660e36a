//! From a reference to a secret's value, just before it is used. No error here holds a value.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::{
    model::secret::{Secret, SecretRef},
    settings::environment::Environment,
};

/// No secret is longer, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Why a reference leads to no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set, or empty.
    #[error(
        "the environment variable {0} is not set; under systemd put it in the unit's EnvironmentFile or use LoadCredential"
    )]
    NotSet(String),
    /// systemd handed over no credentials.
    #[error(
        "there is no credential {0}: $CREDENTIALS_DIRECTORY is not set; it is under systemd, with LoadCredential={0}:PATH in the unit"
    )]
    NoCredentials(String),
    /// The file cannot be read.
    #[error("{reference} cannot be read from {path}: {source}")]
    Unreadable {
        /// The reference as written.
        reference: String,
        /// Where it leads.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is empty, or holds only blanks.
    #[error("{0} is empty")]
    Empty(String),
    /// It is no UTF-8 text.
    #[error("{0} is not UTF-8 text")]
    NotText(String),
    /// It is no single line.
    #[error("{0} holds several lines; it must hold the value alone")]
    SeveralLines(String),
    /// It is longer than any secret.
    #[error("{0} is longer than 64 KiB; it must hold the value alone")]
    TooLong(String),
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
    // Opening a pipe would wait for its writer.
    let result = std::fs::metadata(path).and_then(|metadata| {
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)
    });
    result.map(|_| bytes).map_err(|source| SecretError::Unreadable {
        reference: name.to_owned(),
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(reference: &str, environment: &Environment, folder: &Path) -> Result<String, String> {
        let reference = SecretRef::parse(reference).expect("reference");
        resolve(&reference, environment, folder)
            .map(|secret| secret.expose().to_owned())
            .map_err(|error| error.to_string())
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
