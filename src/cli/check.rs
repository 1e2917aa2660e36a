//! `check`: looks for mistakes, offline, and sends nothing.

mod schedules;
mod secrets;
mod traffic;
mod warnings;

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZero,
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

use serde_json::json;

use super::{Exit, Globals, output, prepare};
use crate::{
    app, catalog,
    compose::{self, Listing, Looking, Telling},
    daemon::{report::Report, world::World},
    model::{
        calendar::OnUncovered,
        diagnostic::{self, Diagnostic, Severity},
        people::Mention,
        recurrence::Recurrence,
        reminder::{OnDayOff, Reminder},
        rota::{Every, Moment},
        source::SourceKind,
        target::{Shape, Target},
        text::{Text, text},
    },
    plan::{self, Prospect},
    send,
};

/// Fewer reminders are not worth a thread.
const FEW: usize = 256;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Check these files or folders in place of the settings' schedules.
    paths: Vec<PathBuf>,
    /// Warnings fail too.
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    let (machine, loaded) = prepare::load(globals);
    let mut found = loaded.diagnostics;
    let mut reminders = 0;
    let mut forecasts = Vec::new();
    if let Some(settings) = &loaded.settings {
        prepare::assumed(settings);
        let basis = app::basis(settings, &machine.zones, &[]);
        found.extend(basis.wrong.clone());
        let files = if options.paths.is_empty() {
            app::schedule_files(settings)
        } else {
            catalog::load(&options.paths)
        };
        let mut in_force = app::compiled(&files, &BTreeMap::new(), &basis.catalog);
        found.append(&mut in_force.diagnostics);
        reminders = in_force.reminders.len();
        let aside = std::mem::take(&mut in_force.aside);
        let world = app::world(settings, &basis, in_force);
        found.extend(content(&world, &aside));
        let traffic = traffic::traffic(&world, settings.monthly_quota, app::clock().now());
        found.extend(traffic.found);
        forecasts = traffic.forecasts;
    }
    diagnostic::sort(&mut found);
    let errors = count(&found, Severity::Error);
    let warnings = count(&found, Severity::Warning);
    let ok = errors == 0 && (warnings == 0 || !options.strict);
    if globals.json {
        let diagnostics: Vec<_> = found.iter().map(entry).collect();
        let forecasts: Vec<_> = forecasts.iter().map(forecast).collect();
        output::json(&json!({
            "ok": ok,
            "reminders": reminders,
            "diagnostics": diagnostics,
            "forecast": forecasts,
        }));
    } else {
        prepare::show(&found, &loaded.text);
        for forecast in &forecasts {
            output::tell(forecast.line());
        }
        output::tell(verdict(ok, reminders, errors, warnings));
    }
    if ok { Exit::Done } else { Exit::Invalid }
}

/// The last line.
fn verdict(ok: bool, reminders: usize, errors: usize, warnings: usize) -> Text {
    let reminders = match reminders {
        1 => text!("1 reminder"),
        many => text!("{many} reminders", many = many),
    };
    let errors = match errors {
        1 => text!("1 error"),
        many => text!("{many} errors", many = many),
    };
    let warnings = match warnings {
        1 => text!("1 warning"),
        many => text!("{many} warnings", many = many),
    };
    let verdict = if ok { text!("ok") } else { text!("not ok") };
    text!(
        "{verdict}: {reminders}, {errors}, {warnings}",
        verdict = verdict,
        reminders = reminders,
        errors = errors,
        warnings = warnings,
    )
}

fn count(found: &[Diagnostic], severity: Severity) -> usize {
    found.iter().filter(|one| one.severity == severity).count()
}

fn entry(found: &Diagnostic) -> serde_json::Value {
    json!({
        "severity": found.severity,
        "file": &*found.place.file,
        // What concerns a whole file stands at its start.
        "line": found.place.line.max(1),
        "column": found.place.column.max(1),
        "code": found.code,
        "message": found.message,
        "help": found.help,
    })
}

fn forecast(forecast: &traffic::Forecast) -> serde_json::Value {
    json!({
        "robot": forecast.robot.name(),
        "month": forecast.month,
        "messages": forecast.messages,
        "quota": forecast.quota,
    })
}

/// What is wrong with when and what reminders would send: those of good files, and `aside` the
/// sound ones of others.
fn content(world: &World, aside: &[Arc<Reminder>]) -> Vec<Diagnostic> {
    let now = app::clock().now();
    let reminders: Vec<&Reminder> =
        world.reminders.values().chain(aside).map(AsRef::as_ref).collect();
    let look = |reminders: &[&Reminder]| {
        let one = |reminder: &&Reminder| {
            let sent_out = secrets::sent_out(world, reminder);
            prospects(reminder, now)
                .into_iter()
                .chain(sent_out)
                .chain(messages(world, reminder, now))
        };
        reminders.iter().flat_map(one).collect::<Vec<Diagnostic>>()
    };
    // One room for many of them; without one each reminder says so.
    let in_room =
        |part: &[&Reminder]| compose::in_room(|| look(part)).unwrap_or_else(|_| look(part));
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut found = Vec::new();
    thread::scope(|scope| {
        let mut parts = reminders.chunks(reminders.len().div_ceil(cores).max(FEW));
        let first = parts.next().unwrap_or_default();
        let others: Vec<_> = parts
            .map(|part| (part, thread::Builder::new().spawn_scoped(scope, move || in_room(part))))
            .collect();
        found.extend(in_room(first));
        for (part, running) in others {
            found.extend(match running.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(done)) => done,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(_) => in_room(part),
            });
        }
    });
    found.extend(uncovered_once(&reminders, now));
    found.extend(warnings::warnings(world, now));
    found
}

/// Of the reminders of a file that ask one calendar the first is told that it ends.
fn uncovered_once(reminders: &[&Reminder], now: jiff::Timestamp) -> Vec<Diagnostic> {
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for reminder in reminders {
        let asked = (&reminder.place.file, reminder.schedule.calendar.id());
        if !told.contains(&asked)
            && let Some(uncovered) = uncovered(reminder, now)
        {
            told.insert(asked);
            found.push(uncovered);
        }
    }
    found
}

/// Recurrences that never fire, or never again, and what falls outside the calendar.
fn prospects(reminder: &Reminder, now: jiff::Timestamp) -> Vec<Diagnostic> {
    let schedule = &reminder.schedule;
    let texts = reminder.when_text.iter();
    plan::prospects(schedule, now)
        .into_iter()
        .zip(texts)
        .filter_map(|(prospect, text)| {
            let place = reminder.place.clone();
            match prospect {
                Prospect::Fires(_) => None,
                Prospect::Ended => {
                    let message =
                        text!("`{text}` is over; it does not fire any more", text = &**text);
                    Some(Diagnostic::note(place, "ended", message))
                }
                Prospect::Never => {
                    let message = text!("`{text}` never fires", text = &**text);
                    let help =
                        text!("no day fits it together with the reminder's dates and calendar");
                    Some(Diagnostic::error(place, "never-fires", message).help(help))
                }
            }
        })
        .collect()
}

/// Occurrences of the coming weeks that the calendar knows nothing about.
fn uncovered(reminder: &Reminder, now: jiff::Timestamp) -> Option<Diagnostic> {
    const AHEAD_DAYS: i64 = 45;
    let (schedule, calendar) = (&reminder.schedule, &reminder.schedule.calendar);
    let asks = |one: &Recurrence| one.days.asks_calendar();
    if schedule.on_day_off == OnDayOff::Keep && !schedule.when.iter().any(asks) {
        return None;
    }
    let (_, last) = calendar.coverage()?;
    let next = plan::next(&reminder.schedule, now)?;
    let tz = &reminder.schedule.zone.tz;
    let today = now.to_zoned_datetime(tz.clone()).date();
    let due = next.due_at.to_zoned_datetime(tz.clone()).date();
    let ends_soon = last < today.checked_add(jiff::Span::new().days(AHEAD_DAYS)).ok()?;
    (ends_soon && (due > last || last >= today)).then(|| {
        let id = calendar.id().to_owned();
        let message = text!("the calendar {id} ends on {last}", id = id, last = last);
        let help = match calendar.on_uncovered() {
            OnUncovered::Weekday => text!("later days are planned by weekends and the holidays fixed by law only; bring in next year's with `dingdong calendar import FILE --into CALENDAR`"),
            OnUncovered::Hold | OnUncovered::Skip => text!("nothing fires on later days; bring in next year's with `dingdong calendar import FILE --into CALENDAR`"),
        };
        Diagnostic::warning(reminder.place.clone(), "uncovered", message).help(help)
    })
}

/// What its messages would be, for its next occurrence.
fn messages(world: &World, reminder: &Reminder, now: jiff::Timestamp) -> Vec<Diagnostic> {
    let due_at = plan::next(&reminder.schedule, now).map_or(now, |next| next.due_at);
    let targets = receivers(world, reminder);
    let targets: Vec<(&Target, Shape)> =
        targets.into_iter().map(|target| (target, send::robot(target.robot).shape())).collect();
    let values = BTreeMap::new();
    let mut found = Vec::new();
    let data = sample(world, reminder, &mut found);
    let scene = compose::Scene {
        targets: &targets,
        people: &world.people,
        language: world.language,
        content: &world.content,
        moment: crate::daemon::composer::moment(reminder, due_at),
        data: &data,
        values: &values,
        banner: None,
    };
    let sent = compose::check(reminder, due_at, &scene).into_iter();
    // Whom a robot cannot mention was told where the file says `mention`.
    found.extend(sent.filter(|one| one.code != "mention-left-out"));
    found.extend(stuck_rotas(world, reminder, &scene.moment));
    found
}

/// Its targets, and whoever stands in for them, each once.
fn receivers<'a>(world: &'a World, reminder: &Reminder) -> Vec<&'a Target> {
    let own: Vec<&Target> = reminder.to.iter().filter_map(|id| world.targets.get(id)).collect();
    let mut receivers = own.clone();
    for stand_in in own.into_iter().flat_map(|target| world.stand_ins(target)) {
        if !receivers.iter().any(|known| known.id == stand_in.id) {
            receivers.push(stand_in);
        }
    }
    receivers
}

/// What its sources give now; of folders, a sample of each kind of change.
fn sample(world: &World, reminder: &Reminder, found: &mut Vec<Diagnostic>) -> compose::Data {
    let mut data = compose::Data::files(reminder, &world.content);
    let (memo, known, stop) = Default::default();
    for source in &reminder.data {
        let folder = match &source.kind {
            SourceKind::Folder(folder) => folder,
            SourceKind::Http(_) => {
                data.offline(&source.name);
                continue;
            }
            SourceKind::Report(_) => {
                data.give(source, Report::sample().told(world));
                continue;
            }
            SourceKind::File { .. } => continue,
        };
        let now = app::clock().now();
        let looking = Looking {
            now,
            settle: Duration::ZERO,
            known: &known,
            memo: &memo,
            stop: &stop,
            outside: false,
        };
        match Listing::look(&world.content, folder, &source.place, &looking) {
            Err(wrong) => data.fail(source, wrong),
            Ok(listing) => {
                let (language, zone) = (world.language, &reminder.schedule.zone.tz);
                let telling = Telling { folder, place: &source.place, language, zone };
                data.tell_sample(&source.name, listing.sample(&telling));
                found.extend(listing.notes().iter().map(|note| {
                    Diagnostic::warning(source.place.clone(), "left-out", note.clone())
                }));
            }
        }
    }
    data
}

/// Rotas by occurrence that have counted as far as is counted: the turns would not change any more.
fn stuck_rotas(world: &World, reminder: &Reminder, moment: &Moment) -> Vec<Diagnostic> {
    let rotas = world.people.rotas.iter().filter(|(name, rota)| {
        reminder.mention.contains(&Mention::Rota((*name).clone()))
            && matches!(rota.every, Every::Occurrences(_))
            && (moment.occurrences)(rota.from) >= plan::MOST_COUNTED as u64
    });
    let stuck = rotas.map(|(name, _)| {
        let message = text!(
            "the turns of the rota `{name}` do not change any more: this reminder was due more than {most} times since its `from`",
            name = name,
            most = plan::MOST_COUNTED,
        );
        Diagnostic::error(reminder.place.clone(), "rota-stuck", message)
            .help(text!("give the rota a later `from`, or turns by week or workday"))
    });
    stuck.collect()
}
