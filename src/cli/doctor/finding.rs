//! One thing that was looked at, and how it is.

use serde_json::{Value, json};

use crate::model::text::{Text, text};

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grade {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// It works, and may stop to.
    Warning,
    /// A person has to act.
    Error,
}

impl Grade {
    /// The word in JSON.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The mark on the screen.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Ok => "✓",
            Self::Note => "·",
            Self::Warning => "!",
            Self::Error => "✗",
        }
    }
}

/// One finding. Holds no secret.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) grade: Grade,
    /// A stable kebab-case name for what was looked at.
    pub(super) code: &'static str,
    /// The target's id and what people call it, where it is about one.
    pub(super) target: Option<String>,
    pub(super) about: Option<String>,
    pub(super) message: Text,
    pub(super) help: Option<Text>,
}

impl Finding {
    pub(super) fn new(grade: Grade, code: &'static str, message: impl Into<Text>) -> Self {
        let message = message.into();
        Self { grade, code, target: None, about: None, message, help: None }
    }

    pub(super) fn ok(code: &'static str, message: impl Into<Text>) -> Self {
        Self::new(Grade::Ok, code, message)
    }

    pub(super) fn error(code: &'static str, message: impl Into<Text>) -> Self {
        Self::new(Grade::Error, code, message)
    }

    pub(super) fn warning(code: &'static str, message: impl Into<Text>) -> Self {
        Self::new(Grade::Warning, code, message)
    }

    pub(super) fn help(self, help: impl Into<Text>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same, about a target.
    pub(super) fn of(self, target: &crate::model::target::Target) -> Self {
        Self { target: Some(target.id.to_string()), about: Some(target.name.clone()), ..self }
    }

    /// In JSON: the keys of a diagnostic, but for the target instead of a place.
    pub(super) fn document(&self) -> Value {
        json!({
            "severity": self.grade.word(),
            "code": self.code,
            "target": self.target,
            "message": self.message.to_string(),
            "help": self.help.as_ref().map(ToString::to_string),
        })
    }
}

/// The last line on the screen.
pub(super) fn summary(errors: usize, warnings: usize) -> Text {
    match (errors, warnings) {
        (0, 0) => text!("all is well"),
        (0, _) => text!("nothing is broken; warnings: {warnings}", warnings = warnings),
        _ => text!("errors: {errors}, warnings: {warnings}", errors = errors, warnings = warnings),
    }
}
