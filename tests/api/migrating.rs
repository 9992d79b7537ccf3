//! Hostile case 30: nodes that start at once on a database that is not in its shape yet, and one of them is killed on the way.

use tokio_postgres::Client;

use crate::command_line::program;
use crate::postgres::{connect, database, empty_database};
use crate::process::{Process, node};

const STEPS: &str = "SELECT count(*) FROM public.__diesel_schema_migrations";

async fn count(sql: &Client, query: &str) -> i64 {
    sql.query_one(query, &[]).await.unwrap().get(0)
}

/// Holds whoever migrates after a step that it has done, before the next is done.
async fn hold(sql: &Client) {
    let lock = "BEGIN; LOCK TABLE public.__diesel_schema_migrations IN SHARE MODE";
    loop {
        match sql.batch_execute(lock).await {
            Ok(()) if count(sql, STEPS).await > 2 => return,
            _ => sql.batch_execute("ROLLBACK").await.unwrap(),
        }
    }
}

/// Returns once so many wait for a lock in this database.
async fn waiting(sql: &Client, many: i64) {
    let query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let begun = std::time::Instant::now();
    while count(sql, query).await < many {
        assert!(
            begun.elapsed().as_secs() < 30,
            "there are no {many} that wait"
        );
        tokio::task::yield_now().await;
    }
}

fn starting(url: &str) -> Process {
    let mut command = program(&["serve", "--listen=127.0.0.1:0", "--log=error"]);
    command.env("DATABASE_URL", url);
    Process::start(command)
}

/// Columns, indexes, constraints, functions, triggers and comments: all that a migration makes.
async fn shape(url: &str) -> Vec<String> {
    let query = "
        SELECT concat_ws(' ', 'column', table_schema, table_name, column_name, data_type, is_nullable, column_default,
               col_description(format('%I.%I', table_schema, table_name)::regclass, ordinal_position::int))
        FROM information_schema.columns WHERE table_schema IN ('newsroom', 'delivery', 'public')
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname IN ('newsroom', 'delivery', 'public')
        UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0 AND connamespace <> 'pg_catalog'::regnamespace
        UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                  WHERE n.nspname IN ('newsroom', 'delivery') AND p.prokind = 'f'
        UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        ORDER BY 1";
    let sql = connect(url).await;
    let rows = sql.query(query, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_node_that_was_killed_in_mid_migration_began_the_others_finish() {
    let url = empty_database().await;
    let (sql, watch) = (connect(&url).await, connect(&url).await);
    let mut doomed = starting(&url);
    hold(&sql).await;
    let done = count(&sql, STEPS).await;
    // Held in the middle of a step, and two more nodes wait for it.
    waiting(&watch, 1).await;
    let mut others = [starting(&url), starting(&url)];
    waiting(&watch, 3).await;

    doomed.kill();
    sql.batch_execute("ROLLBACK").await.unwrap();

    // The client wants a TLS provider even where only http is spoken.
    let _ = rustls::crypto::ring::default_provider().install_default();
    for node in &mut others {
        let address = node.said("listening on ").await;
        let base = address.unwrap_or_else(|| panic!("it does not start: {}", node.logged()));
        let base = base.trim_start_matches("listening on ");
        let site = reqwest::get(format!("{base}/v1/site")).await.unwrap();
        assert_eq!(site.status().as_u16(), 200);
    }
    for mut node in others {
        assert!(node.stop().await.success(), "{}", node.logged());
    }
    let folders = std::fs::read_dir("migrations").unwrap();
    let folders = folders.filter(|entry| entry.as_ref().unwrap().path().is_dir());
    let all = i64::try_from(folders.count()).unwrap();
    assert!(
        (3..all).contains(&done),
        "it was killed after {done} of {all}"
    );
    assert_eq!(count(&sql, STEPS).await, all);
    assert_eq!(shape(&url).await, shape(&database().await).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_waits_for_who_migrates_and_answers_nobody_before() {
    let url = empty_database().await;
    let (sql, watch) = (connect(&url).await, connect(&url).await);
    let mut first = starting(&url);
    hold(&sql).await;
    let mut second = starting(&url);
    waiting(&watch, 2).await;
    let early = async { second.said("listening on ").await };
    tokio::select! {
        _ = early => panic!("it answers on a database without a shape"),
        () = waiting(&watch, 2) => {}
    }
    sql.batch_execute("ROLLBACK").await.unwrap();
    for node in [&mut first, &mut second] {
        assert!(node.said("listening on ").await.is_some());
        assert!(node.stop().await.success());
    }
    // Who comes later finds nothing to do.
    let (mut late, _) = node(&url, &["--log=error"]).await.unwrap();
    assert!(late.stop().await.success());
}
