//! Preview links: who has one sees a draft as readers would, and nobody else learns of it.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::leaks::{WORD, everything, publication};
use crate::media::{pictures::png, uploaded};
use crate::shorthand::{append, managed, markdown, read, remove};
use crate::watch::{expect_gapless, head, holding};

async fn link(app: &App, article: &Answer, body: Value) -> Answer {
    app.make(&format!("/articles/{}/preview", article.id()), body)
        .await
}

/// What the link shows.
async fn seen(app: &App, link: &Answer) -> Answer {
    app.get(link.json["url"].as_str().unwrap()).await
}

/// What readers get of the article, with what differs between two publications of it left out.
fn without_dates(mut page: Value) -> Value {
    for date in ["published_at", "modified_at"] {
        page[date].take();
    }
    page
}

async fn one<T: for<'r> tokio_postgres::types::FromSql<'r>>(app: &App, sql: &str) -> T {
    app.sql().await.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_is_what_readers_get_once_it_is_published() {
    let (app, _) = publication().await;
    let draft = app
        .make(
            "/articles",
            json!({
                "headline": "Ontwerp", "section": "water", "authors": ["auteur"], "standfirst": markdown("Kort."), "body": markdown("## Kop\n\nTekst."),
                "entities": [{"entity": "onderwerp"}, {"kind": "person", "name": "Nog Niemand", "relation": "mentions"}],
                "related": [{"article": "openbaar"}], "donation_links": "none"
            }),
        )
        .await;
    let made = link(&app, &draft, json!({})).await;
    let url = made.json["url"].as_str().unwrap().to_owned();
    let shown = seen(&app, &made).await.expect(200);
    assert_eq!(shown.header("cache-control"), "private, no-store");
    assert_eq!(shown.header("x-robots-tag"), "noindex");
    assert_eq!(shown.header("referrer-policy"), "no-referrer");
    for header in ["etag", "surrogate-key", "last-modified"] {
        assert!(shown.headers.iter().all(|(name, _)| name != header));
    }
    let chosen = "?fields=headline,word_count&include=entities&body=blocks,text";
    let some = app.get(&format!("{url}{chosen}")).await.expect(200);
    app.get(&format!("{url}?x=1")).await.expect(400);

    app.act(&draft, "publish", json!({})).await.expect(200);
    let page = read(&app, "/v1/articles/ontwerp").await;
    assert_eq!(without_dates(shown.json), without_dates(page));
    let page = read(&app, &format!("/v1/articles/ontwerp{chosen}")).await;
    assert_eq!(some.json, page);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_at_it_leaves_no_trace_for_readers() {
    let (app, article) = publication().await;
    let unknown = everything(&app, WORD).await;
    let draft = app
        .make(
            "/articles",
            json!({
                "headline": WORD, "body": markdown(WORD), "authors": ["auteur"],
                "entities": [{"kind": "person", "name": WORD}], "related": [{"article": "openbaar"}]
            }),
        )
        .await;
    let path = format!("/articles/{}", article.id());
    let revised = app
        .patch(
            &path,
            &article,
            json!({"body": markdown(WORD), "slug": WORD.to_uppercase().to_lowercase() + "-2"}),
        )
        .await
        .expect(200);
    let update = append(
        &app,
        &article,
        json!({"body": markdown(WORD), "draft": true}),
    )
    .await;
    let (before, log) = (
        head(&app).await,
        one::<i64>(&app, "SELECT count(*) FROM newsroom.audit").await,
    );
    let links = [
        link(&app, &draft, json!({})).await,
        link(&app, &revised, json!({})).await,
        link(&app, &revised, json!({"version": 1})).await,
        link(&app, &article, json!({"update": update.id()})).await,
    ];
    for made in &links {
        for _ in 0..3 {
            seen(&app, made).await.expect(200);
        }
    }

    assert!(seen(&app, &links[1]).await.text.contains(WORD));
    assert!(!seen(&app, &links[2]).await.text.contains(WORD));
    for word in [WORD, &draft.id()] {
        assert_eq!(holding(&app, word).await, Vec::<String>::new(), "{word}");
    }
    for ((address, before), (_, after)) in unknown.iter().zip(&everything(&app, WORD).await) {
        assert_eq!(before, after, "{address}");
    }
    assert_eq!(head(&app).await, before);
    assert_eq!(
        one::<i64>(&app, "SELECT count(*) FROM newsroom.audit").await,
        log + 4,
        "a look is no write"
    );
    assert_eq!(managed(&app, &path).await.etag(), revised.etag());
    expect_gapless(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_shows_the_working_copy_as_it_stands_and_a_version_as_it_stood() {
    let app = App::start().await;
    let first = app
        .make("/articles", json!({"headline": "Eerste", "slug": "stuk"}))
        .await;
    let (copy, version) = (
        link(&app, &first, json!({})).await,
        link(&app, &first, json!({"version": 1})).await,
    );
    let second = app
        .patch(
            "/articles/stuk",
            &first,
            json!({"headline": "Tweede", "slug": "ander-stuk"}),
        )
        .await
        .expect(200);
    // The slug that the first version had is another's by now.
    app.publish(json!({"headline": "Buur", "slug": "stuk"}))
        .await;
    assert_eq!(
        seen(&app, &copy).await.expect(200).json["headline"],
        "Tweede"
    );
    let old = seen(&app, &version).await.expect(200);
    assert_eq!(old.json["headline"], "Eerste");
    assert_ne!(old.json["slug"], "stuk");

    let published = app.act(&second, "publish", json!({})).await.expect(200);
    app.act(&published, "withdraw", json!({})).await.expect(200);
    assert_eq!(
        seen(&app, &copy).await.expect(200).json["headline"],
        "Tweede"
    );
    app.get("/v1/articles/ander-stuk").await.expect(410);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drafted_update_shows_in_its_place() {
    let (app, article) = publication().await;
    let update = append(
        &app,
        &article,
        json!({"body": markdown("Nieuws."), "kind": "correction", "draft": true}),
    )
    .await;
    let path = format!("/articles/{}", article.id());
    app.patch(&path, &article, json!({"headline": "Nog niet"}))
        .await
        .expect(200);
    let made = link(&app, &article, json!({"update": update.id()})).await;
    let shown = seen(&app, &made).await.expect(200).json;
    assert_eq!(shown["headline"], "Openbaar", "the text that readers have");
    assert_eq!(
        (
            &shown["update_count"],
            &shown["updates"][1]["number"],
            &shown["updates"][1]["kind"]
        ),
        (&json!(2), &json!(2), &json!("correction"))
    );
    assert_eq!(read(&app, "/v1/articles/openbaar").await["update_count"], 1);

    let draft = app.make("/articles", json!({"headline": "Ontwerp"})).await;
    let its = append(
        &app,
        &draft,
        json!({"body": markdown("Later."), "draft": true}),
    )
    .await;
    let both = link(&app, &draft, json!({"update": its.id()})).await;
    assert_eq!(seen(&app, &both).await.expect(200).json["update_count"], 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_ends_by_itself_when_it_is_revoked_and_with_what_it_shows() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    let draft = app.make("/articles", json!({"headline": "Ontwerp"})).await;
    let (revoked, expired, orphan, left) = (
        link(&app, &draft, json!({})).await,
        link(&app, &draft, json!({})).await,
        link(&app, &draft, json!({})).await,
        link(&app, &draft, json!({})).await,
    );
    let list = format!("/articles/{}/previews", draft.id());
    let shown = managed(&app, &list).await;
    assert_eq!(shown.json["data"].as_array().map(Vec::len), Some(4));
    assert!(shown.text.contains(left.json["url"].as_str().unwrap()));
    let path = format!("{list}/{}", revoked.id());
    app.manage("DELETE", &path).send().await.expect(428);
    remove(&app, &path, &revoked).await.expect(204);
    remove(&app, &path, &revoked).await.expect(404);
    let sql = app.sql().await;
    let past = "UPDATE newsroom.previews SET expires_at = clock_timestamp() WHERE id::text = $1";
    sql.execute(past, &[&expired.id()]).await.unwrap();
    for ended in [&revoked, &expired] {
        for node in [&app, &other] {
            let answer = seen(node, ended).await.expect(410);
            assert_eq!(answer.problem(), "preview-over");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
    let shown = managed(&app, &list).await;
    assert_eq!(shown.json["data"].as_array().map(Vec::len), Some(2));

    seen(&other, &orphan).await.expect(200);
    remove(&app, "/articles/ontwerp", &draft).await.expect(204);
    // The row went with the article.
    seen(&other, &orphan).await.expect(404);
    let purged = app.make("/articles", json!({"headline": "Weg"})).await;
    let its = link(&app, &purged, json!({})).await;
    app.act(&purged, "purge", json!({"reason": "Bevel."}))
        .await
        .expect(204);
    seen(&app, &its).await.expect(404);
    app.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_pictures_are_seen_by_who_has_the_link_and_by_nobody_else() {
    let app = App::start().await;
    let (own, other) = (
        uploaded(&app, &png(900, 600)).await,
        uploaded(&app, &png(800, 600)).await,
    );
    let picture = format!("![Een plaat](media:{})", own.id());
    let draft =
        json!({"headline": "Ontwerp", "image": {"media": own.id()}, "body": markdown(&picture)});
    let draft = app.make("/articles", draft).await;
    let made = link(&app, &draft, json!({})).await;
    let shown = seen(&app, &made).await.expect(200);
    let url = shown.json["image"]["url"].as_str().unwrap();
    let below = format!("{}/media/{}/", made.json["url"].as_str().unwrap(), own.id());
    assert!(url.starts_with(&below), "{url}");
    assert!(!shown.text.contains("\"/v1/media/") && !shown.text.contains(" /v1/media/"));
    assert!(
        shown.json["body"]["html"]
            .as_str()
            .unwrap()
            .contains(&below)
    );
    let file = app.get(url).await.expect(200);
    assert!(file.header("content-type").starts_with("image/"));
    assert!(file.header("cache-control").contains("no-store"));
    app.get(&url.replace(&below, &format!("/v1/media/{}/", own.id())))
        .await
        .expect(404);
    app.get(&url.replace(&own.id(), &other.id()))
        .await
        .expect(404);
    let path = format!("/articles/{}/previews/{}", draft.id(), made.id());
    remove(&app, &path, &made).await.expect(204);
    app.get(url).await.expect(404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_link_can_be_guessed_or_bent() {
    let app = App::start().await;
    let draft = app.make("/articles", json!({"headline": "Ontwerp"})).await;
    let hidden = app.make("/articles", json!({"headline": "Geheim"})).await;
    let made = link(&app, &draft, json!({})).await;
    let token = made.json["token"].as_str().unwrap();
    let unknown = app.get("/v1/preview/niets").await.expect(404);
    for (place, _) in token.char_indices() {
        let mut bent = token.to_owned();
        let other = if bent[place..].starts_with('A') {
            "B"
        } else {
            "A"
        };
        bent.replace_range(place..=place, other);
        let answer = app.get(&format!("/v1/preview/{bent}")).await.expect(404);
        assert_eq!(answer.json["detail"], unknown.json["detail"]);
    }
    for wrong in [
        &token[..22],
        &format!("{token}A"),
        "",
        &"A".repeat(500),
        &hidden.id(),
    ] {
        app.get(&format!("/v1/preview/{wrong}")).await.expect(404);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_shown_is_refused_when_the_link_is_made() {
    let app = App::start().await;
    let draft = app.make("/articles", json!({"headline": "Ontwerp"})).await;
    let other = app.publish(json!({"headline": "Ander"})).await;
    let foreign = append(&app, &other, json!({"body": markdown("x"), "draft": true})).await;
    let shown = append(&app, &other, json!({"body": markdown("x")})).await;
    for (article, body, faults) in [
        (
            &draft,
            json!({"version": 2}),
            vec!["unknown_reference at /version"],
        ),
        (
            &draft,
            json!({"version": 0}),
            vec!["unknown_reference at /version"],
        ),
        (
            &draft,
            json!({"update": foreign.id()}),
            vec!["unknown_reference at /update"],
        ),
        (
            &other,
            json!({"update": shown.id()}),
            vec!["unknown_reference at /update"],
        ),
        (
            &other,
            json!({"update": foreign.id(), "version": 1}),
            vec!["invalid_value at /update"],
        ),
        (
            &draft,
            json!({"expires_at": "2020-01-01T00:00:00Z"}),
            vec!["invalid_value at /expires_at"],
        ),
        (
            &draft,
            json!({"expires_at": "2931-01-01T00:00:00Z", "version": 9}),
            vec![
                "unknown_reference at /version",
                "invalid_value at /expires_at",
            ],
        ),
    ] {
        let path = format!("/articles/{}/preview", article.id());
        let answer = app
            .manage("POST", &path)
            .json(&body)
            .send()
            .await
            .expect(422);
        assert_eq!(answer.faults(), faults, "{body}");
    }
    app.stop().await;
}
