//! Articles as JSON-LD: valid in schema.org's vocabulary, true to what readers see, and no more than that.

mod reading;
mod vocabulary;

use kroniek::exchange::demo;
use serde_json::{Value, json};

use self::vocabulary::{Found, walk};
use crate::app::App;
use crate::shorthand::{append, managed, markdown, texts};

/// An article's JSON-LD, which must be valid.
async fn linked(app: &App, article: &str) -> Value {
    let answer = app.get(&format!("/v1/articles/{article}/json-ld")).await;
    let document = answer.expect(200).json;
    let Found { faults, .. } = walk(&document);
    assert!(faults.is_empty(), "{article}: {}", faults.join("\n"));
    document
}

/// The one node of this type.
fn node<'a>(document: &'a Value, kind: &str) -> &'a Value {
    let nodes = document["@graph"].as_array().unwrap();
    nodes
        .iter()
        .find(|node| node["@type"] == kind)
        .unwrap_or(&Value::Null)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_in_the_demo_is_valid_by_the_vocabulary_of_schema_org() {
    let app = App::start().await;
    demo::load(&app.store.pools).await.unwrap();
    let mut types = std::collections::BTreeSet::new();
    for list in ["/v1/articles?limit=100", "/v1/articles?type=page"] {
        for slug in texts(&app.get(list).await.json["data"], "slug") {
            types.extend(walk(&linked(&app, &slug).await).types);
        }
    }
    let all = [
        "BlogPosting",
        "CorrectionComment",
        "CreativeWork",
        "DonateAction",
        "Event",
        "ImageObject",
        "LiveBlogPosting",
        "NewsArticle",
        "NewsMediaOrganization",
        "Organization",
        "Person",
        "Place",
        "QuantitativeValue",
        "Thing",
        "WebPage",
    ];
    assert!(types.iter().map(String::as_str).eq(all), "{types:?}");

    let terminal = linked(&app, "een-terminal-op-het-schor").await;
    let posts = &node(&terminal, "LiveBlogPosting")["liveBlogUpdate"];
    let names = ["De verklaring was verlopen", "Raad stelt besluit uit"];
    assert_eq!(texts(posts, "headline"), names);
    let corrected = linked(&app, "de-raad-telt-zetels").await;
    let notice = &node(&corrected, "NewsArticle")["correction"][0];
    assert!(notice["text"].as_str().unwrap().len() > 20, "{notice}");
    let unasked = linked(&app, "the-night-the-bells-rang").await;
    assert!(
        node(&unasked, "NewsArticle")
            .get("potentialAction")
            .is_none()
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_tells_all_that_the_page_shows() {
    let app = App::start().await;
    let site = managed(&app, "/site").await;
    let shown = json!({
        "title": "De Peilschaal", "tagline": "Bij halftij", "public_url": "https://example.org", "default_language": "nl",
        "paths": {"article": "/{section}/{slug}", "section": "/{slug}", "author": "/auteurs/{slug}", "entity": "/dossiers/{slug}"},
        "logo": {"url": "https://example.org/logo.svg", "alt": "Een plank"}, "copyright": "© De Peilschaal",
        "social_links": [{"label": "Mastodon", "url": "https://example.org/@peilschaal"}], "licence": "https://creativecommons.org/licenses/by/4.0/"
    });
    app.patch("/site", &site, shown).await.expect(200);
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Fenna Loman"})).await;
    app.make("/entities", json!({"kind": "organisation", "name": "Havenbedrijf", "names": {"en": "Port Authority"}, "aliases": ["HB"],
        "description": "Baggert.", "same_as": ["https://example.org/bron"]})).await;
    let give = json!({"provider": "other", "url": "https://example.org/geef", "call_to_action": {"nl": "Steun ons", "en": "Support us"}});
    let give = app.make("/donation-links", give).await.id();
    let bank = json!({"provider": "bank_transfer", "bank": {"iban": "NL91ABNA0417164300", "beneficiary": "De Peilschaal"}});
    let bank = app.make("/donation-links", bank).await.id();
    app.publish(json!({"headline": "Other"})).await;
    let article = app
        .publish(json!({
            "headline": "The harbour silts up", "language": "en", "section": "water", "authors": ["fenna-loman"],
            "standfirst": markdown("Every year *half* a metre."), "body": markdown("One two three."),
            "image": {"url": "https://example.org/a.jpg", "alt": "Mud", "caption": "Mud.", "credit": "W. Noord", "width": 1600, "height": 900},
            "entities": [{"entity": "havenbedrijf", "relation": "about"}, {"kind": "place", "name": "Wendemonde"}],
            "canonical_url": "https://example.org/elsewhere", "donation_links": [give, bank],
            "related": [{"article": "other"}, {"url": "https://example.org/report", "title": "Report"}]
        }))
        .await;

    let document = linked(&app, "the-harbour-silts-up").await;

    let (page, author) = (
        "https://example.org/water/the-harbour-silts-up",
        "https://example.org/auteurs/fenna-loman",
    );
    let (subject, place) = (
        "https://example.org/dossiers/havenbedrijf",
        "https://example.org/dossiers/wendemonde",
    );
    let public = app.get("/v1/articles/the-harbour-silts-up").await.json;
    let pixels =
        |value: u32| json!({"@type": "QuantitativeValue", "value": value, "unitCode": "E37"});
    let expected = json!({
        "@type": "NewsArticle", "@id": format!("{page}#article"), "identifier": format!("urn:uuid:{}", article.id()), "url": page,
        "headline": "The harbour silts up", "description": "Every year half a metre.", "inLanguage": "en",
        "image": {"@type": "ImageObject", "url": "https://example.org/a.jpg", "description": "Mud", "caption": "Mud.", "creditText": "W. Noord",
                  "width": pixels(1600), "height": pixels(900)},
        "datePublished": public["published_at"], "dateModified": public["modified_at"],
        "author": [{"@type": "Person", "@id": author, "name": "Fenna Loman", "url": author}],
        "publisher": {"@id": "https://example.org/#publisher"}, "isAccessibleForFree": true,
        "about": [{"@type": "Organization", "@id": subject, "name": "Port Authority", "url": subject, "description": "Baggert.",
                   "alternateName": ["HB"], "sameAs": ["https://example.org/bron"]}],
        "mentions": [{"@type": "Place", "@id": place, "name": "Wendemonde", "url": place}],
        "sameAs": "https://example.org/elsewhere", "copyrightNotice": "© De Peilschaal",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "potentialAction": [{"@type": "DonateAction", "name": "Support us", "target": "https://example.org/geef",
                             "recipient": {"@id": "https://example.org/#publisher"}}],
        "mainEntityOfPage": {"@type": "WebPage", "@id": page, "url": page,
                             "relatedLink": ["https://example.org/other", "https://example.org/report"]},
        "articleSection": "Water", "wordCount": 3
    });
    assert_eq!(*node(&document, "NewsArticle"), expected);
    let publisher = json!({
        "@type": "NewsMediaOrganization", "@id": "https://example.org/#publisher", "name": "De Peilschaal", "url": "https://example.org/",
        "slogan": "Bij halftij", "logo": {"@type": "ImageObject", "url": "https://example.org/logo.svg", "description": "Een plank"},
        "sameAs": ["https://example.org/@peilschaal"]
    });
    assert_eq!(*node(&document, "NewsMediaOrganization"), publisher);
    assert_eq!(document["@graph"].as_array().unwrap().len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_are_a_live_blog_and_corrections_are_told_apart() {
    let app = App::start().await;
    app.make("/authors", json!({"name": "Ines"})).await;
    let article = app.publish(json!({"headline": "De haven"})).await;
    let first =
        json!({"headline": "Reactie", "body": markdown("Wij *baggeren*."), "authors": ["ines"]});
    append(&app, &article, first).await;
    let second = json!({"kind": "correction", "body": markdown("Het was een meter.")});
    let second = append(&app, &article, second).await;
    append(
        &app,
        &article,
        json!({"kind": "clarification", "body": markdown("Bedoeld is.")}),
    )
    .await;
    let path = format!("/articles/{}/updates/{}", article.id(), second.id());
    let revised = app
        .patch(
            &path,
            &second,
            json!({"body": markdown("Het was twee meter.")}),
        )
        .await
        .expect(200);

    let document = linked(&app, "de-haven").await;

    let shown = app.get("/v1/articles/de-haven").await.json;
    let (page, work) = (
        shown["url"].as_str().unwrap(),
        node(&document, "NewsArticle"),
    );
    let at = |index: usize| {
        let anchor = shown["updates"][index]["anchor"].as_str().unwrap();
        format!("{page}#{anchor}")
    };
    let notice = json!([{"@type": "CorrectionComment", "url": at(1), "text": "Het was twee meter.",
        "datePublished": shown["updates"][1]["published_at"], "dateModified": revised.json["revised_at"]}]);
    assert_eq!(work["correction"], notice);
    let blog = node(&document, "LiveBlogPosting");
    assert_eq!(work["hasPart"], json!({"@id": blog["@id"]}));
    assert_eq!(blog["isPartOf"], json!({"@id": work["@id"]}));
    assert_eq!(blog["coverageStartTime"], shown["published_at"]);
    assert_eq!(blog["dateModified"], shown["modified_at"]);
    let posts = &blog["liveBlogUpdate"];
    assert_eq!(
        texts(posts, "headline"),
        ["Reactie", "De haven", "De haven"]
    );
    assert_eq!(
        texts(posts, "articleBody"),
        ["Wij baggeren.", "Het was twee meter.", "Bedoeld is."]
    );
    assert_eq!(texts(posts, "url"), [at(0), at(1), at(2)]);
    assert_eq!(texts(&posts[0]["author"], "name"), ["Ines"]);
    assert!(posts[1].get("author").is_none());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_update_moves_the_date_of_the_article() {
    let app = App::start().await;
    let article = app.make("/articles", json!({"headline": "Oud"})).await;
    let dated = json!({"published_at": "2020-01-01T00:00:00Z"});
    let article = app.act(&article, "publish", dated).await.expect(200);
    let ahead = "2020-02-01T00:00:00.000Z";
    append(
        &app,
        &article,
        json!({"body": markdown("Later."), "published_at": ahead}),
    )
    .await;
    let sql = app.sql().await;
    // An archive may have known of no change of the article itself since.
    let back = "UPDATE delivery.articles SET modified_at = published_at";
    sql.execute(back, &[]).await.unwrap();

    let document = linked(&app, "oud").await;

    let work = node(&document, "NewsArticle");
    assert_eq!(work["datePublished"], "2020-01-01T00:00:00.000Z");
    assert_eq!(work["dateModified"], ahead);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retracted_update_is_no_post_and_no_correction() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "De haven"})).await;
    let wrong = json!({"kind": "correction", "headline": "Geheim", "body": markdown("Geheim.")});
    let update = append(&app, &article, wrong).await;
    let before = linked(&app, "de-haven").await;
    assert!(before.to_string().contains("Geheim"));

    let path = format!("/articles/{}/updates/{}/retract", article.id(), update.id());
    let reason = json!({"reason": "Een vergissing."});
    let retract = app.manage("POST", &path).if_match(&update.etag());
    retract.json(&reason).send().await.expect(200);

    let after = linked(&app, "de-haven").await;
    assert!(!after.to_string().contains("Geheim"), "{after}");
    assert!(!after.to_string().contains("vergissing"), "{after}");
    assert_eq!(*node(&after, "LiveBlogPosting"), Value::Null);
    let work = node(&after, "NewsArticle");
    assert!(work.get("correction").is_none() && work.get("hasPart").is_none());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn translations_name_each_other_only_while_both_are_published() {
    let app = App::start().await;
    let dutch = app
        .publish(json!({"headline": "De haven", "language": "nl"}))
        .await;
    for (headline, language) in [("The harbour", "en"), ("Der Hafen", "de")] {
        let body =
            json!({"headline": headline, "language": language, "translation_of": dutch.id()});
        app.publish(body).await;
    }
    let document = linked(&app, "de-haven").await;
    let translations = &node(&document, "NewsArticle")["workTranslation"];
    assert_eq!(texts(translations, "inLanguage"), ["de", "en"]);
    assert!(
        node(&document, "NewsArticle")
            .get("translationOfWork")
            .is_none()
    );
    let document = linked(&app, "the-harbour").await;
    let english = node(&document, "NewsArticle");
    assert_eq!(english["translationOfWork"]["headline"], "De haven");
    assert!(english.get("workTranslation").is_none(), "{english}");

    let dutch = managed(&app, "/articles/de-haven").await;
    app.act(&dutch, "withdraw", json!({})).await.expect(200);

    let document = linked(&app, "the-harbour").await;
    assert!(!document.to_string().contains(&dutch.id()), "{document}");
    assert!(
        node(&document, "NewsArticle")
            .get("translationOfWork")
            .is_none()
    );
    app.stop().await;
}
