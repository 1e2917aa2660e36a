//! Redirects, for whoever asks for data: followed on the same host only, so that what a header
//! holds never goes to another one.

use url::Url;

use super::{Client, Failure, FailureKind, Method, Request, Response};
use crate::model::{
    address,
    secret::Secret,
    text::{Text, text},
};

/// Redirects followed for one request.
const MOST: usize = 5;

impl Client {
    /// Asks as [`Client::send`] does, and follows what leads to another address of the same host.
    ///
    /// # Errors
    /// As [`Client::send`]; and [`FailureKind::Redirect`] for one that leads to another host, from
    /// `https` to plain `http`, nowhere, or in a circle.
    pub async fn ask(&self, request: &Request) -> Result<Response, Failure> {
        let mut request = request.clone();
        for _ in 0..=MOST {
            let answer = self.send(&request).await?;
            if !leads_elsewhere(&request, &answer) {
                return Ok(answer);
            }
            request.url = next(&request.url, answer.header("location"))?;
        }
        Err(failure(request.host(), text!("in a circle")))
    }
}

fn leads_elsewhere(request: &Request, answer: &Response) -> bool {
    request.method == Method::Get && matches!(answer.status, 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads, when it may be followed.
fn next(from: &Secret, location: Option<&str>) -> Result<Secret, Failure> {
    let nowhere = |host| failure(host, text!("without saying where to"));
    let from = Url::parse(from.expose()).map_err(|_| nowhere(String::new()))?;
    let to = location.and_then(|location| from.join(location).ok());
    let to = to.ok_or_else(|| nowhere(address::host(&from)))?;
    let place = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
    let safer =
        from.scheme() == "http" && to.scheme() == "https" && to.host_str() == from.host_str();
    let same = from.scheme() == to.scheme() && place(&from) == place(&to);
    match same || safer {
        true => Ok(Secret::new(to.into())),
        false => Err(failure(address::host(&from), text!("to {place}", place = origin(&to)))),
    }
}

/// Scheme and host: where it leads, without what may be a key.
fn origin(url: &Url) -> String {
    let shown: String = address::host(url).chars().take(100).collect();
    format!("{}://{shown}", url.scheme())
}

fn failure(host: String, detail: Text) -> Failure {
    Failure { kind: FailureKind::Redirect, host, detail, may_have_arrived: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_host_is_followed() {
        let from = Secret::new("https://api.example.com/v1/sales?token=t0k3n".to_owned());
        let led = |location: &str| match next(&from, Some(location)) {
            Ok(url) => url.expose().to_owned(),
            Err(failure) => failure.to_string(),
        };
        assert_eq!(led("/v2/sales"), "https://api.example.com/v2/sales");
        assert_eq!(led("https://api.example.com:443/x"), "https://api.example.com/x");
        for (location, to) in [
            ("https://login.example.com/?back=1", "https://login.example.com"),
            ("//evil.example/", "https://evil.example"),
            ("http://api.example.com/v1", "http://api.example.com"),
            ("https://api.example.com:8443/", "https://api.example.com:8443"),
            ("https://api.example.com@evil.example/", "https://evil.example"),
            ("file:///etc/passwd", "file://"),
        ] {
            assert_eq!(
                led(location),
                format!("api.example.com sends whoever asks elsewhere (to {to})")
            );
        }
        assert!(next(&from, None).is_err() && next(&from, Some("https://")).is_err());
        let local = Secret::new("http://localhost/a".to_owned());
        assert_eq!(
            next(&local, Some("https://localhost/a")).unwrap().expose(),
            "https://localhost/a"
        );
    }
}
