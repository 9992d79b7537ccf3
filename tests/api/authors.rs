//! Authors: who writes.

use serde_json::json;

use crate::app::App;
use crate::shorthand::{append, managed, markdown, read, remove, slugs, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_author_is_made_read_changed_and_removed() {
    let app = App::start().await;
    let links = json!([{"label": "Mastodon", "url": "https://example.social/@f"}]);
    let body = json!({"name": "Fenna Loman", "biography": markdown("Over *haar*."), "image": {"url": "https://example.org/f.jpg"}, "links": links});

    let made = app.make("/authors", body).await;

    assert_eq!(
        (made.etag(), &made.json["slug"], &made.json["links"]),
        ("\"1\"".to_owned(), &json!("fenna-loman"), &links)
    );
    assert_eq!(
        made.json["biography"],
        json!({"format": "markdown", "source": "Over *haar*.", "html": "<p>Over <em>haar</em>.</p>"})
    );
    let changed = app
        .patch(
            "/authors/fenna-loman",
            &made,
            json!({"biography": {"source": "Anders."}, "links": []}),
        )
        .await
        .expect(200);
    assert_eq!(
        (&changed.json["biography"]["html"], &changed.json["links"]),
        (&json!("<p>Anders.</p>"), &json!([]))
    );
    let emptied = app
        .patch(
            "/authors/fenna-loman",
            &changed,
            json!({"biography": null, "image": null, "links": null}),
        )
        .await
        .expect(200);
    assert_eq!(
        (
            &emptied.json["biography"],
            &emptied.json["image"],
            &emptied.json["links"]
        ),
        (&json!(null), &json!(null), &json!([]))
    );
    assert_eq!(
        app.patch("/authors/fenna-loman", &made, json!({}))
            .await
            .status,
        412
    );
    app.manage("PATCH", "/authors/fenna-loman")
        .json(&json!({}))
        .send()
        .await
        .expect(428);
    remove(&app, "/authors/fenna-loman", &emptied)
        .await
        .expect(204);
    assert_eq!(
        app.manage("GET", "/authors/fenna-loman")
            .send()
            .await
            .status,
        404
    );
    let wrong = json!({"biography": "text", "links": [{"label": "x", "url": "javascript:x"}], "email": "x"});
    let mut faults = app
        .manage("POST", "/authors")
        .json(&wrong)
        .send()
        .await
        .expect(422)
        .faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "invalid_value at /links/0/url",
            "missing_field at /name",
            "unknown_field at /email",
            "wrong_type at /biography"
        ]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_author_is_public_once_named_by_something_published_and_stays_so() {
    let app = App::start().await;
    let never = app.make("/authors", json!({"name": "Nooit"})).await;
    app.patch(
        "/authors/nooit",
        &never,
        json!({"biography": markdown("Toch niet.")}),
    )
    .await
    .expect(200);
    let body = json!({"name": "Fenna", "biography": markdown("Wie."), "links": [{"label": "L", "url": "https://example.org/"}]});
    let fenna = app.make("/authors", body).await;
    let draft = app
        .make("/articles", json!({"headline": "H", "authors": ["fenna"]}))
        .await;
    assert_eq!(app.get("/v1/authors/fenna").await.status, 404);
    assert!(slugs(&app, "/v1/authors").await.is_empty());

    let published = app.act(&draft, "publish", json!({})).await.expect(200);

    let author = read(&app, "/v1/authors/fenna").await;
    assert_eq!(
        author,
        json!({
            "id": fenna.id(), "slug": "fenna", "name": "Fenna", "biography": {"html": "<p>Wie.</p>"}, "image": null,
            "links": [{"label": "L", "url": "https://example.org/"}], "url": "http://localhost:3000/authors/fenna"
        })
    );
    assert_eq!(
        read(&app, &format!("/v1/authors/{}", fenna.id())).await,
        author
    );
    assert_eq!(read(&app, "/v1/authors").await["data"], json!([author]));
    let form =
        json!({"blocks": [{"type": "paragraph", "html": "Wie.", "text": "Wie."}], "text": "Wie."});
    assert_eq!(
        read(&app, "/v1/authors/fenna?body=blocks,text").await["biography"],
        form
    );
    assert_eq!(
        read(&app, "/v1/authors?body=blocks,text").await["data"][0]["biography"],
        form
    );
    app.act(&published, "withdraw", json!({})).await.expect(200);
    assert_eq!(read(&app, "/v1/authors/fenna").await, author);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renamed_author_has_the_new_name_at_once_and_the_old_slug_redirects() {
    let app = App::start().await;
    let fenna = app.make("/authors", json!({"name": "Fenna"})).await;
    app.make("/authors", json!({"name": "Joris"})).await;
    app.publish(json!({"headline": "H", "authors": ["joris", "fenna"]}))
        .await;
    let before = read(&app, "/v1/articles/h").await;

    app.patch(
        "/authors/fenna",
        &fenna,
        json!({"name": "Fem", "slug": "fem"}),
    )
    .await
    .expect(200);

    let page = read(&app, "/v1/articles/h").await;
    assert_eq!(
        (
            texts(&page["authors"], "name"),
            texts(&page["authors"], "slug")
        ),
        (
            vec!["Joris".into(), "Fem".into()],
            vec!["joris".into(), "fem".into()]
        )
    );
    assert_eq!(page["modified_at"], before["modified_at"]);
    assert_eq!(
        read(&app, "/v1/articles?author=fenna").await["data"][0]["authors"][1]["name"],
        "Fem"
    );
    assert_eq!(
        app.get("/v1/authors/fenna?body=text")
            .await
            .expect(308)
            .header("location"),
        "/v1/authors/fem?body=text"
    );
    let taken = json!({"name": "X", "slug": "fenna"});
    assert_eq!(
        app.manage("POST", "/authors")
            .json(&taken)
            .send()
            .await
            .expect(409)
            .problem(),
        "slug-taken"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_author_named_by_an_article_or_update_can_not_be_removed() {
    let app = App::start().await;
    let (one, two) = (
        app.make("/authors", json!({"name": "Een"})).await,
        app.make("/authors", json!({"name": "Twee"})).await,
    );
    let article = app
        .publish(json!({"headline": "H", "authors": ["een"]}))
        .await;
    append(
        &app,
        &article,
        json!({"body": markdown("U"), "authors": ["twee"], "draft": true}),
    )
    .await;
    assert_eq!(
        remove(&app, "/authors/een", &one)
            .await
            .expect(409)
            .problem(),
        "in-use"
    );
    assert_eq!(
        remove(&app, "/authors/twee", &two)
            .await
            .expect(409)
            .problem(),
        "in-use"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_authors_come_by_name_in_pages() {
    let app = App::start().await;
    for name in ["Cor", "Aap", "Bo", "Bob"] {
        app.make("/authors", json!({"name": name})).await;
    }
    app.publish(json!({"headline": "H", "authors": ["cor", "aap", "bo"]}))
        .await;
    let first = app.get("/v1/authors?limit=2").await.expect(200);
    assert_eq!(texts(&first.json["data"], "name"), ["Aap", "Bo"]);
    let next = first
        .header("link")
        .strip_prefix('<')
        .and_then(|link| link.strip_suffix(">; rel=\"next\""))
        .unwrap();
    assert_eq!(texts(&read(&app, next).await["data"], "name"), ["Cor"]);
    assert_eq!(
        texts(&managed(&app, "/authors?q=BO").await.json["data"], "name"),
        ["Bo", "Bob"]
    );
    let first = managed(&app, "/authors?limit=3").await.json;
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    assert_eq!(
        texts(
            &managed(&app, &format!("/authors?limit=3&cursor={cursor}"))
                .await
                .json["data"],
            "name"
        ),
        ["Cor"]
    );
    app.stop().await;
}
