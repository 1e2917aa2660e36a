//! A file of sample data, as the plain values templates see.

use serde_json::{Map, Value as Json};

use super::{Node, Style, Value, parse};
use crate::model::diagnostic::Diagnostic;

/// Reads a YAML file as plain values.
///
/// # Errors
/// Why it cannot be read.
pub fn json(file: &str, bytes: &[u8]) -> Result<Json, Diagnostic> {
    parse(file, bytes).map(|document| plain(&document.root))
}

/// A part of a file as plain values.
#[must_use]
pub fn plain(node: &Node) -> Json {
    match &node.value {
        Value::Nothing => Json::Null,
        Value::Scalar(text) if text.style == Style::Plain => scalar(&text.text),
        Value::Scalar(text) => Json::from(text.text.as_str()),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(entries) => {
            let pairs = entries.iter().map(|entry| (entry.key.clone(), plain(&entry.node)));
            Json::Object(pairs.collect::<Map<_, _>>())
        }
    }
}

/// What an unquoted YAML scalar means: null, a truth value, a number, or else text.
#[must_use]
pub fn scalar(text: &str) -> Json {
    match text.trim() {
        "" | "~" | "null" => Json::Null,
        "true" => Json::Bool(true),
        "false" => Json::Bool(false),
        bare => {
            let leading_zero = bare.len() > 1 && bare.starts_with('0') && !bare.starts_with("0.");
            let numeric = !leading_zero && !bare.starts_with('+');
            let integer = bare.parse::<i64>().ok().filter(|_| numeric).map(Json::from);
            let decimal = || {
                let digits = bare.chars().all(|c| c.is_ascii_digit() || "-.eE".contains(c));
                bare.parse::<f64>().ok().filter(|_| numeric && digits).map(Json::from)
            };
            let unquoted = bare.trim_matches(['"', '\'']);
            integer.or_else(decimal).unwrap_or_else(|| Json::from(unquoted))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_mean_what_yaml_says() {
        let cases = [
            ("5", json!(5)),
            ("-1.5", json!(-1.5)),
            ("007", json!("007")),
            ("true", json!(true)),
            ("", Json::Null),
            ("王五", json!("王五")),
            ("\"5\"", json!("5")),
        ];
        for (text, value) in cases {
            assert_eq!(scalar(text), value, "{text}");
        }
        let file = json("x.yaml", "a: [1, two]\nb: {c: '3'}".as_bytes()).unwrap();
        assert_eq!(file, json!({ "a": [1, "two"], "b": { "c": "3" } }));
    }
}
