//! Every setting, once: each is a flag of the command line and an environment variable, documented in `docs/operations.md`.

mod keeping;
mod parse;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use secrecy::SecretString;
use url::Url;

pub use self::keeping::KeepSettings;
use self::parse::{milliseconds, place, socket, web};
use crate::cache::CacheConfig;
use crate::http::rate_limit::{Network, Rate};

/// Where the data and the database are. Every command that touches them takes these.
#[derive(Args, Debug, Clone)]
pub struct StoreConfig {
    /// Folder for the embedded Postgres, its password, the secret and the demo key
    #[arg(
        long,
        env = "KRONIEK_DATA_DIR",
        default_value = "kroniek-data",
        value_name = "FOLDER"
    )]
    pub data_dir: PathBuf,

    /// Postgres 14 or newer, as its owner: postgres://user:password@host/database. Without it an embedded Postgres runs in the data folder
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<SecretString>,

    /// A streaming replica that delivery reads from while it has all that this node knows of: postgres://host/database. The login is delivery's own
    #[arg(
        long,
        env = "DATABASE_REPLICA_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database_replica_url: Option<SecretString>,

    /// The login that delivery reads with. Needed only where the owner may not create roles
    #[arg(
        long,
        env = "KRONIEK_DELIVERY_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub delivery_database_url: Option<SecretString>,

    /// What all signing keys derive from, 32 characters or more. Required with DATABASE_URL; otherwise made and kept in the data folder
    #[arg(
        long,
        env = "KRONIEK_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub secret: Option<SecretString>,

    /// The secret before a rotation: what it signed stays valid
    #[arg(
        long,
        env = "KRONIEK_SECRET_PREVIOUS",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub secret_previous: Option<SecretString>,

    /// Folder with the Postgres binaries for the embedded server, where they are not found by themselves
    #[arg(long, env = "KRONIEK_POSTGRES_BIN", value_name = "FOLDER")]
    pub postgres_bin: Option<PathBuf>,

    /// Whether to bring the database to the newest shape at start; `kroniek migrate` does it apart
    #[arg(long, env = "KRONIEK_MIGRATE", default_value_t = true, action = clap::ArgAction::Set, value_name = "true|false")]
    pub migrate: bool,

    /// Connections to the database for each surface
    #[arg(long, env = "KRONIEK_POOL_SIZE", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=500), value_name = "N")]
    pub pool_size: u16,

    /// How long a request waits for a free connection before it is answered with 503, in milliseconds
    #[arg(long, env = "KRONIEK_POOL_TIMEOUT_MS", default_value = "800", value_parser = milliseconds, value_name = "MS")]
    pub pool_timeout: Duration,

    /// The longest that a statement of delivery may run, in milliseconds
    #[arg(long, env = "KRONIEK_DELIVERY_STATEMENT_TIMEOUT_MS", default_value = "2000", value_parser = milliseconds, value_name = "MS")]
    pub delivery_statement_timeout: Duration,

    /// The longest that a statement of management may run, in milliseconds
    #[arg(long, env = "KRONIEK_STATEMENT_TIMEOUT_MS", default_value = "15000", value_parser = milliseconds, value_name = "MS")]
    pub statement_timeout: Duration,

    /// The longest that a write waits for a lock before it is answered with 503, in milliseconds
    #[arg(long, env = "KRONIEK_LOCK_TIMEOUT_MS", default_value = "5000", value_parser = milliseconds, value_name = "MS")]
    pub lock_timeout: Duration,
}

/// How the server listens and answers.
#[derive(Args, Debug, Clone)]
pub struct ServeConfig {
    /// IP address and port to listen on
    #[arg(
        long,
        env = "KRONIEK_LISTEN",
        default_value = "127.0.0.1:8080",
        value_parser = socket,
        value_name = "ADDRESS:PORT"
    )]
    pub listen: SocketAddr,

    /// Where clients reach this API, for links. Unless told, links are paths without a host
    #[arg(long, env = "KRONIEK_API_URL", value_parser = web, value_name = "URL")]
    pub api_url: Option<Url>,

    /// Origins whose browsers may use the API, separated by commas; * for any (keys are never sent by browsers on their own)
    #[arg(
        long,
        env = "KRONIEK_CORS_ORIGINS",
        default_value = "*",
        value_delimiter = ',',
        value_name = "ORIGIN"
    )]
    pub cors_origins: Vec<String>,

    /// How answers are kept
    #[command(flatten)]
    pub cache: CacheSettings,

    /// How many requests are answered
    #[command(flatten)]
    pub rate: RateSettings,

    /// How many clients may follow what happens
    #[command(flatten)]
    pub streams: StreamSettings,

    /// What pictures are taken, and where they are kept
    #[command(flatten)]
    pub media: MediaSettings,

    /// Addresses and networks that are not on the public internet and that Kroniek may fetch from all the same, at any port, separated by commas
    #[arg(
        long,
        env = "KRONIEK_ALLOWED_NETWORKS",
        value_delimiter = ',',
        value_name = "NETWORK"
    )]
    pub allowed_networks: Vec<Network>,

    /// For how long is kept what nobody may need any more
    #[command(flatten)]
    pub keep: KeepSettings,

    /// Address and port that tell metrics without a key, for a network that only you reach. Unless told, only /metrics of the API does, with a key
    #[arg(long, env = "KRONIEK_METRICS_LISTEN", value_parser = socket, value_name = "ADDRESS:PORT")]
    pub metrics_listen: Option<SocketAddr>,

    /// Threads that answer requests. Unless told: one for each processor
    #[arg(long, env = "KRONIEK_WORKERS", value_parser = clap::value_parser!(u16).range(1..=1024), value_name = "N")]
    pub workers: Option<u16>,

    /// How long a node that shuts down goes on answering, no longer ready, so that a balancer can turn away, in seconds
    #[arg(
        long,
        env = "KRONIEK_SHUTDOWN_DELAY",
        default_value_t = 0,
        value_name = "SECONDS"
    )]
    pub shutdown_delay: u64,

    /// How long a shutdown waits for requests under way, in seconds
    #[arg(
        long,
        env = "KRONIEK_SHUTDOWN_TIMEOUT",
        default_value_t = 30,
        value_name = "SECONDS"
    )]
    pub shutdown_timeout: u64,
}

/// How long answers of delivery may be kept, by others and by this node itself.
#[derive(Args, Debug, Clone)]
pub struct CacheSettings {
    /// How long browsers may keep a delivery answer without asking again, in seconds
    #[arg(
        long = "cache-max-age",
        env = "KRONIEK_CACHE_MAX_AGE",
        default_value_t = 5,
        value_name = "SECONDS"
    )]
    pub max_age: u32,

    /// The same for shared caches, in seconds; more is safe with a CDN that is purged by Surrogate-Key. Unless told, as for browsers
    #[arg(
        long = "cache-shared-max-age",
        env = "KRONIEK_CACHE_SHARED_MAX_AGE",
        value_name = "SECONDS"
    )]
    pub shared_max_age: Option<u32>,

    /// How long caches may give an answer that is past its age while they ask for a newer one, in seconds
    #[arg(
        long = "cache-stale-while-revalidate",
        env = "KRONIEK_CACHE_STALE_WHILE_REVALIDATE",
        default_value_t = 5,
        value_name = "SECONDS"
    )]
    pub stale_while_revalidate: u32,

    /// How long caches, and this node itself, may give an answer that can't be confirmed since Kroniek or its database is away, in seconds
    #[arg(
        long = "cache-stale-if-error",
        env = "KRONIEK_CACHE_STALE_IF_ERROR",
        default_value_t = 60,
        value_name = "SECONDS"
    )]
    pub stale_if_error: u32,

    /// Memory for answers that are kept on this node, in megabytes; 0 keeps none
    #[arg(long = "cache-size", env = "KRONIEK_CACHE_SIZE_MB", default_value_t = 96, value_parser = clap::value_parser!(u32).range(0..=1_048_576), value_name = "MB")]
    pub size: u32,

    /// A pause between reading an answer and keeping it: tests look for races with it
    #[arg(skip)]
    pub pause: Option<fn() -> Duration>,
}

impl CacheSettings {
    /// `Cache-Control` of delivery's answers (RFC 9111, section 5.2; RFC 5861). It tells nothing of the schedule.
    pub fn cache_control(&self) -> String {
        format!(
            "public, max-age={}, s-maxage={}, stale-while-revalidate={}, stale-if-error={}",
            self.max_age,
            self.shared_max_age.unwrap_or(self.max_age),
            self.stale_while_revalidate,
            self.stale_if_error
        )
    }

    /// How this node keeps answers itself.
    pub fn kept(&self) -> CacheConfig {
        CacheConfig {
            bytes: u64::from(self.size) * 1_000_000,
            stale_if_error: Duration::from_secs(self.stale_if_error.into()),
            pause: self.pause,
        }
    }
}

/// How many requests are answered, and whose they are.
#[derive(Args, Debug, Clone)]
pub struct RateSettings {
    /// Requests without a key that one address may make in a window of seconds, and as many with a wrong one; off limits nobody, keys neither
    #[arg(
        long = "rate-limit",
        env = "KRONIEK_RATE_LIMIT",
        default_value = "600/60",
        value_name = "REQUESTS/SECONDS|off"
    )]
    pub addresses: Rate,

    /// Requests that one key may make in a window of seconds; off limits no key
    #[arg(
        long = "rate-limit-keys",
        env = "KRONIEK_RATE_LIMIT_KEYS",
        default_value = "6000/60",
        value_name = "REQUESTS/SECONDS|off"
    )]
    pub keys: Rate,

    /// Addresses and networks of proxies whose Forwarded or X-Forwarded-For is believed, separated by commas
    #[arg(
        long,
        env = "KRONIEK_TRUSTED_PROXIES",
        value_delimiter = ',',
        value_name = "NETWORK"
    )]
    pub trusted_proxies: Vec<Network>,
}

/// How many streams may be open, and how long a client may take nothing of what it is sent.
#[derive(Args, Debug, Clone)]
pub struct StreamSettings {
    /// Streams that this node keeps open at a time; beyond that opening one is answered with 503
    #[arg(long = "streams-max", env = "KRONIEK_STREAMS_MAX", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "N")]
    pub max: u32,

    /// Streams that one address, or one key, may keep open on this node at a time; beyond that opening one is answered with 429
    #[arg(long = "streams-per-client", env = "KRONIEK_STREAMS_PER_CLIENT", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "N")]
    pub per_client: u32,

    /// How long a client may take nothing of what it is sent before its connection is ended, and how long a stream may lag behind, in seconds
    #[arg(long = "send-timeout", env = "KRONIEK_SEND_TIMEOUT", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600), value_name = "SECONDS")]
    pub send_timeout: u32,
}

impl StreamSettings {
    /// How long a client may take nothing of what it is sent.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.send_timeout.into())
    }
}

/// What pictures are taken, and where their files are kept.
#[derive(Args, Debug, Clone)]
pub struct MediaSettings {
    /// Where the files of media are kept, the same for all nodes: file:///folder or s3://bucket/folder. Unless told, the folder media in the data folder
    #[arg(long = "media-url", env = "KRONIEK_MEDIA_URL", value_parser = place, value_name = "URL")]
    pub url: Option<Url>,

    /// Where the S3-compatible store is reached, unless it is Amazon's; AWS_ENDPOINT_URL is read too
    #[arg(
        long = "media-s3-endpoint",
        env = "KRONIEK_MEDIA_S3_ENDPOINT",
        value_parser = web,
        value_name = "URL"
    )]
    pub s3_endpoint: Option<Url>,

    /// The region of the bucket; AWS_REGION is read too
    #[arg(
        long = "media-s3-region",
        env = "KRONIEK_MEDIA_S3_REGION",
        value_name = "REGION"
    )]
    pub s3_region: Option<String>,

    /// The id of the store's access key; AWS_ACCESS_KEY_ID is read too
    #[arg(
        long = "media-s3-access-key-id",
        env = "KRONIEK_MEDIA_S3_ACCESS_KEY_ID",
        hide_env_values = true,
        value_name = "ID"
    )]
    pub s3_access_key_id: Option<SecretString>,

    /// The store's access key; AWS_SECRET_ACCESS_KEY is read too
    #[arg(
        long = "media-s3-secret-access-key",
        env = "KRONIEK_MEDIA_S3_SECRET_ACCESS_KEY",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub s3_secret_access_key: Option<SecretString>,

    /// The largest file that is taken as a picture, in megabytes
    #[arg(long = "media-max-mb", env = "KRONIEK_MEDIA_MAX_MB", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=500), value_name = "MB")]
    pub max_mb: u16,

    /// The most pixels that a picture may have, in millions. Decoding one takes up to eight bytes of memory each, for two at a time
    #[arg(long = "media-max-megapixels", env = "KRONIEK_MEDIA_MAX_MEGAPIXELS", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=500), value_name = "MILLIONS")]
    pub max_megapixels: u16,

    /// The widths that pictures uploaded from now on are offered in, in pixels, separated by commas
    #[arg(
        long = "media-widths",
        env = "KRONIEK_MEDIA_WIDTHS",
        value_delimiter = ',',
        default_value = "160,320,480,640,960,1280,1920,2560",
        value_parser = clap::value_parser!(u16).range(16..=8192),
        value_name = "PIXELS"
    )]
    pub widths: Vec<u16>,
}

/// What is logged, and how.
#[derive(Args, Debug, Clone)]
pub struct LogConfig {
    /// What is logged: error, warn, info, debug or trace, or a filter such as kroniek=debug
    #[arg(
        long,
        env = "KRONIEK_LOG",
        default_value = "info",
        global = true,
        value_name = "FILTER"
    )]
    pub log: String,

    /// The form of the log on standard error
    #[arg(long, env = "KRONIEK_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, global = true, value_name = "FORM")]
    pub log_format: LogFormat,
}

/// The form of the log.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}
