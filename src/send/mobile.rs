//! Mobile numbers as robots take them.

/// A mainland number as its 11 digits, any other as `+CC-number` with the dash
/// (seen in the field: the FAQ of prometheus-webhook-dingtalk). None for what is no mobile number.
pub(super) fn written(mobile: &str) -> Option<String> {
    let mobile = mobile.trim();
    let digits: String = mobile.chars().filter(char::is_ascii_digit).collect();
    let known = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.');
    if !mobile.chars().all(known) || digits.len() > 20 {
        return None;
    }
    if !mobile.starts_with('+') && is_mainland(&digits) {
        return Some(digits);
    }
    let international = digits.strip_prefix("00").unwrap_or(&digits);
    if let Some(national) = international.strip_prefix("86")
        && is_mainland(national)
    {
        return Some(national.to_owned());
    }
    if !mobile.starts_with('+') && !digits.starts_with("00") {
        return None;
    }
    let (code, number) = international.split_at_checked(country_code_len(international))?;
    (number.len() >= 4).then(|| format!("+{code}-{number}"))
}

fn is_mainland(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1')
}

/// How many digits the country code has, by the plan of ITU-T E.164.
fn country_code_len(digits: &str) -> usize {
    const TWO: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    if digits.starts_with(['1', '7']) {
        1
    } else if TWO.iter().any(|code| digits.starts_with(code)) {
        2
    } else {
        3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_form_the_robot_knows() {
        for (given, expected) in [
            ("13800000000", Some("13800000000")),
            (" 138 0000-0000 ", Some("13800000000")),
            ("+8613800000000", Some("13800000000")),
            ("+86-13800000000", Some("13800000000")),
            ("8613800000000", Some("13800000000")),
            ("008613800000000", Some("13800000000")),
            ("+852-12345678", Some("+852-12345678")),
            ("+85212345678", Some("+852-12345678")),
            ("0085212345678", Some("+852-12345678")),
            ("+62 812 3456 789", Some("+62-8123456789")),
            ("+1 (415) 555-0100", Some("+1-4155550100")),
            ("+55 11 91234-5678", Some("+55-11912345678")),
            ("", None),
            ("+", None),
            ("+86", None),
            ("1380000", None),
            ("013800000000", None),
            ("85212345678", None),
            ("zhangsan", None),
            ("１３８００００００００", None),
            ("138000000001380000000013800000000", None),
        ] {
            assert_eq!(written(given).as_deref(), expected, "{given}");
        }
    }
}
