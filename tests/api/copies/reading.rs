//! What a page of changes holds, and what it never does.

use serde_json::{Value, json};

use super::{Copy, expect_fresh, expect_whole};
use crate::app::App;
use crate::postgres::{database, settings};
use crate::shorthand::{append, markdown, republish, texts};
use crate::watch::heard;

/// What one page tells, as `op type seq`.
fn told(page: &Value) -> Vec<String> {
    let changes = page["data"].as_array().unwrap().iter();
    let words = |change: &Value| {
        let slug = change["resource"]["slug"].as_str().unwrap_or("-");
        format!(
            "{} {} {slug}",
            change["op"].as_str().unwrap(),
            change["type"].as_str().unwrap()
        )
    };
    changes.map(words).collect()
}

/// What has changed for a copy since it last asked.
async fn news(app: &App, copy: &mut Copy) -> Vec<String> {
    let page = app.get(&copy.path()).await.expect(200).json;
    assert!(!copy.take(&page));
    told(&page)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_comes_once_and_then_only_what_changes_in_its_latest_state() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let article = app
        .publish(json!({
            "headline": "De haven", "section": "water", "authors": ["fenna"], "body": markdown("Een."),
            "entities": [{"kind": "topic", "name": "Slib"}],
        }))
        .await;
    let mut copy = Copy::of("limit=100");
    assert_eq!(
        news(&app, &mut copy).await,
        [
            "upsert site -",
            "upsert section water",
            "upsert author fenna",
            "upsert entity slib",
            "upsert article de-haven"
        ]
    );
    assert_eq!(news(&app, &mut copy).await, [] as [&str; 0]);

    append(&app, &article, json!({"body": markdown("Twee.")})).await;
    let article = republish(&app, &article, json!({"headline": "Haven dicht"})).await;
    assert_eq!(news(&app, &mut copy).await, ["upsert article de-haven"]);
    let seen = copy.all("article").next().unwrap();
    assert_eq!(seen["headline"], "Haven dicht");
    assert_eq!(seen["updates"][0]["body"]["html"], "<p>Twee.</p>");
    expect_whole(&app, &copy, "changed").await;

    let article = app.act(&article, "withdraw", json!({})).await.expect(200);
    assert_eq!(news(&app, &mut copy).await, ["delete article -"]);
    app.act(&article, "publish", json!({})).await.expect(200);
    assert_eq!(news(&app, &mut copy).await, ["upsert article de-haven"]);
    expect_whole(&app, &copy, "published again").await;
    expect_fresh(&app, &copy, "published again").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_while_everything_is_read_comes_after_it() {
    let app = App::start().await;
    let mut articles = Vec::new();
    for number in 0..12 {
        articles.push(
            app.publish(json!({"headline": format!("Nummer {number}")}))
                .await,
        );
    }
    let mut copy = Copy::of("limit=2");
    let mut round = 0;
    while copy.step(&app).await {
        // One that has come, one that is yet to come, a new one: whichever they are.
        if let Some(article) = articles.pop() {
            match round % 3 {
                0 => drop(app.act(&article, "withdraw", json!({})).await.expect(200)),
                1 => drop(republish(&app, &article, json!({"headline": "Anders"})).await),
                _ => drop(app.publish(json!({"headline": "Nieuw"})).await),
            }
        }
        round += 1;
    }
    assert!(round > 6, "{round}");
    expect_whole(&app, &copy, "read while others wrote").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_public_is_told_by_nothing() {
    let app = App::start().await;
    let secret = app.make("/articles", json!({"headline": "Geheim", "authors": [], "entities": [{"kind": "person", "name": "Bron"}]})).await;
    let original = app
        .make(
            "/articles",
            json!({"headline": "Origineel", "language": "nl"}),
        )
        .await;
    app.publish(json!({
        "headline": "Openbaar", "language": "en", "translation_of": original.id(), "related": [{"article": secret.id()}],
    }))
    .await;
    let link = json!({"provider": "other", "url": "https://example.org/geef", "from": "2090-01-01T00:00:00Z"});
    let link = app.make("/donation-links", link).await;
    app.manage("PUT", "/site/donation-links")
        .if_match("*")
        .json(&json!([link.id()]))
        .send()
        .await
        .expect(200);
    let page = app.get("/v1/changes?limit=100").await.expect(200);
    for hidden in [
        "Geheim",
        "geheim",
        "Bron",
        "Origineel",
        &secret.id(),
        &original.id(),
        &link.id(),
    ] {
        assert!(!page.text.contains(hidden), "{hidden}: {}", page.text);
    }
    // Those that refer to them learn of them when they come, and when they go.
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;
    let mut shown = Vec::new();
    for draft in [&secret, &original] {
        shown.push(app.act(draft, "publish", json!({})).await.expect(200));
        copy.follow(&app).await;
        expect_whole(&app, &copy, "published").await;
    }
    for article in &shown {
        app.act(article, "withdraw", json!({})).await.expect(200);
        copy.follow(&app).await;
        expect_whole(&app, &copy, "withdrawn").await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn articles_that_are_not_asked_for_come_as_gone_and_a_section_stays_the_one_meant() {
    let app = App::start().await;
    let water = app.make("/sections", json!({"name": "Water"})).await;
    app.make("/sections", json!({"name": "Land"})).await;
    let wet = app
        .publish(json!({"headline": "Nat", "section": "water"}))
        .await;
    app.publish(json!({"headline": "Droog", "section": "land"}))
        .await;
    let mut copy = Copy::of("section=water&limit=100&fields=headline");
    copy.follow(&app).await;
    assert_eq!(
        texts(&copy.all("article").cloned().collect(), "slug"),
        ["nat"]
    );
    let article = copy.all("article").next().unwrap();
    assert_eq!(
        article,
        &json!({"id": wet.id(), "slug": "nat", "headline": "Nat"})
    );

    app.patch("/sections/water", &water, json!({"slug": "zee"}))
        .await
        .expect(200);
    app.publish(json!({"headline": "Vloed", "section": "zee"}))
        .await;
    let wet = republish(&app, &wet, json!({"section": "land"})).await;
    copy.follow(&app).await;
    assert_eq!(
        texts(&copy.all("article").cloned().collect(), "slug"),
        ["vloed"]
    );
    republish(&app, &wet, json!({"section": "zee"})).await;
    copy.follow(&app).await;
    assert_eq!(copy.ids("article").len(), 2);
    expect_fresh(&app, &copy, "moved").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_of_an_epoch_that_is_over_is_410_and_says_how_to_start_over() {
    let app = App::start().await;
    app.publish(json!({"headline": "Een"})).await;
    let mut copy = Copy::of("limit=1");
    copy.step(&app).await;
    let midway = copy.path();
    copy.follow(&app).await;
    let begun = "UPDATE delivery.head SET epoch = epoch + 1";
    app.sql().await.batch_execute(begun).await.unwrap();
    heard(&app).await;
    for path in [copy.path(), midway] {
        let gone = app.get(&path).await.expect(410);
        assert_eq!(gone.problem(), "epoch-over");
        assert!(gone.text.contains("without a cursor"), "{}", gone.text);
    }
    let mut copy = Copy::of("limit=1");
    copy.follow(&app).await;
    expect_whole(&app, &copy, "begun again").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_set_back_is_noticed_though_nobody_tells_of_it() {
    let app = App::start().await;
    app.publish(json!({"headline": "Een"})).await;
    app.publish(json!({"headline": "Twee"})).await;
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;
    // The last commits are lost, as after a restore to an earlier point.
    let lost = "UPDATE delivery.head SET seq = seq - 1; DELETE FROM delivery.changes c USING delivery.head h WHERE c.seq > h.seq";
    app.sql().await.batch_execute(lost).await.unwrap();
    let gone = app.get(&copy.path()).await.expect(410);
    assert_eq!(gone.problem(), "epoch-over");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_at_rest_is_kept_and_every_change_ends_it() {
    let database = database().await;
    let app = App::on(&database).await;
    let other = App::with(&database, &settings(&database)).await;
    app.publish(json!({"headline": "Een"})).await;
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;
    let first = other.get(&copy.path()).await.expect(200);
    assert_eq!(first.json["data"], json!([]));
    let kept = other.get(&copy.path()).await.expect(200);
    assert!(
        kept.header("cache-status").contains("hit"),
        "{}",
        kept.header("cache-status")
    );
    let made = app.publish(json!({"headline": "Twee"})).await;
    let seq = app.get("/v1/site").await.header("kroniek-seq").to_owned();
    let now = other
        .call("GET", &copy.path())
        .header("kroniek-min-seq", &seq)
        .send()
        .await
        .expect(200);
    assert_eq!(now.json["data"][0]["id"], json!(made.id()));
    app.stop().await;
    other.stop().await;
}
