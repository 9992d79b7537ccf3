//! Hostile case 30: a node is told to stop while readers and editors are at work. A balancer that turns away from it loses nobody's request.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::app::App;
use crate::process::node;

const CLIENTS: usize = 40;

/// Two nodes as a balancer knows them.
struct Balancer<'a> {
    app: &'a App,
    nodes: [String; 2],
    /// Whether the first is still sent requests.
    first: AtomicBool,
    over: AtomicBool,
    /// Answers of the first node.
    answered: AtomicUsize,
}

impl Balancer<'_> {
    /// Asks the first node now and then whether it is ready, and sends it nothing once it is not.
    async fn watch(&self) {
        let ready = format!("{}/health/ready", self.nodes[0]);
        while self.first.load(Ordering::Relaxed) {
            let answer = reqwest::get(&ready).await;
            if answer.is_ok_and(|answer| answer.status().as_u16() == 200) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            } else {
                self.first.store(false, Ordering::Relaxed);
            }
        }
    }

    /// Reads and writes until all is over; gives the names of what it was told is made.
    async fn client(&self, number: usize) -> Vec<String> {
        let http = reqwest::Client::new();
        let mut made = Vec::new();
        for turn in 0.. {
            if self.over.load(Ordering::Relaxed) {
                break;
            }
            let which = usize::from(!self.first.load(Ordering::Relaxed) || turn % 2 == 1);
            let base = &self.nodes[which];
            let name = format!("naam-{number}-{turn}");
            let writes = number.is_multiple_of(4);
            let call = if writes {
                let body = json!({"name": name}).to_string();
                http.post(format!("{base}/v1/manage/authors"))
                    .header("authorization", format!("Bearer {}", self.app.admin))
                    .header("content-type", "application/json")
                    .body(body)
            } else {
                http.get(format!("{base}/v1/articles/getij"))
            };
            let answer = call.send().await;
            let answer =
                answer.unwrap_or_else(|error| panic!("node {which} lost a request: {error:?}"));
            let status = answer.status().as_u16();
            let text = answer.text().await;
            let text =
                text.unwrap_or_else(|error| panic!("node {which} lost an answer: {error:?}"));
            assert_eq!(status, if writes { 201 } else { 200 }, "{text}");
            if writes {
                made.push(name);
            }
            self.answered
                .fetch_add(usize::from(which == 0), Ordering::Relaxed);
        }
        made
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_told_to_stop_under_load_loses_no_request() {
    let app = App::start().await;
    app.publish(json!({"headline": "Getij"})).await;
    let flags = [
        "--shutdown-delay=2",
        "--pool-size=16",
        "--pool-timeout=20000",
        "--log=warn",
    ];
    let (mut stopping, base) = node(&app.database_url, &flags).await.unwrap();
    // The other has to carry all of it.
    let (mut other, other_base) = node(&app.database_url, &flags).await.unwrap();
    let balancer = Balancer {
        app: &app,
        nodes: [base, other_base],
        first: AtomicBool::new(true),
        over: AtomicBool::new(false),
        answered: AtomicUsize::new(0),
    };
    let clients = join_all((0..CLIENTS).map(|number| balancer.client(number)));
    let stop = async {
        while balancer.answered.load(Ordering::Relaxed) < 500 {
            tokio::task::yield_now().await;
        }
        let ended = stopping.stop().await;
        assert!(ended.success(), "{ended}: {}", stopping.logged());
        balancer.over.store(true, Ordering::Relaxed);
    };
    let (made, (), ()) = tokio::join!(clients, stop, balancer.watch());

    let made: Vec<String> = made.into_iter().flatten().collect();
    assert!(made.len() > 20, "{} were made", made.len());
    let query = "SELECT count(*) FROM newsroom.authors WHERE name = ANY ($1)";
    let kept: i64 = app
        .sql()
        .await
        .query_one(query, &[&made])
        .await
        .unwrap()
        .get(0);
    assert_eq!(usize::try_from(kept), Ok(made.len()));
    assert!(other.stop().await.success());
    app.stop().await;
}
