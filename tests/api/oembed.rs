//! oEmbed: what other sites show of an article.

use serde_json::json;

use crate::app::{Answer, App};
use crate::feeds::{API, app};
use crate::media::pictures::jpeg;
use crate::media::{image, uploaded};
use crate::shorthand::{append, managed, markdown, publish_at, republish};

/// Where the frontend of the tests is.
const FRONTEND: &str = "http://localhost:3000";

async fn embed(app: &App, path: &str) -> Answer {
    app.get(&format!("/v1/oembed?url={FRONTEND}{path}")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_is_shown_as_a_quotation_with_its_newest_update() {
    let app = app().await;
    let site = managed(&app, "/site").await;
    app.patch("/site", &site, json!({"title": "Krant & Co"}))
        .await
        .expect(200);
    app.make("/authors", json!({"name": "Jan <b>"})).await;
    let picture = uploaded(&app, &jpeg(400, 300)).await;
    let body = json!({
        "headline": "Eb & vloed", "slug": "eb", "language": "nl", "standfirst": markdown("Het *water* < 3 meter."),
        "body": markdown("Geheim."), "authors": ["jan-b"], "image": image(&picture),
    });
    let article = publish_at(&app, "2026-01-02T03:04:05.000Z", body).await;
    let shown = embed(&app, "/eb").await.expect(200);
    assert_eq!(shown.header("content-type"), "application/json");
    assert_eq!(shown.header("content-language"), "nl");
    let url = format!("{FRONTEND}/eb");
    let begin = format!(
        "<blockquote class=\"kroniek-embed\" lang=\"nl\" cite=\"{url}\"><p><a href=\"{url}\">Eb &amp; vloed</a></p><p>Het water &lt; 3 meter.</p>"
    );
    let end = "<footer>Jan &lt;b&gt;, Krant &amp; Co, <time datetime=\"2026-01-02T03:04:05.000Z\">2026-01-02</time></footer></blockquote>";
    let file = format!("{API}/v1/media/{}/original.jpg", picture.id());
    let told = json!({
        "type": "rich", "version": "1.0", "title": "Eb & vloed", "author_name": "Jan <b>", "author_url": format!("{FRONTEND}/authors/jan-b"),
        "provider_name": "Krant & Co", "provider_url": format!("{FRONTEND}/"), "html": format!("{begin}{end}"), "width": 600, "height": 300,
        "thumbnail_url": file, "thumbnail_width": 400, "thumbnail_height": 300,
    });
    assert_eq!(shown.json, told);

    append(
        &app,
        &article,
        json!({"headline": "Springtij", "kind": "correction", "body": markdown("Hoog.")}),
    )
    .await;
    let page = app.get("/v1/articles/eb").await.json;
    let update = &page["updates"][0];
    let (anchor, at) = (
        update["anchor"].as_str().unwrap(),
        update["published_at"].as_str().unwrap(),
    );
    let newest = format!(
        "<p><a href=\"{url}#{anchor}\">Correctie, <time datetime=\"{at}\">{}</time>: Springtij</a></p>",
        &at[..10]
    );
    let moved = embed(&app, "/eb").await.expect(200);
    assert_eq!(moved.json["html"], format!("{begin}{newest}{end}"));
    let small = app
        .get(&format!(
            "/v1/oembed?url={url}&maxwidth=320&maxheight=100&format=json&dnt=1"
        ))
        .await
        .expect(200);
    assert_eq!(
        (&small.json["width"], &small.json["height"]),
        (&json!(320), &json!(100))
    );
    assert!(small.json.get("thumbnail_url").is_none(), "{}", small.text);
    let retract = format!("/articles/{}/updates/1/retract", article.id());
    let call = app.manage("POST", &retract).if_match("*");
    call.json(&json!({"reason": "Onjuist."}))
        .send()
        .await
        .expect(200);
    assert_eq!(
        embed(&app, "/eb").await.json["html"],
        format!("{begin}{end}")
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_of_before_leads_to_what_it_is_now() {
    let app = app().await;
    app.make("/sections", json!({"name": "Water"})).await;
    let article = app
        .publish(json!({"headline": "Een", "section": "water"}))
        .await;
    republish(&app, &article, json!({"slug": "twee"})).await;
    for path in [
        "/water/twee",
        "/water/een",
        "/een",
        "/twee/",
        "/twee?x=1%23a",
        "/WATER/TWEE",
    ] {
        let shown = embed(&app, path).await.expect(200);
        let html = shown.json["html"].as_str().unwrap();
        assert!(
            html.contains(&format!("href=\"{FRONTEND}/water/twee\"")),
            "{path}: {html}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_public_is_not_there_and_neither_is_what_is_no_article() {
    let app = app().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/articles", json!({"headline": "Concept"})).await;
    let later = app.make("/articles", json!({"headline": "Later"})).await;
    app.act(&later, "publish", json!({"at": "2100-01-01T00:00:00Z"}))
        .await
        .expect(200);
    let gone = app.publish(json!({"headline": "Weg"})).await;
    embed(&app, "/weg").await.expect(200);
    app.act(&gone, "withdraw", json!({})).await.expect(200);
    let told = |answer: Answer| {
        let id = answer.header("x-request-id").to_owned();
        let headers = answer.headers.iter();
        let own = ["x-request-id", "date", "cache-status"];
        let headers: Vec<_> = headers
            .filter(|(name, _)| !own.contains(&name.as_str()))
            .cloned()
            .collect();
        (answer.status, headers, answer.text.replace(&id, ""))
    };
    let nothing = told(embed(&app, "/niets").await.expect(404));
    for path in ["/concept", "/later", "/weg", "/water", "/", ""] {
        assert_eq!(told(embed(&app, path).await), nothing, "{path}");
    }
    let elsewhere = app.get("/v1/oembed?url=https://elders.example/weg").await;
    assert_eq!(told(elsewhere), nothing);
    // It is there again as soon as it is published.
    let path = format!("/articles/{}", later.id());
    app.act(&managed(&app, &path).await, "publish", json!({}))
        .await
        .expect(200);
    embed(&app, "/later").await.expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_asked_is_told() {
    let app = app().await;
    app.publish(json!({"headline": "Een"})).await;
    let xml = app
        .get(&format!("/v1/oembed?url={FRONTEND}/een&format=xml"))
        .await;
    assert_eq!(xml.expect(501).problem(), "not-implemented");
    let unknown = app
        .get(&format!("/v1/oembed?url={FRONTEND}/niets&format=xml"))
        .await;
    unknown.expect(501);
    for (query, fault) in [
        ("".to_owned(), "missing_field at url"),
        ("url=/een".to_owned(), "invalid_value at url"),
        ("url=een".to_owned(), "invalid_value at url"),
        ("url=ftp://localhost/een".to_owned(), "invalid_value at url"),
        (
            format!("url={FRONTEND}/een&format=yaml"),
            "invalid_value at format",
        ),
        (
            format!("url={FRONTEND}/een&maxwidth=0"),
            "invalid_value at maxwidth",
        ),
        (
            format!("url={FRONTEND}/een&maxheight=-1"),
            "invalid_value at maxheight",
        ),
        (
            format!("url={FRONTEND}/een&maxheight=65536"),
            "invalid_value at maxheight",
        ),
        (
            format!("url={FRONTEND}/een&maxwidth=1e3"),
            "invalid_value at maxwidth",
        ),
        (
            format!("url={FRONTEND}/een&callback=x"),
            "unknown_parameter at callback",
        ),
    ] {
        let wrong = app.get(&format!("/v1/oembed?{query}")).await.expect(400);
        assert_eq!(wrong.faults(), [fault], "{query}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_ld_comes_with_the_link_that_a_page_needs() {
    let app = app().await;
    app.publish(json!({"headline": "Een"})).await;
    let json_ld = app.get("/v1/articles/een/json-ld").await.expect(200);
    let link = json_ld.header("link");
    let end = ">; rel=\"alternate\"; type=\"application/json+oembed\"";
    let address = link
        .strip_prefix('<')
        .and_then(|link| link.strip_suffix(end));
    let path = address
        .unwrap_or_else(|| panic!("{link}"))
        .strip_prefix(API)
        .unwrap();
    let shown = app.get(path).await.expect(200);
    assert_eq!(shown.json["title"], "Een");
    let site = app.get("/v1/site").await.json;
    assert_eq!(site["oembed"], format!("{API}/v1/oembed"));
    assert!(path.starts_with("/v1/oembed?url="));
    app.stop().await;
}
