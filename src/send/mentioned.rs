//! Where a text mentions someone: as `@` with the id their robot knows them by.

use crate::model::message::Mentioned;

/// Where a text holds `@id` as a whole, as byte ranges: `@1380` is not in `@13800000000`. With most
/// robots nobody is notified whose id the text does not hold, so what may be part of a longer id
/// does not count.
pub(super) fn places(text: &str, id: &str) -> Vec<std::ops::Range<usize>> {
    let token = format!("@{id}");
    let longer = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '+');
    let found = text.match_indices(&token).map(|(start, token)| start..start + token.len());
    found.filter(|place| !text[place.end..].starts_with(longer)).collect()
}

/// Those of some people whom a text does not mention, in order.
pub(super) fn missing<'a>(text: &str, people: &'a [Mentioned]) -> Vec<&'a Mentioned> {
    people.iter().filter(|person| places(text, &person.id).is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_counts_as_a_whole_only() {
        for (text, there) in [
            ("@1380", true),
            ("hi @1380, hi", true),
            ("请@1380看", true),
            ("x@1380\n", true),
            ("@13800000000", false),
            ("@1380x", false),
            ("@1380-1 @1380_ @1380.com", false),
            ("@13800 and @1380", true),
            ("1380", false),
            ("", false),
        ] {
            assert_eq!(!places(text, "1380").is_empty(), there, "{text}");
        }
    }
}
