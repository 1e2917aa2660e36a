//! The one place that opens connections to mail servers: timeouts, trust, size limits and silence
//! about passwords, as [`crate::http`] has them for the web.
//!
//! An answer is told in the words of [`crate::http`], because it is of the same kind: three digits
//! and a text. Its header [`STAGE`] says what was answered; [`REFUSED`] and [`DEFERRED`] name the
//! receivers that were not taken while others were.

use std::{
    error::Error as _,
    fmt, io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail as Sender, Rcpt},
        extension::ClientId,
    },
};

use crate::{
    http::{Failure, FailureKind, Response},
    model::{secret::Secret, setup::mail::MailTls, text::Text},
};

/// What was answered: one of [`Stage`]'s words.
pub const STAGE: &str = "stage";

/// One receiver that was refused for good while others were taken: the address, a blank, and the
/// server's answer.
pub const REFUSED: &str = "refused";

/// The same for one that may be taken later.
pub const DEFERRED: &str = "deferred";

/// How long the client waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// For a connection, and for the answer to each command.
    pub connect: Duration,
    /// For everything. Servers look at a mail for a while before they take it.
    pub total: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), total: Duration::from_secs(40) }
    }
}

/// How far a conversation came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The server said who it is.
    Greeting,
    /// The connection was to be secured.
    Tls,
    /// The password was given.
    Login,
    /// The sender was named.
    Sender,
    /// The receivers were named.
    Receivers,
    /// The mail itself.
    Content,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 6] =
        [Self::Greeting, Self::Tls, Self::Login, Self::Sender, Self::Receivers, Self::Content];

    /// The word in an answer's header.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Tls => "starttls",
            Self::Login => "login",
            Self::Sender => "sender",
            Self::Receivers => "receivers",
            Self::Content => "content",
        }
    }
}

/// One mail, complete. `Debug` shows the server and sizes only.
#[derive(Clone)]
pub struct Mail {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is secured.
    pub tls: MailTls,
    /// Name and password to log in with.
    pub login: Option<(Secret, Secret)>,
    /// What this machine calls itself.
    pub hello: String,
    /// The sender's address.
    pub from: String,
    /// The receivers' addresses.
    pub to: Vec<String>,
    /// Headers and text, as they are sent.
    pub content: Vec<u8>,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("to", &self.to.len())
            .field("content", &format_args!("{} bytes", self.content.len()))
            .finish_non_exhaustive()
    }
}

/// Sends mails, each over a connection of its own.
#[derive(Clone, Debug)]
pub struct Mailer {
    options: Options,
    /// Certificates in PEM that are trusted besides the system's, or why they cannot be read.
    ca: Result<Option<Vec<u8>>, Text>,
}

impl Default for Mailer {
    fn default() -> Self {
        Self::trusting(Options::default(), Ok(None))
    }
}

/// Why a conversation ended before the mail was taken.
enum Ended {
    /// The server said so.
    Answered(Response),
    /// It did not get that far.
    Failed(FailureKind, Text),
}

type Talk<T> = Result<T, Ended>;

impl Mailer {
    /// A mailer with its own patience.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// A mailer that trusts these certificates (PEM) besides the system's; where they cannot be read,
    /// it says why at every mail that has to trust somebody.
    #[must_use]
    pub fn trusting(options: Options, ca: Result<Option<Vec<u8>>, Text>) -> Self {
        Self { options, ca }
    }

    /// Sends one mail, once. Receivers that the server does not take are named in the answer; the
    /// others get it.
    ///
    /// # Errors
    /// When there is no whole answer. A refusal is an answer.
    pub async fn send(&self, mail: &Mail) -> Result<Response, Failure> {
        self.bounded(mail, self.talk(mail)).await
    }

    /// Greets a server and says goodbye: whether it can be found, reached and trusted.
    ///
    /// # Errors
    /// When there is no whole answer. A refusal is an answer.
    pub async fn greet(&self, mail: &Mail) -> Result<Response, Failure> {
        let talk = async {
            let mut server = self.open(mail).await?;
            let _ = tokio::time::timeout(GOODBYE, server.quit()).await;
            Ok(said(Stage::Greeting, READY, ""))
        };
        self.bounded(mail, talk).await
    }

    /// A conversation that ends in time.
    async fn bounded(
        &self,
        mail: &Mail,
        talk: impl Future<Output = Talk<Response>>,
    ) -> Result<Response, Failure> {
        let ended = match tokio::time::timeout(self.options.total, talk).await {
            Ok(Ok(taken)) => return Ok(taken),
            Ok(Err(ended)) => ended,
            Err(_) => Ended::Failed(FailureKind::Timeout, "".into()),
        };
        match ended {
            Ended::Answered(response) => Ok(response),
            Ended::Failed(kind, detail) => Err(Failure {
                kind,
                host: format!("{}:{}", mail.host, mail.port),
                detail,
                may_have_arrived: !matches!(kind, FailureKind::Dns | FailureKind::Connect),
            }),
        }
    }

    async fn talk(&self, mail: &Mail) -> Talk<Response> {
        let mut server = self.open(mail).await?;
        if let Some((user, password)) = &mail.login {
            let known = [Mechanism::Plain, Mechanism::Login];
            if server.server_info().get_auth_mechanism(&known).is_none() {
                return Err(not_offered(Stage::Login));
            }
            let login = Credentials::new(user.expose().to_owned(), password.expose().to_owned());
            let answer = server.auth(&known, &login).await;
            answer.map_err(|error| ended(Stage::Login, &error))?;
        }
        let from = address(&mail.from)?;
        let answer = server.command(Sender::new(Some(from), Vec::new())).await;
        answer.map_err(|error| ended(Stage::Sender, &error))?;
        let missed = receivers(&mut server, &mail.to).await?;
        let answer = server.command(Data).await;
        answer.map_err(|error| ended(Stage::Content, &error))?;
        let answer = server.message(&mail.content).await;
        let answer = answer.map_err(|error| ended(Stage::Content, &error))?;
        // The mail is taken, whatever the server says to the goodbye.
        let _ = tokio::time::timeout(GOODBYE, server.quit()).await;
        let text = answer.message().collect::<Vec<_>>().join(" ");
        let mut response = said(Stage::Content, code(answer.code()), &text);
        response.headers.extend(missed);
        Ok(response)
    }

    /// A connection, secured as it has to be.
    async fn open(&self, mail: &Mail) -> Talk<AsyncSmtpConnection> {
        let hello = ClientId::Domain(mail.hello.clone());
        let addresses = lookup(mail).await?;
        let trust = match mail.tls {
            MailTls::None => None,
            MailTls::StartTls | MailTls::Implicit => Some(self.trust(&mail.host)?),
        };
        let implicit = trust.clone().filter(|_| mail.tls == MailTls::Implicit);
        let patience = Some(self.options.connect);
        let opened =
            AsyncSmtpConnection::connect_tokio1(&*addresses, patience, &hello, implicit, None);
        let mut server = opened.await.map_err(|error| ended(Stage::Greeting, &error))?;
        if let Some(trust) = trust.filter(|_| mail.tls == MailTls::StartTls) {
            if !server.can_starttls() {
                return Err(not_offered(Stage::Tls));
            }
            let secured = server.starttls(trust, &hello).await;
            secured.map_err(|error| ended(Stage::Tls, &error))?;
        }
        Ok(server)
    }

    fn trust(&self, host: &str) -> Talk<TlsParameters> {
        let setup = |error: &Error| Ended::Failed(FailureKind::Setup, innermost(error).into());
        let mut trust = TlsParameters::builder(host.to_owned());
        let unreadable = |why: &Text| Ended::Failed(FailureKind::Setup, why.clone());
        if let Some(ca) = self.ca.as_ref().map_err(unreadable)? {
            let root = Certificate::from_pem(ca).map_err(|error| setup(&error))?;
            trust = trust.add_root_certificate(root);
        }
        trust.build_rustls().map_err(|error| setup(&error))
    }
}

/// The server is ready (RFC 5321, 4.2.3).
const READY: u16 = 220;

/// How long the server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// Names the receivers. Those that are not taken are returned as headers, unless nobody is.
async fn receivers(server: &mut AsyncSmtpConnection, to: &[String]) -> Talk<Vec<(String, String)>> {
    let mut missed = Vec::new();
    let mut worst: Option<Response> = None;
    for one in to {
        let answer = server.command(Rcpt::new(address(one)?, Vec::new())).await;
        let Err(error) = answer else { continue };
        let Ended::Answered(response) = ended(Stage::Receivers, &error) else {
            return Err(ended(Stage::Receivers, &error));
        };
        if response.status == CLOSING {
            return Err(Ended::Answered(response));
        }
        let kind = if response.status < 500 { DEFERRED } else { REFUSED };
        let text = String::from_utf8_lossy(&response.body);
        missed.push((kind.to_owned(), format!("{one} {} {text}", response.status)));
        // What may pass later decides while there is any.
        let worse = worst.as_ref().is_none_or(|known| response.status < 500 && known.status >= 500);
        if worse {
            worst = Some(response);
        }
    }
    match worst {
        Some(mut response) if missed.len() == to.len() => {
            response.headers.extend(missed);
            Err(Ended::Answered(response))
        }
        _ => Ok(missed),
    }
}

/// The server closes the connection.
const CLOSING: u16 = 421;

async fn lookup(mail: &Mail) -> Talk<Vec<SocketAddr>> {
    if let Ok(ip) = mail.host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, mail.port)]);
    }
    let failed = |detail: String| Ended::Failed(FailureKind::Dns, detail.into());
    let found = tokio::net::lookup_host((mail.host.as_str(), mail.port)).await;
    let found: Vec<SocketAddr> = found.map_err(|error| failed(error.to_string()))?.collect();
    if found.is_empty() { Err(failed(String::new())) } else { Ok(found) }
}

fn address(text: &str) -> Talk<Address> {
    text.parse().map_err(|_| Ended::Failed(FailureKind::Address, "".into()))
}

/// What the server said, or what went wrong instead.
fn ended(stage: Stage, error: &Error) -> Ended {
    if let Some(status) = error.status() {
        return Ended::Answered(said(stage, code(status), &source(error)));
    }
    let found = |kind| Ended::Failed(kind, innermost(error).into());
    let io = causes(error).find_map(|cause| cause.downcast_ref::<io::Error>());
    if error.is_timeout() {
        Ended::Failed(FailureKind::Timeout, "".into())
    } else if causes(error).any(<dyn std::error::Error>::is::<rustls::Error>) {
        found(FailureKind::Tls)
    } else if error.is_response() {
        found(if stage == Stage::Content { FailureKind::Cut } else { FailureKind::Reset })
    } else if stage == Stage::Greeting && io.is_none_or(|io| is_unreachable(io.kind())) {
        found(FailureKind::Connect)
    } else {
        found(FailureKind::Reset)
    }
}

fn is_unreachable(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    !matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

/// The server does not offer what is needed there: nothing it said, so neither code nor text.
fn not_offered(stage: Stage) -> Ended {
    Ended::Answered(said(stage, 0, ""))
}

fn said(stage: Stage, status: u16, text: &str) -> Response {
    Response {
        status,
        headers: vec![(STAGE.to_owned(), stage.name().to_owned())],
        body: text.as_bytes().to_vec(),
        ..Response::default()
    }
}

fn code(code: lettre::transport::smtp::response::Code) -> u16 {
    code.into()
}

fn source(error: &Error) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}

/// The innermost cause in words.
fn innermost(error: &Error) -> String {
    let cause = causes(error).last().map(ToString::to_string).unwrap_or_default();
    cause.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

/// What caused an error, outermost first, without the error itself.
fn causes(error: &Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |cause| deeper(*cause)).take(16)
}

/// What is behind a cause. An I/O error passes over what it wraps when it is asked for its source.
fn deeper<'a>(
    cause: &'a (dyn std::error::Error + 'static),
) -> Option<&'a (dyn std::error::Error + 'static)> {
    match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => cause.source(),
    }
}
