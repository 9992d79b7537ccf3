//! Who may read, from where, when, and how much a day.

use futures_util::future::join_all;
use serde_json::json;

use super::{Partner, publication};
use crate::app::App;
use crate::stream::two_nodes;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quota_of_five_holds_over_two_nodes_and_a_restart() {
    let (one, other) = two_nodes().await;
    let partner = Partner::new(&one, json!({"quota_per_day": 5})).await;
    let asked = (0..20).map(|number| {
        let node = if number % 2 == 0 { &one } else { &other };
        partner.get(node, "/articles")
    });
    let answers = join_all(asked).await;
    let allowed = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(allowed, 5);
    let (database, over) = (
        one.database_url.clone(),
        answers.iter().find(|answer| answer.status != 200),
    );
    let over = over.unwrap();
    assert_eq!((over.status, over.problem()), (429, "quota-used"));
    let wait: u32 = over.header("retry-after").parse().unwrap();
    assert!((1..=86_400).contains(&wait), "{wait}");
    assert_eq!(over.header("cache-control"), "private, no-store");
    for node in [one, other] {
        node.stop().await;
    }
    let again = App::on(&database).await;
    assert_eq!(
        partner.get(&again, "/feeds/rss.xml").await.problem(),
        "quota-used"
    );
    // What tells of the contract is not counted.
    let contract = partner.get(&again, "/contract").await.expect(200);
    assert_eq!(
        (
            &contract.json["used_today"],
            &contract.json["quota_per_day"]
        ),
        (&json!(5), &json!(5))
    );
    partner.change(&again, json!({"quota_per_day": 6})).await;
    partner.get(&again, "/articles").await.expect(200);
    partner.get(&again, "/articles").await.expect(429);
    // A new day.
    let sql = again.sql().await;
    sql.batch_execute("UPDATE newsroom.partner_days SET day = day - 1")
        .await
        .unwrap();
    partner.get(&again, "/articles").await.expect(200);
    let days = sql
        .query_one("SELECT count(*), sum(used) FROM newsroom.partner_days", &[])
        .await
        .unwrap();
    assert_eq!((days.get::<_, i64>(0), days.get::<_, i64>(1)), (1, 1));
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_has_a_running_contract_reads_and_only_from_where_it_says() {
    let (app, other) = two_nodes().await;
    publication(&app).await;
    let anyone = app.get("/v1/syndication/articles").await;
    assert_eq!((anyone.status, anyone.problem()), (401, "missing-key"));
    let admin = app
        .call("GET", "/v1/syndication/articles")
        .key(&app.admin)
        .send()
        .await;
    assert_eq!((admin.status, admin.problem()), (403, "missing-scope"));
    let nobody = app.key(kroniek::auth::Role::Partner).await;
    let nobody = app
        .call("GET", "/v1/syndication/articles")
        .key(&nobody)
        .send()
        .await;
    assert_eq!((nobody.status, nobody.problem()), (403, "no-contract"));

    let partner = Partner::new(&app, json!({"networks": ["127.0.0.1", "2001:db8::/32"]})).await;
    let managed = app
        .call("GET", "/v1/manage/articles")
        .key(&partner.key)
        .send()
        .await;
    assert_eq!(managed.problem(), "missing-scope");
    let refused = async |change, code: &str| {
        partner.change(&app, change).await;
        for node in [&app, &other] {
            for path in [
                "/articles",
                "/articles/haven",
                "/articles/nergens",
                "/contract",
                "/feeds/atom.xml",
            ] {
                let answer = partner.get(node, path).await;
                assert_eq!((answer.status, answer.problem()), (403, code), "{path}");
                assert_eq!(answer.header("cache-control"), "private, no-store");
            }
        }
    };
    let allowed = async |change| {
        partner.change(&app, change).await;
        for node in [&app, &other] {
            partner.get(node, "/articles/haven").await.expect(200);
        }
    };
    allowed(json!({})).await;
    refused(json!({"networks": ["192.0.2.0/24"]}), "network-not-allowed").await;
    // Whoever says to come from there is not believed.
    let path = "/v1/syndication/articles";
    let says = app
        .call("GET", path)
        .key(&partner.key)
        .header("x-forwarded-for", "192.0.2.7");
    says.send().await.expect(403);
    allowed(json!({"networks": null})).await;
    refused(
        json!({"begins_at": "2100-01-01T00:00:00Z"}),
        "contract-not-running",
    )
    .await;
    refused(
        json!({"begins_at": null, "ends_at": "2020-01-01T00:00:00Z"}),
        "contract-not-running",
    )
    .await;
    allowed(json!({"begins_at": "2020-01-01T00:00:00Z", "ends_at": "2100-01-01T00:00:00Z"})).await;

    let at = format!("/partners/{}", partner.shown.id());
    let seen = app.manage("GET", &at).send().await;
    app.manage("DELETE", &at)
        .if_match(&seen.etag())
        .send()
        .await
        .expect(204);
    for node in [&app, &other] {
        let gone = partner.get(node, "/articles").await;
        assert_eq!((gone.status, gone.problem()), (401, "invalid-key"));
    }
    for node in [app, other] {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_is_good_for_its_reader_and_their_terms() {
    let app = App::start().await;
    publication(&app).await;
    let (one, other) = (
        Partner::new(&app, json!({})).await,
        Partner::new(&app, json!({})).await,
    );
    let first = one.get(&app, "/articles?limit=1").await.expect(200);
    let cursor = first.json["page"]["next_cursor"].as_str().unwrap();
    let next = format!("/articles?limit=1&cursor={cursor}");
    let read = one.get(&app, &next).await.expect(200);
    assert_ne!(read.json["data"][0]["slug"], first.json["data"][0]["slug"]);
    assert_eq!(
        other.get(&app, &next).await.expect(400).faults(),
        ["invalid_cursor at cursor"]
    );
    let public = app
        .get(&format!("/v1/articles?limit=1&cursor={cursor}"))
        .await;
    assert_eq!(public.expect(400).faults(), ["invalid_cursor at cursor"]);
    // More requests are no other terms.
    one.change(&app, json!({"quota_per_day": 1000, "name": "Anders"}))
        .await;
    one.get(&app, &next).await.expect(200);
    for change in [
        json!({"sections": ["water"]}),
        json!({"text": "excerpt"}),
        json!({"media": false}),
        json!({"embargo_seconds": 60}),
        json!({"licence": "Anders."}),
    ] {
        let page = one.get(&app, "/articles?limit=1").await.expect(200);
        let cursor = page.json["page"]["next_cursor"].as_str().map(str::to_owned);
        one.change(&app, change.clone()).await;
        if let Some(cursor) = cursor {
            let over = one
                .get(&app, &format!("/articles?limit=1&cursor={cursor}"))
                .await;
            assert_eq!(
                (over.status, over.problem()),
                (410, "terms-changed"),
                "{change}"
            );
        }
    }
    app.stop().await;
}
