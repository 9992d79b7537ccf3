//! The command line: one file a subcommand.

mod demo;
mod doctor;
mod export;
mod import;
mod keys;
mod logging;
mod migrate;
mod openapi;
mod postgres;
mod rebuild;
mod say;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::LogConfig;

/// A headless content API for independent publishers, in which an article is a living document.
#[derive(Parser, Debug)]
#[command(name = "kroniek", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    log: LogConfig,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve a demo publication from an embedded Postgres, and print the addresses and a key
    Demo(serve::ServeArgs),
    /// Serve the API
    Serve(serve::ServeArgs),
    /// Bring the database to the newest shape
    Migrate(migrate::MigrateArgs),
    /// Make, list, rotate and revoke API keys
    Keys(keys::KeysArgs),
    /// Write the whole newsroom to a file: every version, no keys
    Export(export::ExportArgs),
    /// Import a publication from another system, or an export
    Import(import::ImportArgs),
    /// Render and project everything anew from what the newsroom holds, while readers and writers go on
    Rebuild(rebuild::RebuildArgs),
    /// Print the OpenAPI document
    Openapi(openapi::OpenapiArgs),
    /// Check settings, database, logins and what is kept there, media and replica, and say what to do
    Doctor(doctor::DoctorArgs),
    /// Run the embedded Postgres alone, for development and tests
    Postgres(postgres::PostgresArgs),
}

/// What a command fails with: whatever it is, its words say what to do.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs the command that the arguments name; its exit code is 0, or 1 after a failure, which is told on standard error.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let log = match logging::start(&cli.log) {
        Ok(log) => log,
        Err(error) => return fail(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Demo(args) => demo::run(args).await,
            Command::Serve(args) => serve::run(args).await,
            Command::Migrate(args) => migrate::run(args).await,
            Command::Keys(args) => keys::run(args).await,
            Command::Export(args) => export::run(args).await,
            Command::Import(args) => import::run(args).await,
            Command::Rebuild(args) => rebuild::run(args).await,
            Command::Openapi(args) => openapi::run(&args),
            Command::Doctor(args) => doctor::run(args).await,
            Command::Postgres(args) => postgres::run(args).await,
        }
    });
    // Tasks that are left may log until here, and no longer.
    drop(runtime);
    drop(log);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &Failure) -> ExitCode {
    eprintln!("kroniek: {error}");
    ExitCode::FAILURE
}
