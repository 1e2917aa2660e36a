//! Whether a robot can be reached, without sending it anything: the name is looked up, TLS is
//! spoken, and the clock in the answer is compared with this machine's.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use url::Url;

use super::{
    shared::{Secrets, credentials},
    world::World,
};
use crate::{
    clock::Clock,
    http::{Client, Method, Request},
    model::{
        message::{Mentioned, Message},
        receipt::{Receipt, Verdict},
        secret::{Credentials, Secret},
        setup::{Setup, mail::MailSetup},
        target::Target,
        text::Text,
    },
    send::{self, Means, Outgoing, Printer, Tokens},
    smtp::{Mail, Mailer},
};

/// What a robot is reached with.
#[derive(Clone)]
pub struct Reach {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The network.
    pub client: Arc<Client>,
    /// Mail servers.
    pub mailer: Arc<Mailer>,
    /// Secrets.
    pub secrets: Arc<dyn Secrets>,
}

/// What came of knocking at a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Knock {
    /// It answered; whatever it said.
    Answered {
        /// How far its clock is ahead of this machine's; none when it told no time.
        ahead: Option<SignedDuration>,
    },
    /// There was no answer.
    Unanswered(Receipt),
}

impl Reach {
    /// What a target's robot needs to be reached, looked at by the robot's own rules.
    ///
    /// # Errors
    /// What is wrong and what to do; never a value.
    pub fn credentials(&self, target: &Target) -> Result<Credentials, (Text, Option<Text>)> {
        let found = credentials(&*self.secrets, target).map_err(|why| (why, None))?;
        let sound = send::robot(target.robot).check_credentials(target, &found);
        sound.map_err(|wrong| (wrong.reason, Some(wrong.help)))?;
        Ok(found)
    }

    /// The host a target's robot is reached at, with its port where one is written.
    #[must_use]
    pub fn host(target: &Target, credentials: &Credentials) -> Option<String> {
        if let Setup::Mail(mail) = &target.setup {
            return Some(format!("{}:{}", mail.host, mail.port));
        }
        let url = root(target, credentials)?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("{}{port}", url.host_str()?))
    }

    /// Knocks at the host of a webhook: a `HEAD` of its root, without the webhook's token. None
    /// when there is no webhook.
    /// A mail server is greeted.
    pub async fn knock(&self, target: &Target, credentials: &Credentials) -> Option<Knock> {
        if let Setup::Mail(setup) = &target.setup {
            return Some(self.greet(target, setup).await);
        }
        let url = Secret::new(root(target, credentials)?.into());
        let request = Request { method: Method::Head, ..Request::get(url) };
        let request = request.plain_http(target.allow_http);
        let asked = self.clock.now();
        let answer = self.client.send(&request).await;
        let heard = self.clock.now();
        Some(match answer {
            Ok(response) => {
                Knock::Answered { ahead: response.date.map(|date| ahead(date, asked, heard)) }
            }
            Err(failure) => Knock::Unanswered(send::unanswered(&failure)),
        })
    }

    async fn greet(&self, target: &Target, setup: &MailSetup) -> Knock {
        let mail = Mail {
            host: setup.host.clone(),
            port: setup.port,
            tls: setup.tls,
            login: None,
            hello: setup.from.domain().to_owned(),
            from: String::new(),
            to: Vec::new(),
            content: Vec::new(),
        };
        match self.mailer.greet(&mail).await {
            Ok(answer) if answer.status < 400 => Knock::Answered { ahead: None },
            refused => {
                let now = self.clock.now();
                Knock::Unanswered(send::robot(target.robot).verdict(&refused, now))
            }
        }
    }

    /// Whom of some people a target's robot does not find by their mobile, without sending anybody
    /// anything.
    ///
    /// # Errors
    /// Why they cannot be looked up.
    pub async fn unfound(
        &self,
        target: &Target,
        people: Vec<Mentioned>,
        printer: &dyn Printer,
    ) -> Result<Vec<Mentioned>, Receipt> {
        let unreadable = |reason| Receipt::new(Verdict::Misconfigured, reason);
        let credentials = credentials(&*self.secrets, target).map_err(unreadable)?;
        let message = Message { people, ..Message::default() };
        let now = self.clock.now().to_zoned_datetime(TimeZone::UTC);
        let credentials = &credentials;
        let outgoing = Outgoing { target, message: &message, credentials, now: &now };
        let (client, mailer, tokens) = (&self.client, &self.mailer, &Tokens::default());
        let means = Means { client, mailer, printer, tokens };
        send::unfound(send::robot(target.robot), &outgoing, &means).await
    }

    /// Makes one attempt outside of the queue: for a robot that is suspended, whose queue waits.
    pub async fn attempt(
        &self,
        world: &World,
        target: &Target,
        message: &Message,
        printer: &dyn Printer,
    ) -> Receipt {
        let credentials = match credentials(&*self.secrets, target) {
            Ok(credentials) => credentials,
            Err(reason) => return Receipt::new(Verdict::Misconfigured, reason),
        };
        let now = self.clock.now().to_zoned_datetime(world.zone.tz.clone());
        let outgoing = Outgoing { target, message, credentials: &credentials, now: &now };
        let (client, mailer, tokens) = (&self.client, &self.mailer, &Tokens::default());
        let means = Means { client, mailer, printer, tokens };
        send::deliver(send::robot(target.robot), &outgoing, &means).await.receipt
    }
}

/// The root of the host a webhook leads to, or an app's vendor is asked at.
fn root(target: &Target, credentials: &Credentials) -> Option<Url> {
    let address = match &target.setup {
        Setup::App(app) => app.api.as_str(),
        _ => credentials.webhook.as_ref()?.expose(),
    };
    let mut url = Url::parse(address.trim()).ok()?;
    url.set_path("/");
    url.set_query(None);
    url.set_fragment(None);
    url.set_password(None).ok()?;
    url.set_username("").ok()?;
    url.has_host().then_some(url)
}

/// How far a clock that was read between two instants is ahead. It tells whole seconds, and when
/// within the span it was read is not known: what both explain is no difference.
fn ahead(date: Timestamp, asked: Timestamp, heard: Timestamp) -> SignedDuration {
    let (earliest, latest) = (date, date + SignedDuration::from_secs(1));
    if earliest > heard {
        earliest.duration_since(heard)
    } else if latest < asked {
        latest.duration_since(asked)
    } else {
        SignedDuration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::target::RobotKind;

    #[test]
    fn only_what_rounding_and_the_way_cannot_explain_is_a_difference() {
        let at = |ms: i64| Timestamp::from_millisecond(ms).unwrap();
        let (asked, heard) = (at(10_600), at(12_100));
        for (date, expected) in
            [(9_000, -600), (10_000, 0), (12_000, 0), (13_000, 900), (0, -9_600)]
        {
            let ahead = ahead(at(date), asked, heard);
            assert_eq!(ahead, SignedDuration::from_millis(expected), "{date}");
        }
    }

    #[test]
    fn nothing_of_a_webhook_but_its_host_is_asked() {
        let webhook = "https://me:pw@oapi.example.com:8443/robot/send?access_token=t0k3n#x";
        let webhook = Some(Secret::new(webhook.to_owned()));
        let credentials = Credentials { webhook, ..Credentials::default() };
        let target = Target::new("a", RobotKind::Dingtalk);
        let url = root(&target, &credentials).unwrap();
        assert_eq!(url.as_str(), "https://oapi.example.com:8443/");
        let host = Reach::host(&target, &credentials);
        assert_eq!(host.as_deref(), Some("oapi.example.com:8443"));
    }
}
