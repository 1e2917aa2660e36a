//! What every database the outbox can live in has to keep: one suite, through the public port.
//!
//! A test gets a [`Place`], an empty store of one database, and opens it as often as it likes: each
//! [`Outbox`] is a process of its own, with its own connections. Dropping one without a word is a
//! crash. Time is an argument everywhere, so nothing here waits.

mod braking;
mod claiming;
mod composing;
mod crashes;
mod cursors;
mod daily;
mod opening;
mod pace;
mod planning;
mod pruning;
mod queueing;
mod reading;
mod rescuing;
mod settling;
mod verbs;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use dingdong::{
    model::{
        delivery::{self, Leased, NewDelivery},
        message::{Format, Mentions, Message, Part, Progress},
        occurrence::{Occurrence, Origin},
        receipt::{Attempt, Receipt, Verdict},
        reminder::{Fingerprint, Priority, ReminderId},
        target::{Pace, TargetId},
    },
    outbox::{
        Answer, ClaimRequest, Composing, Composition, DeliveryRecord, Fate, LogQuery,
        OccurrenceRecord, OpenMode, Outbox, Paces, PlannedRow, Watermark,
    },
};
use jiff::Timestamp;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

/// A database the outbox can live in.
#[derive(Clone, Copy, Debug)]
enum Database {
    Sqlite,
}

const DATABASES: [Database; 1] = [Database::Sqlite];

/// An empty store.
struct Place {
    database: Database,
    folder: TempDir,
}

impl Place {
    fn new(database: Database) -> Self {
        Self { database, folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        match self.database {
            Database::Sqlite => self.folder.path().join("store.db"),
        }
    }

    /// Opens it as another process would.
    async fn open(&self) -> Outbox {
        Outbox::open(&self.path(), OpenMode::Write).await.unwrap()
    }
}

/// A SQLite store as another program with the right to write may change it.
pub(crate) async fn directly(path: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap()
}

/// Runs a test in an empty store of every database.
fn on_every_database(test: impl AsyncFn(Place)) {
    for database in DATABASES {
        runtime().block_on(test(Place::new(database)));
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// When the stories begin: nine in the morning in Shanghai.
const NINE: &str = "2026-11-24T01:00:00Z";

/// So many seconds after nine.
fn at(seconds: i64) -> Timestamp {
    let nine: Timestamp = NINE.parse().unwrap();
    nine + jiff::SignedDuration::from_secs(seconds)
}

/// The reminder's scheduled occurrence so many seconds after nine.
fn due(reminder: &str, seconds: i64) -> Occurrence {
    Occurrence {
        reminder: ReminderId::new(reminder),
        due_at: at(seconds),
        origin: Origin::Schedule,
    }
}

fn row(occurrence: &Occurrence, fate: Fate) -> PlannedRow {
    PlannedRow { occurrence: occurrence.clone(), zone: "Asia/Shanghai".to_owned(), fate }
}

fn mark(reminder: &str, seconds: i64) -> Watermark {
    Watermark {
        reminder: ReminderId::new(reminder),
        until: at(seconds),
        fingerprint: Fingerprint::of("every day at 09:00"),
        enabled: true,
    }
}

/// A delivery as composing makes it: one part, of normal priority, at nine, kept for an hour, by a
/// robot named after the target.
fn to(target: &str) -> NewDelivery {
    NewDelivery {
        target: TargetId::new(target),
        robot_key: format!("env:{target}"),
        priority: Priority::Normal,
        not_before: at(0),
        keep_until: at(3600),
        message: message(1, 1),
    }
}

fn message(number: u32, of: u32) -> Message {
    Message {
        title: "政策更新提醒".to_owned(),
        body: "请记得查看最新的公司政策更新。\n\"quoted\" 'too' 🙂".to_owned(),
        format: Format::Markdown,
        buttons: Vec::new(),
        mentions: Mentions::default(),
        part: Part { number, of },
        key: format!("key-{number}"),
        ..Message::default()
    }
}

/// Plans and composes an occurrence when it is due.
async fn compose(outbox: &Outbox, occurrence: &Occurrence, deliveries: Vec<NewDelivery>) {
    let now = occurrence.due_at;
    outbox.plan(&[row(occurrence, Fate::Planned)], &[], now).await.unwrap();
    let done = outbox.compose(composing(occurrence, deliveries), now).await.unwrap();
    assert_eq!(done.counted, [true]);
}

fn composing(occurrence: &Occurrence, deliveries: Vec<NewDelivery>) -> Composing {
    Composing::new(occurrence.clone(), Composition::Deliveries(deliveries))
}

/// A token no other claim has.
fn token() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("token{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

const LEASE: Duration = Duration::from_secs(60);

/// Claims for the process `owner`, at most `limit`, as the robots' paces allow.
async fn claim_paced(
    outbox: &Outbox,
    owner: &str,
    now: Timestamp,
    limit: u32,
    paces: &Paces,
) -> Vec<Leased> {
    let token = token();
    let request = ClaimRequest {
        now,
        owner,
        token: &token,
        lease: LEASE,
        limit,
        paces,
        robots: None,
        targets: None,
        only: None,
    };
    outbox.claim(request).await.unwrap()
}

/// Claims everything that no pace is in the way of.
async fn claim(outbox: &Outbox, now: Timestamp) -> Vec<Leased> {
    claim_paced(outbox, "me", now, 1_000, &unlimited()).await
}

fn unlimited() -> Paces {
    Paces::new([])
}

fn paced(robot_key: &str, count: u32, window: Duration) -> Paces {
    Paces::new([(robot_key.to_owned(), Pace { count, window })])
}

fn receipt(verdict: Verdict) -> Receipt {
    Receipt {
        verdict,
        code: Some("310000".to_owned()),
        reason: "the keyword is missing".into(),
        help: Some("add a keyword".into()),
    }
}

/// What an attempt that ended so, at this instant and after 100 ms, changes.
fn answer(leased: &Leased, verdict: Verdict, ended: Timestamp) -> Answer {
    let receipt = receipt(verdict);
    let attempt = Attempt {
        at_ms: ended.as_millisecond() - 100,
        verdict: verdict.name().to_owned(),
        code: receipt.code.clone(),
        reason: Some(receipt.reason.clone()),
        help: receipt.help.clone(),
        ms: 100,
    };
    let settlement = delivery::settle(leased, &receipt, Progress::default(), ended, 0.5);
    Answer { leased: leased.clone(), settlement, attempt, handle: None }
}

/// Settles one lease; says whether it counted.
async fn settle(outbox: &Outbox, leased: &Leased, verdict: Verdict, ended: Timestamp) -> bool {
    let counted = outbox.settle_batch(&[answer(leased, verdict, ended)], ended).await.unwrap();
    assert_eq!(counted.len(), 1);
    counted[0]
}

/// The whole log, newest first.
async fn log(outbox: &Outbox) -> Vec<OccurrenceRecord> {
    outbox.log(&LogQuery { limit: 1_000, ..LogQuery::default() }).await.unwrap()
}

/// An occurrence's row.
async fn record(outbox: &Outbox, occurrence: &Occurrence) -> OccurrenceRecord {
    outbox.occurrence(&occurrence.id()).await.unwrap().expect("its row")
}

/// The only delivery of an occurrence.
async fn only_delivery(outbox: &Outbox, occurrence: &Occurrence) -> DeliveryRecord {
    let mut deliveries = record(outbox, occurrence).await.deliveries;
    assert_eq!(deliveries.len(), 1);
    deliveries.remove(0)
}

fn ids(leased: &[Leased]) -> Vec<&str> {
    leased.iter().map(|one| one.id.as_str()).collect()
}

fn reminders(leased: &[Leased]) -> Vec<&str> {
    leased.iter().map(|one| one.occurrence.reminder.as_str()).collect()
}
