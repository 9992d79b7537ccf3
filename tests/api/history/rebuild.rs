//! A rebuild puts right what is wrong in delivery, goes on where it was stopped, and lets readers and writers go on.

use kroniek::publishing::rebuild;
use serde_json::{Value, json};

use super::rebuilt;
use super::snapshot::{empty, expect_equal, snapshot};
use crate::app::App;
use crate::leaks::publication;
use crate::shorthand::{markdown, read};
use crate::watch::{expect_gapless, head, last_change};

/// The seq of each article, by slug.
async fn seqs(app: &App) -> Vec<(String, i64)> {
    let rows = app
        .sql()
        .await
        .query("SELECT slug, seq FROM delivery.articles ORDER BY slug", &[])
        .await
        .unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_wrong_in_delivery_is_put_right_and_nothing_else_is_touched() {
    let (app, _) = publication().await;
    app.publish(json!({"headline": "Derde"})).await;
    let before = snapshot(&app).await;
    for (wrong, things) in [
        (
            "UPDATE delivery.articles SET headline = 'Mis' WHERE slug = 'openbaar'",
            1,
        ),
        (
            "UPDATE delivery.articles SET slug = CASE slug WHEN 'openbaar' THEN 'ander' ELSE 'openbaar' END WHERE slug IN ('openbaar') AND false; \
          UPDATE delivery.articles SET slug = 'tijdelijk' WHERE slug = 'ander'; UPDATE delivery.articles SET slug = 'ander' WHERE slug = 'openbaar'; \
          UPDATE delivery.articles SET slug = 'openbaar' WHERE slug = 'tijdelijk'",
            2,
        ),
        ("DELETE FROM delivery.articles WHERE slug = 'derde'", 1),
        ("DELETE FROM delivery.article_related", 1),
        ("UPDATE delivery.authors SET name = 'Mis'", 1),
        ("DELETE FROM delivery.entities", 1),
        ("DELETE FROM delivery.donation_attachments", 1),
        ("DELETE FROM delivery.donation_links", 1),
        ("UPDATE delivery.sections SET slug = 'mis'", 1),
        (
            "INSERT INTO delivery.slugs SELECT kind, 'nooit-geweest', id, false FROM delivery.slugs WHERE slug = 'openbaar'",
            1,
        ),
        ("DELETE FROM delivery.slugs WHERE slug = 'derde'", 1),
        (
            "INSERT INTO delivery.old_paths SELECT '/nooit', kind, id FROM delivery.slugs WHERE slug = 'openbaar'",
            1,
        ),
        (
            "INSERT INTO delivery.tombstones SELECT kind, id, 1, true, now() FROM delivery.slugs WHERE slug = 'openbaar'",
            1,
        ),
        ("UPDATE delivery.site SET title = 'Mis'", 1),
    ] {
        let old = seqs(&app).await;
        app.sql().await.batch_execute(wrong).await.unwrap();
        let outcome = rebuilt(&app).await;
        expect_equal(&before, &snapshot(&app).await, wrong);
        assert_eq!(outcome.changed, things, "{wrong}");
        let moved = old
            .iter()
            .zip(seqs(&app).await)
            .filter(|(old, new)| **old != *new)
            .count();
        assert!(moved <= 2, "{wrong}: {moved} articles have another seq");
    }
    let (seq, event, keys) = last_change(&app).await;
    assert_eq!(
        (event.as_str(), keys.contains(&"site".to_owned())),
        ("changed", true)
    );
    let quiet: bool = app
        .sql()
        .await
        .query_one("SELECT quiet FROM delivery.changes WHERE seq = $1", &[&seq])
        .await
        .unwrap()
        .get(0);
    assert!(quiet, "no stream tells of a rebuild");
    expect_gapless(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_should_not_be_in_delivery_goes_and_leaves_a_tombstone() {
    let (app, _) = publication().await;
    let draft = app
        .make("/articles", json!({"headline": "Concept"}))
        .await
        .id();
    let leak = format!(
        "INSERT INTO delivery.articles SELECT (jsonb_populate_record(a, jsonb_build_object('id', x.id, 'slug', x.slug))).*
         FROM delivery.articles a, (VALUES ('{draft}', 'concept'), (gen_random_uuid()::text, 'spook')) AS x (id, slug) WHERE a.slug = 'openbaar';
         INSERT INTO delivery.sections SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'slug', 'spook'))).* FROM delivery.sections s;
         INSERT INTO delivery.authors SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'slug', 'spook'))).* FROM delivery.authors s"
    );
    app.sql().await.batch_execute(&leak).await.unwrap();
    read(&app, "/v1/articles/spook").await;

    assert_eq!(rebuilt(&app).await.changed, 4);

    for gone in [
        "/v1/articles/spook",
        "/v1/articles/concept",
        "/v1/sections/spook",
        "/v1/authors/spook",
    ] {
        app.get(gone).await.expect(404);
    }
    let kinds = "SELECT string_agg(kind, ' ' ORDER BY kind) FROM delivery.tombstones";
    let kinds: String = app.sql().await.query_one(kinds, &[]).await.unwrap().get(0);
    assert_eq!(
        kinds, "article article author section",
        "copies of them go too"
    );
    let concept = app
        .manage("GET", &format!("/articles/{draft}"))
        .send()
        .await;
    app.act(&concept, "publish", json!({})).await.expect(200);
    read(&app, "/v1/articles/concept").await;
    let before = snapshot(&app).await;
    empty(&app).await;
    rebuilt(&app).await;
    expect_equal(&before, &snapshot(&app).await, "rebuilt from nothing");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_was_stopped_goes_on_where_it_was_unless_told_to_begin_anew() {
    let app = App::start().await;
    for number in 0..120 {
        app.publish(json!({"headline": format!("Artikel {number}")}))
            .await;
    }
    let before = snapshot(&app).await;
    let wrong = "UPDATE delivery.articles SET headline = 'Mis'";
    app.sql().await.batch_execute(wrong).await.unwrap();
    let pools = app.store.pools.clone();
    let (reached, arrived) = tokio::sync::oneshot::channel();
    let mut reached = Some(reached);
    let stopped = tokio::spawn(async move {
        rebuild::run(&pools, false, |progress| {
            // The first batch of articles is committed; then it is killed, wherever it is.
            if progress.step.as_str() == "project articles"
                && let Some(reached) = reached.take()
            {
                reached.send(()).unwrap();
            }
        })
        .await
    });
    arrived.await.unwrap();
    stopped.abort();
    let _ = stopped.await;
    assert!(
        rebuild::interrupted(&app.store.pools)
            .await
            .unwrap()
            .is_some()
    );
    let outcome = rebuilt(&app).await;
    expect_equal(&before, &snapshot(&app).await, "gone on");
    assert!(outcome.changed <= 70 && outcome.seen <= 70, "{outcome:?}");
    assert_eq!(rebuild::interrupted(&app.store.pools).await.unwrap(), None);

    let place = "INSERT INTO newsroom.rebuild VALUES (true, $1, 'project articles', 'ffffffff-ffff-ffff-ffff-ffffffffffff', now())";
    let sql = app.sql().await;
    sql.batch_execute(wrong).await.unwrap();
    sql.execute(place, &[&env!("CARGO_PKG_VERSION")])
        .await
        .unwrap();
    assert_eq!(
        rebuilt(&app).await.changed,
        0,
        "nothing comes after the last id"
    );
    sql.execute(place, &[&"0.0.0"]).await.unwrap();
    assert_eq!(
        rebuilt(&app).await.changed,
        120,
        "another program's begins anew"
    );
    sql.batch_execute(wrong).await.unwrap();
    sql.execute(place, &[&env!("CARGO_PKG_VERSION")])
        .await
        .unwrap();
    let anew = rebuild::run(&app.store.pools, true, |_| ()).await.unwrap();
    assert_eq!(anew.changed, 120, "told to begin anew");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn things_that_have_each_others_slug_are_put_right_however_far_apart() {
    let app = App::start().await;
    for number in 0..60 {
        let name = format!("Onderwerp {number}");
        let named = json!({"headline": format!("Artikel {number}"), "entities": [{"kind": "topic", "name": name}]});
        app.publish(named).await;
    }
    let before = snapshot(&app).await;
    for table in ["articles", "entities"] {
        let swap = format!(
            "CREATE TEMPORARY TABLE two AS (SELECT id, slug FROM delivery.{table} ORDER BY id LIMIT 1) UNION ALL (SELECT id, slug FROM delivery.{table} ORDER BY id DESC LIMIT 1);
             UPDATE delivery.{table} d SET slug = 'tijdelijk-' || d.slug FROM two WHERE two.id = d.id;
             UPDATE delivery.{table} d SET slug = two.slug FROM two WHERE two.id <> d.id AND d.slug LIKE 'tijdelijk-%';
             DROP TABLE two"
        );
        app.sql().await.batch_execute(&swap).await.unwrap();
        assert_eq!(rebuilt(&app).await.changed, 2, "{table}");
        expect_equal(&before, &snapshot(&app).await, table);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_and_writers_go_on_and_two_rebuilds_share_the_work() {
    let app = App::start().await;
    for number in 0..60 {
        app.publish(json!({"headline": format!("Artikel {number}"), "entities": [{"kind": "topic", "name": format!("Onderwerp {}", number % 7)}]})).await;
    }
    app.sql()
        .await
        .batch_execute(
            "UPDATE delivery.articles SET headline = 'Mis'; DELETE FROM delivery.entities",
        )
        .await
        .unwrap();
    let work = async {
        for number in 0..30 {
            let path = format!("/articles/artikel-{number}");
            let seen = app.manage("GET", &path).send().await.expect(200);
            let update: Value = json!({"body": markdown("Later.")});
            app.make(&format!("{path}/updates"), update).await;
            let change =
                json!({"entities": [{"kind": "topic", "name": format!("Nieuw {number}")}]});
            let changed = app.patch(&path, &seen, change).await;
            if changed.status == 200 {
                app.act(&changed, "publish", json!({})).await.expect(200);
            }
            app.get(&format!("/v1/articles/artikel-{number}"))
                .await
                .expect(200);
        }
    };
    let ((), one, other) = tokio::join!(work, rebuilt(&app), rebuilt(&app));
    assert!(one.changed + other.changed > 0);
    let (before, seq) = (snapshot(&app).await, head(&app).await);
    assert_eq!(rebuilt(&app).await.changed, 0);
    assert_eq!(head(&app).await, seq);
    empty(&app).await;
    rebuilt(&app).await;
    expect_equal(&before, &snapshot(&app).await, "rebuilt from nothing");
    expect_gapless(&app).await;
    app.stop().await;
}
