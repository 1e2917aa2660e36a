//! An error of the engine as a finding in the file a person wrote.

use minijinja::{Error, ErrorKind};

use super::{bounds, place::Source, refused, retold};
use crate::model::{
    diagnostic::Diagnostic,
    text::{Text, text},
};

/// What went wrong and where, in our words: the sentence the error carries, else what the engine
/// says, told again.
pub(super) fn explain(error: &Error, source: &Source) -> Diagnostic {
    let place = match (error.range(), error.line()) {
        (Some(range), _) => source.at(&range),
        (None, Some(line)) => source.line(line),
        (None, None) => source.at(&(0..0)),
    };
    let detail = error.detail().unwrap_or_default();
    let why = refused::sentence(error).unwrap_or_else(|| retold::retold(error));
    match error.kind() {
        ErrorKind::SyntaxError if detail.contains("recursion") => bounds::too_deep(place),
        ErrorKind::SyntaxError | ErrorKind::BadEscape => {
            let message = text!("the template cannot be read here: {why}", why = why);
            Diagnostic::error(place, "template-syntax", message).help(syntax_help(detail))
        }
        ErrorKind::OutOfFuel => {
            let message = text!("the template does too much work: {why}", why = why);
            Diagnostic::error(place, "template-costly", message).help(text!("shorten its loops"))
        }
        kind => Diagnostic::error(place, code(kind), why),
    }
}

fn code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::UndefinedError => "template-undefined",
        ErrorKind::UnknownFilter => "template-filter",
        ErrorKind::UnknownTest => "template-test",
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => "template-function",
        _ => "template-error",
    }
}

/// What to do about the parser's complaint.
fn syntax_help(detail: &str) -> Text {
    if detail.contains("unexpected character") {
        text!(
            "quotes, brackets, commas and signs are the half-width ones; for a name with other \
             characters write `row[\"单价(元)\"]`"
        )
    } else if detail.contains("end of input") {
        text!(
            "a `{{{{` needs its `}}}}`, a `{{%` its `%}}`, an `if` its `{{% endif %}}`, a `for` \
             its `{{% endfor %}}`"
        )
    } else if detail.contains("end of string") {
        text!("a quotation mark is missing")
    } else if detail.contains("unknown statement") {
        text!("the tags are if, elif, else, for, set, with, filter, macro, call, raw")
    } else {
        text!(
            "an expression stands in `{{{{ … }}}}`, a tag in `{{% … %}}`; to show them as they \
             are, wrap the text in `{{% raw %}}` and `{{% endraw %}}`"
        )
    }
}
