//! What is news: for two days by the database's clock.

use serde_json::json;

use super::xml::Element;
use super::{app, document};
use crate::app::{Answer, App};
use crate::clock::node;
use crate::shorthand::{managed, publish_at};

const NEWS: &str = "http://www.google.com/schemas/sitemap-news/0.9";

async fn answer(app: &App) -> (Answer, Vec<Element>) {
    let answer = app.get("/sitemaps/news.xml").await.expect(200);
    let document = document(&answer, "urlset");
    assert_eq!(document.attribute("xmlns:news"), Some(NEWS));
    (answer, document.children)
}

/// The titles, in their order.
async fn titles(app: &App) -> Vec<String> {
    let (_, urls) = answer(app).await;
    let title = |url: &Element| url.child("news:news").child("news:title").text.clone();
    urls.iter().map(title).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_of_today_is_news_with_all_that_is_asked_for() {
    let app = app().await;
    let body = json!({"headline": "Eb & vloed <b>", "slug": "eb", "language": "nl-BE"});
    let article = app.publish(body).await;
    app.publish(json!({"headline": "Colofon", "type": "page"}))
        .await;
    app.publish(json!({"headline": "Stil", "seo": {"noindex": true}}))
        .await;
    let copy = json!({"headline": "Kopie", "canonical_url": "https://elders.example/origineel"});
    app.publish(copy).await;
    app.make("/articles", json!({"headline": "Concept"})).await;
    publish_at(&app, "2026-01-01T00:00:00.000Z", json!({"headline": "Oud"})).await;
    let (_, urls) = answer(&app).await;
    assert_eq!(urls.len(), 1);
    assert_eq!(urls[0].child("loc").text, "https://example.org/eb");
    let news = urls[0].child("news:news");
    let names: Vec<_> = news.children.iter().map(|child| &child.name).collect();
    assert_eq!(
        names,
        ["news:publication", "news:publication_date", "news:title"]
    );
    let publication = news.child("news:publication");
    let site = app.get("/v1/site").await.json;
    assert_eq!(publication.child("news:name").text, site["title"]);
    assert_eq!(publication.child("news:language").text, "nl");
    assert_eq!(news.child("news:title").text, "Eb & vloed <b>");
    let page = app.get("/v1/articles/eb").await.json;
    assert_eq!(
        news.child("news:publication_date").text,
        page["published_at"]
    );
    let seen = managed(&app, &format!("/articles/{}", article.id())).await;
    app.act(&seen, "withdraw", json!({})).await.expect(200);
    assert_eq!(titles(&app).await, [] as [&str; 0]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_two_days_old_is_news_no_longer_and_no_cache_says_so() {
    let app = node().await;
    app.publish(json!({"headline": "Een"})).await;
    let (fresh, _) = answer(&app).await;
    assert_eq!(fresh.header("cache-control"), "public, max-age=5");
    assert!(fresh.header("surrogate-key").contains("articles:any"));
    // So that it is news for so many seconds more.
    let left = async |seconds: f64| {
        let query = "UPDATE clock.off SET by = (SELECT published_at + interval '2 days' - make_interval(secs => $1) - pg_catalog.clock_timestamp() FROM delivery.articles)";
        app.sql().await.execute(query, &[&seconds]).await.unwrap();
    };
    left(60.0).await;
    assert_eq!(titles(&app).await, ["Een"]);
    left(3.9).await;
    let (last, urls) = answer(&app).await;
    assert_eq!(urls.len(), 1);
    let most = last
        .header("cache-control")
        .strip_prefix("public, max-age=");
    assert!(
        most.unwrap().parse::<u32>().unwrap() <= 3,
        "{}",
        last.header("cache-control")
    );
    let same = app
        .call("GET", "/sitemaps/news.xml")
        .header("if-none-match", &last.etag());
    same.send().await.expect(304);
    left(-0.1).await;
    let (after, urls) = answer(&app).await;
    assert_eq!(urls.len(), 0, "{}", after.text);
    assert!(after.header("cache-status").contains("miss"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_thousand_are_news() {
    let app = app().await;
    let article = app.publish(json!({"headline": "Een"})).await;
    let copies = "INSERT INTO delivery.articles SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'slug', 'kopie-' || n,
            'headline', n, 'published_at', a.published_at - make_interval(secs => n)))).*
        FROM delivery.articles a, generate_series(1, 1100) n WHERE a.id::text = $1";
    app.sql()
        .await
        .execute(copies, &[&article.id()])
        .await
        .unwrap();
    let titles = titles(&app).await;
    assert_eq!(titles.len(), 1000);
    assert_eq!((titles[0].as_str(), titles[999].as_str()), ("Een", "999"));
    app.stop().await;
}
