//! Hostile cases 14 and 15: where nothing is sent, and targets that answer without an end.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{Receiver, hook, sql, start, tried};
use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_on_the_public_internet_is_refused_when_saved_and_when_changed() {
    let app = App::start().await;
    let made = app
        .make(
            "/webhooks",
            json!({"url": "https://1.1.1.1/", "enabled": false}),
        )
        .await;
    let path = format!("/webhooks/{}", made.id());
    for url in [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.1.1/",
        "http://224.0.0.1/",
        "http://[fd00::1]/",
        "https://1.1.1.1:8443/",
        "http://1.1.1.1:22/",
        "https://user:word@1.1.1.1/",
        "ftp://1.1.1.1/",
        "https://does-not-exist.invalid/",
        "javascript:alert(1)",
    ] {
        let create = app
            .manage("POST", "/webhooks")
            .json(&json!({"url": url, "events": []}));
        let faults = create.send().await.expect(422).faults();
        let told = |place: &str| faults.contains(&format!("invalid_value at {place}"));
        assert!(told("/url") && told("/events"), "{url}: {faults:?}");
        let change = app.patch(&path, &made, json!({"url": url})).await;
        assert_eq!(
            change.expect(422).faults(),
            ["invalid_value at /url"],
            "{url}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_has_come_to_lead_inside_is_refused_when_dialled() {
    let (app, receiver) = (App::start().await, Receiver::taking().await);
    let made = app
        .make(
            "/webhooks",
            json!({"url": "https://1.1.1.1/", "enabled": false}),
        )
        .await;
    // As if the name had been moved after it was saved.
    sql(&app, &format!("UPDATE newsroom.webhooks SET url = '{}', enabled = true, disabled_reason = NULL, disabled_at = NULL", receiver.url)).await;
    app.publish(json!({"headline": "Een"})).await;
    let path = format!("/webhooks/{}", made.id());
    let hook = super::Hook {
        path,
        secret: String::new(),
    };
    hook.becomes(&app, |shown| shown["failing_since"].is_string())
        .await;
    tried(&app, 1).await;
    let id = hook.deliveries(&app, "").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let told = hook.delivery(&app, &id).await;
    let failure = told["attempts"][0]["failure"].as_str().unwrap();
    assert!(failure.contains("not on the public internet"), "{failure}");
    assert!(receiver.so_far().is_empty());
    app.stop().await;
}

/// A target that says this and then goes on with the rest of it for ever. Tells of how many bytes it got rid.
pub async fn endless(
    head: &'static str,
    pause: Duration,
) -> (String, tokio::sync::watch::Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (sender, sent) = tokio::sync::watch::channel(0);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            pour(stream, head, pause, &sender).await;
        }
    });
    (url, sent)
}

async fn pour(
    mut stream: TcpStream,
    head: &str,
    pause: Duration,
    sent: &tokio::sync::watch::Sender<usize>,
) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let _ = stream.write_all(head.as_bytes()).await;
    let some: &[u8] = if pause.is_zero() { &[b'x'; 4096] } else { b"x" };
    while stream.write_all(some).await.is_ok() {
        sent.send_modify(|sent| *sent += some.len());
        tokio::time::sleep(pause).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_answers_without_an_end_is_left_after_15_s_and_64_kb() {
    let app = start().await;
    let second = Duration::from_secs(1);
    let (flood, poured) = endless("HTTP/1.1 200 OK\r\n\r\n", Duration::ZERO).await;
    let (drip, _) = endless("HTTP/1.1 500 No\r\n\r\n", second).await;
    let (head, _) = endless("HTTP/1.1 200 OK\r\nx-long: ", second).await;
    let (bomb, _) = endless(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n",
        Duration::ZERO,
    )
    .await;
    let mut hooks = Vec::new();
    for url in [flood, drip, head, bomb] {
        let made = app.make("/webhooks", json!({"url": url})).await;
        hooks.push(super::Hook {
            path: format!("/webhooks/{}", made.id()),
            secret: String::new(),
        });
    }
    let begun = Instant::now();
    app.publish(json!({"headline": "Een"})).await;
    for taken in [0, 3] {
        hooks[taken].settles(&app, "delivered", 1).await;
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(*poured.borrow() < 8 << 20, "{}", *poured.borrow());
    for failed in [1, 2] {
        hooks[failed]
            .becomes(&app, |shown| shown["failing_since"].is_string())
            .await;
    }
    assert!(
        begun.elapsed() < Duration::from_secs(19),
        "{:?}",
        begun.elapsed()
    );
    let id = hooks[2].deliveries(&app, "").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let told = hooks[2].delivery(&app, &id).await;
    assert_eq!(
        told["attempts"][0]["failure"],
        json!("the address took longer than 15 seconds")
    );
    let longest = told["attempts"][0]["duration_ms"].as_i64().unwrap();
    assert!((14_000..17_000).contains(&longest), "{longest}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_where_nobody_listens_is_a_failure_in_words() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({})).await;
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", gone.local_addr().unwrap());
    drop(gone);
    hook.change(&app, json!({"url": url})).await.expect(200);
    app.publish(json!({"headline": "Een"})).await;
    hook.becomes(&app, |shown| shown["failing_since"].is_string())
        .await;
    let id = hook.deliveries(&app, "").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let told = hook.delivery(&app, &id).await;
    assert_eq!(
        told["attempts"][0]["failure"],
        json!("the address can't be reached: there was no answer")
    );
    assert_eq!(
        (&told["state"], &told["attempts"][0]["status"]),
        (&json!("pending"), &json!(null))
    );
    app.stop().await;
}
