//! Logs: journald under systemd, readable lines on a terminal, JSON on request. Always to stderr
//! or the journal; stdout belongs to results.

mod terminal;

use std::io::{self, IsTerminal as _};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use self::terminal::Terminal;
use crate::settings;

/// What a log line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// For people, or journald where stderr is the journal.
    Readable,
    /// One JSON object a line.
    Json,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// What the service does.
    Service,
    /// Trouble only: for commands that print a result.
    Command,
}

/// Starts logging. A second call changes nothing.
pub fn start(lines: Lines, level: Level) {
    let level = match level {
        Level::Service => LevelFilter::INFO,
        Level::Command => LevelFilter::ERROR,
    };
    // Libraries say little; `DINGDONG_LOG` says more, in tracing's own notation.
    let filter =
        settings::log_filter().and_then(|filter| EnvFilter::try_new(filter).ok()).unwrap_or_else(
            || EnvFilter::new(format!("warn,dingdong={level},tokio_cron_scheduler=error")),
        );
    let layer = match lines {
        Lines::Json => tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_writer(io::stderr)
            .boxed(),
        Lines::Readable => journal().unwrap_or_else(|| {
            let plain = tracing_subscriber::fmt::layer().with_writer(io::stderr);
            if io::stderr().is_terminal() {
                plain.event_format(Terminal::new(settings::machine_time_zone())).boxed()
            } else {
                plain.with_ansi(false).with_target(false).boxed()
            }
        }),
    };
    drop(tracing_subscriber::registry().with(filter).with(layer).try_init());
}

/// The journal, when stderr is connected to it.
fn journal<S>() -> Option<Box<dyn tracing_subscriber::Layer<S> + Send + Sync>>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    settings::stderr_is_journal().then(|| tracing_journald::layer().ok()).flatten().map(|layer| {
        layer.with_field_prefix(None).with_syslog_identifier("dingdong".to_owned()).boxed()
    })
}
