//! Items in ninjs: valid against IPTC's schema, and taken back by a higher version.

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{Partner, publication};
use crate::app::App;
use crate::clock::{node, put_minutes};
use crate::media::{pictures::png, uploaded};

/// IPTC's schema. Of GeoJSON, which it refers to and which items do not have, nothing is asked.
fn schema() -> Validator {
    let text = include_str!("../../fixtures/ninjs-schema_3.1.json");
    let mut schema: Value = serde_json::from_str(text).unwrap();
    let geo = "/$defs/ninjsType/properties/places/items/properties/geoJSON";
    *schema.pointer_mut(geo).unwrap() = json!(false);
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

#[track_caller]
fn expect_valid(validator: &Validator, item: &Value) {
    let faults: Vec<_> = validator
        .iter_errors(item)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:?}: {item}");
}

/// All items and the cursor to go on from, each page of so many.
async fn items(app: &App, partner: &Partner, mut cursor: String) -> (Vec<Value>, String) {
    let mut all = Vec::new();
    loop {
        let path = format!("/items?limit=2&cursor={cursor}");
        let page = partner.get(app, &path).await.expect(200).json;
        all.extend(page["data"].as_array().unwrap().clone());
        cursor = page["page"]["next_cursor"].as_str().unwrap().to_owned();
        if page["page"]["has_more"] == false {
            return (all, cursor);
        }
    }
}

fn version(item: &Value) -> i64 {
    item["version"].as_str().unwrap().parse().unwrap()
}

/// An article with all that an article can have.
async fn full(app: &App) -> String {
    let picture = uploaded(app, &png(900, 600)).await.id();
    for (kind, name, at) in [
        (
            "person",
            "Fenna Loman",
            json!(["https://www.wikidata.org/wiki/Q42"]),
        ),
        ("organisation", "Havenbedrijf", json!([])),
        (
            "place",
            "Wendemond",
            json!([
                "https://www.wikidata.org/entity/Q34370",
                "https://example.org/wendemond"
            ]),
        ),
        ("event", "Stormvloed", json!([])),
        ("work", "Zeekaart", json!([])),
    ] {
        app.make(
            "/entities",
            json!({"kind": kind, "name": name, "same_as": at}),
        )
        .await;
    }
    app.make("/authors", json!({"name": "Auteur"})).await;
    let named = [
        "fenna-loman",
        "havenbedrijf",
        "wendemond",
        "stormvloed",
        "zeekaart",
        "slib",
    ];
    let named: Vec<Value> = named
        .iter()
        .map(|one| json!({"entity": one, "relation": "about"}))
        .collect();
    let article = app
        .publish(json!({
            "headline": "Alles <&> erbij", "slug": "alles", "section": "water", "authors": ["auteur"], "entities": named, "language": "nl",
            "standfirst": {"format": "markdown", "source": "Wat er is."}, "image": {"media": picture, "alt": "De kade", "credit": "Fenna"},
            "body": {"format": "markdown", "source": format!("De [haven](/haven) slibt dicht.\n\n{}", "En verder. ".repeat(60))},
            "related": [{"article": "haven"}, {"article": "tide"}, {"url": "https://example.org/elders", "title": "Elders"}],
        }))
        .await;
    let id = article.id();
    let updates = format!("/articles/{id}/updates");
    for (kind, headline) in [
        ("update", "Erbij"),
        ("correction", "Cijfer verbeterd"),
        ("clarification", "Duidelijker"),
    ] {
        let body = json!({"format": "markdown", "source": "Zo is het nu."});
        app.make(
            &updates,
            json!({"kind": kind, "headline": headline, "body": body}),
        )
        .await;
    }
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_item_is_valid_and_tells_what_there_is() {
    let (app, validator) = (App::start().await, schema());
    publication(&app).await;
    let id = full(&app).await;
    let retracted = app
        .make(
            "/articles/haven/updates",
            json!({"body": {"format": "markdown", "source": "Fout."}}),
        )
        .await;
    let path = format!("/articles/haven/updates/{}/retract", retracted.id());
    let call = app.manage("POST", &path).if_match(&retracted.etag());
    call.json(&json!({"reason": "Klopt niet."}))
        .send()
        .await
        .expect(200);
    let partner = Partner::new(&app, json!({"licence": "Met bron.", "languages": ["nl"]})).await;
    let (all, _) = items(&app, &partner, String::new()).await;
    assert_eq!(all.len(), 3, "{all:?}");
    for item in &all {
        expect_valid(&validator, item);
        assert_eq!(
            (&item["pubStatus"], &item["usageTerms"]),
            (&json!("usable"), &json!("Met bron."))
        );
        let one = partner
            .get(
                &app,
                &format!(
                    "/items/{}",
                    item["uri"]
                        .as_str()
                        .unwrap()
                        .trim_start_matches("urn:uuid:")
                ),
            )
            .await;
        assert_eq!(&one.expect(200).json, item);
    }
    let item = all
        .iter()
        .find(|item| item["uri"] == format!("urn:uuid:{id}"))
        .unwrap();
    assert_eq!(
        item["people"],
        json!([{"name": "Fenna Loman", "rel": "about", "uri": "http://www.wikidata.org/entity/Q42", "literal": "fenna-loman"}])
    );
    assert_eq!(
        item["places"][0]["uri"],
        "http://www.wikidata.org/entity/Q34370"
    );
    for kind in ["organisations", "events", "objects"] {
        assert!(
            item[kind][0]["uri"]
                .as_str()
                .unwrap()
                .starts_with("urn:uuid:"),
            "{kind}"
        );
    }
    let subjects: Vec<_> = item["subjects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["rel"].as_str().unwrap())
        .collect();
    assert_eq!(subjects, ["about", "section"]);
    let roles: Vec<_> = item["bodies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["main", "update", "correction", "clarification"]);
    assert!(
        item["bodies"][0]["value"]
            .as_str()
            .unwrap()
            .contains("href=\"http"),
        "{}",
        item["bodies"][0]
    );
    assert!(
        item["edNote"]
            .as_str()
            .unwrap()
            .contains("Cijfer verbeterd")
    );
    assert_eq!(
        (&item["by"], &item["title"], &item["language"]),
        (&json!("Auteur"), &json!("Alles <&> erbij"), &json!("nl"))
    );
    assert_eq!(item["altIds"], json!([{"role": "slug", "value": "alles"}]));
    let sizes = item["renditions"].as_array().unwrap();
    let original = sizes.last().unwrap();
    assert!(
        sizes.len() > 2
            && original["sizeInBytes"].as_i64().unwrap() > 0
            && original["width"] == 900,
        "{sizes:?}"
    );
    // What is not covered is not among what it comes with.
    let uris: Vec<_> = item["associations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["uri"].as_str().unwrap())
        .collect();
    assert_eq!(uris.len(), 2, "{uris:?}");
    assert_eq!(uris[1], "https://example.org/elders");
    let haven = all.iter().find(|item| item["title"] == "haven").unwrap();
    let last = haven["bodies"].as_array().unwrap().last().unwrap();
    assert_eq!(last["role"], "retraction");
    assert!(
        last["value"].as_str().unwrap().contains("Klopt niet.")
            && !haven.to_string().contains("Fout.")
    );
    let excerpt = Partner::new(
        &app,
        json!({"text": "excerpt", "media": false, "embargo_seconds": 1}),
    )
    .await;
    let begun = std::time::Instant::now();
    let held = loop {
        let (held, _) = items(&app, &excerpt, String::new()).await;
        if held
            .iter()
            .any(|item| item["uri"] == format!("urn:uuid:{id}"))
            || begun.elapsed().as_secs() > 20
        {
            break held;
        }
    };
    for item in &held {
        expect_valid(&validator, item);
        assert_eq!(item["representationType"], "partial");
        assert!(item["embargoedUntil"].is_string() && item["renditions"].is_null());
    }
    assert!(held.iter().any(|item| {
        item["bodies"][0]["value"]
            .as_str()
            .unwrap()
            .ends_with("…</p>")
    }));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_back_comes_once_more_as_canceled_and_newer() {
    let (app, validator) = (node().await, schema());
    publication(&app).await;
    put_minutes(&app, 20).await;
    let partner = Partner::new(&app, json!({"sections": ["water"], "embargo_seconds": 600})).await;
    let (first, cursor) = items(&app, &partner, String::new()).await;
    assert_eq!(first.len(), 2);
    let haven = first.iter().find(|item| item["title"] == "haven").unwrap();
    let id = haven["uri"]
        .as_str()
        .unwrap()
        .trim_start_matches("urn:uuid:")
        .to_owned();
    let one = |id: &str| {
        let path = format!("/items/{id}");
        let (partner, app) = (&partner, &app);
        async move { partner.get(app, &path).await }
    };
    // An update is a newer version of the same.
    let update = json!({"kind": "correction", "headline": "Verbeterd", "body": {"format": "markdown", "source": "x"}});
    app.make("/articles/haven/updates", update).await;
    let (second, cursor) = items(&app, &partner, cursor).await;
    let [newer] = &second[..] else {
        panic!("{second:?}")
    };
    assert_eq!(newer["uri"], haven["uri"]);
    assert!(
        version(newer) > version(haven) && newer["edNote"].as_str().unwrap().contains("Verbeterd")
    );
    // One that is held back and withdrawn is never told of; one that leaves the section is canceled.
    let kept = app
        .publish(json!({"headline": "Kort", "section": "water"}))
        .await;
    app.act(&kept, "withdraw", json!({})).await.expect(200);
    one(&kept.id()).await.expect(404);
    let seen = app.manage("GET", "/articles/haven").send().await;
    let moved = app
        .patch("/articles/haven", &seen, json!({"section": "politiek"}))
        .await
        .expect(200);
    app.act(&moved, "publish", json!({})).await.expect(200);
    let tide = app.manage("GET", "/articles/tide").send().await;
    app.act(&tide, "withdraw", json!({"reason": "Fout."}))
        .await
        .expect(200);
    let (third, cursor) = items(&app, &partner, cursor).await;
    assert_eq!(third.len(), 2, "{third:?}");
    for item in &third {
        expect_valid(&validator, item);
        let before = first
            .iter()
            .find(|before| before["uri"] == item["uri"])
            .unwrap();
        assert_eq!(
            (&item["pubStatus"], item.get("title")),
            (&json!("canceled"), None)
        );
        assert!(version(item) > version(before) && version(item) > version(newer));
        let id = item["uri"]
            .as_str()
            .unwrap()
            .trim_start_matches("urn:uuid:");
        let alone = one(id).await.expect(200).json;
        assert_eq!(
            (&alone["pubStatus"], &alone["uri"]),
            (&item["pubStatus"], &item["uri"])
        );
    }
    put_minutes(&app, 40).await;
    let (nothing, cursor) = items(&app, &partner, cursor).await;
    assert!(nothing.is_empty(), "{nothing:?}");
    // It comes back, newer again.
    let seen = app.manage("GET", "/articles/haven").send().await;
    let back = app
        .patch("/articles/haven", &seen, json!({"section": "water"}))
        .await
        .expect(200);
    app.act(&back, "publish", json!({})).await.expect(200);
    let (again, _) = items(&app, &partner, cursor).await;
    assert_eq!((again.len(), &again[0]["pubStatus"]), (1, &json!("usable")));
    assert!(version(&again[0]) > version(&third[0]));
    assert_eq!(one(&id).await.expect(200).json, again[0]);
    for wrong in ["nergens", "11111111-2222-4333-8444-555555555555"] {
        one(wrong).await.expect(404);
    }
    app.stop().await;
}
