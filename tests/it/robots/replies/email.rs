//! Mail servers': three digits and a text, by what was asked.

use dingdong::smtp::{DEFERRED, REFUSED, STAGE};

use super::*;

fn said(
    stage: &str,
    status: u16,
    text: &str,
    verdict: Verdict,
    code: &'static str,
    help: &'static str,
) -> Reply {
    let headers = vec![(STAGE.to_owned(), stage.to_owned())];
    Reply { headers, ..page(status, text, verdict, code, help) }
}

pub(super) fn replies() -> Vec<Reply> {
    use Verdict::{BadMessage, DeadTarget, Misconfigured, Retry, Sent, Throttled, Unknown};
    let rest = Throttled(Duration::from_secs(60));
    let mut replies = vec![
        Reply { headers: Vec::new(), ..reply(json!("2.0.0 queued"), Sent, "") },
        said("greeting", 421, "4.3.2 too busy", rest, "421", "fewer messages"),
        said("content", 421, "closing", rest, "421", "fewer messages"),
        said("greeting", 450, "try again later", rest, "450", "fewer messages"),
        said("sender", 451, "4.7.1 too much mail", rest, "451", "fewer messages"),
        said("receivers", 450, "4.7.1 too many mails", rest, "450", "fewer messages"),
        said("receivers", 450, "4.2.0 greylisted", Retry(None), "450", ""),
        said("receivers", 452, "4.2.2 mailbox full", Retry(None), "452", ""),
        said("content", 451, "4.3.0 queue trouble", Retry(None), "451", ""),
        said("content", 452, "4.3.1 disk full", Retry(None), "452", ""),
        said("login", 454, "4.7.0 temporary failure", Retry(None), "454", ""),
        said("login", 432, "4.7.12 password transition", Misconfigured, "432", "password"),
        said("login", 535, "5.7.8 bad credentials", Misconfigured, "535", "password"),
        said("login", 534, "5.7.9 mechanism too weak", Misconfigured, "534", "password"),
        said("login", 0, "no way to log in", Misconfigured, "login", "`port`"),
        said("starttls", 0, "no STARTTLS", Misconfigured, "starttls", "`tls`"),
        said("starttls", 554, "no", Misconfigured, "554", "`tls`"),
        said("greeting", 554, "5.7.1 blocked", Misconfigured, "554", "this network"),
        said("greeting", 521, "no mail here", Misconfigured, "521", "`host`"),
        said("sender", 530, "5.7.0 authentication required", Misconfigured, "530", "`user`"),
        said("sender", 553, "5.7.1 not yours", Misconfigured, "553", "`from`"),
        said("sender", 552, "5.3.4 too big", BadMessage, "552", "shorten"),
        said("receivers", 550, "5.1.1 no such user", DeadTarget, "550", "address"),
        said("receivers", 553, "no such mailbox", DeadTarget, "553", "address"),
        said("receivers", 554, "5.7.1 relay access denied", Misconfigured, "554", "`user`"),
        said("receivers", 550, "5.7.1 relaying denied", Misconfigured, "550", "`user`"),
        said("content", 554, "5.7.1 looks like spam", BadMessage, "554", "text says why"),
        said("content", 550, "5.6.0 refused", BadMessage, "550", "text says why"),
        said("content", 552, "5.3.4 message too big", BadMessage, "552", "shorten"),
        said("elsewhere", 550, "no", Unknown, "550", "documentation"),
        page(354, "go on", Unknown, "354", "documentation"),
    ];
    let mut some = said("content", 250, "queued", BadMessage, "550", "redrive");
    some.headers.push((REFUSED.to_owned(), "a@b.example 550 5.1.1 no such user".to_owned()));
    let mut later = said("content", 250, "queued", Retry(None), "450", "");
    later.headers.push((DEFERRED.to_owned(), "a@b.example 450 4.2.0 greylisted".to_owned()));
    later.headers.push((REFUSED.to_owned(), "c@b.example 550 5.1.1 no such user".to_owned()));
    replies.extend([some, later]);
    replies
}
