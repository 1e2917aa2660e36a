//! The one outbound client: timeouts, proxies, size limits and silence about secrets, right once
//! for every robot and every data source.
//!
//! A webhook's URL is its password. Nothing here puts a URL's path or query into a text: a failure
//! names the host and what went wrong, nothing more.

mod failure;
mod follow;

use std::{fmt, sync::OnceLock, time::Duration};

use jiff::{Timestamp, fmt::rfc2822};
use url::Url;

pub use self::failure::{Failure, FailureKind};
use self::failure::{detail, failure};
pub use crate::model::address::{is_allowed, is_loopback};
use crate::model::{
    address,
    secret::Secret,
    text::{Text, text},
};

/// An answer longer than this is not read to its end, unless the request asks for more; in bytes.
pub const MAX_ANSWER: usize = 64 * 1024;

/// Connections to one host that are kept for the next request; so many are in use when everything is
/// due at once, and then each is used again and again.
const IDLE: usize = 128;

/// How long the client waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// For a connection: name lookup, TCP and TLS together.
    pub connect: Duration,
    /// For everything, from the lookup to the last byte of the answer.
    pub total: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(15) }
    }
}

/// The way out of this machine.
#[derive(Clone, Debug, Default)]
pub struct Route {
    /// Requests to other machines go through it; the environment's when absent.
    pub proxy: Option<Secret>,
    /// Certificates, in PEM, that are trusted besides the system's.
    pub ca: Option<Vec<u8>>,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `HEAD`: what stands before an answer, and nothing of it.
    Head,
    /// `POST`.
    Post,
}

/// One request, complete. `Debug` shows the host and sizes only.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole URL. A secret, as webhooks carry their token in it.
    pub url: Secret,
    /// Header names and values.
    pub headers: Vec<(String, Secret)>,
    /// What is sent, as it is.
    pub body: Vec<u8>,
    /// Instead of [`Options::total`].
    pub timeout: Option<Duration>,
    /// Longer answers are [`FailureKind::TooLarge`]; in bytes.
    pub max_answer: usize,
    /// Plain `http` is taken for any host, not for this very machine alone.
    pub plain_http: bool,
}

impl Request {
    /// Asks for what is behind a URL.
    #[must_use]
    pub fn get(url: Secret) -> Self {
        Self {
            method: Method::Get,
            url,
            headers: Vec::new(),
            body: Vec::new(),
            timeout: None,
            max_answer: MAX_ANSWER,
            plain_http: false,
        }
    }

    /// Posts JSON, declared as UTF-8.
    #[must_use]
    pub fn post_json(url: Secret, body: &serde_json::Value) -> Self {
        let kind = Secret::new("application/json; charset=utf-8".to_owned());
        Self {
            method: Method::Post,
            headers: vec![("content-type".to_owned(), kind)],
            body: body.to_string().into_bytes(),
            ..Self::get(url)
        }
    }

    /// Where it goes, as far as that may be shown: see [`address::host`].
    #[must_use]
    pub fn host(&self) -> String {
        Url::parse(self.url.expose()).map_or_else(|_| String::new(), |url| address::host(&url))
    }

    /// The same request, to any host also by plain `http` where that is `allowed`.
    #[must_use]
    pub fn plain_http(self, allowed: bool) -> Self {
        Self { plain_http: allowed, ..self }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("host", &self.host())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// An answer, read to its end. It says nothing about success: that is the robot's verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The other side's clock.
    pub date: Option<Timestamp>,
    /// How long the other side asks us to wait; where it named an instant, counted from [`Self::date`].
    pub retry_after: Option<Duration>,
    /// As declared.
    pub content_type: Option<String>,
    /// Every header, names in small letters; what is not text is left out.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// A header's first value; the name in small letters.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The outbound client. Cheap to make: connections and certificates are set up at the first request.
#[derive(Default)]
pub struct Client {
    options: Options,
    /// The settings' way out of this machine, or why there is none.
    route: Option<Result<Route, Text>>,
    /// Through the proxy of the settings or the environment, where there is one.
    outside: OnceLock<Result<reqwest::Client, Text>>,
    /// To this very machine: never through a proxy, so a token sent by plain `http` stays here.
    loopback: OnceLock<Result<reqwest::Client, Text>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The client inside would show the proxy's password.
        f.debug_struct("Client").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Client {
    /// A client with its own patience.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// A client that leaves this machine by a way of its own; where that is not known, it says why
    /// at every request.
    #[must_use]
    pub fn through(options: Options, route: Result<Route, Text>) -> Self {
        Self { options, route: Some(route), ..Self::default() }
    }

    /// Sends one request, once, and reads the answer to its end. Follows no redirect.
    ///
    /// # Errors
    /// When there is no whole answer. An HTTP error status is an answer.
    pub async fn send(&self, request: &Request) -> Result<Response, Failure> {
        let url = checked(request)?;
        let host = address::host(&url);
        let client = self.client(&url).map_err(|detail| Failure {
            kind: FailureKind::Setup,
            host: host.clone(),
            detail,
            may_have_arrived: false,
        })?;
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
            Method::Post => reqwest::Method::POST,
        };
        let mut asked = client.request(method, url).body(request.body.clone());
        for (name, value) in &request.headers {
            asked = asked.header(name, value.expose());
        }
        if let Some(timeout) = request.timeout {
            asked = asked.timeout(timeout);
        }
        let answer = asked.send().await.map_err(|error| failure(&error, &host, false))?;
        read(answer, request.max_answer, &host).await
    }

    /// Sets up now what the first request would wait for.
    pub fn prepare(&self) {
        for proxied in [false, true] {
            // What fails is told by the request that needs it.
            let _ = self.made(proxied);
        }
    }

    fn client(&self, url: &Url) -> Result<&reqwest::Client, Text> {
        self.made(!is_loopback(url))
    }

    fn made(&self, proxied: bool) -> Result<&reqwest::Client, Text> {
        let slot = if proxied { &self.outside } else { &self.loopback };
        slot.get_or_init(|| {
            let route = match &self.route {
                // This very machine is reached without a proxy, whatever is wrong with it.
                Some(Err(_)) if !proxied => None,
                route => {
                    route.as_ref().map(|route| route.as_ref().map_err(Clone::clone)).transpose()?
                }
            };
            build(self.options, proxied, route)
        })
        .as_ref()
        .map_err(Clone::clone)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the file that makes the outbound client")]
fn build(options: Options, proxied: bool, route: Option<&Route>) -> Result<reqwest::Client, Text> {
    // Fails only when a provider is installed already, and then that one serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("dingdong/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.connect)
        .timeout(options.total)
        // Reminders are minutes apart: a connection kept longer is closed by the other side
        // just when the next one wants to use it.
        .pool_idle_timeout(Duration::from_secs(20))
        .pool_max_idle_per_host(IDLE)
        .redirect(reqwest::redirect::Policy::none())
        // Each request is one attempt in the log; repeating is the outbox's decision.
        .retry(reqwest::retry::never());
    if !proxied {
        builder = builder.no_proxy();
    }
    if let Some(proxy) = route.filter(|_| proxied).and_then(|route| route.proxy.as_ref()) {
        let proxy = reqwest::Proxy::all(proxy.expose()).map_err(|error| detail(&error))?;
        builder = builder.proxy(proxy.no_proxy(reqwest::NoProxy::from_env()));
    }
    if let Some(pem) = route.and_then(|route| route.ca.as_ref()) {
        let trusted = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| detail(&error))?;
        if trusted.is_empty() {
            return Err(text!("the file of `ca` holds no certificate"));
        }
        builder = builder.tls_certs_merge(trusted);
    }
    builder.build().map_err(|error| detail(&error))
}

fn checked(request: &Request) -> Result<Url, Failure> {
    let refused = |host: String, detail: String| {
        let detail = detail.into();
        Failure { kind: FailureKind::Address, host, detail, may_have_arrived: false }
    };
    let url = Url::parse(request.url.expose())
        .map_err(|error| refused(String::new(), error.to_string()))?;
    if is_allowed(&url, request.plain_http) {
        Ok(url)
    } else {
        Err(refused(address::host(&url), String::new()))
    }
}

async fn read(mut answer: reqwest::Response, max: usize, host: &str) -> Result<Response, Failure> {
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
    let date = header("date").and_then(instant);
    let mut response = Response {
        status: answer.status().as_u16(),
        date,
        retry_after: header("retry-after").and_then(|text| wait(text, date)),
        content_type: header("content-type").map(ToOwned::to_owned),
        headers: texts(answer.headers()),
        body: Vec::new(),
    };
    while let Some(chunk) = answer.chunk().await.map_err(|error| failure(&error, host, true))? {
        if response.body.len().saturating_add(chunk.len()) > max {
            return Err(Failure {
                kind: FailureKind::TooLarge,
                host: host.to_owned(),
                detail: text!("over {max} bytes", max = max),
                may_have_arrived: true,
            });
        }
        response.body.extend_from_slice(&chunk);
    }
    Ok(response)
}

fn texts(headers: &reqwest::header::HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    headers.iter().filter_map(text).collect()
}

/// An HTTP date, such as `Tue, 24 Nov 2026 01:00:00 GMT`.
fn instant(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// `Retry-After`: seconds, or an instant of the other side's clock.
fn wait(text: &str, date: Option<Timestamp>) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = instant(text)?.duration_since(date?);
    Duration::try_from(until).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_read_in_both_forms() {
        let date = instant("Tue, 24 Nov 2026 01:00:00 GMT");
        assert_eq!(date, Some("2026-11-24T01:00:00Z".parse().unwrap()));
        assert_eq!(wait(" 120 ", None), Some(Duration::from_secs(120)));
        let later = "Tue, 24 Nov 2026 01:00:30 GMT";
        assert_eq!(wait(later, date), Some(Duration::from_secs(30)));
        for nothing in ["", "-1", "soon", "1e9", "Mon, 24 Nov 2026 01:00:00 GMT"] {
            assert_eq!(wait(nothing, date), None, "{nothing}");
        }
        assert_eq!(wait("Tue, 24 Nov 2026 00:59:00 GMT", date), None, "already past");
        assert_eq!(wait(later, None), None, "nothing to count from");
    }

    #[test]
    fn a_request_shows_its_host_only() {
        let secret = "https://oapi.dingtalk.com/robot/send?access_token=t0k3n";
        let request = Request::post_json(Secret::new(secret.to_owned()), &serde_json::json!({}));
        let shown = format!("{request:?}");
        assert!(shown.contains("oapi.dingtalk.com") && !shown.contains("t0k3n"), "{shown}");
    }
}
