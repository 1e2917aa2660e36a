//! Answers that say in JSON whether they are a refusal, whatever their HTTP status: most vendors'.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::{BETWEEN, excerpt::excerpt};
use crate::{
    http::Response,
    model::{
        receipt::{
            Receipt,
            Verdict::{self, Retry, Throttled, Unknown},
        },
        text::{Text, Words, text, words},
    },
};

/// A broken server may ask for any wait; this much of it is believed.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// A code and what was said with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The number or word, without quotes; never empty.
    pub(super) code: String,
    /// What was said, as it came; may be empty.
    pub(super) said: String,
}

impl Answer {
    /// Reads a body by the names its vendor gives to code and text. A code may be a number or a
    /// quoted one, whatever the vendor's page says. None for anything but such a JSON object.
    pub(super) fn read(body: &[u8], code: &str, said: &str) -> Option<Self> {
        let text = String::from_utf8_lossy(body);
        let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
        let code = match json.get(code)? {
            Value::Number(code) => code.to_string(),
            Value::String(code) if !code.trim().is_empty() => code.trim().to_owned(),
            _ => return None,
        };
        let said = json.get(said).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(Self { code, said })
    }

    /// The code as a number, where it is one.
    pub(super) fn number(&self) -> Option<i64> {
        self.code.parse().ok()
    }

    /// Whether the text holds one of these words, in whatever case; the words are in small letters.
    pub(super) fn says(&self, words: &[&str]) -> bool {
        let said = self.said.to_lowercase();
        words.iter().any(|word| said.contains(word))
    }

    /// The receipt of a refusal.
    pub(super) fn refused(
        &self,
        vendor: impl Into<Text>,
        verdict: Verdict,
        help: Option<impl Into<Text>>,
    ) -> Receipt {
        let (vendor, code) = (vendor.into(), excerpt(&self.code));
        let reason = match excerpt(&self.said) {
            said if said.is_empty() => {
                text!("{vendor} answered {code}", vendor = vendor, code = &code)
            }
            said => text!(
                "{vendor} answered {code}: {said}",
                vendor = vendor,
                code = &code,
                said = said,
            ),
        };
        let help = help.map(Into::into);
        Receipt { help, ..Receipt::new(verdict, reason).code(code) }
    }
}

/// The receipt of an answer that is not what the vendor documents, judged by the caller.
pub(super) fn unexpected(
    vendor: impl Into<Text>,
    response: &Response,
    verdict: Verdict,
    help: Option<impl Into<Text>>,
) -> Receipt {
    let (vendor, status) = (vendor.into(), response.status);
    let reason = match excerpt(&String::from_utf8_lossy(&response.body)) {
        said if said.is_empty() => {
            text!("{vendor} answered HTTP {status} with nothing", vendor = vendor, status = status)
        }
        said => text!(
            "{vendor} answered HTTP {status} with something unexpected: {said}",
            vendor = vendor,
            status = status,
            said = said,
        ),
    };
    let help = help.map(Into::into);
    Receipt { help, ..Receipt::new(verdict, reason).code(format!("http {status}")) }
}

/// The same, judged by its HTTP status: 429 is a throttle for as long as it says, or for `rest`
/// where it says nothing; a broken server may be whole again later; the rest says nothing.
pub(super) fn undocumented(
    vendor: impl Into<Text>,
    response: &Response,
    rest: Duration,
) -> Receipt {
    let asked = response.retry_after.map(|wait| wait.min(LONGEST_WAIT));
    let (verdict, help) = match response.status {
        429 => (Throttled(asked.unwrap_or(rest)), Some(SLOW_DOWN)),
        500.. => (Retry(asked), None),
        _ => (Unknown, Some(BETWEEN)),
    };
    unexpected(vendor, response, verdict, help)
}

/// How many seconds our clock is ahead of the other side's, where that said what time it is.
pub(super) fn ahead(theirs: Option<Timestamp>, ours: Timestamp) -> Option<i64> {
    Some(ours.duration_since(theirs?).as_secs())
}

/// The advice when our clock is so many seconds ahead of the vendor's.
pub(super) fn clock(vendor: impl Into<Text>, seconds: i64) -> Text {
    let (vendor, off) = (vendor.into(), seconds.unsigned_abs());
    match seconds > 0 {
        true => text!(
            "This machine's clock is {seconds} s ahead of {vendor}'s: set it right (NTP).",
            seconds = off,
            vendor = vendor,
        ),
        false => text!(
            "This machine's clock is {seconds} s behind {vendor}'s: set it right (NTP).",
            seconds = off,
            vendor = vendor,
        ),
    }
}

/// The advice to whoever sends more than a robot takes.
pub(super) const SLOW_DOWN: Words = words!(
    "What waits follows when the robot may speak again: send fewer messages to this group, or \
     use a second robot."
);
