//! Updates as readers get them.

use std::collections::HashSet;

use serde_json::json;

use crate::app::App;
use crate::shorthand::{append, managed, markdown, read, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_ask_for_the_kinds_and_numbers_they_lack() {
    let app = App::start().await;
    let article = app
        .publish(json!({"headline": "H", "language": "nl"}))
        .await;
    for kind in ["update", "correction", "update", "clarification"] {
        append(
            &app,
            &article,
            json!({"kind": kind, "body": markdown(kind)}),
        )
        .await;
    }
    let found = async |query: &str| {
        let list = read(&app, &format!("/v1/articles/h/updates{query}")).await;
        assert_eq!(
            list["page"],
            json!({"next_cursor": null, "has_more": false})
        );
        list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|update| update["number"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("").await, [1, 2, 3, 4]);
    assert_eq!(found("?kind=update").await, [1, 3]);
    assert_eq!(found("?kind=clarification,correction").await, [2, 4]);
    assert_eq!(found("?after_number=2").await, [3, 4]);
    assert_eq!(found("?after_number=1&kind=update").await, [3]);
    assert_eq!(found("?after_number=4").await, [0_i64; 0]);
    for (query, fault) in [
        ("kind=news", "invalid_value at kind"),
        ("after_number=-1", "invalid_value at after_number"),
        ("after_number=2147483648", "invalid_value at after_number"),
        ("after_number=%2B1", "invalid_value at after_number"),
        ("limit=0", "invalid_value at limit"),
        ("cursor=x", "invalid_cursor at cursor"),
        ("body=x", "invalid_value at body"),
    ] {
        assert_eq!(
            app.get(&format!("/v1/articles/h/updates?{query}"))
                .await
                .expect(400)
                .faults(),
            [fault],
            "{query}"
        );
    }
    assert_eq!(
        app.get("/v1/articles/h/updates")
            .await
            .header("content-language"),
        "nl"
    );
    assert_eq!(app.get("/v1/articles/geen/updates").await.status, 404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_on_the_list_equals_that_on_the_page_in_every_form() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "H"})).await;
    append(
        &app,
        &article,
        json!({"body": markdown("Een *u*.\n\n- a\n- b"), "headline": "K"}),
    )
    .await;
    for forms in ["html", "blocks", "text", "text,html", "html,blocks,text"] {
        let list = read(&app, &format!("/v1/articles/h/updates?body={forms}")).await;
        let page = read(&app, &format!("/v1/articles/h?body={forms}")).await;
        assert_eq!(list["data"], page["updates"]);
        assert_eq!(
            list["data"][0]["body"]
                .as_object()
                .map(serde_json::Map::len),
            Some(forms.split(',').count())
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anchors_of_updates_never_meet_those_of_the_body() {
    let app = App::start().await;
    let text = markdown("## Wat nu\n\nA[^1].\n\n## Wat nu\n\n[^1]: Noot.");
    let article = app.publish(json!({"headline": "H", "body": text})).await;
    append(&app, &article, json!({"body": text})).await;
    let update = append(&app, &article, json!({"body": text})).await;
    app.patch(
        &format!("/articles/{}/updates/2", article.id()),
        &update,
        json!({"headline": "K"}),
    )
    .await
    .expect(200);

    let page = read(&app, "/v1/articles/h").await;

    let html = [
        &page["body"],
        &page["updates"][0]["body"],
        &page["updates"][1]["body"],
    ]
    .map(|body| body["html"].as_str().unwrap());
    let ids: Vec<&str> = html
        .iter()
        .flat_map(|html| html.split(" id=\"").skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(ids.len() >= 9, "{html:?}");
    assert_eq!(
        ids.iter().collect::<HashSet<_>>().len(),
        ids.len(),
        "{ids:?}"
    );
    for html in html {
        for target in html
            .split(" href=\"#")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
        {
            assert!(
                html.contains(&format!(" id=\"{target}\"")),
                "#{target} leads out of its own text: {html}"
            );
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn authors_of_updates_are_named_in_order_and_as_they_are_called_now() {
    let app = App::start().await;
    for name in ["Zus", "Aap"] {
        app.make("/authors", json!({"name": name})).await;
    }
    let article = app.publish(json!({"headline": "H"})).await;
    append(
        &app,
        &article,
        json!({"body": markdown("U"), "authors": ["zus", "aap"]}),
    )
    .await;
    append(
        &app,
        &article,
        json!({"body": markdown("U"), "authors": ["aap"]}),
    )
    .await;
    let aap = managed(&app, "/authors/aap").await;

    app.patch("/authors/aap", &aap, json!({"name": "Noot"}))
        .await
        .expect(200);

    for updates in [
        &read(&app, "/v1/articles/h").await["updates"],
        &read(&app, "/v1/articles/h/updates").await["data"],
    ] {
        assert_eq!(texts(&updates[0]["authors"], "name"), ["Zus", "Noot"]);
        assert_eq!(texts(&updates[1]["authors"], "name"), ["Noot"]);
    }
    assert!(
        read(&app, "/v1/articles?author=aap").await["data"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_that_changes_nothing_is_none() {
    let app = App::start().await;
    app.publish(json!({"headline": "Artikel"})).await;
    let body = json!({"body": {"format": "markdown", "source": "Later."}});
    let shown = app.make("/articles/artikel/updates", body.clone()).await;
    let before = app.get("/v1/articles/artikel").await.expect(200);
    let path = "/articles/artikel/updates/1";
    for nothing in [json!({}), body] {
        let same = app.patch(path, &shown, nothing).await.expect(200);
        assert_eq!(
            (same.etag(), &same.json["revised_at"]),
            (shown.etag(), &json!(null))
        );
    }
    let after = app.get("/v1/articles/artikel").await.expect(200);
    assert_eq!(
        (after.text.clone(), after.header("kroniek-seq").to_owned()),
        (before.text.clone(), before.header("kroniek-seq").to_owned())
    );
    app.stop().await;
}
