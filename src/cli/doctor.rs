//! `doctor`: what `check` cannot know: whether secrets can be read, the store written, robots
//! reached, and whether the clocks agree. It sends nothing unless it is told to.

mod finding;
mod machine;
mod people;
mod robots;
mod testing;
mod unit;

use serde_json::Value;

use self::finding::{Finding, Grade};
use super::{Exit, Globals, output, prepare};
use crate::{
    app,
    daemon::{probe::Reach, world::World},
    model::language::Language,
};

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Post a test message, marked as one, to every robot.
    #[arg(long)]
    send: bool,
    /// Post it twice with one idempotency key, and ask how many appeared.
    #[arg(long, requires = "send")]
    repeat: bool,
    /// Do not ask before posting.
    #[arg(long, requires = "send")]
    yes: bool,
}

/// What the checks look at.
struct Patient<'a> {
    prepared: &'a prepare::Prepared,
    world: &'a World,
    reach: &'a Reach,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    doctor(globals, options).unwrap_or_else(|exit| exit)
}

fn doctor(globals: &Globals, options: &Options) -> Result<Exit, Exit> {
    let prepared = prepare::settings(globals)?;
    let runtime = prepare::runtime()?;
    let world = runtime.block_on(prepared.world());
    let reach = app::reach(&prepared.settings, &prepared.machine);
    let patient = Patient { prepared: &prepared, world: &world, reach: &reach };
    let findings = runtime.block_on(async {
        let mut findings = machine::store(&patient).await;
        findings.extend(machine::zones(&patient));
        findings.extend(machine::calendars(&patient));
        findings.extend(machine::proxy(&patient));
        findings.extend(unit::hardening(&patient));
        findings.extend(machine::alerts(&patient));
        findings.extend(robots::all(&patient).await);
        findings.extend(people::all(&patient).await);
        if options.send {
            findings.extend(testing::send(&patient, globals, options).await);
        }
        findings
    });
    show(globals, &findings, output::language());
    let failed = findings.iter().any(|finding| finding.grade == Grade::Error);
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

fn show(globals: &Globals, findings: &[Finding], language: Language) {
    if globals.json {
        let list: Vec<Value> = findings.iter().map(Finding::document).collect();
        return output::json(&list);
    }
    for finding in findings {
        let about = finding.about.as_deref().map(|about| format!("{about}: ")).unwrap_or_default();
        let mark = finding.grade.mark();
        output::line(format_args!("{mark} {about}{}", finding.message.told(language)));
        if let Some(help) = &finding.help {
            output::line(format_args!("    → {}", help.told(language)));
        }
    }
    let count = |grade| findings.iter().filter(|finding| finding.grade == grade).count();
    output::line("");
    output::line(finding::summary(count(Grade::Error), count(Grade::Warning)).told(language));
}
