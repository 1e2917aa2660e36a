//! Compose: an occurrence becomes deliveries, or a row that says why not.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Allowance, ClaimRequest, Dropped, Outbox, Standby, StoreError, claim, cursors,
    daily::{self, Measured},
    fallback,
    rescue::{DroppedRow, dropped},
    rows::{cut, json, kept, millis, rank, rows, said},
};
use crate::model::{
    cursor::CursorMove,
    delivery::{DeliveryState, Leased, NewDelivery, delivery_id},
    occurrence::{Occurrence, OccurrenceState, Origin},
    text::Text,
};

/// What composing an occurrence came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Composition {
    /// One delivery per target and part. Part k is sent only after part k-1 was delivered; when
    /// one dies, those behind it wait for its redrive until `keep` is over.
    Deliveries(Vec<NewDelivery>),
    /// Nothing is to be sent.
    Skipped {
        /// One word or a short sentence: `condition`.
        reason: String,
    },
    /// It could not be composed.
    Failed {
        /// What is wrong.
        reason: Text,
    },
}

/// One occurrence with its composition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composing {
    /// Which.
    pub occurrence: Occurrence,
    /// What it came to.
    pub composition: Composition,
    /// More about it, for the log: the values that decided, a target left out, a source that was
    /// absent.
    pub detail: Option<Text>,
    /// `on_miss: all`, or what they tell is told once only: older deliveries of the reminder that
    /// still wait stay in the queue.
    pub keep_older: bool,
    /// The cursors of what it tells. When one of them moved meanwhile, nothing is written and the
    /// occurrence stays planned: it is composed again, from what is new then.
    pub steps: Vec<CursorMove>,
    /// Who stands in for its targets.
    pub standbys: Vec<Standby>,
    /// What those of its targets may be sent today for which it counts.
    pub allowances: Vec<Allowance>,
}

impl Composing {
    /// A composition about which there is nothing more to say, and which takes the place of
    /// waiting older ones.
    #[must_use]
    pub fn new(occurrence: Occurrence, composition: Composition) -> Self {
        Self {
            occurrence,
            composition,
            detail: None,
            keep_older: false,
            steps: Vec::new(),
            standbys: Vec::new(),
            allowances: Vec::new(),
        }
    }
}

/// What a compose transaction did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compositions {
    /// Per item given, in order: whether it counted; `false` when the occurrence was not (or not
    /// any more) planned or a cursor moved meanwhile, and then nothing of it was written.
    pub counted: Vec<bool>,
    /// Older deliveries that a newer one took the place of.
    pub superseded: Vec<Dropped>,
    /// How many messages are beyond a daily limit.
    pub held: usize,
}

impl Outbox {
    /// Compose transaction for one occurrence; see [`Self::compose_batch`].
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn compose(
        &self,
        item: Composing,
        now: Timestamp,
    ) -> Result<Compositions, StoreError> {
        self.compose_batch(&[item], now).await
    }

    /// Compose transaction: marks the occurrences and writes their deliveries, together or not at
    /// all. Composing a newer scheduled occurrence expires what still waits of older scheduled ones
    /// of the same reminder to the same target (`superseded`), unless `keep_older`.
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn compose_batch(
        &self,
        items: &[Composing],
        now: Timestamp,
    ) -> Result<Compositions, StoreError> {
        let mut tx = self.store.write().await?;
        let compositions = write(&mut tx, items, now).await?;
        tx.commit().await?;
        Ok(compositions)
    }

    /// Compose transaction with the claim in it: what can leave at once is leased as it is written,
    /// by every rule of [`Self::claim`].
    ///
    /// # Errors
    /// The store could not be written; then nothing was.
    pub async fn compose_and_claim(
        &self,
        items: &[Composing],
        request: ClaimRequest<'_>,
    ) -> Result<(Compositions, Vec<Leased>), StoreError> {
        let mut tx = self.store.write().await?;
        let compositions = write(&mut tx, items, request.now).await?;
        let (leased, damaged) = claim::take(&mut tx, &request).await?;
        tx.commit().await?;
        self.damage.note(damaged);
        Ok((compositions, leased))
    }
}

impl Composition {
    fn state(&self) -> OccurrenceState {
        match self {
            Self::Deliveries(_) => OccurrenceState::Composed,
            Self::Skipped { .. } => OccurrenceState::Skipped,
            Self::Failed { .. } => OccurrenceState::Failed,
        }
    }

    fn reason(&self) -> Option<String> {
        match self {
            Self::Deliveries(_) => None,
            Self::Skipped { reason } => Some(cut(reason).to_owned()),
            Self::Failed { reason } => Some(said(reason)),
        }
    }
}

/// An occurrence that counted, with a delivery of it.
pub(super) type Written<'a> = (&'a Occurrence, &'a NewDelivery);

/// The statements of the compose transaction.
pub(super) async fn write(
    tx: &mut Transaction<'static, Sqlite>,
    items: &[Composing],
    now: Timestamp,
) -> Result<Compositions, StoreError> {
    let given: Vec<Occurrence> = items.iter().map(|item| kept(&item.occurrence)).collect();
    let fresh = cursors::fresh(tx, items).await?;
    let mut marked = mark(tx, &given, items, &fresh, now).await?;
    let counted: Vec<bool> = given.iter().map(|which| marked.remove(&which.id())).collect();

    let (mut written, mut standbys): (Vec<Written<'_>>, Vec<_>) = Default::default();
    let mut measured = Vec::new();
    let mut newer: BTreeSet<(&str, &str, i64)> = BTreeSet::new();
    for ((item, occurrence), _) in items.iter().zip(&given).zip(&counted).filter(|(_, ok)| **ok) {
        for step in &item.steps {
            cursors::advance(tx, step, now).await?;
        }
        let Composition::Deliveries(deliveries) = &item.composition else { continue };
        standbys.extend(item.standbys.iter().map(|standby| (occurrence, standby)));
        let allowances = item.allowances.iter();
        measured.extend(allowances.filter_map(|one| Measured::of(occurrence, deliveries, one)));
        for delivery in deliveries {
            written.push((occurrence, delivery));
            if occurrence.origin == Origin::Schedule && !item.keep_older {
                let due_at = millis(occurrence.due_at);
                newer.insert((occurrence.reminder.as_str(), delivery.target.as_str(), due_at));
            }
        }
    }
    insert(tx, &written).await?;
    fallback::keep(tx, &standbys).await?;
    let held = daily::measure(tx, measured, now).await?;
    let superseded = supersede(tx, &newer, now).await?;
    Ok(Compositions { counted, superseded, held })
}

/// Moves the occurrences out of `planned`; returns the ids of those that still were.
async fn mark(
    tx: &mut Transaction<'static, Sqlite>,
    given: &[Occurrence],
    items: &[Composing],
    fresh: &[bool],
    now: Timestamp,
) -> Result<HashSet<String>, StoreError> {
    let mut seen = HashSet::new();
    let fresh = given.iter().zip(items).zip(fresh).filter(|(_, fresh)| **fresh);
    let once = fresh.map(|(item, _)| item).filter(|(occurrence, _)| seen.insert(*occurrence));
    let values = rows(once.map(|(occurrence, item)| {
        let Composing { composition, detail, .. } = item;
        let detail = detail.as_ref().map(said);
        (occurrence.id(), composition.state().name(), composition.reason(), detail)
    }))?;
    let marked: Vec<String> = sqlx::query_scalar(
        "UPDATE occurrence
         SET state = given.state, reason = given.reason, detail = given.detail, composed_at = $2
         FROM (SELECT value ->> 0 AS id, value ->> 1 AS state, value ->> 2 AS reason,
                      value ->> 3 AS detail FROM json_each($1)) AS given
         WHERE occurrence.id = given.id AND occurrence.state = 'planned'
         RETURNING occurrence.id",
    )
    .bind(values)
    .bind(millis(now))
    .fetch_all(&mut **tx)
    .await?;
    Ok(marked.into_iter().collect())
}

/// Deliveries with their numbers among those of one occurrence to one target: the parts to its
/// group, and behind them those to single people.
fn numbered<'w>(written: &'w [Written<'w>]) -> impl Iterator<Item = (u32, &'w Written<'w>)> {
    let mut last: HashMap<(String, &str), u32> = HashMap::new();
    written.iter().map(move |one| {
        let (occurrence, NewDelivery { target, message, .. }) = one;
        let last = last.entry((occurrence.id(), target.as_str())).or_default();
        let to_group = message.people.is_empty();
        let number = if to_group { message.part.number } else { last.saturating_add(1) };
        *last = number.max(*last);
        (number, one)
    })
}

/// Puts deliveries with their messages into the queue.
pub(super) async fn insert(
    tx: &mut Transaction<'static, Sqlite>,
    written: &[Written<'_>],
) -> Result<(), StoreError> {
    insert_deliveries(tx, written).await?;
    insert_contents(tx, written).await
}

async fn insert_deliveries(
    tx: &mut Transaction<'static, Sqlite>,
    written: &[Written<'_>],
) -> Result<(), StoreError> {
    let values = rows(numbered(written).map(|(number, (occurrence, delivery))| {
        (
            delivery_id(occurrence, &delivery.target, number),
            occurrence.id(),
            occurrence.reminder.as_str(),
            millis(occurrence.due_at),
            occurrence.origin.to_string(),
            delivery.target.as_str(),
            number,
            delivery.robot_key.as_str(),
            rank(delivery.priority),
            millis(delivery.not_before),
            millis(delivery.keep_until),
            i64::from(delivery.message.part.number > 1),
        )
    }))?;
    sqlx::query(
        "INSERT INTO delivery (id, occurrence, reminder, due_at, origin, target, part, robot_key,
                               priority, not_before, keep_until, blocked, state)
         SELECT value ->> 0, value ->> 1, value ->> 2, CAST(value ->> 3 AS BIGINT), value ->> 4,
                value ->> 5, CAST(value ->> 6 AS BIGINT), value ->> 7,
                CAST(value ->> 8 AS BIGINT), CAST(value ->> 9 AS BIGINT),
                CAST(value ->> 10 AS BIGINT), CAST(value ->> 11 AS BIGINT), 'pending'
         FROM json_each($1)",
    )
    .bind(values)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn insert_contents(
    tx: &mut Transaction<'static, Sqlite>,
    written: &[Written<'_>],
) -> Result<(), StoreError> {
    let mut values = Vec::with_capacity(written.len());
    for (number, (occurrence, delivery)) in numbered(written) {
        let id = delivery_id(occurrence, &delivery.target, number);
        values.push((id, json(&delivery.message)?));
    }
    sqlx::query(
        "INSERT INTO content (delivery, message)
         SELECT value ->> 0, value ->> 1 FROM json_each($1)",
    )
    .bind(rows(values)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Expires what still waits of older scheduled occurrences; `newer` holds reminder, target and due
/// instant of what took their place. One that is being sent just now may finish, but is not kept
/// for another attempt: [`Outbox::expire`] takes it then.
pub(super) async fn supersede(
    tx: &mut Transaction<'static, Sqlite>,
    newer: &BTreeSet<(&str, &str, i64)>,
    now: Timestamp,
) -> Result<Vec<Dropped>, StoreError> {
    if newer.is_empty() {
        return Ok(Vec::new());
    }
    let expired: Vec<DroppedRow> = sqlx::query_as(
        "UPDATE delivery SET
             state = CASE WHEN state = 'pending' THEN 'expired' ELSE state END,
             keep_until = CASE WHEN state = 'sending' AND keep_until > $2 THEN $2 ELSE keep_until END,
             reason = 'superseded'
         WHERE id IN (
             SELECT older.id
             FROM json_each($1) AS newer CROSS JOIN delivery AS older
             WHERE older.reminder = newer.value ->> 0 AND older.target = newer.value ->> 1
               AND older.due_at < CAST(newer.value ->> 2 AS BIGINT)
               AND older.state IN ('pending', 'sending') AND older.origin = 'schedule')
         RETURNING id, reminder, due_at, origin, target, robot_key, reason, state",
    )
    .bind(rows(newer)?)
    .bind(millis(now))
    .fetch_all(&mut **tx)
    .await?;
    expired.into_iter().filter(|row| row.7 == DeliveryState::Expired.name()).map(dropped).collect()
}
