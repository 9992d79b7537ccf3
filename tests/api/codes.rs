//! The table of codes: each is produced, and each explains itself.

use std::collections::BTreeSet;

use kroniek::error::{Code, Error};
use serde_json::json;

use crate::app::App;
use crate::media::{self, pictures::png};
use crate::partners::Partner;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_code_of_the_table_is_answered_and_explained() {
    let app = App::start().await;
    let partner = app.key(kroniek::auth::Role::Partner).await;
    let draft = app.make("/articles", json!({"headline": "Concept"})).await;
    let public = app.publish(json!({"headline": "Artikel"})).await;
    let gone = app.publish(json!({"headline": "Weg"})).await;
    app.act(&gone, "withdraw", json!({})).await.expect(200);
    let create = || app.manage("POST", "/articles");
    let text = json!({"body": {"format": "markdown", "source": "x"}});
    create()
        .header("idempotency-key", "een")
        .json(&json!({"headline": "A"}))
        .send()
        .await
        .expect(201);
    let hand = app.sql().await;
    hand.batch_execute("BEGIN; INSERT INTO newsroom.idempotency (key_id, route, key, body_hash, created_at) SELECT id, 'POST /v1/manage/articles', 'twee', '', now() FROM newsroom.api_keys WHERE role = 'admin'").await.unwrap();
    let running = create()
        .header("idempotency-key", "twee")
        .json(&json!({"headline": "B"}))
        .send()
        .await;
    hand.batch_execute("ROLLBACK").await.unwrap();
    let purged = app.make("/articles", json!({"headline": "Gewist"})).await;
    let purge = || async {
        let path = format!("/articles/{}/purge", purged.id());
        let call = app.manage("POST", &path).if_match("*");
        call.json(&json!({"reason": "Vergissing."})).send().await
    };
    purge().await.expect(204);
    let site = app.manage("GET", "/site").send().await;
    let copy = app.get("/v1/changes?limit=100").await.expect(200);
    let cursor = copy.json["page"]["next_cursor"].as_str().unwrap();
    let changed_terms = format!("/v1/changes?cursor={cursor}");
    let change = json!({"checks": {"missing_headline": "error"}, "public_text": "excerpt"});
    app.patch("/site", &site, change).await.expect(200);
    let unnamed = app.make("/articles", json!({"headline": "…"})).await;
    let (kind, form) = media::form(&[], Some(("", &png(30, 20))));
    let picture = app.manage("POST", "/media").body(&kind, form).send().await;
    let (kind, drawing) = media::form(
        &[],
        Some(("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")),
    );
    let file = format!("/media/{}/file", picture.expect(201).id());
    let link = app
        .make(&format!("/articles/{}/preview", unnamed.id()), json!({}))
        .await;
    let sql = app.sql().await;
    sql.batch_execute("UPDATE newsroom.previews SET expires_at = now()")
        .await
        .unwrap();
    let bulk = json!({"all_or_nothing": true, "operations": [{"method": "DELETE", "path": "/v1/manage/articles/niets"}]});
    let contract = json!({"name": "Een", "ends_at": "2020-01-01T00:00:00Z"});
    let over = Partner::new(&app, contract).await;
    let elsewhere = Partner::new(&app, json!({"networks": ["192.0.2.1"]})).await;
    let one = Partner::new(&app, json!({"quota_per_day": 1})).await;
    one.get(&app, "/articles").await.expect(200);
    let answers = [
        app.call("GET", "/v1/syndication/articles")
            .key(&partner)
            .send()
            .await,
        over.get(&app, "/articles").await,
        elsewhere.get(&app, "/articles").await,
        one.get(&app, "/articles").await,
        app.get(link.json["url"].as_str().unwrap()).await,
        app.manage("POST", "/bulk").json(&bulk).send().await,
        app.manage("POST", "/media")
            .body("multipart/form-data; boundary=a", "x")
            .send()
            .await,
        app.manage("POST", "/media")
            .body(&kind, drawing)
            .send()
            .await,
        app.manage("GET", &file)
            .header("range", "bytes=9000000-")
            .send()
            .await,
        app.act(&unnamed, "publish", json!({})).await,
        purge().await,
        app.get("/v1/articles?x=1").await,
        app.get("/v1/oembed?url=https://example.org/x&format=xml")
            .await,
        create()
            .header("idempotency-key", "")
            .json(&json!({"headline": "A"}))
            .send()
            .await,
        create().body("application/json", "{").send().await,
        app.call("GET", "/v1/manage/articles").send().await,
        app.call("GET", "/v1/manage/articles").key("x").send().await,
        app.call("GET", "/v1/manage/articles")
            .key(&partner)
            .send()
            .await,
        app.get("/v1/articles/niets").await,
        app.call("DELETE", "/v1/articles").send().await,
        app.call("GET", "/v1/articles")
            .header("accept", "text/html")
            .send()
            .await,
        create()
            .json(&json!({"headline": "A", "slug": "artikel"}))
            .send()
            .await,
        app.manage("DELETE", &format!("/articles/{}", public.id()))
            .if_match(&public.etag())
            .send()
            .await,
        app.manage("POST", &format!("/articles/{}/updates", draft.id()))
            .json(&text)
            .send()
            .await,
        running,
        app.get("/v1/articles/weg").await,
        app.get(&changed_terms).await,
        app.call("GET", "/v1/site")
            .header("kroniek-min-seq", "0-1")
            .send()
            .await,
        app.manage("PATCH", "/articles/artikel")
            .if_match("\"9.9\"")
            .json(&json!({}))
            .send()
            .await,
        create()
            .body("application/json", "x".repeat(3 << 20))
            .send()
            .await,
        create().body("text/plain", "x").send().await,
        create().json(&json!({})).send().await,
        create()
            .header("idempotency-key", "een")
            .json(&json!({"headline": "B"}))
            .send()
            .await,
        app.manage("PATCH", "/articles/artikel")
            .json(&json!({}))
            .send()
            .await,
    ];
    let few = ["--workers=1", "--rate-limit=1/3600"];
    let settings = crate::postgres::settings(&app.database_url);
    let limited = App::serving(&app.database_url, &settings, &few).await;
    limited.get("/v1/site").await.expect(200);
    let answers = answers.into_iter().chain([limited.get("/v1/site").await]);
    let mut produced: BTreeSet<String> =
        answers.map(|answer| answer.problem().to_owned()).collect();
    // These need a failure of the server or its database, or half a minute, and other tests provoke them.
    produced.extend(["internal", "unavailable", "request-timeout"].map(str::to_owned));
    for code in Code::ALL {
        assert!(
            produced.contains(code.slug()),
            "{} is answered by nothing here",
            code.slug()
        );
        let page = app.get(&code.path()).await.expect(200);
        assert_eq!(page.json["status"], code.status().as_u16());
        assert!(page.json["explanation"].as_str().unwrap().len() > 60);
    }
    app.get("/problems/no-such").await.expect(404);
    app.stop().await;
}

#[tokio::test]
async fn an_internal_failure_says_nothing_of_its_inside() {
    use actix_web::ResponseError;
    let error = Error::internal("relation \"newsroom.secrets\" does not exist");
    let response = error.error_response();
    let body = actix_web::body::to_bytes(response.into_body())
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&body);
    assert!(
        text.contains("/problems/internal") && !text.contains("secrets"),
        "{text}"
    );
}
