//! One attempt: does what a robot asks for, and keeps secrets out of what comes back.

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::Url;

use super::{Outgoing, Printer, Robot, Step, Tokens, Trace, directory, token};
use crate::{
    http::{Client, Failure, Request, Response},
    model::{
        receipt::{Receipt, Verdict},
        text::text,
    },
    smtp::{Mail, Mailer},
};

/// What carries out a robot's steps.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// The web.
    pub client: &'a Client,
    /// Mail.
    pub mailer: &'a Mailer,
    /// Paper.
    pub printer: &'a dyn Printer,
    /// Tokens in hand.
    pub tokens: &'a Tokens,
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What it means.
    pub receipt: Receipt,
    /// What has to be kept.
    pub trace: Trace,
}

impl From<Receipt> for Outcome {
    fn from(receipt: Receipt) -> Self {
        Self { receipt, trace: Trace::default() }
    }
}

/// Makes one attempt. People of whom the robot needs an id are looked up first.
pub async fn deliver(robot: &dyn Robot, outgoing: &Outgoing<'_>, means: &Means<'_>) -> Outcome {
    match directory::addressed(robot, outgoing, means).await {
        Ok(None) => carried(robot, outgoing, means).await,
        Ok(Some(addressed)) => {
            let own = Outgoing { message: &addressed.message, ..*outgoing };
            let outcome = carried(robot, &own, means).await;
            addressed.told(outcome)
        }
        Err(refused) => refused,
    }
}

/// Does what the robot asks for, in order, up to the first step that fails.
async fn carried(robot: &dyn Robot, outgoing: &Outgoing<'_>, means: &Means<'_>) -> Outcome {
    let steps = match robot.requests(outgoing) {
        Ok(steps) => steps,
        Err(refused) => return refused.into(),
    };
    let nothing = text!("the robot had nothing to do for this message");
    let mut outcome = Outcome::from(Receipt::new(Verdict::Unknown, nothing));
    for step in &steps {
        let answer = match step {
            Step::Print(card) => {
                outcome = printed(means.printer.print(card)).into();
                continue;
            }
            Step::Http(request) => match asked(robot, outgoing, request, means).await {
                Ok(answer) => answer,
                Err(refused) => return refused.into(),
            },
            Step::Mail(mail) => {
                means.mailer.send(mail).await.map(|answer| without_password(answer, mail))
            }
        };
        outcome = Outcome {
            receipt: robot.verdict(&answer, outgoing.now.timestamp()),
            trace: answer.map(|answer| robot.trace(&answer)).unwrap_or_default(),
        };
        if outcome.receipt.verdict != Verdict::Sent {
            break;
        }
    }
    outcome
}

/// Asks, with a token where the robot shows one.
pub(super) async fn asked(
    robot: &dyn Robot,
    outgoing: &Outgoing<'_>,
    request: &Request,
    means: &Means<'_>,
) -> Result<Result<Response, Failure>, Receipt> {
    let Some(dialect) = robot.tokens() else {
        return Ok(means.client.send(request).await.map(|answer| conceal(answer, request)));
    };
    let (client, tokens) = (means.client, means.tokens);
    let (request, answer) = token::asked(dialect, outgoing, request, client, tokens).await?;
    Ok(answer.map(|answer| conceal(answer, &request)))
}

fn printed(result: io::Result<()>) -> Receipt {
    match result {
        Ok(()) => Receipt::sent(),
        Err(error) => {
            let reason = text!("the message could not be printed: {why}", why = error.to_string());
            Receipt::new(Verdict::Retry(None), reason).code("print")
        }
    }
}

/// Shorter values in a URL's query are no secrets, and blanking them out would garble an answer; in
/// bytes.
const SHORTEST_VALUE: usize = 6;

/// The same for the steps of a URL's path: some vendors keep the token there; in bytes.
const SHORTEST_STEP: usize = 16;

/// Blanks out, in an answer, whatever it repeats of the secrets in the request.
fn conceal(mut response: Response, request: &Request) -> Response {
    let Ok(url) = Url::parse(request.url.expose()) else { return response };
    let decoded = url.query_pairs().map(|(_, value)| value.into_owned());
    let raw = url.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let values = decoded.chain(raw.map(|(_, value)| value.to_owned()));
    let steps = url.path_segments().into_iter().flatten().map(ToOwned::to_owned);
    let headers = request.headers.iter().filter(|(name, _)| name != "content-type");
    let secrets = values
        .filter(|value| value.len() >= SHORTEST_VALUE)
        .chain(steps.filter(|step| step.len() >= SHORTEST_STEP))
        .chain(headers.map(|(_, value)| value.expose().to_owned()))
        .filter(|secret| !secret.is_empty());
    for secret in secrets {
        response.body = blanked(&response.body, secret.as_bytes());
    }
    response
}

/// The same for the name and the password of a mail server, also as they go over the wire.
fn without_password(mut answer: Response, mail: &Mail) -> Response {
    let Some((user, password)) = &mail.login else { return answer };
    let (user, password) = (user.expose(), password.expose());
    let both = STANDARD.encode(format!("\0{user}\0{password}"));
    let alone = STANDARD.encode(password);
    for secret in [password, &both, &alone].into_iter().filter(|secret| !secret.is_empty()) {
        answer.body = blanked(&answer.body, secret.as_bytes());
    }
    answer
}

fn blanked(text: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut rest = text;
    let mut blanked = Vec::with_capacity(text.len());
    while let Some((first, tail)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(secret) {
            blanked.extend_from_slice(b"***");
            rest = after;
        } else {
            blanked.push(*first);
            rest = tail;
        }
    }
    blanked
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::model::secret::Secret;

    #[test]
    fn an_answer_cannot_repeat_the_secrets_of_its_request() {
        let url = "https://h.example/hook/0123456789abcdef/send?access_token=abcdef0123&x=1&\
                   sign=Qb%2Fq8A%3D%3D";
        let mut request = Request::post_json(Secret::new(url.to_owned()), &Value::Null);
        request.headers.push(("x-token".to_owned(), Secret::new("t0ken".to_owned())));
        let body = "1 token abcdef0123abcdef0123 t0ken, sign Qb/q8A== or Qb%2Fq8A%3D%3D, x=1, \
                    /hook/0123456789abcdef/send, application/json";
        let body = body.as_bytes().to_vec();
        let response = Response { status: 200, body, ..Response::default() };
        let shown = conceal(response, &request).body;
        assert_eq!(
            String::from_utf8_lossy(&shown),
            "1 token ****** ***, sign *** or ***, x=1, /hook/***/send, application/json"
        );
    }
}
