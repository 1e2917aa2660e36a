//! Gathering: reads the sources of a reminder before its messages are made.
//!
//! What takes time stands here: files, folders, other machines, the store's cursors. All sources of
//! a reminder are read at once. Whatever takes too long ends as a failure of its source, so that a
//! share that does not answer holds up nobody else.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use jiff::{Timestamp, civil::Date};
use tokio::task::JoinSet;

use super::{
    Request,
    patience::{PATIENCE, Seats},
    render::addressed,
};
use crate::{
    clock::Clock,
    compose::{self, ContentFile, Data, Listing, Looking, Memo, Telling},
    daemon::{
        report::Report,
        shared::{Secrets, Shared},
        world::World,
    },
    http::{self, Client, Failure, FailureKind, Response},
    model::{
        cursor::{Cursor, CursorId, CursorMove},
        diagnostic::{Diagnostic, Place},
        period::Period,
        reminder::{Body, Reminder},
        source::{DataSource, Folder, Http, SourceKind},
        target::TargetId,
        text::{Text, text},
    },
    outbox::{Outbox, StoreError},
};

/// What changed later than this before a scheduled message is told by the next one: someone may
/// still be writing it.
pub(super) const SETTLE: Duration = Duration::from_secs(10);

/// A file may be touched twice within this without looking different.
const GRAIN: Duration = Duration::from_secs(2);

/// What reading sources needs.
#[derive(Clone)]
pub struct Reading {
    /// The store with its cursors; none when there is none yet.
    pub outbox: Option<Outbox>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// What folders held when they were last read.
    pub memo: Arc<Memo>,
    /// The network.
    pub client: Arc<Client>,
    /// Secrets, for headers.
    pub secrets: Arc<dyn Secrets>,
    /// Who reads from where just now.
    pub seats: Arc<Seats>,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("outbox", &self.outbox).finish_non_exhaustive()
    }
}

impl Reading {
    /// What the loops read with.
    #[must_use]
    pub fn of(shared: &Shared) -> Self {
        Self {
            outbox: Some(shared.outbox.clone()),
            clock: Arc::clone(&shared.clock),
            memo: Arc::clone(&shared.memo),
            client: Arc::clone(&shared.client),
            secrets: Arc::clone(&shared.secrets),
            seats: Arc::clone(&shared.seats),
        }
    }
}

/// For whom sources are read, and how.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Settings and reminders in force.
    pub world: &'a Arc<World>,
    /// Whose sources.
    pub reminder: &'a Arc<Reminder>,
    /// The options of a manual send.
    pub request: &'a Request,
    /// By the schedule: files that are still being written are told next time.
    pub scheduled: bool,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Gathered {
    /// For the templates.
    pub data: Data,
    /// What was left out, and why.
    pub notes: Vec<Text>,
    steps: Vec<Step>,
}

/// A cursor's step that goes with a target's message.
#[derive(Debug)]
struct Step {
    target: TargetId,
    step: CursorMove,
    /// It is kept also without a message: it only begins the cursor.
    first: bool,
}

impl Gathered {
    /// The steps that go into the store with the messages to these targets.
    pub(super) fn steps(self, told: &[TargetId]) -> Vec<CursorMove> {
        let goes = |step: &Step| step.first || told.contains(&step.target);
        self.steps.into_iter().filter(goes).map(|step| step.step).collect()
    }
}

/// Reads every source of a reminder. A source that fails is part of the answer.
///
/// # Errors
/// The store could not be read.
pub async fn gather(reading: &Reading, asked: Asked<'_>) -> Result<Gathered, StoreError> {
    let Asked { world, reminder, request, .. } = asked;
    let given = |source: &&DataSource| !request.values.contains_key(&source.name);
    let sources: Vec<&DataSource> = reminder.data.iter().filter(given).collect();
    let cursors = match &reading.outbox {
        Some(outbox) if has_folders(reminder) => outbox.cursors(&reminder.id, since(asked)).await?,
        _ => Vec::new(),
    };
    let mut tasks = JoinSet::new();
    for source in sources {
        let own: Vec<Cursor> =
            cursors.iter().filter(|one| one.id.source == source.name).cloned().collect();
        let (reading, world, source) = (reading.clone(), Arc::clone(world), source.clone());
        tasks.spawn(async move {
            let brought = bring(&reading, &world, &source, &own, asked.scheduled).await;
            (source, own, brought)
        });
    }
    let mut gathered = Gathered::default();
    if let Some(body) = body(reading, world, reminder).await {
        gathered.data.put_body(body);
    }
    while let Some(brought) = tasks.join_next().await {
        match brought {
            Ok((_, _, Brought::Data(data))) => gathered.data.absorb(data),
            Ok((source, own, Brought::Listing(listing))) => {
                tell(reading, asked, &source, &own, *listing, &mut gathered).await?;
            }
            Err(failed) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
            // The program ends.
            Err(_) => {}
        }
    }
    gathered.notes.sort_unstable();
    Ok(gathered)
}

/// Reads the file of a reminder's text, where it has one: like a source, it may be on a share that
/// does not answer.
async fn body(
    reading: &Reading,
    world: &Arc<World>,
    reminder: &Reminder,
) -> Option<Result<ContentFile, Diagnostic>> {
    let Body::File { path, place: written } = &reminder.body else { return None };
    let world = Arc::clone(world);
    let (of, name, at) = (path.clone(), place(path).to_owned(), written.clone());
    let read = move |_: &_| world.content.read(&of, &at);
    let read = reading.seats.work(&name, &*reading.clock, read).await;
    Some(read.unwrap_or_else(|| Err(too_slow(path, written))))
}

/// What a source brought.
enum Brought {
    Data(Data),
    Listing(Box<Listing>),
}

/// Reads one source.
async fn bring(
    reading: &Reading,
    world: &Arc<World>,
    source: &DataSource,
    cursors: &[Cursor],
    scheduled: bool,
) -> Brought {
    let mut data = Data::default();
    match &source.kind {
        SourceKind::File { path, .. } => {
            let (world, own) = (Arc::clone(world), source.clone());
            let read = move |_: &_| Data::file(&own, &world.content);
            match reading.seats.work(place(path), &*reading.clock, read).await {
                Some(read) => data = read,
                None => data.fail(source, slow(source)),
            }
        }
        SourceKind::Http(http) => match fetch(reading, world, source, http).await {
            Ok((asked, answer)) => data.answer(source, http, &asked, &answer),
            Err(wrong) => data.fail(source, wrong),
        },
        SourceKind::Report(span) => match figures(reading, world, source, span).await {
            Ok(value) => data.give(source, value),
            Err(wrong) => data.fail(source, wrong),
        },
        SourceKind::Folder(folder) => {
            let how = if scheduled { Look::Settled } else { Look::Now };
            match look(reading, world, source, folder, cursors, how).await {
                Ok(listing) => return Brought::Listing(Box::new(listing)),
                Err(wrong) => data.fail(source, wrong),
            }
        }
    }
    Brought::Data(data)
}

/// The figures of a span of days, by the clock of the settings.
async fn figures(
    reading: &Reading,
    world: &World,
    source: &DataSource,
    span: &str,
) -> Result<serde_json::Value, Diagnostic> {
    let failed = |why: Text| {
        let name = &source.name;
        let message = text!("`{name}` could not be reckoned: {why}", name = name, why = why);
        Diagnostic::error(source.place.clone(), "source-failed", message)
    };
    let tz = &world.zone.tz;
    let today = reading.clock.now().to_zoned_datetime(tz.clone()).date();
    let span = Period::named(span, today).and_then(|period| period.instants(tz));
    let (from, until) = span.ok_or_else(|| failed(text!("there is no such span")))?;
    let report = match &reading.outbox {
        None => Report::default(),
        Some(outbox) => {
            Report::read(outbox, from, until, |_| ()).await.map_err(|error| failed(error.text()))?
        }
    };
    Ok(report.told(world))
}

/// Asks an address; once more when the connection broke.
async fn fetch(
    reading: &Reading,
    world: &World,
    source: &DataSource,
    http: &Http,
) -> Result<(http::Request, Response), Diagnostic> {
    let secret = |reference: &_| reading.secrets.resolve(reference);
    let asked = compose::question(source, http, &secret, &world.secrets)?;
    let asking = async {
        match reading.client.ask(&asked).await {
            Err(failure) if is_passing(&failure) => reading.client.ask(&asked).await,
            answered => answered,
        }
    };
    match reading.seats.ask(&asked.host(), &*reading.clock, asking).await {
        None => Err(slow(source)),
        Some(Err(failure)) => Err(compose::unanswered(source, &failure)),
        Some(Ok(answer)) => Ok((asked, answer)),
    }
}

fn is_passing(failure: &Failure) -> bool {
    use FailureKind::{Connect, Cut, Reset, Timeout};
    matches!(failure.kind, Connect | Cut | Reset | Timeout)
}

/// The content folder a path is under.
fn place(path: &str) -> &str {
    path.split_once(':').map_or("", |(name, _)| name)
}

/// Whether a reminder tells what changed in a folder.
#[must_use]
pub fn has_folders(reminder: &Reminder) -> bool {
    reminder.data.iter().any(|source| matches!(source.kind, SourceKind::Folder(_)))
}

/// The instant `--since` means: the start of that day where the reminder lives.
fn since(asked: Asked<'_>) -> Option<Timestamp> {
    let zone = &asked.reminder.schedule.zone.tz;
    let start =
        |date: Date| date.to_zoned_datetime(zone.clone()).ok().map(|zoned| zoned.timestamp());
    asked.request.since.and_then(start)
}

/// Adds what each target is told of a folder.
async fn tell(
    reading: &Reading,
    asked: Asked<'_>,
    source: &DataSource,
    cursors: &[Cursor],
    listing: Listing,
    gathered: &mut Gathered,
) -> Result<(), StoreError> {
    let Asked { world, reminder, request, scheduled } = asked;
    let SourceKind::Folder(folder) = &source.kind else { return Ok(()) };
    let since = since(asked);
    gathered.notes.extend(listing.notes().iter().cloned());
    let mut wanted = if folder.first_all { listing.wanted(None) } else { Vec::new() };
    wanted.extend(cursors.iter().flat_map(|cursor| listing.wanted(Some(cursor))));
    wanted.sort_unstable();
    wanted.dedup();
    let texts = match &reading.outbox {
        Some(outbox) if !wanted.is_empty() => outbox.told_texts(&wanted).await?,
        _ => HashMap::new(),
    };
    let (zone, language, place) = (&reminder.schedule.zone.tz, world.language, &source.place);
    let telling = Telling { folder, place, language, zone };
    for target in addressed(world, reminder, request).unwrap_or_default() {
        // Another target is told what the first of the reminder's own would be.
        let own = if request.to.is_some() { reminder.to.first() } else { None };
        let id = CursorId {
            reminder: reminder.id.clone(),
            source: source.name.clone(),
            target: own.unwrap_or(&target.id).clone(),
        };
        let cursor = cursors.iter().find(|cursor| cursor.id == id);
        let older = since.filter(|_| cursor.is_none()).map(|day| listing.older(&id, folder, day));
        match listing.news(&id, cursor.or(older.as_ref()), &texts, &telling) {
            Ok(mut news) => {
                let kept = scheduled || request.advance;
                if let Some(mut step) = news.step.take().filter(|_| kept) {
                    if older.is_some() {
                        step = listing.whole(&id, folder);
                    }
                    let (target, first) = (target.id.clone(), news.first);
                    gathered.steps.push(Step { target, step, first });
                }
                gathered.data.tell(&source.name, &target.id, news);
            }
            Err(wrong) => gathered.data.fail(source, wrong),
        }
    }
    Ok(())
}

/// How a folder is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Names, sizes and times only.
    Outside,
    /// All there is.
    Now,
    /// But for what changed just now: someone may still be writing it.
    Settled,
}

/// Looks at a folder.
///
/// # Errors
/// Why it cannot be read.
pub async fn look(
    reading: &Reading,
    world: &Arc<World>,
    source: &DataSource,
    folder: &Folder,
    cursors: &[Cursor],
    how: Look,
) -> Result<Listing, Diagnostic> {
    let known = compose::known_hashes(cursors);
    let (now, memo) = (reading.clock.now(), Arc::clone(&reading.memo));
    let (world, folder, place_of) = (Arc::clone(world), folder.clone(), source.place.clone());
    let settle = match how {
        Look::Outside => GRAIN,
        Look::Now => Duration::ZERO,
        Look::Settled => SETTLE,
    };
    let outside = how == Look::Outside;
    let name = place(&folder.path).to_owned();
    let looked = reading.seats.work(&name, &*reading.clock, move |stop| {
        let looking = Looking { now, settle, known: &known, memo: &memo, stop, outside };
        Listing::look(&world.content, &folder, &place_of, &looking)
    });
    looked.await.unwrap_or_else(|| Err(slow(source)))
}

fn slow(source: &DataSource) -> Diagnostic {
    too_slow(&source.name, &source.place)
}

fn too_slow(what: &str, place: &Place) -> Diagnostic {
    let message = text!(
        "`{name}` could not be read within {seconds} s",
        name = what,
        seconds = PATIENCE.as_secs(),
    );
    Diagnostic::error(place.clone(), "source-slow", message)
        .help(text!("is it on a share that does not answer?"))
}
