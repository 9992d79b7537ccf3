//! A database that has another past than the one that clients know: a replica that was promoted without the last commits, and one that was restored
//! elsewhere. Numbers are given again then, and nobody may take what comes for what was.

use std::time::Duration;

use serde_json::json;
use tokio_postgres::Client;

use crate::app::App;
use crate::copies::{Copy, expect_whole};
use crate::postgres::{connect, database, settings};
use crate::replica::Pair;

/// Waits until a query tells so.
async fn until(client: &Client, query: &str) {
    while !client
        .query_one(query, &[])
        .await
        .unwrap()
        .get::<_, bool>(0)
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promoted_replica_that_lost_commits_begins_a_new_epoch_before_it_gives_a_number_again() {
    let pair = Pair::start().await;
    let app = App::on(pair.primary.url()).await;
    app.publish(json!({"headline": "Een"})).await;
    let replica = connect(pair.replica.url()).await;
    let there = "SELECT to_regclass('delivery.head') IS NOT NULL";
    until(&replica, there).await;
    until(&replica, "SELECT seq = 1 FROM delivery.head").await;
    pair.replica_runs("ALTER SYSTEM SET primary_conninfo = ''")
        .await;
    pair.replica_runs("SELECT pg_reload_conf()").await;
    until(&replica, "SELECT count(*) = 0 FROM pg_stat_wal_receiver").await;

    // Readers have seen what is about to be lost.
    app.publish(json!({"headline": "Verloren"})).await;
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;
    assert_eq!(app.get("/v1/site").await.header("kroniek-seq"), "1-2");
    app.stop().await;
    let Pair { primary, replica } = pair;
    primary.stop().await.unwrap();
    let promoted = connect(replica.url()).await;
    until(&promoted, "SELECT pg_promote()").await;

    let app = App::on(replica.url()).await;
    app.publish(json!({"headline": "Drie"})).await;
    assert_eq!(app.get("/v1/site").await.header("kroniek-seq"), "2-2");
    let gone = app.get(&copy.path()).await.expect(410);
    assert_eq!(gone.problem(), "epoch-over");
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;
    expect_whole(&app, &copy, "begun again").await;
    app.stop().await;
    replica.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_restored_elsewhere_is_known_by_the_first_connection_and_only_once() {
    let database = database().await;
    let app = App::on(&database).await;
    app.publish(json!({"headline": "Een"})).await;
    let sql = app.sql().await;
    let told = "SELECT told FROM newsroom.lineage";
    let here: String = sql.query_one(told, &[]).await.unwrap().get(0);
    assert!(here.ends_with("/00000001"), "{here}");
    app.stop().await;
    // As the dump of another cluster has it.
    let other = "UPDATE newsroom.lineage SET told = '1234567890/00000001'";
    sql.batch_execute(other).await.unwrap();

    let (one, two) = tokio::join!(App::on(&database), App::on(&database));
    one.publish(json!({"headline": "Twee"})).await;
    two.publish(json!({"headline": "Drie"})).await;
    assert_eq!(two.get("/v1/site").await.header("kroniek-seq"), "2-3");
    assert_eq!(
        sql.query_one(told, &[]).await.unwrap().get::<_, String>(0),
        here
    );
    let noted =
        "SELECT version_from || ' ' || version_to FROM newsroom.audit WHERE action = 'begin_epoch'";
    let noted = sql.query(noted, &[]).await.unwrap();
    let noted: Vec<String> = noted.iter().map(|row| row.get(0)).collect();
    assert_eq!(noted, ["1-1 2-1"]);
    one.stop().await;
    two.stop().await;
    let again = App::with(&database, &settings(&database)).await;
    assert_eq!(again.get("/v1/site").await.header("kroniek-seq"), "2-3");
    again.stop().await;
}
