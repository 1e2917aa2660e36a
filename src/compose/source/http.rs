//! `http`: what is asked of an address, and how its answer becomes a value. Nothing said here
//! holds more of the address than its host.

use std::{borrow::Cow, time::Duration};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use url::Url;

use super::{DATA_LIMIT, Datum, parse};
use crate::{
    http::{Failure, FailureKind, Request, Response},
    model::{
        address,
        diagnostic::Diagnostic,
        outward::{Outward, SecretHosts},
        secret::{Secret, SecretRef},
        source::{DataFormat, DataSource, Http},
        text::{Text, text},
    },
};

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What an address is asked.
///
/// # Errors
/// A secret cannot be read, or is none that a header can hold.
pub fn question(
    source: &DataSource,
    http: &Http,
    secret: &dyn Fn(&SecretRef) -> Result<Secret, Text>,
    hosts: &SecretHosts,
) -> Result<Request, Diagnostic> {
    let unknown = |why: Text| {
        let message = text!("`{name}` cannot be asked for: {why}", name = &source.name, why = why);
        Diagnostic::error(source.place.clone(), "source-secret", message).help(text!(
            "the service has the secret where it runs; to try this out elsewhere give sample data with --data or --set"
        ))
    };
    let url = http.url.resolve(secret).map_err(unknown)?;
    if let Some((message, help)) = given_away(http, url.expose(), hosts) {
        return Err(Diagnostic::error(source.place.clone(), "secret-host", message).help(help));
    }
    let mut request = Request {
        timeout: Some(PATIENCE),
        max_answer: usize::try_from(DATA_LIMIT).unwrap_or(usize::MAX),
        ..Request::get(url)
    };
    if !http.headers.iter().any(|(name, _)| name == "accept") {
        let accept = Secret::new(accepted(http.format.as_ref()).to_owned());
        request.headers.push(("accept".to_owned(), accept));
    }
    for (name, value) in &http.headers {
        let value = value.resolve(secret).map_err(unknown)?;
        if !value.expose().chars().all(|c| (' '..='~').contains(&c)) {
            return Err(unknown(text!(
                "what `{name}` is to hold has characters no header takes",
                name = name,
            )));
        }
        request.headers.push((name.clone(), value));
    }
    Ok(request)
}

/// The first secret in the headers that may not go where they go.
fn given_away(http: &Http, url: &str, hosts: &SecretHosts) -> Option<(Text, Text)> {
    let url = Url::parse(url).ok()?;
    http.secrets().find_map(|secret| match hosts.judge(secret, &url) {
        Outward::Refused(message, help) => Some((message, help)),
        Outward::Allowed | Outward::Unlisted => None,
    })
}

fn accepted(format: Option<&DataFormat>) -> &'static str {
    match format {
        Some(DataFormat::Json) => "application/json",
        Some(DataFormat::Csv { .. }) => "text/csv, */*;q=0.5",
        _ => "application/json, text/csv, */*;q=0.5",
    }
}

/// The value of an answer.
///
/// # Errors
/// It is a refusal, or not what was asked for.
pub(super) fn value(
    source: &DataSource,
    http: &Http,
    asked: &Request,
    answer: &Response,
) -> Result<Datum, Diagnostic> {
    let url = Url::parse(asked.url.expose()).ok();
    let host = url.as_ref().map(address::host).unwrap_or_default();
    let wrong = |code, message: Text, help: Text| {
        Diagnostic::error(source.place.clone(), code, message).help(help)
    };
    if !(200..300).contains(&answer.status) {
        let message =
            text!("{host} answered {status}", host = &host, status = answer.status.to_string());
        return Err(wrong("source-refused", message, advice(answer.status)));
    }
    if answer.header("content-encoding").is_some_and(|coding| coding != "identity") {
        let message =
            text!("{host} answered in a compressed form that was not asked for", host = &host);
        return Err(wrong(
            "source-refused",
            message,
            text!("ask whoever runs it to answer plainly"),
        ));
    }
    let kind = Kind::of(answer);
    let path = url.as_ref().map_or("", |url| url.path());
    let format = match http.format.clone().or_else(|| kind.format(path)) {
        Some(format) if format == DataFormat::Text || !is_page(&answer.body) => format,
        None if !is_page(&answer.body) => {
            let message = text!("the answer of {host} does not say what it is", host = &host);
            let help = text!("add `format:` with json, csv, yaml or text");
            return Err(wrong("source-format", message, help));
        }
        _ => {
            let message = text!("{host} answered with a web page, not with data", host = &host);
            let help = text!(
                "does it want a key in `headers`, or is it the address of the page beside the data?"
            );
            return Err(wrong("source-format", message, help));
        }
    };
    parse(&format, &host, &kind.decoded(&answer.body)).map_err(|found| {
        let message = text!(
            "the answer of {host} cannot be read (line {line}): {why}",
            host = &host,
            line = found.place.line.to_string(),
            why = found.message,
        );
        let told = Diagnostic::error(source.place.clone(), found.code, message);
        Diagnostic { help: found.help, ..told }
    })
}

/// What is said when there was no whole answer.
#[must_use]
pub fn unanswered(source: &DataSource, failure: &Failure) -> Diagnostic {
    let help = match failure.kind {
        FailureKind::Address => text!("write the whole address, beginning with https://"),
        FailureKind::Redirect => text!(
            "write the address it leads to, if that is the right one; a key is never sent to another host than the one written"
        ),
        FailureKind::TooLarge => text!(
            "at most {most} MiB are read: ask for fewer rows",
            most = (DATA_LIMIT / 1024 / 1024).to_string()
        ),
        FailureKind::Tls => {
            text!("is its certificate valid, and its authority known to this machine?")
        }
        FailureKind::Dns | FailureKind::Setup | FailureKind::Connect => {
            text!("is the address right, and can this machine reach it?")
        }
        FailureKind::Timeout | FailureKind::Reset | FailureKind::Cut => {
            text!("is it under load, or does it want another address?")
        }
    };
    Diagnostic::error(source.place.clone(), "source-unreachable", failure.to_string()).help(help)
}

/// What to do about an HTTP status.
fn advice(status: u16) -> Text {
    match status {
        401 | 403 => text!("is the key in its `headers` the right one, and still valid?"),
        404 | 410 => text!("is the address right?"),
        429 => text!("it is asked too often; ask less often, or at another minute"),
        500.. => text!("it is in trouble itself; ask whoever runs it"),
        _ => text!("ask whoever runs it what it wants to be asked"),
    }
}

/// What an answer says it is.
struct Kind {
    /// Such as `text/csv`, in small letters.
    essence: String,
    charset: Option<&'static Encoding>,
}

impl Kind {
    fn of(answer: &Response) -> Self {
        let declared = answer.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
        let mut parts = declared.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_owned();
        let charset = parts.find_map(|part| part.strip_prefix("charset="));
        let charset =
            charset.and_then(|label| Encoding::for_label(label.trim_matches('"').as_bytes()));
        Self { essence, charset }
    }

    /// How it is read; by the ending of its address where it says nothing of use.
    fn format(&self, path: &str) -> Option<DataFormat> {
        let csv = || Some(DataFormat::Csv { text: Vec::new() });
        match self.essence.as_str() {
            json if json.ends_with("/json") || json.ends_with("+json") => Some(DataFormat::Json),
            "text/csv" | "application/csv" => csv(),
            yaml if yaml.ends_with("yaml") => Some(DataFormat::Yaml),
            other => match path.rsplit_once('.').map(|(_, ending)| ending) {
                Some("json") => Some(DataFormat::Json),
                Some("csv") => csv(),
                Some("yaml" | "yml") => Some(DataFormat::Yaml),
                _ => (other == "text/plain").then_some(DataFormat::Text),
            },
        }
    }

    /// The bytes in an encoding that is told from the others by looking. What many servers declare
    /// without looking, Latin-1 and UTF-8, is looked at all the same.
    fn decoded<'b>(&self, body: &'b [u8]) -> Cow<'b, [u8]> {
        let charset = self.charset.filter(|charset| {
            *charset != UTF_8 && !(*charset == WINDOWS_1252 && std::str::from_utf8(body).is_ok())
        });
        match charset.map(|charset| charset.decode(body)) {
            Some((text, _, false)) => Cow::Owned(text.into_owned().into_bytes()),
            _ => Cow::Borrowed(body),
        }
    }
}

/// Whether it is a page for people, such as one that asks to log in.
fn is_page(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let start = start.get(..start.len().min(15)).unwrap_or_default().to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

#[cfg(test)]
mod tests {
    use minijinja::Value;

    use super::*;
    use crate::model::{diagnostic::Place, secret::Confided};

    fn source(format: Option<DataFormat>, headers: &[(&str, &str)]) -> (DataSource, Http) {
        let confided = |text: &str| match text.strip_prefix("env:") {
            Some(name) => Confided::Secret {
                before: String::new(),
                reference: SecretRef::Env(name.to_owned()),
            },
            None => Confided::Plain(text.to_owned()),
        };
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), confided(value)));
        let http = Http {
            url: Confided::Plain("https://api.example.com:8443/v1/sales?page=1".to_owned()),
            headers: headers.collect(),
            format,
        };
        let place = Place { file: "a.yaml".into(), line: 4, column: 9, length: 1 };
        let kind = crate::model::source::SourceKind::Http(http.clone());
        (DataSource { name: "sales".into(), place, optional: false, kind }, http)
    }

    fn read(format: Option<DataFormat>, answer: &Response) -> String {
        let (source, http) = source(format, &[]);
        let asked =
            question(&source, &http, &|_| Err("no".into()), &SecretHosts::default()).unwrap();
        match value(&source, &http, &asked, answer) {
            Ok(datum) => Value::from(&datum).to_string(),
            Err(found) => format!("{}: {}", found.code, found.message),
        }
    }

    fn answer(kind: &str, body: &[u8]) -> Response {
        let content_type = (!kind.is_empty()).then(|| kind.to_owned());
        Response { status: 200, content_type, body: body.to_vec(), ..Response::default() }
    }

    #[test]
    fn an_answer_is_read_as_it_says_it_is() {
        let csv = || Some(DataFormat::Csv { text: vec!["n".into()] });
        let (gbk, _, _) = encoding_rs::GBK.encode("姓名,n\n张三,5\n");
        let (big5, _, _) = encoding_rs::BIG5.encode("天氣");
        for (format, kind, body, expected) in [
            (None, "application/json", &b"{\"a\": [1, true]}"[..], "{'a': [1, True]}"),
            (None, "application/vnd.api+json; charset=utf-8", b"[1]", "[1]"),
            (None, "text/csv", b"n\n5\n", "[{'n': 5}]"),
            (csv(), "text/plain", b"n\n5\n", "[{'n': '5'}]"),
            (None, "text/csv; charset=GBK", &gbk, "[{'姓名': '张三', 'n': 5}]"),
            (None, "text/csv", &gbk, "[{'姓名': '张三', 'n': 5}]"),
            (None, "application/yaml", b"a: 1\n", "{'a': 1}"),
            (None, "text/plain; charset=big5", &big5, "天氣"),
            (None, "text/plain; charset=ISO-8859-1", "é".as_bytes(), "é"),
            (None, "text/plain; charset=\"iso-8859-1\"", b"\xE9t\xE9", "été"),
            (Some(DataFormat::Text), "", b"hello", "hello"),
            (Some(DataFormat::Text), "text/html", b"<html>hello", "<html>hello"),
        ] {
            assert_eq!(read(format, &answer(kind, body)), expected, "{kind}");
        }
    }

    #[test]
    fn what_is_no_data_is_said_with_the_host_alone() {
        let page = b"\n<!DOCTYPE html><title>Login</title>";
        for (format, kind, body, expected) in [
            (
                None,
                "text/html",
                &page[..],
                "source-format: api.example.com:8443 answered with a web page, not with data",
            ),
            (
                Some(DataFormat::Json),
                "application/json",
                page,
                "source-format: api.example.com:8443 answered with a web page, not with data",
            ),
            (
                None,
                "",
                b"x",
                "source-format: the answer of api.example.com:8443 does not say what it is",
            ),
            (
                None,
                "application/json",
                b"{\n  b}",
                "bad-json: the answer of api.example.com:8443 cannot be read (line 2): this is no JSON: key must be a string",
            ),
        ] {
            assert_eq!(read(format, &answer(kind, body)), expected);
        }
        let refused = Response { status: 401, ..answer("application/json", b"{}") };
        assert_eq!(read(None, &refused), "source-refused: api.example.com:8443 answered 401");
        let packed = Response {
            headers: vec![("content-encoding".into(), "gzip".into())],
            ..answer("application/json", b"{}")
        };
        assert!(read(None, &packed).contains("compressed"));
    }

    #[test]
    fn secrets_go_into_the_request_and_nowhere_else() {
        let (source, http) = source(None, &[("authorization", "env:KEY"), ("x-plain", "a")]);
        let asked =
            question(&source, &http, &|_| Ok(Secret::new("k3y".into())), &SecretHosts::default())
                .unwrap();
        let sent: Vec<_> =
            asked.headers.iter().map(|(name, value)| (name.as_str(), value.expose())).collect();
        assert_eq!(sent[1..], [("authorization", "k3y"), ("x-plain", "a")]);
        assert!(!format!("{asked:?}").contains("k3y"));
        let unset = question(
            &source,
            &http,
            &|name| Err(format!("{name} is not set").into()),
            &SecretHosts::default(),
        );
        let said = unset.unwrap_err().to_string();
        assert!(
            said.starts_with("a.yaml:4:9: `sales` cannot be asked for: env:KEY is not set"),
            "{said}"
        );
        let odd = question(
            &source,
            &http,
            &|_| Ok(Secret::new("k3y\nx: y".into())),
            &SecretHosts::default(),
        )
        .unwrap_err();
        assert!(!odd.to_string().contains("k3y"), "{odd}");
    }
}
