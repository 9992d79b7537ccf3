//! Out, in and out again: the same bytes, the same answers, no secrets.

use std::collections::BTreeSet;

use kroniek::auth::Role;
use kroniek::exchange::kroniek as exchange;
use serde_json::json;

use super::publication::{export, import, kept, publication};
use crate::app::App;
use crate::shorthand::{managed, read, remove, republish};

/// What a reader sees at a path: status, body and the headers that say something of the content.
async fn seen(app: &App, path: &str) -> (u16, String, Vec<(String, String)>) {
    let answer = app.get(path).await;
    let passing = ["etag", "kroniek-seq", "date", "x-request-id"];
    let mut headers: Vec<_> = answer.headers.clone();
    headers.retain(|(name, _)| !passing.contains(&name.as_str()));
    headers.sort();
    let mut body = answer.json.clone();
    body.as_object_mut()
        .into_iter()
        .for_each(|body| drop(body.remove("request_id")));
    (answer.status, body.to_string(), headers)
}

/// Every path of delivery that this publication has, with what was public before.
async fn paths(app: &App) -> BTreeSet<String> {
    let mut paths = BTreeSet::from(
        [
            "/v1/site",
            "/v1/sections",
            "/v1/authors?limit=100",
            "/v1/entities?limit=100",
            "/v1/articles?type=page",
        ]
        .map(str::to_owned),
    );
    for sort in ["published", "updated", "modified"] {
        paths.insert(format!("/v1/articles?limit=100&count=true&sort={sort}&include=section,authors,updates,entities,related,donation_links,translations&body=html,blocks,text"));
    }
    let sql = app.sql().await;
    for row in sql
        .query("SELECT kind, slug, id::text FROM delivery.slugs", &[])
        .await
        .unwrap()
    {
        let (kind, slug, id): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let list = match kind.as_str() {
            "entity" => "entities".to_owned(),
            kind => format!("{kind}s"),
        };
        for name in [&slug, &id] {
            paths.insert(format!("/v1/{list}/{name}"));
        }
        if kind == "article" {
            for below in ["/updates", "/donation-links"] {
                paths.insert(format!("/v1/articles/{slug}{below}"));
            }
            paths.insert(format!("/v1/articles/{slug}?body=html,blocks,text"));
        }
        if kind == "entity" {
            paths.insert(format!("/v1/entities/{slug}/articles"));
        }
        for pattern in [
            "/lezen/",
            "/",
            "/getij/",
            "/auteurs/",
            "/dossiers/",
            "/authors/",
            "/topics/",
        ] {
            paths.insert(format!("/v1/resolve?path={pattern}{slug}"));
        }
    }
    for row in sql
        .query("SELECT path FROM newsroom.old_paths", &[])
        .await
        .unwrap()
    {
        let path: String = row.get(0);
        paths.insert(format!(
            "/v1/resolve?path={}",
            path.replace('%', "%25")
                .replace('?', "%3F")
                .replace('&', "%26")
                .replace('=', "%3D")
        ));
    }
    let merged = "SELECT id::text FROM delivery.merged_entities";
    for row in sql.query(merged, &[]).await.unwrap() {
        let id: String = row.get(0);
        paths.insert(format!("/v1/entities/{id}"));
        paths.insert(format!("/v1/resolve?path=/dossiers/{id}"));
    }
    paths
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newsroom_is_the_same_in_another_database_and_its_export_the_same_bytes() {
    let app = publication().await;
    let first = export(&app).await;
    assert_eq!(
        first,
        export(&app).await,
        "an export of the same newsroom is the same"
    );
    let file = kept("whole.jsonl", &first);
    let other = App::start().await;
    let dry = exchange::import(&other.store.pools, &file, true, |_, _| ())
        .await
        .unwrap();
    assert_eq!(
        read(&other, "/v1/articles?count=true").await["page"]["total"],
        0,
        "a dry run writes nothing"
    );

    let counts = import(&other, &file).await.unwrap();

    assert_eq!(counts, dry, "a dry run tells what happens");
    let text = String::from_utf8(first.clone()).unwrap();
    for table in exchange::TABLES {
        let lines = text
            .lines()
            .filter(|line| line.starts_with(&format!("{{\"kind\":\"{}\",", table.name)))
            .count();
        assert_eq!(counts.of(table.name), lines as u64, "{}", table.name);
        assert!(lines > 0, "the test has no row of {}", table.name);
    }
    let second = export(&other).await;
    if first != second {
        let second = String::from_utf8(second).unwrap();
        let differ = text
            .lines()
            .zip(second.lines())
            .find(|(one, other)| one != other);
        panic!("{differ:#?}");
    }
    let paths = paths(&app).await;
    assert!(paths.len() > 300, "{}", paths.len());
    for path in &paths {
        assert_eq!(seen(&app, path).await, seen(&other, path).await, "{path}");
    }
    // Versions and updates are editable as before, and slugs of before stay reserved.
    let article = managed(&other, "/articles/van-alles-wat").await;
    assert_eq!(article.json["status"], "withdrawn");
    let sql = "SELECT count(*) FROM newsroom.article_versions v JOIN newsroom.slugs s ON s.owner_id = v.article_id WHERE s.slug = 'van-alles'";
    let versions: i64 = other.sql().await.query_one(sql, &[]).await.unwrap().get(0);
    assert!(versions >= 2, "every version is there");
    other
        .manage("POST", "/articles")
        .json(&json!({"headline": "X", "slug": "van-alles"}))
        .send()
        .await
        .expect(409);
    republish(&other, &article, json!({"slug": "van-alles"})).await;
    for app in [app, other] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_holds_no_key_no_secret_and_no_kept_answer() {
    let app = publication().await;
    let key = app.key(Role::Editor).await;
    let kept = "a headline that only a kept answer holds";
    let made = app
        .manage("POST", "/articles")
        .header("idempotency-key", "the-key-of-a-retry")
        .json(&json!({"headline": kept}))
        .send()
        .await
        .expect(201);
    remove(&app, &format!("/articles/{}", made.id()), &made)
        .await
        .expect(204);
    let sql = app.sql().await;
    let rows = sql
        .query(
            "SELECT body FROM newsroom.idempotency WHERE body LIKE $1",
            &[&format!("%{kept}%")],
        )
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);

    let text = String::from_utf8(export(&app).await).unwrap();

    let hashes = sql
        .query(
            "SELECT encode(hash, 'hex'), hint FROM newsroom.api_keys",
            &[],
        )
        .await
        .unwrap();
    let mut secrets = vec![
        key,
        app.admin.clone(),
        kept.to_owned(),
        "the-key-of-a-retry".to_owned(),
        crate::postgres::SECRET.to_owned(),
        "api_keys".to_owned(),
        "hash\"".to_owned(),
    ];
    for row in &hashes {
        secrets.extend([row.get::<_, String>(0), row.get(1)]);
    }
    assert!(hashes.len() >= 2);
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_of_the_newsroom_is_exported_or_left_out_on_purpose() {
    let app = App::start().await;
    let sql = "SELECT relname::text FROM pg_class WHERE relnamespace = 'newsroom'::regnamespace AND relkind IN ('r', 'p')";
    let rows = app.sql().await.query(sql, &[]).await.unwrap();
    let mut tables: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    tables.sort();
    let exported = exchange::TABLES.iter().map(|table| table.name.to_owned());
    let left_out = exchange::LEFT_OUT
        .iter()
        .map(|(table, _)| (*table).to_owned());
    let mut told: Vec<String> = exported.chain(left_out).collect();
    told.sort();
    assert_eq!(
        tables, told,
        "name a new table in src/exchange/kroniek/tables.rs: is it content, or why not?"
    );
    assert!(
        exchange::LEFT_OUT
            .iter()
            .all(|(_, reason)| reason.len() > 20)
    );

    // Rich text is told by its renderings; a new column of it must be named too, or they would be exported.
    let sql = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'newsroom' AND column_name IN ('body', 'standfirst', 'about', 'biography', 'description') AND data_type = 'json'";
    let rows = app.sql().await.query(sql, &[]).await.unwrap();
    let rich: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let named = exchange::TABLES.iter().flat_map(|table| {
        table
            .rich
            .iter()
            .map(|(column, _)| format!("{}.{column}", table.name))
    });
    assert_eq!(rich, named.collect());
    let full = publication().await;
    let text = String::from_utf8(export(&full).await).unwrap();
    assert!(!text.contains("renderer_version") && !text.contains("\"blocks\""));
    for app in [app, full] {
        app.stop().await;
    }
}
