//! The commands: one file each. What they print for people may change; `--json` and the exit codes
//! are a contract.

use std::{path::PathBuf, process::ExitCode, sync::LazyLock};

use clap::{Parser, Subcommand};

mod backup;
mod calendar;
mod check;
mod completions;
mod doctor;
mod duty;
mod exit;
mod explain;
mod files;
mod init;
mod log;
mod new;
mod next;
mod output;
mod pause;
mod prepare;
mod preview;
mod reads;
mod recall;
mod redrive;
mod rehearse;
mod report;
mod resume;
mod run;
mod schema;
mod send;
mod sending;
mod skip;
mod status;
mod view;
mod why;

pub use exit::Exit;

static VERSION: LazyLock<String> = LazyLock::new(crate::app::version);

/// Reminders from schedule files to group chats, on every real workday, once.
#[derive(Debug, Parser)]
#[command(name = "dingdong", version = LazyLock::force(&VERSION).as_str(), max_term_width = 100)]
struct Args {
    /// The settings file. Without it: $DINGDONG_CONFIG, ./dingdong.yaml, /etc/dingdong/dingdong.yaml,
    /// and without any of these a console target.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON document (`run`: log lines as JSON).
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service: plan, compose, send; reload on SIGHUP and file changes; drain on SIGTERM.
    Run(run::Options),
    /// Show each reminder, each target's queue, broken files, and whether the service runs.
    Status,
    /// Look for mistakes in settings and schedule files, without sending anything.
    Check(check::Options),
    /// Check what `check` cannot: secrets, store, network, clock, time zones, the unit.
    Doctor(doctor::Options),
    /// Show coming occurrences, of reminders or of a phrase that is in no file.
    Next(next::Options),
    /// Show calendars, a year on one screen, and import next year's days.
    #[command(subcommand)]
    Calendar(calendar::Command),
    /// Say in words when a reminder fires, and for a date why it does or does not.
    Explain(explain::Options),
    /// Show what would be sent, and send nothing.
    Preview(preview::Options),
    /// Show everything that would go out in a span of days, and send nothing.
    Rehearse(rehearse::Options),
    /// Send a reminder now.
    Send(send::Options),
    /// Show what was planned, sent, skipped and missed.
    Log(log::Options),
    /// Tell the whole chain of an occurrence, or why there is none.
    Why(why::Options),
    /// Report what was sent, late, skipped, missed and refused in a day or a month.
    Report(report::Options),
    /// Write a copy of the store, while the service goes on.
    Backup(backup::Options),
    /// Put a dead, held, expired or cancelled delivery back, under its own key.
    Redrive(redrive::Options),
    /// Take back what has arrived, where the robot can.
    Recall(recall::Options),
    /// Take a waiting or held delivery back.
    Cancel(redrive::Cancel),
    /// Send what a delivery said once more, as a delivery of its own.
    Resend(redrive::Options),
    /// Take one date out of a reminder's schedule.
    Skip(skip::Options),
    /// Silence a reminder, a target or everything, until a day or until `resume`.
    Pause(pause::Options),
    /// End a pause; for a target also lift the suspension of its robot.
    Resume(resume::Options),
    /// Write a folder in which everything works: settings and a first schedule file.
    Init(init::Options),
    /// Write a commented schedule file from the gallery.
    New(new::Options),
    /// Print the JSON Schema of schedule files, for editors.
    Schema(schema::Options),
    /// Print shell completions.
    Completions(completions::Options),
    /// Print the manual page.
    Man,
}

/// What every command gets.
struct Globals {
    config: Option<PathBuf>,
    json: bool,
}

/// Parses the arguments and runs the command.
#[must_use]
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version come this way too, with exit code 0.
            let code = error.exit_code();
            drop(error.print());
            return if code == 0 { Exit::Done.into() } else { Exit::Usage.into() };
        }
    };
    let globals = Globals { config: args.config, json: args.json };
    output::speak(crate::app::language());
    let exit = match args.command {
        Command::Run(options) => run::run(&globals, &options),
        Command::Status => status::run(&globals),
        Command::Check(options) => check::run(&globals, &options),
        Command::Doctor(options) => doctor::run(&globals, &options),
        Command::Next(options) => next::run(&globals, &options),
        Command::Calendar(command) => calendar::run(&globals, &command),
        Command::Explain(options) => explain::run(&globals, &options),
        Command::Preview(options) => preview::run(&globals, &options),
        Command::Rehearse(options) => rehearse::run(&globals, &options),
        Command::Send(options) => send::run(&globals, &options),
        Command::Log(options) => log::run(&globals, &options),
        Command::Why(options) => why::run(&globals, &options),
        Command::Report(options) => report::run(&globals, &options),
        Command::Backup(options) => backup::run(&globals, &options),
        Command::Redrive(options) => redrive::redrive(&globals, &options),
        Command::Recall(options) => recall::run(&globals, &options),
        Command::Cancel(options) => redrive::cancel(&globals, &options),
        Command::Resend(options) => redrive::resend(&globals, &options),
        Command::Skip(options) => skip::run(&globals, &options),
        Command::Pause(options) => pause::run(&globals, &options),
        Command::Resume(options) => resume::run(&globals, &options),
        Command::Init(options) => init::run(&globals, &options),
        Command::New(options) => new::run(&globals, &options),
        Command::Schema(options) => schema::run(&globals, &options),
        Command::Completions(options) => completions::run(&options),
        Command::Man => completions::man(),
    };
    exit.into()
}

/// When a reminder fires, in canonical words.
fn words(
    reminder: &crate::model::reminder::Reminder,
    language: crate::model::language::Language,
) -> Vec<String> {
    use crate::catalog::phrase;
    let when = reminder.schedule.when.iter();
    let when = when.map(|recurrence| phrase::words(recurrence, language));
    let changes = reminder.on_change.iter();
    when.chain(changes.map(|one| phrase::on_change(&one.folder, language))).collect()
}
