//! The second proof of the hostile cases: no stale answer.
//!
//! Three nodes on one database. Between a miss's reading and its keeping lie up to three seconds, listeners are ended, and the way of one node to
//! the database is frozen. No answer may be older than what was acknowledged on its node before it was asked for, or anywhere two seconds
//! before; what says of itself that it is stale is not counted. At rest every answer is what the database says.

pub mod proxy;
mod truth;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use self::proxy::Proxy;
use self::truth::Truth;
use crate::app::{Answer, App, serve_settings};
use crate::postgres::{database, settings};
use crate::shorthand::{managed, markdown};
use crate::watch::{end_listeners, head, heard};

/// How long it goes on.
const TIME: Duration = Duration::from_secs(14);

/// Readers of each node.
const READERS: usize = 8;

static DICE: AtomicU64 = AtomicU64::new(7);

fn dice(below: u64) -> u64 {
    let mut z = DICE.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) % below
}

/// The pause between reading and keeping: often none, sometimes long.
fn pause() -> Duration {
    match dice(20) {
        0 => Duration::from_millis(dice(3000)),
        _ => Duration::from_millis(dice(4)),
    }
}

async fn node(database_url: &str) -> App {
    let mut serve = serve_settings(&["--workers=1"]);
    serve.cache.pause = Some(pause);
    App::as_told(database_url, &settings(database_url), serve).await
}

struct Proof {
    nodes: Vec<App>,
    truth: Truth,
    over: AtomicBool,
    /// Answers that were looked at.
    read: AtomicUsize,
    /// Those of them that were kept.
    hits: AtomicUsize,
}

/// The number in a name such as `A12`.
fn number(name: &Value) -> u64 {
    name.as_str()
        .and_then(|name| name.get(1..)?.parse().ok())
        .unwrap_or(0)
}

impl Proof {
    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::Relaxed)
    }

    /// Writes one number after another, on one of the two nodes whose way is free.
    async fn write(&self, thing: &'static str) {
        for count in 1.. {
            if !self.goes_on() {
                return;
            }
            loop {
                let node = usize::try_from(dice(2)).unwrap();
                let answer = self.put(thing, &self.nodes[node], count).await;
                if answer.status < 300 {
                    self.truth.acknowledged(thing, node, count);
                    break;
                }
                assert_eq!(answer.status, 503, "{}", answer.text);
            }
            // All answers have the site's addresses: one of its changes touches everything.
            let slower = if thing == "site" { 6 } else { 1 };
            sleep(Duration::from_millis(slower * (60 + dice(240)))).await;
        }
    }

    async fn put(&self, thing: &'static str, app: &App, count: u64) -> Answer {
        let change = async |path: &str, body: Value| {
            let change = app.manage("PATCH", path).if_match("*").json(&body);
            change.send().await
        };
        match thing {
            "author" => change("/authors/a", json!({"name": format!("A{count}")})).await,
            "site" => change("/site", json!({"title": format!("S{count}")})).await,
            "article" => {
                let section = if count.is_multiple_of(2) {
                    "links"
                } else {
                    "rechts"
                };
                let body = json!({"headline": format!("H{count}"), "section": section});
                let changed = change("/articles/x", body).await;
                if changed.status != 200 {
                    return changed;
                }
                app.act(&changed, "publish", json!({})).await
            }
            _ => {
                let body = json!({"headline": "Nieuw", "slug": format!("nieuw-{count}")});
                let made = app.manage("POST", "/articles").json(&body).send().await;
                if made.status != 201 {
                    return made;
                }
                app.act(&made, "publish", json!({})).await
            }
        }
    }

    /// Reads of one node, again and again.
    async fn read(&self, node: usize) {
        while self.goes_on() {
            let next = self.truth.last("new") + 1;
            let (path, asked) = (path(next), Instant::now());
            let least = |thing| self.truth.least(thing, node, asked);
            let new = least("new");
            let bounds = ["author", "site", "article"].map(|thing| (thing, least(thing)));
            let answer = self.nodes[node].get(&path).await;
            let status = answer.header("cache-status");
            if answer.status == 503 || status.contains("stale") {
                // Others shall have a turn.
                sleep(Duration::from_millis(5)).await;
                continue;
            }
            self.read.fetch_add(1, Ordering::Relaxed);
            if status.contains("hit") {
                self.hits.fetch_add(1, Ordering::Relaxed);
            }
            let told = format!("{path} of node {node}, {status}: {}", answer.text);
            if let Some(count) = path.strip_prefix("/v1/articles/nieuw-") {
                let due = count.parse::<u64>().unwrap() <= new;
                assert!(answer.status == 200 || !due, "not there yet: {told}");
                continue;
            }
            let shown = shown(&path, &answer.json);
            for ((thing, least), shown) in bounds.into_iter().zip(shown) {
                if let Some(shown) = shown {
                    assert!(
                        shown >= least,
                        "{thing} {shown}, but {least} was acknowledged: {told}"
                    );
                }
            }
            sleep(Duration::from_millis(dice(4))).await;
        }
    }

    /// Ends listeners for a while, then freezes the way of the last node.
    async fn trouble(&self, proxy: &Proxy) {
        sleep(TIME / 7).await;
        for _ in 0..20 {
            end_listeners(&self.nodes[0]).await;
            sleep(TIME / 100).await;
        }
        sleep(TIME / 14).await;
        proxy.freeze(true);
        sleep(TIME * 2 / 7).await;
        proxy.freeze(false);
        sleep(TIME * 2 / 7).await;
        self.over.store(true, Ordering::Relaxed);
    }

    /// Writes once while nobody listens, and then nothing: what nobody was told of must be seen all the same.
    async fn last_words(&self) {
        for word in 1..=3 {
            let name = format!("A{}", 1_000_000 + word);
            for node in &self.nodes {
                node.get("/v1/authors/a").await.expect(200);
            }
            end_listeners(&self.nodes[0]).await;
            let change = self.nodes[0].manage("PATCH", "/authors/a").if_match("*");
            change.json(&json!({"name": name})).send().await.expect(200);
            let (told, mut waited) = (Instant::now(), Vec::new());
            for node in &self.nodes {
                while node.get("/v1/authors/a").await.json["name"] != name {
                    assert!(
                        told.elapsed() < Duration::from_secs(2),
                        "{name} is not seen"
                    );
                    sleep(Duration::from_millis(1)).await;
                }
                waited.push(told.elapsed());
            }
            println!("after the listeners ended, seen within {waited:?}");
        }
    }
}

/// Any of the addresses that are watched.
fn path(next: u64) -> String {
    let fixed = [
        "/v1/authors/a",
        "/v1/authors",
        "/v1/site",
        "/v1/articles/x",
        "/v1/articles/x?fields=headline&include=authors",
        "/v1/articles?section=links",
        "/v1/articles?section=rechts",
        "/v1/articles?author=a",
    ];
    match dice(10) {
        8 => format!("/v1/articles/nieuw-{next}"),
        9 => format!("/v1/articles/nieuw-{}", next.saturating_sub(1).max(1)),
        fixed_one => fixed[usize::try_from(fixed_one).unwrap()].to_owned(),
    }
}

/// What an answer shows of the author, the site and the article.
fn shown(path: &str, json: &Value) -> [Option<u64>; 3] {
    let of_article = |article: &Value| {
        let author = number(&article["authors"][0]["name"]);
        [Some(author), None, Some(number(&article["headline"]))]
    };
    match path {
        "/v1/site" => [None, Some(number(&json["title"])), None],
        "/v1/authors/a" => [Some(number(&json["name"])), None, None],
        "/v1/authors" => [Some(number(&json["data"][0]["name"])), None, None],
        _ if path.starts_with("/v1/articles/x") => of_article(json),
        // It may be in the other section.
        _ => match &json["data"][0] {
            Value::Null => [None; 3],
            article => of_article(article),
        },
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_older_than_what_was_acknowledged() {
    let database = database().await;
    let proxy = Proxy::to(&database).await;
    let nodes = vec![
        node(&database).await,
        node(&database).await,
        node(&proxy.database_url).await,
    ];
    let first = &nodes[0];
    for section in ["Links", "Rechts"] {
        first.make("/sections", json!({"name": section})).await;
    }
    first
        .make("/authors", json!({"name": "A0", "slug": "a"}))
        .await;
    let article = json!({"headline": "H0", "slug": "x", "section": "links", "authors": ["a"]});
    first.publish(article).await;
    let proof = Arc::new(Proof {
        nodes,
        truth: Truth::default(),
        over: AtomicBool::new(false),
        read: AtomicUsize::new(0),
        hits: AtomicUsize::new(0),
    });
    let mut tasks = Vec::new();
    for node in (0..3).flat_map(|node| [node; READERS]) {
        let proof = proof.clone();
        tasks.push(tokio::spawn(async move { proof.read(node).await }));
    }
    for thing in ["author", "site", "article", "new"] {
        let proof = proof.clone();
        tasks.push(tokio::spawn(async move { proof.write(thing).await }));
    }
    proof.trouble(&proxy).await;
    for task in tasks {
        task.await.unwrap();
    }
    let (read, hits) = (
        proof.read.load(Ordering::Relaxed),
        proof.hits.load(Ordering::Relaxed),
    );
    let written = ["author", "site", "article", "new"].map(|thing| proof.truth.last(thing));
    println!("{read} answers, {hits} of them kept; written {written:?}");
    assert!(hits > 500 && written.iter().all(|count| *count > 5));
    proof.last_words().await;
    expect_rest(&proof, &database).await;
    let Ok(proof) = Arc::try_unwrap(proof) else {
        panic!("somebody still reads")
    };
    for node in proof.nodes {
        node.stop().await;
    }
}

/// At rest every node answers what a node that keeps nothing does.
async fn expect_rest(proof: &Proof, database: &str) {
    let flags = ["--workers=1", "--cache-size=0"];
    let real = App::serving(database, &settings(database), &flags).await;
    let next = proof.truth.last("new") + 1;
    for node in &proof.nodes {
        heard(node).await;
        for _ in 0..40 {
            let path = path(next);
            let (kept, real) = (node.get(&path).await, real.get(&path).await);
            assert_eq!(
                (kept.status, kept.etag()),
                (real.status, real.etag()),
                "{path}"
            );
        }
    }
    real.stop().await;
}

/// A retry is told what was written before. Whoever is told so reads it here, though this node has not heard of it yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_retry_was_told_is_read_here_from_then_on() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Een"})).await;
    heard(&app).await;
    let page = async || app.get("/v1/articles/een").await;
    page().await.expect(200);
    let path = format!("/articles/{}/updates", article.id());
    let mut other = App::on(&app.database_url).await;
    other.admin.clone_from(&app.admin);
    heard(&other).await;
    let write = async |node: &App| {
        let post = node.manage("POST", &path).header("idempotency-key", "een");
        post.json(&json!({"body": markdown("Later.")})).send().await
    };
    let login = deafened(&app).await;
    let before = head(&app).await;
    let retried = async {
        while head(&app).await == before {}
        write(&app).await.expect(201);
        page().await
    };
    let (first, seen) = tokio::join!(write(&other), retried);
    app.sql().await.batch_execute(&login).await.unwrap();
    first.expect(201);
    let marked = seen.header("cache-status").contains("stale");
    let old = seen.status == 200 && seen.json["update_count"] == 0;
    assert!(!old || marked, "{}", seen.text);
    heard(&app).await;
    assert_eq!(page().await.expect(200).json["update_count"], 1);
    other.stop().await;
    app.stop().await;
}

/// From now on this node hears nothing: nobody new gets in as a reader. Gives what ends that.
async fn deafened(app: &App) -> String {
    let sql = app.sql().await;
    let reader =
        "SELECT rolname FROM pg_roles WHERE rolname = 'kroniek_delivery_' || current_database()";
    let reader: String = sql.query_one(reader, &[]).await.unwrap().get(0);
    let deaf = format!("ALTER ROLE {reader} NOLOGIN");
    sql.batch_execute(&deaf).await.unwrap();
    assert!(end_listeners(app).await > 0);
    format!("ALTER ROLE {reader} LOGIN")
}

/// Who publishes what another has just published is told that it is, and reads it here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_already_is_read_here_by_who_is_told_so() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Een"})).await;
    let path = format!("/articles/{}", article.id());
    let change = json!({"headline": "Twee"});
    let changed = app.patch(&path, &article, change).await.expect(200);
    heard(&app).await;
    let page = async || app.get("/v1/articles/een").await;
    page().await.expect(200);
    let other = App::on(&app.database_url).await;
    heard(&other).await;
    let login = deafened(&app).await;
    let before = head(&app).await;
    let again = async {
        while head(&app).await == before {}
        let seen = managed(&app, &path).await;
        app.act(&seen, "publish", json!({})).await.expect(200);
        page().await
    };
    let (first, seen) = tokio::join!(other.act(&changed, "publish", json!({})), again);
    app.sql().await.batch_execute(&login).await.unwrap();
    first.expect(200);
    let marked = seen.header("cache-status").contains("stale");
    let old = seen.status == 200 && seen.json["headline"] == "Een";
    assert!(!old || marked, "{}", seen.text);
    heard(&app).await;
    assert_eq!(page().await.expect(200).json["headline"], "Twee");
    other.stop().await;
    app.stop().await;
}
