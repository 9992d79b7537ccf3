//! Metrics: who may have them, and that they move as what they tell of does.

use serde_json::json;

use crate::app::App;
use crate::postgres;
use crate::watch::waiting;

/// A server that tells its metrics at a port of their own, and where that is.
async fn watched(flags: &[&str]) -> (App, String) {
    let url = postgres::database().await;
    let own = ["--workers=1", "--metrics-listen=127.0.0.1:0"];
    let flags: Vec<_> = own.iter().chain(flags).copied().collect();
    let app = App::serving(&url, &postgres::settings(&url), &flags).await;
    let address = app.metrics_address().unwrap();
    (app, format!("http://{address}/metrics"))
}

async fn read(url: &str) -> String {
    let answer = reqwest::get(url).await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

/// The value of the sample that begins so.
#[track_caller]
fn value(text: &str, sample: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(sample));
    let value = line.unwrap_or_else(|| panic!("{sample} is not in {text}"));
    value.trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cache_and_the_log_are_told() {
    let (app, url) = watched(&[]).await;
    let of = |text: &str, what: &str| value(text, &format!("kroniek_cache_{what}"));
    app.publish(json!({"headline": "Artikel"})).await;
    let before = read(&url).await;
    assert_eq!(of(&before, "entries"), 0.0);
    assert_eq!(value(&before, "kroniek_log_applied_seq"), 1.0);
    assert_eq!(value(&before, "kroniek_log_epoch"), 1.0);
    for _ in 0..3 {
        app.get("/v1/articles/artikel").await.expect(200);
    }
    let after = read(&url).await;
    for (what, moved) in [
        ("requests_total{result=\"miss\"}", 1.0),
        ("requests_total{result=\"hit\"}", 2.0),
        ("requests_total{result=\"collapsed\"}", 0.0),
        ("requests_total{result=\"stale\"}", 0.0),
        ("fences_total", 0.0),
        ("evictions_total", 0.0),
        ("entries", 1.0),
    ] {
        assert_eq!(of(&after, what) - of(&before, what), moved, "{what}");
    }
    assert!(of(&after, "bytes") > 1000.0, "{after}");
    let seen = app.manage("GET", "/articles/artikel").send().await;
    let changed = app.patch("/articles/artikel", &seen, json!({"headline": "Anders"}));
    app.act(&changed.await, "publish", json!({}))
        .await
        .expect(200);
    app.get("/v1/articles/artikel").await.expect(200);
    let last = read(&url).await;
    assert_eq!(of(&last, "touched_total"), 1.0);
    assert_eq!(value(&last, "kroniek_log_applied_seq"), 2.0);
    assert!(value(&last, "kroniek_log_unconfirmed_seconds") < 60.0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_told_by_route_method_and_class_never_by_path() {
    let (app, url) = watched(&["--rate-limit=6/3600"]).await;
    app.get("/v1/articles/geheim-concept").await.expect(404);
    app.get("/v1/articles/geheim-concept").await.expect(404);
    app.call("HEAD", "/v1/site").send().await.expect(200);
    app.call("DELETE", "/v1/site").send().await.expect(405);
    app.get("/geheim/pad").await.expect(404);
    app.call("BREW", "/v1/site").send().await.expect(405);
    app.get("/v1/site").await.expect(429);
    let text = read(&url).await;
    let count = |labels: &str| {
        value(
            &text,
            &format!("kroniek_http_request_duration_seconds_count{{{labels}}}"),
        )
    };
    assert_eq!(
        count("route=\"/v1/articles/{article}\",method=\"GET\",status=\"4xx\""),
        2.0
    );
    assert_eq!(
        count("route=\"/v1/site\",method=\"HEAD\",status=\"2xx\""),
        1.0
    );
    assert_eq!(
        count("route=\"/v1/site\",method=\"DELETE\",status=\"4xx\""),
        1.0
    );
    assert_eq!(
        count("route=\"/v1/site\",method=\"other\",status=\"4xx\""),
        1.0
    );
    let name = "kroniek_http_request_duration_seconds_bucket";
    let labels = "route=\"/v1/articles/{article}\",method=\"GET\",status=\"4xx\"";
    let buckets = text
        .lines()
        .filter(|line| line.starts_with(&format!("{name}{{{labels}")));
    let buckets: Vec<f64> = buckets
        .map(|line| line.rsplit(' ').next().unwrap().parse().unwrap())
        .collect();
    assert!(
        buckets.is_sorted() && buckets.last() == Some(&2.0),
        "{buckets:?}"
    );
    assert_eq!(
        value(&text, "kroniek_rate_limited_total{budget=\"address\"}"),
        1.0
    );
    assert_eq!(
        value(&text, "kroniek_rate_limited_total{budget=\"wrong_key\"}"),
        0.0
    );
    assert!(!text.contains("geheim"), "{text}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pools_and_who_waits_for_them_are_told() {
    let url = postgres::database().await;
    let mut settings = postgres::settings(&url);
    settings.pool_size = 2;
    let flags = ["--workers=1", "--metrics-listen=127.0.0.1:0"];
    let app = App::serving(&url, &settings, &flags).await;
    let metrics = format!("http://{}/metrics", app.metrics_address().unwrap());
    let hand = app.sql().await;
    hand.batch_execute("BEGIN; LOCK TABLE newsroom.api_keys")
        .await
        .unwrap();
    let calls = (0..2).map(|_| app.manage("GET", "/articles").send());
    let held = futures_util::future::join_all(calls);
    let looked = async {
        waiting(&app, 2).await;
        let text = read(&metrics).await;
        hand.batch_execute("ROLLBACK").await.unwrap();
        text
    };
    let (answers, text) = tokio::join!(held, looked);
    answers
        .into_iter()
        .for_each(|answer| drop(answer.expect(200)));
    let of = |what: &str| value(&text, &format!("kroniek_pool_{what}{{pool=\"newsroom\"}}"));
    assert_eq!((of("max"), of("size"), of("in_use")), (2.0, 2.0, 2.0));
    // Two chores of the node may wait, too: the schedule, and who looks after webhooks.
    assert!(of("waiting") <= 2.0);
    assert_eq!(value(&text, "kroniek_pool_max{pool=\"delivery\"}"), 2.0);
    let rest = read(&metrics).await;
    assert!(value(&rest, "kroniek_pool_in_use{pool=\"newsroom\"}") < 2.0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_api_they_are_for_keys_that_read_the_audit() {
    let app = App::start().await;
    app.get("/metrics").await.expect(401);
    app.call("GET", "/metrics")
        .key("kroniek_wrong")
        .send()
        .await
        .expect(401);
    let editor = app.key(kroniek::auth::Role::Editor).await;
    app.call("GET", "/metrics")
        .key(&editor)
        .send()
        .await
        .expect(403);
    let told = app
        .call("GET", "/metrics")
        .key(&app.admin)
        .send()
        .await
        .expect(200);
    assert_eq!(
        told.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    assert_eq!(told.header("cache-control"), "no-store");
    assert_eq!(value(&told.text, "kroniek_build{version=\"0.1.0\"}"), 1.0);
    assert!(value(&told.text, "kroniek_start_time_seconds") > 1.7e9);
    assert!(!told.text.contains(&app.admin));
    app.call("POST", "/metrics")
        .key(&app.admin)
        .send()
        .await
        .expect(405);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_port_of_metrics_answers_nothing_else_and_nodes_do_not_mix() {
    let (app, url) = watched(&[]).await;
    let (other, others) = watched(&[]).await;
    app.get("/v1/site").await.expect(200);
    let base = url.strip_suffix("/metrics").unwrap();
    for path in ["/v1/site", "/v1/manage/articles", "/health/live", "/"] {
        let answer = reqwest::get(format!("{base}{path}")).await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
    let misses = "kroniek_cache_requests_total{result=\"miss\"}";
    assert_eq!(value(&read(&url).await, misses), 1.0);
    assert_eq!(value(&read(&others).await, misses), 0.0);
    app.stop().await;
    other.stop().await;
    assert!(reqwest::get(&url).await.is_err(), "it ends with the node");
}
