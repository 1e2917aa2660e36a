//! `people:` and `roles:`.

use std::collections::BTreeMap;

use crate::{
    model::{people::Person, text::words},
    yaml::{Entry, Fields, Flaw, Hint, Keys, Node, Report, Value, short, suggest, values},
};

const KEYS: Keys = Keys {
    of: words!("a person"),
    known: &[
        "name",
        "mobile",
        "dingtalk",
        "feishu",
        "wecom",
        "slack",
        "email",
        "leave",
        "department",
        "delegate",
    ],
    hints: &[
        ("phone", Hint::Meant("mobile")),
        ("tel", Hint::Meant("mobile")),
        ("mail", Hint::Meant("email")),
        ("userid", Hint::Meant("dingtalk")),
    ],
};

/// Words in `mention` that mean everyone.
const EVERYONE: [&str; 3] = ["all", "所有人", "全体成员"];

/// Reads every person, by id.
pub(super) fn read(report: &mut Report<'_>, node: &Node) -> BTreeMap<String, Person> {
    if let Value::Scalar(_) = node.value {
        let flaw = Flaw::new("not-yet", "this version does not read people from a file yet")
            .help("write them here: zhangsan: { name: 张三, mobile: \"13800000000\" }");
        report.flaw(node, flaw);
        return BTreeMap::new();
    }
    let entries = report.map(node, "`people`").unwrap_or_default();
    let people = entries.iter().filter_map(|entry| {
        good_id(report, entry);
        person(report, entry)
    });
    people.map(|person| (person.id.clone(), person)).collect()
}

/// Reads every role: ids of people by its name.
pub(super) fn roles(
    report: &mut Report<'_>,
    node: &Node,
    people: &BTreeMap<String, Person>,
) -> BTreeMap<String, Vec<String>> {
    let entries = report.map(node, "`roles`").unwrap_or_default();
    let mut roles = BTreeMap::new();
    for entry in entries {
        good_id(report, entry);
        if people.contains_key(&entry.key) {
            let message = format!("`{}` is a person already", short(&entry.key));
            report.error(
                entry.span,
                Flaw::new("ambiguous-name", message).help("give the role another name"),
            );
        }
        let of = format!("the role `{}`", short(&entry.key));
        if matches!(entry.node.value, Value::Nothing) || entry.node.items().is_empty() {
            let flaw = Flaw::new("missing-value", format!("{of} has no members"));
            report.error(entry.span, flaw.help("write the ids of people: [zhangsan, lisi]"));
            continue;
        }
        let members = entry.node.items().iter();
        let members =
            members.filter_map(|item| report.read(item, &of, |text| member(text, people)));
        roles.insert(entry.key.clone(), members.collect());
    }
    roles
}

fn member(text: &str, people: &BTreeMap<String, Person>) -> Result<String, Flaw> {
    if people.contains_key(text) {
        return Ok(text.to_owned());
    }
    let mut named = people.values().filter(|person| person.name == text);
    match (named.next(), named.next()) {
        (Some(person), None) => Ok(person.id.clone()),
        (Some(_), Some(_)) => {
            let message = format!("`{}` is the name of several people", short(text));
            Err(Flaw::new("ambiguous-name", message).help("write the id of one"))
        }
        (None, _) => {
            let message = format!("no person is called `{}`", short(text));
            let known = people.keys().map(String::as_str);
            Err(Flaw::new("unknown-person", message).help(suggest(text, known)))
        }
    }
}

fn good_id(report: &mut Report<'_>, entry: &Entry) {
    // zhang.san is how many companies write it.
    if let Err(flaw) = values::name(&entry.key.replace('.', "-")) {
        report.error(entry.span, flaw);
    } else if EVERYONE.contains(&entry.key.to_lowercase().as_str()) {
        let message = format!("`{}` means everyone in the group", entry.key);
        report.error(entry.span, Flaw::new("reserved-name", message).help("use another id"));
    }
}

fn person(report: &mut Report<'_>, entry: &Entry) -> Option<Person> {
    let fields = report.fields(&entry.node, &KEYS)?;
    let mut text = |key: &str| id(report, &fields, key);
    let mut person = Person {
        id: entry.key.clone(),
        name: text("name").unwrap_or_else(|| entry.key.clone()),
        mobile: None,
        dingtalk: text("dingtalk"),
        feishu: text("feishu"),
        wecom: text("wecom"),
        slack: text("slack"),
        email: text("email"),
    };
    person.mobile = fields.get("mobile").and_then(|node| report.read(node, "`mobile`", mobile));
    for key in ["leave", "department", "delegate"] {
        if let Some(entry) = fields.entry(key) {
            let flaw = Flaw::new("not-yet", format!("this version does not know `{key}` yet"));
            report.warning(entry.span, flaw.help("it is kept and not used"));
        }
    }
    Some(person)
}

fn id(report: &mut Report<'_>, fields: &Fields<'_>, key: &str) -> Option<String> {
    let node = fields.get(key)?;
    report.read(node, format!("`{key}`"), |text| match values::shortened_number(text) {
        Some(flaw) => Err(flaw),
        None if text.is_empty() => Err(Flaw::new("missing-value", format!("`{key}` is empty"))
            .help("write one, or delete the line")),
        None => Ok(text.to_owned()),
    })
}

/// A mobile number: digits, or `+CC-number` outside mainland China (robots.md 1.3).
fn mobile(text: &str) -> Result<String, Flaw> {
    if let Some(flaw) = values::shortened_number(text) {
        return Err(flaw);
    }
    let wrong = |why: &str| {
        Flaw::new("bad-mobile", format!("`{}` is not a mobile number: {why}", short(text)))
            .help("write 11 digits, or the country code first: +852-12345678")
    };
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = plain.strip_prefix('+').unwrap_or(&plain);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong("it has more than digits"));
    }
    if plain.starts_with('+') {
        // The dash ends the country code, and only the person knows where that is.
        let code = text.trim_start_matches('+').split(['-', ' ']).next().unwrap_or_default();
        if !(1..=4).contains(&code.len()) {
            return Err(wrong("the country code does not end"));
        }
        if !(7..=15).contains(&digits.len()) {
            return Err(wrong("it has too few or too many digits"));
        }
        let rest = &digits[code.len()..];
        return Ok(if code == "86" { rest.to_owned() } else { format!("+{code}-{rest}") });
    }
    if digits.len() != 11 || !digits.starts_with('1') {
        return Err(wrong("without a country code it has 11 digits and begins with 1"));
    }
    Ok(digits.to_owned())
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
        for text in ["1.38E+10", "1.38e10"] {
            assert_eq!(mobile(text).expect_err(text).code, "spreadsheet-number", "{text}");
        }
        assert_eq!(values::shortened_number("user1e5"), None);
    }
}
