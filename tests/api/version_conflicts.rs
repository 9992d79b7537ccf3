//! Two editors of one thing: whoever is second is told what the first changed.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::{managed, markdown};

/// The words of a change as a reader would mark them: `[-gone-]`, `{+new+}`.
fn marked(words: &Value) -> String {
    let words = words.as_array().unwrap().iter();
    words
        .map(|change| {
            let text = change["text"].as_str().unwrap();
            match change["op"].as_str().unwrap() {
                "removed" => format!("[-{text}-]"),
                "added" => format!("{{+{text}+}}"),
                _ => text.to_owned(),
            }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_editor_of_a_draft_is_told_what_the_first_changed() {
    let app = App::start().await;
    let body = "Het begin.\n\nElk jaar een meter.\n\nHet einde.";
    let read = app
        .make(
            "/articles",
            json!({"headline": "De haven slibt dicht", "body": markdown(body)}),
        )
        .await;
    let path = format!("/articles/{}", read.id());
    let change = json!({"headline": "De haven slibt niet dicht", "body": markdown(&body.replace("een meter", "twee meter"))});
    let first = app.patch(&path, &read, change).await.expect(200);

    let second = app
        .patch(&path, &read, json!({"headline": "Mijn kop"}))
        .await;

    let refused = second.expect(412);
    assert_eq!(refused.json["current_version"], first.etag());
    let diff = &refused.json["diff"];
    assert_eq!((&diff["from"], &diff["to"]), (&json!(1), &json!(2)));
    assert_eq!(diff["fields"][0]["field"], "headline");
    assert_eq!(diff["fields"][0]["before"], "De haven slibt dicht");
    assert_eq!(
        marked(&diff["fields"][0]["words"]),
        "De haven slibt {+niet +}dicht"
    );
    let blocks = &diff["texts"][0]["blocks"];
    assert_eq!(diff["texts"][0]["field"], "body");
    assert_eq!(blocks[1]["op"], "changed");
    assert_eq!(
        marked(&blocks[1]["words"]),
        "Elk jaar [-een-]{+twee+} meter."
    );
    // The same as when asked for, and nothing was written.
    let asked = app
        .manage("GET", &format!("{path}/versions/2/diff?against=1"))
        .send()
        .await
        .expect(200);
    assert_eq!(&asked.json, diff);
    assert_eq!(managed(&app, &path).await.etag(), first.etag());

    // With what was read again the change goes in.
    app.patch(&path, &first, json!({"headline": "Mijn kop"}))
        .await
        .expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_and_acts_on_an_older_version_tell_it_too() {
    let app = App::start().await;
    let read = app.make("/articles", json!({"headline": "Een"})).await;
    let path = format!("/articles/{}", read.id());
    let changed = app.patch(&path, &read, json!({"headline": "Twee"})).await;
    for (list, body) in [
        ("entities", json!([])),
        ("related", json!([])),
        ("donation-links", json!("none")),
    ] {
        let refused = app
            .manage("PUT", &format!("{path}/{list}"))
            .if_match(&read.etag())
            .json(&body)
            .send()
            .await
            .expect(412);
        assert_eq!(refused.json["diff"]["fields"][0]["after"], "Twee", "{list}");
    }
    let refused = app.act(&read, "publish", json!({})).await.expect(412);
    assert_eq!(refused.json["diff"]["fields"][0]["before"], "Een");
    let refused = app.act(&read, "versions/1/restore", json!({})).await;
    assert_eq!(refused.expect(412).json["diff"]["to"], 2);
    // A publication changes no text: the version is another, and nothing in it differs.
    app.act(&changed, "publish", json!({})).await.expect(200);
    let refused = app
        .patch(&path, &changed, json!({"headline": "Drie"}))
        .await;
    let nothing = json!({"from": 2, "to": 2, "fields": [], "texts": []});
    assert_eq!(refused.expect(412).json["diff"], nothing);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_entities_donation_links_authors_sections_and_the_site_tell_it_too() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Een"})).await;
    let updates = format!("/articles/{}/updates", article.id());
    let update = app
        .make(&updates, json!({"body": markdown("Oude tekst hier.")}))
        .await;
    let path = format!("{updates}/{}", update.id());
    app.patch(
        &path,
        &update,
        json!({"body": markdown("Nieuwe tekst hier.")}),
    )
    .await
    .expect(200);
    let refused = app.patch(&path, &update, json!({"headline": "x"})).await;
    let words = &refused.expect(412).json["diff"]["texts"][0]["blocks"][0]["words"];
    assert_eq!(marked(words), "[-Oude-]{+Nieuwe+} tekst hier.");

    let link = json!({"provider": "other", "url": "https://example.org", "call_to_action": {"nl": "Steun ons"}});
    for (kind, body, change, field) in [
        (
            "entities",
            json!({"kind": "topic", "name": "Zand", "aliases": ["Slib"]}),
            json!({"aliases": ["Slib", "Klei"]}),
            "aliases",
        ),
        (
            "donation-links",
            link,
            json!({"call_to_action": {"nl": "Steun dit werk"}}),
            "call_to_action.nl",
        ),
        (
            "authors",
            json!({"name": "Fenna"}),
            json!({"name": "Fenna Loman"}),
            "name",
        ),
        (
            "sections",
            json!({"name": "Water"}),
            json!({"description": "Over water"}),
            "description",
        ),
    ] {
        let read = app.make(&format!("/{kind}"), body).await;
        let path = format!("/{kind}/{}", read.id());
        let now = app.patch(&path, &read, change.clone()).await.expect(200);
        let refused = app.patch(&path, &read, change).await.expect(412);
        let diff = &refused.json["diff"];
        assert_eq!(diff["fields"][0]["field"], field, "{kind}");
        assert_eq!(
            (&diff["from"], &diff["to"]),
            (&json!(1), &json!(2)),
            "{kind}"
        );
        assert_eq!(refused.json["current_version"], now.etag());
    }
    let site = managed(&app, "/site").await;
    app.patch("/site", &site, json!({"title": "De Peilschaal"}))
        .await
        .expect(200);
    let refused = app.patch("/site", &site, json!({"tagline": "x"})).await;
    let diff = refused.expect(412).json["diff"]["fields"].clone();
    let mut fields = diff.as_array().unwrap().iter();
    let title = fields.find(|field| field["field"] == "title").unwrap();
    assert_eq!(title["after"], "De Peilschaal");
    app.stop().await;
}

/// A patch of this path with this If-Match.
async fn patch(app: &App, path: &str, etag: &str) -> Answer {
    let call = app.manage("PATCH", path).if_match(etag);
    call.json(&json!({})).send().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_never_was_gets_no_difference() {
    let app = App::start().await;
    let read = app.make("/articles", json!({"headline": "Een"})).await;
    let path = format!("/articles/{}", read.id());
    app.patch(&path, &read, json!({"headline": "Twee"}))
        .await
        .expect(200);
    let zand = json!({"kind": "topic", "name": "Zand"});
    let entity = format!("/entities/{}", app.make("/entities", zand).await.id());
    for (path, etag) in [
        (&path, "\"9.9\""),
        (&path, "\"2.7\""),
        (&path, "\"2.1\""),
        (&path, "\"0.0\""),
        (&path, "\"-1.1\""),
        (&path, "\"+1.1\""),
        (&path, "\"1\""),
        (&path, "\"x\""),
        (&path, "W/\"1.1\""),
        (&path, "\"99999999999.1\""),
        (&entity, "\"2\""),
        (&entity, "\"0\""),
        (&entity, "\"1.1\""),
    ] {
        let refused = patch(&app, path, etag).await.expect(412);
        assert!(
            refused.json.get("diff").is_none(),
            "{etag}: {}",
            refused.text
        );
    }
    // Of several the newest that was.
    let refused = patch(&app, &path, "\"9.9\", \"1.1\"").await.expect(412);
    assert_eq!(refused.json["diff"]["from"], 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_may_not_read_learns_nothing_of_what_was_written() {
    let app = App::start().await;
    let body = json!({"name": "Schrijver", "scopes": ["content:write"]});
    let key = app.make("/keys", body).await;
    let key = key.json["key"].as_str().unwrap().to_owned();
    let read = app
        .make("/articles", json!({"headline": "Vertrouwelijk"}))
        .await;
    let entity = app
        .make(
            "/entities",
            json!({"kind": "topic", "name": "Vertrouwelijk"}),
        )
        .await;
    for (path, read) in [
        (format!("/articles/{}", read.id()), read),
        (format!("/entities/{}", entity.id()), entity),
    ] {
        app.patch(&path, &read, json!({"slug": "anders"}))
            .await
            .expect(200);
        let refused = app
            .call("PATCH", &format!("/v1/manage{path}"))
            .key(&key)
            .if_match(&read.etag())
            .json(&json!({}))
            .send()
            .await
            .expect(412);
        assert!(refused.json.get("diff").is_none(), "{}", refused.text);
        assert!(!refused.text.contains("ertrouwelijk"), "{}", refused.text);
    }
    app.stop().await;
}
