//! `calendar import`: days from a file into a calendar, after they were shown.

use std::{
    fs::File,
    io::{IsTerminal as _, Read as _},
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Globals, changes, find, output, prepare};
use crate::{
    app,
    catalog::{
        calendar_files::{self, CalendarFiles, Stored},
        calendars::{self, Calendars},
        difference::{Change, difference},
        ics::Setting,
        imported::Imported,
        intake::{self, Form, Intake},
    },
    cli::Exit,
    model::{
        calendar::{Calendar, Day, DayFact},
        diagnostic::Diagnostic,
        text::{Text, text},
    },
    settings::Settings,
};

/// So many lines of changes are shown; the rest is counted.
const MOST_LINES: usize = 200;

/// Arguments of `calendar import`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Options {
    /// The file; `-` is what is pasted or piped in.
    file: PathBuf,
    /// The calendar it goes into.
    #[arg(long, value_name = "CALENDAR")]
    into: String,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    /// Show what would change, and write nothing.
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// What an import is about.
struct Plan<'a> {
    settings: &'a Settings,
    calendar: &'a str,
    intake: Intake,
    before: &'a Calendar,
    after: &'a Calendar,
    changes: Vec<Change>,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Result<(), Exit> {
    let (machine, loaded) = prepare::load(globals);
    let Some(settings) = loaded.settings else {
        prepare::show(&loaded.diagnostics, &loaded.text);
        return Err(Exit::Invalid);
    };
    let mut files = app::calendar_files(&settings, &machine.zones, &[]);
    let before = built(&settings, &files, &options.into, &loaded.text)?;
    let calendar = find(&before, &options.into)?;
    let find_zone = |name: &str| machine.zones.get(name).ok().map(|zone| zone.tz);
    let setting = Setting { zone: &settings.zone.tz, zones: &find_zone };
    let (name, bytes) = read(&options.file)?;
    let intake = intake::read(&name, &bytes, calendar, &setting)
        .map_err(|errors| refuse(globals, &options.into, &errors))?;
    let imported = files.imported.remove(&options.into).unwrap_or_default();
    let imported = imported.with(intake.import.clone());
    files.imported.insert(options.into.clone(), imported.clone());
    let (after, _) = calendars::build(&settings.calendars, &settings.calendar, &files);
    let after = find(&after, &options.into)?;
    let changes = difference(calendar, after);
    let calendar = Plan {
        settings: &settings,
        calendar: &options.into,
        intake,
        before: calendar,
        after,
        changes,
    };
    calendar.carry_out(globals, options, &imported)
}

/// The calendars as they are. A file of earlier imports that is broken is no reason not to import:
/// that is how it is mended.
fn built(
    settings: &Settings,
    files: &CalendarFiles,
    into: &str,
    text: &str,
) -> Result<Calendars, Exit> {
    let (calendars, wrong) = calendars::build(&settings.calendars, &settings.calendar, files);
    let own = calendar_files::imported_path(&settings.folder, into);
    let own = own.strip_prefix("./").unwrap_or(&own).display().to_string();
    let (mended, wrong): (Vec<_>, Vec<_>) =
        wrong.into_iter().filter(Diagnostic::is_error).partition(|one| *one.place.file == *own);
    if !wrong.is_empty() {
        prepare::show(&wrong, text);
        return Err(Exit::Invalid);
    }
    for one in mended {
        output::warning(one.sentence());
    }
    Ok(calendars)
}

/// The name and the bytes of what is to be read.
fn read(path: &Path) -> Result<(String, Vec<u8>), Exit> {
    let most = intake::MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let read = std::io::stdin().take(most).read_to_end(&mut bytes);
        return read.map(|_| (intake::PASTED.to_owned(), bytes)).map_err(|error| {
            output::error(text!("the input cannot be read: {why}", why = error.to_string()));
            Exit::Failed
        });
    }
    let read = File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|error| {
        let (path, why) = (path.display().to_string(), error.to_string());
        output::error(text!("{path} cannot be read: {why}", path = path, why = why));
        Exit::Failed
    })?;
    let name = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok((name, bytes))
}

/// Says why a file is not used.
fn refuse(globals: &Globals, calendar: &str, errors: &[Diagnostic]) -> Exit {
    for error in errors {
        output::error(error.sentence());
    }
    if globals.json {
        output::json(&json!({
            "calendar": calendar,
            "written": null,
            "changes": [],
            "diagnostics": errors,
        }));
    }
    Exit::Invalid
}

impl Plan<'_> {
    fn carry_out(
        &self,
        globals: &Globals,
        options: &Options,
        imported: &Imported,
    ) -> Result<(), Exit> {
        let language = output::language();
        for found in &self.intake.found {
            output::note(found.sentence());
        }
        if !globals.json {
            self.show();
        }
        let nothing = self.changes.is_empty() && self.before.coverage() == self.after.coverage();
        if nothing || options.dry_run {
            self.answer(globals, None);
            return Ok(());
        }
        if !options.yes {
            let pasted = options.file == Path::new("-");
            if pasted || globals.json || !std::io::stdin().is_terminal() {
                self.answer(globals, None);
                let said = text!("nothing was written; add --yes to write it");
                output::say(said.told(language));
                return Err(Exit::Failed);
            }
            let path = calendar_files::imported_path(Path::new(""), self.calendar);
            let question = text!("write this to {path}?", path = path.display().to_string());
            if !output::agreed(question.told(language)) {
                output::say(text!("nothing was written").told(language));
                return Err(Exit::Failed);
            }
        }
        let stored = calendar_files::store(&self.settings.folder, self.calendar, imported);
        let stored = stored.map_err(|error| {
            let path = calendar_files::imported_path(&self.settings.folder, self.calendar);
            let (path, why) = (path.display().to_string(), error.to_string());
            output::error(text!("{path} cannot be written: {why}", path = path, why = why));
            Exit::Failed
        })?;
        self.answer(globals, Some(&stored));
        Ok(())
    }

    /// Shows what changes, one line for days in a row.
    fn show(&self) {
        let language = output::language();
        let import = &self.intake.import;
        let what = match self.intake.form {
            Form::Notice => text!("the yearly notice"),
            Form::Extension => text!("a notice that makes a break longer"),
            Form::HolidayCn => text!("JSON of holiday-cn"),
            Form::Days => text!("JSON with days off and workdays"),
            Form::Table => text!("a table"),
            Form::Calendar => text!("a calendar file"),
        };
        let heading = text!(
            "{file} ({what}) into the calendar {calendar}:",
            file = &import.from,
            what = what,
            calendar = self.calendar
        );
        output::line(heading.told(language));
        let lines = changes::lines(&self.changes, language);
        for line in lines.iter().take(MOST_LINES) {
            output::line(line);
        }
        if let Some(more @ 1..) = lines.len().checked_sub(MOST_LINES) {
            output::line(text!("  and {more} more", more = more).told(language));
        }
        if self.changes.is_empty() {
            output::line(text!("  no day changes").told(language));
        }
        for line in self.totals() {
            output::line(line.told(language));
        }
    }

    /// The years in figures, what is known now, and what a later layer overrules.
    fn totals(&self) -> Vec<Text> {
        let mut lines = Vec::new();
        if let Some((first, last)) =
            self.intake.import.years.filter(|(first, last)| last - first < 5)
        {
            for year in first..=last {
                let count =
                    |wanted: fn(&DayFact) -> bool| year_of(self.after, year).filter(wanted).count();
                lines.push(text!(
                    "{year}: {off} days off besides plain weekends, {made_up} make-up workdays, {workdays} workdays",
                    year = year,
                    off = count(DayFact::is_holiday),
                    made_up = count(DayFact::is_make_up_workday),
                    workdays = count(|fact| !fact.off)
                ));
            }
        }
        let end = |calendar: &Calendar| {
            let end = calendar.coverage().map(|(_, last)| last.to_string());
            end.unwrap_or_else(|| "–".to_owned())
        };
        let (before, after) = (end(self.before), end(self.after));
        if before == after {
            lines.push(text!("known until {after}, as before", after = after));
        } else {
            lines.push(text!(
                "known until {after}; before: {before}",
                after = after,
                before = before
            ));
        }
        let overruled = |day: &&crate::model::calendar::ListedDay| {
            self.after.is_off(Day::new(day.date)) != day.off
        };
        let overruled: Vec<Date> =
            self.intake.import.days.iter().filter(overruled).map(|day| day.date).collect();
        if let Some(first) = overruled.first() {
            lines.push(text!(
                "{count} days of the file do not count: a later layer says otherwise ({first} is the first)",
                count = overruled.len(),
                first = *first
            ));
        }
        lines
    }

    /// Says what was written.
    fn answer(&self, globals: &Globals, stored: Option<&Stored>) {
        if globals.json {
            output::json(&self.document(stored));
            return;
        }
        let Some(stored) = stored else { return };
        let language = output::language();
        output::line(text!("written: {path}", path = &stored.path).told(language));
        if let Some(previous) = &stored.previous {
            let said = text!(
                "the version before: {previous}; to go back: mv {previous} {path}",
                previous = previous,
                path = &stored.path
            );
            output::line(said.told(language));
        }
    }

    fn document(&self, stored: Option<&Stored>) -> Value {
        let covered = |calendar: &Calendar| {
            calendar
                .coverage()
                .map(|(first, last)| json!({ "from": first.to_string(), "to": last.to_string() }))
        };
        let changes: Vec<Value> = self
            .changes
            .iter()
            .map(|one| {
                json!({
                    "date": one.after.date.to_string(),
                    "before": changes::kind(&one.before),
                    "after": changes::kind(&one.after),
                    "name": one.after.cause.name().map(AsRef::as_ref),
                })
            })
            .collect();
        json!({
            "calendar": self.calendar,
            "file": self.intake.import.from,
            "form": self.intake.form.to_string(),
            "years": self.intake.import.years.map(|(first, last)| [first, last]),
            "written": stored.map(|stored| &stored.path),
            "covered": { "before": covered(self.before), "after": covered(self.after) },
            "changes": changes,
            "diagnostics": self.intake.found,
        })
    }
}

fn year_of(calendar: &Calendar, year: i16) -> impl Iterator<Item = DayFact> {
    let first = Date::new(year, 1, 1).map(Day::new).ok();
    let days = std::iter::successors(first, |day| day.next());
    days.take_while(move |day| day.date().year() == year).map(|day| calendar.fact(day))
}
