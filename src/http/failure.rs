//! What can go wrong before there is a whole answer, in words that hold no URL.

use std::{error::Error, fmt, io};

use crate::model::text::{Text, text};

/// What went wrong before there was a whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// Not a URL this client takes: see `is_allowed`.
    Address,
    /// The client itself could not be set up, for want of root certificates.
    Setup,
    /// The host's name could not be looked up.
    Dns,
    /// No connection to the host, or to the proxy on the way.
    Connect,
    /// A connection, but no trust in it.
    Tls,
    /// It took longer than `Options` allow.
    Timeout,
    /// The connection ended before an answer began.
    Reset,
    /// The connection ended within the answer.
    Cut,
    /// The answer was longer than the request allowed.
    TooLarge,
    /// The answer leads elsewhere, and is not followed.
    Redirect,
}

impl FailureKind {
    /// The word in logs and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Setup => "setup",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Reset => "reset",
            Self::Cut => "cut",
            Self::TooLarge => "too_large",
            Self::Redirect => "redirect",
        }
    }

    fn sentence(self, host: Text) -> Text {
        match self {
            Self::Address => text!("{host} is not an https address", host = host),
            Self::Setup => {
                text!("{host} cannot be reached: the connection could not be set up", host = host)
            }
            Self::Dns => text!("{host} could not be found: the name lookup failed", host = host),
            Self::Connect => text!("{host} could not be reached", host = host),
            Self::Tls => {
                text!("{host} could not be trusted: the TLS handshake failed", host = host)
            }
            Self::Timeout => text!("{host} did not answer in time", host = host),
            Self::Reset => text!("{host} closed the connection without an answer", host = host),
            Self::Cut => text!("{host} broke off in the middle of its answer", host = host),
            Self::TooLarge => text!("{host} sent an answer that is too long", host = host),
            Self::Redirect => text!("{host} sends whoever asks elsewhere", host = host),
        }
    }
}

/// No whole answer. Holds no secret, so it may be shown to anyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The class.
    pub kind: FailureKind,
    /// The host, with its port where one was written.
    pub host: String,
    /// What the system said, such as `Connection refused`; may be empty.
    pub detail: Text,
    /// The request may have been read and acted on.
    pub may_have_arrived: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

impl Failure {
    /// What went wrong, for people.
    #[must_use]
    pub fn text(&self) -> Text {
        let host = match self.host.as_str() {
            "" => text!("the address"),
            host => host.into(),
        };
        let what = self.kind.sentence(host);
        match self.detail.is_empty() {
            true => what,
            false => text!("{what} ({detail})", what = what, detail = self.detail.clone()),
        }
    }
}

impl Error for Failure {}

/// Sorts an error of the client; `answering` when an answer had begun.
pub(super) fn failure(error: &reqwest::Error, host: &str, answering: bool) -> Failure {
    let kind = if error.is_timeout() {
        FailureKind::Timeout
    } else if error.is_dns() {
        FailureKind::Dns
    } else if causes(error).any(<dyn Error>::is::<rustls::Error>) {
        FailureKind::Tls
    } else if error.is_connect() {
        FailureKind::Connect
    } else if answering {
        FailureKind::Cut
    } else if error.is_builder() {
        FailureKind::Address
    } else {
        FailureKind::Reset
    };
    let detail = if kind == FailureKind::Timeout { "".into() } else { detail(error) };
    let may_have_arrived = !error.is_connect() && !error.is_builder();
    Failure { kind, host: host.to_owned(), detail, may_have_arrived }
}

/// The innermost cause in words. The outermost is left out: only it knows the URL.
pub(super) fn detail(error: &reqwest::Error) -> Text {
    let innermost = causes(error).last().map(ToString::to_string).unwrap_or_default();
    innermost
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect::<String>()
        .into()
}

/// What caused an error, outermost first, without the error itself.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let first = error.source();
    std::iter::successors(first, |cause: &&(dyn Error + 'static)| deeper(*cause)).take(16)
}

/// What is behind a cause. An I/O error passes over what it wraps when it is asked for its source.
fn deeper<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => cause.source(),
    }
}
