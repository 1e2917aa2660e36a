//! Where a request may go: `https` anywhere, plain `http` only to this very machine.

use std::net::IpAddr;

use url::{Host, Url};

/// Whether a URL leads to this very machine: `127.0.0.0/8`, `::1` or `localhost`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether such a URL is asked: `https`, or `http` to this very machine; with `plain_http`, `http`
/// to any.
#[must_use]
pub fn is_allowed(url: &Url, plain_http: bool) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url) || plain_http && url.has_host(),
        _ => false,
    }
}

/// The host, with its port where one was written: all of a URL that may be shown to anyone.
#[must_use]
pub fn host(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for allowed in [
            "https://oapi.dingtalk.com/robot/send",
            "http://127.0.0.1:8080/",
            "http://127.8.8.8/",
            "http://[::1]:1/",
            "http://localhost/",
            "http://LOCALHOST/",
        ] {
            assert!(is_allowed(&url(allowed), false), "{allowed}");
        }
        for refused in [
            "http://oapi.dingtalk.com/",
            "http://localhost.example.com/",
            "http://128.0.0.1/",
            "http://[::2]/",
            "http://0.0.0.0/",
            "file:///etc/passwd",
            "ftp://127.0.0.1/",
            "data:text/plain,x",
        ] {
            assert!(!is_allowed(&url(refused), false), "{refused}");
        }
    }

    #[test]
    fn of_a_url_only_the_host_is_shown() {
        assert_eq!(
            host(&url("https://me:pass@api.example.com:8443/a?token=1")),
            "api.example.com:8443"
        );
        assert_eq!(host(&url("https://api.example.com/")), "api.example.com");
    }
}
