//! Telling again, and tests.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Got, Receiver, hook, sql, start};
use crate::shorthand::{append, markdown, republish};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_is_sent_like_any_other_delivery() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({"events": ["update.retracted"]})).await;
    let made = app
        .manage("POST", &format!("{}/test", hook.path))
        .send()
        .await
        .expect(201);
    assert_eq!(
        (&made.json["event"], &made.json["state"], &made.json["seq"]),
        (&json!("webhook.test"), &json!("pending"), &json!(null))
    );
    let got = receiver.got(1).await.remove(0);
    assert!(got.is_signed_by(&hook.secret));
    assert_eq!(got.id(), made.json["message_id"].as_str().unwrap());
    let id = hook.path.rsplit('/').next().unwrap();
    assert_eq!(
        got.json,
        json!({"type": "webhook.test", "timestamp": made.json["created_at"], "data": {"webhook": {"id": id}}})
    );
    hook.settles(&app, "delivered", 1).await;
    let told = hook.delivery(&app, &made.id()).await;
    assert_eq!(
        (&told["body"], &told["attempts"][0]["status"]),
        (&json!(got.body), &json!(204))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_is_replayed_as_a_new_message_that_tells_what_is_so_now() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({})).await;
    let article = app.publish(json!({"headline": "Oud"})).await;
    hook.settles(&app, "delivered", 1).await;
    let first = hook.deliveries(&app, "").await.remove(0);
    republish(&app, &article, json!({"headline": "Nieuw"})).await;
    hook.settles(&app, "delivered", 2).await;
    let path = format!(
        "{}/deliveries/{}/replay",
        hook.path,
        first["id"].as_str().unwrap()
    );
    let again = app.manage("POST", &path).send().await.expect(201);
    assert_eq!(again.json["replay_of"], first["id"]);
    let got = receiver.got(3).await;
    assert_eq!(
        (got[2].told(), got[2].id() == got[0].id()),
        (got[0].told(), false)
    );
    assert_eq!(got[2].json["data"]["article"]["headline"], json!("Nieuw"));
    assert_eq!(again.json["message_id"], json!(got[2].id()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_told_again_from_a_change_on_and_410_when_it_is_kept_no_longer() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({})).await;
    let article = app.publish(json!({"headline": "Een"})).await;
    for text in ["Een.", "Twee.", "Drie."] {
        append(&app, &article, json!({"body": markdown(text)})).await;
    }
    hook.settles(&app, "delivered", 4).await;
    let replay = async |since: &str| {
        let call = app.manage("POST", &format!("{}/replay", hook.path));
        call.json(&json!({"since": since})).send().await
    };
    let shown = replay("1-2").await.expect(200);
    assert_eq!(shown.json["id"], hook.shown(&app).await.json["id"]);
    let got = receiver.got(6).await;
    let told: Vec<i64> = got.iter().map(|one| one.told().1).collect();
    assert_eq!(told, [1, 2, 3, 4, 3, 4]);
    let ids: BTreeSet<&str> = got.iter().map(Got::id).collect();
    assert_eq!(ids.len(), 6);
    hook.settles(&app, "delivered", 6).await;
    replay("1-4").await.expect(200);
    assert_eq!(replay("1-5").await.expect(409).problem(), "state-conflict");
    assert_eq!(replay("0-5").await.expect(410).problem(), "epoch-over");
    assert_eq!(
        replay("vier").await.expect(422).faults(),
        ["invalid_value at /since"]
    );
    sql(
        &app,
        "DELETE FROM delivery.changes WHERE seq <= 3; UPDATE delivery.head SET kept_from = 3",
    )
    .await;
    assert_eq!(replay("1-2").await.expect(410).problem(), "epoch-over");
    replay("1-3").await.expect(200);
    assert_eq!(receiver.got(7).await[6].told().1, 4);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_pending_when_the_log_is_replayed_does_not_come_twice() {
    let (app, receiver) = (
        start().await,
        Receiver::new(|_, number| match number {
            1 => actix_web::HttpResponse::InternalServerError().finish(),
            _ => actix_web::HttpResponse::Ok().finish(),
        })
        .await,
    );
    let hook = hook(&app, &receiver, json!({})).await;
    let article = app.publish(json!({"headline": "Een"})).await;
    append(&app, &article, json!({"body": markdown("Later.")})).await;
    super::tried(&app, 1).await;
    let call = app.manage("POST", &format!("{}/replay", hook.path));
    call.json(&json!({"since": "1-0"})).send().await.expect(200);
    hook.settles(&app, "delivered", 2).await;
    hook.settles(&app, "cancelled", 2).await;
    let told: Vec<i64> = receiver.so_far().iter().map(|one| one.told().1).collect();
    assert_eq!(told, [1, 1, 2]);
    app.stop().await;
}
