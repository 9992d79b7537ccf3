//! Bounds: how many streams, how long for a key, how much for who does not read, and the end of a node.

use std::time::{Duration, Instant};

use kroniek::auth::Role;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::{Client, PATIENCE, append, node};
use crate::app::App;

/// A sample of the node's metrics.
async fn metric(app: &App, name: &str) -> u64 {
    let text = app.call("GET", "/metrics").key(&app.admin).send().await;
    let lines = text.text.lines();
    let mut value = lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.next().unwrap().parse().unwrap()
}

/// Returns once a sample has this value.
async fn becomes(app: &App, name: &str, value: u64) {
    let begun = Instant::now();
    while metric(app, name).await != value {
        assert!(begun.elapsed() < PATIENCE, "{name} is never {value}");
        tokio::task::yield_now().await;
    }
}

/// A connection to a stream that has begun, with little room for what is not read.
async fn raw(app: &App, query: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let address = app.base.trim_start_matches("http://").parse().unwrap();
    let mut connection = socket.connect(address).await.unwrap();
    let request = format!("GET /v1/stream{query} HTTP/1.1\r\nHost: x\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut come = Vec::new();
    while !String::from_utf8_lossy(&come).contains("\nid: ") {
        assert!(connection.read_buf(&mut come).await.unwrap() > 0);
    }
    connection
}

async fn with_key(app: &App, key: &str) -> reqwest::Response {
    let request = reqwest::Client::new().get(format!("{}/v1/stream", app.base));
    request.bearer_auth(key).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_within_five_seconds_of_its_keys_end_and_the_others_go_on() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    let mut public = Client::now(&other, "").await;
    let (revoked, expired, good) = (
        app.key(Role::Author).await,
        app.key(Role::Editor).await,
        app.key(Role::Partner).await,
    );
    let mut streams = Vec::new();
    for key in [&revoked, &expired, &good] {
        let mut client = Client::of(with_key(&other, key).await);
        while client.id.is_empty() {
            client.frame().await.unwrap();
        }
        streams.push(client);
    }
    let digest = |key: &str| kroniek::auth::digest(key);
    let sql = app.sql().await;
    let ended = "UPDATE newsroom.api_keys SET revoked_at = now() WHERE hash = $1";
    sql.execute(ended, &[&digest(&revoked)]).await.unwrap();
    let ended = "UPDATE newsroom.api_keys SET expires_at = now() WHERE hash = $1";
    sql.execute(ended, &[&digest(&expired)]).await.unwrap();
    let begun = Instant::now();
    for client in &mut streams[..2] {
        let ended = tokio::time::timeout(Duration::from_secs(5), client.rest()).await;
        assert!(ended.expect("it goes on").is_empty());
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
    assert_eq!(with_key(&other, &revoked).await.status(), 401);
    app.publish(json!({"headline": "Een"})).await;
    assert_eq!(public.next().await.headline(), "Een");
    assert_eq!(streams[2].next().await.headline(), "Een");
    for app in [app, other] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_and_a_client_have_no_more_streams_than_they_may() {
    let flags = ["--streams-max=3", "--streams-per-client=2"];
    let app = node(&flags).await;
    let first = raw(&app, "").await;
    let _second = Client::now(&app, "").await;
    let refused = app.get("/v1/stream").await.expect(429);
    assert_eq!(refused.problem(), "rate-limited");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
    // A key's streams are its own.
    let _third = with_key(&app, &app.admin).await;
    assert_eq!(metric(&app, "kroniek_streams_open").await, 3);
    let full = app.call("GET", "/v1/stream").key(&app.admin);
    let full = full.send().await.expect(503);
    assert!(full.header("retry-after").parse::<u32>().unwrap() > 0);
    assert_eq!(metric(&app, "kroniek_streams_refused_total").await, 2);
    // Who has left is missed long before a heartbeat would find out.
    let begun = Instant::now();
    drop(first);
    becomes(&app, "kroniek_streams_open", 2).await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(6), "{took:?}");
    Client::now(&app, "").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_is_cut_off_and_holds_up_nobody() {
    let app = node(&["--send-timeout=2"]).await;
    app.publish(json!({"headline": "Een"})).await;
    let mut slow = raw(&app, "?body=html,blocks,text").await;
    let mut reads = Client::now(&app, "?body=text").await;

    let text = "Woord voor woord. ".repeat(15_000);
    for _ in 0..14 {
        append(&app, "een", &text).await;
        assert_eq!(reads.next().await.name, "update.appended");
    }

    becomes(&app, "kroniek_streams_open", 1).await;
    append(&app, "een", "Verder.").await;
    assert_eq!(reads.next().await.name, "update.appended");
    // Its connection is gone, whatever it may still find on its side.
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, slow.read_to_end(&mut rest))
        .await
        .expect("the connection is still open");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stops_ends_its_streams_at_once() {
    let mut app = App::start().await;
    let mut client = Client::now(&app, "").await;
    app.publish(json!({"headline": "Een"})).await;
    client.next().await;
    let begun = Instant::now();
    app.running().stop().await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(client.rest().await.is_empty());
}
