//! The forms of rich text that readers ask for.

use crate::app::App;
use crate::shorthand::{append, managed, markdown, names, read};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_text_is_asked_for_everywhere_alike() {
    let app = App::start().await;
    app.make(
        "/authors",
        json!({"name": "Fenna", "biography": markdown("B")}),
    )
    .await;
    let site = managed(&app, "/site").await;
    app.patch("/site", &site, json!({"about": markdown("A")}))
        .await
        .expect(200);
    let body = json!({"headline": "H", "authors": ["fenna"], "standfirst": markdown("S"), "body": markdown("T"), "entities": [{"kind": "topic", "name": "E"}]});
    let article = app.publish(body).await;
    append(&app, &article, json!({"body": markdown("U")})).await;

    for (asked, shown) in [
        ("html", &["html"][..]),
        ("text", &["text"]),
        ("blocks,html", &["blocks", "html"]),
        ("html,text,blocks", &["blocks", "html", "text"]),
    ] {
        for (path, texts) in [
            (
                "/v1/articles/h?",
                &["/standfirst", "/body", "/updates/0/body"][..],
            ),
            ("/v1/articles/h/updates?", &["/data/0/body"]),
            (
                "/v1/articles?include=updates&",
                &[
                    "/data/0/standfirst",
                    "/data/0/body",
                    "/data/0/updates/0/body",
                ],
            ),
            (
                "/v1/entities/e/articles?",
                &["/data/0/standfirst", "/data/0/body"],
            ),
            ("/v1/authors/fenna?", &["/biography"]),
            ("/v1/authors?", &["/data/0/biography"]),
            ("/v1/site?", &["/about"]),
        ] {
            let answer = read(&app, &format!("{path}body={asked}")).await;
            for text in texts {
                assert_eq!(names(answer.pointer(text).unwrap()), shown, "{path} {text}");
            }
        }
    }
    for path in [
        "/v1/sections?",
        "/v1/entities?",
        "/v1/articles/h/related?",
        "/v1/articles/h/donation-links?",
        "/v1/entities/e?",
    ] {
        assert_eq!(
            app.get(&format!("{path}body=html"))
                .await
                .expect(400)
                .faults(),
            ["unknown_parameter at body"],
            "{path}"
        );
    }
    app.stop().await;
}
