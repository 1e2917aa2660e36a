//! What an answer means: its HTTP status is all that is asked of a receiver.

use super::{
    super::{
        BETWEEN,
        answer::{self, LONGEST_WAIT, SLOW_DOWN},
    },
    COPY, THROTTLE_REST,
};
use crate::{
    http::Response,
    model::{
        receipt::{Receipt, Verdict},
        text::{Words, words},
    },
};

const CREDENTIALS: Words = words!(
    "The receiver does not accept who asks: compare the target's `secret` and `headers` with \
     what the receiver expects."
);

const MOVED: Words = words!("The receiver has moved: write its new address.");

const OTHER_BODY: Words = words!(
    "The receiver does not take this message: compare the target's `body` with what it expects."
);

/// Any 2xx is a confirmation; this is what we ask of receivers.
pub(super) fn judge(response: &Response) -> Receipt {
    let asked = response.retry_after.map(|wait| wait.min(LONGEST_WAIT));
    let (verdict, help) = match response.status {
        200..=299 => return Receipt::sent(),
        301 | 302 | 303 | 307 | 308 => (Verdict::Misconfigured, Some(MOVED)),
        401 | 403 => (Verdict::Misconfigured, Some(CREDENTIALS)),
        404 | 410 => (Verdict::DeadTarget, Some(COPY)),
        400 | 413 | 415 | 422 => (Verdict::BadMessage, Some(OTHER_BODY)),
        408 | 425 | 500.. => (Verdict::Retry(asked), None),
        429 => (Verdict::Throttled(asked.unwrap_or(THROTTLE_REST)), Some(SLOW_DOWN)),
        _ => (Verdict::Unknown, Some(BETWEEN)),
    };
    answer::unexpected(words!("the receiver"), response, verdict, help)
}
