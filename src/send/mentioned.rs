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

/// A text cut at its mentions: what stands between them, and whom they mention.
pub(super) fn cut<'a, 't>(text: &'t str, people: &'a [Mentioned]) -> Vec<Cut<'a, 't>> {
    let mut found: Vec<(std::ops::Range<usize>, &Mentioned)> = Vec::new();
    for person in people {
        found.extend(places(text, &person.id).into_iter().map(|place| (place, person)));
    }
    found.sort_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
    let (mut cuts, mut at) = (Vec::new(), 0);
    for (place, person) in found {
        let Some(before) = text.get(at..place.start) else { continue };
        if !before.is_empty() {
            cuts.push(Cut::Text(before));
        }
        cuts.push(Cut::Person(person));
        at = place.end;
    }
    let rest = text.get(at..).unwrap_or_default();
    if !rest.is_empty() {
        cuts.push(Cut::Text(rest));
    }
    cuts
}

/// A stretch of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut<'a, 't> {
    /// Mentions nobody.
    Text(&'t str),
    /// Mentions one person.
    Person(&'a Mentioned),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::message::IdKind;

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

    #[test]
    fn a_text_is_cut_at_its_mentions() {
        let person =
            |id: &str| Mentioned { id: id.to_owned(), kind: IdKind::User, name: id.to_uppercase() };
        let people = [person("a"), person("b"), person("a-b")];
        let shown = |text: &str| -> String {
            let cuts = cut(text, &people).into_iter();
            let one = |cut| match cut {
                Cut::Text(text) => text.to_owned(),
                Cut::Person(person) => format!("<{}>", person.name),
            };
            cuts.map(one).collect()
        };
        assert_eq!(shown("请@a看，@b 和 @a-b。@c"), "请<A>看，<B> 和 <A-B>。@c");
        assert_eq!(shown("@a"), "<A>");
        assert_eq!(shown(""), "");
        assert_eq!(missing("@a @ab", &people).len(), 2);
    }
}
