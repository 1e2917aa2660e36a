//! Between values and columns.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use super::{REASON_LIMIT, StoreError};
use crate::model::{
    occurrence::{Occurrence, Origin},
    reminder::{Priority, ReminderId},
    target::TargetId,
    text::{Text, text},
};

/// An instant as the store keeps it.
pub(super) fn millis(instant: Timestamp) -> i64 {
    instant.as_millisecond()
}

/// An instant the store kept.
pub(super) fn instant(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis)
        .map_err(|_| StoreError::Corrupt(text!("{text} is not an instant", text = millis)))
}

/// A duration in milliseconds, as long as the store can count.
pub(super) fn span_millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The occurrence with its due instant as the store keeps it, so that its id is the same before and after.
pub(super) fn kept(occurrence: &Occurrence) -> Occurrence {
    let due_at =
        Timestamp::from_millisecond(millis(occurrence.due_at)).unwrap_or(occurrence.due_at);
    Occurrence { due_at, ..occurrence.clone() }
}

/// An occurrence the store kept.
pub(super) fn occurrence(
    reminder: String,
    due_at: i64,
    origin: &str,
) -> Result<Occurrence, StoreError> {
    let origin: Origin = origin
        .parse()
        .map_err(|()| StoreError::Corrupt(text!("`{word}` is not an origin", word = origin)))?;
    Ok(Occurrence { reminder: ReminderId::new(reminder), due_at: instant(due_at)?, origin })
}

/// A state the store kept, read by its type's `from_name`.
pub(super) fn state<T>(word: &str, from_name: fn(&str) -> Option<T>) -> Result<T, StoreError> {
    from_name(word)
        .ok_or_else(|| StoreError::Corrupt(text!("`{word}` is not a state", word = word)))
}

/// A count the store kept.
pub(super) fn count<T: TryFrom<i64>>(number: i64) -> Result<T, StoreError> {
    T::try_from(number)
        .map_err(|_| StoreError::Corrupt(text!("{number} is not a count", number = number)))
}

/// A priority as the store sorts it: what goes first is smallest.
pub(super) fn rank(priority: Priority) -> i64 {
    match priority {
        Priority::Urgent => 0,
        Priority::Normal => 1,
        Priority::Low => 2,
    }
}

/// A priority the store kept.
pub(super) fn priority(rank: i64) -> Result<Priority, StoreError> {
    match rank {
        0 => Ok(Priority::Urgent),
        1 => Ok(Priority::Normal),
        2 => Ok(Priority::Low),
        _ => Err(StoreError::Corrupt(text!("{number} is not a priority", number = rank))),
    }
}

/// At most [`REASON_LIMIT`] characters.
pub(super) fn cut(text: &str) -> &str {
    text.char_indices().nth(REASON_LIMIT).map_or(text, |(end, _)| &text[..end])
}

/// A sentence as the store keeps it, bounded: what fills its gaps is cut.
pub(super) fn said(text: &Text) -> String {
    text.clone().map(&|own| cut(own).to_owned()).kept()
}

/// A sentence the store kept.
pub(super) fn text(kept: Option<String>) -> Option<Text> {
    kept.map(|kept| Text::from_kept(&kept))
}

/// A value as JSON text.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string().into()))
}

/// A value the store kept as JSON text.
pub(super) fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(error.to_string().into()))
}

/// Rows as a JSON array of arrays, which statements read with `json_each($n)` and `value ->> i`.
pub(super) fn rows<T: Serialize>(rows: impl IntoIterator<Item = T>) -> Result<String, StoreError> {
    json(&rows.into_iter().collect::<Vec<T>>())
}

/// One-column rows of texts.
pub(super) fn texts<T: AsRef<str>>(texts: &[T]) -> Result<String, StoreError> {
    rows(texts.iter().map(|text| [text.as_ref()]))
}

/// One-column rows of target ids.
pub(super) fn targets(targets: &[TargetId]) -> Result<String, StoreError> {
    rows(targets.iter().map(|target| [target.as_str()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_cut_by_characters() {
        assert_eq!(cut("短"), "短");
        assert_eq!(cut(&"字".repeat(600)).chars().count(), REASON_LIMIT);
        assert_eq!(cut(&"x".repeat(REASON_LIMIT)).len(), REASON_LIMIT);
    }

    #[test]
    fn an_occurrence_keeps_its_id_through_the_store() {
        for nanoseconds in [0, 1, 1_764_000_000_123_456_789, 1_764_000_000_000_000_000] {
            let given = Occurrence {
                reminder: ReminderId::new("a"),
                due_at: Timestamp::from_nanosecond(nanoseconds).unwrap(),
                origin: Origin::Manual(2),
            };
            let back = occurrence("a".into(), millis(given.due_at), "manual:2").unwrap();
            assert_eq!(kept(&given), back);
            assert_eq!(kept(&given).id(), back.id());
        }
    }

    #[test]
    fn what_the_store_cannot_have_written_is_damage() {
        assert!(matches!(instant(i64::MAX), Err(StoreError::Corrupt(_))));
        assert!(matches!(occurrence("a".into(), 0, "never"), Err(StoreError::Corrupt(_))));
        assert!(matches!(count::<u32>(-1), Err(StoreError::Corrupt(_))));
    }
}
