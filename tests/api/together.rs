//! First and last statements of a transaction that travel with its `BEGIN` and its `COMMIT`: however little the connection knows yet, all are in it.

use diesel::result::Error;
use diesel::sql_types::Integer;
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, TransactionManager};
use futures_util::FutureExt;
use kroniek::db::{Address, begin_with, commit_with, fixed};
use secrecy::SecretString;
use tokio_postgres::Client;

use crate::postgres;

const FIRST: &str = "INSERT INTO public.told VALUES (10 / $1)";

/// Another one, which is prepared for itself.
const LAST: &str = "INSERT INTO public.told SELECT 20 / $1";

async fn told() -> (String, Client) {
    let url = postgres::database().await;
    let sql = postgres::connect(&url).await;
    let make = "CREATE TABLE public.told (number integer)";
    sql.batch_execute(make).await.unwrap();
    (url, sql)
}

/// A connection that has prepared nothing.
async fn fresh(url: &str) -> AsyncPgConnection {
    let url = SecretString::from(url.to_owned());
    let address = Address::read(&url, "DATABASE_URL").unwrap();
    address.establish().await.unwrap()
}

async fn run(mut conn: &AsyncPgConnection, sql: &'static str, number: i32) -> Result<usize, Error> {
    let query = fixed(sql).bind::<Integer, _>(number);
    query.execute(&mut conn).await
}

/// How many rows there are, and of how many transactions.
async fn rows(sql: &Client) -> (i64, i64) {
    let query = "SELECT count(*), count(DISTINCT xmin::text) FROM public.told";
    let row = sql.query_one(query, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_and_the_last_statement_are_of_one_transaction() {
    let (url, sql) = told().await;
    let mut rounds = 0;
    for _ in 0..3 {
        let mut conn = fresh(&url).await;
        for _ in 0..2 {
            let begun = begin_with(&mut conn, async |conn| run(conn, FIRST, 1).await);
            assert_eq!(begun.await, Ok(1));
            assert_eq!(rows(&sql).await, (2 * rounds, rounds));
            let ended = commit_with(&mut conn, async |conn| run(conn, LAST, 1).await);
            assert_eq!(ended.await, Ok(1));
            rounds += 1;
            assert_eq!(rows(&sql).await, (2 * rounds, rounds));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_last_statement_fails_nothing_holds_and_the_connection_is_known_for_it() {
    let (url, sql) = told().await;
    for known in [false, true] {
        let mut conn = fresh(&url).await;
        if known {
            run(&conn, LAST, 1).await.unwrap();
            sql.batch_execute("TRUNCATE public.told").await.unwrap();
        }
        let begun = begin_with(&mut conn, async |conn| run(conn, FIRST, 1).await);
        assert_eq!(begun.await, Ok(1));
        let ended = commit_with(&mut conn, async |conn| run(conn, LAST, 0).await);
        assert!(matches!(ended.await, Err(Error::DatabaseError(..))));
        assert!(AnsiTransactionManager::is_broken_transaction_manager(
            &mut conn
        ));
        drop(conn);
        assert_eq!(rows(&sql).await, (0, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_last_statement_is_not_even_sent_neither_is_the_commit() {
    let (url, sql) = told().await;
    let mut conn = fresh(&url).await;
    let begun = begin_with(&mut conn, async |conn| run(conn, FIRST, 1).await);
    assert_eq!(begun.await, Ok(1));
    let ended = commit_with(&mut conn, async |_| Err::<usize, _>(Error::NotFound));
    assert_eq!(ended.await, Err(Error::NotFound));
    let after = run(&conn, LAST, 1).await;
    assert_eq!((after, rows(&sql).await), (Ok(1), (0, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_left_half_way_is_known_for_it() {
    let (url, sql) = told().await;
    let mut conn = fresh(&url).await;
    let left = begin_with(&mut conn, async |conn| run(conn, FIRST, 1).await);
    assert_eq!(left.now_or_never(), None);
    assert!(AnsiTransactionManager::is_broken_transaction_manager(
        &mut conn
    ));

    let mut conn = fresh(&url).await;
    let begun = begin_with(&mut conn, async |conn| run(conn, FIRST, 1).await);
    assert_eq!(begun.await, Ok(1));
    let left = commit_with(&mut conn, async |conn| run(conn, LAST, 2).await);
    assert_eq!(left.now_or_never(), None);
    assert!(AnsiTransactionManager::is_broken_transaction_manager(
        &mut conn
    ));
    drop((conn, sql));
}
