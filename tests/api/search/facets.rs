//! How what is found divides.

use serde_json::json;

use super::{ask, publish};
use crate::app::App;
use crate::shorthand::{markdown, publish_at};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_count_sections_entities_years_and_languages_of_what_is_found() {
    let app = App::start().await;
    for name in ["Water", "Land", "Lucht"] {
        app.make("/sections", json!({"name": name})).await;
    }
    for (headline, section, language, at, entities) in [
        (
            "Een",
            Some("water"),
            "nl",
            "2020-12-31T23:59:59Z",
            vec!["Beton", "Slib"],
        ),
        (
            "Twee",
            Some("water"),
            "nl",
            "2021-01-01T00:00:00Z",
            vec!["Beton"],
        ),
        ("Drie", Some("land"), "en", "2021-06-01T00:00:00Z", vec![]),
        ("Vier", None, "nl-BE", "2021-06-01T00:00:00Z", vec![]),
    ] {
        let entities: Vec<_> = entities
            .iter()
            .map(|name| json!({"kind": "topic", "name": name}))
            .collect();
        let body = json!({"headline": headline, "section": section, "language": language, "body": markdown("Kade."), "entities": entities});
        publish_at(&app, at, body).await;
    }
    publish_at(&app, "2022-06-01T00:00:00Z", json!({"headline": "Vijf", "section": "lucht", "language": "fr", "body": markdown("Brug.")})).await;
    let found = ask(&app, "kade", "&facets=true&limit=1").await;
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    let facets = &found["facets"];
    let counts = |facets: &serde_json::Value, field: &str| -> Vec<(String, i64)> {
        let count = |facet: &serde_json::Value| {
            (
                facet[field].to_string().replace('"', ""),
                facet["count"].as_i64().unwrap(),
            )
        };
        facets.as_array().unwrap().iter().map(count).collect()
    };
    let pairs = |pairs: &[(&str, i64)]| {
        pairs
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        counts(&facets["sections"], "slug"),
        pairs(&[("water", 2), ("land", 1)])
    );
    assert_eq!(
        counts(&facets["entities"], "name"),
        pairs(&[("Beton", 2), ("Slib", 1)])
    );
    assert_eq!(
        counts(&facets["years"], "year"),
        pairs(&[("2021", 3), ("2020", 1)])
    );
    assert_eq!(
        counts(&facets["languages"], "language"),
        pairs(&[("nl", 2), ("en", 1), ("nl-BE", 1)])
    );
    let of_water = ask(&app, "kade", "&facets=true&section=water").await;
    assert_eq!(
        counts(&of_water["facets"]["sections"], "slug"),
        pairs(&[("water", 2)])
    );
    assert!(ask(&app, "kade", "").await.get("facets").is_none());
    publish(&app, "Zes", "Kade.").await;
    assert_eq!(
        ask(&app, "kade", "&facets=true").await["facets"]["languages"][0]["count"],
        3
    );
    app.stop().await;
}
