//! As much HTTP/1.1 as a robot's caller speaks.

use jiff::{Timestamp, fmt::rfc2822};
use tokio::{io::AsyncReadExt, net::TcpStream};

use super::Reply;

/// A request as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Received {
    /// In capitals.
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    /// As written.
    pub(crate) query: String,
    /// Names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    /// As sent.
    pub(crate) body: String,
}

impl Received {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A query parameter's values, decoded as a server does: a plus sign is a space.
    pub(crate) fn parameter(&self, name: &str) -> Vec<String> {
        let pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect()
    }

    /// Whether a token stands in the path or the query.
    pub(crate) fn addresses(&self, token: &str) -> bool {
        let step = self.path.split('/').any(|step| step == token);
        step || self.query.split(['&', '=']).any(|word| word == token)
    }

    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// Reads one request with a body of declared length. None when the connection ends before it does.
pub(super) async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break head;
        }
        more(stream, &mut bytes).await?;
    };
    let mut request = parse(std::str::from_utf8(&bytes[..head]).ok()?)?;
    let length: usize = request.header("content-length").unwrap_or("0").parse().ok()?;
    while bytes.len() < head + 4 + length {
        more(stream, &mut bytes).await?;
    }
    request.body = String::from_utf8(bytes[head + 4..head + 4 + length].to_vec()).ok()?;
    Some(request)
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let read = stream.read_buf(bytes).await.ok()?;
    (read > 0 && bytes.len() < 1024 * 1024).then_some(())
}

fn parse(head: &str) -> Option<Received> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines.filter_map(|line| line.split_once(':'));
    Some(Received {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers.map(|(k, v)| (k.to_lowercase(), v.trim().to_owned())).collect(),
        body: String::new(),
    })
}

/// An answer, whole.
pub(super) fn answer(reply: &Reply, now: Timestamp) -> Vec<u8> {
    let Reply { status, kind, headers, body, .. } = reply;
    let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now).unwrap();
    let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Whatever\r\nDate: {date}\r\nContent-Type: {kind}\r\n{more}\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
