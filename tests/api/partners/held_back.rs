//! Embargoes: what is held back is there for its audience when its time has come, and not before; the clock is moved, not waited for.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Partner;
use crate::app::App;
use crate::clock::{node, put_minutes};
use crate::postgres::settings;
use crate::watch::head;

/// Until this is what they read, on this node.
async fn becomes(app: &App, partner: &Partner, wanted: &[&str]) {
    let begun = Instant::now();
    loop {
        let found = partner.slugs(app, "count=true").await;
        if found == wanted {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{found:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_is_held_back_for_ten_minutes_on_every_node() {
    let app = node().await;
    let other = App::serving(
        &app.database_url,
        &settings(&app.database_url),
        &["--workers=1"],
    )
    .await;
    app.publish(json!({"headline": "Oud"})).await;
    put_minutes(&app, 30).await;
    let partner = Partner::new(&app, json!({"embargo_seconds": 600})).await;
    let free = Partner::new(&app, json!({})).await;
    let article = app.publish(json!({"headline": "Nieuw"})).await;
    let nothing = |answer: &crate::app::Answer| {
        assert_eq!(
            (answer.status, answer.problem()),
            (404, "not-found"),
            "{}",
            answer.text
        );
    };
    for (minutes, there) in [(30, false), (39, false), (41, true)] {
        put_minutes(&app, minutes).await;
        let before = head(&app).await;
        if there {
            for node in [&app, &other] {
                becomes(node, &partner, &["nieuw", "oud"]).await;
            }
            assert_eq!(head(&app).await, before.max(head(&app).await));
        }
        for node in [&app, &other] {
            assert_eq!(free.slugs(node, "").await, ["nieuw", "oud"]);
            node.get("/v1/articles/nieuw").await.expect(200);
            if there {
                partner.get(node, "/articles/nieuw").await.expect(200);
                continue;
            }
            assert_eq!(partner.slugs(node, "").await, ["oud"]);
            for path in [
                "/articles/nieuw".to_owned(),
                format!("/articles/{}", article.id()),
                "/articles/nieuw/updates".to_owned(),
            ] {
                nothing(&partner.get(node, &path).await);
            }
            let feed = partner.get(node, "/feeds/feed.json").await.expect(200);
            assert!(!feed.text.contains("Nieuw"));
        }
    }
    // What follows comes at once, and what is taken back as well.
    let update = json!({"headline": "Erbij", "body": {"format": "markdown", "source": "x"}});
    app.make(&format!("/articles/{}/updates", article.id()), update)
        .await;
    let page = partner.get(&app, "/articles/nieuw").await.expect(200);
    assert_eq!(page.json["update_count"], 1);
    let seen = app.manage("GET", "/articles/nieuw").send().await;
    app.act(&seen, "withdraw", json!({})).await.expect(200);
    nothing(&partner.get(&app, "/articles/nieuw").await);
    assert_eq!(partner.slugs(&app, "").await, ["oud"]);
    for node in [app, other] {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_withdrawn_while_it_is_held_back_is_never_there() {
    let app = node().await;
    let partner = Partner::new(&app, json!({"embargo_seconds": 600})).await;
    let article = app.publish(json!({"headline": "Kort"})).await;
    app.publish(json!({"headline": "Lang"})).await;
    app.act(&article, "withdraw", json!({})).await.expect(200);
    assert_eq!(partner.slugs(&app, "").await, [""; 0]);
    put_minutes(&app, 11).await;
    becomes(&app, &partner, &["lang"]).await;
    // One who comes later, under the same embargo, sees the same.
    let later = Partner::new(&app, json!({"embargo_seconds": 600})).await;
    assert_eq!(later.slugs(&app, "").await, ["lang"]);
    // An embargo that nobody has read under is not behind.
    let longer = Partner::new(&app, json!({"embargo_seconds": 300})).await;
    assert_eq!(longer.slugs(&app, "").await, ["lang"]);
    app.stop().await;
}
