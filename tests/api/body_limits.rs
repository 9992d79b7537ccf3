//! How large, how deep and how encoded a body may be, whatever is in it.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::App;
use crate::bodies::to;
use crate::http::raw;
use crate::openapi::operations;
use crate::statuses::Publication;

/// A POST of an article, with these headers and these bytes after them.
async fn post(app: &App, headers: &str, body: &str) -> String {
    let request = format!(
        "POST /v1/manage/articles HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n{headers}\r\n{body}",
        app.admin
    );
    raw(app, &request).await
}

fn chunked(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_of_a_body_holds_whether_its_length_is_announced_or_not() {
    let app = App::start().await;
    let json = "Content-Type: application/json\r\n";
    let streamed = format!("{json}Transfer-Encoding: chunked\r\n");
    // Nothing of this body ever comes: the announcement is enough.
    let announced = post(&app, &format!("{json}Content-Length: 3000000000\r\n"), "").await;
    assert!(announced.starts_with("HTTP/1.1 413"), "{announced}");
    for (length, status) in [(2 << 20, "201"), ((2 << 20) + 1, "413"), (3 << 20, "413")] {
        let fill = " ".repeat(length - 16);
        let body = format!("{{\"headline\":\"a\"{fill}}}");
        let whole = post(
            &app,
            &format!("{json}Content-Length: {}\r\n", body.len()),
            &body,
        )
        .await;
        let pieces = post(&app, &streamed, &chunked(&body)).await;
        for answer in [whole, pieces] {
            assert_eq!(answer.split(' ').nth(1), Some(status), "{length}: {answer}");
        }
    }
    let small = "{\"headline\":\"a\"}";
    let untyped = post(&app, &format!("Content-Length: {}\r\n", small.len()), small).await;
    assert!(untyped.starts_with("HTTP/1.1 415"), "{untyped}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_nested_127_deep_at_most_and_in_real_utf_8() {
    let app = App::start().await;
    let send = async |body: Vec<u8>| {
        app.manage("POST", "/articles")
            .body("application/json", body)
            .send()
            .await
    };
    for depth in [127, 128, 129, 100_000] {
        let array = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let object = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        for body in [array, object] {
            let answer = send(body.into_bytes()).await;
            assert_eq!(
                answer.status,
                if depth < 128 { 422 } else { 400 },
                "{depth}"
            );
        }
    }
    let broken: [&[u8]; 8] = [
        b"\xff",
        b"\xc0\xaf",
        b"\xc0\x80",
        b"\xe0\x80\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe2\x82",
        b"\\udc00\\ud800",
    ];
    for bytes in broken {
        let body = [b"{\"headline\": \"a", bytes, b"\"}"].concat();
        assert_eq!(
            send(body).await.expect(400).problem(),
            "invalid-json",
            "{bytes:?}"
        );
        let body = [b"{\"headline\": \"a\", \"x", bytes, b"\": 1}"].concat();
        assert_eq!(
            send(body).await.expect(400).problem(),
            "invalid-json",
            "{bytes:?}"
        );
    }
    app.stop().await;
}

/// What comes back to who sends a head and then a byte a second, in these pieces, until the connection ends; it must end within a minute.
async fn trickled(app: &App, head: String, piece: &'static [u8]) -> String {
    let mut stream = TcpStream::connect(app.base.trim_start_matches("http://"))
        .await
        .unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let trickle = tokio::spawn(async move {
        while write.write_all(piece).await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let mut answer = Vec::new();
    let whole = read.read_to_end(&mut answer);
    let ended = tokio::time::timeout(Duration::from_secs(60), whole).await;
    trickle.abort();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(ended.is_ok(), "{head} is open still: {answer}");
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_trickles_in_is_given_up_and_so_is_its_connection() {
    let app = App::start().await;
    let key = format!("Authorization: Bearer {}\r\n", app.admin);
    let chunked = "Transfer-Encoding: chunked\r\n";
    let head = |line: &str, headers: &str| {
        format!("{line} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}\r\n")
    };
    let write = "POST /v1/manage/articles";
    let (whole, piece): (_, &[u8]) = (format!("{key}Content-Length: 2000\r\n"), b"1\r\n \r\n");
    let keyed = format!("{key}{chunked}");
    let (a, b, c, d) = tokio::join!(
        trickled(&app, head(write, &whole), b" "),
        trickled(&app, head(write, &keyed), piece),
        // And where nobody reads it.
        trickled(&app, head(write, chunked), piece),
        trickled(&app, head("GET /v1/site", chunked), piece),
    );
    for answer in [a, b] {
        assert!(
            answer.starts_with("HTTP/1.1 408") && answer.contains("request-timeout"),
            "{answer}"
        );
    }
    assert!(c.starts_with("HTTP/1.1 401"), "{c}");
    assert!(d.starts_with("HTTP/1.1 200"), "{d}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_act_that_need_be_told_nothing_takes_no_body_at_all() {
    let publication = Publication::new().await;
    let mut acts = 0;
    for (path, method, operation) in operations() {
        if operation["requestBody"]["required"] != json!(false) {
            continue;
        }
        acts += 1;
        let answer = to(&publication, path, method).send().await;
        assert!(
            ![400, 415].contains(&answer.status),
            "{method} {path}: {}",
            answer.text
        );
        let twice = to(&publication, path, method).body("text/plain", "{}");
        assert_eq!(twice.send().await.status, 415, "{method} {path}");
    }
    assert!(acts > 5, "{acts}");
}
