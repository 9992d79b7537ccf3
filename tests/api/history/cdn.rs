//! A shared cache that is purged by `Surrogate-Key` from the keys of the log shows, after any history of writes, what the origin would answer.
//! So does the node's own cache, which goes by the same keys.

use std::collections::BTreeMap;

use super::setting;
use super::things::Newsroom;
use crate::app::{Answer, App};
use crate::postgres::{database, settings};
use crate::watch::head;

const SEEDS: [u64; 2] = [20_261_124, 11];

const STEPS: usize = 160;

/// How many addresses are asked for after each step.
const LOOKS: usize = 16;

/// What anyone can tell of an answer, but for what differs between one request and the next.
type Told = (u16, String, String, String);

fn told(answer: &Answer) -> Told {
    (
        answer.status,
        answer.header("etag").to_owned(),
        answer.header("location").to_owned(),
        answer.text.replace(answer.header("x-request-id"), "-"),
    )
}

/// A shared cache in front of the origin.
#[derive(Default)]
struct Cdn {
    kept: BTreeMap<String, (Vec<String>, Told)>,
    purged: i64,
    hits: usize,
    purges: usize,
}

impl Cdn {
    /// Purges what the changes since the last time have touched.
    async fn follow(&mut self, app: &App) {
        let sql = app.sql().await;
        let changes = "SELECT seq, keys FROM delivery.changes WHERE seq > $1 ORDER BY seq";
        for row in sql.query(changes, &[&self.purged]).await.unwrap() {
            self.purged = row.get(0);
            let touched: Vec<String> = row.get(1);
            let before = self.kept.len();
            self.kept
                .retain(|_, (keys, _)| !keys.iter().any(|key| touched.contains(key)));
            self.purges += before - self.kept.len();
        }
    }

    async fn get(&mut self, app: &App, path: &str) -> Told {
        if let Some((_, told)) = self.kept.get(path) {
            self.hits += 1;
            return told.clone();
        }
        let answer = app.get(path).await;
        assert!([200, 308, 404, 410].contains(&answer.status), "{path}");
        let keys: Vec<String> = answer
            .header("surrogate-key")
            .split(' ')
            .map(str::to_owned)
            .collect();
        assert!(!keys[0].is_empty(), "{path} has no Surrogate-Key");
        assert!(
            answer.header("surrogate-key").len() < 16_000,
            "{path}: more than a CDN takes"
        );
        self.kept.insert(path.to_owned(), (keys, told(&answer)));
        told(&answer)
    }
}

/// Any address of delivery.
fn address(newsroom: &mut Newsroom<'_>) -> String {
    const EVERYTHING: &str =
        "include=section,authors,updates,entities,related,donation_links,translations,aliases";
    let kinds = ["articles", "authors", "entities", "sections"];
    let kind = *newsroom.dice.pick(&kinds).unwrap();
    let name = match newsroom.dice.one_in(4) {
        true => newsroom.one(kind),
        false => None,
    };
    let name = name.unwrap_or_else(|| newsroom.dice.slug());
    let (section, author, entity) = (
        newsroom.dice.slug(),
        newsroom.dice.slug(),
        newsroom.dice.slug(),
    );
    let link = newsroom.one("donation-links").unwrap_or_default();
    let all = [
        format!("/v1/{kind}/{name}"),
        format!("/v1/{kind}/{name}"),
        format!("/v1/{kind}/{name}"),
        format!("/v1/articles/{name}?body=blocks&{EVERYTHING}"),
        format!("/v1/articles/{name}?fields=headline"),
        format!("/v1/articles/{name}/related"),
        format!("/v1/articles/{name}/updates"),
        format!("/v1/articles/{name}/donation-links"),
        format!("/v1/articles/{name}/json-ld"),
        format!("/v1/entities/{name}/articles?{EVERYTHING}"),
        format!("/v1/articles?section={section}"),
        format!("/v1/articles?section={section}&{EVERYTHING}"),
        format!("/v1/articles?author={author}&count=true"),
        format!("/v1/articles?entity={entity}"),
        format!("/v1/articles?entity_all={entity},{author}&count=true"),
        format!("/v1/articles?entity_all={entity}&section={section}"),
        "/v1/articles?entity_kind=person&count=true".to_owned(),
        format!("/v1/articles?entity_kind=topic&section={section}"),
        format!("/v1/articles?entity_kind=person&author={author}"),
        format!("/v1/articles?translation_of={name}"),
        format!("/v1/articles?translation_of={name}&section={section}"),
        format!("/v1/articles?section={section}&author={author}"),
        format!("/v1/articles?section={section},{author}"),
        format!(
            "/v1/articles?sort=updated&fields=url&count=true&limit={}",
            1 + newsroom.dice.below(3)
        ),
        format!("/v1/articles?{EVERYTHING}&limit=5"),
        "/v1/site".to_owned(),
        "/v1/sections".to_owned(),
        "/v1/authors".to_owned(),
        "/v1/entities".to_owned(),
        format!("/v1/entities?q={}", &entity[..2]),
        format!("/v1/resolve?path=/{section}/{name}"),
        format!("/v1/resolve?path=/topics/{name}"),
        format!("/v1/donation-links/{link}/qr.svg"),
        format!("/sitemaps/{kind}.xml"),
    ];
    let chosen = newsroom.dice.pick(&all).unwrap();
    chosen.replace("links//", "links/00000000-0000-4000-8000-000000000000/")
}

async fn history(seed: u64) -> Cdn {
    println!("seed {seed}");
    let database = database().await;
    let origin = App::on(&database).await;
    let flags = ["--workers=1", "--cache-size=0"];
    let truth = App::serving(&database, &settings(&database), &flags).await;
    let mut newsroom = Newsroom::new(&origin, seed);
    newsroom.begin().await;
    let mut cdn = Cdn {
        purged: head(&origin).await,
        ..Cdn::default()
    };
    for step in 1..=setting("KRONIEK_HISTORY_STEPS").unwrap_or(STEPS) {
        newsroom.step().await;
        cdn.follow(&origin).await;
        for _ in 0..LOOKS {
            let path = address(&mut newsroom);
            let shown = cdn.get(&origin, &path).await;
            let own = told(&origin.get(&path).await);
            let real = told(&truth.get(&path).await);
            assert_eq!(shown, real, "seed {seed}, step {step}: the CDN at {path}");
            assert_eq!(own, real, "seed {seed}, step {step}: the node at {path}");
        }
    }
    origin.stop().await;
    truth.stop().await;
    cdn
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_cdn_keeps_after_its_purges_is_what_the_origin_answers() {
    let seeds = setting("KRONIEK_HISTORY_SEED").map_or(SEEDS.to_vec(), |seed| vec![seed]);
    for seed in seeds {
        let cdn = history(seed).await;
        println!(
            "hits {}, purged {}, kept {}",
            cdn.hits,
            cdn.purges,
            cdn.kept.len()
        );
        // A cache that keeps nothing would show nothing, and neither would one from which nothing goes.
        assert!(
            cdn.hits > STEPS && cdn.purges > STEPS,
            "{} {}",
            cdn.hits,
            cdn.purges
        );
    }
}
