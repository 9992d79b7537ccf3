//! What is told, in which order, and how often.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use serde_json::json;

use super::{DUE, Got, Receiver, hook, node, sql, start, tried};
use crate::postgres::database;
use crate::shorthand::{append, markdown, republish};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_is_sent_signed_in_order_and_without_texts() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    app.publish(json!({"headline": "Van voor de webhook"}))
        .await;
    let hook = hook(&app, &receiver, json!({})).await;
    let article = app
        .publish(json!({"headline": "De haven", "body": markdown("Een lange tekst.")}))
        .await;
    let update = append(
        &app,
        &article,
        json!({"headline": "Later", "body": markdown("Een lange tekst.")}),
    )
    .await;
    republish(&app, &article, json!({"headline": "De haven slibt"})).await;
    let got = receiver.got(3).await;
    let told: Vec<_> = got.iter().map(Got::told).collect();
    let wanted = [
        ("article.published", 2),
        ("update.appended", 3),
        ("article.changed", 4),
    ];
    assert_eq!(told, wanted.map(|(event, seq)| (event.to_owned(), seq)));
    for one in &got {
        assert!(one.is_signed_by(&hook.secret), "{one:?}");
        assert!(!one.is_signed_by("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        assert!(one.id().starts_with("msg_"), "{one:?}");
        assert_eq!(one.header("content-type"), "application/json");
        assert!(one.header("user-agent").starts_with("Kroniek/"));
        assert_eq!(one.header("accept-encoding"), "");
        assert!(!one.body.contains("lange tekst"), "{}", one.body);
        assert_eq!(one.json["data"]["article"]["id"], json!(article.id()));
        assert!(one.json["timestamp"].is_string());
    }
    assert_eq!(got[1].json["data"]["update"]["id"], json!(update.id()));
    let ids: BTreeSet<&str> = got.iter().map(Got::id).collect();
    assert_eq!(ids.len(), 3);
    let shown = hook.becomes(&app, |shown| shown["pending"] == 0).await;
    assert_eq!(
        (&shown["cursor"], &shown["failing_since"]),
        (&json!("1-4"), &json!(null))
    );
    assert!(shown["last_success_at"].is_string());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_gets_the_events_and_sections_that_it_asked_for() {
    let app = start().await;
    let (updates, water, every) = (
        Receiver::taking().await,
        Receiver::taking().await,
        Receiver::taking().await,
    );
    for name in ["Water", "Lucht"] {
        app.make("/sections", json!({"name": name})).await;
    }
    hook(
        &app,
        &updates,
        json!({"events": ["update.*", "article.withdrawn"]}),
    )
    .await;
    let of_water = hook(&app, &water, json!({"sections": ["water"]})).await;
    hook(&app, &every, json!({"events": ["*"]})).await;
    let shown = of_water.shown(&app).await;
    let section = app.get("/v1/sections/water").await.id();
    assert_eq!(shown.json["sections"], json!([section]));
    let dry = app
        .publish(json!({"headline": "Droog", "section": "lucht"}))
        .await;
    append(&app, &dry, json!({"body": markdown("Later.")})).await;
    let moved = republish(&app, &dry, json!({"section": "water"})).await;
    let back = republish(&app, &moved, json!({"section": "lucht"})).await;
    app.act(&back, "withdraw", json!({})).await.expect(200);
    let all = every.got(5).await;
    let of = |got: Vec<Got>| got.iter().map(|one| one.told().0).collect::<Vec<_>>();
    assert_eq!(
        of(updates.got(2).await),
        ["update.appended", "article.withdrawn"]
    );
    assert_eq!(
        of(water.got(2).await),
        ["article.changed", "article.changed"]
    );
    assert_eq!(all.len(), 5);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_one_article_nothing_comes_before_what_failed_and_each_attempt_is_the_same_message() {
    let app = start().await;
    let receiver =
        Receiver::new(
            |got, number| match got.json["data"]["article"]["slug"].as_str() {
                Some("eerste") if number <= 3 => {
                    HttpResponse::InternalServerError().body("nu niet")
                }
                _ => HttpResponse::Ok().finish(),
            },
        )
        .await;
    let hook = hook(&app, &receiver, json!({})).await;
    let article = app.publish(json!({"headline": "Eerste"})).await;
    append(&app, &article, json!({"body": markdown("Een.")})).await;
    append(&app, &article, json!({"body": markdown("Twee.")})).await;
    tried(&app, 1).await;
    // Another article does not wait.
    app.publish(json!({"headline": "Tweede"})).await;
    receiver.got(2).await;
    hook.settles(&app, "delivered", 1).await;
    sql(&app, DUE).await;
    receiver.got(3).await;
    tried(&app, 2).await;
    assert_eq!(receiver.so_far().len(), 3);
    let pending = hook.deliveries(&app, "?state=pending").await;
    assert_eq!(pending.iter().filter(|one| one["waits"] == true).count(), 2);
    sql(&app, DUE).await;
    let got = receiver.got(6).await;
    let first: Vec<&Got> = got.iter().filter(|one| one.told().1 == 1).collect();
    assert_eq!(first.len(), 3);
    assert!(
        first
            .iter()
            .all(|one| one.id() == first[0].id() && one.body == first[0].body)
    );
    assert!(first.iter().all(|one| one.is_signed_by(&hook.secret)));
    let told: Vec<i64> = got.iter().map(|one| one.told().1).collect();
    assert_eq!(told, [1, 4, 1, 1, 2, 3]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_on_one_database_deliver_each_event_once() {
    let url = database().await;
    let (app, other, receiver) = (node(&url).await, node(&url).await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({})).await;
    let mut articles = Vec::new();
    for number in 0..10 {
        let article = app
            .publish(json!({"headline": format!("Artikel {number}")}))
            .await;
        let node = if number % 2 == 0 { &app } else { &other };
        let path = format!("/v1/manage/articles/{}/updates", article.id());
        let update = json!({"body": markdown("Later.")});
        let call = node.call("POST", &path).key(&app.admin).json(&update);
        call.send().await.expect(201);
        articles.push(article);
    }
    receiver.got(20).await;
    hook.settles(&app, "delivered", 20).await;
    let got = receiver.so_far();
    let told: BTreeSet<i64> = got.iter().map(|one| one.told().1).collect();
    assert_eq!((got.len(), told.len()), (20, 20));
    for article in articles {
        let of: Vec<String> = got
            .iter()
            .filter(|one| one.json["data"]["article"]["id"] == json!(article.id()))
            .map(|one| one.told().0)
            .collect();
        assert_eq!(of, ["article.published", "update.appended"]);
    }
    app.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_does_not_answer_delays_no_other() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    // It takes connections and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    for _ in 0..3 {
        app.make("/webhooks", json!({"url": url})).await;
    }
    hook(&app, &receiver, json!({})).await;
    let begun = std::time::Instant::now();
    for number in 0..50 {
        app.publish(json!({"headline": format!("Artikel {number}")}))
            .await;
    }
    receiver.got(50).await;
    assert!(
        begun.elapsed().as_secs() < 14,
        "before any of the others has timed out"
    );
    drop(silent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_node_took_and_did_not_settle_is_sent_again_as_the_same_message() {
    let url = database().await;
    let app = node(&url).await;
    let receiver = Receiver::taking().await;
    let hook = hook(&app, &receiver, json!({})).await;
    app.publish(json!({"headline": "Artikel"})).await;
    let first = receiver.got(1).await.remove(0);
    let delivery = hook.settles(&app, "delivered", 1).await.remove(0);
    // As a node leaves it that ends between its request and its note of the answer; and the lease ends.
    sql(&app, "UPDATE newsroom.webhook_deliveries SET state = 'pending', finished_at = NULL, lease = gen_random_uuid(), next_at = now() + interval '1 minute'").await;
    app.publish(json!({"headline": "Ander"})).await;
    receiver.got(2).await;
    hook.settles(&app, "delivered", 1).await;
    assert_eq!(receiver.so_far().len(), 2, "another's lease holds");
    sql(
        &app,
        "UPDATE newsroom.webhook_deliveries SET next_at = now() WHERE state = 'pending'",
    )
    .await;
    let again = receiver.got(3).await.remove(2);
    assert_eq!((again.id(), &again.body), (first.id(), &first.body));
    assert_eq!(delivery["message_id"], json!(first.id()));
    hook.settles(&app, "delivered", 2).await;
    app.stop().await;
}
