//! The messages of one occurrence, exactly as they would be sent: for the composer, and for the
//! commands that only show them.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    compose::{self, Data, Outcome, Scene},
    daemon::{reasons, world::World},
    model::{
        diagnostic::{self, Diagnostic},
        message::Message,
        occurrence::Occurrence,
        reminder::Reminder,
        rota::Moment,
        target::{Target, TargetId},
        text::{Text, text},
    },
    plan, send,
};

/// The options of a manual send, kept beside its occurrence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// `--only`: of the reminder's targets, these.
    #[serde(default)]
    pub only: Vec<String>,
    /// `--to`: another target instead, with a banner.
    #[serde(default)]
    pub to: Option<String>,
    /// `--set` and `--data`: values in the template's scope.
    #[serde(default)]
    pub values: BTreeMap<String, serde_json::Value>,
    /// The message is visibly a test.
    #[serde(default)]
    pub banner: bool,
    /// `--advance`: what it tells counts as told.
    #[serde(default)]
    pub advance: bool,
    /// `--since`: what is told is reckoned from that day.
    #[serde(default)]
    pub since: Option<jiff::civil::Date>,
}

/// What was composed for one target.
#[derive(Clone, Debug)]
pub struct Composed<'a> {
    /// To whom.
    pub target: &'a Target,
    /// The parts, in order.
    pub messages: Vec<Message>,
    /// It follows another target's message.
    pub follows: bool,
}

/// What an occurrence comes to.
#[derive(Clone, Debug, Default)]
pub struct Rendered<'a> {
    /// What there is to send.
    pub composed: Vec<Composed<'a>>,
    /// Targets that get nothing by the reminder's `only_if`, and the values that decided.
    pub skipped: Vec<(&'a Target, Text)>,
    /// What the log says about it: who was left out and why, which sources were absent.
    pub remarks: Vec<Text>,
}

impl Rendered<'_> {
    /// Whether the condition left nobody.
    #[must_use]
    pub fn is_skipped(&self) -> bool {
        self.composed.is_empty() && !self.skipped.is_empty()
    }

    /// Leaves out the targets for which there is a reason, each with a remark. Returns the first
    /// reason when that leaves nothing to send.
    pub fn withhold(
        &mut self,
        reason: impl Fn(&Target) -> Option<&'static str>,
    ) -> Option<&'static str> {
        let mut reasons = Vec::new();
        self.composed.retain(|one| match reason(one.target) {
            None => true,
            Some(reason) => {
                let why = reasons::of_occurrence(&reason.into());
                self.remarks.push(left_out(one.target, why));
                reasons.push(reason);
                false
            }
        });
        reasons.first().copied().filter(|_| self.composed.is_empty())
    }
}

/// The messages of one occurrence, per target, exactly as they would be sent. `preview` and `send
/// --dry-run` call this too.
///
/// # Errors
/// What is wrong, located.
pub fn render<'a>(
    world: &'a World,
    reminder: &Reminder,
    occurrence: &Occurrence,
    request: &Request,
    data: &Data,
) -> Result<Rendered<'a>, Vec<Diagnostic>> {
    let targets = addressed(world, reminder, request).map_err(|message| {
        vec![Diagnostic::error(reminder.place.clone(), "unknown-target", message)]
    })?;
    let shaped: Vec<_> =
        targets.iter().map(|target| (*target, send::robot(target.robot).shape())).collect();
    let scene = Scene {
        targets: &shaped,
        people: &world.people,
        language: world.language,
        content: &world.content,
        moment: moment(reminder, occurrence.due_at),
        data,
        values: &request.values,
        banner: request.banner.then_some(compose::TEST_BANNER),
    };
    let mut rendered = Rendered::default();
    let mut wrong = Vec::new();
    for (target, one) in targets.into_iter().zip(compose::compose(reminder, occurrence, &scene)) {
        match one.outcome {
            Outcome::Messages(messages) => {
                rendered.composed.push(Composed { target, messages, follows: false });
            }
            Outcome::Skipped { because } => rendered.skipped.push((target, because)),
            Outcome::Failed(found) => wrong.extend(found),
        }
    }
    if !wrong.is_empty() {
        diagnostic::sort(&mut wrong);
        return Err(wrong);
    }
    let nudges = nudges(world, reminder, occurrence, &scene, &rendered);
    rendered.composed.extend(nudges);
    rendered.remarks = remarks(&rendered, data);
    Ok(rendered)
}

/// The short texts that mention people where the message's own robot cannot. Whoever gets the
/// message itself is not nudged as well.
fn nudges<'a>(
    world: &'a World,
    reminder: &Reminder,
    occurrence: &Occurrence,
    scene: &Scene<'_>,
    rendered: &Rendered<'a>,
) -> Vec<Composed<'a>> {
    let mut nudges: Vec<Composed<'a>> = Vec::new();
    for Composed { target, messages, .. } in &rendered.composed {
        let to_group = messages.iter().find(|message| message.people.is_empty());
        let follower = target.nudge().and_then(|id| world.targets.get(id));
        let (Some(first), Some(follower)) = (to_group, follower) else { continue };
        let mut others = rendered.composed.iter().chain(&nudges);
        if others.any(|other| other.target.id == follower.id) {
            continue;
        }
        let shape = send::robot(follower.robot).shape();
        let nudge = compose::nudge(reminder, occurrence, scene, (follower, &shape), &first.title);
        nudges.extend(nudge.map(|message| Composed {
            target: follower,
            messages: vec![message],
            follows: true,
        }));
    }
    nudges
}

/// What the log says: a condition that held nowhere once, else for each target it left out.
fn remarks(rendered: &Rendered<'_>, data: &Data) -> Vec<Text> {
    let mut remarks = Vec::new();
    match rendered.skipped.as_slice() {
        [(_, because), others @ ..]
            if rendered.composed.is_empty() && others.iter().all(|(_, other)| other == because) =>
        {
            remarks.push(because.clone());
        }
        skipped => {
            let one = |(target, because): &(&Target, Text)| left_out(target, because.clone());
            remarks.extend(skipped.iter().map(one));
        }
    }
    remarks.extend(
        data.absent()
            .into_iter()
            .map(|(name, why)| text!("{name} is absent: {why}", name = name, why = why.sentence())),
    );
    remarks
}

/// What the log says of a target that gets nothing.
pub(super) fn left_out(target: &Target, why: Text) -> Text {
    text!("{target} is left out: {why}", target = target.id.as_str(), why = why)
}

/// What decides whose turn it is when a reminder is due.
#[must_use]
pub fn moment(reminder: &Reminder, due_at: Timestamp) -> Moment {
    let schedule = Arc::clone(&reminder.schedule);
    let on = due_at.to_zoned_datetime(schedule.zone.tz.clone()).date();
    let occurrences = move |from: Date| {
        let start = schedule.zone.tz.to_timestamp(from.at(0, 0, 0, 0));
        // The first instant of the day counts.
        let after = start.unwrap_or(Timestamp::MIN).saturating_sub(SignedDuration::from_secs(1));
        plan::count(&schedule, after.unwrap_or(Timestamp::MIN), due_at)
    };
    let calendar = Arc::clone(&reminder.schedule.calendar);
    Moment { on, calendar, occurrences: Arc::new(occurrences) }
}

/// The targets an occurrence goes to: the reminder's own, some of them, or another one instead.
pub(super) fn addressed<'a>(
    world: &'a World,
    reminder: &Reminder,
    request: &Request,
) -> Result<Vec<&'a Target>, Text> {
    let find = |id: &TargetId| {
        world
            .targets
            .get(id)
            .ok_or_else(|| text!("the settings have no target `{target}`", target = id.as_str()))
    };
    if let Some(to) = &request.to {
        return Ok(vec![find(&TargetId::new(to.as_str()))?]);
    }
    if let Some(stranger) =
        request.only.iter().find(|only| !reminder.to.iter().any(|to| to.as_str() == **only))
    {
        return Err(text!(
            "`{stranger}` is not among the targets of {reminder}",
            stranger = stranger,
            reminder = reminder.id.as_str(),
        ));
    }
    let chosen = |id: &&TargetId| {
        request.only.is_empty() || request.only.iter().any(|only| only == id.as_str())
    };
    reminder.to.iter().filter(chosen).map(find).collect()
}
