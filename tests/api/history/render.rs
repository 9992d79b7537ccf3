//! What an older renderer made is made anew, from the same source.

use serde_json::json;

use super::rebuilt;
use super::snapshot::{expect_equal, snapshot};
use crate::app::App;
use crate::postgres::{database, settings};
use crate::shorthand::{html, markdown, read};

/// Leaves texts as an older renderer would have, in newsroom and delivery.
const OLDER: &str = "
    UPDATE newsroom.article_versions SET
        body = ((body::jsonb || '{\"html\": \"verouderd\", \"text\": \"verouderd\", \"renderer_version\": 0}') - 'reading_minutes')::json,
        standfirst = (standfirst::jsonb || '{\"html\": \"verouderd\", \"renderer_version\": 0}')::json;
    UPDATE newsroom.update_versions SET body = (body::jsonb || '{\"html\": \"verouderd\", \"renderer_version\": 0}')::json;
    UPDATE newsroom.authors SET biography = (biography::jsonb || '{\"html\": \"verouderd\", \"renderer_version\": 0}')::json;
    UPDATE newsroom.site SET about = (about::jsonb || '{\"html\": \"verouderd\", \"renderer_version\": 0}')::json;
    UPDATE delivery.articles SET body_html = 'verouderd', standfirst_html = 'verouderd', renderer_version = 0,
        updates = replace(updates::text, 'Later.', 'verouderd')::json;
    UPDATE delivery.authors SET biography_html = 'verouderd';
    UPDATE delivery.site SET about_html = 'verouderd'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_renders_what_an_older_renderer_made() {
    // Nothing is kept, so that what the test writes into delivery shows.
    let database = database().await;
    let flags = ["--workers=1", "--cache-size=0"];
    let app = App::serving(&database, &settings(&database), &flags).await;
    app.make(
        "/authors",
        json!({"name": "Auteur", "biography": markdown("Schrijft *graag*.")}),
    )
    .await;
    let site = app.manage("GET", "/site").send().await;
    app.patch(
        "/site",
        &site,
        json!({"about": html("<p>Over ons</p><script>x</script>")}),
    )
    .await
    .expect(200);
    let body = json!({
        "headline": "Artikel", "authors": ["auteur"], "standfirst": markdown("Vooraf."), "body": markdown("Een.\n\n## Kop\n\nTwee.[^1]\n\n[^1]: Noot.")
    });
    let article = app.publish(body).await;
    app.make(
        "/articles/artikel/updates",
        json!({"body": markdown("Later.\n\n## Kop")}),
    )
    .await;
    let draft = app
        .make(
            "/articles",
            json!({"headline": "Concept", "body": markdown("Concept.")}),
        )
        .await;
    let (before, page) = (
        snapshot(&app).await,
        read(&app, "/v1/articles/artikel").await,
    );
    let sql = app.sql().await;
    sql.batch_execute(OLDER).await.unwrap();
    assert_eq!(
        read(&app, "/v1/articles/artikel").await["body"]["html"],
        "verouderd"
    );

    let outcome = rebuilt(&app).await;

    expect_equal(&before, &snapshot(&app).await, "rendered anew");
    assert_eq!(read(&app, "/v1/articles/artikel").await, page);
    assert_eq!(
        (outcome.rendered, outcome.changed),
        (5, 3),
        "two versions, an update, a biography, the site; then what readers see of them"
    );
    let draft = app
        .manage("GET", &format!("/articles/{}", draft.id()))
        .send()
        .await
        .expect(200);
    assert_eq!(draft.json["body"]["html"], "<p>Concept.</p>");
    let now = app
        .manage("GET", &format!("/articles/{}", article.id()))
        .send()
        .await
        .expect(200);
    assert_eq!(now.etag(), article.etag(), "no new version");
    assert_eq!(rebuilt(&app).await.rendered, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_newer_renderer_made_is_left_alone() {
    let app = App::start().await;
    app.publish(json!({"headline": "Artikel", "body": markdown("Een.")}))
        .await;
    let newer = "UPDATE newsroom.article_versions SET body = (body::jsonb || '{\"html\": \"nieuwer\", \"renderer_version\": 1000}')::json";
    app.sql().await.batch_execute(newer).await.unwrap();
    assert_eq!(rebuilt(&app).await.rendered, 0);
    assert_eq!(
        read(&app, "/v1/articles/artikel").await["body"]["html"],
        "nieuwer"
    );
    app.stop().await;
}
