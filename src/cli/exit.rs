//! Every exit code there is. They are a contract: scripts and units rely on them.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// The operation failed: a delivery was refused, a robot is unreachable, nothing matched.
    Failed,
    /// The command line makes no sense.
    Usage,
    /// Settings or schedule files are invalid.
    Invalid,
    /// The store cannot be opened, belongs to another user, or is in use in a way that forbids
    /// this command.
    Store,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Invalid => 3,
            Exit::Store => 4,
        })
    }
}
