//! The site: the publication itself.

use serde_json::{Value, json};

use crate::app::App;
use crate::shorthand::{managed, markdown, publish_at, read, texts};

async fn change(app: &App, patch: Value) -> crate::app::Answer {
    let seen = managed(app, "/site").await;
    app.patch("/site", &seen, patch).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_site_gives_a_frontend_its_whole_shell() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    let patch = json!({
        "title": "De Peilschaal", "tagline": "Nieuws", "public_url": "https://example.org/", "default_language": "nl", "time_zone": "Europe/Amsterdam",
        "about": markdown("Over *ons*."), "logo": {"url": "https://example.org/l.svg", "alt": "Logo"},
        "social_links": [{"label": "Mastodon", "url": "https://example.social/@x"}], "copyright": "©", "licence": "CC BY", "public_text": "full"
    });

    let changed = change(&app, patch.clone()).await.expect(200);

    let paths = json!({"article": "/{section}/{slug}", "section": "/{slug}", "author": "/authors/{slug}", "entity": "/topics/{slug}"});
    let site = read(&app, "/v1/site").await;
    for field in [
        "title",
        "tagline",
        "default_language",
        "time_zone",
        "logo",
        "social_links",
        "copyright",
        "licence",
        "public_text",
    ] {
        assert_eq!(
            (&site[field], &changed.json[field]),
            (&patch[field], &patch[field]),
            "{field}"
        );
    }
    assert_eq!(
        (&site["public_url"], &site["paths"]),
        (&json!("https://example.org"), &paths)
    );
    assert_eq!(site["about"], json!({"html": "<p>Over <em>ons</em>.</p>"}));
    assert_eq!(
        read(&app, "/v1/site?body=text").await["about"],
        json!({"text": "Over ons."})
    );
    assert_eq!(
        (texts(&site["sections"], "slug"), &site["donation_links"]),
        (vec!["water".to_owned()], &json!([]))
    );
    assert_eq!(site["sections"][0]["url"], "https://example.org/water");
    let emptied = change(&app, json!({"tagline": null, "about": null, "logo": null, "social_links": null, "copyright": null, "licence": null})).await;
    assert_eq!(
        (&emptied.json["about"], &emptied.json["social_links"]),
        (&json!(null), &json!([]))
    );
    assert_eq!(read(&app, "/v1/site").await["about"], json!(null));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_site_changes_under_its_version_only() {
    let app = App::start().await;
    let seen = managed(&app, "/site").await;
    app.manage("PATCH", "/site")
        .json(&json!({"title": "X"}))
        .send()
        .await
        .expect(428);
    let changed = app
        .patch("/site", &seen, json!({"title": "X"}))
        .await
        .expect(200);
    assert_eq!(
        app.patch("/site", &seen, json!({"title": "Y"}))
            .await
            .expect(412)
            .json["current_version"],
        changed.etag()
    );
    assert_eq!(read(&app, "/v1/site").await["title"], "X");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_follow_the_patterns_and_segments_without_a_value_fall_away() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let body = json!({"headline": "In", "language": "nl-BE", "section": "water", "authors": ["fenna"], "entities": [{"kind": "topic", "name": "Slib"}]});
    let inside = publish_at(&app, "2024-02-03T23:59:59Z", body).await;
    publish_at(&app, "2024-12-31T00:00:00Z", json!({"headline": "Uit"})).await;
    let id = inside.id();
    for (pattern, with_section, without) in [
        ("/{section}/{slug}", "/water/in".to_owned(), "/uit"),
        (
            "/{language}/{year}/{month}/{day}/{slug}",
            "/nl-BE/2024/02/03/in".to_owned(),
            "/en/2024/12/31/uit",
        ),
        (
            "/nieuws/{section}/{id}/{slug}",
            format!("/nieuws/water/{id}/in"),
            "",
        ),
    ] {
        change(
            &app,
            json!({"public_url": "https://example.org/blog/", "paths": {"article": pattern}}),
        )
        .await
        .expect(200);
        for page in [
            read(&app, "/v1/articles/in").await,
            read(&app, "/v1/articles?slugs=in").await["data"][0].clone(),
        ] {
            assert_eq!(
                page["url"],
                format!("https://example.org/blog{with_section}"),
                "{pattern}"
            );
        }
        if !without.is_empty() {
            assert_eq!(
                read(&app, "/v1/articles/uit").await["url"],
                format!("https://example.org/blog{without}")
            );
        }
    }
    change(&app, json!({"paths": {"section": "/s/{id}", "author": "/{slug}/over", "entity": "/e/{section}/{slug}"}})).await.expect(200);
    let section = read(&app, "/v1/sections/water").await;
    assert_eq!(
        section["url"],
        format!(
            "https://example.org/blog/s/{}",
            section["id"].as_str().unwrap()
        )
    );
    assert_eq!(
        read(&app, "/v1/authors/fenna").await["url"],
        "https://example.org/blog/fenna/over"
    );
    assert_eq!(
        read(&app, "/v1/entities/slib").await["url"],
        "https://example.org/blog/e/slib"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_site_can_not_be_is_told_by_place() {
    let app = App::start().await;
    for (patch, faults) in [
        (json!({"title": null}), &["missing_field at /title"][..]),
        (
            json!({"public_text": "half", "public_url": "https://example.org/?x=1"}),
            &[
                "invalid_value at /public_text",
                "invalid_value at /public_url",
            ],
        ),
        (
            json!({"public_text": "some"}),
            &["invalid_value at /public_text"],
        ),
        (
            json!({"time_zone": "Europe/Atlantis"}),
            &["invalid_value at /time_zone"],
        ),
        (
            json!({"time_zone": "localtime", "public_url": "https://example.org/%zz", "paths": {"article": "/../{slug}"}}),
            &[
                "invalid_value at /paths/article",
                "invalid_value at /public_url",
                "invalid_value at /time_zone",
            ],
        ),
        (
            json!({"time_zone": "'; DROP TABLE x"}),
            &["invalid_value at /time_zone"],
        ),
        (
            json!({"default_language": "Dutch!"}),
            &["invalid_value at /default_language"],
        ),
        (
            json!({"public_url": "javascript:alert(1)"}),
            &["invalid_value at /public_url"],
        ),
        (
            json!({"paths": {"article": "/{section}", "section": "{slug}", "author": "/{name}/{slug}", "entity": "/a b/{slug}"}}),
            &[
                "invalid_value at /paths/article",
                "invalid_value at /paths/author",
                "invalid_value at /paths/entity",
                "invalid_value at /paths/section",
            ],
        ),
        (
            json!({"paths": {"article": "/x{slug}"}}),
            &["invalid_value at /paths/article"],
        ),
        (
            json!({"paths": {"page": "/{slug}"}, "donation_links": []}),
            &[
                "unknown_field at /donation_links",
                "unknown_field at /paths/page",
            ],
        ),
    ] {
        let mut found = change(&app, patch).await.expect(422).faults();
        found.sort();
        assert_eq!(found, faults);
    }
    assert_eq!(managed(&app, "/site").await.json["version"], 1);
    change(&app, json!({"time_zone": "Pacific/Auckland"}))
        .await
        .expect(200);
    app.stop().await;
}
