//! Publications straight into delivery.

use crate::app::App;

/// Starts a server on a publication of so many articles, with the planner's statistics.
pub async fn filled(articles: u32) -> App {
    let app = App::start().await;
    let sql = app.sql().await;
    let fill = include_str!("fill.sql").replace("$COUNT", &articles.to_string());
    sql.batch_execute(&fill).await.unwrap();
    sql.batch_execute("VACUUM ANALYZE").await.unwrap();
    app
}
