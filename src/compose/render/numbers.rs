//! Numbers as people of a language write them.

use minijinja::{Value, value::ValueKind};

use super::retold::kind;
use crate::model::{
    language::Language,
    text::{Text, text},
};

/// Digits after the decimal mark that may be asked for.
const MOST_DECIMALS: usize = 12;

/// Digits after the decimal mark when none are asked for; zeros at the end are dropped.
const USUAL_DECIMALS: usize = 6;

/// The digits with marks between the thousands: `1,234,567.8`.
pub(super) fn number(
    language: Language,
    value: &Value,
    decimals: Option<usize>,
) -> Result<String, Text> {
    if decimals.is_none_or(|n| n == 0)
        && let Some(whole) = whole(value)
    {
        return Ok(grouped(language, &whole.to_string()));
    }
    let plain = fixed(float(value, "number")?, decimals, USUAL_DECIMALS)?;
    Ok(grouped(language, &plain))
}

/// A share as a percentage: `0.256` is `25.6%`.
pub(super) fn percent(
    language: Language,
    value: &Value,
    decimals: Option<usize>,
) -> Result<String, Text> {
    let plain = fixed(float(value, "percent")? * 100.0, decimals, 1)?;
    Ok(grouped(language, &plain) + "%")
}

/// An integer, if the value is one.
fn whole(value: &Value) -> Option<i128> {
    value.is_integer().then(|| i128::try_from(value.clone()).ok()).flatten()
}

fn float(value: &Value, filter: &str) -> Result<f64, Text> {
    (value.kind() == ValueKind::Number)
        .then(|| f64::try_from(value.clone()).ok())
        .flatten()
        .filter(|number| number.is_finite())
        .ok_or_else(|| {
            text!("`{filter}` needs a number, this is {kind}", filter = filter, kind = kind(value),)
        })
}

/// As many decimals as asked for, or at most `usual` without zeros at the end.
fn fixed(number: f64, decimals: Option<usize>, usual: usize) -> Result<String, Text> {
    match decimals {
        Some(n) if n > MOST_DECIMALS => Err(text!("at most {most} decimals", most = MOST_DECIMALS)),
        Some(n) => Ok(format!("{number:.n$}")),
        None => {
            let text = format!("{number:.usual$}");
            Ok(text.trim_end_matches('0').trim_end_matches('.').to_owned())
        }
    }
}

/// Puts a language's marks into plain digits such as `-1234.5`.
fn grouped(language: Language, plain: &str) -> String {
    let (thousands, decimal) = match language {
        Language::English | Language::Chinese => (',', '.'),
        Language::Indonesian | Language::Portuguese => ('.', ','),
    };
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
    let zero = digits.chars().all(|c| matches!(c, '0' | '.'));
    let mut out = String::from(if zero { "" } else { sign });
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            out.push(thousands);
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push(decimal);
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_language() {
        use Language::*;
        let cases: [(Language, f64, Option<usize>, &str); 8] = [
            (English, 1_234_567.5, None, "1,234,567.5"),
            (Indonesian, 1_234_567.5, None, "1.234.567,5"),
            (Portuguese, -999.0, Some(2), "-999,00"),
            (Chinese, 1000.0, None, "1,000"),
            (English, 0.1 + 0.2, None, "0.3"),
            (English, -0.001, Some(2), "0.00"),
            (English, 1e15, None, "1,000,000,000,000,000"),
            (English, 2.0 / 3.0, Some(3), "0.667"),
        ];
        for (language, value, decimals, expected) in cases {
            assert_eq!(number(language, &value.into(), decimals).as_deref(), Ok(expected));
        }
        assert_eq!(number(English, &i128::MAX.into(), None).unwrap().matches(',').count(), 12);
        assert_eq!(percent(Indonesian, &0.256.into(), None).unwrap(), "25,6%");
        assert_eq!(percent(English, &1.into(), None).unwrap(), "100%");
        assert_eq!(percent(English, &0.5.into(), Some(2)).unwrap(), "50.00%");
        for bad in [Value::from("7"), f64::NAN.into(), f64::INFINITY.into(), ().into()] {
            assert!(number(English, &bad, None).is_err());
            assert!(percent(English, &bad, None).is_err());
        }
        assert!(number(English, &1.5.into(), Some(usize::MAX)).is_err());
    }
}
