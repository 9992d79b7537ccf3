//! Reading the audit: by whom, in which order, of what; and that nobody changes it.

use kroniek::auth::Role;
use kroniek::exchange::demo;
use serde_json::{Value, json};

use super::{all, entries, page};
use crate::app::App;
use crate::shorthand::{managed, republish, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_read_newest_first_and_page_by_page_while_others_write() {
    let app = App::start().await;
    for name in ["Een", "Twee", "Drie", "Vier", "Vijf"] {
        app.make("/sections", json!({"name": name})).await;
    }
    let first = page(&app, "?limit=2").await;
    app.make("/sections", json!({"name": "Zes"})).await;
    let mut found = texts(&first["data"], "id");
    let mut cursor = first["page"]["next_cursor"].as_str().map(str::to_owned);
    while let Some(next) = cursor {
        let next = page(&app, &format!("?limit=2&cursor={next}")).await;
        found.extend(texts(&next["data"], "id"));
        cursor = next["page"]["next_cursor"].as_str().map(str::to_owned);
    }
    let sql = "SELECT id::text FROM newsroom.audit ORDER BY at DESC, id DESC OFFSET 1";
    let rows = app.sql().await.query(sql, &[]).await.unwrap();
    let wanted: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(found, wanted);
    assert_eq!(found.len(), 5);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_wrote_without_a_key() {
    let app = App::start().await;
    demo::load(&app.store.pools).await.unwrap();
    let rows = all(&app, "?limit=100").await;
    assert!(!rows.is_empty());
    for row in rows {
        assert_eq!((&row["key"], &row["actor"]), (&Value::Null, &Value::Null));
        let command = row["command"].as_str().unwrap();
        assert_eq!(
            command,
            format!("kroniek {}", row["action"].as_str().unwrap())
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thing_is_found_by_its_slugs_of_now_and_before_and_by_its_id_when_it_is_gone() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Water"})).await;
    app.make("/sections", json!({"name": "Water"})).await;
    republish(&app, &article, json!({"slug": "zout-water"})).await;
    let actions = async |query: &str| {
        let rows = entries(&app, query).await;
        texts(&json!(rows), "action")
    };
    let of_article = [
        "publish_article",
        "change_article",
        "publish_article",
        "create_article",
    ];
    for subject in ["zout-water", &article.id()] {
        assert_eq!(actions(&format!("?subject={subject}")).await, of_article);
    }
    let both = [
        "publish_article",
        "change_article",
        "create_section",
        "publish_article",
        "create_article",
    ];
    assert_eq!(actions("?subject=water").await, both);
    let kind = "?subject=water&subject_kind=";
    assert_eq!(actions(&format!("{kind}section")).await, ["create_section"]);
    assert_eq!(actions(&format!("{kind}article")).await, of_article);
    assert!(actions(&format!("{kind}entity")).await.is_empty());
    assert!(actions("?subject=nergens").await.is_empty());

    let seen = managed(&app, "/sections/water").await;
    let removal = app.manage("DELETE", "/sections/water");
    let removal = removal.if_match(&seen.etag()).send().await;
    removal.expect(204);
    let gone = actions(&format!("?subject={}", seen.id())).await;
    assert_eq!(gone, ["remove_section", "create_section"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_key_with_its_scope_reads_it_and_what_is_wrong_is_named() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    let id = entries(&app, "").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for role in [Role::Editor, Role::Author, Role::Partner] {
        let key = app.key(role).await;
        for path in ["/v1/manage/audit", &format!("/v1/manage/audit/{id}")] {
            let answer = app.call("GET", path).key(&key).send().await.expect(403);
            assert!(answer.text.contains("audit:read"), "{}", answer.text);
        }
    }
    let scoped = json!({"name": "Toezicht", "scopes": ["audit:read"]});
    let scoped = app.make("/keys", scoped).await;
    let key = scoped.json["key"].as_str().unwrap();
    let read = app.call("GET", "/v1/manage/audit").key(key).send().await;
    assert_eq!(
        read.expect(200).header("cache-control"),
        "no-store, no-transform"
    );
    let nobody = "/audit/00000000-0000-4000-8000-000000000000";
    app.manage("GET", nobody).send().await.expect(404);
    let wrong = "/audit?key=x&subject_kind=donationlink&subject=Een%20slug&after=gisteren&before=&actor=&action=&request_id=&sort=at&limit=0";
    let wrong = app.manage("GET", wrong).send().await.expect(400);
    let mut faults = wrong.faults();
    faults.sort();
    let mut wanted: Vec<String> = [
        "key",
        "subject_kind",
        "subject",
        "after",
        "before",
        "actor",
        "action",
        "request_id",
        "limit",
    ]
    .iter()
    .map(|name| format!("invalid_value at {name}"))
    .collect();
    wanted.push("unknown_parameter at sort".to_owned());
    wanted.sort();
    assert_eq!(faults, wanted);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_row_is_ever_changed_or_removed() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    let before = entries(&app, "").await;
    let id = before[0]["id"].as_str().unwrap();
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        for path in ["/audit".to_owned(), format!("/audit/{id}")] {
            let call = app.manage(method, &path).if_match("*").json(&json!({}));
            call.send().await.expect(405);
        }
    }
    let sql = app.sql().await;
    for write in [
        "UPDATE newsroom.audit SET actor = 'Een ander'",
        "DELETE FROM newsroom.audit",
        "DELETE FROM newsroom.audit WHERE false",
        "TRUNCATE newsroom.audit",
        "INSERT INTO newsroom.audit SELECT * FROM newsroom.audit ON CONFLICT (id) DO UPDATE SET actor = 'Een ander'",
    ] {
        let error = sql.batch_execute(write).await.unwrap_err();
        let told = error.as_db_error().unwrap().message().to_owned();
        assert!(told.contains("only ever added to"), "{write}: {told}");
    }
    assert_eq!(entries(&app, "").await, before);
    app.stop().await;
}
