//! Sentences of ours in errors of the engine. An error knows text only, so it carries the sentence
//! as its source, and whoever tells it takes it from there.

use std::{error, fmt, iter};

use minijinja::{Error, ErrorKind};

use crate::model::text::Text;

/// What an error carries.
#[derive(Debug)]
struct Said(Text);

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl error::Error for Said {}

/// What a filter or a function refuses, and why.
pub(super) fn invalid(why: impl Into<Text>) -> Error {
    refused(ErrorKind::InvalidOperation, why)
}

/// An error that carries a sentence.
pub(super) fn refused(kind: ErrorKind, why: impl Into<Text>) -> Error {
    let why = why.into();
    Error::new(kind, why.to_string()).with_source(Said(why))
}

/// The sentence an error carries, or one that caused it.
pub(super) fn sentence(error: &Error) -> Option<Text> {
    let first = error::Error::source(error);
    iter::successors(first, |cause| cause.source())
        .find_map(|cause| cause.downcast_ref::<Said>())
        .map(|said| said.0.clone())
}
