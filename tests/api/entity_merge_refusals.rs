//! What can't be merged, and what an editor is told who does not know of a merge.

use serde_json::json;

use crate::app::App;
use crate::entity_merge::{merge, person, try_merge};
use crate::shorthand::{managed, put};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_merged_is_told_by_place_and_changes_nothing() {
    let app = App::start().await;
    for name in ["Aa", "Bb", "Weg"] {
        person(&app, name).await;
    }
    let place = app
        .make("/entities", json!({"kind": "place", "name": "Plaats"}))
        .await;
    let many: Vec<String> = (0..49).map(|number| format!("Naam {number}")).collect();
    let addresses: Vec<String> = (0..50)
        .map(|number| format!("https://example.org/{number}"))
        .collect();
    app.make(
        "/entities",
        json!({"kind": "person", "name": "Vol", "aliases": many, "same_as": addresses}),
    )
    .await;
    app.make("/entities", json!({"kind": "person", "name": "Drop", "aliases": ["Druppel"], "same_as": ["https://example.org/drop"]})).await;
    merge(&app, "weg", "bb").await;
    for (from, body, faults, told) in [
        ("aa", json!({}), &["missing_field at /into"][..], ""),
        (
            "aa",
            json!({"into": "aa"}),
            &["invalid_value at /into"],
            "the entity itself",
        ),
        (
            "aa",
            json!({"into": place.id()}),
            &["invalid_value at /into"],
            "is a place, and this is a person",
        ),
        (
            "aa",
            json!({"into": "niemand"}),
            &["unknown_reference at /into"],
            "no entity has",
        ),
        (
            "aa",
            json!({"into": "weg"}),
            &["unknown_reference at /into"],
            "\\\"bb\\\" now",
        ),
        (
            "aa",
            json!({"into": "niemand", "how": 1}),
            &["unknown_field at /how", "unknown_reference at /into"],
            "",
        ),
        (
            "drop",
            json!({"into": "vol"}),
            &["too_long at /into", "too_long at /into"],
            "51 aliases",
        ),
    ] {
        let refused = try_merge(&app, from, body).await.expect(422);
        let mut found = refused.faults();
        found.sort();
        assert_eq!(found, faults);
        assert!(refused.text.contains(told), "{}", refused.text);
    }
    assert!(
        try_merge(&app, "weg", json!({"into": "aa"}))
            .await
            .expect(404)
            .text
            .contains("\\\"bb\\\" now")
    );
    try_merge(&app, "niemand", json!({"into": "aa"}))
        .await
        .expect(404);
    let call = || {
        app.manage("POST", "/entities/aa/merge")
            .json(&json!({"into": "bb"}))
    };
    call().send().await.expect(428);
    call().if_match("\"7\"").send().await.expect(412);
    for slug in ["aa", "vol", "drop"] {
        assert_eq!(
            managed(&app, &format!("/entities/{slug}")).await.etag(),
            "\"1\""
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_editor_who_read_the_article_before_the_merge_is_told_of_it() {
    let app = App::start().await;
    let old = person(&app, "Oud").await;
    person(&app, "Nieuw").await;
    let seen = app
        .make(
            "/articles",
            json!({"headline": "H", "entities": [{"entity": "oud"}]}),
        )
        .await;
    merge(&app, "oud", "nieuw").await;

    let path = format!("/articles/{}/entities", seen.id());
    let list = json!([{"entity": old.id(), "relation": "about"}]);
    let stale = put(&app, &path, &seen, list.clone()).await.expect(412);
    let now = managed(&app, &format!("/articles/{}", seen.id())).await;
    assert_eq!(stale.json["current_version"], now.etag());
    for name in [json!(old.id()), json!("oud")] {
        let refused = put(&app, &path, &now, json!([{"entity": name}]))
            .await
            .expect(422);
        assert_eq!(refused.faults(), ["unknown_reference at /0/entity"]);
        assert!(
            refused.text.contains("\\\"nieuw\\\" now"),
            "{}",
            refused.text
        );
    }
    let stands_twice = json!([{"entity": "nieuw"}, {"kind": "person", "name": "OUD"}]);
    assert_eq!(
        put(&app, &path, &now, stands_twice)
            .await
            .expect(422)
            .faults(),
        ["invalid_value at /1"]
    );
    put(
        &app,
        &path,
        &now,
        json!([{"kind": "person", "name": "oud"}]),
    )
    .await
    .expect(200);
    assert_eq!(
        managed(&app, "/entities").await.json["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retried_merge_gets_the_first_answer() {
    let app = App::start().await;
    let from = person(&app, "Oud").await;
    person(&app, "Nieuw").await;
    let call = || {
        let call = app
            .manage("POST", "/entities/oud/merge")
            .if_match(&from.etag());
        call.header("idempotency-key", "samen")
            .json(&json!({"into": "nieuw"}))
    };
    let (first, again) = (
        call().send().await.expect(200),
        call().send().await.expect(200),
    );
    assert_eq!(
        (first.text.clone(), first.etag()),
        (again.text.clone(), again.etag())
    );
    assert_eq!(managed(&app, "/entities/nieuw").await.etag(), first.etag());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_but_a_merge_changes_what_a_version_names() {
    let app = App::start().await;
    for name in ["Aa", "Bb", "Cc", "Dd"] {
        person(&app, name).await;
    }
    let links = json!([{"entity": "aa"}, {"entity": "bb"}, {"entity": "cc"}]);
    let draft = app
        .make("/articles", json!({"headline": "H", "entities": links}))
        .await;
    merge(&app, "dd", "aa").await;
    let sql = app.sql().await;
    let entity = |slug: &str| format!("(SELECT id FROM newsroom.entities WHERE slug = '{slug}')");
    for statement in [
        format!(
            "UPDATE newsroom.article_version_entities SET entity_id = {} WHERE entity_id = {}",
            entity("aa"),
            entity("bb")
        ),
        "UPDATE newsroom.article_version_entities SET relation = 'about'".to_owned(),
        "UPDATE newsroom.article_version_entities SET position = position + 10".to_owned(),
        "DELETE FROM newsroom.article_version_entities".to_owned(),
    ] {
        let refused = sql.batch_execute(&statement).await.unwrap_err();
        assert!(
            refused
                .as_db_error()
                .unwrap()
                .message()
                .contains("immutable"),
            "{statement}"
        );
    }
    app.manage("DELETE", &format!("/articles/{}", draft.id()))
        .if_match(&draft.etag())
        .send()
        .await
        .expect(204);
    app.stop().await;
}
