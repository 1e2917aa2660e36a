//! References to secrets: where they are kept, never what they are.

use crate::{
    model::{
        secret::{SecretRef, is_variable},
        target::RobotKind,
        text::text,
    },
    yaml::{Fields, Flaw, Node, Report, Value},
};

/// The variable a target's secret would naturally be kept in.
pub(super) fn variable(target: &str, fields: &Fields<'_>, key: &str) -> String {
    let written = match fields.get("robot").map(|node| &node.value) {
        Some(Value::Scalar(scalar)) => RobotKind::from_name(&scalar.text),
        _ => None,
    };
    let robot = written.unwrap_or(RobotKind::Dingtalk).name();
    let right = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let target = if target.chars().all(right) { format!("{target}_") } else { String::new() };
    format!("{robot}_{target}{key}").to_ascii_uppercase().replace('-', "_")
}

/// A reference to a secret under a key. Whatever else stands there is never repeated; `variable` is
/// where it would naturally be kept.
pub(super) fn secret(
    report: &mut Report<'_>,
    node: &Node,
    key: &str,
    variable: &str,
) -> Option<SecretRef> {
    let Value::Scalar(scalar) = &node.value else {
        let message = text!("`{key}` is a reference to where it is kept", key = key);
        let help = text!(
            "write `{key}: env:{variable}`, without a space after env:",
            key = key,
            variable = variable,
        );
        let flaw = Flaw { masked: true, ..Flaw::new("wrong-type", message).help(help) };
        report.flaw(node, flaw);
        return None;
    };
    if let Some(reference) = SecretRef::parse(&scalar.text).filter(SecretRef::is_sound) {
        return Some(reference);
    }
    let text = scalar.text.trim();
    let name = text.trim_matches(['$', '{', '}', '%']);
    let lower = text.to_ascii_lowercase();
    let (code, message, help) = if text != name && is_variable(name) {
        let message = text!("`{key}` names a variable in another way", key = key);
        ("bad-reference", message, text!("write `{key}: env:{name}`", key = key, name = name))
    } else if ["env:", "file:", "credential:"].iter().any(|kind| lower.starts_with(kind)) {
        let message = text!("`{key}` is a reference without a proper name", key = key);
        let help =
            text!("write env:NAME, file:PATH or credential:NAME, in lower case and without spaces");
        ("bad-reference", message, help)
    } else {
        let message = text!("`{key}` stands here itself, where anyone can read it", key = key);
        let help = text!(
            "keep it in the environment and write `{key}: env:{variable}` (or file:PATH, credential:NAME)",
            key = key,
            variable = variable,
        );
        ("inline-secret", message, help)
    };
    report.flaw(node, Flaw { masked: true, ..Flaw::new(code, message).help(help) });
    None
}
