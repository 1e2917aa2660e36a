//! The queue as people see it: what waits, why, and when it leaves.

mod row;

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use self::row::{QUEUE, Row};

use super::{
    Brakes, OpenTarget, Outbox, Paces, Scope, StoreError,
    brakes::{self, Pause},
    daily::DAILY,
    forecast::{Item, Robot, leaving},
    rows::{instant, millis, span_millis},
};
use crate::model::{
    occurrence::{Occurrence, Origin},
    reminder::{Priority, ReminderId},
    target::TargetId,
};

/// The most deliveries one look at the queue gives.
pub const QUEUE_LIMIT: u32 = 20_000;

/// What the queue is played forward by.
pub struct Ahead<'a> {
    /// The instant looked from.
    pub now: Timestamp,
    /// How often each robot may be used.
    pub paces: &'a Paces,
    /// A target as it will be at an instant; none for one that nothing is sent to.
    pub target: &'a (dyn Fn(&TargetId, Timestamp) -> Option<OpenTarget> + Sync),
}

/// Why a delivery is still in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holdup {
    /// Its robot is suspended until a person resumes it.
    Suspended,
    /// Nothing is sent to its target: it is disabled, or not in the settings.
    Closed,
    /// A pause.
    Paused,
    /// Its robot rests.
    Rest,
    /// Quiet hours.
    Quiet,
    /// The part before it is not delivered.
    Part,
    /// It was tried, and is tried again later.
    Retry,
    /// It goes out in another message.
    Merged,
    /// Its target has had its messages of the day.
    Daily,
    /// Others go first, by the robot's pace.
    Turn,
}

/// A delivery that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: String,
    /// Whose.
    pub occurrence: Occurrence,
    /// To whom.
    pub target: TargetId,
    /// [`crate::model::target::Target::robot_key`].
    pub robot_key: String,
    /// Which part of a split message, from 1.
    pub part: u32,
    /// Order in the queue.
    pub priority: Priority,
    /// How many attempts were begun.
    pub attempt: u32,
    /// After this it is expired.
    pub keep_until: Timestamp,
    /// When it leaves if nothing else comes; none when it never does, as things stand.
    pub leaves: Option<Timestamp>,
    /// What holds it up now; none when it may leave at once.
    pub holdup: Option<Holdup>,
}

impl Holdup {
    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Suspended => "suspended",
            Self::Closed => "closed",
            Self::Paused => "paused",
            Self::Rest => "rest",
            Self::Quiet => "quiet",
            Self::Part => "part",
            Self::Retry => "retry",
            Self::Merged => "merged",
            Self::Daily => DAILY,
            Self::Turn => "turn",
        }
    }
}

impl Waiting {
    /// Whether its `keep` is over before it would leave.
    #[must_use]
    pub fn expires_first(&self) -> bool {
        self.leaves.is_none_or(|leaves| leaves >= self.keep_until)
    }
}

impl Outbox {
    /// What waits, in the order in which it leaves; what never leaves stands last. At most
    /// [`QUEUE_LIMIT`] deliveries of the head of the queue.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn queue(&self, ahead: &Ahead<'_>) -> Result<Vec<Waiting>, StoreError> {
        let mut tx = self.store.snapshot().await?;
        let rows: Vec<Row> = sqlx::query_as(QUEUE).bind(QUEUE_LIMIT).fetch_all(&mut *tx).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let stored = Stored {
            robots: robots(&mut tx).await?,
            slots: slots(&mut tx, ahead).await?,
            brakes: brakes::read(&mut tx).await?,
        };
        drop(tx);
        let mut by_robot: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &rows {
            by_robot.entry(&row.robot_key).or_default().push(row);
        }
        let mut queue = Vec::with_capacity(rows.len());
        for (robot_key, rows) in by_robot {
            queue.extend(stored.play(robot_key, &rows, ahead)?);
        }
        queue.sort_by(|a, b| {
            let leaves = |one: &Waiting| one.leaves.unwrap_or(Timestamp::MAX);
            let order = |one: &Waiting| (leaves(one), one.priority, one.occurrence.due_at);
            order(a).cmp(&order(b)).then_with(|| a.id.cmp(&b.id))
        });
        Ok(queue)
    }
}

/// Rest, and the reason of a suspension.
type Standing = (i64, Option<String>);

/// What the store knows beside the queue itself.
struct Stored {
    robots: HashMap<String, Standing>,
    slots: HashMap<String, Vec<i64>>,
    brakes: Brakes,
}

impl Stored {
    /// Plays one robot's queue forward.
    fn play(
        &self,
        robot_key: &str,
        rows: &[&Row],
        ahead: &Ahead<'_>,
    ) -> Result<Vec<Waiting>, StoreError> {
        let now = millis(ahead.now);
        let (rest_until, suspended) = self.robots.get(robot_key).cloned().unwrap_or_default();
        let queued = rows.iter().copied().filter(|row| !row.is_under_way());
        let (merged, queued): (Vec<&Row>, Vec<&Row>) =
            queued.partition(|row| row.whole().is_some());
        // Of what is gathered at the end of the day, the first stands for all.
        let mut first: HashSet<&str> = HashSet::new();
        let (gathered, waiting): (Vec<&Row>, Vec<&Row>) =
            queued.into_iter().partition(|row| row.gathers() && !first.insert(&row.target));
        let (items, stuck) = items(&waiting, rows);
        let robot = self.robot(robot_key, now.max(rest_until), ahead);
        let free = |index: usize, at: i64| match (&suspended, stuck[index]) {
            (None, false) => self.free(waiting[index], at, ahead),
            _ => None,
        };
        let leaves = leaving(robot, &items, free);
        let holdup = |index: usize| {
            let row = waiting[index];
            let at_once = self.free(row, now, ahead).is_some_and(|at| at <= now);
            match () {
                () if suspended.is_some() => Some(Holdup::Suspended),
                () if !at_once => Some(self.holdup(row, ahead)),
                () if row.gathers() => Some(Holdup::Daily),
                () if row.blocked != 0 => Some(Holdup::Part),
                () if rest_until > now => Some(Holdup::Rest),
                () => (leaves[index] != Some(now)).then_some(Holdup::Turn),
            }
        };
        let told = waiting.iter().enumerate();
        let mut told = told
            .map(|(index, row)| row.waiting(leaves[index], holdup(index)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        for row in merged {
            let leaves = leaves_with(row, &waiting, &leaves, rows, now);
            told.push(row.waiting(leaves, Some(Holdup::Merged))?);
        }
        for row in gathered {
            let first = waiting.iter().position(|one| one.gathers() && one.target == row.target);
            let (leaves, why) = first.map_or((None, None), |at| (leaves[at], holdup(at)));
            told.push(row.waiting(leaves, why)?);
        }
        Ok(told)
    }

    /// A robot that can send from an instant on.
    fn robot(&self, robot_key: &str, from: i64, ahead: &Ahead<'_>) -> Robot {
        let pace = ahead.paces.of(robot_key).map(|pace| {
            (usize::try_from(pace.count).unwrap_or(usize::MAX), span_millis(pace.window))
        });
        Robot { from, pace, slots: self.slots.get(robot_key).cloned().unwrap_or_default() }
    }

    /// The first instant from `at` on at which all but its robot lets a delivery go.
    fn free(&self, row: &Row, at: i64, ahead: &Ahead<'_>) -> Option<i64> {
        let mut at = at.max(row.not_before);
        let target = TargetId::new(row.target.as_str());
        // Each round leaves one silence behind; they cannot overlap for ever.
        for _ in 0..100 {
            let instant = instant(at).ok()?;
            let open = (ahead.target)(&target, instant)?;
            if row.origin != Origin::Schedule.to_string() {
                return Some(at);
            }
            let quiet = open.quiet_until.filter(|_| row.priority != 0).map(millis);
            let next = match self.pause(row, instant) {
                Some(pause) => millis(pause.until?),
                None => quiet.unwrap_or(at),
            };
            if next <= at {
                return Some(at);
            }
            at = next;
        }
        None
    }

    fn pause(&self, row: &Row, at: Timestamp) -> Option<&Pause> {
        let scopes = [
            Scope::All,
            Scope::Target(TargetId::new(row.target.as_str())),
            Scope::Reminder(ReminderId::new(row.reminder.as_str())),
        ];
        scopes.iter().find_map(|scope| self.brakes.pause(scope, at))
    }

    /// What holds a delivery up that its robot would take.
    fn holdup(&self, row: &Row, ahead: &Ahead<'_>) -> Holdup {
        let target = TargetId::new(row.target.as_str());
        let scheduled = row.origin == Origin::Schedule.to_string();
        match (ahead.target)(&target, ahead.now) {
            None => Holdup::Closed,
            Some(_) if row.is_held_back() && row.not_before > millis(ahead.now) => Holdup::Daily,
            Some(_) if scheduled && self.pause(row, ahead.now).is_some() => Holdup::Paused,
            Some(open) if scheduled && row.priority != 0 && open.quiet_until.is_some() => {
                Holdup::Quiet
            }
            Some(_) => Holdup::Retry,
        }
    }
}

/// What waits as it is played, and which of it waits for a person: a part behind one that is dead or
/// cancelled.
fn items<'r>(waiting: &[&'r Row], rows: &[&Row]) -> (Vec<Item<'r>>, Vec<bool>) {
    let parts: HashMap<_, usize> =
        waiting.iter().enumerate().map(|(at, row)| ((row.message(), row.part), at)).collect();
    let under_way: HashSet<_> =
        rows.iter().filter(|row| row.is_under_way()).map(|row| (row.message(), row.part)).collect();
    let items = waiting.iter().map(|row| {
        let after = match row.blocked {
            0 => None,
            _ => parts.get(&(row.message(), row.part - 1)).copied(),
        };
        let is_stuck = row.blocked != 0
            && !row.gathers()
            && after.is_none()
            && !under_way.contains(&(row.message(), row.part - 1));
        (Item { order: (row.priority, row.due_at, &*row.id), after }, is_stuck)
    });
    items.unzip()
}

/// When the message leaves that a delivery goes out in; at once when that is under way.
fn leaves_with(
    row: &Row,
    waiting: &[&Row],
    leaves: &[Option<i64>],
    rows: &[&Row],
    now: i64,
) -> Option<i64> {
    let is_whole = |one: &&Row| row.whole() == Some(one.occurrence.as_str());
    match waiting.iter().position(is_whole) {
        Some(index) => leaves[index],
        None => rows.iter().any(is_whole).then_some(now),
    }
}

pub(super) async fn robots(
    tx: &mut Transaction<'static, Sqlite>,
) -> Result<HashMap<String, Standing>, StoreError> {
    let robots: Vec<(String, i64, Option<String>)> =
        sqlx::query_as("SELECT robot_key, rest_until, suspended_reason FROM robot")
            .fetch_all(&mut **tx)
            .await?;
    Ok(robots.into_iter().map(|(key, rest, reason)| (key, (rest, reason))).collect())
}

/// The pace slots that still count for some robot, by robot.
async fn slots(
    tx: &mut Transaction<'static, Sqlite>,
    ahead: &Ahead<'_>,
) -> Result<HashMap<String, Vec<i64>>, StoreError> {
    let oldest = millis(ahead.now).saturating_sub(span_millis(ahead.paces.longest()));
    let taken: Vec<(String, i64)> = sqlx::query_as("SELECT robot_key, at FROM slot WHERE at > $1")
        .bind(oldest)
        .fetch_all(&mut **tx)
        .await?;
    let mut by_robot: HashMap<String, Vec<i64>> = HashMap::new();
    for (robot_key, at) in taken {
        by_robot.entry(robot_key).or_default().push(at);
    }
    Ok(by_robot)
}
