//! What stands ready for a target's fallback, composed together with the target's own message: as the
//! robot of the fallback wants it, and marked for the group that is not used to it.

use std::collections::BTreeSet;

use super::{Gathered, Rendered, Request, moment, occurrence::keeps_older};
use crate::{
    compose::{self, Outcome, Scene},
    daemon::world::World,
    model::{
        diagnostic::Diagnostic,
        language::Language,
        occurrence::Occurrence,
        reminder::Reminder,
        target::{Target, TargetId},
        text::{Text, text},
    },
    outbox::{Other, Standby},
    send,
};

/// Who stands in for the targets of an occurrence. Who hears of it anyway stands in for nobody; who
/// cannot is a remark.
pub(super) fn standbys(
    world: &World,
    reminder: &Reminder,
    occurrence: &Occurrence,
    request: &Request,
    gathered: &Gathered,
    rendered: &mut Rendered<'_>,
) -> Vec<Standby> {
    // Whoever names another target means that one.
    if request.to.is_some() || rendered.composed.iter().all(|one| one.target.fallback.is_none()) {
        return Vec::new();
    }
    let told: BTreeSet<&TargetId> = rendered.composed.iter().map(|one| &one.target.id).collect();
    let mut standbys = Vec::new();
    for own in rendered.composed.iter().filter(|one| !one.follows).map(|one| one.target) {
        let stand_ins = world.stand_ins(own);
        let stand_ins = stand_ins.into_iter().filter(|other| !told.contains(&other.id));
        let mut others = Vec::new();
        for other in stand_ins {
            match message(world, reminder, occurrence, request, gathered, (own, other)) {
                Ok(parts) => others.push(Other::new(&other.id, parts, !keeps_older(reminder))),
                Err(why) => rendered.remarks.push(text!(
                    "{other} cannot stand in for {own}: {why}",
                    other = other.id.as_str(),
                    own = own.id.as_str(),
                    why = why,
                )),
            }
        }
        standbys.push(Standby { target: own.id.clone(), others });
    }
    standbys
}

/// What the second target is sent in the first one's place.
fn message(
    world: &World,
    reminder: &Reminder,
    occurrence: &Occurrence,
    request: &Request,
    gathered: &Gathered,
    (own, other): (&Target, &Target),
) -> Result<Vec<crate::model::message::Message>, Text> {
    let banner = banner(world.language, &own.name, request.banner);
    let data = gathered.data.as_told(&own.id, &other.id);
    let scene = Scene {
        targets: &[(other, send::robot(other.robot).shape())],
        people: &world.people,
        language: world.language,
        content: &world.content,
        moment: moment(reminder, occurrence.due_at),
        data: &data,
        values: &request.values,
        banner: Some(&banner),
    };
    let outcome = compose::compose(reminder, occurrence, &scene).into_iter().map(|one| one.outcome);
    match outcome.last() {
        Some(Outcome::Messages(parts)) => Ok(parts),
        Some(Outcome::Skipped { because }) => Err(because),
        Some(Outcome::Failed(found)) => {
            Err(Text::several(found.iter().map(Diagnostic::sentence).collect()))
        }
        None => Err(text!("nothing was composed")),
    }
}

/// Says whose message it is.
fn banner(language: Language, name: &str, test: bool) -> String {
    let test = if test { compose::TEST_BANNER } else { "" };
    match language {
        Language::Chinese => format!("{test}【代 {name}】"),
        _ => format!("{test}[for {name}] "),
    }
}
