//! Updates: what they may be, drafts, and who may show them.

use kroniek::auth::Role;
use serde_json::json;

use crate::app::App;
use crate::shorthand::{append, managed, markdown, names, read, remove, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_update_can_not_be_is_told_by_place() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "H"})).await;
    let path = format!("/articles/{}/updates", article.id());
    for (body, faults) in [
        (json!({}), vec!["missing_field at /body"]),
        (
            json!({"body": markdown("U"), "concerns": {"anchor": "x"}}),
            vec!["unknown_reference at /concerns/anchor"],
        ),
        (
            json!({"body": markdown("U"), "kind": "news"}),
            vec!["invalid_value at /kind"],
        ),
        (
            json!({"body": markdown("U"), "authors": ["niemand"]}),
            vec!["unknown_reference at /authors/0"],
        ),
        (
            json!({"body": markdown("U"), "number": 3, "revised_at": null, "text": "x"}),
            vec![
                "server_owned_field at /number",
                "server_owned_field at /revised_at",
                "unknown_field at /text",
            ],
        ),
        (
            json!({"body": "U", "headline": "h".repeat(301)}),
            vec!["wrong_type at /body", "too_long at /headline"],
        ),
        (
            json!({"body": markdown(&"e".repeat(1024 * 1024 + 1))}),
            vec!["too_long at /body/source"],
        ),
    ] {
        let mut found = app
            .manage("POST", &path)
            .json(&body)
            .send()
            .await
            .expect(422)
            .faults();
        found.sort();
        let mut faults = faults;
        faults.sort_unstable();
        assert_eq!(found, faults);
    }
    assert_eq!(managed(&app, &path).await.json["data"], json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_author_drafts_and_an_editor_shows() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "H"})).await;
    let (author, editor) = (app.key(Role::Author).await, app.key(Role::Editor).await);
    let path = format!("/v1/manage/articles/{}/updates", article.id());
    let post = |key: &str, path: &str| app.call("POST", path).key(key);

    let refused = post(&author, &path)
        .json(&json!({"body": markdown("U")}))
        .send()
        .await
        .expect(403);
    assert_eq!(refused.problem(), "missing-scope");
    let draft = post(&author, &path)
        .json(&json!({"body": markdown("U"), "draft": true}))
        .send()
        .await
        .expect(201);
    let one = format!("{path}/{}", draft.id());
    let revise = json!({"body": {"source": "U2"}});
    let revised = app
        .call("PATCH", &one)
        .key(&author)
        .if_match(&draft.etag())
        .json(&revise)
        .send()
        .await
        .expect(200);
    assert_eq!(
        post(&author, &format!("{one}/show"))
            .send()
            .await
            .expect(403)
            .problem(),
        "missing-scope"
    );
    let shown = post(&editor, &format!("{one}/show"))
        .if_match(&revised.etag())
        .send()
        .await
        .expect(200);
    let refused = app
        .call("PATCH", &one)
        .key(&author)
        .if_match(&shown.etag())
        .json(&revise)
        .send()
        .await
        .expect(403);
    assert_eq!(refused.problem(), "missing-scope");
    let reason = json!({"reason": "R"});
    assert_eq!(
        post(&author, &format!("{one}/retract"))
            .if_match(&shown.etag())
            .json(&reason)
            .send()
            .await
            .status,
        403
    );
    assert_eq!(
        read(&app, "/v1/articles/h").await["updates"][0]["body"]["html"],
        "<p>U2</p>"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_can_be_removed_and_what_was_shown_can_not() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "H"})).await;
    let draft = append(
        &app,
        &article,
        json!({"body": markdown("U"), "draft": true}),
    )
    .await;
    let shown = append(&app, &article, json!({"body": markdown("V")})).await;
    let path =
        |update: &crate::app::Answer| format!("/articles/{}/updates/{}", article.id(), update.id());

    assert_eq!(app.manage("DELETE", &path(&draft)).send().await.status, 428);
    remove(&app, &path(&draft), &draft).await.expect(204);
    assert_eq!(
        remove(&app, &path(&shown), &shown)
            .await
            .expect(409)
            .problem(),
        "state-conflict"
    );

    assert_eq!(app.manage("GET", &path(&draft)).send().await.status, 404);
    let updates = managed(&app, &format!("/articles/{}/updates", article.id())).await;
    assert_eq!(texts(&updates.json["data"], "id"), [shown.id()]);
    assert_eq!(names(&updates.json["data"][0]), names(&shown.json));
    app.stop().await;
}
