//! What may be repeated of an answer: its beginning, without secrets.

/// So much of an answer goes into a receipt; in bytes.
const EXCERPT: usize = 200;

/// The beginning of a text on one line, without what may be a token or a signature.
pub(super) fn excerpt(text: &str) -> String {
    let begin: String = text.chars().take(4 * EXCERPT).collect();
    let words = begin.split(|c: char| c.is_whitespace() || c.is_control());
    let line: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut line = redacted(&line.join(" "));
    line.truncate(line.floor_char_boundary(EXCERPT));
    line
}

/// Blanks out the values of `access_token` and `sign`, however they are written.
fn redacted(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, value)) = split_at_secret(rest) {
        redacted.push_str(before);
        redacted.push_str("***");
        let secret = |c: char| c.is_ascii_alphanumeric() || "+/%=_-".contains(c);
        rest = value.trim_start_matches(secret);
    }
    redacted.push_str(rest);
    redacted
}

/// Splits behind the first `access_token=`, `"sign": "` and the like.
fn split_at_secret(text: &str) -> Option<(&str, &str)> {
    let keys = ["access_token", "sign"].into_iter().flat_map(|key| text.match_indices(key));
    let values = keys.filter_map(|(start, key)| {
        let rest = text.get(start.checked_add(key.len())?..)?;
        let value = match rest.strip_prefix("%3D").or_else(|| rest.strip_prefix("%3d")) {
            Some(value) => value,
            None => rest.trim_start_matches(['"', '\\', '\'', ' ', ':', '=']),
        };
        let between = rest.strip_suffix(value)?;
        between.contains([':', '=', '%']).then(|| text.len() - value.len())
    });
    text.split_at_checked(values.min()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_short_and_keep_secrets() {
        for (given, expected) in [
            ("", ""),
            (" one\n\ttwo\u{1b}[31m ", "one two [31m"),
            ("?access_token=abc&sign=a%2Fb%3D&x=1", "?access_token=***&sign=***&x=1"),
            (
                r#"{"access_token": "abc", "sign":"q/A="}"#,
                r#"{"access_token": "***", "sign":"***"}"#,
            ),
            ("access_token%3Dabc and access_token=", "access_token%3D*** and access_token=***"),
            (
                "sign not match, access_token does not exist",
                "sign not match, access_token does not exist",
            ),
        ] {
            assert_eq!(excerpt(given), expected, "{given:?}");
        }
        let long = excerpt(&"张".repeat(1000));
        assert_eq!((long.len(), long.chars().count()), (198, 66));
        let cut = excerpt(&format!("{} access_token={}", "x".repeat(190), "a".repeat(64)));
        assert!(!cut.contains("=a"), "{cut}");
        assert!(excerpt(&"sign=".repeat(20_000)).len() <= EXCERPT);
    }
}
