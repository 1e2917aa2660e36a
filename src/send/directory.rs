//! People of whom only the mobile is known, with robots that write to their own ids: they are looked
//! up just before a message goes to them, and the answer is kept in memory for a while.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use super::{Means, Outcome, Outgoing, Robot, Trace, deliver::asked, excerpt::excerpt};
use crate::{
    http::{Failure, Request, Response},
    model::{
        message::{IdKind, Mentioned, Message, Progress},
        receipt::{
            Receipt,
            Verdict::{BadMessage, Retry, Sent},
        },
        text::{Text, Words, text},
    },
};

/// How a robot finds out by which id it knows somebody: pure, like everything of a dialect.
pub trait Directory: Send + Sync {
    /// Whose directory it is, and the question.
    ///
    /// # Errors
    /// The receipt, when the settings can be refused without asking anybody.
    fn ask(&self, outgoing: &Outgoing<'_>, mobile: &str) -> Result<(String, Request), Receipt>;

    /// The id in the answer; none when nobody there has this number.
    ///
    /// # Errors
    /// The receipt of an answer that does not say so.
    fn read(&self, answer: &Result<Response, Failure>) -> Result<Option<String>, Receipt>;

    /// What a person can do about numbers that nobody has.
    fn advice(&self) -> Words;
}

/// Ids in hand, by directory and mobile.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<(String, String), (String, Timestamp)>>);

/// An id is looked up anew after so long: people leave, and numbers change hands.
const LASTS: Duration = Duration::from_secs(24 * 3600);

/// So many ids are kept.
const MOST: usize = 10_000;

/// The questions for one message may take so long, far below any lease. Who was found by then is
/// known at the next attempt.
const PATIENCE: Duration = Duration::from_secs(20);

impl Known {
    fn ids(&self) -> MutexGuard<'_, HashMap<(String, String), (String, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, whose: &str, mobile: &str, now: Timestamp) -> Option<String> {
        let known = self.ids();
        let (id, until) = known.get(&(whose.to_owned(), mobile.to_owned()))?;
        (now < *until).then(|| id.clone())
    }

    fn keep(&self, whose: String, mobile: &str, id: &str, now: Timestamp) {
        let mut known = self.ids();
        if known.len() >= MOST {
            known.retain(|_, (_, until)| now < *until);
        }
        if known.len() < MOST {
            let until = now.saturating_add(LASTS).unwrap_or(Timestamp::MAX);
            known.insert((whose, mobile.to_owned()), (id.to_owned(), until));
        }
    }
}

/// A message to people by the ids the robot knows.
pub(super) struct Addressed {
    pub(super) message: Message,
    /// Ids with the mobiles they were found by.
    found: Vec<(String, String)>,
    /// Those whom nobody knows, by mobile, with their names.
    unknown: Vec<Mentioned>,
    advice: Words,
}

/// Looks up everyone a message goes to by mobile. None when there is nobody to look up.
pub(super) async fn addressed(
    robot: &dyn Robot,
    outgoing: &Outgoing<'_>,
    means: &Means<'_>,
) -> Result<Option<Addressed>, Outcome> {
    let message = outgoing.message;
    let by_mobile = message.people.iter().any(|person| person.kind == IdKind::Mobile);
    let Some(directory) = robot.directory().filter(|_| by_mobile) else { return Ok(None) };
    let looking = look_up(robot, directory, outgoing, means);
    let late = || {
        let reason = text!("looking people up by their mobiles took too long");
        Receipt::new(Retry(None), reason).code("timeout")
    };
    let looked = tokio::time::timeout(PATIENCE, looking).await;
    let addressed = looked.unwrap_or_else(|_| Err(late()))?;
    match addressed.message.people.is_empty() {
        true => Err(addressed.nobody()),
        false => Ok(Some(addressed)),
    }
}

async fn look_up(
    robot: &dyn Robot,
    directory: &dyn Directory,
    outgoing: &Outgoing<'_>,
    means: &Means<'_>,
) -> Result<Addressed, Receipt> {
    let (now, message) = (outgoing.now.timestamp(), outgoing.message);
    let (mut people, mut found, mut unknown) = (Vec::<Mentioned>::new(), Vec::new(), Vec::new());
    for person in message.people.iter().filter(|person| message.progress.wants(&person.id)) {
        let mut id = Some(person.id.clone());
        if person.kind == IdKind::Mobile {
            let (whose, question) = directory.ask(outgoing, &person.id)?;
            id = means.tokens.known().get(&whose, &person.id, now);
            if id.is_none() {
                id = directory.read(&asked(robot, outgoing, &question, means).await?)?;
                if let Some(id) = &id {
                    means.tokens.known().keep(whose, &person.id, id, now);
                }
            }
        }
        let Some(id) = id else {
            unknown.push(person.clone());
            continue;
        };
        found.push((id.clone(), person.id.clone()));
        // Somebody may be there twice: by id and by mobile.
        if !people.iter().any(|one| one.id == id) {
            people.push(Mentioned { id, kind: IdKind::User, name: person.name.clone() });
        }
    }
    let message = Message { people, progress: Progress::default(), ..message.clone() };
    Ok(Addressed { message, found, unknown, advice: directory.advice() })
}

impl Addressed {
    /// What an attempt came to, in the ids of the message as it was composed; whoever nobody knows is
    /// refused for good, once the others have it.
    pub(super) fn told(self, outcome: Outcome) -> Outcome {
        let Outcome { mut receipt, trace } = outcome;
        let own = |ids: Vec<String>| -> Vec<String> {
            let named = |id: String| -> Vec<String> {
                let mobiles = self.found.iter().filter(|(known, _)| *known == id);
                let mobiles: Vec<String> = mobiles.map(|(_, mobile)| mobile.clone()).collect();
                if mobiles.is_empty() { vec![id] } else { mobiles }
            };
            ids.into_iter().flat_map(named).collect()
        };
        let taken = trace.handle.is_some();
        let mut progress =
            Progress { again: own(trace.progress.again), refused: own(trace.progress.refused) };
        if taken && !self.unknown.is_empty() {
            progress.refused.extend(self.unknown.iter().map(|person| person.id.clone()));
            if receipt.verdict == Sent {
                receipt = self.refusal(text!(
                    "the others have it; nobody there has the mobile of {people}",
                    people = self.names(),
                ));
            }
        }
        Outcome { receipt, trace: Trace { progress, ..trace } }
    }

    /// Nobody at all is known.
    fn nobody(self) -> Outcome {
        let receipt =
            self.refusal(text!("nobody there has the mobile of {people}", people = self.names()));
        let refused = self.unknown.into_iter().map(|person| person.id).collect();
        let progress = Progress { again: Vec::new(), refused };
        Outcome { receipt, trace: Trace { progress, ..Trace::default() } }
    }

    fn refusal(&self, why: Text) -> Receipt {
        Receipt::new(BadMessage, why).code("unknown mobile").help(self.advice)
    }

    /// Whom nobody knows.
    fn names(&self) -> String {
        let names: Vec<&str> = self.unknown.iter().map(|person| person.name.as_str()).collect();
        excerpt(&names.join(", "))
    }
}
