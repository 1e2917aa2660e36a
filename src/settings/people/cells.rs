//! What can be written about a person, value by value: the same in the settings and in a table.

use jiff::civil::Date;

use crate::{
    model::{
        people::department_path,
        text::{Text, text},
    },
    yaml::{Flaw, short, values},
};

/// Characters of an id, a name or an address.
const LONGEST: usize = 200;

/// A name, an id at a robot's vendor, a mail address.
pub(super) fn account(key: &'static str, text: &str) -> Result<String, Flaw> {
    if let Some(flaw) = values::shortened_number(text) {
        return Err(flaw);
    }
    let wrong = |code, message: Text, help: Text| Err(Flaw::new(code, message).help(help));
    let shown = short(text);
    if text.is_empty() {
        let message = text!("`{key}` is empty", key = key);
        return wrong("missing-value", message, text!("write one, or delete the line"));
    }
    if text.chars().count() > LONGEST || text.contains(char::is_control) {
        let message = text!("`{text}` cannot be a `{key}`", text = shown, key = key);
        let help = text!("write one line of at most {most} characters", most = LONGEST);
        return wrong("bad-value", message, help);
    }
    if key != "name" && text.contains(char::is_whitespace) {
        let message = text!("`{text}` has a space in it", text = shown);
        let help = text!("copy the `{key}` again, without spaces", key = key);
        return wrong("bad-value", message, help);
    }
    let halves = text.split_once('@').filter(|(user, host)| {
        !user.is_empty() && host.contains('.') && !host.contains('@') && text.is_ascii()
    });
    if key == "email" && halves.is_none() {
        let message = text!("`{text}` is not a mail address", text = shown);
        return wrong("bad-email", message, text!("write it like zhangsan@example.com"));
    }
    Ok(text.to_owned())
}

/// A mobile number: digits, or `+CC-number` outside mainland China (robots.md 1.3).
pub(super) fn mobile(text: &str) -> Result<String, Flaw> {
    if let Some(flaw) = values::shortened_number(text) {
        return Err(flaw);
    }
    let wrong = |why: Text| {
        let message =
            text!("`{text}` is not a mobile number: {why}", text = short(text), why = why);
        let help = text!("write 11 digits, or the country code first: +852-12345678");
        Err(Flaw::new("bad-mobile", message).help(help))
    };
    // What a table calculates with gets a fraction when it is saved.
    let text = text.strip_suffix(".0").unwrap_or(text);
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = plain.strip_prefix('+').unwrap_or(&plain);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return wrong(text!("it has more than digits"));
    }
    if plain.starts_with('+') {
        // The dash ends the country code, and only the person knows where that is.
        let code = text.trim_start_matches('+').split(['-', ' ']).next().unwrap_or_default();
        if !(1..=4).contains(&code.len()) {
            return wrong(text!("the country code does not end"));
        }
        if !(7..=15).contains(&digits.len()) {
            return wrong(text!("it has too few or too many digits"));
        }
        let rest = &digits[code.len()..];
        return Ok(if code == "86" { rest.to_owned() } else { format!("+{code}-{rest}") });
    }
    let digits = digits.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(digits);
    if digits.len() != 11 || !digits.starts_with('1') {
        return wrong(text!("without a country code it has 11 digits and begins with 1"));
    }
    Ok(digits.to_owned())
}

/// The parts of a text that lists several things.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split([',', '，', '、', ';', '；', '|', '\n']);
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// The departments a text lists, as paths.
pub(super) fn departments(text: &str) -> Vec<String> {
    parts(text).map(department_path).filter(|path| !path.is_empty()).collect()
}

/// Spans of leave as people write them in tables: `2026-10-01..2026-10-07; 2026/12/24`.
pub(super) fn leave(text: &str) -> Result<Vec<(Date, Date)>, Flaw> {
    parts(text).map(span).collect()
}

fn span(text: &str) -> Result<(Date, Date), Flaw> {
    let ends =
        ["..", "~", "～", "至", "到"].into_iter().find_map(|between| text.split_once(between));
    let (from, until) = ends.unwrap_or((text, text));
    let written = |end: &str| {
        let mut parts = end.trim().split(['-', '/', '.']);
        let part = parts.next().unwrap_or_default();
        // 2026/1/3 is how spreadsheets write a date.
        let padded = parts.map(|part| format!("-{part:0>2}"));
        part.to_owned() + &padded.collect::<String>()
    };
    let span = values::dates(&format!("{}..{}", written(from), written(until)));
    span.map_err(|flaw| {
        flaw.help(text!("write the first and the last day: 2026-10-01..2026-10-07"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobiles_are_digits_or_have_a_country_code() {
        let right = [
            ("13800000000", "13800000000"),
            ("138 0000 0000", "13800000000"),
            ("138-0000-0000", "13800000000"),
            ("13800000000.0", "13800000000"),
            ("86-13800000000", "13800000000"),
            ("+86-13800000000", "13800000000"),
            ("+86 138 0000 0000", "13800000000"),
            ("+852-12345678", "+852-12345678"),
            ("+852 1234 5678", "+852-12345678"),
        ];
        for (text, number) in right {
            assert_eq!(mobile(text).as_deref(), Ok(number), "{text}");
        }
        for text in [
            "",
            "+",
            "8001",
            "1380000000",
            "23800000000",
            "+85212345678",
            "138x0000000",
            "+852-1",
            "１３８",
        ] {
            assert_eq!(mobile(text).expect_err(text).code, "bad-mobile", "{text}");
        }
        for text in ["1.38E+10", "1.38e10", "1E+10"] {
            assert_eq!(mobile(text).expect_err(text).code, "spreadsheet-number", "{text}");
            assert_eq!(account("dingtalk", text).expect_err(text).code, "spreadsheet-number");
        }
        assert_eq!(account("dingtalk", "user1e5").as_deref(), Ok("user1e5"));
    }

    #[test]
    fn accounts_are_one_word_and_addresses_have_two_halves() {
        assert_eq!(account("name", "Zhang San").as_deref(), Ok("Zhang San"));
        assert_eq!(account("email", "zs@example.com").as_deref(), Ok("zs@example.com"));
        for (key, text, code) in [
            ("slack", "U 024", "bad-value"),
            ("name", "", "missing-value"),
            ("email", "zs", "bad-email"),
            ("email", "zs@host", "bad-email"),
            ("email", "张三@example.com", "bad-email"),
            ("email", "a@b@c.d", "bad-email"),
        ] {
            assert_eq!(account(key, text).expect_err(text).code, code, "{key} {text}");
        }
    }

    #[test]
    fn leave_is_read_as_tables_write_it() {
        let day = |m, d| jiff::civil::date(2026, m, d);
        let seen =
            leave("2026-10-01..2026-10-07； 2026/12/4\n2026.1.3~2026-01-05、2026-2-1至2026-2-2");
        let expected = [
            (day(10, 1), day(10, 7)),
            (day(12, 4), day(12, 4)),
            (day(1, 3), day(1, 5)),
            (day(2, 1), day(2, 2)),
        ];
        assert_eq!(seen.as_deref(), Ok(&expected[..]));
        for (text, code) in [
            ("46296", "bad-date"),
            ("10-01..10-07", "bad-date"),
            ("2026-02-30", "impossible-date"),
            ("2026-10-07..2026-10-01", "bad-range"),
        ] {
            assert_eq!(leave(text).expect_err(text).code, code, "{text}");
        }
    }

    #[test]
    fn departments_become_paths() {
        assert_eq!(departments("技术部-后端组, 财务"), ["技术部/后端组", "财务"]);
        assert_eq!(departments(" / "), [""; 0]);
    }
}
