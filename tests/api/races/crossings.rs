//! Two requests that each need what the other has: neither waits for the other in a circle.

use serde_json::json;

use super::{Request, hand_on, new};
use crate::app::{Answer, App};
use crate::watch::waiting;

/// Sends both, and holds them at a table that each comes to before it needs what the other has.
pub async fn crossing(app: &App, table: &str, [first, second]: [Request; 2]) -> (Answer, Answer) {
    let hand = hand_on(app, table).await;
    let (first, second, ()) = tokio::join!(
        first.to(app, &app.admin).send(),
        second.to(app, &app.admin).send(),
        async {
            waiting(app, 2).await;
            hand.batch_execute("COMMIT").await.unwrap();
        }
    );
    (first, second)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_articles_may_pick_each_other_at_once() {
    let app = App::start().await;
    let (one, other) = (new(&app, "articles").await, new(&app, "articles").await);
    let picking = |host: &str, picked: &str| {
        let list = json!([{"article": picked}]);
        Request::new("PUT", format!("/articles/{host}/related"), list)
    };
    let both = [picking(&one, &other), picking(&other, &one)];
    let (first, second) = crossing(&app, "article_versions", both).await;
    first.expect(200);
    second.expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_articles_may_name_the_same_new_entities_at_once_in_any_order() {
    let app = App::start().await;
    let topic = |name: &str| json!({"kind": "topic", "name": name});
    let naming = |first: &str, second: &str| {
        let body = json!({"headline": "Artikel", "entities": [topic(first), topic(second)]});
        Request::new("POST", "/articles", body)
    };
    let both = [naming("Water", "Wind"), naming("WIND", "WATER")];
    let (first, second) = crossing(&app, "entities", both).await;
    first.expect(201);
    second.expect(201);
    let all = app.manage("GET", "/entities").send().await;
    assert_eq!(
        all.json["data"].as_array().unwrap().len(),
        2,
        "{}",
        all.text
    );
    app.stop().await;
}
