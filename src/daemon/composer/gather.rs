//! Gathering: reads the sources of a reminder before its messages are made.
//!
//! What takes time stands here: files, folders, the store's cursors. Whatever takes too long ends
//! as a failure of its source, so that one share that does not answer holds up nobody else.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::{Timestamp, civil::Date};

use super::{Request, render::addressed};
use crate::{
    clock::Clock,
    compose::{self, Data, Listing, Looking, Memo, Telling},
    daemon::{shared::Shared, world::World},
    model::{
        cursor::{Cursor, CursorId, CursorMove},
        diagnostic::Diagnostic,
        reminder::Reminder,
        source::{DataSource, Folder, SourceKind},
        target::TargetId,
    },
    outbox::{Outbox, StoreError},
};

/// How long the files and folders of one reminder may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What changed later than this before a scheduled message is told by the next one: someone may
/// still be writing it.
pub(super) const SETTLE: Duration = Duration::from_secs(10);

/// What reading sources needs.
#[derive(Clone)]
pub struct Reading {
    /// The store with its cursors; none when there is none yet.
    pub outbox: Option<Outbox>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// What folders held when they were last read.
    pub memo: Arc<Memo>,
}

impl Reading {
    /// What the loops read with.
    #[must_use]
    pub fn of(shared: &Shared) -> Self {
        Self {
            outbox: Some(shared.outbox.clone()),
            clock: Arc::clone(&shared.clock),
            memo: Arc::clone(&shared.memo),
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
    pub notes: Vec<String>,
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
    if sources.is_empty() {
        return Ok(Gathered::default());
    }
    let files = {
        let (world, reminder, request) = (Arc::clone(world), Arc::clone(reminder), request.clone());
        move |_: &AtomicBool| Data::read(&reminder, &world.content, &request.values)
    };
    let mut gathered = Gathered::default();
    match patiently(reading, files).await {
        Some(data) => gathered.data = data,
        None => {
            for source in &sources {
                gathered.data.fail(&source.name, slow(source), source.optional);
            }
            return Ok(gathered);
        }
    }
    let cursors = match (&reading.outbox, has_folders(reminder)) {
        (Some(outbox), true) => outbox.cursors(&reminder.id, since(asked)).await?,
        _ => Vec::new(),
    };
    for source in sources {
        if let SourceKind::Folder(folder) = &source.kind {
            tell(reading, asked, source, folder, &cursors, &mut gathered).await?;
        }
    }
    Ok(gathered)
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

/// Looks at one folder and adds what each target is told of it.
async fn tell(
    reading: &Reading,
    asked: Asked<'_>,
    source: &DataSource,
    folder: &Folder,
    cursors: &[Cursor],
    gathered: &mut Gathered,
) -> Result<(), StoreError> {
    let Asked { world, reminder, request, scheduled } = asked;
    let cursors: Vec<Cursor> =
        cursors.iter().filter(|cursor| cursor.id.source == source.name).cloned().collect();
    let listing = match look(reading, world, source, folder, &cursors, scheduled).await {
        Ok(listing) => listing,
        Err(wrong) => {
            gathered.data.fail(&source.name, wrong, source.optional);
            return Ok(());
        }
    };
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
        match listing.news(&id, cursor, &texts, &telling) {
            Ok(mut news) => {
                let kept = scheduled || request.advance;
                if let Some(step) = news.step.take().filter(|_| kept) {
                    let (target, first) = (target.id.clone(), news.first);
                    gathered.steps.push(Step { target, step, first });
                }
                gathered.data.tell(&source.name, &target.id, news);
            }
            Err(wrong) => gathered.data.fail(&source.name, wrong, source.optional),
        }
    }
    Ok(())
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
    scheduled: bool,
) -> Result<Listing, Diagnostic> {
    let known = compose::known_hashes(cursors);
    let (now, memo) = (reading.clock.now(), Arc::clone(&reading.memo));
    let (world, folder, place) = (Arc::clone(world), folder.clone(), source.place.clone());
    let settle = if scheduled { SETTLE } else { Duration::ZERO };
    let looked = patiently(reading, move |stop| {
        let looking = Looking { now, settle, known: &known, memo: &memo, stop };
        Listing::look(&world.content, &folder, &place, &looking)
    });
    looked.await.unwrap_or_else(|| Err(slow(source)))
}

/// Does work that waits for disks on a thread of its own; none when it takes too long. The thread
/// is told to stop, also when nobody waits for it any more.
async fn patiently<R: Send + 'static>(
    reading: &Reading,
    work: impl FnOnce(&AtomicBool) -> R + Send + 'static,
) -> Option<R> {
    struct Stop(Arc<AtomicBool>);
    impl Drop for Stop {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let stop = Stop(Arc::default());
    let told = Arc::clone(&stop.0);
    let work = tokio::task::spawn_blocking(move || work(&told));
    let until = reading.clock.now() + PATIENCE;
    tokio::select! {
        biased;
        done = work => match done {
            Ok(done) => Some(done),
            Err(failed) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
            Err(_) => None,
        },
        () = reached(&*reading.clock, until) => None,
    }
}

/// Sleeps until an instant, however often somebody sets the clock meanwhile.
async fn reached(clock: &dyn Clock, until: Timestamp) {
    while clock.now() < until {
        clock.sleep_until(Some(until)).await;
    }
}

fn slow(source: &DataSource) -> Diagnostic {
    let message = format!("`{}` could not be read within {} s", source.name, PATIENCE.as_secs());
    Diagnostic::error(source.place.clone(), "source-slow", message)
        .help("is it on a share that does not answer?")
}
