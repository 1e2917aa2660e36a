//! What some robots can do about messages that they have sent: take them back, and say who has read
//! them.

use super::{Means, Outgoing, Robot, deliver::asked, directory};
use crate::{
    http::{Request, Response},
    model::{
        receipt::{Receipt, Verdict},
        text::{text, words},
    },
};

/// How a robot does it: pure, like everything of a dialect. `handle` is what the vendor calls the
/// message.
pub trait Afterwards: Send + Sync {
    /// Takes a message back.
    ///
    /// # Errors
    /// The receipt, when the settings or the message can be refused without asking anybody.
    fn recall(&self, outgoing: &Outgoing<'_>, handle: &str) -> Result<Request, Receipt>;

    /// Asks who has read a message, from a page on.
    ///
    /// # Errors
    /// The same.
    fn ask_reads(
        &self,
        outgoing: &Outgoing<'_>,
        handle: &str,
        page: Option<&str>,
    ) -> Result<Request, Receipt>;

    /// Who has read it, by an answer.
    ///
    /// # Errors
    /// The receipt of an answer that does not say so.
    fn reads(&self, answer: &Response) -> Result<Reads, Receipt>;
}

/// Who has read a message, each by the id the message was composed with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// They have.
    pub read: Vec<String>,
    /// They have not; nobody knows of those in a group.
    pub unread: Vec<String>,
    /// The page that follows.
    pub next: Option<String>,
}

/// No group has more readers than so many pages hold.
const MOST_PAGES: usize = 20;

/// Takes a message back.
pub async fn recall(
    robot: &dyn Robot,
    outgoing: &Outgoing<'_>,
    handle: &str,
    means: &Means<'_>,
) -> Receipt {
    let Some(afterwards) = robot.afterwards() else { return cannot(robot) };
    let request = match afterwards.recall(outgoing, handle) {
        Ok(request) => request,
        Err(refused) => return refused,
    };
    match asked(robot, outgoing, &request, means).await {
        Ok(answer) => robot.verdict(&answer, outgoing.now.timestamp()),
        Err(refused) => refused,
    }
}

/// Asks who has read a message, to the last page.
///
/// # Errors
/// The receipt, when nobody says so.
pub async fn reads(
    robot: &dyn Robot,
    outgoing: &Outgoing<'_>,
    handle: &str,
    means: &Means<'_>,
) -> Result<Reads, Receipt> {
    let afterwards = robot.afterwards().ok_or_else(|| cannot(robot))?;
    let mut all = Reads::default();
    for _ in 0..MOST_PAGES {
        let request = afterwards.ask_reads(outgoing, handle, all.next.as_deref())?;
        let answer = asked(robot, outgoing, &request, means).await?;
        let Ok(answer) = answer else {
            return Err(robot.verdict(&answer, outgoing.now.timestamp()));
        };
        let page = afterwards.reads(&answer)?;
        all.read.extend(page.read);
        all.unread.extend(page.unread);
        all.next = page.next;
        if all.next.is_none() {
            break;
        }
    }
    directory::composed(robot, outgoing, means, [&mut all.read, &mut all.unread]).await;
    Ok(all)
}

fn cannot(robot: &dyn Robot) -> Receipt {
    let reason = text!(
        "the robot `{robot}` can do nothing about what it has sent",
        robot = robot.kind().name(),
    );
    Receipt::new(Verdict::Misconfigured, reason)
        .help(words!("Only `dingtalk-app` takes messages back and says who has read them."))
}
