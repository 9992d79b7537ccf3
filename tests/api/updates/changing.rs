//! Revising and retracting updates.

use serde_json::json;

use crate::app::{Answer, App};
use crate::shorthand::{append, managed, markdown, publish_at, read, slugs};

fn path(article: &Answer, update: &Answer) -> String {
    format!("/articles/{}/updates/{}", article.id(), update.id())
}

async fn retract(app: &App, path: &str, seen: &Answer) -> Answer {
    app.manage("POST", &format!("{path}/retract"))
        .if_match(&seen.etag())
        .json(&json!({"reason": "Bericht klopte niet."}))
        .send()
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_keeps_the_number_and_date_and_the_earlier_text() {
    let app = App::start().await;
    let article = publish_at(&app, "2024-01-01T00:00:00Z", json!({"headline": "H"})).await;
    let body = json!({"headline": "Kop", "body": markdown("Tikfuot."), "published_at": "2024-02-01T00:00:00Z"});
    let update = append(&app, &article, body).await;
    let by_number = format!("/articles/{}/updates/1", article.id());

    let revise = app
        .manage("PATCH", &by_number)
        .if_match(&update.etag())
        .header("kroniek-actor", "Fenna");
    let revised = revise
        .json(&json!({"kind": "correction", "body": {"source": "Tikfout."}}))
        .send()
        .await
        .expect(200);

    assert_eq!(
        (
            &revised.json["number"],
            &revised.json["version"],
            &revised.json["id"]
        ),
        (&json!(1), &json!(2), &update.json["id"])
    );
    let shown = read(&app, "/v1/articles/h").await["updates"][0].clone();
    assert_eq!(
        (&shown["body"]["html"], &shown["kind"], &shown["headline"]),
        (
            &json!("<p>Tikfout.</p>"),
            &json!("correction"),
            &json!("Kop")
        )
    );
    assert_eq!(
        (&shown["published_at"], &shown["number"]),
        (&json!("2024-02-01T00:00:00.000Z"), &json!(1))
    );
    assert!(shown["revised_at"].as_str() > shown["published_at"].as_str());
    let kept =
        "SELECT number, body ->> 'source', actor FROM newsroom.update_versions ORDER BY number";
    let rows = app.sql().await.query(kept, &[]).await.unwrap();
    let rows: Vec<(i32, String, Option<String>)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    assert_eq!(
        rows,
        [
            (1, "Tikfuot.".to_owned(), None),
            (2, "Tikfout.".to_owned(), Some("Fenna".to_owned()))
        ]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_needs_the_version_it_is_based_on() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "H"})).await;
    let update = append(&app, &article, json!({"body": markdown("U")})).await;
    let path = path(&article, &update);

    app.manage("PATCH", &path)
        .json(&json!({}))
        .send()
        .await
        .expect(428);
    app.manage("POST", &format!("{path}/retract"))
        .json(&json!({"reason": "R"}))
        .send()
        .await
        .expect(428);
    let revised = app
        .patch(&path, &update, json!({"headline": "Kop"}))
        .await
        .expect(200);
    let stale = app
        .patch(&path, &update, json!({"headline": "Anders"}))
        .await
        .expect(412);
    assert_eq!(stale.json["current_version"], revised.etag());
    assert_eq!(retract(&app, &path, &update).await.status, 412);
    assert_eq!(managed(&app, &path).await.etag(), revised.etag());
    let refused = app
        .patch(
            &path,
            &revised,
            json!({"published_at": "2024-01-01T00:00:00Z", "concerns": {}}),
        )
        .await
        .expect(422);
    assert_eq!(refused.faults().len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retracted_update_keeps_its_place_date_and_reason_and_no_text_in_any_form() {
    let app = App::start().await;
    let article = publish_at(&app, "2024-01-01T00:00:00Z", json!({"headline": "H"})).await;
    let at = |text: &str, at: &str| json!({"headline": format!("Kop {text}"), "body": markdown(&format!("## {text}")), "published_at": at});
    append(&app, &article, at("Eerste", "2024-02-01T00:00:00Z")).await;
    let second = append(&app, &article, at("Geheim", "2024-03-01T00:00:00Z")).await;
    let path = path(&article, &second);

    let retracted = retract(&app, &path, &second).await.expect(200);

    assert_eq!(retracted.json["body"]["source"], "## Geheim");
    let page = read(&app, "/v1/articles/h").await;
    let update = &page["updates"][1];
    assert_eq!(
        (&update["number"], &update["published_at"]),
        (&json!(2), &json!("2024-03-01T00:00:00.000Z"))
    );
    assert_eq!(
        (&update["headline"], &update["body"], &update["kind"]),
        (&json!(null), &json!(null), &json!("update"))
    );
    assert_eq!(
        (&update["retraction_reason"], &update["retracted_at"]),
        (
            &json!("Bericht klopte niet."),
            &retracted.json["retracted_at"]
        )
    );
    assert_eq!(
        (&page["update_count"], &page["last_update_at"]),
        (&json!(2), &json!("2024-02-01T00:00:00.000Z"))
    );
    let forms = "body=html,blocks,text";
    for path in [
        "/v1/articles/h?",
        "/v1/articles/h/updates?",
        "/v1/articles?include=updates&",
    ] {
        let text = app.get(&format!("{path}{forms}")).await.expect(200).text;
        assert!(
            text.contains("Eerste") && !text.to_lowercase().contains("geheim"),
            "{text}"
        );
    }
    let published = app
        .sql()
        .await
        .query_one("SELECT updates::text FROM delivery.articles", &[])
        .await
        .unwrap()
        .get::<_, String>(0);
    assert!(!published.contains("Geheim"), "{published}");
    assert_eq!(
        retract(&app, &path, &retracted).await.expect(409).problem(),
        "state-conflict"
    );
    assert_eq!(
        app.patch(&path, &retracted, json!({"headline": "X"}))
            .await
            .expect(409)
            .problem(),
        "state-conflict"
    );
    let third = append(&app, &article, json!({"body": markdown("U")})).await;
    assert_eq!(third.json["number"], 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retraction_has_a_reason_and_a_draft_has_nothing_to_retract() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "H"})).await;
    let update = append(&app, &article, json!({"body": markdown("U")})).await;
    let draft = append(
        &app,
        &article,
        json!({"body": markdown("U"), "draft": true}),
    )
    .await;
    for (body, fault) in [
        (json!({}), "missing_field at /reason"),
        (json!({"reason": " "}), "invalid_value at /reason"),
        (json!({"reason": "r".repeat(1001)}), "too_long at /reason"),
    ] {
        let call = app
            .manage("POST", &format!("{}/retract", path(&article, &update)))
            .if_match(&update.etag());
        assert_eq!(call.json(&body).send().await.expect(422).faults(), [fault]);
    }
    assert_eq!(
        retract(&app, &path(&article, &draft), &draft)
            .await
            .expect(409)
            .problem(),
        "state-conflict"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_moves_the_article_in_the_list_and_its_retraction_moves_it_back() {
    let app = App::start().await;
    let old = publish_at(&app, "2024-01-01T00:00:00Z", json!({"headline": "Oud"})).await;
    publish_at(&app, "2024-02-01T00:00:00Z", json!({"headline": "Nieuw"})).await;
    assert_eq!(
        slugs(&app, "/v1/articles?sort=updated").await,
        ["nieuw", "oud"]
    );

    let update = append(&app, &old, json!({"body": markdown("U")})).await;

    assert_eq!(
        slugs(&app, "/v1/articles?sort=updated").await,
        ["oud", "nieuw"]
    );
    assert_eq!(slugs(&app, "/v1/articles").await, ["nieuw", "oud"]);
    assert_eq!(
        slugs(&app, "/v1/articles?updated_after=2024-03-01T00:00:00Z").await,
        ["oud"]
    );
    retract(&app, &path(&old, &update), &update)
        .await
        .expect(200);
    assert_eq!(
        slugs(&app, "/v1/articles?sort=updated").await,
        ["nieuw", "oud"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_stand_outside_the_versions_of_the_article() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "H"})).await;
    let manage = format!("/articles/{}", article.id());
    let edited = app
        .patch(&manage, &article, json!({"headline": "Werkversie"}))
        .await
        .expect(200);

    let update = append(&app, &article, json!({"body": markdown("U")})).await;
    let revised = app
        .patch(
            &path(&article, &update),
            &update,
            json!({"headline": "Kop"}),
        )
        .await
        .expect(200);
    retract(&app, &path(&article, &update), &revised)
        .await
        .expect(200);

    let seen = managed(&app, &manage).await;
    assert_eq!(
        (seen.etag(), &seen.json["version"]),
        (edited.etag(), &json!(2))
    );
    assert_eq!(read(&app, "/v1/articles/h").await["headline"], "H");
    app.act(&edited, "publish", json!({})).await.expect(200);
    assert_eq!(read(&app, "/v1/articles/h").await["update_count"], 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_of_another_article_does_not_exist_here() {
    let app = App::start().await;
    let one = app.publish(json!({"headline": "Een"})).await;
    let two = app.publish(json!({"headline": "Twee"})).await;
    let update = append(&app, &one, json!({"body": markdown("U")})).await;

    for name in [
        update.id(),
        "1".to_owned(),
        "0".to_owned(),
        "01".to_owned(),
        "x".to_owned(),
    ] {
        let foreign = format!("/articles/{}/updates/{name}", two.id());
        assert_eq!(app.manage("GET", &foreign).send().await.status, 404);
        assert_eq!(
            app.patch(&foreign, &update, json!({"headline": "X"}))
                .await
                .status,
            404
        );
        assert_eq!(retract(&app, &foreign, &update).await.status, 404);
        assert_eq!(
            app.manage("POST", &format!("{foreign}/show"))
                .send()
                .await
                .status,
            404
        );
        assert_eq!(
            app.manage("DELETE", &foreign)
                .if_match(&update.etag())
                .send()
                .await
                .status,
            404
        );
    }
    assert_eq!(
        managed(&app, "/articles/een/updates/1").await.id(),
        update.id()
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_while_the_article_is_withdrawn_shows_when_it_comes_back() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "H"})).await;
    let update = append(&app, &article, json!({"body": markdown("Oud")})).await;
    let seen = managed(&app, "/articles/h").await;
    let withdrawn = app.act(&seen, "withdraw", json!({})).await.expect(200);
    let path = path(&article, &update);
    let revised = app
        .patch(&path, &update, json!({"body": {"source": "Nieuw"}}))
        .await
        .expect(200);
    assert_eq!(app.get("/v1/articles/h").await.status, 410);

    app.act(&withdrawn, "publish", json!({})).await.expect(200);
    assert_eq!(
        read(&app, "/v1/articles/h").await["updates"][0]["body"]["html"],
        "<p>Nieuw</p>"
    );
    retract(&app, &path, &revised).await.expect(200);
    app.stop().await;
}
