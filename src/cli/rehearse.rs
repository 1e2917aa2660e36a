//! `rehearse`: everything that would go out in a span of days, in order, through the very code that
//! sends it. Sends nothing, moves no cursor.

mod page;
mod progress;
mod span;
mod stage;

use std::{path::PathBuf, sync::Arc};

use serde_json::json;

use self::{
    page::Page,
    progress::Progress,
    span::Span,
    stage::{Scene, Stage},
};
use super::{Exit, Globals, files, output, prepare, preview, view};
use crate::{
    app,
    daemon::{
        composer::{Composed, Request},
        reasons,
    },
    model::{reminder::Reminder, text::text},
    plan::{self, Planned, Stretch},
    send,
};

/// No more occurrences are rehearsed at once.
const MOST: usize = 100_000;

/// So many are composed, then shown, then the next.
const BATCH: usize = 512;

/// Arguments of `rehearse`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// From then on: RFC 3339, or a civil date(-time) in the reminder's zone. Default: now.
    #[arg(long, value_name = "T")]
    from: Option<String>,
    /// Up to then; of a date the whole day.
    #[arg(long, value_name = "T")]
    until: String,
    /// Only what goes to this target; may be given more than once.
    #[arg(long, value_name = "TARGET")]
    only: Vec<String>,
    /// Write one page that can be sent to others and opened anywhere.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    rehearse(globals, options).unwrap_or_else(|exit| exit)
}

fn rehearse(globals: &Globals, options: &Options) -> Result<Exit, Exit> {
    let prepared = prepare::settings(globals)?;
    let runtime = prepare::runtime()?;
    let world = Arc::new(runtime.block_on(prepared.world()));
    for target in &options.only {
        prepare::target(&world, target)?;
    }
    let now = app::clock().now();
    let span = Span::read(options.from.as_deref(), &options.until, now)?;
    let request = Request { only: options.only.clone(), ..Request::default() };
    let concerned = |reminder: &&Arc<Reminder>| {
        let to = |only: &String| reminder.to.iter().any(|to| to.as_str() == only);
        reminder.enabled && (options.only.is_empty() || options.only.iter().any(to))
    };
    let reminders: Vec<&Arc<Reminder>> = world.reminders.values().filter(concerned).collect();
    let stretches = reminders.iter().map(|reminder| span.of(&reminder.schedule));
    let stretches: Vec<Stretch<'_>> = stretches.collect::<Result<_, _>>()?;
    let stage = runtime.block_on(Stage::set(&prepared, &world, &reminders, &request))?;
    let mut coming = plan::merged(stretches).take(MOST);
    let mut hall = Hall::new(globals, options, Page::new(&world, &span));
    loop {
        let batch: Vec<(usize, Planned)> = coming.by_ref().take(BATCH).collect();
        let Some((_, last)) = batch.last() else { break };
        let reached = last.due_at;
        stage.play(&reminders, batch).into_iter().for_each(|scene| hall.show(&scene));
        hall.progress.at(span.share(reached, &world.zone.tz));
    }
    hall.close()
}

/// Where a rehearsal is shown.
struct Hall<'a> {
    json: bool,
    html: Option<&'a PathBuf>,
    page: Page<'a>,
    progress: Progress,
    shown: Tally,
}

/// What was shown.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    occurrences: usize,
    messages: usize,
    skipped: usize,
    failed: usize,
    /// Something is wrong with the files themselves.
    wrong: bool,
}

impl<'a> Hall<'a> {
    fn new(globals: &Globals, options: &'a Options, page: Page<'a>) -> Self {
        let html = options.html.as_ref();
        Self {
            json: globals.json,
            html,
            page,
            progress: Progress::new(html.is_some()),
            shown: Tally::default(),
        }
    }

    fn show(&mut self, scene: &Scene<'a>) {
        let first = self.shown.occurrences == 0;
        self.shown.occurrences += 1;
        match &scene.outcome {
            Err(wrong) => {
                self.shown.failed += 1;
                let elsewhere = |one| preview::is_elsewhere(scene.reminder, one);
                self.shown.wrong |= !wrong.iter().all(elsewhere);
            }
            Ok(_) if scene.skipped.is_some() => self.shown.skipped += 1,
            Ok(rendered) => {
                let parts = rendered.composed.iter().map(|one| one.messages.len());
                self.shown.messages += parts.sum::<usize>();
            }
        }
        if self.html.is_some() {
            self.page.add(scene);
        }
        if self.json {
            output::text(if first { "[\n" } else { ",\n" });
            output::text(document(scene));
        } else if self.html.is_none() {
            print(scene);
        }
    }

    /// The end of what is shown, and how the command ends.
    fn close(mut self) -> Result<Exit, Exit> {
        self.progress.end();
        let Tally { occurrences, messages, skipped, failed, wrong } = self.shown;
        if self.json {
            output::text(if occurrences == 0 { "[]\n" } else { "\n]\n" });
        }
        if let Some(path) = self.html {
            files::replace(path, &self.page.finish()).map_err(|error| {
                let path = path.display().to_string();
                output::error(text!(
                    "{path} cannot be written: {why}",
                    path = path,
                    why = error.to_string()
                ));
                Exit::Failed
            })?;
        }
        let said = text!(
            "{messages} messages; {skipped} occurrences send nothing, {failed} fail",
            messages = messages,
            skipped = skipped,
            failed = failed
        );
        match self.html {
            _ if self.json => {}
            Some(path) => {
                output::line(format_args!("{}: {}", path.display(), output::told(said)));
            }
            None => output::tell(said),
        }
        if occurrences == MOST {
            output::note(text!(
                "only the first {most} occurrences are shown; ask for a shorter span",
                most = MOST
            ));
        }
        Ok(match failed {
            0 => Exit::Done,
            _ if wrong => Exit::Invalid,
            _ => Exit::Failed,
        })
    }
}

/// One occurrence for programs: as `preview` shows it.
fn document(scene: &Scene<'_>) -> String {
    let tz = &scene.reminder.schedule.zone.tz;
    let due_at = view::instant(scene.planned.due_at, tz);
    let document = match &scene.outcome {
        Ok(rendered) => {
            let skipped = scene.skipped;
            let mut document = preview::document(scene.reminder, &due_at, rendered, skipped);
            document["note"] = scene.planned.note().into();
            document
        }
        Err(wrong) => json!({
            "reminder": scene.reminder.id.as_str(),
            "due_at": due_at,
            "skipped": null,
            "failed": wrong,
            "note": scene.planned.note(),
            "messages": [],
        }),
    };
    format!("{document:#}")
}

/// One occurrence for people.
fn print(scene: &Scene<'_>) {
    let tz = &scene.reminder.schedule.zone.tz;
    let at = view::readable(scene.planned.due_at, tz);
    let note = scene.planned.told(output::language());
    let note = note.map(|note| format!("  ({note})")).unwrap_or_default();
    let due = scene.planned.due_at.to_zoned_datetime(tz.clone());
    let said = match (&scene.outcome, scene.skipped) {
        (Err(_), _) => output::told(text!("  fails")),
        (Ok(_), Some(why)) => output::told(text!(
            "  nothing is sent: {why}",
            why = reasons::of_occurrence(&why.into())
        )),
        (Ok(_), None) => String::new(),
    };
    output::line(format_args!("{at}  {}{note}{said}", scene.reminder.id));
    match &scene.outcome {
        Err(wrong) => wrong
            .iter()
            .for_each(|one| output::line(format_args!("  {}", one.told(output::language())))),
        Ok(rendered) => {
            for remark in &rendered.remarks {
                output::line(format_args!("  {remark}"));
            }
            for Composed { target, messages, .. } in &rendered.composed {
                for message in messages {
                    output::line(send::console::card(&target.name, message, &due));
                }
            }
        }
    }
}
