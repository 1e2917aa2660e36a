//! How instants and records look in JSON and to people.

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::{Value, json};

use super::{calendar::words, output};
use crate::{
    daemon::reasons,
    model::{
        language::Language,
        occurrence::Origin,
        receipt::Attempt,
        text::{Text, text},
    },
    outbox::{DeliveryRecord, Holdup, OccurrenceRecord, Waiting, moved_to},
    settings::zones::Zones,
};

/// An instant in RFC 3339 with a zone's offset, to the second (finer where it is finer).
pub(super) fn instant(at: Timestamp, tz: &TimeZone) -> String {
    at.display_with_offset(tz.to_offset(at)).to_string()
}

/// An instant for people: `2026-11-24 Tue 09:00`, with its offset where the zone is not theirs.
pub(super) fn moment(at: Timestamp, tz: &TimeZone, home: &TimeZone, language: Language) -> String {
    let zoned = at.to_zoned_datetime(tz.clone());
    let date = words::date(zoned.date(), language);
    let seconds = if zoned.second() == 0 { "" } else { ":%S" };
    let offset = if tz.to_offset(at) == home.to_offset(at) { "" } else { " %:z" };
    format!("{date} {}", zoned.strftime(&format!("%H:%M{seconds}{offset}")))
}

/// An instant for people: `Tue 2026-11-24 09:00 +08:00`.
pub(super) fn readable(at: Timestamp, tz: &TimeZone) -> String {
    let zoned = at.to_zoned_datetime(tz.clone());
    let seconds = if zoned.second() == 0 { "" } else { ":%S" };
    let time = zoned.strftime(&format!("%H:%M{seconds} %:z")).to_string();
    match output::language() {
        // The weekday stands behind the date there.
        Language::Chinese => format!("{} {time}", words::date(zoned.date(), Language::Chinese)),
        _ => format!("{} {time}", zoned.strftime("%a %Y-%m-%d")),
    }
}

/// How something stands, and why.
pub(super) fn with_reason(state: Text, why: Option<Text>) -> Text {
    match why {
        Some(why) => text!("{state}: {why}", state = state, why = why),
        None => state,
    }
}

/// Where an occurrence stands, and why.
pub(super) fn standing(record: &OccurrenceRecord) -> Text {
    let why = record.reason.as_ref().map(reasons::of_occurrence);
    with_reason(state(record.state.name()), why)
}

/// Who asked for an occurrence.
pub(super) fn origin(origin: Origin) -> Text {
    match origin {
        Origin::Schedule => text!("schedule"),
        Origin::Manual(number) => text!("manual:{number}", number = number),
        Origin::Alert(number) => text!("alert:{number}", number = number),
    }
}

/// What an attempt came to: the verdict, the vendor's code and what was said.
pub(super) fn attempt(attempt: &Attempt) -> Text {
    let verdict = verdict(&attempt.verdict);
    let verdict = match &attempt.code {
        Some(code) => text!("{verdict} {code}", verdict = verdict, code = code),
        None => verdict,
    };
    let ms = attempt.ms;
    match said(attempt) {
        Some(why) => {
            text!("{verdict}: {why} ({ms} ms)", verdict = verdict, why = why.clone(), ms = ms)
        }
        None => text!("{verdict} ({ms} ms)", verdict = verdict, ms = ms),
    }
}

/// What an answer means, for people.
fn verdict(name: &str) -> Text {
    match name {
        "sent" => text!("sent"),
        "retry" => text!("retry"),
        "throttled" => text!("throttled"),
        "misconfigured" => text!("misconfigured"),
        "bad_message" => text!("bad_message"),
        "dead_target" => text!("dead_target"),
        "unknown" => text!("unknown"),
        other => other.into(),
    }
}

/// The zone a record was planned in.
pub(super) fn zone(record: &OccurrenceRecord, zones: &Zones) -> TimeZone {
    zones.get(&record.zone).map_or(TimeZone::UTC, |zone| zone.tz)
}

/// An occurrence in the log.
pub(super) fn log_row(record: &OccurrenceRecord, zones: &Zones) -> Value {
    let tz = zone(record, zones);
    let deliveries: Vec<_> = record.deliveries.iter().map(|one| log_delivery(one, &tz)).collect();
    let mut row = json!({
        "occurrence": record.occurrence.id(),
        "reminder": record.occurrence.reminder.as_str(),
        "due_at": instant(record.occurrence.due_at, &tz),
        "state": record.state.name(),
        "reason": record.reason,
        "detail": record.detail,
        "deliveries": deliveries,
    });
    if let (Some(span), Some(row)) = (&record.span, row.as_object_mut()) {
        row.insert("first".into(), instant(span.first, &tz).into());
        row.insert("last".into(), instant(span.last, &tz).into());
        row.insert("count".into(), span.count.into());
    }
    row
}

fn log_delivery(delivery: &DeliveryRecord, tz: &TimeZone) -> Value {
    let attempts: Vec<_> = delivery
        .attempts
        .iter()
        .map(|attempt| {
            let at = Timestamp::from_millisecond(attempt.at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
            json!({
                "at": instant(at, tz),
                "verdict": attempt.verdict,
                "code": attempt.code,
                "reason": said(attempt),
                "help": attempt.help,
                "ms": attempt.ms,
            })
        })
        .collect();
    json!({
        "id": delivery.id,
        "target": delivery.target.as_str(),
        "state": delivery.state.name(),
        "reason": delivery.reason.as_deref().map(Text::from_kept),
        "attempts": attempts,
    })
}

/// What a robot said, when there is more to it than that it took the message.
pub(super) fn said(attempt: &Attempt) -> Option<&Text> {
    attempt.reason.as_ref().filter(|_| attempt.verdict != "sent")
}

/// How an occurrence or a delivery stands, for people.
pub(super) fn state(name: &'static str) -> Text {
    match name {
        "planned" => text!("planned"),
        "composed" => text!("composed"),
        "skipped" => text!("skipped"),
        "missed" => text!("missed"),
        "failed" => text!("failed"),
        "pending" => text!("pending"),
        "sending" => text!("sending"),
        "delivered" => text!("delivered"),
        "expired" => text!("expired"),
        "cancelled" => text!("cancelled"),
        "dead" => text!("dead"),
        "held" => text!("held"),
        other => other.into(),
    }
}

/// Why something waits, for people.
pub(super) fn holdup(why: Holdup) -> Text {
    match why {
        Holdup::Suspended => text!("the robot is suspended"),
        Holdup::Closed => text!("the target is disabled, or not in the settings"),
        Holdup::Paused => text!("paused"),
        Holdup::Rest => text!("the robot rests"),
        Holdup::Quiet => text!("quiet hours"),
        Holdup::Part => text!("after the part before it"),
        Holdup::Retry => text!("tried again"),
        Holdup::Merged => text!("goes out in one message with others"),
        Holdup::Daily => text!("more than the daily limit: at the end of the day"),
        Holdup::Turn => text!("waits for its turn"),
    }
}

/// A delivery that waits.
pub(super) fn waiting(one: &Waiting, tz: &TimeZone) -> Value {
    json!({
        "id": one.id,
        "occurrence": one.occurrence.id(),
        "reminder": one.occurrence.reminder.as_str(),
        "due_at": instant(one.occurrence.due_at, tz),
        "target": one.target.as_str(),
        "part": one.part,
        "priority": one.priority,
        "attempts": one.attempt,
        "leaves": one.leaves.map(|at| instant(at, tz)),
        "waits_for": one.holdup.map(Holdup::word),
        "keep_until": instant(one.keep_until, tz),
    })
}

/// A delivery as `send` answers.
#[derive(Debug, Serialize)]
pub(super) struct Sent {
    pub(super) id: String,
    pub(super) target: String,
    pub(super) state: &'static str,
    pub(super) attempts: u32,
    pub(super) verdict: Option<String>,
    pub(super) code: Option<String>,
    pub(super) reason: Option<Text>,
    pub(super) help: Option<Text>,
    /// For a waiting one: when it leaves if nothing else comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expected: Option<String>,
}

/// What is known of a delivery that waits, besides its attempts.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    /// When it leaves if nothing else comes.
    pub(super) leaves: Option<Timestamp>,
    /// The verdict on its robot, where that is what it waits for.
    pub(super) verdict: Option<&'static str>,
    /// What it waits for.
    pub(super) reason: Option<Text>,
    /// What a person should do.
    pub(super) help: Option<Text>,
}

impl Sent {
    /// `held` is what is known besides, of one that waits.
    pub(super) fn of(record: &DeliveryRecord, held: Held, tz: &TimeZone) -> Self {
        let last = record.attempts.last();
        let said = last.and_then(said).cloned();
        let moved = moved_to(record.reason.as_deref()).is_some();
        let own = record.reason.as_deref().map(reasons::of_delivery);
        Self {
            id: record.id.clone(),
            target: record.target.to_string(),
            state: record.state.name(),
            attempts: record.attempt,
            verdict: last
                .map(|attempt| attempt.verdict.clone())
                .or_else(|| held.verdict.map(str::to_owned)),
            code: last.and_then(|attempt| attempt.code.clone()),
            reason: match (said, own) {
                (Some(said), Some(own)) if moved => Some(Text::several(vec![said, own])),
                (said, own) => said.or(own).or(held.reason),
            },
            help: last.and_then(|attempt| attempt.help.clone()).or(held.help),
            expected: held.leaves.map(|at| instant(at, tz)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{delivery::DeliveryState, occurrence::OccurrenceState};

    /// The table of the guide for HR staff: what it says they see is what they see.
    #[test]
    fn the_guide_names_states_by_the_words_on_the_screen() {
        let guide = include_str!("../../docs/zh/hr.md");
        let (_, table) = guide.split_once("| 看到 | 意思 | 做什么 |\n").unwrap();
        let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
        let mut seen = Vec::new();
        for row in rows {
            let (code, word) = row.trim_start_matches("| `").split_once("` ").unwrap();
            let word = word.split(" |").next().unwrap();
            let (name, why) = code.split_once(": ").map_or((code, None), |(a, b)| (a, Some(b)));
            let name = DeliveryState::from_name(name).map(DeliveryState::name);
            let name = name.or_else(|| {
                let (name, _) = code.split_once(':').unwrap_or((code, ""));
                OccurrenceState::from_name(name).map(OccurrenceState::name)
            });
            let name = name.unwrap_or_else(|| panic!("there is no state `{code}`"));
            let told = match why {
                Some(why) => reasons::of_occurrence(&why.into()),
                None => state(name),
            };
            assert_eq!(told.told(Language::Chinese), word, "{code}");
            seen.push(name);
        }
        // What waits for a person, or for its turn, is never left out.
        for needed in ["pending", "dead", "held", "expired", "failed", "missed", "skipped"] {
            assert!(seen.contains(&needed), "{needed} is not in the guide");
        }
    }
}
