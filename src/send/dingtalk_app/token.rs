//! The token that the app shows:
//! <https://open.dingtalk.com/document/development/obtain-the-access-token-of-an-internal-app>.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{
        Outgoing,
        token::{Token, TokenDialect},
    },
    DingtalkApp, app, people, post, unset, verdict,
};
use crate::{
    http::{Failure, Request, Response},
    model::{receipt::Receipt, secret::Secret},
};

/// The header it stands in.
const HEADER: &str = "x-acs-dingtalk-access-token";

/// A token lasts two hours, where the answer does not say how long.
const LASTS: Duration = Duration::from_secs(7200);

/// A token that does not count any more.
const STALE: [&str; 2] = ["invalidauthentication", "invalidaccesstoken"];

impl TokenDialect for DingtalkApp {
    fn ask(&self, outgoing: &Outgoing<'_>) -> Result<(String, Request), Receipt> {
        let Outgoing { target, credentials, .. } = outgoing;
        let app = app(target)?;
        let Some((key, secret)) = &credentials.login else { return Err(unset().into()) };
        let body = json!({"appKey": key.expose(), "appSecret": secret.expose()});
        let whose = format!("{} {}", app.api, key.expose());
        Ok((whose, post(target, app, "/v1.0/oauth2/accessToken", &body)))
    }

    fn read(&self, answer: &Result<Response, Failure>, now: Timestamp) -> Result<Token, Receipt> {
        let json = answer.as_ref().ok().filter(|answer| answer.status == 200);
        let json = json.and_then(|answer| serde_json::from_slice::<Value>(&answer.body).ok());
        let json = json.unwrap_or_default();
        match json.get("accessToken").and_then(Value::as_str) {
            Some(token) if !token.is_empty() => {
                let lasts = json.get("expireIn").and_then(Value::as_u64);
                let lasts = lasts.map_or(LASTS, Duration::from_secs).min(LASTS);
                let until = now.saturating_add(lasts).unwrap_or(Timestamp::MAX);
                Ok(Token { secret: Secret::new(token.to_owned()), until })
            }
            _ => Err(verdict::without_token(answer)),
        }
    }

    fn shown(&self, request: &Request, token: &Secret) -> Request {
        if let Some(request) = people::shown(request, token) {
            return request;
        }
        let mut request = request.clone();
        request.headers.push((HEADER.to_owned(), token.clone()));
        request
    }

    fn is_stale(&self, answer: &Response) -> bool {
        answer.status == 401
            || people::is_stale(answer)
            || verdict::code(answer)
                .is_some_and(|code| STALE.contains(&code.to_lowercase().as_str()))
    }
}
