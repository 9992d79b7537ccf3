//! Pictures that are fetched by their address.

use actix_web::{App as Site, HttpResponse, HttpServer, web};
use serde_json::json;

use super::pictures::{exif, photo};
use super::{file, sides};
use crate::app::{App, serve_settings};
use crate::postgres;

/// A site of somebody else's. Gives its address.
fn site() -> String {
    let server = HttpServer::new(|| {
        Site::new()
            .route(
                "/a.jpg",
                web::get().to(|| async {
                    HttpResponse::Ok().content_type("text/plain").body(photo(
                        300,
                        200,
                        &exif(6, Some("Ada Groen")),
                    ))
                }),
            )
            .route(
                "/page",
                web::get().to(|| async {
                    HttpResponse::Ok()
                        .content_type("image/jpeg")
                        .body("<html>no picture</html>")
                }),
            )
            .route(
                "/gone",
                web::get().to(|| async { HttpResponse::NotFound().finish() }),
            )
            .route(
                "/moved",
                web::get().to(|| async {
                    HttpResponse::Found()
                        .insert_header(("location", "/a.jpg"))
                        .finish()
                }),
            )
            .route(
                "/away",
                web::get().to(|| async {
                    HttpResponse::Found()
                        .insert_header(("location", "http://169.254.169.254/latest/"))
                        .finish()
                }),
            )
            .route(
                "/endless",
                web::get().to(|| async {
                    let chunk = web::Bytes::from(vec![0xff; 1 << 20]);
                    HttpResponse::Ok().streaming(futures_util::stream::repeat_with(move || {
                        Ok::<_, actix_web::Error>(chunk.clone())
                    }))
                }),
            )
            .route(
                "/large",
                web::get().to(|| async { HttpResponse::Ok().body(vec![0; 21_000_000]) }),
            )
    });
    let server = server
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .unwrap();
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    format!("http://{address}")
}

async fn start(flags: &[&str]) -> App {
    let database = postgres::database().await;
    let flags = [&["--workers=1"], flags].concat();
    App::as_told(
        &database,
        &postgres::settings(&database),
        serve_settings(&flags),
    )
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_is_fetched_from_its_address() {
    let app = start(&["--allowed-networks=127.0.0.1"]).await;
    let site = site();
    let body = json!({"url": format!("{site}/a.jpg"), "alt": "Haven"});

    let made = app.make("/media", body.clone()).await;

    assert_eq!(
        (
            &made.json["source_url"],
            &made.json["alt"],
            &made.json["credit"],
            &made.json["file_name"]
        ),
        (
            &body["url"],
            &json!("Haven"),
            &json!("Ada Groen"),
            &json!(null)
        )
    );
    assert_eq!(sides(&file(&app, &made).await), (200, 300));
    let again = app
        .manage("POST", "/media")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(again.id(), made.id());
    for (path, status, words) in [
        ("/page", 415, "markup"),
        ("/gone", 422, "status 404"),
        ("/moved", 422, "redirects are not followed"),
        ("/away", 422, "redirects are not followed"),
        ("/endless", 413, "20000000"),
        ("/large", 413, "20000000"),
    ] {
        let answer = app
            .manage("POST", "/media")
            .json(&json!({"url": format!("{site}{path}")}))
            .send()
            .await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert!(answer.text.contains(words), "{path}: {}", answer.text);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_behind_the_public_internet_is_fetched() {
    let app = start(&[]).await;
    let site = site();
    let port = site.rsplit(':').next().unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "169.254.169.254",
        "10.0.0.1",
    ] {
        for address in [
            format!("http://{host}:{port}/a.jpg"),
            format!("https://{host}/a.jpg"),
        ] {
            let answer = app
                .manage("POST", "/media")
                .json(&json!({"url": address}))
                .send()
                .await;
            assert_eq!(answer.status, 422, "{address}");
            assert_eq!(answer.faults(), ["invalid_value at /url"], "{address}");
            assert!(
                answer.text.contains("not on the public internet"),
                "{address}: {}",
                answer.text
            );
        }
    }
    for (url, words) in [
        ("ftp://example.org/x.jpg", "https://"),
        ("file:///etc/passwd", "https://"),
        ("https://user:word@example.org/x.jpg", "user name"),
        ("http://1.1.1.1:8080/x.jpg", "port"),
        ("http://nergens.invalid/x.jpg", "leads nowhere"),
    ] {
        let answer = app
            .manage("POST", "/media")
            .json(&json!({"url": url}))
            .send()
            .await
            .expect(422);
        assert!(answer.text.contains(words), "{url}: {}", answer.text);
    }
    app.stop().await;
}
