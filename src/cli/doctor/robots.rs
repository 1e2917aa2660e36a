//! Robots: whether their secrets can be read, whether they can be reached, and whose clock is wrong.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{Finding, Grade, Patient};
use crate::{
    daemon::probe::{Knock, Reach},
    model::{
        secret::{Credentials, SecretRef},
        target::Target,
        text::{Text, text},
    },
    outbox::{OpenMode, Outbox, Suspension},
};

/// A clock that is off by more may be wrong soon: robots refuse what is signed too early or too
/// late (the strictest within 5 minutes).
const OFF: SignedDuration = SignedDuration::from_secs(30);

/// A clock that is off by more is refused by some robots.
const WRONG: SignedDuration = SignedDuration::from_mins(4);

/// Every robot of the settings, the secrets first; a host is knocked at once.
pub(super) async fn all(patient: &Patient<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let suspended = suspensions(patient).await;
    let mut hosts: BTreeMap<String, (&Target, Credentials)> = BTreeMap::new();
    for target in patient.world.targets.values() {
        if !target.enabled {
            findings.push(Finding::new(Grade::Note, "disabled", text!("disabled")).of(target));
            continue;
        }
        let key = target.robot_key();
        if let Some(one) = suspended.iter().find(|one| one.robot_key == key) {
            findings.push(suspension(target, one));
        }
        match patient.reach.credentials(target) {
            Err((why, help)) => findings.push(unreadable(target, why, help)),
            Ok(credentials) => {
                if target.webhook.is_some() || credentials.login.is_some() {
                    let message = text!("its secrets can be read");
                    findings.push(Finding::ok("secrets", message).of(target));
                }
                if let Some(host) = Reach::host(target, &credentials) {
                    hosts.entry(host).or_insert((target, credentials));
                }
            }
        }
    }
    let knocks = hosts.into_iter().map(|(host, (target, credentials))| {
        let (reach, target) = (patient.reach.clone(), target.clone());
        tokio::spawn(async move {
            let knock = reach.knock(&target, &credentials).await;
            knock.map(|knock| knocked(&host, knock)).unwrap_or_default()
        })
    });
    let knocks: Vec<_> = knocks.collect();
    for knock in knocks {
        findings.extend(knock.await.unwrap_or_default());
    }
    findings
}

/// What the store knows of suspended robots; nothing where there is no store.
pub(super) async fn suspensions(patient: &Patient<'_>) -> Vec<Suspension> {
    match Outbox::open(&patient.prepared.settings.store, OpenMode::Read).await {
        Err(_) => Vec::new(),
        Ok(outbox) => {
            let found = outbox.suspended().await.unwrap_or_default();
            outbox.close().await;
            found
        }
    }
}

fn suspension(target: &Target, one: &Suspension) -> Finding {
    let message = text!(
        "the robot is suspended since {since}: {reason}",
        since = one.since.strftime("%Y-%m-%d %H:%MZ").to_string(),
        reason = one.reason.clone(),
    );
    let help = text!(
        "mend it, try it with `dingdong doctor --send`, then `dingdong resume --target {target}`",
        target = target.id.as_str(),
    );
    Finding::error("suspended", message).of(target).help(help)
}

fn unreadable(target: &Target, why: Text, help: Option<Text>) -> Finding {
    let by_systemd =
        target.secrets().into_iter().any(|reference| matches!(reference, SecretRef::Credential(_)));
    let code = if help.is_some() { "bad-secret" } else { "secret" };
    let finding = Finding::error(code, why).of(target);
    match help {
        Some(help) => finding.help(help),
        None if by_systemd => finding.help(text!(
            "only the service sees its credentials; look as it does: systemctl start dingdong-doctor; journalctl -u dingdong-doctor -o cat"
        )),
        None => finding.help(text!("put the secret where the settings say, or mend the reference")),
    }
}

fn knocked(host: &str, knock: Knock) -> Vec<Finding> {
    match knock {
        Knock::Unanswered(receipt) => {
            let code = match receipt.code.as_deref() {
                Some("dns") => "dns",
                Some("tls") => "tls",
                _ => "unreachable",
            };
            let finding = Finding::error(code, receipt.reason);
            vec![match receipt.help {
                Some(help) => finding.help(help),
                None => finding,
            }]
        }
        Knock::Answered { ahead } => {
            let reached = Finding::ok("network", text!("{host} answers", host = host));
            std::iter::once(reached).chain(ahead.map(|ahead| clock(host, ahead))).collect()
        }
    }
}

fn clock(host: &str, ahead: SignedDuration) -> Finding {
    let off = ahead.abs();
    if off <= OFF {
        return Finding::ok("clock", text!("the clock agrees with that of {host}", host = host));
    }
    let message: Text = if ahead.is_positive() {
        text!("this machine's clock is {off} behind that of {host}", off = length(off), host = host)
    } else {
        text!(
            "this machine's clock is {off} ahead of that of {host}",
            off = length(off),
            host = host
        )
    };
    let grade = if off > WRONG { Grade::Error } else { Grade::Warning };
    Finding::new(grade, "clock", message).help(text!(
        "set it by the network: timedatectl set-ntp true; reminders come at the wrong time, and signed requests are refused"
    ))
}

/// A length of time: `2 h 5 min`, `95 s`.
fn length(off: SignedDuration) -> Text {
    let (minutes, seconds) = (off.as_mins(), off.as_secs());
    match minutes {
        0..5 => text!("{seconds} s", seconds = seconds),
        5..60 => text!("{minutes} min", minutes = minutes),
        _ => {
            let (hours, minutes) = (minutes / 60, minutes % 60);
            text!("{hours} h {minutes} min", hours = hours, minutes = minutes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_judged_by_what_robots_bear() {
        for (seconds, grade, words) in [
            (-30, Grade::Ok, "agrees"),
            (31, Grade::Warning, "31 s behind"),
            (-241, Grade::Error, "241 s ahead"),
            (7_500, Grade::Error, "2 h 5 min behind"),
        ] {
            let found = clock("h", SignedDuration::from_secs(seconds));
            assert_eq!(found.grade, grade, "{seconds}");
            assert!(found.message.to_string().contains(words), "{}", found.message);
        }
    }
}
