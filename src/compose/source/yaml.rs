//! YAML files and answers.

use super::Datum;
use crate::{
    model::diagnostic::Diagnostic,
    yaml::{self, Node, Style, Value},
};

/// Reads a YAML text, with the bounds and the messages of the files people write.
pub(super) fn read(shown: &str, text: &str) -> Result<Datum, Diagnostic> {
    let document = yaml::parse(shown, text.as_bytes())?;
    match document.mistakes.first() {
        Some(mistake) => Err(mistake.clone()),
        None => Ok(datum(&document.root)),
    }
}

fn datum(node: &Node) -> Datum {
    match &node.value {
        Value::Nothing => Datum::Nothing,
        Value::Scalar(scalar) if scalar.style == Style::Plain => match yaml::scalar(&scalar.text) {
            serde_json::Value::Null => Datum::Nothing,
            serde_json::Value::Bool(truth) => Datum::Truth(truth),
            serde_json::Value::Number(number) => number
                .as_i64()
                .map(|whole| Datum::Whole(whole.into()))
                .or_else(|| number.as_f64().map(Datum::Decimal))
                .unwrap_or_else(|| Datum::from(scalar.text.as_str())),
            _ => Datum::from(scalar.text.as_str()),
        },
        Value::Scalar(scalar) => Datum::from(scalar.text.as_str()),
        Value::List(items) => Datum::list(items.iter().map(datum).collect()),
        Value::Map(entries) => {
            let pairs = entries.iter().map(|entry| (entry.key.as_str().into(), datum(&entry.node)));
            Datum::map(pairs.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_kind_and_their_order() {
        let datum = read("x.yaml", "z: 1\na: [true, ~, 1.5, '2', 007]\nm: {b: x}\n").unwrap();
        let shown = minijinja::Value::from(&datum).to_string();
        assert_eq!(shown, "{'z': 1, 'a': [True, None, 1.5, '2', '007'], 'm': {'b': 'x'}}");
    }

    #[test]
    fn mistakes_have_a_place() {
        let found = read("x.yaml", "a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!((found.code, found.place.line), ("duplicate-key", 3));
        assert_eq!(&*read("x.yaml", "a: [1\n").unwrap_err().place.file, "x.yaml");
    }
}
