//! Templates: checked before they are parsed, rendered in bounds, their errors placed in the file
//! a person wrote. Pure, but for the thread whose stack it needs.

mod analysis;
mod assured;
mod bounds;
mod condition;
mod dates;
mod explain;
mod filters;
mod guard;
mod inline;
mod names;
mod numbers;
mod place;
mod refused;
mod retold;
mod scope;
mod table;

use std::{
    cell::Cell,
    io,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, OnceLock},
    thread,
};

use minijinja::{
    AutoEscape, Environment, Error, UndefinedBehavior, Value,
    machinery::{CodeGenerator, eval, make_string_output, parse},
    syntax::SyntaxConfig,
};

use self::explain::explain;
pub(super) use self::{
    condition::Judgement,
    inline::{Mentioner, Mentions as Inline},
    place::Source,
    scope::{Due, Scope},
};
use super::Workdays;
use crate::model::{diagnostic::Diagnostic, language::Language, text::text};

/// Bytes of stack for parsing and rendering: the engine recurses with what a template nests.
const STACK: usize = 64 * 1024 * 1024;

/// Bytes a rendered text may have.
const RENDERED_LIMIT: usize = 1024 * 1024;

/// The engine's measure of work for one template: about one for each instruction and for each
/// 64 bytes it makes, so this is also at most 16 MB of memory, beside what [`guard`] lets pass.
const FUEL: u64 = 250_000;

/// A loop over data may cost so much more for each of its bytes.
const BYTES_PER_FUEL: usize = 2;

thread_local! {
    /// Whether this thread already has the stack.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` on a thread with a stack deep enough for any template. Calls inside of it stay on
/// that thread, so a batch of reminders wrapped in one call costs one thread.
///
/// # Errors
/// The thread could not be started.
pub fn in_room<R: Send>(work: impl FnOnce() -> R + Send) -> io::Result<R> {
    if INSIDE.get() {
        return Ok(work());
    }
    thread::scope(|scope| {
        let inside = || {
            INSIDE.set(true);
            work()
        };
        let room = thread::Builder::new().name("compose".into()).stack_size(STACK);
        let done = room.spawn_scoped(scope, inside)?.join();
        done.map_or_else(|panic| resume_unwind(panic), Ok)
    })
}

/// The template engine with our filters, for one language and one calendar.
pub(super) struct Engine {
    language: Language,
    today: jiff::civil::Date,
    workdays: Workdays,
    weight: usize,
    /// Made for the first template with a tag in it: most texts have none.
    environment: OnceLock<Environment<'static>>,
}

impl Engine {
    /// An engine whose `days_until` and the like count from `today`, with room for data that
    /// weighs `weight` bytes.
    pub(super) fn new(
        language: Language,
        today: jiff::civil::Date,
        workdays: Workdays,
        weight: usize,
    ) -> Self {
        Self { language, today, workdays, weight, environment: OnceLock::new() }
    }

    fn environment(&self) -> &Environment<'static> {
        self.environment.get_or_init(|| {
            let Self { language, today, weight, .. } = *self;
            let mut environment = Environment::new();
            environment.set_undefined_behavior(UndefinedBehavior::Strict);
            let more = u64::try_from(weight / BYTES_PER_FUEL).unwrap_or(u64::MAX);
            environment.set_fuel(Some(FUEL.saturating_add(more)));
            // Errors then say which name was undefined.
            environment.set_debug(true);
            let workdays = Arc::clone(&self.workdays);
            filters::install(&mut environment, language, today, workdays, weight);
            environment
        })
    }

    /// Renders a template. Line ends become `\n`, control characters are taken out.
    ///
    /// # Errors
    /// Why it cannot be rendered, placed in its file.
    pub(super) fn render(&self, source: &Source, scope: &Scope) -> Result<String, Diagnostic> {
        bounds::check(source, Kind::Template)?;
        match contained(|| self.run(source, scope)) {
            Ok(Ok(text)) if text.len() > RENDERED_LIMIT => Err(Diagnostic::error(
                source.at(&(0..0)),
                "text-too-long",
                text!(
                    "the text has {bytes} bytes; the limit is {limit}",
                    bytes = text.len(),
                    limit = RENDERED_LIMIT,
                ),
            )
            .help(text!("shorten what its loops write"))),
            Ok(Ok(text)) => Ok(clean(&text)),
            Ok(Err(error)) => Err(explain(&error, source)),
            Err(Panicked) => Err(engine_failed(source)),
        }
    }

    /// Judges an expression; see [`condition`].
    ///
    /// # Errors
    /// Why it has no value, placed in its file.
    pub(super) fn judge(&self, source: &Source, scope: &Scope) -> Result<Judgement, Diagnostic> {
        bounds::check(source, Kind::Expression)?;
        match contained(|| condition::judge(self.environment(), source, scope)) {
            Ok(judged) => judged.map_err(|error| explain(&error, source)),
            Err(Panicked) => Err(engine_failed(source)),
        }
    }

    /// Parses, guards, compiles and evaluates a template that is within bounds.
    fn run(&self, source: &Source, scope: &Scope) -> Result<String, Error> {
        if !source.text.contains('{') {
            // Without a tag the text is what it is, but for the line break at its end.
            let text = source.text.strip_suffix('\n').unwrap_or(source.text);
            return Ok(text.strip_suffix('\r').unwrap_or(text).to_owned());
        }
        let template = parse(source.text, "template", SyntaxConfig::default())?;
        let mut generator = CodeGenerator::new("template", source.text);
        generator.compile_stmt(&guard::guarded(&template));
        let (instructions, blocks) = generator.finish();
        let mut text = String::new();
        let mut out = make_string_output(&mut text);
        let root = scope.value();
        eval(self.environment(), &instructions, root, &blocks, &mut out, AutoEscape::None)?;
        Ok(text)
    }

    /// Everything that can be known to be wrong with a template without rendering it: in every
    /// branch, also those not taken now.
    pub(super) fn analyse(source: &Source, scope: &Scope) -> Vec<Diagnostic> {
        Self::analyse_as(Kind::Template, source, scope)
    }

    /// The same for an expression that stands alone.
    pub(super) fn analyse_condition(source: &Source, scope: &Scope) -> Vec<Diagnostic> {
        Self::analyse_as(Kind::Expression, source, scope)
    }

    fn analyse_as(kind: Kind, source: &Source, scope: &Scope) -> Vec<Diagnostic> {
        match bounds::check(source, kind) {
            Ok(()) => analysis::analyse(source, kind, scope),
            Err(found) => vec![found],
        }
    }
}

/// What a source is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Text with tags.
    Template,
    /// An expression alone.
    Expression,
}

/// The engine failed at something.
struct Panicked;

/// Runs the engine: a mistake in it must not let one person's template end the service.
fn contained<R>(work: impl FnOnce() -> R) -> Result<R, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
}

fn engine_failed(source: &Source) -> Diagnostic {
    let message = text!("the template engine failed at this template");
    Diagnostic::error(source.at(&(0..0)), "template-error", message)
}

/// Line ends as `\n`, no control characters but line break and tab, no byte order marks.
pub(super) fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n")
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || *c == '\u{feff}'))
        .collect()
}

/// The value of an engine's object, for the analysis.
fn attribute(value: &Value, name: &str) -> Option<Value> {
    value.get_attr(name).ok().filter(|value| !value.is_undefined())
}

#[cfg(test)]
mod tests;
