//! A database of before: what was published then is found, counted and suggested like what is published now.

use serde_json::json;

use crate::app::App;
use crate::shorthand::{read, slugs};
use crate::suggestions::{about, publish, suggested};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_published_before_is_found_counted_and_suggested() {
    let url = crate::postgres::database().await;
    let app = App::on(&url).await;
    about(&app, "Een", &["Zoet Water"]).await;
    about(&app, "Twee", &["Zoet Water"]).await;
    publish(&app, "Colofon", &["Zoet Water"], json!({"type": "page"})).await;
    let before = read(&app, "/v1/entities/zoet-water").await;
    let sql = app.sql().await;
    sql.batch_execute(include_str!(
        "../../migrations/2026-11-24-101100_suggestions/down.sql"
    ))
    .await
    .unwrap();
    sql.batch_execute(include_str!(
        "../../migrations/2026-11-24-101000_entities/down.sql"
    ))
    .await
    .unwrap();
    let forget = "DELETE FROM __diesel_schema_migrations WHERE version IN ('20261124101000', '20261124101100')";
    assert_eq!(sql.execute(forget, &[]).await.unwrap(), 2);
    app.stop().await;

    let app = App::on(&url).await;

    assert_eq!(read(&app, "/v1/entities/zoet-water").await, before);
    assert_eq!(before["article_count"], 2);
    assert_eq!(slugs(&app, "/v1/entities?q=wat").await, ["zoet-water"]);
    assert_eq!(suggested(&app, "een").await, ["twee"]);
    app.stop().await;
}
