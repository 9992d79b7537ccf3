//! Many writes in one request: all or nothing, or each for itself.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::{managed, markdown, slugs};
use crate::watch::{expect_gapless, head};
use kroniek::auth::Role;

fn write(method: &str, path: &str, body: Value) -> Value {
    json!({"method": method, "path": format!("/v1/manage{path}"), "if_match": "*", "body": body})
}

async fn send(app: &App, all_or_nothing: bool, operations: Value) -> Answer {
    let body = json!({"all_or_nothing": all_or_nothing, "operations": operations});
    app.manage("POST", "/bulk").json(&body).send().await
}

fn statuses(answer: &Answer) -> Vec<u64> {
    let results = answer.json["results"].as_array().unwrap();
    let status = |result: &Value| result["status"].as_u64().unwrap();
    results.iter().map(status).collect()
}

async fn audited(app: &App, what: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM newsroom.audit WHERE {what}");
    app.sql().await.query_one(&sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_or_nothing_is_one_change_to_readers_and_one_audit_row_for_each() {
    let app = App::start().await;
    let before = head(&app).await;
    let made = send(
        &app,
        true,
        json!([
            write("POST", "/sections", json!({"name": "Water"})),
            write(
                "POST",
                "/articles",
                json!({"headline": "Een", "section": "water", "body": markdown("x")})
            ),
            write(
                "POST",
                "/articles",
                json!({"headline": "Twee", "entities": [{"kind": "person", "name": "Anna"}]})
            ),
            write("POST", "/articles/een/publish", json!({})),
            write("POST", "/articles/twee/publish", Value::Null),
            write(
                "POST",
                "/articles/twee/updates",
                json!({"body": markdown("Later.")})
            ),
            write("PATCH", "/articles/een", json!({"headline": "Nog niet"})),
            write(
                "PATCH",
                "/entities/anna",
                json!({"description": "Burgemeester."})
            ),
        ]),
    )
    .await
    .expect(200);
    assert_eq!(statuses(&made), [201, 201, 201, 200, 200, 201, 200, 200]);
    let results = &made.json["results"];
    assert!(
        results[1]["location"]
            .as_str()
            .unwrap()
            .contains(results[1]["id"].as_str().unwrap())
    );
    assert_eq!(
        results[6]["etag"],
        managed(&app, "/articles/een").await.etag()
    );
    assert_eq!(results[1]["body"], Value::Null);

    assert_eq!(head(&app).await, before + 1);
    let row = app.sql().await;
    let quiet = "SELECT quiet FROM delivery.changes ORDER BY seq DESC LIMIT 1";
    assert!(row.query_one(quiet, &[]).await.unwrap().get::<_, bool>(0));
    assert_eq!(slugs(&app, "/v1/articles?order=asc").await.len(), 2);
    let page = app.get("/v1/articles/twee").await.expect(200);
    assert_eq!(page.json["update_count"], 1);
    assert_eq!(app.get("/v1/articles/een").await.json["headline"], "Een");
    assert_eq!(
        app.get("/v1/entities/anna").await.json["description"],
        "Burgemeester."
    );
    for (action, count) in [
        ("create_section", 1),
        ("create_article", 2),
        ("publish_article", 2),
        ("append_update", 1),
        ("change_article", 1),
        ("change_entity", 1),
        ("write_bulk", 0),
    ] {
        assert_eq!(
            audited(&app, &format!("action = '{action}'")).await,
            count,
            "{action}"
        );
    }
    assert_eq!(audited(&app, "true").await, 8);
    expect_gapless(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_any_is_refused_nothing_is_written_and_all_that_is_wrong_is_told() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Een"})).await;
    let (before, rows) = (head(&app).await, audited(&app, "true").await);
    let stale = json!({"method": "PATCH", "path": "/v1/manage/articles/een", "if_match": "\"1.1\"", "body": {"headline": "Twee"}});
    let refused = send(
        &app,
        true,
        json!([
            write("PATCH", "/articles/een", json!({"headline": "Goed"})),
            write("POST", "/articles", json!({"headline": "", "kleur": 1})),
            stale,
            write("POST", "/articles/niets/publish", json!({})),
            write("POST", "/articles/een/withdraw", json!({})),
            json!({"method": "PATCH", "path": "/v1/manage/articles/een", "body": {}}),
        ]),
    )
    .await
    .expect(422);
    assert_eq!(refused.problem(), "bulk-refused");
    let mut faults = refused.faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "invalid_value at /operations/1/body/headline",
            "refused at /operations/2",
            "refused at /operations/3",
            "refused at /operations/5",
            "unknown_field at /operations/1/body/kleur",
        ]
    );
    for told in [
        "412 (version-mismatch)",
        "404 (not-found)",
        "428 (precondition-required)",
    ] {
        assert!(refused.text.contains(told), "{told}: {}", refused.text);
    }
    assert_eq!(head(&app).await, before);
    assert_eq!(audited(&app, "true").await, rows);
    assert_eq!(managed(&app, "/articles/een").await.etag(), article.etag());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_by_one_each_holds_for_itself() {
    let app = App::start().await;
    let before = head(&app).await;
    let body = json!({"all_or_nothing": false, "bodies": true, "operations": [
        write("POST", "/articles", json!({"headline": "Een"})),
        write("POST", "/articles", json!({"headline": ""})),
        write("POST", "/articles/een/publish", json!({})),
        write("POST", "/articles", json!({"headline": "Een", "slug": "een"})),
        write("DELETE", "/articles/een", json!(null)),
        write("POST", "/articles/een/withdraw", json!({"reason": "x"})),
    ]});
    let made = app
        .manage("POST", "/bulk")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(statuses(&made), [201, 422, 200, 409, 409, 200]);
    let results = &made.json["results"];
    assert_eq!(results[0]["body"]["headline"], "Een");
    assert_eq!(results[1]["problem"]["errors"][0]["pointer"], "/headline");
    assert_eq!(results[3]["problem"]["type"], "/problems/slug-taken");
    assert_eq!(head(&app).await, before + 2);
    assert_eq!(audited(&app, "true").await, 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_write_goes_beyond_its_key_and_none_is_more_than_it_would_be_alone() {
    let app = App::start().await;
    app.make("/articles", json!({"headline": "Een"})).await;
    let author = app.key(Role::Author).await;
    let publish = json!({"all_or_nothing": true, "operations": [write("POST", "/articles/een/publish", json!({}))]});
    let call = |body: &Value| {
        app.call("POST", "/v1/manage/bulk")
            .key(&author)
            .json(body)
            .send()
    };
    let refused = call(&publish).await.expect(422);
    assert!(
        refused.text.contains("403 (missing-scope)"),
        "{}",
        refused.text
    );
    let mut single = publish.clone();
    single["all_or_nothing"] = json!(false);
    assert_eq!(statuses(&call(&single).await.expect(200)), [403]);
    app.get("/v1/articles/een").await.expect(404);
    app.call("POST", "/v1/manage/bulk")
        .json(&publish)
        .send()
        .await
        .expect(401);

    for path in [
        "/v1/manage/keys",
        "/v1/manage/bulk",
        "/v1/manage/articles/een/purge",
        "/v1/manage/articles/een/preview",
        "/v1/articles",
        "/v1/manage/articles?x=1",
        "/v1/manage/articles/../keys",
        "/v1/manage//articles",
        "articles",
        "http://example.org/v1/manage/articles",
        "/v1/manage/%61rticles",
        "/v1/manage/articles/een/%70urge",
        "/v1/manage/entities/een/merge",
    ] {
        let body = json!({"all_or_nothing": false, "operations": [{"method": "POST", "path": path, "body": {}}]});
        let answer = app.manage("POST", "/bulk").json(&body).send().await;
        match answer.status {
            422 => assert_eq!(
                answer.faults(),
                ["invalid_value at /operations/0/path"],
                "{path}"
            ),
            _ => assert_eq!(statuses(&answer.expect(200)), [404], "{path}"),
        }
    }
    let wrong = json!({"all_or_nothing": "ja", "operations": [{"method": "GET", "path": "/v1/manage/articles"}]});
    let mut faults = app
        .manage("POST", "/bulk")
        .json(&wrong)
        .send()
        .await
        .expect(422)
        .faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "invalid_value at /operations/0/method",
            "wrong_type at /all_or_nothing"
        ]
    );
    send(&app, true, json!([])).await.expect(422);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_gets_the_first_answer_of_the_whole_or_of_each() {
    let app = App::start().await;
    for all_or_nothing in [true, false] {
        let body = json!({"all_or_nothing": all_or_nothing, "operations": [
            write("POST", "/articles", json!({"headline": "Een"})),
            write("POST", "/articles", json!({"headline": "Twee"})),
        ]});
        let call = || {
            app.manage("POST", "/bulk")
                .header(
                    "idempotency-key",
                    &format!("{all_or_nothing}{}", "k".repeat(195)),
                )
                .json(&body)
                .send()
        };
        let first = call().await.expect(200);
        let rows = audited(&app, "true").await;
        let again = call().await.expect(200);
        assert_eq!(first.json, again.json);
        assert_eq!(audited(&app, "true").await, rows);
    }
    assert_eq!(audited(&app, "action = 'create_article'").await, 4);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_at_once_and_no_more() {
    let app = App::start().await;
    let one = |n: usize| {
        write(
            "POST",
            "/articles",
            json!({"headline": format!("Artikel {n}"), "body": markdown("Tekst.")}),
        )
    };
    let most: Vec<Value> = (0..1000).map(one).collect();
    let made = send(&app, true, json!(most)).await.expect(200);
    assert_eq!(made.json["results"].as_array().map(Vec::len), Some(1000));
    let acts: Vec<Value> = (0..1000)
        .map(|n| {
            write(
                "POST",
                &format!(
                    "/articles/{}/publish",
                    made.json["results"][n]["id"].as_str().unwrap()
                ),
                json!({}),
            )
        })
        .collect();
    let before = head(&app).await;
    send(&app, true, json!(acts)).await.expect(200);
    assert_eq!(head(&app).await, before + 1);
    let all = app.get("/v1/articles?count=true&limit=1").await.expect(200);
    assert_eq!(all.json["page"]["total"], 1000);
    let more: Vec<Value> = (0..1001).map(one).collect();
    let answer = send(&app, true, json!(more)).await.expect(422);
    assert_eq!(answer.faults(), ["too_long at /operations"]);
    app.stop().await;
}
