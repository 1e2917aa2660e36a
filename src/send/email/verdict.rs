//! What a mail server's answer means: three digits, and a text that may begin with three numbers
//! more (RFC 3463).

use super::{
    super::{LOOK_UP, answer::SLOW_DOWN, excerpt::excerpt},
    COPY_PASSWORD, THROTTLE_REST,
};
use crate::{
    http::Response,
    model::{
        message::Progress,
        receipt::{
            Receipt,
            Verdict::{self, BadMessage, DeadTarget, Misconfigured, Retry, Throttled, Unknown},
        },
        text::{Text, Words, text, words},
    },
    smtp::{DEFERRED, REFUSED, STAGE, Stage},
};

const CHECK_ADDRESS: Words = words!(
    "Check the address for a slip of the pen: the server knows no such mailbox. When it is \
     right again, `dingdong redrive` tries it once more."
);

const CHECK_SENDER: Words = words!(
    "The server does not take mail from this sender: let `from` be the address that `user` may \
     send as."
);

const CHECK_SERVER: Words = words!(
    "The server does not serve this machine: compare the target's `host`, `port` and `tls` with \
     what the provider says, and ask whether it takes mail from this network."
);

const LOG_IN: Words =
    words!("The server wants to know who sends: give the target a `user` and a `password`.");

const REWRITE: Words = words!(
    "The server refuses what is in this mail: its text says why. Change the text or its links, \
     or ask whoever runs the server."
);

const SHORTEN: Words = words!("The server takes no mail of this size: shorten it.");

/// Words by which servers say that it is too much, not that it is wrong.
const TOO_MUCH: [&str; 7] =
    ["4.7.", "too many", "too much", "rate", "limit exceeded", "try again later", "频"];

/// Judges an answer.
pub(super) fn judge(response: &Response) -> Receipt {
    let said = String::from_utf8_lossy(&response.body);
    match response.status {
        200..=299 => taken(response),
        0 => refusal(response, Misconfigured, CHECK_SERVER),
        400..=499 => match (stage(response), response.status) {
            (_, 421) => refusal(response, Throttled(THROTTLE_REST), SLOW_DOWN),
            (Some(Stage::Login), 454) => refusal(response, Retry(None), None),
            (Some(Stage::Login), 432 | 435) => refusal(response, Misconfigured, COPY_PASSWORD),
            (Some(Stage::Greeting | Stage::Sender), 450 | 451) => {
                refusal(response, Throttled(THROTTLE_REST), SLOW_DOWN)
            }
            (_, 450..=452) if says(&said, &TOO_MUCH) => {
                refusal(response, Throttled(THROTTLE_REST), SLOW_DOWN)
            }
            _ => refusal(response, Retry(None), None),
        },
        500..=599 => {
            let (verdict, help) = refused(stage(response), response.status, &said);
            refusal(response, verdict, help)
        }
        _ => refusal(response, Unknown, LOOK_UP),
    }
}

/// A refusal for good, by what was refused.
fn refused(stage: Option<Stage>, status: u16, said: &str) -> (Verdict, Words) {
    // It is about who asks, whatever was asked.
    if status == 530 {
        return (Misconfigured, LOG_IN);
    }
    let by_size = status == 552 || says(said, &["5.3.4", "size", "too large", "too big"]);
    match stage {
        Some(Stage::Greeting | Stage::Tls) => (Misconfigured, CHECK_SERVER),
        Some(Stage::Login) => (Misconfigured, COPY_PASSWORD),
        Some(Stage::Sender) if by_size => (BadMessage, SHORTEN),
        Some(Stage::Sender) => (Misconfigured, CHECK_SENDER),
        Some(Stage::Receivers)
            if says(said, &["relay", "5.7.", "not permitted", "authenticat"]) =>
        {
            (Misconfigured, LOG_IN)
        }
        Some(Stage::Receivers) => (DeadTarget, CHECK_ADDRESS),
        Some(Stage::Content) if by_size => (BadMessage, SHORTEN),
        Some(Stage::Content) => (BadMessage, REWRITE),
        None => (Unknown, LOOK_UP),
    }
}

/// A mail that was taken, for all receivers or for some.
fn taken(response: &Response) -> Receipt {
    let missed: Vec<(&str, &str)> = missed(response).collect();
    let Some((_, first)) = missed.first() else { return Receipt::sent() };
    let deferred = missed.iter().any(|(kind, _)| *kind == DEFERRED);
    let said: Vec<&str> = missed.iter().map(|(_, said)| *said).collect();
    let reason = text!("the others have it, but not {missed}", missed = excerpt(&said.join("; ")));
    let receipt = match deferred {
        true => Receipt::new(Retry(None), reason),
        false => Receipt::new(BadMessage, reason).help(CHECK_ADDRESS),
    };
    Receipt { code: first.split(' ').nth(1).map(ToOwned::to_owned), ..receipt }
}

/// Who does not have a mail that others have.
pub(super) fn progress(response: &Response) -> Progress {
    let mut progress = Progress::default();
    if !(200..300).contains(&response.status) {
        return progress;
    }
    for (kind, said) in missed(response) {
        let address = said.split(' ').next().unwrap_or_default().to_owned();
        let list = if kind == DEFERRED { &mut progress.again } else { &mut progress.refused };
        list.push(address);
    }
    progress
}

fn missed(response: &Response) -> impl Iterator<Item = (&str, &str)> {
    let headers = response.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    headers.filter(|(name, _)| matches!(*name, REFUSED | DEFERRED))
}

fn stage(response: &Response) -> Option<Stage> {
    let name = response.header(STAGE)?;
    Stage::ALL.into_iter().find(|stage| stage.name() == name)
}

fn says(said: &str, words: &[&str]) -> bool {
    let said = said.to_lowercase();
    words.iter().any(|word| said.contains(word))
}

fn refusal(response: &Response, verdict: Verdict, help: impl Into<Option<Words>>) -> Receipt {
    let said = excerpt(&String::from_utf8_lossy(&response.body));
    let (code, reason) = match response.status {
        0 => (stage(response).map_or("smtp", Stage::name).to_owned(), not_offered(response)),
        status if said.is_empty() => {
            (status.to_string(), text!("the mail server answered {status}", status = status))
        }
        status => (
            status.to_string(),
            text!("the mail server answered {status}: {said}", status = status, said = said),
        ),
    };
    let help = help.into().map(Text::from);
    Receipt { help, ..Receipt::new(verdict, reason).code(code) }
}

/// What a server does not offer that it was needed for.
fn not_offered(response: &Response) -> Text {
    match stage(response) {
        Some(Stage::Login) => text!("the server offers no way to log in"),
        _ => text!("the server offers no STARTTLS"),
    }
}
