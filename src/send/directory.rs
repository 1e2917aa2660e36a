//! People of whom only the mobile is known, with robots that write to their own ids: they are looked
//! up just before a message goes to them, and the answer is kept in memory for a while.

mod known;

use std::time::Duration;

pub(super) use self::known::Known;
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

/// The questions for one message may take so long, far below any lease. Who was found by then is
/// known at the next attempt.
const PATIENCE: Duration = Duration::from_secs(20);

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

/// Of those a message goes to, the ones whom nobody knows by their mobile. Nobody is sent anything.
///
/// # Errors
/// The receipt, when the directory does not say.
pub async fn unfound(
    robot: &dyn Robot,
    outgoing: &Outgoing<'_>,
    means: &Means<'_>,
) -> Result<Vec<Mentioned>, Receipt> {
    match robot.directory() {
        None => Ok(Vec::new()),
        Some(directory) => Ok(look_up(robot, directory, outgoing, means).await?.unknown),
    }
}

/// Ids by which the robot knows people, told by those of the message as it was composed. Where the
/// directory does not say, they stay.
pub(super) async fn composed(
    robot: &dyn Robot,
    outgoing: &Outgoing<'_>,
    means: &Means<'_>,
    ids: [&mut Vec<String>; 2],
) {
    let Some(directory) = robot.directory() else { return };
    if outgoing.message.people.iter().all(|person| person.kind != IdKind::Mobile) {
        return;
    }
    let whole = Message { progress: Progress::default(), ..outgoing.message.clone() };
    let outgoing = Outgoing { message: &whole, ..*outgoing };
    if let Ok(addressed) = look_up(robot, directory, &outgoing, means).await {
        for ids in ids {
            *ids = addressed.composed(std::mem::take(ids));
        }
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
        let taken = trace.handle.is_some();
        let Progress { again, refused } = trace.progress;
        let (again, refused) = (self.composed(again), self.composed(refused));
        let mut progress = Progress { again, refused };
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

    /// Ids of the robot's in those of the message as it was composed.
    fn composed(&self, ids: Vec<String>) -> Vec<String> {
        let named = |id: String| -> Vec<String> {
            let own = self.found.iter().filter(|(known, _)| *known == id);
            let own: Vec<String> = own.map(|(_, own)| own.clone()).collect();
            if own.is_empty() { vec![id] } else { own }
        };
        ids.into_iter().flat_map(named).collect()
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
