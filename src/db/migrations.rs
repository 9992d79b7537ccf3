//! Migrations: run at start or apart, safe when several nodes start at once.

use diesel_async::{AsyncMigrationHarness, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::doctor::questions;
use super::{Address, ConnectError};

/// Every migration, in order.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// One number for the advisory lock under which the database's shape and roles are changed.
pub const LOCK: i64 = 0x6b72_6f6e_6965_6b01;

/// Why a migration failed.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database can't be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// A statement failed.
    #[error(
        "can't migrate the database: {0}. Nothing of the failed step was kept; mend the cause and run `kroniek migrate` again"
    )]
    Migrate(String),
}

/// How many migrations the database has not seen.
///
/// # Errors
/// The database is away.
pub async fn pending(owner: &Address) -> Result<usize, MigrationError> {
    let mut conn = owner.establish().await?;
    let shape = questions::shape(&mut conn).await;
    let shape = shape.map_err(|error| MigrationError::Migrate(error.to_string()))?;
    Ok(shape.pending.len())
}

/// Brings the database to the newest shape and tells how many steps that took. A second node that starts meanwhile waits, then finds
/// nothing to do. Blocks its thread: call it on a multi-threaded runtime, before the server starts.
///
/// # Errors
/// The database is away, or a step fails; each step is a transaction of its own.
pub async fn run(owner: &Address) -> Result<usize, MigrationError> {
    let mut conn = owner.establish().await?;
    let failed = |error: diesel::result::Error| MigrationError::Migrate(error.to_string());
    diesel::sql_query("SET client_min_messages = warning")
        .execute(&mut conn)
        .await
        .map_err(failed)?;
    diesel::sql_query("SELECT pg_advisory_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(LOCK)
        .execute(&mut conn)
        .await
        .map_err(failed)?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let applied = harness
        .run_pending_migrations(MIGRATIONS)
        .map_err(|error| MigrationError::Migrate(error.to_string()))?;
    Ok(applied.len())
}
