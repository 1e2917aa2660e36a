//! `only_if`: one expression, judged with the values that decided.

use std::collections::BTreeMap;

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Value,
    machinery::{
        CodeGenerator,
        ast::{BinOpKind, Expr, UnaryOpKind},
        eval, make_string_output, parse_expr,
    },
    value::ValueKind,
};

use super::{guard, place::Source, refused::refused, scope::Scope};
use crate::model::text::{Text, text};

/// Values named in a judgement.
const MOST_NAMED: usize = 8;

/// Characters of a value shown in a judgement.
const MOST_SHOWN: usize = 40;

/// What an expression came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compose) struct Judgement {
    /// Whether it holds.
    pub(in crate::compose) holds: bool,
    /// The values it looked at, each behind its expression: `stock`, 0 entries.
    pub(in crate::compose) values: Vec<(String, Text)>,
}

/// Judges an expression that [`super::bounds::check`] has passed.
pub(super) fn judge(
    environment: &Environment<'static>,
    source: &Source,
    scope: &Scope,
) -> Result<Judgement, Error> {
    let expr = parse_expr(source.text)?;
    let value = value(environment, &expr, source, scope)?;
    if value.is_undefined() {
        return Err(refused(ErrorKind::UndefinedError, text!("the condition has no value")));
    }
    let mut parts = Vec::new();
    collect(&expr, &mut parts);
    let mut values: Vec<(String, Text)> = Vec::new();
    for part in parts {
        let text = source.text.get(super::names::extent(part)).unwrap_or_default();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let value = self::value(environment, part, source, scope);
        let said = (text, value.map_or_else(|_| text!("nothing"), |value| short(&value)));
        if values.len() < MOST_NAMED && !values.contains(&said) {
            values.push(said);
        }
    }
    Ok(Judgement { holds: value.is_true(), values })
}

fn value(
    environment: &Environment<'static>,
    expr: &Expr,
    source: &Source,
    scope: &Scope,
) -> Result<Value, Error> {
    let mut generator = CodeGenerator::new("condition", source.text);
    generator.compile_expr(&guard::operand(expr));
    let (instructions, _) = generator.finish();
    let mut text = String::new();
    let mut out = make_string_output(&mut text);
    let blocks = BTreeMap::new();
    let done =
        eval(environment, &instructions, scope.value(), &blocks, &mut out, AutoEscape::None)?;
    Ok(done.0.unwrap_or_default())
}

/// What an expression compares and joins: the parts of its `and`, `or`, `not` and comparisons.
fn collect<'e, 't>(expr: &'e Expr<'t>, parts: &mut Vec<&'e Expr<'t>>) {
    match expr {
        Expr::Const(_) => {}
        Expr::UnaryOp(op) if matches!(op.op, UnaryOpKind::Not) => collect(&op.expr, parts),
        Expr::BinOp(op) if !makes_a_value(&op.op) => {
            collect(&op.left, parts);
            collect(&op.right, parts);
        }
        Expr::Compare(compare) => {
            collect(&compare.expr, parts);
            compare.ops.iter().for_each(|op| collect(&op.expr, parts));
        }
        Expr::Test(test) => collect(&test.expr, parts),
        Expr::List(_) | Expr::Tuple(_) if expr.as_const().is_some() => {}
        _ => parts.push(expr),
    }
}

/// Whether an operator makes a new value, or else joins or compares two.
fn makes_a_value(op: &BinOpKind) -> bool {
    use BinOpKind::{Add, Concat, Div, FloorDiv, Mul, Pow, Rem, Sub};
    matches!(op, Add | Sub | Mul | Div | FloorDiv | Rem | Pow | Concat)
}

/// A value in a few words; of a list or map only how much is in it, as it may hold what not
/// everyone who reads the log should see.
fn short(value: &Value) -> Text {
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map
            if value.downcast_object_ref::<super::scope::Due>().is_none() =>
        {
            match value.len() {
                Some(1) => text!("1 entry"),
                Some(n) => text!("{n} entries", n = n),
                None => text!("a list"),
            }
        }
        ValueKind::Undefined => text!("nothing"),
        _ => {
            let text = value.to_string();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            match text.chars().count() {
                0 => text!("empty"),
                1..=MOST_SHOWN => text.into(),
                _ => (text.chars().take(MOST_SHOWN).collect::<String>() + "…").into(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::{Engine, in_room, tests};
    use crate::model::{language::Language, text::Text};

    fn judge(text: &str) -> Result<(bool, String), String> {
        let scope = tests::scope();
        let engine = Engine::new(Language::English, date(2026, 11, 24), tests::weekdays(), 0);
        let judged = in_room(|| engine.judge(&tests::source(text), &scope)).unwrap();
        let told = |(of, value): (String, Text)| format!("{of}: {value}");
        let told = |values: Vec<_>| values.into_iter().map(told).collect::<Vec<_>>().join("; ");
        judged
            .map(|judged| (judged.holds, told(judged.values)))
            .map_err(|found| format!("{} {found}", found.code))
    }

    #[test]
    fn conditions_say_what_decided() {
        for (text, holds, values) in [
            ("due.weekday == 2 and extra.deep.er > 6", true, "due.weekday: 2; extra.deep.er: 7"),
            (
                "extra.list | length > 1 or not due.day",
                false,
                "extra.list | length: 1; due.day: 24",
            ),
            (
                "extra.list | rejectattr('x') | list",
                false,
                "extra.list | rejectattr('x') | list: 0 entries",
            ),
            ("extra", true, "extra: 3 entries"),
            ("extra['deep'].er", true, "extra['deep'].er: 7"),
            ("'' ~ ''", false, "'' ~ '': empty"),
            ("false", false, ""),
            ("nope is defined", false, "nope: nothing"),
            ("nope | default(0) > 0", false, "nope | default(0): 0"),
            ("'2026-12-31' | days_until == 37", true, "'2026-12-31' | days_until: 37"),
            ("due.day + 1 in [1, 25]", true, "due.day + 1: 25"),
            (
                "target.name in ['x'] or target.id == 'ops'",
                true,
                "target.name: 运营群; target.id: ops",
            ),
        ] {
            assert_eq!(judge(text), Ok((holds, values.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_condition_without_a_value_is_an_error() {
        for (text, expected) in [
            ("nope", "template-undefined t.yaml"),
            ("due.weekday == 2 and extra.nope > 1", "template-undefined t.yaml:1:"),
            ("extra.nope", "template-undefined t.yaml"),
            ("", "template-syntax t.yaml:1:1"),
            ("due.weekday = 2", "template-syntax t.yaml:1:13"),
            ("1 | nope", "template-filter t.yaml:1:5"),
            ("[1] * 10 ** 9", "template-error t.yaml"),
            (&"not ".repeat(2000), "template-too-deep t.yaml"),
        ] {
            let found = judge(text).unwrap_err();
            assert!(found.starts_with(expected), "{text}: {found}");
        }
    }
}
