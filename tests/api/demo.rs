//! The demo publication.

use kroniek::exchange::demo;
use serde_json::json;

use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_shows_what_an_article_can_be_and_loads_once() {
    let app = App::start().await;
    assert!(demo::load(&app.store.pools).await.unwrap());
    assert!(!demo::load(&app.store.pools).await.unwrap());
    let list = app
        .get("/v1/articles?count=true&include=updates")
        .await
        .expect(200);
    assert_eq!(list.json["page"]["total"], 11);
    let kinds: Vec<_> = list.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|article| article["updates"].as_array().unwrap())
        .map(|update| update["kind"].clone())
        .collect();
    assert!(
        kinds.contains(&json!("correction")) && kinds.len() == 6,
        "{kinds:?}"
    );
    app.get("/v1/articles/de-haven-die-s-nachts-stil-wil-zijn")
        .await
        .expect(410);
    app.get("/v1/articles/what-a-metre-of-quay-is-worth")
        .await
        .expect(404);
    app.get("/v1/articles?type=page").await.expect(200);
    let page = app
        .get("/v1/articles/een-terminal-op-het-schor")
        .await
        .expect(200);
    assert_eq!(page.json["update_count"], 2);
    assert_eq!(page.json["donation_links"][0]["provider"], "paypal");
    let found = app.get("/v1/entities?q=kleiv").await.expect(200);
    assert_eq!(found.json["data"][0]["slug"], "adriaen-cleyvoet");
    let related = app
        .get("/v1/articles/een-terminal-op-het-schor/related")
        .await
        .expect(200);
    let origins: Vec<_> = related.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|article| article["origin"].clone())
        .collect();
    assert!(
        origins.contains(&json!("editor")) && origins.contains(&json!("suggested")),
        "{origins:?}"
    );
    let corrected = app.get("/v1/articles/de-raad-telt-zetels").await.json;
    assert_eq!(corrected["correction_count"], 1);
    assert_eq!(
        corrected["updates"][0]["concerns"]["anchor"],
        "waar-het-over-ging"
    );
    assert_eq!(
        corrected["translations"][0]["slug"],
        "the-council-counts-seats"
    );
    let english = app.get("/v1/articles/the-council-counts-seats").await.json;
    assert_eq!(english["section"]["name"], "Politics");
    let site = app.get("/v1/site").await.json;
    assert!(site["about"]["html"].is_string());
    let sections = site["sections"].as_array().unwrap();
    let water = sections.iter().find(|section| section["slug"] == "water");
    let campaign = &water.unwrap()["donation_links"][0];
    assert_eq!(
        (&campaign["provider"], &campaign["has_qr_code"]),
        (&json!("bank_transfer"), &json!(true))
    );
    let code = campaign["id"].as_str().unwrap();
    app.get(&format!("/v1/donation-links/{code}/qr.svg"))
        .await
        .expect(200);
    app.stop().await;
}
