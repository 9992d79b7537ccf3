//! Translations: groups of articles, one a language.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::republish;

async fn translations(app: &App, path: &str) -> Vec<(String, String, String)> {
    let page = app.get(path).await.expect(200);
    let text = |item: &Value, field: &str| item[field].as_str().unwrap().to_owned();
    let all = page.json["translations"].as_array().unwrap().iter();
    all.map(|item| {
        (
            text(item, "language"),
            text(item, "slug"),
            text(item, "url"),
        )
    })
    .collect()
}

fn languages(found: &[(String, String, String)]) -> Vec<&str> {
    found
        .iter()
        .map(|(language, ..)| language.as_str())
        .collect()
}

async fn group(app: &App) -> (Answer, Answer, Answer) {
    app.make("/sections", json!({"name": "Water"})).await;
    let dutch = app
        .publish(json!({"headline": "De haven slibt dicht", "language": "nl", "section": "water"}))
        .await;
    let english = app
        .publish(json!({"headline": "The harbour silts up", "language": "en", "section": "water", "translation_of": dutch.id()}))
        .await;
    // One of a translation is one of the original.
    let german = app
        .publish(json!({"headline": "Der Hafen verschlickt", "language": "de", "translation_of": "the-harbour-silts-up"}))
        .await;
    (dutch, english, german)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_a_group_leads_to_the_others_with_addresses_ready_for_hreflang() {
    let app = App::start().await;
    let (dutch, english, german) = group(&app).await;
    assert_eq!(english.json["translation_of"], json!(dutch.id()));
    assert_eq!(german.json["translation_of"], json!(dutch.id()));
    let of_dutch = translations(&app, "/v1/articles/de-haven-slibt-dicht").await;
    assert_eq!(languages(&of_dutch), ["de", "en"]);
    assert!(
        of_dutch[1].2.ends_with("/water/the-harbour-silts-up"),
        "{of_dutch:?}"
    );
    let of_english = translations(&app, "/v1/articles/the-harbour-silts-up").await;
    assert_eq!(languages(&of_english), ["de", "nl"]);
    let item = app.get("/v1/articles?include=translations&limit=1").await;
    assert_eq!(
        item.json["data"][0]["translations"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let managed = app.manage("GET", "/articles/de-haven-slibt-dicht").send();
    let managed = managed.await.json["translations"].clone();
    assert_eq!(managed[0]["language"], "de");
    assert_eq!(managed[0]["original"], false);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_translation_that_is_not_published_is_nowhere() {
    let app = App::start().await;
    let (dutch, english, _) = group(&app).await;
    let before = app.get("/v1/articles/de-haven-slibt-dicht").await;
    let draft =
        json!({"headline": "Le port s'envase", "language": "fr", "translation_of": dutch.id()});
    let french = app.make("/articles", draft).await;
    let after = app.get("/v1/articles/de-haven-slibt-dicht").await;
    assert_eq!((after.etag(), &after.text), (before.etag(), &before.text));
    app.act(&french, "publish", json!({})).await.expect(200);
    let now = translations(&app, "/v1/articles/de-haven-slibt-dicht").await;
    assert_eq!(languages(&now), ["de", "en", "fr"]);
    app.act(&english, "withdraw", json!({})).await.expect(200);
    let now = translations(&app, "/v1/articles/de-haven-slibt-dicht").await;
    assert_eq!(languages(&now), ["de", "fr"]);
    // The original may go too; the others stay a group.
    app.act(&dutch, "withdraw", json!({})).await.expect(200);
    let now = translations(&app, "/v1/articles/der-hafen-verschlickt").await;
    assert_eq!(languages(&now), ["fr"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishing_a_translation_touches_its_group_in_the_log() {
    let app = App::start().await;
    let (dutch, english, german) = group(&app).await;
    let sql = app.sql().await;
    let last = "SELECT keys FROM delivery.changes ORDER BY seq DESC LIMIT 1";
    for change in ["publish", "withdraw"] {
        if change == "publish" {
            republish(&app, &english, json!({"headline": "The harbour"})).await;
        } else {
            let now = app
                .manage("GET", &format!("/articles/{}", english.id()))
                .send();
            let now = now.await;
            app.act(&now, "withdraw", json!({})).await.expect(200);
        }
        let keys: Vec<String> = sql.query_one(last, &[]).await.unwrap().get(0);
        for article in [&dutch, &english, &german] {
            assert!(
                keys.contains(&format!("article:{}", article.id())),
                "{change}: {keys:?}"
            );
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leaving_a_group_is_seen_once_it_is_published() {
    let app = App::start().await;
    let (_, english, _) = group(&app).await;
    let left = app
        .patch(
            "/articles/the-harbour-silts-up",
            &english,
            json!({"translation_of": null}),
        )
        .await
        .expect(200);
    let of_dutch = translations(&app, "/v1/articles/de-haven-slibt-dicht").await;
    assert_eq!(languages(&of_dutch), ["de", "en"]);
    app.act(&left, "publish", json!({})).await.expect(200);
    let of_dutch = translations(&app, "/v1/articles/de-haven-slibt-dicht").await;
    assert_eq!(languages(&of_dutch), ["de"]);
    let alone = translations(&app, "/v1/articles/the-harbour-silts-up").await;
    assert!(alone.is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_has_one_original_and_one_article_a_language() {
    let app = App::start().await;
    let (dutch, english, _) = group(&app).await;
    let refused = |answer: Answer| answer.expect(422).faults();
    let again = json!({"headline": "Nog eens", "language": "en", "translation_of": dutch.id()});
    let answer = app.manage("POST", "/articles").json(&again).send().await;
    assert_eq!(refused(answer), ["invalid_value at /language"]);
    let other = app
        .make("/articles", json!({"headline": "Ander", "language": "fr"}))
        .await;
    let path = |article: &Answer| format!("/articles/{}", article.id());
    for (article, of) in [
        (&dutch, json!(other.id())),
        (&dutch, json!(english.id())),
        (&english, json!(english.id())),
    ] {
        let now = app.manage("GET", &path(article)).send().await;
        let answer = app
            .patch(&path(article), &now, json!({"translation_of": of}))
            .await;
        let faults = refused(answer);
        assert!(
            faults.contains(&"invalid_value at /translation_of".to_owned()),
            "{faults:?}"
        );
    }
    let nowhere = json!({"headline": "x", "translation_of": "weg"});
    let answer = app.manage("POST", "/articles").json(&nowhere).send().await;
    assert_eq!(refused(answer), ["unknown_reference at /translation_of"]);
    // Readers have the English one until the new text is published.
    let now = app.manage("GET", &path(&english)).send().await;
    app.patch(&path(&english), &now, json!({"language": "it"}))
        .await
        .expect(200);
    let second = app.make("/articles", again).await;
    let answer = app.act(&second, "publish", json!({})).await.expect(409);
    assert!(answer.text.contains("the-harbour-silts-up"));
    let draft = app.manage("DELETE", &path(&other)).if_match("*");
    draft.send().await.expect(204);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_articles_do_not_become_translations_of_each_other() {
    let app = App::start().await;
    let one = app
        .make("/articles", json!({"headline": "Een", "language": "nl"}))
        .await;
    let two = app
        .make("/articles", json!({"headline": "One", "language": "en"}))
        .await;
    for _ in 0..10 {
        let (a, b) = (
            app.manage("GET", "/articles/een").send().await,
            app.manage("GET", "/articles/one").send().await,
        );
        let (first, second) = tokio::join!(
            app.patch("/articles/een", &a, json!({"translation_of": two.id()})),
            app.patch("/articles/one", &b, json!({"translation_of": one.id()})),
        );
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422], "{} {}", first.text, second.text);
        for path in ["/articles/een", "/articles/one"] {
            let now = app.manage("GET", path).send().await;
            app.patch(path, &now, json!({"translation_of": null}))
                .await
                .expect(200);
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sections_and_entities_have_names_by_language() {
    let app = App::start().await;
    app.make(
        "/sections",
        json!({"name": "Politiek", "names": {"en": "Politics"}}),
    )
    .await;
    app.make(
        "/entities",
        json!({"kind": "place", "name": "Den Haag", "names": {"en": "The Hague"}}),
    )
    .await;
    for language in ["nl", "en-GB"] {
        let links = json!([{"entity": "den-haag"}]);
        app.publish(json!({"headline": language, "language": language, "section": "politiek", "entities": links}))
            .await;
    }
    for (slug, section, place) in [
        ("nl", "Politiek", "Den Haag"),
        ("en-gb", "Politics", "The Hague"),
    ] {
        let page = app
            .get(&format!("/v1/articles/{slug}"))
            .await
            .expect(200)
            .json;
        assert_eq!(page["section"]["name"], section);
        assert_eq!(page["entities"]["places"][0]["name"], place);
    }
    assert_eq!(
        app.get("/v1/sections/politiek").await.json["names"],
        json!({"en": "Politics"})
    );
    assert_eq!(
        app.get("/v1/site").await.json["sections"][0]["names"],
        json!({"en": "Politics"})
    );
    assert_eq!(
        app.get("/v1/entities/den-haag").await.json["names"],
        json!({"en": "The Hague"})
    );
    let section = app.manage("GET", "/sections/politiek").send().await;
    let patch = json!({"names": {"en": null, "de": "Politik"}});
    let section = app.patch("/sections/politiek", &section, patch).await;
    assert_eq!(section.expect(200).json["names"], json!({"de": "Politik"}));
    let page = app.get("/v1/articles/en-gb").await.json;
    assert_eq!(page["section"]["name"], "Politiek");
    app.stop().await;
}
