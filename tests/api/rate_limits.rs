//! Limits of rate: what they tell, whom they count, and that nothing evades them.

use serde_json::json;

use crate::app::{Answer, App};
use crate::openapi::{filled, operations};
use crate::postgres;

/// A server with these limits, within a window that no test outlives.
async fn limited(flags: &[&str]) -> App {
    let url = postgres::database().await;
    let flags: Vec<_> = ["--workers=1"].iter().chain(flags).copied().collect();
    App::serving(&url, &postgres::settings(&url), &flags).await
}

fn left(answer: &Answer) -> &str {
    answer.header("ratelimit")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_answer_tells_the_budget_and_what_is_left_of_it() {
    let app = limited(&["--rate-limit=4/3600", "--rate-limit-keys=9/3600"]).await;
    let page = app.get("/v1/site").await.expect(200);
    assert_eq!(page.header("ratelimit-policy"), "\"default\";q=4;w=3600");
    assert_eq!(left(&page), "\"default\";r=3;t=900");
    // From what is kept, unless the machine is so busy that the node has not heard of the log for a second.
    let kept = app.get("/v1/site").await.expect(200);
    let status = kept.header("cache-status");
    assert!(
        ["kroniek; hit", "kroniek; fwd=miss"].contains(&status),
        "{status}"
    );
    assert_eq!(left(&kept), "\"default\";r=2;t=1800");
    let none = app.get("/v1/articles/niets").await.expect(404);
    assert_eq!(left(&none), "\"default\";r=1;t=2700");
    let has = app
        .call("GET", "/v1/site")
        .header("if-none-match", &page.etag());
    let has = has.send().await.expect(304);
    assert_eq!(left(&has), "\"default\";r=0;t=3600");

    let over = app.get("/v1/site").await.expect(429);
    assert_eq!(over.problem(), "rate-limited");
    assert_eq!(left(&over), "\"default\";r=0;t=3600");
    assert_eq!(over.header("retry-after"), "3600");
    assert_eq!(over.header("cache-control"), "no-store");

    let with_key = app
        .call("GET", "/v1/site")
        .key(&app.admin)
        .send()
        .await
        .expect(200);
    assert_eq!(
        with_key.header("ratelimit-policy"),
        "\"default\";q=9;w=3600"
    );
    assert_eq!(left(&with_key), "\"default\";r=8;t=400");
    for _ in 0..8 {
        app.manage("GET", "/articles").send().await.expect(200);
    }
    app.manage("GET", "/articles").send().await.expect(429);
    let other = app.key(kroniek::auth::Role::Editor).await;
    let other = app.call("GET", "/v1/manage/articles").key(&other);
    other.send().await.expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_answers_429_over_the_budget_and_what_watches_the_node_does_not() {
    let app = limited(&["--rate-limit=1/3600"]).await;
    app.get("/v1/site").await.expect(200);
    for (path, method, _) in operations() {
        let call = app.call(&method.to_uppercase(), &filled(path));
        let answer = call.send().await.expect(429);
        assert_eq!(answer.problem(), "rate-limited", "{method} {path}");
    }
    for path in ["/health/live", "/health/ready", "/docs/", "/openapi.json"] {
        let answer = app.get(path).await.expect(200);
        assert_eq!(left(&answer), "", "{path}");
    }
    app.get("/no/such/path").await.expect(429);
    let preflight = app
        .call("OPTIONS", "/v1/site")
        .header("origin", "https://example.org");
    let preflight = preflight.header("access-control-request-method", "GET");
    preflight.send().await.expect(200);
    let page = app
        .call("GET", "/v1/site")
        .header("origin", "https://example.org");
    let page = page.send().await.expect(429);
    assert_eq!(page.header("access-control-allow-origin"), "*");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_a_client_sends_evades_the_limit() {
    let app = limited(&["--rate-limit=3/3600"]).await;
    for _ in 0..3 {
        app.get("/v1/site").await.expect(200);
    }
    for (name, value) in [
        ("x-forwarded-for", "203.0.113.7"),
        ("forwarded", "for=203.0.113.7"),
        ("x-real-ip", "203.0.113.7"),
        ("cookie", "a=b"),
        ("authorization", "Bearer kroniek_1"),
        ("authorization", "bearer x"),
        ("authorization", ""),
    ] {
        let answer = app.call("GET", "/v1/site").header(name, value).send().await;
        answer.expect(429);
    }
    app.get("/v1/site?x=1").await.expect(429);
    app.get("/%761/site").await.expect(429);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_keys_are_counted_against_the_address_before_the_database_is_asked() {
    let app = limited(&["--rate-limit=3/3600"]).await;
    for guess in 0..3 {
        let guess = format!("{guess}kroniek_{guess}");
        let call = app.call("GET", "/v1/manage/articles").key(&guess);
        call.send().await.expect(401);
    }
    let sql = app.sql().await;
    sql.batch_execute("ALTER TABLE newsroom.api_keys RENAME TO away")
        .await
        .unwrap();
    for path in ["/v1/manage/articles", "/v1/site", "/v1/nothing"] {
        let call = app.call("GET", path).key("kroniek_another");
        call.send().await.expect(429);
    }
    app.get("/v1/site").await.expect(429);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_key_is_not_kept_waiting_by_requests_without_one_from_its_address() {
    let app = limited(&["--rate-limit=2/3600", "--rate-limit-keys=100/3600"]).await;
    for _ in 0..2 {
        app.get("/v1/site").await.expect(200);
    }
    app.get("/v1/site").await.expect(429);
    for _ in 0..20 {
        app.manage("GET", "/articles").send().await.expect(200);
    }
    let wrong = app
        .call("GET", "/v1/site")
        .key("kroniek_wrong")
        .send()
        .await;
    wrong.expect(429);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_trusted_proxy_each_client_has_its_own_budget() {
    let app = limited(&[
        "--rate-limit=1/3600",
        "--trusted-proxies=127.0.0.0/8,10.0.0.0/8",
    ])
    .await;
    let from = |told: &'static str| {
        app.call("GET", "/v1/site")
            .header("x-forwarded-for", told)
            .send()
    };
    from("203.0.113.1").await.expect(200);
    from("203.0.113.1").await.expect(429);
    from("203.0.113.2").await.expect(200);
    from("198.51.100.9, 203.0.113.2, 10.1.1.1")
        .await
        .expect(429);
    from("2001:db8::1").await.expect(200);
    from("2001:db8::2").await.expect(429);
    let both = app
        .call("GET", "/v1/site")
        .header("x-forwarded-for", "203.0.113.1");
    let both = both.header("forwarded", "for=203.0.113.77").send().await;
    both.expect(200);
    let both = app
        .call("GET", "/v1/site")
        .header("x-forwarded-for", "203.0.113.1");
    let both = both.header("forwarded", "for=203.0.113.78").send().await;
    both.expect(429);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_in_an_address_is_refused_wherever_it_stands() {
    let app = App::start().await;
    app.publish(json!({"headline": "Artikel"})).await;
    let key = &app.admin;
    for path in [
        format!("/v1/articles?api_key={key}"),
        format!("/v1/articles?q={key}"),
        format!("/v1/articles/artikel?{key}"),
        format!("/v1/manage/articles?access_token={key}"),
        format!("/v1/resolve?path=/x?key={key}"),
        format!("/problems/not-found?key={key}"),
        format!("/nothing?key={key}"),
    ] {
        let answer = app.get(&path).await.expect(400);
        assert!(!answer.text.contains(key), "{}", answer.text);
        let managed = app.call("GET", &path).key(key).send().await.expect(400);
        assert!(!managed.text.contains(key), "{}", managed.text);
    }
    app.stop().await;
}
