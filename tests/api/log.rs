//! The log: what it holds of each change.

use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::changes::update;
use crate::watch::{expect_gapless, head, last_change};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_readers_cannot_see_takes_no_number() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Artikel"})).await;
    let before = head(&app).await;

    let path = format!("/articles/{}", article.id());
    app.patch(&path, &article, json!({"headline": "Werkversie"}))
        .await
        .expect(200);
    let draft = app
        .make(
            &format!("{path}/updates"),
            json!({"body": {"format": "markdown", "source": "Nog niet."}, "draft": true}),
        )
        .await;
    app.patch(
        &format!("{path}/updates/{}", draft.id()),
        &draft,
        json!({"headline": "Nog steeds niet"}),
    )
    .await
    .expect(200);
    for (kind, body) in [
        ("authors", json!({"name": "Niemand"})),
        ("entities", json!({"kind": "topic", "name": "Niets"})),
        (
            "donation-links",
            json!({"provider": "other", "url": "https://example.org"}),
        ),
        ("articles", json!({"headline": "Concept"})),
    ] {
        let made = app.make(&format!("/{kind}"), body).await;
        let change = if kind == "articles" {
            json!({"headline": "Ander concept"})
        } else {
            json!({})
        };
        let changed = app
            .patch(&format!("/{kind}/{}", made.id()), &made, change)
            .await
            .expect(200);
        app.manage("DELETE", &format!("/{kind}/{}", made.id()))
            .if_match(&changed.etag())
            .send()
            .await
            .expect(204);
    }
    app.key(kroniek::auth::Role::Editor).await;
    let same = app.publish(json!({"headline": "Twee"})).await;
    app.act(&same, "publish", json!({})).await.expect(200);

    assert_eq!(head(&app).await, before + 1, "one publication, one number");
    expect_gapless(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publication_anew_tells_the_keys_of_before_and_after() {
    let app = App::start().await;
    let mut ids = Vec::new();
    for name in ["Oud", "Nieuw"] {
        let section = app.make("/sections", json!({"name": name})).await.id();
        let author = app.make("/authors", json!({"name": name})).await.id();
        let entity = app
            .make("/entities", json!({"kind": "topic", "name": name}))
            .await
            .id();
        ids.push([
            format!("articles:section:{section}"),
            format!("articles:author:{author}"),
            format!("articles:entity:{entity}"),
        ]);
    }
    let refers = |name: &str| json!({"slug": name, "section": name, "authors": [name], "entities": [{"entity": name}], "headline": "Kop", "language": if name == "oud" { "nl" } else { "en" }});
    let article = app.publish(refers("oud")).await;
    let picking = app
        .publish(json!({"headline": "Kiest", "related": [{"article": "oud"}]}))
        .await;
    let path = format!("/articles/{}", article.id());
    let changed = app
        .patch(&path, &article, refers("nieuw"))
        .await
        .expect(200);
    app.act(&changed, "publish", json!({})).await.expect(200);

    let (_, event, keys) = last_change(&app).await;

    assert_eq!(event, "article.changed");
    let mut wanted: Vec<String> = ids.into_iter().flatten().collect();
    wanted.extend(
        [
            "articles:any",
            "slug:article:oud",
            "slug:article:nieuw",
            "articles:language:nl",
            "articles:language:en",
        ]
        .map(str::to_owned),
    );
    wanted.extend([
        format!("article:{}", article.id()),
        format!("article:{}", picking.id()),
    ]);
    for key in wanted {
        assert!(keys.contains(&key), "{key} is not among {keys:?}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rename_tells_the_slugs_of_before_and_after() {
    let app = App::start().await;
    app.publish(json!({"headline": "Artikel", "entities": [{"kind": "person", "name": "Oud"}]}))
        .await;
    let seen = app.manage("GET", "/entities/oud").send().await;
    app.patch("/entities/oud", &seen, json!({"slug": "nieuw"}))
        .await
        .expect(200);
    let (_, _, keys) = last_change(&app).await;
    for key in [
        format!("entity:{}", seen.id()),
        "entity:any".into(),
        "slug:entity:oud".into(),
        "slug:entity:nieuw".into(),
    ] {
        assert!(keys.contains(&key), "{key} is not among {keys:?}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_leaves_a_tombstone_and_a_publication_anew_takes_it_away() {
    let app = App::start().await;
    let tombs = async || {
        let rows = app
            .sql()
            .await
            .query(
                "SELECT kind || ':' || id, seq FROM delivery.tombstones",
                &[],
            )
            .await
            .unwrap();
        rows.iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect::<Vec<(String, i64)>>()
    };
    let article = app.publish(json!({"headline": "Artikel"})).await;
    assert_eq!(tombs().await, []);
    let withdrawn = app.act(&article, "withdraw", json!({})).await.expect(200);
    let (seq, event, _) = last_change(&app).await;
    assert_eq!(
        (tombs().await, event.as_str()),
        (
            vec![(format!("article:{}", article.id()), seq)],
            "article.withdrawn"
        )
    );
    app.act(&withdrawn, "publish", json!({})).await.expect(200);
    assert_eq!(
        (tombs().await, last_change(&app).await.1.as_str()),
        (vec![], "article.published")
    );
    app.get("/v1/articles/artikel").await.expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_change_wakes_the_listeners_once_and_a_draft_wakes_nobody() {
    let app = App::start().await;
    let (client, mut connection) =
        tokio_postgres::connect(&app.database_url, tokio_postgres::NoTls)
            .await
            .unwrap();
    let (heard, mut calls) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(Ok(message)) =
            futures_util::future::poll_fn(|context| connection.poll_message(context)).await
        {
            if let tokio_postgres::AsyncMessage::Notification(call) = message {
                let _ = heard.send((call.channel().to_owned(), call.payload().to_owned()));
            }
        }
    });
    client
        .batch_execute("LISTEN kroniek_changes")
        .await
        .unwrap();
    let mut next = async || {
        tokio::time::timeout(Duration::from_secs(10), calls.recv())
            .await
            .unwrap_or_default()
    };
    let draft = app.make("/articles", json!({"headline": "Artikel"})).await;
    app.act(&draft, "publish", json!({})).await.expect(200);
    app.make(
        &format!("/articles/{}/updates", draft.id()),
        update("Later."),
    )
    .await;
    client
        .batch_execute("NOTIFY kroniek_changes, 'the end'")
        .await
        .unwrap();
    for payload in ["1-1", "1-2", "the end"] {
        assert_eq!(
            next().await,
            Some(("kroniek_changes".to_owned(), payload.to_owned()))
        );
    }
    app.stop().await;
}
