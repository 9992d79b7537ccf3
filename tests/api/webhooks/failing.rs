//! Targets that fail: for a moment, for a day, for good.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::json;

use super::{DUE, Got, Receiver, hook, sql, start, tried};
use crate::shorthand::{append, markdown};

/// A receiver that is away for as long as is told.
pub async fn away() -> (Receiver, Arc<AtomicBool>) {
    let is_away = Arc::new(AtomicBool::new(true));
    let told = is_away.clone();
    let receiver = Receiver::new(move |_, _| match told.load(Ordering::SeqCst) {
        true => HttpResponse::ServiceUnavailable().body("even weg"),
        false => HttpResponse::NoContent().finish(),
    });
    (receiver.await, is_away)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_was_away_for_a_day_gets_everything_in_order_when_it_is_back() {
    let (app, (receiver, is_away)) = (start().await, away().await);
    let hook = hook(&app, &receiver, json!({})).await;
    let mut articles = Vec::new();
    for number in 0..3 {
        let article = app
            .publish(json!({"headline": format!("Artikel {number}")}))
            .await;
        append(&app, &article, json!({"body": markdown("Later.")})).await;
        articles.push(article.id());
    }
    tried(&app, 1).await;
    assert!(hook.shown(&app).await.json["failing_since"].is_string());
    // A day later: the next attempts are hours ahead.
    sql(&app, "UPDATE newsroom.webhooks SET failing_since = now() - interval '1 day';
               UPDATE newsroom.webhook_deliveries SET first_at = now() - interval '1 day', next_at = now() + interval '7 hours' WHERE first_at IS NOT NULL").await;
    is_away.store(false, Ordering::SeqCst);
    let before = receiver.so_far().len();
    app.publish(json!({"headline": "Terug"})).await;
    let got = receiver.got(before + 7).await.split_off(before);
    for article in articles {
        let of = got
            .iter()
            .filter(|one| one.json["data"]["article"]["id"] == json!(article));
        let of: Vec<String> = of.map(|one| one.told().0).collect();
        assert_eq!(of, ["article.published", "update.appended"]);
    }
    let shown = hook.becomes(&app, |shown| shown["pending"] == 0).await;
    assert_eq!(shown["failing_since"], json!(null));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_a_failure_and_is_not_followed_and_a_wish_for_rest_is_heard() {
    let app = start().await;
    let elsewhere = Receiver::taking().await;
    let to = elsewhere.url.clone();
    let moved = Receiver::new(move |_, _| {
        HttpResponse::PermanentRedirect()
            .insert_header(("location", to.as_str()))
            .finish()
    })
    .await;
    let busy = Receiver::new(|_, _| {
        HttpResponse::TooManyRequests()
            .insert_header(("retry-after", "7200"))
            .body("rustig\0aan")
    })
    .await;
    let (moved, busy) = (
        hook(&app, &moved, json!({})).await,
        hook(&app, &busy, json!({})).await,
    );
    app.publish(json!({"headline": "Artikel"})).await;
    tried(&app, 1).await;
    let of = async |hook: &super::Hook| {
        let id = hook.deliveries(&app, "?state=pending").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        hook.delivery(&app, &id).await
    };
    let one = of(&moved).await;
    let attempt = &one["attempts"][0];
    assert_eq!(
        (
            &attempt["status"],
            one["attempts"].as_array().unwrap().len()
        ),
        (&json!(308), 1)
    );
    assert_eq!(attempt["answer_headers"]["location"], json!(elsewhere.url));
    assert!(
        attempt["failure"]
            .as_str()
            .unwrap()
            .contains("redirects are not followed")
    );
    assert!(elsewhere.so_far().is_empty());
    let one = of(&busy).await;
    let attempt = &one["attempts"][0];
    assert_eq!(attempt["answer"], json!("rustig\u{fffd}aan"));
    assert_eq!(attempt["request_headers"]["webhook-id"], one["message_id"]);
    assert_eq!(attempt["request_headers"]["kroniek-seq"], one["seq"]);
    assert!(
        attempt["request_headers"]
            .get("webhook-signature")
            .is_none()
    );
    let wait = "SELECT extract(epoch FROM max(d.next_at) - max(a.at))::float8 FROM newsroom.webhook_deliveries d JOIN newsroom.webhook_attempts a ON a.delivery_id = d.id WHERE a.status = $1";
    let client = app.sql().await;
    let seconds = async |status: i32| {
        client
            .query_one(wait, &[&status])
            .await
            .unwrap()
            .get::<_, f64>(0)
    };
    let (usual, wished) = (seconds(308).await, seconds(429).await);
    assert!((4.5..8.0).contains(&usual), "{usual}");
    assert!((7199.0..7260.0).contains(&wished), "{wished}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_410_gets_nothing_more_until_it_is_enabled_again() {
    let app = start().await;
    let receiver = Receiver::new(|_, number| match number {
        1 => HttpResponse::Gone().finish(),
        _ => HttpResponse::Ok().finish(),
    })
    .await;
    let hook = hook(&app, &receiver, json!({})).await;
    app.publish(json!({"headline": "Een"})).await;
    let shown = hook
        .becomes(&app, |shown| shown["status"] == "disabled")
        .await;
    assert_eq!(
        (
            &shown["disabled_reason"],
            &shown["enabled"],
            &shown["version"]
        ),
        (&json!("gone"), &json!(false), &json!(2))
    );
    assert!(shown["disabled_at"].is_string());
    let entries = app
        .manage("GET", "/audit?subject_kind=webhook&action=disable_webhook")
        .send()
        .await
        .json;
    let entry = &entries["data"][0];
    assert_eq!(
        (&entry["command"], &entry["from"], &entry["to"]),
        (&json!("kroniek webhooks"), &json!("1"), &json!("2"))
    );
    assert_eq!(entry["reason"], json!("it answered 410"));
    app.publish(json!({"headline": "Twee"})).await;
    let test = app
        .manage("POST", &format!("{}/test", hook.path))
        .send()
        .await;
    assert_eq!(test.expect(409).problem(), "state-conflict");
    let read = app
        .call("GET", "/metrics")
        .key(&app.admin)
        .send()
        .await
        .text;
    assert!(
        read.contains("kroniek_webhook_deliveries_total{outcome=\"failed\"} 1"),
        "{read}"
    );
    assert_eq!(receiver.so_far().len(), 1);
    hook.enable(&app, true).await;
    let got = receiver.got(3).await;
    let told: Vec<i64> = got.iter().map(|one| one.told().1).collect();
    assert!(told == [1, 1, 2] || told == [1, 2, 1], "{told:?}");
    let shown = hook.becomes(&app, |shown| shown["pending"] == 0).await;
    assert_eq!(
        (&shown["disabled_reason"], &shown["disabled_at"]),
        (&json!(null), &json!(null))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_three_days_a_delivery_is_dead_and_the_next_of_its_article_goes_on() {
    let app = start().await;
    let receiver = Receiver::new(|got, _| match got.told().0.as_str() {
        "article.published" => HttpResponse::build(StatusCode::IM_A_TEAPOT).finish(),
        _ => HttpResponse::Ok().finish(),
    })
    .await;
    let hook = hook(&app, &receiver, json!({})).await;
    let article = app.publish(json!({"headline": "Artikel"})).await;
    append(&app, &article, json!({"body": markdown("Later.")})).await;
    tried(&app, 1).await;
    sql(
        &app,
        "UPDATE newsroom.webhook_deliveries SET first_at = first_at - interval '2 days'",
    )
    .await;
    sql(&app, DUE).await;
    receiver.got(2).await;
    tried(&app, 2).await;
    assert_eq!(
        hook.deliveries(&app, "?state=dead").await.len(),
        0,
        "two days are not enough"
    );
    sql(
        &app,
        "UPDATE newsroom.webhook_deliveries SET first_at = first_at - interval '30 hours'",
    )
    .await;
    sql(&app, DUE).await;
    let got = receiver.got(4).await;
    assert_eq!(got[3].told().0, "update.appended");
    let dead = hook.settles(&app, "dead", 1).await;
    assert_eq!(
        (
            &dead[0]["event"],
            &dead[0]["attempt_count"],
            &dead[0]["next_attempt_at"]
        ),
        (&json!("article.published"), &json!(3), &json!(null))
    );
    hook.settles(&app, "delivered", 1).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_that_only_fails_for_three_days_is_disabled_says_why_and_goes_on_when_enabled() {
    let (app, (receiver, is_away)) = (start().await, away().await);
    let hook = hook(&app, &receiver, json!({})).await;
    app.publish(json!({"headline": "Een"})).await;
    tried(&app, 1).await;
    sql(
        &app,
        "UPDATE newsroom.webhooks SET failing_since = now() - interval '71 hours'",
    )
    .await;
    sql(&app, DUE).await;
    tried(&app, 2).await;
    assert_eq!(hook.shown(&app).await.json["status"], "enabled");
    sql(
        &app,
        "UPDATE newsroom.webhooks SET failing_since = now() - interval '73 hours'",
    )
    .await;
    sql(&app, DUE).await;
    let shown = hook
        .becomes(&app, |shown| shown["status"] == "disabled")
        .await;
    assert_eq!(shown["disabled_reason"], "failing");
    assert!(shown["failing_since"].is_string());
    app.publish(json!({"headline": "Twee"})).await;
    is_away.store(false, Ordering::SeqCst);
    let before = receiver.so_far().len();
    hook.enable(&app, true).await;
    let got = receiver.got(before + 2).await.split_off(before);
    let mut told: Vec<i64> = got.iter().map(|one: &Got| one.told().1).collect();
    told.sort_unstable();
    assert_eq!(told, [1, 2]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_disabled_for_longer_than_the_log_is_kept_is_told_what_it_missed() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({"enabled": false})).await;
    for number in 1..=4 {
        app.publish(json!({"headline": format!("Artikel {number}")}))
            .await;
    }
    sql(
        &app,
        "DELETE FROM delivery.changes WHERE seq <= 2; UPDATE delivery.head SET kept_from = 2",
    )
    .await;
    hook.enable(&app, true).await;
    let shown = hook
        .becomes(&app, |shown| shown["missed"].is_object())
        .await;
    assert_eq!(
        (
            &shown["missed"]["after"],
            &shown["missed"]["until"],
            &shown["cursor"]
        ),
        (&json!("1-0"), &json!("1-4"), &json!("1-4"))
    );
    app.publish(json!({"headline": "Vijf"})).await;
    assert_eq!(receiver.got(1).await[0].told().1, 5);
    app.stop().await;
}
