//! Delta sync: who follows `/v1/changes` holds exactly what delivery shows.

mod client;
mod large;
pub mod pages;
mod random;
mod reading;
mod waiting;

pub use client::Copy;

use serde_json::Value;

use crate::app::App;

/// All items of a list.
pub async fn listed(app: &App, list: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app
            .get(&format!("{list}&limit=100&cursor={cursor}"))
            .await
            .expect(200);
        items.extend(page.json["data"].as_array().unwrap().iter().cloned());
        match page.json["page"]["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return items,
        }
    }
}

/// Bytes that are equal when two answers are.
fn bytes(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

/// Delivery's answers, one by one, must be what a client makes of its copy: nothing more and nothing less.
pub async fn expect_whole(app: &App, copy: &Copy, when: &str) {
    let site = app.get("/v1/site").await.expect(200).json;
    assert_eq!(bytes(&copy.site_page()), bytes(&site), "{when}: the site");
    let mut there = listed(app, "/v1/articles?fields=slug").await;
    there.extend(listed(app, "/v1/articles?type=page&fields=slug").await);
    assert_eq!(copy.all("article").count(), there.len(), "{when}: articles");
    for article in copy.all("article") {
        let path = format!("/v1/articles/{}", article["id"].as_str().unwrap());
        let page = app.get(&path).await.expect(200).json;
        assert_eq!(
            bytes(&copy.article_page(article)),
            bytes(&page),
            "{when}: {path}"
        );
    }
    let authors = listed(app, "/v1/authors?").await;
    assert_eq!(copy.all("author").count(), authors.len(), "{when}: authors");
    for page in &authors {
        let author = copy
            .one("author", &page["id"])
            .unwrap_or_else(|| panic!("{when}: {page}"));
        assert_eq!(bytes(&copy.author_page(author)), bytes(page), "{when}");
    }
    let entities = listed(app, "/v1/entities?").await;
    assert_eq!(
        copy.all("entity").count(),
        entities.len(),
        "{when}: entities"
    );
    for page in &entities {
        let entity = copy
            .one("entity", &page["id"])
            .unwrap_or_else(|| panic!("{when}: {page}"));
        assert_eq!(bytes(&copy.entity_page(entity)), bytes(page), "{when}");
    }
}

/// A copy that was kept must be the one that is made now.
pub async fn expect_fresh(app: &App, copy: &Copy, when: &str) {
    let mut fresh = Copy::of(&copy.query);
    fresh.follow(app).await;
    let names = |copy: &Copy| copy.things.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(copy), names(&fresh), "{when}: {}", copy.query);
    assert_eq!(copy.things, fresh.things, "{when}: {}", copy.query);
}
