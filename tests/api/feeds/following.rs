//! Following a feed: page by page, by its ETag, and through the cache.

use serde_json::json;

use super::{API, FORMATS, app, feed, parsed, titles};
use crate::shorthand::{append, markdown, publish_at, republish};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_pages_together_have_each_entry_once() {
    let app = app().await;
    for day in 1..=7 {
        publish_at(
            &app,
            &format!("2026-01-0{day}T00:00:00.000Z"),
            json!({"headline": format!("Nr {day}")}),
        )
        .await;
    }
    for (file, _) in FORMATS {
        let (mut path, mut found, mut pages) = (format!("/feeds/{file}?limit=3"), Vec::new(), 0);
        loop {
            let answer = app.get(&path).await.expect(200);
            let feed = parsed(&answer);
            found.extend(titles(&feed));
            pages += 1;
            let next = match file {
                "feed.json" => answer.json["next_url"].as_str().map(str::to_owned),
                _ => {
                    let first = feed
                        .links
                        .iter()
                        .find(|link| link.rel.as_deref() == Some("first"));
                    assert_eq!(first.unwrap().href, format!("{API}/feeds/{file}?limit=3"));
                    let next = feed
                        .links
                        .iter()
                        .find(|link| link.rel.as_deref() == Some("next"));
                    next.map(|link| link.href.clone())
                }
            };
            match next {
                Some(next) => path = next.strip_prefix(API).unwrap().to_owned(),
                None => break,
            }
        }
        let wanted: Vec<String> = (1..=7).rev().map(|day| format!("Nr {day}")).collect();
        assert_eq!((found, pages), (wanted, 3), "{file}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_feed_gets_it_again_only_when_it_is_another() {
    let app = app().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/sections", json!({"name": "Lucht"})).await;
    let article = app
        .publish(json!({"headline": "Een", "section": "water"}))
        .await;
    let path = "/feeds/sections/water/rss.xml";
    let first = app.get(path).await.expect(200);
    assert!(first.header("cache-status").contains("miss"), "{first:?}");
    let same = app
        .call("GET", path)
        .header("If-None-Match", &first.etag())
        .send()
        .await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    assert!(same.header("cache-status").contains("hit"), "{same:?}");
    app.publish(json!({"headline": "Twee", "section": "lucht"}))
        .await;
    let other = app.get(path).await.expect(200);
    assert!(
        other.header("cache-status").contains("hit"),
        "another section's: {other:?}"
    );

    append(&app, &article, json!({"body": markdown("Later.")})).await;
    let moved = app
        .call("GET", path)
        .header("If-None-Match", &first.etag())
        .send()
        .await
        .expect(200);
    assert!(moved.text.contains("Later."));
    republish(&app, &article, json!({"headline": "Een."})).await;
    assert_eq!(titles(&feed(&app, path).await), ["Een."]);
    app.act(&article_now(&app, &article).await, "withdraw", json!({}))
        .await
        .expect(200);
    assert_eq!(titles(&feed(&app, path).await), [] as [&str; 0]);
    let head = app.call("HEAD", path).send().await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    assert_eq!(app.call("POST", path).send().await.status, 405);
    app.stop().await;
}

async fn article_now(app: &crate::app::App, article: &crate::app::Answer) -> crate::app::Answer {
    crate::shorthand::managed(app, &format!("/articles/{}", article.id())).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_imported_keeps_the_name_that_readers_of_feeds_know_it_by() {
    let app = app().await;
    let article = app.publish(json!({"headline": "Een"})).await;
    let other = app.publish(json!({"headline": "Twee"})).await;
    let sql = app.sql().await;
    for (article, guid) in [(&article, "https://example.org/?p=7"), (&other, "7431")] {
        let query = "UPDATE newsroom.articles SET guid = $1 WHERE id::text = $2";
        sql.execute(query, &[&guid, &article.id()]).await.unwrap();
        republish(&app, article, json!({"headline": guid})).await;
    }
    let rss = app.get("/feeds/rss.xml").await.text;
    for guid in ["https://example.org/?p=7", "7431"] {
        assert!(
            rss.contains(&format!("<guid isPermaLink=\"false\">{guid}</guid>")),
            "{rss}"
        );
    }
    let atom = app.get("/feeds/atom.xml").await.text;
    assert!(atom.contains("<id>https://example.org/?p=7</id>"), "{atom}");
    assert!(
        atom.contains(&format!("<id>urn:uuid:{}</id>", other.id())),
        "a guid that is no IRI: {atom}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_xml_or_for_the_format_gets_it_kept_or_not() {
    let app = app().await;
    app.publish(json!({"headline": "Een"})).await;
    for (file, media) in FORMATS {
        let own = media.split(';').next().unwrap();
        for (turn, accept) in [
            own,
            "application/xml, text/xml",
            "text/html, */*;q=0.1",
            "application/rss+xml",
        ]
        .into_iter()
        .enumerate()
        {
            let ask = async || {
                let path = format!("/feeds/{file}?limit={}", turn + 1);
                app.call("GET", &path).header("Accept", accept).send().await
            };
            for kept in [false, true] {
                let answer = ask().await.expect(200);
                assert_eq!(
                    answer.header("content-type"),
                    media,
                    "{file} {accept} {kept}"
                );
            }
        }
        for _ in 0..2 {
            let path = format!("/feeds/{file}?limit=9");
            app.call("GET", &path)
                .header("Accept", "image/png")
                .send()
                .await
                .expect(406);
            app.get(&path).await.expect(200);
        }
    }
    app.stop().await;
}
