//! Publishing, withdrawing, and the three dates.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::{append, managed, markdown, publish_at, read, republish, slugs};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_publication_may_be_dated_back_and_never_ahead() {
    let app = App::start().await;
    let made = app.make("/articles", json!({"headline": "H"})).await;

    let ahead = app
        .act(
            &made,
            "publish",
            json!({"published_at": "2099-01-01T00:00:00Z"}),
        )
        .await
        .expect(422);
    assert_eq!(ahead.faults(), ["invalid_value at /published_at"]);
    assert_eq!(app.get("/v1/articles/h").await.status, 404);
    let published = app
        .act(
            &made,
            "publish",
            json!({"published_at": "2020-02-03T05:05:06.7899+01:00"}),
        )
        .await
        .expect(200);

    assert_eq!(published.json["published_at"], "2020-02-03T04:05:06.789Z");
    assert_eq!(
        read(&app, "/v1/articles/h").await["published_at"],
        "2020-02-03T04:05:06.789Z"
    );
    let again = app
        .act(
            &published,
            "publish",
            json!({"published_at": "2020-01-01T00:00:00Z"}),
        )
        .await
        .expect(422);
    assert_eq!(again.faults(), ["invalid_value at /published_at"]);
    let withdrawn = app.act(&published, "withdraw", json!({})).await.expect(200);
    let again = app
        .act(
            &withdrawn,
            "publish",
            json!({"published_at": "2020-01-01T00:00:00Z"}),
        )
        .await
        .expect(422);
    assert_eq!(again.faults(), ["invalid_value at /published_at"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_are_left_out_by_null_and_words_for_partners_are_text_of_some_length() {
    let app = App::start().await;
    let made = app
        .make(
            "/articles",
            json!({"headline": "H", "translation_of": null}),
        )
        .await;
    let published = app
        .act(&made, "publish", json!({"at": null}))
        .await
        .expect(200);
    for bad in [json!("x".repeat(5_001)), json!(1)] {
        let words = json!({"at": null, "notice_to_partners": bad});
        let refused = app.act(&published, "withdraw", words).await.expect(422);
        assert!(
            refused.faults()[0].ends_with("at /notice_to_partners"),
            "{}",
            refused.text
        );
    }
    let words = json!({"at": null, "notice_to_partners": "x"});
    app.act(&published, "withdraw", words).await.expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_article_is_gone_everywhere_and_comes_back_with_its_date() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let body = json!({"headline": "Weg", "section": "water", "authors": ["fenna"], "entities": [{"kind": "topic", "name": "Slib"}]});
    let article = publish_at(&app, "2024-01-01T00:00:00Z", body).await;
    app.publish(json!({"headline": "Ander", "related": [{"article": article.id()}, {"url": "https://example.org", "title": "E"}]})).await;
    append(&app, &article, json!({"body": markdown("U")})).await;

    let seen = managed(&app, &format!("/articles/{}", article.id())).await;
    let withdrawn = app
        .act(&seen, "withdraw", json!({"reason": "Bron."}))
        .await
        .expect(200);

    assert_eq!(
        (
            &withdrawn.json["status"],
            &withdrawn.json["withdrawal_reason"]
        ),
        (&json!("withdrawn"), &json!("Bron."))
    );
    for name in ["weg".to_owned(), article.id()] {
        for tail in ["", "/updates", "/related", "/donation-links"] {
            let gone = app
                .get(&format!("/v1/articles/{name}{tail}"))
                .await
                .expect(410);
            assert_eq!(gone.problem(), "withdrawn");
            assert!(!gone.text.contains("Bron"));
        }
    }
    let id = article.id();
    let lists = [
        "/v1/articles?section=water",
        "/v1/articles?author=fenna",
        "/v1/articles?entity=slib",
        "/v1/entities/slib/articles",
        "/v1/articles?slugs=weg",
        "/v1/articles?has_updates=true",
        "/v1/articles?sort=updated&published_before=2024-06-01T00:00:00Z",
    ];
    for list in lists
        .into_iter()
        .map(str::to_owned)
        .chain([format!("/v1/articles?ids={id}")])
    {
        assert!(slugs(&app, &list).await.is_empty(), "{list}");
    }
    assert_eq!(
        read(&app, "/v1/articles?count=true").await["page"]["total"],
        1
    );
    assert_eq!(
        read(&app, "/v1/articles/ander").await["related"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(
        read(&app, "/v1/articles/ander/related").await["data"][0]["headline"],
        "E"
    );
    assert_eq!(
        app.act(&withdrawn, "withdraw", json!({}))
            .await
            .expect(409)
            .problem(),
        "state-conflict"
    );

    let back = app.act(&withdrawn, "publish", json!({})).await.expect(200);

    assert_eq!(
        (&back.json["published_at"], &back.json["withdrawal_reason"]),
        (&json!("2024-01-01T00:00:00.000Z"), &json!(null))
    );
    let page = read(&app, "/v1/articles/weg").await;
    assert_eq!(
        (&page["published_at"], &page["update_count"]),
        (&json!("2024-01-01T00:00:00.000Z"), &json!(1))
    );
    assert_eq!(
        read(&app, "/v1/articles/ander").await["related"][0]["headline"],
        "Weg"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_published_article_can_be_withdrawn_and_publishing_twice_changes_nothing() {
    let app = App::start().await;
    let made = app.make("/articles", json!({"headline": "H"})).await;
    assert_eq!(
        app.act(&made, "withdraw", json!({}))
            .await
            .expect(409)
            .problem(),
        "state-conflict"
    );
    let published = app.act(&made, "publish", json!({})).await.expect(200);
    let before = app.get("/v1/articles/h").await;

    let again = app.act(&published, "publish", json!({})).await.expect(200);

    assert_eq!(again.etag(), published.etag());
    let after = app.get("/v1/articles/h").await;
    assert_eq!(
        (after.text.as_str(), after.header("kroniek-seq")),
        (before.text.as_str(), before.header("kroniek-seq"))
    );
    app.stop().await;
}

fn dates(page: &Value) -> [String; 3] {
    ["published_at", "last_update_at", "modified_at"]
        .map(|name| page[name].as_str().unwrap_or("null").to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_date_moves_with_its_own_acts_only() {
    let app = App::start().await;
    let body =
        json!({"headline": "H", "slug": "h", "entities": [{"kind": "person", "name": "Piet"}]});
    let article = publish_at(&app, "2024-01-01T00:00:00Z", body).await;
    let now = async || dates(&read(&app, "/v1/articles/h").await);
    let [published, none, mut modified] = now().await;
    assert_eq!(
        (published.as_str(), none.as_str()),
        ("2024-01-01T00:00:00.000Z", "null")
    );
    assert!(modified > published);

    // A draft's save, a drafted update and a renamed entity move none.
    let path = format!("/articles/{}", article.id());
    app.patch(&path, &article, json!({"headline": "H2"}))
        .await
        .expect(200);
    let draft = append(
        &app,
        &article,
        json!({"body": markdown("U"), "draft": true}),
    )
    .await;
    let piet = managed(&app, "/entities/piet").await;
    app.patch("/entities/piet", &piet, json!({"name": "Peter"}))
        .await
        .expect(200);
    assert_eq!(
        now().await,
        [published.clone(), none.clone(), modified.clone()]
    );

    // A published change moves modified_at alone.
    republish(&app, &article, json!({"headline": "H3"})).await;
    let [first, update, moved] = now().await;
    assert_eq!((&first, update.as_str()), (&published, "null"));
    assert!(moved > modified);
    modified = moved;

    // An update moves last_update_at and modified_at; a revision and a retraction modified_at.
    let update_path = format!("{path}/updates/{}", draft.id());
    let shown = app
        .manage("POST", &format!("{update_path}/show"))
        .send()
        .await
        .expect(200);
    let [first, shown_at, moved] = now().await;
    assert_eq!(
        (&first, &shown_at),
        (
            &published,
            &shown.json["published_at"].as_str().unwrap().to_owned()
        )
    );
    assert!(moved > modified);
    modified = moved;
    let revised = app
        .patch(&update_path, &shown, json!({"body": {"source": "U2"}}))
        .await
        .expect(200);
    let [first, update, moved] = now().await;
    assert_eq!((&first, &update), (&published, &shown_at));
    assert!(moved > modified);
    modified = moved;
    let retract = app
        .manage("POST", &format!("{update_path}/retract"))
        .if_match(&revised.etag());
    retract
        .json(&json!({"reason": "Fout."}))
        .send()
        .await
        .expect(200);
    let [first, update, moved] = now().await;
    assert_eq!((&first, update.as_str()), (&published, "null"));
    assert!(moved > modified);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_need_the_version_that_they_are_based_on() {
    let app = App::start().await;
    let made = app.make("/articles", json!({"headline": "H"})).await;
    let path = format!("/articles/{}", made.id());
    let calls: [(&str, String, Value); 6] = [
        ("POST", format!("{path}/publish"), json!({})),
        ("POST", format!("{path}/withdraw"), json!({})),
        ("PATCH", path.clone(), json!({"headline": "X"})),
        ("PUT", format!("{path}/entities"), json!([])),
        ("PUT", format!("{path}/related"), json!([])),
        ("PUT", format!("{path}/donation-links"), json!("none")),
    ];
    for (method, path, body) in calls {
        app.manage(method, &path)
            .json(&body)
            .send()
            .await
            .expect(428);
        let stale: Answer = app
            .manage(method, &path)
            .if_match("\"9.9\"")
            .json(&body)
            .send()
            .await
            .expect(412);
        assert_eq!(
            stale.json["current_version"],
            made.etag(),
            "{method} {path}"
        );
    }
    assert_eq!(app.manage("DELETE", &path).send().await.status, 428);
    assert_eq!(managed(&app, &path).await.etag(), made.etag());
    app.stop().await;
}
