//! What is shown: `fields`, `include` and `body`, on a page and on a list.

use serde_json::{Value, json};

use crate::app::App;
use crate::shorthand::{append, html, markdown, names, read};

const OWN: &[&str] = &[
    "canonical_url",
    "correction_count",
    "has_updates",
    "headline",
    "id",
    "image",
    "language",
    "last_update_at",
    "modified_at",
    "published_at",
    "reading_minutes",
    "seo",
    "slug",
    "standfirst",
    "type",
    "update_count",
    "url",
    "word_count",
];

async fn publication() -> App {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    let body = json!({"headline": "H", "section": "water", "standfirst": markdown("S"), "body": html("<p>B</p>")});
    let article = app.publish(body).await;
    append(&app, &article, json!({"body": markdown("U")})).await;
    app
}

fn with(more: &[&'static str]) -> Vec<&'static str> {
    let mut names = [OWN, more].concat();
    names.sort_unstable();
    names
}

async fn first(app: &App, query: &str) -> Value {
    read(app, &format!("/v1/articles?{query}")).await["data"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_of_a_list_is_the_page_without_its_long_parts() {
    let app = publication().await;
    let item = first(&app, "").await;
    let page = read(&app, "/v1/articles/h").await;

    assert_eq!(names(&item), with(&["authors", "entities", "section"]));
    for (name, value) in item.as_object().unwrap() {
        assert_eq!(*value, page[name], "{name}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_choose_own_properties_and_leave_relations_out() {
    let app = publication().await;
    for path in [
        "/v1/articles/h?fields=headline,url",
        "/v1/articles/h?fields=id,url,slug,headline",
    ] {
        assert_eq!(
            names(&read(&app, path).await),
            ["headline", "id", "slug", "url"]
        );
    }
    assert_eq!(
        names(&first(&app, "fields=outline").await),
        ["id", "outline", "slug"]
    );
    assert_eq!(
        read(&app, "/v1/articles/h?fields=url").await["url"],
        "http://localhost:3000/water/h"
    );
    let both = read(
        &app,
        "/v1/articles/h?fields=headline&include=section,updates",
    )
    .await;
    assert_eq!(
        names(&both),
        [
            "headline",
            "id",
            "section",
            "slug",
            "updates",
            "updates_after_number"
        ]
    );
    assert_eq!(
        names(&first(&app, "fields=headline&include=related").await),
        ["headline", "id", "related", "slug"]
    );
    for unknown in [
        "guid",
        "section",
        "donation_mode",
        "body_html",
        "fresh_at",
        "",
    ] {
        let refused = app
            .get(&format!("/v1/articles?fields=headline,{unknown}"))
            .await
            .expect(400);
        assert_eq!(refused.faults(), ["invalid_value at fields"], "{unknown}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn include_names_relations_in_place_of_the_usual_ones() {
    let app = publication().await;
    let page = read(&app, "/v1/articles/h?include=updates").await;
    assert_eq!(
        names(&page),
        with(&["body", "outline", "updates", "updates_after_number"])
    );
    let item = first(&app, "include=updates,aliases,translations,donation_links").await;
    assert_eq!(
        names(&item),
        with(&[
            "aliases",
            "donation_links",
            "translations",
            "updates",
            "updates_after_number"
        ])
    );
    assert_eq!(item["updates"][0]["body"], json!({"html": "<p>U</p>"}));
    for unknown in ["body", "versions", "updates.authors", "Section"] {
        assert_eq!(
            app.get(&format!("/v1/articles/h?include={unknown}"))
                .await
                .expect(400)
                .faults(),
            ["invalid_value at include"]
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn body_applies_to_every_rich_text_and_adds_the_body_to_lists() {
    let app = publication().await;
    let block = |text: &str| json!([{"type": "paragraph", "html": text, "text": text}]);

    for query in ["body=blocks,text", "body=text,blocks,text"] {
        for shown in [
            read(&app, &format!("/v1/articles/h?{query}")).await,
            first(&app, &format!("{query}&include=updates")).await,
        ] {
            assert_eq!(
                shown["standfirst"],
                json!({"blocks": block("S"), "text": "S"})
            );
            assert_eq!(shown["body"], json!({"blocks": block("B"), "text": "B"}));
            assert_eq!(
                shown["updates"][0]["body"],
                json!({"blocks": block("U"), "text": "U"})
            );
        }
    }
    assert_eq!(
        read(&app, "/v1/articles/h?body=html,blocks,text").await["body"],
        json!({"html": "<p>B</p>", "blocks": block("B"), "text": "B"})
    );
    assert_eq!(
        names(&first(&app, "body=text&fields=headline").await),
        ["body", "headline", "id", "slug"]
    );
    assert_eq!(
        names(&read(&app, "/v1/articles/h?body=text&fields=headline").await),
        ["headline", "id", "slug"]
    );
    assert_eq!(
        first(&app, "fields=body").await["body"],
        json!({"html": "<p>B</p>"})
    );
    let updates = read(&app, "/v1/articles/h/updates?body=text").await;
    assert_eq!(updates["data"][0]["body"], json!({"text": "U"}));
    assert_eq!(
        app.get("/v1/articles?body=markdown")
            .await
            .expect(400)
            .faults(),
        ["invalid_value at body"]
    );
    app.stop().await;
}
