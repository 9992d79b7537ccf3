//! How soon what is due is sent, and how much of it at once.

use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use serde_json::json;

use super::{Receiver, hook, start};

/// A node looks by itself twice a second. Whoever asks one after another for what is sent then waits for a whole look each time.
const ASKED: usize = 8;
const LOOK: Duration = Duration::from_millis(500);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_editor_asks_for_is_sent_at_once() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({})).await;
    app.publish(json!({"headline": "De haven"})).await;
    hook.settles(&app, "delivered", 1).await;
    let first = hook.deliveries(&app, "").await.remove(0);
    let again = format!("deliveries/{}/replay", first["id"].as_str().unwrap());
    for (act, body, status) in [
        ("test", json!({}), 201),
        (again.as_str(), json!({}), 201),
        ("replay", json!({"since": "1-0"}), 200),
    ] {
        let begun = Instant::now();
        for _ in 0..ASKED {
            let had = receiver.so_far().len();
            let mut call = app.manage("POST", &format!("{}/{act}", hook.path));
            if act == "replay" {
                call = call.json(&body);
            }
            call.send().await.expect(status);
            receiver.got(had + 1).await;
            hook.becomes(&app, |shown| shown["pending"] == 0).await;
        }
        let each = begun.elapsed() / ASKED as u32;
        assert!(each < LOOK / 2, "{act}: {each:?} each");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waited_while_a_webhook_was_disabled_is_sent_as_soon_as_it_is_enabled() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({})).await;
    let mut took = Duration::ZERO;
    for number in 0..ASKED {
        hook.enable(&app, false).await;
        app.publish(json!({"headline": format!("Nummer {number}")}))
            .await;
        let begun = Instant::now();
        hook.enable(&app, true).await;
        receiver.got(number + 1).await;
        took += begun.elapsed();
        hook.becomes(&app, |shown| shown["pending"] == 0).await;
    }
    let each = took / ASKED as u32;
    assert!(each < LOOK / 2, "{each:?} each");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_410_gets_no_more_than_was_under_way() {
    let app = start().await;
    let receiver = Receiver::new(|_, _| HttpResponse::Gone().finish()).await;
    let hook = hook(&app, &receiver, json!({"enabled": false})).await;
    for number in 0..80 {
        app.publish(json!({"headline": format!("Nummer {number}")}))
            .await;
    }
    hook.enable(&app, true).await;
    hook.becomes(&app, |shown| shown["disabled_reason"] == "gone")
        .await;
    // It waits for what is under way, and begins nothing more.
    app.stop().await;
    let count = receiver.so_far().len();
    assert!((1..=32).contains(&count), "{count} came");
}
