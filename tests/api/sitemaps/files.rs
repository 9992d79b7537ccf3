//! Which files there are, how long they are, and when they are read anew.

use serde_json::json;

use super::{app, file, index, nothing, urls};
use crate::app::App;
use crate::shorthand::republish;

/// Fills delivery up to so many articles, copies of the only one there is, with ids that begin with these digits.
async fn fill(app: &App, articles: i64, digits: &str) {
    let copies = "INSERT INTO delivery.articles SELECT (jsonb_populate_record(a, jsonb_build_object(
            'id', overlay(gen_random_uuid()::text PLACING $2 FROM 1 FOR length($2)), 'slug', gen_random_uuid()))).*
        FROM delivery.articles a, generate_series(1, $1 - (SELECT count(*) FROM delivery.articles)) n WHERE a.slug = 'een'";
    let sql = app.sql().await;
    sql.execute(copies, &[&articles, &digits]).await.unwrap();
    sql.batch_execute("VACUUM ANALYZE delivery.articles")
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_more_files_when_one_would_be_too_long() {
    let app = app().await;
    let article = app.publish(json!({"headline": "Een"})).await;
    fill(&app, 40_000, "").await;
    // What was kept knows nothing of what is filled in.
    republish(&app, &article, json!({"headline": "Een."})).await;
    assert_eq!(
        index(&app).await,
        ["articles.xml", "sections.xml", "news.xml"]
    );
    assert_eq!(file(&app, "articles.xml").await.len(), 40_000);

    fill(&app, 40_001, "").await;
    republish(&app, &article, json!({"headline": "Een.."})).await;
    let named: Vec<String> = (0..16)
        .map(|digit| format!("articles-{digit:x}.xml"))
        .collect();
    assert_eq!(index(&app).await[..16], named);
    let mut all = Vec::new();
    for name in &named {
        all.extend(urls(&app, name).await);
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 40_001, "each in one file");
    // Who knows the index of before finds what it names, while the protocol lets it be a file.
    assert_eq!(urls(&app, "articles.xml").await, all);
    fill(&app, 50_001, "").await;
    republish(&app, &article, json!({"headline": "Een..."})).await;
    nothing(&app, "articles.xml").await;

    // Ids that are not as random as they should be.
    fill(&app, 95_000, "a").await;
    republish(&app, &article, json!({"headline": "Een"})).await;
    let named = index(&app).await;
    assert!(named.contains(&"articles-00.xml".to_owned()), "{named:?}");
    assert_eq!(named.len(), 256 + 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_file_gets_it_again_only_when_it_is_another() {
    let app = app().await;
    app.make("/sections", json!({"name": "Water"})).await;
    let article = app
        .publish(json!({"headline": "Een", "section": "water"}))
        .await;
    for path in [
        "/sitemap.xml",
        "/sitemaps/articles.xml",
        "/sitemaps/sections.xml",
        "/sitemaps/news.xml",
    ] {
        let first = app.get(path).await.expect(200);
        let has = async || {
            let call = app.call("GET", path);
            call.header("if-none-match", &first.etag()).send().await
        };
        has().await.expect(304);
        let head = app.call("HEAD", path).send().await.expect(200);
        assert_eq!((head.text.as_str(), head.etag()), ("", first.etag()));
        app.call("POST", path).send().await.expect(405);
        app.get(&format!("{path}?page=1")).await.expect(400);
        for (accept, status) in [
            ("text/xml", 200),
            ("text/html, */*;q=0.1", 200),
            ("image/png", 406),
        ] {
            let call = app.call("GET", path).header("accept", accept);
            call.send().await.expect(status);
        }
        let kept = has().await.expect(304);
        assert_eq!(
            kept.header("cache-status").contains("hit"),
            path != "/sitemaps/news.xml",
            "{path}"
        );
    }
    let section = app.manage("GET", "/sections/water").send().await;
    app.patch("/sections/water", &section, json!({"slug": "zee"}))
        .await
        .expect(200);
    assert_eq!(
        urls(&app, "articles.xml").await,
        ["https://example.org/zee/een"]
    );
    assert_eq!(
        urls(&app, "sections.xml").await,
        ["https://example.org/", "https://example.org/zee"]
    );
    let site = app.manage("GET", "/site").send().await;
    app.patch(
        "/site",
        &site,
        json!({"public_url": "https://elders.example/krant"}),
    )
    .await
    .expect(200);
    assert_eq!(
        urls(&app, "articles.xml").await,
        ["https://elders.example/krant/zee/een"]
    );
    republish(&app, &article, json!({"section": null})).await;
    assert_eq!(
        urls(&app, "articles.xml").await,
        ["https://elders.example/krant/een"]
    );
    for other in [
        "articles-0.xml.gz",
        "articles-.xml",
        "articles-zz.xml",
        "articles-00000.xml",
        "drafts.xml",
        "articles",
    ] {
        nothing(&app, other).await;
    }
    app.stop().await;
}
