//! The node that sends is killed in the midst of it.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::{Got, Receiver, hook, node, sql};
use crate::app::{Answer, App};
use crate::postgres::database;
use crate::process;
use crate::shorthand::markdown;

/// A gate that answers wait at until it is opened.
#[derive(Default, Clone)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn pass(&self) {
        let (open, told) = &*self.0;
        let waited =
            told.wait_timeout_while(open.lock().unwrap(), Duration::from_secs(60), |open| !*open);
        assert!(*waited.unwrap().0, "it is never opened");
    }

    fn open(&self) {
        let (open, told) = &*self.0;
        *open.lock().unwrap() = true;
        told.notify_all();
    }
}

/// A POST to a node that is going to be killed.
async fn post(base: &str, app_key: &str, (path, body): (&str, Value)) -> Answer {
    let call = reqwest::Client::new().post(format!("{base}/v1/manage{path}"));
    let call = call.bearer_auth(app_key).header("if-match", "*");
    let call = call.header("content-type", "application/json");
    let sent = call.body(body.to_string()).send().await.unwrap();
    Answer::read(sent).await.unwrap()
}

/// How many deliveries a node has taken and not written down.
async fn taken(app: &App) -> i64 {
    let query = "SELECT count(*) FROM newsroom.webhook_deliveries WHERE state = 'pending' AND lease IS NOT NULL AND body IS NOT NULL";
    let row = app.sql().await.query_one(query, &[]).await.unwrap();
    row.get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_node_had_sent_and_not_written_down_is_sent_again_as_the_same_message() {
    let url = database().await;
    let app = node(&url).await;
    let gate = Gate::default();
    let held = gate.clone();
    let receiver = Receiver::new(move |_, _| {
        held.pass();
        HttpResponse::NoContent().finish()
    })
    .await;
    let made = hook(&app, &receiver, json!({})).await;
    let first = app.make("/articles", json!({"headline": "Een"})).await.id();
    let second = app
        .make("/articles", json!({"headline": "Twee"}))
        .await
        .id();
    let key = app.admin.clone();
    app.stop().await;

    let flags = ["--log=error", "--allowed-networks=127.0.0.1"];
    let (mut doomed, base) = process::node(&url, &flags).await.unwrap();
    let write = async |path: String, body: Value| {
        let done = post(&base, &key, (&path, body)).await;
        assert!(done.status < 300, "{}", done.text);
    };
    write(format!("/articles/{first}/publish"), json!({})).await;
    // It has come, and its answer is held back.
    let sent = receiver.got(1).await.remove(0);
    for text in ["Een.", "Twee."] {
        let body = json!({"body": markdown(text)});
        write(format!("/articles/{first}/updates"), body).await;
    }
    write(format!("/articles/{second}/publish"), json!({})).await;
    doomed.kill();
    gate.open();

    let app = node(&url).await;
    app.publish(json!({"headline": "Drie"})).await;
    made.becomes(&app, |shown| shown["last_success_at"].is_string())
        .await;
    assert!(taken(&app).await >= 1, "the lease of the dead node holds");
    let of_first = |got: &[Got]| {
        let of = got
            .iter()
            .filter(|one| one.json["data"]["article"]["id"] == json!(first));
        of.cloned().collect::<Vec<Got>>()
    };
    assert_eq!(of_first(&receiver.so_far()).len(), 1, "and is heeded");
    // The minute of the lease is over.
    let over = "UPDATE newsroom.webhook_deliveries SET next_at = now() WHERE state = 'pending' AND lease IS NOT NULL";
    sql(&app, over).await;
    made.settles(&app, "delivered", 5).await;

    let got = receiver.so_far();
    let again = of_first(&got);
    let told: Vec<i64> = again.iter().map(|one| one.told().1).collect();
    assert_eq!(told, [1, 1, 2, 3]);
    assert_eq!(
        (again[1].id(), &again[1].body),
        (sent.id(), &sent.body),
        "the same message"
    );
    assert!(again.iter().all(|one| one.is_signed_by(&made.secret)));
    let ids: BTreeSet<&str> = got.iter().map(Got::id).collect();
    assert_eq!(ids.len(), 5, "nothing was lost, and nothing is another");
    app.stop().await;
}
