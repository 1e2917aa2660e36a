//! JSON files and answers.

use super::{Datum, Flaw};

/// Reads a JSON text; its own bound on nesting is the parser's, 128.
pub(super) fn read(text: &str) -> Result<Datum, Flaw> {
    serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        // The place is told apart from the message.
        let message = said.split(" at line ").next().unwrap_or_default();
        let help = "an editor with JSON support marks the place";
        let message = format!("this is no JSON: {message}");
        Flaw { column: error.column(), ..Flaw::new("bad-json", error.line(), message, help) }
    })
}

#[cfg(test)]
mod tests {
    use minijinja::Value;

    use super::*;

    #[test]
    fn values_keep_their_kind_and_their_order() {
        let datum = read(
            r#"{"z": 1, "a": [true, null, 1.5, "x", 18446744073709551615], "z2": {"b": -2}, "a": 0}"#,
        );
        let shown = Value::from(&datum.unwrap()).to_string();
        assert_eq!(shown, "{'z': 1, 'a': 0, 'z2': {'b': -2}}");
        let list = Value::from(&read("[true, null, 1.5, 18446744073709551615]").unwrap());
        assert_eq!(list.to_string(), "[True, None, 1.5, 18446744073709551615]");
    }

    #[test]
    fn mistakes_have_a_place() {
        let flaw = read("{\n  \"a\": 1,\n  b\n}").unwrap_err();
        assert_eq!((flaw.line, flaw.column), (3, 3));
        assert_eq!(flaw.message, "this is no JSON: key must be a string");
        for text in ["", "{\"a\": ", &"[".repeat(100_000), "{} {}"] {
            assert!(read(text).is_err());
        }
    }
}
