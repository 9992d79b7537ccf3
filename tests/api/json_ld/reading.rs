//! Articles as JSON-LD over HTTP: conditional, negotiated, safe to take into a page, bounded.

use serde_json::{Value, json};

use super::{linked, node};
use crate::app::App;
use crate::shorthand::{append, markdown, republish, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_answers_as_the_article_does() {
    let app = App::start().await;
    let article = json!({"headline": "The harbour", "language": "en"});
    let article = app.publish(article).await;
    let path = "/v1/articles/the-harbour/json-ld";

    let get = app.get(path).await.expect(200);

    let page = app.get("/v1/articles/the-harbour").await;
    for header in [
        "kroniek-seq",
        "cache-control",
        "content-language",
        "last-modified",
    ] {
        assert_eq!(get.header(header), page.header(header), "{header}");
        assert!(!get.header(header).is_empty(), "{header}");
    }
    assert_eq!(get.header("content-type"), "application/ld+json");
    assert!(get.etag().starts_with("W/\""), "{}", get.etag());
    assert_ne!(get.etag(), page.etag());
    let head = app.call("HEAD", path).send().await.expect(200);
    assert_eq!((head.etag(), head.text.as_str()), (get.etag(), ""));
    let again = app.call("GET", path).header("if-none-match", &get.etag());
    assert_eq!(again.send().await.expect(304).text, "");
    let by_id = app
        .get(&format!("/v1/articles/{}/json-ld", article.id()))
        .await;
    assert_eq!(by_id.expect(200).text, get.text);

    republish(&app, &article, json!({"slug": "the-port"})).await;
    let moved = app.get(path).await.expect(308);
    assert_eq!(moved.header("location"), "/v1/articles/the-port/json-ld");
    let again = app.call("GET", "/v1/articles/the-port/json-ld");
    again
        .header("if-none-match", &get.etag())
        .send()
        .await
        .expect(200);
    app.get("/v1/articles/nergens/json-ld").await.expect(404);
    app.get(&format!("{path}?body=text")).await.expect(400);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_to_clients_that_accept_json_ld_or_json() {
    let app = App::start().await;
    app.publish(json!({"headline": "De haven"})).await;
    let status = async |path: &str, accept: &str| {
        app.call("GET", path)
            .header("accept", accept)
            .send()
            .await
            .status
    };
    for accept in [
        "application/ld+json",
        "application/json",
        "*/*",
        "text/html, application/*;q=0.1",
    ] {
        assert_eq!(
            status("/v1/articles/de-haven/json-ld", accept).await,
            200,
            "{accept}"
        );
    }
    for accept in ["text/html", "application/ld+json;q=0", "image/*"] {
        assert_eq!(
            status("/v1/articles/de-haven/json-ld", accept).await,
            406,
            "{accept}"
        );
    }
    assert_eq!(
        status("/v1/articles/de-haven", "application/ld+json").await,
        406
    );
    assert_eq!(
        status("/v1/articles/de-haven", "application/json").await,
        200
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_of_it_can_end_the_script_element_that_a_page_takes_it_into() {
    let app = App::start().await;
    let hostile = "</script><script>alert(1)</script><!-- <script ]]> & \u{2028} \\u003c";
    let body = markdown("`</script><!--`");
    app.make("/authors", json!({"name": hostile, "slug": "haven"}))
        .await;
    let article = app
        .publish(json!({"headline": hostile, "slug": "haven", "authors": ["haven"], "standfirst": body.clone(),
            "image": {"url": "https://example.org/a.jpg", "caption": hostile}, "entities": [{"kind": "person", "name": hostile}]}))
        .await;
    append(
        &app,
        &article,
        json!({"kind": "correction", "headline": hostile, "body": body}),
    )
    .await;

    let answer = app.get("/v1/articles/haven/json-ld").await.expect(200);

    assert!(!answer.text.contains('<'), "{}", answer.text);
    let document = linked(&app, "haven").await;
    let work = node(&document, "NewsArticle");
    assert_eq!(work["headline"], hostile);
    assert_eq!(work["description"], "</script><!--");
    assert_eq!(work["correction"][0]["text"], "</script><!--");
    assert_eq!(work["image"]["caption"], hostile);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_a_web_page_and_what_is_not_known_is_left_out() {
    let app = App::start().await;
    app.publish(json!({"headline": "Ander"})).await;
    let body = json!({"headline": "Colofon", "type": "page", "seo": {"description": "Wie dit maken."}, "related": [{"article": "ander"}]});
    let page = app.publish(body).await;
    let picture = json!({"body": {"format": "html", "source": "<p><img src=\"https://example.org/a.jpg\" alt=\"\"></p>"}, "kind": "correction"});
    append(&app, &page, picture).await;

    let document = linked(&app, "colofon").await;

    let work = node(&document, "WebPage");
    assert_eq!(work["@id"], work["url"]);
    assert_eq!(work["description"], "Wie dit maken.");
    assert_eq!(work["relatedLink"].as_array().unwrap().len(), 1);
    for absent in [
        "image",
        "author",
        "about",
        "license",
        "wordCount",
        "articleSection",
        "mainEntityOfPage",
    ] {
        assert!(work.get(absent).is_none(), "{absent}");
    }
    let post = &node(&document, "LiveBlogPosting")["liveBlogUpdate"][0];
    assert_eq!(
        (post.get("articleBody"), &post["headline"]),
        (None, &json!("Colofon"))
    );
    assert_eq!(*node(&document, "NewsArticle"), Value::Null);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_licence_in_words_is_a_work_and_a_call_to_action_comes_in_a_language_that_is_there() {
    let app = App::start().await;
    let site = app.manage("GET", "/site").send().await;
    let words = json!({"licence": "Overnemen mag, met bronvermelding."});
    app.patch("/site", &site, words).await.expect(200);
    let link = json!({"provider": "other", "url": "https://example.org/geef?a={b}", "call_to_action": {"nl": "Geef"}});
    let link = app.make("/donation-links", link).await.id();
    let silent = json!({"provider": "other", "url": "https://example.org/stil"});
    let silent = app.make("/donation-links", silent).await.id();
    app.publish(json!({"headline": "Harbour", "language": "en", "donation_links": [link, silent]}))
        .await;

    let document = linked(&app, "harbour").await;

    let work = node(&document, "NewsArticle");
    let licence = json!({"@type": "CreativeWork", "text": "Overnemen mag, met bronvermelding."});
    assert_eq!(work["license"], licence);
    assert_eq!(work["potentialAction"][0]["name"], "Geef");
    assert!(work["potentialAction"][1].get("name").is_none());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_with_hundreds_of_updates_is_bounded_as_its_page_is() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Lang"})).await;
    for number in 1..=101 {
        let update = json!({"headline": format!("Nummer {number}"), "kind": "correction", "body": markdown("x")});
        append(&app, &article, update).await;
    }
    let document = linked(&app, "lang").await;
    let page = app.get("/v1/articles/lang").await.json;
    let posts = texts(
        &node(&document, "LiveBlogPosting")["liveBlogUpdate"],
        "headline",
    );
    assert_eq!(posts, texts(&page["updates"], "headline"));
    assert_eq!(posts.len(), 100);
    let corrections = &node(&document, "NewsArticle")["correction"];
    assert_eq!(corrections.as_array().unwrap().len(), 100);
    app.stop().await;
}
