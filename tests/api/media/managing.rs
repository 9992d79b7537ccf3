//! Listing, changing and removing pictures, and what uses them.

use kroniek::auth::Role;
use serde_json::{Value, json};

use super::pictures::{jpeg, png};
use super::{image, upload, uploaded};
use crate::app::{Answer, App};
use crate::shorthand::{append, managed, markdown, remove, republish, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_are_listed_newest_first_and_found_by_their_words() {
    let app = App::start().await;
    let mut ids = Vec::new();
    for (place, (field, value)) in [
        ("alt", "Een 100% haven"),
        ("caption", "De HAVEN"),
        ("credit", "Havenarchief"),
        ("alt", "Iets anders"),
    ]
    .into_iter()
    .enumerate()
    {
        let bytes = jpeg(40 + u32::try_from(place).unwrap(), 30);
        ids.push(
            upload(&app, &[(field, value)], ("", &bytes))
                .await
                .expect(201)
                .id(),
        );
    }
    ids.push(
        upload(&app, &[], ("mijn-haven.png", &png(30, 30)))
            .await
            .expect(201)
            .id(),
    );
    ids.reverse();
    assert_eq!(
        texts(&managed(&app, "/media").await.json["data"], "id"),
        ids
    );
    let found = managed(&app, "/media?q=haven").await;
    assert_eq!(texts(&found.json["data"], "id").len(), 4);
    assert_eq!(
        managed(&app, "/media?q=100%25").await.json["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let mut paged = Vec::new();
    let mut path = "/media?limit=2".to_owned();
    loop {
        let page = managed(&app, &path).await.json;
        paged.extend(texts(&page["data"], "id"));
        match page["page"]["next_cursor"].as_str() {
            Some(cursor) => path = format!("/media?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(paged, ids);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_of_a_picture_is_changed_by_version() {
    let app = App::start().await;
    let made = uploaded(&app, &jpeg(40, 30)).await;
    let path = format!("/media/{}", made.id());
    let changed = app
        .patch(
            &path,
            &made,
            json!({"alt": "Kade", "focal_point": {"x": 1, "y": 0}}),
        )
        .await
        .expect(200);
    assert_eq!(
        (
            changed.etag(),
            &changed.json["alt"],
            &changed.json["focal_point"]
        ),
        (
            "\"2\"".to_owned(),
            &json!("Kade"),
            &json!({"x": 1.0, "y": 0.0})
        )
    );
    app.patch(&path, &made, json!({"alt": "Te laat"}))
        .await
        .expect(412);
    app.manage("PATCH", &path)
        .json(&json!({}))
        .send()
        .await
        .expect(428);
    let faults = app
        .patch(
            &path,
            &changed,
            json!({"id": "x", "width": 3, "focal_point": {"x": 2, "y": "a"}}),
        )
        .await;
    let mut faults = faults.expect(422).faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "invalid_value at /focal_point/x",
            "server_owned_field at /id",
            "unknown_field at /width",
            "wrong_type at /focal_point/y"
        ]
    );
    let emptied = app
        .patch(&path, &changed, json!({"alt": null, "focal_point": null}))
        .await
        .expect(200);
    assert_eq!(
        (&emptied.json["alt"], &emptied.json["focal_point"]),
        (&json!(null), &json!(null))
    );
    remove(&app, &path, &changed).await.expect(412);
    remove(&app, &path, &emptied).await.expect(204);
    app.manage("GET", &path).send().await.expect(404);
    let sql = app.sql().await;
    let rows = sql
        .query("SELECT action, version_from, version_to FROM newsroom.audit WHERE subject_kind = 'media' ORDER BY id", &[])
        .await
        .unwrap();
    let told: Vec<(String, Option<String>, Option<String>)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        told,
        [
            ("upload_media".to_owned(), None, some("1")),
            ("change_media".to_owned(), some("1"), some("2")),
            ("change_media".to_owned(), some("2"), some("3")),
            ("remove_media".to_owned(), some("3"), None)
        ]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_reads_and_writes_media_by_its_scopes() {
    let app = App::start().await;
    let made = uploaded(&app, &jpeg(40, 30)).await;
    let path = format!("/v1/manage/media/{}", made.id());
    let partner = app.key(Role::Partner).await;
    for below in ["", "/file", "/uses"] {
        let path = format!("{path}{below}");
        app.call("GET", &path)
            .key(&partner)
            .send()
            .await
            .expect(403);
        app.call("GET", &path).send().await.expect(401);
    }
    let (content_type, body) = super::form(&[], Some(("x.png", &png(9, 9))));
    let call = app.call("POST", "/v1/manage/media").key(&partner);
    call.body(&content_type, body).send().await.expect(403);
    app.stop().await;
}

async fn uses(app: &App, media: &Answer) -> Vec<(String, String, bool, bool)> {
    let path = format!("/media/{}/uses", media.id());
    let list = managed(app, &path).await.json["data"].clone();
    let one = |used: &Value| {
        let text = |name: &str| used[name].as_str().unwrap_or("-").to_owned();
        (
            text("type"),
            text("slug"),
            used["published"] == true,
            used["current"] == true,
        )
    };
    list.as_array().unwrap().iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_in_use_is_not_removed_and_tells_where_it_is_used() {
    let app = App::start().await;
    let picture = uploaded(&app, &jpeg(400, 300)).await;
    let path = format!("/media/{}", picture.id());
    let text = markdown(&format!("![x](media:{})", picture.id()));
    let used = |kind: &str, slug: &str, published, current| {
        (kind.to_owned(), slug.to_owned(), published, current)
    };
    assert!(uses(&app, &picture).await.is_empty());
    let article = app
        .publish(json!({"headline": "Een", "image": image(&picture)}))
        .await;
    assert_eq!(
        uses(&app, &picture).await,
        [used("article", "een", true, true)]
    );
    let refused = remove(&app, &path, &picture).await.expect(409);
    assert_eq!(refused.problem(), "in-use");
    assert!(
        refused.text.contains("article \\\"een\\\""),
        "{}",
        refused.text
    );
    // An earlier version counts too.
    republish(&app, &article, json!({"image": null})).await;
    assert_eq!(
        uses(&app, &picture).await,
        [used("article", "een", false, false)]
    );
    remove(&app, &path, &picture).await.expect(409);
    app.make("/authors", json!({"name": "Fenna", "biography": text}))
        .await;
    app.make(
        "/entities",
        json!({"kind": "topic", "name": "Haven", "image": image(&picture)}),
    )
    .await;
    let other = app.publish(json!({"headline": "Twee"})).await;
    append(&app, &other, json!({"body": text})).await;
    let site = managed(&app, "/site").await;
    app.patch("/site", &site, json!({"logo": image(&picture)}))
        .await
        .expect(200);
    assert_eq!(
        uses(&app, &picture).await,
        [
            used("article", "twee", true, true),
            used("site", "-", true, true),
            used("article", "een", false, false),
            used("author", "fenna", false, true),
            used("entity", "haven", false, true)
        ]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_does_not_exist_can_t_be_used() {
    let app = App::start().await;
    let never = "00000000-0000-4000-8000-000000000000";
    let text = markdown(&format!("![x](media:{never})"));
    for (path, body, faults) in [
        (
            "/articles",
            json!({"headline": "H", "image": {"media": never}, "body": text, "standfirst": text}),
            vec![
                "unknown_reference at /image/media",
                "unknown_reference at /standfirst/source",
                "unknown_reference at /body/source",
            ],
        ),
        (
            "/articles",
            json!({"headline": "H", "image": {"media": never, "url": "https://example.org/x.jpg"}}),
            vec!["invalid_value at /image"],
        ),
        (
            "/articles",
            json!({"headline": "H", "image": {"alt": "x"}}),
            vec!["invalid_value at /image"],
        ),
        (
            "/articles",
            json!({"headline": "H", "image": {"media": "x"}}),
            vec!["invalid_value at /image/media"],
        ),
        (
            "/authors",
            json!({"name": "H", "image": {"media": never}, "biography": text}),
            vec![
                "unknown_reference at /image/media",
                "unknown_reference at /biography/source",
            ],
        ),
        (
            "/entities",
            json!({"kind": "topic", "name": "H", "image": {"media": never}}),
            vec!["unknown_reference at /image/media"],
        ),
    ] {
        let answer = app.manage("POST", path).json(&body).send().await;
        assert_eq!(answer.expect(422).faults(), faults, "{path}");
    }
    let site = managed(&app, "/site").await;
    let answer = app
        .patch(
            "/site",
            &site,
            json!({"logo": {"media": never}, "about": text}),
        )
        .await;
    assert_eq!(
        answer.expect(422).faults(),
        [
            "unknown_reference at /logo/media",
            "unknown_reference at /about/source"
        ]
    );
    app.publish(json!({"headline": "Een"})).await;
    let answer = app
        .manage("POST", "/articles/een/updates")
        .json(&json!({"body": text}))
        .send()
        .await;
    assert_eq!(
        answer.expect(422).faults(),
        ["unknown_reference at /body/source"]
    );
    app.stop().await;
}
