//! One schedule file: its text becomes reminders and diagnostics.

use std::sync::Arc;

use super::{
    keys,
    load::SourceText,
    raw::Raw,
    reminder::{Compiler, Memo},
    world::World,
};
use crate::{
    model::{diagnostic::Diagnostic, reminder::Reminder, text::text},
    yaml::{self, Flaw, Node, Report, Style, Value, veil},
};

/// A file may hold so many.
const MAX_REMINDERS: usize = 10_000;

/// What came of one file.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    /// Its reminders that are right by themselves, in the order written; to be used only when
    /// nothing is wrong.
    pub reminders: Vec<Arc<Reminder>>,
    /// Everything wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// Whether it can be used.
    #[must_use]
    pub fn is_right(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Compiles one file by itself.
#[must_use]
pub fn compile(source: &SourceText, world: &World) -> Compiled {
    compile_with(source, world, &mut Memo::default())
}

/// The same, sharing what files have in common.
pub(super) fn compile_with(source: &SourceText, world: &World, memo: &mut Memo) -> Compiled {
    let document = match yaml::parse(&source.path, &source.bytes) {
        Ok(document) => document,
        Err(found) => return Compiled { diagnostics: vec![found], ..Compiled::default() },
    };
    let mut report = Report::new(&document);
    secrets(&mut report, &document.root);
    let mut reminders = reminders(&mut report, &document.root, world, memo);
    let mut diagnostics = report.finish();
    reminders.retain(|reminder| {
        let flaws = (world.flaws)(reminder);
        let right = !flaws.iter().any(Diagnostic::is_error);
        diagnostics.extend(flaws);
        right
    });
    Compiled { reminders, diagnostics }
}

fn reminders<'d>(
    report: &mut Report<'d>,
    root: &'d Node,
    world: &World,
    memo: &mut Memo,
) -> Vec<Arc<Reminder>> {
    if let Value::List(_) = root.value {
        let flaw = Flaw::new("wrong-type", text!("a schedule file is not a list")).help(text!(
            "begin with `reminders:` and write each reminder under an id of its own, without dashes"
        ));
        report.flaw(root, flaw);
        return Vec::new();
    }
    let Some(fields) = report.fields(root, &keys::FILE) else { return Vec::new() };
    let mut compiler = Compiler { report, world, memo };
    // `owner` beside the reminders is the default of defaults.
    let mut defaults = Raw::default();
    let mut default_keys = Vec::new();
    if let Some(node) = fields.get("defaults")
        && let Some(fields) = compiler.report.fields(node, &keys::DEFAULTS)
    {
        defaults = compiler.raw(&fields);
        default_keys = ["when", "to"].into_iter().filter(|key| fields.get(key).is_some()).collect();
    }
    if let Some(entry) = fields.entry("owner") {
        let owner = compiler.raw(&yaml::Fields::only(entry));
        defaults = defaults.or(&owner);
    }
    let Some(node) = fields.get("reminders") else {
        let flaw = Flaw::new("missing-key", text!("this file has no `reminders:`"));
        let help = text!("write `reminders:`, and each reminder under it");
        report.error(fields.span, flaw.help(help));
        return Vec::new();
    };
    if let Value::List(_) = node.value {
        let flaw = Flaw::new("wrong-type", text!("`reminders` is not a list"))
            .help(text!("write each reminder under an id of its own, without dashes"));
        report.flaw(node, flaw);
        return Vec::new();
    }
    let Some(entries) = report.map(node, "`reminders`") else { return Vec::new() };
    if entries.len() > MAX_REMINDERS {
        let message = text!("a file holds at most {most} reminders", most = MAX_REMINDERS);
        let flaw = Flaw::new("too-much", message).help(text!("split it into several files"));
        report.flaw(node, flaw);
        return Vec::new();
    }
    let mut compiler = Compiler { report, world, memo };
    let mut compiled = Vec::new();
    for entry in entries {
        if compiler.report.is_full() {
            break;
        }
        let before = compiler.report.errors();
        let reminder = compiler.reminder(entry, &defaults, &default_keys);
        compiled.extend(reminder.filter(|_| compiler.report.errors() == before).map(Arc::new));
    }
    compiled
}

/// Schedule files are read by many; a webhook or a signing secret in one is out in the open.
fn secrets(report: &mut Report<'_>, root: &Node) {
    for (node, scalar) in root.scalars() {
        if let Some(line) = veil::gives_away(&scalar.text) {
            let lines = || scalar.text.split('\n').map(|line| line.chars().count());
            let start = lines().take(line).map(|length| length + 1).sum();
            let part = matches!(scalar.style, Style::Block { .. })
                .then(|| (start, lines().nth(line).unwrap_or(1)));
            let message =
                text!("a robot's webhook or secret stands here, where everyone can read it");
            let help = text!(
                "make a new one in the group, keep it out of all files, and name the target with `to:`"
            );
            let flaw = Flaw::new("secret-in-schedule", message).help(help);
            report.flaw(node, Flaw { masked: true, part, ..flaw });
        }
    }
}
