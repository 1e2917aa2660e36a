//! People whom a robot finds by their mobiles alone: whether it does.

use std::collections::BTreeMap;

use super::{Finding, Patient, output};
use crate::{
    model::{
        message::{IdKind, Mentioned},
        target::{Target, TargetId},
        text::text,
    },
    send,
};

/// So many are looked up for one target.
const MOST: usize = 100;

/// Names in a finding; the rest is counted.
const NAMES: usize = 10;

/// Every target that reminders write to people through.
pub(super) async fn all(patient: &Patient<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, people) in by_mobile(patient) {
        let Some(target) = patient.world.targets.get(id).filter(|target| target.enabled) else {
            continue;
        };
        findings.push(one(patient, target, people).await.of(target));
    }
    findings
}

/// Whom reminders write to by mobile alone, each once, by target.
fn by_mobile<'a>(patient: &Patient<'a>) -> BTreeMap<&'a TargetId, Vec<Mentioned>> {
    let world = patient.world;
    let mut found: BTreeMap<&TargetId, Vec<Mentioned>> = BTreeMap::new();
    for personal in world.reminders.values().flat_map(|reminder| &reminder.personal) {
        let Some(target) = world.targets.get(&personal.via) else { continue };
        let Some(shape) = send::robot(target.robot).shape().personal else { continue };
        let people = found.entry(&personal.via).or_default();
        for person in world.people.everyone(&personal.people) {
            let one = (shape.id)(person).filter(|one| one.kind == IdKind::Mobile);
            people.extend(one.filter(|one| !people.contains(one)));
        }
    }
    found.retain(|_, people| !people.is_empty());
    found
}

async fn one(patient: &Patient<'_>, target: &Target, mut people: Vec<Mentioned>) -> Finding {
    let all = people.len();
    people.truncate(MOST);
    let asked = people.len();
    let printer = output::Console::new(true);
    match patient.reach.unfound(target, people, &printer).await {
        Ok(unknown) if unknown.is_empty() => Finding::ok(
            "people",
            text!(
                "{asked} of {all} people without an id of the robot's own were looked up by their mobiles, and found",
                asked = asked,
                all = all,
            ),
        ),
        Ok(unknown) => {
            let names: Vec<&str> =
                unknown.iter().map(|one| one.name.as_str()).take(NAMES).collect();
            let more = unknown.len().saturating_sub(NAMES);
            let more = if more > 0 { format!(" +{more}") } else { String::new() };
            let message =
                text!("nobody there has the mobile of {names}", names = names.join(", ") + &more);
            let help = text!("check these mobiles, or write the people's `dingtalk` user ids");
            Finding::error("people", message).help(help)
        }
        Err(receipt) => {
            let reason = receipt.reason;
            let message =
                text!("people cannot be looked up by their mobiles: {reason}", reason = reason);
            let finding = Finding::error("people", message);
            match receipt.help {
                Some(help) => finding.help(help),
                None => finding,
            }
        }
    }
}
