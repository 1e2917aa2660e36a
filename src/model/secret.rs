//! Secrets: references in files, values in memory for as short as possible, never printed.

use std::fmt;

use zeroize::Zeroizing;

use super::text::Text;

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

    /// Whether its name may be printed: it is a name, not the secret itself behind a prefix.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Env(name) => is_variable(name),
            Self::Credential(name) => {
                name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
                    && !name.starts_with('.')
            }
            Self::File(path) => {
                !path.contains("://") && !path.starts_with("//") && !path.contains(char::is_control)
            }
        }
    }
}

/// Whether a text can be the name of an environment variable.
#[must_use]
pub fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
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

/// A text in a file that may be kept secret elsewhere, whole or but for what stands before it:
/// `env:TOKEN`, `Bearer env:TOKEN`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Confided {
    /// As written.
    Plain(String),
    /// Read just before it is used.
    Secret {
        /// What stands before it, space included.
        before: String,
        /// Where it is kept.
        reference: SecretRef,
    },
}

impl Confided {
    /// The whole text.
    ///
    /// # Errors
    /// Why the secret cannot be read.
    pub fn resolve(
        &self,
        secret: impl Fn(&SecretRef) -> Result<Secret, Text>,
    ) -> Result<Secret, Text> {
        match self {
            Self::Plain(text) => Ok(Secret::new(text.clone())),
            Self::Secret { before, reference } => {
                let secret = secret(reference)?;
                Ok(Secret::new(format!("{before}{}", secret.expose())))
            }
        }
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
