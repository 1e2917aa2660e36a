//! Why nothing was sent, in words: what the log keeps are words for programs.

use crate::{
    daemon::composer::UNCHANGED,
    model::text::{Text, text},
    outbox::{self, merged_into, moved_to},
};

/// Why an occurrence is skipped, missed or failed.
#[must_use]
pub fn of_occurrence(kept: &Text) -> Text {
    match kept.to_string().as_str() {
        "condition" => text!("its condition does not hold"),
        "paused" => text!("paused"),
        "target disabled" => text!("its target is disabled"),
        UNCHANGED => text!("everyone knows it already"),
        outbox::BY_HAND => text!("this date was taken out by a person"),
        _ => kept.clone(),
    }
}

/// Why a delivery was not sent, or by whom else.
#[must_use]
pub fn of_delivery(kept: &str) -> Text {
    if let Some(other) = moved_to(Some(kept)) {
        return text!("sent to {other} instead", other = other);
    }
    if let Some(whole) = merged_into(Some(kept)) {
        return text!("goes out in one message with others: {whole}", whole = whole);
    }
    match kept {
        "keep" => text!("it waited longer than `keep`"),
        "superseded" => text!("a newer one took its place"),
        outbox::DAILY => text!("more than the daily limit: at the end of the day"),
        "taken apart again" => text!("what was in it is sent singly after all"),
        other => of_occurrence(&Text::from_kept(other)),
    }
}
