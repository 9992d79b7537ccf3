//! The log on standard error.

mod queue;

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use super::Failure;
use crate::config::{LogConfig, LogFormat};

pub(super) use queue::Writing;

/// Starts it. It is written for as long as what this gives is kept.
pub(super) fn start(config: &LogConfig) -> Result<Writing, Failure> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| format!("KRONIEK_LOG is not a filter: {error}"))?;
    let (queue, writing) = queue::Queue::into(io::stderr())?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(queue);
    match config.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    }?;
    Ok(writing)
}
