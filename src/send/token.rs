//! Tokens that a robot shows with each request: asked for once, kept in memory until shortly before
//! they end, never written down.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use super::{Outgoing, directory::Known};
use crate::{
    http::{Client, Failure, Request, Response},
    model::{receipt::Receipt, secret::Secret},
};

/// A token is not used any more so long before its end: clocks differ, and requests take time.
const MARGIN: Duration = Duration::from_secs(300);

/// A token in hand.
#[derive(Clone, Debug)]
pub struct Token {
    /// What is shown.
    pub secret: Secret,
    /// When it ends.
    pub until: Timestamp,
}

/// How a robot comes by its tokens, and shows them: pure, like everything of a dialect.
pub trait TokenDialect: Send + Sync {
    /// Whose token it is, and how it is asked for.
    ///
    /// # Errors
    /// The receipt, when the settings can be refused without asking anybody.
    fn ask(&self, outgoing: &Outgoing<'_>) -> Result<(String, Request), Receipt>;

    /// The token in the answer.
    ///
    /// # Errors
    /// The receipt, when there is none in it.
    fn read(&self, answer: &Result<Response, Failure>, now: Timestamp) -> Result<Token, Receipt>;

    /// A request that shows it.
    fn shown(&self, request: &Request, token: &Secret) -> Request;

    /// Whether an answer says that the token does not count any more.
    fn is_stale(&self, answer: &Response) -> bool;
}

/// The tokens in hand, by whose they are; and the ids of people that were looked up with them.
#[derive(Debug, Default)]
pub struct Tokens {
    tokens: Mutex<HashMap<String, Token>>,
    people: Known,
}

impl Tokens {
    /// The ids of people in hand.
    pub(super) fn known(&self) -> &Known {
        &self.people
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Token>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, whose: &str, now: Timestamp) -> Option<Secret> {
        let good = |token: &&Token| now.saturating_add(MARGIN).is_ok_and(|soon| soon < token.until);
        self.all().get(whose).filter(good).map(|token| token.secret.clone())
    }

    /// Forgets a token, unless another one has taken its place meanwhile.
    fn forget(&self, whose: &str, token: &Secret) {
        let mut known = self.all();
        if known.get(whose).is_some_and(|known| known.secret.expose() == token.expose()) {
            known.remove(whose);
        }
    }
}

/// Asks with a token. One that does not count any more is replaced once, and the request is made
/// again: it had no effect.
///
/// # Errors
/// The receipt, when there is no token to be had.
pub(super) async fn asked(
    dialect: &dyn TokenDialect,
    outgoing: &Outgoing<'_>,
    request: &Request,
    client: &Client,
    tokens: &Tokens,
) -> Result<(Request, Result<Response, Failure>), Receipt> {
    let (whose, asking) = dialect.ask(outgoing)?;
    let now = outgoing.now.timestamp();
    let mut fresh = false;
    loop {
        let token = match tokens.get(&whose, now) {
            Some(token) => token,
            None => {
                let answer = client.send(&asking).await;
                let token = dialect.read(&answer, now)?;
                fresh = true;
                tokens.all().insert(whose.clone(), token.clone());
                token.secret
            }
        };
        let request = dialect.shown(request, &token);
        let answer = client.send(&request).await;
        let stale = answer.as_ref().is_ok_and(|answer| dialect.is_stale(answer));
        if stale {
            tokens.forget(&whose, &token);
        }
        if !stale || fresh {
            return Ok((request, answer));
        }
    }
}
