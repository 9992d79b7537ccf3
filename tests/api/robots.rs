//! `robots.txt`, as the site's settings have it.

use serde_json::json;

use crate::app::App;
use crate::feeds::{API, app};
use crate::shorthand::managed;

async fn told(app: &App) -> String {
    let answer = app.get("/robots.txt").await.expect(200);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(answer.header("surrogate-key"), "site");
    answer.text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn robots_are_told_what_the_site_says_at_once() {
    let app = app().await;
    let sitemap = format!("\nSitemap: {API}/sitemap.xml\n");
    assert_eq!(
        told(&app).await,
        format!("User-agent: *\nAllow: /\n{sitemap}")
    );
    let seen = managed(&app, "/site").await;
    assert_eq!(seen.json["robots"], json!({"lines": null, "sitemap": true}));
    let lines = "# Geen modellen.\r\nUser-agent: GPTBot\r\nDisallow: /\r\n";
    let changed = app
        .patch("/site", &seen, json!({"robots": {"lines": lines}}))
        .await
        .expect(200);
    let kept = "# Geen modellen.\nUser-agent: GPTBot\nDisallow: /";
    assert_eq!(changed.json["robots"]["lines"], kept);
    assert_eq!(told(&app).await, format!("{kept}\n{sitemap}"));
    app.patch("/site", &changed, json!({"robots": {"sitemap": false}}))
        .await
        .expect(200);
    assert_eq!(told(&app).await, format!("{kept}\n"));
    let call = app
        .call("GET", "/robots.txt")
        .header("accept", "text/html, */*");
    call.send().await.expect(200);
    app.get("/robots.txt?x=1").await.expect(400);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_robots_do_not_understand_is_refused_and_versions_have_what_was_told() {
    let app = app().await;
    let seen = managed(&app, "/site").await;
    for (lines, fault) in [
        (
            "User-agent: *\nDisallow /",
            "invalid_value at /robots/lines",
        ),
        ("a: \u{7}", "invalid_value at /robots/lines"),
        ("", "invalid_value at /robots/lines"),
        (&"#".repeat(50_001), "too_long at /robots/lines"),
    ] {
        let wrong = app
            .patch("/site", &seen, json!({"robots": {"lines": lines}}))
            .await
            .expect(422);
        assert_eq!(wrong.faults(), [fault], "{lines:.40}");
    }
    let other = json!({"robots": {"regels": "a: b"}});
    app.patch("/site", &seen, other).await.expect(422);
    let own = json!({"robots": {"lines": "User-agent: *\nDisallow: /"}});
    let changed = app.patch("/site", &seen, own).await.expect(200);
    let nothing = app
        .patch("/site", &changed, json!({"robots": null}))
        .await
        .expect(200);
    assert!(told(&app).await.contains("Allow: /\n"));
    let number = changed.json["version"].as_i64().unwrap();
    let restore = app
        .manage("POST", &format!("/site/versions/{number}/restore"))
        .if_match(&nothing.etag());
    let restored = restore.json(&json!({})).send().await.expect(200);
    assert_eq!(
        restored.json["robots"],
        json!({"lines": "User-agent: *\nDisallow: /", "sitemap": true})
    );
    assert!(
        told(&app)
            .await
            .starts_with("User-agent: *\nDisallow: /\n\nSitemap: ")
    );
    app.stop().await;
}
