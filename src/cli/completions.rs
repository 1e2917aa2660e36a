//! `completions` and `man`: for packagers.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Args, Exit, output};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// For which shell.
    shell: Shell,
}

/// Prints the completions of a shell.
pub(super) fn run(options: &Options) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Args::command(), "dingdong", &mut script);
    output::line(String::from_utf8_lossy(&script));
    Exit::Done
}

/// Prints the manual page.
pub(super) fn man() -> Exit {
    let mut page = Vec::new();
    match clap_mangen::Man::new(Args::command()).render(&mut page) {
        Ok(()) => {
            output::line(String::from_utf8_lossy(&page));
            Exit::Done
        }
        Err(_) => Exit::Failed,
    }
}
