//! Lifts suspensions that came about before the robot was asked: a secret that could not be read, by
//! this process or by another one. Once it can be read, nobody has to say so.

use super::shared::Shared;
use crate::{model::delivery::NOT_ASKED, outbox::StoreError};

/// Looks at every suspended robot; returns how many may send again. One whose secret is still wrong
/// is suspended anew at its next message.
///
/// # Errors
/// The store could not be read or written.
pub async fn run_once(shared: &Shared) -> Result<usize, StoreError> {
    let suspended = shared.outbox.suspended().await?;
    let world = shared.world();
    let mut lifted = 0;
    for robot in suspended.iter().filter(|robot| robot.reason.to_string().starts_with(NOT_ASKED)) {
        let mut targets = world.targets.values().filter(|one| one.robot_key() == robot.robot_key);
        if targets.any(|target| shared.credentials(target).is_ok())
            && shared.outbox.resume(&robot.robot_key).await?
        {
            lifted += 1;
        }
    }
    Ok(lifted)
}
