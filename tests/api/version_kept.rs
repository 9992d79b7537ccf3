//! Versions of what is written over: whatever writes the site, a section, an author, an entity or a donation link keeps what it said.

use kroniek::auth::Role;
use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::contract::document;
use crate::entity_merge::{merge, person};
use crate::shorthand::{managed, markdown, read};

/// The numbers of the versions that are listed at a path, the newest first.
pub async fn numbers(app: &App, path: &str) -> Vec<i64> {
    let listed = managed(app, &format!("{path}/versions")).await;
    let items = listed.json["data"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["number"].as_i64().unwrap())
        .collect()
}

async fn restore(app: &App, path: &str, seen: &Answer, number: i32) -> Answer {
    app.manage("POST", &format!("{path}/versions/{number}/restore"))
        .if_match(&seen.etag())
        .send()
        .await
}

/// A thing of each kind with everything in it that it takes: where it is, and the name of its input in the document.
pub async fn one_of_each(app: &App) -> Vec<(String, &'static str)> {
    let image = json!({"url": "https://example.org/a.jpg", "alt": "Een", "caption": "Twee", "credit": "Drie", "width": 1, "height": 2});
    let links = json!([{"label": "Een", "url": "https://example.org/een"}]);
    let entity = json!({"kind": "topic", "name": "Zand", "names": {"en": "Sand"}, "aliases": ["Slib"], "description": "Fijn.",
                        "same_as": ["https://example.org/zand"], "image": image});
    let link = json!({"provider": "paypal", "url": "https://example.org/geef", "call_to_action": {"nl": "Steun"}, "thank_you": {"nl": "Dank"},
                      "currency": "EUR", "suggested_amounts": [250, 500], "placement": "top", "from": "2026-01-01T00:00:00.000Z",
                      "until": "2126-01-01T00:00:00.000Z"});
    let bank = json!({"provider": "bank_transfer", "bank": {"iban": "NL91ABNA0417164300", "beneficiary": "Stichting"}});
    let author = json!({"name": "Fenna", "biography": markdown("Een *stem*."), "image": image, "links": links});
    let section = json!({"name": "Water", "names": {"en": "Water"}, "description": "Over water.", "position": 3});
    let mut paths = Vec::new();
    for (kind, body, input) in [
        ("entities", entity, "EntityInput"),
        ("donation-links", link, "DonationLinkInput"),
        ("donation-links", bank, "DonationLinkInput"),
        ("authors", author, "AuthorInput"),
        ("sections", section, "SectionInput"),
    ] {
        let made = app.make(&format!("/{kind}"), body).await;
        paths.push((format!("/{kind}/{}", made.id()), input));
    }
    let site = managed(app, "/site").await;
    let change = json!({"title": "De Peilschaal", "tagline": "Nieuws", "about": markdown("Wij *schrijven*."), "social_links": links, "copyright": "Wij",
                        "licence": "Vrij", "logo": {"url": "https://example.org/a.svg", "alt": "Een"}});
    app.patch("/site", &site, change).await.expect(200);
    paths.push(("/site".to_owned(), "SiteInput"));
    paths
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_says_all_that_an_editor_can_send_and_just_what_was_sent() {
    let app = App::start().await;
    for (path, input) in one_of_each(&app).await {
        let now = managed(&app, &path).await;
        let number = now.json["version"].as_i64().unwrap();
        let version = managed(&app, &format!("{path}/versions/{number}")).await;
        let fields = document()["components"]["schemas"][input]["properties"]
            .as_object()
            .unwrap();
        for field in fields.keys() {
            let kept = version.json.get(field).unwrap_or_else(|| {
                panic!("{path}: a version has no {field}; see newsroom.present_versions")
            });
            let mut shown = now.json[field].clone();
            // What readers get of a rich text is made of its source.
            shown
                .as_object_mut()
                .filter(|text| text.contains_key("source"))
                .map(|text| text.remove("html"));
            assert_eq!(kept, &shown, "{path}: {field}");
        }
        let (_, faults) = kroniek::http::json::parse(version.text.as_bytes()).unwrap();
        assert!(faults.is_empty(), "{path}: a field stands twice");
        assert_eq!(version.json["current"], true);
        assert_eq!(version.json["key"], "test");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_write_keeps_a_version_that_tells_who_wrote_it() {
    let app = App::start().await;
    let path = format!("/entities/{}", person(&app, "Jan Smit").await.id());
    let seen = managed(&app, &path).await;
    app.manage("PATCH", &path)
        .if_match(&seen.etag())
        .header("kroniek-actor", "Fenna Loman")
        .json(&json!({"name": "Jan Smid"}))
        .send()
        .await
        .expect(200);
    let listed = managed(&app, &format!("{path}/versions")).await;
    let of = |at: usize, field: &str| listed.json["data"][at][field].clone();
    assert_eq!(
        (of(0, "number"), of(0, "name"), of(0, "current")),
        (json!(2), json!("Jan Smid"), json!(true))
    );
    assert_eq!(
        (of(0, "actor"), of(0, "key")),
        (json!("Fenna Loman"), json!("test"))
    );
    assert_eq!(
        (of(1, "number"), of(1, "name"), of(1, "current")),
        (json!(1), json!("Jan Smit"), json!(false))
    );
    assert_eq!(of(1, "actor"), json!(null));

    // One that a save of an article makes, and the two of a merge.
    app.make(
        "/articles",
        json!({"headline": "Een", "entities": [{"kind": "person", "name": "J. Smit"}]}),
    )
    .await;
    let made = managed(&app, "/entities/j-smit").await;
    assert_eq!(numbers(&app, "/entities/j-smit").await, [1]);
    merge(&app, "j-smit", &path.replace("/entities/", "")).await;
    assert_eq!(numbers(&app, &path).await, [3, 2, 1]);
    let gathered = managed(&app, &format!("{path}/versions/3")).await;
    assert_eq!(gathered.json["aliases"], json!(["J. Smit"]));
    // What was merged is on record whole.
    let left = "SELECT count(*) FROM newsroom.kept_versions WHERE owner_id::text = $1";
    let left: i64 = app
        .sql()
        .await
        .query_one(left, &[&made.id()])
        .await
        .unwrap()
        .get(0);
    assert_eq!(left, 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_version_is_an_edit_that_readers_see_at_once() {
    let app = App::start().await;
    let made = app
        .make(
            "/entities",
            json!({"kind": "topic", "name": "Zand", "description": "Fijn."}),
        )
        .await;
    app.publish(json!({"headline": "Een", "entities": [{"entity": "zand"}]}))
        .await;
    let path = format!("/entities/{}", made.id());
    let seen = managed(&app, &path).await;
    let changed = app
        .patch(
            &path,
            &seen,
            json!({"name": "Klei", "slug": "klei", "description": null}),
        )
        .await
        .expect(200);
    assert_eq!(read(&app, "/v1/entities/klei").await["name"], "Klei");

    let restored = restore(&app, &path, &changed, 1).await.expect(200);

    assert_eq!(
        (&restored.json["version"], &restored.json["slug"]),
        (&json!(3), &json!("zand"))
    );
    let shown = app.get("/v1/entities/zand").await.expect(200);
    assert_eq!(
        (&shown.json["name"], &shown.json["description"]),
        (&json!("Zand"), &json!("Fijn."))
    );
    app.get("/v1/entities/klei").await.expect(308);
    let diff = managed(&app, &format!("{path}/versions/3/diff?against=1")).await;
    assert_eq!(diff.json["fields"], json!([]));

    // What it says already is written no second time.
    let again = restore(&app, &path, &restored, 1).await.expect(200);
    assert_eq!(again.text, restored.text);
    let after = app.get("/v1/entities/zand").await;
    assert_eq!(after.header("kroniek-seq"), shown.header("kroniek-seq"));
    assert_eq!(numbers(&app, &path).await, [3, 2, 1]);
    restore(&app, &path, &changed, 1).await.expect(412);
    restore(&app, &path, &restored, 4).await.expect(404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_thing_can_be_had_back_as_it_was() {
    let app = App::start().await;
    for (path, _) in one_of_each(&app).await {
        let before = managed(&app, &path).await;
        let number = i32::try_from(before.json["version"].as_i64().unwrap()).unwrap();
        let change = match path.split('/').nth(1).unwrap() {
            "donation-links" => json!({"placement": "elders", "thank_you": {"nl": "Bedankt"}}),
            "site" => json!({"title": "Anders", "about": null}),
            "authors" => json!({"name": "Anders", "biography": null}),
            _ => json!({"name": "Anders", "description": null}),
        };
        let changed = app.patch(&path, &before, change).await.expect(200);

        let restored = restore(&app, &path, &changed, number).await.expect(200);

        let without = |answer: &Answer| {
            let mut json = answer.json.clone();
            for field in ["version", "modified_at"] {
                json.as_object_mut().unwrap().remove(field);
            }
            json
        };
        assert_eq!(without(&restored), without(&before), "{path}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_hung_on_a_section_or_the_site_comes_back_for_who_may_hang_it_there() {
    let app = App::start().await;
    let link =
        |name: &str| json!({"provider": "other", "url": format!("https://example.org/{name}")});
    let one = app.make("/donation-links", link("een")).await;
    let other = app.make("/donation-links", link("twee")).await;
    let section = app.make("/sections", json!({"name": "Water"})).await;
    let path = format!("/sections/{}", section.id());
    let hang = async |path: &str, links: Value| {
        let seen = managed(&app, path).await;
        let call = app.manage("PUT", &format!("{path}/donation-links"));
        call.if_match(&seen.etag())
            .json(&links)
            .send()
            .await
            .expect(200)
    };
    for path in [path.as_str(), "/site"] {
        let first = hang(path, json!([one.id()])).await;
        let number = i32::try_from(first.json["version"].as_i64().unwrap()).unwrap();
        let second = hang(path, json!([other.id()])).await;
        let version = managed(&app, &format!("{path}/versions/{number}")).await;
        assert_eq!(version.json["donation_links"], json!([one.id()]));

        let editor = app.key(Role::Editor).await;
        let call = app.call(
            "POST",
            &format!("/v1/manage{path}/versions/{number}/restore"),
        );
        call.key(&editor)
            .if_match(&second.etag())
            .send()
            .await
            .expect(403);
        let restored = restore(&app, path, &second, number).await.expect(200);
        assert_eq!(restored.json["donation_links"], json!([one.id()]));
        let site = read(&app, "/v1/site").await;
        let shown = if path == "/site" {
            &site["donation_links"]
        } else {
            &site["sections"][0]["donation_links"]
        };
        assert_eq!(shown[0]["id"], one.id());
        hang(path, json!([])).await;
    }
    // A link that is gone can't be hung up again.
    let removal = app
        .manage("DELETE", &format!("/donation-links/{}", one.id()))
        .if_match("*");
    removal.send().await.expect(204);
    let seen = managed(&app, &path).await;
    let refused = restore(&app, &path, &seen, 2).await.expect(409);
    assert!(
        refused.text.contains("/donation_links/0"),
        "{}",
        refused.text
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slug_that_is_another_s_by_now_is_refused() {
    let app = App::start().await;
    let made = app.make("/authors", json!({"name": "Fenna"})).await;
    let path = format!("/authors/{}", made.id());
    let sql = app.sql().await;
    let changed = app
        .patch(&path, &made, json!({"slug": "loman"}))
        .await
        .expect(200);
    // An author keeps its slugs; only what was merged or removed lets go of one.
    sql.execute("DELETE FROM newsroom.slugs WHERE slug = 'fenna'", &[])
        .await
        .unwrap();
    app.make("/authors", json!({"name": "Fenna"})).await;
    let refused = restore(&app, &path, &changed, 1).await.expect(409);
    assert_eq!(refused.problem(), "slug-taken");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_version_never_changes_and_goes_with_its_thing() {
    let app = App::start().await;
    let made = app.make("/authors", json!({"name": "Fenna"})).await;
    let path = format!("/authors/{}", made.id());
    let sql = app.sql().await;
    for change in [
        "number = 7",
        "content = '{}'",
        "actor = 'iemand'",
        "key_id = NULL",
    ] {
        let change = format!("UPDATE newsroom.kept_versions SET {change}");
        let answer = crate::watch::run(&sql, &change).await;
        assert!(
            answer
                .as_ref()
                .is_err_and(|error| error.contains("is immutable")),
            "{answer:?}"
        );
    }
    let removal = app.manage("DELETE", &path).if_match(&made.etag());
    removal.send().await.expect(204);
    app.manage("GET", &format!("{path}/versions"))
        .send()
        .await
        .expect(404);
    let left = "SELECT count(*) FROM newsroom.kept_versions WHERE kind = 'author'";
    assert_eq!(sql.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
    app.stop().await;
}
