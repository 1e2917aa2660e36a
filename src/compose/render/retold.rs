//! What the engine says, told again in words that exist in both languages. Its own words are the
//! last resort: they name what people never wrote, such as a `block`.

use minijinja::{Error, ErrorKind, Value};

use crate::model::text::{Text, Words, text, words};

/// What an error of the engine says.
pub(super) fn retold(error: &Error) -> Text {
    let detail = error.detail().unwrap_or_default();
    if let Some(name) = undefined(detail) {
        return text!("`{name}` is not defined", name = name);
    }
    match error.kind() {
        ErrorKind::SyntaxError => syntax(detail),
        ErrorKind::BadEscape => text!("a backslash in a text is followed by what cannot follow it"),
        ErrorKind::UndefinedError => text!("something is used here that is not defined"),
        ErrorKind::UnknownFilter => match between(detail, "filter ", " is unknown") {
            Some(name) => text!("there is no filter `{name}`", name = name),
            None => text!("there is no such filter"),
        },
        ErrorKind::UnknownTest => match between(detail, "test ", " is unknown") {
            Some(name) => text!("there is no test `{name}`", name = name),
            None => text!("there is no such test"),
        },
        ErrorKind::UnknownFunction => match between(detail, "", " is unknown") {
            Some(name) => text!("there is no function `{name}`", name = name),
            None => text!("there is no such function"),
        },
        ErrorKind::UnknownMethod => match detail.rsplit_once(" has no method named ") {
            Some((_, name)) => text!("there is no function `{name}` here", name = name),
            None => text!("there is no such function"),
        },
        ErrorKind::MissingArgument => text!("something is missing between its brackets"),
        ErrorKind::TooManyArguments => text!("there is too much between its brackets"),
        ErrorKind::CannotUnpack => text!("there are more or fewer values than names for them"),
        ErrorKind::OutOfFuel => text!("a loop or a text in it grows too far"),
        _ if detail.is_empty() => text!("this cannot be done with such values"),
        _ => operation(detail),
    }
}

/// What a value is.
pub(super) fn kind(value: &Value) -> Text {
    named(&value.kind().to_string())
}

/// The name of what was undefined: `` `due.x` is undefined``, alone or behind something else.
fn undefined(detail: &str) -> Option<&str> {
    let (before, _) = detail.rsplit_once("` is undefined")?;
    before.rsplit_once('`').map(|(_, name)| name)
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    text.strip_prefix(start)?.strip_suffix(end)
}

/// Why a template cannot be parsed.
fn syntax(detail: &str) -> Text {
    let known = match detail {
        "unexpected character" => words!("unexpected character"),
        "unexpected end of string" => words!("unexpected end of string"),
        "unexpected end of comment" => return text!("a comment `{{# …` has no end `#}}`"),
        "unexpected end of raw block" => return text!("there is no `{{% endraw %}}`"),
        "empty subscript" => words!("there is nothing between `[` and `]`"),
        "invalid float" | "invalid integer (too large)" => words!("this number cannot be read"),
        _ => return tokens(detail),
    };
    known.into()
}

/// A word the parser did not expect where it stands.
fn tokens(detail: &str) -> Text {
    let expected = |found: &str, wanted: &str| {
        text!("unexpected {found}, expected {wanted}", found = named(found), wanted = named(wanted))
    };
    if let Some(name) = detail.strip_prefix("unknown statement ") {
        return text!("unknown statement `{name}`", name = name);
    }
    if let Some(name) = detail.strip_prefix("cannot assign to reserved variable name ") {
        return text!("`{name}` cannot be set", name = name);
    }
    if let Some(found) = between(detail, "unknown ", ", expected statement") {
        return expected(found, "block keyword");
    }
    match detail.strip_prefix("unexpected ").map(|rest| rest.split_once(", expected ")) {
        Some(Some((found, wanted))) => expected(found, wanted),
        Some(None) => {
            let found = detail.trim_start_matches("unexpected ");
            text!("unexpected {found}", found = named(found))
        }
        None => detail.into(),
    }
}

/// Sentences of the engine that end in a kind of value, by their beginnings.
const ABOUT_A_KIND: [(&str, Words); 7] = [
    ("cannot calculate length of value of type ", words!("{found} has no length")),
    ("cannot reverse values of type ", words!("{found} cannot be reversed")),
    ("cannot join value of type ", words!("{found} cannot be joined")),
    ("can only sum numbers, got ", words!("only numbers can be added up, this is {found}")),
    ("cannot round value (", words!("{found} cannot be rounded")),
    ("cannot convert ", words!("{found} cannot be used here")),
    ("zip filter argument must be iterable, got ", words!("{found} is not a list")),
];

/// Why something cannot be done with the values it is given.
fn operation(detail: &str) -> Text {
    if let Some(what) = detail.strip_prefix("unable to calculate ") {
        return text!("unable to calculate {what}", what = what);
    }
    if let Some(kind) = detail.strip_suffix(" is not iterable") {
        return text!("{found} is not a list", found = named(kind));
    }
    let operator = between(detail, "tried to use ", "").and_then(|rest| {
        let (sign, kinds) = rest.split_once(" operator on unsupported types ")?;
        Some((sign, kinds.split_once(" and ")?))
    });
    if let Some((sign, (left, right))) = operator {
        let (left, right) = (named(left), named(right));
        return text!(
            "`{sign}` cannot be used on {left} and {right}",
            sign = sign,
            left = left,
            right = right,
        );
    }
    let about =
        ABOUT_A_KIND.iter().find_map(|(start, said)| Some((detail.strip_prefix(start)?, said)));
    match about {
        Some((rest, said)) => {
            let kind = rest.split(" to ").next().unwrap_or(rest).trim_end_matches(')');
            Text::from(*said).filled("found", named(kind))
        }
        None => fixed(detail),
    }
}

/// Sentences of the engine without anything filled in.
fn fixed(detail: &str) -> Text {
    let known = match detail {
        "value is not a string" => words!("a text is needed here"),
        "not iterable" | "value is not iterable" | "cannot convert value to list" => {
            words!("a list is needed here")
        }
        "cannot get absolute value" => words!("a number is needed here"),
        "cannot convert value into pairs" | "cannot convert value into pair list" => {
            words!("a map is needed here")
        }
        "cannot perform a containment check on this value" => {
            words!("`in` looks into lists, maps and texts only")
        }
        "cannot slice by step size of 0" | "count cannot be 0" => {
            words!("the number here cannot be 0")
        }
        "strings can only be multiplied with integers"
        | "sequences and iterables can only be multiplied with integers" => {
            words!("texts and lists can be repeated a whole number of times only")
        }
        "repeated string is too large" | "repeated sequence is too large" => {
            words!("a list or a text in it grows too large")
        }
        "object is not callable" => words!("this is no function"),
        "recursion limit exceeded" => words!("it calls itself too often"),
        other => return other.into(),
    };
    known.into()
}

/// What the engine calls a kind of value or a word of a template.
fn named(engines: &str) -> Text {
    let known = match engines {
        "undefined" | "none" => words!("nothing"),
        "bool" => words!("true or false"),
        "number" | "integer" | "float" => words!("a number"),
        "string" => words!("a string"),
        "sequence" | "iterator" => words!("a list"),
        "map" => words!("a map"),
        "identifier" => words!("a name"),
        "identifier or integer" => words!("a name or a number"),
        "expression" => words!("an expression"),
        "block keyword" | "keyword" => words!("the name of a tag"),
        "template-data" => words!("plain text"),
        "end of input" => words!("end of input"),
        "input after expression" | "input after end of variable block" => {
            words!("characters behind the expression")
        }
        "end of variable block" => return "`}}`".into(),
        "start of variable block" => return "`{{`".into(),
        "end of block" => return "`%}`".into(),
        "start of block" => return "`{%`".into(),
        "assignment operator" => return "`=`".into(),
        "comma" => return "`,`".into(),
        "in" => return "`in`".into(),
        other => return other.into(),
    };
    known.into()
}

#[cfg(test)]
mod tests {
    use crate::{compose::render::tests::render, model::language::Language};

    #[test]
    fn what_goes_wrong_is_told_in_both_languages() {
        for (template, english, chinese) in [
            ("{{ nope }}", "`nope` is not defined", "没有 `nope` 这个值"),
            ("{{ 1 | nope }}", "there is no filter `nope`", "没有叫 `nope` 的过滤器"),
            ("{{ 1 is nope }}", "there is no test `nope`", "没有叫 `nope` 的判断"),
            ("{{ nope() }}", "there is no function `nope`", "没有叫 `nope` 的函数"),
            ("{{ due.nope() }}", "there is no function `nope` here", "这里没有函数 `nope`"),
            (
                "{{ due",
                "the template cannot be read here: unexpected end of input, expected `}}`",
                "模板写到这里读不懂：这里应该是`}}`，却是结尾",
            ),
            (
                "{% nope %}",
                "the template cannot be read here: unknown statement `nope`",
                "模板写到这里读不懂：没有标签 `nope`",
            ),
            ("{{ 1 // 0 }}", "unable to calculate 1 // 0", "算不出 1 // 0"),
            (
                "{{ 1 + 'x' }}",
                "`+` cannot be used on a number and a string",
                "`+` 不能用在数字和文字之间",
            ),
            ("{{ 1 | length }}", "a number has no length", "数字没有长度"),
            ("{% for x in 1 %}{% endfor %}", "a number is not a list", "数字不是列表"),
            (
                "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
                "the template does too much work: a loop or a text in it grows too far",
                "模板要做的事太多：其中的循环或文字太长",
            ),
            // What a filter of ours refuses comes through the engine as it was said.
            (
                "{{ 'x' | number }}",
                "`number` needs a number, this is a string",
                "`number` 需要数字，这里是文字",
            ),
        ] {
            let told = render(Language::English, template).unwrap_err().message;
            assert_eq!(told.to_string(), english, "{template}");
            assert_eq!(told.told(Language::Chinese), chinese, "{template}");
        }
    }
}
