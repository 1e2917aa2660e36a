//! Secrets: references in files, values in memory for as short as possible, never printed.

use std::fmt;

use zeroize::Zeroizing;

/// Where a secret is kept. This is what files hold and what may be shown to anyone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretRef {
    /// `env:NAME`: an environment variable.
    Env(String),
    /// `file:PATH`: the content of a file, without the line break at its end.
    File(String),
    /// `credential:NAME`: a systemd credential (`LoadCredential=`), a file in `$CREDENTIALS_DIRECTORY`.
    Credential(String),
}

impl SecretRef {
    /// Reads `env:NAME`, `file:PATH` or `credential:NAME`; anything else is not a reference.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once(':')?;
        if name.is_empty() || name.trim() != name {
            return None;
        }
        match kind {
            "env" => Some(Self::Env(name.to_owned())),
            "file" => Some(Self::File(name.to_owned())),
            "credential" => Some(Self::Credential(name.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{path}"),
            Self::Credential(name) => write!(f, "credential:{name}"),
        }
    }
}

/// A secret's value. Wiped from memory when dropped; `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the value over.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself: for signing and for the request, for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What a robot needs to be reached, resolved from a target's references just before use.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The whole URL as pasted by a person, checked by the robot's own rules.
    pub webhook: Option<Secret>,
    /// The signing secret.
    pub secret: Option<Secret>,
    /// Name and password.
    pub login: Option<(Secret, Secret)>,
    /// Headers to be sent along.
    pub headers: Vec<(String, Secret)>,
}
