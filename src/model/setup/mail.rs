//! Mail: who sends it, through which server, to whom.

use crate::model::secret::SecretRef;

/// How the robot `email` sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSetup {
    /// The server that takes the mail.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is secured.
    pub tls: MailTls,
    /// Who sends it.
    pub from: Mailbox,
    /// To whom; empty where a reminder names people itself.
    pub to: Vec<Mailbox>,
    /// Who gets a copy.
    pub cc: Vec<Mailbox>,
    /// The name to log in with; without one nobody logs in.
    pub user: Option<UserName>,
    /// Where the password is kept.
    pub password: Option<SecretRef>,
}

/// How the connection to a mail server is secured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MailTls {
    /// Not at all: to this very machine, or where plain text is allowed.
    None,
    /// It begins in plain text and is secured before anything is said.
    #[default]
    StartTls,
    /// From the first byte.
    Implicit,
}

impl MailTls {
    /// The words in the settings.
    pub const WORDS: [(&'static str, Self); 3] =
        [("starttls", Self::StartTls), ("tls", Self::Implicit), ("none", Self::None)];
}

/// A name to log in with: no secret, but often kept beside one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserName {
    /// As it is.
    Plain(String),
    /// Where it is kept.
    Kept(SecretRef),
}

impl UserName {
    /// Where it is kept, if it is.
    #[must_use]
    pub fn kept(&self) -> Option<&SecretRef> {
        match self {
            Self::Plain(_) => None,
            Self::Kept(reference) => Some(reference),
        }
    }
}

/// A mail address, with the name of whoever reads there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The name; may be in any script.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

/// No address is longer, in bytes (RFC 5321, 4.5.3.1).
const LONGEST_ADDRESS: usize = 254;

/// What is before the @ is not longer, in bytes.
const LONGEST_LOCAL: usize = 64;

/// No name is longer, in characters.
const LONGEST_NAME: usize = 100;

impl Mailbox {
    /// Reads `a@b.example`, `Name <a@b.example>` or `"Name" <a@b.example>`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, address)) => (name.trim(), address.trim()),
            None => ("", text),
        };
        let quoted = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let name = quoted.unwrap_or(name);
        let sound = |c: char| !c.is_control() && !matches!(c, '<' | '>' | '"' | '\\');
        if !name.chars().all(sound) || name.chars().count() > LONGEST_NAME || !is_address(address) {
            return None;
        }
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        Some(Self { name, address: address.to_owned() })
    }

    /// What stands behind the @.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// Whether a text is a mail address as servers everywhere take it: ASCII, without comments, quotes
/// and address literals. No such text can end a line or begin another command.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let dots = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && !part.ends_with('.') && !part.contains("..")
    };
    let label = |label: &str| {
        !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.len() <= LONGEST_ADDRESS
        && local.len() <= LONGEST_LOCAL
        && dots(local)
        && local.chars().all(atom)
        && dots(domain)
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_with_and_without_a_name() {
        let read = |text: &str| Mailbox::parse(text).map(|found| (found.name, found.address));
        let one = |name: &str, address: &str| {
            let name = Some(name.to_owned()).filter(|name| !name.is_empty());
            Some((name, address.to_owned()))
        };
        for (text, expected) in [
            ("hr@example.com", one("", "hr@example.com")),
            (" 人事部 <hr@example.com> ", one("人事部", "hr@example.com")),
            (
                "\"HR, Beijing\" <hr+a@mail.example.com>",
                one("HR, Beijing", "hr+a@mail.example.com"),
            ),
            ("<hr@localhost>", one("", "hr@localhost")),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        for text in [
            "",
            "hr",
            "@example.com",
            "hr@",
            "hr@@example.com",
            "a@b@c",
            "hr@exa mple.com",
            "hr@例子.com",
            "张@example.com",
            "hr.@example.com",
            "h..r@example.com",
            "hr@-a.com",
            "hr@a..com",
            "A <a@b> <c@d>",
            "hr@example.com\r\nBcc: x@y",
            "a\nb <hr@example.com>",
            "hr@example.com>",
            "<hr@example.com",
            "hr@[127.0.0.1]",
            "a,b@example.com",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(read(&format!("{}@example.com", "a".repeat(65))), None);
    }
}
