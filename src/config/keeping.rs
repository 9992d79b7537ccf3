//! For how long is kept what nobody may need any more.

use std::num::NonZeroU16;

/// For how long, in days.
#[derive(clap::Args, Debug, Clone, Copy)]
pub struct KeepSettings {
    /// How long deliveries of webhooks that are over stay in their log, in days
    #[arg(
        long,
        env = "KRONIEK_WEBHOOK_LOG_DAYS",
        default_value = "30",
        value_parser = days,
        value_name = "DAYS"
    )]
    pub webhook_log_days: NonZeroU16,

    /// How long changes stay in the log that streams and webhooks are told from, in days
    #[arg(
        long,
        env = "KRONIEK_CHANGES_KEPT_DAYS",
        default_value = "90",
        value_parser = days,
        value_name = "DAYS"
    )]
    pub changes_kept_days: NonZeroU16,
}

fn days(text: &str) -> Result<NonZeroU16, String> {
    let days = text.parse().ok().and_then(NonZeroU16::new);
    days.ok_or_else(|| "must be a whole number of days from 1 to 65535".to_owned())
}
