//! The stems of articles, of each as a whole, as Postgres itself finds them: first those of headline, standfirst and body, then each update behind all
//! before it, as one that is appended comes behind what stands there.

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Analysed, Apart, Folded};
use crate::db::fixed;
use crate::error::Result;
use crate::values::{Stemming, without_accents};

/// Headline over standfirst over body. Words of the headline stand in it once more, behind a mark that no word has. Beside it the stems of words that
/// have accents, with them.
const STEMS: &str = "
    SELECT t.at, (
        setweight(to_tsvector(t.stemming::regconfig, t.headline), 'A') || setweight(to_tsvector(t.stemming::regconfig, t.standfirst), 'B')
        || setweight(to_tsvector(t.stemming::regconfig, t.body), 'C')
        || array_to_tsvector(ARRAY(SELECT '^' || word FROM unnest(tsvector_to_array(to_tsvector(t.stemming::regconfig, t.headline))) AS word))
    )::text AS vector, (
        setweight(to_tsvector(t.stemming::regconfig, t.accented_headline), 'A')
        || setweight(to_tsvector(t.stemming::regconfig, t.accented_standfirst), 'B')
        || setweight(to_tsvector(t.stemming::regconfig, t.accented_body), 'C')
    )::text AS accented
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) WITH ORDINALITY
        AS t (stemming, headline, standfirst, body, accented_headline, accented_standfirst, accented_body, at)";

/// The same of updates.
const OF_UPDATES: &str = "
    SELECT t.at, setweight(to_tsvector(t.stemming::regconfig, t.text), 'D')::text AS vector,
           setweight(to_tsvector(t.stemming::regconfig, t.accented), 'D')::text AS accented
    FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS t (stemming, text, accented, at)";

/// The vectors of an article one behind the other, in their order: of a stem with more places than Postgres keeps, those of some of them alone would end
/// elsewhere.
const BEHIND: &str = "
    SELECT t.article AS at, delivery.concatenated(t.vector::tsvector ORDER BY t.at)::text AS vector, '' AS accented
    FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS t (article, vector, at) GROUP BY t.article";

#[derive(QueryableByName)]
struct VectorRow {
    #[diesel(sql_type = BigInt)]
    at: i64,
    #[diesel(sql_type = Text)]
    vector: String,
    #[diesel(sql_type = Text)]
    accented: String,
}

/// Has Postgres find the stems of articles.
pub(in crate::publishing) async fn by_postgres(
    conn: &mut AsyncPgConnection,
    articles: impl Iterator<Item = Apart>,
) -> Result<Analysed> {
    let mut analysed = Analysed::default();
    let mut parts: [Vec<Folded>; 3] = Default::default();
    let mut updates = Updates::default();
    for (article, at) in articles.zip(1..) {
        analysed.add(&article, String::new());
        updates.add(at, article.stemming, article.updates);
        for (part, text) in parts.iter_mut().zip(article.parts) {
            part.push(text);
        }
    }
    let vectors = stems(conn, &analysed.stemmings, &parts).await?;
    analysed.vectors = updates.behind(conn, vectors).await?;
    Ok(analysed)
}

async fn stems(
    conn: &mut AsyncPgConnection,
    stemmings: &[String],
    parts: &[Vec<Folded>; 3],
) -> Result<Vec<String>> {
    let mut query = fixed(STEMS).bind::<Array<Text>, _>(configurations(stemmings));
    for part in parts {
        let plain: Vec<&str> = part.iter().map(|text| text.plain.as_str()).collect();
        query = query.bind::<Array<Text>, _>(plain);
    }
    for part in parts {
        let accented: Vec<&str> = part.iter().map(|text| text.accented.as_str()).collect();
        query = query.bind::<Array<Text>, _>(accented);
    }
    let rows: Vec<VectorRow> = query.load(conn).await?;
    Ok(in_order(rows, stemmings.len()))
}

fn configurations(stemmings: &[String]) -> Vec<String> {
    let names = stemmings.iter();
    names.map(|name| format!("pg_catalog.{name}")).collect()
}

/// The vectors of rows in the order of their numbers, from 1.
fn in_order(rows: Vec<VectorRow>, count: usize) -> Vec<String> {
    let vector = |row: VectorRow| format!("{} {}", row.vector, without_accents(&row.accented));
    let mut vectors: HashMap<i64, String> =
        rows.into_iter().map(|row| (row.at, vector(row))).collect();
    let ordinals = (1..).take(count);
    ordinals
        .map(|at| vectors.remove(&at).unwrap_or_default())
        .collect()
}

/// The updates of articles, each with the number that its article has here.
#[derive(Default)]
struct Updates {
    articles: Vec<i64>,
    stemmings: Vec<String>,
    plain: Vec<String>,
    accented: Vec<String>,
}

impl Updates {
    fn add(&mut self, article: i64, stemming: Stemming, updates: Vec<Folded>) {
        for update in updates {
            self.articles.push(article);
            self.stemmings.push(stemming.as_str().to_owned());
            self.plain.push(update.plain);
            self.accented.push(update.accented);
        }
    }

    /// Puts their stems behind those of their articles.
    async fn behind(
        self,
        conn: &mut AsyncPgConnection,
        articles: Vec<String>,
    ) -> Result<Vec<String>> {
        if self.articles.is_empty() {
            return Ok(articles);
        }
        let rows: Vec<VectorRow> = fixed(OF_UPDATES)
            .bind::<Array<Text>, _>(configurations(&self.stemmings))
            .bind::<Array<Text>, _>(self.plain)
            .bind::<Array<Text>, _>(self.accented)
            .load(conn)
            .await?;
        let count = articles.len();
        let mut numbers: Vec<i64> = (1..).take(count).collect();
        let mut vectors = articles;
        vectors.extend(in_order(rows, self.articles.len()));
        numbers.extend(self.articles);
        let rows: Vec<VectorRow> = fixed(BEHIND)
            .bind::<Array<BigInt>, _>(numbers)
            .bind::<Array<Text>, _>(vectors)
            .load(conn)
            .await?;
        Ok(in_order(rows, count))
    }
}
