//! `--send`: a test message, marked as one, to every robot; `--repeat`: the same once more with the
//! same idempotency key, to see whether the robot drops it.

use std::{collections::BTreeMap, io::IsTerminal as _};

use jiff::Timestamp;

use super::{Finding, Grade, Options, Patient, robots};
use crate::{
    cli::{Globals, output, sending::Sending, view},
    compose,
    daemon::reasons,
    model::{
        delivery::{DeliveryState, NewDelivery},
        message::{Format, Mentions, Message},
        occurrence::{Occurrence, Origin},
        receipt::Verdict,
        reminder::{Priority, ReminderId, TooLong},
        target::Target,
        text::{Text, text},
    },
    outbox::{DeliveryRecord, OpenMode},
    send::robot,
};

/// The reminder id test messages are logged under. No schedule file can take it.
const DOCTOR: &str = "@doctor";

/// How long a test message may wait for its robot.
const KEEP: std::time::Duration = std::time::Duration::from_secs(300);

/// How long the command waits for the verdicts, in seconds.
const PATIENCE: u32 = 60;

/// Posts the test messages and says what became of each.
pub(super) async fn send(
    patient: &Patient<'_>,
    globals: &Globals,
    options: &Options,
) -> Vec<Finding> {
    let mut robots: BTreeMap<String, &Target> = BTreeMap::new();
    for target in patient.world.targets.values().filter(|target| target.enabled) {
        robots.entry(target.robot_key()).or_insert(target);
    }
    let targets: Vec<&Target> = robots.into_values().collect();
    let terminal = std::io::stdin().is_terminal();
    if terminal && !options.yes {
        let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
        let question = text!("post a test message to {targets}?", targets = names.join(", "));
        if !output::agreed(output::told(question)) {
            return vec![Finding::new(Grade::Note, "test-message", text!("nothing was posted"))];
        }
    }
    let suspended = robots::suspensions(patient).await;
    let is_suspended =
        |target: &&Target| suspended.iter().any(|one| one.robot_key == target.robot_key());
    let (waiting, open): (Vec<&Target>, Vec<&Target>) =
        targets.into_iter().partition(|target| is_suspended(target));
    let mut findings = Vec::new();
    for target in waiting {
        findings.push(outside_the_queue(patient, globals, target).await);
    }
    if !open.is_empty() {
        match through_the_queue(patient, globals, options, &open).await {
            Ok(found) => findings.extend(found),
            Err(why) => findings.push(Finding::error("test-message", why)),
        }
    }
    if options.repeat && terminal {
        ask(&mut findings);
    }
    findings
}

/// The message as it is shown.
fn message(patient: &Patient<'_>, target: &Target, occurrence: &Occurrence) -> Option<Message> {
    let language = patient.world.language;
    let local = occurrence.due_at.to_zoned_datetime(patient.world.zone.tz.clone());
    let draft = compose::Draft {
        title: text!("dingdong doctor: a test message").told(language),
        body: text!(
            "It was posted at {time} to see whether this robot works. Nobody needs to do anything.",
            time = local.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        )
        .told(language),
        format: Format::Text,
        buttons: Vec::new(),
        mentions: Mentions::default(),
        banner: Some(compose::TEST_BANNER.to_owned()),
    };
    let shape = robot(target.robot).shape();
    let too_long = TooLong::Truncate;
    let priority = Priority::Urgent;
    let fitting =
        compose::Fitting { target, shape: &shape, too_long, language, priority, occurrence };
    compose::fit(&draft, &fitting)?.messages.into_iter().next()
}

/// A suspended robot's queue waits; the test goes past it.
async fn outside_the_queue(patient: &Patient<'_>, globals: &Globals, target: &Target) -> Finding {
    let due_at = patient.reach.clock.now();
    let reminder = ReminderId::new(DOCTOR);
    let occurrence = Occurrence { reminder, due_at, origin: Origin::Manual(0) };
    let Some(message) = message(patient, target, &occurrence) else {
        return Finding::error("test-message", text!("the message could not be made")).of(target);
    };
    let printer = output::Console::new(globals.json);
    let receipt = patient.reach.attempt(patient.world, target, &message, &printer).await;
    let finding = match receipt.verdict {
        Verdict::Sent => {
            let message = text!("it took the test message; its queue still waits");
            return Finding::warning("test-message", message)
                .of(target)
                .help(text!("dingdong resume --target {target}", target = target.id.as_str()));
        }
        _ => Finding::error("test-message", receipt.reason).of(target),
    };
    match receipt.help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// Plans, sends and waits, as any message is: once, or twice under one key.
async fn through_the_queue(
    patient: &Patient<'_>,
    globals: &Globals,
    options: &Options,
    targets: &[&Target],
) -> Result<Vec<Finding>, Text> {
    let outbox = patient
        .prepared
        .store(OpenMode::Write)
        .await
        .map_err(|_| text!("the store cannot be written"))?;
    let mut findings = Vec::new();
    let mut keys: BTreeMap<String, String> = BTreeMap::new();
    let rounds = if options.repeat { 2 } else { 1 };
    for round in 0..rounds {
        let now = patient.reach.clock.now();
        let deliveries = |occurrence: &Occurrence, _: &[bool]| {
            let made = targets.iter().filter_map(|target| {
                let mut message = message(patient, target, occurrence)?;
                let key = keys.entry(target.id.to_string()).or_insert(message.key);
                message.key = key.clone();
                Some(delivery(target, message, now))
            });
            made.collect()
        };
        let id = ReminderId::new(DOCTOR);
        let zone = &patient.world.zone.name;
        let planned = outbox.plan_alert(&id, &[], zone, deliveries, now).await;
        let Some(occurrence) = planned.map_err(|error| error.text())? else { break };
        let world = patient.prepared.world().await;
        let sending = Sending::new(patient.prepared, globals.json, PATIENCE, Vec::new());
        let finished = sending.finish(&outbox, world, &occurrence).await;
        let finished = finished.map_err(|_| text!("the test messages could not be sent"))?;
        for record in &finished.record.deliveries {
            if let Some(target) = targets.iter().find(|target| target.id == record.target) {
                findings.push(verdict(target, record, round > 0));
            }
        }
    }
    outbox.close().await;
    Ok(findings)
}

fn delivery(target: &Target, message: Message, now: Timestamp) -> NewDelivery {
    NewDelivery {
        target: target.id.clone(),
        robot_key: target.robot_key(),
        priority: Priority::Urgent,
        not_before: now,
        keep_until: now + KEEP,
        message,
    }
}

fn verdict(target: &Target, record: &DeliveryRecord, repeat: bool) -> Finding {
    let last = record.attempts.last();
    match record.state {
        DeliveryState::Delivered if repeat => {
            let message = if robot(target.robot).idempotent() {
                text!("it took the repeat with the same key: the group should show one message")
            } else {
                text!("it takes no idempotency key: the group should show two messages")
            };
            let help = text!(
                "look into the group; where two are shown, a crash at the wrong moment can repeat a message: `after_crash: hold` on the target prevents that"
            );
            Finding::new(Grade::Note, "repeat", message).of(target).help(help)
        }
        DeliveryState::Delivered => {
            Finding::ok("test-message", text!("it took the test message")).of(target)
        }
        state => {
            let said = last.and_then(|attempt| attempt.reason.clone());
            let code = last.and_then(|attempt| attempt.code.as_deref());
            let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
            let why = record.reason.as_deref().map(reasons::of_delivery);
            let reason = said.or(why).unwrap_or_else(|| view::state(state.name()));
            let message = text!(
                "the test message was not taken: {reason}{code}",
                reason = reason,
                code = code,
            );
            let finding = Finding::error("test-message", message).of(target);
            match last.and_then(|attempt| attempt.help.clone()) {
                Some(help) => finding.help(help),
                None => finding,
            }
        }
    }
}

/// Asks what nobody but a person in the group can know, and draws the conclusion.
fn ask(findings: &mut [Finding]) {
    for finding in findings.iter_mut().filter(|finding| finding.code == "repeat") {
        let about = finding.about.clone().unwrap_or_default();
        let question = text!("how many test messages does {target} show now?", target = about);
        match output::answer(output::told(question)).parse::<u32>() {
            Ok(1) => {
                finding.grade = Grade::Ok;
                finding.message = text!("one message: this robot drops a repeat with the same key");
                finding.help = None;
            }
            Ok(2..) => {
                finding.grade = Grade::Warning;
                finding.message = text!("this robot shows a repeat with the same key");
            }
            _ => {}
        }
    }
}
