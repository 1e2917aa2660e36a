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
        "" | "~" | "null" | "Null" | "NULL" => Json::Null,
        "true" | "True" | "TRUE" => Json::Bool(true),
        "false" | "False" | "FALSE" => Json::Bool(false),
        bare => number(bare).unwrap_or_else(|| Json::from(bare)),
    }
}

/// A number; what would lose digits as one, such as that of a bank card, is none.
fn number(bare: &str) -> Option<Json> {
    let digits = bare.strip_prefix('-').unwrap_or(bare);
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    let looks_so = digits.chars().all(|c| c.is_ascii_digit() || "-.eE".contains(c));
    if leading_zero || !looks_so {
        return None;
    }
    if digits.chars().all(|c| c.is_ascii_digit()) {
        return bare.parse::<i64>().ok().map(Json::from);
    }
    bare.parse::<f64>().ok().filter(|number| number.is_finite()).map(Json::from)
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
            ("TRUE", json!(true)),
            ("~", Json::Null),
            ("-007", json!("-007")),
            ("+86", json!("+86")),
            ("1e3", json!(1000.0)),
            ("1e999", json!("1e999")),
            ("62220212345678901234", json!("62220212345678901234")),
            ("-", json!("-")),
            ("e", json!("e")),
            ("inf", json!("inf")),
            ("王五", json!("王五")),
            ("rock 'n'", json!("rock 'n'")),
        ];
        for (text, value) in cases {
            assert_eq!(scalar(text), value, "{text}");
        }
        let file = json("x.yaml", "a: [1, two]\nb: {c: '3'}".as_bytes()).unwrap();
        assert_eq!(file, json!({ "a": [1, "two"], "b": { "c": "3" } }));
    }
}
