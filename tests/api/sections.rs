//! Sections: the parts of the site.

use serde_json::json;

use crate::app::App;
use crate::copies::pages::feeds_below;
use crate::shorthand::{managed, read, remove, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_section_is_public_at_once_changed_and_removed() {
    let app = App::start().await;

    let made = app
        .make(
            "/sections",
            json!({"name": "Politiek & recht", "description": "Wat.", "position": 2}),
        )
        .await;

    assert_eq!(
        (
            made.etag(),
            &made.json["slug"],
            &made.json["donation_links"]
        ),
        ("\"1\"".to_owned(), &json!("politiek-recht"), &json!([]))
    );
    let section = json!({
        "id": made.id(), "slug": "politiek-recht", "name": "Politiek & recht", "names": {}, "description": "Wat.", "position": 2,
        "url": "http://localhost:3000/politiek-recht"
    });
    assert_eq!(read(&app, "/v1/sections/politiek-recht").await, section);
    assert_eq!(
        read(&app, &format!("/v1/sections/{}", made.id())).await,
        section
    );
    assert_eq!(read(&app, "/v1/sections").await["data"], json!([section]));
    let mut in_site = section;
    in_site["donation_links"] = json!([]);
    in_site["feeds"] = feeds_below("sections/politiek-recht/");
    assert_eq!(read(&app, "/v1/site").await["sections"], json!([in_site]));
    let changed = app
        .patch(
            "/sections/politiek-recht",
            &made,
            json!({"description": null, "position": null}),
        )
        .await
        .expect(200);
    assert_eq!(
        (&changed.json["description"], &changed.json["position"]),
        (&json!(null), &json!(0))
    );
    assert_eq!(
        app.patch("/sections/politiek-recht", &made, json!({}))
            .await
            .expect(412)
            .json["current_version"],
        changed.etag()
    );
    app.manage("PATCH", "/sections/politiek-recht")
        .json(&json!({}))
        .send()
        .await
        .expect(428);
    app.manage("DELETE", "/sections/politiek-recht")
        .send()
        .await
        .expect(428);
    remove(&app, "/sections/politiek-recht", &changed)
        .await
        .expect(204);
    assert_eq!(app.get("/v1/sections/politiek-recht").await.status, 410);
    assert_eq!(read(&app, "/v1/sections").await["data"], json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sections_stand_in_the_order_of_the_menu() {
    let app = App::start().await;
    for (name, position) in [("Zee", 1), ("Lucht", 2), ("Aarde", 2), ("Vuur", -1)] {
        app.make("/sections", json!({"name": name, "position": position}))
            .await;
    }
    let menu = ["Vuur", "Zee", "Aarde", "Lucht"];
    assert_eq!(
        texts(&read(&app, "/v1/sections").await["data"], "name"),
        menu
    );
    assert_eq!(
        texts(&read(&app, "/v1/site").await["sections"], "name"),
        menu
    );
    assert_eq!(
        texts(&managed(&app, "/sections?q=U").await.json["data"], "name"),
        ["Lucht", "Vuur"]
    );
    let first = managed(&app, "/sections?limit=3").await.json;
    assert_eq!(texts(&first["data"], "name"), ["Aarde", "Lucht", "Vuur"]);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    assert_eq!(
        texts(
            &managed(&app, &format!("/sections?cursor={cursor}"))
                .await
                .json["data"],
            "name"
        ),
        ["Zee"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renamed_section_changes_every_page_and_address_at_once() {
    let app = App::start().await;
    let section = app.make("/sections", json!({"name": "Water"})).await;
    app.publish(json!({"headline": "Een", "section": "water"}))
        .await;
    app.publish(json!({"headline": "Twee", "related": [{"article": "een"}]}))
        .await;
    let before = read(&app, "/v1/articles/een").await;

    app.patch(
        "/sections/water",
        &section,
        json!({"name": "Zee", "slug": "zee"}),
    )
    .await
    .expect(200);

    let page = read(&app, "/v1/articles/een").await;
    assert_eq!(
        (&page["section"]["name"], &page["url"]),
        (&json!("Zee"), &json!("http://localhost:3000/zee/een"))
    );
    assert_eq!(page["modified_at"], before["modified_at"]);
    assert_eq!(
        read(&app, "/v1/articles?section=zee").await["data"][0]["url"],
        "http://localhost:3000/zee/een"
    );
    assert_eq!(
        read(&app, "/v1/articles/twee").await["related"][0]["url"],
        "http://localhost:3000/zee/een"
    );
    assert_eq!(
        app.get("/v1/sections/water")
            .await
            .expect(308)
            .header("location"),
        "/v1/sections/zee"
    );
    let taken = json!({"name": "X", "slug": "water"});
    assert_eq!(
        app.manage("POST", "/sections")
            .json(&taken)
            .send()
            .await
            .expect(409)
            .problem(),
        "slug-taken"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_section_that_a_version_is_in_can_not_be_removed() {
    let app = App::start().await;
    let section = app.make("/sections", json!({"name": "Water"})).await;
    let article = app
        .make("/articles", json!({"headline": "H", "section": "water"}))
        .await;
    assert_eq!(
        remove(&app, "/sections/water", &section)
            .await
            .expect(409)
            .problem(),
        "in-use"
    );
    let moved = app
        .patch(
            &format!("/articles/{}", article.id()),
            &article,
            json!({"section": null}),
        )
        .await
        .expect(200);
    assert_eq!(moved.json["section"], json!(null));
    assert_eq!(
        remove(&app, "/sections/water", &section)
            .await
            .expect(409)
            .problem(),
        "in-use"
    );
    remove(&app, "/articles/h", &moved).await.expect(204);
    remove(&app, "/sections/water", &section).await.expect(204);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_section_can_not_be_is_told_by_place() {
    let app = App::start().await;
    for (body, faults) in [
        (
            json!({"position": 2147483648_i64}),
            &["invalid_value at /position", "missing_field at /name"][..],
        ),
        (
            json!({"name": "n".repeat(201), "description": "d".repeat(2001)}),
            &["too_long at /description", "too_long at /name"],
        ),
        (
            json!({"name": "N", "slug": "a--b", "donation_links": []}),
            &["invalid_value at /slug", "unknown_field at /donation_links"],
        ),
        (
            json!({"name": "N", "slug": "7b0ab1f4-6b0f-4a8a-9d5f-4f1f6f6f6f6f"}),
            &["invalid_value at /slug"],
        ),
    ] {
        let mut found = app
            .manage("POST", "/sections")
            .json(&body)
            .send()
            .await
            .expect(422)
            .faults();
        found.sort();
        assert_eq!(found, faults);
    }
    app.stop().await;
}
