//! The main job: an editor's tool writes an article, a frontend reads its page in one request.

use serde_json::json;

use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_published_article_is_one_page_with_everything_it_names() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Politiek"})).await;
    app.make("/authors", json!({"name": "Fenna Loman"})).await;
    app.publish(json!({"headline": "Zout op de aardappel"}))
        .await;
    let article = app
        .publish(json!({
            "headline": "De haven slibt dicht", "language": "nl", "section": "politiek", "authors": ["fenna-loman"],
            "body": {"format": "markdown", "source": "Een.\n\n## Wat nu\n\nTwee."},
            "entities": [{"kind": "person", "name": "Piet Puk", "relation": "about"}],
            "related": [{"article": "zout-op-de-aardappel"}]
        }))
        .await;
    app.make(
        &format!("/articles/{}/updates", article.id()),
        json!({"body": {"format": "markdown", "source": "Later."}}),
    )
    .await;

    let page = app
        .get("/v1/articles/de-haven-slibt-dicht")
        .await
        .expect(200);

    assert_eq!(
        page.json["body"]["html"],
        "<p>Een.</p>\n<h2 id=\"wat-nu\">Wat nu</h2>\n<p>Twee.</p>"
    );
    assert_eq!(page.json["updates"][0]["body"]["html"], "<p>Later.</p>");
    assert_eq!(page.json["entities"]["people"][0]["slug"], "piet-puk");
    assert_eq!(page.json["related"][0]["headline"], "Zout op de aardappel");
    app.stop().await;
}
