//! Transactions whose first and last statements travel together: to wait for the answer to each takes longer than what it does, and at the end
//! others wait for the lock.
//!
//! What is sent on one connection is run in its order, each statement seeing what was committed when its own turn came. The keeper of prepared
//! statements lets one through after the other, so that one which must be prepared first is not overtaken; hence all of it is [`fixed`].

use diesel::QueryResult;
use diesel::connection::{TransactionDepthChange, TransactionManagerStatus};
use diesel::result::Error;
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, TransactionManager};
use futures_util::future::{join, try_join};

use super::fixed;

/// Begins a transaction with a first statement, and waits for both at once.
///
/// # Errors
/// The database; the connection may then stand in the transaction, as the pool can tell. The first statement is to be one that may run outside of it:
/// it does where `BEGIN` itself fails.
pub async fn begin_with<T, E: From<Error>>(
    conn: &mut AsyncPgConnection,
    first: impl AsyncFnOnce(&AsyncPgConnection) -> Result<T, E>,
) -> Result<T, E> {
    // Counted before it is sent: where nobody waits for the answer any more, the pool throws the connection away.
    count(conn, TransactionDepthChange::IncreaseDepth)?;
    let shared: &AsyncPgConnection = conn;
    let (begun, first) = join(fixed("BEGIN").execute(&mut &*shared), first(shared)).await;
    begun?;
    first
}

/// Ends a transaction with its last statements, and waits for all at once. Where the database refuses that, it undoes everything at the `COMMIT`
/// (<https://www.postgresql.org/docs/current/sql-commit.html>); where it can't even be sent, neither is the `COMMIT`.
///
/// # Errors
/// Of the last statements, after which nothing holds, and of the commit, after which it is unknown, as it is of both where the connection broke. The
/// connection then stands in the transaction, as the pool can tell.
pub async fn commit_with<T, E: From<Error>>(
    conn: &mut AsyncPgConnection,
    last: impl AsyncFnOnce(&AsyncPgConnection) -> Result<T, E>,
) -> Result<T, E> {
    let shared: &AsyncPgConnection = conn;
    let commit = async { Ok(fixed("COMMIT").execute(&mut &*shared).await?) };
    let (value, _) = try_join(last(shared), commit).await?;
    count(conn, TransactionDepthChange::DecreaseDepth)?;
    Ok(value)
}

fn count(conn: &mut AsyncPgConnection, change: TransactionDepthChange) -> QueryResult<()> {
    match AnsiTransactionManager::transaction_manager_status_mut(conn) {
        TransactionManagerStatus::Valid(status) => status.change_transaction_depth(change),
        TransactionManagerStatus::InError => Err(Error::BrokenTransactionManager),
    }
}
