//! Clients that read, and slower than events come; and what the log says of the end of a stream.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::sleep;

use super::{Client, PATIENCE, append};
use crate::app::App;
use crate::process::{Process, node};

/// How many read slowly.
const SLOW: usize = 6;

/// How many events come, of some 800 KB each.
const EVENTS: i64 = 24;

const FORMS: &str = "?body=html,blocks,text";

/// A client with little room for what it has not read, and without the framing of HTTP/1.1.
async fn connect(base: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let address = base.trim_start_matches("http://").parse().unwrap();
    let mut connection = socket.connect(address).await.unwrap();
    let request = format!("GET /v1/stream{FORMS} HTTP/1.0\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    connection
}

/// Reads up to some 800 KB a second until the stream ends; gives what came.
async fn read_slowly(mut connection: TcpStream) -> String {
    let (mut come, mut some) = (Vec::new(), vec![0; 16_384]);
    loop {
        match connection.read(&mut some).await {
            Ok(0) | Err(_) => return String::from_utf8_lossy(&come).into_owned(),
            Ok(count) => come.extend_from_slice(&some[..count]),
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// The events that came whole, by their numbers.
fn whole(come: &str) -> Vec<i64> {
    let frames = come.split_inclusive("\n\n");
    let events = frames.filter(|frame| frame.contains("\ndata: ") && frame.ends_with("\n\n"));
    let number = |frame: &str| {
        let id = frame.lines().find_map(|line| line.strip_prefix("id: "));
        id.unwrap().split('-').nth(1).unwrap().parse().unwrap()
    };
    events.map(number).collect()
}

/// The most memory that a process has taken, in megabytes.
fn peak(process: &Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = line.unwrap().trim_end_matches("kB").trim().parse().unwrap();
    kilobytes / 1024
}

/// Waits until the log has this so often.
async fn logs(process: &Process, text: &str, times: usize) {
    let begun = Instant::now();
    while process.logged().matches(text).count() < times {
        assert!(
            begun.elapsed() < PATIENCE,
            "not {times} of {text} in\n{}",
            process.logged()
        );
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_too_slowly_is_cut_off_costs_little_and_goes_on_where_it_was() {
    let app = App::start().await;
    for number in 1..=EVENTS {
        let article = json!({"headline": format!("Artikel {number}")});
        app.publish(article).await;
    }
    let flags = ["--workers=1", "--send-timeout=2"];
    let (mut streaming, base) = node(&app.database_url, &flags).await.unwrap();
    let mut fast = Client::at(&base, FORMS, None).await;
    while fast.id.is_empty() {
        fast.frame().await.unwrap();
    }
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let mut connection = connect(&base).await;
        let mut come = Vec::new();
        while !String::from_utf8_lossy(&come).contains("\nid: ") {
            assert!(connection.read_buf(&mut come).await.unwrap() > 0);
        }
        slow.push(tokio::spawn(read_slowly(connection)));
    }
    let text = "Woord voor woord. ".repeat(15_000);
    let before = peak(&streaming);
    for number in 1..=EVENTS {
        append(&app, &format!("artikel-{number}"), &text).await;
        assert_eq!(fast.next().await.name, "update.appended");
    }
    let begun = Instant::now();
    let come = join_all(slow).await;
    println!("cut off {:?} after the last event", begun.elapsed());
    // Each event is some 800 KB: what came would be {SLOW} times twenty MB if it waited for each.
    let grown = peak(&streaming) - before;
    println!("from {before} MB by {grown} MB");
    assert!(grown < 90, "{grown} MB more");
    logs(&streaming, "ended=\"its client was too slow\"", SLOW).await;

    let all: Vec<i64> = (EVENTS + 1..=2 * EVENTS).collect();
    for come in come {
        let mut seen = whole(&come.unwrap());
        let last = seen.last().copied().unwrap_or(EVENTS);
        assert!(last < 2 * EVENTS, "it was not cut off");
        let id = format!("1-{last}-0");
        let mut client = Client::at(&base, FORMS, Some(&id)).await;
        while seen.last() != all.last() {
            seen.push(client.next().await.seq());
        }
        assert_eq!(seen, all);
    }
    assert!(streaming.stop().await.success());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_tells_of_each_stream_why_it_ended() {
    let app = App::start().await;
    let (mut streaming, base) = node(&app.database_url, &["--workers=1"]).await.unwrap();
    let stays = Client::at(&base, "", None).await;
    drop(Client::at(&base, "", None).await);
    logs(&streaming, "ended=\"its client left\"", 1).await;
    let key = app.key(kroniek::auth::Role::Author).await;
    let with_key = reqwest::Client::new().get(format!("{base}/v1/stream"));
    let with_key = with_key.bearer_auth(&key).send().await.unwrap();
    let revoked = "UPDATE newsroom.api_keys SET revoked_at = now() WHERE hash = $1";
    let hash = kroniek::auth::digest(&key);
    app.sql().await.execute(revoked, &[&hash]).await.unwrap();
    logs(&streaming, "ended=\"its key ended\"", 1).await;
    assert!(streaming.stop().await.success());
    logs(&streaming, "ended=\"the node stops\"", 1).await;
    // Other requests end for no reason.
    let log = streaming.logged();
    let told = log.lines().filter(|line| line.contains("ended="));
    for line in told {
        assert!(line.contains("route=\"/v1/stream\""), "{line}");
    }
    assert_eq!(log.matches("ended=").count(), 3, "{log}");
    drop((stays, with_key));
    app.stop().await;
}
