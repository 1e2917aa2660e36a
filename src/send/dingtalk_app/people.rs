//! Who has a mobile:
//! <https://open.dingtalk.com/document/development/query-users-by-phone-number>. It is asked at the
//! older address, which takes the token in its query; such calls are not counted in the month.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    super::{
        LOOK_UP, Outgoing,
        answer::{self, Answer, SLOW_DOWN},
        directory::Directory,
        mobile, unanswered,
        vendor::Vendor,
    },
    API, DingtalkApp, SECOND_REST, THROTTLE_REST, advice, app,
};
use crate::{
    http::{Failure, Request, Response},
    model::{
        message::{IdKind, Mentioned},
        people::Person,
        receipt::{
            Receipt,
            Verdict::{BadMessage, Misconfigured, Retry, Throttled, Unknown},
        },
        secret::Secret,
        text::Words,
    },
};

/// Where the older calls go, where the settings name no address of their own.
const OLDER: &str = "https://oapi.dingtalk.com";

const PATH: &str = "/topapi/v2/user/getbymobile";

/// A directory answers at once, or not at all.
const PATIENCE: Duration = Duration::from_secs(5);

/// Nobody has the number, or it is none: also people who have left.
const NOBODY: [i64; 3] = [40104, 60121, 400_002];

/// A token that does not count (<https://open.dingtalk.com/document/development/server-api-error-codes-1>).
const STALE: [i64; 2] = [40014, 42001];

impl Directory for DingtalkApp {
    fn ask(&self, outgoing: &Outgoing<'_>, mobile: &str) -> Result<(String, Request), Receipt> {
        let app = app(outgoing.target)?;
        let base = if app.api == API { OLDER } else { app.api.trim_end_matches('/') };
        let url = Secret::new(format!("{base}{PATH}"));
        let request = Request::post_json(url, &json!({ "mobile": mobile }));
        let request = Request { timeout: Some(PATIENCE), ..request };
        let key = outgoing.credentials.login.as_ref().map_or("", |(key, _)| key.expose());
        Ok((format!("{base} {key}"), request.plain_http(outgoing.target.allow_http)))
    }

    fn read(&self, answer: &Result<Response, Failure>) -> Result<Option<String>, Receipt> {
        let response = answer.as_ref().map_err(unanswered)?;
        let Some(found) = Answer::read(&response.body, "errcode", "errmsg") else {
            return Err(answer::undocumented(Vendor::DingTalk, response, THROTTLE_REST));
        };
        let (verdict, help) = match found.number() {
            Some(0) => {
                let json: Value = serde_json::from_slice(&response.body).unwrap_or_default();
                let id = json["result"]["userid"].as_str().filter(|id| !id.is_empty());
                return match id {
                    Some(id) => Ok(Some(id.to_owned())),
                    None => Err(answer::undocumented(Vendor::DingTalk, response, THROTTLE_REST)),
                };
            }
            Some(code) if NOBODY.contains(&code) => return Ok(None),
            Some(-1) => (Retry(Some(Duration::from_secs(5))), None),
            Some(90001..=90018) => (Throttled(SECOND_REST), Some(SLOW_DOWN)),
            Some(60020) => (Misconfigured, Some(advice::ALLOW_IP)),
            // Messages to groups, and to those whose ids are known, need no directory: the robot
            // is not suspended for it.
            Some(88 | 60011) => (BadMessage, Some(advice::PERMIT_DIRECTORY)),
            _ => (Unknown, Some(LOOK_UP)),
        };
        Err(found.refused(Vendor::DingTalk, verdict, help))
    }

    fn advice(&self) -> Words {
        advice::CHECK_MOBILES
    }
}

/// Only a user id of the organisation is understood; by a mobile it is looked up.
pub(super) fn id(person: &Person) -> Option<Mentioned> {
    let user = person.dingtalk.as_deref().map(str::trim).filter(|id| !id.is_empty());
    let (id, kind) = match user {
        Some(id) => (id.to_owned(), IdKind::User),
        None => (mobile::written(person.mobile.as_deref()?)?, IdKind::Mobile),
    };
    Some(Mentioned { id, kind, name: person.name.clone() })
}

/// The request with the token where the older calls have it; none when it is no such call.
pub(super) fn shown(request: &Request, token: &Secret) -> Option<Request> {
    let mut url = url::Url::parse(request.url.expose()).ok()?;
    if !url.path().ends_with(PATH) {
        return None;
    }
    url.query_pairs_mut().append_pair("access_token", token.expose());
    Some(Request { url: Secret::new(url.into()), ..request.clone() })
}

/// Whether such an answer says that the token does not count any more.
pub(super) fn is_stale(answer: &Response) -> bool {
    let found = Answer::read(&answer.body, "errcode", "errmsg");
    found.and_then(|found| found.number()).is_some_and(|code| STALE.contains(&code))
}
