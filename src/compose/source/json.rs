//! JSON files and answers.

use super::{Datum, Flaw};
use crate::model::text::{Text, text, words};

/// Reads a JSON text; its own bound on nesting is the parser's, 128.
pub(super) fn read(text: &str) -> Result<Datum, Flaw> {
    serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        // The place is told apart from the message.
        let message = said.split(" at line ").next().unwrap_or_default();
        let help = text!("an editor with JSON support marks the place");
        let message = text!("this is no JSON: {why}", why = retold(message));
        Flaw { column: error.column(), ..Flaw::new("bad-json", error.line(), message, help) }
    })
}

/// The parser's words in ours.
fn retold(message: &str) -> Text {
    let known = match message {
        "key must be a string" => words!("key must be a string"),
        "expected value" | "expected ident" => words!("a value is expected here"),
        "expected `:`" => words!("a `:` is expected here"),
        "expected `,` or `]`" => words!("a `,` or `]` is expected here"),
        "expected `,` or `}`" => return text!("a `,` or `}}` is expected here"),
        "trailing comma" => words!("the last entry has a comma behind it"),
        "trailing characters" => words!("something follows behind its end"),
        "invalid number" | "number out of range" => words!("this number cannot be read"),
        "invalid escape" => words!("a backslash is followed by what cannot follow it"),
        "recursion limit exceeded" => words!("it nests too deep"),
        end if end.starts_with("EOF while parsing") => words!("it ends before it is complete"),
        control if control.starts_with("control character") => {
            words!("a text in it has a line break or a control character")
        }
        other => return other.into(),
    };
    known.into()
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
        assert_eq!(flaw.message.to_string(), "this is no JSON: key must be a string");
        for text in ["", "{\"a\": ", &"[".repeat(100_000), "{} {}"] {
            assert!(read(text).is_err());
        }
    }
}
