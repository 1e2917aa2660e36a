//! A mail server of our own: it holds to RFC 5321 and 5322, demands what real ones demand, keeps
//! what it takes, and misbehaves when asked to. It shares no code with the program.

use std::{
    collections::{BTreeSet, VecDeque},
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// No connection lasts longer; reached only when a test hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail may have so many bytes here.
const SIZE: usize = 300_000;

/// How connections are secured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Security {
    /// Not at all.
    #[default]
    Plain,
    /// STARTTLS is offered, and demanded.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// What the server knows and demands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) security: Security,
    /// Name and password; without them nobody has to log in.
    pub(crate) login: Option<(&'static str, &'static str)>,
    /// Addresses there are; empty: every one.
    pub(crate) mailboxes: Vec<&'static str>,
}

/// How the next fitting command is mistreated.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// This command is answered so, and has no effect. `CONNECT` is the greeting, `.` the end of a
    /// mail.
    Say(&'static str, &'static str),
    /// The connection ends when this command comes.
    Close(&'static str),
    /// The mail is taken, and the connection ends without an answer.
    TakeAndClose,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) secured: bool,
    pub(crate) user: Option<String>,
    /// Every header, in order.
    pub(crate) headers: Vec<(String, String)>,
    /// Every part: its content type and its text, decoded.
    pub(crate) parts: Vec<(String, String)>,
}

impl Taken {
    /// A header that has to be there once, decoded.
    pub(crate) fn header(&self, name: &str) -> String {
        let found: Vec<_> =
            self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).collect();
        assert_eq!(found.len(), 1, "{name}: {:?}", self.headers);
        words(&found[0].1)
    }
}

/// The server. It ends when dropped.
pub(crate) struct FakeMail {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    /// Its certificate in PEM: nobody else vouches for it.
    pub(crate) certificate: String,
}

struct Shared {
    rules: Rules,
    tls: Arc<ServerConfig>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: Vec<Taken>,
    said: Vec<String>,
    faults: VecDeque<Fault>,
    ended: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next fault, when it is about this command.
    fn fault(&self, verb: &str) -> Option<Fault> {
        let mut state = self.state();
        let about = match state.faults.front()? {
            Fault::Say(about, _) | Fault::Close(about) => *about,
            Fault::TakeAndClose => ".",
        };
        if about == verb { state.faults.pop_front() } else { None }
    }
}

impl FakeMail {
    /// Starts a server on a free port of 127.0.0.1.
    pub(crate) fn start(rules: Rules) -> Self {
        let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::Pkcs8(key))
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { rules, tls: Arc::new(tls), state: Mutex::default() });
        let serving = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.state().ended {
                    break;
                }
                let (Ok(stream), shared) = (stream, Arc::clone(&serving)) else { continue };
                std::thread::spawn(move || Talk::with(stream, &shared));
            }
        });
        Self { address, shared, thread: Some(thread), certificate: made.cert.pem() }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Mistreats the next command of its kind.
    pub(crate) fn fault(&self, fault: Fault) {
        self.shared.state().faults.push_back(fault);
    }

    /// The mails it took, oldest first.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.shared.state().taken.clone()
    }

    /// Every line it was told outside of mails, oldest first.
    pub(crate) fn said(&self) -> Vec<String> {
        self.shared.state().said.clone()
    }
}

impl Drop for FakeMail {
    fn drop(&mut self) {
        self.shared.state().ended = true;
        drop(TcpStream::connect(self.address));
        self.thread.take().map(JoinHandle::join);
    }
}

enum Wire {
    Plain(TcpStream),
    Secured(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    fn secured(self, tls: &Arc<ServerConfig>) -> Option<Self> {
        let Self::Plain(stream) = self else { return None };
        let connection = ServerConnection::new(Arc::clone(tls)).ok()?;
        Some(Self::Secured(Box::new(StreamOwned::new(connection, stream))))
    }

    fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        let read = match self {
            Self::Plain(stream) => stream.read(&mut byte),
            Self::Secured(stream) => stream.read(&mut byte),
        };
        read.ok().filter(|&read| read == 1).map(|_| byte[0])
    }

    /// A line without its end; a bare line feed ends none.
    fn line(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(self.byte()?);
            if line.len() > SIZE {
                return None;
            }
        }
        line.truncate(line.len() - 2);
        Some(line)
    }

    fn say(&mut self, line: &str) -> Option<()> {
        let line = format!("{line}\r\n");
        match self {
            Self::Plain(stream) => stream.write_all(line.as_bytes()).ok(),
            Self::Secured(stream) => {
                stream.write_all(line.as_bytes()).and_then(|()| stream.flush()).ok()
            }
        }
    }
}

/// One conversation.
struct Talk<'a> {
    shared: &'a Shared,
    wire: Wire,
    secured: bool,
    greeted: bool,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

impl Talk<'_> {
    fn with(stream: TcpStream, shared: &Shared) -> Option<()> {
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        stream.set_nodelay(true).ok()?;
        let mut wire = Wire::Plain(stream);
        let secured = shared.rules.security == Security::Implicit;
        if secured {
            wire = wire.secured(&shared.tls)?;
        }
        let (user, from, to) = (None, None, Vec::new());
        let mut talk = Talk { shared, wire, secured, greeted: false, user, from, to };
        match shared.fault("CONNECT") {
            Some(Fault::Say(_, line)) => return talk.wire.say(line),
            Some(_) => return None,
            None => talk.wire.say("220 mail.example ESMTP")?,
        }
        loop {
            let line = talk.wire.line()?;
            let line = String::from_utf8(line).unwrap_or_else(|_| "\u{fffd}".to_owned());
            shared.state().said.push(line.clone());
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match shared.fault(&verb) {
                Some(Fault::Say(_, said)) => {
                    talk.wire.say(said)?;
                    continue;
                }
                Some(_) => return None,
                None => {}
            }
            if verb == "STARTTLS" && talk.may_secure() {
                talk.wire.say("220 2.0.0 go ahead")?;
                talk.wire = talk.wire.secured(&shared.tls)?;
                (talk.secured, talk.greeted) = (true, false);
                continue;
            }
            let answer = match verb.as_str() {
                "EHLO" => talk.hello(&line),
                "AUTH" => talk.login(&line)?,
                "MAIL" => talk.sender(&line),
                "RCPT" => talk.receiver(&line),
                "DATA" => talk.data()?,
                "QUIT" => {
                    talk.wire.say("221 2.0.0 bye")?;
                    return None;
                }
                _ => "502 5.5.1 what?".to_owned(),
            };
            talk.wire.say(&answer)?;
        }
    }

    fn may_secure(&self) -> bool {
        self.greeted && !self.secured && self.shared.rules.security == Security::StartTls
    }

    fn hello(&mut self, line: &str) -> String {
        let name = line.get(5..).unwrap_or_default().trim();
        if name.is_empty() || name.contains(' ') {
            return "501 5.5.4 who?".to_owned();
        }
        self.greeted = true;
        let mut offers = vec![format!("SIZE {SIZE}"), "8BITMIME".to_owned()];
        if self.may_secure() {
            offers.push("STARTTLS".to_owned());
        } else if self.shared.rules.login.is_some() {
            offers.push("AUTH LOGIN PLAIN".to_owned());
        }
        let lines: Vec<String> = offers.iter().map(|offer| format!("250-{offer}")).collect();
        format!("250-mail.example\r\n{}\r\n250 ENHANCEDSTATUSCODES", lines.join("\r\n"))
    }

    fn login(&mut self, line: &str) -> Option<String> {
        let Some((user, password)) = self.shared.rules.login.filter(|_| !self.may_secure()) else {
            return Some("503 5.5.1 not now".to_owned());
        };
        let given = match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["AUTH", "PLAIN", given] => STANDARD.decode(given).ok()?,
            _ => return Some("504 5.5.4 only PLAIN at once".to_owned()),
        };
        if given != format!("\0{user}\0{password}").into_bytes() {
            return Some(format!("535 5.7.8 wrong name or password for {user}: {line}"));
        }
        self.user = Some(user.to_owned());
        Some("235 2.7.0 welcome".to_owned())
    }

    fn sender(&mut self, line: &str) -> String {
        let rules = &self.shared.rules;
        let Some(address) = path(line, "MAIL FROM:") else { return "501 5.5.4".to_owned() };
        if !self.greeted {
            return "503 5.5.1 say hello first".to_owned();
        }
        if rules.security == Security::StartTls && !self.secured {
            return "530 5.7.0 must issue a STARTTLS command first".to_owned();
        }
        match (rules.login, &self.user) {
            (Some(_), None) => return "530 5.7.0 authentication required".to_owned(),
            (Some((user, _)), _) if user != address => {
                return format!("553 5.7.1 sender {address} is not {user}");
            }
            _ => {}
        }
        (self.from, self.to) = (Some(address), Vec::new());
        "250 2.1.0 ok".to_owned()
    }

    fn receiver(&mut self, line: &str) -> String {
        let Some(address) = path(line, "RCPT TO:") else { return "501 5.5.4".to_owned() };
        let known = &self.shared.rules.mailboxes;
        if self.from.is_none() {
            return "503 5.5.1 from whom?".to_owned();
        }
        if !known.is_empty() && !known.contains(&address.as_str()) {
            return format!("550 5.1.1 <{address}>: no such user here");
        }
        self.to.push(address);
        "250 2.1.5 ok".to_owned()
    }

    fn data(&mut self) -> Option<String> {
        if self.to.is_empty() {
            return Some("503 5.5.1 to whom?".to_owned());
        }
        self.wire.say("354 go on")?;
        let mut lines = Vec::new();
        let mut size = 0;
        loop {
            let line = self.wire.line()?;
            if line == b"." {
                break;
            }
            let line = line.strip_prefix(b".").map_or(line.clone(), <[u8]>::to_vec);
            size += line.len() + 2;
            lines.push(line);
        }
        let mut answer = match read(&lines, size) {
            Ok(mut mail) => {
                mail.from = self.from.take().unwrap_or_default();
                mail.to = std::mem::take(&mut self.to);
                (mail.secured, mail.user) = (self.secured, self.user.clone());
                let fault = self.shared.fault(".");
                if let Some(Fault::Say(_, said)) = fault {
                    return Some(said.to_owned());
                }
                if !matches!(fault, Some(Fault::Close(_))) {
                    self.shared.state().taken.push(mail);
                }
                fault.is_none().then(|| "250 2.0.0 queued".to_owned())
            }
            Err(wrong) => Some(wrong),
        };
        answer.take()
    }
}

/// What stands between the angle brackets.
fn path(line: &str, verb: &str) -> Option<String> {
    let rest = line.strip_prefix(verb)?;
    let (address, _) = rest.strip_prefix('<')?.split_once('>')?;
    Some(address.to_owned())
}

/// Reads a mail, or says what is wrong with it.
fn read(lines: &[Vec<u8>], size: usize) -> Result<Taken, String> {
    if size > SIZE {
        return Err("552 5.3.4 message too big".to_owned());
    }
    if lines.iter().any(|line| line.len() > 998 || line.contains(&b'\n') || line.contains(&b'\r')) {
        return Err("554 5.6.0 a line is too long or ends wrongly".to_owned());
    }
    let Ok(text) =
        lines.iter().map(|line| std::str::from_utf8(line)).collect::<Result<Vec<_>, _>>()
    else {
        return Err("554 5.6.0 not UTF-8".to_owned());
    };
    let (headers, body) = headers(&text);
    if headers.iter().any(|(name, value)| !name.is_ascii() || !value.is_ascii()) {
        return Err("554 5.6.7 headers must be ASCII".to_owned());
    }
    let names: BTreeSet<String> =
        headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    let once = names.len() == headers.len();
    let all = ["from", "to", "subject", "date", "message-id", "mime-version"];
    if !once || !all.iter().all(|name| names.contains(*name)) {
        return Err("554 5.6.0 headers are missing or stand twice".to_owned());
    }
    let parts = parts(&headers, body)?;
    let (from, to, user) = (String::new(), Vec::new(), None);
    Ok(Taken { from, to, secured: false, user, headers, parts })
}

/// Headers, their folded lines joined, and the lines behind them.
fn headers<'a>(lines: &'a [&'a str]) -> (Vec<(String, String)>, &'a [&'a str]) {
    let end = lines.iter().position(|line| line.is_empty()).unwrap_or(lines.len());
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in &lines[..end] {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
    }
    (headers, lines.get(end + 1..).unwrap_or_default())
}

fn value<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    let mut found = headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.as_str()).unwrap_or_default()
}

fn parts(outer: &[(String, String)], body: &[&str]) -> Result<Vec<(String, String)>, String> {
    let wrong = || "554 5.6.0 a part cannot be read".to_owned();
    let kind = value(outer, "content-type");
    if !kind.starts_with("multipart/alternative") {
        return Err(wrong());
    }
    let (_, boundary) = kind.split_once("boundary=\"").ok_or_else(wrong)?;
    let (boundary, _) = boundary.split_once('"').ok_or_else(wrong)?;
    let (mark, end) = (format!("--{boundary}"), format!("--{boundary}--"));
    if !body.contains(&end.as_str()) {
        return Err(wrong());
    }
    let inside: Vec<&str> = body.iter().copied().take_while(|line| *line != end).collect();
    let mut found = Vec::new();
    for part in inside.split(|line| *line == mark).skip(1) {
        let (headers, lines) = headers(part);
        let text = lines.join("\r\n");
        let bytes = match value(&headers, "content-transfer-encoding") {
            "base64" => STANDARD.decode(lines.concat()).map_err(|_| wrong())?,
            "quoted-printable" => printable(&text),
            "7bit" => text.into_bytes(),
            _ => return Err(wrong()),
        };
        let text = String::from_utf8(bytes).map_err(|_| wrong())?.replace("\r\n", "\n");
        found.push((value(&headers, "content-type").to_owned(), text.trim_end().to_owned()));
    }
    Ok(found)
}

fn printable(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let (mut bytes, mut rest) = (Vec::new(), text.as_str());
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend(before.bytes());
        let code = after.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.extend(code);
        rest = after.get(2..).unwrap_or_default();
    }
    bytes.extend(rest.bytes());
    bytes
}

/// A header with its encoded words read (RFC 2047).
fn words(value: &str) -> String {
    let (mut shown, mut rest, mut encoded) = (String::new(), value, false);
    while let Some((before, after)) = rest.split_once("=?utf-8?b?") {
        let Some((word, after)) = after.split_once("?=") else { break };
        // Blanks between two encoded words are no text.
        if !encoded || !before.trim().is_empty() {
            shown.push_str(before);
        }
        shown.push_str(&String::from_utf8_lossy(&STANDARD.decode(word).unwrap_or_default()));
        (rest, encoded) = (after, true);
    }
    shown + rest
}
