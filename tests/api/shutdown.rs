//! A node that stops: nobody who was let in loses a request by it.

use kroniek::db::ping;
use serde_json::json;
use tokio::net::TcpStream;

use crate::app::App;
use crate::postgres;
use crate::watch::{Hand, waiting};

/// Returns once the node takes no more connections.
async fn refused(app: &App) {
    while TcpStream::connect(app.base.trim_start_matches("http://"))
        .await
        .is_ok()
    {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stops_is_first_not_ready_and_tells_clients_to_leave() {
    let url = postgres::database().await;
    let flags = ["--workers=1", "--shutdown-delay=1"];
    let mut app = App::serving(&url, &postgres::settings(&url), &flags).await;
    let kept = app.get("/v1/site").await.expect(200);
    assert_eq!(kept.header("connection"), "");

    let stopped = tokio::spawn(app.running().stop());

    while app.get("/health/ready").await.status != 503 {}
    for (path, status) in [
        ("/health/ready", 503),
        ("/health/live", 200),
        ("/v1/site", 200),
        ("/v1/articles/nergens", 404),
        ("/v1/nergens", 404),
    ] {
        let answer = app.get(path).await.expect(status);
        assert_eq!(answer.header("connection"), "close", "{path}");
    }
    refused(&app).await;
    stopped.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_under_way_is_finished_when_the_node_stops() {
    let url = postgres::database().await;
    let mut app = App::serving(&url, &postgres::settings(&url), &["--workers=2"]).await;
    let running = app.running();
    let hand = Hand::on_counter(&app).await;

    let body = json!({"name": "Getij"});
    let write = app.manage("POST", "/sections").json(&body).send();
    let stop = async {
        waiting(&app, 1).await;
        let stopped = tokio::spawn(running.stop());
        refused(&app).await;
        hand.let_go().await;
        stopped.await.unwrap();
    };
    let (answer, ()) = tokio::join!(write, stop);

    assert_eq!(answer.expect(201).header("connection"), "close");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_connection_outlives_the_worker_that_opened_it() {
    let app = App::start().await;
    let pools = app.store.pools.clone();
    // Like a worker: a thread with a runtime of its own, that ends. More than the pool has ready, so that some are opened there.
    let worker = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut opened = Vec::new();
            for _ in 0..3 {
                opened.push(pools.delivery().await.unwrap());
            }
            opened
        })
    });
    let opened = tokio::task::spawn_blocking(|| worker.join().unwrap());

    for mut conn in opened.await.unwrap() {
        ping(&mut conn).await.unwrap();
    }
    app.stop().await;
}
