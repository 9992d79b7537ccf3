//! Versions that are not there to be seen: those of others, of what was purged, and to who may not read.

use kroniek::auth::Role;
use serde_json::json;

use crate::app::App;
use crate::shorthand::{managed, markdown};
use crate::version_articles::{numbers, restore, versions};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_of_another_article_and_one_that_there_is_not_are_404() {
    let app = App::start().await;
    let one = app.make("/articles", json!({"headline": "Een"})).await;
    let other = app.publish(json!({"headline": "Ander"})).await;
    let path = format!("/articles/{}", other.id());
    let changed = app
        .patch(&path, &other, json!({"headline": "Anders"}))
        .await
        .expect(200);
    let update = app
        .make(
            &format!("{path}/updates"),
            json!({"body": markdown("Een.")}),
        )
        .await
        .id();
    let (here, text) = (format!("/articles/{}", one.id()), "versions/1");
    for path in [
        format!("{here}/versions/2"),
        format!("{here}/versions/2/diff"),
        format!("{here}/versions/1/diff?against=2"),
        format!("{here}/updates/{update}/versions"),
        format!("{here}/updates/{update}/{text}"),
        format!("{here}/updates/{update}/{text}/diff"),
        format!("{path}/versions/0"),
        format!("{path}/versions/01"),
        format!("{path}/versions/-1"),
        format!("{path}/versions/99999999999"),
        format!("{path}/versions/{}", one.id()),
        format!("{path}/updates/{update}/versions/2"),
    ] {
        app.manage("GET", &path).send().await.expect(404);
    }
    for against in ["0", "-1", "x", "", "+1", "2147483648"] {
        let path = format!("{path}/versions/1/diff?against={against}");
        app.manage("GET", &path).send().await.expect(400);
    }
    restore(&app, &one, 2).await.expect(404);
    restore(&app, &changed, 3).await.expect(404);
    app.manage("POST", &format!("{here}/updates/{update}/{text}/restore"))
        .if_match("*")
        .send()
        .await
        .expect(404);
    assert_eq!(numbers(&versions(&app, &other).await), [2, 1]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_purged_article_no_version_is_left() {
    let app = App::start().await;
    let made = app
        .publish(json!({"headline": "Wissen", "body": markdown("Nooit meer zichtbaar.")}))
        .await;
    let path = format!("/articles/{}", made.id());
    let update = json!({"body": markdown("Ook nooit meer zichtbaar.")});
    app.make(&format!("{path}/updates"), update).await;
    let seen = managed(&app, &path).await;
    let changed = app.patch(&path, &seen, json!({"body": null})).await;
    let restored = app
        .manage("POST", &format!("{path}/versions/1/restore"))
        .if_match(&changed.etag())
        .header("idempotency-key", "terug")
        .send()
        .await
        .expect(200);
    app.act(&restored, "purge", json!({"reason": "Bevel."}))
        .await
        .expect(204);

    for below in [
        "versions",
        "versions/1",
        "versions/1/diff",
        "updates/1/versions",
        "updates/1/versions/1",
    ] {
        let path = format!("{path}/{below}");
        app.manage("GET", &path).send().await.expect(410);
    }
    app.manage("POST", &format!("{path}/versions/1/restore"))
        .if_match(&changed.etag())
        .header("idempotency-key", "terug")
        .send()
        .await
        .expect(410);
    let sql = app.sql().await;
    for table in crate::watch::tables(&app, "newsroom").await {
        let left = format!(
            "SELECT count(*) FROM newsroom.{table} t WHERE strpos(t::text, 'meer zichtbaar') > 0"
        );
        let left: i64 = sql.query_one(&left, &[]).await.unwrap().get(0);
        assert_eq!(left, 0, "{table}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_hold_no_key_and_are_for_who_may_read() {
    let app = App::start().await;
    let made = app.make("/articles", json!({"headline": "Een"})).await;
    let entity = app
        .make("/entities", json!({"kind": "topic", "name": "Zand"}))
        .await;
    let partner = app.key(Role::Partner).await;
    let secret = app.admin.trim_start_matches("kroniek_").to_owned();
    let hash = "SELECT encode(hash, 'hex') FROM newsroom.api_keys WHERE role = 'admin'";
    let hash: String = app.sql().await.query_one(hash, &[]).await.unwrap().get(0);
    for path in [
        format!("/articles/{}/versions", made.id()),
        format!("/articles/{}/versions/1", made.id()),
        format!("/articles/{}/versions/1/diff", made.id()),
        format!("/entities/{}/versions", entity.id()),
        format!("/entities/{}/versions/1", entity.id()),
    ] {
        let told = app.manage("GET", &path).send().await.expect(200);
        assert!(!told.text.contains(&secret) && !told.text.contains(&hash));
        assert_eq!(told.header("cache-control"), "no-store, no-transform");
        let path = format!("/v1/manage{path}");
        app.call("GET", &path).send().await.expect(401);
        app.call("GET", &path)
            .key(&partner)
            .send()
            .await
            .expect(403);
    }
    app.stop().await;
}
