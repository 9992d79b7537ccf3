//! Where readers are led once an entity was merged.

use serde_json::json;

use crate::app::App;
use crate::entity_merge::{counted, merge, person};
use crate::shorthand::{managed, read, slugs, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_are_led_to_what_it_now_is_by_one_change() {
    let app = App::start().await;
    let from = person(&app, "Piet").await;
    app.make("/entities", json!({"kind": "person", "name": "Piet Puk"}))
        .await;
    let article = app
        .publish(json!({"headline": "H", "entities": [{"entity": "piet"}]}))
        .await;
    let draft = app
        .make(
            "/articles",
            json!({"headline": "Concept", "entities": [{"entity": "piet"}]}),
        )
        .await;
    let renamed = app
        .patch("/entities/piet", &from, json!({"slug": "pietje"}))
        .await
        .expect(200);
    app.sql()
        .await
        .execute(
            "INSERT INTO newsroom.old_paths VALUES ('/tag/piet', 'entity', $1::text::uuid)",
            &[&renamed.id()],
        )
        .await
        .unwrap();
    let (gone, before) = (renamed.id(), read(&app, "/v1/articles/h").await);
    let sql = app.sql().await;
    let seq: i64 = sql
        .query_one("SELECT seq FROM delivery.head", &[])
        .await
        .unwrap()
        .get(0);

    let merged = merge(&app, "pietje", "piet-puk").await;

    let into = merged.id();
    for old in ["piet", "pietje", &gone] {
        for below in ["", "/articles"] {
            let moved = app.get(&format!("/v1/entities/{old}{below}?x=1")).await;
            assert_eq!(moved.status, 400, "unknown parameters are told first");
            let moved = app
                .get(&format!("/v1/entities/{old}{below}"))
                .await
                .expect(308);
            assert_eq!(
                moved.header("location"),
                format!("/v1/entities/piet-puk{below}")
            );
        }
        assert_eq!(
            slugs(&app, &format!("/v1/articles?entity={old}")).await,
            ["h"]
        );
        let resolved = read(&app, &format!("/v1/resolve?path=/topics/{old}")).await;
        assert_eq!(
            (&resolved["slug"], &resolved["state"]),
            (&json!("piet-puk"), &json!("moved"))
        );
    }
    assert_eq!(read(&app, "/v1/resolve?path=/tag/piet").await["id"], into);
    let page = read(&app, "/v1/articles/h").await;
    assert_eq!(texts(&page["entities"]["people"], "slug"), ["piet-puk"]);
    assert_eq!(page["modified_at"], before["modified_at"]);
    let entity = read(&app, "/v1/entities/piet-puk").await;
    assert_eq!(
        (&entity["article_count"], &entity["aliases"]),
        (&json!(1), &json!(["Piet"]))
    );
    assert_eq!(slugs(&app, "/v1/entities").await, ["piet-puk"]);

    let change = sql
        .query_one(
            "SELECT seq, kind, id::text, event, keys FROM delivery.changes WHERE seq > $1",
            &[&seq],
        )
        .await
        .unwrap();
    assert_eq!(
        (
            change.get::<_, i64>(0),
            change.get::<_, &str>(1),
            change.get::<_, &str>(2),
            change.get::<_, &str>(3)
        ),
        (seq + 1, "entity", gone.as_str(), "merged")
    );
    let keys: Vec<String> = change.get(4);
    for key in [
        format!("entity:{gone}"),
        format!("entity:{into}"),
        format!("articles:entity:{gone}"),
        format!("articles:entity:{into}"),
        format!("article:{}", article.id()),
        "articles:any".into(),
        "slug:entity:piet".into(),
        "slug:entity:pietje".into(),
        "slug:entity:piet-puk".into(),
        "slug:article:h".into(),
    ] {
        assert!(keys.contains(&key), "{key} is not among {keys:?}");
    }
    assert!(!keys.iter().any(|key| key.contains(&draft.id())));
    let tombs = sql.query("SELECT FROM delivery.tombstones WHERE kind = 'entity' AND id = $1::text::uuid AND seq = $2", &[&gone, &(seq + 1)]).await.unwrap();
    assert_eq!(tombs.len(), 1);
    let seqs = sql
        .query_one("SELECT a.seq FROM delivery.articles a", &[])
        .await
        .unwrap();
    assert_eq!(seqs.get::<_, i64>(0), seq + 1);
    let audit = sql.query("SELECT subject_kind, subject_id::text, version_from, version_to FROM newsroom.audit WHERE action = 'merge_entity' ORDER BY id", &[]).await.unwrap();
    let rows: Vec<(String, String, Option<String>, Option<String>)> = audit
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0], ("entity".into(), gone, Some("2".into()), None));
    assert_eq!(
        rows[1],
        ("entity".into(), into, Some("1".into()), Some("2".into()))
    );
    for (_, id, from, to) in &rows[2..] {
        let now = managed(&app, &format!("/articles/{id}")).await;
        assert_eq!(now.etag(), format!("\"{}\"", to.clone().unwrap()));
        assert_ne!(from, to);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chains_collapse_and_what_all_became_may_take_an_old_slug_back() {
    let app = App::start().await;
    for name in ["Aa", "Bb", "Cc"] {
        person(&app, name).await;
    }
    app.publish(json!({"headline": "H", "entities": [{"entity": "aa"}]}))
        .await;
    let (a, b) = (
        managed(&app, "/entities/aa").await.id(),
        managed(&app, "/entities/bb").await.id(),
    );

    merge(&app, "aa", "bb").await;
    let last = merge(&app, "bb", "cc").await;

    for old in ["aa", "bb", &a, &b] {
        let moved = app.get(&format!("/v1/entities/{old}")).await.expect(308);
        assert_eq!(moved.header("location"), "/v1/entities/cc");
        assert!(
            app.manage("GET", &format!("/entities/{old}"))
                .send()
                .await
                .expect(404)
                .text
                .contains("\\\"cc\\\"")
        );
    }
    assert_eq!(last.json["aliases"], json!(["Bb", "Aa"]));
    let back = app
        .patch("/entities/cc", &last, json!({"slug": "aa"}))
        .await
        .expect(200);
    for old in ["bb", "cc", &a, &b] {
        assert_eq!(
            app.get(&format!("/v1/entities/{old}"))
                .await
                .expect(308)
                .header("location"),
            "/v1/entities/aa"
        );
    }
    let taken = app
        .manage("POST", "/entities")
        .json(&json!({"kind": "person", "name": "X", "slug": "bb"}))
        .send()
        .await;
    assert_eq!(taken.expect(409).problem(), "slug-taken");
    app.publish(json!({"headline": "Later", "entities": [{"kind": "person", "name": "bB"}]}))
        .await;
    assert_eq!(slugs(&app, "/v1/entities").await, ["aa"]);
    assert_eq!(
        slugs(&app, "/v1/entities/aa/articles").await,
        ["later", "h"]
    );
    assert_eq!(back.json["slug"], "aa");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_readers_knew_leads_to_the_other_also_when_they_did_not_know_that() {
    let app = App::start().await;
    let known = person(&app, "Bekend").await;
    person(&app, "Onbekend").await;
    let article = app
        .publish(json!({"headline": "H", "entities": [{"entity": "bekend"}]}))
        .await;
    app.act(&article, "withdraw", json!({})).await.expect(200);

    merge(&app, "bekend", "onbekend").await;

    for old in ["bekend", &known.id()] {
        assert_eq!(
            app.get(&format!("/v1/entities/{old}"))
                .await
                .expect(308)
                .header("location"),
            "/v1/entities/onbekend"
        );
    }
    assert_eq!(
        read(&app, "/v1/entities/onbekend").await["article_count"],
        0
    );
    let again = managed(&app, &format!("/articles/{}", article.id())).await;
    app.act(&again, "publish", json!({})).await.expect(200);
    assert_eq!(
        read(&app, "/v1/entities/onbekend").await["article_count"],
        1
    );
    counted(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_readers_never_knew_stays_unknown_to_them() {
    let app = App::start().await;
    let (secret, hidden) = (
        person(&app, "Geheim").await,
        person(&app, "Verborgen").await,
    );
    person(&app, "Bekend").await;
    app.publish(json!({"headline": "H", "entities": [{"entity": "bekend"}]}))
        .await;
    app.make(
        "/articles",
        json!({"headline": "Concept", "entities": [{"entity": "geheim"}, {"entity": "verborgen"}]}),
    )
    .await;
    let sql = app.sql().await;
    let head = async || {
        sql.query_one("SELECT seq FROM delivery.head", &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
    };
    let before = head().await;

    merge(&app, "verborgen", "geheim").await;
    assert_eq!(head().await, before, "nothing that readers can see");
    let none = app.get("/v1/entities/niets").await.expect(404).json["detail"].clone();
    let unknown = async || {
        for old in ["geheim", "verborgen", &secret.id(), &hidden.id()] {
            for path in [
                format!("/v1/entities/{old}"),
                format!("/v1/entities/{old}/articles"),
            ] {
                assert_eq!(app.get(&path).await.expect(404).json["detail"], none);
            }
            app.get(&format!("/v1/resolve?path=/topics/{old}"))
                .await
                .expect(404);
            assert!(
                slugs(&app, &format!("/v1/articles?entity={old}"))
                    .await
                    .is_empty()
            );
        }
    };
    unknown().await;
    merge(&app, "geheim", "bekend").await;
    unknown().await;
    assert_eq!(slugs(&app, "/v1/entities").await, ["bekend"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_of_what_only_drafts_and_old_versions_name_is_no_change_to_readers() {
    let app = App::start().await;
    for name in ["Celia", "Anna", "Bea"] {
        person(&app, name).await;
    }
    let named = |names: &[&str]| -> serde_json::Value {
        names.iter().map(|name| json!({"entity": name})).collect()
    };
    app.publish(json!({"headline": "X", "entities": named(&["celia"])}))
        .await;
    for names in [&["celia", "anna"][..], &["celia"]] {
        let put = app.manage("PUT", "/articles/x/entities").if_match("*");
        put.json(&named(names)).send().await.expect(200);
    }
    let seq = app.get("/v1/site").await.header("kroniek-seq").to_owned();

    merge(&app, "anna", "bea").await;
    assert_eq!(app.get("/v1/site").await.header("kroniek-seq"), seq);
    counted(&app).await;
    let count = read(&app, "/v1/entities/celia").await["article_count"].clone();
    assert_eq!(count, json!(1));

    // And where readers know what it was merged into.
    let put = app.manage("PUT", "/articles/x/entities").if_match("*");
    let put = put.json(&named(&["celia", "bea"]));
    put.send().await.expect(200);
    merge(&app, "bea", "celia").await;
    counted(&app).await;
    let gone = app.manage("POST", "/articles/x/withdraw").if_match("*");
    gone.json(&json!({"reason": "x"})).send().await.expect(200);
    counted(&app).await;
    let count = read(&app, "/v1/entities/celia").await["article_count"].clone();
    assert_eq!(count, json!(0));
}
